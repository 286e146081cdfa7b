"""From logits that are too sure, or not sure enough, to logits whose scores mean what they say.

Goes in: logits and targets of rows that training did not learn from. Comes out: what logits are
multiplied by, and what is added. Knows nothing of models.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linnet.evaluation.chunks import chunks
from linnet.types import Targets

PRIOR_OF_LOG = 4.0
"""A temperature is pulled towards 1 as by a normal prior on its logarithm, of deviation 0.5."""
PRIOR_OF_SCALE, PRIOR_OF_SHIFT = 10.0, 1.0
"""A label's scale and shift are pulled towards those of all labels, and these towards 1 and 0."""
MOST_SCALE = 20.0
STEPS = 12

Logits = NDArray[np.float32]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Calibration:
    """How logits are changed: `logits * scale + shift`.

    Attributes:
        method: "temperature" (one scale, no shift) or "per_label".
        scale: Shape (outputs,), above 0.
        shift: Shape (outputs,).
        rows: How many rows it was fitted on.
    """

    method: str
    scale: Logits
    shift: Logits
    rows: int

    def inverse(self, logits: Logits) -> Logits:
        """Return the logits before the change."""
        before: Logits = (logits - self.shift) / self.scale
        return before


def temperature(logits: Logits, targets: Targets) -> Calibration:
    """Fit one number that all logits are divided by (Guo et al. 2017), for one label per text.

    It changes no decision. It minimises the cross-entropy; where rows are few it stays near 1.

    Args:
        logits: Shape (rows, labels); shape (rows, 1) where two labels share a sigmoid.
        targets: Class numbers, shape (rows,).

    Example:
        >>> sure = np.float32([[8], [8], [8], [-8]] * 50)
        >>> found = temperature(sure, np.array([1, 1, 0, 0] * 50))
        >>> round(1 / float(found.scale[0])), float(found.shift[0])
        (6, 0.0)
        >>> temperature(sure[:0], np.empty(0, int)).scale.tolist()
        [1.0]
    """
    from scipy.optimize import minimize_scalar

    pairs = np.hstack([np.zeros_like(logits), logits]) if logits.shape[1] == 1 else logits
    ready = pairs.astype(np.float64)
    true = ready[np.arange(len(ready)), targets] if len(ready) else np.zeros(0)

    def cost(log_scale: float) -> float:
        scale = np.exp(log_scale)
        losses = _log_sum_exp(scale * ready) - scale * true
        return float(losses.sum() + PRIOR_OF_LOG / 2 * log_scale**2)

    limit = np.log(MOST_SCALE)
    best = minimize_scalar(cost, bounds=(-limit, limit), method="bounded") if len(ready) else None
    scale = np.exp(best.x) if best is not None else 1.0
    outputs = logits.shape[1]
    return Calibration(
        "temperature", np.full(outputs, scale, np.float32), np.zeros(outputs, np.float32), len(true)
    )


def per_label(logits: Logits, targets: Targets) -> Calibration:
    """Fit a scale and a shift for each label (Platt 1999), for several labels per text.

    First both are fitted to all labels together. Each label then starts from there and moves as
    far as its own rows outweigh the priors: a rare label stays near the others.

    Args:
        logits: Shape (rows, labels).
        targets: 0 and 1 of the same shape.

    Example:
        >>> found = per_label(np.zeros((400, 2), np.float32), np.tile([[1, 0], [1, 1]], (200, 1)))
        >>> [round(float(each), 1) for each in found.shift]
        [4.7, 0.0]
    """
    rows, labels = logits.shape
    shared = np.array([1.0, 0.0])
    if rows and labels:
        shared = _fitted(logits, targets, np.tile(shared, (labels, 1)), together=True)[0]
    start = np.tile(shared, (labels, 1))
    if rows:
        # Few labels at a time: several arrays of doubles are as large as the logits.
        for part in chunks(labels, rows):
            start[part] = _fitted(logits[:, part], targets[:, part], start[part], together=False)
    found = start.astype(np.float32)
    return Calibration("per_label", found[:, 0].copy(), found[:, 1].copy(), rows)


def _fitted(logits: Logits, targets: Targets, start: Numbers, *, together: bool) -> Numbers:
    """Take Newton's steps for (scale, shift) of each label, shape (labels, 2).

    Args:
        logits: Shape (rows, labels).
        targets: Of the same shape.
        start: Where the steps begin, and what the priors pull towards.
        together: Whether all labels share one scale and one shift.
    """
    found = start.copy()
    prior = np.array([PRIOR_OF_SCALE, PRIOR_OF_SHIFT])
    for _ in range(STEPS):
        slope, bend = _slopes(logits, targets, found)
        if together:
            slope, bend = (np.broadcast_to(each.sum(0), each.shape) for each in (slope, bend))
        step = _solved(slope + prior * (found - start), bend, prior)
        # At most a step of one: far from the best place a parabola says little.
        step /= np.maximum(1, np.abs(step).max(axis=1, keepdims=True))
        found -= step
        found[:, 0] = np.clip(found[:, 0], 1 / MOST_SCALE, MOST_SCALE)
        if np.abs(step).max() < 1e-6:
            break
    return found


def _slopes(logits: Logits, targets: Targets, at: Numbers) -> tuple[Numbers, Numbers]:
    """Return the loss's slope, shape (labels, 2), and its bends, shape (labels, 3)."""
    labels = logits.shape[1]
    slope, bend = np.zeros((labels, 2)), np.zeros((labels, 3))
    for part in chunks(*logits.shape):
        z = logits[part].astype(np.float64)
        share = 1 / (1 + np.exp(-np.clip(z * at[:, 0] + at[:, 1], -50, 50)))
        wrong, weight = share - (targets[part] != 0), share * (1 - share)
        slope += np.stack([(wrong * z).sum(0), wrong.sum(0)], axis=1)
        weighted = weight * z
        bend += np.stack([(weighted * z).sum(0), weighted.sum(0), weight.sum(0)], axis=1)
    return slope, bend


def _solved(slope: Numbers, bend: Numbers, prior: Numbers) -> Numbers:
    """Solve a symmetric system of two equations for each label."""
    a, b, c = bend[:, 0] + prior[0], bend[:, 1], bend[:, 2] + prior[1]
    determinant = np.maximum(a * c - b * b, 1e-12)
    first = c * slope[:, 0] - b * slope[:, 1]
    second = a * slope[:, 1] - b * slope[:, 0]
    solved: Numbers = np.stack([first, second], axis=1) / determinant[:, None]
    return solved


def _log_sum_exp(values: Numbers) -> Numbers:
    highest = values.max(axis=1, keepdims=True)
    found: Numbers = np.log(np.exp(values - highest).sum(axis=1)) + highest[:, 0]
    return found
