"""What each path answers: bare ASGI, one class per path."""

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from linnet.errors import OutputError
from linnet.serving.answering import whole
from linnet.serving.batching import Full
from linnet.serving.docs_page import POLICY, docs_page
from linnet.serving.exchange import HTML, Receive, Scope, Send, answer, read_body
from linnet.serving.feedback import FeedbackFile
from linnet.serving.hosted import Answers, Hosted
from linnet.serving.metrics import Metrics
from linnet.serving.problem import Problem
from linnet.serving.question import Question, read_question, read_row
from linnet.serving.settings import ServeSettings

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
CLOSE = {"Connection": "close"}


class Endpoint:
    """A path's answer.

    Attributes:
        name: What metrics call it.
        methods: What it may be asked with.
        model: The name of the model it is about, or "".
        open: Whether it answers without the token.
    """

    name = ""
    methods: tuple[str, ...] = ("GET",)
    model = ""
    open = False


class Predict(Endpoint):
    """Labels and scores of texts."""

    name, methods = "predict", ("POST",)

    def __init__(self, hosted: Hosted, settings: ServeSettings) -> None:
        self._hosted, self._settings, self.model = hosted, settings, hosted.name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the model is the one that answers when the body is there."""
        seconds = self._settings.timeout_seconds
        question: Question | None = None
        try:
            async with asyncio.timeout(seconds):
                body = await read_body(scope, receive, most=self._settings.body_bytes)
                question = read_question(body, self._settings)
                told = await self._told(question)
        except TimeoutError:
            raise late(seconds, received=question is not None) from None
        await answer(send, told)

    async def _told(self, question: Question) -> bytes:
        loaded = self._hosted.current
        with loaded.used():
            answers = await _ask(loaded.answers, question)
            if question.explain:
                why = await _ask(loaded.why, question)
                answers = [one + more for one, more in zip(answers, why, strict=True)]
        return whole(answers, model=self.model, version=loaded.version)


async def _ask(batcher: Answers, question: Question) -> list[str]:
    try:
        return await batcher(question, question.cost)
    except Full as full:
        after = {"Retry-After": str(full.seconds)}
        raise Problem(
            429, f"too many texts wait: try again in {full.seconds} s", headers=after
        ) from None


def late(seconds: float, *, received: bool) -> Problem:
    """Return what is said when the time of a request is over."""
    if not received:
        return Problem(408, f"the body did not come within {seconds:g} s", headers=CLOSE)
    detail = f"no answer within {seconds:g} s: send fewer texts at once, or try again later"
    return Problem(503, detail, headers={"Retry-After": "1"})


class Labels(Endpoint):
    """What a model knows."""

    name = "labels"

    def __init__(self, hosted: Hosted) -> None:
        self._hosted, self.model = hosted, hosted.name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        loaded = self._hosted.current
        classifier = loaded.classifier
        said = {
            "model": self.model, "version": loaded.version, "task": classifier.task,
            "labels": classifier.labels, "thresholds": classifier.thresholds,
        }  # fmt: skip
        await answer(send, json.dumps(said, allow_nan=False).encode())


class Feedback(Endpoint):
    """Takes a text with its right label."""

    name, methods = "feedback", ("POST",)

    def __init__(self, hosted: Hosted, settings: ServeSettings) -> None:
        """Begin the model's file, if there is a folder for it."""
        self._hosted, self._settings, self.model = hosted, settings, hosted.name
        folder = settings.feedback
        self._file = FeedbackFile(Path(folder) / self.model, settings) if folder else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep one row."""
        if self._file is None:
            raise Problem(
                404, "feedback is not kept here: start linnet serve with --feedback FOLDER"
            )
        seconds = self._settings.timeout_seconds
        try:
            async with asyncio.timeout(seconds):
                body = await read_body(scope, receive, most=self._settings.body_bytes)
        except TimeoutError:
            raise late(seconds, received=False) from None
        loaded = self._hosted.current
        labels = loaded.classifier.labels
        several = loaded.classifier.task == "multilabel"
        row = read_row(body, self._settings, labels=labels, several=several)
        try:
            await asyncio.to_thread(self._file.add, row, loaded.version)
        except OutputError as error:
            raise Problem(503, f"the row was not kept: {error}") from error
        await answer(send, b'{"kept":1}', status=201)


class Models(Endpoint):
    """All models; as /ready it says whether to send requests."""

    def __init__(self, hosted: Sequence[Hosted], *, ready: bool) -> None:
        self._hosted = hosted
        self.name, self.open = ("ready", True) if ready else ("models", False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not self.open:
            said: dict[str, Any] = {"models": [_described(each) for each in self._hosted]}
        else:
            versions = {each.name: each.current.version for each in self._hosted}
            said = {"status": "ready", "models": versions}
        await answer(send, json.dumps(said, allow_nan=False).encode())


def _described(hosted: Hosted) -> dict[str, Any]:
    loaded = hosted.current
    return {
        "model": hosted.name, "version": loaded.version, "task": loaded.classifier.task,
        "num_labels": len(loaded.classifier.labels), "refused": hosted.refused,
    }  # fmt: skip


class Alive(Endpoint):
    """Says that the process answers."""

    name, open = "health", True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await answer(send, b'{"status":"alive"}')


class Described(Endpoint):
    """What there is to ask: as OpenAPI for programs, or as a page for people."""

    open = True

    def __init__(self, describe: Callable[[], dict[str, Any]], *, page: bool) -> None:
        self._describe, self._page = describe, page
        self.name = "docs" if page else "openapi"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        said = self._describe()
        if not self._page:
            await answer(send, json.dumps(said, allow_nan=False).encode())
            return
        headers = {"Content-Security-Policy": POLICY}
        await answer(send, docs_page(said).encode(), media_type=HTML, headers=headers)


class Numbers(Endpoint):
    """What Prometheus reads."""

    name = "metrics"

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await asyncio.to_thread(self._metrics.text)
        await answer(send, body, media_type=METRICS_TYPE)
