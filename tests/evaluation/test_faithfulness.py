"""A model that goes by one word is seen to do so; one that names other words is found out."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from linnet.evaluation.faithfulness import faithfulness, without

TEXTS = [f"ä{number} {'good' if number % 2 else 'bad'} one two three four" for number in range(60)]


@dataclass
class Model:
    """Knows only "good", and says that `named` decided."""

    named: str
    labels: tuple[str, ...] = ("-", "+")

    def predict_proba(self, texts):
        sure = np.array([0.9 if "good" in text else 0.2 for text in texts], np.float32)
        return np.column_stack([1 - sure, sure])

    def explain(self, texts):
        found = []
        for text, scores in zip(texts, self.predict_proba(texts), strict=True):
            at, words = 0, []
            for word in text.split():
                start = text.index(word, at)
                at = start + len(word)
                said = 1.0 if word == self.named else 0.0
                words.append(SimpleNamespace(start=start, end=at, contribution=said))
            best = int(scores.argmax())
            found.append(SimpleNamespace(
                text=text, label=self.labels[best], score=float(scores[best]), words=words
            ))  # fmt: skip
        return found


def test_true_words_cost_more_than_words_drawn_by_chance():
    found = faithfulness(Model("good"), TEXTS, num_words=1)
    low, high = found["interval"]
    assert found["named"] == pytest.approx(0.35, abs=1e-6)
    assert 0 < low < found["difference"] < high
    assert found["changed"] == 0.5 > found["changed_random"]


def test_words_that_decide_nothing_are_found_out():
    found = faithfulness(Model("four"), TEXTS, num_words=1)
    assert found["named"] == pytest.approx(0)
    assert found["difference"] <= 0


def test_the_same_seed_gives_the_same():
    assert faithfulness(Model("good"), TEXTS) == faithfulness(Model("good"), TEXTS)
    assert faithfulness(Model("good"), TEXTS, num_words=2, seed=1) != faithfulness(
        Model("good"), TEXTS, num_words=2
    )


def test_short_texts_are_left_out():
    assert faithfulness(Model("good"), ["", "good", *TEXTS])["rows"] == len(TEXTS)
    with pytest.raises(ValueError, match="no text has more than 3 words"):
        faithfulness(Model("good"), ["", "a b c"])


def test_stretches_are_cut_wherever_they_stand():
    assert without("", []) == ""
    assert without("äb cd", [(3, 5), (0, 1)]) == " b  "
