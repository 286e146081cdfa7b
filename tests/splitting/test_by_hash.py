"""Parts by hash: shares as asked, no text in two parts, the same however rows come in."""

import numpy as np
import polars as pl
import pytest

from linnet.splitting import by_hash
from linnet.splitting.by_hash import Part, numbers_of
from linnet.splitting.table import hashes_of


def rows(texts):
    series = pl.Series("text", texts, dtype=pl.String)
    return pl.DataFrame([series, hashes_of(series)])


def shared_out(table, size, *, seed=0, most=100_000):
    test = Part(0.2, seed=seed, most=most)
    validation = Part(0.1, seed=seed, upside_down=True, most=most)
    train = []
    for start in range(0, len(table), size):
        train.append(validation.add(test.add(table[start : start + size])))
    train += [validation.add(test.close()), validation.close()]
    assert validation.bound + test.bound <= by_hash.ALL
    return pl.concat(train)["text"].to_list(), validation.rows["text"], test.rows["text"]


def test_parts_have_their_shares_and_no_text_stands_in_two():
    texts = [f"n{number % 4000} ä" for number in range(6000)]
    train, validation, test = shared_out(rows(texts), 700)
    assert sorted([*train, *validation, *test]) == sorted(texts)
    assert not ({*train} & {*validation} or {*train} & {*test} or {*validation} & {*test})
    assert len(test) / 6000 == pytest.approx(0.2, abs=0.03)
    assert len(validation) / 6000 == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("most", [50, 100_000])
def test_parts_are_the_same_however_rows_come(most):
    table = rows([f"n{number % 900}" for number in range(1000)])
    whole, by_seven = (shared_out(table, size, most=most) for size in (1000, 7))
    backwards = shared_out(table.reverse(), 64, most=most)
    for one, two, three in zip(whole, by_seven, backwards, strict=True):
        assert sorted(one) == sorted(two) == sorted(three)
    assert sorted([text for part in whole for text in part]) == sorted(table["text"])
    assert len(whole[1]) <= most >= 50
    assert len(whole[2]) <= most


def test_another_seed_gives_other_parts():
    table = rows([str(number) for number in range(300)])
    assert set(shared_out(table, 300)[2]) != set(shared_out(table, 300, seed=1)[2])


def test_very_long_texts_leave_less_room(monkeypatch):
    monkeypatch.setattr(by_hash, "MOST_BYTES", 1000)
    _, _, test = shared_out(rows([f"{number:0100}" for number in range(500)]), 40)
    assert len(test) == 10


def test_numbers_look_drawn():
    numbers = numbers_of(pl.Series(range(10_000), dtype=pl.UInt64), seed=0)
    shares = np.bincount((numbers >> np.uint64(60)).astype(int), minlength=16) / len(numbers)
    assert np.abs(shares - 1 / 16).max() < 0.01


def test_no_rows():
    part = Part(0.5, seed=0)
    assert part.close().is_empty()
    assert part.rows.is_empty()
    assert Part(0.0, seed=0).add(rows(["ä"]))["text"].to_list() == ["ä"]
