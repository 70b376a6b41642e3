"""The private note to whoever slipped, and to whoever may be in danger."""

import pytest

from bot.core.events import Where
from storage.people import AuditEvent
from tests.communities.support import rows
from tests.privacy.support import all_that_is_stored
from tests.support.stage import Stage, text_of

CHANNEL = Where(conversation="C-spring", kind="channel")
DIRECT = Where(conversation="D-ana", kind="direct")


@pytest.mark.parametrize("where", [CHANNEL, DIRECT, Where(conversation="G1", kind="group")])
async def test_the_note_is_private_wherever_it_was_said(stage: Stage, where: Where) -> None:
    await stage.person("ana")
    said = await stage.say("ana", "My client Maria came.", where)
    assert not said.public
    assert "Only you see this note" in text_of(said)
    assert "promises no compliance" in text_of(said)
    assert await rows(stage, AuditEvent) == []


async def test_the_note_is_in_the_authors_language(stage: Stage) -> None:
    await stage.person("ana", language="es")
    assert "datos de un cliente" in text_of(await stage.say("ana", "Mi paciente Lucía vino.", CHANNEL))
    assert "nadie vigila este chat" in text_of(await stage.say("ana", "Quiero morir", DIRECT))


async def test_words_to_the_bot_that_are_no_command_are_guarded_too(stage: Stage) -> None:
    await stage.person("ana")
    said = await stage.command("ana", "my client Maria at 907-555-0142", CHANNEL)
    assert "details about a client" in text_of(said)
    assert "Maria" not in text_of(said)
    stored = await all_that_is_stored(stage)
    assert "Maria" not in stored


async def test_crisis_words_bring_988_and_that_nobody_watches(stage: Stage) -> None:
    await stage.person("ana")
    for where in (CHANNEL, DIRECT):
        said = await stage.say("ana", "I want to die.", where)
        assert not said.public
        assert "988" in text_of(said)
        assert "nobody watches this chat for emergencies" in text_of(said)
    assert await rows(stage, AuditEvent) == []
    assert await stage.nudges() == []


async def test_both_at_once_are_one_note(stage: Stage) -> None:
    await stage.person("ana")
    said = text_of(await stage.say("ana", "My client Maria wants to die.", CHANNEL))
    assert "details about a client" in said
    assert "988" in said


async def test_crisis_words_to_the_bot_that_are_no_command_are_heard(stage: Stage) -> None:
    await stage.person("ana")
    assert "988" in text_of(await stage.command("ana", "I want to die", CHANNEL))


async def test_plain_words_get_no_note(stage: Stage) -> None:
    await stage.person("ana")
    assert (await stage.say("ana", "See you on Tuesday at noon.", CHANNEL)).card is None
