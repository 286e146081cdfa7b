"""Tutorial 002: film reviews and newswires by two hidden layers on the words that occur.

python bag.py ROWS.parquet --recipe imdb-mlp [--seed N]

Trains twice, as the tutorial: 20 epochs beside validation rows, then from scratch on all training
rows for as many epochs as the tutorial settled on; the second model is tested.
"""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers
from program import (
    begin,
    class_numbers,
    ids_as_published,
    multi_hot,
    read_parts,
    tell,
    word_index,
)

NUM_WORDS = 10_000


@dataclass(frozen=True)
class Tutorial:
    """What differs between the two."""

    units: int
    outputs: int
    activation: str
    loss: str
    epochs: int


TUTORIALS = {
    "imdb-mlp": Tutorial(16, 1, "sigmoid", "binary_crossentropy", 5),
    "reuters-mlp": Tutorial(64, 46, "softmax", "categorical_crossentropy", 11),
}


def build(tutorial: Tutorial) -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input((NUM_WORDS,)),
            layers.Dense(tutorial.units, activation="relu"),
            layers.Dense(tutorial.units, activation="relu"),
            layers.Dense(tutorial.outputs, activation=tutorial.activation),
        ]
    )
    model.compile("rmsprop", tutorial.loss, metrics=["accuracy"])
    return model


def main() -> None:
    chosen = begin(list(TUTORIALS))
    tutorial = TUTORIALS[chosen.recipe]
    parts = read_parts(chosen.rows)
    index = word_index(text for part in ("train", "validation") for text in parts[part]["text"])
    x = {
        name: multi_hot(ids_as_published(part["text"], index, most=NUM_WORDS), NUM_WORDS)
        for name, part in parts.items()
    }
    y = class_numbers(parts)
    if tutorial.outputs > 1:
        y = {name: keras.utils.to_categorical(each, tutorial.outputs) for name, each in y.items()}

    watched = build(tutorial).fit(
        x["train"], y["train"], epochs=20, batch_size=512, verbose=2,
        validation_data=(x["validation"], y["validation"]),
    )  # fmt: skip
    model = build(tutorial)
    both = [np.concatenate([each["train"], each["validation"]]) for each in (x, y)]
    model.fit(*both, epochs=tutorial.epochs, batch_size=512, verbose=2)
    loss, accuracy = model.evaluate(x["test"], y["test"], verbose=0)
    tell(
        chosen.recipe, model, seed=chosen.seed, epochs=tutorial.epochs, accuracy=accuracy,
        loss=loss, best_validation_accuracy=max(watched.history["val_accuracy"]),
    )  # fmt: skip


if __name__ == "__main__":
    main()
