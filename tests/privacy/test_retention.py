"""What goes by itself, and when; what stays."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from bot.core.jobs import JobContext
from bot.privacy.retention import keep_retention
from bot.reports.viewing import trail
from storage.links import ReportLink
from storage.nudges import InboxEvent, Nudge
from storage.people import AuditEvent, Person
from storage.reflections import Commitment, Reflection
from storage.sessions import Attendance
from tests.communities.support import channel_for, rows
from tests.reflections.support import cohort_with_people, send_due
from tests.support.kinds import ALL_KINDS
from tests.support.stage import START, Stage

LAST_SESSION = START + timedelta(days=7)


async def keep_house_at(stage: Stage, moment: datetime) -> None:
    stage.clock.move_to(moment)
    await keep_retention(JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS))


async def write(stage: Stage, visibility: str = "private") -> None:
    form = (await stage.command("ana", "reflect plus-delta")).form
    assert form is not None
    await stage.submit("ana", "reflect", form.context, visibility=visibility, plus="The pairs.")


async def test_reflections_and_the_words_of_commitments_go_180_days_after_the_last_session(
    stage_on_each: Stage,
) -> None:
    stage = stage_on_each
    await cohort_with_people(stage, "ana")
    await write(stage)
    await stage.command("ana", "commit When I log in, then I will breathe")
    await keep_house_at(stage, LAST_SESSION + timedelta(days=180))
    assert len(await rows(stage, Reflection)) == 1
    await keep_house_at(stage, LAST_SESSION + timedelta(days=180, minutes=1))
    assert await rows(stage, Reflection) == []
    [counted] = await rows(stage, Commitment)
    assert (counted.cue, counted.action, counted.status) == ("", "", "intended")


async def test_sent_notes_lose_their_words_after_90_days_and_done_events_go(stage: Stage) -> None:
    cohort, _ = await cohort_with_people(stage, "ana")
    await channel_for(stage, cohort)
    await write(stage, "cohort")
    await send_due(stage)
    await keep_house_at(stage, START + timedelta(days=90))
    assert [row.card is None for row in await rows(stage, Nudge) if row.kind == "note"] == [False]
    await keep_house_at(stage, START + timedelta(days=90, minutes=1))
    assert [row.card is None for row in await rows(stage, Nudge) if row.kind == "note"] == [True]
    assert await rows(stage, InboxEvent) == []


async def test_three_years_after_the_project_year_people_are_emptied_and_counts_and_audit_stay(
    stage_on_each: Stage,
) -> None:
    stage = stage_on_each
    _, [ana] = await cohort_with_people(stage, "ana")
    async with stage.database.write() as db:
        db.add(Attendance(session_id=1, person_id=ana.id, minutes=60, source="zoom", recorded_at=START))
        db.add(AuditEvent(community_id=1, at=START, actor_id=ana.id, action="joined"))
    ends = date(2030, 9, 29)
    await keep_house_at(stage, datetime(ends.year, ends.month, ends.day, 12, tzinfo=UTC))
    assert await name_of(stage, ana) == "Ana"
    await keep_house_at(stage, datetime(2030, 9, 30, 12, tzinfo=UTC))
    assert await name_of(stage, ana) == "–"
    assert len(await rows(stage, Attendance)) == 1
    assert len(await rows(stage, AuditEvent)) == 1
    names = {person.name for person in await rows(stage, Person)}
    assert "Fay" in names


async def test_three_years_after_their_link_ended_the_names_of_outside_readers_go(
    stage_on_each: Stage,
) -> None:
    stage = stage_on_each
    fay = await stage.person("fay", "administrator")
    ends = START + timedelta(days=30)
    async with stage.database.write() as db:
        db.add_all(
            ReportLink(community_id=1, scope="all", made_by_id=fay.id, made_at=START, expires_at=ends,
                       label=label, revoked_at=revoked_at)
            for label, revoked_at in (("Ms. Lee", None), ("Mr. Roe", START))
        )  # fmt: skip
        await db.flush()
        db.add(AuditEvent(community_id=1, at=START, action="report_seen", subject="all", details={"link": 1}))
    three_years = timedelta(days=3 * 366)
    await keep_house_at(stage, START + three_years + timedelta(minutes=1))
    assert [one.label for one in await rows(stage, ReportLink)] == ["Ms. Lee", ""]
    await keep_house_at(stage, ends + three_years + timedelta(minutes=1))
    assert [one.label for one in await rows(stage, ReportLink)] == ["", ""]
    async with stage.database.read() as db:
        [look] = await trail(db, 1, 10)
    assert (look.who, look.outside, look.link_id) == ("–", True, 1)


async def name_of(stage: Stage, person: Person) -> str:
    async with stage.database.read() as db:
        return (await db.scalars(select(Person.name).where(Person.id == person.id))).one()
