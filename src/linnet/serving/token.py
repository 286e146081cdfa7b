"""The token that callers send: compared in a time that tells nothing of it."""

import hmac

from linnet.serving.exchange import Scope, header
from linnet.serving.problem import Problem


def bearer(scope: Scope) -> bytes:
    """Return what `Authorization: Bearer ...` brings, nothing where there is no such header."""
    scheme, _, given = (header(scope, b"authorization") or b"").partition(b" ")
    return given.strip() if scheme.lower() == b"bearer" else b""


def check_token(given: bytes, token: str | None) -> None:
    """Let the right token pass; None lets everybody pass.

    Raises:
        Problem: It is missing or wrong (401).
    """
    if token is not None and not hmac.compare_digest(given, token.encode()):
        raise Problem(
            401, "the token is missing or wrong: send Authorization: Bearer TOKEN",
            headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
