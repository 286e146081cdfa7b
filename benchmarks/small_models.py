"""Small saved models of every kind, each of some kilobytes, trained in seconds on made-up rows.

    python benchmarks/small_models.py FOLDER [NAME ...]

Writes FOLDER/NAME/, the saved model, and FOLDER/NAME.json: texts with the scores it gives them.
`tests/artifact/kept` was made so: one folder per version, never made again. fuzz.py changes them.
"""

import json
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

import linnet

WORDS = {
    "birds": "linnet finch wren song hedge nest egg wing seed pensas",
    "code": "list loop class python return stack void == += näin",
    "food": "soup bread salt oven plate 鍋 ñora cheese fork spoon",
    "sea|salt": "wave tide ship salt gull storm mast 🐟 harbour rope",
}
COMMON = ["the", "a", "is", "in", "of", "and", "with", "it", "then", "no"]
ROWS = 240
TEXTS = (
    "", "the linnet sings in the hedge", "a list is returned by the loop",
    "Soup with SALT, bread & cheese!", "🐟 in the storm; the ship, the mast", "鍋 näin ñora",
    "nothing that it ever saw", "wave " * 100, "\x00\t\n",
)  # fmt: skip

SMALL: dict[str, Any] = {"epochs": 4, "seed": 3, "retrain": False, "baseline": False}
FAST: dict[str, Any] = {"epochs": 15, "learning_rate": 0.02, "batch_size": 16}
MODELS: dict[str, dict[str, Any]] = {
    "multiclass": {"model": "mlp", "hidden": (6,), "ngrams": 2},
    "multilabel": {"model": "linear", "task": "multilabel", "label_separator": " "},
    "lstm": {"model": "lstm", "units": 4, "embedding_size": 4, **FAST},
    "subwords": {"model": "fasttext", "embedding_size": 4, "tokenizer": "subwords"},
    "characters": {"model": "linear", "tokenizer": "characters", "ngrams": 3, "max_ids": 500},
    "log-odds": {"model": "linear", "vectorizer": "log_odds", "norm": "l2", "ngrams": 2},
    "members": {"model": "mlp", "hidden": (3,), "members": 3},
    "embedding": {"model": "embedding", "embedding_size": 3, "max_length": 12},
    "cnn": {"model": "cnn", "embedding_size": 4, **FAST},
    "transformer": {"model": "transformer", "embedding_size": 8, **FAST},
    "compressed": {"model": "mlp", "hidden": (6,), "ngrams": 2},
}


def table(*, several: bool) -> pl.DataFrame:
    """Return rows whose words tell their label, or their labels; not all do."""
    draw = random.Random(0)
    labels, rows = list(WORDS), []
    for number in range(ROWS):
        chosen = [labels[number % 4]] + ([draw.choice(labels)] if several else [])
        words = [draw.choice(WORDS[each].split(" ")) for each in chosen for _ in range(3)]
        words += draw.choices(COMMON, k=draw.randint(1, 6))
        draw.shuffle(words)
        rows.append((" ".join(words), " ".join(sorted(set(chosen)))))
    return pl.DataFrame(rows, schema=["text", "label"], orient="row")


def make(name: str, folder: Path) -> Path:
    """Train a model and put it into a folder, with its scores beside it."""
    settings = MODELS[name]
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "run"
        rows = table(several=name == "multilabel")
        linnet.train(rows, text="text", label="label", out=made, **SMALL | settings)
        if name == "compressed":
            linnet.compress(made, Path(place) / "small")
            made = Path(place) / "small"
        folder.mkdir(parents=True, exist_ok=True)
        model = next(each for each in (made / "model", made) if (each / "SHA256SUMS").is_file())
        shutil.copytree(model, folder / name)
    saved = linnet.load(folder / name)
    answers = {
        "linnet": saved.manifest["linnet"], "texts": TEXTS, "labels": saved.labels,
        "scores": saved.predict_proba(TEXTS).tolist(), "predicted": saved.predict(TEXTS),
    }  # fmt: skip
    told = json.dumps(answers, ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(told + "\n", "utf-8")
    return folder / name


if __name__ == "__main__":
    for chosen in sys.argv[2:] or MODELS:
        print(make(chosen, Path(sys.argv[1])))
