"""Trainings of every kind, saved beside each other: `trainings.py FOLDER CORES NAME...`.

It is run in processes of their own, whose surroundings differ; the order of the names is theirs.
"""

import os
import random
import sys
from pathlib import Path

WORDS = {
    "food": "bread salt apple soup pan", "sport": "goal match ball run team",
    "music": "song drum choir tune päivä",
}  # fmt: skip
SMALL = {"epochs": 2, "max_length": 8, "batch_size": 16}


def rows(task):
    """Return a table of short texts, a few of them odd, some twice."""
    drawn = random.Random(3)
    labels = list(WORDS)[: 2 if task == "binary" else 3]
    texts, wanted = [], []
    for number in range(90):
        of_row = drawn.sample(labels, 1 + (task == "multilabel" and number % 2))
        words = [drawn.choice(WORDS[each].split()) for each in of_row for _ in range(3)]
        noise = drawn.choice(["", "鸟 唱歌", "C++ & <b>x</b>", f"n{number}", "it's a bird!"])
        texts.append(" ".join([*words, noise]))
        wanted.append("|".join(sorted(of_row)))
    return {"text": [*texts, texts[0], "", "鸟"], "label": [*wanted, wanted[0], *labels[:2]]}


MODELS = {
    name: {"model": name}
    for name in (
        "fasttext", "linear", "mlp", "embedding", "lstm", "bilstm", "gru", "cnn", "transformer",
    )
}  # fmt: skip
TEXTS = {
    tokenizer: {"model": "embedding", "tokenizer": tokenizer}
    for tokenizer in ("subwords", "keras", "text_vectorization", "whitespace", "characters")
}
BAGS = {
    vectorizer: {"model": "mlp", "vectorizer": vectorizer, "ngrams": 2}
    for vectorizer in ("multi_hot", "count", "tf_idf", "keras_tf_idf", "log_odds")
}
OPTIMIZERS = {
    name: {"model": "fasttext", "optimizer": name}
    for name in ("rmsprop", "sgd", "lazy_adam", "rowwise_adagrad")
}
OTHERS = {
    "default": {},
    "binary": {"task": "binary"},
    "multilabel": {"task": "multilabel"},
    "lstm of sets": {"model": "lstm", "task": "multilabel", "thresholds": "labels"},
    "members": {"members": 3, "hidden": "4", "model": "mlp"},
    "bag by keras": {"model": "mlp", "engine": "keras", "hidden": "4", "dropout": 0.5},
    "weights": {"class_weights": "balanced", "undersample": True},
    "last": {"weights": "last", "retrain": False, "calibrate": False},
    "markup": {"strip_markup": True, "duplicates": "all"},
    "own": {"model": f"{Path(__file__).with_name('own_model.py')}:build", "unknown": "id"},
}
CASES = {**MODELS, **TEXTS, **BAGS, **OPTIMIZERS, **OTHERS}
GROUPS = {
    "models": ["default", *MODELS], "texts": [*TEXTS], "bags": [*BAGS, *OPTIMIZERS],
    "others": [name for name in OTHERS if name != "default"],
}  # fmt: skip
"""Cases that one process trains; all of them in one take a GB of memory for what JAX compiled."""
LARGE = {
    "large bag": {"model": "fasttext", "embedding_size": 32, "max_ids": 200_000, "min_count": 1},
    "large lstm": {"model": "lstm", "max_length": 100},
    "large transformer": {"model": "transformer", "max_length": 100},
    "large mlp by keras": {"model": "mlp", "engine": "keras", "hidden": "256,256"},
}
"""Where threads share work: slices of texts, tables of millions of numbers, products."""


def many_rows(num):
    """Return a table of long texts of many distinct words, 10 MB for 12,000 of them."""
    drawn = random.Random(5)
    labels = list(WORDS)
    found = {"text": [], "label": []}
    for _ in range(num):
        label = drawn.choice(labels)
        words = [f"w{int(drawn.paretovariate(0.4)) % 200_000:x}" for _ in range(100)]
        found["text"].append(" ".join([*words, *WORDS[label].split()[:3]]))
        found["label"].append(label)
    return found


def settings_of(name):
    """Return task and settings of a case."""
    settings = {**SMALL, **CASES[name]}
    task = settings.pop("task", "multiclass")
    if task == "multilabel":
        settings["label_separator"] = "|"
    return task, settings


def train(folder, name):
    """Train a case into a folder of its name."""
    import linnet

    if name in LARGE:
        table = many_rows(12_000 if name == "large bag" else 1_500)
        settings = {"epochs": 1, "baseline": False, "near_duplicates": "ignore", **LARGE[name]}
    else:
        task, settings = settings_of(name)
        table = rows(task)
    linnet.train(table, out=str(folder / name), **settings)


def further(folder):
    """Go on from a run, and compress one: `on` and `compressed`."""
    import linnet

    table = rows("multiclass")
    table["text"] = [f"{each} uusi" for each in table["text"]]
    linnet.train(
        table, from_=folder / "lstm", extend_vocabulary=True, epochs=1, out=str(folder / "on")
    )
    linnet.compress(folder / "default", folder / "compressed", keep_ids=20)


def main(folder, cores, *names):
    """Train the cases of these names on so many cores."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-int(cores) :])
    for name in names:
        train(Path(folder), name)
    if {"lstm", "default"} <= set(names):
        further(Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
