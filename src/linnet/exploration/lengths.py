"""How long texts are.

Goes in: words per text. Comes out: `Lengths`. Knows nothing of texts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PERCENTILES = (1, 5, 25, 50, 75, 95, 99)
BINS = {"0-100": 100, "100-300": 300, "300-500": 500, "500-800": 800}
"""Name → the most words; a bin begins above the one before. Longer texts are in ">800"."""


@dataclass(frozen=True)
class Lengths:
    """Words per text; all 0 where there are no texts.

    Attributes:
        min: Words of the shortest text.
        max: Words of the longest text.
        mean: Words per text on average.
        percentiles: "1" to "99" → words.
        bins: "0-100", "100-300", ... → how many texts; 100 words are in the first.
    """

    min: int
    max: int
    mean: float
    percentiles: dict[str, float]
    bins: dict[str, int]


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
    )
