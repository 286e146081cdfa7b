"""How long texts are.

Goes in: words per text. Comes out: `Lengths`. Knows nothing of texts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PERCENTILES = (1, 5, 25, 50, 75, 95, 99)
BINS = {"0-100": 100, "100-300": 300, "300-500": 500, "500-800": 800}
"""Name → the most words; a bin begins above the one before. Longer texts are in ">800"."""
CUTS = (100, 130, 200, 500)
MOST_COLUMNS = 30


@dataclass(frozen=True)
class Histogram:
    """How many texts have so many words, in columns of equal width.

    Attributes:
        width: Words that a column spans; the first begins at 0.
        texts: Of each column, how many texts.
        longer: How many texts lie beyond the last column: the longest 1 %, or fewer.
    """

    width: int
    texts: tuple[int, ...]
    longer: int


@dataclass(frozen=True)
class Lengths:
    """Words per text; all 0 where there are no texts.

    Attributes:
        min: Words of the shortest text.
        max: Words of the longest text.
        mean: Words per text on average.
        percentiles: "1" to "99" → words.
        bins: "0-100", "100-300", ... → how many texts; 100 words are in the first.
        histogram: The same in at most 30 columns that fit these texts.
    """

    min: int
    max: int
    mean: float
    percentiles: dict[str, float]
    bins: dict[str, int]
    histogram: Histogram


@dataclass(frozen=True)
class Cut:
    """The share of texts that are longer than some length.

    Attributes:
        words: Where words are counted: what stands between white space.
        tokens: Where words and symbols are counted, as the default tokenizer does.
    """

    words: float
    tokens: float


def lengths(num_words: NDArray[np.int64]) -> Lengths:
    """Describe how long texts are.

    Args:
        num_words: Shape (texts,): words of each.

    Example:
        >>> made = lengths(np.array([0, 100, 101, 2000]))
        >>> made.max, made.percentiles["50"], list(made.bins.values())
        (2000, 100.5, [2, 1, 0, 0, 1])
        >>> lengths(np.empty(0, np.int64)).mean
        0.0
    """
    counts = np.bincount(np.searchsorted(list(BINS.values()), num_words), minlength=len(BINS) + 1)
    some = num_words if num_words.size else np.zeros(1, np.int64)
    return Lengths(
        min=int(some.min()),
        max=int(some.max()),
        mean=round(float(some.mean()), 2),
        percentiles={
            str(each): round(float(value), 2)
            for each, value in zip(PERCENTILES, np.percentile(some, PERCENTILES), strict=True)
        },
        bins=dict(zip([*BINS, f">{max(BINS.values())}"], counts.tolist(), strict=True)),
        histogram=_histogram(num_words),
    )


def cuts(
    num_words: NDArray[np.int64], num_tokens: NDArray[np.int64], *, max_length: int | None = None
) -> dict[str, Cut]:
    """Say which share of the texts a given length would cut.

    Args:
        num_words: Shape (texts,): words of each.
        num_tokens: Shape (texts,): words and symbols of each.
        max_length: A length to look at besides those of `CUTS`; None: no other.

    Returns:
        "100", "130", ... → shares from 0 to 1.

    Example:
        >>> found = cuts(np.array([0, 100, 101, 600]), np.array([0, 110, 111, 700]), max_length=3)
        >>> found["3"], found["100"], found["500"].words
        (Cut(words=0.75, tokens=0.75), Cut(words=0.5, tokens=0.75), 0.25)
    """
    wanted = sorted({*CUTS, max_length or CUTS[0]})
    return {str(each): Cut(_beyond(num_words, each), _beyond(num_tokens, each)) for each in wanted}


def _beyond(counts: NDArray[np.int64], most: int) -> float:
    return round(float((counts > most).mean()), 4) if counts.size else 0.0


def _histogram(num_words: NDArray[np.int64]) -> Histogram:
    """Count texts in columns that are a round number of words wide."""
    last = int(np.quantile(num_words, 0.99, method="inverted_cdf")) if num_words.size else 0
    width = next(
        size * 10**power
        for power in range(18)
        for size in (1, 2, 5)
        if last // (size * 10**power) < MOST_COLUMNS
    )
    texts = np.bincount(num_words // width)[: last // width + 1] if num_words.size else np.zeros(1)
    inside = tuple(int(each) for each in texts)
    return Histogram(width, inside, num_words.size - sum(inside))
