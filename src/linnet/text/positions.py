"""Where each token of a text stands in the text as it was written.

A text and its tokens go in, positions come out. Tokens are lower-cased, markup may have been
taken out before, and one tokeniser glues what stood around a symbol: the same is done here to a
text whose characters know where they come from, and the tokens are then found in it one after the
other.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linnet.text.markup import ENTITIES, TAGS
from linnet.text.tokenizers.text_vectorization import SYMBOLS

Change = Callable[[re.Match[str]], str]

_TAGS = re.compile(TAGS)
_HAS_ENTITIES = re.compile(ENTITIES)
_REFERENCE = re.compile(
    r"&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)"  # those of html.unescape
)
_SYMBOLS = re.compile(SYMBOLS)
_BLANKS = re.compile(r"[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")


@dataclass(frozen=True)
class _Traced:
    """A text, and for each of its characters where that begins and ends in the original."""

    text: str
    starts: list[int]
    ends: list[int]

    def replaced(self, pattern: re.Pattern[str], change: Change) -> "_Traced":
        """Return the text with each match changed; what comes out stands where the match stood."""
        parts, starts, ends, done = list[str](), list[int](), list[int](), 0
        for match in pattern.finditer(self.text):
            begin, end = match.span()
            new = change(match)
            parts += [self.text[done:begin], new]
            starts += self.starts[done:begin] + [self.starts[begin]] * len(new)
            ends += self.ends[done:begin] + [self.ends[end - 1]] * len(new)
            done = end
        if not done:
            return self
        whole = "".join([*parts, self.text[done:]])
        return _Traced(whole, starts + self.starts[done:], ends + self.ends[done:])

    def lowered(self) -> "_Traced":
        """Return the text in lower case, which may have more characters."""
        lower = self.text.lower()
        sizes = [len(each.lower()) for each in self.text]
        if len(lower) == len(self.text) == sum(sizes):
            return _Traced(lower, self.starts, self.ends)
        starts = [at for at, size in zip(self.starts, sizes, strict=True) for _ in range(size)]
        ends = [at for at, size in zip(self.ends, sizes, strict=True) for _ in range(size)]
        return _Traced(lower, starts, ends)


def positions(
    text: str, tokens: Sequence[str], *, tokenizer: str = "words", strip_markup: bool = False
) -> list[tuple[int, int]]:
    """Return where each token starts and ends in the text, in characters.

    Args:
        text: The text as it was written.
        tokens: Its tokens, all of them, in their order.
        tokenizer: The name of what split it.
        strip_markup: Whether HTML was taken out before.

    Returns:
        Start and end of each token: `text[start:end]` is its own spelling. A token that cannot be
        found is an empty stretch where the one before ends.

    Example:
        >>> positions("Tom &amp; İda", ["tom", "&", "i̇da"], strip_markup=True)
        [(0, 3), (4, 9), (10, 13)]
        >>> positions("", [])
        []
    """
    traced = _as_split(text, tokenizer, strip_markup=strip_markup)
    found, done, last = list[tuple[int, int]](), 0, 0
    for token in tokens:
        at = traced.text.find(token, done)
        if at < 0 or not token:
            found.append((last, last))
            continue
        done = at + len(token)
        last = traced.ends[done - 1]
        found.append((traced.starts[at], last))
    return found


def _as_split(text: str, tokenizer: str, *, strip_markup: bool) -> _Traced:
    """Return the text as the tokeniser's last step sees it."""
    traced = _Traced(text, list(range(len(text))), list(range(1, len(text) + 1)))
    if strip_markup:
        traced = traced.replaced(_TAGS, lambda match: " ")
        if _HAS_ENTITIES.search(traced.text):
            traced = traced.replaced(_REFERENCE, lambda match: html.unescape(match[0]))
    if tokenizer != "whitespace":
        traced = traced.lowered()
    if tokenizer == "text_vectorization":
        traced = traced.replaced(_SYMBOLS, lambda match: "")
    if tokenizer == "characters":
        traced = traced.replaced(_BLANKS, lambda match: " ")
    return traced
