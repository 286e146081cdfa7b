"""The linear baseline: what it learns from, what it never sees, and that it is no straw man."""

from dataclasses import replace

import numpy as np
import pytest

from linnet.config import configure
from linnet.text.tokenize import as_texts, tokenize
from linnet.training.baseline import (
    BASELINE,
    MOST_IDS,
    baseline_settings,
    linear_baseline,
    train_baseline,
)
from linnet.training.measure import measure, thresholds_of
from linnet.training.train import Material, train_model
from linnet.types import Split

WORDS = ("red", "blue", "green", "päivä")
NOTHING = np.arange(0)
SPLIT = Split(np.arange(200), np.arange(200, 240), np.arange(240, 300))
QUICK = configure(model="mlp", epochs=2, hidden=(4,), tokenizer="words")


def material_of(task="multiclass", *, num_labels=3, weights=None):
    """A colour among noise; every tenth answer is wrong."""
    random = np.random.default_rng(0)
    targets = random.integers(0, num_labels, 300)
    noise = random.integers(0, 200, (300, 6))
    texts = [
        " ".join([WORDS[target], *(f"w{each}" for each in row)])
        for target, row in zip(targets, noise, strict=True)
    ]
    wrong = np.arange(300) % 10 == 9
    targets = np.where(wrong, (targets + 1) % num_labels, targets)
    if task == "multilabel":
        targets = np.eye(num_labels, dtype=np.int64)[targets]
    return Material(tokenize(as_texts(texts)), targets, task, WORDS[:num_labels], weights)


MATERIAL = material_of()


def run_of(material=MATERIAL, split=SPLIT, **settings):
    return train_model(material, split, config=configure(QUICK, **settings))


def weights(model):
    return b"".join(each.tobytes() for each in model.fitted.weights.values())


def right(model, rows, material=MATERIAL):
    found = model.scores(material.tokens.select(rows)).argmax(1)
    return np.mean(found == material.targets[rows])


def natural(num_labels, *, num_rows, seed=0):
    """Texts whose words are as unevenly frequent as in a language, a fifth of them the label's."""
    random = np.random.default_rng(seed)
    shares = 1 / np.arange(1, 2001)
    words = np.random.default_rng(1).permuted(np.tile(np.arange(2000), (num_labels + 1, 1)), axis=1)
    drawn = random.choice(2000, p=shares / shares.sum(), size=(num_rows, 30))
    targets = random.integers(0, num_labels, num_rows)
    whose = np.where(random.random(drawn.shape) < 0.2, targets[:, None], num_labels)
    return [" ".join(f"w{each}" for each in row) for row in words[whose, drawn]], targets


@pytest.mark.parametrize("num_labels", [2, 12])
@pytest.mark.parametrize("num_train", [300, 2_000])
def test_it_is_no_straw_man(num_labels, num_train):
    pipeline = pytest.importorskip("sklearn.pipeline")
    text = pytest.importorskip("sklearn.feature_extraction.text")
    linear = pytest.importorskip("sklearn.linear_model")
    texts, targets = natural(num_labels, num_rows=num_train + 1_000)
    train, test = np.arange(num_train), np.arange(num_train, len(texts))
    task = "binary" if num_labels == 2 else "multiclass"
    material = Material(
        tokenize(as_texts(texts)), targets, task, tuple(map(str, range(num_labels)))
    )
    other = pipeline.make_pipeline(text.TfidfVectorizer(), linear.LogisticRegression())
    other.fit(texts[:num_train], targets[train])
    theirs = np.mean(other.predict(texts[num_train:]) == targets[test])
    assert theirs > 0.6
    assert right(linear_baseline(material, train), test, material) >= theirs - 0.03


def test_the_same_rows_give_the_same_weights_and_test_rows_none():
    one = linear_baseline(MATERIAL, SPLIT.train)
    assert weights(linear_baseline(MATERIAL, SPLIT.train)) == weights(one)
    changed = MATERIAL.targets.copy()
    changed[SPLIT.test] = 0
    assert weights(linear_baseline(replace(MATERIAL, targets=changed), SPLIT.train)) == weights(one)
    assert "w0" in one.vectorizer.vocabulary.index
    assert weights(linear_baseline(MATERIAL, SPLIT.train, seed=1)) != weights(one)


def test_it_learns_the_rows_of_the_kept_model():
    again, alone = run_of(), run_of(retrain=False)
    everything = np.arange(240)
    assert weights(train_baseline(again).final) == weights(linear_baseline(MATERIAL, everything))
    assert weights(train_baseline(alone).final) == weights(linear_baseline(MATERIAL, SPLIT.train))


def test_where_only_validation_rows_measure_it_has_not_learned_them():
    run = run_of(split=replace(SPLIT, test=NOTHING))
    made = train_baseline(run)
    assert weights(made.watched) == weights(linear_baseline(MATERIAL, SPLIT.train))
    assert weights(made.final) != weights(made.watched)
    found, _ = measure(run, None, linear=made)
    assert found["baselines"]["linear"]["accuracy"] == right(made.watched, SPLIT.validation)
    assert found["against_linear"]["after"] == found["validation"]["accuracy"]


def test_test_rows_are_compared_row_by_row():
    run = run_of(epochs=20)
    made = train_baseline(run)
    found, _ = measure(run, None, linear=made)
    linear, against = found["baselines"]["linear"], found["against_linear"]
    assert (against["rows"], against["before"]) == (60, linear["accuracy"])
    assert against["after"] == found["test"]["accuracy"]
    assert linear["accuracy"] == right(made.final, SPLIT.test)
    low, high = linear["intervals"]["accuracy"]
    assert low < linear["accuracy"] < high
    without, _ = measure(run, None)
    assert set(without["baselines"]) == {"majority"}
    assert "against_linear" not in without


def test_sets_of_labels_get_a_threshold_from_the_validation_rows():
    material = material_of("multilabel")
    run = run_of(material)
    made = train_baseline(run)
    assert made.thresholds.shape == (3,)
    assert weights(made.watched) == weights(linear_baseline(material, SPLIT.train))
    found, _ = measure(run, thresholds_of(run), linear=made)
    assert found["against_linear"]["metric"] == "micro_f1"
    assert (
        found["baselines"]["linear"]["micro_f1"] > found["baselines"]["most_frequent"]["micro_f1"]
    )
    unwatched = train_baseline(run_of(material, replace(SPLIT, validation=NOTHING)))
    assert set(unwatched.thresholds) == {0.5}


def test_labels_that_only_test_rows_have_count_as_wrong():
    targets = MATERIAL.targets.copy()
    targets[SPLIT.test[:30]] = 3
    material = replace(MATERIAL, targets=targets, foreign=("new",))
    run = run_of(material)
    found, _ = measure(run, None, linear=train_baseline(run))
    assert found["baselines"]["linear"]["accuracy"] <= 0.5


def test_weights_of_rows_count():
    light = np.where(MATERIAL.targets == 0, 1.0, 1e-6).astype(np.float32)
    model = linear_baseline(replace(MATERIAL, weights=light), SPLIT.train)
    assert model.scores(MATERIAL.tokens.select(SPLIT.test)).mean(0).argmax() == 0
    assert right(model, SPLIT.test) < right(linear_baseline(MATERIAL, SPLIT.train), SPLIT.test)


@pytest.mark.parametrize("texts", [["", ""], ["a", ""], ["", "ä"]])
def test_texts_of_no_words(texts):
    material = Material(tokenize(as_texts(texts)), np.array([0, 1]), "binary", ("-", "+"))
    scores = linear_baseline(material, np.arange(2)).scores(material.tokens)
    assert np.isfinite(scores).all()
    assert scores.shape == (2, 2)


def test_settings_follow_the_rows():
    for rows, labels in ((0, 2), (1, 1), (10**7, 2), (10**5, 5_000), (3, 10**6)):
        chosen = baseline_settings(rows, labels)
        assert BASELINE.items() <= chosen.items()
        assert 1_000 <= chosen["max_ids"] <= MOST_IDS
        assert configure(**chosen).batch_size <= 512
    assert baseline_settings(100, 2, ideographs=0.9)["ngrams"] == 3
