"""The words by which a model tells two labels apart, over many texts.

A classifier and texts go in; what each word adds to the one label's logit less the other's comes
out, averaged over the texts that have the word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.errors import ConfigError
from linnet.runtime.explain import number_of
from linnet.runtime.explanation import Method
from linnet.runtime.occlusion import Asked, occluded
from linnet.runtime.shares import shares
from linnet.text.tokenize import Tokens, as_texts

if TYPE_CHECKING:
    from linnet.runtime.classifier import Classifier

TEXTS_AT_ONCE = 256
NUM_WORDS = 10


@dataclass(frozen=True)
class Pull:
    """A word that pulls towards one of two labels.

    Attributes:
        word: As the model's tokeniser cut it.
        mean: What it adds to the logit of the first label less that of the other, mean over the
            texts that have it: above 0 it pulls towards the first.
        texts: How many texts have it.
    """

    word: str
    mean: float
    texts: int


@dataclass(frozen=True)
class Separation:
    """The words that separate two labels.

    Attributes:
        label: The first label.
        other: The other one.
        method: "exact" where the model is linear in the bag, "gradient" for bags with a hidden
            layer (its units as active as the text makes them), "occlusion" for other models.
        texts: How many texts were asked.
        pulls: Every word, by what it does in all texts together: those that pull most towards
            the first label first, those that pull most towards the other last.
    """

    label: str
    other: str
    method: Method
    texts: int
    pulls: tuple[Pull, ...]

    def towards(self, label: str, k: int = NUM_WORDS) -> list[Pull]:
        """Return the words that pull most towards one of the two labels.

        Raises:
            ConfigError: It is neither of the two.
        """
        if label == self.label:
            return [each for each in self.pulls[:k] if each.mean > 0]
        if label == self.other:
            return [each for each in self.pulls[: -k - 1 : -1] if each.mean < 0]
        raise ConfigError(f"towards {label!r}: it must be {self.label!r} or {self.other!r}")


def separate(
    classifier: "Classifier", texts: Sequence[str] | pl.Series, *, label: str, other: str
) -> Separation:
    """Return the words by which a model tells two labels apart.

    Args:
        classifier: A loaded classifier.
        texts: Those that are asked, such as the texts of both labels; a bare string is refused. A
            model that is not one of bags is asked again without each word of each of them.
        label: The first label.
        other: The other one.

    Raises:
        ConfigError: A label is unknown, or both are the same.

    Example:
        >>> from types import SimpleNamespace
        >>> separate(SimpleNamespace(labels=("a", "ä")), [], label="ä", other="ä")
        Traceback (most recent call last):
        linnet.errors.ConfigError: 'ä' cannot be told from itself: name another label
    """
    numbers = [number_of(classifier, each) for each in (label, other)]
    if numbers[0] is None or numbers[0] == numbers[1]:
        raise ConfigError(f"{label!r} cannot be told from itself: name another label")
    asked = Asked(classifier, numbers[0], numbers[1])
    tokens = classifier.vectorizer.tokens(as_texts(texts))
    model = classifier.bag_model
    if model is None:
        method: Method = "occlusion"
        pulls = [occluded(asked, each)[0] for each in _pieces(tokens, 1)]
    else:
        method = "exact" if model.linear else "gradient"
        direction = model.direction(asked.label, asked.other)
        pulls = [
            shares(classifier.vectorizer, model, tokens=each, direction=direction)[0]
            for each in _pieces(tokens, TEXTS_AT_ONCE)
        ]
    found = _by_word(tokens, np.concatenate([np.empty(0), *pulls]))
    return Separation(label, other, method, len(tokens), found)


def _pieces(tokens: Tokens, size: int) -> Iterator[Tokens]:
    """Yield some texts at a time."""
    for start in range(0, len(tokens), size):
        yield tokens.select(np.arange(start, min(start + size, len(tokens))))


def _by_word(tokens: Tokens, pulls: NDArray[np.float64]) -> tuple[Pull, ...]:
    """Add up what each word does, and count its texts."""
    num_words = len(tokens.words)
    sums = np.bincount(tokens.codes, pulls, num_words)
    text_of = np.repeat(np.arange(len(tokens)), np.diff(tokens.offsets))
    stands = np.unique(text_of * num_words + tokens.codes)
    texts = np.bincount(stands % max(1, num_words), minlength=num_words)
    moved = np.flatnonzero(sums)
    means, words = (
        (sums[moved] / texts[moved]).tolist(),
        [tokens.words[at] for at in moved.tolist()],
    )
    order = sorted(zip((-sums[moved]).tolist(), words, means, texts[moved].tolist(), strict=True))
    return tuple(Pull(word, mean, num_texts) for _, word, mean, num_texts in order)
