"""Tutorial 001: headlines by an LSTM.

python news.py ROWS.parquet [--seed N]
"""

import keras
import numpy as np
from common import arguments, padded, read_parts, tell, word_index
from keras import layers

NUM_WORDS, LENGTH = 8000, 130
LABELS = ["e", "b", "t", "m"]


def main() -> None:
    chosen = arguments()
    keras.utils.set_random_seed(chosen.seed)
    parts = read_parts(chosen.rows)
    index = word_index([text for part in parts.values() for text in part["text"]])
    x = {
        name: padded(list(part["text"]), index, length=LENGTH, most=NUM_WORDS)
        for name, part in parts.items()
    }
    y = {
        name: np.array([LABELS.index(label) for label in part["label"]])
        for name, part in parts.items()
    }

    model = keras.Sequential(
        [
            keras.Input((LENGTH,)),
            layers.Embedding(NUM_WORDS, 128),
            layers.SpatialDropout1D(0.7),
            layers.LSTM(64, dropout=0.7, recurrent_dropout=0.7),
            layers.Dense(4, activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy", metrics=["acc"])
    one_hot = {name: keras.utils.to_categorical(each, 4) for name, each in y.items()}
    stopper = keras.callbacks.EarlyStopping(monitor="val_loss", patience=7, min_delta=0.0001)
    model.fit(
        x["train"], one_hot["train"], epochs=10, batch_size=256, verbose=2, callbacks=[stopper],
        validation_data=(x["validation"], one_hot["validation"]),
    )  # fmt: skip
    accuracy = float((model.predict(x["test"], verbose=0).argmax(1) == y["test"]).mean())
    tell("news-lstm", chosen.seed, {"accuracy": accuracy}, model.count_params())


if __name__ == "__main__":
    main()
