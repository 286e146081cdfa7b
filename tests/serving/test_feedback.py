"""Labelled texts are kept whole, in files that linnet reads and goes on training with."""

import errno
import json
import threading
from datetime import datetime
from pathlib import Path

import pytest

import linnet
from linnet.errors import OutputError
from linnet.serving import feedback as module
from linnet.serving.feedback import FeedbackFile
from linnet.serving.question import Row
from linnet.serving.settings import ServeSettings

ODD = 'päivä "quoted",\n\r\t\u2028 <b> 🐦 \\ {}'


def test_a_row_is_kept(client, tmp_path):
    served = client("three", feedback=tmp_path)
    for text in ("bread", ODD):
        response = served.post("/feedback", json={"text": text, "label": "food"})
        assert (response.status_code, response.json()) == (201, {"kept": 1})
    table = linnet.read(tmp_path / "three" / "feedback.jsonl")
    assert table.columns == ["text", "label", "model", "time"]
    assert table["text"].to_list() == ["bread", ODD]
    assert table["label"].to_list() == ["food"] * 2
    version = served.get("/labels").json()["version"]
    assert set(table["model"]) == {version}
    assert datetime.fromisoformat(table["time"][0]).utcoffset().total_seconds() == 0


def test_several_labels(client, tmp_path):
    served = client("two", "sets", feedback=tmp_path)
    for labels in (["food", "sport"], []):
        row = {"text": "bread goal", "labels": labels}
        assert served.post("/models/sets/feedback", json=row).status_code == 201
    table = linnet.read(tmp_path / "sets" / "feedback.jsonl")
    assert table["label"].to_list() == [["food", "sport"], []]


def test_training_goes_on_with_what_was_kept(client, runs, tmp_path):
    served = client("three", feedback=tmp_path)
    words = {"food": "bread cake", "sport": "goal puck", "music": "song lute"}
    for number in range(30):
        label = list(words)[number % 3]
        row = {"text": f"{words[label]} n{number}", "label": label}
        assert served.post("/feedback", json=row).status_code == 201
    more = linnet.train(
        tmp_path / "three" / "feedback.jsonl", from_=runs["three"], epochs=1,
        out=str(tmp_path / "more"),
    )  # fmt: skip
    assert more.classifier.labels == ("food", "music", "sport")
    assert more.evaluation["train"]["rows"] > 0


def test_without_a_folder_feedback_is_refused(client, problem):
    response = client("three").post("/feedback", json={"text": "a", "label": "food"})
    assert response.status_code == 404
    assert "start linnet serve with --feedback FOLDER" in problem(response)


def test_an_unknown_label_is_refused_and_nothing_kept(client, problem, tmp_path):
    served = client("three", feedback=tmp_path)
    response = served.post("/feedback", json={"text": "a", "label": "fod"})
    assert response.status_code == 422
    assert "no label 'fod': did you mean 'food'" in problem(response)
    assert (tmp_path / "three" / "feedback.jsonl").read_bytes() == b""


def test_a_blank_text_is_refused_and_nothing_kept(client, problem, tmp_path):
    served = client("three", feedback=tmp_path)
    for text in ("", " \n\u2003"):
        response = served.post("/feedback", json={"text": text, "label": "food"})
        assert response.status_code == 422
        assert "text is blank" in problem(response)
    assert (tmp_path / "three" / "feedback.jsonl").read_bytes() == b""


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_full_files_are_put_aside_and_the_oldest_goes(tmp_path, caplog):
    settings = ServeSettings(feedback_file_bytes=200, feedback_files=2)
    kept = FeedbackFile(tmp_path, settings)
    for number in range(3):
        kept.add(Row(str(number), "a"), "v")
    assert files(tmp_path) == ["feedback-000001.jsonl", "feedback.jsonl"]
    for number in range(3, 12):
        kept.add(Row(str(number), "a"), "v")
    assert files(tmp_path)[-1] == "feedback.jsonl"
    assert len(files(tmp_path)) == 3
    rows = [json.loads(row)["text"] for name in files(tmp_path)
            for row in (tmp_path / name).read_text().splitlines()]  # fmt: skip
    assert rows == [str(number) for number in range(12)][-len(rows) :]
    assert "the oldest feedback is removed" in caplog.text
    assert all(path.stat().st_size <= 200 for path in tmp_path.iterdir())


@pytest.mark.parametrize("most", [1, 2, 4, 7])
def test_as_many_full_files_stay_as_were_asked_for(tmp_path, most):
    kept = FeedbackFile(tmp_path, ServeSettings(feedback_file_bytes=10, feedback_files=most))
    for number in range(12):
        kept.add(Row(str(number), "x"), "v")
    full = [f"feedback-{number:06}.jsonl" for number in range(12 - most, 12)]
    assert files(tmp_path) == [*full, "feedback.jsonl"]


def test_files_of_others_are_left_alone(tmp_path):
    (tmp_path / "feedback-backup.jsonl").write_text("mine")
    kept = FeedbackFile(tmp_path, ServeSettings(feedback_file_bytes=10, feedback_files=1))
    for text in "abc":
        kept.add(Row(text, "x"), "v")
    assert files(tmp_path) == ["feedback-000002.jsonl", "feedback-backup.jsonl", "feedback.jsonl"]
    assert (tmp_path / "feedback-backup.jsonl").read_text() == "mine"


def test_a_row_larger_than_a_file_is_kept_alone(tmp_path):
    kept = FeedbackFile(tmp_path, ServeSettings(feedback_file_bytes=10))
    kept.add(Row("a", "x"), "v")
    kept.add(Row("b", "x"), "v")
    assert files(tmp_path) == ["feedback-000001.jsonl", "feedback.jsonl"]


def test_a_restart_goes_on_where_it_was(tmp_path):
    for text in ("a", "b"):
        FeedbackFile(tmp_path, ServeSettings()).add(Row(text, ("x", "y")), "v")
    assert linnet.read(tmp_path / "feedback.jsonl")["text"].to_list() == ["a", "b"]


def test_rows_of_several_threads_stay_whole(tmp_path):
    kept = FeedbackFile(tmp_path, ServeSettings(feedback_file_bytes=5000))

    def write(name):
        for number in range(50):
            kept.add(Row(f"{name} {number}", "x"), "v")

    threads = [threading.Thread(target=write, args=[name]) for name in "abcd"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    texts = [text for name in files(tmp_path) for text in linnet.read(tmp_path / name)["text"]]
    assert sorted(texts) == sorted(f"{name} {number}" for name in "abcd" for number in range(50))


def test_a_full_disk_leaves_no_half_row(client, problem, tmp_path, monkeypatch):
    served = client("three", feedback=tmp_path)
    path = tmp_path / "three" / "feedback.jsonl"
    served.post("/feedback", json={"text": "a", "label": "food"})
    before = path.read_bytes()
    opened = Path.open

    class Full:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, line):
            return self.file.write(line[:20])

        def __getattr__(self, name):
            return getattr(self.file, name)

    monkeypatch.setattr(module.Path, "open", lambda self, *a, **k: Full(opened(self, *a, **k)))
    response = served.post("/feedback", json={"text": "b", "label": "food"})
    assert response.status_code == 503
    assert "the row was not kept" in problem(response)
    assert "the disk is full" in problem(response)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write feedback to"):
        FeedbackFile(tmp_path / "file", ServeSettings())


def test_a_folder_that_has_gone(tmp_path, monkeypatch):
    kept = FeedbackFile(tmp_path, ServeSettings())

    def gone(*_):
        raise OSError(errno.ENOENT, "No such file or directory")

    monkeypatch.setattr(module, "_append", gone)
    with pytest.raises(OutputError, match="No such file"):
        kept.add(Row("a", "x"), "v")
