"""Settings that nobody listed: a search whose study stands on disk and goes on where it ended.

Goes in: a function that tries a candidate. Comes out: candidates, the best first. The search
itself is Optuna's (tree-structured Parzen estimator, Bergstra et al. 2011).
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from linnet.comparison.race import OutOfTimeError
from linnet.errors import DivergedError, OutputError
from linnet.registry import require
from linnet.types import Task

FIRST = 8
"""Tries at random, before the search learns from them."""
LINE = "line"

RATES = {"mlp": (0.005, 0.1), "fasttext": (0.0005, 0.02), "linear": (2.0, 64.0)}


def search(
    attempt: Callable[[str], float],
    *,
    task: Task,
    num_tries: int,
    study: Path,
    seed: int = 0,
) -> list[str]:
    """Try settings, and return those tried, the best first.

    Args:
        attempt: Trains and measures a candidate; more is better. DivergedError: it came to
            nothing; OutOfTimeError ends the search.
        task: Binary, multiclass or multilabel.
        num_tries: In all, those of an earlier search in the same file included.
        study: File of the study; it is made, or gone on with.
        seed: Of the choices.

    Raises:
        MissingExtraError: optuna is not installed.
        OutputError: The study cannot be written, or not be gone on with.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "study.log")
        ...     found = search(len, task="binary", num_tries=3, study=file)
        ...     again = search(len, task="binary", num_tries=3, study=file)
        >>> len(found), len(max(found, key=len)) == len(found[0]), again == found
        (3, True, True)
    """
    optuna = require("optuna", extra="tune")
    states = optuna.trial.TrialState
    with _quiet(optuna):
        with _kept(study):
            opened = _open(optuna, study, seed=seed)
        while len(_tried(optuna, opened)) < num_tries:
            with _kept(study):
                trial = opened.ask()
                line = suggest(trial, task)
                trial.set_user_attr(LINE, line)
            came_to: dict[str, Any]
            try:
                came_to = {"values": attempt(line)}
            except DivergedError:
                came_to = {"state": states.PRUNED}
            except OutOfTimeError:
                came_to = {"state": states.FAIL}
            with _kept(study):
                opened.tell(trial, **came_to)
            if came_to.get("state") == states.FAIL:
                break
        done = [trial for trial in _tried(optuna, opened) if trial.value is not None]
    ordered = sorted(done, key=lambda trial: -trial.value)
    return list(dict.fromkeys(trial.user_attrs[LINE] for trial in ordered))


def suggest(trial: Any, task: Task) -> str:
    """Return a candidate of the space that is searched.

    Args:
        trial: Chooses: an `optuna.Trial`.
        task: Binary, multiclass or multilabel.

    Example:
        >>> from types import SimpleNamespace
        >>> chooses = SimpleNamespace(
        ...     suggest_categorical=lambda name, choices: choices[0],
        ...     suggest_float=lambda name, low, high, **how: low,
        ... )
        >>> suggest(chooses, "binary")
        'mlp tokenizer=words ngrams=1 min_count=1 max_ids=200000 learning_rate=0.005 ...'
    """
    choose = trial.suggest_categorical
    model = choose("model", list(RATES))
    low, high = RATES[model]
    rate = trial.suggest_float(f"{model}_rate", low, high, log=True)
    if model == "linear" and task == "multilabel":
        rate *= 8
    chosen = {
        "tokenizer": choose("tokenizer", ["words", "subwords"]),
        "ngrams": choose("ngrams", [1, 2, 3]),
        "min_count": choose("min_count", [1, 2, 3]),
        "max_ids": choose("max_ids", [200_000, 500_000]),
        "learning_rate": f"{rate:.3g}",
    }
    if model == "mlp":
        chosen["hidden"] = choose("hidden", [32, 64, 128, 256])
        chosen["dropout"] = round(trial.suggest_float("dropout", 0.2, 0.7), 2)
    if model == "fasttext":
        chosen["embedding_size"] = choose("embedding_size", [16, 32, 64, 128])
    return " ".join([model, *(f"{name}={value}" for name, value in chosen.items())])


def _open(optuna: Any, path: Path, *, seed: int) -> Any:
    """Open the study of a file, or make it. Nobody else writes it now."""
    path.with_name(f"{path.name}.lock").unlink(missing_ok=True)  # of a process that was killed
    if path.exists():
        _cut_unfinished(path)
    backend = optuna.storages.journal.JournalFileBackend(str(path))
    study = optuna.create_study(
        storage=optuna.storages.JournalStorage(backend), study_name="linnet", load_if_exists=True,
        direction="maximize",
    )  # fmt: skip
    # A search that goes on must not make the choices again that it began with.
    study.sampler = optuna.samplers.TPESampler(
        n_startup_trials=FIRST, seed=seed + len(study.trials)
    )
    return study


def _cut_unfinished(path: Path) -> None:
    """Cut off a last line that a full disk did not take whole."""
    with path.open("r+b") as file:
        content = file.read()
        file.truncate(content.rfind(b"\n") + 1)


@contextmanager
def _kept(path: Path) -> Iterator[None]:
    """Say which file it is that optuna cannot read or write."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    except ValueError as error:
        raise OutputError(f"{path} cannot be gone on with ({error}): compare anew") from error


def _tried(optuna: Any, study: Any) -> list[Any]:
    """Return the tries that ended, those that came to nothing included."""
    states = optuna.trial.TrialState
    tried: list[Any] = study.get_trials(states=(states.COMPLETE, states.PRUNED))
    return tried


@contextmanager
def _quiet(optuna: Any) -> Iterator[None]:
    """Leave it to the caller to say how far the search is."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)
