"""Abstracts by a multilayer perceptron, several labels each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import linnet
from linnet.recipes.definition import Recipe


def count_words(path: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return as many ids as the training rows have different words, as the tutorial does.

    Example:
        >>> count_words(Path("no such file"), {})
        {}
    """
    if settings.get("model") != "mlp":
        return {}
    table, parts = linnet.read(path), linnet.split(path, **settings)
    rows = parts["row"].gather((parts["part"] == "train").arg_true())
    words = table["summaries"].gather(rows).str.to_lowercase().str.extract_all(r"\S+")
    return {"max_ids": int(words.explode().drop_nulls().n_unique())}


RECIPE = Recipe(
    name="arxiv-mlp",
    title="Abstracts by subject: TF-IDF of words and word pairs, two hidden layers",
    source=(
        "Sayak Paul and Soumik Rakshit, Large-scale multi-label text classification, Keras code "
        "examples, 25 September 2020"
    ),
    data="arxiv",
    columns={
        "text": ("summaries",), "label": "terms", "duplicates": "first",
        "duplicates_by": "titles", "min_label_set_rows": 2, "test_fraction": 0.05,
        "validation_fraction": 0.05, "stratify": "label_sets", "near_duplicates": "ignore",
    },
    faithful={
        "checkpoints": "none",
        "tokenizer": "text_vectorization", "ngrams": 2, "vectorizer": "keras_tf_idf",
        "norm": "none", "min_count": 1, "unknown": "drop", "dropout": 0.0,
        "model": "mlp", "hidden": (512, 256), "optimizer": "lazy_adam", "learning_rate": 0.001,
        "batch_size": 128, "epochs": 20, "patience": 20, "weights": "last", "retrain": False,
    },
    best={},
    published={"test binary_accuracy": 0.99},
    weights=None,
    notes=(
        "Other papers than the tutorial's, in the same form.",
        "The first layer has over 200 million weights: lazy_adam updates the rows of the words "
        "that occur in a batch; the tutorial's Adam updates all.",
        "The tutorial's 99 % are the share of right answers over all texts and all labels, of "
        "which nearly all are no; never naming a label scores almost as much. F1 and the "
        "precision of the first label say more.",
    ),
    measure=count_words,
)  # fmt: skip
