"""Texts that are nearly the same, grouped: reprints, small edits, filled-in templates.

Goes in: texts. Comes out: the group of each. Knows nothing of labels and of parts.

Two texts are near-duplicates if the sets of their words and pairs of words overlap by a Jaccard
index of 0.7 or more; groups are what such pairs connect. Pairs are found exactly, by the rarest
members of each set (prefix filtering: Bayardo, Ma and Srikant 2007, "Scaling up all pairs
similarity search"; Xiao, Wang, Lin and Yu 2008, "Efficient similarity joins for near duplicate
detection"). Only texts whose rarest words stand in very many others are compared with their
neighbours in the alphabet alone (Hernández and Stolfo 1995), so that work stays linear there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.text.occurrences import Occurrences, occurrences
from linnet.text.threads import in_threads
from linnet.text.tokenize import Tokens, tokenize
from linnet.types import Rows

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Counts: TypeAlias = NDArray[np.int64]
Pairs: TypeAlias = tuple[NDArray[np.integer], NDArray[np.integer]]

JACCARD = 0.7
SHARED, SHARED_OF = 2, 32
"""How many of their rarest members two sets must share to be compared at all: so many, and one
more for each so many members."""

MOST_COMPARISONS = 400_000_000
"""Beyond so many, texts that share a frequent member are compared with neighbours only."""

NEIGHBOURS = 4
COMPARISONS_AT_ONCE = 4_000_000
PAIRS_AT_ONCE = 100_000


def near_duplicates(
    texts: pl.Series, *, tokens: Tokens | None = None, jaccard: float = JACCARD
) -> NDArray[np.int64]:
    """Group texts that are nearly the same.

    Texts that differ only in white space, capitals or a few of their words are in one group, and
    so is a text with all that are near to one of its group. The order of the rows has no say.

    Args:
        texts: Strings without nulls.
        tokens: The same texts as lower-cased words and symbols, where they are split so already.
        jaccard: How much two sets of words and pairs of words overlap at least, of what they hold
            together, above 0 to 1.

    Returns:
        Shape (texts,): the group of each, numbered in the order of their first rows.

    Example:
        >>> texts = ["Hyvää päivää!", "x", "hyvää  päivää !", "", "hyvää yötä", ""]
        >>> near_duplicates(pl.Series(texts)).tolist()
        [0, 1, 0, 2, 3, 2]
    """
    if not len(texts):
        return np.empty(0, np.int64)
    # In the order of the alphabet, so that the order of the rows has no say.
    rows = pl.DataFrame({"text": texts}).with_row_index("row")
    once = rows.group_by("text").agg(pl.col("row").first()).sort("text")
    copies = rows.join(once.select("text").with_row_index("number"), on="text", how="left",
                       maintain_order="left")["number"].to_numpy()  # fmt: skip
    split = tokens.select(once["row"].to_numpy()) if tokens else tokenize(once["text"])
    return _in_order_of_rows(_connected(_sets(split), jaccard)[copies])


def _in_order_of_rows(groups: NDArray[np.integer]) -> Rows:
    """Number groups anew, in the order of their first rows."""
    first = np.full(int(groups.max()) + 1, len(groups), np.int64)
    np.minimum.at(first, groups, np.arange(len(groups)))
    ranks: Rows = np.argsort(np.argsort(first)).astype(np.int64)
    numbers: Rows = ranks[groups]
    return numbers


@dataclass(frozen=True, eq=False)
class _Sets:
    """Each text as the set of its words and pairs of words.

    Attributes:
        shared: Shape (texts, members): what stands in two texts or more, the rarest first.
        sizes: Shape (texts,): members of each text, those included that no other text has.
    """

    shared: "csr_array"
    sizes: Counts


def _sets(tokens: Tokens) -> _Sets:
    import scipy.sparse as sp

    found = occurrences(
        tokens.codes, tokens.offsets, num_words=len(tokens.words), ngrams=2, min_count=2
    )
    lengths = np.diff(tokens.offsets)
    sizes = np.maximum(lengths - 1, 0)  # as if each pair of words stood once, and nowhere else
    sizes -= np.bincount(found[1].texts, minlength=len(tokens))
    texts, counts = [], []
    for each in found:
        holding, holders = _once(each)
        sizes += np.bincount(holding, minlength=len(tokens))
        several = holders >= 2
        texts.append(holding[np.repeat(several, holders)])
        counts.append(holders[several])
    holding, holders = np.concatenate(texts), np.concatenate(counts)
    order = np.argsort(holders, kind="stable")
    ranks = np.empty(len(order), np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    # A transposition puts each text's members in order: counting, and no comparing.
    by_text = sp.csr_array(
        (np.ones(len(holding), np.int32), (holding, np.repeat(ranks, holders))),
        shape=(len(tokens), len(order)),
    )
    by_text.sort_indices()
    return _Sets(by_text, sizes)


def _once(found: Occurrences) -> tuple[NDArray[np.int32], Counts]:
    """Return the texts that hold each word or pair, each text once; and how many they are."""
    new = np.ones(len(found.texts), bool)
    new[1:] = found.texts[1:] != found.texts[:-1]
    starts = found.offsets[:-1]
    new[starts[starts < len(new)]] = True
    kept = np.concatenate([[0], np.cumsum(new)])
    return found.texts[new], np.diff(kept[found.offsets])


def _connected(sets: _Sets, jaccard: float) -> NDArray[np.int32]:
    """Return the group of each set: what near pairs connect."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    num_sets = len(sets.sizes)
    found = list(_near_pairs(sets, jaccard))
    first, second = (
        np.concatenate([np.empty(0, np.int64), *(pair[side] for pair in found)]) for side in (0, 1)
    )
    graph = coo_array((np.ones(len(first), np.int8), (first, second)), shape=(num_sets, num_sets))
    groups: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return groups


def _near_pairs(sets: _Sets, jaccard: float) -> Iterator[Pairs]:
    """Find the pairs of sets that are near, some of them more than once."""
    least = np.maximum(np.ceil(jaccard * sets.sizes - 1e-9).astype(np.int64), 1)
    shared = np.minimum(least, SHARED + sets.sizes // SHARED_OF)
    rarest = _rarest(sets, sets.sizes - least + shared)
    frequent = _frequent(np.bincount(rarest.indices, minlength=rarest.shape[1]))
    neighbours = list(_neighbours(rarest, frequent))
    yield from in_threads(lambda pairs: _confirmed(sets, pairs, jaccard), neighbours)
    rare = _chosen(rarest, ~frequent[rarest.indices])
    # Where others are among the frequent, which are not counted, one shared member has to do.
    all_rare = np.diff(rare.indptr) == np.diff(rarest.indptr)
    needed = np.where(all_rare, shared, 1)
    by_member = rare.T.tocsr()

    def compared(part: tuple[int, int]) -> Pairs:
        meeting = (rare[part[0] : part[1]] @ by_member).tocoo()
        later = np.flatnonzero(meeting.row + part[0] < meeting.col)
        first, second = meeting.row[later] + part[0], meeting.col[later]
        enough = meeting.data[later] >= np.minimum(needed[first], needed[second])
        small = np.minimum(sets.sizes[first], sets.sizes[second])
        chosen = enough & (small >= np.maximum(least[first], least[second]))
        return _confirmed(sets, (first[chosen], second[chosen]), jaccard)

    yield from in_threads(compared, _parts(rare))


def _rarest(sets: _Sets, counts: Counts) -> "csr_array":
    """Return the rarest members of each set, as many as asked for."""
    held = np.diff(sets.shared.indptr)
    alone = sets.sizes - held  # members that no other text has are the rarest of all
    wanted = np.clip(counts - alone, 0, held)
    places = np.arange(sets.shared.nnz) - np.repeat(sets.shared.indptr[:-1], held)
    return _chosen(sets.shared, places < np.repeat(wanted, held))


def _chosen(members: "csr_array", kept: NDArray[np.bool_]) -> "csr_array":
    """Keep some of the entries."""
    from scipy.sparse import csr_array

    offsets = np.concatenate([[0], np.cumsum(kept)])[members.indptr]
    return csr_array((members.data[kept], members.indices[kept], offsets), shape=members.shape)


def _frequent(counts: Counts) -> NDArray[np.bool_]:
    """Say which members so many sets share that comparing all of these would take too long."""
    comparisons = np.cumsum(np.sort(counts).astype(np.float64) ** 2)
    within = int(np.searchsorted(comparisons, MOST_COMPARISONS, "right"))
    if within == len(counts):
        return np.zeros(len(counts), bool)
    frequent: NDArray[np.bool_] = counts >= np.sort(counts)[within]
    return frequent


def _neighbours(rarest: "csr_array", frequent: NDArray[np.bool_]) -> Iterator[Pairs]:
    """Pair each text with the next few in the alphabet that share a frequent member."""
    by_member = _chosen(rarest, frequent[rarest.indices]).tocsc()
    members = np.repeat(np.arange(by_member.shape[1]), np.diff(by_member.indptr))
    for step in range(1, NEIGHBOURS + 1):
        same = np.flatnonzero(members[step:] == members[:-step])
        for start in range(0, len(same), PAIRS_AT_ONCE):
            first = same[start : start + PAIRS_AT_ONCE]
            yield by_member.indices[first], by_member.indices[first + step]


def _parts(rare: "csr_array") -> list[tuple[int, int]]:
    """Cut the texts into parts of about the same number of comparisons."""
    work = np.cumsum(rare @ np.bincount(rare.indices, minlength=rare.shape[1]))
    total = int(work[-1]) if len(work) else 0
    cuts = np.searchsorted(work, np.arange(0, total, COMPARISONS_AT_ONCE))
    ends = np.unique([*cuts, 0, rare.shape[0]]).tolist()
    return list(pairwise(ends))


def _confirmed(sets: _Sets, pairs: Pairs, jaccard: float) -> Pairs:
    """Keep the pairs whose sets overlap as much as is asked for."""
    kept: list[Pairs] = []
    for start in range(0, len(pairs[0]), PAIRS_AT_ONCE):
        first, second = (side[start : start + PAIRS_AT_ONCE] for side in pairs)
        both = sets.shared[first].multiply(sets.shared[second]).sum(axis=1)
        near = both >= jaccard * (sets.sizes[first] + sets.sizes[second] - both) - 1e-9
        kept.append((first[near], second[near]))
    none = np.empty(0, np.int64)
    first, second = (np.concatenate([none, *(each[side] for each in kept)]) for side in (0, 1))
    return first, second
