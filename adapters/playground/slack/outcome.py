"""What came of something that a person did."""

from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.playground.slack.answer import Answer
from adapters.playground.slack.model import SlackMessage, View

Shown = list[SlackMessage | View]


@dataclass
class CallOutcome:
    """The bot's answer to one action, and what the person sees since.

    `status` is the HTTP status (None: nothing was sent, or nothing came back), `ack_seconds` the real time
    of the slowest answer. `failure` is what went wrong on the way (http_timeout, connection_failed,
    http_error, or an answer that Slack would refuse). `errors` are a form's messages by block_id, from
    Slack's own screen or from the bot. `posted` is the message that the person wrote.
    """

    answers: list[Answer]
    look: Callable[[], Shown]
    failure: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    posted: SlackMessage | None = None

    @property
    def status(self) -> int | None:
        return self.answers[-1].status if self.answers else None

    @property
    def ack_seconds(self) -> float:
        return max((answer.seconds for answer in self.answers), default=0.0)

    @property
    def ok(self) -> bool:
        return self.failure is None and not self.errors

    @property
    def shown(self) -> Shown:
        """New or changed messages and views before this person since the action, looked up now."""
        return self.look()
