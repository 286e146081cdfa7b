"""Micro-batching: what waits while a run is under way goes into the next run, together.

Nothing waits for company: a lone request runs at once. Questions come in on the event loop, a
thread of its own runs them, so that the loop stays free. Knows nothing of models and HTTP.
"""

import asyncio
import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")

SMOOTHING = 0.1


class Full(Exception):
    """The queue is full.

    Attributes:
        seconds: After how many it is probably worth asking again.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"the queue is full, try again in {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True, eq=False)
class Job(Generic[Asked]):
    """A question that waits."""

    asked: Asked
    cost: int
    told: "asyncio.Future[Any]"


class Batcher(Generic[Asked, Told]):
    """A bounded queue and the thread that empties it.

    Attributes:
        waiting: The cost of what waits or runs.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Asked]], Sequence[Told]],
        *,
        most_at_once: int,
        most_waiting: int,
        watch: Callable[[int, float], None] = lambda cost, seconds: None,
    ) -> None:
        """Make a queue; its thread begins with the first question.

        Args:
            run: Answers several questions in their order; called by one thread only.
            most_at_once: Cost of the questions that share a run; a single one may cost more.
            most_waiting: Cost of all that may wait.
            watch: Is told the cost and the seconds of each run.
        """
        self._run, self._watch = run, watch
        self._most_at_once, self._most_waiting = most_at_once, most_waiting
        self._jobs: SimpleQueue[Job[Asked] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._seconds_per_cost = 0.0
        self.waiting = 0

    async def __call__(self, asked: Asked, cost: int) -> Told:
        """Answer a question; to cancel it takes it out of the queue when its turn comes.

        Raises:
            Full: Too much waits already.
        """
        if self.waiting and self.waiting + cost > self._most_waiting:
            seconds = math.ceil(self.waiting * self._seconds_per_cost)
            raise Full(min(max(1, seconds), 60))
        job = Job(asked, cost, asyncio.get_running_loop().create_future())
        self.waiting += cost
        self._begin()
        self._jobs.put(job)
        told: Told = await job.told
        return told

    def close(self) -> None:
        """Let the thread end when it has run what waits."""
        if self._thread is not None:
            self._jobs.put(None)

    def join(self, seconds: float) -> None:
        """Wait for the thread that was told to end."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="linnet-batches", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        left: Job[Asked] | None = None
        while (first := left or self._jobs.get()) is not None:
            jobs, left, ended = self._gather(first)
            self._answer(jobs)
            if ended:
                break

    def _gather(self, first: Job[Asked]) -> tuple[list[Job[Asked]], Job[Asked] | None, bool]:
        """Take what waits, as far as it fits; return the one that did not, and whether to end."""
        jobs, cost = [first], first.cost
        while cost < self._most_at_once:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if job is None:
                return jobs, None, True
            if cost + job.cost > self._most_at_once:
                return jobs, job, False
            jobs.append(job)
            cost += job.cost
        return jobs, None, False

    def _answer(self, jobs: list[Job[Asked]]) -> None:
        """Run some questions; where that fails, each alone, so that only the guilty one fails."""
        wanted = [job for job in jobs if not job.told.done()]
        started = time.perf_counter()
        results = self._results(wanted)
        seconds = time.perf_counter() - started
        if wanted:
            cost = sum(job.cost for job in wanted)
            self._watch(cost, seconds)
            self._seconds_per_cost += SMOOTHING * (seconds / cost - self._seconds_per_cost)
        told = [*zip(wanted, results, strict=True)]
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            jobs[0].told.get_loop().call_soon_threadsafe(
                self._deliver, told, sum(job.cost for job in jobs)
            )

    def _results(self, jobs: Sequence[Job[Asked]]) -> "list[Told | Exception]":
        if not jobs:
            return []
        try:
            return [*self._run([job.asked for job in jobs])]
        except Exception as error:
            if len(jobs) == 1:
                return [error]
        return [result for job in jobs for result in self._results([job])]

    def _deliver(self, told: "Sequence[tuple[Job[Asked], Told | Exception]]", cost: int) -> None:
        """Hand the results over, on the event loop."""
        self.waiting -= cost
        for job, result in told:
            if job.told.done():
                continue
            if isinstance(result, Exception):
                job.told.set_exception(result)
            else:
                job.told.set_result(result)
