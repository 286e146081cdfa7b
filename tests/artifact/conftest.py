"""A small saved model made by hand: its graph is real, its words and layers are not."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from linnet.artifact.golden import TEXTS, golden
from linnet.artifact.save import Contents, save
from linnet.artifact.tensors import byte_ranges, to_bytes


def external(
    name: str,
    said: dict[str, Any],
    shape: tuple[int, ...] = (2, 2),
    kind: int = onnx.TensorProto.FLOAT,
) -> Any:
    """Return a tensor whose numbers lie elsewhere."""
    tensor = onnx.TensorProto(name=name, data_type=kind, dims=shape)
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in said.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def graph_of(*tensors: Any) -> bytes:
    graph = onnx.helper.make_graph([], "linnet", [], [], list(tensors))
    content: bytes = onnx.helper.make_model(graph).SerializeToString()
    return content


@pytest.fixture
def contents() -> Contents:
    weights = to_bytes({"dense.kernel": np.float32([[1, 2], [3, 4]])})
    offset, length = byte_ranges(weights)["dense.kernel"]
    where = {"location": "weights.safetensors", "offset": offset, "length": length}
    manifest = {
        "format": 1, "linnet": "0.1.0", "task": "multilabel", "labels": ["näin", "a|b"],
        "thresholds": [0.5, 0.25], "calibration": None, "text": {}, "layers": [{"layer": "dense"}],
        "keras": None, "sizes": {"num_ids": 2, "length": 1, "outputs": 2},
        "loss": "binary_crossentropy", "num_weights": 4, "best_epoch": None, "epochs": 0,
        "rows": {"train": 1, "validation": 0, "test": 0}, "fingerprint": "0" * 64, "seed": 0,
        "versions": {},
    }  # fmt: skip
    return Contents(
        manifest=manifest, vocabulary=b"words", weights=weights,
        graph=graph_of(external("dense.kernel", where)),
        evaluation={"test": {"accuracy": 0.5}}, history=[{"epoch": 1, "loss": 0.5}],
        profile={}, golden=golden(np.zeros((len(TEXTS), 2))), card="# Näin\n",
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, contents: Contents) -> Path:
    """The folder of a saved model, to be damaged by a test."""
    save(tmp_path / "run" / "model", contents)
    return tmp_path / "run" / "model"


@pytest.fixture
def external_tensor() -> Any:
    return external


@pytest.fixture
def graph() -> Any:
    return graph_of
