"""linnet train."""

import shlex
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linnet.cli.settings import with_settings
from linnet.config import Config
from linnet.errors import ConfigError

if TYPE_CHECKING:
    from linnet.workflows.run import Run


OTHERS = {
    "test_before_retraining": "test, before retraining",
    "test_best_epoch": "test, best epoch",
}


def _base(own: Mapping[str, Any]) -> Config:
    """Return the settings of the run that is gone on with, or from."""
    from linnet.workflows.begun import resumed_settings
    from linnet.workflows.continued import saved_settings

    if own["resume"]:
        return replace(resumed_settings(own["resume"]), out=None)
    return saved_settings(own["from_"]) if own["from_"] else Config()


@with_settings(base=_base)
def train(
    config: Config,
    table: Annotated[
        list[str] | None,
        typer.Argument(
            help="CSV, TSV, JSONL or Parquet file; several with --stream.", metavar="FILE..."
        ),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", help="A run whose model is trained on, with new rows.", metavar="FOLDER"
        ),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(
            "--resume",
            metavar="FOLDER",
            help="A training that was interrupted, to go on with; nothing else is needed.",
        ),
    ] = None,
) -> None:
    """Train, evaluate and save a classifier.

    Settings in [model] brackets are chosen by the model, [measured] ones by the training rows.
    With --from, all settings but those of cleaning and split are the saved run's. With --resume,
    all are those that the training was begun with.
    """
    from linnet.cli import show
    from linnet.cli.stopped import stoppable, training_kept
    from linnet.workflows.train import train as run

    if not table and resume is None:
        raise ConfigError("give FILE, a table to train on, or --resume FOLDER")
    if table and resume is None:
        config = replace(config, out=config.out or _folder(table[0], from_))
    with (
        stoppable(lambda: training_kept(Path(resume or str(config.out)))),
        closing(show.EpochLines(config.members)) as report,
    ):
        made = run(
            _one(table), from_=from_, resume=resume, config=config, report=report,
            say=lambda line: show.console().print(show.escape(line)),
        )  # fmt: skip
    result(made)


def _one(tables: list[str] | None) -> str | list[str] | None:
    """Return the table itself where there is one alone."""
    return tables[0] if tables and len(tables) == 1 else tables or None


def _folder(table: str, from_: str | None) -> str:
    """Name the folder of a run after its table, or after the run that it goes on from."""
    if from_:
        from linnet.workflows.run_folder import run_folder_of

        named = run_folder_of(Path(from_)).resolve().name + "-more"
    else:
        named = Path(table).name.split(".")[0] + "-run"
    if not named.isprintable():
        raise ConfigError(f"a folder cannot be named after {table!r}: name one with --out")
    return named


def result(made: "Run") -> None:
    """Print what a run ended with."""
    from linnet.cli import show

    show.notes([note.message for note in made.notes])
    part = next(name for name in ("test", "validation", "train") if name in made.evaluation)
    show.evaluation(made.evaluation[part], part)
    for name, title in OTHERS.items():
        if name in made.evaluation:
            show.evaluation(made.evaluation[name], title)
    if "retraining" in made.evaluation:
        show.retraining(made.evaluation["retraining"])
    show.trust(made.evaluation[part])
    show.baselines(made.evaluation)
    chosen = made.config
    show.console().print(
        f"model {chosen.model}, {chosen.optimizer}, learning rate {chosen.learning_rate:g}"
    )
    for line in (*_epochs(made), made.overfitting):
        show.console().print(line)
    path = show.escape(str(made.path))
    show.console().print(f"saved {path}/  report {path}/report.html")
    typed = show.escape(shlex.quote(str(made.path)))
    show.console().print(f'next: linnet predict {typed} "a text"')


def _epochs(made: "Run") -> list[str]:
    """Say which epochs are best, and which one's weights were taken for what."""
    from linnet.cli import show

    hidden = show.UNSHOWN - {made.config.monitor}
    best = [
        f"{epoch} by {name} ({made.history[epoch - 1][name]:.4f})"
        for name, epoch in made.best_epochs.items()
        if name not in hidden
    ]
    lines = [f"best epoch: {', '.join(best)}"] if best else []
    if best and made.config.retrain:
        again = made.config.retrain_epochs or made.best_epoch
        rows = "training and validation rows"
        return [*lines, f"kept: a new model, after epoch {again} on {rows}"]
    return [*lines, f"kept: the weights of epoch {made.best_epoch}"]
