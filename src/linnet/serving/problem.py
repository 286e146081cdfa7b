"""What a caller did wrong, as RFC 9457 wants it told: application/problem+json."""

import json
from collections.abc import Mapping
from http import HTTPStatus

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that is refused.

    Attributes:
        status: The HTTP status.
        detail: What happened, what was expected and how to mend it.
        headers: Further headers of the answer.
    """

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})

    def body(self) -> bytes:
        """Return the answer's body; the type is "about:blank": the status says what it is."""
        title = HTTPStatus(self.status).phrase
        content = {"title": title, "status": self.status, "detail": self.detail}
        return json.dumps(content).encode()


def shortened(text: str, most: int = 40) -> str:
    """Return a text as it may stand in a message."""
    return repr(text if len(text) <= most else text[: most - 3] + "...")
