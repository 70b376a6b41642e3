"""Each Monday a facilitator gets one short message: what goes out this week, who needs a word, what waits.

One message for all cohorts that somebody runs, on their own clock, outside their quiet hours. Nothing comes
where there is nothing to say, nor to a person who stopped it or every optional message.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.console.naming import names_of
from bot.console.planned_groups import open_groups
from bot.core.cards import Button, Card, Section
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.notes import note
from bot.core.permissions import Role
from bot.core.reply import Reply, Skip
from bot.nudges.cohort_people import homes_of, reader_of
from bot.series_page.roster import members_of, presence
from bot.series_page.week import MOST, ThisWeek, this_week
from bot.sessions.lookup import sessions_of
from bot.timekeeping.readers_hours import Reader, next_allowed
from bot.timekeeping.zones import first_moment
from prompts.text import Marked
from prompts.words import series_page as words
from storage.nudges import Nudge
from storage.people import Duty, OptOut, Person, reaches
from storage.series import Cohort, Series, SeriesStatus

KIND = "week_ahead"
STOP, START = "week_ahead.stop", "week_ahead.start"
AT = time(9)
AHEAD = timedelta(hours=30)
"""Hourly work that looks so far ahead finds every Monday before it has come."""
WORTH = timedelta(days=2)
"""So long after its time it still says what is ahead: a Monday that is a holiday makes it a Tuesday's."""
MOST_COHORTS = 5


def next_monday(now: datetime, reader: Reader) -> tuple[date, datetime]:
    """The next Monday of the reader whose nine o'clock is to come, and when to write, UTC. Pure."""
    today = reader.local(now).date()
    monday = today + timedelta(days=-today.weekday() % 7)
    nine = first_moment(monday, AT, reader.zone)
    if nine <= now:
        monday += timedelta(days=7)
        nine = first_moment(monday, AT, reader.zone)
    return monday, next_allowed(nine, reader)


async def plan_mondays(job_ctx: JobContext) -> None:
    """Housekeeping: write the message of each facilitator whose Monday is near, once for each Monday."""
    now = job_ctx.clock.now()
    async with job_ctx.database.read() as db:
        found = [(person, *next_monday(now, reader)) for person, reader in await _facilitators(db)]
        keys = {_key(monday, person.id): (person, at) for person, monday, at in found if at <= now + AHEAD}
        there = set(await db.scalars(select(Nudge.key).where(col(Nudge.key).in_(keys))))
    if not keys.keys() - there:
        return
    async with job_ctx.database.write() as db:
        there = set(await db.scalars(select(Nudge.key).where(col(Nudge.key).in_(keys))))
        for key, (person, at) in keys.items():
            if key not in there:
                db.add(
                    note(
                        key,
                        person.community_id,
                        now,
                        kind=KIND,
                        nature="optional",
                        due_at=at,
                        expires_at=at + WORTH,
                        person_id=person.id,
                    )
                )


def _key(monday: date, person_id: int) -> str:
    return f"{KIND}:{monday.isoformat()}:{person_id}"


async def _facilitators(db: AsyncSession) -> list[tuple[Person, Reader]]:
    """Who runs a cohort that is not archived, and has not stopped this."""
    stopped = select(OptOut.person_id).where(OptOut.kind == KIND)
    found = await db.scalars(
        select(Person)
        .join(Duty, col(Duty.person_id) == Person.id)
        .join(Series, reaches(col(Series.id), col(Series.project_id)))
        .join(Cohort, col(Cohort.series_id) == Series.id)
        .where(
            Duty.role == Role.FACILITATOR.value,
            Series.community_id == Person.community_id,
            Series.status != SeriesStatus.ARCHIVED,
            col(Person.deleted_at).is_(None),
            col(Person.id).not_in(stopped),
        )
        .distinct()
        .order_by(col(Person.id))
    )
    people = list({one.id: one for one in found}.values())
    homes = await homes_of(db, [one.id for one in people])
    return [(one, reader_of(one, homes[one.id])) for one in people]


async def _cohorts_of(db: AsyncSession, person: Person) -> list[Cohort]:
    """The cohorts they facilitate, newest first."""
    found = await db.scalars(
        select(Cohort)
        .join(Series, col(Series.id) == Cohort.series_id)
        .join(Duty, reaches(col(Series.id), col(Series.project_id)))
        .where(
            Duty.person_id == person.id,
            Duty.role == Role.FACILITATOR.value,
            Series.community_id == person.community_id,
            Series.status != SeriesStatus.ARCHIVED,
        )
        .order_by(col(Cohort.id).desc())
    )
    return list({one.id: one for one in found}.values())


# --- the message ------------------------------------------------------------------------------------------


async def week_ahead(reading: ComposeContext) -> Card | Skip:
    """What is true as it goes. A single cohort is told with three lines a part, several with one each."""
    me, language = reading.reader, reading.language
    cohorts = await _cohorts_of(reading.db, me) if me is not None else []
    most = MOST if len(cohorts) == 1 else 1
    weeks = [(one, await _week(reading, one, most)) for one in cohorts]
    told = [(cohort, week) for cohort, week in weeks if week][:MOST_COHORTS]
    if me is None or not told:
        return Skip("nothing_this_week")
    return Card(
        title=words.monday_title(language),
        sections=tuple(
            Section(
                title=cohort.name,
                text=_lines(language, week),
                buttons=(
                    Button(
                        label=words.open_page(language),
                        url=reading.links.to_series_page(cohort.id, me.id, reading.now),
                        style="primary",
                    ),
                ),
            )
            for cohort, week in told
        ),
        buttons=(_stop(language),),
    )


async def _week(reading: ComposeContext, cohort: Cohort, most: int) -> ThisWeek:
    db, language, now = reading.db, reading.language, reading.now
    groups = await open_groups(db, cohort.id)
    names = await names_of(db, language, [one.nudge for one in groups])
    sessions = await sessions_of(db, cohort.id)
    members = await members_of(db, cohort, sessions, await presence(db, sessions), language, now)
    return this_week(language, groups, names, members, cohort, now, most)


def _lines(language: str, week: ThisWeek) -> Marked:
    parts = (
        (words.goes_out_title(language), week.goes_out),
        (words.word_title(language), week.needs_a_word),
        (words.waits_title(language), week.waits),
    )
    return Marked("\n").join(line for title, lines in parts if lines for line in _part(title, lines))


def _part(title: Marked, lines: Iterable[Marked]) -> list[Marked]:
    return [Marked("**{title}**").format(title=title), *(Marked("- ") + line for line in lines)]


# --- stop and start ---------------------------------------------------------------------------------------


async def gets_it(db: AsyncSession, person_id: int) -> bool:
    stopped = select(OptOut.id).where(OptOut.person_id == person_id, OptOut.kind == KIND)
    return (await db.scalars(stopped)).first() is None


async def stop_pressed(ctx: Context, value: str) -> Reply:
    if await gets_it(ctx.db, ctx.me.id):
        ctx.db.add(OptOut(person_id=ctx.me.id, kind=KIND, since=ctx.now))
    language = ctx.language
    return Reply(card=Card(text=words.monday_stopped(language), buttons=(_again(language),)))


async def start_pressed(ctx: Context, value: str) -> Reply:
    mine = (col(OptOut.person_id) == ctx.me.id) & (col(OptOut.kind) == KIND)
    await ctx.db.execute(delete(OptOut).where(mine))
    language = ctx.language
    return Reply(card=Card(text=words.monday_started(language), buttons=(_stop(language),)))


async def switch(ctx: Context) -> Card:
    """Whether I get it, and the button for the other."""
    language = ctx.language
    if await gets_it(ctx.db, ctx.me.id):
        return Card(text=words.monday_on(language), buttons=(_stop(language),))
    return Card(text=words.monday_off(language), buttons=(_again(language),))


def _stop(language: str) -> Button:
    return Button(label=words.monday_stop(language), action=STOP)


def _again(language: str) -> Button:
    return Button(label=words.monday_again(language), action=START)
