import io
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linnet.artifact.golden import TEXTS
from linnet.artifact.save import save
from linnet.artifact.tensors import read, to_bytes
from linnet.errors import ArtifactError, ConfigError, DataError
from linnet.runtime import batches
from linnet.runtime.classifier import load
from linnet.text.ids import Ids
from linnet.text.vectorize import Vectorizer

ODD_TEXTS = [
    "", "\0", " ", "fox", "the the the", "the bird sings in the hedge", "zzz unknown", "🐦 naïve",
    *TEXTS, "the quick brown fox " * 200,
]  # fmt: skip


def test_no_texts_give_nothing(classifier):
    scores = classifier.predict_proba([])
    assert scores.shape == (0, len(classifier.labels))
    assert scores.dtype == np.float32
    assert classifier.predict([]) == []
    assert classifier.top([]) == []


def test_scores_are_probabilities(classifier):
    scores = classifier.predict_proba(ODD_TEXTS)
    assert scores.shape == (len(ODD_TEXTS), len(classifier.labels))
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()
    if classifier.task != "multilabel":
        np.testing.assert_allclose(scores.sum(1), 1, atol=1e-6)


def test_texts_make_a_difference(classifier):
    scores = classifier.predict_proba(["", "the quick brown fox", "a small bird sings"])
    assert len(np.unique(scores.round(4), axis=0)) == 3


def test_scores_are_those_of_keras(classifier):
    model = classifier.keras_model(raw_text=True)
    expected = model.predict(ODD_TEXTS)
    if expected.shape[1] == 1:
        expected = np.concatenate([1 - expected, expected], axis=1)
    np.testing.assert_allclose(classifier.predict_proba(ODD_TEXTS), expected, atol=1e-5)


def test_scores_do_not_depend_on_the_batch(classifier):
    together = classifier.predict_proba(ODD_TEXTS)
    alone = np.concatenate([classifier.predict_proba([each]) for each in ODD_TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    order = np.random.default_rng(0).permutation(len(ODD_TEXTS) * 7) % len(ODD_TEXTS)
    shuffled = classifier.predict_proba([ODD_TEXTS[each] for each in order])
    np.testing.assert_allclose(shuffled, together[order], atol=1e-6)


def test_predict_and_top_follow_the_scores(classifier):
    scores = classifier.predict_proba(ODD_TEXTS)
    top = classifier.top(ODD_TEXTS, k=99)
    for row, ranked, answer in zip(scores, top, classifier.predict(ODD_TEXTS), strict=True):
        assert sorted(label for label, _ in ranked) == sorted(classifier.labels)
        assert [score for _, score in ranked] == sorted(row.tolist(), reverse=True)
        if classifier.thresholds is None:
            assert answer == ranked[0][0]
        else:
            limits = dict(zip(classifier.labels, np.float32(classifier.thresholds), strict=True))
            assert answer == [label for label, score in ranked if score >= limits[label]]


def test_scores_of_inputs_are_those_of_texts(of_each_input):
    inputs = of_each_input.vectorise(ODD_TEXTS)
    np.testing.assert_array_equal(
        of_each_input.scores(inputs), of_each_input.predict_proba(ODD_TEXTS)
    )


def test_a_series_and_a_tuple_are_texts(of_each_input):
    expected = of_each_input.predict_proba(ODD_TEXTS)
    np.testing.assert_array_equal(of_each_input.predict_proba(pl.Series(ODD_TEXTS)), expected)
    np.testing.assert_array_equal(of_each_input.predict_proba(tuple(ODD_TEXTS)), expected)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "top", "vectorise"])
def test_a_bare_string_is_refused(classifier, method):
    with pytest.raises(DataError, match=re.escape("write ['one text']")):
        getattr(classifier, method)("one text")


def test_a_text_of_a_megabyte(of_each_input):
    text = " ".join(f"word{number} bird" for number in range(70_000))
    assert len(text) > 1_000_000
    scores = of_each_input.predict_proba(["", text])
    np.testing.assert_allclose(scores[1:], of_each_input.predict_proba([text]), atol=1e-6)


@given(st.lists(st.text(max_size=60), max_size=12))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_texts_score_alone_as_together(of_each_input, texts):
    together = of_each_input.predict_proba(texts)
    assert together.shape == (len(texts), len(of_each_input.labels))
    assert np.isfinite(together).all()
    for text, row in zip(texts, together, strict=True):
        np.testing.assert_allclose(of_each_input.predict_proba([text])[0], row, atol=1e-6)


@pytest.mark.parametrize("ids_per_batch", [1, 7, 32_768])
@pytest.mark.parametrize("texts_per_batch", [1, 3, 64])
def test_scores_are_the_same_in_batches_of_any_size(
    of_each_input, monkeypatch, ids_per_batch, texts_per_batch
):
    expected = of_each_input.predict_proba(ODD_TEXTS)
    monkeypatch.setattr(batches, "IDS_PER_BATCH", ids_per_batch)
    monkeypatch.setattr(batches, "TEXTS_PER_BATCH", texts_per_batch)
    monkeypatch.setattr(batches, "BAGS_PER_BATCH", texts_per_batch)
    np.testing.assert_allclose(of_each_input.predict_proba(ODD_TEXTS), expected, atol=1e-6)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("num_texts", [0, 1, 4, 5, 9])
def test_scores_are_the_same_in_chunks(of_each_input, monkeypatch, num_texts, threads):
    texts = (ODD_TEXTS * 9)[:num_texts]
    expected = of_each_input.predict_proba(texts)
    seen = []
    monkeypatch.setattr(batches, "TEXTS_PER_CHUNK", 4)
    split = Vectorizer.tokens
    monkeypatch.setattr(
        Vectorizer, "tokens", lambda self, some: seen.append(len(some)) or split(self, some)
    )
    many = replace(of_each_input, threads=threads)
    np.testing.assert_allclose(many.predict_proba(texts), expected, atol=1e-6)
    assert sum(seen) == num_texts
    assert max(seen) <= 4


@given(st.lists(st.integers(0, 300), max_size=200), st.sampled_from([None, 300]))
def test_batches_are_bounded_and_hold_each_row_once(lengths, fixed):
    inputs = Ids.from_lists([[2] * length for length in lengths])
    seen = []

    def model(feed):
        rows, columns = feed["ids"].shape
        seen.append(rows)
        assert rows <= batches.TEXTS_PER_BATCH and columns >= 1
        assert rows == 1 or rows * columns <= 1000
        assert fixed is None or columns == fixed
        return (feed["ids"] > 0).sum(1, keepdims=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "IDS_PER_BATCH", 1000)
        padding = batches.Padding(fixed, "pre")
        scores = batches.scores_of(inputs, model, padding=padding, num_labels=1)
    assert scores[:, 0].tolist() == lengths
    assert sum(seen) == len(lengths)


def test_ids_of_a_fixed_length_are_padded_at_the_chosen_end():
    inputs, fed = Ids.from_lists([[5, 6]]), []

    def model(feed):
        fed.append(feed["ids"].tolist())
        return np.zeros((1, 1))

    for end in ("pre", "post"):
        batches.scores_of(inputs, model, padding=batches.Padding(3, end), num_labels=1)
    assert fed == [[[0, 5, 6]], [[5, 6, 0]]]


def test_top_takes_as_many_as_wished(of_each_input):
    [ranked] = of_each_input.top(["fox"], k=1)
    assert ranked == of_each_input.top(["fox"])[0][:1]
    assert of_each_input.top(["fox", ""], k=0) == [[], []]
    with pytest.raises(ConfigError, match="k must be at least 0, not -1"):
        of_each_input.top(["fox"], k=-1)


def test_threads_answer_at_once(of_each_input):
    expected = of_each_input.predict_proba(ODD_TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for scores in pool.map(of_each_input.predict_proba, [ODD_TEXTS] * 16):
            np.testing.assert_allclose(scores, expected, atol=1e-6)


def test_threads_are_counted_from_one(of_each_input):
    expected = of_each_input.predict_proba(ODD_TEXTS)
    scores = load(of_each_input.path, threads=1).predict_proba(ODD_TEXTS)
    np.testing.assert_allclose(scores, expected, atol=1e-6)
    with pytest.raises(ConfigError, match="threads must be at least 1, not 0"):
        load(of_each_input.path, threads=0)


def test_what_a_classifier_says_of_itself(of_each_input):
    assert of_each_input.labels == tuple(of_each_input.manifest["labels"])
    assert of_each_input.path.name == "model"
    shown = repr(of_each_input)
    assert repr(str(of_each_input.path)) in shown
    assert f"{of_each_input.task}, {len(of_each_input.labels)} labels" in shown
    assert "dense" in shown


def test_words_is_the_way_back(of_each_input):
    assert of_each_input.words([]) == []
    known = [of_each_input.vectorizer.vocabulary.index[word] for word in ("the", "bird")]
    assert of_each_input.words([0, *known]) == ["the", "bird"]


def test_thresholds_are_one_half_where_none_are_saved(tmp_path, contents):
    assert load(_saved(tmp_path, contents)).thresholds is None
    labels = contents.manifest["labels"]
    other = {"task": "multilabel", "loss": "binary_crossentropy", "thresholds": None,
             "sizes": contents.manifest["sizes"] | {"outputs": 2}}  # fmt: skip
    classifier = load(_saved(tmp_path / "b", contents, **other))
    assert classifier.thresholds == (0.5,) * len(labels)


def test_a_score_that_equals_its_threshold_reaches_it(tmp_path, contents):
    other = {"task": "multilabel", "sizes": contents.manifest["sizes"] | {"outputs": 2}}
    plain = load(_saved(tmp_path / "a", contents, **other))
    score = plain.predict_proba(["fox"])[0].tolist()
    equal = load(_saved(tmp_path / "b", contents, **other, thresholds=score))
    assert sorted(equal.predict(["fox"])[0]) == sorted(plain.labels)
    above = [np.nextafter(np.float32(each), np.float32(2)).item() for each in score]
    assert load(_saved(tmp_path / "c", contents, **other, thresholds=above)).predict(["fox"]) == [
        []
    ]


def test_equal_scores_keep_the_order_of_labels(tmp_path, contents):
    weights = {name: array * 0 for name, array in _weights(contents).items()}
    classifier = load(_saved(tmp_path, replace(contents, weights=to_bytes(weights))))
    assert classifier.top(["fox"]) == [[("neg", 0.5), ("pos", 0.5)]]
    assert classifier.predict(["fox"]) == ["neg"]


def test_scores_that_are_no_numbers_are_refused(tmp_path, contents):
    weights = {name: array * np.nan for name, array in _weights(contents).items()}
    classifier = load(_saved(tmp_path, replace(contents, weights=to_bytes(weights))))
    with pytest.raises(ArtifactError, match="gives scores that are no numbers"):
        classifier.predict(["fox"])


UNFIT = {
    "text of unknown form": ({"text": {"pads": "pre"}}, "manifest.json: text: .*'pads'"),
    "text of unknown value": ({"text": {"pad": "left"}}, "manifest.json: text: pad must be one"),
    "another vocabulary": (
        {"sizes": {"num_ids": 3, "length": 1, "outputs": 1}},
        "model.onnx: no weight has a row for each of 3 ids",
    ),
    "another task": (
        {"task": "multiclass", "labels": ["a", "b", "c"],
         "sizes": {"outputs": 3, "length": 1}},
        "model.onnx: .*scores of 3 labels",
    ),
    "ids for a bag": ({"text": {"vectorizer": "ids"}}, "model.onnx: takes .*expected .'ids'."),
    "calibrated": ({"calibration": {"method": "isotonic"}}, "whose method is temperature or per_"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNFIT)
def test_files_that_do_not_fit_each_other_are_refused(tmp_path, contents, case):
    change, message = UNFIT[case]
    if "sizes" in change:
        change = change | {"sizes": contents.manifest["sizes"] | change["sizes"]}
    with pytest.raises(ArtifactError, match=message):
        load(_saved(tmp_path, contents, **change))


def test_longer_texts_than_the_model_takes_are_refused(tmp_path, embedding_contents):
    text = embedding_contents.manifest["text"] | {"max_length": 999}
    with pytest.raises(ArtifactError, match="up to 999 ids, and the model takes 14"):
        load(_saved(tmp_path, embedding_contents, text=text))


@pytest.mark.parametrize("vocabulary", [b"PAR1", b"PAR1 no table PAR1", None])
def test_a_vocabulary_that_is_none_is_refused(tmp_path, contents, vocabulary):
    if vocabulary is None:
        buffer = io.BytesIO()
        pl.DataFrame({"token": ["a"]}).write_parquet(buffer)
        vocabulary = buffer.getvalue()
    with pytest.raises(ArtifactError, match=r"vocabulary\.parquet: cannot be read"):
        load(_saved(tmp_path, replace(contents, vocabulary=vocabulary)))


def test_a_graph_that_onnx_runtime_cannot_run_is_refused(tmp_path, contents):
    graph = contents.graph.replace(b"Sigmoid", b"Softmax", 1).replace(b"Concat", b"MatMul", 1)
    with pytest.raises(ArtifactError, match=r"model\.onnx: ONNX Runtime cannot open it"):
        load(_saved(tmp_path, replace(contents, graph=graph)))


COLD = """
import sys
from linnet.runtime import load
classifier = load(sys.argv[1])
assert classifier.predict(["", "fox"])[0]
heavy = "keras jax tensorflow torch sklearn pandas matplotlib onnx linnet.models linnet.training"
print([name for name in heavy.split() if name in sys.modules])
"""


def test_serving_imports_no_keras_and_prints_nothing(tmp_path, contents):
    shown = subprocess.run(
        [sys.executable, "-c", COLD, str(_saved(tmp_path, contents))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (shown.stdout, shown.stderr) == ("[]\n", "")


def _saved(folder, contents, **changes):
    """Save contents with some keys of the manifest changed."""
    save(folder / "model", replace(contents, manifest=contents.manifest | changes))
    return folder


def _weights(contents):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.safetensors"
        path.write_bytes(contents.weights)
        return read(path)
