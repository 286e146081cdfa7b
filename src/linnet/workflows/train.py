"""Train, evaluate and save a classifier."""

import shlex
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from weakref import finalize

from linnet.config import Config, configure
from linnet.errors import ConfigError, DataError
from linnet.files import write_json, write_text
from linnet.types import Split
from linnet.workflows.begun import (
    Begun,
    begun_with,
    changes,
    check_place,
    check_rows,
    check_same,
    check_stream,
    keep_begun,
)
from linnet.workflows.continued import Saved, next_config, open_run, prepare_more
from linnet.workflows.describe import Clock, Exploring, describe, describe_model
from linnet.workflows.prepare import check_labels, prepare
from linnet.workflows.run import BASELINE, CHECKPOINTS, MODEL, SPLIT, Run
from linnet.workflows.run_folder import (
    OldRun,
    begun_in,
    is_interrupted,
    new_run,
    old_run,
    refuse_taken,
    tidy,
)
from linnet.workflows.stream import (
    check_streamed,
    check_unchanged,
    fit_stream,
    is_read,
    paths_of,
    read_stream,
)

if TYPE_CHECKING:
    from linnet.tables.examples import Examples
    from linnet.text.tokenize import Tokens
    from linnet.training.baseline import Baseline
    from linnet.training.loop import Report
    from linnet.training.standing import Standing
    from linnet.training.start import Start
    from linnet.training.train import Trained
    from linnet.workflows.stream_prepare import Prepared

PARTS = ("train", "validation", "test")
WORDS = (None, "words", "subwords")
"""Tokenizers that split texts into the words an exploration counts; None: not said."""


@dataclass(frozen=True, eq=False)
class _Rows:
    """The rows of a run, and how it trains on them.

    Attributes:
        examples: All of them.
        split: Which are for what.
        config: The settings, as far as they are decided.
        clock: Seconds of each step so far.
        start: The saved model that training goes on from; None: it starts anew.
        stream: What stands on disk, where the examples are only some; None: they are all.
    """

    examples: "Examples"
    split: Split
    config: Config
    clock: Clock
    start: "Start | None" = None
    stream: "Prepared | None" = None


def train(
    table: Any = None,
    *,
    from_: str | Path | None = None,
    resume: str | Path | bool | None = None,
    config: Config | None = None,
    report: "Report | None" = None,
    say: Callable[[str], None] = lambda line: None,
    **settings: Any,
) -> Run:
    """Train, evaluate and save a classifier.

    Args:
        table: A path or a table, as `linnet.read` takes it; with `stream`, several paths too.
            With `resume` it is needed only where it was no path, and must be the same.
        from_: Folder of a saved run whose model is trained on; its settings and labels hold, the
            rows of `table` are new. None: a model of its own.
        resume: Folder of a training that was interrupted, to go on with: the end is as if it had
            not been. Settings are those it was begun with. True: go on with what stands in `out`;
            where the run is complete, return it, and where there is none, begin.
        config: Settings to start from.
        report: Is told how far training is, after each batch and each epoch.
        say: Is told in a line what comes next.
        settings: Settings by name, over `config`: text, label, model, out, epochs, ... Without
            `out` the run lives in a temporary folder, as long as what is returned.

    Raises:
        DataError: The table cannot be used; the message says why and what to do.
        ConfigError: A setting is unknown or does not fit.
        ArtifactError: `from_` holds no saved run, or a damaged one.
        OutputError: `out` exists, or another training is running there.

    Example:
        >>> table = {"text": ["good", "hyvä", "bad", "awful"] * 5, "label": [1, 1, 0, 0] * 5}
        >>> run = train(table, duplicates="keep", epochs=1, test_fraction=0.2)
        >>> run.evaluation["test"]["rows"], run.classifier.labels
        (4, ('0', '1'))
    """
    report = report or (lambda _: None)
    if resume is True:
        found = _standing(table, configure(config, **settings), say=say)
        if isinstance(found, Run):
            return found
        resume = found
    if resume is not None and resume is not False:
        if from_ is not None:
            raise ConfigError("resume: a training goes on from where it was begun: leave out from")
        with old_run(Path(resume)) as old:
            wanted = configure(config or replace(old.begun.config, out=None), **settings)
            check_place(wanted, path=old.path)
            check_same(old.begun, wanted, path=old.path)
            return _go_on(table, old, report=report, say=say)
    if table is None:
        raise ConfigError("give a table to train on, or resume, the folder of a training")
    saved = None if from_ is None else open_run(from_)
    chosen = (
        next_config(saved, config, settings=settings) if saved else configure(config, **settings)
    )
    with ExitStack() as kept:
        temporary = "" if chosen.out else kept.enter_context(TemporaryDirectory(prefix="linnet-"))
        path = Path(chosen.out or Path(temporary, "run"))
        refuse_taken(path)
        if chosen.stream:
            check_streamed(chosen, started=saved is not None)
            table = [str(each) for each in paths_of(table)]
            with new_run(path, begun_with(table, chosen)) as standing:
                rows = _streamed(table, chosen, path, say=say)
                run = _train(rows, path, standing, report=report, say=say)
        else:
            rows = _rows(table, chosen, saved, say=say)
            begun = _begun(table, chosen, from_, rows)
            with new_run(path, None if temporary else begun) as standing:
                run = _train(rows, path, standing, report=report, say=say)
            if temporary:
                keep_begun(path, begun)
        finalize(run, kept.pop_all().close)
    return run


def _standing(table: Any, chosen: Config, *, say: Callable[[str], None]) -> Run | Path | None:
    """Return the run in `out`, if it is complete, its folder, if not; None: none stands there."""
    if chosen.out is None:
        raise ConfigError("resume=True goes on with what stands in out: name that folder")
    path = Path(chosen.out)
    begun = begun_in(path)
    if begun is None or is_interrupted(path):
        return path if begun else None
    check_same(begun, chosen, path=path)
    if chosen.stream:
        check_stream(begun, paths_of(table), path=path)
        check_unchanged(begun, paths_of(table), path=path)
    else:
        rows = _rows(table, chosen, None, say=say)
        check_rows(begun, _begun(table, chosen, None, rows), path=path)
    say(f"{path} is complete")
    return Run.open(path)


def _go_on(table: Any, old: OldRun, *, report: "Report", say: Callable[[str], None]) -> Run:
    """Go on with a training that was interrupted."""
    begun, path = old.begun, old.path
    chosen = replace(begun.config, out=str(path))
    if table is None and begun.table is None:
        raise ConfigError(
            f"resume: the table of the training in {path} was no file: give it again, "
            f"linnet.train(table, resume={str(path)!r})"
        )
    if chosen.stream and table is not None:
        check_stream(begun, paths_of(table), path=path)
    if table is None:
        table = begun.tables
        _check_there(table, path=path)
    from_ = None if begun.from_ is None else begun.path(begun.from_)
    say(f"going on with {path}")
    if chosen.stream:
        if not is_read(path):
            check_unchanged(begun, paths_of(table), path=path)
        rows, now = _streamed(table, chosen, path, say=say), begun_with(table, chosen)
    else:
        rows = _rows(table, chosen, None if from_ is None else open_run(from_), say=say)
        now = _begun(table, chosen, from_, rows)
    check_rows(begun, now, path=path)
    for line in changes(begun, now):
        say(line)
    tidy(path)
    return _train(rows, path, old.standing, report=report, say=say)


def _check_there(tables: str | list[str], *, path: Path) -> None:
    """Refuse a table that is not there any more; rows of a stream may be kept beside."""
    if isinstance(tables, str) and not Path(tables).exists():
        raise DataError(
            f"{tables}, the table of the training in {path}, is not there: say where it is now "
            f"(`linnet train FILE --resume {shlex.quote(str(path))}`)"
        )


def _begun(table: Any, chosen: Config, from_: str | Path | None, rows: _Rows) -> Begun:
    return begun_with(table, chosen, from_=from_, examples=rows.examples, split=rows.split)


def _rows(table: Any, chosen: Config, saved: Saved | None, *, say: Callable[[str], None]) -> _Rows:
    """Read, label and split the rows."""
    clock = Clock()
    if isinstance(table, list | tuple) and table and isinstance(table[0], str | Path):
        raise ConfigError(f"{len(table)} files: several are read only part by part; set stream")
    if saved is None:
        _check_goes_on(chosen)
        examples, split = prepare(table, chosen)
    else:
        say(f"going on from {saved.folder}")
        examples, split, chosen = prepare_more(table, chosen, saved=saved)
    check_labels(examples, split, own_thresholds=chosen.thresholds == "labels")
    clock.lap("prepare")
    return _Rows(examples, split, chosen, clock, saved.start if saved else None)


def _streamed(table: Any, chosen: Config, path: Path, *, say: Callable[[str], None]) -> _Rows:
    """Read files part by part, or take what was read of them before."""
    clock = Clock()
    made = read_stream(table, chosen, folder=path, say=say)
    clock.lap("read and vectorise")
    return _Rows(made.examples, made.split, made.config, clock, stream=made)


def _train(
    rows: _Rows,
    path: Path,
    standing: "Standing | None",
    *,
    report: "Report",
    say: Callable[[str], None],
) -> Run:
    """Take all steps from the rows to the folder of the run."""
    from linnet.text.tokenize import tokenize

    examples, split, chosen, clock = rows.examples, rows.split, rows.config, rows.clock
    say(_sizes(rows))
    tokens = tokenize(examples.texts, chosen.tokenizer or "words", strip_markup=chosen.strip_markup)
    clock.lap("tokenise")
    with ThreadPoolExecutor(1, "linnet-explore") as beside:
        words = None if chosen.strip_markup or chosen.tokenizer not in WORDS else tokens
        exploring = Exploring(examples, split, beside, words=words)
        trained = _fit(rows, tokens, path / CHECKPOINTS, standing=standing, report=report)
        clock.lap("train")
        linear, why_not = None, ""
        if trained.config.baseline:
            say("training the linear baseline")
            linear, why_not = _baseline(examples, trained)
            clock.lap("train baseline")
        say("evaluating and saving")
        fingerprint = rows.stream.fingerprint if rows.stream else None
        evaluation = _save(
            path, examples, trained, linear, why_not=why_not, fingerprint=fingerprint
        )
        if rows.stream:
            write_json(path / "split.json", rows.stream.rule)
        clock.lap("evaluate and save")
        fitted = trained.watched.fitted
        notes = (*split.notes, *trained.notes)
        run = Run(path, trained.config, fitted.history, evaluation, fitted.kept_epoch, notes)
        describe(run, exploring=exploring, clock=clock)
    return run


def _fit(
    rows: _Rows,
    tokens: "Tokens",
    checkpoints: Path,
    *,
    standing: "Standing | None",
    report: "Report",
) -> "Trained":
    """Train on the rows, wherever they are."""
    from linnet.training.standing import Keeping
    from linnet.training.train import Material, train_model

    if rows.stream:
        keeping = Keeping("watched", report, checkpoints, standing)
        return fit_stream(rows.stream, tokens, keeping=keeping)
    examples = rows.examples
    material = Material(
        tokens, examples.targets, examples.task, examples.labels, examples.weights,
        examples.foreign, rows.start,
    )  # fmt: skip
    return train_model(
        material, rows.split, config=rows.config, checkpoints=checkpoints, report=report,
        standing=standing,
    )  # fmt: skip


def _check_goes_on(config: Config) -> None:
    """Refuse to extend where there is nothing saved to extend."""
    for name in ("extend_vocabulary", "extend_labels"):
        if getattr(config, name):
            raise ConfigError(f"{name} is for going on from a saved run: give from too")


def _sizes(rows: _Rows) -> str:
    examples, split = rows.examples, rows.split
    at_hand = {name: len(getattr(split, name)) for name in PARTS}
    counts = rows.stream.counts if rows.stream else at_hand
    sizes = ", ".join(f"{name} {counts[name]:,}" for name in PARTS)
    return f"{examples.task}, {len(examples.labels):,} labels; rows: {sizes}"


def _baseline(examples: "Examples", trained: "Trained") -> "tuple[Baseline | None, str]":
    """Train the linear baseline, or say why it is not there: no training ends for it."""
    from linnet.text.tokenize import tokenize
    from linnet.training.baseline import train_baseline

    config = trained.config
    try:
        words = None
        if config.tokenizer == "characters":
            words = tokenize(examples.texts, strip_markup=config.strip_markup)
        return train_baseline(trained, words), ""
    except Exception as error:
        return None, f"the linear baseline could not be trained: {error}"


def _save(
    path: Path,
    examples: "Examples",
    trained: "Trained",
    linear: "Baseline | None",
    *,
    why_not: str,
    fingerprint: str | None,
) -> dict[str, Any]:
    """Evaluate, write the model, load it again and check it; return the evaluation."""
    from linnet.artifact.save import save
    from linnet.runtime.verify import verify
    from linnet.training.calibrate import calibrated
    from linnet.training.measure import measure, promises_of, scope_of, thresholds_of
    from linnet.training.pack import Results, pack, pack_baseline

    trained = calibrated(trained)
    thresholds, promises = thresholds_of(trained), promises_of(trained)
    evaluation, scores = measure(trained, thresholds, promises=promises, linear=linear)
    evaluation["baseline_notes"] += [why_not] if why_not else []
    results = Results(evaluation, thresholds, promises, scope_of(trained))
    contents = pack(trained, results, fingerprint=fingerprint)
    save(path / MODEL, contents)
    verify(path / MODEL)
    if linear is not None:
        save(path / BASELINE, pack_baseline(linear, trained, of=contents))
    write_text(path / "config.toml", replace(trained.config, out=None).to_toml())
    _save_rows(path, examples, trained.split)
    describe_model(path, examples, trained=trained, scores=scores, thresholds=thresholds)
    return evaluation


def _save_rows(path: Path, examples: "Examples", split: Split) -> None:
    """Write which row of the table was for what, and why the others were dropped."""
    import numpy as np

    from linnet.splitting.table import to_table
    from linnet.tables.write import write
    from linnet.workflows.clean import dropped

    write(to_table(split, examples.rows, texts=examples.texts), path / SPLIT)
    used = np.concatenate([split.train, split.validation, split.test])
    write(dropped(split.notes, examples.rows[used]), path / "dropped.parquet")
