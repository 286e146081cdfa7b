"""Which labels go together, where a text has several.

Goes in: multilabel targets. Comes out: `Together`. Knows nothing of texts.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from linnet.exploration.subject import Subject

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MOST_SETS = 10
MOST_PAIRS = 20
MOST_CROSSED = 12
MANY = 10


@dataclass(frozen=True)
class LabelSet:
    """A set of labels.

    Attributes:
        labels: In the order of the classes; none: texts without label.
        texts: How many texts have exactly these labels.
    """

    labels: tuple[str, ...]
    texts: int


@dataclass(frozen=True)
class Pair:
    """Two labels that texts have together.

    Attributes:
        first: The label that stands earlier in the order of the classes.
        second: The other one.
        texts: How many texts have both.
        of_first: Their share of the texts with the first label.
        of_second: Their share of the texts with the second label.
    """

    first: str
    second: str
    texts: int
    of_first: float
    of_second: float


@dataclass(frozen=True)
class Together:
    """Labels of multilabel texts.

    Attributes:
        labels_per_text: "0", "1", ... "10+" → how many texts have so many labels.
        mean: Labels per text on average.
        num_sets: How many different sets of labels there are.
        sets: The ten most frequent of them.
        pairs: The twenty pairs of labels that most texts have.
        labels: The twelve most frequent labels.
        counts: How many texts have both of two of these labels; one label with itself: have it.
    """

    labels_per_text: dict[str, int]
    mean: float
    num_sets: int
    sets: tuple[LabelSet, ...]
    pairs: tuple[Pair, ...]
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def together(subject: Subject) -> Together | None:
    """Count which labels stand together; None where each text has one label.

    The work grows with the pairs that occur, not with all that could.

    Example:
        >>> import polars as pl
        >>> sets = np.array([[1, 1, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
        >>> found = together(Subject(pl.Series([""] * 4), sets, "multilabel", ("ä", "b", "c")))
        >>> found.pairs
        (Pair(first='ä', second='b', texts=2, of_first=1.0, of_second=0.6667),)
        >>> found.labels_per_text
        {'0': 1, '1': 1, '2': 2}
    """
    if subject.task != "multilabel":
        return None
    from scipy.sparse import csr_array

    has = csr_array(subject.targets != 0, dtype=np.int64)
    both = csr_array(has.T @ has)
    per_text = np.bincount(np.minimum(np.diff(has.indptr), MANY), minlength=1)
    names = [*map(str, range(MANY)), f"{MANY}+"]
    common = np.argsort(-subject.class_counts, kind="stable")[:MOST_CROSSED]
    return Together(
        labels_per_text=dict(zip(names, per_text.tolist(), strict=False)),
        mean=round(has.nnz / max(1, subject.num_rows), 2),
        num_sets=subject.answers.n_unique(),
        sets=_sets(subject),
        pairs=_pairs(subject, both),
        labels=tuple(subject.labels[each] for each in common),
        counts=tuple(map(tuple, both[common][:, common].toarray().tolist())),
    )


def _sets(subject: Subject) -> tuple[LabelSet, ...]:
    frame = subject.answers.to_frame("answer").with_row_index("position")
    sets = (
        frame.group_by("answer")
        .agg(texts=pl.len(), position=pl.col("position").min())
        .sort("texts", "position", descending=[True, False])
        .head(MOST_SETS)
    )
    return tuple(
        LabelSet(subject.labels_of(position), texts)
        for texts, position in sets.select("texts", "position").iter_rows()
    )


def _pairs(subject: Subject, both: "csr_array") -> tuple[Pair, ...]:
    pairs = both.tocoo()
    upper = np.flatnonzero(pairs.row < pairs.col)
    first, second, counts = pairs.row[upper], pairs.col[upper], pairs.data[upper]
    best = np.lexsort([second, first, -counts])[:MOST_PAIRS]
    return tuple(
        Pair(
            first=subject.labels[one],
            second=subject.labels[other],
            texts=int(count),
            of_first=round(float(count / subject.class_counts[one]), 4),
            of_second=round(float(count / subject.class_counts[other]), 4),
        )
        for one, other, count in zip(first[best], second[best], counts[best], strict=True)
    )
