"""Tutorial 004: film reviews by an LSTM.

python reviews.py ROWS.parquet [--seed N]
"""

import keras
from keras import layers
from program import begin, class_numbers, ids_as_published, read_parts, tell, word_index

NUM_WORDS, LENGTH, EPOCHS = 5000, 500, 3


def main() -> None:
    chosen = begin(["imdb-lstm"])
    parts = read_parts(chosen.rows)
    index = word_index(parts["train"]["text"])
    x = {
        name: keras.utils.pad_sequences(
            ids_as_published(parts[name]["text"], index, most=NUM_WORDS), maxlen=LENGTH
        )
        for name in ("train", "test")
    }
    y = class_numbers(parts)

    model = keras.Sequential(
        [
            keras.Input((LENGTH,)),
            layers.Embedding(NUM_WORDS, 32),
            layers.LSTM(100, dropout=0.2, recurrent_dropout=0.2),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(x["train"], y["train"], epochs=EPOCHS, batch_size=64, verbose=2)
    loss, accuracy = model.evaluate(x["test"], y["test"], verbose=0)
    tell(chosen.recipe, model, seed=chosen.seed, epochs=EPOCHS, accuracy=accuracy, loss=loss)


if __name__ == "__main__":
    main()
