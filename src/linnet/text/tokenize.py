"""Texts to numbered tokens, one text or a million through the same code.

Texts come in as a polars Series, tokens go out as NumPy arrays and the list of distinct words.
Knows nothing of vocabularies: the numbers given here live only as long as one `Tokens`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.errors import DataError
from linnet.processes import check_process
from linnet.registry import resolve
from linnet.text.bytewise import RUNS, Alphabet, alphabet, read
from linnet.text.markup import strip
from linnet.text.threads import in_threads
from linnet.types import Rows

TOKENIZERS = {
    "words": "linnet.text.tokenizers.words:split",
    "subwords": "linnet.text.tokenizers.subwords:split",
    "keras": "linnet.text.tokenizers.keras:split",
    "text_vectorization": "linnet.text.tokenizers.text_vectorization:split",
    "whitespace": "linnet.text.tokenizers.whitespace:split",
    "characters": "linnet.text.tokenizers.characters:split",
}
PIECES = {"subwords": "linnet.text.tokenizers.subwords:pieces"}

SLICE_BYTES = 8_000_000
FEW_TEXTS, FEW_CHARACTERS = 256, 16_000
"""Up to where plain Python is faster."""


@dataclass(frozen=True)
class Tokens:
    """Texts as runs of word numbers.

    Attributes:
        codes: Shape (tokens,): the number of each token's word in `words`.
        offsets: Shape (texts + 1,): text `i` is `codes[offsets[i] : offsets[i + 1]]`.
        words: The distinct words, in no particular order.
    """

    codes: NDArray[np.int32]
    offsets: NDArray[np.int64]
    words: list[str]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def select(self, rows: Rows) -> "Tokens":
        """Return the tokens of the given texts, in the given order."""
        where, offsets = runs(self.offsets, rows)
        return Tokens(self.codes[where], offsets, self.words)


def tokenize(texts: pl.Series, tokenizer: str = "words", *, strip_markup: bool = False) -> Tokens:
    """Split texts into tokens and number the distinct words.

    Args:
        texts: Strings without nulls, as `as_texts` returns them.
        tokenizer: A name of `TOKENIZERS`.
        strip_markup: Whether HTML tags are left out and its entities read before.

    Raises:
        ConfigError: The tokenizer is unknown.

    Example:
        >>> tokens = tokenize(pl.Series(["", "so it goes, so"], dtype=pl.String))
        >>> [tokens.words[code] for code in tokens.codes], tokens.offsets.tolist()
        (['so', 'it', 'goes', ',', 'so'], [0, 0, 5])
    """
    split = resolve(TOKENIZERS, tokenizer, "tokenizer")
    letters = alphabet(split) if tokenizer in RUNS else None
    texts = strip(texts) if strip_markup else texts
    if letters and len(texts) <= FEW_TEXTS:
        listed = texts.to_list()
        if sum(map(len, listed)) <= FEW_CHARACTERS:
            return _by_characters(listed, split, letters)
    parts = list(_slices(texts))
    numbers = dict[str, int]()
    codes, counts = [np.empty(0, np.int32)], [np.empty(0, np.int64)]
    for found in in_threads(lambda part: _split(part, split, letters), parts):
        place = [numbers.setdefault(word, len(numbers)) for word in found.words]
        codes.append(np.array(place, np.int32)[found.codes])
        counts.append(np.diff(found.offsets))
    return Tokens(np.concatenate(codes), _offsets(np.concatenate(counts)), list(numbers))


def _split(
    texts: pl.Series, split: Callable[[pl.Expr], pl.Expr], letters: Alphabet | None
) -> Tokens:
    """Split one slice of texts, those of ASCII characters by their bytes."""
    if letters is None:
        return _by_expression(texts, split)
    ascii = (texts.str.len_bytes() == texts.str.len_chars()).to_numpy()
    if ascii.all():
        return _by_bytes(texts, letters)
    plain, other = (
        _by_bytes(texts.filter(ascii), letters),
        _by_expression(texts.filter(~ascii), split),
    )
    counts = np.empty(len(texts), np.int64)
    counts[ascii], counts[~ascii] = np.diff(plain.offsets), np.diff(other.offsets)
    codes, is_plain = np.empty(int(counts.sum()), np.int32), np.repeat(ascii, counts)
    codes[is_plain], codes[~is_plain] = plain.codes, other.codes + len(plain.words)
    return Tokens(codes, _offsets(counts), plain.words + other.words)


def _by_characters(
    texts: list[str], split: Callable[[pl.Expr], pl.Expr], letters: Alphabet
) -> Tokens:
    """Split a few texts in less time than it takes to ask polars or NumPy for anything."""
    others = [text for text in texts if not text.isascii()]
    given = iter(_lists(pl.Series(others), split).to_list() if others else ())
    found = [
        list(filter(None, text.translate(letters.spaced).split(" "))) if text.isascii()
        else next(given)
        for text in texts
    ]  # fmt: skip
    numbers = dict[str, int]()
    codes = [numbers.setdefault(token, len(numbers)) for tokens in found for token in tokens]
    return Tokens(np.array(codes, np.int32), _offsets(list(map(len, found))), list(numbers))


def _by_bytes(texts: pl.Series, letters: Alphabet) -> Tokens:
    codes, counts, words = read(texts, letters)
    return Tokens(codes, _offsets(counts), words)


def _by_expression(texts: pl.Series, split: Callable[[pl.Expr], pl.Expr]) -> Tokens:
    lists = _lists(texts, split)
    flat = lists.explode(empty_as_null=False)
    coded = flat.cast(pl.Categorical(pl.Categories.random()))
    codes = coded.to_physical().to_numpy().astype(np.int32)
    places = np.zeros(int(codes.max(initial=-1)) + 1, np.int64)
    places[codes] = np.arange(len(codes))
    return Tokens(codes, _offsets(lists.list.len().to_numpy()), flat.gather(places).to_list())


def _lists(texts: pl.Series, split: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    return texts.rename("text").to_frame().select(split(pl.col("text")))["text"]


def _offsets(counts: NDArray[np.integer[Any]] | list[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _slices(texts: pl.Series) -> Iterator[pl.Series]:
    """Cut texts into slices of bounded memory."""
    size = int(texts.str.len_bytes().sum() or 0)
    step = max(1, len(texts) * SLICE_BYTES // max(size, SLICE_BYTES)) if len(texts) else 1
    return (texts.slice(start, step) for start in range(0, len(texts), step))


def as_texts(texts: Sequence[str] | pl.Series) -> pl.Series:
    """Return texts as a polars Series of strings, or say what is wrong with them.

    Args:
        texts: A list of strings or a Series; a bare string is refused, because its characters
            would be taken for texts. A null in a Series is an empty text.

    Raises:
        DataError: A bare string, something that is not a string, or a string that is not
            valid Unicode (a lone surrogate).

    Example:
        >>> as_texts([]).to_list(), as_texts(["naïve"]).to_list()
        ([], ['naïve'])
        >>> as_texts("one text")
        Traceback (most recent call last):
        linnet.errors.DataError: texts must be a list of strings, not one string: write ['one text']
    """
    check_process()
    if isinstance(texts, str):
        raise DataError(
            f"texts must be a list of strings, not one string: write [{_short(texts)!r}]"
        )
    if isinstance(texts, pl.Series):
        if texts.dtype not in (pl.String, pl.Null):
            raise DataError(f"texts must be strings, not {texts.dtype}: cast them to pl.String")
        return texts.cast(pl.String).fill_null("")
    try:
        listed = list(texts)
    except TypeError as error:
        raise DataError(f"texts must be a list of strings, not {type(texts).__name__}") from error
    for number, text in enumerate(listed):
        if not isinstance(text, str):
            raise DataError(
                f"text {number} must be a string, not {type(text).__name__}: {_short(repr(text))}"
            )
    try:
        return pl.Series("text", listed, dtype=pl.String)
    except UnicodeEncodeError as error:
        raise DataError(
            f"text {listed.index(error.object)} is not valid Unicode: {error.reason}; "
            "decode it with errors='replace' before it comes here"
        ) from error


def runs(offsets: NDArray[np.int64], rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the chosen runs one after the other, and their offsets.

    Args:
        offsets: Shape (runs + 1,): where each run starts, and where the last one ends.
        rows: Which runs, in which order.

    Example:
        >>> where, chosen = runs(np.array([0, 2, 2, 5]), np.array([2, 1, 0]))
        >>> where.tolist(), chosen.tolist()
        ([2, 3, 4, 0, 1], [0, 3, 3, 5])
    """
    starts, lengths = offsets[rows], offsets[rows + 1] - offsets[rows]
    chosen = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    where = np.arange(chosen[-1]) + np.repeat(starts - chosen[:-1], lengths)
    return where, chosen


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
