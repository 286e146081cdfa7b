import errno
import hashlib
import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linnet.artifact import load, remembered
from linnet.artifact.layout import BEGUN
from linnet.artifact.load import open_artifact
from linnet.artifact.save import save
from linnet.artifact.tensors import byte_ranges
from linnet.errors import ArtifactError

SUMMED = [
    "evaluation.json", "golden.json", "history.csv", "manifest.json", "model.onnx", "profile.json",
    "vocabulary.parquet", "weights.safetensors",
]  # fmt: skip
EVERY = [*SUMMED, "SHA256SUMS"]
CHANGED = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


def sum_again(folder):
    """Make SHA256SUMS fit the files, as somebody would who changes a model on purpose."""
    names = [name for name in SUMMED if (folder / name).is_file()]
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / "SHA256SUMS").write_text("".join(f"{sums[name]}  {name}\n" for name in sums))


@pytest.mark.parametrize("full", [True, False])
def test_either_folder_is_taken(folder, contents, full):
    for each in (folder, folder.parent, str(folder)):
        artifact = open_artifact(each, full=full)
        assert artifact.path == folder
        assert artifact.manifest == contents.manifest
    assert artifact.json("evaluation.json") == contents.evaluation


def test_other_files_and_the_card_are_free(folder):
    (folder / "notes.txt").write_text("mine")
    (folder / "checkpoints").mkdir()
    (folder / "README.md").write_text("changed")
    open_artifact(folder)
    (folder / "README.md").unlink()
    open_artifact(folder)


@pytest.mark.parametrize("name", EVERY)
@given(data=st.data())
@CHANGED
def test_a_changed_byte_is_refused(folder, name, data):
    file = folder / name
    before = file.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1))
    flip = data.draw(st.integers(1, 255))
    file.write_bytes(before[:at] + bytes([before[at] ^ flip]) + before[at + 1 :])
    try:
        with pytest.raises(ArtifactError, match=re.escape(str(folder))):
            open_artifact(folder)
    finally:
        file.write_bytes(before)


def test_no_changed_byte_of_the_sums_passes(folder):
    """Every byte, each of its bits and a few more: no flip may hide in the form of the file."""
    file = folder / "SHA256SUMS"
    before = file.read_bytes()
    for at in range(len(before)):
        for flip in (1, 2, 4, 8, 16, 32, 64, 128, ord(" ") ^ ord("*"), ord("\n") ^ ord("\r")):
            file.write_bytes(before[:at] + bytes([before[at] ^ flip]) + before[at + 1 :])
            with pytest.raises(ArtifactError, match="SHA256SUMS"):
                open_artifact(folder)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("change", [b"", b"x", None])
def test_truncated_and_longer_files_are_refused(folder, name, change):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-1] if change is None else change and content + change)
    with pytest.raises(ArtifactError, match=name):
        open_artifact(folder)


@pytest.mark.parametrize("name", EVERY)
def test_missing_files_are_refused(folder, name):
    (folder / name).unlink()
    with pytest.raises(ArtifactError, match=f"{name} is missing; fetch the model again"):
        open_artifact(folder)
    (folder / name).mkdir()
    with pytest.raises(ArtifactError, match=f"{name} is no file"):
        open_artifact(folder)


def test_a_renamed_file_is_missing(folder):
    (folder / "weights.safetensors").rename(folder / "weight.safetensors")
    with pytest.raises(ArtifactError, match=r"weights\.safetensors is missing"):
        open_artifact(folder)


def test_a_file_without_sum_is_refused(folder):
    lines = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    (folder / "SHA256SUMS").write_text("".join(line for line in lines if "golden" not in line))
    with pytest.raises(ArtifactError, match=r"SHA256SUMS: golden\.json is missing"):
        open_artifact(folder)


@pytest.mark.parametrize("name", ["README.md", "other", "..", "zzz"])
def test_a_sum_without_file_is_refused(folder, name):
    lines = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    lines = sorted([*lines, f"{'0' * 64}  {name}\n"], key=lambda line: line[66:])
    (folder / "SHA256SUMS").write_text("".join(lines))
    with pytest.raises(ArtifactError, match=f"SHA256SUMS: {re.escape(name)} is no file of this"):
        open_artifact(folder)


SUMS = [
    ("../manifest.json", "line 1 is damaged"),
    ("/etc/passwd", "line 1 is damaged"),
    ("a/b", "line 1 is damaged"),
    ("ä", "is damaged"),
    ("", "line 1 is damaged"),
]


@pytest.mark.parametrize(("name", "message"), SUMS)
def test_a_sum_of_a_file_elsewhere_is_refused(folder, name, message):
    text = f"{'0' * 64}  {name}\n" + (folder / "SHA256SUMS").read_text()
    (folder / "SHA256SUMS").write_text(text, "utf-8")
    with pytest.raises(ArtifactError, match=message):
        open_artifact(folder)


def test_sums_in_another_order_or_twice_are_refused(folder):
    lines = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    for wrong in (lines[::-1], [lines[0], *lines]):
        (folder / "SHA256SUMS").write_text("".join(wrong))
        with pytest.raises(ArtifactError, match="names must be sorted and differ"):
            open_artifact(folder)


def test_links_to_folders_and_files_are_followed(folder, tmp_path, contents):
    (tmp_path / "link").symlink_to(folder.parent, target_is_directory=True)
    assert open_artifact(tmp_path / "link").manifest == contents.manifest
    blobs, snapshot = tmp_path / "blobs", tmp_path / "snapshot"
    blobs.mkdir(), snapshot.mkdir()
    for number, file in enumerate(sorted(folder.iterdir())):
        shutil.copy(file, blobs / str(number))
        (snapshot / file.name).symlink_to(f"../blobs/{number}")
    assert open_artifact(snapshot).manifest == contents.manifest
    (blobs / "0").unlink()
    (blobs / "3").unlink()
    with pytest.raises(ArtifactError, match="is missing"):
        open_artifact(snapshot)


def test_a_missing_folder_is_refused_with_the_nearest_name(folder, tmp_path):
    with pytest.raises(ArtifactError, match=rf"rum does not exist: did you mean {folder.parent}\?"):
        open_artifact(tmp_path / "rum")
    with pytest.raises(ArtifactError, match="does not exist: name the folder that linnet train"):
        open_artifact(tmp_path / "quite other")
    with pytest.raises(ArtifactError, match="does not exist: name the folder"):
        open_artifact(tmp_path / "no" / "run")


def test_a_folder_without_model_is_refused(tmp_path):
    with pytest.raises(ArtifactError, match=r"holds no saved model: expected manifest\.json"):
        open_artifact(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(ArtifactError, match="file is a file: name the folder"):
        open_artifact(tmp_path / "file")


def test_what_cannot_be_read_is_refused(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(load, "sha256", refuse)
    with pytest.raises(ArtifactError, match=r"manifest\.json: cannot be read: Permission denied"):
        open_artifact(folder)


def test_a_file_of_a_broken_disk_is_refused_and_not_called_missing(folder, monkeypatch):
    real = Path.stat

    def stat(path, **options):
        if path.name == "golden.json":
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path, **options)

    monkeypatch.setattr(load.Path, "stat", stat)
    with pytest.raises(ArtifactError, match=r"golden\.json: cannot be read: Input/output error"):
        open_artifact(folder)


def test_a_training_that_was_interrupted_holds_no_model_yet(tmp_path):
    (tmp_path / BEGUN).parent.mkdir()
    (tmp_path / BEGUN).write_text("{}")
    with pytest.raises(ArtifactError, match=r"holds no saved model yet: .*linnet train --resume"):
        open_artifact(tmp_path)


def test_an_error_without_a_file_names_the_folder(folder, monkeypatch):
    def refuse(path):
        raise OSError("broken disk")

    monkeypatch.setattr(load, "sha256", refuse)
    with pytest.raises(ArtifactError, match=r"model: cannot be read: broken disk"):
        open_artifact(folder)


def test_a_newer_format_is_said_before_anything_else(folder, contents):
    manifest = {"format": 3, "linnet": "8.1", "new": True}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "golden.json").unlink()
    sum_again(folder)
    with pytest.raises(ArtifactError, match=r"manifest\.json: .* format 3, .*install linnet 8\.1"):
        open_artifact(folder)


JSON = [b"", b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}', b"9" * 5000, b'{"a": Infinity}']


@pytest.mark.parametrize("content", JSON, ids=lambda content: str(content[:9]))
def test_json_that_cannot_be_read_is_refused(folder, content):
    (folder / "manifest.json").write_bytes(content)
    sum_again(folder)
    message = r"manifest\.json:? (is empty|is not JSON that can be read|must be an object)"
    with pytest.raises(ArtifactError, match=message):
        open_artifact(folder)


@pytest.mark.parametrize(("name", "limit"), [("manifest.json", "MANIFEST"), ("SHA256SUMS", "SUMS"),
                                             ("model.onnx", "GRAPH")])  # fmt: skip
def test_huge_files_are_not_read(folder, monkeypatch, name, limit):
    if name == "model.onnx":
        (folder / name).write_bytes(bytes(5000))
        sum_again(folder)
    monkeypatch.setattr(load, f"LARGEST_{limit}", (folder / name).stat().st_size - 1)
    with pytest.raises(ArtifactError, match=f"{name}: has .* bytes, at most"):
        open_artifact(folder)


GRAPHS = [
    ({"location": "../weights.safetensors"}, r"from '\.\./weights\.safetensors', expected"),
    ({"location": "/etc/passwd"}, r"from '/etc/passwd', expected weights\.safetensors: do not"),
    ({"location": "manifest.json"}, r"from 'manifest\.json'"),
    ({"location": ""}, "from ''"),
    ({"location": "*/_ORT_MEM_ADDR_/*"}, "from '.*MEM_ADDR"),
    ({"offset": 0}, "from byte 0, 16 long; weights.safetensors holds Tensor.*offset="),
    ({"offset": 10**6}, "from byte 1000000, 16 long"),
    ({"length": 12}, "12 long"),
    ({"length": 10**17}, "100000000000000000 long"),
    ({"length": "x"}, "'x' is no number of bytes: do not use this model"),
]


@pytest.mark.parametrize(("said", "message"), GRAPHS)
def test_weights_from_elsewhere_are_refused(
    tmp_path, contents, graph, external_tensor, said, message
):
    tensor = external_tensor("dense.kernel", place(contents) | said)
    save(tmp_path / "model", replace(contents, graph=graph(tensor)))
    with pytest.raises(ArtifactError, match=rf"model\.onnx: .*{message}"):
        open_artifact(tmp_path)


def place(contents):
    offset, length = byte_ranges(contents.weights)["dense.kernel"]
    return {"location": "weights.safetensors", "offset": offset, "length": length}


OTHERS = [
    ("dense.kernel", {"shape": (4, 1)}, r"of shape \(4, 1\), from"),
    ("dense.kernel", {"shape": (2**30, 2**30)}, r"of shape \(1073741824, 1073741824\), from"),
    ("dense.kernel", {"kind": 3}, "int8 of shape"),
    ("dense.bias", {}, "holds no such array"),
]


@pytest.mark.parametrize("case", OTHERS, ids=str)
def test_weights_that_are_not_there_as_described_are_refused(
    tmp_path, contents, graph, external_tensor, case
):
    name, change, message = case
    tensor = external_tensor(name, place(contents), **change)
    save(tmp_path / "model", replace(contents, graph=graph(tensor)))
    with pytest.raises(ArtifactError, match=rf"model\.onnx: takes '{name}'.*{message}"):
        open_artifact(tmp_path)


def test_a_graph_without_a_row_for_each_id_is_refused(tmp_path, contents, graph):
    save(tmp_path / "model", replace(contents, graph=graph()))
    with pytest.raises(ArtifactError, match=r"model\.onnx: no weight has a row for each of 2 ids"):
        open_artifact(tmp_path)


def test_weights_that_are_none_are_refused_before_anybody_reads_them(folder):
    (folder / "weights.safetensors").write_bytes(b"\x02" + bytes(7) + b"{}" + bytes(9))
    sum_again(folder)
    with pytest.raises(
        ArtifactError, match=r"weights\.safetensors: cannot be read: the arrays end"
    ):
        open_artifact(folder)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_no_file_is_refused_and_not_waited_for(folder, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(ArtifactError, match=f"{name} is no file"):
        open_artifact(folder)
    (folder / name).unlink()
    (folder / name).symlink_to("/dev/zero")
    with pytest.raises(ArtifactError, match=f"{name} is no file"):
        open_artifact(folder)
    (folder / name).unlink()
    (folder / name).symlink_to(name)
    with pytest.raises(ArtifactError, match=f"{name} is missing"):
        open_artifact(folder)


def test_endless_files_of_no_size_are_refused_unread(folder, monkeypatch):
    """Some files of /proc have no size and do not end."""
    monkeypatch.setattr(load, "sha256", lambda path: pytest.fail("was read"))
    for each in SUMMED:
        (folder / each).write_bytes(b"")
    (folder / "SHA256SUMS").write_text("".join(f"{'0' * 64}  {each}\n" for each in SUMMED))
    with pytest.raises(ArtifactError, match=r"manifest\.json is empty"):
        open_artifact(folder)


def test_json_that_vanishes_is_refused(folder, monkeypatch):
    artifact = open_artifact(folder)

    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ArtifactError, match=r"golden\.json: cannot be read: Permission denied"):
        artifact.json("golden.json")


@pytest.fixture
def summed(folder, monkeypatch):
    """The files that were summed, with every file counted as big and settled."""
    monkeypatch.setenv("LINNET_CACHE", str(folder.parent / "cache"))
    monkeypatch.setattr(remembered, "BIG", 0)
    for each in folder.iterdir():
        os.utime(each, (1e9, 1e9))
    found = []
    really = remembered.sha256
    monkeypatch.setattr(remembered, "sha256", lambda path: found.append(path.name) or really(path))
    return found


def test_big_files_are_summed_once(folder, summed):
    open_artifact(folder, full=False)
    assert sorted(summed) == SUMMED
    summed.clear()
    open_artifact(folder, full=False)
    assert summed == []


def test_full_believes_nothing(folder, summed, monkeypatch):
    open_artifact(folder, full=False)
    monkeypatch.setattr(load, "sha256", lambda path: "0" * 64)
    with pytest.raises(ArtifactError, match="is damaged"):
        open_artifact(folder, full=True)


@pytest.mark.parametrize("same_times", [True, False])
def test_a_big_file_that_was_touched_is_summed_again(folder, summed, same_times):
    open_artifact(folder, full=False)
    summed.clear()
    file = folder / "vocabulary.parquet"
    file.write_bytes(b"W" + file.read_bytes()[1:])
    if same_times:
        os.utime(file, (1e9, 1e9))
    with pytest.raises(ArtifactError, match=r"vocabulary\.parquet is damaged"):
        open_artifact(folder, full=False)
    assert summed == ["vocabulary.parquet"]


def test_a_file_that_has_just_been_written_is_not_remembered(folder, summed):
    os.utime(folder / "golden.json")
    for _ in range(2):
        summed.clear()
        open_artifact(folder, full=False)
    assert summed == ["golden.json"]


def test_a_damaged_memory_only_costs_time(folder, summed):
    open_artifact(folder, full=False)
    for note in (folder.parent / "cache" / "sums").iterdir():
        note.write_bytes(b"\xff")
    summed.clear()
    open_artifact(folder, full=False)
    assert sorted(summed) == SUMMED


def test_a_cache_that_cannot_be_written_is_no_mistake(folder, summed, monkeypatch):
    (folder.parent / "cache").touch()
    open_artifact(folder, full=False)
    open_artifact(folder, full=False)
    assert sorted(summed) == sorted(SUMMED * 2)


def test_a_path_may_be_relative(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert open_artifact(Path(".")).path == Path(".")
    assert open_artifact(Path("")).path == Path("")


def test_a_comparison_names_the_run_of_its_best(tmp_path):
    (tmp_path / "c" / "best").mkdir(parents=True)
    with pytest.raises(ArtifactError, match=r"c is a comparison: name the run of its best, .*best"):
        open_artifact(tmp_path / "c")
