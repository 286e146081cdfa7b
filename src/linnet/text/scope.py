"""Whether a text is like those that a vocabulary was made of.

Goes in: tokens, and how often each stood in the training texts. Comes out: how surprising a text's
words are, and which texts surprise more than new texts of the same kind do. Knows nothing of
labels and models: a model may be sure of its answer to a text that it should not be asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.text.tokenize import Tokens
from linnet.text.vocabulary import Vocabulary
from linnet.types import Rows

SHARE_OUTSIDE = 0.005
"""Share of texts like the training texts that each of the two rules takes for others."""
LEAST_TEXTS = 100

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Scope:
    """What new texts of the training texts' kind are like.

    A word's surprise is -log of its share among the words of the training texts. A text is outside
    if its mean surprise is too high, or if its sum is too far above what its length explains:
    the first rule tells short texts, the second long ones, whose mean hardly varies.

    Attributes:
        expected: Mean surprise of a word, in nats.
        word_variance: Of a word's surprise, within a text.
        text_variance: Of a text's mean surprise, beyond what its words explain.
        most_mean: The mean above which a text is outside.
        most_deviation: The deviation of the sum, in standard deviations, above which it is.
    """

    expected: float
    word_variance: float
    text_variance: float
    most_mean: float
    most_deviation: float

    def inside(
        self, vocabulary: Vocabulary, tokens: Tokens, *, ids: Rows | None = None
    ) -> NDArray[np.bool_]:
        """Return which texts are like the training texts, shape (texts,); the empty text is not.

        Args:
            vocabulary: Of the training texts.
            tokens: The texts, split as the training texts were.
            ids: What `ids_of_words` returns for them; None: they are looked up.

        Example:
            >>> from linnet.text.tokenize import as_texts, tokenize
            >>> from linnet.text.vectorize import TextSettings, fit
            >>> known = tokenize(as_texts(["how do i sort a list", "sort the list"] * 60))
            >>> vocabulary = fit(known, TextSettings(vectorizer="count")).vocabulary
            >>> scope = fit_scope(vocabulary, known)
            >>> new = tokenize(as_texts(["sort a list", "Päivää!", ""]))
            >>> scope.inside(vocabulary, new).tolist()
            [True, False, False]
        """
        ids = ids_of_words(vocabulary, tokens) if ids is None else ids
        sums, numbers = _sums(vocabulary, tokens, ids)
        means, deviations = self._measured(sums, numbers)
        like: NDArray[np.bool_] = means <= self.most_mean
        like &= deviations <= self.most_deviation
        return like & (num_unknown(tokens, ids) < numbers)

    def _measured(self, sums: Numbers, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return each text's mean, and by how many deviations its sum is above the expected."""
        variance = self.word_variance * numbers + self.text_variance * numbers**2
        deviations = (sums - numbers * self.expected) / np.sqrt(np.maximum(variance, 1e-9))
        return sums / np.maximum(numbers, 1), deviations

    def to_json(self) -> dict[str, float]:
        """Return the five numbers by name."""
        return {name: round(value, 6) for name, value in vars(self).items()}


def with_known_words(vocabulary: Vocabulary, tokens: Tokens) -> NDArray[np.bool_]:
    """Return which texts have a word that the training texts had, shape (texts,).

    Args:
        vocabulary: Of the training texts.
        tokens: The texts, split as the training texts were.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> vocabulary = fit(tokenize(as_texts(["näin on"])), TextSettings()).vocabulary
        >>> with_known_words(vocabulary, tokenize(as_texts(["on!", "off", ""]))).tolist()
        [True, False, False]
    """
    unknown = num_unknown(tokens, ids_of_words(vocabulary, tokens))
    found: NDArray[np.bool_] = unknown < np.diff(tokens.offsets)
    return found


def ids_of_words(vocabulary: Vocabulary, tokens: Tokens) -> Rows:
    """Return the id of each distinct word, 0 for those that the training texts did not have.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> vocabulary = fit(tokenize(as_texts(["näin on"])), TextSettings()).vocabulary
        >>> ids_of_words(vocabulary, tokenize(as_texts(["on off", ""]))).tolist()
        [3, 0]
    """
    get = vocabulary.index.get
    return np.array([get(word, 0) for word in tokens.words], np.int64)


def num_unknown(tokens: Tokens, ids: Rows) -> Rows:
    """Return how many tokens of each text are unknown, shape (texts,).

    Args:
        tokens: Some texts.
        ids: What `ids_of_words` returns for them.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> num_unknown(tokenize(as_texts(["ä b ä", ""])), np.array([0, 2])).tolist()
        [2, 0]
    """
    before = np.concatenate([[0], np.cumsum(ids[tokens.codes] == 0)])
    return np.diff(before[tokens.offsets])


def fit_scope(vocabulary: Vocabulary, tokens: Tokens) -> Scope | None:
    """Measure what new texts are like.

    Args:
        vocabulary: Of the training texts.
        tokens: Other texts of the same kind: to the vocabulary they are new.

    Returns:
        None where there are fewer than 100 texts with words: their extremes say little.

    Example:
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> few = tokenize(as_texts(["", "näin"]))
        >>> fit_scope(fit(few, TextSettings()).vocabulary, few) is None
        True
    """
    sums, numbers = (
        each[np.diff(tokens.offsets) > 0]
        for each in _sums(vocabulary, tokens, ids_of_words(vocabulary, tokens))
    )
    if len(sums) < LEAST_TEXTS:
        return None
    expected = float(sums.sum() / numbers.sum())
    within, between = _variances((sums - numbers * expected) ** 2, numbers)
    draft = Scope(expected, within, between, np.inf, np.inf)
    means, deviations = draft._measured(sums, numbers)
    most_mean, most_deviation = (
        float(np.quantile(each, 1 - SHARE_OUTSIDE, method="higher")) for each in (means, deviations)
    )
    return Scope(expected, within, between, most_mean, most_deviation)


def scope_from_json(saved: Mapping[str, Any]) -> Scope:
    """Return what `Scope.to_json` wrote.

    Example:
        >>> scope = Scope(7.0, 4.0, 0.5, 9.0, 3.0)
        >>> scope_from_json(scope.to_json()) == scope
        True
    """
    return Scope(**{name: float(saved[name]) for name in Scope.__dataclass_fields__})


def _sums(vocabulary: Vocabulary, tokens: Tokens, ids: Rows) -> tuple[Numbers, Numbers]:
    """Return the sum of surprises and the number of tokens of each text."""
    surprise = vocabulary.surprise[ids][tokens.codes]
    before = np.concatenate([[0.0], np.cumsum(surprise)])
    return np.diff(before[tokens.offsets]), np.diff(tokens.offsets).astype(np.float64)


def _variances(squares: Numbers, numbers: Numbers) -> tuple[float, float]:
    """Fit squares ≈ within * numbers + between * numbers², neither below 0, long texts tamed."""
    from scipy.optimize import nnls

    weight = 1 / numbers
    found, _ = nnls(np.stack([numbers, numbers**2], axis=1) * weight[:, None], squares * weight)
    return float(found[0]), float(found[1])
