"""The words that tell a label from the others.

Goes in: texts and targets. Comes out: the most telling words of each label. Knows nothing of
models.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.exploration.subject import Subject

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Counts: TypeAlias = NDArray[np.int64]

MOST_LABELS = 100
MOST_WORDS = 10
LEAST_SCORE = 2.0


@dataclass(frozen=True)
class Word:
    """A word that stands more often in the texts of a label than in the others.

    Attributes:
        word: The word, lower-cased.
        texts: How many texts of the label it stands in.
        share: The share of the label's texts that it stands in.
        others: The share of the other texts that it stands in.
        score: How sure the difference is, in standard errors.
    """

    word: str
    texts: int
    share: float
    others: float
    score: float


def telling_words(subject: Subject) -> dict[str, tuple[Word, ...]]:
    """Find the words that tell each label from the others, the surest first.

    The score is the log-odds ratio with an informative Dirichlet prior, in standard errors
    (Monroe, Colaresi and Quinn, 2008, "Fightin' Words"). Texts that have a word are counted, and
    the prior is the whole table: neither rare words nor words that stand everywhere come up.

    Returns:
        Label → up to 10 words with a score of at least 2, for the 100 labels with most rows;
        labels without such words are left out.

    Example:
        >>> texts = pl.Series(["hyvä film", "bad film"] * 20 + [""])
        >>> found = telling_words(Subject(texts, np.array([0, 1] * 20 + [1]), "binary", ("+", "-")))
        >>> {label: [each.word for each in words] for label, words in found.items()}
        {'+': ['hyvä'], '-': ['bad']}
        >>> found["+"][0].share, found["+"][0].others
        (1.0, 0.0)
    """
    common = np.argsort(-subject.class_counts, kind="stable")[:MOST_LABELS]
    classes = np.sort(common[subject.class_counts[common] > 0])
    written = pl.Series(subject.tokens.words, dtype=pl.String).str.contains(r"\w").to_numpy()
    own, texts = _texts_with(subject, classes)
    scores = _scores(own, texts)
    found = {}
    for number, first, end in zip(classes, own.indptr[:-1], own.indptr[1:], strict=True):
        sure = (scores[first:end] >= LEAST_SCORE) & written[own.indices[first:end]]
        ranked = sorted(
            (-scores[at], subject.tokens.words[own.indices[at]], at)
            for at in first + np.flatnonzero(sure)
        )
        if ranked:
            size = int(subject.class_counts[number])
            found[subject.labels[number]] = tuple(
                Word(
                    word=word,
                    texts=int(own.data[at]),
                    share=_share(own.data[at], size),
                    others=_share(texts[own.indices[at]] - own.data[at], subject.num_rows - size),
                    score=round(-float(score), 1),
                )
                for score, word, at in ranked[:MOST_WORDS]
            )
    return found


def _share(count: int, size: int) -> float:
    return round(float(count / max(1, size)), 4)


def _texts_with(subject: Subject, classes: NDArray[np.int64]) -> "tuple[csr_array, Counts]":
    """Count texts with each word: of each class, (classes, words); of all, (words,)."""
    from scipy.sparse import csr_array

    codes, offsets = subject.tokens.codes, subject.tokens.offsets
    shape = (subject.num_rows, len(subject.tokens.words))
    # Summing sorts in place: the codes are copied.
    written = csr_array((np.ones(codes.size, np.int32), codes, offsets), shape=shape, copy=True)
    written.sum_duplicates()
    written.data[:] = 1
    if subject.task == "multilabel":
        has = csr_array((subject.targets[:, classes] != 0).T, dtype=np.int32)
    else:
        place = np.searchsorted(classes, subject.targets)
        known = np.flatnonzero(np.isin(subject.targets, classes))
        has = csr_array(
            (np.ones(known.size, np.int32), (place[known], known)),
            shape=(classes.size, subject.num_rows),
        )
    own = csr_array(has @ written)
    own.sort_indices()
    return own, np.bincount(written.indices, minlength=shape[1])


def _scores(own: "csr_array", texts: Counts) -> NDArray[np.float64]:
    """Score each stored count of `own`: log-odds over their standard error."""
    total = float(texts.sum())
    prior = texts[own.indices].astype(np.float64)
    inside = own.data.astype(np.float64)
    num_inside = np.repeat(np.asarray(own.sum(axis=1), np.float64), np.diff(own.indptr))
    ours, theirs = inside + prior, prior - inside + prior
    our_rest = np.maximum(num_inside + total - ours, 1)
    their_rest = np.maximum(2 * total - num_inside - theirs, 1)
    odds = np.log(ours / our_rest) - np.log(theirs / their_rest)
    return np.asarray(odds / np.sqrt(1 / ours + 1 / theirs))
