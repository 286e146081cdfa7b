"""Rows of large files, ready to be trained on: ids on disk, and all else that training needs.

Goes in: paths and settings. Comes out: `Prepared`, from a folder that holds everything, so that a
training that was interrupted does not read the files again.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.config import Config, read_config
from linnet.errors import ConfigError, DataError, OutputError
from linnet.files import flush, write_json, write_text
from linnet.types import Note, Split
from linnet.workflows.stream_read import Streamed, missed_note, read_rows

if TYPE_CHECKING:
    import polars as pl

    from linnet.tables.examples import Examples
    from linnet.tables.scheme import Scheme
    from linnet.text.vectorize import Vectorizer
    from linnet.training.stored import Chunk, StoredData

STATE, HELD, VOCABULARY, SETTINGS, ROWS, TOKENS = (
    "state.json", "held.parquet", "vocabulary.parquet", "config.toml", "rows", "tokens"
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Prepared:
    """Rows that are ready to be trained on.

    Attributes:
        examples: Those in memory: the sample of the training rows, validation and test rows.
        split: Which of them are for what.
        config: The settings, complete but for what training decides.
        data: All training rows, on disk.
        counts: Rows of each part.
        rule: Which rows are for what.
        fingerprint: Of the training rows.
    """

    examples: "Examples"
    split: Split
    config: Config
    data: "StoredData"
    counts: dict[str, int]
    rule: dict[str, Any]
    fingerprint: str


def is_stored(folder: Path) -> bool:
    """Return whether a folder holds rows that are ready to be trained on.

    Example:
        >>> is_stored(Path("no such folder"))
        False
    """
    return (folder / STATE).is_file()


def prepare_stream(
    paths: list[Path], config: Config, *, folder: Path, say: Callable[[str], None]
) -> Prepared:
    r"""Read, share out and vectorise the rows of some files, or take what stands in the folder.

    Args:
        paths: Tables of the same columns.
        config: The settings.
        folder: Of what is kept while the run is trained.
        say: Is told in a line what comes next.

    Raises:
        DataError: The files cannot be used.
        ConfigError: A setting does not fit.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "a.csv")
        ...     _ = path.write_text("text,label\nä,x\nb,y\nä b,x\n", "utf-8")
        ...     config = Config(test_fraction=0, validation_fraction=0)
        ...     kept, said = Path(folder, "f"), list()
        ...     made = prepare_stream([path], config, folder=kept, say=said.append)
        ...     again = prepare_stream([path], config, folder=kept, say=print)
        >>> made.examples.labels, len(made.data), again.counts
        (('x', 'y'), 3, {'train': 3, 'validation': 0, 'test': 0})
    """
    if not is_stored(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            found = read_rows(paths, config, folder=folder, say=say)
            _vectorize(found, config, folder=folder, say=say)
        except OSError as error:
            raise OutputError(f"cannot write {folder}: {error.strerror or error}") from error
        shutil.rmtree(folder / TOKENS)
    return _opened(folder)


@dataclass(frozen=True)
class _Classes:
    """How labels become classes.

    Attributes:
        scheme: Of all labels.
        num_known: How many of them training and validation rows have; the others follow these.
    """

    scheme: "Scheme"
    num_known: int

    @property
    def labels(self) -> tuple[str, ...]:
        """What the model may answer."""
        return self.scheme.labels[: self.num_known]


def _vectorize(
    found: Streamed, config: Config, *, folder: Path, say: Callable[[str], None]
) -> None:
    """Write ids or bags of the training rows, and then all that is needed to train on them."""
    from linnet.text.parts import vocabulary_of_parts
    from linnet.text.vectorize import Vectorizer
    from linnet.training.settings import text_settings
    from linnet.training.stored import store

    classes = _classes(found, config)
    config = _complete(found, config, classes)
    settings = text_settings(config)
    say(f"counting words and n-grams of {found.counts['train']:,} training rows")
    vocabulary, missed = vocabulary_of_parts(found.words, found.tokens.tokens, settings=settings)
    notes = [*found.notes, *missed_note("n-grams", missed)]
    vectorizer = Vectorizer(settings, vocabulary)
    _check_model(config, vectorizer, classes=classes)
    say(f"vectorising: {len(vocabulary):,} ids")
    data = store(
        _chunks(found, config, classes=classes), vectorizer, folder=folder / ROWS,
        task=classes.scheme.task, num_labels=classes.num_known,
    )  # fmt: skip
    data.vectorizer.vocabulary.table().write_parquet(folder / VOCABULARY, compression="lz4")
    found.held.write_parquet(folder / HELD, compression="lz4")
    write_text(folder / SETTINGS, config.to_toml())
    for path in (folder / VOCABULARY, folder / HELD, *(folder / ROWS).iterdir()):
        flush(path)  # what the state speaks of is there before it, after a power cut too
    write_json(folder / STATE, {
        "task": classes.scheme.task, "labels": classes.scheme.labels,
        "classes": dict(classes.scheme.classes), "num_known": classes.num_known,
        "text": asdict(data.vectorizer.settings), "num_ids": data.num_ids,
        "weighted": data.weighted, "counts": found.counts, "rule": found.rule,
        "fingerprint": found.fingerprint,
        "notes": [[each.what, each.count, each.message] for each in notes],
    })  # fmt: skip


def _classes(found: Streamed, config: Config) -> _Classes:
    """Give classes to the labels: those of training and validation rows first."""
    import polars as pl

    from linnet.tables.scheme import Scheme, label_counts, make_scheme, ordered

    sets = isinstance(found.held["label"].dtype, pl.List)
    known = list(dict.fromkeys([*found.labels, *found.watched]))
    others = ordered(set(label_counts(found.held["label"])) - set(known))
    parts = ("train", "validation") if others else found.counts
    cells = pl.Series(config.label, [[each] for each in known] if sets else known)
    scheme = make_scheme(
        cells, task=config.task, labels=config.labels or (),
        source=f"{found.source}, without test rows" if others else found.source,
        num_rows=sum(found.counts[each] for each in parts),
    )  # fmt: skip
    if scheme.task != "multilabel" and len({scheme.classes[each] for each in found.labels}) < 2:
        raise DataError(
            f"all {found.counts['train']:,} training rows have the label {scheme.labels[0]!r}: at "
            "least two labels are needed to learn from; check the label column and the split"
        )
    num = len(scheme.labels)
    classes = {**scheme.classes, **{each: num + at for at, each in enumerate(others)}}
    return _Classes(Scheme(scheme.task, (*scheme.labels, *others), classes), num)


def _complete(found: Streamed, config: Config, classes: _Classes) -> Config:
    """Fill in what the user left open, from what was counted."""
    from linnet.models.measured import Measured
    from linnet.text.coverage import ideographs_of, unseen_of
    from linnet.text.tally import COUNT, KEY
    from linnet.training.settings import check_together, complete, default_model
    from linnet.training.vectors import sized_by_vectors

    counts = found.words[COUNT].to_numpy()
    validated = found.counts["validation"] > 0
    measured = Measured(
        classes.scheme.task, found.counts["train"], classes.num_known, validated,
        unseen=unseen_of(counts), ideographs=ideographs_of(found.words[KEY], counts),
        num_words=int(counts.sum()),
    )  # fmt: skip
    if config.thresholds == "labels" and classes.scheme.task != "multilabel":
        raise ConfigError(
            "thresholds = labels is for several labels per text: this task is "
            f"{classes.scheme.task}"
        )
    config = replace(config, retrain=False, baseline=False)
    check_together(config, validated=validated, started=False)
    return complete(sized_by_vectors(config, default_model(measured)), measured)


def _check_model(config: Config, vectorizer: "Vectorizer", *, classes: _Classes) -> None:
    """Refuse what the model cannot be before hours of work are spent."""
    import numpy as np

    from linnet.text.tokenize import as_texts, tokenize
    from linnet.training.fitting import plan_for
    from linnet.training.material import Material

    nothing = Material(
        tokenize(as_texts([])), np.empty(0, int), classes.scheme.task, classes.labels
    )
    plan_for(config, vectorizer, material=nothing)


def _chunks(found: Streamed, config: Config, classes: _Classes) -> "Iterator[Chunk]":
    """Yield the training rows with their classes and weights."""
    from linnet.tables.scheme import encode
    from linnet.training.data import row_weights
    from linnet.training.stored import Chunk

    wanted = _class_weights(found, config, classes)
    for tokens, columns in found.tokens:
        targets = encode(columns["label"], classes.scheme)
        if targets.ndim == 2:
            targets = targets[:, : classes.num_known]
        weights = columns["weight"].to_numpy() if "weight" in columns.columns else None
        if wanted is not None:
            by_class = row_weights(targets, classes.labels, class_weights=wanted)
            weights = by_class if weights is None else by_class * weights
        yield Chunk(tokens, targets, weights)


def _class_weights(found: Streamed, config: Config, classes: _Classes) -> dict[str, float] | None:
    """Return how much a row of each label counts; None: all alike."""
    from linnet.training.settings import class_weights

    if config.class_weights is None:
        return None
    if classes.scheme.task == "multilabel":
        raise ConfigError("class_weights is for one label per text: use weight, a column")
    given = class_weights(config, classes.labels)
    if given is not None:
        return given
    counts = dict.fromkeys(classes.labels, 0)
    for label, count in found.labels.items():
        counts[classes.labels[classes.scheme.classes[label]]] += count
    total = sum(counts.values())
    return {label: total / max(len(counts) * count, 1) for label, count in counts.items()}


def _opened(folder: Path) -> Prepared:
    """Return what stands in a folder."""
    import polars as pl

    from linnet.tables.scheme import Scheme
    from linnet.text.vectorize import TextSettings, Vectorizer
    from linnet.text.vocabulary import Vocabulary
    from linnet.training.stored import StoredData

    state = json.loads((folder / STATE).read_text("utf-8"))
    vocabulary = Vocabulary.from_table(pl.read_parquet(folder / VOCABULARY, glob=False))
    vectorizer = Vectorizer(TextSettings(**state["text"]), vocabulary)
    scheme = Scheme(state["task"], tuple(state["labels"]), state["classes"])
    data = StoredData(
        folder / ROWS, state["counts"]["train"], state["num_ids"], vectorizer, scheme.task,
        state["num_known"], state["weighted"],
    )  # fmt: skip
    notes = tuple(Note(*each) for each in state["notes"])
    held = pl.read_parquet(folder / HELD, glob=False)
    examples = _examples(held, scheme, state["num_known"], notes)
    return Prepared(
        examples, _split(held["part"], notes), read_config(folder / SETTINGS), data,
        state["counts"], state["rule"], state["fingerprint"],
    )  # fmt: skip


def _examples(
    held: "pl.DataFrame", scheme: "Scheme", num_known: int, notes: tuple[Note, ...]
) -> "Examples":
    """Return the rows in memory as examples."""
    from linnet.tables.examples import Examples
    from linnet.tables.scheme import encode

    weights = held["weight"].to_numpy() if "weight" in held.columns else None
    return Examples(
        scheme.task, scheme.labels[:num_known], held["text"], encode(held["label"], scheme),
        held["row"].to_numpy(), weights, notes, scheme.labels[num_known:],
    )  # fmt: skip


def _split(parts: "pl.Series", notes: tuple[Note, ...]) -> Split:
    train, validation, test = (
        (parts == name).arg_true().to_numpy().astype("int64")
        for name in ("train", "validation", "test")
    )
    return Split(train, validation, test, notes)
