import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from linnet.artifact.golden import TEXTS, golden
from linnet.artifact.save import save
from linnet.artifact.tensors import to_bytes
from linnet.errors import ArtifactError, DataError
from linnet.runtime.classifier import load
from linnet.runtime.verify import verify

TEXT = ["", "the quick brown fox", "bird"]
OUTPUTS = {"binary": (1, "sigmoid"), "multiclass": (3, "softmax"), "multilabel": (4, "sigmoid")}


@pytest.fixture(scope="module")
def keras():
    from linnet.registry import import_keras

    return import_keras()


def own_model(keras, contents, *, outputs, activation):
    """A model of a user's own layers for ids of one length, or for bags."""
    sizes = contents.manifest["sizes"]
    if contents.manifest["text"]["vectorizer"] == "ids":
        inputs = keras.Input((sizes["length"],), dtype="int32")
        x = keras.layers.Embedding(sizes["num_ids"], 3)(inputs)
        x = keras.layers.Dense(2, "tanh")(keras.layers.Flatten()(x))
    else:
        ids, weights = keras.Input((None,), dtype="int32"), keras.Input((None,))
        inputs = [ids, weights]
        rows = keras.layers.Embedding(sizes["num_ids"], 3)(ids)
        x = keras.layers.Dot(axes=1)([weights, rows])
    model = keras.Model(inputs, keras.layers.Dense(outputs, activation)(x))
    random = np.random.default_rng(2)
    model.set_weights([random.normal(size=each.shape) for each in model.weights])
    return model


def contents_with(contents, model, **changes):
    from keras.ops import convert_to_numpy

    weights = {str(at): convert_to_numpy(each.value) for at, each in enumerate(model.weights)}
    outputs = model.output_shape[-1]
    manifest = contents.manifest | {
        "layers": None, "keras": json.loads(model.to_json()),
        "sizes": contents.manifest["sizes"] | {"outputs": outputs},
    }  # fmt: skip
    labels = len(changes.get("labels", manifest["labels"]))
    return replace(
        contents, manifest=manifest | changes, weights=to_bytes(weights), graph=None,
        golden=golden(np.zeros((len(TEXTS), labels))),
    )  # fmt: skip


@pytest.fixture(params=["ids", "bags"])
def base(request, contents, embedding_contents):
    return embedding_contents if request.param == "ids" else contents


@pytest.mark.parametrize("task", OUTPUTS)
def test_own_layers_answer_through_keras(tmp_path, keras, base, task):
    outputs, activation = OUTPUTS[task]
    model = own_model(keras, base, outputs=outputs, activation=activation)
    labels = ["a", "b", "c", "d"][: max(outputs, 2)]
    changes = {"task": task, "labels": labels, "loss": _loss(task)}
    save(tmp_path / "model", contents_with(base, model, **changes))
    classifier = load(tmp_path)
    assert "own layers" in repr(classifier)
    assert classifier.predict_proba([]).shape == (0, len(labels))
    scores = classifier.predict_proba(TEXT)
    feed = _feed(classifier, TEXT)
    expected = np.asarray(model(feed))
    if outputs == 1:
        expected = np.concatenate([1 - expected, expected], axis=1)
    np.testing.assert_allclose(scores, expected, atol=1e-6)
    alone = np.concatenate([classifier.predict_proba([text]) for text in TEXT])
    np.testing.assert_allclose(scores, alone, atol=1e-6)
    again = classifier.keras_model()
    np.testing.assert_allclose(np.asarray(again(feed)), np.asarray(model(feed)), atol=1e-6)
    with pytest.raises(ArtifactError, match=r"golden\.json: text \d+ scores differently"):
        verify(tmp_path)


def test_own_layers_are_explained(tmp_path, keras, base):
    model = own_model(keras, base, outputs=3, activation="softmax")
    changes = {"task": "multiclass", "labels": list("abc"), "loss": _loss("multiclass")}
    save(tmp_path / "model", contents_with(base, model, **changes))
    empty, found, _ = load(tmp_path).explain(TEXT)
    assert (empty.words, found.method) == ((), "occlusion")
    assert [word.text for word in found.words] == ["the", "quick", "brown", "fox"]
    assert any(abs(word.contribution) > 1e-4 for word in found.words)


def _loss(task):
    return "sparse_categorical_crossentropy" if task == "multiclass" else "binary_crossentropy"


def _feed(classifier, texts):
    """Padded as training pads: ids to the length of the model, bags to the longest."""
    from linnet.text.ids import Ids, padded_bags

    inputs = classifier.vectorise(texts)
    settings, sizes = classifier.vectorizer.settings, classifier.manifest["sizes"]
    if isinstance(inputs, Ids):
        return inputs.padded(sizes["length"], settings.pad)
    return list(padded_bags(inputs, 16))


def test_the_rebuilt_model_goes_on_training(of_each_input):
    model = of_each_input.keras_model()
    ids = np.ones((4, of_each_input.manifest["sizes"]["length"]), np.int32)
    bags = of_each_input.vectorizer.gives_bags
    x = [ids, np.ones(ids.shape, np.float32)] if bags else ids
    model.compile("sgd", "mse")
    before = model.predict(x, verbose=0)
    model.fit(x, np.zeros_like(before), epochs=2, verbose=0)
    assert (model.predict(x, verbose=0) < before).all()


def test_raw_text_takes_lists_of_texts(of_each_input, capsys):
    model = of_each_input.keras_model(raw_text=True)
    outputs = of_each_input.manifest["sizes"]["outputs"]
    assert model.predict([]).shape == (0, outputs)
    scores = model.predict(TEXT, batch_size=2, verbose=1)
    assert scores.shape == (3, outputs)
    np.testing.assert_allclose(scores[:, -1], of_each_input.predict_proba(TEXT)[:, -1], atol=1e-5)
    with pytest.raises(DataError, match="must be a list of strings, not one string"):
        model.predict("one text")
    assert capsys.readouterr().out == ""


def test_raw_text_is_a_model_that_can_be_called(keras, of_each_input):
    model = of_each_input.keras_model(raw_text=True)
    assert isinstance(model, keras.Model)
    assert model.count_params() == of_each_input.keras_model().count_params() > 0
    feed = _feed(of_each_input, TEXT)
    np.testing.assert_allclose(np.asarray(model(feed)), model.predict(TEXT), atol=1e-5)


def test_own_layers_answer_several_threads_at_once(tmp_path, keras, base):
    model = own_model(keras, base, outputs=3, activation="softmax")
    changes = {"task": "multiclass", "labels": ["a", "b", "c"], "loss": _loss("multiclass")}
    save(tmp_path / "model", contents_with(base, model, **changes))
    classifier = load(tmp_path)
    texts = [TEXT[number % 3] for number in range(64)]
    alone = classifier.predict_proba(texts)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(classifier.predict_proba, [texts] * 200))
    for each in found:
        np.testing.assert_allclose(each, alone, atol=1e-6)


def test_layers_that_run_another_file_are_refused(tmp_path, keras, embedding_contents):
    model = own_model(keras, embedding_contents, outputs=1, activation="sigmoid")
    contents = contents_with(embedding_contents, model)
    layer = {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "x"}}
    called = {"module": "keras.layers", "class_name": "function", "config": "TFSMLayer"}
    for number, evil in enumerate((layer, called)):
        config = json.loads(json.dumps(contents.manifest["keras"]))
        config["config"]["layers"].append(evil)
        save(tmp_path / str(number), contents_with(embedding_contents, model, keras=config))
        with pytest.raises(ArtifactError, match="name a TFSMLayer, which runs a program from anot"):
            load(tmp_path / str(number))


def test_layers_that_hold_code_are_refused(tmp_path, keras, embedding_contents):
    model = own_model(keras, embedding_contents, outputs=1, activation="sigmoid")
    unsafe = keras.Sequential([model, keras.layers.Lambda(lambda x: x)])
    save(tmp_path / "model", contents_with(embedding_contents, unsafe))
    with pytest.raises(
        ArtifactError, match=r"(?s)manifest.json: Keras cannot rebuild the layers.*Lambda"
    ):
        load(tmp_path)


CONFIGS = [
    {"class_name": "builtins>eval", "config": {}},
    {"class_name": "Dense", "config": {"units": 1}},
    {"module": "os", "class_name": "system", "config": {}, "registered_name": None},
    {},
]


@pytest.mark.parametrize("config", CONFIGS)
def test_what_is_no_model_is_refused(tmp_path, keras, embedding_contents, config):
    model = own_model(keras, embedding_contents, outputs=1, activation="sigmoid")
    save(tmp_path / "model", contents_with(embedding_contents, model, keras=config))
    with pytest.raises(ArtifactError, match="your own, import the file that registers them first"):
        load(tmp_path)


@pytest.mark.parametrize("weights", [{}, {"0": np.ones((1, 1))}, {"a": np.ones((1, 1))}])
def test_weights_that_do_not_fit_are_refused(tmp_path, keras, embedding_contents, weights):
    model = own_model(keras, embedding_contents, outputs=1, activation="sigmoid")
    contents = contents_with(embedding_contents, model)
    save(tmp_path / "model", replace(contents, weights=to_bytes(weights)))
    with pytest.raises(ArtifactError, match=r"weights\.safetensors: does not fit the layers"):
        load(tmp_path)


def test_zoo_weights_that_do_not_fit_are_refused(tmp_path, contents):
    save(tmp_path / "model", contents)
    classifier = load(tmp_path)
    (tmp_path / "model" / "weights.safetensors").write_bytes(to_bytes({}))
    with pytest.raises(ArtifactError, match=r"weights\.safetensors: does not fit the layers"):
        classifier.keras_model()


UNSEEN = """
import sys
from linnet.runtime import load
classifier = load(sys.argv[1])
assert "keras" not in sys.modules
assert classifier.keras_model(raw_text=True).predict(["fox"]).shape == (1, 1)
"""


def test_keras_model_works_in_a_fresh_process(tmp_path, contents):
    save(tmp_path / "model", contents)
    shown = subprocess.run(
        [sys.executable, "-c", UNSEEN, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (shown.returncode, shown.stdout) == (0, ""), shown.stderr
