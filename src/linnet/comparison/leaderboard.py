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
    """Return the candidates, the best first: by the rounds that each shares with the leader.

    The leader is whoever has the best mean of those who were in the most rounds, so that a single
    lucky round leads nobody.

    Example:
        >>> rows = np.arange(1)
        >>> counts = np.ones((1, 2), int)
        >>> trials = [Trial("a", 0, rows, counts, 1.0, 1.0)]
        >>> ranked([*trials, *(Trial("b", each, rows, counts, 0.5, 1.0) for each in range(2))])
        ['b', 'a']
        >>> ranked([])
        []
    """
    names = list(dict.fromkeys(each.candidate for each in trials))
    if not names:
        return []
    of = {name: _by_round(trials, name) for name in names}
    most = max(map(len, of.values()))
    leader = max(
        (name for name in names if len(of[name]) == most), key=lambda name: _mean(of[name])
    )
    behind = {
        name: np.mean(
            [trial.score - of[leader][number].score for number, trial in of[name].items()]
        )
        for name in names
    }
    return [
        leader,
        *sorted((name for name in names if name != leader), key=lambda name: -behind[name]),
    ]


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


def _mean(rounds: dict[int, Trial]) -> float:
    return float(np.mean([each.score for each in rounds.values()]))


def _by_row(trials: Sequence[Trial]) -> Pairs:
    """Add up what was counted of each row: several seeds measure the same rows."""
    rows = np.concatenate([each.rows for each in trials])
    counts = np.concatenate([each.counts for each in trials])
    kinds, place = np.unique(rows, return_inverse=True)
    summed: NDArray[np.int64] = np.zeros((len(kinds), counts.shape[1]), np.int64)
    np.add.at(summed, place, counts)
    return summed
