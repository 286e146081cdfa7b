"""Files of annotation tools: exports as the tools write them, and queues as they read them."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import pytest

from linnet.errors import ConfigError, DataError, OutputError
from linnet.tables.annotation.records import majority
from linnet.tables.annotation.tools import TOOLS, read_answers, write_queue
from linnet.workflows.import_labels import import_labels

EXPORTS = Path(__file__).parent / "exports"
GREAT, SOUP = 'the match, "great"', "hyvä keitto\nsuolaa"
ANSWERED = [(3, GREAT, "sport"), (0, SOUP, "food")]
QUEUE = pl.DataFrame(
    {
        "row": [3, 0],
        "text": [GREAT, SOUP],
        "label": ["food", None],
        "suggested": ["sport", "food"],
        "score": [0.9, 0.6],
    }
)
SETS = QUEUE.with_columns(
    label=pl.Series([["food"], []]), suggested=pl.Series([["sport", "food"], []])
)


@pytest.mark.parametrize("path", sorted(EXPORTS.iterdir()), ids=lambda path: path.name)
def test_every_export_gives_the_same_table(path):
    tool = "label-studio" if path.stem.startswith("label_studio") else path.stem
    found = import_labels(path, tool=tool)
    assert found.table.columns == ["row", "text", "label"]
    assert sorted(found.table.rows()) == sorted(ANSWERED)
    left_out = {note.what: note.count for note in found.notes}
    assert left_out.pop("no answer") == 1
    assert left_out == ({} if tool == "doccano" else {"no majority": 1})


def annotated(path, tool):
    """What the tool would export of a queue in which somebody took every suggestion."""
    records = json.loads(path.read_text("utf-8"))
    for number, record in enumerate(records):
        if tool == "label-studio":
            record["id"] = number
            record["annotations"] = [{"result": record["predictions"][0]["result"]}]
        elif tool == "doccano":
            record["label"] = record["suggested"].split(", ") if record["suggested"] else []
        else:
            value = record["suggestions"]["label"]["value"]
            record["responses"] = {"label": [{"value": value, "user_id": "u"}]}
    path.with_name("export.json").write_text(json.dumps(records), "utf-8")
    return path.with_name("export.json")


@pytest.mark.parametrize("tool", TOOLS)
def test_a_queue_comes_back_with_its_answers(tmp_path, tool):
    write_queue(QUEUE, tmp_path / "queue.json", tool=tool, labels=["food", "sport"])
    found = import_labels(annotated(tmp_path / "queue.json", tool), tool=tool)
    assert found.table.rows() == ANSWERED


@pytest.mark.parametrize("tool", TOOLS)
def test_sets_of_labels_come_back(tmp_path, tool):
    write_queue(SETS, tmp_path / "queue.json", tool=tool, labels=["food", "sport"])
    found = import_labels(annotated(tmp_path / "queue.json", tool), tool=tool).table
    assert found["label"][0].to_list() == ["food", "sport"]
    # doccano does not tell "no label" from "not answered".
    assert found["label"].to_list()[1:] == ([] if tool == "doccano" else [[]])


def test_label_studio_reads_the_interface_and_the_data(tmp_path):
    labels = ['a "b" <c>', "é & 'ä'"]
    write_queue(QUEUE, tmp_path / "queue.json", tool="label-studio", labels=labels)
    view = ET.parse(tmp_path / "queue.xml").getroot()
    assert [each.get("value") for each in view.iter("Choice")] == labels
    choices, text = view.find("Choices"), view.find("Text")
    assert (choices.get("choice"), choices.get("toName")) == ("single", text.get("name"))
    task = json.loads((tmp_path / "queue.json").read_text("utf-8"))[0]
    assert text.get("value") == "$text"
    assert task["data"] == {"text": GREAT, "row": 3, "given": "food"}
    (result,) = task["predictions"][0]["result"]
    assert (result["from_name"], result["to_name"]) == (choices.get("name"), text.get("name"))
    # The export to CSV writes the data over an answer of the same name.
    assert choices.get("name") not in task["data"]


@pytest.mark.parametrize(
    ("tool", "name", "labels"),
    [
        ("label-studio", "queue.csv", None),
        ("doccano", "queue.csv", ["food", None]),
        ("doccano", "queue.jsonl", [["food"], []]),
        ("argilla", "queue.csv", ["sport", "food"]),
        ("argilla", "queue.jsonl", ["sport", "food"]),
    ],
)
def test_flat_queues_are_tables(tmp_path, tool, name, labels):
    write_queue(QUEUE, tmp_path / name, tool=tool, labels=["food", "sport"])
    read = pl.read_csv if name.endswith(".csv") else pl.read_ndjson
    table = read(tmp_path / name)
    assert table["text"].to_list() == [GREAT, SOUP]
    assert table["row"].to_list() == [3, 0]
    assert (table["label"].to_list() if "label" in table.columns else None) == labels


def test_a_label_that_nobody_gave_is_no_answer_of_doccano(tmp_path):
    write_queue(QUEUE, tmp_path / "queue.jsonl", tool="doccano", labels=["food", "sport"])
    votes = [each.votes for each in read_answers(tmp_path / "queue.jsonl", tool="doccano")]
    assert votes == [(("food",),), ()]


def test_an_empty_queue_is_an_empty_list(tmp_path):
    write_queue(QUEUE.clear(), tmp_path / "queue.json", tool="argilla", labels=[])
    assert json.loads((tmp_path / "queue.json").read_text()) == []


def test_what_a_tool_cannot_read_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="unknown annotation tool 'labelstudio': did you mean"):
        write_queue(QUEUE, tmp_path / "queue.json", tool="labelstudio", labels=[])
    with pytest.raises(OutputError, match=r"label-studio reads \.json, \.csv, \.tsv: name"):
        write_queue(QUEUE, tmp_path / "queue.jsonl", tool="label-studio", labels=[])
    with pytest.raises(DataError, match=r"several labels per text as JSON alone: name a \.jsonl"):
        write_queue(SETS, tmp_path / "queue.csv", tool="doccano", labels=[])
    (tmp_path / "queue.xml").touch()
    with pytest.raises(OutputError, match=r"queue\.xml exists already"):
        write_queue(QUEUE, tmp_path / "queue.json", tool="label-studio", labels=[])


WRONG = {
    "another tool's": ("label-studio", {"text": "a", "labels": []}, "is it an export of Label"),
    "spans": ("doccano", {"text": "a", "label": [[0, 1, "X"]]}, "no list of labels"),
    "no text": ("doccano", {"body": "a"}, "name the field of texts, one of 'body'"),
    "plain rows": ("argilla", {"text": "a", "label": "b"}, "an export of Argilla's records"),
    "two questions": (
        "argilla",
        {"fields": {"text": "a"}, "responses": {"b": [], "c": []}},
        "several questions, b, c: name one",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_file_of_something_else_is_refused(tmp_path, case):
    tool, record, message = WRONG[case]
    path = tmp_path / "export.json"
    path.write_text(json.dumps([record]))
    with pytest.raises(DataError, match=rf"export\.json, record 1: .*{message}"):
        import_labels(path, tool=tool)


def test_several_choices_need_a_name(tmp_path):
    results = [
        {"type": "choices", "from_name": name, "value": {"choices": [name.upper()]}}
        for name in ("topic", "tone")
    ]
    task = {"id": 1, "data": {"body": "ä"}, "annotations": [{"result": results}]}
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task]))
    with pytest.raises(DataError, match="there are several choices, tone, topic: name one"):
        import_labels(path, tool="label-studio", field="body")
    found = import_labels(path, tool="label-studio", field="body", question="tone")
    assert found.table.rows() == [("ä", "TONE")]


def test_damaged_and_unanswered_files_say_so(tmp_path):
    path = tmp_path / "export.json"
    path.write_text("[{]")
    with pytest.raises(DataError, match=r"cannot read .*export\.json as JSON: "):
        import_labels(path, tool="doccano")
    path.write_text('{"text": "a"}')
    with pytest.raises(DataError, match="a list of records was expected"):
        import_labels(path, tool="doccano")
    path.write_text('[{"text": "a", "label": []}]')
    with pytest.raises(DataError, match="none of the 1 texts has an answer to take"):
        import_labels(path, tool="doccano")


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ((), None),
        ((("a",),), ("a",)),
        ((("a",), ("b",)), None),
        ((("a",), ("b",), ("b",)), ("b",)),
        (((), ()), ()),
    ],
)
def test_majority(votes, expected):
    assert majority(votes) == expected
