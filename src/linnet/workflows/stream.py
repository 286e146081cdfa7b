"""Train on files that are larger than memory: read once, ids on disk, batches drawn from there.

What `train` does in memory is done part by part, and ends in the same kind of folder. What needs
all rows at once (near-duplicates, repairs of the whole table) is refused, or not done and said so.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config
from linnet.errors import ConfigError, DataError
from linnet.files import file_state
from linnet.types import Note
from linnet.workflows.begun import RESUME, Begun
from linnet.workflows.run_folder import STREAM
from linnet.workflows.stream_prepare import Prepared, is_stored, prepare_stream

if TYPE_CHECKING:
    from linnet.text.tokenize import Tokens
    from linnet.training.standing import Keeping
    from linnet.training.train import Trained

WHOLE_TABLE = {
    "test": "name the part of each row in a column, with split",
    "first_validation": "set validation_fraction",
    "group": "name the part of each row in a column, with split",
    "time": "name the part of each row in a column, with split",
    "previous": "name the part of each row in a column, with split",
    "duplicates_by": "leave it out",
    "keep_labels": "leave the other rows out of the files",
    "min_label_rows": "leave it out",
    "min_label_set_rows": "leave it out",
    "rows_per_label": "leave it out",
    "undersample": "set class_weights to balanced",
    "retrain_epochs": "leave it out: a stream is not trained on again",
    "extend_vocabulary": "leave it out",
    "extend_labels": "leave it out",
}
"""Settings that need all rows at once → what to do instead."""

NOT_DONE = (
    "streamed: equal texts never stand in two parts, but copies among training rows stay, "
    "near-duplicates are not looked for, no linear baseline is trained, and the model is not "
    "trained again on the validation rows; figures of training rows are of {sample:,} drawn ones"
)


def check_streamed(config: Config, *, started: bool = False) -> None:
    """Refuse settings that need all rows at once.

    Args:
        config: What the user gave.
        started: Whether training is to go on from a saved run.

    Raises:
        ConfigError: One of them is set.

    Example:
        >>> check_streamed(Config())
        >>> check_streamed(Config(group="story"))
        Traceback (most recent call last):
        linnet.errors.ConfigError: group needs all rows at once, and stream reads them part by ...
    """
    given = {name: mend for name, mend in WHOLE_TABLE.items() if getattr(config, name)}
    if config.duplicates not in ("auto", "keep"):
        given["duplicates"] = "leave it out, or drop copies with linnet clean before"
    if config.near_duplicates == "together":
        given["near_duplicates"] = "leave it out"
    if config.stratify == "label_sets":
        given["stratify"] = "leave it out"
    if config.members > 1:
        given["members"] = "leave it out"
    if started:
        raise ConfigError("stream trains a new model: leave from out, or stream")
    for name, mend in given.items():
        raise ConfigError(
            f"{name} needs all rows at once, and stream reads them part by part: {mend}"
        )


def paths_of(table: Any) -> list[Path]:
    """Return the files that are to be streamed.

    Args:
        table: A path, or several.

    Raises:
        ConfigError: It is a table in memory, or nothing.

    Example:
        >>> paths_of("a.csv"), len(paths_of(["a.csv", Path("b.csv")]))
        ([PosixPath('a.csv')], 2)
        >>> paths_of({"text": []})
        Traceback (most recent call last):
        linnet.errors.ConfigError: stream reads files: name them, or leave stream out
    """
    listed = [table] if isinstance(table, str | Path) else table
    several = isinstance(listed, list | tuple) and listed
    if not several or not all(isinstance(each, str | Path) for each in listed):
        raise ConfigError("stream reads files: name them, or leave stream out")
    return [Path(each) for each in listed]


def is_read(path: Path) -> bool:
    """Return whether all rows of a run stand in its folder, so that no file is read again.

    Example:
        >>> is_read(Path("no such folder"))
        False
    """
    return is_stored(path / RESUME / STREAM)


def check_unchanged(begun: Begun, tables: list[Path], *, path: Path) -> None:
    """Refuse files that are no longer what they were: so much is seen without reading them.

    Args:
        begun: What the run was begun with.
        tables: Its files, as they are called now.
        path: The folder of the run, for the message.

    Raises:
        DataError: A file was changed, or is gone.

    Example:
        >>> begun = Begun(["ä.csv"], None, {}, "", "", {}, {}, [[3, 0]])
        >>> check_unchanged(begun, [Path("no such ä.csv")], path=Path("so"))
        Traceback (most recent call last):
        linnet.errors.DataError: no such ä.csv is gone, or no longer what the training in so was ...
    """
    for table, state in zip(tables, begun.states, strict=False):
        if file_state(table) != state:
            raise DataError(
                f"{table} is gone, or no longer what the training in {path} was begun with: put "
                "back what was there, or train anew into another folder"
            )


def read_stream(
    table: Any, config: Config, *, folder: Path, say: Callable[[str], None]
) -> Prepared:
    """Read the files of a stream, or take what was read of them before.

    Args:
        table: A path, or several.
        config: The settings.
        folder: Of the run.
        say: Is told in a line what comes next.

    Raises:
        DataError: The files cannot be used.
        ConfigError: A setting does not fit.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     read_stream("tä.csv", Config(), folder=Path(folder), say=lambda line: None)
        Traceback (most recent call last):
        linnet.errors.DataError: there is no file tä.csv...
    """
    made = prepare_stream(paths_of(table), config, folder=folder / RESUME / STREAM, say=say)
    note = Note("streamed", made.counts["train"], NOT_DONE.format(sample=len(made.split.train)))
    split = replace(made.split, notes=(*made.split.notes, note))
    return replace(made, split=split, config=replace(made.config, out=config.out))


def fit_stream(made: Prepared, tokens: "Tokens", *, keeping: "Keeping") -> "Trained":
    """Train on the rows that stand on disk.

    Args:
        made: The rows.
        tokens: Those in memory, split into tokens.
        keeping: Who is told of it, and what is kept of it.

    Raises:
        ConfigError: Settings that are unknown to the model or contradict each other.
        LinnetError: The loss became infinite.

    Example:
        >>> from linnet import train
        >>> import polars as pl, tempfile
        >>> table = {"text": ["good", "hyvä", "bad", ""] * 9, "label": [1, 1, 0, 0] * 9}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "a.parquet")
        ...     pl.DataFrame(table).write_parquet(path)
        ...     run = train([path], stream=True, epochs=1, validation_fraction=0, test_fraction=0)
        >>> run.classifier.manifest["rows"]["train"]
        27
    """
    from linnet.training.fitting import Lesson, fit_lesson, known
    from linnet.training.material import Material
    from linnet.training.train import Trained

    examples, split, vectorizer = made.examples, made.split, made.data.vectorizer
    material = Material(
        tokens, examples.targets, examples.task, examples.labels, examples.weights,
        examples.foreign,
    )  # fmt: skip
    learned, watching = (
        known(vectorizer, material, rows=rows) for rows in (split.train, split.validation)
    )
    lesson = Lesson(vectorizer, made.data, learned, watching)
    model = fit_lesson(material, made.config, lesson=lesson, keeping=keeping)
    config = replace(
        made.config, task=material.task, loss=model.plan.head.loss,
        max_length=vectorizer.settings.max_length,
    )  # fmt: skip
    return Trained(material, split, config, model, model, counts=made.counts)
