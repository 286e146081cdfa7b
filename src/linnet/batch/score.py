"""Score files part by part: chunks in, chunks out, and on from there after a kill.

Goes in: files and a saved model. Comes out: a folder of parts, each written whole or not at all,
and `score.json`, which says what they are. A part that is there is whole: whatever ends the
process, the parts that are there stay, and those that are missing are scored later.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from linnet.batch.answers import answered
from linnet.batch.job import UNPACKED, Asked, Job, make_job
from linnet.batch.manifest import Saved, check_same, read_saved, refuse_taken, write_saved
from linnet.errors import OutputError
from linnet.files import alone, new_folder, remove, remove_unfinished
from linnet.runtime.classifier import Classifier
from linnet.tables.columns import texts
from linnet.tables.formulas import without_formulas
from linnet.tables.write import write

if TYPE_CHECKING:
    import polars as pl


LOCK = ".lock"


@dataclass(frozen=True)
class Scored:
    """A folder of scored rows.

    Attributes:
        folder: Where the parts are.
        rows: Rows of all parts.
        parts: How many there are.
        new_rows: Rows that this call scored; fewer than `rows` where it went on.
        seconds: What this call took.
    """

    folder: Path
    rows: int
    parts: int
    new_rows: int
    seconds: float


@dataclass(frozen=True)
class Progress:
    """How far scoring is.

    Attributes:
        rows: Rows that are scored, in earlier calls too.
        total: Rows of all inputs.
        new_rows: Rows that this call scored.
        seconds: Since this call began to score.
    """

    rows: int
    total: int
    new_rows: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        """Rows of this call by its seconds."""
        return self.new_rows / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it will go on like this; None at the beginning."""
        rate = self.rows_per_second
        return (self.total - self.rows) / rate if rate else None


Report: TypeAlias = Callable[[Progress], None]
Runner: TypeAlias = Callable[[Job, Sequence[int]], Iterator[int]]
"""Writes the parts of these numbers, in any order; yields the rows of each that is there."""


def score_files(
    asked: Asked, folder: Path, *, resume: bool, runner: Runner, report: Report
) -> Scored:
    """Score files into a folder.

    Args:
        asked: What should be scored.
        folder: Where to; it must not exist, unless `resume` is set.
        resume: Whether to go on where an earlier call was ended; where there was none, it begins.
        runner: Works on the parts: `on_this_machine`, or the one of `ray_pool.py`.
        report: Is told how far it is.

    Raises:
        DataError: An input cannot be read.
        OutputError: The folder is taken, was begun with something else, or cannot be written.

    Example:
        >>> from linnet.batch.settings import ScoreSettings
        >>> asked = Asked(Path("so"), "", (), (Path("ä.csv"),), ("text",), ScoreSettings())
        >>> score_files(asked, Path("new"), resume=False, runner=lambda job, numbers: iter(()),
        ...             report=print)
        Traceback (most recent call last):
        linnet.errors.DataError: there is no file ä.csv...
    """
    started, new_rows = time.monotonic(), 0
    if not resume or not folder.exists():
        refuse_taken(folder)
        with new_folder(folder) as beside:
            write_saved(Saved(asked.to_json(), [], complete=False), beside)
    saved = read_saved(folder)
    with alone(folder / LOCK, taken=f"another process scores into {folder}: wait for it"):
        saved = read_saved(folder)  # who held the lock may have come to the end
        check_same(saved, asked, folder=folder)
        if not saved.complete or saved.missing(folder):
            new_rows = _go_on(_cut(saved, asked, folder), runner, report)
            saved = read_saved(folder)
        remove(folder / LOCK)
    return Scored(folder, saved.rows, len(saved.parts), new_rows, time.monotonic() - started)


def _cut(saved: Saved, asked: Asked, folder: Path) -> Job:
    """Cut the inputs into parts, as they were cut before; where that fails, no folder stays."""
    try:
        job = make_job(asked, folder)
    except BaseException:
        if not saved.parts:
            remove(folder)
        raise
    parts = job.to_json()
    if not saved.parts:
        write_saved(replace(saved, parts=parts), folder)
    elif parts != saved.parts:
        raise OutputError(
            f"the inputs come apart into other parts than those of {folder}: score into another "
            "folder, with the versions that are installed now"
        )
    return job


def _go_on(job: Job, runner: Runner, report: Report) -> int:
    """Write the parts that are missing; return how many rows that was."""
    remove_unfinished(job.folder)
    todo, new_rows, started = job.missing(), 0, time.monotonic()
    before = job.rows - sum(job.parts[each].piece.rows for each in todo)
    report(Progress(before, job.rows, 0, 0.0))
    for rows in runner(job, todo):
        new_rows += rows
        seconds = time.monotonic() - started
        report(Progress(before + new_rows, job.rows, new_rows, seconds))
    _finish(job)
    return new_rows


def _finish(job: Job) -> None:
    """Say that all parts are there, if they are and the inputs are still the same."""
    if missing := job.missing():
        raise OutputError(
            f"{job.path(missing[0])} was written and is not there: {job.folder} must be one folder "
            "for all machines"
        )
    saved = read_saved(job.folder)
    check_same(saved, job.asked, folder=job.folder)
    remove_unfinished(job.folder)
    shutil.rmtree(job.folder / UNPACKED, ignore_errors=True)
    write_saved(replace(saved, complete=True), job.folder)


def on_this_machine(
    job: Job, numbers: Sequence[int], *, classifier: Classifier, threads: int | None
) -> Iterator[int]:
    """Score parts with some threads.

    Args:
        job: The parts.
        numbers: Those to score.
        classifier: Loaded with one thread: so no score depends on how many there are.
        threads: How many parts are worked on at a time; None: one per core.

    Yields:
        The rows of each part that is there, as soon as it is.

    Example:
        >>> list(on_this_machine(None, [], classifier=None, threads=1))
        []
    """
    import os

    pool = ThreadPoolExecutor(threads or os.cpu_count())
    try:
        running = [pool.submit(score_part, job, each, classifier=classifier) for each in numbers]
        for done in as_completed(running):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def score_part(job: Job, number: int, *, classifier: Classifier) -> int:
    """Score one part and write it, whole or not at all; return its rows.

    The same part gives the same bytes in every process.

    Raises:
        DataError: Its input was changed.
        OutputError: It cannot be written.

    Example:
        >>> from linnet.batch.settings import ScoreSettings
        >>> asked = Asked(Path("so"), "", (), (), ("text",), ScoreSettings())
        >>> score_part(Job(Path("scored"), asked, (), (), (), ()), 0, classifier=None)
        Traceback (most recent call last):
        IndexError: tuple index out of range
    """
    part = job.parts[number]
    source = job.inputs[part.input]
    job.check_input(part.input)
    table = source.read(part.piece, job.file(part.input))
    write(
        _with_answers(table, job, source=str(source.path), classifier=classifier), job.path(number)
    )
    return table.height


def _with_answers(
    table: "pl.DataFrame", job: Job, *, source: str, classifier: Classifier
) -> "pl.DataFrame":
    import polars as pl

    settings = job.asked.settings
    asked = texts(table, job.asked.text, source=source)
    answers = answered(asked, classifier, settings=settings)
    kept = [table[name] for name in job.kept]
    whole = pl.DataFrame([*kept, *answers.get_columns()]).rechunk()
    return without_formulas(whole) if settings.for_spreadsheets else whole
