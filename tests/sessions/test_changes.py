"""Who hears of a change, who may make one, and what is next for me."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.reply import Reply
from storage.nudges import Nudge
from storage.people import Duty, Identity, Person, Workspace
from storage.series import Cohort, Enrollment, Series
from storage.sessions import Session, SessionPresenter
from tests.communities.support import enroll, furnish, person_of, rows
from tests.sessions.conftest import FEATURES
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged, text_of

STARTS = datetime(2027, 2, 23, 20, 0, tzinfo=UTC)
FIRST = 'session new "Steady" 2027-02-23 12:00 90 link=https://example.org/room'


@pytest.fixture
async def planned(stage: Stage) -> Stage:
    await stage.command("fay", FIRST)
    return stage


@pytest.fixture
async def without_channel(tmp_path: Path) -> AsyncIterator[Stage]:
    """Two people in two zones and languages, no channel, one session."""
    async with staged(sqlite_with_tables(tmp_path / "test.db"), FEATURES) as stage:
        cohort = await furnish(stage)
        await stage.person("fay", "facilitator", zone="America/Los_Angeles")
        await enroll(stage, cohort, await stage.person("ana", zone="America/Adak"))
        await enroll(stage, cohort, await stage.person("luz", zone="America/Boise", language="es"))
        await stage.command("fay", FIRST)
        yield stage


async def confirmed(stage: Stage, text: str) -> Reply:
    """Type a command as the facilitator, and press the button that stands out first."""
    preview = await stage.command("fay", text)
    assert preview.card is not None, text
    button = preview.card.buttons[0]
    return await stage.press("fay", button.action, button.value)


async def told(stage: Stage, what: str) -> list[Nudge]:
    return [row for row in await rows(stage, Nudge) if row.key.startswith(f"{what}:")]


async def test_without_a_channel_each_is_told_in_their_own_time_and_language(without_channel: Stage) -> None:
    stage = without_channel
    await confirmed(stage, "session move 1 2027-03-02 12:00")
    said = {one.person_id: str(one.card) for one in await told(stage, "moved")}
    assert "10:00 AM" in said[2]
    assert "has a new time" in said[2]
    assert "1:00" in said[3]
    assert "has a new time" not in said[3]


async def test_whom_no_channel_reaches_is_told_in_private(planned: Stage) -> None:
    """The cohort's channel is on Slack, and one of its people is on Teams only."""
    async with planned.database.write() as db:
        environment = Workspace(
            community_id=1, platform="teams", tenant="T9", name="Elsewhere", installed_at=STARTS
        )
        tom = Person(community_id=1, name="Tom", zone="America/Adak", created_at=STARTS)
        db.add_all([environment, tom])
        await db.flush()
        db.add(Identity(workspace_id=environment.id, person_id=tom.id, platform_user="tom", direct="D9"))
        db.add(Enrollment(cohort_id=1, person_id=tom.id, status="active"))
    preview = await planned.command("fay", "session move 1 2027-03-02 12:00")
    assert "1 person, in private" in text_of(preview)
    await confirmed(planned, "session move 1 2027-03-02 12:00")
    by_person = {one.person_id: str(one.card) for one in await told(planned, "moved")}
    assert set(by_person) == {None, tom.id}
    assert "10:00 AM" in by_person[tom.id]


async def test_a_cancelled_session_is_told_with_its_reason(planned: Stage) -> None:
    await confirmed(planned, "session cancel 1 The presenter is ill.")
    (post,) = await told(planned, "cancelled")
    assert post.channel_id is not None
    assert "The presenter is ill." in str(post.card)
    assert "is cancelled" in str(post.card)


async def test_another_link_or_length_is_told_and_a_first_link_is_not(planned: Stage) -> None:
    await planned.command("fay", "session link 1 https://example.org/other")
    assert ["https://example.org/other" in str(one.card) for one in await told(planned, "changed")] == [True]
    await planned.command("fay", "session link 1 https://example.org/other")
    await planned.command("fay", "session edit 1 minutes=75")
    assert len(await told(planned, "changed")) == 2
    await planned.command("fay", 'session new "Two" 2027-03-02 12:00 60')
    await planned.command("fay", "session link 2 https://example.org/two")
    assert len(await told(planned, "changed")) == 2


@pytest.mark.parametrize(
    "link", ["http://example.org", "javascript:alert(1)", "https://", "room", "https://a b.org"]
)
async def test_a_link_that_is_none_is_refused(planned: Stage, link: str) -> None:
    assert "https address" in text_of(await planned.command("fay", f'session link 1 "{link}"'))
    assert [row.join_link for row in await rows(planned, Session)] == ["https://example.org/room"]


async def test_what_is_over_cannot_be_changed(planned: Stage) -> None:
    preview = await planned.command("fay", "session move 1 2027-03-02 12:00")
    assert preview.card is not None
    planned.clock.move_to(STARTS + timedelta(minutes=91))
    for text in (
        "session move 1 2027-03-02 12:00",
        "session cancel 1",
        "session edit 1 minutes=60",
        "session link 1 https://example.org/x",
    ):
        assert "is over" in text_of(await planned.command("fay", text)), text
    button = preview.card.buttons[0]
    assert "is over" in text_of(await planned.press("fay", button.action, button.value))


async def test_every_stale_button_of_a_cancelled_session_changes_nothing(planned: Stage) -> None:
    preview = await planned.command("fay", "session move 1 2027-03-02 12:00")
    assert preview.card is not None
    await confirmed(planned, "session cancel 1")
    move = preview.card.buttons[0]
    assert "was cancelled" in text_of(await planned.press("fay", move.action, move.value))
    assert "was cancelled" in text_of(await planned.press("fay", "session.cancel", "1:0:"))
    agenda = await planned.press("ana", "session.agenda", "1")
    assert "was cancelled" in text_of(agenda)
    assert agenda.card is not None
    assert not any(button.url for button in agenda.card.buttons)
    planned.clock.move_to(STARTS)
    assert "was cancelled" in text_of(await planned.press("ana", "session.here", "1"))
    assert "was cancelled" in text_of(await planned.command("fay", "attendance 1"))
    assert [row.status for row in await rows(planned, Session)] == ["cancelled"]


async def test_another_cohorts_session_is_not_found(planned: Stage) -> None:
    """Somebody who runs one series, and takes part in none of the other's cohorts."""
    async with planned.database.write() as db:
        first = await db.get_one(Series, 1)
        other = Series(
            community_id=1, project_id=first.project_id, year_id=first.year_id, slug="other",
            title={"en": "Other"}, languages=["en"], created_at=STARTS,
        )  # fmt: skip
        db.add(other)
        await db.flush()
        db.add(
            Cohort(
                community_id=1,
                series_id=other.id,
                name="Autumn",
                join_code="KKKKKKKK",
                created_at=STARTS,
            )
        )
    eve = await planned.person("eve")
    async with planned.database.write() as db:
        db.add(Duty(person_id=eve.id, role="facilitator", series_id=2))
    seconds = int((STARTS + timedelta(days=1)).timestamp())
    for action, value in (
        ("session.move", f"1:0:{seconds}:America/Boise"),
        ("session.cancel", "1:0:"),
        ("session.agenda", "1"),
        ("session.here", "1"),
    ):
        assert "cannot find that session" in text_of(await planned.press("eve", action, value)), action
    assert "no sessions yet" in text_of(await planned.command("eve", "sessions"))
    assert [row.starts_at for row in await rows(planned, Session)] == [STARTS]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "1",
        "1:0",
        "1:0:x:y",
        "1:0:99999999999:America/Boise",
        "1:0:1:nowhere",
        "99999999999999:0:1:UTC",
        "٣:0:1:UTC",
    ],
)
async def test_a_forged_button_changes_nothing(planned: Stage, value: str) -> None:
    assert text_of(await planned.press("fay", "session.move", value))
    assert [row.starts_at for row in await rows(planned, Session)] == [STARTS]


async def test_home_shows_what_is_next_for_me_in_my_own_time(planned: Stage) -> None:
    await planned.command("fay", 'session new "Two" 2027-03-02 12:00 60')
    said = text_of(await planned.home("ana"))
    assert said.count("Steady") == 2, "the session, and the series that it belongs to"
    assert said.index("Feb 23, 10:00 AM") < said.index("Mar 2, 10:00 AM")
    assert "[I'm here]" not in said
    planned.clock.move_to(STARTS - timedelta(minutes=10))
    assert "[I'm here]" in text_of(await planned.home("ana"))
    pat = await planned.person("pat")
    async with planned.database.write() as db:
        db.add(SessionPresenter(session_id=1, person_id=pat.id))
    pats = text_of(await planned.home("pat"))
    assert "[Agenda]" in pats
    assert "[I'm here]" not in pats, "who has no seat has nothing to check in to"
    await planned.command("ana", "here")
    assert "[I'm here]" not in text_of(await planned.home("ana"))
    planned.clock.move_to(STARTS + timedelta(days=30))
    assert "[Agenda]" not in text_of(await planned.home("ana"))


async def test_home_shows_presenters_their_sessions_and_others_nothing(planned: Stage) -> None:
    pat = await planned.person("pat")
    assert "Steady" not in text_of(await planned.home("pat"))
    async with planned.database.write() as db:
        db.add(SessionPresenter(session_id=1, person_id=pat.id))
    assert "Steady" in text_of(await planned.home("pat"))
    assert "1. Steady" in text_of(await planned.press("pat", "session.agenda", "1"))


async def test_a_new_session_opens_a_closed_series_again(planned: Stage) -> None:
    async with planned.database.write() as db:
        series = await db.get_one(Series, 1)
        series.status, series.closed_at = "closed", STARTS
    await planned.command("fay", 'session new "Two" 2027-03-02 12:00 60')
    assert [(row.status, row.closed_at) for row in await rows(planned, Series)] == [("running", None)]


async def test_participants_and_presenters_move_nothing(planned: Stage) -> None:
    await planned.person("pat", "presenter")
    for user in ("ana", "pat"):
        assert "facilitator" in text_of(await planned.command(user, "session move 1 2027-03-02 12:00"))
        assert "facilitator" in text_of(await planned.command(user, "attendance 1"))
    assert [row.starts_at for row in await rows(planned, Session)] == [STARTS]


async def test_participants_read_it_in_spanish(without_channel: Stage) -> None:
    stage = without_channel
    assert "1:00" in text_of(await stage.command("luz", "sesiones"))
    stage.clock.move_to(STARTS)
    assert (await person_of(stage, "luz")).language == "es"
    said = text_of(await stage.command("luz", "aquí"))
    assert said
    assert "Good that" not in said


async def test_a_complaint_names_the_argument_in_the_readers_language(stage: Stage) -> None:
    await stage.command("fay", "settings language=es")
    reply = await stage.command("fay", "sesión mover x 2027-03-03 12:00")
    assert reply.card is not None
    assert "número" in reply.card.text
    assert "sesión mover 2 2027-03-03 12:00" in reply.card.text
