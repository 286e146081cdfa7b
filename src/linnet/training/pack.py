"""A trained model as the contents of an artifact: no Keras object goes in."""

import hashlib
import io
import json
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.artifact.card import card
from linnet.artifact.golden import TEXTS, golden
from linnet.artifact.save import Contents
from linnet.artifact.tensors import byte_ranges, to_bytes
from linnet.models.model import layers_to_json
from linnet.models.to_onnx import to_onnx
from linnet.text.tokenize import as_texts, tokenize
from linnet.training.train import Material, Model, Trained
from linnet.types import Split
from linnet.version import VERSION

FORMAT = 1
PACKAGES = ("numpy", "scipy", "polars", "onnx", "keras", "jax")
PERCENTILES = (1, 5, 25, 50, 75, 95, 99)


@dataclass(frozen=True)
class Results:
    """What was measured on a trained model."""

    evaluation: dict[str, Any]
    thresholds: NDArray[np.float32] | None


def pack(material: Material, split: Split, trained: Trained, results: Results) -> Contents:
    """Return everything that `linnet.artifact` writes for a trained model."""
    model = trained.final
    weights = to_bytes(dict(model.fitted.weights))
    table = io.BytesIO()
    model.vectorizer.vocabulary.table().write_parquet(table, compression="zstd", statistics=False)
    manifest = _manifest(material, split, trained, results)
    texts = tokenize(as_texts(list(TEXTS)), model.vectorizer.settings.tokenizer)
    graph = None
    if model.plan.build is None:
        plan = model.plan
        graph = to_onnx(plan.layers, plan.sizes, head=plan.head, ranges=byte_ranges(weights))
    history = [
        {name: value for name, value in row.items() if name != "seconds"}
        for row in trained.watched.fitted.history
    ]
    return Contents(
        manifest=manifest, vocabulary=table.getvalue(), weights=weights, graph=graph,
        evaluation=results.evaluation, history=history,
        profile=_profile(material, split, model), golden=golden(model.scores(texts)),
        card=card(manifest, results.evaluation),
    )  # fmt: skip


def _manifest(
    material: Material, split: Split, trained: Trained, results: Results
) -> dict[str, Any]:
    """Return all that a classifier must know of its model."""
    model, plan = trained.final, trained.final.plan
    own = plan.build is not None
    thresholds = results.thresholds
    return {
        "format": FORMAT,
        "linnet": VERSION,
        "task": material.task,
        "labels": list(material.labels),
        "thresholds": None if thresholds is None else [float(each) for each in thresholds],
        "calibration": None,
        "text": asdict(model.vectorizer.settings),
        "layers": None if own else layers_to_json(plan.layers),
        "keras": json.loads(model.engine.model.to_json()) if own else None,  # type: ignore[attr-defined]
        "sizes": asdict(plan.sizes),
        "loss": plan.head.loss,
        "num_weights": int(sum(each.size for each in model.fitted.weights.values())),
        "best_epoch": trained.watched.fitted.best_epoch,
        "epochs": len(model.fitted.history),
        "retrained": trained.final is not trained.watched,
        "rows": {name: len(getattr(split, name)) for name in ("train", "validation", "test")},
        "fingerprint": _fingerprint(material, split),
        "seed": trained.config.seed,
        "versions": _versions(),
    }


def _profile(material: Material, split: Split, model: Model) -> dict[str, Any]:
    """Return what training texts were like: lengths in tokens, unknown words, label shares."""
    tokens = material.tokens.select(split.train)
    index = model.vectorizer.vocabulary.index
    known = np.array([word in index for word in tokens.words], bool)
    counts = material.targets[split.train]
    multilabel = material.task == "multilabel"
    of_label = counts.sum(0) if multilabel else np.bincount(counts, minlength=len(material.labels))
    lengths = np.diff(tokens.offsets)
    return {
        "tokens_per_text": {str(p): float(np.percentile(lengths, p)) for p in PERCENTILES},
        "unknown_rate": float(1 - known[tokens.codes].mean()) if len(tokens.codes) else 0.0,
        "label_shares": dict(zip(material.labels, (of_label / len(counts)).tolist(), strict=True)),
    }


def _fingerprint(material: Material, split: Split) -> str:
    """Return one number for the training rows: their tokens and targets."""
    digest = hashlib.sha256()
    tokens = material.tokens.select(split.train)
    used = sorted(np.unique(tokens.codes).tolist(), key=tokens.words.__getitem__)
    rank = np.zeros(len(tokens.words), np.int32)
    rank[used] = np.arange(len(used), dtype=np.int32)
    digest.update("\n".join(tokens.words[code] for code in used).encode())
    for part in (rank[tokens.codes], tokens.offsets, material.targets[split.train]):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _versions() -> dict[str, str]:
    """Return the versions that the result may depend on."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
