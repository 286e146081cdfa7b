"""From the counts of every trial to scores, intervals, spreads and differences.

Goes in: trials. Comes out: plain numbers, ready for JSON.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.comparison.trial import Trial
from linnet.evaluation.intervals import Pairs, difference, ratio, ratio_interval


def leaderboard(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """Return a line per candidate, the best score first.

    Args:
        trials: Of all candidates; not every one was in every round.

    Returns:
        Per candidate: `score` (all its rounds together) with its `interval` by rows, `spread` (the
        standard deviation of the rounds' scores; None for one round), `rounds`, `rows` (measured at
        least once), `seconds` a round, what was `told` in its first round, and `difference` from
        the best: what `evaluation.intervals.difference` says of the rounds that both were in; None
        for the best.

    Example:
        >>> rows = np.arange(4)
        >>> right = np.ones((4, 2), int)
        >>> wrong = right * [0, 1]
        >>> trials = [Trial("ä", 0, rows, wrong, 0.0, 2.0), Trial("b", 0, rows, right, 1.0, 1.0)]
        >>> [(each["candidate"], each["score"], each["spread"]) for each in leaderboard(trials)]
        [('b', 1.0, None), ('ä', 0.0, None)]
        >>> leaderboard([])
        []
    """
    names = ranked(trials)
    return [_line(trials, name, best=names[0]) for name in names]


def ranked(trials: Sequence[Trial]) -> list[str]:
    """Return the candidates, the best first, whatever rounds each was in.

    A round may be easier than another. So each score is taken as the sum of what the candidate is
    worth and of how easy the round is, both fitted by least squares (two-way layout, Fisher 1925).
    Who was in less than half of the most rounds that anyone was in leads nobody: one lucky round
    does not make a winner.

    Example:
        >>> rows = np.arange(1)
        >>> counts = np.ones((1, 2), int)
        >>> trials = [Trial("a", 0, rows, counts, 1.0, 1.0)]
        >>> ranked([*trials, *(Trial("b", each, rows, counts, 0.5, 1.0) for each in range(3))])
        ['b', 'a']
        >>> ranked([])
        []
    """
    names = list(dict.fromkeys(each.candidate for each in trials))
    rounds = {name: len(_by_round(trials, name)) for name in names}
    enough = max(rounds.values(), default=0) / 2
    worth = _worth(trials, names)
    return sorted(names, key=lambda name: (rounds[name] < enough, -worth[name]))


def _worth(trials: Sequence[Trial], names: Sequence[str]) -> dict[str, float]:
    """Return what each candidate is worth, rounds being equal."""
    numbers = sorted({each.number for each in trials})
    layout = np.zeros((len(trials), len(names) + len(numbers)))
    for row, each in enumerate(trials):
        layout[row, names.index(each.candidate)] = 1
        layout[row, len(names) + numbers.index(each.number)] = 1
    worth = np.linalg.lstsq(layout, np.array([each.score for each in trials]), rcond=None)[0]
    return dict(zip(names, worth.tolist(), strict=False))


def compared(trials: Sequence[Trial], name: str, *, best: str) -> dict[str, Any]:
    """Compare a candidate with another on the rows of the rounds that both were in.

    Returns:
        What `evaluation.intervals.difference` says of going from `best` to `name`.

    Example:
        >>> rows = np.arange(3)
        >>> trials = [Trial(each, 0, rows, np.ones((3, 2), int), 1.0, 1.0) for each in "ab"]
        >>> compared(trials, "b", best="a")["difference"]
        0.0
    """
    own, other = _by_round(trials, name), _by_round(trials, best)
    both = sorted(own.keys() & other.keys())
    return difference(
        _by_row([other[number] for number in both]), _by_row([own[number] for number in both])
    )


def _line(trials: Sequence[Trial], name: str, *, best: str) -> dict[str, Any]:
    own = list(_by_round(trials, name).values())
    counts = _by_row(own)
    scores = [each.score for each in own]
    return {
        "candidate": name,
        "score": float(ratio(counts.sum(axis=0)[None])[0]),
        "interval": list(ratio_interval(counts)),
        "spread": float(np.std(scores, ddof=1)) if len(scores) > 1 else None,
        "rounds": len(own),
        "rows": len(counts),
        "seconds": float(np.mean([each.seconds for each in own])),
        **own[0].told,
        "difference": None if name == best else compared(trials, name, best=best),
    }


def _by_round(trials: Sequence[Trial], name: str) -> dict[int, Trial]:
    return {each.number: each for each in trials if each.candidate == name}


def _by_row(trials: Sequence[Trial]) -> Pairs:
    """Add up what was counted of each row: several seeds measure the same rows."""
    rows = np.concatenate([each.rows for each in trials])
    counts = np.concatenate([each.counts for each in trials])
    kinds, place = np.unique(rows, return_inverse=True)
    summed: NDArray[np.int64] = np.zeros((len(kinds), counts.shape[1]), np.int64)
    np.add.at(summed, place, counts)
    return summed
