"""What a server answers with and watches: scores, and how far texts are like the training's.

Texts go in, arrays come out; each text is split into tokens only once. Knows nothing of HTTP.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linnet.runtime.classifier import Classifier
from linnet.text.scope import ids_of_words, num_unknown, scope_from_json
from linnet.text.tokenize import as_texts
from linnet.types import Scores


@dataclass(frozen=True, eq=False)
class Observed:
    """Some texts, as a classifier sees them.

    Attributes:
        scores: Shape (texts, labels), as `predict_proba` gives them.
        num_tokens: Shape (texts,): tokens of each.
        num_unknown: Shape (texts,): how many of them the training texts did not have.
        in_scope: Shape (texts,): as `Classifier.in_scope` gives it.
    """

    scores: Scores
    num_tokens: NDArray[np.int64]
    num_unknown: NDArray[np.int64]
    in_scope: NDArray[np.bool_]


def observe(classifier: Classifier, texts: Sequence[str] | pl.Series) -> Observed:
    """Score some texts and count their words: what one micro-batch of a server needs.

    Args:
        classifier: A loaded classifier.
        texts: Some thousands at most; they are not taken in chunks. A bare string is refused.

    Raises:
        DataError: A text is no string.

    Example:
        >>> observe(None, "a bare string")
        Traceback (most recent call last):
        linnet.errors.DataError: texts must be a list of strings, not one string: ...
    """
    asked = as_texts(texts)
    vectorizer = classifier.vectorizer
    tokens, vocabulary = vectorizer.tokens(asked), vectorizer.vocabulary
    scores = classifier.scores(vectorizer.few(tokens))
    ids = ids_of_words(vocabulary, tokens)
    num_tokens, unknown = np.diff(tokens.offsets), num_unknown(tokens, ids)
    saved = classifier.manifest.get("scope")
    if saved is None:
        in_scope = unknown < num_tokens
    else:
        in_scope = scope_from_json(saved).inside(vocabulary, tokens, ids=ids)
    return Observed(scores, num_tokens, unknown, in_scope)


def warm_up(classifier: Classifier) -> None:
    """Build what a classifier builds at its first large batch, so that no request waits for it.

    Example:
        >>> from types import SimpleNamespace
        >>> warm_up(SimpleNamespace(vectorizer=SimpleNamespace(gives_bags=False), bag_model=None))
    """
    if classifier.vectorizer.gives_bags:
        import scipy.sparse  # noqa: F401

        vocabulary = classifier.vectorizer.vocabulary
        _ = vocabulary.pairs, vocabulary.pair_lookup
    _ = classifier.bag_model
