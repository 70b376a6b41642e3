"""What a bot answered to one delivery."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """HTTP status (None: nothing came), the real seconds it took, and the parsed body.

    `failure` is Slack's retry reason (http_timeout, connection_failed, http_error), or app_not_installed.
    """

    status: int | None
    seconds: float
    body: Any = None
    failure: str | None = None
    no_retry: bool = False
