"""Several questions in one run of the model, and their answers as JSON.

Written by hand: a pydantic model of the same answers takes longer than the scores.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from linnet.runtime.classifier import Classifier
from linnet.runtime.observed import Observed, observe
from linnet.serving.drift import Drift
from linnet.serving.question import Question
from linnet.types import Rows, Scores

DIGITS = 6
"""A score is float32: more would say nothing."""


class Answering:
    """A classifier that answers several questions at once."""

    def __init__(self, classifier: Classifier, drift: Drift) -> None:
        self._classifier, self._drift = classifier, drift
        self._names = [json.dumps(each) for each in classifier.labels]
        self._pieces = [f'{{"label":{name},"score":' for name in self._names]
        self._several = classifier.task == "multilabel"
        self._thresholds = np.array(classifier.thresholds or [], np.float32)

    def __call__(self, questions: Sequence[Question]) -> list[list[str]]:
        """Return for each question the answer to each of its texts, without the last brace."""
        observed = observe(self._classifier, [text for each in questions for text in each.texts])
        scores = observed.scores
        order = np.argsort(-scores, axis=1, kind="stable")
        self._count(observed, order)
        k = min(max(each.k for each in questions), scores.shape[1])
        best = order[:, :k]
        tops = np.take_along_axis(scores, best, axis=1).astype(np.float64).round(DIGITS)
        lists = self._lists(questions, best=best.tolist(), tops=tops.tolist())
        labels = self._labels(questions, scores, order)
        scope = ["true" if each else "false" for each in observed.in_scope.tolist()]
        answers = [
            f'{{{label},"scores":[{given}],"in_scope":{inside}'
            for label, given, inside in zip(labels, lists, scope, strict=True)
        ]
        return [answers[start:end] for start, end in _places(questions)]

    def _lists(
        self, questions: Sequence[Question], *, best: list[list[int]], tops: list[list[float]]
    ) -> Iterator[str]:
        """Yield the highest labels of each text with their scores."""
        pieces = self._pieces
        for question, (start, end) in zip(questions, _places(questions), strict=True):
            for row in range(start, end):
                pairs = zip(best[row][: question.k], tops[row], strict=False)
                yield ",".join([f"{pieces[label]}{score}}}" for label, score in pairs])

    def _labels(self, questions: Sequence[Question], scores: Scores, order: Rows) -> Iterator[str]:
        """Yield what is decided for each text."""
        for question, (start, end) in zip(questions, _places(questions), strict=True):
            if self._several:
                yield from self._sets(scores[start:end], order[start:end], question.threshold)
                continue
            least = np.float32(question.threshold or 0.0)
            highest = scores[start:end].max(axis=1)
            for label, sure in zip(order[start:end, 0], highest >= least, strict=True):
                yield f'"label":{self._names[label] if sure else "null"}'

    def _sets(self, scores: Scores, order: Rows, threshold: float | None) -> Iterator[str]:
        """Yield the labels of each text whose score reaches their threshold."""
        least = self._thresholds if threshold is None else np.float32(threshold)
        for reached, labels in zip(scores >= least, order.tolist(), strict=True):
            given = ",".join([self._names[label] for label in labels if reached[label]])
            yield f'"labels":[{given}]'

    def _count(self, observed: Observed, order: Rows) -> None:
        if self._several:
            counts = (observed.scores >= self._thresholds).sum(axis=0)
        else:
            counts = np.bincount(order[:, 0], minlength=len(self._names))
        self._drift.add(observed, counts)


def whole(answers: Sequence[str], *, model: str, version: str) -> bytes:
    """Put the body of an answer together."""
    head = f'{{"model":{json.dumps(model)},"version":"{version}","answers":['
    return (head + "},".join(answers) + "}]}").encode()


def explanations(classifier: Classifier, questions: Sequence[Question]) -> list[list[str]]:
    """Return for each question the words that made each text's highest label, as JSON members."""
    return [
        [
            f',"why":{json.dumps(_why(each), allow_nan=False)}'
            for each in classifier.explain(list(question.texts))
        ]
        for question in questions
    ]


def _why(found: Any) -> dict[str, Any]:
    words = [
        {"text": each.text, "start": each.start, "end": each.end,
         "contribution": round(each.contribution, DIGITS)}
        for each in found.words
    ]  # fmt: skip
    return {
        "label": found.label, "method": found.method, "base": round(found.base, DIGITS),
        "words_together": found.words_together, "words": words,
    }  # fmt: skip


def _places(questions: Sequence[Question]) -> list[tuple[int, int]]:
    """Return where the texts of each question begin and end among all."""
    ends = np.cumsum([len(each.texts) for each in questions]).tolist()
    return [*zip([0, *ends], ends, strict=False)]
