"""What a run was begun with, so that it can go on when killed, and be run again when complete.

`begun.json` in the folder of a run says which table and which settings it has, and what the rows
were; until the run is complete it stands in `resume`.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, configure
from linnet.errors import ArtifactError, ConfigError, DataError
from linnet.files import file_state, sha256, write_json
from linnet.types import Split

if TYPE_CHECKING:
    from linnet.tables.examples import Examples

RESUME, BEGUN = "resume", "begun.json"


@dataclass(frozen=True)
class Begun:
    """What a run was begun with.

    Attributes:
        table: The path of its table, or the paths of a stream; None: the table was in memory.
        from_: The saved run that it goes on from; None: none.
        settings: What was set.
        where: The folder that paths are relative to.
        rows: One number for all rows and what they are for.
        files: What else is read → its sum.
        versions: Of all that the result may depend on.
        states: Of each file of a stream its bytes, and when it was changed, in nanoseconds.
    """

    table: str | list[str] | None
    from_: str | None
    settings: dict[str, Any]
    where: str
    rows: str
    files: dict[str, str]
    versions: dict[str, str]
    states: list[list[int]] = field(default_factory=list)

    @property
    def config(self) -> Config:
        """The settings of the run."""
        return configure(**self.settings)

    @property
    def tables(self) -> Any:
        """The table, as it is called from the folder that this process works in."""
        if isinstance(self.table, list):
            return [self.path(each) for each in self.table]
        return None if self.table is None else self.path(self.table)

    def path(self, name: str) -> str:
        """Return a path as it is called from the folder that this process works in."""
        here = self.where == str(Path.cwd()) or Path(name).is_absolute()
        return name if here else str(Path(self.where, name))

    def path_here(self, name: str) -> str:
        """Return the same, or the name as it is where only that stands for a file or folder."""
        path = self.path(name)
        return name if not _is_there(path) and _is_there(name) else path

    @property
    def config_here(self) -> Config:
        """The settings, with files called as they are from the folder this process works in."""
        config = self.config
        here: dict[str, Any] = {
            name: self.path_here(path) for name, path in _relative(config).items()
        }
        return configure(config, **here)


def _is_there(name: str) -> bool:
    """Return whether a path is there; what follows a file's name in a setting is no part of it."""
    path = name.rpartition(":")[0] if ".py:" in name else name
    return Path(path).exists()


def begun_with(
    table: Any,
    config: Config,
    *,
    from_: str | Path | None = None,
    examples: "Examples | None" = None,
    split: Split | None = None,
) -> Begun:
    """Return what a run is begun with, before its first step.

    Args:
        table: A path, several of a stream, or a table.
        config: The settings as they were given.
        from_: The saved run that it goes on from.
        examples: All rows; None: they are streamed, and kept in the folder of the run.
        split: Which are for what.

    Example:
        >>> begun = begun_with("a.csv", Config(epochs=3))
        >>> begun.table, begun.config.epochs, begun.files
        ('a.csv', 3, {})
    """
    paths = isinstance(table, list) and all(isinstance(each, str | Path) for each in table)
    settings = {name: value for name, value in asdict(config).items() if value is not None}
    return Begun(
        [*map(str, table)] if paths else str(table) if isinstance(table, str | Path) else None,
        None if from_ is None else str(from_),
        settings,
        str(Path.cwd()),
        "" if examples is None else rows_of(examples, split),
        {name: sha256(path) for name, path in _files(config, from_).items()},
        versions_now(),
        [file_state(Path(each)) for each in table] if paths else [],
    )


def rows_of(examples: "Examples", split: Split | None = None) -> str:
    """Return one number for all rows: what they are and, with a split, what they are for.

    Example:
        >>> from linnet.workflows.prepare import prepare
        >>> table = {"text": ["ä", "b", "c"], "label": ["x", "y", "y"]}
        >>> one, other = (rows_of(*prepare(table, Config(seed=seed))) for seed in (0, 0))
        >>> one == other
        True
    """
    from hashlib import sha256

    digest = sha256("\0".join(examples.texts).encode("utf-8", "surrogatepass"))
    digest.update(examples.targets.tobytes())
    if split is not None:
        parts = (examples.rows, split.train, split.validation, split.test, examples.weights)
        for part in parts:
            digest.update(b"\0" if part is None else part.tobytes())
    return digest.hexdigest()


def _files(config: Config, from_: str | Path | None) -> dict[str, Path]:
    """Return what is read besides rows, by name: vectors, a model of one's own, a saved model."""
    from linnet.artifact.layout import SUMS
    from linnet.models.custom import is_custom

    found = {}
    if config.vectors:
        found["vectors"] = Path(config.vectors)
    if is_custom(str(config.model)):
        found["model"] = Path(str(config.model).rpartition(":")[0])
    if from_ is not None:
        folder = Path(from_)
        found["from"] = (folder if (folder / SUMS).is_file() else folder / "model") / SUMS
    return {name: path for name, path in found.items() if path.is_file()}


def versions_now() -> dict[str, str]:
    """Return the versions that a training begun now may depend on, and the backend of Keras.

    Example:
        >>> {"linnet", "python", "backend"} <= versions_now().keys()
        True
    """
    from linnet.training.pack import versions
    from linnet.version import VERSION

    return {"linnet": VERSION, **versions(), "backend": os.environ.get("KERAS_BACKEND", "jax")}


def read_begun(path: Path) -> Begun:
    """Read what the run in a folder was begun with.

    Raises:
        ConfigError: There is no training to go on with.
        ArtifactError: The file is damaged.

    Example:
        >>> read_begun(Path("no such folder"))
        Traceback (most recent call last):
        linnet.errors.ConfigError: resume: there is no folder no such folder: ...
    """
    file = path / RESUME / BEGUN
    if not file.is_file():
        _refuse_resume(path)
    return _read(file, mend=f"remove {path}, and train from the start")


def _read(file: Path, *, mend: str) -> Begun:
    try:
        return Begun(**json.loads(file.read_text("utf-8")))
    except (OSError, TypeError, ValueError) as error:
        raise ArtifactError(f"{file} is damaged ({error}): {mend}") from error


def keep_begun(path: Path, begun: Begun) -> None:
    """Write what a complete run was begun with.

    Raises:
        OutputError: The folder cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     keep_begun(Path(folder), Begun("ä.csv", None, {}, "", "", {}, {}))
        ...     kept_begun(Path(folder)).table
        'ä.csv'
    """
    write_json(path / BEGUN, asdict(begun))


def kept_begun(path: Path) -> Begun | None:
    """Return what a complete run was begun with; None: it is not kept.

    Raises:
        ArtifactError: The file is damaged.

    Example:
        >>> kept_begun(Path("no such folder")) is None
        True
    """
    file = path / BEGUN
    return _read(file, mend="remove it, and name the table of the run") if file.is_file() else None


def _refuse_resume(path: Path) -> None:
    """Say why nothing can go on in a folder."""
    if not path.is_dir():
        raise ConfigError(
            f"resume: there is no folder {path}: name the folder of a training that was interrupted"
        )
    if (path / "model").is_dir():
        raise ConfigError(f"resume: the training in {path} is complete: there is nothing to do")
    raise ConfigError(f"resume: {path} holds no training that was interrupted: name the out of one")


def resumed_settings(folder: str | Path) -> Config:
    """Return the settings of an interrupted training.

    Raises:
        ConfigError: There is no training to go on with.

    Example:
        >>> resumed_settings("no such folder")
        Traceback (most recent call last):
        linnet.errors.ConfigError: resume: there is no folder no such folder: ...
    """
    return read_begun(Path(folder)).config


def check_same(begun: Begun, config: Config, *, path: Path) -> None:
    """Refuse other settings than those that a run was begun with.

    Args:
        begun: What it was begun with.
        config: What is wanted; `out` has no say.
        path: The folder of the run, for the message.

    Raises:
        ConfigError: A setting differs, or names a file from another folder than this one.

    Example:
        >>> begun = Begun("a.csv", None, {"epochs": 3}, "", "", {}, {})
        >>> check_same(begun, Config(epochs=4), path=Path("so"))
        Traceback (most recent call last):
        linnet.errors.ConfigError: resume: epochs of the training in so is 3, not 4: leave it ...
    """
    before = begun.config
    for name in (each.name for each in fields(Config) if each.name != "out"):
        old, new = getattr(before, name), getattr(config, name)
        if old != new:
            raise ConfigError(
                f"resume: {name} of the training in {path} is {old!r}, not {new!r}: leave it out, "
                "or train anew into another folder"
            )
    for name, value in _relative(before).items():
        if begun.path(value) != value:
            raise ConfigError(
                f"resume: {name} of the training in {path} is {value!r}, seen from {begun.where}: "
                "go on in that folder"
            )


def check_place(config: Config, *, path: Path) -> None:
    """Refuse another folder than that of the run: a training goes on where it is.

    Args:
        config: What is wanted.
        path: The folder of the run.

    Raises:
        ConfigError: `out` names another one.

    Example:
        >>> check_place(Config(out="./sö"), path=Path("sö"))
        >>> check_place(Config(out="other"), path=Path("sö"))
        Traceback (most recent call last):
        linnet.errors.ConfigError: resume: the training in sö goes on in its own folder, not in ...
    """
    if config.out is not None and Path(config.out).resolve() != path.resolve():
        raise ConfigError(
            f"resume: the training in {path} goes on in its own folder, not in {config.out}: "
            "do not give out, and move the folder when it is complete"
        )


def check_stream(begun: Begun, tables: Sequence[Path], *, path: Path) -> None:
    """Refuse other files than those that a stream was begun with: they would not be read.

    Args:
        begun: What it was begun with.
        tables: The files that were given.
        path: The folder of the run, for the message.

    Raises:
        ConfigError: They are others.

    Example:
        >>> begun = Begun(["ä.csv"], None, {}, str(Path.cwd()), "", {}, {})
        >>> check_stream(begun, [Path("./ä.csv")], path=Path("so"))
        >>> check_stream(begun, [Path("b.csv")], path=Path("so"))
        Traceback (most recent call last):
        linnet.errors.ConfigError: resume: the training in so was begun with ä.csv, not with b...
    """
    before = [Path(each).resolve() for each in begun.tables]
    if [each.resolve() for each in tables] != before:
        given = ", ".join(map(str, tables))
        raise ConfigError(
            f"resume: the training in {path} was begun with {', '.join(begun.tables)}, not with "
            f"{given}: leave the table out, or train anew into another folder"
        )


def _same_table(*both: Begun) -> bool:
    """Return whether two trainings read one file; tables in memory count as one."""
    return len({each.tables and os.path.realpath(each.tables) for each in both}) == 1


def _relative(config: Config) -> dict[str, str]:
    """Return the settings that name a file by a path from the folder one works in."""
    from linnet.models.custom import is_custom

    named = {name: getattr(config, name) for name in ("test", "vectors", "previous")}
    named["model"] = config.model if is_custom(str(config.model)) else None
    return {name: value for name, value in named.items() if value and not Path(value).is_absolute()}


def check_rows(begun: Begun, now: Begun, *, path: Path) -> None:
    """Refuse rows or files that are no longer what they were.

    Args:
        begun: What the run was begun with.
        now: What it would be begun with now.
        path: The folder of the run, for the message.

    Raises:
        DataError: Rows, or a file, have changed.

    Example:
        >>> from dataclasses import replace
        >>> begun = Begun("a.csv", None, {}, "", "1", {}, {})
        >>> check_rows(begun, replace(begun, rows="2"), path=Path("so"))
        Traceback (most recent call last):
        linnet.errors.DataError: the rows of a.csv are no longer those that ...
    """
    mend = f"that the training in {path} was begun with: put back what was there, or train anew"
    if begun.rows != now.rows and not _same_table(begun, now):
        raise DataError(
            f"the rows of {now.table or 'the table that was given'} are not those that the "
            f"training in {path} was begun with, {begun.table or 'a table in memory'}: "
            f"{'leave the table out' if begun.table else 'give that one'}, or train anew into "
            "another folder"
        )
    if begun.rows != now.rows:
        raise DataError(f"the rows of {begun.table or 'the table'} are no longer those {mend}")
    for name, sum_before in begun.files.items():
        if now.files.get(name) != sum_before:
            file = begun.from_ if name == "from" else begun.settings[name]
            raise DataError(f"{name}: {file} is no longer what it was, {mend}")


def changes(begun: Begun, now: Begun) -> list[str]:
    """Say which versions have changed since a run was begun.

    Example:
        >>> from dataclasses import replace
        >>> begun = Begun("a.csv", None, {}, "", "", {}, {"numpy": "2.3.0"})
        >>> changes(begun, replace(begun, versions={"numpy": "2.4.0"}))
        ['begun with numpy 2.3.0, going on with 2.4.0: the result may differ a little ...']
    """
    return [
        f"begun with {name} {old}, going on with {now.versions.get(name)}: the result may differ "
        "a little from that of a training that was not interrupted"
        for name, old in begun.versions.items()
        if now.versions.get(name) != old
    ]
