"""What a score loses without a word: the text is asked again without each, for any model.

Tokens go in, so that a word is left out as if it had never stood there: its neighbours meet.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from linnet.runtime.bag_changes import changed_log_odds
from linnet.text.tokenize import Tokens
from linnet.types import Scores

if TYPE_CHECKING:
    from linnet.runtime.classifier import Classifier

MOST_VARIANTS = 256
MOST_IDS = 65_536
"""Of all variants of a text, for models that read ids in order: about 0.2 s of an LSTM."""
LEAST = 1e-7


def occluded(
    classifier: "Classifier", tokens: Tokens, *, label: int, most_variants: int = MOST_VARIANTS
) -> tuple[NDArray[np.float64], float, int]:
    """Return how much the log-odds of a label fall without each token of one text.

    Args:
        classifier: The model.
        tokens: Those of one text.
        label: The label's number.
        most_variants: How often the text is asked again at most; in longer texts several tokens
            are left out together, and share alike.

    Returns:
        Per token the fall; the log-odds of the whole text; how many tokens are left out together.

    Example:
        >>> from types import SimpleNamespace
        >>> settings = SimpleNamespace(vectorizer="ids", max_length=9)
        >>> words = SimpleNamespace(few=lambda tokens: np.diff(tokens.offsets), settings=settings)
        >>> share = lambda length: np.column_stack([1 / (1 + length), length / (1 + length)])
        >>> asked = SimpleNamespace(vectorizer=words, scores=share, task="binary",
        ...                         bag_model=None)
        >>> two = Tokens(np.array([0, 1], np.int32), np.array([0, 2]), ["a", "ä"])
        >>> falls, whole, together = occluded(asked, two, label=1)
        >>> falls.round(4).tolist(), round(whole, 4), together
        ([0.6931, 0.6931], 0.6931, 1)
    """
    num_tokens = len(tokens.codes)
    together = max(1, -(-num_tokens // _num_variants(classifier, num_tokens, most_variants)))
    odds = _log_odds_without(classifier, tokens, label=label, together=together)
    falls = np.repeat(odds[0] - odds[1:], together)[:num_tokens]
    sizes = np.repeat(_run_sizes(num_tokens, together), together)[:num_tokens]
    return falls / sizes, float(odds[0]), together


def _num_variants(classifier: "Classifier", num_tokens: int, most: int) -> int:
    """Return how many variants are asked at most; each reads the whole text unless it is a bag."""
    settings = classifier.vectorizer.settings
    if settings.vectorizer != "ids":
        return most
    num_ids = max(1, min(num_tokens, settings.max_length or num_tokens))
    return max(1, min(most, MOST_IDS // num_ids))


def _log_odds_without(
    classifier: "Classifier", tokens: Tokens, *, label: int, together: int
) -> NDArray[np.float64]:
    """Return the log-odds of the text, then of the text without each run of tokens."""
    vectorizer, model = classifier.vectorizer, classifier.bag_model
    if model is not None and len(tokens.codes):
        return changed_log_odds(vectorizer, model, tokens=tokens, label=label, together=together)
    scores = classifier.scores(vectorizer.few(without_runs(tokens, together)))
    return log_odds(scores, label, exclusive=classifier.task != "multilabel")


def without_runs(tokens: Tokens, together: int) -> Tokens:
    """Return a text, and the text without each run of tokens.

    Args:
        tokens: Those of one text.
        together: How many tokens a run has; the last may have fewer.

    Example:
        >>> text = Tokens(np.array([0, 1, 0], np.int32), np.array([0, 3]), ["a", "b"])
        >>> left = without_runs(text, 2)
        >>> left.codes.tolist(), left.offsets.tolist()
        ([0, 1, 0, 0, 0, 1], [0, 3, 4, 6])
    """
    num_tokens = len(tokens.codes)
    sizes = _run_sizes(num_tokens, together)
    runs = np.arange(num_tokens) // together
    kept = runs[None] != np.arange(-1, len(sizes))[:, None]
    lengths = np.concatenate([[num_tokens], num_tokens - sizes])
    codes = np.broadcast_to(tokens.codes, kept.shape)[kept]
    return Tokens(codes, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), tokens.words)


def log_odds(scores: Scores, label: int, *, exclusive: bool) -> NDArray[np.float64]:
    """Return the logarithm of a label's score over what is left, shape (texts,).

    Args:
        scores: Shape (texts, labels).
        label: The label's number.
        exclusive: Whether a text has one label: what is left is then the sum of the others, which
            is told from 0 where 1 - score is not.

    Example:
        >>> log_odds(np.float32([[0.5, 0.5], [1e-12, 1]]), 1, exclusive=True).round(2).tolist()
        [0.0, 27.63]
        >>> log_odds(np.float32([[1]]), 0, exclusive=False).round(2).tolist()
        [16.12]
    """
    wide = scores.astype(np.float64)
    own = wide[:, label]
    if exclusive and wide.shape[1] > 1:
        rest, least = np.delete(wide, label, axis=1).sum(axis=1), float(np.finfo(np.float32).tiny)
    else:
        rest, least = 1 - own, LEAST
    found: NDArray[np.float64] = np.log(np.maximum(own, least) / np.maximum(rest, least))
    return found


def _run_sizes(num_tokens: int, together: int) -> NDArray[np.int64]:
    return np.diff(np.minimum(np.arange(0, num_tokens + together, together), num_tokens))
