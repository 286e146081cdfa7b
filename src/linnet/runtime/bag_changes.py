"""The logits of a text and of the text without each run of its words, from what changes alone.

Without some words, a bag differs in the ids of those words and of the n-grams around them. They
are found by vectorising the few tokens around each gap, with it and without, instead of the whole
text again and again; the sums of rows then change by the rows of these ids.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.runtime.bag_model import BagModel, Numbers
from linnet.text.few import FewBags
from linnet.text.tokenize import Tokens
from linnet.text.vectorize import Vectorizer

TINY = 1e-9
"""A norm so small, as a share of the whole text's, is that of an empty bag."""


def changed_logits(
    vectorizer: Vectorizer, model: BagModel, *, tokens: Tokens, together: int
) -> Numbers:
    """Return the logits of a text, then those of it without each run of tokens.

    Args:
        vectorizer: What makes the text's bag.
        model: The model.
        tokens: Those of one text.
        together: How many tokens a run has; the last may have fewer.

    Example:
        >>> from linnet.runtime.bag_model import Step
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> tokens = tokenize(as_texts(["a ä a"]))
        >>> vectorizer = fit(tokens, TextSettings(vectorizer="count"))
        >>> model = BagModel(np.array([[0.0], [0], [3], [5]]), None,
        ...                  (Step(None, np.zeros(1), "relu"),), 2, True)
        >>> changed_logits(vectorizer, model, tokens=tokens, together=1).T.tolist()
        [[11.0, 8.0, 6.0, 8.0]]
    """
    num_runs = -(-len(tokens.codes) // together)
    whole = vectorizer.few_counts(tokens)
    variant, ids, change = _changes(vectorizer, tokens, together)
    before = _counts_of(whole, ids)
    whole_weights = _weights(vectorizer, whole.data, whole.indices)
    old = _weights(vectorizer, before, ids)
    new = _weights(vectorizer, before + change, ids)
    total = whole_weights @ model.rows(whole.indices)
    sums = np.broadcast_to(total, (num_runs + 1, len(total))).copy()
    if len(ids):
        distinct, where = np.unique(ids, return_inverse=True)
        rows = model.rows(distinct)[where] * (new - old)[:, None]
        starts = np.flatnonzero(np.diff(variant, prepend=-1))
        sums[variant[starts] + 1] += np.add.reduceat(rows, starts)
    norm = vectorizer.settings.norm
    if norm != "none":
        power = np.abs if norm == "l1" else np.square
        lengths = np.full(num_runs + 1, power(whole_weights).sum())
        lengths[1:] += np.bincount(variant, power(new) - power(old), num_runs)
        lengths[lengths < TINY * lengths[0]] = 0
        lengths = lengths if norm == "l1" else np.sqrt(lengths)
        sums /= np.where(lengths == 0, 1, lengths)[:, None]
    return model.logits(sums)


def _changes(
    vectorizer: Vectorizer, tokens: Tokens, together: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Numbers]:
    """Return which run changes how often which id stands in the text, by run, then by id."""
    num_tokens, reach = len(tokens.codes), vectorizer.settings.ngrams - 1
    begins = np.arange(0, num_tokens, together)
    ends = np.minimum(begins + together, num_tokens)
    windows = [
        np.arange(max(0, begin - reach), min(num_tokens, end + reach))
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
    ]
    around = [
        window[(window < begin) | (window >= end)]
        for window, begin, end in zip(windows, begins, ends, strict=True)
    ]
    keys, counts = list[NDArray[np.int64]](), list[Numbers]()
    for chosen, sign in ((windows, -1.0), (around, 1.0)):
        bags = vectorizer.few_counts(_tokens_at(tokens, chosen))
        runs = np.repeat(np.arange(len(chosen)), np.diff(bags.indptr))
        keys.append(runs * vectorizer.num_ids + bags.indices)
        counts.append(sign * bags.data.astype(np.float64))
    distinct, where = np.unique(np.concatenate(keys), return_inverse=True)
    change = np.bincount(where, np.concatenate(counts), len(distinct))
    differs = change != 0
    variant, ids = np.divmod(distinct[differs], vectorizer.num_ids)
    return variant, ids, change[differs]


def _tokens_at(tokens: Tokens, places: list[NDArray[np.int64]]) -> Tokens:
    offsets = np.cumsum([0, *map(len, places)]).astype(np.int64)
    return Tokens(tokens.codes[np.concatenate(places)], offsets, tokens.words)


def _counts_of(bag: FewBags, ids: NDArray[np.int64]) -> Numbers:
    """Return how often each id stands in a text, 0 for those that do not."""
    if not len(bag.indices):
        return np.zeros(len(ids))
    at = np.minimum(np.searchsorted(bag.indices, ids), len(bag.indices) - 1)
    return np.where(bag.indices[at] == ids, bag.data[at], 0.0).astype(np.float64)


def _weights(vectorizer: Vectorizer, counts: NDArray[Any], ids: NDArray[Any]) -> Numbers:
    """Return what ids weigh that stand so often in a text, before its norm."""
    weights = np.zeros(len(ids))
    there = counts > 0
    plain = replace(vectorizer, settings=replace(vectorizer.settings, norm="none"))
    chosen = FewBags(
        counts[there].astype(np.float32), ids[there].astype(np.int32), np.array([0, there.sum()])
    )
    weights[there] = plain.weighed(chosen).data
    return weights
