"""What each word adds to a logit of a model over bags, for many texts in one pass.

A linear model's logit is a sum over the ids of the bag, and each id stands for words: what is
found is exact. With a hidden layer it is the gradient times the weights, which add up as well.
"""

import numpy as np

from linnet.runtime.bag_model import BagModel, Numbers
from linnet.text.few import FewBags
from linnet.text.tokenize import Tokens
from linnet.text.vectorize import Vectorizer


def shares(
    vectorizer: Vectorizer, model: BagModel, *, tokens: Tokens, direction: Numbers
) -> tuple[Numbers, Numbers]:
    """Return what each token adds to the logits in a direction, and what no word does.

    An id's part is shared by the places where it stands in its text, and an n-gram's by its words.

    Args:
        vectorizer: What makes the bags.
        model: The model.
        tokens: Those of any number of texts.
        direction: Shape (outputs,), as `model.direction` gives it.

    Returns:
        Shape (tokens,) and shape (texts,); of each text they add up to its logits in the
        direction.

    Example:
        >>> from linnet.runtime.bag_model import Step
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> tokens = tokenize(as_texts(["a b a", ""]))
        >>> vectorizer = fit(tokens, TextSettings(vectorizer="count"))
        >>> steps = (Step(None, np.array([1.0]), "linear"),)
        >>> model = BagModel(np.array([[0.0], [0], [3], [5]]), None, steps, 2, True)
        >>> found, base = shares(vectorizer, model, tokens=tokens, direction=np.array([1.0]))
        >>> found.tolist(), base.tolist()
        ([3.0, 5.0, 3.0], [1.0, 1.0])
    """
    bag = vectorizer.weighed(vectorizer.few_counts(tokens))
    lengths = np.diff(bag.indptr)
    text_of = np.repeat(np.arange(len(tokens)), lengths)
    distinct, where = np.unique(bag.indices, return_inverse=True)
    weighed = model.rows(distinct)[where] * bag.data[:, None]
    sums = np.zeros((len(tokens), model.table.shape[1]))
    if len(weighed):
        sums[lengths > 0] = np.add.reduceat(weighed, bag.indptr[:-1][lengths > 0])
    gradients = model.gradients(sums, direction)
    parts = np.einsum("ij,ij->i", weighed, gradients[text_of])
    base = model.logits(sums) @ direction - np.bincount(text_of, parts, len(tokens))
    return _of_tokens(vectorizer, bag, tokens=tokens, parts=parts), base


def _of_tokens(vectorizer: Vectorizer, bag: FewBags, *, tokens: Tokens, parts: Numbers) -> Numbers:
    """Share the parts of ids among the tokens that they stand for."""
    placed, first, last = vectorizer.placed(tokens)
    text_of = np.repeat(np.arange(len(tokens)), np.diff(tokens.offsets))
    keys = np.repeat(np.arange(len(tokens)), np.diff(bag.indptr)) * vectorizer.num_ids + bag.indices
    which = np.searchsorted(keys, text_of[first] * vectorizer.num_ids + placed)
    times = np.bincount(which, minlength=len(parts))
    sizes = last - first + 1
    each = parts[which] / times[which] / sizes
    found = np.zeros(len(tokens.codes))
    for behind in range(int(sizes.max(initial=0))):
        reaches = sizes > behind
        found += np.bincount(first[reaches] + behind, each[reaches], len(found))
    return found
