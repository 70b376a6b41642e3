"""A session's whole life, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core.jobs import JobContext
from bot.sessions.attendance_drafts import drop_old_reports
from bot.sessions.closing import close_what_is_over
from storage.series import Series
from storage.sessions import Attendance, Session
from tests.communities.support import channel_for, enroll, furnish, rows
from tests.sessions.conftest import FEATURES
from tests.support.kinds import ALL_KINDS
from tests.support.stage import staged, text_of


async def test_planned_moved_cancelled_restored_attended_and_over(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        cohort = await furnish(stage)
        await channel_for(stage, cohort)
        await stage.person("fay", "facilitator")
        await enroll(stage, cohort, await stage.person("ana", zone="America/Adak", email="ana@example.org"))
        await stage.command("fay", 'session new "Steady" 2027-02-23 12:00 90')
        await stage.submit("fay", "session-segments", "1", parts="60 didactic Why\n30 breakout Try")
        preview = await stage.command("fay", "session move 1 2027-02-24 12:00")
        assert preview.card is not None
        await stage.press("fay", "session.move", preview.card.buttons[0].value)
        preview = await stage.command("fay", "session cancel 1")
        assert preview.card is not None
        done = await stage.press("fay", "session.cancel", preview.card.buttons[0].value)
        assert done.card is not None
        await stage.press("fay", "session.restore", done.card.buttons[0].value)
        starts = datetime(2027, 2, 24, 20, tzinfo=UTC)
        assert [(row.status, row.starts_at) for row in await rows(stage, Session)] == [("scheduled", starts)]
        assert "10:00 AM" in text_of(await stage.home("ana"))
        stage.clock.move_to(starts)
        await stage.command("ana", "here")
        stage.clock.move_to(starts + timedelta(hours=2))
        await stage.submit(
            "fay", "attendance", "1", content="Name,Duration (minutes),Email\nA,30,ana@example.org"
        )
        await stage.press("fay", "attendance.certain", "1")
        job_ctx = JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS)
        await close_what_is_over(job_ctx)
        await drop_old_reports(job_ctx)
        assert [(row.marked, row.minutes) for row in await rows(stage, Attendance)] == [(True, 30)]
        assert [row.status for row in await rows(stage, Session)] == ["delivered"]
        assert [row.status for row in await rows(stage, Series)] == ["closed"]
