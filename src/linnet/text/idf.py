"""How much an id weighs because few texts hold it.

Goes in: how many texts hold each id. Comes out: a weight per id.
"""

import numpy as np
from numpy.typing import NDArray

from linnet.text.bags import Bags
from linnet.text.vocabulary import PADDING


def idf_of(num_with: NDArray[np.int64], num_texts: int, *, vectorizer: str) -> NDArray[np.float32]:
    """Return what makes rare ids weigh more, as scikit-learn or Keras; 0 for padding.

    Args:
        num_with: Shape (ids,): how many texts hold each id.
        num_texts: How many there are.
        vectorizer: tf_idf or keras_tf_idf.

    Example:
        >>> idf_of(np.array([0, 1, 3]), 3, vectorizer="tf_idf").round(3).tolist()[2]
        1.0
    """
    if vectorizer == "tf_idf":
        idf = np.log((1 + num_texts) / (1 + num_with)) + 1
    else:
        idf = np.log(1 + num_texts / (1 + num_with))
    idf[PADDING] = 0
    return np.asarray(idf, np.float32)


def texts_with(bags: Bags) -> NDArray[np.int64]:
    """Return how many texts hold each id.

    Example:
        >>> import scipy.sparse as sp
        >>> texts_with(sp.csr_array(np.float32([[0, 3, 1], [0, 1, 0]]))).tolist()
        [0, 2, 1]
    """
    return np.bincount(bags.indices, minlength=bags.shape[1])
