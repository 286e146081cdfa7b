import json
import re
import shutil
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

import linnet
from linnet.errors import ArtifactError, ConfigError, DataError, OutputError
from linnet.workflows import compress as workflow

ODD = ["", "goal match the päivää", "🐦", "bread soup song", "unknown words only", "goal " * 500]


def size(folder):
    return sum(each.stat().st_size for each in folder.iterdir())


@pytest.fixture(scope="module", params=["binary", "multiclass", "multilabel"])
def task(request):
    return request.param


@pytest.fixture(scope="module")
def made(task, runs, tables, tmp_path_factory):
    out = tmp_path_factory.mktemp("small") / "small"
    return linnet.compress(runs[task].path, out, table=tables[task])


def test_scores_are_those_of_the_run(made, task, runs):
    before, after = runs[task].classifier, linnet.load(made.path)
    assert (after.labels, after.task, after.thresholds) == (
        before.labels, before.task, before.thresholds,
    )  # fmt: skip
    np.testing.assert_allclose(after.predict_proba(ODD), before.predict_proba(ODD), atol=0.02)
    assert after.predict_proba([]).shape == (0, len(before.labels))


def test_it_checks_itself(made):
    assert len(linnet.verify(made.path)) == 2


def test_a_changed_byte_is_found(made, tmp_path):
    folder = tmp_path / "damaged"
    shutil.copytree(made.path, folder)
    weights = folder / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ArtifactError, match=r"weights\.safetensors is damaged"):
        linnet.load(folder)


def test_loss_is_measured_on_the_test_rows(made, task, runs, tables):
    test = runs[task].evaluation["test"]
    before, after = made.evaluations
    assert made.rows == "the test rows of the run"
    name = "micro_f1" if task == "multilabel" else "accuracy"
    assert (before["rows"], before[name]) == (test["rows"], pytest.approx(test[name]))
    assert list(made.lost) == [name, "macro_f1"]
    assert made.lost[name] == before[name] - after[name]
    saved = json.loads((made.path / "evaluation.json").read_text("utf-8"))
    assert saved["test"][name] == after[name]
    assert f"{after[name]:.4f}" in (made.path / "README.md").read_text("utf-8")
    rows = tables[task][pl.read_parquet(runs[task].path / "split.parquet")
                        .filter(pl.col("part") == "test")["row"]]  # fmt: skip
    assert linnet.evaluate(made.path, rows)[name] == after[name]


def test_it_says_what_it_was(made, runs, task):
    before, after = runs[task].classifier.manifest, linnet.load(made.path).manifest
    assert (before["format"], after["format"]) == (1, 2)
    assert after["compressed_from"]["num_weights"] == before["num_weights"]
    assert after["compressed_from"]["num_ids"] == before["sizes"]["num_ids"]
    assert after["fingerprint"] == before["fingerprint"]
    assert made.num_bytes == (size(runs[task].path / "model"), size(made.path))
    assert made.num_bytes[1] < made.num_bytes[0]


def test_keras_has_the_same_scores(made):
    pytest.importorskip("keras")
    classifier = linnet.load(made.path)
    scores = classifier.keras_model(raw_text=True).predict(ODD)
    np.testing.assert_allclose(scores[:, -1], classifier.predict_proba(ODD)[:, -1], atol=1e-5)


def test_the_same_bytes_each_time(made, task, runs, tables, tmp_path):
    again = linnet.compress(runs[task].path, tmp_path / "again", table=tables[task])
    for each in made.path.iterdir():
        assert each.read_bytes() == (again.path / each.name).read_bytes(), each.name


def test_a_small_model_can_be_compressed_again(made, task, runs, tmp_path):
    again = linnet.compress(made.path, tmp_path / "again", keep_ids=12)
    assert again.num_ids == (made.num_ids[1], 12)
    assert np.isfinite(linnet.load(again.path).predict_proba(ODD)).all()


@pytest.mark.parametrize("keep_ids", [3, 25, 10**9])
def test_as_many_ids_as_asked(runs, tmp_path, keep_ids):
    run = runs["multiclass"]
    whole = run.classifier.manifest["sizes"]["num_ids"]
    made = linnet.compress(run.path / "model", tmp_path / "small", keep_ids=keep_ids)
    assert made.num_ids == (whole, min(keep_ids, whole))
    assert linnet.load(made.path).vectorizer.num_ids == min(keep_ids, whole)
    assert (made.evaluations, made.lost, made.rows) == (None, {}, "")
    unknown = [
        json.loads((each / "profile.json").read_text())["unknown_rate"]
        for each in (run.path / "model", made.path)
    ]
    assert unknown[1] > unknown[0] if keep_ids < whole else unknown[1] == pytest.approx(unknown[0])


def test_as_small_as_asked(runs, tmp_path):
    run = runs["multiclass"]
    whole = linnet.compress(run.path, tmp_path / "whole")
    limit = whole.num_bytes[1] - 250
    made = linnet.compress(run.path, tmp_path / "small", max_mb=limit / 1e6)
    assert made.num_bytes[1] <= limit
    assert 3 < made.num_ids[1] < whole.num_ids[1]
    roomy = linnet.compress(run.path, tmp_path / "roomy", max_mb=9)
    assert roomy.num_ids[1] == whole.num_ids[1]


@pytest.mark.parametrize("num_ids", [4, 5, 9, 1000])
def test_as_small_as_can_be(monkeypatch, num_ids):
    monkeypatch.setattr("linnet.compression.prune.pruned", lambda whole, keep: keep)
    monkeypatch.setattr(
        "linnet.compression.pack.packed", lambda kept: SimpleNamespace(num_bytes=10 * kept)
    )
    whole = SimpleNamespace(sizes=SimpleNamespace(num_ids=num_ids))
    assert workflow._small(whole, None, 30)[0] == 3


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"keep_ids": 2}, "keep_ids must be at least 3, not 2"),
        ({"keep_ids": 9, "max_mb": 1.0}, "give keep_ids or max_mb, not both"),
        ({"max_mb": 0.0}, "max_mb must be above 0, not 0"),
        ({"max_mb": float("nan")}, "max_mb must be above 0, not nan"),
        ({"max_mb": 0.001}, "max_mb is too small: without all words but one"),
    ],
)
def test_sizes_that_cannot_be(runs, tmp_path, sizes, message):
    with pytest.raises(ConfigError, match=message):
        linnet.compress(runs["binary"].path, tmp_path / "small", **sizes)
    assert not (tmp_path / "small").exists()


def test_nothing_is_overwritten(runs, tmp_path):
    with pytest.raises(OutputError, match=f"{re.escape(str(tmp_path))} exists already"):
        linnet.compress(runs["binary"].path, tmp_path)


def test_a_table_of_other_rows_is_used_whole(runs, tables, tmp_path):
    some = tables["binary"].head(20)
    made = linnet.compress(runs["binary"].path, tmp_path / "small", table=some)
    assert (made.rows, made.evaluations[0]["rows"]) == ("all rows of the table", 20)


def test_a_table_without_the_columns_is_refused(runs, tables, tmp_path):
    table = tables["binary"].rename({"label": "tag"})
    with pytest.raises(DataError, match="unknown column 'label'"):
        linnet.compress(runs["binary"].path, tmp_path / "small", table=table)
    made = linnet.compress(runs["binary"].path, tmp_path / "small", table=table, label="tag")
    assert made.lost["accuracy"] <= 0.2


def test_own_layers_are_refused(runs, tmp_path):
    folder = tmp_path / "own"
    shutil.copytree(runs["binary"].path / "model", folder)
    manifest = json.loads((folder / "manifest.json").read_text()) | {"layers": None, "keras": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "model.onnx").unlink()
    import hashlib

    sums = {each: hashlib.sha256((folder / each).read_bytes()).hexdigest() for each in (
        line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()
    ) if each != "model.onnx"}  # fmt: skip
    (folder / "SHA256SUMS").write_text("".join(f"{s}  {n}\n" for n, s in sorted(sums.items())))
    with pytest.raises(ConfigError, match="the layers are a user's own"):
        linnet.compress(folder, tmp_path / "small")
