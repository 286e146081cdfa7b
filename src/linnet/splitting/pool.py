"""Rows that are to be shared out, and what must be kept in mind.

Goes in: targets, groups, times, parts of an earlier split. Comes out: the same for some rows.
Knows nothing of how they are shared out.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.types import Rows, Targets, Task

NEW = -1
"""The part of a row that no earlier split knows."""


@dataclass(frozen=True, eq=False)
class Pool:
    """Rows to share out.

    Attributes:
        targets: What a model should answer, row by row.
        task: Every class of a binary or multiclass task, every label of a multilabel one, is to
            have the same share in each part.
        groups: Rows of one group go to one part; None: each row is a group of its own.
        times: The latest rows are for the last part, the next ones for the part before it; NaN:
            not known. None: times have no say.
        parts: The part that a row has already, by number, or `NEW`; None: all are new.
    """

    targets: Targets
    task: Task
    groups: Rows | None = None
    times: NDArray[np.float64] | None = None
    parts: Rows | None = None

    def __len__(self) -> int:
        return len(self.targets)

    def select(self, rows: Rows) -> "Pool":
        """Return the pool of some rows."""
        return Pool(
            self.targets[rows],
            self.task,
            None if self.groups is None else self.groups[rows],
            None if self.times is None else self.times[rows],
            None if self.parts is None else self.parts[rows],
        )


def joined(*groupings: NDArray[Any] | None) -> Rows | None:
    """Join groupings: rows that are in one group by any of them are in one group.

    Args:
        groupings: Shape (rows,) each: numbers of groups, from 0; a row below 0 is a group of its
            own. None: there is no such grouping.

    Returns:
        Groups from 0; None where no grouping is given.

    Example:
        >>> joined(np.array([0, 0, 1, 2]), None, np.array([-1, 5, 5, -1])).tolist()
        [0, 0, 0, 1]
        >>> joined(None) is None, joined(np.empty(0, np.int64)).tolist()
        (True, [])
    """
    given = [each for each in groupings if each is not None]
    if not given:
        return None
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    num_rows = len(given[0])
    rows, nodes, first = [], [], num_rows
    for each in given:
        known = np.flatnonzero(each >= 0)
        rows.append(known)
        nodes.append(first + each[known])
        first += int(each.max(initial=-1)) + 1
    ends = np.concatenate(rows), np.concatenate(nodes)
    graph = coo_array((np.ones(len(ends[0]), np.int8), ends), shape=(first, first))
    found = connected_components(graph, directed=False)[1][:num_rows]
    return np.unique(found, return_inverse=True)[1].astype(np.int64)
