import time
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.splitting import near_duplicates as module
from linnet.splitting.near_duplicates import near_duplicates
from linnet.text.tokenize import tokenize

DATA = Path(__file__).parents[3] / "shared" / "data"
WORDS = ["a", "b", "c", "ä", "日", "!", " "]


def group(texts, **options):
    return near_duplicates(pl.Series("text", texts, dtype=pl.String), **options).tolist()


def by_hand(texts, jaccard=0.7):
    """All pairs compared, groups joined one by one."""
    sets = []
    for text in texts:
        tokens = tokenize(pl.Series([text], dtype=pl.String))
        words = [tokens.words[code] for code in tokens.codes]
        sets.append({*words, *pairwise(words)})
    groups = list(range(len(texts)))
    for one, other in combinations(range(len(texts)), 2):
        both, either = len(sets[one] & sets[other]), len(sets[one] | sets[other])
        if texts[one] == texts[other] or (both and both >= jaccard * either - 1e-9):
            old, new = groups[other], groups[one]
            groups = [new if each == old else each for each in groups]
    names = {}
    return [names.setdefault(each, len(names)) for each in groups]


def test_nothing_and_next_to_nothing():
    assert group([]) == []
    assert group([""]) == [0]
    assert group(["", "", " ", "a"]) == [0, 0, 1, 2]
    assert group(["yes", "Yes", "no", "yes "]) == [0, 0, 1, 0]


def test_chinese_texts_are_compared_by_characters():
    texts = ["今天天气很好我们去公园吧", "今天天气很好我们去公园吧!", "明天下雨他在家里看书"]
    assert group(texts) == [0, 0, 1]


def test_a_chain_is_one_group():
    words = [f"w{number}" for number in range(40)]
    texts = [" ".join(words[start : start + 30]) for start in (0, 2, 4, 6, 8)]
    assert group([texts[0], texts[-1]]) == [0, 1]
    assert group(texts) == [0] * 5


texts_of_few_words = st.lists(
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), max_size=25
)


@given(texts=texts_of_few_words)
def test_groups_are_those_of_all_pairs(texts):
    assert group(texts) == by_hand(texts)


@given(texts=texts_of_few_words, jaccard=st.sampled_from([0.3, 0.5, 0.9, 1.0]))
def test_other_thresholds(texts, jaccard):
    assert group(texts, jaccard=jaccard) == by_hand(texts, jaccard)


@given(texts=texts_of_few_words, data=st.data())
def test_the_order_of_rows_has_no_say(texts, data):
    order = data.draw(st.permutations(range(len(texts))))
    straight, shuffled = group(texts), group([texts[each] for each in order])
    pairs = {(straight[row], shuffled[place]) for place, row in enumerate(order)}
    assert len(pairs) == len(set(straight)) == len(set(shuffled))


def test_long_texts_with_small_edits():
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(5000, 200).astype(str)) for _ in range(40)]
    edited = [text.replace(text.split()[7], "edit", 1) for text in texts]
    assert group(texts + edited) == [*range(40), *range(40)]


def test_tokens_that_are_there_already():
    texts = pl.Series(["a b c", "x", "A b  c", "x"])
    assert near_duplicates(texts, tokens=tokenize(texts)).tolist() == [0, 1, 0, 1]


def test_a_hundred_thousand_copies_take_no_pairs():
    started = time.perf_counter()
    assert set(group(["the same text as ever"] * 100_000)) == {0}
    assert time.perf_counter() - started < 5


def test_a_template_is_one_group_without_all_of_its_pairs(monkeypatch):
    monkeypatch.setattr(module, "MOST_COMPARISONS", 10_000)
    texts = [
        f"your order number {number} has left our house and will be with you in a few days"
        for number in range(3_000)
    ]
    assert set(group(texts)) == {0}
    assert group([*texts, "nothing of that kind"])[-1] == 1


def test_neighbours_alone_join_nothing_that_is_not_near(monkeypatch):
    monkeypatch.setattr(module, "MOST_COMPARISONS", 0)
    rng = np.random.default_rng(1)
    texts = [" ".join(rng.choice(list("abcdefgh"), 6)) for _ in range(200)]
    exact = by_hand(texts)
    found = group(texts)
    assert all(len({exact[row] for row in np.flatnonzero(np.array(found) == each)}) == 1
               for each in set(found))  # fmt: skip


def test_headlines():
    path = DATA / "news.parquet"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    texts = pl.read_parquet(path).sort("STORY", "TITLE").head(600)["TITLE"].cast(pl.String)
    assert near_duplicates(texts).tolist() == by_hand(texts.to_list())
