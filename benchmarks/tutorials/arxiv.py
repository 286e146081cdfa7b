"""Tutorial 003: abstracts by a multilayer perceptron on TF-IDF, several labels each.

python arxiv.py ROWS.parquet [--seed N]

The tutorial's lookup adds one output for labels it has not seen; it never learns, and is left out.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from program import begin, read_parts, tell

BATCH, EPOCHS = 128, 20


def micro_f1(expected: np.ndarray, given: np.ndarray) -> float:
    hits = (expected & given).sum()
    return float(2 * hits / (expected.sum() + given.sum()))


def main() -> None:
    chosen = begin(["arxiv-mlp"])
    parts = read_parts(chosen.rows)
    labels = sorted({label for row in parts["train"]["label"] for label in row})
    place = {label: number for number, label in enumerate(labels)}
    y = {name: np.zeros((len(part), len(labels)), np.float32) for name, part in parts.items()}
    for name, part in parts.items():
        for row, each in enumerate(part["label"]):
            y[name][row, [place[label] for label in each if label in place]] = 1

    words = {word for text in parts["train"]["text"] for word in text.lower().split()}
    vectorizer = layers.TextVectorization(max_tokens=len(words), ngrams=2, output_mode="tf_idf")
    texts = {name: tf.constant(list(part["text"])) for name, part in parts.items()}
    vectorizer.adapt(tf.data.Dataset.from_tensor_slices(texts["train"]).batch(BATCH))

    def batches(name: str) -> tf.data.Dataset:
        rows = tf.data.Dataset.from_tensor_slices((texts[name], y[name]))
        rows = rows.shuffle(BATCH * 10, seed=chosen.seed) if name == "train" else rows
        return rows.batch(BATCH).map(lambda text, label: (vectorizer(text), label)).prefetch(2)

    model = keras.Sequential(
        [
            layers.Dense(512, activation="relu"),
            layers.Dense(256, activation="relu"),
            layers.Dense(len(labels), activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["binary_accuracy"])
    model.fit(batches("train"), validation_data=batches("validation"), epochs=EPOCHS, verbose=2)
    scores = model.predict(batches("test"), verbose=0)
    expected, given = y["test"] > 0, scores >= 0.5
    tell(
        chosen.recipe, model, seed=chosen.seed, epochs=EPOCHS,
        micro_f1=micro_f1(expected, given),
        precision_at_1=expected[np.arange(len(scores)), scores.argmax(1)].mean(),
        binary_accuracy=(expected == given).mean(),
        loss=float(keras.ops.mean(keras.losses.binary_crossentropy(y["test"], scores))),
    )  # fmt: skip


if __name__ == "__main__":
    main()
