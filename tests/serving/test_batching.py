"""Questions that share runs: all are answered, in order, and the queue has an end."""

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.serving.batching import Batcher, Full


class Doubling:
    """A model that doubles, waits until it may, and remembers its runs."""

    def __init__(self, *, held=False):
        self.runs = []
        self.threads = set()
        self.may = threading.Event()
        self.began = threading.Event()
        if not held:
            self.may.set()

    def __call__(self, asked):
        self.runs.append(list(asked))
        self.threads.add(threading.current_thread())
        self.began.set()
        assert self.may.wait(5)
        if "bad" in asked:
            raise ValueError("bad")
        return [2 * each for each in asked]


def test_what_waits_goes_into_the_next_run_together():
    model = Doubling(held=True)
    batcher = Batcher(model, most_at_once=8, most_waiting=100)

    async def main():
        first = asyncio.create_task(batcher(1, 1))
        await asyncio.to_thread(model.began.wait, 5)
        others = [asyncio.create_task(batcher(number, 1)) for number in range(2, 22)]
        await asyncio.sleep(0)
        assert batcher.waiting == 21
        model.may.set()
        return await asyncio.gather(first, *others)

    assert asyncio.run(main()) == [2 * number for number in range(1, 22)]
    assert [len(run) for run in model.runs] == [1, 8, 8, 4]
    assert batcher.waiting == 0
    assert threading.main_thread() not in model.threads
    assert len(model.threads) == 1


def test_one_at_once_is_no_batching():
    model = Doubling()
    batcher = Batcher(model, most_at_once=1, most_waiting=100)

    async def main():
        return await asyncio.gather(*(batcher(number, 1) for number in range(9)))

    assert asyncio.run(main()) == [2 * number for number in range(9)]
    assert [len(run) for run in model.runs] == [1] * 9


@given(st.lists(st.integers(1, 12), max_size=30), st.integers(1, 10))
def test_runs_hold_as_much_as_fits_and_never_more(costs, most):
    model = Doubling(held=True)
    batcher = Batcher(model, most_at_once=most, most_waiting=10_000)

    async def main():
        asked = [asyncio.create_task(batcher(cost, cost)) for cost in costs]
        await asyncio.sleep(0)
        model.may.set()
        return await asyncio.gather(*asked)

    assert asyncio.run(main()) == [2 * cost for cost in costs]
    batcher.close()
    assert [cost for run in model.runs for cost in run] == costs
    assert all(sum(run) <= most or len(run) == 1 for run in model.runs)
    together = zip(model.runs[1:], model.runs[2:], strict=False)
    assert all(sum(run) + after[0] > most for run, after in together)


def test_a_full_queue_refuses_and_says_when_to_come_again():
    model = Doubling(held=True)
    batcher = Batcher(model, most_at_once=1, most_waiting=3)

    async def main():
        big = asyncio.create_task(batcher(1, 5))  # alone it may be larger than the queue
        await asyncio.sleep(0)
        with pytest.raises(Full) as full:
            await batcher(2, 1)
        assert full.value.seconds == 1
        model.may.set()
        assert await big == 2
        assert await batcher(2, 1) == 4

    asyncio.run(main())


def test_waiting_time_is_told_from_what_runs_took():
    batcher = Batcher(lambda asked: asked, most_at_once=1, most_waiting=10)
    batcher._seconds_per_cost, batcher.waiting = 2.0, 10
    with pytest.raises(Full, match="try again in 20 s"):
        asyncio.run(batcher(1, 1))
    batcher._seconds_per_cost = 1e9
    with pytest.raises(Full, match="try again in 60 s"):
        asyncio.run(batcher(1, 1))


def test_only_the_guilty_fails():
    model = Doubling(held=True)
    batcher = Batcher(model, most_at_once=10, most_waiting=10)

    async def main():
        first = asyncio.create_task(batcher(0, 1))
        await asyncio.to_thread(model.began.wait, 5)
        asked = [asyncio.create_task(batcher(each, 1)) for each in (1, "bad", 3)]
        await asyncio.sleep(0)
        model.may.set()
        await first
        return await asyncio.gather(*asked, return_exceptions=True)

    one, bad, three = asyncio.run(main())
    assert (one, three) == (2, 6)
    assert isinstance(bad, ValueError)


def test_who_has_given_up_is_not_run():
    model = Doubling(held=True)
    watched = []
    batcher = Batcher(
        model, most_at_once=1, most_waiting=10, watch=lambda cost, _: watched.append(cost)
    )

    async def main():
        first = asyncio.create_task(batcher(1, 1))
        await asyncio.to_thread(model.began.wait, 5)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(batcher(2, 4), 0.01)
        assert batcher.waiting == 5
        model.may.set()
        assert await first == 2
        assert await batcher(3, 1) == 6

    asyncio.run(main())
    assert model.runs == [[1], [3]]
    assert (batcher.waiting, watched) == (0, [1, 1])


def test_who_gives_up_during_its_run_harms_nobody():
    model = Doubling(held=True)
    batcher = Batcher(model, most_at_once=1, most_waiting=10)

    async def main():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(batcher(1, 1), 0.05)
        model.may.set()
        assert await batcher(2, 1) == 4

    asyncio.run(main())


def test_closing_answers_what_waits_and_ends_the_thread():
    model = Doubling(held=True)
    batcher = Batcher(model, most_at_once=2, most_waiting=10)
    batcher.close()  # without a thread there is nothing to end
    batcher.join(5)

    async def main():
        asked = [asyncio.create_task(batcher(number, 1)) for number in range(5)]
        await asyncio.sleep(0)
        batcher.close()
        model.may.set()
        return await asyncio.gather(*asked)

    assert asyncio.run(main()) == [0, 2, 4, 6, 8]
    batcher.join(5)
    assert not model.threads.pop().is_alive()


def test_a_closed_loop_does_not_end_the_thread():
    model = Doubling(held=True)
    batcher = Batcher(model, most_at_once=1, most_waiting=10)

    async def leave():
        asyncio.create_task(batcher(1, 1))  # noqa: RUF006
        await asyncio.to_thread(model.began.wait, 5)

    asyncio.run(leave())
    model.may.set()

    async def ask():
        return await batcher(2, 1)

    assert asyncio.run(ask()) == 4
