"""What `/metrics` tells Prometheus: requests, runs, queues, and texts beside the training's.

Requests and runs are counted as they end; all else is read when it is asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from linnet.serving.drift import SCORES, TOKENS, Drift
from linnet.serving.hosted import Hosted

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Metrics:
    """The numbers of one server, in a registry of its own."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "linnet_requests",
            "Requests answered.",
            ["endpoint", "model", "status"],
            registry=registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "linnet_request_seconds", "From the first byte read to the answer.",
            ["endpoint", "model"], buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._batches = Histogram(
            "linnet_batch_texts", "Texts that shared a run of the model.", ["model"],
            buckets=BATCHES, registry=registry,
        )  # fmt: skip
        self._runs = Counter(
            "linnet_run_seconds", "Time that the model has worked.", ["model"], registry=registry
        )

    def host(self, models: Sequence[Hosted]) -> None:
        """Tell of these models too."""
        self.registry.register(_Models(models))

    def watch(self, model: str) -> Any:
        """Return what counts the runs of a model."""
        batches, seconds = self._batches.labels(model), self._runs.labels(model)

        def watch(cost: int, took: float) -> None:
            batches.observe(cost)
            seconds.inc(took)

        return watch

    def answered(self, endpoint: str, model: str, *, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(endpoint, model, str(status)).inc()
        self._seconds.labels(endpoint, model).observe(seconds)

    def text(self) -> bytes:
        """Return everything in Prometheus's text format."""
        from prometheus_client import generate_latest

        written: bytes = generate_latest(self.registry)
        return written


class _Models:
    """Reads what models know of themselves when Prometheus asks."""

    def __init__(self, models: Sequence[Hosted]) -> None:
        self._models = models

    def describe(self) -> Iterable[Any]:
        """Return nothing: names are known without asking."""
        return []

    def collect(self) -> Iterator[Any]:
        """Yield the families of all models."""
        from prometheus_client.core import (
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        kinds = {"counter": CounterMetricFamily, "gauge": GaugeMetricFamily}
        families = {
            name: kinds[kind](f"linnet_{name}", text, labels=["model", *more])
            for name, (kind, text, *more) in FAMILIES.items()
        }
        tokens = HistogramMetricFamily("linnet_text_tokens", "Tokens of a text.", labels=["model"])
        scores = HistogramMetricFamily("linnet_score", "Highest score of a text.", labels=["model"])
        for model in self._models:
            drift = model.current.drift
            for name, labels, value in _samples(model):
                families[name].add_metric([model.name, *labels], value)
            every = drift.all
            tokens.add_metric([model.name], _buckets(TOKENS, every.lengths), every.tokens)
            scores.add_metric([model.name], _buckets(SCORES, every.scores), every.score_sum)
        yield from (*families.values(), tokens, scores)


FAMILIES = {
    "model": ("gauge", "1 for the model that answers.", "version", "task"),
    "model_refused": ("gauge", "Whether what stands in the folder is refused."),
    "reloads": ("counter", "How often another model was taken."),
    "refusals": ("counter", "How often a model was refused."),
    "queue_texts": ("gauge", "Texts that wait for a run or are in one."),
    "texts": ("counter", "Texts answered since the model was loaded."),
    "texts_outside": ("counter", "Texts unlike those of the training."),
    "tokens": ("counter", "Tokens of these texts."),
    "unknown_tokens": ("counter", "Tokens that the training texts did not have."),
    "labels": ("counter", "How often each label was given.", "label"),
    "training_unknown_rate": ("gauge", "Share of unknown tokens in the training texts."),
    "training_text_tokens": ("gauge", "Percentiles of tokens of a training text.", "percentile"),
    "training_label_share": ("gauge", "Share of each label in the training rows.", "label"),
    "drift_labels": ("gauge", "Recent shares of labels against the training's: 0 same, 1 other."),
    "drift_unknown": ("gauge", "Recent share of unknown tokens, less the training's."),
    "drift_outside": ("gauge", "Recent share of texts unlike the training's; 0.01 is usual."),
    "drift_length": ("gauge", "Recent mean number of tokens by the training's median."),
}
"""Name → kind, text and further labels; each has the label model too."""


def _samples(model: Hosted) -> Iterator[tuple[str, list[str], float]]:
    """Yield name, further labels and value of all that is one number."""
    loaded = model.current
    yield "model", [loaded.version, loaded.classifier.task], 1
    yield "model_refused", [], float(model.refused is not None)
    yield "reloads", [], model.reloads
    yield "refusals", [], model.refusals
    yield "queue_texts", [], loaded.answers.waiting
    yield from _of_texts(loaded.drift, loaded.classifier.labels)


def _of_texts(drift: Drift, labels: Sequence[str]) -> Iterator[tuple[str, list[str], float]]:
    every = drift.all
    yield "texts", [], every.texts
    yield "texts_outside", [], every.outside
    yield "tokens", [], every.tokens
    yield "unknown_tokens", [], every.unknown
    yield "training_unknown_rate", [], drift.training_unknown
    for percentile, value in drift.training_tokens.items():
        yield "training_text_tokens", [percentile], value
    counts, shares = every.labels.tolist(), drift.training_shares.tolist()
    for label, count, share in zip(labels, counts, shares, strict=True):
        yield "labels", [label], count
        yield "training_label_share", [label], share
    if distance := drift.distance():
        for name, value in vars(distance).items():
            yield f"drift_{name}", [], value


def _buckets(limits: Sequence[float], counts: Any) -> list[tuple[str, float]]:
    """Return the cumulative buckets of a histogram."""
    names = [*(f"{float(limit):g}" for limit in limits), "+Inf"]
    return [*zip(names, np.cumsum(counts).tolist(), strict=True)]
