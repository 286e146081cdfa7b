"""Plain Keras: the network of tutorial 002 with its words inside, one text at a time.

python keras_answers.py MODEL.keras --make ROWS.parquet   build and save it
python keras_answers.py MODEL.keras --text TEXT           load it and answer
python keras_answers.py MODEL.keras --repeat predict      load it and answer often, timed

The weights are random: what an answer costs does not depend on them.
"""

import argparse
import json
import statistics
import time

import keras
import tensorflow as tf
from keras import layers

NUM_WORDS = 10_000
QUESTION = "a film about nothing at all, and yet wonderful from the first minute to the last"
WARM, REPEATS = 20, 200


def make(path: str, rows: str) -> None:
    import polars as pl

    texts = pl.read_parquet(rows).filter(pl.col("split") == "train")["text"].to_list()
    every = layers.TextVectorization(max_tokens=NUM_WORDS, output_mode="multi_hot")
    every.adapt(tf.data.Dataset.from_tensor_slices(texts).batch(512))
    # Keras saves one word a line, and cannot load one that holds an exotic line break.
    known = [word for word in every.get_vocabulary()[1:] if word.splitlines() == [word]]
    words = layers.TextVectorization(output_mode="multi_hot", vocabulary=known)
    model = keras.Sequential(
        [
            keras.Input((), dtype="string"),
            words,
            layers.Dense(16, activation="relu"),
            layers.Dense(16, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.save(path)


def median_seconds(model: keras.Model, way: str) -> tuple[float, float]:
    """Return the median of the seconds of an answer, and the CPU seconds of one."""
    texts = tf.constant([QUESTION])
    seconds = []
    for repeat in range(WARM + REPEATS):
        if repeat == WARM:
            cpu = time.process_time()
        started = time.perf_counter()
        float(model.predict(texts, verbose=0)[0, 0] if way == "predict" else model(texts)[0, 0])
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[WARM:]), (time.process_time() - cpu) / REPEATS


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--make", metavar="ROWS")
    parser.add_argument("--text")
    parser.add_argument("--repeat", choices=("predict", "call"))
    chosen = parser.parse_args()
    if chosen.make:
        make(chosen.model, chosen.make)
        return
    model = keras.models.load_model(chosen.model)
    if chosen.text:
        print(float(model.predict(tf.constant([chosen.text]), verbose=0)[0, 0]))
    else:
        seconds, cpu_seconds = median_seconds(model, chosen.repeat)
        print(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds}))


if __name__ == "__main__":
    main()
