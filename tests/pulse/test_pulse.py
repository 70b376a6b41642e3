"""`pulse`: opened in the running session, answered with one tap, small counts hidden."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from bot.core.cards import Card
from bot.core.jobs import JobContext
from bot.pulse.feature import FEATURE
from storage.pulses import Pulse, PulseVote
from storage.series import Cohort
from tests.communities.support import channel_for, enroll, errands_of, rows
from tests.learning.support import FIRST, series_with_sessions
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, text_of

PEOPLE = tuple(f"p{number}" for number in range(9))


async def in_session(stage: Stage) -> Cohort:
    cohort, _ = await series_with_sessions(stage)
    await channel_for(stage, cohort)
    await stage.person("fay", "facilitator")
    for user in PEOPLE:
        await enroll(stage, cohort, await stage.person(user))
    stage.clock.move_to(FIRST + timedelta(minutes=20))
    return cohort


async def opened(stage: Stage) -> Pulse:
    shown = (await stage.command("fay", "pulse")).card
    assert shown is not None
    assert [button.label for button in shown.buttons] == [
        "How is the pace?",
        "I feel part of this group today.",
    ], "what one tap can answer"
    reply = await stage.press("fay", "pulse.open", shown.buttons[0].value)
    assert "Close it now" in text_of(reply)
    return (await rows(stage, Pulse))[-1]


async def votes(stage: Stage) -> list[int]:
    async with stage.database.read() as db:
        return sorted(await db.scalars(select(PulseVote.person_id)))


async def test_it_opens_in_the_running_session_only_and_one_at_a_time(stage: Stage) -> None:
    await in_session(stage)
    stage.clock.move_to(FIRST - timedelta(hours=2))
    assert "for a session that is on" in text_of(await stage.command("fay", "pulse"))
    stage.clock.move_to(FIRST + timedelta(minutes=20))
    assert "Close it now" not in text_of(await stage.command("p0", "pulse")), "for facilitators"
    pulse = await opened(stage)
    again = await stage.press("fay", "pulse.open", f"{pulse.session_id}:connected")
    assert "How is the pace?" in text_of(again)
    assert len(await rows(stage, Pulse)) == 1
    (posted,) = [one for one in await stage.nudges() if one.key.startswith("pulse:")]
    assert posted.channel_id is not None
    assert posted.card is not None
    answers = Card.from_stored(posted.card).buttons
    assert [button.label for button in answers] == ["Too slow", "Just right", "Too fast"]


async def test_one_tap_counts_once_and_counts_show_in_whole_steps(stage: Stage) -> None:
    await in_session(stage)
    pulse = await opened(stage)
    for user in PEOPLE[:4]:
        assert "Just right" in text_of(await stage.press(user, "pulse.answer", f"{pulse.id}:1"))
    assert "answered already" in text_of(await stage.press("p0", "pulse.answer", f"{pulse.id}:0"))
    home = text_of(await stage.home("p8"))
    assert "How is the pace?" in home, "also on one's own page"
    assert "or more" not in home, "four answers are too few to show"
    await stage.press("p4", "pulse.answer", f"{pulse.id}:1")
    await stage.press("p5", "pulse.answer", f"{pulse.id}:0")
    shown = text_of(await stage.command("fay", "pulse"))
    assert "Just right: 5 or more" in shown
    assert shown.count("fewer than 5") == 2, "one person and nobody look the same"
    assert (await rows(stage, Pulse))[0].counts == [1, 5, 0]


async def test_strangers_and_forged_taps_count_nothing(stage: Stage) -> None:
    await in_session(stage)
    pulse = await opened(stage)
    await stage.person("zoe")
    for user, value in (("zoe", f"{pulse.id}:1"), ("p0", f"{pulse.id}:9"), ("p0", "77:1"), ("p0", "x:-1")):
        await stage.press(user, "pulse.answer", value)
    assert (await rows(stage, Pulse))[0].counts == [0, 0, 0]
    assert await votes(stage) == []


async def test_closed_it_takes_no_answer_and_forgets_who_answered(stage: Stage) -> None:
    await in_session(stage)
    pulse = await opened(stage)
    await stage.press("p0", "pulse.answer", f"{pulse.id}:1")
    assert len(await votes(stage)) == 1
    await stage.press("fay", "pulse.close", str(pulse.id))
    assert await votes(stage) == []
    assert "closed" in text_of(await stage.press("p1", "pulse.answer", f"{pulse.id}:1"))
    assert (await rows(stage, Pulse))[0].counts == [0, 1, 0]


async def test_it_closes_by_itself_with_the_session(stage: Stage) -> None:
    await in_session(stage)
    pulse = await opened(stage)
    await stage.press("p0", "pulse.answer", f"{pulse.id}:1")
    (closing,) = await errands_of(stage, "pulse_close")
    assert closing.due_at == FIRST + timedelta(minutes=90)
    stage.clock.move_to(closing.due_at)
    assert "closed" in text_of(await stage.press("p1", "pulse.answer", f"{pulse.id}:1"))
    await FEATURE.jobs["pulse_close"](
        JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS), closing
    )
    assert (await rows(stage, Pulse))[0].closed_at == closing.due_at
    assert await votes(stage) == []
    assert len(await errands_of(stage, "pulse_show")) == 2, "after the tap, and at the end"


async def test_taps_within_seconds_are_shown_together(stage: Stage) -> None:
    await in_session(stage)
    pulse = await opened(stage)
    for user in PEOPLE:
        await stage.press(user, "pulse.answer", f"{pulse.id}:1")
    assert len(await errands_of(stage, "pulse_show")) == 1
