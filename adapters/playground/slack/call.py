"""One call of the Web API: who calls, with what, and what it may reach."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from adapters.playground.ledger import Ledger
from adapters.playground.slack.errors import SlackError, with_messages
from adapters.playground.slack.model import AppInstallation, Channel, SlackWorkspace, User
from adapters.playground.slack.rates import Rates
from adapters.playground.slack.scopes import needs_kind, require
from adapters.playground.slack.workplace import SlackWorkplace

Item = TypeVar("Item")
Emit = Callable[[SlackWorkspace, dict[str, Any]], None]
"""Sends an Events API event to the bot, in the background, where the bot subscribed to it."""


def missing(field: str) -> SlackError:
    return with_messages("invalid_arguments", [f"[ERROR] missing required field: {field}"])


@dataclass(frozen=True)
class Arguments:
    """The call's arguments, whether they came as a form (all text) or as JSON (typed)."""

    values: dict[str, Any]

    def text(self, name: str) -> str:
        """A required argument; invalid_arguments where it is missing or empty."""
        value = self.values.get(name)
        if value in (None, ""):
            raise missing(name)
        if not isinstance(value, str):
            raise with_messages("invalid_arguments", [f"[ERROR] must be a string [json-pointer:/{name}]"])
        return value

    def optional(self, name: str) -> str | None:
        value = self.values.get(name)
        return None if value in (None, "") else str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        return value is True or str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        value = self.values.get(name)
        try:
            return default if value in (None, "") else int(str(value))
        except ValueError as problem:
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments") from problem

    def names(self, name: str) -> list[str]:
        """A list given as "A,B" or as a JSON array."""
        value = self.values.get(name)
        items = value if isinstance(value, list) else str(value or "").split(",")
        return [str(item).strip() for item in items if str(item).strip()]

    def structure(self, name: str, otherwise: str) -> Any:
        """An argument that holds JSON, as text or already parsed; `otherwise` is the error for bad JSON."""
        value = self.values.get(name)
        if not isinstance(value, str) or value == "":
            return None if value == "" else value
        try:
            return json.loads(value)
        except ValueError as problem:
            raise SlackError(otherwise) from problem


@dataclass(frozen=True)
class Call:
    """An authorised call. `emit` sends an event to the bot in the background."""

    method: str
    args: Arguments
    workplace: SlackWorkplace
    workspace: SlackWorkspace
    installation: AppInstallation
    rates: Rates
    ledger: Ledger
    emit: Emit
    base_url: str

    @property
    def bot(self) -> str:
        return self.installation.bot_user_id

    def channel(self, name: str = "channel") -> Channel:
        """The conversation named by an argument, as far as the bot may know of it; channel_not_found."""
        channel = self.workspace.channels.get(self.args.text(name))
        if channel is None or (channel.kind != "public" and self.bot not in channel.members):
            raise SlackError("channel_not_found")
        if needs_kind(self.method):
            require(self.method, self.installation.scopes, channel.kind)
        return channel

    def own_channel(self, name: str = "channel") -> Channel:
        """The same, where the bot must be a member of a conversation in use; not_in_channel, is_archived."""
        channel = self.channel(name)
        if self.bot not in channel.members:
            raise SlackError("not_in_channel")
        if channel.is_archived:
            raise SlackError("is_archived")
        return channel

    def user(self, user_id: str) -> User:
        user = self.workspace.users.get(user_id)
        if user is None:
            raise SlackError("user_not_found")
        return user

    def page(self, items: list[Item], default: int, most: int = 1000) -> tuple[list[Item], str]:
        """One page of `items` by `cursor` and `limit`, and the cursor of the next ("" at the end)."""
        limit = self.args.number("limit", default)
        if not 1 <= limit <= most:
            raise SlackError("invalid_limit")
        start = _offset(self.args.optional("cursor"))
        end = start + limit
        more = base64.b64encode(f"offset:{end}".encode()).decode() if end < len(items) else ""
        return items[start:end], more


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "offset":
            return int(number)
    except (ValueError, binascii.Error):
        pass
    raise SlackError("invalid_cursor")
