"""Parts that come from files of their own, read one after the other.

Goes in: how many rows each file has. Comes out: `Split`. Knows nothing of the files.
"""

import numpy as np

from linnet.splitting.check import checked
from linnet.types import Split


def by_file(*, train: int, test: int, validation: int = 0) -> Split:
    """Split rows that were put together from a training, a validation and a test file.

    Args:
        train: How many rows come from the training file; they come first.
        test: How many come from the test file; they come last. 0: there is none.
        validation: How many come from the validation file, between the two. 0: there is none.

    Raises:
        DataError: There is no row to train on.

    Example:
        >>> split = by_file(train=2, test=1)
        >>> split.train.tolist(), split.validation.tolist(), split.test.tolist()
        ([0, 1], [], [2])
    """
    measured = train + validation
    return checked(
        Split(
            train=np.arange(train),
            validation=np.arange(train, measured),
            test=np.arange(measured, measured + test),
        )
    )
