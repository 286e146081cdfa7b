"""The web page of a model: its three files, what it must know of the server, the run's report.

The files are served as they are, to anybody: they hold no text, and ask for the token themselves.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qs

from linnet.serving.endpoints import Endpoint, late
from linnet.serving.exchange import HTML, Receive, Scope, Send, answer, read_body
from linnet.serving.hosted import Hosted
from linnet.serving.problem import Problem
from linnet.serving.settings import ServeSettings
from linnet.serving.token import bearer, check_token

FOLDER = Path(__file__).parent / "web"
FILES = {
    "/": ("page.html", HTML),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""The last two make the browser refuse any text that a script would put in as HTML."""
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox"
)
"""What the report asks for itself, and no script even if something else stands in its place."""
REPORT = "report.html"
FORM = "application/x-www-form-urlencoded"
MOST_FORM_BYTES = 10_000
PAGE_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY, "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}  # fmt: skip
REPORT_HEADERS = {"Content-Security-Policy": REPORT_POLICY, "Referrer-Policy": "no-referrer"}
"""Browsers refuse a page that is a sandbox and has an opener policy."""


class PageFile(Endpoint):
    """One of the page's files."""

    name, open = "page", True

    def __init__(self, hosted: Hosted, path: str) -> None:
        """Read the file once.

        Args:
            hosted: The model that the page is about.
            path: A key of `FILES`.
        """
        file, self._type = FILES[path]
        self._body, self.model = (FOLDER / file).read_bytes(), hosted.name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await answer(send, self._body, media_type=self._type, headers=PAGE_HEADERS)


class PageAddress(Endpoint):
    """A model's address without the slash at its end: sends on to the page."""

    name, open = "page", True

    def __init__(self, hosted: Hosted) -> None:
        self.model = hosted.name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is told is relative, so that it holds behind any proxy."""
        await answer(send, b"", status=308, headers={"Location": f"{self.model}/"})


class PageFacts(Endpoint):
    """What the page must know before anything is asked: what there is, and the limits."""

    name, open = "page", True

    def __init__(self, hosted: Hosted, settings: ServeSettings, *, every: Sequence[Hosted]) -> None:
        self._hosted, self.model = hosted, hosted.name
        self._facts = {
            "model": hosted.name,
            "models": [each.name for each in every],
            "token": settings.token is not None,
            "feedback": settings.feedback is not None,
            "texts_per_request": settings.texts_per_request,
            "body_bytes": settings.body_bytes,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        report = await asyncio.to_thread(_report_path, self._hosted)
        await answer(send, json.dumps({**self._facts, "report": report is not None}).encode())


class Report(Endpoint):
    """The report of the run that a model comes from.

    A browser cannot send a token with a link. So the page sends a form with it, for which nothing
    of it stands in an address or in a cookie.
    """

    name, methods, open = "report", ("GET", "POST"), True

    def __init__(self, hosted: Hosted, settings: ServeSettings) -> None:
        self._hosted, self._settings, self.model = hosted, settings, hosted.name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, if it brings the token."""
        post = scope["method"] == "POST"
        given = await self._from_form(scope, receive) if post else bearer(scope)
        check_token(given, self._settings.token)
        body = await asyncio.to_thread(_report, self._hosted)
        await answer(send, body, media_type=HTML, headers=REPORT_HEADERS)

    async def _from_form(self, scope: Scope, receive: Receive) -> bytes:
        seconds = self._settings.timeout_seconds
        try:
            async with asyncio.timeout(seconds):
                body = await read_body(scope, receive, most=MOST_FORM_BYTES, kind=FORM)
        except TimeoutError:
            raise late(seconds, received=False) from None
        try:
            given = parse_qs(body.decode("ascii"), max_num_fields=1).get("token", [""])
        except ValueError as error:
            raise Problem(400, f"the body is no form with a token: {error}") from None
        return given[0].encode()


def pages(
    hosted: Hosted, settings: ServeSettings, *, every: Sequence[Hosted]
) -> Mapping[str, Endpoint]:
    """Return what answers the paths of a model that people open.

    Args:
        hosted: The model.
        settings: The limits, and whether a token is asked for.
        every: All models of the server: people choose among them.
    """
    return {
        **{path: PageFile(hosted, path) for path in FILES},
        "/page.json": PageFacts(hosted, settings, every=every),
        "/report": Report(hosted, settings),
    }


def _report_path(hosted: Hosted) -> Path | None:
    """Return the report of the run whose model answers now, and nothing else that stands there."""
    model = hosted.current.classifier.path
    path = model.parent / REPORT
    return path if model.name == "model" and path.is_file() and not path.is_symlink() else None


def _report(hosted: Hosted) -> bytes:
    path = _report_path(hosted)
    if path is None:
        raise Problem(404, f"there is no {REPORT} beside the model: serve the folder of a run")
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem(503, f"the report cannot be read: {error.strerror}") from error
