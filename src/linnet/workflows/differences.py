"""How two runs differ, in the order in which one thing leads to the next.

Two folders of runs go in. Out comes a list of differences, the first one first: it is the likely
cause of those behind it. Nothing is trained here.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, read_config
from linnet.errors import DataError
from linnet.workflows.begun import Begun, kept_begun
from linnet.workflows.run import MODEL, SPLIT

if TYPE_CHECKING:
    import polars as pl

    from linnet.artifact.load import Artifact

FILES = ("test", "vectors", "previous", "model")
"""Settings that may name a file; what stands in it is compared, not what it is called."""
HEADLINES = ("accuracy", "micro_f1")
PARTS = ("test", "validation", "train")
MOST_SHOWN = 3


@dataclass(frozen=True)
class Difference:
    """Something in which two runs differ.

    Attributes:
        what: versions, settings, rows, files, choices (settings that were left to the model or the
            rows), labels, vocabulary, weights, scores, metrics or model files.
        message: How.
        largest: The largest difference of a number; None: it is no matter of numbers.
    """

    what: str
    message: str
    largest: float | None = None


@dataclass(frozen=True)
class _Made:
    """The folder of a run, opened."""

    path: Path
    artifact: "Artifact"
    begun: Begun | None

    @property
    def manifest(self) -> dict[str, Any]:
        return self.artifact.manifest

    @property
    def sums(self) -> dict[str, str]:
        from linnet.artifact.layout import SUMS, sums_from_text

        file = self.artifact.path / SUMS
        return sums_from_text(file.read_text("ascii"), file)


def differences(before: str | Path, after: str | Path) -> list[Difference]:
    """Return in what two runs differ; without "model files" their models are the same bytes.

    Args:
        before: Folder of a run.
        after: Folder of another.

    Raises:
        ArtifactError: There is no saved model, or a damaged one.

    Example:
        >>> from linnet import train
        >>> table = {"text": ["good", "hyvä", "bad", ""] * 5, "label": [1, 1, 0, 0] * 5}
        >>> runs = [train(table, epochs=1, duplicates="keep", seed=seed) for seed in (0, 0, 1)]
        >>> differences(runs[0].path, runs[1].path)
        []
        >>> [each.what for each in differences(runs[0].path, runs[2].path)][:3]
        ['settings', 'rows', 'choices']
    """
    old, new = (_made(Path(each)) for each in (before, after))
    compared = (
        _versions, _settings, _rows, _files, _choices, _labels, _vocabulary, _weights, _scores,
        _metrics,
    )  # fmt: skip
    found = [each for compare in compared for each in compare(old, new)]
    named = {name for name in old.sums.keys() | new.sums.keys()
             if old.sums.get(name) != new.sums.get(name)}  # fmt: skip
    if named:
        found.append(Difference("model files", f"not the same bytes: {', '.join(sorted(named))}"))
    return found


def _made(path: Path) -> _Made:
    from linnet.artifact.load import open_artifact

    return _Made(path, open_artifact(path / MODEL), kept_begun(path))


def _versions(old: _Made, new: _Made) -> Iterator[Difference]:
    changed = version_changes(_versions_of(old), _versions_of(new))
    if changed:
        yield Difference("versions", ", ".join(changed))


def version_changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return which versions have changed.

    Args:
        before: Versions by name; a backend of Keras was not noted by all runs.
        now: Others.

    Example:
        >>> version_changes({"numpy": "2.3.0", "jax": "0.8"}, {"numpy": "2.4.0", "backend": "jax"})
        ['numpy 2.3.0 → 2.4.0', 'jax 0.8 → none']
    """
    named = [name for name in (*before, *now) if before.get(name) != now.get(name)]
    return [
        f"{name} {before.get(name, 'none')} → {now.get(name, 'none')}"
        for name in dict.fromkeys(named)
        if name != "backend" or name in before.keys() & now.keys()
    ]


def _versions_of(made: _Made) -> dict[str, str]:
    manifest = {"linnet": made.manifest["linnet"], **made.manifest["versions"]}
    return manifest | (made.begun.versions if made.begun else {})


def _settings(old: _Made, new: _Made) -> Iterator[Difference]:
    """Compare what was set."""
    if old.begun and new.begun:
        yield from _changed("settings", old.begun.config, new.begun.config)


def _choices(old: _Made, new: _Made) -> Iterator[Difference]:
    """Compare what the settings came to: the rest is chosen by the model, or by its rows."""
    then, now = (read_config(each.path / "config.toml") for each in (old, new))
    yield from _changed("choices", then, now)


def _changed(what: str, then: Config, now: Config) -> Iterator[Difference]:
    changed = [
        f"{name} {getattr(then, name)!r} → {getattr(now, name)!r}"
        for name in (each.name for each in fields(Config) if each.name != "out")
        if getattr(then, name) != getattr(now, name) and not _names_file(name, then, now)
    ]
    if changed:
        yield Difference(what, ", ".join(changed))


def _names_file(name: str, then: Config, now: Config) -> bool:
    """Return whether a setting names a file in both."""
    from linnet.models.custom import is_custom

    values = [getattr(each, name) for each in (then, now)]
    if name == "model":
        return all(is_custom(str(each)) for each in values)
    return name in FILES and None not in values


def _rows(old: _Made, new: _Made) -> Iterator[Difference]:
    sums = [each.begun.rows for each in (old, new) if each.begun and each.begun.rows]
    summed = len(sums) == 2  # of a stream there is none
    if summed and sums[0] == sums[1]:
        return
    message = _split_change(old.path / SPLIT, new.path / SPLIT)
    if not message and summed:
        message = "labels, weights or the order of rows are others"
    if not message and old.manifest["fingerprint"] != new.manifest["fingerprint"]:
        message = "the training rows have other labels, or are split into other words"
    if message:
        yield Difference("rows", message)


def _split_change(before: Path, after: Path) -> str:
    """Say how many rows hold another text or are in another part; nothing if none."""
    import polars as pl

    from linnet.splitting.table import HASH, read_table

    try:
        then, now = (
            read_table(pl.read_parquet(each, glob=False, hive_partitioning=False))
            for each in (before, after)
        )
    except (OSError, DataError, pl.exceptions.PolarsError) as error:
        return f"which rows were for what is not known: {error}"
    both = then.join(now, on="row", how="inner")
    counts = {
        "rows are new": len(now) - len(both),
        "rows are gone": len(then) - len(both),
        "rows hold another text": _num_changed(both, HASH),
        "rows are for another part": _num_changed(both, "part"),
    }
    return ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)


def _num_changed(both: "pl.DataFrame", name: str) -> int:
    """Count the rows in which a column is not what it was."""
    if f"{name}_right" not in both.columns:
        return 0
    return int((both[name] != both[f"{name}_right"]).sum())


def _files(old: _Made, new: _Made) -> Iterator[Difference]:
    if not (old.begun and new.begun):
        return
    then, now = old.begun.files, new.begun.files
    named = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
    if named:
        yield Difference("files", f"not the same bytes: {', '.join(named)}")


def _labels(old: _Made, new: _Made) -> Iterator[Difference]:
    then, now = old.manifest["labels"], new.manifest["labels"]
    if then == now:
        return
    gone = [repr(each) for each in then if each not in now]
    came = [repr(each) for each in now if each not in then]
    parts = [f"{what} {', '.join(names[:MOST_SHOWN])}{' ...' * (len(names) > MOST_SHOWN)}"
             for what, names in (("gone:", gone), ("new:", came)) if names]  # fmt: skip
    yield Difference("labels", "; ".join(parts) or "another order")


def _vocabulary(old: _Made, new: _Made) -> Iterator[Difference]:
    from linnet.artifact.layout import VOCABULARY

    if old.sums[VOCABULARY] == new.sums[VOCABULARY]:
        return
    then, now = (_vocabulary_of(each) for each in (old, new))
    if then == now:
        yield Difference("vocabulary", "the same ids, written or weighted otherwise")
        return
    num = sum(one != other for one, other in zip(then, now, strict=False))
    num += abs(len(then) - len(now))
    yield Difference(
        "vocabulary", f"{len(then):,} → {len(now):,} ids; {num:,} of them stand for another token"
    )


def _vocabulary_of(made: _Made) -> list[str]:
    import polars as pl

    from linnet.artifact.layout import VOCABULARY

    content = (made.artifact.path / VOCABULARY).read_bytes()
    tokens: list[str] = pl.read_parquet(io.BytesIO(content))["token"].to_list()
    return tokens


def _weights(old: _Made, new: _Made) -> Iterator[Difference]:
    import numpy as np

    from linnet.artifact.layout import WEIGHTS
    from linnet.artifact.tensors import mapped

    if old.sums[WEIGHTS] == new.sums[WEIGHTS]:
        return
    then, now = (mapped(each.artifact.path / WEIGHTS) for each in (old, new))
    shapes = [{name: each.shape for name, each in weights.items()} for weights in (then, now)]
    if shapes[0] != shapes[1]:
        name = next(name for name in (*then, *now) if shapes[0].get(name) != shapes[1].get(name))
        change = " → ".join(str(each.get(name, "none")) for each in shapes)
        yield Difference("weights", f"{name} has another shape: {change}")
        return
    far = {
        name: float(np.abs(then[name].astype(np.float64) - now[name]).max(initial=0))
        for name in then
    }
    name = max(far, key=far.__getitem__)
    yield Difference("weights", f"largest difference {far[name]:.1e}, in {name}", far[name])


def _scores(old: _Made, new: _Made) -> Iterator[Difference]:
    """Compare the scores of the golden texts, label by label."""
    import numpy as np

    from linnet.artifact.layout import GOLDEN

    then, now = (each.artifact.json(GOLDEN) for each in (old, new))
    if old.manifest["labels"] != new.manifest["labels"] or then["texts"] != now["texts"]:
        return
    far = np.abs(np.subtract(then["scores"], now["scores"])).max(initial=0.0)
    if far:
        texts = len(then["texts"])
        message = f"largest difference {far:.1e}, on {texts} golden texts"
        yield Difference("scores", message, float(far))


def _metrics(old: _Made, new: _Made) -> Iterator[Difference]:
    """Compare the headline metric of each part, and then every other number."""
    from linnet.artifact.layout import EVALUATION

    then, now = (each.artifact.json(EVALUATION) for each in (old, new))
    if then == now:
        return
    numbers, others = _numbers(then), _numbers(now)
    far = {name: abs(numbers[name] - others[name]) for name in numbers if name in others}
    names = [_headline(part, far) for part in PARTS]
    changed = [name for name in names if far.get(name)]
    message = ", ".join(
        f"{name.replace('.', ' ')} {numbers[name]:.4f} → {others[name]:.4f}" for name in changed
    )
    most = max(far, key=far.__getitem__, default="")
    if not changed:
        message = f"largest difference {far.get(most, 0.0):.1e}, in {most}"
    yield Difference("metrics", message, max((far[name] for name in changed), default=0.0))


def _headline(part: str, numbers: Mapping[str, float]) -> str:
    """Return what a part is judged by."""
    names = [f"{part}.{name}" for name in HEADLINES]
    return next((name for name in names if name in numbers), "")


def _numbers(value: Any, name: str = "") -> dict[str, float]:
    """Return every number in a JSON value under a name that leads to it."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return {}
    if isinstance(value, int | float):
        return {name: float(value)}
    parts: Mapping[Any, Any] = value if isinstance(value, Mapping) else dict(enumerate(value))
    return {
        path: number
        for key, each in parts.items()
        for path, number in _numbers(each, f"{name}.{key}" if name else str(key)).items()
    }
