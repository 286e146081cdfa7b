"""What is decided for a user who leaves a setting open."""

from dataclasses import fields

import pytest

from linnet.config import configure
from linnet.errors import ConfigError
from linnet.models.custom import SETTINGS as CUSTOM
from linnet.models.measured import Measured
from linnet.models.model import ARCHITECTURES, architecture
from linnet.text.vectorize import BAGS, TextSettings
from linnet.training.settings import (
    EPOCHS_UNWATCHED,
    MOST_LABELS_OF_LINEAR,
    OPTIONS,
    RATES,
    TEXT,
    class_weights,
    complete,
    default_model,
    options,
    text_settings,
)
from linnet.types import TASKS

OPEN = {
    "group", "time", "previous", "vectors",
    "task", "labels", "label_separator", "columns", "delimiter", "weight", "split", "test", "loss",
    "first_validation", "max_ids", "max_length", "class_weights", "retrain_epochs", "out",
    "duplicates_by", "keep_labels", "min_label_rows", "min_label_set_rows", "rows_per_label",
    *OPTIONS,
}  # fmt: skip


def found(task="multiclass", num_rows=1000, num_labels=3, *, validated=True):
    return Measured(task, num_rows, 2 if task == "binary" else num_labels, validated)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("num_rows", [1, 100, 10_000_000])
@pytest.mark.parametrize("model", [*ARCHITECTURES, "mine.py:build"])
def test_nothing_that_training_needs_stays_open(model, task, num_rows):
    config = complete(configure(model=model), found(task, num_rows))
    assert {each.name for each in fields(config) if getattr(config, each.name) is None} <= OPEN
    text_settings(config)
    assert complete(config, found(task, num_rows)) == config
    if model in ARCHITECTURES:
        known = options(complete(configure(model=model), found(task)))
        assert set(known) <= set(OPTIONS)
        assert (config.vectorizer in BAGS) == (architecture(model).SETTINGS["vectorizer"] in BAGS)
    else:
        assert options(config) == {}
        assert config.vectorizer == CUSTOM["vectorizer"]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("model", ["linear", "mlp", "fasttext"])
def test_a_measured_rate_goes_with_what_it_was_measured_with(model, task):
    own = complete(configure(model=model), found(task))
    other = "adam" if own.optimizer != "adam" else "sgd"
    assert (
        complete(configure(model=model, optimizer=other), found(task)).learning_rate == RATES[other]
    )
    no_norm = complete(configure(model=model, norm="none"), found(task))
    assert no_norm.learning_rate == RATES[own.optimizer]
    said = configure(model=model, optimizer=other, learning_rate=0.5)
    assert complete(said, found(task)).learning_rate == 0.5


def test_a_loss_that_is_no_mean_over_labels_gets_no_rate_for_one():
    many = found("multilabel", num_labels=100)
    softmax = configure(model="linear", loss="categorical_crossentropy")
    assert complete(configure(model="linear"), many).learning_rate == 100
    assert complete(softmax, many).learning_rate == 16


@pytest.mark.parametrize("model", [*ARCHITECTURES, "mine.py:build"])
def test_what_the_user_says_wins(model):
    said = {
        "epochs": 77, "patience": 9, "batch_size": 5, "learning_rate": 0.5, "optimizer": "sgd",
        "max_ids": 50, "tokenizer": "characters", "min_count": 7, "unknown": "id", "dropout": 0.25,
    }  # fmt: skip
    config = complete(configure(model=model, **said), found(validated=False))
    assert {name: getattr(config, name) for name in said} == said


def test_the_model_follows_the_task():
    assert complete(configure(), found("binary")).model == "mlp"
    assert default_model(found("multiclass", num_labels=10_000)) == "mlp"
    assert default_model(found("multilabel", num_labels=MOST_LABELS_OF_LINEAR)) == "linear"
    assert default_model(found("multilabel", num_labels=MOST_LABELS_OF_LINEAR + 1)) == "fasttext"


def test_settings_that_follow_from_others():
    assert complete(configure(), found(validated=False)).epochs == EPOCHS_UNWATCHED
    assert complete(configure(model="lstm", tokenizer="keras"), found()).unknown == "drop"
    assert complete(configure(model="lstm", vectorizer="ids"), found()).ngrams == 1
    assert complete(configure(model="linear"), found("multilabel")).ngrams == 1


def test_keras_gets_adam_for_an_optimizer_it_does_not_have():
    mlp, fasttext = (configure(model=name, engine="keras") for name in ("mlp", "fasttext"))
    assert complete(mlp, found()).optimizer == complete(fasttext, found()).optimizer == "adam"
    # Steps of lazy_adam are as large as those of adam; those of rowwise_adagrad shrink.
    own = complete(configure(model="fasttext"), found()).learning_rate
    assert complete(fasttext, found()).learning_rate == own
    assert complete(mlp, found()).learning_rate == RATES["adam"]
    assert complete(configure(mlp, learning_rate=0.5), found()).learning_rate == 0.5
    sgd = complete(configure(mlp, optimizer="sgd"), found())
    assert (sgd.optimizer, sgd.learning_rate) == ("sgd", RATES["sgd"])


def test_text_settings_are_all_of_the_vectoriser():
    assert set(TEXT) == {each.name for each in fields(TextSettings)}


def test_ngrams_need_bags():
    config = complete(configure(model="lstm", ngrams=2), found())
    with pytest.raises(ConfigError, match="ngrams = 2 needs a bag: set vectorizer to multi_hot"):
        text_settings(config)


def test_an_unknown_model_gets_the_nearest():
    with pytest.raises(ConfigError, match="unknown model 'ltsm': did you mean 'lstm'"):
        complete(configure(model="ltsm"), found())


LABELS = ("a", "b=c", "ä", "")


@pytest.mark.parametrize(
    ("given", "weights"),
    [
        (None, None),
        ("balanced", None),
        ("a=2", {"a": 2.0}),
        (" a = 2 , ä=0.5", {"a": 2.0, "ä": 0.5}),
        ("b=c=3,a=1e-3", {"b=c": 3.0, "a": 1e-3}),
        ("=4", {"": 4.0}),
    ],
)
def test_class_weights(given, weights):
    assert class_weights(configure(class_weights=given), LABELS) == weights


@pytest.mark.parametrize("part", ["", "a", "a=", "a=x", "a=0", "a=-1", "a=nan", "a=inf", "z=1"])
def test_class_weights_that_do_not_fit(part):
    with pytest.raises(ConfigError, match=rf"class_weights: '{part}' should be one of a, b=c"):
        class_weights(configure(class_weights=part), LABELS)
