import hashlib
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from linnet.artifact.golden import TEXTS, golden
from linnet.artifact.save import save
from linnet.artifact.tensors import byte_ranges
from linnet.errors import ArtifactError
from linnet.runtime.classifier import load
from linnet.runtime.verify import verify


@pytest.fixture
def folder(classifier, tmp_path):
    """A copy of a saved model, to be damaged."""
    shutil.copytree(classifier.path, tmp_path / "model")
    return tmp_path / "model"


def sum_again(folder):
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    names = [line.split("  ")[1] for line in lines]
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / "SHA256SUMS").write_text("".join(f"{sums[name]}  {name}\n" for name in names))


def test_what_was_saved_is_right(classifier):
    for folder in (classifier.path, classifier.path.parent, str(classifier.path)):
        files, texts = verify(folder)
    assert files == "8 files have the sums in SHA256SUMS"
    assert texts.startswith("12 golden texts have the saved scores (largest difference ")


def test_changed_weights_are_found_though_the_sums_fit(folder):
    file = folder / "weights.safetensors"
    content = bytearray(file.read_bytes())
    for name, (offset, length) in byte_ranges(bytes(content)).items():
        if name.endswith("bias"):
            weights = np.frombuffer(content, np.float32, length // 4, offset)
            weights += np.linspace(0.01, 0.02, len(weights), dtype=np.float32)
    file.write_bytes(content)
    with pytest.raises(ArtifactError, match=r"weights\.safetensors is damaged"):
        verify(folder)
    sum_again(folder)
    load(folder)
    with pytest.raises(
        ArtifactError, match=r"golden\.json: text \d+ scores differently here, by 0"
    ):
        verify(folder)


def test_the_text_that_differs_is_named(tmp_path, contents):
    save(tmp_path / "draft", contents)
    scores = load(tmp_path / "draft").predict_proba(TEXTS)
    scores[5, 1] += np.float32(0.001)
    save(tmp_path / "model", replace(contents, golden=golden(scores)))
    with pytest.raises(ArtifactError, match=r"text 5 scores differently here, by 0\.001 \(at most"):
        verify(tmp_path)


def test_every_file_is_summed(tmp_path, contents, monkeypatch):
    save(tmp_path / "model", contents)
    monkeypatch.setattr("linnet.artifact.load.has_sum", lambda path, expected: True)
    (tmp_path / "model" / "profile.json").write_text("[]")
    load(tmp_path)
    with pytest.raises(ArtifactError, match=r"profile\.json is damaged"):
        verify(tmp_path)


GOLDEN = [
    ([], "expected texts and scores"),
    ({"texts": [""]}, "expected texts and scores"),
    ({"texts": [], "scores": []}, "0 texts and 2 labels do not fit scores of shape"),
    ({"texts": [""], "scores": [[1.0]]}, "1 texts and 2 labels do not fit"),
    ({"texts": ["", "a"], "scores": [[0.5, 0.5]]}, "2 texts and 2 labels do not fit"),
    ({"texts": [""], "scores": [["x", "y"]]}, "expected texts and scores"),
    ({"texts": 1, "scores": [[0.5, 0.5]]}, "expected texts and scores"),
]


@pytest.mark.parametrize(("content", "message"), GOLDEN)
def test_golden_texts_that_cannot_be_read_are_refused(tmp_path, contents, content, message):
    save(tmp_path / "model", contents)
    (tmp_path / "model" / "golden.json").write_text(json.dumps(content))
    sum_again(tmp_path / "model")
    with pytest.raises(ArtifactError, match=rf"golden\.json: {message}"):
        verify(tmp_path)


def test_a_hubs_cache_and_links_to_folders_work(folder, tmp_path):
    blobs, snapshot = tmp_path / "blobs", tmp_path / "snapshots" / "1"
    blobs.mkdir()
    snapshot.mkdir(parents=True)
    for number, file in enumerate(sorted(folder.iterdir())):
        shutil.copy(file, blobs / str(number))
        (snapshot / file.name).symlink_to(f"../../blobs/{number}")
    verify(snapshot)
    (tmp_path / "link").symlink_to(tmp_path / "model", target_is_directory=True)
    verify(tmp_path / "link")


def test_links_into_different_folders_answer_or_are_refused_with_the_mend(folder, classifier):
    """Old ONNX Runtimes follow a link anywhere, new ones only to what is beside the graph."""
    for name in ("model.onnx", "weights.safetensors"):
        apart = folder.parent / f"of-{name}"
        apart.mkdir()
        (folder / name).rename(apart / "1")
        (folder / name).symlink_to(apart / "1")
    try:
        found = load(folder).predict_proba(TEXTS)
    except ArtifactError as error:
        assert "links into different folders, copy it with cp -rL" in str(error)
    else:
        np.testing.assert_array_equal(found, classifier.predict_proba(TEXTS))
