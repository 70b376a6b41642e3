"""What the composer suggests while somebody types: the bot's commands, from their one declaration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.feature import CommandSpec
from prompts.text import plain


@dataclass(frozen=True)
class CommandHint:
    """A command as one types it after the bot's name, what may follow it, and what it does.

    `slash` is the Slack command of its own ("/breakout"), where it has one.
    """

    name: str
    usage: str = ""
    summary: str = ""
    slash: str = ""


def hints_of(commands: Iterable[CommandSpec], language: str = "en") -> list[CommandHint]:
    """The hints for these commands, in the order given."""
    return [
        CommandHint(
            name=command.name,
            usage=" ".join(_usage(argument.name, argument.required) for argument in command.arguments),
            summary=plain(command.summary(language)),
            slash="/" + command.slash.lstrip("/") if command.slash else "",
        )
        for command in commands
    ]


def _usage(name: str, required: bool) -> str:
    return f"<{name}>" if required else f"[{name}]"
