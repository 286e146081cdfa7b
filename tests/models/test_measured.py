"""What models choose by the training rows they get."""

import pytest

from linnet.models import fasttext, mlp
from linnet.models.measured import MOST_IDS, MOST_IDS_OF_MANY, UNSEEN, Measured, bags_for
from linnet.types import TASKS

WORDS = {"tokenizer": "words", "ngrams": 2, "max_ids": MOST_IDS}
SUBWORDS = {"tokenizer": "subwords", "ngrams": 2, "max_ids": MOST_IDS_OF_MANY}
CHARACTERS = {"tokenizer": "words", "ngrams": 3, "max_ids": MOST_IDS_OF_MANY}

LANGUAGES = [
    (0.0, 0.0, WORDS),
    (UNSEEN - 1e-9, 0.0, WORDS),
    (UNSEEN, 0.0, SUBWORDS),
    (1.0, 0.0, SUBWORDS),
    (1.0, 0.5, SUBWORDS),
    (1.0, 0.51, CHARACTERS),
    (0.0, 1.0, CHARACTERS),
]


@pytest.mark.parametrize(("unseen", "ideographs", "expected"), LANGUAGES)
@pytest.mark.parametrize("task", TASKS)
def test_tokens_follow_the_language(task, unseen, ideographs, expected):
    for num_rows in (1, 10_000_000):
        found = Measured(task, num_rows, 3, unseen=unseen, ideographs=ideographs)
        assert bags_for(found) == expected
        for model in (mlp, fasttext):
            assert model.measured(found).items() >= expected.items()


ROWS = [1, 100, 5_000, 16_384, 30_000, 70_000, 1_000_000, 10**8]
LABELS = [2, 8, 9, 32, 33, 200, 201, 5_000]


@pytest.mark.parametrize("model", [mlp, fasttext])
def test_more_rows_get_larger_batches_and_less_patience(model):
    chosen = [model.measured(Measured("multiclass", num_rows, 3)) for num_rows in ROWS]
    batches, patience = ([each[name] for each in chosen] for name in ("batch_size", "patience"))
    assert batches == sorted(batches)
    assert batches[0] <= 64 < batches[-1] <= 1024
    for num_rows, batch in zip(ROWS, batches, strict=True):
        assert batch == batches[0] or num_rows / batch >= model.BATCHES / 2
    assert patience == sorted(patience, reverse=True)
    assert 3 >= patience[0] > patience[-1] == 1


@pytest.mark.parametrize("num_rows", ROWS)
def test_more_labels_get_more_numbers_per_word(num_rows):
    wide, size = [], []
    for num_labels in LABELS:
        found = Measured("multiclass", num_rows, num_labels)
        chosen = mlp.measured(found)
        assert 0 <= chosen["dropout"] < 1
        assert 0 < chosen["learning_rate"] <= 0.1
        wide += chosen["hidden"]
        size.append(fasttext.measured(found)["embedding_size"])
    for found in (wide, size):
        assert found == sorted(found)
        assert found[0] < found[-1] == 128
