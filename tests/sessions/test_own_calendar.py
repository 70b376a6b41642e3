"""Who has the sessions in a calendar of their own gets no message the day before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.core.cards import Card
from bot.core.composers import ComposeContext
from bot.core.reply import Skip
from bot.features import all_features
from bot.sessions.reminders import session_tomorrow
from storage.nudges import Nudge
from storage.people import Community, Person
from storage.sessions import Session
from tests.communities.support import enroll
from tests.learning.support import series_with_sessions
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), all_features()) as stage:
        yield stage


async def the_day_before(stage: Stage, person: Person, session: Session) -> Card | Skip:
    nudge = Nudge(key="t", community_id=1, kind="session_tomorrow", session_id=session.id,
                  due_at=stage.clock.now(), created_at=stage.clock.now())  # fmt: skip
    async with stage.database.read() as db:
        community = await db.get_one(Community, 1)
        reading = ComposeContext(
            db, stage.clock.now(), nudge, person, "en", session.zone, community, stage.links
        )
        return await session_tomorrow(reading)


async def test_a_subscribed_calendar_ends_it_and_a_moved_session_is_told_all_the_same(stage: Stage) -> None:
    cohort, [session, *_] = await series_with_sessions(stage)
    ana = await stage.person("ana")
    await enroll(stage, cohort, ana)
    assert isinstance(await the_day_before(stage, ana, session), Card)
    app = web.Application()
    add_web(app, stage.router, PAGES)
    feed = stage.links.to("calendar", cohort.id, ana.id, stage.clock.now()).removeprefix(stage.links.base_url)
    async with TestClient(TestServer(app)) as client:
        for _ in range(3):
            assert (await client.get(f"{feed}.ics")).status == 200
            stage.clock.move_to(stage.clock.now() + timedelta(days=1))
    assert await the_day_before(stage, ana, session) == Skip("in_own_calendar")
    async with stage.database.write() as db:
        moved = await db.get_one(Session, session.id)
        moved.moved_from, moved.starts_at = moved.starts_at, moved.starts_at + timedelta(hours=1)
    assert isinstance(await the_day_before(stage, ana, session), Card)


async def test_i_have_it_ends_it_and_can_be_undone(stage: Stage) -> None:
    cohort, [session, *_] = await series_with_sessions(stage)
    ana = await stage.person("ana")
    await enroll(stage, cohort, ana)
    await stage.press("ana", "session.have", str(cohort.id))
    assert await the_day_before(stage, ana, session) == Skip("in_own_calendar")
    await stage.press("ana", "session.remind", str(cohort.id))
    assert isinstance(await the_day_before(stage, ana, session), Card)
