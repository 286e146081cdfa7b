"""What stands in a comparison, as a person writes it: a model and settings that differ.

Goes in: lines such as `mlp hidden=128 ngrams=3`. Comes out: settings. Knows nothing of rows.
"""

import tomllib
from collections.abc import Iterable
from typing import Any

from linnet.config import Config, configure, settings_table
from linnet.errors import ConfigError
from linnet.types import Task

MAJORITY = "majority"
"""The most frequent label for every text."""

LINEAR = "TF-IDF + logistic regression"
"""Of single words, as beside every result: `linnet.training.baseline`."""

BASELINES = (MAJORITY, LINEAR)
"""They stand in every comparison, and have no settings."""

LONG = "tokenizer=words ngrams=3 max_ids=500000"
FLAT = "ngrams=1 optimizer=sgd learning_rate=8 members=5"

ONE_LABEL = (
    "mlp",
    "mlp vectorizer=tf_idf",
    "mlp members=3",
    f"mlp {LONG}",
    f"mlp {LONG} members=3",
    f"fasttext tokenizer=words {FLAT}",
    f"fasttext tokenizer=keras {FLAT}",
    "linear ngrams=2",
    "mlp tokenizer=subwords ngrams=2",
)
SEVERAL_LABELS = ("linear", "linear members=3", "linear ngrams=2", "fasttext", "mlp")
"""What is compared where nothing is named (docs/LOG.md has the runs), about the quickest first."""

WITH_VECTORS = "cnn"
"""Without vectors it takes minutes and has not won."""


def candidates(
    task: Task, lines: Iterable[str] | None = None, *, vectors: bool = False
) -> tuple[str, ...]:
    """Return what is trained in a comparison, the baselines first, none twice.

    Args:
        task: Binary, multiclass or multilabel.
        lines: What a person named; None: those that are known to be worth a try.
        vectors: Whether words start from a file of vectors.

    Example:
        >>> candidates("binary", ["mlp", " mlp  hidden=8 ", "mlp"])
        ('majority', 'TF-IDF + logistic regression', 'mlp', 'mlp hidden=8')
        >>> candidates("multilabel", [])
        ('majority', 'TF-IDF + logistic regression')
    """
    if lines is None:
        lines = SEVERAL_LABELS if task == "multilabel" else ONE_LABEL
        lines = (*lines, WITH_VECTORS) if vectors else lines
    return tuple(dict.fromkeys([*BASELINES, *(" ".join(line.split()) for line in lines)]))


def settings_of(line: str, config: Config) -> Config:
    """Return the settings of a candidate: those of the comparison with its own over them.

    Args:
        line: The model, and settings as `name=value`.
        config: Of the comparison.

    Raises:
        ConfigError: A setting is unknown, its value does not fit, or it is not a candidate's.

    Example:
        >>> chosen = settings_of("mlp hidden=64,32 dropout=0.3", Config(max_ids=9))
        >>> chosen.hidden, chosen.dropout, chosen.max_ids
        ((64, 32), 0.3, 9)
        >>> settings_of("", Config())
        Traceback (most recent call last):
        linnet.errors.ConfigError: a candidate is a model, and settings as name=value, not '': ...
        >>> settings_of("mlp hiden=3", Config())
        Traceback (most recent call last):
        linnet.errors.ConfigError: 'mlp hiden=3': unknown setting 'hiden': did you mean ...
    """
    model, *others = line.split() or [""]
    if not model or "=" in model or any("=" not in each for each in others):
        raise ConfigError(
            f"a candidate is a model, and settings as name=value, not {line!r}: write for example "
            "'mlp hidden=128 ngrams=3'"
        )
    own = dict(each.split("=", 1) for each in others)
    for name in own.keys() & _of_all():
        raise ConfigError(f"{line!r}: {name} is the same for all candidates: set it beside them")
    try:
        return configure(config, model=model, **{name: _value(name, own[name]) for name in own})
    except ConfigError as error:
        raise ConfigError(f"{line!r}: {error}") from error


def _of_all() -> set[str]:
    """Return the settings of the comparison: which rows there are, and what they are for."""
    groups = {"Data", "Cleaning", "Split", "Continue", "Output"}
    found = {setting.name for setting, _ in settings_table() if setting.metadata["group"] in groups}
    return {*found, "model", "seed"}


def _value(name: str, written: str) -> Any:
    """Read a number or a truth value; anything else is a string, as are lists."""
    hint = next((str(hint) for setting, hint in settings_table() if setting.name == name), "")
    if hint.startswith("tuple"):
        return written
    try:
        return tomllib.loads(f"value = {written}")["value"]
    except tomllib.TOMLDecodeError:
        return written
