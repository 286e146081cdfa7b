"""A compressed model gives the scores of the whole one, whatever its layers are."""

import io
from dataclasses import replace

import numpy as np
import onnxruntime
import polars as pl
import pytest

from linnet.artifact.int8 import from_int8
from linnet.compression.fold import folded
from linnet.compression.model import Model
from linnet.compression.pack import packed
from linnet.compression.prune import LEAST_IDS, pruned
from linnet.models.heads import head
from linnet.models.layers.bag import Bag
from linnet.models.layers.dense import Dense
from linnet.models.layers.dropout import Dropout
from linnet.models.model import Sizes, architecture, initial_weights, layers_for
from linnet.text.ids import padded_bags
from linnet.text.tokenize import tokenize
from linnet.text.vectorize import TextSettings, fit

TEXTS = [
    "", "the bird sings in the hedge", "the bird sleeps in the hedge", "pieni lintu laulaa",
    "a small bird sings and then it rests and then it sings", "漢字 bird the bird", "hedge",
]  # fmt: skip
TASKS = {"binary": 2, "multiclass": 3, "multilabel": 4}
OPTIONS = [
    ("linear", {}), ("fasttext", {}), ("mlp", {"hidden": (8, 4), "dropout": 0.5}),
    ("embedding", {"embedding_size": 4}), ("lstm", {"units": 3, "embedding_size": 4}),
    ("bilstm", {"units": 3}), ("gru", {"units": 3, "embedding_size": 4}),
    ("cnn", {"units": 3, "embedding_size": 4}), ("transformer", {"embedding_size": 4}),
]  # fmt: skip


def model_of(name, task="multiclass", options=None, **text):
    names = TextSettings.__dataclass_fields__
    said = {k: v for k, v in architecture(name).SETTINGS.items() if k in names}
    ngrams = {"ngrams": 3} if said["vectorizer"] != "ids" else {}
    settings = TextSettings(**(said | {"min_count": 1} | ngrams | text))
    vectorizer = fit(tokenize(pl.Series(TEXTS), settings.tokenizer), settings)
    ending = head(task, TASKS[task])
    sizes = Sizes(vectorizer.num_ids, vectorizer.settings.max_length or 1, ending.outputs)
    layers = layers_for(name, sizes, options=options)
    random = np.random.default_rng(1)
    weights = {
        key: each + random.normal(size=each.shape).astype(np.float32)
        for key, each in initial_weights(layers, sizes, seed=0).items()
    }
    return Model(vectorizer, layers, sizes, ending, weights)


def scores(model, folder, texts=TEXTS):
    """Return what ONNX Runtime makes of the packed files."""
    files = packed(model)
    (folder / "weights.safetensors").write_bytes(files.weights)
    (folder / "model.onnx").write_bytes(files.graph)
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"))
    inputs = model.vectorizer(texts)
    if model.vectorizer.gives_bags:
        ids, weights = padded_bags(inputs, int(max(1, np.diff(inputs.indptr).max())))
        return session.run(None, {"ids": ids, "weights": weights})[0]
    return session.run(None, {"ids": inputs.padded(model.sizes.length)})[0]


def exact(model):
    """Return the model whose table is what int8 makes of it, so that nothing more is lost."""
    return replace(model, weights=from_int8(dict_of(model)))


def dict_of(model):
    from linnet.artifact.int8 import to_int8

    return {**model.weights, **to_int8(model.table, model.weights[model.table])}


def float_scores(model, folder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("linnet.compression.pack.to_int8", lambda name, table: {name: table})
        return scores(model, folder)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(("name", "options"), OPTIONS, ids=str)
def test_folding_and_numbering_anew_change_no_score(name, options, task, tmp_path, monkeypatch):
    model = model_of(name, task, options)
    small = pruned(folded(model), model.sizes.num_ids)
    assert small.sizes.num_ids == model.sizes.num_ids
    before, after = (float_scores(each, tmp_path, monkeypatch) for each in (model, small))
    np.testing.assert_allclose(after, before, atol=1e-5)


@pytest.mark.parametrize(("name", "options"), OPTIONS, ids=str)
def test_int8_is_what_the_graph_computes_with(name, options, tmp_path, monkeypatch):
    model = model_of(name, options=options)
    rounded = exact(model)
    assert not np.array_equal(rounded.weights[model.table], model.weights[model.table])
    expected = float_scores(rounded, tmp_path, monkeypatch)
    np.testing.assert_allclose(scores(model, tmp_path), expected, atol=1e-6)


@pytest.mark.parametrize(("name", "options"), OPTIONS, ids=str)
def test_fewer_ids_give_scores_too(name, options, tmp_path):
    model = model_of(name, options=options)
    for num_ids in (1, LEAST_IDS, model.sizes.num_ids // 2):
        small = pruned(folded(model), num_ids)
        assert small.sizes.num_ids == max(num_ids, LEAST_IDS) == len(small.vectorizer.vocabulary)
        assert small.weights[small.table].shape[0] == small.sizes.num_ids
        assert np.isfinite(scores(small, tmp_path)).all()


@pytest.mark.parametrize("num_ids", [3, 8, 20, 40])
def test_an_ngram_keeps_its_parts_and_every_token_its_number(num_ids):
    model = model_of("linear")
    before, small = model.vectorizer.vocabulary, pruned(model, num_ids)
    after = small.vectorizer.vocabulary
    after.from_table(after.table())  # refuses an n-gram whose parts do not stand before it
    names = after.tokens.to_list()
    for name, prefix, last in zip(names, after.prefix, after.last, strict=True):
        assert not prefix or name == f"{names[prefix]} {names[last]}"
    rows = [before.tokens.to_list().index(name) for name in names]
    np.testing.assert_array_equal(small.weights[small.table], model.weights[model.table][rows])
    np.testing.assert_array_equal(after.counts, before.counts[rows])
    np.testing.assert_array_equal(after.idf, before.idf[rows])


def test_words_of_ngrams_are_left_out_of_the_file():
    table = pl.read_parquet(io.BytesIO(packed(model_of("linear")).vocabulary))
    assert table["token"].is_null().to_list() == (table["prefix"] > 0).to_list()
    assert (table["prefix"] > 0).any()


@pytest.mark.parametrize("unknown", ["drop", "id"])
def test_what_moves_scores_most_stays(unknown):
    model = model_of("linear", ngrams=1, unknown=unknown, vectorizer="count")
    table = np.zeros((model.sizes.num_ids, 3), np.float32)
    table[1] = 5 if unknown == "id" else 0  # then a row of fives is what an unknown word has too
    table[2:] = table[1]
    index = model.vectorizer.vocabulary.index
    table[index["lintu"]] += 1
    table[index["small"]] -= 2
    small = pruned(replace(model, weights={**model.weights, model.table: table}), 4)
    assert small.vectorizer.vocabulary.tokens.to_list()[2:] == ["lintu", "small"]


@pytest.mark.parametrize(
    "layers",
    [
        (Bag(3), Dense(4)),  # longer rows would be more bytes
        (Bag(4, activation="relu"), Dense(3)),
        (Bag(3),),
    ],
    ids=str,
)
def test_what_cannot_be_folded_stays(layers):
    model = model_of("linear")
    sizes = replace(model.sizes, outputs=layers[-1].units)
    weights = initial_weights(layers, sizes, seed=0)
    model = replace(model, layers=layers, sizes=sizes, weights=weights)
    assert folded(model) is model


def test_layers_behind_a_fold_keep_their_weights(tmp_path, monkeypatch):
    model = model_of("linear")
    layers = (Bag(8), Dropout(0.5), Dense(4, "relu"), Dropout(0.5), Dense(3))
    weights = initial_weights(layers, model.sizes, seed=3)
    model = replace(model, layers=layers, weights=weights)
    small = folded(model)
    assert [each.kind for each in small.layers] == ["bag", "dropout", "dense"]
    assert small.layers[0] == replace(layers[0], units=4, activation="relu")
    before, after = (float_scores(each, tmp_path, monkeypatch) for each in (model, small))
    np.testing.assert_allclose(after, before, atol=1e-6)
