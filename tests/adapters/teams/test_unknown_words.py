"""On Teams a plain unknown word is answered in the chat with the bot and where the bot is mentioned."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.teams.translate import events_of
from bot.core.context import Context
from bot.core.events import Command, Said
from bot.core.feature import CommandSpec
from bot.core.permissions import Action
from bot.core.reply import Reply
from prompts.words import forms as words

BOT = "28:bot"


async def _nothing(ctx: Context, values: dict[str, Any]) -> Reply:
    return Reply()


COMMANDS = {
    name: CommandSpec(name, Action.TAKE_PART, words.required, _nothing) for name in ("sessions", "help", "me")
}


def activity(kind: str, text: str, *mentioned: str) -> dict[str, object]:
    """A message as Teams sends it."""
    return {
        "type": "message",
        "id": "1",
        "text": text,
        "from": {"id": "29:ana", "aadObjectId": "ana"},
        "conversation": {"id": "19:place", "conversationType": kind},
        "channelData": {"tenant": {"id": "T"}},
        "entities": [
            {"type": "mention", "text": f"<at>{one}</at>", "mentioned": {"id": one}} for one in mentioned
        ],
    }


def test_the_bot_is_spoken_to_in_a_channel_only_when_it_is_mentioned() -> None:
    """Then it is a command, known or not; otherwise people talk to each other, whatever the words are."""
    [command] = events_of(activity("channel", f"<at>{BOT}</at> sesions", BOT), BOT, COMMANDS)
    assert isinstance(command, Command)
    assert command.text == "sesions"
    for text, others in (("sessions", ()), ("<at>29:ben</at> sessions", ("29:ben",))):
        [said] = events_of(activity("channel", text, *others), BOT, COMMANDS)
        assert isinstance(said, Said)


def test_in_a_chat_with_the_bot_a_command_needs_no_mention() -> None:
    """Other words are said, and the bot answers them as such."""
    [command] = events_of(activity("personal", "sessions"), BOT, COMMANDS)
    [said] = events_of(activity("personal", "sesions"), BOT, COMMANDS)
    assert (type(command), type(said)) == (Command, Said)


def test_a_command_may_be_typed_as_on_slack() -> None:
    """With its slash, and the bot's name."""
    for text in (
        "/sessions",
        "/throughline sessions",
        "/Throughline  sessions",
        "throughline: sessions",
        "@Throughline sessions",
    ):
        [command] = events_of(activity("personal", text), BOT, COMMANDS)
        assert isinstance(command, Command)
        assert command.text == "sessions"


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("Help!", "Help!"),
        (f"<at>{BOT}</at>&nbsp;me", "me"),
        (f"<at>{BOT}</at> hepl", "hepl"),
        ('<quoted messageId="17"/> help', "help"),
        ('<attachment id="17"></attachment>help', "help"),
    ],
)
def test_in_its_own_chat_the_bot_understands_what_clients_make_of_a_command(
    text: str, understood: str
) -> None:
    [command] = events_of(activity("personal", text, BOT), BOT, COMMANDS)
    assert isinstance(command, Command)
    assert command.text == understood
