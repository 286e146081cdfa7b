"""The faster LSTM and the faster steps on JAX: what Keras computes, and nothing else."""

import os
import subprocess
import sys

import numpy as np
import pytest

from linnet.registry import import_keras

keras = import_keras()
pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "jax", reason="the faster LSTM is for JAX only"
)
LENGTHS = [12, 1, 5, 7, 12, 3, 2, 9]


def built(num_rows, bidirectional=False, **dropouts):
    """Return a small model, and rows padded behind their end."""
    keras.utils.set_random_seed(1)
    layer = keras.layers.LSTM(7, seed=3, **dropouts)
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(50, 6, mask_zero=True, embeddings_initializer="normal"),
            keras.layers.Bidirectional(layer) if bidirectional else layer,
            keras.layers.Dense(2),
        ]
    )
    ids = np.random.default_rng(0).integers(1, 50, (num_rows, 12))
    ids[np.arange(12) >= np.array(LENGTHS[:num_rows])[:, None]] = 0
    return model, ids


def value_and_gradients(model, ids, training):
    import jax

    def loss(weights):
        fixed = [variable.value for variable in model.non_trainable_variables]
        return (model.stateless_call(weights, fixed, ids, training=training)[0] ** 2).sum()

    weights = [variable.value for variable in model.trainable_variables]
    return jax.jit(jax.value_and_grad(loss))(weights)


@pytest.mark.parametrize(
    ("num_rows", "bidirectional", "dropouts"),
    [
        (8, False, {}),
        (8, True, {"dropout": 0.3}),
        (7, False, {"recurrent_dropout": 0.4}),
        (1, True, {"dropout": 0.3, "recurrent_dropout": 0.4}),
    ],
    ids=str,
)
def test_values_and_gradients_are_those_of_keras(num_rows, bidirectional, dropouts):
    from linnet.training.engines.recurrence import quicken

    model, ids = built(num_rows, bidirectional, **dropouts)
    for training in (False, True):
        ours, _ = built(num_rows, bidirectional, **dropouts)
        quicken(ours)
        theirs = value_and_gradients(model, ids, training)
        found = value_and_gradients(ours, ids, training)
        assert found[0] == pytest.approx(float(theirs[0]), rel=1e-5)
        for mine, other in zip(found[1], theirs[1], strict=True):
            np.testing.assert_allclose(mine, other, atol=1e-5)


def test_an_empty_text_has_the_state_zero():
    from linnet.training.engines.recurrence import quicken

    model, ids = built(2)
    ids[0] = 0
    quicken(model)
    bias = np.array(model.layers[-1].bias.value)
    np.testing.assert_array_equal(np.asarray(model(ids))[0], bias)
    assert not np.array_equal(np.asarray(model(ids))[1], bias)


@pytest.mark.parametrize("option", [{"return_sequences": True}, {"activation": "relu"}], ids=str)
def test_other_lstms_stay_as_they_are(option):
    from linnet.training.engines.recurrence import quicken

    model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(3, **option)])
    quicken(model)
    assert "inner_loop" not in vars(model.layers[-1])


@pytest.mark.parametrize("name", ["lstm", "embedding", "fasttext"])
@pytest.mark.parametrize(
    "weights", [None, np.linspace(0, 2, 21, dtype=np.float32)], ids=["alike", "weighted"]
)
def test_an_epoch_is_one_of_keras(problem_of, name, weights):
    data = problem_of(seed=2).data(name, num_rows=21, weights=weights)
    options = {"dropout": 0.0, "spatial_dropout": 0.0} if name == "lstm" else {}
    ours, theirs = (problem_of(seed=2).engine(name, "keras", **options) for _ in range(2))
    theirs.steps = None
    batches = ours.batches(data.inputs, np.random.default_rng(3))
    for number in (1, 2):
        found, expected = (
            engine.epoch(data, batches, number=number, tick=lambda rows: None)
            for engine in (ours, theirs)
        )
        assert found == pytest.approx(expected, abs=1e-4)
    for each, weight in ours.get_weights().items():
        np.testing.assert_allclose(weight, theirs.get_weights()[each], atol=1e-4, err_msg=each)
    np.testing.assert_allclose(ours.logits(data.inputs), theirs.logits(data.inputs), atol=1e-3)


def test_what_was_compiled_is_kept_for_the_next_process(tmp_path):
    program = (
        "from linnet.registry import import_keras; import_keras(); import jax;"
        "jax.config.update('jax_persistent_cache_min_compile_time_secs', 0.0);"
        "print(len(jax.devices()), jax.jit(lambda x: x + 1)(1))"
    )
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("JAX_", "XLA_"))
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env={**environment, "LINNET_CACHE": str(tmp_path)},
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert done.stdout == "2 2\n"
    assert list((tmp_path / "jax").iterdir())
