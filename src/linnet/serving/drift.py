"""How far what is asked now is from what the model was trained on.

Arrays go in after each run, a few sums are kept; the training's side is the artifact's
profile.json. Recent means the last 5,000 to 10,000 texts. Knows nothing of Prometheus.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.runtime.observed import Observed

TOKENS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Upper limits of the histogram of text lengths."""
SCORES = tuple(round(0.05 * number, 2) for number in range(1, 21))
TOKEN_LIMITS, SCORE_LIMITS = np.array(TOKENS), np.array(SCORES)
WINDOW = 5000
LEAST_TEXTS = 100
"""Fewer recent texts say nothing about drift."""


@dataclass
class Sums:
    """What is added up over texts.

    Attributes:
        texts: How many.
        outside: How many of them are unlike the training texts.
        tokens: How many tokens they have.
        unknown: How many of those the training texts did not have.
        score_sum: Sum of each text's highest score.
        lengths: Shape (limits + 1,): texts per length, the last for what is longer.
        scores: Likewise for the highest score.
        labels: Shape (labels,): how often each was given.
    """

    texts: int
    outside: int
    tokens: int
    unknown: int
    score_sum: float
    lengths: NDArray[np.int64]
    scores: NDArray[np.int64]
    labels: NDArray[np.int64]

    @classmethod
    def zero(cls, num_labels: int) -> "Sums":
        """Return the sums of no text."""
        lengths, scores, labels = (
            np.zeros(size, np.int64) for size in (len(TOKENS) + 1, len(SCORES) + 1, num_labels)
        )
        return cls(0, 0, 0, 0, 0.0, lengths, scores, labels)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def __iter__(self) -> Any:
        return iter(vars(self).values())


@dataclass(frozen=True)
class Distance:
    """How far recent texts are from the training's.

    Attributes:
        labels: 0 where labels are given in the training's shares, 1 where no label is in both
            (Bray and Curtis 1957; for one label per text it is the total variation).
        unknown: Share of unknown words, less that of the training texts.
        outside: Share of texts that are unlike the training texts; 0.01 is to be expected.
        length: Mean number of tokens, by the training's median.
    """

    labels: float
    unknown: float
    outside: float
    length: float


class Drift:
    """The sums of one model, since it was loaded and recently."""

    def __init__(self, labels: tuple[str, ...], profile: Mapping[str, Any]) -> None:
        shares = profile.get("label_shares", {})
        self.training_shares = np.array([shares.get(each, 0.0) for each in labels])
        self.training_unknown: float = profile.get("unknown_rate", 0.0)
        self.training_tokens: Mapping[str, float] = profile.get("tokens_per_text", {})
        self._num_labels = len(labels)
        self._lock = threading.Lock()
        self._all, self._now, self._before = (Sums.zero(len(labels)) for _ in range(3))

    def add(self, observed: Observed, labels: NDArray[np.int64]) -> None:
        """Count some texts.

        Args:
            observed: What the runtime saw of them.
            labels: Shape (labels,): how often each label was given.
        """
        best = observed.scores.max(axis=1)
        sums = Sums(
            texts=len(best),
            outside=int(len(best) - observed.in_scope.sum()),
            tokens=int(observed.num_tokens.sum()),
            unknown=int(observed.num_unknown.sum()),
            score_sum=float(best.sum()),
            lengths=_histogram(observed.num_tokens, TOKEN_LIMITS),
            scores=_histogram(best, SCORE_LIMITS),
            labels=labels,
        )
        with self._lock:
            self._all += sums
            self._now += sums
            if self._now.texts >= WINDOW:
                self._before, self._now = self._now, Sums.zero(self._num_labels)

    @property
    def all(self) -> Sums:
        """The sums since the model was loaded."""
        with self._lock:
            return self._all

    @property
    def recent(self) -> Sums:
        """The sums of the last texts."""
        with self._lock:
            return self._before + self._now

    def distance(self) -> Distance | None:
        """Return how far recent texts are from the training's; None while there are too few."""
        recent = self.recent
        if recent.texts < LEAST_TEXTS:
            return None
        shares = recent.labels / recent.texts
        together = float((shares + self.training_shares).sum())
        apart = float(np.abs(shares - self.training_shares).sum())
        median = self.training_tokens.get("50", 0.0)
        return Distance(
            labels=apart / together if together else 0.0,
            unknown=recent.unknown / max(1, recent.tokens) - self.training_unknown,
            outside=recent.outside / recent.texts,
            length=recent.tokens / recent.texts / median if median else 0.0,
        )


def _histogram(values: NDArray[Any], limits: NDArray[Any]) -> NDArray[np.int64]:
    """Count how many values are at most each limit and above the one before."""
    return np.bincount(np.searchsorted(limits, values, "left"), minlength=len(limits) + 1)
