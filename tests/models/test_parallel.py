"""Work shared between cores: every row once, errors come through, numbers stay the same."""

import threading

import numpy as np
import pytest
import scipy.sparse as sp

from linnet.models.layers import parallel
from linnet.models.layers.bag import Bag
from linnet.models.layers.layer import RowGradient
from linnet.training.engines.optimizers import OPTIMIZERS, slots_of


@pytest.fixture
def cores(monkeypatch):
    def use(number):
        monkeypatch.setattr(parallel, "num_cores", lambda: number)
        monkeypatch.setattr(parallel, "MUCH", 1)
        monkeypatch.setattr("linnet.models.layers.bag.MUCH", 1)

    return use


@pytest.mark.parametrize("num_rows", [0, 1, 2, 7])
@pytest.mark.parametrize("num_cores", [1, 2, 3, 16])
def test_every_row_is_done_once(cores, num_rows, num_cores):
    cores(num_cores)
    done = np.zeros(num_rows, int)

    def work(start, end):
        done[start:end] += 1

    parallel.share(work, num_rows, numbers=num_rows)
    assert (done == 1).all()


def test_little_work_starts_no_thread():
    seen = []
    parallel.share(lambda *_: seen.append(threading.current_thread()), 9, numbers=9)
    assert seen == [threading.current_thread()]


@pytest.mark.parametrize("failing", [0, 5])
def test_an_error_on_any_core_comes_through(cores, failing):
    cores(2)

    def work(start, end):
        if start <= failing < end:
            raise ValueError("no such row")

    with pytest.raises(ValueError, match="no such row"):
        parallel.share(work, 6, numbers=6)


@pytest.mark.parametrize("units", [3, 30_000])  # blocks of all rows, and of one or two
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_are_the_same_on_any_number_of_cores(cores, name, units):
    random = np.random.default_rng(0)
    weight = random.standard_normal((50, units)).astype(np.float32)
    rows = np.sort(random.permutation(50)[:20])
    gradient = RowGradient(rows, random.standard_normal((20, units)).astype(np.float32))
    found = []
    for num_cores in (1, 2, 3):
        cores(num_cores)
        moved, slots = weight.copy(), slots_of(name, weight)
        for number in (1, 2):
            OPTIMIZERS[name][0](moved, gradient, slots=slots, number=number, learning_rate=0.1)
        found.append(np.concatenate([moved.ravel(), *map(np.ravel, slots.values())]))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_products_are_the_same_on_any_number_of_cores(cores):
    random = np.random.default_rng(0)
    bags = sp.random_array((9, 30), density=0.3, random_state=0, format="csr", dtype=np.float32)
    weights = {"kernel": random.standard_normal((30, 4)).astype(np.float32)}
    layer, outer = Bag(4, bias=False), random.standard_normal((9, 4)).astype(np.float32)
    found = []
    for num_cores in (1, 2, 5):
        cores(num_cores)
        y = layer.forward(weights, bags, None)
        gradient = layer.backward(weights, bags, y, outer)[1]["kernel"]
        found.append(np.concatenate([y, gradient.values]))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])
