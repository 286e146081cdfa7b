"""Tokens of ASCII texts, read from their bytes: no text and no token is a Python object.

Goes in: texts and a tokeniser whose tokens are runs of characters of one kind, or characters that
stand alone. Comes out: numbered tokens. What each character does is asked of the tokeniser's own
expression, so the tokens are the same. Knows nothing of other texts than ASCII.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

RUNS = ("words", "subwords", "keras", "whitespace")
"""The tokenisers whose tokens are runs of characters."""

PARTS, JOINS, ALONE = 0, 1, 2
ENDS = (8, 12, 16)
"""Bytes that are compared at once, up to where; longer tokens are rare enough for a dict."""

NUL = b"\x80"
"""Stands for the character 0, so that bytes behind a token are no part of it."""
MOST_PROBES = 8

_FREE = np.uint64(2**64 - 1)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio (Knuth 1973)
_MASKS = np.array([2 ** (8 * size) - 1 for size in range(9)], np.uint64)


@dataclass(frozen=True)
class Alphabet:
    """What a tokeniser does with each of the 128 characters.

    Attributes:
        becomes: 256 bytes: what each byte is in a token.
        kinds: 256 bytes: whether it parts tokens, joins its neighbours or stands alone.
        parting: A character that parts tokens.
    """

    becomes: bytes
    kinds: bytes
    parting: str

    @cached_property
    def spaced(self) -> list[str]:
        """What `str.translate` puts for each character, so that a blank parts all tokens."""
        forms = {PARTS: " ", JOINS: "{}", ALONE: " {} "}
        pairs = zip(self.kinds[:128], self.becomes, strict=False)
        return [forms[kind].format(chr(becomes)) for kind, becomes in pairs]


@cache
def alphabet(split: Callable[[pl.Expr], pl.Expr]) -> Alphabet:
    """Ask a tokeniser what it does with each character.

    Args:
        split: The tokeniser.

    Example:
        >>> from linnet.text.tokenizers.words import split
        >>> found = alphabet(split)
        >>> chr(found.becomes[ord("A")]), found.kinds[ord("+")], found.becomes[0xC3]
        ('a', 2, 195)
    """
    characters = [chr(number) for number in range(128)]
    twice = pl.DataFrame({"text": [2 * each for each in characters]})
    becomes, kinds = bytearray(range(256)), bytearray(256)
    split_twice = twice.select(split(pl.col("text")))["text"].to_list()
    for number, tokens in enumerate(split_twice):
        kinds[number] = len(tokens[:1]) if len(tokens) < 2 else ALONE
        becomes[number] = ord(tokens[0][0]) if tokens else number
    return Alphabet(bytes(becomes), bytes(kinds), chr(kinds.index(PARTS)))


def read(
    texts: pl.Series, letters: Alphabet
) -> tuple[NDArray[np.int32], NDArray[np.int64], list[str]]:
    """Number the tokens of ASCII texts.

    Args:
        texts: Strings of ASCII characters alone.
        letters: What the tokeniser does with each of them.

    Returns:
        The number of each token's word; how many tokens each text has; the words.

    Example:
        >>> from linnet.text.tokenizers.words import split
        >>> codes, counts, words = read(pl.Series(["", "B+ b"]), alphabet(split))
        >>> [words[code] for code in codes], counts.tolist()
        (['b', '+', 'b'], [0, 3])
    """
    joined = str(texts.str.join(letters.parting)[0]).encode()
    raw = joined.translate(letters.becomes).replace(b"\0", NUL) + bytes(ENDS[-1])
    begins, lengths = _tokens(np.frombuffer(joined.translate(letters.kinds), np.uint8))
    codes = _codes(raw, begins, lengths)
    used = np.full(int(codes.max(initial=-1)) + 1, -1)
    used[codes] = np.arange(len(codes))
    places = used[used >= 0]
    spans = zip(begins[places].tolist(), lengths[places].tolist(), strict=True)
    words = [_word(raw[begin : begin + length]) for begin, length in spans]
    numbers = (np.cumsum(used >= 0) - 1).astype(np.int32)
    ends = np.cumsum(texts.str.len_bytes().to_numpy().astype(np.int64) + 1)
    return numbers[codes], np.diff(np.searchsorted(begins, ends), prepend=0), words


def _word(token: bytes) -> str:
    return str(token.replace(NUL, b"\0"), "ascii")


def _tokens(kinds: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where tokens begin, and how many bytes they have."""
    around = np.zeros(len(kinds) + 2, np.uint8)
    around[1:-1] = kinds & JOINS
    begins = np.flatnonzero(kinds > around[:-2])
    return begins, np.flatnonzero(kinds > around[2:]) + 1 - begins


def _codes(raw: bytes, begins: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give equal tokens the same number, and others another."""
    eight = np.ndarray((len(raw) - 7,), "<u8", raw, strides=(1,))  # the 8 bytes from each on
    codes, num_codes = _numbered(eight[begins] & _MASKS[np.minimum(lengths, ENDS[0])])
    longer = np.flatnonzero(lengths > ENDS[0])
    for start, end in pairwise(ENDS):
        size = np.minimum(lengths[longer], end) - start
        more = eight[begins[longer] + start] & _MASKS[size]
        found, count = _numbered((codes[longer].astype(np.uint64) << np.uint64(32)) | more)
        codes[longer] = found + num_codes
        num_codes += count
        longer = longer[lengths[longer] > end]
    numbers = dict[bytes, int]()
    for place in longer.tolist():
        token = raw[begins[place] : begins[place] + lengths[place]]
        codes[place] = numbers.setdefault(token, num_codes + len(numbers))
    return codes


def _numbered(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], int]:
    """Number distinct keys, and say how many numbers there may be."""
    enough = max(len(keys), 1).bit_length() + 1
    for bits in range(min(16, enough), enough + 1, 2):
        if (slots := _slots(keys, bits)) is not None:
            return slots, 1 << bits
    return np.unique(keys, return_inverse=True)[1], len(keys)  # texts made to collide


def _slots(keys: NDArray[np.uint64], bits: int) -> NDArray[np.int64] | None:
    """Return a place in a hash table for each distinct key; None if too many want the same."""
    table = np.full(1 << bits, _FREE)
    slots = ((keys * _MIX) >> np.uint64(64 - bits)).astype(np.int64)
    waiting = np.arange(len(keys))
    for _ in range(MOST_PROBES):
        wanted = slots[waiting] if len(waiting) < len(slots) else slots
        free = table[wanted] == _FREE
        table[wanted[free]] = keys[free]
        missed = np.flatnonzero(table[wanted] != keys)
        if not len(missed):
            return slots
        waiting, keys = waiting[missed], keys[missed]
        slots[waiting] = (slots[waiting] + 1) & ((1 << bits) - 1)
    return None
