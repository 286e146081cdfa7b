"""Models changed by somebody who writes their sums again: each is refused by name, at once."""

import hashlib
import io
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import polars as pl
import pytest
from safetensors.numpy import load as load_weights

import linnet
from linnet.artifact.layout import GRAPH, SUMMED
from linnet.artifact.tensors import to_bytes
from linnet.errors import ArtifactError
from linnet.runtime import saved_vectorizer
from linnet.runtime.verify import verify

KEPT = Path(__file__).parents[1] / "artifact" / "kept" / "0.1.0"
TEXTS = ["", "the linnet sings in the hedge", "a list is returned"]


class Model:
    """A copy of a kept model whose files may be changed."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / "model"
        shutil.copytree(KEPT / name, self.path)

    def write(self, name: str, content: bytes) -> None:
        """Change a file, and SHA256SUMS with it."""
        (self.path / name).write_bytes(content)
        sums = {each: (self.path / each).read_bytes() for each in sorted([*SUMMED, GRAPH])}
        lines = [f"{hashlib.sha256(each).hexdigest()}  {name}\n" for name, each in sums.items()]
        (self.path / "SHA256SUMS").write_text("".join(lines))

    def json(self, name: str, **changes: object) -> None:
        said = json.loads((self.path / name).read_text("utf-8"))
        for key, value in changes.items():
            inside = said
            *keys, last = key.split("__")
            for each in keys:
                inside = inside[each]
            inside[last] = value
        self.write(name, json.dumps(said).encode())

    def table(self, *changes: pl.Expr, without: str = "", **options: object) -> None:
        found = pl.read_parquet(self.path / "vocabulary.parquet").with_columns(*changes)
        content = io.BytesIO()
        found.drop(without, strict=False).write_parquet(content, **options)
        self.write("vocabulary.parquet", content.getvalue())

    def graph(self, change: object) -> None:
        graph = onnx.load(self.path / "model.onnx", load_external_data=False)
        change(graph.graph)
        self.write("model.onnx", graph.SerializeToString())

    def weights(self, change: object) -> None:
        """Change arrays in place: header and graph stay as they were."""
        arrays = load_weights((self.path / "weights.safetensors").read_bytes())
        change(arrays)
        self.write("weights.safetensors", to_bytes(arrays))


@pytest.fixture
def model(tmp_path, request):
    return Model(tmp_path, getattr(request, "param", "multiclass"))


def test_a_copy_that_was_summed_again_is_as_good(model):
    model.write("README.md", b"mine")
    linnet.load(model.path)


MANIFEST = [
    ({"labels": ["a", "b", "c", "\ud800"]}, "surrogates not allowed"),
    ({"thresholds": [0.5] * 3}, "3 thresholds do not fit 4 labels"),
    ({"thresholds": [0.5, 0.5, 0.5, 1e308]}, "thresholds must be null or a list of numbers"),
    ({"abstention": [[0.5, 10**18]]}, "abstention must be a list of pairs"),
    ({"scope": dict.fromkeys(["expected", "word_variance", "text_variance", "most_mean",
                              "most_deviation"], 1e300)}, "scope must be null or an object"),
    ({"layers": [{}]}, "layers must be null or a list of objects, each of a layer"),
    ({"layers": [{"layer": 1}]}, "layers must be null or a list"),
    ({"layers": [{"layer": "bag", "activation": []}]}, "layers must be null or a list"),
    ({"sizes__length": 2**60}, "sizes must be an object with .* length .at most 10000000"),
    ({"sizes__num_ids": 2**60}, "sizes must be an object with num_ids"),
    ({"sizes__num_ids": 2**31 - 1}, "model.onnx: no weight has a row for each of 2147483647 ids"),
    ({"sizes__num_ids": 7}, "model.onnx: no weight has a row for each of 7 ids"),
    ({"text__ngrams": 10**9}, "text: ngrams must be at most 100, not 1000000000"),
    ({"text__ngrams": "2"}, "text: ngrams must be at least 1, not '2'"),
    ({"text__ngrams": True}, "text: ngrams must be at least 1, not True"),
    ({"text__ngrams": None}, "text: ngrams must be at least 1, not None"),
    ({"text__max_length": 0.5}, "text: max_length must be at least 1, not 0.5"),
    ({"text__strip_markup": "yes"}, "text: strip_markup must be true or false, not 'yes'"),
    ({"text__tokenizer": []}, "text: tokenizer must be one of"),
    ({"text__pad": {}}, "text: pad must be one of"),
    ({"text__more": 1}, "text: .*more"),
    ({"from": []}, "from must be an object: fingerprint and rows"),
    ({"from": {"fingerprint": "0", "rows": {"train": -1}}}, "from must be an object"),
    ({"format": 3, "linnet": "9.1"}, "in format 3, this linnet reads 2: install linnet 9.1"),
    ({"seed": 10**30}, "is an integer of 31 digits"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), MANIFEST, ids=lambda each: str(each)[:50])
def test_manifests_that_say_what_cannot_be_are_refused(model, changes, message):
    model.json("manifest.json", **changes)
    with pytest.raises(ArtifactError, match=rf"model/(manifest\.json: .*)?{message}"):
        linnet.load(model.path)


VOCABULARIES = [
    ([pl.col("token").replace("linnet", None)], {}, "a cell is empty"),
    ([pl.col("token").replace("linnet", "finch")], {}, "a token is there twice"),
    ([pl.col("count").cast(pl.Int32)], {}, "the column 'count' is Int32"),
    ([pl.col("token").cast(pl.Binary)], {}, "the column 'token' is Binary"),
    ([pl.concat_list("prefix").alias("prefix")], {}, "the column 'prefix' is List|a column has"),
    ([], {"without": "idf"}, "the column 'idf' is None"),
    ([-pl.col("count")], {}, "a count is below 0"),
    ([pl.lit(1e30, pl.Float32).alias("idf")], {}, "an idf is not a number"),
    ([pl.lit(float("nan"), pl.Float32).alias("idf")], {}, "an idf is not a number"),
    ([pl.col("prefix") * 0 - 1], {}, "an n-gram names an id that is not before"),
    ([pl.col("prefix") * 0], {}, "an n-gram has no last word"),
    ([pl.col("token").reverse()], {}, "its first rows are not <padding>"),
    ([], {"compression": "snappy"}, "packed in the unknown way 1"),
]  # fmt: skip


@pytest.mark.parametrize("case", VOCABULARIES, ids=lambda each: each[2])
def test_vocabularies_that_are_none_are_refused(model, case):
    changes, options, message = case
    model.table(*changes, **options)
    with pytest.raises(ArtifactError, match=rf"vocabulary\.parquet: cannot be read: .*{message}"):
        linnet.load(model.path)


def test_columns_of_others_are_not_read(model):
    scores = linnet.load(model.path).predict_proba(TEXTS)
    model.table(pl.lit("x").alias("more"), pl.lit([[1]]).alias("lists"))
    np.testing.assert_array_equal(linnet.load(model.path).predict_proba(TEXTS), scores)


@pytest.mark.parametrize("model", ["multiclass", "compressed"], indirect=True)
def test_words_that_only_a_file_can_hold_are_refused(model, monkeypatch):
    """A file says a long word once, and repeats it in every row at no cost."""
    monkeypatch.setattr(saved_vectorizer, "MOST_BYTES", 100_000)
    long = pl.when(pl.int_range(pl.len()) > 1).then(pl.lit("a" * 1000)).otherwise("token")
    shown = pl.when(pl.col("token").is_null()).then(None).otherwise(long)
    model.table(shown.alias("token"))
    with pytest.raises(
        ArtifactError, match=r"vocabulary\.parquet: .*tokens have .* bytes together"
    ):
        linnet.load(model.path)


def ids(graph):
    return graph.input[0].type.tensor_type


def scores(graph):
    return graph.output[0].type.tensor_type


GRAPHS = {
    "fractions for ids": lambda graph: setattr(ids(graph), "elem_type", 1),
    "one text at a time": lambda graph: setattr(ids(graph).shape.dim[0], "dim_value", 1),
    "no shape": lambda graph: ids(graph).shape.dim.pop(),
    "another length": lambda graph: setattr(ids(graph).shape.dim[1], "dim_value", 2**31),
    "two lengths": lambda graph: [
        setattr(each.type.tensor_type.shape.dim[1], "dim_value", number)
        for number, each in enumerate(graph.input, 1)
    ],
    "no weights": lambda graph: graph.input.pop(),
    "a missing node": lambda graph: graph.node.pop(2),
    "a name that is no text": lambda graph: None,
}


@pytest.mark.parametrize("case", GRAPHS)
def test_graphs_of_other_form_are_refused(model, case):
    model.graph(GRAPHS[case])
    if case == "a name that is no text":
        content = (model.path / "model.onnx").read_bytes()
        model.write("model.onnx", content.replace(b"texts", b"t\xffxts"))
    with pytest.raises(ArtifactError, match=r"model\.onnx: (takes |ONNX Runtime cannot open it)"):
        linnet.load(model.path)


def twice_as_many_rows(graph):
    graph.node[-1].output[0] = "before"
    node = onnx.helper.make_node("Concat", ["before", "before"], ["scores"], axis=0)
    graph.node.append(node)
    scores(graph).shape.dim[0].dim_param = "rows"


def test_scores_of_another_shape_are_refused_when_they_come(model):
    """ONNX Runtime believes what a graph says of its shapes, until it has computed them."""
    model.graph(twice_as_many_rows)
    loaded = linnet.load(model.path)
    with pytest.raises(ArtifactError, match=r"model\.onnx: gives scores of shape \(6, 4\) for 3"):
        loaded.predict_proba(TEXTS)


def test_a_graph_that_fails_as_it_runs_is_refused(model):
    def change(graph):
        constant = next(each for each in graph.initializer if each.name == "integers/1")
        constant.CopyFrom(onnx.numpy_helper.from_array(np.array([0]), "integers/1"))

    model.graph(change)
    with pytest.raises(ArtifactError, match=r"model\.onnx: ONNX Runtime cannot (run|open) it"):
        linnet.load(model.path).predict_proba(TEXTS)


def filled(array, number):
    """Fill an array bit by bit: a cast would change the signalling NaN."""
    array.view(np.uint32)[...] = np.float32(number).view(np.uint32)


SIGNALLING = np.array([0x7FA00000], np.uint32).view(np.float32)  # a NaN that warns when it is cast


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, SIGNALLING])
@pytest.mark.parametrize("name", ["bag_0.kernel", "bag_0.bias", "dense_2.kernel"])
def test_weights_that_are_no_numbers_give_no_answer(model, name, number):
    model.weights(lambda arrays: filled(arrays[name], number))
    loaded = linnet.load(model.path)
    with pytest.raises(ArtifactError, match=r"gives scores that are no numbers|has weights that"):
        loaded.predict_proba(TEXTS), loaded.explain(TEXTS)
    with pytest.raises(ArtifactError, match=r"scores that are no numbers|weights that are no"):
        loaded.explain(TEXTS)


def test_rows_that_are_no_numbers_explain_nothing(model):
    """The scores may be numbers all the same: a sigmoid of infinity is 1."""
    model.weights(lambda arrays: arrays["bag_0.kernel"].fill(np.inf))
    words = linnet.load(model.path).bag_model
    assert words is not None
    with pytest.raises(ArtifactError, match="has weights that are no numbers"):
        words.rows(np.array([3]))


@pytest.mark.parametrize("model", ["compressed"], indirect=True)
def test_scales_that_do_not_fit_are_refused(model):
    loaded = linnet.load(model.path)
    arrays = load_weights((model.path / "weights.safetensors").read_bytes())
    arrays["bag_0.kernel:scale"] = arrays["bag_0.kernel:scale"][:7]
    (model.path / "weights.safetensors").write_bytes(to_bytes(arrays))
    with pytest.raises(ArtifactError, match=r"layers do not fit: bag_0 has .* and \(7, 1\) scales"):
        loaded.explain(TEXTS)


def test_layers_that_do_not_fit_the_weights_are_refused_before_keras_makes_them(model):
    layers = json.loads((model.path / "manifest.json").read_text("utf-8"))["layers"]
    layers[0]["units"] = 2**60
    model.json("manifest.json", layers=layers)
    with pytest.raises(ArtifactError, match=r"weights\.safetensors: does not fit the layers"):
        linnet.load(model.path).keras_model()
    layers[0]["layer"] = "many"
    model.json("manifest.json", layers=layers)
    with pytest.raises(ArtifactError, match=r"manifest\.json: the layers cannot be read"):
        linnet.load(model.path).keras_model()


def test_layers_that_explain_cannot_follow_are_refused(model):
    layers = json.loads((model.path / "manifest.json").read_text("utf-8"))["layers"]
    model.json("manifest.json", layers=layers[:1] + layers[2:] + layers[2:])
    loaded = linnet.load(model.path)
    with pytest.raises(ArtifactError, match=r"weights\.safetensors: the layers do not fit"):
        loaded.explain(TEXTS)


GOLDEN = [
    ({"scores": [[None] * 4] * 12}, "scores differently here, by nan"),
    ({"texts": [1] * 12}, "expected up to 1000 texts"),
    ({"texts": [""] * 2000}, "expected up to 1000 texts"),
    ({"texts": None}, "expected texts and scores"),
    ({"scores": [[0.25]]}, "do not fit scores of shape"),
    ({"scores": [["a"]]}, "expected texts and scores"),
    ({"scores": [[[]], []]}, "expected texts and scores"),
    ({"scores": [[1e300] * 4] * 12}, "scores differently here"),
    ({"texts": ["\ud800"] * 12}, "surrogates not allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), GOLDEN, ids=lambda each: str(each)[:30])
def test_golden_texts_that_prove_nothing_are_refused(model, changes, message):
    model.json("golden.json", **changes)
    with pytest.raises(ArtifactError, match=rf"golden\.json: .*{message}"):
        verify(model.path)


PROFILES = [
    (b"[]", "must be an object, not list"),
    (b'{"tokens_per_text": [1]}', "tokens_per_text must be an object of numbers"),
    (b'{"label_shares": {"a": "1"}}', "label_shares must be an object of numbers"),
    (b'{"unknown_rate": null}', "unknown_rate must be a number, not 'None'"),
    (b'{"a": 1, "a": 2}', "'a' is there twice"),
]


@pytest.mark.parametrize(("content", "message"), PROFILES)
def test_profiles_of_other_form_are_refused(model, content, message):
    model.write("profile.json", content)
    loaded = linnet.load(model.path)
    with pytest.raises(ArtifactError, match=rf"profile\.json: .*{message}"):
        loaded.profile  # noqa: B018


def test_a_profile_that_lacks_a_label_cannot_be_measured_against(model):
    model.json("profile.json", label_shares={"birds": 1.0})
    rows = {"text": TEXTS * 4, "label": ["birds", "code", "food"] * 4}
    with pytest.raises(ArtifactError, match=r"profile\.json: label_shares lacks 'code'"):
        linnet.evaluate(model.path, rows, text="text", label="label")
