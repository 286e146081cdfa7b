"""Tutorial 000: questions by an embedding laid flat, or by an LSTM.

python stackoverflow.py ROWS.parquet embedding|lstm [--seed N]
"""

import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
from common import arguments, padded, read_parts, tell, word_index
from keras import layers

LENGTH = 500
EPOCHS = {"embedding": 5, "lstm": 10}


def main(kind: str) -> None:
    chosen = arguments()
    keras.utils.set_random_seed(chosen.seed)
    parts = read_parts(chosen.rows)
    index = word_index([text for part in parts.values() for text in part["text"]])
    labels = sorted(parts["train"]["label"].unique())
    x = {name: padded(list(part["text"]), index, length=LENGTH) for name, part in parts.items()}
    y = {
        name: np.array([labels.index(label) for label in part["label"]])
        for name, part in parts.items()
    }

    inputs = keras.Input((LENGTH,))
    words = layers.Embedding(len(index) + 1, 128)(inputs)
    read = layers.Flatten()(words) if kind == "embedding" else layers.LSTM(64)(words)
    hidden = layers.Dense(32, activation="relu")(read)
    model = keras.Model(inputs, layers.Dense(len(labels), activation="softmax")(hidden))
    model.compile("adam", "categorical_crossentropy", metrics=["acc"])

    one_hot = {name: keras.utils.to_categorical(each, len(labels)) for name, each in y.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "best.weights.h5"
        saver = keras.callbacks.ModelCheckpoint(
            path, monitor="val_acc", mode="max", save_best_only=True, save_weights_only=True
        )
        model.fit(
            x["train"], one_hot["train"], batch_size=64, epochs=EPOCHS[kind], verbose=2,
            validation_data=(x["validation"], one_hot["validation"]), callbacks=[saver],
        )  # fmt: skip
        last = float((model.predict(x["test"], verbose=0).argmax(1) == y["test"]).mean())
        model.load_weights(path)
    best = float((model.predict(x["test"], verbose=0).argmax(1) == y["test"]).mean())
    accuracy = last if kind == "embedding" else best
    scores = {"accuracy": accuracy, "accuracy_best_epoch": best, "accuracy_last_epoch": last}
    tell(f"stackoverflow-{kind}", chosen.seed, scores, model.count_params())


if __name__ == "__main__":
    main(sys.argv.pop(2))
