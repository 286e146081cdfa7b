"""A trained model as the contents of an artifact: no Keras object goes in."""

import hashlib
import io
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linnet.artifact.card import card
from linnet.artifact.golden import TEXTS, golden
from linnet.artifact.layout import FORMAT
from linnet.artifact.save import Contents
from linnet.artifact.tensors import byte_ranges, to_bytes
from linnet.evaluation.baselines import LINEAR, label_shares
from linnet.evaluation.calibrate import Calibration
from linnet.models.model import layers_to_json
from linnet.models.to_onnx import to_onnx
from linnet.text.scope import Scope
from linnet.text.tokenize import as_texts
from linnet.training.baseline import Baseline
from linnet.training.train import Trained
from linnet.version import VERSION

PACKAGES = ("numpy", "scipy", "polars", "onnx", "keras", "jax")
PERCENTILES = (1, 5, 25, 50, 75, 95, 99)


@dataclass(frozen=True)
class Results:
    """What was measured on a trained model."""

    evaluation: dict[str, Any]
    thresholds: NDArray[np.float32] | None
    promises: Sequence[Sequence[float]] = ()
    scope: Scope | None = None


def pack(trained: Trained, results: Results, *, fingerprint: str | None = None) -> Contents:
    """Return everything that `linnet.artifact` writes for a trained model.

    Args:
        trained: The model and the rows it comes from.
        results: What was measured on it.
        fingerprint: Of the training rows, where it is known; None: it is computed.

    Example:
        >>> from linnet.config import configure
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.training.train import Material, train_model
        >>> from linnet.types import Split
        >>> tokens = tokenize(as_texts(["good", "bad", ""] * 4))
        >>> material = Material(tokens, np.array([1, 0, 0] * 4), "binary", ("-", "+"))
        >>> split = Split(np.arange(6), np.arange(6, 12), np.arange(0))
        >>> config = configure(model="linear", epochs=1, retrain=False)
        >>> trained = train_model(material, split, config=config)
        >>> evaluation = {"test": {"rows": 0, "loss": 0.0, "accuracy": 0.0}, "baselines": {}}
        >>> pack(trained, Results(evaluation, None)).manifest["num_weights"]
        5
    """
    model = trained.final
    weights = to_bytes(dict(model.fitted.weights))
    table = io.BytesIO()
    model.vectorizer.vocabulary.table().write_parquet(table, compression="zstd", statistics=False)
    manifest = _manifest(trained, results, fingerprint or _fingerprint(trained))
    texts = model.vectorizer.tokens(as_texts(list(TEXTS)))
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
        profile=_profile(trained), golden=golden(model.scores(texts)),
        card=card(manifest, results.evaluation),
    )  # fmt: skip


def pack_baseline(baseline: Baseline, run: Trained, *, of: Contents) -> Contents:
    """Return everything that `linnet.artifact` writes for the linear baseline of a run.

    Its manifest has the fingerprint of the run's model, which tells that they belong together.

    Args:
        baseline: The linear baseline.
        run: The run it stands beside.
        of: The run's model, packed.

    Example:
        >>> from linnet.config import configure
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.training.baseline import train_baseline
        >>> from linnet.training.train import Material, train_model
        >>> from linnet.types import Split
        >>> tokens = tokenize(as_texts(["hyvä", "bad", ""] * 4))
        >>> material = Material(tokens, np.array([1, 0, 0] * 4), "binary", ("-", "+"))
        >>> split = Split(np.arange(12), np.arange(0), np.arange(0))
        >>> run = train_model(material, split, config=configure(model="mlp", epochs=1))
        >>> model = pack(run, Results({"baselines": {}}, None))
        >>> packed = pack_baseline(train_baseline(run), run, of=model)
        >>> packed.manifest["layers"][0]["units"], "hyvä".encode() in packed.vocabulary
        (1, True)
    """
    answers = of.evaluation["baselines"]
    part = next((each for each in ("test", "validation", "train") if each in of.evaluation), "")
    constants = {name: each for name, each in answers.items() if name != LINEAR}
    evaluation = {part: answers[LINEAR], "baselines": constants} if LINEAR in answers else {}
    results = Results(evaluation, baseline.thresholds)
    return pack(baseline.trained(run), results, fingerprint=of.manifest["fingerprint"])


def _manifest(trained: Trained, results: Results, fingerprint: str) -> dict[str, Any]:
    """Return all that a classifier must know of its model."""
    material = trained.material
    model, plan = trained.final, trained.final.plan
    thresholds = results.thresholds
    return {
        "format": FORMAT,
        "linnet": VERSION,
        "task": material.task,
        "labels": list(material.labels),
        "thresholds": None if thresholds is None else [float(each) for each in thresholds],
        "calibration": _calibration(trained.calibration),
        "abstention": [list(each) for each in results.promises],
        "scope": results.scope and results.scope.to_json(),
        "text": asdict(model.vectorizer.settings),
        "layers": None if plan.build else layers_to_json(plan.layers),
        "keras": model.engine.keras_config,
        "sizes": asdict(plan.sizes),
        "loss": plan.head.loss,
        "num_weights": int(sum(each.size for each in model.fitted.weights.values())),
        "best_epoch": trained.watched.fitted.best_epoch,
        "epochs": len(model.fitted.history),
        "retrained": trained.final is not trained.watched,
        "rows": trained.num_rows,
        "fingerprint": fingerprint,
        **({"from": dict(material.start.origin)} if material.start else {}),
        "seed": trained.config.seed,
        "versions": versions(),
    }


def _calibration(found: Calibration | None) -> dict[str, Any] | None:
    """Tell what the weights of the last layer hold of a calibration."""
    if found is None:
        return None
    if found.method == "temperature":
        how: dict[str, Any] = {"temperature": round(1 / float(found.scale[0]), 6)}
    else:
        how = {name: getattr(found, name).round(6).tolist() for name in ("scale", "shift")}
    return {"method": found.method, **how, "rows": found.rows}


def _profile(trained: Trained) -> dict[str, Any]:
    """Return what training texts were like: lengths in tokens, unknown words, label shares."""
    material, split = trained.material, trained.split
    tokens = material.tokens.select(split.train)
    index = trained.final.vectorizer.vocabulary.index
    known = np.array([word in index for word in tokens.words], bool)
    shares = label_shares(material.answers(split.train), num_labels=len(material.labels))
    lengths = np.diff(tokens.offsets)
    return {
        "tokens_per_text": {str(p): float(np.percentile(lengths, p)) for p in PERCENTILES},
        "unknown_rate": float(1 - known[tokens.codes].mean()) if len(tokens.codes) else 0.0,
        "label_shares": dict(zip(material.labels, shares.tolist(), strict=True)),
    }


def _fingerprint(trained: Trained) -> str:
    """Return one number for the training rows: their tokens and targets."""
    material, split = trained.material, trained.split
    digest = hashlib.sha256()
    tokens = material.tokens.select(split.train)
    used = sorted(np.unique(tokens.codes).tolist(), key=tokens.words.__getitem__)
    rank = np.zeros(len(tokens.words), np.int32)
    rank[used] = np.arange(len(used), dtype=np.int32)
    digest.update("\n".join(tokens.words[code] for code in used).encode())
    for part in (rank[tokens.codes], tokens.offsets, material.answers(split.train)):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Return the versions that the result of a training may depend on.

    Example:
        >>> sorted(versions())[0], "numpy" in versions()
        ('jax', True)
    """
    found = {package: _version(package) for package in PACKAGES}
    python = {"python": ".".join(map(str, sys.version_info[:3]))}
    return python | {package: number for package, number in found.items() if number}


def _version(package: str) -> str | None:
    """Return the version of an installed package, None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
