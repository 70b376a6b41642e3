"""Story 7, its first part: presenters know what is to be done, and who is coming, without names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.cards import Card
from bot.core.composers import ComposeContext
from bot.core.reply import Skip
from bot.nudges.planner import replan_cohort
from bot.planning import reminders
from storage.nudges import Nudge
from storage.people import Community
from storage.sessions import ChecklistItem, Session
from tests.communities.support import person_of, rows
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, text_of


async def test_presenters_are_written_to_fourteen_seven_and_two_days_before_and_on_no_sunday(
    stage: Stage,
) -> None:
    """Two days before this Tuesday is a Sunday: the tech check comes on Monday."""
    async with stage.database.write() as db:
        await replan_cohort(db, ALL_KINDS, 1, stage.clock.now())
    pat = await person_of(stage, "pat")
    (session,) = await rows(stage, Session)
    due = {
        row.kind: (session.starts_at.date() - row.due_at.date())
        for row in await rows(stage, Nudge)
        if row.person_id == pat.id and row.kind.startswith("presenter_")
    }
    assert due == {
        "presenter_planning": timedelta(days=14),
        "presenter_checklist": timedelta(days=7),
        "presenter_tech_check": timedelta(days=1),
    }


async def test_a_tick_is_seen_by_all_and_taken_back(stage: Stage) -> None:
    assert "6 things are still to be done" in text_of(await stage.command("pat", "checklist 1"))
    (first, *_) = await rows(stage, ChecklistItem)
    assert "5 things" in text_of(await stage.press("pat", "checklist.done", str(first.id)))
    assert "5 things" in text_of(await stage.press("pat", "checklist.done", str(first.id))), "a double click"
    assert "5 things" in text_of(await stage.command("fay", "checklist 1"))
    assert "6 things" in text_of(await stage.press("fay", "checklist.undo", str(first.id)))


async def test_the_list_grows_by_a_form(stage: Stage) -> None:
    pat = await person_of(stage, "pat")
    said = text_of(
        await stage.submit(
            "fay", "checklist-add", "1", text="Bring *water*", owner=str(pat.id), due="2027-02-22"
        )
    )
    assert "Bring *water*" in said
    assert "Due Mon, Feb 22 · Pat" in said
    reply = await stage.submit("fay", "checklist-add", "1", text="x" * 201)
    assert "200" in reply.errors["text"]


async def test_due_days_move_with_the_session_unless_done(stage: Stage) -> None:
    (first, *_) = await rows(stage, ChecklistItem)
    await stage.press("pat", "checklist.done", str(first.id))
    preview = await stage.command("fay", "session move 1 2027-02-25 12:00")
    assert preview.card is not None
    await stage.press("fay", "session.move", preview.card.buttons[0].value)
    after = await rows(stage, ChecklistItem)
    assert after[0].due_on == first.due_on
    assert all(str(one.due_on) in {"2027-02-11", "2027-02-18", "2027-02-23"} for one in after[1:])


async def test_the_brief_hides_small_counts_and_names_nobody(stage: Stage) -> None:
    said = text_of(await stage.command("pat", "brief 1"))
    assert "13 people take part" in said
    assert "AK: 6" in said
    assert "WA: 7" in said
    assert "P1" not in said
    async with stage.database.write() as db:
        for number in range(2, 15):
            person = await db.get_one(type(await person_of(stage, "p0")), number)
            person.job_role, person.setting = "peer_specialist", "Food bank"
    said = text_of(await stage.command("pat", "brief 1"))
    assert "Peer specialist: 13" in said
    assert "Food bank: 13" in said
    async with stage.database.write() as db:
        for number in (3, 4):
            (await db.get_one(type(await person_of(stage, "p0")), number)).state = "OR"
    said = text_of(await stage.command("pat", "brief 1"))
    assert "OR: hidden" in said
    assert said.count("hidden") >= 2, "its complement is hidden too"


async def test_participants_do_not_prepare(stage: Stage) -> None:
    for typed in ("checklist 1", "brief 1"):
        assert "presenter" in text_of(await stage.command("p1", typed))
    assert "presenter" in text_of(await stage.press("p1", "checklist.done", "1"))


@pytest.mark.parametrize("value", ["", "0", "999999", "x", "9" * 30])
async def test_made_up_items_are_not_found(stage: Stage, value: str) -> None:
    assert "not on the list" in text_of(await stage.press("pat", "checklist.done", value))


COMPOSERS: list[Callable[[ComposeContext], Awaitable[Card | Skip]]] = [
    reminders.presenter_planning,
    reminders.presenter_checklist,
    reminders.presenter_tech_check,
]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("compose", COMPOSERS)
async def test_each_reminder_says_when_and_what_is_open(
    stage: Stage, compose: Callable[[ComposeContext], Awaitable[Card | Skip]], language: str
) -> None:
    pat = await person_of(stage, "pat")
    async with stage.database.read() as db:
        nudge = Nudge(
            key="x",
            community_id=1,
            kind="x",
            session_id=1,
            due_at=stage.clock.now(),
            created_at=stage.clock.now(),
        )
        reading = ComposeContext(
            db,
            stage.clock.now(),
            nudge,
            pat,
            language,
            "America/Boise",
            await db.get_one(Community, 1),
            stage.links,
        )
        card = await compose(reading)
    assert isinstance(card, Card)
    said = text_of(card)
    assert ("Tue, Feb 23, 1:00 PM" in said) or ("mar" in said and "1:00" in said)
    assert "0" in card.context, "the agenda does not fill the session yet"


async def test_without_a_number_the_session_that_is_meant_is_found(stage: Stage) -> None:
    """A presenter's own, or the next; for looking back the last that has begun; never a cancelled one."""
    await stage.command("fay", 'session new "Sooner" 2027-02-16 12:00 90')
    await stage.command("fay", 'session new "Later" 2027-03-02 12:00 90')
    numbers = {row.title["en"]: row.number for row in await rows(stage, Session)}
    assert "Steady" in text_of(await stage.command("pat", "checklist")), "the one she presents"
    assert "Sooner" in text_of(await stage.command("fay", "checklist")), "the next of all"
    assert "Sooner" in text_of(await stage.command("p1", "agenda"))
    assert "Sooner" in text_of(await stage.command("p1", "questions"))
    stage.clock.move_to(datetime(2027, 2, 23, 20, 30, tzinfo=UTC))
    assert "Steady" in text_of(await stage.command("p1", "agenda")), "it is on"
    assert f"Attendance of session {numbers['Steady']}" in text_of(await stage.command("fay", "attendance"))
    preview = await stage.command("fay", f"session cancel {numbers['Later']}")
    assert preview.card is not None
    await stage.press("fay", "session.cancel", preview.card.buttons[0].value)
    stage.clock.move_to(datetime(2027, 4, 1, tzinfo=UTC))
    said = text_of(await stage.command("fay", "brief"))
    assert f"session {numbers['Steady']}" in said, "nothing comes: the last there was"
