"""Run a saved run again, and say whether it comes to the same."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, read_config
from linnet.errors import ConfigError, DataError
from linnet.workflows.begun import Begun, kept_begun, versions_now
from linnet.workflows.run import MODEL, Run
from linnet.workflows.run_folder import run_folder_of

if TYPE_CHECKING:
    from linnet.training.loop import Report
    from linnet.workflows.differences import Difference

WITHIN = ("weights", "scores", "metrics", "model files", "versions")
"""What may differ in a run that came to the same within a tolerance."""
MEASURED = ("scores", "metrics")
"""What the tolerance is for."""


@dataclass(frozen=True, eq=False)
class Reproduced:
    """What came of a run that was run again.

    Attributes:
        path: The folder of the first run.
        run: The second one.
        differences: In what they differ, what comes first first.
        tolerance: By how much scores and metrics may differ.
    """

    path: Path
    run: Run
    differences: "tuple[Difference, ...]"
    tolerance: float

    @property
    def identical(self) -> bool:
        """Whether the models are the same byte for byte."""
        return all(each.what != "model files" for each in self.differences)

    @property
    def equal(self) -> bool:
        """Whether rows, settings, labels and ids are the same, and all else within tolerance.

        Scores of the golden texts and accuracy (or micro-F1) of each part are what the tolerance
        is for; versions may differ, and weights by anything that makes no other difference.
        """
        return self.identical or all(
            each.what in WITHIN
            and not (each.what in MEASURED and (each.largest or 0.0) > self.tolerance)
            for each in self.differences
        )

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain data."""
        found = {each.what: {"message": each.message, "largest": each.largest}
                 for each in self.differences}  # fmt: skip
        return {
            "run": str(self.path), "identical": self.identical, "equal": self.equal,
            "tolerance": self.tolerance, "first": next(iter(found), None), "differences": found,
        }  # fmt: skip


def reproduce(
    folder: str | Path,
    table: Any = None,
    *,
    out: str | Path | None = None,
    tolerance: float | None = None,
    report: "Report | None" = None,
    say: Callable[[str], None] = lambda line: None,
) -> Reproduced:
    """Run a saved run again with its settings, and compare what it comes to.

    Args:
        folder: Folder of the run.
        table: Its table: a path or a table. None: the path that it was trained from.
        out: Folder for the second run; None: a temporary one, as long as what is returned.
        tolerance: By how much scores and accuracy (or micro-F1) may differ in a run that counts as
            equal; None: 1e-5, as golden scores may.
        report: Is told how far training is.
        say: Is told in a line what comes next.

    Raises:
        ConfigError: The folder holds no run that could be run again.
        ArtifactError: Its model is damaged.
        DataError: The table is not there, or cannot be used.

    Example:
        >>> from linnet import train
        >>> table = {"text": ["good", "hyvä", "bad", ""] * 5, "label": [1, 1, 0, 0] * 5}
        >>> run = train(table, epochs=1, duplicates="keep")
        >>> reproduce(run.path, table).identical
        True
        >>> table["text"] = ["good", "hyvä", "bad", "?"] * 5
        >>> reproduce(run.path, table).differences[0].what
        'rows'
    """
    from linnet.artifact.golden import TOLERANCE
    from linnet.artifact.load import open_artifact
    from linnet.workflows.differences import differences, version_changes
    from linnet.workflows.train import train

    tolerance = TOLERANCE if tolerance is None else tolerance
    if not tolerance >= 0:
        raise ConfigError(f"tolerance must be at least 0, not {tolerance}")
    path = run_folder_of(Path(folder))
    manifest = open_artifact(path / MODEL).manifest
    begun = kept_begun(path)
    source, from_ = _table(path, begun, table), _from(path, begun, manifest)
    config = replace(settings_again(path), out=None if out is None else str(out))
    versions = {"linnet": manifest["linnet"], **manifest["versions"]}
    for change in version_changes(versions, versions_now()):
        say(f"{change}: the result may differ a little")
    made = train(source, from_=from_, config=config, report=report, say=say)
    found = tuple(differences(path, made.path))
    return Reproduced(path, made, found, tolerance)


def settings_again(folder: str | Path) -> Config:
    """Return the settings with which a saved run is run again.

    They are those that were given; where these are not kept, those that it came to.

    Args:
        folder: Folder of the run.

    Raises:
        ConfigError: The folder holds no run that could be run again.

    Example:
        >>> settings_again("no such folder")
        Traceback (most recent call last):
        linnet.errors.ConfigError: there is no folder no such folder: name the folder of a run
    """
    path = run_folder_of(Path(folder))
    begun = kept_begun(path)
    return read_config(path / "config.toml") if begun is None else begun.config_here


def _table(path: Path, begun: Begun | None, table: Any) -> Any:
    """Return the table to train from: the one that is given, or the one that is remembered."""
    if table is not None:
        return table
    if begun is None or begun.table is None:
        raise ConfigError(
            f"{path} does not say which table it was trained from, or it was no file: give it "
            "(--data FILE)"
        )
    named = begun.table if isinstance(begun.table, list) else [begun.table]
    names = [begun.path_here(each) for each in named]
    for name in names:
        if not Path(name).is_file():
            raise DataError(
                f"{name}, the table of {path}, is not there: say where it is now (--data FILE)"
            )
    return names if isinstance(begun.table, list) else names[0]


def _from(path: Path, begun: Begun | None, manifest: dict[str, Any]) -> str | None:
    """Return the run that the run goes on from."""
    if begun is not None and begun.from_ is not None:
        return begun.path_here(begun.from_)
    if begun is None and "from" in manifest:
        raise ConfigError(f"{path} goes on from another run, and does not say from which")
    return None
