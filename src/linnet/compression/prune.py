"""Which ids of a model matter, and the model without the others.

Ids are numbered anew: words in the order of their strings, n-grams by their parts. So ordered they
pack well, and the scores do not depend on it.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.compression.model import Model
from linnet.text.vocabulary import RESERVED, UNKNOWN, Vocabulary

LEAST_IDS = len(RESERVED) + 1
COUNT_POWER = 0.25


def pruned(model: Model, num_ids: int) -> Model:
    """Return a model with the ids that move its scores most.

    An id moves them by the length of its row, less that of what stands for it once it is gone,
    times its inverse document frequency and the fourth root of how often it occurs. Frequent ids
    matter more, but much less than their number says: docs/LOG.md has what other powers lost.
    What an n-gram is made of stays with it.

    Args:
        model: Any model of linnet's layers.
        num_ids: How many, padding and unknown included; where there are fewer, all stay.

    Example:
        >>> import polars as pl
        >>> from linnet.models.heads import head
        >>> from linnet.models.layers.bag import Bag
        >>> from linnet.models.model import Sizes
        >>> from linnet.text.tokenize import tokenize
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> settings = TextSettings(vectorizer="count", unknown="drop")
        >>> words = fit(tokenize(pl.Series(["ä b c", ""])), settings)
        >>> weights = {"bag_0.kernel": np.float32([[0], [0], [3], [1], [2]])}
        >>> model = Model(words, (Bag(1),), Sizes(5, 1, 1), head("binary", 2), weights)
        >>> small = pruned(model, 4)
        >>> small.vectorizer.vocabulary.tokens.to_list(), small.weights["bag_0.kernel"].tolist()
        (['<padding>', '<unknown>', 'b', 'ä'], [[0.0], [0.0], [3.0], [2.0]])
    """
    vocabulary = model.vectorizer.vocabulary
    kept = _most_important(vocabulary, _importance(model), num_ids)
    ids = _ordered(vocabulary, kept)
    first, *rest = model.layers
    if first.kind == "embedding":
        first = replace(first, num_ids=len(ids))  # type: ignore[type-var]
    return replace(
        model,
        vectorizer=replace(model.vectorizer, vocabulary=_only(vocabulary, ids)),
        layers=(first, *rest),
        sizes=replace(model.sizes, num_ids=len(ids)),
        weights={**model.weights, model.table: model.weights[model.table][ids]},
    )


def _importance(model: Model) -> NDArray[np.float64]:
    """Return how far each id moves the sum that it is part of."""
    vocabulary, rows = model.vectorizer.vocabulary, model.weights[model.table]
    if model.vectorizer.settings.unknown == "id":
        rows = rows - rows[UNKNOWN]
    often = np.maximum(vocabulary.counts, 1) ** COUNT_POWER
    moved = np.asarray(np.linalg.norm(rows, axis=1) * often, np.float64)
    return moved if vocabulary.idf is None else np.multiply(moved, vocabulary.idf)


def _most_important(
    vocabulary: Vocabulary, importance: NDArray[np.float64], num_ids: int
) -> NDArray[np.int64]:
    """Choose ids; an n-gram's parts are as important as it is, and stand before it."""
    reached = importance.copy()
    for _ in range(int(_lengths(vocabulary).max())):
        np.maximum.at(reached, vocabulary.prefix, reached)
        np.maximum.at(reached, vocabulary.last, reached)
    reached[: len(RESERVED)] = np.inf
    return np.argsort(-reached, kind="stable")[: max(num_ids, LEAST_IDS)]


def _lengths(vocabulary: Vocabulary) -> NDArray[np.int64]:
    """Return how many words each n-gram has beyond its first; 0 for single words."""
    lengths = np.zeros(len(vocabulary), np.int64)
    longer = vocabulary.prefix > 0
    while longer.any():
        lengths += longer
        longer = longer[vocabulary.prefix] & longer
    return lengths


def _ordered(vocabulary: Vocabulary, kept: NDArray[np.int64]) -> NDArray[np.int64]:
    """Put the kept ids in their new order, an n-gram behind its parts."""
    kept, place = np.sort(kept), np.zeros(len(vocabulary), np.int64)
    lengths = _lengths(vocabulary)[kept]
    words = kept[lengths == 0][len(RESERVED) :]
    by_string = vocabulary.tokens.gather(words).arg_sort().to_numpy()
    parts = [kept[: len(RESERVED)], words[by_string]]
    for length in range(1, int(lengths.max()) + 1):
        before = np.concatenate(parts)
        place[before] = np.arange(len(before))
        grams = kept[lengths == length]
        by_parts = np.lexsort((place[vocabulary.last[grams]], place[vocabulary.prefix[grams]]))
        parts.append(grams[by_parts])
    return np.concatenate(parts)


def _only(vocabulary: Vocabulary, ids: NDArray[np.int64]) -> Vocabulary:
    """Return the vocabulary of some ids, which are numbered by their place."""
    place = np.zeros(len(vocabulary), np.int32)
    place[ids] = np.arange(len(ids), dtype=np.int32)

    def of(column: NDArray[Any]) -> NDArray[np.int32]:
        return np.asarray(place[column[ids]], np.int32)

    return Vocabulary(
        vocabulary.tokens.gather(ids),
        vocabulary.counts[ids],
        of(vocabulary.prefix),
        of(vocabulary.last),
        None if vocabulary.idf is None else vocabulary.idf[ids],
    )
