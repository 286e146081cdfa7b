"""Word vectors from a text file, as the rows that an embedding starts from.

The formats of word2vec, GloVe and fastText: a word and its numbers per line, separated by blanks,
with or without a first line "words numbers"; gzipped or not. The file is read line by line, and
only what the vocabulary has is kept.
"""

import gzip
import inspect
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from linnet.config import Config
from linnet.errors import ConfigError, DataError
from linnet.models.custom import is_custom
from linnet.models.model import ARCHITECTURES, architecture
from linnet.text.vocabulary import Vocabulary
from linnet.types import Note

LONGEST_LINE = 1 << 20
GZIP, BOM, ENDS = b"\x1f\x8b", b"\xef\xbb\xbf", b" \r\n"
WORDS_NEED = "a word and its numbers, separated by blanks"


@dataclass(frozen=True)
class Coverage:
    """How much of a vocabulary a file of vectors has.

    Attributes:
        path: The file.
        found: Words of the vocabulary that are in it.
        words: Words of the vocabulary, n-grams left out.
        occurrences: Share of the training texts' words with an id that are found ones, 0 to 1.
    """

    path: str
    found: int
    words: int
    occurrences: float

    @property
    def note(self) -> Note:
        """The coverage as a sentence."""
        share = self.found / max(self.words, 1)
        return Note(
            "vectors", self.found,
            f"{self.found:,} of {self.words:,} words of the vocabulary ({100 * share:.2f} %; "
            f"{100 * self.occurrences:.2f} % of their occurrences) start from {self.path}"
            + ("" if self.found or not self.words else ": is it of this language?"),
        )  # fmt: skip


def sized_by_vectors(config: Config, model: str) -> Config:
    r"""Return the settings with the embedding size of the file of vectors, if there is one.

    Args:
        config: What the user gave.
        model: The architecture if the settings name none.

    Raises:
        ConfigError: The model has no embedding, or one of another size.
        DataError: The file cannot be read, or does not begin as such files do.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "ä.vec")
        ...     _ = path.write_text("1 3\nä 0.5 1 2\n", encoding="utf-8")
        ...     config = Config(vectors=str(path), model="cnn")
        ...     sized_by_vectors(config, "").embedding_size
        3
        >>> sized_by_vectors(Config(vectors="a.vec"), "mlp")
        Traceback (most recent call last):
        linnet.errors.ConfigError: model 'mlp' has no embedding that vectors could fill: ...
    """
    if config.vectors is None:
        return config
    model = config.model or model
    if is_custom(model) or not _has_embedding(model):
        fitting = ", ".join(name for name in ARCHITECTURES if _has_embedding(name))
        raise ConfigError(
            f"model {model!r} has no embedding that vectors could fill: set model to one of "
            f"{fitting}, or leave vectors out"
        )
    with _opened(config.vectors) as file:
        size, _ = _shape(file.readline(LONGEST_LINE), config.vectors)
    if config.embedding_size not in (None, size):
        raise ConfigError(
            f"embedding_size is {config.embedding_size}, and the vectors in {config.vectors} have "
            f"{size} numbers: leave embedding_size out"
        )
    return replace(config, embedding_size=size)


def put_vectors(
    path: str, table: NDArray[np.float32], *, vocabulary: Vocabulary, first: int = 0
) -> Coverage:
    r"""Write the vectors of known words into a table that has a row per id.

    A word is found as it is written or, where it is not, as a line that is the same in lower case;
    of several such lines the first counts.

    Args:
        path: The file.
        table: Shape (ids, numbers); changed in place. Rows of other words stay.
        vocabulary: Which id a word has.
        first: Rows before this one are a saved model's and stay as they are.

    Raises:
        DataError: The file cannot be read, or a line is broken; the message names it.

    Example:
        >>> import tempfile
        >>> from linnet.text.tokenize import as_texts, tokenize
        >>> from linnet.text.vectorize import TextSettings, fit
        >>> words = fit(tokenize(as_texts(["yö yö", "ja", ""])), TextSettings()).vocabulary
        >>> table = np.zeros((4, 2), np.float32)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "a.vec")
        ...     _ = file.write_text("Yö 0.5 1\nnew york 3 4\n", encoding="utf-8")
        ...     covered = put_vectors(str(file), table, vocabulary=words)
        >>> table.tolist(), covered.found, covered.words, round(covered.occurrences, 2)
        ([[0.0, 0.0], [0.0, 0.0], [0.5, 1.0], [0.0, 0.0]], 1, 2, 0.67)
    """
    index = {word: id_ for word, id_ in vocabulary.index.items() if id_ >= first}
    size = table.shape[1]
    exact, other = np.zeros((2, len(vocabulary)), bool)
    for place, word, numbers in _lines(path, size):
        id_ = index.get(word)
        if id_ is not None and not exact[id_]:
            table[id_], exact[id_] = _numbers(numbers, place), True
            continue
        id_ = index.get(word.lower())
        if id_ is not None and not (exact[id_] or other[id_]):
            table[id_], other[id_] = _numbers(numbers, place), True
    ids = np.fromiter(index.values(), np.int64, len(index))
    found = ids[(exact | other)[ids]]
    counts = vocabulary.counts
    share = counts[found].sum() / max(counts[ids].sum(), 1)
    return Coverage(path, len(found), len(ids), float(share))


def _has_embedding(model: str) -> bool:
    return "embedding_size" in inspect.signature(architecture(model).layers).parameters


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    """Open a file, unpacked if it is gzipped, and say what is wrong while it is read."""
    try:
        with Path(path).open("rb") as raw:
            packed = raw.read(len(GZIP)) == GZIP
            raw.seek(0)
            with gzip.open(raw) if packed else raw as file:
                yield cast(BinaryIO, file)
    except (EOFError, OSError, zlib.error) as error:
        why = getattr(error, "strerror", None) or error
        raise DataError(f"cannot read vectors from {path}: {why}") from error


def _shape(first: bytes, path: str) -> tuple[int, int | None]:
    """Return how many numbers a word has, and how many words a first line promises."""
    parts = first.removeprefix(BOM).strip(ENDS).split(b" ")
    if len(parts) == 2 and all(part.isdigit() for part in parts) and int(parts[1]):
        return int(parts[1]), int(parts[0])
    size = 0
    while size < len(parts) - 1 and _is_number(parts[-1 - size]):
        size += 1
    if not size:
        raise DataError(f"{path}:1: expected {WORDS_NEED}, or how many words and numbers there are")
    return size, None


def _lines(path: str, size: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield of each line where it stands, its word and its numbers."""
    with _opened(path) as file:
        lines = enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1)
        promised, words = None, 0
        for number, raw in lines:
            line = raw.removeprefix(BOM) if number == 1 else raw
            if number == 1 and (promised := _shape(line, path)[1]) is not None:
                continue
            place = f"{path}:{number}"
            if line := line.rstrip(ENDS):
                words += 1
                yield place, *_word(line, size, place)
    if promised is not None and words < promised:
        raise DataError(
            f"{path}: its first line says {promised:,} words and there are {words:,}: the file "
            "has been cut, get it again"
        )


def _word(line: bytes, size: int, place: str) -> tuple[str, bytes]:
    """Split a line into the word, which may hold blanks, and the numbers."""
    blanks = line.count(b" ")
    at = line.find(b" ")
    for _ in range(blanks - size):
        at = line.find(b" ", at + 1)
    word = line[:at]
    if blanks < size or (blanks > size and _is_number(word.rpartition(b" ")[2])):
        raise DataError(f"{place}: expected {WORDS_NEED}, {size} of them as in the first line")
    try:
        return word.decode("utf-8"), line[at + 1 :]
    except UnicodeDecodeError as error:
        raise DataError(
            f"{place}: the word is not UTF-8: {error.reason}; binary files are not read, convert "
            "them to text"
        ) from error


def _numbers(numbers: bytes, place: str) -> NDArray[np.float32]:
    """Read the numbers of a line."""
    try:
        with np.errstate(over="ignore"):
            row = np.array([float(part) for part in numbers.split(b" ")]).astype(np.float32)
    except ValueError as error:
        raise DataError(f"{place}: {error}") from None
    if not np.isfinite(row).all():
        raise DataError(f"{place}: a number is not finite, or too large for float32")
    return row


def _is_number(part: bytes) -> bool:
    try:
        float(part)
    except ValueError:
        return False
    return True
