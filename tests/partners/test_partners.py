"""Learning partners in dialogues: paired once, asked, silent, paused and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.desk import Reading
from bot.errands import Errands
from bot.feature import Skip
from bot.partners.feature import FEATURE as PARTNERS
from bot.partners.pairing import make_due_rounds
from bot.partners.telling import partner_check, partner_round
from bot.sessions.feature import FEATURE as SESSIONS
from storage.breakouts import BreakoutRound, GroupMember
from storage.nudges import Nudge
from storage.people import Community, Person
from tests.communities.support import channel_for, enroll, furnish
from tests.support.stage import Stage, staged, text_of


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Four people who turned partners on, and a facilitator."""
    async with staged(f"sqlite:///{tmp_path}/test.db", (COMMUNITIES, SESSIONS, PARTNERS)) as stage:
        cohort = await furnish(stage)
        await channel_for(stage, cohort)
        await stage.person("fay", "facilitator")
        for user in ("ana", "ben", "cat", "dan"):
            await enroll(stage, cohort, await stage.person(user))
            await stage.command(user, "settings partners=yes")
        yield stage


async def people_in_last_round(stage: Stage) -> int:
    async with stage.database.read() as db:
        rounds = [one.id for one in await db.scalars(select(BreakoutRound))]
        members = list(await db.scalars(select(GroupMember)))
    return len(members) if len(rounds) == 1 else -len(rounds)


async def compose(stage: Stage, kind: str, user: str) -> str:
    async with stage.database.read() as db:
        reader = (await db.scalars(select(Person).where(Person.name == user.title()))).one()
        nudge = (
            await db.scalars(
                select(Nudge)
                .where(Nudge.kind == kind, Nudge.person_id == reader.id)
                .order_by(col(Nudge.id).desc())
            )
        ).first()
        assert nudge is not None
        community = await db.get_one(Community, 1)
        reading = Reading(db, stage.clock.now(), nudge, reader, "en", "UTC", community, stage.links)
        card = await (partner_round if kind == "partner_round" else partner_check)(reading)
    return card.reason if isinstance(card, Skip) else text_of(card)


async def test_a_session_s_pairs_are_made_once_before_they_are_told(stage: Stage) -> None:
    await stage.command("fay", 'session new "One" 2027-02-02 12:00 90')
    await stage.command("fay", 'session new "Two" 2027-02-16 12:00 90')
    tools = Errands(stage.database, stage.clock, {}, stage.links)
    await make_due_rounds(tools)
    assert await people_in_last_round(stage) == 0
    due = min(one.due_at for one in await stage.nudges("planned") if one.kind == "partner_round")
    stage.clock.move_to(due - timedelta(hours=2))
    await make_due_rounds(tools)
    await make_due_rounds(tools)
    assert await people_in_last_round(stage) == 4
    assert "Your learning partner" in await compose(stage, "partner_round", "ana")


async def test_an_answer_is_noted_and_not_asked_again_nor_shown_by_name(stage: Stage) -> None:
    assert "4 people" in text_of(await stage.command("fay", "partners new"))
    assert "Did you meet?" in await compose(stage, "partner_check", "ana")
    group = 1
    if "not your pair" in text_of(await stage.press("ana", "partners.met", "1:no")):
        group = 2
        assert "noted" in text_of(await stage.press("ana", "partners.met", "2:no"))
    assert "not your pair" in text_of(await stage.press("ana", "partners.met", f"{3 - group}:yes"))
    assert await compose(stage, "partner_ask_again", "ana") == "already_answered"
    told = text_of(await stage.command("fay", "partners"))
    assert "1 of 4" in told
    assert "Ana" not in told


async def test_three_silent_rounds_are_told_and_then_paused(stage: Stage) -> None:
    for _ in range(3):
        await stage.command("fay", "partners new")
    assert "Ana, Ben, Cat, and Dan" in text_of(await stage.command("fay", "partners"))
    assert "two people" in text_of(await stage.command("fay", "partners new"))
    assert len([one for one in await stage.nudges() if one.key.startswith("partners-silent")]) == 4
    await stage.press("ana", "partners.back", "1")
    await stage.command("ben", "partners resume")
    assert "2 people" in text_of(await stage.command("fay", "partners new"))


async def test_skipping_and_pausing_end_by_themselves(stage: Stage) -> None:
    await stage.command("ana", "partners skip")
    await stage.command("ben", "partners pause 2027-02-10")
    assert "2 people" in text_of(await stage.command("fay", "partners new"))
    assert "3 people" in text_of(await stage.command("fay", "partners new"))
