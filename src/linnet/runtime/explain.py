"""The words that made a decision, for every architecture.

A classifier and texts go in, an `Explanation` per text comes out. Models that are linear in the
bag say exactly what each word adds; others are asked again without each word.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from linnet.errors import ConfigError
from linnet.registry import unknown
from linnet.runtime.explanation import Explanation, Method, Word
from linnet.runtime.occlusion import MOST_VARIANTS, Asked, occluded
from linnet.runtime.shares import shares
from linnet.text.positions import positions
from linnet.text.tokenize import Tokens, as_texts

if TYPE_CHECKING:
    from linnet.runtime.classifier import Classifier


def explain(
    classifier: "Classifier",
    texts: Sequence[str] | pl.Series,
    *,
    label: str | None = None,
    against: str | None = None,
    method: Method | None = None,
    most_variants: int = MOST_VARIANTS,
) -> list[Explanation]:
    """Return for each text the words that made a label's score.

    Args:
        classifier: A loaded classifier.
        texts: A list; a bare string is refused.
        label: Which label to explain; None: of each text the one with the highest score.
        against: The label that it is told from; None: all others together.
        method: "exact" or "occlusion"; None: exact where the model is linear in the bag.
        most_variants: How often a text is asked again at most; in longer texts several words are
            left out together.

    Raises:
        ConfigError: A label is unknown, or is told from itself, the model is not linear and
            "exact" was asked for, or `most_variants` is less than 1.

    Example:
        >>> from types import SimpleNamespace
        >>> explain(SimpleNamespace(labels=("a", "b")), [], label="ä")
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown label 'ä': Known: a, b
    """
    number, other = (number_of(classifier, each) for each in (label, against))
    if most_variants < 1:
        raise ConfigError(f"most_variants must be at least 1, not {most_variants}")
    linear = classifier.bag_model is not None and classifier.bag_model.linear
    if method == "exact" and not linear:
        raise ConfigError('method "exact" is for models that are linear in the bag: leave it out')
    chosen: Method = method or ("exact" if linear else "occlusion")
    texts = as_texts(texts)
    scores = classifier.predict_proba(texts)
    found = list[Explanation]()
    for text, row in zip(texts.to_list(), scores, strict=True):
        asked = Asked(classifier, int(row.argmax()) if number is None else number, other)
        if asked.label == other:
            raise ConfigError(f"{against!r} cannot be told from itself: name another label")
        share = float(row[asked.label])
        found.append(_explained(asked, text, score=share, method=chosen, most=most_variants))
    return found


def number_of(classifier: "Classifier", label: str | None) -> int | None:
    """Return the number of a label, None for None.

    Raises:
        ConfigError: The label is unknown.

    Example:
        >>> from types import SimpleNamespace
        >>> number_of(SimpleNamespace(labels=("a", "ä")), "ä")
        1
    """
    if label is None:
        return None
    if label not in classifier.labels:
        raise ConfigError(unknown("label", label, classifier.labels))
    return classifier.labels.index(label)


def _explained(asked: Asked, text: str, *, score: float, method: Method, most: int) -> Explanation:
    classifier = asked.classifier
    tokens, model = classifier.vectorizer.tokens(as_texts([text])), classifier.bag_model
    together = 1
    if method == "exact" and model is not None:
        direction = model.direction(asked.label, asked.other)
        found, bases = shares(classifier.vectorizer, model, tokens=tokens, direction=direction)
        base = float(bases[0])
    else:
        found, base, together = occluded(asked, tokens, most_variants=most)
    words = _words(classifier, text, tokens, found.tolist())
    against = None if asked.other is None else classifier.labels[asked.other]
    return Explanation(
        text, classifier.labels[asked.label], score, method, base, words, together, against
    )


def _words(
    classifier: "Classifier", text: str, tokens: Tokens, contributions: list[float]
) -> tuple[Word, ...]:
    """Put words, places and contributions together."""
    settings = classifier.vectorizer.settings
    split = [tokens.words[code] for code in tokens.codes.tolist()]
    places = positions(
        text, split, tokenizer=settings.tokenizer, strip_markup=settings.strip_markup
    )
    return tuple(
        Word(text[start:end], start, end, contribution)
        for (start, end), contribution in zip(places, contributions, strict=True)
    )
