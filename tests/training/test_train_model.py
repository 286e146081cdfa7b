"""From tokens to a trained model: the parts of a split, training again, weights of rows."""

from dataclasses import replace

import numpy as np
import pytest

from linnet.config import configure
from linnet.errors import ConfigError, LinnetError
from linnet.text.ids import Ids
from linnet.text.tokenize import as_texts, tokenize
from linnet.training.measure import measure, thresholds_of
from linnet.training.pack import Results, pack
from linnet.training.train import Known, Material, train_model
from linnet.types import Split

WORDS = ("red", "blue", "green")
NOTHING = np.arange(0)


def material_of(num_rows=60, *, weights=None, seed=0):
    """Texts of a colour and noise, every tenth label wrong."""
    random = np.random.default_rng(seed)
    targets = random.integers(0, 3, num_rows)
    noise = random.integers(0, 40, (num_rows, 4))
    texts = [
        f"{WORDS[target]} " + " ".join(f"w{each}" for each in row)
        for target, row in zip(targets, noise, strict=True)
    ]
    wrong = np.arange(num_rows) % 10 == 9
    targets = np.where(wrong, (targets + 1) % 3, targets)
    return Material(tokenize(as_texts(texts)), targets, "multiclass", WORDS, weights)


MATERIAL = material_of()
SPLIT = Split(np.arange(40), np.arange(40, 50), np.arange(50, 60))
LINEAR = configure(model="linear", min_count=1, epochs=6, batch_size=8, seed=1)


def train(material=MATERIAL, split=SPLIT, config=LINEAR, **settings):
    return train_model(material, split, config=configure(config, **settings))


def assert_same_weights(one, other):
    for name, weight in one.fitted.weights.items():
        np.testing.assert_array_equal(weight, other.fitted.weights[name])


def test_trained_again_on_everything_for_the_best_number_of_epochs():
    trained = train(epochs=30, learning_rate=100.0, patience=3)
    watched, final = trained.watched.fitted, trained.final.fitted
    assert watched.kept_epoch == watched.best_epoch < len(watched.history)
    assert len(final.history) == final.kept_epoch == watched.kept_epoch
    assert "val_loss" not in final.history[0]
    everything = Split(np.arange(50), NOTHING, SPLIT.test)
    alone = train(split=everything, epochs=watched.kept_epoch, learning_rate=100.0)
    assert_same_weights(trained.final, alone.final)
    assert trained.final.vectorizer.num_ids > trained.watched.vectorizer.num_ids


def test_training_again_does_not_stop_early():
    trained = train(epochs=8, learning_rate=300.0, monitor="loss", weights="last", patience=None)
    assert len(trained.final.fitted.history) == len(trained.watched.fitted.history)
    early = train(epochs=30, learning_rate=300.0, monitor="loss", patience=1)
    assert len(early.final.fitted.history) == early.watched.fitted.kept_epoch


def test_training_again_for_a_number_of_epochs():
    trained = train(epochs=3, retrain_epochs=5)
    assert len(trained.watched.fitted.history) == 3
    assert len(trained.final.fitted.history) == trained.final.fitted.kept_epoch == 5
    everything = Split(np.arange(50), NOTHING, SPLIT.test)
    assert_same_weights(trained.final, train(split=everything, epochs=5).final)
    assert trained.config.retrain_epochs == 5


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"retrain": False}, "nothing is trained again: retrain is false"),
        ({"split": replace(SPLIT, validation=NOTHING)}, "again: there are no validation rows"),
    ],
)
def test_epochs_of_a_second_training_that_does_not_come_are_refused(how, message):
    with pytest.raises(ConfigError, match=f"retrain_epochs is 5, but .*{message}"):
        train(retrain_epochs=5, **how)


def test_the_length_is_not_measured_again():
    texts = ["a b c"] * 38 + ["a b c d e f g h"] * 2 + ["a b"] * 10
    material = replace(MATERIAL, tokens=tokenize(as_texts([*texts, *["a"] * 10])))
    small = {"embedding_size": 2, "hidden": (), "epochs": 1}
    trained = train(material, config=configure(model="embedding", **small))
    lengths = {each.vectorizer.settings.max_length for each in (trained.watched, trained.final)}
    assert lengths == {3}
    assert trained.final.plan.sizes.length == 3


@pytest.mark.parametrize("how", [{"retrain": False}, {}])
def test_the_watched_model_is_kept_where_nothing_is_trained_again(how):
    split = SPLIT if how else replace(SPLIT, validation=NOTHING)
    trained = train(split=split, **how)
    assert trained.final is trained.watched
    manifest = pack(trained, Results({"baselines": {}}, None)).manifest
    assert manifest["retrained"] is False
    assert manifest["rows"] == {"train": 40, "validation": len(split.validation), "test": 10}


def test_best_or_last_weights():
    how = {"epochs": 30, "learning_rate": 100.0, "patience": 3, "retrain": False}
    best, last = train(**how), train(**how, weights="last")
    assert best.watched.fitted.kept_epoch < last.watched.fitted.kept_epoch
    assert last.watched.fitted.kept_epoch == len(last.watched.fitted.history)
    assert best.watched.fitted.best_epoch == last.watched.fitted.best_epoch


def test_no_validation_rows_train_all_epochs():
    trained = train(split=replace(SPLIT, validation=NOTHING), patience=0, epochs=7)
    assert len(trained.final.fitted.history) == trained.final.fitted.kept_epoch == 7


def test_checkpoints_are_those_of_the_first_training(tmp_path):
    train_model(MATERIAL, SPLIT, config=replace(LINEAR, checkpoints="all"), checkpoints=tmp_path)
    assert len(list(tmp_path.glob("epoch-*-val_loss-*.safetensors"))) == 6
    assert len(list(tmp_path.iterdir())) == 6


def test_progress_is_told_of_both_trainings():
    ended = []

    def report(progress):
        if progress.ended:
            ended.append(("val_loss" in progress.row, progress.epochs))

    trained = train_model(MATERIAL, SPLIT, config=LINEAR, report=report)
    again = trained.watched.fitted.kept_epoch
    assert ended == [(True, 6)] * 6 + [(False, again)] * again


def test_class_weights_are_row_weights():
    balanced = train(class_weights="balanced", retrain=False)
    given = train(class_weights="red=2,blue=0.5", retrain=False)
    plain = train(retrain=False)
    counts = np.bincount(MATERIAL.targets[SPLIT.train])
    by_row = (40 / (3 * counts))[MATERIAL.targets].astype(np.float32)
    as_rows = train(replace(MATERIAL, weights=by_row), retrain=False)
    assert_same_weights(balanced.final, as_rows.final)
    kernels = [each.final.fitted.weights["bag_0.kernel"] for each in (plain, balanced, given)]
    assert (kernels[0] != kernels[1]).any()
    assert (kernels[0] != kernels[2]).any()


def test_class_weights_and_row_weights_multiply():
    rows = np.linspace(0.5, 2, 60, dtype=np.float32)
    both = train(replace(MATERIAL, weights=rows), class_weights="red=2", retrain=False)
    doubled = np.where(MATERIAL.targets == 0, 2 * rows, rows)
    as_rows = train(replace(MATERIAL, weights=doubled), retrain=False)
    assert_same_weights(both.final, as_rows.final)


def test_a_class_that_weighs_more_is_found_more_often():
    found = [
        train(class_weights=weights, epochs=1, learning_rate=1.0, retrain=False)
        .final.scores(MATERIAL.tokens)[:, 0]
        .mean()
        for weights in ("red=0.1", "red=1", "red=10")
    ]
    assert found == sorted(found)
    assert found[2] - found[0] > 0.1


MULTILABEL = replace(MATERIAL, task="multilabel", targets=np.eye(3, dtype=int)[MATERIAL.targets])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"class_weights": "pink=2"}, "class_weights: 'pink=2' should be one of red, blue, green"),
        ({"vectorizer": "ids"}, "model 'linear' cannot take vectorizer = 'ids': use multi_hot or"),
        (
            {"model": "lstm", "vectorizer": "count"},
            "'lstm' cannot take vectorizer = 'count': use ids",
        ),
        ({"model": "lstm", "ngrams": 2}, "ngrams = 2 needs a bag"),
        ({"engine": "keras", "optimizer": "lazy_adam"}, "lazy_adam is an optimizer of the sparse"),
        ({"model": "embedding", "engine": "sparse"}, "the sparse engine trains bags only"),
        ({"units": 3}, "model 'linear' has no option 'units': it has none"),
        ({"loss": "binary_crossentropy"}, "loss 'binary_crossentropy' does not fit a multiclass"),
        ({"monitor": "val_f1"}, "unknown value to monitor 'val_f1'"),
    ],
)
def test_settings_that_contradict_each_other(settings, message):
    with pytest.raises(ConfigError, match=message):
        train(**settings)


def test_class_weights_of_sets_of_labels_are_refused():
    with pytest.raises(ConfigError, match="class_weights is for one label per text: use weight"):
        train(MULTILABEL, class_weights="balanced")


@pytest.mark.parametrize("how", [{}, {"engine": "keras"}])
def test_a_loss_that_runs_away_says_how_to_mend_it(how):
    material = MULTILABEL if not how else MATERIAL
    with pytest.raises(LinnetError, match=r"loss became \S+ in epoch \d+: lower learning_rate"):
        train(material, model="mlp", optimizer="sgd", learning_rate=1e30, epochs=30, **how)


def test_thresholds_are_chosen_on_validation_rows():
    assert thresholds_of(train()) is None
    without = train(MULTILABEL, replace(SPLIT, validation=NOTHING))
    assert thresholds_of(without).tolist() == [0.5] * 3
    chosen = thresholds_of(train(MULTILABEL))
    assert chosen.shape == (3,)
    # Other test rows, and other labels of the training rows' model, change nothing.
    other = replace(
        MULTILABEL, targets=np.concatenate([MULTILABEL.targets[:50], 1 - MULTILABEL.targets[50:]])
    )
    np.testing.assert_array_equal(thresholds_of(train(other)), chosen)
    # Validation rows that all want every label pull it down.
    eager = replace(MULTILABEL, targets=MULTILABEL.targets.copy())
    eager.targets[40:50] = 1
    assert (thresholds_of(train(eager)) < chosen).all()


def test_each_part_is_answered_by_the_model_that_may():
    trained = train()
    found, scores = measure(trained, None)
    assert list(found) == [
        "test", "test_before_retraining", "retraining", "validation", "train", "baselines",
        "baseline_notes",
    ]  # fmt: skip
    assert {name: found[name]["rows"] for name in ("test", "validation", "train")} == {
        "test": 10, "validation": 10, "train": 40,
    }  # fmt: skip
    np.testing.assert_array_equal(scores, trained.final.scores(MATERIAL.tokens.select(SPLIT.test)))
    best = trained.watched.fitted.history[trained.watched.fitted.kept_epoch - 1]
    assert found["validation"]["loss"] == pytest.approx(best["val_loss"], abs=1e-6)


def answers(model, rows=SPLIT.test):
    return model.scores(MATERIAL.tokens.select(rows)).argmax(axis=1)


def test_the_retrained_model_is_compared_with_the_watched_one():
    trained = train(epochs=1, learning_rate=0.1, retrain_epochs=30)
    found, _ = measure(trained, None)
    right = {
        name: np.mean(answers(model) == MATERIAL.targets[SPLIT.test])
        for name, model in (("before", trained.watched), ("after", trained.final))
    }
    retraining = found["retraining"]
    assert (retraining["before"], retraining["after"]) == (right["before"], right["after"])
    assert found["test_before_retraining"]["accuracy"] == right["before"]
    assert retraining["metric"] == "accuracy"
    assert retraining["difference"] == pytest.approx(right["after"] - right["before"])
    low, high = retraining["interval"]
    assert low <= retraining["difference"] <= high
    assert "per_class" not in found["test_before_retraining"]
    assert measure(train(retrain=False), None)[0].keys() & {"retraining"} == set()
    assert measure(train(split=replace(SPLIT, test=NOTHING)), None)[0].keys() == {
        "validation", "train", "baselines", "baseline_notes",
    }  # fmt: skip


def test_sets_of_labels_are_compared_by_micro_f1():
    trained = train(MULTILABEL)
    found, _ = measure(trained, thresholds_of(trained))
    assert found["retraining"]["metric"] == "micro_f1"
    assert found["retraining"]["after"] == pytest.approx(found["test"]["micro_f1"])
    assert found["retraining"]["before"] == pytest.approx(
        found["test_before_retraining"]["micro_f1"]
    )


def test_labels_that_only_test_rows_have_count_in_the_comparison():
    targets = np.where(np.arange(60) == 55, 3, MATERIAL.targets)
    found, _ = measure(train(replace(MATERIAL, targets=targets, foreign=("pink",))), None)
    for name in ("test", "test_before_retraining"):
        assert found[name]["accuracy"] <= 0.9
    assert found["retraining"]["after"] == found["test"]["accuracy"]


def test_the_best_epoch_is_measured_beside_the_last():
    how = {"epochs": 30, "learning_rate": 100.0, "patience": 3, "retrain": False}
    last = train(**how, weights="last")
    best = train(**how).final
    before = last.final.fitted.weights
    found, scores = measure(last, None)
    right = np.mean(answers(best) == MATERIAL.targets[SPLIT.test])
    assert found["test_best_epoch"]["accuracy"] == right
    assert found["test_best_epoch"]["loss"] != found["test"]["loss"]
    np.testing.assert_array_equal(scores, last.final.scores(MATERIAL.tokens.select(SPLIT.test)))
    for name, weight in before.items():
        np.testing.assert_array_equal(weight, last.final.engine.get_weights()[name])
    for other in ({"weights": "best"}, {"weights": "last", "checkpoints": "none"}):
        assert "test_best_epoch" not in measure(train(**how, **other), None)[0]


def test_of_many_training_rows_some_are_drawn(monkeypatch):
    monkeypatch.setattr("linnet.training.measure.MOST_TRAIN_ROWS", 7)
    found, _ = measure(train(), None)
    assert found["train"]["rows"] == 7


def test_packing_twice_gives_the_same_bytes():
    for config in (LINEAR, configure(model="mlp", epochs=1)):
        first, again = (pack(train(config=config), Results({"baselines": {}}, None)) for _ in "ab")
        assert first == again


def test_the_fingerprint_is_of_the_training_rows():
    def fingerprint(material=MATERIAL, split=SPLIT):
        return pack(train(material, split), Results({"baselines": {}}, None)).manifest[
            "fingerprint"
        ]

    changed = replace(MATERIAL, targets=MATERIAL.targets.copy())
    changed.targets[0] = (changed.targets[0] + 1) % 3
    fewer = replace(SPLIT, train=SPLIT.train[1:])
    assert fingerprint() == fingerprint()
    assert len({fingerprint(), fingerprint(changed), fingerprint(split=fewer)}) == 3


@pytest.mark.parametrize("asked", [[], [7], [3, 9, 7]])
def test_known_rows_are_found_by_their_numbers(asked):
    known = Known(np.array([9, 3, 7]), Ids.from_lists([[9, 9], [3], [7, 7, 7]]))
    found = known.select(np.array(asked, np.int64))
    assert found.lengths.tolist() == [{9: 2, 3: 1, 7: 3}[row] for row in asked]
    assert found.values.tolist() == [
        each for row in asked for each in [row] * {9: 2, 3: 1, 7: 3}[row]
    ]


@pytest.mark.parametrize("retrain", [True, False])
@pytest.mark.parametrize("model", ["linear", "mlp", "fasttext"])
def test_rows_at_hand_are_answered_as_their_texts(model, retrain):
    material, random = material_of(), np.random.default_rng(0).permutation(60)
    split = Split(random[:40], random[40:50], random[50:])
    config = configure(model=model, epochs=2, retrain=retrain)
    trained = train_model(material, split, config=config)
    for rows, model_, known in (
        (split.train[::-1], trained.final, trained.final.learned),
        (split.validation, trained.watched, trained.watched.watching),
    ):
        by_texts = model_.scores(material.tokens.select(rows))
        np.testing.assert_allclose(model_.answer(known.select(rows)), by_texts, atol=1e-6)
