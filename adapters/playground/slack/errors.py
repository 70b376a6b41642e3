"""A refusal of the Web API: one of Slack's own error codes, and what the answer carries beside it."""

from typing import Any


class SlackError(Exception):
    """`{"ok": false, "error": code, …}`. `retry_after` (seconds) makes it an HTTP 429."""

    def __init__(self, code: str, retry_after: int | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.extra = extra


class PlaygroundError(Exception):
    """A person in the playground tried what Slack's own screens would not let them do."""


def with_messages(code: str, messages: list[str]) -> SlackError:
    """An error that explains itself, in the place where Slack puts explanations."""
    return SlackError(code, errors=messages, response_metadata={"messages": messages})
