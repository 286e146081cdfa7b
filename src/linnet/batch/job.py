"""What is to be scored, cut into parts: all that a process needs to score any of them.

Goes in: files, a saved model, settings. Comes out: a `Job`, the same for the same inputs, so that
it can be made again to go on after a kill. Knows nothing of who works on the parts.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from linnet.batch.answers import added_columns, kept_columns
from linnet.batch.settings import ScoreSettings
from linnet.errors import ArtifactError, DataError
from linnet.files import flush
from linnet.runtime.verify import model_identity
from linnet.tables.columns import texts
from linnet.tables.contents import require_file
from linnet.tables.form import Form
from linnet.tables.pieces import InPieces, Piece, changed, in_pieces, unpack
from linnet.tables.write import refuse_unwritable
from linnet.version import VERSION

UNPACKED = ".unpacked"
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Asked:
    """What should be scored, and how.

    Attributes:
        model: The folder of a saved model's files.
        model_sum: What tells it from others.
        labels: Its labels.
        inputs: The files, at least one.
        text: The text column, or several that are joined.
        settings: All else.
    """

    model: Path
    model_sum: str
    labels: tuple[str, ...]
    inputs: tuple[Path, ...]
    text: tuple[str, ...]
    settings: ScoreSettings

    def to_json(self) -> dict[str, Any]:
        """Return what must be the same for the parts to be the same.

        Raises:
            DataError: An input is not there.
        """
        settings = {**asdict(self.settings), "text": self.text}
        del settings["threads"]
        return {
            "linnet": VERSION,
            "model": {"folder": str(self.model), "sum": self.model_sum},
            "settings": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in settings.items()
            },
            "inputs": [input_identity(each) for each in self.inputs],
        }


@dataclass(frozen=True)
class Part:
    """Some rows of an input that become one file.

    Attributes:
        input: The number of the input.
        first_row: The number of its first row in the input, from 0.
        piece: Where its rows stand.
    """

    input: int
    first_row: int
    piece: Piece


@dataclass(frozen=True)
class Job:
    """A folder and the parts that belong into it. Plain data: it may go to another process.

    Attributes:
        folder: Where the parts are written, an absolute path.
        asked: What should be scored.
        inputs: The files in pieces.
        identities: What tells each of them from what it is after a change.
        kept: The columns of the inputs that the parts have too.
        parts: In the order of the rows.
    """

    folder: Path
    asked: Asked
    inputs: tuple[InPieces, ...]
    identities: tuple[dict[str, Any], ...]
    kept: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """Rows of all parts."""
        return sum(each.piece.rows for each in self.parts)

    def path(self, number: int) -> Path:
        """Return the file of a part; names sort in the order of the rows."""
        digits = max(5, len(str(len(self.parts) - 1)))
        return self.folder / f"part-{number:0{digits}}.{self.asked.settings.format}"

    def file(self, number: int) -> Path:
        """Return where the bytes of an input stand."""
        return where(self.inputs[number].path, number, folder=self.folder)

    def check_input(self, number: int) -> None:
        """Raise DataError if an input is not what it was."""
        path = self.inputs[number].path
        if input_identity(path) != self.identities[number]:
            raise changed(path)

    def missing(self) -> list[int]:
        """Return the parts that are not there; one that is there is whole."""
        return [number for number in range(len(self.parts)) if not self.path(number).exists()]

    def to_json(self) -> list[dict[str, Any]]:
        """Return which rows stand in which part."""
        return [
            {
                "file": self.path(number).name,
                "input": each.input,
                "first_row": each.first_row,
                "rows": each.piece.rows,
            }
            for number, each in enumerate(self.parts)
        ]


def make_job(asked: Asked, folder: Path) -> Job:
    """Read through the inputs and cut them into parts; gzipped ones are unpacked into the folder.

    Raises:
        DataError: An input has no rows, a broken line, or other columns than the first one.

    Example:
        >>> asked = Asked(Path("so"), "", (), (Path("ä.csv"),), ("text",), ScoreSettings())
        >>> make_job(asked, Path("scored"))
        Traceback (most recent call last):
        linnet.errors.DataError: there is no file ä.csv...
    """
    settings = asked.settings
    form = Form(settings.columns, "\t" if settings.delimiter == r"\t" else settings.delimiter)  # type: ignore[arg-type]
    size = max(1, int(settings.part_megabytes * MEGABYTE))
    identities = tuple(input_identity(each) for each in asked.inputs)
    inputs = list[InPieces]()
    for number, path in enumerate(asked.inputs):
        file = where(path, number, folder=folder)
        if file != path and not file.exists():
            _unpack(path, file)
        inputs.append(in_pieces(path, form, file=file, size=size))
        _check_text(inputs[-1], asked.text)
    return Job(
        folder, asked, tuple(inputs), identities, _kept(inputs, asked), tuple(_parts(inputs))
    )


def where(path: Path, number: int, *, folder: Path) -> Path:
    """Return where the bytes of an input stand, unpacked if it is gzipped.

    Example:
        >>> str(where(Path("ä.csv.gz"), 3, folder=Path("scored")))
        'scored/.unpacked/3'
    """
    return folder / UNPACKED / str(number) if path.suffix.lower() == ".gz" else path


def identity(model: Path) -> tuple[Path, str]:
    """Return the real folder of a saved model and what tells it from others.

    Raises:
        ArtifactError: There is none.

    Example:
        >>> identity(Path("no such folder"))
        Traceback (most recent call last):
        linnet.errors.ArtifactError: no such folder holds no saved model...
    """
    found = model_identity(model)
    if found is None:
        raise ArtifactError(f"{model} holds no saved model, or this machine cannot read it")
    return found


def input_identity(path: Path) -> dict[str, Any]:
    """Return what tells a file from what it is after a change.

    Raises:
        DataError: It is not there.

    Example:
        >>> input_identity(Path("ä.csv"))
        Traceback (most recent call last):
        linnet.errors.DataError: there is no file ä.csv...
    """
    require_file(path)
    said = path.stat()
    return {"path": str(path), "bytes": said.st_size, "modified_ns": said.st_mtime_ns}


def _unpack(path: Path, file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    beside = file.with_suffix(".new")
    unpack(path, beside)
    flush(beside)
    os.replace(beside, file)


def _check_text(source: InPieces, names: Sequence[str]) -> None:
    import polars as pl

    texts(pl.DataFrame(schema=source.schema), names, source=str(source.path))


def _kept(inputs: Sequence[InPieces], asked: Asked) -> tuple[str, ...]:
    """Return the columns that the parts have too; all inputs must have them alike."""
    first, added = inputs[0], added_columns(asked.labels, asked.settings)
    kept = [
        kept_columns(list(each.schema), added, settings=asked.settings, source=str(each.path))
        for each in inputs
    ]
    for each, names in zip(inputs, kept, strict=True):
        if set(names) != set(kept[0]):
            raise _unlike(each, first, f"the columns {', '.join(names)}", ", ".join(kept[0]))
        for name in names:
            if each.schema[name] != first.schema[name]:
                has = f"{each.schema[name]} in the column {name!r}"
                raise _unlike(each, first, has, str(first.schema[name]))
    beside = {name: first.schema[name] for name in kept[0] if name not in asked.text}
    refuse_unwritable(beside, f".{asked.settings.format}")
    return tuple(kept[0])


def _unlike(one: InPieces, first: InPieces, has: str, instead: str) -> DataError:
    return DataError(
        f"{one.path} has {has}, {first.path} has {instead}: score them apart, or name with keep "
        "the columns that are alike"
    )


def _parts(inputs: Sequence[InPieces]) -> Iterator[Part]:
    for number, source in enumerate(inputs):
        row = 0
        for piece in source.pieces:
            yield Part(number, row, piece)
            row += piece.rows
