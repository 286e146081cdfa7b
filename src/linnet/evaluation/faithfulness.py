"""Whether the words that an explanation names matter more than words drawn by chance.

A model that explains itself and texts go in, means with their intervals come out. Named words are
cut out of the text itself, all at once, and the model reads what is left: the check shares nothing
with the way the words were found but the model (comprehensiveness, DeYoung et al. 2020).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.intervals import LEVEL, bootstrap
from linnet.types import Scores

NUM_WORDS = 3


class Explains(Protocol):
    """What is asked of a classifier here: that of `linnet.load` has it."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the columns of scores."""

    def explain(self, texts: Sequence[str]) -> Sequence[Any]:
        """Return explanations: text, label, score, words with start, end and contribution."""

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return scores, shape (texts, labels)."""


def faithfulness(
    classifier: Explains, texts: Sequence[str], *, num_words: int = NUM_WORDS, seed: int = 0
) -> dict[str, Any]:
    """Compare how far a label's score falls without its words, and without words drawn by chance.

    Args:
        classifier: Explains and scores texts.
        texts: At least one text of more than `num_words` words; shorter ones are left out.
        num_words: How many words are cut out of a text: those that speak most for its label, and
            as many others or the same, drawn with equal chances.
        seed: Of the draws.

    Returns:
        `rows`, the texts that were asked; `named` and `random`, the mean falls of the score;
        `difference` and its `interval` at `level`, by the bootstrap over texts; `changed` and
        `changed_random`, the shares of texts that another label wins.

    Raises:
        ValueError: No text has enough words.

    Example:
        >>> from types import SimpleNamespace
        >>> spans = [(0, 2, 1.0), (3, 5, 0.0)]
        >>> def explain(texts):
        ...     words = [SimpleNamespace(start=s, end=e, contribution=c) for s, e, c in spans]
        ...     return [SimpleNamespace(text=t, label="+", score=1.0, words=words) for t in texts]
        >>> def predict_proba(texts):
        ...     return np.float32([[1, 0] if "hä" not in text else [0, 1] for text in texts])
        >>> asked = SimpleNamespace(
        ...     labels=("-", "+"), explain=explain, predict_proba=predict_proba)
        >>> found = faithfulness(asked, ["hä so", "hä no"], num_words=1)
        >>> found["named"], found["changed"], found["rows"]
        (1.0, 1.0, 2)
    """
    explained = [each for each in classifier.explain(texts) if len(each.words) > num_words]
    if not explained:
        raise ValueError(f"no text has more than {num_words} words")
    draw = np.random.default_rng(seed)
    chosen = [_most(each.words, num_words) for each in explained]
    by_chance = [draw.permutation(len(each.words))[:num_words].tolist() for each in explained]
    named, changed = _falls(classifier, explained, chosen)
    random, changed_random = _falls(classifier, explained, by_chance)
    return {
        "rows": len(explained), "num_words": num_words,
        "named": float(named.mean()), "random": float(random.mean()),
        "difference": float((named - random).mean()),
        "interval": list(_interval(named - random, seed)), "level": LEVEL,
        "changed": changed, "changed_random": changed_random,
    }  # fmt: skip


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with a blank in the place of each stretch.

    Args:
        text: The text.
        spans: Where each stretch starts and ends, in characters.

    Example:
        >>> without("ä bad film", [(2, 5)])
        'ä   film'
    """
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return text


def _most(words: Sequence[Any], num_words: int) -> list[int]:
    """Return the numbers of the words that speak most for the label."""
    return sorted(range(len(words)), key=lambda at: -words[at].contribution)[:num_words]


def _falls(
    classifier: Explains, explained: Sequence[Any], cut: Sequence[Sequence[int]]
) -> tuple[NDArray[np.float64], float]:
    """Return how far each score falls without the words, and which share of texts changes sides."""
    texts = [
        without(each.text, [(each.words[at].start, each.words[at].end) for at in places])
        for each, places in zip(explained, cut, strict=True)
    ]
    scores = classifier.predict_proba(texts)
    labels = np.array([classifier.labels.index(each.label) for each in explained])
    before = np.array([each.score for each in explained])
    after = scores[np.arange(len(scores)), labels].astype(np.float64)
    return before - after, float((scores.argmax(axis=1) != labels).mean())


def _interval(values: NDArray[np.float64], seed: int) -> tuple[float, float]:
    """Return the interval of a mean."""
    rows = np.column_stack([values, np.ones(len(values))])
    return bootstrap(rows, lambda sums: sums[:, 0] / sums[:, 1], seed=seed)
