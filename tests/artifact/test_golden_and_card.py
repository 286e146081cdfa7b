import json

import numpy as np
import pytest

from linnet.artifact.card import card
from linnet.artifact.golden import TEXTS, disagreement, golden


def test_golden_texts_begin_with_the_empty_one_and_differ():
    assert TEXTS[0] == ""
    assert len(TEXTS[1]) == 1
    assert len(set(TEXTS)) == len(TEXTS) == 12
    assert max(map(len, TEXTS)) > 2000
    assert all(each.encode() for each in TEXTS[1:])


def test_golden_survives_json():
    scores = np.random.default_rng(0).random((len(TEXTS), 3), np.float32)
    saved = json.loads(json.dumps(golden(scores)))
    assert saved["texts"] == list(TEXTS)
    assert disagreement(saved["scores"], scores)[1] == 0
    scores[4, 2] += np.float32(0.25)
    assert disagreement(saved["scores"], scores) == (4, pytest.approx(0.25))


NUMBERS = {"rows": 10, "accuracy": 0.9, "macro_f1": 0.8, "loss": 0.25, "confusion": [[1]]}
EVALUATION = {
    "test": NUMBERS,
    "validation": {"accuracy": 0.1},
    "baselines": {"a|b": {"accuracy": 0.5, "macro_f1": None}, "later": "no numbers"},
}


def test_card_has_facts_and_numbers(contents):
    text = card(contents.manifest, EVALUATION)
    assert text.startswith("---\nlibrary_name: linnet\n")
    assert "- Labels (2): `näin`, `a|b`\n- Training rows: 1\n- Layers: dense\n" in text
    assert "- Written by: linnet 0.1.0\n" in text
    assert "## Numbers on the test rows" in text
    assert "|  | this model | a/b |\n| --- | --- | --- |\n| accuracy | 0.9000 | 0.5000 |\n" in text
    assert "| macro_f1 | 0.8000 |  |\n" in text
    assert "confusion" not in text
    assert "linnet.load(" in text
    assert "No Keras is needed" in text
    assert "## Limits" in text


def test_card_without_test_rows_shows_validation(contents):
    assert "on the validation rows" in card(contents.manifest, {**EVALUATION, "test": None})
    assert "Numbers" not in card(contents.manifest, {})


@pytest.mark.parametrize("number", [True, "0.5", None, float("nan")])
def test_card_shows_only_numbers(contents, number):
    assert "accuracy" not in card(contents.manifest, {"test": {"accuracy": number}})


def test_card_cuts_many_labels_and_quotes_any(contents):
    labels = ["", "`", "a``b", "two\nlines", *(f"l{number}" for number in range(30))]
    text = card({**contents.manifest, "labels": labels}, {})
    assert "Labels (34): ``, `` ` ``, ```a``b```, `two lines`, `l0`" in text
    assert "`l15` and 14 more" in text
    assert "l16" not in text


def test_card_of_own_layers_says_that_keras_is_needed(contents):
    text = card({**contents.manifest, "layers": None, "keras": {}}, {})
    assert "so Keras is needed: `pip install 'linnet[train]'`" in text
    assert "- Layers" not in text


def test_card_has_intervals_and_how_far_the_model_is_above_the_linear_baseline(contents):
    numbers = {"accuracy": 0.9, "intervals": {"accuracy": [0.85, 0.94]}}
    evaluation = {
        "test": numbers,
        "baselines": {"majority": {"accuracy": 0.5}, "linear": numbers},
        "against_linear": {
            "metric": "accuracy", "difference": 0.0, "interval": [-0.01, 0.0125], "verdict": "same"
        },
        "baseline_notes": ["this model is large"],
    }  # fmt: skip
    text = card(contents.manifest, evaluation)
    assert "|  | this model | majority | TF-IDF + logistic regression |\n" in text
    assert "| accuracy | 0.9000 (0.8500 to 0.9400) | 0.5000 | 0.9000 (0.8500 to 0.9400) |" in text
    assert (
        "\n\n- accuracy against TF-IDF + logistic regression: +0.00 points (95 %: -1.00 to +1.25): "
        "same\n- this model is large\n\n"
    ) in text
