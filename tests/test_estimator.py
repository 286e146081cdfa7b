"""`TextClassifier` is a scikit-learn classifier: scikit-learn's own checks, and ours on texts."""

import copy
import inspect
import pickle
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import numpy as np
import pandas as pd
import polars as pl
import pytest

pytest.importorskip("sklearn", reason="the estimator is scikit-learn's")

from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MultiLabelBinarizer
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.validation import check_is_fitted, validate_data

from linnet import ArtifactError, ConfigError, DataError, LinnetError, TextClassifier
from linnet.config import Config, settings_table

PAGE = Path(__file__).parents[1] / "docs" / "estimator.md"

# scikit-learn's checks that fail, and why they cannot apply. docs/estimator.md shows this table.
EXCEPTED = {
    "check_sample_weight_equivalence_on_dense_data": (
        "a text of weight 2 is one row, and one written twice is two: validation rows and batches "
        "are drawn by row, and words are ranked by how many rows have them"
    ),
}

# Checks that pass, but through the stand-in below, and say nothing of texts: what is wrong with an
# array of numbers. Their counterparts for texts are in this file. docs/estimator.md lists them.
OF_NUMBERS = {
    "check_array_api_input",
    "check_complex_data",
    "check_dtype_object",
    "check_estimator_sparse_array",
    "check_estimator_sparse_matrix",
    "check_estimator_sparse_tag",
    "check_estimators_dtypes",
    "check_estimators_empty_data_messages",
    "check_estimators_nan_inf",
    "check_f_contiguous_array_estimator",
    "check_fit1d",
    "check_fit2d_1feature",
    "check_fit2d_predict1d",
    "check_n_features_in",
    "check_n_features_in_after_fitting",
    "check_positive_only_tag_during_fit",
    "check_readonly_memmap_input",
}


class OnNumbers(TextClassifier):
    """Writes rows of numbers as texts: scikit-learn's checks know no others."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.one_d_array = False
        tags.input_tags.two_d_array = True
        return tags

    def fit(self, X, y, sample_weight=None):
        return super().fit(texts_of(validate_data(self, X)), y, sample_weight)

    def predict_proba(self, X):
        check_is_fitted(self)
        return super().predict_proba(texts_of(validate_data(self, X, reset=False)))


def texts_of(rows):
    """One word per number: its column and its value, rounded down to a half."""
    return [
        " ".join(f"c{column}v{int(np.floor(2 * value))}" for column, value in enumerate(row))
        for row in rows
    ]


@pytest.mark.filterwarnings("default")  # some checks count on them
@parametrize_with_checks(
    [OnNumbers(model="fasttext", epochs=20, duplicates="keep")],
    expected_failed_checks=lambda _: EXCEPTED,
)
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)


def test_page_lists_the_exceptions():
    page = " ".join(PAGE.read_text("utf-8").split())
    for name, reason in EXCEPTED.items():
        assert f"| `{name}` | {reason} |" in page
    assert set(re.findall(r"`(check_\w+)`", page)) == OF_NUMBERS | EXCEPTED.keys()


LEFT_OUT = {
    "Data": "columns and files: they are X and y; of its settings only duplicates",
    "Cleaning": "rows are left out before fit",
    "Split": "no rows for test; of its settings only validation_fraction, first_validation",
    "Continue": "fit begins anew",
    "Output": "the run is in a temporary folder, and a pickle holds the model",
}
TAKEN_IN = {"duplicates", "validation_fraction", "first_validation"}


def test_parameters_are_the_settings_of_a_training():
    hints, own = get_type_hints(Config), get_type_hints(TextClassifier)
    wanted = {
        each.name: each.default
        for each, _ in settings_table()
        if each.metadata["group"] not in LEFT_OUT or each.name in TAKEN_IN
    }
    del wanted["checkpoints"]  # they would be removed with the folder
    wanted["baseline"] = False  # who cross-validates compares folds, and pays for each
    assert TextClassifier().get_params() == wanted
    assert {name: own[name] for name in wanted} == {name: hints[name] for name in wanted}


def test_signature_is_explicit():
    shown = inspect.signature(TextClassifier).parameters
    assert next(iter(shown)) == "model"
    assert sorted(shown) == sorted(TextClassifier().get_params())
    assert shown["seed"].default == 0
    assert all(each.kind is not each.VAR_KEYWORD for each in shown.values())
    assert TextClassifier("mlp").model == "mlp"


def test_unknown_parameters_are_refused_with_the_nearest():
    with pytest.raises(ConfigError, match="unknown setting 'epoch': did you mean 'epochs'"):
        TextClassifier(epoch=1)
    with pytest.raises(ConfigError, match="unknown setting 'modle': did you mean 'model'"):
        TextClassifier().set_params(modle="mlp")
    with pytest.raises(ConfigError, match="unknown setting 'test_fraction'"):
        TextClassifier(test_fraction=0.1)


GOOD = ["very good", "good, hyvä", "so good it is", "fine and good", "good again", "a good one"]
BAD = ["very bad", "bad, huono", "so bad it is", "poor and bad", "bad again", "a bad one"]
ODD = ["very odd", "odd, outo", "so odd it is", "weird and odd", "odd again", "an odd one"]
TEXTS = [*GOOD, *BAD, *ODD]
LABELS = ["good"] * 6 + ["bad"] * 6 + ["odd"] * 6
NEW = ["good", "bad", "odd"]


def small(**settings):
    return TextClassifier("linear", **{"epochs": 20, "validation_fraction": 0.2, **settings})


@pytest.fixture(scope="module")
def fitted():
    return small().fit(TEXTS, LABELS)


FORMS = {
    "list": list,
    "tuple": tuple,
    "array of str": np.array,
    "array of object": lambda values: np.array(values, dtype=object),
    "pandas": pd.Series,
    "pandas, another index": lambda values: pd.Series(values, index=range(7, 7 + len(values))),
    "pandas categories": lambda values: pd.Series(values, dtype="category"),
    "polars": pl.Series,
}


@pytest.mark.parametrize("form", FORMS)
def test_texts_and_labels_in_every_form(form, fitted):
    clf = small().fit(FORMS[form](TEXTS), FORMS[form](LABELS))
    assert clf.predict(FORMS[form](NEW)).tolist() == NEW
    assert np.array_equal(clf.predict_proba(FORMS[form](NEW)), fitted.predict_proba(NEW))
    assert clf.score(FORMS[form](TEXTS), FORMS[form](LABELS)) == 1.0


KINDS = {
    "strings": (["z", "a", "é"], "U"),
    "written numbers": (["10", "9", "1.0"], "U"),
    "written lists": (["['a']", "['b', 'c']", "[]"], "U"),
    "with an equals sign": (["a=b", "c=d", "=b"], "U"),
    "blanks around": ([" a", "a", "a "], "U"),
    "whole numbers": ([10, 9, -1], "i"),
    "long numbers": ([10**18, 2 * 10**18, 9], "i"),
    "small numbers": (np.array([3, 1, 200], np.uint8), "u"),
    "whole floats": ([2.0, 10.0, -1.0], "f"),
    "objects": (np.array(["b", "a", "c"], dtype=object), "O"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_labels_keep_their_kind(kind):
    values, dtype = KINDS[kind]
    y = np.repeat(values, 6)
    clf = small().fit(TEXTS, y)
    assert clf.classes_.dtype == y.dtype and y.dtype.kind == dtype
    assert clf.classes_.tolist() == sorted(set(y.tolist()))
    found = clf.predict(NEW)
    assert found.dtype == y.dtype and found.tolist() == y[::6].tolist()
    best = clf.predict_proba(NEW).argmax(axis=1)
    assert clf.classes_[best].tolist() == found.tolist()


def test_two_classes_are_binary_and_truth_values_stay():
    clf = small().fit([*GOOD, *BAD], [True] * 6 + [False] * 6)
    assert clf.classifier_.task == "binary"
    assert clf.predict(["good", "bad"]).tolist() == [True, False]
    assert clf.predict_proba(["good"]).shape == (1, 2)


def test_nothing_is_predicted_of_nothing(fitted):
    assert fitted.predict([]).tolist() == []
    assert fitted.predict_proba([]).shape == (0, 3)
    assert np.isfinite(fitted.predict_proba(["", "??", "unheard"])).all()


def test_a_class_of_blank_texts_only_scores_nothing():
    clf = small().fit([*TEXTS, "", " "], [*LABELS, "aaa", "zzz"])
    assert clf.classes_.tolist() == ["aaa", "bad", "good", "odd", "zzz"]
    assert clf.predict(NEW).tolist() == NEW
    assert clf.predict_proba(NEW)[:, [0, 4]].tolist() == [[0, 0]] * 3


def test_no_rows_are_for_test_and_settings_arrive(fitted):
    assert "test" not in fitted.run_.evaluation or not fitted.run_.evaluation["test"].get("rows")
    split = pl.read_parquet(fitted.run_.path / "split.parquet")
    assert dict(split["part"].value_counts().iter_rows()) == {"train": 14, "validation": 4}
    assert fitted.run_.config.model == "linear" and fitted.run_.config.epochs == 20
    assert fitted.run_.config.test_fraction == 0 and fitted.run_.config.checkpoints == "none"
    assert not hasattr(fitted, "n_features_in_")


SETS = [["warm"], ["warm", "wet"], [], ["wet"]]
WEATHER = ["warm sun", "warm rain", "grey clouds", "cold rain"]


@pytest.mark.parametrize("form", [np.asarray, csr_array, pd.DataFrame, np.ndarray.tolist])
def test_several_labels_are_an_indicator_array(form):
    sets = MultiLabelBinarizer()
    y = sets.fit_transform(SETS * 10)
    clf = small(duplicates="keep").fit(WEATHER * 10, form(y))
    assert clf.classifier_.task == "multilabel" and clf.classes_.tolist() == [0, 1]
    found = clf.predict(WEATHER)
    assert found.dtype.kind == "i" and found.tolist() == y[:4].tolist()
    assert sets.inverse_transform(found) == [("warm",), ("warm", "wet"), (), ("wet",)]
    assert clf.predict_proba(WEATHER).shape == (4, 2)
    assert clf.score(WEATHER, y[:4]) == 1.0
    assert clf.predict([]).shape == (0, 2)


def test_a_label_that_no_text_has_is_never_given():
    y = np.insert(MultiLabelBinarizer().fit_transform(SETS * 10), 1, 0, axis=1)
    clf = small(duplicates="keep").fit(WEATHER * 10, y)
    assert clf.predict(WEATHER).tolist() == y[:4].tolist()
    assert clf.predict_proba(WEATHER)[:, 1].tolist() == [0] * 4


def test_weights_of_rows_count():
    texts, y = ["it is"] * 40, [0] * 20 + [1] * 20
    heavy = np.repeat([9.0, 1.0], 20)
    assert small().fit(texts, y, sample_weight=heavy).predict_proba(["it is"])[0, 0] > 0.6
    assert small().fit(texts, y, sample_weight=heavy[::-1]).predict_proba(["it is"])[0, 1] > 0.6


def test_weight_zero_leaves_a_row_out():
    weights = np.array([1, 1, 1, 1, 1, 0] * 3)
    kept = weights.astype(bool)
    without = small(duplicates="keep").fit(np.array(TEXTS)[kept], np.array(LABELS)[kept])
    clf = small().fit(TEXTS, LABELS, sample_weight=weights)
    assert clf.predict_proba(NEW) == pytest.approx(without.predict_proba(NEW), abs=1e-6)


def test_a_class_of_weight_zero_scores_nothing():
    clf = small().fit(TEXTS, LABELS, sample_weight=[1] * 12 + [0] * 6)
    assert clf.classes_.tolist() == ["bad", "good", "odd"]
    assert clf.predict(NEW[:2]).tolist() == NEW[:2]
    assert clf.predict_proba(NEW)[:, 2].tolist() == [0] * 3


WRONG_TEXTS = {
    "a string": ("good", "write \\['good'\\]"),
    "two columns": (np.array([TEXTS, TEXTS]).T, "Expected 1D array of texts.*\\(18, 2\\)"),
    "a table": (pd.DataFrame({"text": TEXTS}), "Expected 1D array of texts.*\\(18, 1\\)"),
    "sparse": (csr_array(np.eye(18)), "Expected 1D array of texts"),
    "numbers": (list(range(18)), "text 0 must be a string, not int: 0"),
    "an array of numbers": (np.arange(18.0), "text 0 must be a string, not float: 0.0"),
    "bytes": ([b"good"] * 18, "text 0 must be a string, not bytes"),
    "NaN": ([*TEXTS[:17], np.nan], "text 17 must be a string, not float: nan"),
    "None": ([None, *TEXTS[1:]], "text 0 must be a string, not NoneType"),
    "pandas, missing": (pd.Series([*TEXTS[:17], None]), "text 17 must be a string"),
    "polars, missing": (pl.Series([*TEXTS[:17], None]), "contains null in 1 of 18"),
    "polars numbers": (pl.Series(range(18)), "texts must be strings, not Int64"),
    "another length": (TEXTS[:17], "inconsistent numbers of samples: \\[17, 18\\]"),
    "no texts": ([], "inconsistent numbers of samples: \\[0, 18\\]"),
    "blank texts": ([" "] * 18, "no row has a text and a label"),
    "a number": (5, "must be a list of strings"),
}


@pytest.mark.parametrize("case", WRONG_TEXTS)
def test_wrong_texts_are_value_errors(case):
    texts, message = WRONG_TEXTS[case]
    with pytest.raises(ValueError, match=message):
        small().fit(texts, LABELS)


NOT_IN_PREDICT = {"another length", "no texts", "blank texts"}


@pytest.mark.parametrize("case", sorted(set(WRONG_TEXTS) - NOT_IN_PREDICT))
def test_wrong_texts_are_refused_in_predict(case, fitted):
    texts, message = WRONG_TEXTS[case]
    with pytest.raises(DataError, match=message):
        fitted.predict(texts)


WRONG_LABELS = {
    "none": (None, "requires y to be passed"),
    "one class": (["good"] * 18, "only one class, 'good', in n_samples = 18"),
    "fractions": (np.linspace(0, 1, 18), "continuous"),
    "a label missing": ([*LABELS[:17], None], "y contains NaN or None"),
    "NaN among strings": ([*LABELS[:17], np.nan], "y contains NaN or None"),
    "an object missing": (np.array([*LABELS[:17], None], dtype=object), "none missing"),
    "polars, missing": (pl.Series([*LABELS[:17], None]), "none missing"),
    "a blank": (["", *LABELS[1:]], "y holds a blank label"),
    "sets": ([["a"], ["b", "c"], []] * 6, "MultiLabelBinarizer"),
    "polars sets": (pl.Series([["a"], ["b", "c"], []] * 6), "(?i)unknown label type"),
    "two columns": ([["a", "b"], ["c", "d"]] * 9, "1d array, got an array of shape \\(18, 2\\)"),
    "no label at all": (np.zeros((18, 3), int), "all label sets are empty"),
    "a number": (5, "Expected array-like"),
}


@pytest.mark.parametrize("case", WRONG_LABELS)
def test_wrong_labels_are_value_errors(case):
    y, message = WRONG_LABELS[case]
    with pytest.raises(ValueError, match=message):
        small().fit(TEXTS, y)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0] * 17, "shape \\(17,\\), expected \\(18,\\)"),
        ([[1.0]] * 18, "shape \\(18, 1\\)"),
        ([-1.0] * 18, "numbers from 0"),
        ([np.nan] * 18, "without NaN"),
        ([0.0] * 18, "every sample_weight is zero"),
        ([0.0] * 12 + [1.0] * 6, "only one class, 'odd', in n_samples = 6"),
    ],
)
def test_wrong_weights_are_value_errors(weights, message):
    with pytest.raises(DataError, match=message):
        small().fit(TEXTS, LABELS, sample_weight=weights)


def test_wrong_values_of_settings_are_refused_in_fit():
    clf = TextClassifier(epochs=0, model="ltsm")
    with pytest.raises(ConfigError, match="epochs must be at least 1, not 0"):
        clf.fit(TEXTS, LABELS)
    with pytest.raises(ValueError, match="did you mean 'lstm'"):
        clf.set_params(epochs=1).fit(TEXTS, LABELS)


def test_errors_are_linnets_and_pythons():
    assert issubclass(DataError, ValueError) and issubclass(DataError, LinnetError)


def test_before_fit_there_is_no_answer():
    for method in ("predict", "predict_proba"):
        with pytest.raises(NotFittedError, match="TextClassifier instance is not fitted"):
            getattr(small(), method)(5)


def test_fit_twice_is_fit_once(fitted):
    first = fitted.predict_proba(TEXTS)
    again = clone(fitted).fit(TEXTS[:12], LABELS[:12]).fit(TEXTS, LABELS)
    assert np.array_equal(again.predict_proba(TEXTS), first)
    assert not np.array_equal(small(seed=1).fit(TEXTS, LABELS).predict_proba(TEXTS), first)


def test_tags():
    tags = get_tags(TextClassifier())
    assert tags.input_tags.string and tags.input_tags.one_d_array
    assert not (tags.input_tags.two_d_array or tags.input_tags.sparse or tags.input_tags.allow_nan)
    assert tags.estimator_type == "classifier" and tags.classifier_tags.multi_label
    assert tags.target_tags.required and not tags.non_deterministic


def test_clone_and_repr():
    clf = small(hidden=[4], ngrams=2)
    assert clone(clf).get_params() == clf.get_params()
    assert repr(TextClassifier("mlp", seed=3)) == "TextClassifier(model='mlp', seed=3)"


def test_cross_val_score():
    scores = cross_val_score(small(), TEXTS, LABELS, cv=3, error_score="raise")
    assert scores.shape == (3,) and scores.mean() > 0.8


def test_grid_search_in_a_pipeline():
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    steps = Pipeline([("lower", lower), ("clf", small())])
    grid = {"clf__model": ["linear", "fasttext"], "clf__ngrams": np.array([1, 2])}
    search = GridSearchCV(steps, grid, cv=2, error_score="raise").fit(TEXTS, LABELS)
    assert search.best_score_ > 0.8
    assert search.predict(["GOOD", "BAD"]).tolist() == ["good", "bad"]


COPIES = {
    "pickled": lambda clf: pickle.loads(pickle.dumps(clf)),
    "pickled twice": lambda clf: pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(clf)))),
    "copied": copy.deepcopy,
}


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_answers_the_same(how, fitted):
    before = dict(vars(fitted))
    made = COPIES[how](fitted)
    assert vars(fitted) == before
    assert made.get_params() == fitted.get_params()
    assert np.array_equal(made.predict_proba(TEXTS), fitted.predict_proba(TEXTS))
    assert made.predict(NEW).dtype == fitted.predict(NEW).dtype
    assert made.classifier_.path != fitted.classifier_.path
    assert not hasattr(made, "run_")


def test_an_unfitted_one_is_pickled():
    made = pickle.loads(pickle.dumps(small(ngrams=2)))
    assert made.ngrams == 2
    with pytest.raises(NotFittedError):
        made.predict(NEW)


def test_a_pickle_holds_the_saved_model_and_its_sums_are_checked(fitted):
    state = fitted.__getstate__()
    files = state["model_files"]
    assert {"manifest.json", "weights.safetensors", "SHA256SUMS"} <= files.keys()
    assert all(isinstance(content, bytes) for content in files.values())
    assert set(state) == {*fitted.get_params(), "classes_", "model_files"}
    for name in files.keys() - {"README.md"}:
        damaged = {**files, name: bytes([files[name][0] ^ 1]) + files[name][1:]}
        with pytest.raises(ArtifactError, match=re.escape(name)):
            TextClassifier.__new__(TextClassifier).__setstate__({**state, "model_files": damaged})


def test_a_pickle_writes_nowhere_else(fitted, tmp_path):
    state = fitted.__getstate__()
    outside = {**state["model_files"], str(tmp_path / "a"): b"", "../a": b""}
    TextClassifier.__new__(TextClassifier).__setstate__({**state, "model_files": outside})
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_copy_goes_with_it(fitted):
    made = copy.deepcopy(fitted)
    folder = made.classifier_.path
    assert folder.is_dir()
    del made
    assert not folder.exists()


WITHOUT = """
import sys
sys.modules["sklearn"] = None
import linnet
try:
    linnet.TextClassifier
except linnet.MissingExtraError as error:
    print(error)
"""


def test_without_scikit_learn_the_extra_is_named():
    shown = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True
    )
    assert "sklearn is not installed" in shown.stdout
    assert "pip install 'linnet[train]'" in shown.stdout


def test_fields_are_the_parameters_only():
    assert {each.name for each in fields(TextClassifier)} == set(TextClassifier().get_params())
