"""A faster step for Keras's LSTM on JAX: the same numbers, the padding left out.

Keras steps through every place of a batch, masks what is padding, and lets JAX derive the way
back, which keeps more than is needed. Here a loop ends at the longest text, one product per step
does input and state together, and the way back is written out.
"""

from functools import partial
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
from jax import lax

from linnet.registry import import_keras

keras = import_keras()

Array: TypeAlias = Any
PLAIN = {"activation": "tanh", "recurrent_activation": "sigmoid"}


def quicken(model: Any) -> bool:
    """Give every LSTM of a model that reads texts padded behind their end the faster step.

    Args:
        model: A `keras.Model` on the backend JAX, as `linnet.models.to_keras` builds it.

    Returns:
        Whether there was one.

    Example:
        >>> model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(3)])
        >>> before = model(jnp.ones((1, 5, 2)))
        >>> quicken(model)
        True
        >>> bool(jnp.allclose(model(jnp.ones((1, 5, 2))), before, atol=1e-6))
        True
    """
    found = [
        layer
        for layer in model._flatten_layers()
        if isinstance(layer, keras.layers.LSTM) and _is_plain(layer)
    ]
    for layer in found:
        layer.inner_loop = partial(_inner_loop, layer)
    return bool(found)


def _is_plain(layer: Any) -> bool:
    given = layer.get_config()
    wanted = {**PLAIN, "use_bias": True, "return_sequences": False, "return_state": False}
    return all(given[name] == value for name, value in wanted.items()) and not layer.stateful


def _inner_loop(
    layer: Any, sequences: Array, initial_state: Any, mask: Any, training: bool = False
) -> tuple[Array, Array, list[Array]]:
    """Stand in for `keras.layers.LSTM.inner_loop`."""
    batch, length = sequences.shape[:2]
    mask = mask[0] if isinstance(mask, list) else mask
    lengths = jnp.full(batch, length) if mask is None else mask.sum(1)
    by_place = sequences.swapaxes(0, 1)
    if layer.go_backwards:
        at = (lengths - 1 - jnp.arange(length)[:, None]) % length
        by_place = jnp.take_along_axis(by_place, at[..., None], axis=0)
    cell = layer.cell
    kept = _kept(cell, sequences[:, 0], initial_state[0]) if training else None
    weights = cell.kernel.value, cell.recurrent_kernel.value, cell.bias.value
    state = last_state(Texts(by_place, lengths, kept), weights)
    return state, state, [state, state]


def _kept(cell: Any, inputs: Array, state: Array) -> Array | None:
    """Return what dropout multiplies inputs and state with, shape (1 or 4, batch, both)."""
    masks = [cell.get_dropout_mask(inputs), cell.get_recurrent_dropout_mask(state)]
    if all(mask is None for mask in masks):
        return None
    parts = [
        jnp.ones_like(each)[None]
        if mask is None
        else jnp.stack(list(mask) if isinstance(mask, list) else [mask])
        for each, mask in zip((inputs, state), masks, strict=True)
    ]
    gates = max(len(part) for part in parts)
    return jnp.concatenate([jnp.repeat(p, gates // len(p), 0) for p in parts], -1)


class Texts(NamedTuple):
    """A batch as the recurrence reads it.

    Attributes:
        x: Shape (length, batch, features), padded behind the end of each text.
        lengths: Shape (batch,): places of each text.
        kept: Shape (1 or 4, batch, features + units): what inputs and state are multiplied with
            for all gates or for each; None: nothing. It has no gradient.
    """

    x: Array
    lengths: Array
    kept: Array | None = None


@jax.custom_vjp  # type: ignore[untyped-decorator]
def last_state(texts: Texts, weights: tuple[Array, ...]) -> Array:
    """Return an LSTM's state behind each text (Hochreiter and Schmidhuber 1997).

    Args:
        texts: What is read.
        weights: Kernel, recurrent kernel and bias as Keras has them, gates i f c o.

    Returns:
        Shape (batch, units); zeros for an empty text.

    Example:
        >>> weights = jnp.ones((2, 12)), jnp.ones((3, 12)), jnp.zeros(12)
        >>> last_state(Texts(jnp.ones((4, 1, 2)), jnp.array([0])), weights).tolist()
        [[0.0, 0.0, 0.0]]
    """
    return _forward(texts, weights)[0]


def _forward(texts: Texts, weights: tuple[Array, ...]) -> tuple[Array, Any]:
    x, lengths, kept = texts
    length, batch, _ = x.shape
    kernels, bias = _by_gate(weights)
    units = kernels.shape[-1]

    def step(t: Array, carried: Any) -> Any:
        h, c, states, cells, gates = carried
        both = jnp.concatenate([x[t], h], -1)
        both = jnp.broadcast_to(both if kept is None else both * kept, (4, *both.shape))
        z = both @ kernels + bias
        i, f, o = (jax.nn.sigmoid(z[gate]) for gate in (0, 1, 3))
        new = jnp.tanh(z[2])
        c = f * c + i * new
        h = o * jnp.tanh(c)
        gates = gates.at[t].set(jnp.stack([i, f, new, o]))
        return h, c, states.at[t + 1].set(h), cells.at[t + 1].set(c), gates

    start = jnp.zeros((batch, units))
    before = jnp.zeros((length + 1, batch, units))  # states[t] is the state before place t
    carried = start, start, before, before, jnp.zeros((length, 4, batch, units))
    _, _, states, cells, gates = lax.fori_loop(0, lengths.max(initial=0), step, carried)
    last = states[lengths, jnp.arange(batch)]
    return last, (texts, weights, states, cells, gates)


def _backward(saved: Any, gradient: Array) -> tuple[Any, ...]:
    (x, lengths, kept), weights, states, cells, gates = saved
    kernels, _ = _by_gate(weights)
    features, units = x.shape[-1], states.shape[-1]
    factors = [1] if kept is None else list(kept)
    factors = factors * (4 // len(factors))
    longest = lengths.max(initial=0)

    def step(behind: Array, carried: Any) -> Any:
        dh, dc, dkernels, dbias, dx = carried
        t = longest - 1 - behind
        dh = dh + jnp.where((lengths == t + 1)[:, None], gradient, 0)
        i, f, new, o = gates[t]
        squashed = jnp.tanh(cells[t + 1])
        dc = dc + dh * o * (1 - squashed**2)
        dz = (
            dc * new * i * (1 - i),
            dc * cells[t] * f * (1 - f),
            dc * i * (1 - new**2),
            dh * squashed * o * (1 - o),
        )
        both = jnp.concatenate([x[t], states[t]], -1)
        # Four products are faster here than a batch of four.
        each = list(zip(dz, kernels, factors, strict=True))
        dboth = sum(mine @ kernel.T * factor for mine, kernel, factor in each)
        found = [(both * factor).T @ mine for mine, _, factor in each]
        dkernels = [total + mine for total, mine in zip(dkernels, found, strict=True)]
        dbias = dbias + jnp.stack([mine.sum(0) for mine in dz])
        return dboth[:, features:], dc * f, dkernels, dbias, dx.at[t].set(dboth[:, :features])

    start = jnp.zeros_like(states[0])
    nothing = [jnp.zeros_like(kernels[0])] * 4, jnp.zeros((4, units)), jnp.zeros_like(x)
    *_, dkernels, dbias, dx = lax.fori_loop(0, longest, step, (start, start, *nothing))
    dkernel = jnp.concatenate(dkernels, -1)
    dweights = dkernel[:features], dkernel[features:], dbias.reshape(-1)
    return Texts(dx, None, None if kept is None else jnp.zeros_like(kept)), dweights


last_state.defvjp(_forward, _backward)


def _by_gate(weights: tuple[Array, ...]) -> tuple[Array, Array]:
    """Return kernels, shape (4, features + units, units), and biases, (4, 1, units)."""
    kernels = jnp.concatenate(weights[:2])
    kernels = kernels.reshape(len(kernels), 4, -1).swapaxes(0, 1)
    return kernels, weights[2].reshape(4, 1, -1)
