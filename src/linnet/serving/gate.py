"""What every request passes: the token, a clock, and problems told as RFC 9457 wants them."""

import logging
import time
from typing import Any

from linnet.serving.endpoints import Endpoint
from linnet.serving.exchange import Gone, Message, Receive, Scope, Send, answer
from linnet.serving.metrics import Metrics
from linnet.serving.problem import MEDIA_TYPE, Problem
from linnet.serving.token import bearer, check_token

CLIENT_GONE = 499
NOWHERE = Endpoint()
NOWHERE.name = "none"

log = logging.getLogger("linnet.serving")


class Gate:
    """ASGI around an endpoint."""

    def __init__(self, endpoint: Any, *, metrics: Metrics, token: str | None) -> None:
        self._endpoint, self._metrics = endpoint, metrics
        self._token = None if endpoint.open else token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        started, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            check_token(bearer(scope), self._token)
            await self._endpoint(scope, receive, watched)
        except Problem as problem:
            await tell(problem, watched)
        except Gone:
            status = CLIENT_GONE
        except Exception:
            log.exception("a request failed", extra={"endpoint": self._endpoint.name})
            await tell(Problem(500, "a defect of linnet: the server's log says more"), watched)
        finally:
            self._metrics.answered(
                self._endpoint.name, self._endpoint.model, status=status,
                seconds=time.perf_counter() - started,
            )  # fmt: skip


async def tell(problem: Problem, send: Send) -> None:
    """Answer with a problem."""
    await answer(
        send, problem.body(), status=problem.status, media_type=MEDIA_TYPE, headers=problem.headers
    )
