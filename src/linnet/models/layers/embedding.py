# ruff: noqa: D102 - layer.py says what each method is for
"""One row of numbers for each id of a sequence."""

from dataclasses import dataclass
from typing import Any, ClassVar

from linnet.models.layers.layer import Graph, Shape, Weight, uniform


@dataclass(frozen=True)
class Embedding:
    """ids (length,) → rows (length, size).

    Attributes:
        num_ids: Rows of the table, padding and unknown included.
        size: Length of each row.
        mask: Whether later layers skip padding; without, padding has a row like any id.
    """

    kind: ClassVar[str] = "embedding"
    num_ids: int
    size: int
    mask: bool = True

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape, self.size)

    def weights(self, shape: Shape) -> dict[str, Weight]:
        return {"table": Weight((self.num_ids, self.size), uniform)}

    def to_keras(self, name: str) -> Any:
        import keras

        return keras.layers.Embedding(self.num_ids, self.size, mask_zero=self.mask, name=name)

    def to_onnx(self, graph: Graph, x: str) -> str:
        return graph.node("Gather", graph.weight("table"), x)
