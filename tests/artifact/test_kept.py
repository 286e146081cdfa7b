"""Models that earlier versions saved: each loads, is whole, and gives the scores it gave then."""

import json
from pathlib import Path

import numpy as np
import pytest

import linnet
from linnet.artifact.layout import SUMMED
from linnet.runtime.verify import verify
from linnet.version import VERSION

KEPT = Path(__file__).parent / "kept"
MODELS = sorted(each.parent for each in KEPT.glob("*/*/SHA256SUMS"))


def test_every_version_keeps_models_of_several_kinds():
    kinds = {
        (model.parent.name, manifest["task"], manifest["format"], manifest["text"]["vectorizer"])
        for model in MODELS
        for manifest in [json.loads((model / "manifest.json").read_text("utf-8"))]
    }
    first = {kind[1:] for kind in kinds if kind[0] == "0.1.0"}
    assert {each[0] for each in first} == {"multiclass", "multilabel"}
    assert {each[1] for each in first} == {1, 2}
    assert "ids" in {each[2] for each in first}
    assert VERSION in {kind[0] for kind in kinds}, "keep models of this version: kept/README.md"


def test_kept_models_are_small():
    for model in MODELS:
        assert sum(each.stat().st_size for each in model.iterdir()) < 50_000
        assert {*SUMMED, "model.onnx", "SHA256SUMS", "README.md"} == {
            each.name for each in model.iterdir()
        }


@pytest.mark.parametrize("model", MODELS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_kept_model_gives_the_scores_it_gave(model):
    then = json.loads(model.with_suffix(".json").read_text("utf-8"))
    now = linnet.load(model)
    assert list(now.labels) == then["labels"]
    assert now.manifest["linnet"] == then["linnet"] == model.parent.name
    np.testing.assert_allclose(now.predict_proba(then["texts"]), then["scores"], rtol=0, atol=1e-6)
    assert now.predict(then["texts"]) == then["predicted"]
    assert len(verify(model)) == 2


@pytest.mark.parametrize("model", MODELS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_scores_of_a_kept_model_say_something(model):
    """A model that answers every text alike would pass whatever became of its weights."""
    then = json.loads(model.with_suffix(".json").read_text("utf-8"))
    assert np.ptp(np.array(then["scores"]), axis=0).min() > 0.05
