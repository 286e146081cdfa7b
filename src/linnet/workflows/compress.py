"""Make a saved classifier small, and measure what that costs."""

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.errors import ConfigError
from linnet.files import refuse_existing
from linnet.workflows.cost import num_bytes
from linnet.workflows.evaluate import judged
from linnet.workflows.load import load, saved_columns
from linnet.workflows.prepare import table_of
from linnet.workflows.run import SPLIT

if TYPE_CHECKING:
    import polars as pl

    from linnet.artifact.load import Artifact
    from linnet.artifact.save import Contents
    from linnet.compression.model import Model
    from linnet.compression.pack import Packed

NOT_OF_FEWER: dict[str, Any] = {"scope": None, "abstention": []}
"""What a model says of itself that does not hold for one with fewer words."""


@dataclass(frozen=True)
class Compressed:
    """What a compression did.

    Attributes:
        path: The new folder.
        num_bytes: Of all files, before and after.
        num_ids: Rows of the vocabulary, before and after.
        evaluations: As of `linnet.evaluate`, before and after; None: there was no table.
        rows: What the scores were measured on, in words.
        change: As of `linnet.evaluation.intervals.difference`: what became of the headline metric,
            with its interval; None: there was no table.
    """

    path: Path
    num_bytes: tuple[int, int]
    num_ids: tuple[int, int]
    evaluations: tuple[dict[str, Any], dict[str, Any]] | None
    rows: str
    change: dict[str, Any] | None = None

    @property
    def lost(self) -> dict[str, float]:
        """What each metric lost, in its own unit; less than 0: it gained. Empty: not measured."""
        if self.evaluations is None:
            return {}
        before, after = self.evaluations
        names = ("accuracy" if "accuracy" in before else "micro_f1", "macro_f1")
        return {name: before[name] - after[name] for name in names}


def compress(
    folder: str | Path,
    out: str | Path,
    *,
    keep_ids: int | None = None,
    max_mb: float | None = None,
    table: Any = None,
    config: Config | None = None,
    **settings: Any,
) -> Compressed:
    """Make a saved classifier small.

    Layers are joined where that changes no score, ids that matter least are left out if that is
    asked for, and each number of an id's row takes a byte.

    Args:
        folder: A run's folder, or the model folder in it.
        out: Folder to make: a saved model that answers like any other.
        keep_ids: Ids that stay, padding and unknown included; None: all.
        max_mb: Leave out as many ids as it takes to stay below this size, in millions of bytes;
            None: no limit.
        table: Rows to measure on: a path or a table. If it has as many rows as the run's table,
            it is taken for that, and its test rows are used. None: nothing is measured.
        config: Settings to start from; None: the run's. Only those of the data matter.
        settings: Settings by name, over `config`: text, label, label_separator, ...

    Raises:
        ConfigError: Both sizes are given or one cannot be reached, or the layers are a user's own.
        OutputError: `out` exists.

    Example:
        >>> compress("no such folder", "small", keep_ids=1)
        Traceback (most recent call last):
        linnet.errors.ConfigError: keep_ids must be at least 3, not 1
    """
    from linnet.artifact.golden import TEXTS, golden
    from linnet.artifact.load import open_artifact
    from linnet.artifact.save import save
    from linnet.evaluation.intervals import difference

    _check_sizes(keep_ids, max_mb)
    refuse_existing(Path(out))
    artifact = open_artifact(Path(folder))
    chosen = configure(config or saved_columns(artifact.path), **settings)
    whole = _model(artifact)
    rows, what = (None, "") if table is None else _rows(artifact, table, chosen)
    before, counts = ({}, None) if rows is None else judged(load(folder), rows, config=chosen)
    with TemporaryDirectory(prefix="linnet-") as beside:
        room = None if max_mb is None else _room(artifact, whole, before, max_mb * 1e6)
        model, files = _small(whole, keep_ids, room)
        contents, draft = _contents(artifact, model, files), Path(beside, "draft")
        save(draft, contents)
        small = load(draft)
        after: dict[str, Any] = {}
        change = None
        if rows is not None and counts is not None:
            run = artifact.path.absolute().parent
            after, left = judged(small, rows, config=chosen, run=run)
            change = difference(counts, left)
        scores = small.predict_proba(TEXTS)
    save(Path(out), replace(_evaluated(contents, after), golden=golden(scores)))
    return Compressed(
        Path(out), (num_bytes(artifact.path), num_bytes(Path(out))),
        (whole.sizes.num_ids, model.sizes.num_ids), (before, after) if before else None, what,
        change,
    )  # fmt: skip


def _check_sizes(keep_ids: int | None, max_mb: float | None) -> None:
    from linnet.compression.prune import LEAST_IDS

    if keep_ids is not None and max_mb is not None:
        raise ConfigError("give keep_ids or max_mb, not both")
    if keep_ids is not None and keep_ids < LEAST_IDS:
        raise ConfigError(f"keep_ids must be at least {LEAST_IDS}, not {keep_ids}")
    if max_mb is not None and not max_mb > 0:
        raise ConfigError(f"max_mb must be above 0, not {max_mb:g}")


def _model(artifact: "Artifact") -> "Model":
    """Read the parts of a saved model, its layers joined where they can be."""
    from linnet.artifact.layout import WEIGHTS
    from linnet.artifact.tensors import read, shapes
    from linnet.compression.fold import folded
    from linnet.compression.model import Model
    from linnet.models.saved import saved_layers
    from linnet.runtime.saved_vectorizer import saved_vectorizer

    manifest = artifact.manifest
    if manifest["layers"] is None:
        raise ConfigError(
            f"{artifact.path}: the layers are a user's own, and linnet knows only of its own which "
            "weights belong to an id: it cannot be compressed"
        )
    path = artifact.path / WEIGHTS
    parts = saved_layers(manifest, shapes(path), path=path)
    made = Model(saved_vectorizer(artifact), *parts, read(path))
    return folded(made)


def _small(
    whole: "Model", keep_ids: int | None, most_bytes: float | None
) -> "tuple[Model, Packed]":
    """Return the model with as many ids as may stay, and its bytes."""
    from linnet.compression.pack import packed
    from linnet.compression.prune import LEAST_IDS, pruned

    most = min(keep_ids or whole.sizes.num_ids, whole.sizes.num_ids)
    model = pruned(whole, most)
    files = packed(model)
    if most_bytes is None or files.num_bytes <= most_bytes:
        return model, files
    fits, least = None, LEAST_IDS
    while most - least > max(1, most // 100):  # to a hundredth: packing takes a while
        middle = (least + most) // 2
        model = pruned(whole, middle)
        files = packed(model)
        if files.num_bytes <= most_bytes:
            fits, least = (model, files), middle
        else:
            most = middle
    if fits is None:
        model = pruned(whole, LEAST_IDS)
        files = packed(model)
        if files.num_bytes <= most_bytes:
            return model, files
        raise ConfigError(
            f"max_mb is too small: without all words but one the model's numbers take "
            f"{files.num_bytes / 1e6:.3g} MB, and {max(most_bytes, 0) / 1e6:.3g} MB are left for "
            "them"
        )
    return fits


def _contents(artifact: "Artifact", model: "Model", files: "Packed") -> "Contents":
    """Return what is saved; golden scores, evaluation and card come when they are measured."""
    from linnet.artifact.layout import COMPRESSED, GOLDEN, HISTORY
    from linnet.artifact.save import Contents
    from linnet.models.model import layers_to_json
    from linnet.version import VERSION

    with (artifact.path / HISTORY).open(encoding="utf-8", newline="") as file:
        history = list(csv.DictReader(file))
    manifest = {
        **artifact.manifest,
        "format": COMPRESSED,
        "linnet": VERSION,
        "layers": layers_to_json(model.layers),
        "sizes": asdict(model.sizes),
        "num_weights": model.num_weights,
        **(NOT_OF_FEWER if model.sizes.num_ids < artifact.manifest["sizes"]["num_ids"] else {}),
        "compressed_from": artifact.manifest["sizes"] | {
            "num_weights": artifact.manifest["num_weights"]
        },
    }  # fmt: skip
    return Contents(
        manifest=manifest, vocabulary=files.vocabulary, weights=files.weights, graph=files.graph,
        evaluation={}, history=history, profile=_profile(artifact, model),
        golden=artifact.json(GOLDEN), card="",
    )  # fmt: skip


def _profile(artifact: "Artifact", model: "Model") -> dict[str, Any]:
    """Return what training texts were like, to the words that are left."""
    from linnet.artifact.profile import read_profile
    from linnet.runtime.saved_vectorizer import saved_vectorizer

    profile = read_profile(artifact)
    before, after = (
        int(each.counts[each.prefix == 0].sum())
        for each in (saved_vectorizer(artifact).vocabulary, model.vectorizer.vocabulary)
    )
    if before and "unknown_rate" in profile:
        known = (1 - profile["unknown_rate"]) * after / before
        profile["unknown_rate"] = 1 - known
    return profile


def _rows(artifact: "Artifact", table: Any, chosen: Config) -> "tuple[pl.DataFrame, str]":
    """Return the rows to measure on, and what they are."""
    import polars as pl

    whole = table_of(table, chosen)
    path = artifact.path.absolute().parent / SPLIT
    if path.is_file():
        split = pl.read_parquet(path, glob=False, hive_partitioning=False)
        test = split.filter(pl.col("part") == "test")["row"]
        if len(split) == len(whole) and len(test):
            return whole[test], "the test rows of the run"
    return whole, "all rows of the table"


def _room(
    artifact: "Artifact", whole: "Model", evaluation: Mapping[str, Any], most_bytes: float
) -> float:
    """Return the bytes that are left for what is packed; a hundredth is for longer numbers."""
    from linnet.artifact.save import save
    from linnet.compression.pack import Packed

    nothing = Packed(b"", b"", b"")
    with TemporaryDirectory(prefix="linnet-") as beside:
        save(Path(beside, "rest"), _evaluated(_contents(artifact, whole, nothing), evaluation))
        return 0.99 * most_bytes - num_bytes(Path(beside, "rest"))


def _evaluated(contents: "Contents", evaluation: Mapping[str, Any]) -> "Contents":
    """Return the contents with what was measured."""
    from linnet.artifact.card import card

    beside = ("baselines", "against_linear", "baseline_notes")
    test = {name: value for name, value in evaluation.items() if name not in (*beside, "notes")}
    kept = {name: evaluation[name] for name in beside if name in evaluation}
    measured = {"test": test, **kept} if test else {}
    return replace(contents, evaluation=measured, card=card(contents.manifest, measured))
