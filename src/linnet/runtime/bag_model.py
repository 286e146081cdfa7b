"""The weights of a model over bags, as far as NumPy follows it from ids to logits.

ONNX Runtime answers; this is for who must know what a single id does.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.artifact.int8 import SCALE
from linnet.errors import ArtifactError

Numbers = NDArray[np.float64]
LAYERS = {"bag", "dense", "dropout"}
ACTIVATIONS = {"linear", "relu"}
SIGMOIDS = "binary_crossentropy"


@dataclass(frozen=True)
class Step:
    """One layer: activation(x · kernel + bias); the first one's kernel is the table."""

    kernel: Numbers | None
    bias: Numbers
    activation: str


@dataclass(frozen=True)
class BagModel:
    """A model over bags.

    Attributes:
        table: Shape (ids, units): the row of each id, as it stands in the file.
        scales: What the rows of an int8 table are multiplied by, shape (ids, 1), or None.
        steps: Its layers, without dropout.
        num_labels: How many labels it scores.
        sigmoids: Whether each logit stands for itself; otherwise a softmax shares out.
    """

    table: NDArray[Any]
    scales: NDArray[Any] | None
    steps: tuple[Step, ...]
    num_labels: int
    sigmoids: bool

    @property
    def linear(self) -> bool:
        """Whether logits are sums over ids."""
        return all(each.activation == "linear" for each in self.steps)

    def rows(self, ids: NDArray[np.integer[Any]]) -> Numbers:
        """Return the rows of some ids, shape (ids, units)."""
        rows = _wide(self.table[ids])
        rows = rows if self.scales is None else rows * _wide(self.scales[ids])
        if not np.isfinite(rows).all():
            raise ArtifactError("the model has weights that are no numbers: train it again")
        return rows

    def logits(self, sums: Numbers) -> Numbers:
        """Return logits, shape (texts, outputs).

        Args:
            sums: Shape (texts, units): of each text the weighted sum of its rows.
        """
        x = sums
        for each in self.steps:
            x = (x if each.kernel is None else x @ each.kernel) + each.bias
            x = np.maximum(x, 0) if each.activation == "relu" else x
        return x

    def log_odds(self, logits: Numbers, label: int, other: int | None = None) -> Numbers:
        """Return the logarithm of a label's score over what is left, shape (texts,).

        With another label: by how much its logit is above that one's.
        """
        if other is not None or logits.shape[1] == 1:  # one output: two labels share a sigmoid
            odds: Numbers = logits @ self.direction(label, other)
        elif self.sigmoids:
            odds = logits[:, label]
        else:
            others = np.delete(logits, label, axis=1)
            most = others.max(axis=1)
            rest = most + np.log(np.exp(others - most[:, None]).sum(axis=1))
            odds = logits[:, label] - rest
        return odds

    def direction(self, label: int, other: int | None = None) -> Numbers:
        """Return what a label's logits are told from, shape (outputs,).

        It is the logit itself, or its difference to the mean of the others where a softmax
        makes them compete; with another label its difference to that one's.
        """
        outputs = len(self.steps[-1].bias)
        if outputs == 1:
            return np.array([1.0 if label == self.num_labels - 1 else -1.0])
        chosen: Numbers = (np.arange(outputs) == label).astype(np.float64)
        if other is not None:
            chosen[other] -= 1
        elif not self.sigmoids:
            chosen = (chosen * outputs - 1) / (outputs - 1)
        return chosen

    def gradients(self, sums: Numbers, direction: Numbers) -> Numbers:
        """Return how logits in a direction change with the sums, shape (texts, units).

        Where the model is linear it is the same for every text; otherwise units that are not
        active in a text pass nothing on.

        Args:
            sums: Shape (texts, units): of each text the weighted sum of its rows.
            direction: Shape (outputs,).
        """
        active, x = list[NDArray[np.bool_]](), sums
        for each in self.steps:
            x = (x if each.kernel is None else x @ each.kernel) + each.bias
            active.append((x > 0) | (each.activation != "relu"))
            x = x * active[-1]
        found: Numbers = np.broadcast_to(direction, x.shape)
        for each, on in zip(reversed(self.steps), reversed(active), strict=True):
            found = found * on
            found = found if each.kernel is None else found @ each.kernel.T
        return found


def bag_model(manifest: dict[str, Any], weights: dict[str, NDArray[Any]]) -> BagModel:
    """Put a model together.

    Args:
        manifest: What manifest.json says of a model whose layers are `followed`.
        weights: Those of the file.

    Raises:
        ValueError: They do not fit each other.

    Example:
        >>> manifest = {"layers": [{"layer": "bag"}], "labels": ["-", "+"], "loss": SIGMOIDS}
        >>> made = bag_model(manifest, {"bag_0.kernel": np.array([[0.0], [0.0], [2.0]])})
        >>> logits = made.logits(made.rows(np.array([2])))
        >>> made.log_odds(logits, 1).tolist(), made.log_odds(logits, 0).tolist(), made.linear
        ([2.0], [-2.0], True)
    """
    width, steps = 0, list[Step]()
    for number, each in enumerate(manifest["layers"]):
        if each["layer"] == "dropout":
            continue
        name = f"{each['layer']}_{number}"
        kernel = weights.get(f"{name}.kernel", np.empty(0))
        bias = _wide(weights.get(f"{name}.bias", np.zeros(kernel.shape[1:])))
        if kernel.ndim != 2 or bias.shape != kernel.shape[1:] or (number and len(kernel) != width):
            raise ValueError(f"{name} has {kernel.shape} and {bias.shape} after {width} units")
        width = len(bias)
        own = None if not number else _wide(kernel)
        if not (np.isfinite(bias).all() and (own is None or np.isfinite(own).all())):
            raise ValueError(f"{name} has weights that are no numbers")
        steps.append(Step(own, bias, each.get("activation", "linear")))
    table = weights["bag_0.kernel"]
    scales = weights.get(f"bag_0.kernel{SCALE}")
    if scales is not None and scales.shape != (len(table), 1):
        raise ValueError(f"bag_0 has {table.shape} and {scales.shape} scales")
    sigmoids = manifest["loss"] == SIGMOIDS
    return BagModel(table, scales, tuple(steps), len(manifest["labels"]), sigmoids)


def _wide(weights: NDArray[Any]) -> Numbers:
    """Return weights as float64; what is no number stays so without a warning, to be refused."""
    with np.errstate(invalid="ignore"):
        return np.asarray(weights, np.float64)


def followed(layers: list[dict[str, Any]] | None) -> bool:
    """Say whether NumPy follows these layers, given as in the manifest.

    Example:
        >>> followed([{"layer": "bag", "activation": "relu"}, {"layer": "dense"}])
        True
        >>> followed([{"layer": "embedding"}, {"layer": "dense"}]), followed(None)
        (False, False)
    """
    return bool(
        layers
        and layers[0]["layer"] == "bag"
        and all(
            each["layer"] in LAYERS and each.get("activation", "linear") in ACTIVATIONS
            for each in layers
        )
    )
