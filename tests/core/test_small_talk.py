"""The first minute: what people say before they know a command gets the button that does it."""

from __future__ import annotations

import pytest

from bot.core.events import Where
from bot.help.small_talk import CLEAR, meanings
from tests.nudges.cohorts import cohort_on
from tests.support.stage import Stage, staged, text_of

DIRECT = Where(conversation="D", kind="direct")

SAID = [
    ("hello, what can you do?", "abilities"), ("What can you do?", "abilities"), ("Hi!", "greeting"),
    ("Good morning", "greeting"), ("hi there", "greeting"), ("how do I start", "begin"),
    ("How do I get started?", "begin"), ("help me set up", "begin"), ("I want to start a series", "begin"),
    ("I want to cancel tomorrow", "cancel"), ("we need to cancel the session tomorrow", "cancel"),
    ("can we reschedule?", "move"), ("when is the next session?", "when"), ("wheres the zoom link", "when"),
    ("I can't make it tomorrow", "absent"), ("too many messages!!", "fewer"), ("thanks so much", "thanks"),
    ("who is coming?", "people"), ("what goes out this week?", "messages"), ("is anybody there?", "person"),
    ("¿Qué puede hacer?", "abilities"), ("Hola", "greeting"), ("¿Cómo empiezo?", "begin"),
    ("quiero cancelar la sesión de mañana", "cancel"), ("¿cuándo es la próxima sesión?", "when"),
    ("demasiados mensajes", "fewer"), ("no more messages", "fewer"), ("please stop messaging me", "fewer"),
    ("please don't send me any more messages", "fewer"), ("ya no me escriban por favor", "fewer"),
    ("muchas gracias", "thanks"), ("quiero cancelar mañana", "cancel"),
]  # fmt: skip
NOTHING = [
    "My team had a hard week and I keep thinking about what Ana said.",
    "xyzzy", "42", "The breakout went well, we talked about boundaries.", "",
    "Tomorrow I will try to ask before I advise",
]  # fmt: skip


@pytest.mark.parametrize(("said", "meaning"), SAID)
def test_a_sentence_of_the_first_minute_is_understood(said: str, meaning: str) -> None:
    found = meanings(said)
    assert found, "nothing is likely"
    assert (found[0][0], found[0][1] >= CLEAR) == (meaning, True)


@pytest.mark.parametrize("said", NOTHING)
def test_what_is_no_small_talk_is_not_taken_for_any(said: str) -> None:
    assert not [meaning for meaning, sure in meanings(said) if sure >= CLEAR]


@pytest.fixture
async def stage(sqlite_url: str):  # type: ignore[no-untyped-def]
    async with staged(sqlite_url) as one:
        await one.person("fay", "facilitator")
        await one.person("ana")
        await cohort_on(one)
        yield one


async def test_who_runs_series_gets_to_the_next_session_and_nothing_is_cancelled_by_talking(
    stage: Stage,
) -> None:
    answer = await stage.say("fay", "I want to cancel tomorrow", DIRECT)
    assert answer.card is not None
    button = answer.card.buttons[0]
    assert button.action == "command.run"
    shown = await stage.press("fay", button.action, button.value)
    assert "Nothing is changed yet" in text_of(shown) or "Cancel" in text_of(shown)


async def test_a_participant_is_offered_only_what_they_may(stage: Stage) -> None:
    answer = await stage.say("ana", "I want to cancel tomorrow", DIRECT)
    assert answer.card is not None
    assert [one.value for one in answer.card.buttons] == ["sessions"]
    for said in ("hi", "how do I start", "what goes out this week"):
        answer = await stage.say("ana", said, DIRECT)
        assert answer.card is not None
        assert "start.ask" not in {one.action for one in answer.card.buttons}


@pytest.mark.parametrize("user", ["fay", "ana"])
async def test_what_is_not_understood_gets_three_likely_things(stage: Stage, user: str) -> None:
    for said in ("xyzzy", "My team had a hard week and I keep thinking about what Ana said."):
        answer = await stage.say(user, said, DIRECT)
        assert answer.card is not None
        assert len(answer.card.buttons) == 3
    assert "nobody reads this chat" in text_of(answer)


async def test_a_button_runs_only_what_is_a_command(stage: Stage) -> None:
    assert "Spring 2027" in text_of(await stage.press("fay", "command.run", "sessions"))
    for forged in ("rm -rf", "role give", "nudges", ""):
        answer = await stage.press("ana", "command.run", forged)
        assert answer.card is not None
        assert not answer.card.sections


async def test_people_talking_in_a_channel_are_left_alone(stage: Stage) -> None:
    assert text_of(await stage.say("ana", "hi", Where(conversation="C1", kind="channel"))) == ""


@pytest.mark.parametrize(
    "said", ["stop", "stop please", "please stop", "stop it", "no more messages", "STOP"]
)
async def test_whatever_words_ask_for_an_end_lead_to_the_stop_card(stage: Stage, said: str) -> None:
    answer = await stage.command("ana", said, DIRECT)
    if "no more optional messages" not in text_of(answer):
        assert answer.card is not None
        button = answer.card.buttons[0]
        answer = await stage.press("ana", button.action, button.value)
    assert "Done: no more optional messages" in text_of(answer)


@pytest.mark.parametrize("said", ["I feel so hopeless", "I can't go on any more", "no puedo más"])
async def test_distress_in_the_bots_chat_gets_the_crisis_lines(stage: Stage, said: str) -> None:
    assert "988" in text_of(await stage.command("ana", said, DIRECT))
