"""Rows on disk are those in memory, and an epoch of them is resumable where it was interrupted."""

import numpy as np
import pytest

from linnet.artifact.tensors import to_bytes
from linnet.config import Config
from linnet.models.heads import head
from linnet.models.model import Sizes, layers_for
from linnet.text.tokenize import as_texts, tokenize
from linnet.text.vectorize import BAGS, TextSettings, fit_and_vectorize
from linnet.training import stored
from linnet.training.checkpoints import contents, restore
from linnet.training.data import Data
from linnet.training.engines.engine import Plan, make_engine
from linnet.training.loop import Hooks, Rules, fit
from linnet.training.standing import Keeping, Standing
from linnet.training.stored import Chunk, store

NUM_ROWS = 400
WORDS = ["", "ä", "b b", "c d e", "b c", "d ä ä", "f", "g h i j k"]
TEXTS = [f"{WORDS[at % 8]} {WORDS[at // 8 % 7]}".strip() for at in range(NUM_ROWS)]


def targets_of(task):
    random = np.random.default_rng(0)
    if task == "multilabel":
        return random.integers(0, 2, (NUM_ROWS, 3)).astype(np.uint8)
    return random.integers(0, 3, NUM_ROWS)


def both(tmp_path, vectorizer, *, task="multiclass", weighted=False, parts=3):
    """Return the same rows in memory and on disk, and their vectorisers."""
    settings = TextSettings(
        ngrams=1 if vectorizer == "ids" else 2, vectorizer=vectorizer, norm="l2", max_ids=20,
        unknown="drop",
    )  # fmt: skip
    tokens, targets = tokenize(as_texts(TEXTS)), targets_of(task)
    weights = np.linspace(0, 2, NUM_ROWS, dtype=np.float32) if weighted else None
    made, inputs = fit_and_vectorize(tokens, settings, targets=targets)
    plain = type(made)(settings, type(made.vocabulary)(
        *(getattr(made.vocabulary, each) for each in ("tokens", "counts", "prefix", "last"))
    ))  # fmt: skip
    cuts = np.array_split(np.arange(NUM_ROWS), parts)
    found = store(
        (Chunk(tokens.select(rows), targets[rows], None if weights is None else weights[rows])
         for rows in cuts),
        plain, folder=tmp_path / "rows", task=task, num_labels=3,
    )  # fmt: skip
    return Data(inputs, targets, weights), found, made


def dense(inputs):
    return inputs.to_lists() if hasattr(inputs, "to_lists") else inputs.toarray().tolist()


@pytest.mark.parametrize("vectorizer", ["ids", *BAGS])
@pytest.mark.parametrize("task", ["multiclass", "multilabel"])
def test_rows_on_disk_are_those_in_memory(tmp_path, vectorizer, task):
    data, found, made = both(tmp_path, vectorizer, task=task, weighted=True)
    assert found.vectorizer.settings == made.settings
    if made.vocabulary.idf is not None:
        np.testing.assert_array_equal(found.vectorizer.vocabulary.idf, made.vocabulary.idf)
    for rows in (np.arange(NUM_ROWS), np.array([7, 0, 399]), np.empty(0, np.int64)):
        one, other = data.select(rows), found.select(rows)
        assert dense(one.inputs) == dense(other.inputs)
        np.testing.assert_array_equal(one.targets, other.targets)
        np.testing.assert_array_equal(one.weights, other.weights)


def plan(name, vectorizer):
    end = head("multiclass", 3)
    length = vectorizer.settings.max_length or 1
    sizes = Sizes(vectorizer.num_ids, length, end.outputs)
    options = {"mlp": {"hidden": (4,), "dropout": 0.3}}.get(name, {"embedding_size": 4})
    if name == "embedding":
        options |= {"hidden": (4,)}
    if name == "lstm":
        options |= {"units": 4, "recurrent_dropout": 0.2}
    return Plan(layers_for(name, sizes, options=options), sizes, end, "adam", 0.02, 16, seed=3)


def assert_same(one, other):
    for name, weight in one.weights.items():
        np.testing.assert_array_equal(weight, other.weights[name], err_msg=name)
    for mine, theirs in zip(one.history, other.history, strict=True):
        assert mine | {"seconds": 0} == theirs | {"seconds": 0}


@pytest.mark.parametrize(
    ("name", "vectorizer"), [("mlp", "tf_idf"), ("fasttext", "count"), ("embedding", "ids")]
)
def test_rows_that_fit_into_memory_train_the_same_weights(tmp_path, name, vectorizer):
    data, found, made = both(tmp_path, vectorizer)
    rules = Rules(epochs=2, seed=3)
    fitted = [fit(make_engine("auto", plan(name, made)), each, rules=rules)
              for each in (data, found)]  # fmt: skip
    assert_same(*fitted)


def small_windows(monkeypatch):
    monkeypatch.setattr(stored, "WINDOW_ROWS", 100)
    monkeypatch.setattr(stored, "BLOCK_ROWS", 10)


def test_an_epoch_has_each_row_once_in_an_order_of_its_own(tmp_path, monkeypatch):
    small_windows(monkeypatch)
    _, found, _ = both(tmp_path, "count", weighted=True)

    def epoch(number):
        return [data.weights for data in found.windows(16, key=(3, number))]

    parts = epoch(1)
    assert [len(each) for each in parts] == [96, 96, 96, 96, 16]
    every = np.linspace(0, 2, NUM_ROWS, dtype=np.float32)
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), every)
    for one, same, other in zip(parts, epoch(1), epoch(2), strict=True):
        np.testing.assert_array_equal(one, same)
        assert not np.array_equal(one, other)
    later = [data.weights for data in found.windows(16, key=(3, 1), first=3)]
    np.testing.assert_array_equal(np.concatenate(later), np.concatenate(parts[3:]))
    # Rows of one part come from all over the table.
    assert np.ptp(parts[0]) > 1


@pytest.mark.parametrize(
    ("name", "vectorizer", "engine", "stop"),
    [
        ("mlp", "tf_idf", "sparse", 2),
        ("mlp", "tf_idf", "sparse", 7),
        ("mlp", "tf_idf", "keras", 7),
        pytest.param("lstm", "ids", "keras", 2, marks=pytest.mark.slow),  # 10 s
    ],
)
def test_interrupted_within_an_epoch_it_ends_the_same(
    tmp_path, monkeypatch, name, vectorizer, engine, stop
):
    small_windows(monkeypatch)
    data, found, made = both(tmp_path, vectorizer)
    rules, watching = Rules(epochs=4, seed=3), data.select(np.arange(60))

    def run(hooks=None, state=None, going=None):
        going = going or make_engine(engine, plan(name, made))
        return fit(going, found, rules=rules, validation=watching, hooks=hooks or Hooks(),
                   state=state)  # fmt: skip

    whole = run()
    pauses = []

    def pause(engine, state):
        (tmp_path / "state").write_bytes(to_bytes(contents(engine, state)))
        pauses.append(state.within["rows"])
        if len(pauses) == stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Hooks(pause=pause))
    assert pauses == [96, 192, 288, 384, 96, 192, 288][:stop]
    going = make_engine(engine, plan(name, made))
    state = restore(tmp_path / "state", going)
    assert len(state.history) == stop // 5
    assert state.within["rows"] == pauses[-1]
    assert_same(run(state=state, going=going), whole)


def test_a_state_within_an_epoch_is_put_down(tmp_path, monkeypatch):
    small_windows(monkeypatch)
    _, found, made = both(tmp_path, "count")
    (tmp_path / "resume").mkdir()
    standing = Standing(tmp_path / "resume")
    rules, how = Rules(epochs=1), plan("fasttext", made)
    hooks = Keeping(standing=standing).hooks(Config(), rules)
    kept = []

    def pause(engine, state):
        hooks.pause(engine, state)
        kept.append(standing.begun or standing.held is not None)

    fit(make_engine("auto", how), found, rules=rules, hooks=Hooks(save=hooks.save, pause=pause))
    assert kept == [True] * 4
    state = standing.restored("watched", make_engine("auto", how))
    assert (len(state.history), state.within) == (1, {})  # the epoch's end took its place
