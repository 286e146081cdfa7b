"""What each word adds to a logit of a model that is linear in the bag: exact, and in one pass.

Such a model's logit is a sum over the ids of the bag, and each id stands for words.
"""

import numpy as np

from linnet.runtime.bag_model import BagModel, Numbers
from linnet.text.tokenize import Tokens
from linnet.text.vectorize import Vectorizer


def shares(
    vectorizer: Vectorizer, model: BagModel, *, tokens: Tokens, label: int
) -> tuple[Numbers, float]:
    """Return what each token of one text adds to the logit of a label, and what no word does.

    An id's part is shared by the places where it stands, and an n-gram's by its words.

    Args:
        vectorizer: What makes the text's bag.
        model: One that is linear.
        tokens: Those of one text.
        label: The label's number.

    Example:
        >>> from linnet.runtime.bag_model import Step
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> tokens = tokenize(as_texts(["a b a"]))
        >>> vectorizer = fit(tokens, TextSettings(vectorizer="count"))
        >>> steps = (Step(None, np.array([1.0]), "linear"),)
        >>> model = BagModel(np.array([[0.0], [0], [3], [5]]), None, steps, 2, True)
        >>> found, base = shares(vectorizer, model, tokens=tokens, label=1)
        >>> found.tolist(), base
        ([3.0, 5.0, 3.0], 1.0)
    """
    direction = model.direction(label)
    units = model.table.shape[1]
    base = float(model.logits(np.zeros((1, units)))[0] @ direction)
    found = np.zeros(len(tokens.codes))
    if not len(found):
        return found, base
    for step in reversed(model.steps):
        direction = direction if step.kernel is None else step.kernel @ direction
    bag = vectorizer.weighed(vectorizer.few_counts(tokens))
    parts = bag.data * (model.rows(bag.indices) @ direction)
    placed, first, last = vectorizer.placed(tokens)
    which = np.searchsorted(bag.indices, placed)
    times = np.bincount(which, minlength=len(parts))
    sizes = last - first + 1
    each = parts[which] / times[which] / sizes
    for behind in range(int(sizes.max(initial=0))):
        reaches = sizes > behind
        found += np.bincount(first[reaches] + behind, each[reaches], len(found))
    return found, base
