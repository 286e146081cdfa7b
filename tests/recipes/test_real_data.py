"""The recipes on their real data reach their bars; one seed each, an hour in all.

What the mean of three seeds reaches stands in docs/results/recipes.md. One seed may lie below the
mean by chance: what is asked here is a point less.
"""

from pathlib import Path

import pytest

from linnet.recipes import recipe

DATA = Path(__file__).parents[3] / "shared" / "data"
LEAST = {
    ("imdb-mlp", False): 0.866,
    ("reuters-mlp", False): 0.865,
    ("stackoverflow-embedding", False): 0.815,
    ("stackoverflow-lstm", False): 0.80,
    ("news-lstm", False): 0.90,
    ("imdb-lstm", False): 0.856,
    ("imdb-mlp", True): 0.900,
    ("reuters-mlp", True): 0.895,
    ("stackoverflow-embedding", True): 0.890,
    ("news-lstm", True): 0.948,
}
WEIGHTS = {"imdb-mlp": 160_305, "reuters-mlp": 647_214, "imdb-lstm": 213_301,
           "news-lstm": 1_073_668}  # fmt: skip

pytestmark = [
    pytest.mark.recipes,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data sets are not beside the project"),
]


@pytest.mark.parametrize(
    ("name", "best"),
    LEAST,
    ids=[f"{name}-{'best' if best else 'faithful'}" for name, best in LEAST],
)
def test_accuracy(tmp_path, name, best):
    run = recipe(name, DATA, best=best, out=tmp_path / "run")
    assert run.evaluation["test"]["accuracy"] >= LEAST[name, best]
    if not best and name in WEIGHTS:
        assert run.classifier.manifest["num_weights"] == WEIGHTS[name]


@pytest.mark.parametrize("best", [False, True], ids=["faithful", "best"])
def test_abstracts(tmp_path, best):
    run = recipe("arxiv-mlp", DATA, best=best, out=tmp_path / "run")
    test = run.evaluation["test"]
    assert test["micro_f1"] >= 0.68
    assert test["precision_at_1"] >= 0.86
    assert test["micro_f1"] > run.evaluation["baselines"]["most_frequent"]["micro_f1"] + 0.3
