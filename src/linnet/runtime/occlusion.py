"""What a score loses without a word: the text is asked again without each, for any model.

Tokens go in, so that a word is left out as if it had never stood there: its neighbours meet. A
long text is asked without stretches of words first, then without each word of the strongest.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from linnet.runtime.bag_changes import changed_logits
from linnet.runtime.bag_model import SIGMOIDS
from linnet.text.tokenize import Tokens
from linnet.types import Scores

if TYPE_CHECKING:
    from linnet.runtime.classifier import Classifier

MOST_VARIANTS = 256
MOST_IDS = 49_152
"""Of all variants of a text, for models that read ids in order: about 0.1 s of an LSTM."""
COARSE_SHARE = 0.5
"""Which part of the variants of a long text is spent on stretches."""
LEAST = 1e-7


@dataclass(frozen=True)
class Asked:
    """What is asked of a classifier: the log-odds of a label.

    Attributes:
        classifier: The model.
        label: The label's number.
        other: Another label's number: the log-odds are then those of the two. None: of the label
            against all that is left.
    """

    classifier: "Classifier"
    label: int
    other: int | None = None

    def of_scores(self, scores: Scores) -> NDArray[np.float64]:
        """Return log-odds from scores, shape (texts,)."""
        alone = (
            self.classifier.task == "multilabel" and self.classifier.manifest["loss"] == SIGMOIDS
        )
        return log_odds(scores, self.label, other=self.other, exclusive=not alone)


def occluded(
    asked: Asked, tokens: Tokens, *, most_variants: int = MOST_VARIANTS
) -> tuple[NDArray[np.float64], float, int]:
    """Return how much the log-odds of a label fall without each token of one text.

    Args:
        asked: The model and the label.
        tokens: Those of one text.
        most_variants: How often the text is asked again at most; in longer texts several tokens
            are left out together, and share alike.

    Returns:
        Per token the fall; the log-odds of the whole text; how many tokens are left out together
        at most.

    Example:
        >>> from types import SimpleNamespace
        >>> lengths = lambda tokens: np.diff(tokens.offsets)
        >>> words = SimpleNamespace(few=lengths, seen=lambda tokens: np.arange(2), gives_bags=False)
        >>> share = lambda length: np.column_stack([1 / (1 + length), length / (1 + length)])
        >>> model = SimpleNamespace(vectorizer=words, scores=share, task="binary", bag_model=None)
        >>> two = Tokens(np.array([0, 1], np.int32), np.array([0, 2]), ["a", "ä"])
        >>> falls, whole, together = occluded(Asked(model, 1), two)
        >>> falls.round(4).tolist(), round(whole, 4), together
        ([0.6931, 0.6931], 0.6931, 1)
    """
    model, vectorizer = asked.classifier.bag_model, asked.classifier.vectorizer
    if model is None or not len(tokens.codes):
        return _in_two_steps(asked, tokens, most_variants)
    together = max(1, -(-len(tokens.codes) // most_variants))
    logits = changed_logits(vectorizer, model, tokens=tokens, together=together)
    odds = model.log_odds(logits, asked.label, asked.other)
    starts = np.arange(0, len(tokens.codes), together)
    return _shared(odds[0] - odds[1:], starts, len(tokens.codes)), float(odds[0]), together


def _in_two_steps(
    asked: Asked, tokens: Tokens, most_variants: int
) -> tuple[NDArray[np.float64], float, int]:
    """Leave out stretches of the words that the model sees, then single words of the strongest."""
    seen = asked.classifier.vectorizer.seen(tokens)
    most = most_variants
    if not asked.classifier.vectorizer.gives_bags:
        most = max(1, min(most, MOST_IDS // max(1, len(seen))))
    coarse = most if len(seen) <= most else max(1, int(most * COARSE_SHARE))
    together = max(1, -(-len(seen) // coarse))
    starts = np.arange(0, len(seen), together)
    runs = [seen[start : start + together] for start in starts.tolist()]
    odds = asked.of_scores(_scores_without(asked.classifier, tokens, [seen[:0], *runs]))
    lost = odds[0] - odds[1:]
    falls = np.zeros(len(tokens.codes))
    falls[seen] = _shared(lost, starts, len(seen))
    if together > 1 and (num_refined := (most - len(runs)) // together):
        strongest = np.argsort(-np.abs(lost), kind="stable")[:num_refined]
        single = np.concatenate([runs[number] for number in strongest.tolist()])
        alone = asked.of_scores(_scores_without(asked.classifier, tokens, single[:, None]))
        falls[single] = odds[0] - alone
    return falls, float(odds[0]), together


def _shared(
    lost: NDArray[np.float64], starts: NDArray[np.int64], num_tokens: int
) -> NDArray[np.float64]:
    """Share what was lost without each run among its tokens."""
    sizes = np.diff(starts, append=num_tokens)
    return np.repeat(lost / sizes, sizes)


def _scores_without(
    classifier: "Classifier", tokens: Tokens, runs: "list[NDArray[np.int64]] | NDArray[np.int64]"
) -> Scores:
    """Return the scores of a text without each run of tokens."""
    return classifier.scores(classifier.vectorizer.few(without(tokens, runs)))


def without(tokens: Tokens, runs: "list[NDArray[np.int64]] | NDArray[np.int64]") -> Tokens:
    """Return a text once without each run of tokens.

    Args:
        tokens: Those of one text.
        runs: The places of the tokens that are left out.

    Example:
        >>> text = Tokens(np.array([0, 1, 0], np.int32), np.array([0, 3]), ["a", "b"])
        >>> left = without(text, [np.array([], int), np.array([0, 1])])
        >>> left.codes.tolist(), left.offsets.tolist()
        ([0, 1, 0, 0], [0, 3, 4])
    """
    num_tokens, sizes = len(tokens.codes), np.array([len(each) for each in runs], np.int64)
    kept = np.ones((len(sizes), num_tokens), bool)
    kept[np.repeat(np.arange(len(sizes)), sizes), np.concatenate(list(runs))] = False
    codes = np.broadcast_to(tokens.codes, kept.shape)[kept]
    offsets = np.concatenate([[0], np.cumsum(num_tokens - sizes)]).astype(np.int64)
    return Tokens(codes, offsets, tokens.words)


def log_odds(
    scores: Scores, label: int, *, other: int | None = None, exclusive: bool
) -> NDArray[np.float64]:
    """Return the logarithm of a label's score over what is left, shape (texts,).

    Args:
        scores: Shape (texts, labels).
        label: The label's number.
        other: Another label's number, whose score takes the place of what is left.
        exclusive: Whether scores sum to 1: what is left is then the sum of the others, which
            is told from 0 where 1 - score is not.

    Example:
        >>> log_odds(np.float32([[0.5, 0.5], [1e-12, 1]]), 1, exclusive=True).round(2).tolist()
        [0.0, 27.63]
        >>> log_odds(np.float32([[1]]), 0, exclusive=False).round(2).tolist()
        [16.12]
        >>> three = np.float32([[0.6, 0.3, 0.1]])
        >>> log_odds(three, 0, other=1, exclusive=True).round(4).tolist()
        [0.6931]
    """
    if other is not None and not exclusive:
        own, others = (log_odds(scores, each, exclusive=False) for each in (label, other))
        return own - others
    wide = scores.astype(np.float64)
    own = wide[:, label]
    if exclusive and wide.shape[1] > 1:
        rest = np.delete(wide, label, axis=1).sum(axis=1) if other is None else wide[:, other]
        least = float(np.finfo(np.float32).tiny)
    else:
        rest, least = 1 - own, LEAST
    found: NDArray[np.float64] = np.log(np.maximum(own, least) / np.maximum(rest, least))
    return found
