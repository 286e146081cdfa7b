"""Tutorial 000: questions by an embedding laid flat, or by an LSTM.

python stackoverflow.py ROWS.parquet --recipe stackoverflow-lstm [--seed N]
"""

import tempfile
from pathlib import Path

import keras
from keras import layers
from program import begin, class_numbers, ids, read_parts, tell, word_index

LENGTH = 500
EPOCHS = {"stackoverflow-embedding": 5, "stackoverflow-lstm": 10}


def main() -> None:
    chosen = begin(list(EPOCHS))
    parts = read_parts(chosen.rows)
    index = word_index(text for part in parts.values() for text in part["text"])
    x = {
        name: keras.utils.pad_sequences(ids(part["text"], index), maxlen=LENGTH)
        for name, part in parts.items()
    }
    y = {name: keras.utils.to_categorical(each) for name, each in class_numbers(parts).items()}

    flat = chosen.recipe == "stackoverflow-embedding"
    inputs = keras.Input((LENGTH,))
    words = layers.Embedding(len(index) + 1, 128)(inputs)
    read = layers.Flatten()(words) if flat else layers.LSTM(64)(words)
    hidden = layers.Dense(32, activation="relu")(read)
    model = keras.Model(inputs, layers.Dense(y["train"].shape[1], activation="softmax")(hidden))
    model.compile("adam", "categorical_crossentropy", metrics=["acc"])

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "best.weights.h5"
        saver = keras.callbacks.ModelCheckpoint(
            path, monitor="val_acc", mode="max", save_best_only=True, save_weights_only=True
        )
        model.fit(
            x["train"], y["train"], batch_size=64, epochs=EPOCHS[chosen.recipe], verbose=2,
            validation_data=(x["validation"], y["validation"]), callbacks=[saver],
        )  # fmt: skip
        last = model.evaluate(x["test"], y["test"], verbose=0)
        model.load_weights(path)
    best = model.evaluate(x["test"], y["test"], verbose=0)
    loss, accuracy = last if flat else best
    tell(
        chosen.recipe, model, seed=chosen.seed, epochs=EPOCHS[chosen.recipe],
        accuracy=accuracy, loss=loss, accuracy_best_epoch=best[1], accuracy_last_epoch=last[1],
    )  # fmt: skip


if __name__ == "__main__":
    main()
