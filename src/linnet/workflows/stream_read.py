"""Files that are larger than memory, read once: the training rows become tokens on disk.

Goes in: paths and settings. Comes out: `Streamed`. What is kept in memory is bounded: test and
validation rows, a sample of the training rows, and the counts of words and labels.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config
from linnet.errors import DataError
from linnet.types import Note
from linnet.workflows.prepare import check_columns, columns_of

if TYPE_CHECKING:
    import polars as pl

    from linnet.tables.examples import Kept
    from linnet.tables.pieces import InPieces
    from linnet.text.on_disk import TokensOnDisk

PIECE_BYTES = 32_000_000
"""About how much text is in memory at a time."""
SAMPLE_ROWS = 20_000
"""Training rows that are kept to be looked at."""
HELD = ("validation", "test")


@dataclass(frozen=True, eq=False)
class Streamed:
    """What reading all rows has found.

    Attributes:
        tokens: The training rows, with the columns label and weight.
        words: Columns key and count: how often each word stands in the training rows.
        labels: How many training rows have each label, as it is written in the files.
        watched: Labels of validation rows.
        held: Test and validation rows and the sample, with the columns part, row, text, label.
        counts: Rows of each part.
        rule: Which rows are for what.
        fingerprint: Of the training rows.
        notes: What was left out, and what was not done.
        source: What the files are called in messages.
    """

    tokens: "TokensOnDisk"
    words: "pl.DataFrame"
    labels: dict[str, int]
    watched: tuple[str, ...]
    held: "pl.DataFrame"
    counts: dict[str, int]
    rule: dict[str, Any]
    fingerprint: str
    notes: tuple[Note, ...]
    source: str


def read_rows(
    paths: Sequence[Path], config: Config, *, folder: Path, say: Callable[[str], None]
) -> Streamed:
    r"""Read all rows of some files, and share them out.

    Args:
        paths: Tables of the same columns.
        config: The settings of data and split.
        folder: For the tokens.
        say: Is told in a line which file comes next.

    Raises:
        DataError: A file cannot be read, or no row is left for training.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "a.csv")
        ...     _ = path.write_text("text,label\nä,x\nb,y\n,y\n", "utf-8")
        ...     config = Config(test_fraction=0, validation_fraction=0)
        ...     found = read_rows([path], config, folder=Path(folder, "f"), say=print)
        looking through ...a.csv
        reading ...a.csv
        >>> found.counts["train"], found.labels, found.notes[0].message
        (2, {'x': 1, 'y': 1}, "1 of 3 rows left out: no text in column 'text'")
    """
    reading = _Reading(config, folder)
    for opened in opened_files(paths, config, folder=folder, say=say):
        say(f"reading {opened.path}")
        for table in opened.tables():
            reading.add(table, source=str(opened.path))
    return reading.close(paths)


@dataclass(frozen=True)
class Opened:
    """A file that can be read.

    Attributes:
        pieces: Where its rows stand.
        file: Where its bytes stand: the file, or what it is unpacked to while it is read.
        state: Of the file when it was looked through.
    """

    pieces: "InPieces"
    file: Path
    state: tuple[int, ...]

    @property
    def path(self) -> Path:
        """The file, as messages name it."""
        return self.pieces.path

    def tables(self) -> "Iterator[pl.DataFrame]":
        """Yield its rows some at a time.

        Raises:
            DataError: It was changed since.
        """
        from linnet.tables.contents import state
        from linnet.tables.pieces import changed, unpack

        if state(self.path) != self.state:
            raise changed(self.path)
        if not self.file.exists():
            unpack(self.path, self.file)
        for piece in self.pieces.pieces:
            yield self.pieces.read(piece, self.file)
        if self.file != self.path:
            self.file.unlink()


def opened_files(
    paths: Sequence[Path], config: Config, *, folder: Path, say: Callable[[str], None]
) -> list[Opened]:
    """Look through all files before any is worked on, so that a mistake is told at once.

    Args:
        paths: The files.
        config: How they are read.
        folder: Where gzipped ones are unpacked, one at a time.
        say: Is told which file it looks through.

    Raises:
        DataError: One is missing, empty, broken, or has not the columns that the settings name.

    Example:
        >>> opened_files([Path("täble.csv")], Config(), folder=Path("."), say=print)
        Traceback (most recent call last):
        linnet.errors.DataError: there is no file täble.csv...
    """
    from linnet.tables.contents import require_file

    for path in paths:
        require_file(path)
    found = list[Opened]()
    for number, path in enumerate(paths):
        say(f"looking through {path}")
        gzipped = path.suffix.lower() == ".gz"
        opened = _opened(path, config, file=folder / f"unpacked-{number}" if gzipped else path)
        if gzipped and len(paths) > 1:  # the disk need not hold all of them
            opened.file.unlink()
        found.append(opened)
    return found


def _opened(path: Path, config: Config, *, file: Path) -> Opened:
    import polars as pl

    from linnet.tables.columns import column
    from linnet.tables.contents import state
    from linnet.tables.form import Form
    from linnet.tables.pieces import in_pieces, unpack

    before = state(path)
    if file != path:
        file.parent.mkdir(parents=True, exist_ok=True)
        unpack(path, file)
    form = Form(config.columns, "\t" if config.delimiter == r"\t" else config.delimiter)
    pieces = in_pieces(path, form, file=file, size=PIECE_BYTES)
    check_columns(list(pieces.schema), config, source=str(path))
    if config.split:
        column(pl.DataFrame(schema=pieces.schema), config.split, source=str(path))
    return Opened(pieces, file, before)


class _Reading:
    """Everything that is counted and kept while rows come."""

    def __init__(self, config: Config, folder: Path) -> None:
        import polars as pl

        from linnet.splitting.by_hash import Part
        from linnet.splitting.fractions import shares_of
        from linnet.text.on_disk import TokensOnDisk
        from linnet.text.tally import Tally

        self.config, self.columns = config, columns_of(config)
        self.words = Tally(pl.String)
        self.tokens = TokensOnDisk(folder / "tokens")
        self.labels, self.counts = Counter[str](), Counter[str]()
        self.left_out, self.over = dict[str, Note](), Counter[str]()
        self.num_rows, self.digest = 0, hashlib.sha256()
        self.sets: bool | None = None
        shares = {"test": config.test_fraction, "validation": config.validation_fraction}
        shares_of({f"{name}_fraction": share for name, share in shares.items()})
        named = config.split is not None
        self.held = {
            "test": Part(1.0 if named else shares["test"], seed=config.seed),
            "validation": Part(
                1.0 if named else shares["validation"], seed=config.seed, upside_down=True
            ),
        }
        # Where a column names no validation rows, these are taken from the training rows.
        self.spare = Part(shares["validation"] if named else 0.0, seed=config.seed)
        self.sample = Part(1.0, seed=config.seed + 1, most=SAMPLE_ROWS)

    def add(self, table: "pl.DataFrame", *, source: str) -> None:
        """Take some rows of a file."""
        from linnet.tables.examples import kept_rows

        kept = kept_rows(table, self.columns, source=source)
        for note in kept.notes:
            self._leave_out(note.what, note.count, note.message.partition(": ")[2])
        before, self.num_rows = self.num_rows, self.num_rows + len(table)
        if not kept.rows.size:
            return
        rows = self._rows(kept, before, source)
        if self.config.split:
            rows = self._named(rows, table, kept, source)
        else:
            for part in self.held.values():
                rows = part.add(rows)
        self._train(self.spare.add(rows))

    def _rows(self, kept: "Kept", before: int, source: str) -> "pl.DataFrame":
        """Return the rows of some examples as they are kept."""
        import polars as pl

        from linnet.splitting.table import hashes_of

        made = [
            pl.Series("row", kept.rows + before),
            kept.texts.alias("text"),
            self._cells(kept.cells, source).alias("label"),
            hashes_of(kept.texts),
        ]
        if kept.weights is not None:
            made.append(pl.Series("weight", kept.weights))
        return pl.DataFrame(made)

    def _cells(self, cells: "pl.Series", source: str) -> "pl.Series":
        """Return labels, if they have the form that the first rows have."""
        import polars as pl

        found = isinstance(cells.dtype, pl.List)
        self.sets = found if self.sets is None else self.sets
        if found != self.sets:
            here, before = ("sets of labels", "one each") if found else ("one label each", "sets")
            raise DataError(
                f"{source}: rows have {here}, and rows before have {before}: write them alike, or "
                "set task to multilabel, and a single label is a set of one"
            )
        return cells

    def _named(
        self, rows: "pl.DataFrame", table: "pl.DataFrame", kept: "Kept", source: str
    ) -> "pl.DataFrame":
        """Keep the rows that a column says are to measure; return those it says are to train."""
        from linnet.splitting.column import named_parts
        from linnet.tables.columns import column

        said = named_parts(column(table, str(self.config.split), source=source))[kept.rows]
        for name, part in self.held.items():
            self.over[name] += len(part.add(rows.filter(said == name)))
        nothing = int(said.is_null().sum())
        if nothing:
            self._leave_out("left out", nothing, f"column {self.config.split!r} names no part")
        return rows.filter(said == "train")

    def _leave_out(self, what: str, count: int, why: str) -> None:
        before = self.left_out[what].count if what in self.left_out else 0
        self.left_out[what] = Note(what, before + count, why)

    def _train(self, rows: "pl.DataFrame") -> None:
        """Take rows to learn from."""
        from linnet.tables.scheme import label_counts
        from linnet.text.tally import add_words
        from linnet.text.tokenize import tokenize

        if rows.is_empty():
            return
        config = self.config
        tokens = tokenize(
            rows["text"], config.tokenizer or "words", strip_markup=config.strip_markup
        )
        add_words(self.words, tokens)
        self.labels.update(label_counts(rows["label"]))
        self.counts["train"] += len(rows)
        self.digest.update(rows["hash"].to_numpy().tobytes())
        cells = rows["label"].list.join("\0") if self.sets else rows["label"]
        self.digest.update(cells.str.join("\n").item().encode())
        self.tokens.append(
            tokens, rows.select(each for each in ("label", "weight") if each in rows)
        )
        self.sample.add(rows)

    def close(self, paths: Sequence[Path]) -> Streamed:
        """Put together what was found."""
        import polars as pl

        from linnet.tables.scheme import label_counts

        for name, part in self.held.items():
            over = part.close()
            if self.config.split:
                self.over[name] += len(over)
            else:
                self._train(over)
        self._train(self.spare.close())
        if len(self.held["validation"].rows):
            self._train(self.spare.rows)
        else:
            self.held["validation"] = self.spare
        self.sample.close()
        if not self.counts["train"]:
            raise DataError(
                f"{', '.join(map(str, paths))}: no row is left to train on: "
                + "; ".join(note.message for note in self._notes())
            )
        parts = {"train": self.sample, **self.held}
        tables = [
            part.rows.sort("row").with_columns(part=pl.lit(name))
            for name, part in parts.items()
            if len(part.rows)
        ]
        validation = self.held["validation"].rows
        watched = label_counts(validation["label"]) if len(validation) else {}
        return Streamed(
            self.tokens, self.words.table(), dict(self.labels), tuple(watched),
            pl.concat(tables, how="diagonal_relaxed"), self._counts(), self._rule(),
            self.digest.hexdigest(), tuple(self._notes()), ", ".join(map(str, paths)),
        )  # fmt: skip

    def _counts(self) -> dict[str, int]:
        held = {name: len(self.held[name].rows) for name in HELD}
        return {"train": self.counts["train"], **held}

    def _rule(self) -> dict[str, Any]:
        """Say which rows are for what, so that anyone can tell it of a row again."""
        if self.config.split:
            return {"by": "column", "column": self.config.split, "rows": self._counts()}
        return {
            "by": "splitmix64(blake2b of the text, 8 bytes big-endian; seed)",
            "seed": self.config.seed,
            "test_below": str(self.held["test"].bound),
            "validation_from": str(2**64 - self.held["validation"].bound),
            "rows": self._counts(),
        }

    def _notes(self) -> Iterator[Note]:
        for each in self.left_out.values():
            message = f"{each.count:,} of {self.num_rows:,} rows left out: {each.message}"
            yield Note(each.what, each.count, message)
        for name, count in self.over.items():
            if count:
                most = self.held[name].most
                message = (
                    f"{count:,} {name} rows are not used: of more than {most:,}, or of very long "
                    "ones, only some are kept to measure with"
                )
                yield Note(f"{name} rows not used", count, message)
        yield from missed_note("words", self.words.most_missed)


def missed_note(what: str, missed: int) -> list[Note]:
    """Say how far counts may be too low, if they may.

    Example:
        >>> missed_note("words", 0), missed_note("words", 3)[0].message
        ([], 'so many words are different that the count of each may be too low by up to 3')
    """
    message = f"so many {what} are different that the count of each may be too low by up to "
    return [Note("counts", missed, f"{message}{missed:,}")] if missed else []
