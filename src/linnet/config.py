"""Every setting of a training run: one name on the command line, in TOML and as keyword.

`Config` is plain data. A setting that is None is decided later: by the model, or by what is
measured in the training rows; `config.toml` of a run holds what was decided.
"""

import dataclasses
import json
import math
import operator
import re
import tomllib
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from linnet.errors import ConfigError
from linnet.registry import refuse_unknown_settings

Task = Literal["binary", "multiclass", "multilabel"]  # here, because types.py imports numpy
Policy = Literal["auto", "all", "first", "conflicts", "keep"]
End = Literal["pre", "post"]

LIMITS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "least": (operator.ge, "at least"),
    "above": (operator.gt, "above"),
    "below": (operator.lt, "below"),
}
NAMES: dict[Any, str] = {
    int: "a whole number", float: "a number", bool: "true or false", str: "a string",
}  # fmt: skip


def _setting(
    group: str,
    text: str,
    default: Any = None,
    *,
    least: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> Any:
    """Describe a setting; a limit holds for a number, or for each of a list."""
    limits = {"least": least, "above": above, "below": below}
    return field(default=default, metadata={"group": group, "help": text, "limits": limits})


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of one training run.

    Example:
        >>> configure(label="tags", max_ids=8000).max_ids
        8000
        >>> configure(lable="tags")
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown setting 'lable': did you mean 'label'? ...
    """

    text: tuple[str, ...] = _setting("Data", "Column of texts; several are joined.", ("text",))
    label: str = _setting("Data", "Column of labels.", "label")
    task: Task | None = _setting("Data", "What is decided; else read off the labels.")
    labels: tuple[str, ...] | None = _setting("Data", "Order and new names: e=entertainment,b=...")
    label_separator: str | None = _setting("Data", "What separates several labels in one cell.")
    columns: tuple[str, ...] | None = _setting("Data", "Column names of a file without header.")
    delimiter: str | None = _setting("Data", "What separates cells; else by the file's ending.")
    weight: str | None = _setting("Data", "Column of row weights.")
    duplicates: Policy = _setting(
        "Data",
        "auto: training copies once, and none of a test text; or for the whole table: all (drop "
        "every copy), first (keep one), conflicts (drop texts with several labels), keep.",
        "auto",
    )
    duplicates_by: str | None = _setting(
        "Data", "Column that tells copies, for all, first and conflicts; else the text."
    )

    stream: bool = _setting(
        "Data",
        "Read files part by part and train from disk: for more rows than memory holds.",
        False,
    )

    keep_labels: tuple[str, ...] | None = _setting(
        "Cleaning", "Only rows of these labels, named as in the table."
    )
    min_label_rows: int | None = _setting("Cleaning", "Labels of fewer rows are dropped.", least=1)
    min_label_set_rows: int | None = _setting(
        "Cleaning", "Rows whose set of labels is rarer are dropped.", least=1
    )
    rows_per_label: int | None = _setting(
        "Cleaning", "At most so many rows of each label, drawn at random.", least=1
    )
    undersample: bool = _setting("Cleaning", "As many rows of each label as the rarest has.", False)

    split: str | None = _setting("Split", "Column that holds train, validation or test.")
    test: str | None = _setting("Split", "File of test rows.")
    test_fraction: float = _setting("Split", "Share of the rows for test.", 0.1, least=0)
    validation_fraction: float = _setting(
        "Split", "Share of the rows for validation; of the training rows where test is given.",
        0.1, least=0,
    )  # fmt: skip
    first_validation: int | None = _setting(
        "Split", "Rows for validation, after shuffling.", least=1
    )
    stratify: Literal["labels", "label_sets", "none"] = _setting(
        "Split", "What every part has in the same shares.", "labels"
    )
    group: str | None = _setting("Split", "Column whose equal values stay in one part.")
    time: str | None = _setting("Split", "Column of times: the latest rows are for test.")
    near_duplicates: Literal["auto", "together", "ignore"] = _setting(
        "Split",
        "auto: in one part where test rows are drawn (not with duplicates keep); together: also "
        "where only validation rows are; ignore.",
        "auto",
    )
    previous: str | None = _setting(
        "Split", "Run, or table of a split, whose rows keep their parts."
    )

    tokenizer: str | None = _setting(
        "Text", "words, subwords, keras, text_vectorization, whitespace or characters. [words]"
    )
    strip_markup: bool = _setting("Text", "Leave out HTML tags, and read entities.", False)
    ngrams: int | None = _setting("Text", "Longest n-gram in words, for bags. [model]", least=1)
    max_ids: int | None = _setting("Text", "Rows of the vocabulary at most. [model]", least=3)
    min_count: int | None = _setting("Text", "Rarer tokens get no id. [model]", least=1)
    unknown: Literal["id", "drop"] | None = _setting("Text", "What unknown words become. [model]")
    vectorizer: (
        Literal["ids", "multi_hot", "count", "tf_idf", "keras_tf_idf", "log_odds"] | None
    ) = _setting("Text", "ids in order, or a bag of weighted ids. [model]")
    norm: Literal["none", "l1", "l2"] | None = _setting("Text", "What bags are divided by. [model]")
    max_length: int | None = _setting("Text", "Ids kept of a text. [measured]", least=1)
    pad: End | None = _setting("Text", "Where fixed-length models see padding. [pre]")
    cut: End | None = _setting("Text", "Where a text that is too long loses ids. [pre]")

    model: str | None = _setting(
        "Model",
        "fasttext, linear, mlp, embedding, lstm, bilstm, gru, cnn, transformer, or file.py:build. "
        "[measured]",
    )
    embedding_size: int | None = _setting("Model", "Numbers per word. [model]", least=1)
    vectors: str | None = _setting(
        "Model", "Text file of word vectors (word2vec, GloVe, fastText) that words start from."
    )
    units: int | None = _setting(
        "Model", "Size of a recurrent state; filters per width; inner units of a block. [model]",
        least=1,
    )  # fmt: skip
    widths: tuple[int, ...] | None = _setting(
        "Model", "Words that a filter of a cnn sees: 3,4,5. [model]", least=1
    )
    heads: int | None = _setting("Model", "Attentions of a transformer. [model]", least=1)
    hidden: tuple[int, ...] | None = _setting(
        "Model", "Units of the hidden layers: 64,64. [model]", least=1
    )
    dropout: float | None = _setting("Model", "Share of values dropped. [model]", least=0, below=1)
    spatial_dropout: float | None = _setting(
        "Model", "Share of features dropped. [model]", least=0, below=1
    )
    recurrent_dropout: float | None = _setting(
        "Model", "Share of the state dropped. [model]", least=0, below=1
    )
    bidirectional: bool | None = _setting("Model", "Read from both ends. [model]")
    loss: str | None = _setting("Model", "A loss of Keras by name. [task]")

    optimizer: Literal["adam", "rmsprop", "sgd", "lazy_adam", "rowwise_adagrad"] | None = _setting(
        "Training",
        "As in Keras; lazy_adam and rowwise_adagrad move only the rows that occur. [model]",
    )
    learning_rate: float | None = _setting("Training", "Size of a step. [model]", above=0)
    batch_size: int | None = _setting("Training", "Texts per step. [model]", least=1)
    epochs: int | None = _setting(
        "Training", "Most passes over the training rows. [model]", least=1
    )
    monitor: str = _setting("Training", "What early stopping and best mean.", "val_loss")
    patience: int | None = _setting(
        "Training", "Epochs without a new best before training stops. [model]", least=0
    )
    min_delta: float = _setting("Training", "What counts as better.", 0.0, least=0)
    weights: Literal["best", "last"] = _setting(
        "Training", "Which epoch's weights to keep.", "best"
    )
    retrain: bool = _setting(
        "Training", "Train again on train and validation for the best number of epochs.", True
    )
    retrain_epochs: int | None = _setting(
        "Training", "Epochs of the second training; else the best number.", least=1
    )
    members: int = _setting(
        "Training", "Trainings with seeds of their own, averaged into one model of bags.", 1,
        least=1,
    )  # fmt: skip
    class_weights: str | None = _setting("Training", "balanced, or label=2,other=0.5.")
    checkpoints: Literal["best", "last", "all", "none"] = _setting(
        "Training", "Which epochs are written to disk.", "best"
    )
    engine: Literal["auto", "keras", "sparse"] = _setting(
        "Training", "auto: sparse for bags, keras for the rest.", "auto"
    )
    devices: Literal["auto", "all", "one"] = _setting(
        "Training",
        "What the keras engine on JAX shares a step between; auto: all that are no processors.",
        "auto",
    )
    seed: int = _setting("Training", "Of every random choice.", 0, least=0)

    calibrate: bool = _setting(
        "Answers", "Fit scores to validation rows: of those of 80 % four in five are right.", True
    )  # fmt: skip
    baseline: bool = _setting(
        "Answers", "Train TF-IDF with logistic regression, too, to compare with.", True
    )
    thresholds: Literal["one", "labels"] = _setting(
        "Answers",
        "For several labels per text, the score from which on one is given: one for all (best "
        "micro-F1), or each label's own (best F1 of each label).",
        "one",
    )

    extend_vocabulary: bool = _setting(
        "Continue", "With from: words of the new training rows that have no id get one.", False
    )
    extend_labels: bool = _setting(
        "Continue", "With from: labels that the saved model does not know are added.", False
    )
    out: str | None = _setting("Output", "Folder of the run; must not exist.")

    def __post_init__(self) -> None:
        for setting, hint in settings_table():
            value = _fit(setting.name, getattr(self, setting.name), hint)
            _check_limits(setting.name, value, setting.metadata["limits"])
            object.__setattr__(self, setting.name, value)
        if not self.text:
            raise ConfigError("text must name at least one column")

    def or_else(self, settings: Mapping[str, Any]) -> "Config":
        """Fill in the settings that are still None."""
        missing = {name: value for name, value in settings.items() if getattr(self, name) is None}
        return replace(self, **missing)

    def to_toml(self) -> str:
        """Return the settings as TOML that `read_config` reads; undecided ones are left out."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        lines = [f"{name} = {_toml(value)}" for name, value in values.items() if value is not None]
        return "\n".join(lines) + "\n"


def configure(config: Config | None = None, /, **settings: Any) -> Config:
    """Return a Config with these settings over the given one, values checked.

    Raises:
        ConfigError: A name is unknown, or a value has the wrong type or range.

    Example:
        >>> configure(text="title,body", hidden=[], dropout=0).text
        ('title', 'body')
        >>> configure(epochs=1.5)
        Traceback (most recent call last):
        linnet.errors.ConfigError: epochs must be a whole number, not 1.5
    """
    known = [setting.name for setting, _ in settings_table()]
    refuse_unknown_settings(settings, known)
    return replace(config or Config(), **settings)


def read_config(path: str | Path, base: Config | None = None) -> Config:
    """Read a Config from a TOML file.

    Args:
        path: The file.
        base: Settings for all that the file does not name; None: the defaults.

    Raises:
        ConfigError: The file is missing, is not TOML, or holds a setting that does not fit.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "run.toml"
        ...     _ = path.write_text('label = "ümläut"', encoding="utf-8")
        ...     read_config(path).label
        'ümläut'
    """
    try:
        settings = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot read settings from {path}: {error.strerror}") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise ConfigError(f"cannot read settings from {path}: {error}") from error
    for name, value in settings.items():
        if isinstance(value, dict):
            raise ConfigError(
                f"{path}: [{name}] is a table, and settings have only one level: "
                "write its lines above all headers"
            )
    try:
        return configure(base, **settings)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


@cache
def settings_table() -> tuple[tuple[dataclasses.Field[Any], Any], ...]:
    """Return each setting with its type, in order: what the command line is made of.

    Example:
        >>> [field.name for field, _ in settings_table()][:2]
        ['text', 'label']
    """
    hints = get_type_hints(Config)
    return tuple((each, hints[each.name]) for each in fields(Config))


def _fit(name: str, value: Any, hint: Any) -> Any:
    """Return the value as the type the setting has, or say why it cannot be."""
    options = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    if value is None:
        if type(None) in options:
            return None
        raise ConfigError(f"{name} must be given")
    wanted = next(each for each in options if each is not type(None))
    try:
        return _convert(value, wanted)
    except (TypeError, ValueError, OverflowError):
        raise ConfigError(f"{name} must be {_describe(wanted)}, not {value!r}") from None


def _convert(value: Any, wanted: Any) -> Any:
    """Convert without loss, or raise ValueError."""
    if get_origin(wanted) is tuple:
        return _convert_list(value, get_args(wanted)[0])
    if get_origin(wanted) is Literal:
        fits = value in get_args(wanted)
    elif wanted is str:
        value = str(value) if isinstance(value, Path) else value
        fits = isinstance(value, str) and not re.search("[\ud800-\udfff]", value)
    elif wanted is bool:
        fits = isinstance(value, bool)
    else:
        kind = Integral if wanted is int else Real
        fits = isinstance(value, kind) and not isinstance(value, bool) and math.isfinite(value)
        value = wanted(value) if fits else value
    if not fits:
        raise ValueError
    return value


def _convert_list(value: Any, wanted: Any) -> tuple[Any, ...]:
    """Convert a list, or a string of parts with commas between them."""
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(",")] if value.strip() else []
        return tuple(_convert(wanted(part), wanted) for part in parts)
    if not isinstance(value, list | tuple):
        raise TypeError
    return tuple(_convert(part, wanted) for part in value)


def _check_limits(name: str, value: Any, limits: Mapping[str, float | None]) -> None:
    for number in value if isinstance(value, tuple) else (value,):
        for limit, bound in limits.items():
            holds, words = LIMITS[limit]
            if number is not None and bound is not None and not holds(number, bound):
                raise ConfigError(f"{name} must be {words} {bound}, not {number}")


def _describe(wanted: Any) -> str:
    if get_origin(wanted) is Literal:
        return "one of " + ", ".join(get_args(wanted))
    if get_origin(wanted) is tuple:
        return "a list of " + ("whole numbers" if get_args(wanted)[0] is int else "names")
    return NAMES[wanted]


def _toml(value: Any) -> str:
    """Write a value as TOML; JSON's strings, numbers and lists are TOML's but for DEL."""
    listed = list(value) if isinstance(value, tuple) else value
    return json.dumps(listed, ensure_ascii=False).replace("\x7f", "\\u007f")
