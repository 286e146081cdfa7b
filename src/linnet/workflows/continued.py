"""A saved run as the beginning of another: its settings, its labels and its model.

Goes in: the folder of a run. Comes out: `Saved`, the settings of the next run, and its examples
with the saved labels first. Nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure, read_config, settings_table
from linnet.errors import ConfigError, DataError
from linnet.types import Note, Split, Task
from linnet.workflows.prepare import name_of, prepare
from linnet.workflows.run_folder import run_folder_of

if TYPE_CHECKING:
    from linnet.artifact.load import Artifact
    from linnet.tables.examples import Examples
    from linnet.training.start import Start

MOST_SHOWN = 10
GROUPS = ("Data", "Text", "Model", "Training", "Answers")
"""Settings of the saved run that hold for the next; those of other groups are about its rows."""

COUNTS = ("max_ids", "min_count")
"""Text settings that only decide which tokens get an id."""


@dataclass(frozen=True, eq=False)
class Saved:
    """A saved run from which training goes on.

    Attributes:
        folder: Where it stands, for messages.
        config: Its settings, as far as they hold for the next run.
        task: What its model decides.
        labels: What its model knows, in class order.
        start: Its model.
    """

    folder: Path
    config: Config
    task: Task
    labels: tuple[str, ...]
    start: "Start"


def saved_settings(folder: str | Path) -> Config:
    """Return the settings of a saved run that hold for one that goes on from it.

    Those of text, model and training do, and which columns mean what. Those of cleaning and split
    do not: they are about the rows of one table.

    Raises:
        ArtifactError: There is no saved model.
        ConfigError: It is a model without its run.

    Example:
        >>> saved_settings("no such folder")
        Traceback (most recent call last):
        linnet.errors.ArtifactError: no such folder does not exist: ...
    """
    from linnet.artifact.load import open_artifact

    return _settings(open_artifact(Path(folder), full=False))


def open_run(folder: str | Path) -> Saved:
    """Open a saved run, every file of its model summed.

    Args:
        folder: The folder of a run, or the folder `model` in it.

    Raises:
        ArtifactError: A file is missing, damaged or does not fit the others.
        ConfigError: It is a model without its run.

    Example:
        >>> from linnet import train
        >>> table = {"text": ["good", "hyvä", "bad", ""] * 5, "label": [1, 1, 0, 0] * 5}
        >>> run = train(table, duplicates="keep", epochs=1)
        >>> open_run(run.path).labels
        ('0', '1')
    """
    from linnet.artifact.layout import WEIGHTS
    from linnet.artifact.load import open_artifact
    from linnet.artifact.tensors import read
    from linnet.models.heads import head
    from linnet.models.model import layers_from_json
    from linnet.runtime.saved_vectorizer import saved_vectorizer
    from linnet.training.start import Start

    artifact = open_artifact(Path(folder))
    manifest = artifact.manifest
    start = Start(
        saved_vectorizer(artifact),
        layers_from_json(manifest["layers"] or []),
        head(manifest["task"], len(manifest["labels"]), loss=manifest["loss"]),
        read(artifact.path / WEIGHTS),
        {"fingerprint": manifest["fingerprint"], "rows": manifest["rows"]},
    )
    labels = tuple(manifest["labels"])
    return Saved(Path(folder), _settings(artifact), manifest["task"], labels, start)


def next_config(saved: Saved, config: Config | None, *, settings: Mapping[str, Any]) -> Config:
    """Return the settings of a run that goes on from a saved one.

    Args:
        saved: The saved run.
        config: Settings to start from; those that are None, or all, are the saved run's.
        settings: Settings by name, over both.

    Raises:
        ConfigError: A setting would change what the saved model is.

    Example:
        >>> from types import SimpleNamespace
        >>> saved = SimpleNamespace(folder="so", config=Config(model="lstm", epochs=3))
        >>> next_config(saved, None, settings={"epochs": 5}).model
        'lstm'
        >>> next_config(saved, None, settings={"model": "mlp"})
        Traceback (most recent call last):
        linnet.errors.ConfigError: model is 'mlp', and the saved run so has 'lstm': ...
    """
    inherited = {name: getattr(saved.config, name) for name in _inherited()}
    base = config.or_else(inherited) if config else saved.config
    fixed = _fixed()
    chosen = configure(base, **settings).or_else({name: inherited[name] for name in fixed})
    for name in fixed:
        _check_same(name, chosen, saved)
    if chosen.extend_vocabulary and _is_custom(chosen):
        raise ConfigError(
            f"extend_vocabulary cannot be used with model {chosen.model!r}: linnet knows only of "
            "its own models which weights belong to an id; train a new model on all rows"
        )
    return chosen


def prepare_more(table: Any, config: Config, *, saved: Saved) -> "tuple[Examples, Split, Config]":
    """Read, label and split new rows, the saved labels first.

    Args:
        table: A path or a table.
        config: What `next_config` returned.
        saved: The saved run.

    Returns:
        Examples and split as of `prepare`, and the settings: without task and loss where two
        labels have become more.

    Raises:
        DataError: The table cannot be used, or has a label that is new though none may be.

    Example:
        >>> from types import SimpleNamespace
        >>> saved = SimpleNamespace(folder="so", task="binary", labels=("y", "x"))
        >>> table = {"text": ["a", "b", "c", "d"], "label": ["x", "y", "x", "ä"]}
        >>> config = Config(extend_labels=True, test_fraction=0, validation_fraction=0)
        >>> made, split, _ = prepare_more(table, config, saved=saved)
        >>> made.task, made.labels, made.targets.tolist()
        ('multiclass', ('y', 'x', 'ä'), [1, 0, 1, 2])
        >>> prepare_more(table, Config(), saved=saved)
        Traceback (most recent call last):
        linnet.errors.DataError: table: the model in so does not know 1 of the labels: 'ä'. ...
    """
    one: Task = "multilabel" if saved.task == "multilabel" else "multiclass"
    made, split = prepare(table, replace(config, task=one), saved=saved.labels)
    new = [each for each in (*made.labels, *made.foreign) if each not in saved.labels]
    if new:
        _check_new(new, table, config, saved)
    split = replace(split, notes=(*split.notes, *_seen(made, split, saved)))
    if saved.task != "binary":
        return made, _noted(made, split, saved), config
    if len(made.labels) == 2:
        return replace(made, task="binary"), split, config
    config = replace(config, task=None, loss=_loss_of_more(config.loss))
    return made, _noted(made, split, saved), config


def _seen(made: "Examples", split: Split, saved: Saved) -> list[Note]:
    """Say how many rows that are to measure the model it was trained on already.

    Texts are told by their hashes in the saved run's split. A model that was trained again has
    seen its validation rows, too.
    """
    from linnet.splitting.table import hashes_of, read_table
    from linnet.workflows.read import read
    from linnet.workflows.run import SPLIT

    folder = Path(saved.folder).absolute()
    path = next((each / SPLIT for each in (folder, folder.parent)
                 if (each / SPLIT).is_file()), None)  # fmt: skip
    table = read_table(read(path)) if path else None
    if table is None or "hash" not in table.columns:
        return []
    learned = ["train", "validation"] if saved.config.retrain else ["train"]
    known = table.filter(table["part"].is_in(learned))["hash"]
    notes = []
    for part, rows in (("validation", split.validation), ("test", split.test)):
        seen = rows[hashes_of(made.texts.gather(rows)).is_in(known.implode()).to_numpy()]
        if seen.size:
            message = (
                f"{seen.size:,} of {rows.size:,} {part} rows were learned by the saved model: what "
                f"they say is too good; give previous = {str(saved.folder)!r}, or rows of their own"
            )
            notes.append(Note(f"{part} rows seen", seen.size, message, made.rows[seen]))
    return notes


def _settings(artifact: "Artifact") -> Config:
    """Read what holds for the next run; where config.toml was edited, the model is right."""
    from linnet.training.settings import TEXT

    manifest = artifact.manifest
    whole = read_config(run_folder_of(artifact.path) / "config.toml")
    of_model = {name: manifest["text"].get(name) for name in TEXT}
    of_model |= {"task": manifest["task"], "loss": manifest["loss"]}
    return configure(**({name: getattr(whole, name) for name in _inherited()} | of_model))


def _inherited() -> list[str]:
    names = [each.name for each, _ in settings_table() if each.metadata["group"] in GROUPS]
    # A saved model has the rows of its vectors, and its members are one.
    return [name for name in names if name not in ("vectors", "members")]


def _fixed() -> list[str]:
    """Return the settings that say what a model is."""
    from linnet.training.settings import OPTIONS, TEXT

    return ["task", "model", "loss", *TEXT, *OPTIONS]


def _check_same(name: str, chosen: Config, saved: Saved) -> None:
    """Refuse another value than the saved run's, but where it cannot do harm."""
    value, old = getattr(chosen, name), getattr(saved.config, name)
    if value == old or (name in COUNTS and chosen.extend_vocabulary):
        return
    if name == "model" and _is_custom(chosen) and _is_custom(saved.config):
        return  # the file may have moved; its weights are compared
    more = " give extend_vocabulary too," if name in COUNTS else ""
    raise ConfigError(
        f"{name} is {value!r}, and the saved run {saved.folder} has {old!r}:{more} leave {name} "
        "out, or train a new model without from"
    )


def _is_custom(config: Config) -> bool:
    from linnet.models.custom import is_custom

    return is_custom(str(config.model))


def _check_new(new: list[str], table: Any, config: Config, saved: Saved) -> None:
    """Refuse new labels where none may be, and where a model cannot have more."""
    shown = ", ".join(map(repr, new[:MOST_SHOWN])) + (" ..." if len(new) > MOST_SHOWN else "")
    if not config.extend_labels:
        raise DataError(
            f"{name_of(table)}: the model in {saved.folder} does not know {len(new)} of the "
            f"labels: {shown}. Add them with extend_labels, map each to a known one (labels = "
            f"{f'{new[0]}={saved.labels[0]}'!r}), or leave their rows out"
        )
    if _is_custom(config):
        raise ConfigError(
            f"extend_labels cannot add {shown} to model {config.model!r}: linnet knows only of its "
            "own models which weights belong to a label; train a new model on all rows"
        )


def _loss_of_more(loss: str | None) -> str | None:
    """Return the loss of a binary model where it fits more labels; None: the usual one."""
    from linnet.models.heads import LOSSES

    return loss if loss in LOSSES["multiclass"] else None


def _noted(made: "Examples", split: Split, saved: Saved) -> Split:
    """Say which labels were added."""
    new = made.labels[len(saved.labels) :]
    if not new:
        return split
    message = f"added behind the {len(saved.labels)} saved labels: {', '.join(new)}"
    return replace(split, notes=(*split.notes, Note("label added", len(new), message)))
