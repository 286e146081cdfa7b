"""Round after round, without the candidates that cannot win any more, until time is up.

Goes in: candidates, rounds, and a function that runs a trial. Comes out: `Raced`. Knows nothing of
what a candidate is.

The race of Maron and Moore (1994) with the interval of the paired difference in the place of their
bound: after each round a candidate leaves whose difference from the best, on all rows that both
were measured on, has an interval below 0.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from linnet.comparison.leaderboard import compared, ranked
from linnet.comparison.rounds import Round
from linnet.comparison.trial import Trial
from linnet.errors import DivergedError, LinnetError

MOST_OF_TIME = 1 / 3
"""Of what is left, that one trial may take."""


class OutOfTimeError(LinnetError):
    """The time of a comparison is up."""


@dataclass(frozen=True)
class Deadline:
    """When a comparison has to end.

    Attributes:
        at: By the monotonic clock, in seconds.
    """

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the deadline that is so far away."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds that are left; below 0 after the deadline."""
        return self.at - time.monotonic()

    def sooner(self, share: float) -> "Deadline":
        """Return the deadline at a share of the time that is left.

        Example:
            >>> 8 < Deadline.after(30).sooner(1 / 3).left < 11
            True
        """
        return Deadline.after(self.left * share)

    def check(self, progress: object = None) -> None:
        """End what reports its progress here once time is up.

        Raises:
            OutOfTimeError: It is.
        """
        if self.left <= 0:
            raise OutOfTimeError("the time of the comparison is up")


@dataclass(frozen=True)
class Raced:
    """How a race ended.

    Attributes:
        trials: All that ended in time.
        unfinished: Candidates that time ended, and how many seconds they had.
        failed: Candidates whose training came to nothing, and why.
        left: Candidates that were behind, and the round after which they left, from 0.
    """

    trials: list[Trial]
    unfinished: dict[str, float]
    failed: dict[str, str]
    left: dict[str, int]


def race(
    candidates: Sequence[str],
    rounds: Sequence[Round],
    *,
    run: Callable[[str, Round, Deadline], Trial],
    deadline: Deadline,
    done: Sequence[Trial] = (),
    always: Collection[str] = (),
) -> Raced:
    """Run candidates round by round.

    A round starts with the leader, so that time that runs out hits those behind it. No trial may
    take more than a third of the time that is left; a candidate that needs more leaves.

    Args:
        candidates: Their lines, in the order of the first round.
        rounds: At least one.
        run: Trains and measures, and raises OutOfTimeError at the deadline it is given.
        deadline: Of the race.
        done: Trials of an earlier run, which are not run again.
        always: Candidates that do not leave when they are behind.

    Example:
        >>> import numpy as np
        >>> from linnet.types import Split
        >>> rows = np.arange(200)
        >>> rounds = [Round(each, each, Split(rows[:0], rows[:0], rows)) for each in range(2)]
        >>> def run(name, part, limit):
        ...     right = np.arange(200) < {"good": 180, "bad": 90}[name]
        ...     counts = np.column_stack([right, np.ones(200)]).astype(int)
        ...     return Trial(name, part.number, rows, counts, float(right.mean()), 1.0)
        >>> found = race(["bad", "good"], rounds, run=run, deadline=Deadline.after(60))
        >>> [(each.candidate, each.number) for each in found.trials], found.left
        ([('bad', 0), ('good', 0), ('good', 1)], {'bad': 0})
        >>> race(["bad"], rounds, run=run, deadline=Deadline.after(-1)).trials
        []
    """
    raced, alive = Raced(list(done), {}, {}, {}), list(candidates)
    known = {(each.candidate, each.number) for each in done}
    for part in rounds:
        for name in list(alive):
            if (name, part.number) in known:
                continue
            if deadline.left <= 0:
                return raced
            limit = deadline.sooner(MOST_OF_TIME)
            allowed = limit.left
            try:
                raced.trials.append(run(name, part, limit))
            except OutOfTimeError:
                raced.unfinished[name] = allowed
                alive.remove(name)
            except DivergedError as error:
                raced.failed[name] = str(error)
                alive.remove(name)
        behind = _behind(alive, raced.trials) - set(always)
        raced.left.update(dict.fromkeys(behind, part.number))
        alive = [name for name in ranked(raced.trials) if name in set(alive) - behind]
    return raced


def _behind(names: Sequence[str], trials: Sequence[Trial]) -> set[str]:
    """Return who cannot be the best any more."""
    best = next(iter(ranked(trials)), None)
    return {
        name
        for name in names
        if best is not None
        and name != best
        and compared(trials, name, best=best)["interval"][1] < 0
    }
