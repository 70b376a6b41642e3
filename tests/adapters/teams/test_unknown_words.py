"""On Teams a plain unknown word is answered in the chat with the bot and where the bot is mentioned."""

from __future__ import annotations

from adapters.teams.translate import events_of
from bot.core.events import Command, Said

BOT = "28:bot"


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
    [command] = events_of(activity("channel", f"<at>{BOT}</at> sesions", BOT), BOT, ["sessions"])
    assert isinstance(command, Command)
    assert command.text == "sesions"
    for text, others in (("sessions", ()), ("<at>29:ben</at> sessions", ("29:ben",))):
        [said] = events_of(activity("channel", text, *others), BOT, ["sessions"])
        assert isinstance(said, Said)


def test_in_a_chat_with_the_bot_a_command_needs_no_mention() -> None:
    """Other words are said, and the bot answers them as such."""
    [command] = events_of(activity("personal", "sessions"), BOT, ["sessions"])
    [said] = events_of(activity("personal", "sesions"), BOT, ["sessions"])
    assert (type(command), type(said)) == (Command, Said)


def test_a_command_may_be_typed_as_on_slack() -> None:
    """With its slash, and the bot's name."""
    for text in ("/sessions", "/throughline sessions", "/Throughline  sessions"):
        [command] = events_of(activity("personal", text), BOT, ["sessions"])
        assert isinstance(command, Command)
        assert command.text == "sessions"
    [said] = events_of(activity("personal", "throughline sessions"), BOT, ["sessions"])
    assert isinstance(said, Said)
