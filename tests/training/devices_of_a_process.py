"""Trains small models with one setting of `devices` and writes their weights; run by tests.

    python devices_of_a_process.py OUT DEVICES CASE...

What JAX sees is the environment's matter: XLA_FLAGS, and KERAS_DISTRIBUTION_... for a cluster.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from linnet.artifact.tensors import to_bytes
from linnet.models.heads import head
from linnet.models.model import Sizes, layers_for
from linnet.text.ids import Ids
from linnet.training.data import Data
from linnet.training.engines.engine import Plan, make_engine
from linnet.training.loop import Rules, fit

NUM_ROWS, NUM_IDS, LENGTH = 54, 30, 12
OPTIONS = {
    "lstm": {"embedding_size": 4, "units": 4, "recurrent_dropout": 0.2, "spatial_dropout": 0.2},
    "cnn": {"embedding_size": 4, "units": 4},
    "mlp": {"hidden": (6,), "dropout": 0.3},
    "own": {},
}


def own():
    import keras

    ids = keras.Input((LENGTH,), dtype="int32")
    x = keras.layers.Embedding(NUM_IDS, 4)(ids)
    x = keras.layers.GlobalAveragePooling1D()(x)
    return keras.Model(ids, keras.layers.Dense(3, "softmax")(x))


def plan_of(case, devices):
    end = head("multiclass", 3)
    sizes = Sizes(NUM_IDS, LENGTH, end.outputs)
    layers = () if case == "own" else layers_for(case, sizes, options=OPTIONS[case])
    plan = Plan(layers, sizes, end, "adam", 0.02, 16, seed=3, devices=devices)
    return replace(plan, build=own) if case == "own" else plan


def data_of(case, weighted):
    random = np.random.default_rng(0)
    lengths = np.arange(NUM_ROWS) % LENGTH
    ids = Ids.from_lists([random.integers(2, NUM_IDS, each).tolist() for each in lengths])
    inputs = ids
    if case == "mlp":
        ones = np.ones(len(ids.values), np.float32)
        inputs = sp.csr_array((ones, ids.values, ids.offsets), shape=(NUM_ROWS, NUM_IDS))
        inputs.sum_duplicates()
    weights = np.linspace(0, 2, NUM_ROWS, dtype=np.float32) if weighted else None
    return Data(inputs, random.integers(0, 3, NUM_ROWS), weights)


def main(out, devices, *cases):
    found = {}
    for case in cases:
        name, _, weighted = case.partition("-")
        data = data_of(name, weighted)
        engine = make_engine("keras", plan_of(name, devices))
        watching = data.select(np.arange(9))
        fitted = fit(engine, data, rules=Rules(epochs=3, seed=3), validation=watching)
        found |= {f"{case}/{each}": value for each, value in fitted.weights.items()}
        found[f"{case}/logits"] = engine.logits(data.inputs)
        found[f"{case}/losses"] = np.array(
            [[row["loss"], row["val_loss"], row["accuracy"]] for row in fitted.history]
        )
    import jax

    found["devices"] = np.array([jax.device_count(), jax.process_count()])
    Path(out).write_bytes(to_bytes(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
