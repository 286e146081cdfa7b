"""Tutorial 001: headlines by an LSTM.

python news.py ROWS.parquet [--seed N]
"""

import keras
from keras import layers
from program import begin, class_numbers, ids, read_parts, tell, word_index

NUM_WORDS, LENGTH, EPOCHS = 8000, 130, 10


def main() -> None:
    chosen = begin(["news-lstm"])
    parts = read_parts(chosen.rows)
    index = word_index(text for part in parts.values() for text in part["text"])
    x = {
        name: keras.utils.pad_sequences(ids(part["text"], index, most=NUM_WORDS), maxlen=LENGTH)
        for name, part in parts.items()
    }
    y = {name: keras.utils.to_categorical(each, 4) for name, each in class_numbers(parts).items()}

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
    stopper = keras.callbacks.EarlyStopping(monitor="val_loss", patience=7, min_delta=0.0001)
    history = model.fit(
        x["train"], y["train"], epochs=EPOCHS, batch_size=256, verbose=2, callbacks=[stopper],
        validation_data=(x["validation"], y["validation"]),
    )  # fmt: skip
    loss, accuracy = model.evaluate(x["test"], y["test"], verbose=0)
    epochs = len(history.epoch)
    tell(chosen.recipe, model, seed=chosen.seed, epochs=epochs, accuracy=accuracy, loss=loss)


if __name__ == "__main__":
    main()
