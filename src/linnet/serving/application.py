"""The web application: models under names go in, a FastAPI application comes out.

Nothing is made when this is imported, and nothing is looked for on disk but what is named.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request, Response

from linnet.registry import unknown
from linnet.serving.description import description
from linnet.serving.endpoints import (
    Alive,
    Described,
    Endpoint,
    Feedback,
    Labels,
    Models,
    Numbers,
    Predict,
)
from linnet.serving.gate import Gate
from linnet.serving.hosted import Hosted
from linnet.serving.metrics import Metrics
from linnet.serving.problem import MEDIA_TYPE, Problem
from linnet.serving.settings import ServeSettings
from linnet.serving.web_page import PageAddress, pages
from linnet.version import VERSION

log = logging.getLogger("linnet.serving")


def application(models: Mapping[str, Path], settings: ServeSettings | None = None) -> FastAPI:
    """Load models and put an application around them.

    Args:
        models: Name → folder of a run, or link to one. The first also answers paths without name.
        settings: How it answers; None: as `linnet serve` by default.

    Raises:
        ArtifactError: A model does not pass `linnet verify`.
        OutputError: The folder for feedback cannot be written.
    """
    chosen = settings or ServeSettings()
    metrics = Metrics()
    hosted = [
        Hosted(name, Path(folder), chosen, watch=metrics.watch(name))
        for name, folder in models.items()
    ]
    metrics.host(hosted)
    app = FastAPI(
        title="linnet", version=VERSION, openapi_url=None, docs_url=None, redoc_url=None,
        lifespan=partial(_life, hosted=hosted, settings=chosen),
    )  # fmt: skip
    app.router.redirect_slashes = False
    for status in (404, 405):
        app.add_exception_handler(status, partial(_nowhere, metrics=metrics, names=[*models]))
    for path, endpoint in _endpoints(hosted, chosen, metrics).items():
        gate = Gate(endpoint, metrics=metrics, token=chosen.token)
        app.router.add_route(path, gate, methods=[*endpoint.methods])  # type: ignore[arg-type]
    return app


def _endpoints(
    hosted: Sequence[Hosted], settings: ServeSettings, metrics: Metrics
) -> dict[str, Endpoint]:
    """Return what answers each path, the busiest first."""
    found: dict[str, Endpoint] = {}
    for number, each in enumerate(hosted):
        own: dict[str, Endpoint] = {
            "/predict": Predict(each, settings),
            "/labels": Labels(each),
            "/feedback": Feedback(each, settings),
            **pages(each, settings, every=hosted),
        }
        found |= own if number == 0 else {}
        found |= {f"/models/{each.name}{path}": endpoint for path, endpoint in own.items()}
        found[f"/models/{each.name}"] = PageAddress(each)
    api = partial(description, hosted, settings)
    found["/health"] = Alive()
    found["/ready"] = Models(hosted, ready=True)
    found["/models"] = Models(hosted, ready=False)
    found["/metrics"] = Numbers(metrics)
    found["/openapi.json"] = Described(api, page=False)
    found["/docs"] = Described(api, page=True)
    return found


async def _nowhere(
    request: Request, error: Exception, *, metrics: Metrics, names: Sequence[str]
) -> Response:
    """Answer what has no path, or asks it in the wrong way."""
    status: int = getattr(error, "status_code", 404)
    allowed = getattr(error, "headers", None) or {}
    if status == 404:
        _, first, name, *_ = f"{request.url.path}//".split("/")
        no_model = (
            f"{unknown('model', name, names)}; "
            if first == "models" and name and name not in names
            else ""
        )
        problem = Problem(404, f"nothing is at this path: {no_model}GET /docs has all paths")
    else:
        problem = Problem(status, f"this path takes {allowed.get('Allow', 'other methods')}")
    metrics.answered("none", "", status=status, seconds=0.0)
    return Response(problem.body(), status, headers=allowed, media_type=MEDIA_TYPE)


@asynccontextmanager
async def _life(
    app: FastAPI, *, hosted: Sequence[Hosted], settings: ServeSettings
) -> AsyncIterator[None]:
    """Look for other models while the application runs; let its threads end afterwards."""
    looking = asyncio.create_task(_look(hosted, settings.reload_seconds))
    try:
        yield
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        for each in hosted:
            each.current.close()


async def _look(hosted: Sequence[Hosted], seconds: float) -> None:
    """Look at the folders again and again, when what large questions need has been built."""
    for each in hosted:
        await _warm_up(each)
    while seconds:
        await asyncio.sleep(seconds)
        for each in hosted:
            try:
                if loaded := await asyncio.to_thread(each.look):
                    each.take(loaded)
            except Exception:
                log.exception("looking for another model failed", extra={"model": each.name})


async def _warm_up(hosted: Hosted) -> None:
    try:
        await asyncio.to_thread(hosted.current.warm_up)
    except Exception:
        log.exception("warming up failed", extra={"model": hosted.name})
