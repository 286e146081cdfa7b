"""Members side by side: the mean of their logits, in every architecture that can be one."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import linnet
from linnet.config import configure
from linnet.errors import ConfigError
from linnet.models.heads import head
from linnet.models.model import Sizes, layers_for
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.vectorize import TextSettings, fit_and_vectorize
from linnet.training.engines.engine import Plan, make_engine
from linnet.training.fitting import _joined
from linnet.training.members import side_by_side
from linnet.training.train import Material, train_model
from linnet.types import Split

TEXTS = ["", "good film", "hyvä", "bad film", "awful", "so bad"] * 5
TARGETS = np.array([0, 1, 1, 0, 2, 0] * 5)


@pytest.mark.parametrize("model", ["linear", "fasttext", "mlp"])
def test_the_model_of_all_gives_the_mean_of_their_logits(model):
    settings = TextSettings(vectorizer="tf_idf", norm="l2", ngrams=2)
    vectorizer, bags = fit_and_vectorize(tokenize(as_texts(TEXTS)), settings)
    sizes, end = Sizes(vectorizer.num_ids, 1, 3), head("multiclass", 3)
    plan = Plan(layers_for(model, sizes), sizes, end, "adam", 0.01, 8)
    random = np.random.default_rng(0)
    members, logits = [], []
    for _ in range(3):
        engine = make_engine("sparse", plan)
        weights = {
            name: random.normal(size=each.shape).astype(np.float32)
            for name, each in engine.get_weights().items()
        }
        engine.set_weights(weights)
        members.append(weights)
        logits.append(engine.logits(bags))
    layers, weights = side_by_side(plan.layers, sizes, members=members)
    wide = make_engine("sparse", Plan(layers, sizes, end, "adam", 0.01, 8))
    wide.set_weights(weights)
    np.testing.assert_allclose(wide.logits(bags), np.mean(logits, axis=0), atol=1e-4)


def trained(**settings):
    tokens = tokenize(as_texts(TEXTS))
    material = Material(tokens, TARGETS, "multiclass", ("a", "b", "c"))
    split = Split(np.arange(18), np.arange(18, 24), np.arange(24, 30))
    chosen = {"model": "mlp", "hidden": (4,), "epochs": 3, **settings}
    return train_model(material, split, config=configure(**chosen))


def test_members_differ_and_one_member_is_the_model_alone():
    alone, three = trained(), trained(members=3)
    assert three.final.fitted.weights["bag_0.kernel"].shape[1] == 12
    first = three.final.fitted.weights["bag_0.kernel"]
    assert not np.allclose(first[:, :4], first[:, 4:8])
    np.testing.assert_array_equal(
        trained(members=1).final.fitted.weights["bag_0.kernel"],
        alone.final.fitted.weights["bag_0.kernel"],
    )


def test_members_of_the_keras_engine_that_share_devices_are_joined():
    one = trained().final
    of_all = SimpleNamespace(plan=replace(one.engine.plan, devices="all"))
    wide, fitted = _joined(of_all, [one.fitted] * 2)
    assert fitted.weights["bag_0.kernel"].shape[1] == 8
    assert wide.plan.devices == "auto"


def test_a_member_that_runs_away_is_told():
    engine = make_engine("sparse", trained().final.engine.plan)
    one = trained().final.fitted
    members = [one, replace(one, ran_away="loss became nan in epoch 3")]
    assert _joined(engine, members)[1].ran_away == "loss became nan in epoch 3"


def test_a_saved_run_of_members_answers_and_can_be_gone_on_from(tmp_path):
    table = {"text": TEXTS[1:] * 2, "label": TARGETS[1:].tolist() * 2}
    settings = {"duplicates": "keep", "epochs": 2, "test_fraction": 0.2}
    run = linnet.train(table, model="mlp", members=2, out=tmp_path / "r", **settings)
    assert run.config.members == 2
    assert run.classifier.explain(["good film"])[0].words
    more = linnet.train(table, from_=tmp_path / "r", out=tmp_path / "more", **settings)
    assert more.config.members == 1
    with pytest.raises(ConfigError, match="members is 2: a saved model is trained alone"):
        linnet.train(table, from_=tmp_path / "r", members=2, **settings)


@pytest.mark.parametrize("settings", [{"model": "lstm"}, {"model": "mlp", "hidden": (4, 4)}])
def test_members_of_other_layers_are_refused_before_training(settings):
    with pytest.raises(ConfigError, match=r"members are for fasttext, linear and mlp .*not for"):
        trained(members=2, **settings)
