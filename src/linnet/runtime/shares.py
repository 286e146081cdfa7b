"""What each word adds to a logit of a model that is linear in the bag: exact, and in one pass.

Such a model's logit is a sum over the ids of the bag, and each id stands for words.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linnet.artifact.int8 import SCALE
from linnet.text.tokenize import Tokens

if TYPE_CHECKING:
    from linnet.runtime.classifier import Classifier

Numbers = NDArray[np.float64]
LINEAR = {"bag", "dense", "dropout"}


def is_linear(layers: list[dict[str, Any]] | None) -> bool:
    """Say whether layers, as the manifest holds them, are linear in the bag.

    Example:
        >>> is_linear([{"layer": "bag", "activation": "linear"}, {"layer": "dense"}])
        True
        >>> is_linear([{"layer": "bag", "activation": "relu"}]), is_linear(None)
        (False, False)
    """
    return bool(
        layers
        and layers[0]["layer"] == "bag"
        and all(
            each["layer"] in LINEAR and each.get("activation", "linear") == "linear"
            for each in layers
        )
    )


@dataclass(frozen=True)
class LinearModel:
    """A linear model's way from ids to logits.

    Attributes:
        table: Shape (ids, units): the row of each id, as it stands in the file.
        scales: What the rows of an int8 table are multiplied by, shape (ids, 1), or None.
        kernel: Shape (units, outputs): from there to logits.
        bias: Shape (outputs,): the logits of a text without words.
        directions: Shape (labels, outputs): what is told from what for each label.
    """

    table: NDArray[Any]
    scales: NDArray[Any] | None
    kernel: Numbers
    bias: Numbers
    directions: Numbers

    @classmethod
    def of(cls, manifest: dict[str, Any], weights: dict[str, NDArray[Any]]) -> "LinearModel":
        """Put the layers behind the first together.

        Args:
            manifest: What manifest.json says of a model that `is_linear` accepts.
            weights: Those of the file.
        """
        names = [f"{each['layer']}_{number}" for number, each in enumerate(manifest["layers"])]
        table = weights[f"{names[0]}.kernel"]
        kernel = np.eye(table.shape[1])
        bias = np.asarray(weights.get(f"{names[0]}.bias", np.zeros(table.shape[1])), np.float64)
        for name in names[1:]:
            if f"{name}.kernel" in weights:
                step = np.asarray(weights[f"{name}.kernel"], np.float64)
                kernel, bias = kernel @ step, bias @ step + weights[f"{name}.bias"]
        directions = _directions(len(manifest["labels"]), len(bias), manifest)
        return cls(table, weights.get(f"{names[0]}.kernel{SCALE}"), kernel, bias, directions)

    def rows(self, ids: NDArray[np.integer[Any]]) -> Numbers:
        """Return the rows of some ids, shape (ids, units)."""
        rows = np.asarray(self.table[ids], np.float64)
        return rows if self.scales is None else rows * np.asarray(self.scales[ids], np.float64)


def shares(
    classifier: "Classifier", model: LinearModel, *, tokens: Tokens, label: int
) -> tuple[Numbers, float]:
    """Return what each token of one text adds to the logit of a label, and what no word does.

    An id's part is shared by the places where it stands, and an n-gram's by its words.

    Args:
        classifier: Whose vectoriser made the text's bag.
        model: Its weights.
        tokens: Those of one text.
        label: The label's number.

    Example:
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from types import SimpleNamespace
        >>> tokens = tokenize(as_texts(["a b a"]))
        >>> asked = SimpleNamespace(vectorizer=fit(tokens, TextSettings(vectorizer="count")))
        >>> rows = np.array([[0.0], [0], [3], [5]])
        >>> model = LinearModel(rows, None, np.eye(1), np.array([1.0]), np.array([[-1.0], [1]]))
        >>> found, base = shares(asked, model, tokens=tokens, label=1)
        >>> found.tolist(), base
        ([3.0, 5.0, 3.0], 1.0)
    """
    direction = model.directions[label]
    base = float(model.bias @ direction)
    found = np.zeros(len(tokens.codes))
    if not len(found):
        return found, base
    bag = classifier.vectorizer.few(tokens)
    order = np.argsort(bag.indices)  # type: ignore[union-attr]
    ids, weights = bag.indices[order], bag.data[order].astype(np.float64)  # type: ignore[union-attr]
    parts = weights * (model.rows(ids) @ (model.kernel @ direction))
    placed, first, last = classifier.vectorizer.placed(tokens)
    which = np.searchsorted(ids, placed)
    times = np.bincount(which, minlength=len(ids))
    sizes = last - first + 1
    each = parts[which] / times[which] / sizes
    for behind in range(int(sizes.max(initial=0))):
        reaches = sizes > behind
        found += np.bincount(first[reaches] + behind, each[reaches], len(found))
    return found, base


def _directions(num_labels: int, outputs: int, manifest: dict[str, Any]) -> Numbers:
    """Return for each label: its logit, or against the mean of the others where they compete."""
    if outputs == 1:  # two labels share a sigmoid, or there is only one
        return np.array([[-1.0], [1.0]])[-num_labels:]
    if manifest["loss"] == "binary_crossentropy":
        return np.eye(num_labels)
    return (np.eye(num_labels) * num_labels - 1) / (num_labels - 1)
