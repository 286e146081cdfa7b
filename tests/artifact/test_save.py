import subprocess
from dataclasses import replace

import pytest

from linnet.artifact.load import open_artifact
from linnet.artifact.save import save
from linnet.errors import ArtifactError, OutputError

FILES = {
    "README.md", "SHA256SUMS", "evaluation.json", "golden.json", "history.csv", "manifest.json",
    "model.onnx", "profile.json", "vocabulary.parquet", "weights.safetensors",
}  # fmt: skip


def test_all_files_are_written(folder):
    assert {each.name for each in folder.iterdir()} == FILES
    assert (folder / "README.md").read_text("utf-8") == "# Näin\n"
    assert (folder / "history.csv").read_bytes() == b"epoch,loss\n1,0.5\n"
    assert (folder / "weights.safetensors").stat().st_mode & 0o077 == (
        folder.stat().st_mode & 0o066
    )


def test_sums_are_those_of_sha256sum(folder):
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = [line.partition(":")[0] for line in checked.stdout.splitlines()]
    assert names == sorted(FILES - {"README.md", "SHA256SUMS"})


def test_the_same_contents_give_the_same_bytes(tmp_path, contents):
    for name in ("a", "b"):
        save(tmp_path / name, contents)
    for each in (tmp_path / "a").iterdir():
        assert each.read_bytes() == (tmp_path / "b" / each.name).read_bytes()


def test_nothing_is_overwritten(folder, contents):
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    with pytest.raises(OutputError, match="exists already"):
        save(folder, contents)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


def test_nothing_is_left_of_a_save_that_fails(tmp_path, contents):
    with pytest.raises(ValueError, match="not JSON compliant"):
        save(tmp_path / "model", replace(contents, profile={"rate": float("nan")}))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], "\n"),
        ([{"a": 1}, {"b": 0.1}], "a,b\n1,\n,0.1\n"),
        ([{"a, ä": 'x"y', "b": None}], '"a, ä",b\n"x""y",\n'),
    ],
)
def test_history_has_all_columns(tmp_path, contents, rows, expected):
    save(tmp_path / "model", replace(contents, history=rows))
    assert (tmp_path / "model" / "history.csv").read_bytes().decode() == expected


def test_a_users_model_has_no_graph(tmp_path, contents):
    manifest = {**contents.manifest, "layers": None, "keras": {"class_name": "Sequential"}}
    save(tmp_path / "model", replace(contents, manifest=manifest, graph=None))
    assert not (tmp_path / "model" / "model.onnx").exists()
    assert open_artifact(tmp_path).manifest == manifest


def test_a_graph_needs_layers(tmp_path, contents):
    with pytest.raises(ArtifactError, match=r"model\.onnx: a graph and layers belong together"):
        save(tmp_path / "model", replace(contents, graph=None))
    assert list(tmp_path.iterdir()) == []


def test_a_manifest_that_could_not_be_loaded_is_not_saved(tmp_path, contents):
    with pytest.raises(ArtifactError, match=r"manifest\.json: seed must be"):
        save(tmp_path / "model", replace(contents, manifest={**contents.manifest, "seed": "0"}))
