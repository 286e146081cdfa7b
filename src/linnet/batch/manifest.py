"""`score.json`: what a folder of parts was made of, so that only the same is gone on with."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linnet.batch.job import Asked
from linnet.errors import OutputError
from linnet.files import refuse_existing, write_json

MANIFEST = "score.json"
FORMAT = 1


@dataclass(frozen=True)
class Saved:
    """What score.json says.

    Attributes:
        begun: What `Asked.to_json` gave when the folder was made.
        parts: What `Job.to_json` gave: which rows stand in which part; none while inputs are read.
        complete: Whether all parts were there.
    """

    begun: dict[str, Any]
    parts: list[dict[str, Any]]
    complete: bool

    @property
    def rows(self) -> int:
        """Rows of all parts."""
        return sum(each["rows"] for each in self.parts)

    def missing(self, folder: Path) -> list[str]:
        """Return the names of the parts that are not there."""
        return [each["file"] for each in self.parts if not (folder / each["file"]).exists()]


def write_saved(saved: Saved, folder: Path) -> None:
    """Write score.json.

    Example:
        >>> write_saved(Saved({}, [], False), Path("no such folder"))
        Traceback (most recent call last):
        linnet.errors.OutputError: cannot write no such folder/score.json: ...
    """
    whole = {"format": FORMAT, "complete": saved.complete, "rows": saved.rows}
    write_json(folder / MANIFEST, {**whole, **saved.begun, "parts": saved.parts})


def read_saved(folder: Path) -> Saved:
    """Read score.json.

    Raises:
        OutputError: It is not there, or not what linnet wrote.

    Example:
        >>> read_saved(Path("päivä"))
        Traceback (most recent call last):
        linnet.errors.OutputError: päivä is no folder of scores: it has no score.json...
    """
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
        if said.pop("format") != FORMAT:
            raise OutputError(f"{folder} was begun with another version of linnet: begin anew")
        parts, complete = said.pop("parts"), said.pop("complete")
        del said["rows"]
    except OSError as error:
        raise OutputError(
            f"{folder} is no folder of scores: it has no {MANIFEST}; name another folder"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise OutputError(
            f"{folder / MANIFEST} is damaged: begin anew in another folder"
        ) from error
    return Saved(said, parts, complete)


def refuse_taken(folder: Path) -> None:
    """Raise OutputError if the folder exists, and say how far the parts in it are.

    Example:
        >>> refuse_taken(Path("no such folder"))
    """
    if (folder / MANIFEST).is_file():
        saved = read_saved(folder)
        missing = len(saved.missing(folder))
        if saved.complete and not missing:
            raise OutputError(
                f"{folder} is complete: {saved.rows:,} rows in {len(saved.parts):,} parts; name "
                "another folder"
            )
        there = f"{len(saved.parts) - missing:,} of {len(saved.parts):,} parts are there"
        raise OutputError(
            f"{folder} was begun, {there if saved.parts else 'its inputs are being read'}: go on "
            "with resume, or name another folder"
        )
    refuse_existing(folder)


def check_same(saved: Saved, asked: Asked, *, folder: Path) -> None:
    """Check that the same is asked as when the folder was made.

    Raises:
        OutputError: The inputs, the model, a setting or linnet is another.

    Example:
        >>> from linnet.batch.settings import ScoreSettings
        >>> asked = Asked(Path("so"), "a", (), (), ("text",), ScoreSettings())
        >>> check_same(Saved(asked.to_json(), [], False), asked, folder=Path("scored"))
        >>> other = Asked(Path("so"), "a", (), (), ("text",), ScoreSettings(k=3))
        >>> check_same(Saved(asked.to_json(), [], False), other, folder=Path("scored"))
        Traceback (most recent call last):
        linnet.errors.OutputError: scored was begun with k = 0, and now it is 3: ...
    """
    now, then = asked.to_json(), saved.begun
    changes = [
        *_settings(then.get("settings", {}), now["settings"]),
        *_models(then.get("model", {}), now["model"]),
        *_inputs(then.get("inputs", []), now["inputs"]),
    ]
    if then.get("linnet") != now["linnet"]:
        before = f"linnet {then.get('linnet')}"
        changes.append((f"{before}, and this is {now['linnet']}", f"install {before}"))
    if changes:
        mends = ", ".join(mend for _, mend in changes)
        raise OutputError(
            f"{folder} was begun with {changes[0][0]}: {mends}, or score into another folder, for "
            "its parts would not fit together"
        )


def _settings(then: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what has changed, and how to mend it; so do the others."""
    return [
        (
            f"{name} = {old!r}, and now it is {value!r}",
            f"leave {name} out" if old is None else f"give {name} = {old!r} again",
        )
        for name, value in now.items()
        if (old := then.get(name)) != value
    ]


def _models(then: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, str]]:
    """Compare the sums alone: the same model may stand elsewhere."""
    if then.get("sum") == now["sum"]:
        return []
    folder = then.get("folder")
    return [(f"another model, {folder} as it was then", f"give the model {folder} of then again")]


def _inputs(then: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[tuple[str, str]]:
    before, after = ([each["path"] for each in listed] for listed in (then, now))
    if before != after:
        named = ", ".join(before)
        return [(f"other inputs: {named}", f"give the inputs {named} again")]
    return [
        (f"{old['path']} as it was then, and it has been changed", f"put back {old['path']}")
        for old, new in zip(then, now, strict=True)
        if old != new
    ]
