"""How much each id tells of the labels.

Goes in: counted ids of training texts and their targets. Comes out: a weight per id.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.text.bags import Bags
from linnet.text.idf import texts_with
from linnet.types import Targets

LABELS_AT_ONCE = 16


def log_odds(bags: Bags, targets: Targets) -> NDArray[np.float32]:
    """Return how far an id's share among the ids of a label is from its share in other texts.

    The size of the log-count ratio of naive Bayes (Wang and Manning 2012), each text counted once
    and one added to every count; of several labels the largest. A rare id weighs little, and so
    does one that stands with every label alike.

    Args:
        bags: Counts, shape (texts, ids).
        targets: Class numbers (texts,), or 0 and 1 (texts, labels).

    Returns:
        Shape (ids,), from 0; 0 for padding.

    Example:
        >>> import scipy.sparse as sp
        >>> bags = sp.csr_array(np.array([[0, 3, 1], [0, 1, 0], [0, 0, 2], [0, 0, 1]], np.float32))
        >>> [round(float(each), 2) for each in log_odds(bags, np.array([1, 1, 0, 0]))]
        [0.0, 0.92, 0.59]
        >>> log_odds(bags[:0], np.empty(0, int)).tolist()
        [0.0, 0.0, 0.0]
    """
    found = np.zeros(bags.shape[1])
    total = texts_with(bags).astype(np.float64)
    members = _members(targets)
    once = _once(bags)
    for start in range(0, members.shape[1], LABELS_AT_ONCE):
        with_label = (members[:, start : start + LABELS_AT_ONCE].T @ once).toarray()
        np.maximum(found, _largest(with_label, total), out=found)
    return _of_ids(found)


def log_odds_of(with_label: NDArray[Any], total: NDArray[Any]) -> NDArray[np.float32]:
    """Return what `log_odds` does, from how many texts hold each id.

    Args:
        with_label: Shape (labels, ids): texts of each label that hold the id.
        total: Shape (ids,): all texts that hold it.

    Example:
        >>> with_label, total = np.array([[0, 0, 2], [0, 2, 1]]), np.array([0, 2, 3])
        >>> [round(float(each), 2) for each in log_odds_of(with_label, total)]
        [0.0, 0.92, 0.59]
    """
    return _of_ids(_largest(with_label, total.astype(np.float64)))


def texts_with_label(bags: Bags, targets: Targets, *, num_labels: int) -> NDArray[np.int64]:
    """Return how many texts of each label hold each id, shape (labels, ids).

    Example:
        >>> import scipy.sparse as sp
        >>> bags = sp.csr_array(np.float32([[0, 3, 1], [0, 1, 0]]))
        >>> texts_with_label(bags, np.array([1, 1]), num_labels=2).tolist()
        [[0, 0, 0], [0, 2, 1]]
    """
    members = _members(targets)
    found = np.zeros((num_labels, bags.shape[1]), np.int64)
    found[: members.shape[1]] = (members.T @ _once(bags)).toarray()
    return found


def _once(bags: Bags) -> Bags:
    return bags.astype(bool).astype(np.float32)


def _largest(with_label: NDArray[Any], total: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.zeros(len(total))
    for inside in with_label.astype(np.float64):
        ratio = np.log(_shares(inside) / _shares(total - inside))
        np.maximum(found, np.abs(ratio), out=found)
    return found


def _of_ids(found: NDArray[np.float64]) -> NDArray[np.float32]:
    found[:1] = 0
    return found.astype(np.float32)


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = (counts + 1) / (counts + 1).sum()
    return shares


def _members(targets: Targets) -> Bags:
    """Return which text has which label, shape (texts, labels)."""
    import scipy.sparse as sp

    if targets.ndim == 2:
        return sp.csr_array(targets.astype(np.float32))
    num_labels = int(targets.max(initial=0)) + 1
    ones = np.ones(len(targets), np.float32)
    return sp.csr_array(
        (ones, targets, np.arange(len(targets) + 1)), shape=(len(targets), num_labels)
    )
