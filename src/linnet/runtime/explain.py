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
from linnet.runtime.occlusion import MOST_VARIANTS, occluded
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
    method: Method | None = None,
    most_variants: int = MOST_VARIANTS,
) -> list[Explanation]:
    """Return for each text the words that made a label's score.

    Args:
        classifier: A loaded classifier.
        texts: A list; a bare string is refused.
        label: Which label to explain; None: of each text the one with the highest score.
        method: "exact" or "occlusion"; None: exact where the model is linear in the bag.
        most_variants: How often a text is asked again at most; in longer texts several words are
            left out together.

    Raises:
        ConfigError: The label is unknown, the model is not linear and "exact" was asked for, or
            `most_variants` is less than 1.

    Example:
        >>> from types import SimpleNamespace
        >>> explain(SimpleNamespace(labels=("a", "b")), [], label="ä")
        Traceback (most recent call last):
        linnet.errors.ConfigError: unknown label 'ä': Known: a, b
    """
    if label is not None and label not in classifier.labels:
        raise ConfigError(unknown("label", label, classifier.labels))
    if most_variants < 1:
        raise ConfigError(f"most_variants must be at least 1, not {most_variants}")
    linear = classifier.bag_model is not None and classifier.bag_model.linear
    if method == "exact" and not linear:
        raise ConfigError('method "exact" is for models that are linear in the bag: leave it out')
    chosen: Method = method or ("exact" if linear else "occlusion")
    asked = as_texts(texts)
    scores = classifier.predict_proba(asked)
    labels = scores.argmax(axis=1).tolist()
    if label is not None:
        labels = [classifier.labels.index(label)] * len(asked)
    return [
        _explained(
            classifier, text, label=number, score=float(row[number]), method=chosen,
            most_variants=most_variants,
        )
        for text, number, row in zip(asked.to_list(), labels, scores, strict=True)
    ]  # fmt: skip


def _explained(
    classifier: "Classifier",
    text: str,
    *,
    label: int,
    score: float,
    method: Method,
    most_variants: int,
) -> Explanation:
    tokens = classifier.vectorizer.tokens(as_texts([text]))
    together = 1
    if method == "exact" and classifier.bag_model is not None:
        found, base = shares(
            classifier.vectorizer, classifier.bag_model, tokens=tokens, label=label
        )
    else:
        found, base, together = occluded(
            classifier, tokens, label=label, most_variants=most_variants
        )
    words = _words(classifier, text, tokens, found.tolist())
    return Explanation(text, classifier.labels[label], score, method, base, words, together)


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
