"""The one check that every split passes.

Goes in: a `Split`. Comes out: the same. Knows nothing of how it was made.
"""

import numpy as np

from linnet.errors import DataError
from linnet.types import Rows, Split


def checked(split: Split) -> Split:
    """Return a split unchanged, or say why nothing can be trained or measured with it.

    Raises:
        DataError: No row is left for training, or a row stands in two parts or twice in one.

    Example:
        >>> import numpy as np
        >>> none = np.empty(0, np.int64)
        >>> checked(Split(np.array([0, 2]), none, np.array([1]))).train.tolist()
        [0, 2]
        >>> checked(Split(none, none, np.array([1])))
        Traceback (most recent call last):
        linnet.errors.DataError: no row is left to train on (validation 0, test 1): ...
    """
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    twice = repeated(np.concatenate(list(parts.values())))
    if twice.size:
        row = twice[0]
        names = [name for name, rows in parts.items() for _ in range(int((rows == row).sum()))]
        raise DataError(
            f"row {row} (counted from 0) stands in {' and in '.join(names)}: "
            f"each row belongs to at most one part, once ({twice.size} rows do not)"
        )
    if not split.train.size:
        reasons = [note.message for note in split.notes]
        raise DataError(
            f"no row is left to train on (validation {split.validation.size}, "
            f"test {split.test.size}): "
            + "; ".join([*reasons, "give more rows, or smaller parts for validation and test"])
        )
    return split


def repeated(rows: Rows) -> Rows:
    """Return the row numbers that stand more than once, each once, in ascending order.

    Example:
        >>> import numpy as np
        >>> repeated(np.array([3, 1, 3, 3])).tolist(), repeated(np.empty(0, np.int64)).tolist()
        ([3], [])
    """
    values, counts = np.unique(rows, return_counts=True)
    return values[counts > 1]
