"""One warning, a day before a session: what is still missing, in one message, with a button for each."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.ways import ways_of
from bot.core.arguments import cohort_argument
from bot.core.cards import Button, Card, Section, pack
from bot.core.composers import ComposeContext
from bot.core.jobs import JobContext
from bot.core.lookup import staff_of, title_in
from bot.core.notes import note
from bot.core.reply import Skip
from bot.learning.gathering import approved_ideas
from bot.nudges.cohort_people import reader_of
from bot.sessions.lookup import presenters_of
from bot.timekeeping.readers_hours import next_allowed
from prompts import dates
from prompts.words import console as words
from storage.nudges import Nudge
from storage.people import Person, Workspace
from storage.series import Cohort, Enrollment, EnrollmentStatus, Series, SeriesStatus
from storage.sessions import Session, SessionStatus

KIND = "session_warning"
LOOK_AHEAD = timedelta(hours=30)
"""Hourly work that looks so far ahead finds every session a day before, outside quiet hours."""
A_DAY = timedelta(hours=24)
MOST_NAMED = 12


async def warn_a_day_before(job_ctx: JobContext) -> None:
    """Plan the warning of each session that begins soon, once for each facilitator and beginning."""
    now = job_ctx.clock.now()
    soon = select(Session).where(
        Session.status == SessionStatus.SCHEDULED,
        Session.starts_at > now,
        Session.starts_at <= now + LOOK_AHEAD,
    )
    async with job_ctx.database.read() as db:
        if (await db.scalars(soon.limit(1))).first() is None:
            return
    async with job_ctx.database.write() as db:
        for session in await db.scalars(soon):
            cohort = await db.get_one(Cohort, session.cohort_id)
            series = await db.get_one(Series, cohort.series_id)
            if series.status not in {SeriesStatus.ARCHIVED, SeriesStatus.CLOSED}:
                await _plan(db, session, cohort, series, now)


async def _plan(db: AsyncSession, session: Session, cohort: Cohort, series: Series, now: datetime) -> None:
    for person_id in sorted(await staff_of(db, series, "facilitator")):
        key = f"{KIND}:{session.id}:{int(session.starts_at.timestamp())}:{person_id}"
        if (await db.scalars(select(Nudge.id).where(Nudge.key == key))).first() is not None:
            continue
        reader = reader_of(await db.get_one(Person, person_id), cohort.zone)
        due = next_allowed(max(now, session.starts_at - A_DAY), reader, "waking")
        db.add(
            note(
                key,
                session.community_id,
                now,
                kind=KIND,
                due_at=due,
                person_id=person_id,
                cohort_id=cohort.id,
                session_id=session.id,
                expires_at=session.starts_at,
            )
        )


async def session_warning(reading: ComposeContext) -> Card | Skip:
    """What is missing as it stands now; nothing goes where nothing is."""
    session = await reading.db.get(Session, reading.nudge.session_id)
    if session is None or session.status != SessionStatus.SCHEDULED:
        return Skip("no_session")
    cohort = await reading.db.get_one(Cohort, session.cohort_id)
    sections = await _missing(reading.db, session, cohort, reading.language)
    if not sections:
        return Skip("nothing_missing")
    language = reading.language
    return Card(
        title=words.warning_title(
            language, number=session.number, title=title_in(session.title, language), n=len(sections)
        ),
        text=dates.in_both(language, session.starts_at, session.zone, reading.zone),
        sections=tuple(sections),
    )


async def _missing(db: AsyncSession, session: Session, cohort: Cohort, language: str) -> list[Section]:
    """Each thing that is missing, and the button that mends it."""
    found, name = [], cohort_argument(cohort.id)

    def lacks(text: str, label: str, command: str = "", form: str = "", value: str = "") -> None:
        action = "" if form else "command.run"
        button = Button(label=label, action=action, form=form, value=value or command)
        found.append(Section(text=text, buttons=(button,)))

    if not session.join_link:
        lacks(words.no_join_link(language), words.set_link(language), form="session-edit",
              value=pack(session.id, session.revision))  # fmt: skip
    people = await _taking_part(db, cohort)
    ways = await ways_of(db, cohort.id, set(people), ())
    unlinked = await _unlinked(db, set(ways.accounts) - set(ways.channels))
    if unlinked:
        text = words.no_channel(language, platforms=dates.series_of(language, unlinked))
        lacks(text, words.open_channel(language), command=f"cohort open {name}")
    if ways.missing:
        names = sorted(people[one] for one in ways.missing)
        shown = dates.series_of(language, names[:MOST_NAMED])
        text = words.not_reached(language, names=shown, n=len(names))
        lacks(text, words.see_people(language), command=f"members {name}")
    if not await approved_ideas(db, [session.id]):
        lacks(words.no_ideas(language), words.write_ideas(language), command=f"ideas {session.number} {name}")
    if not await presenters_of(db, session.id):
        text, label = words.no_presenter(language), words.name_presenter(language)
        lacks(text, label, command=f"presenters {session.number} {name}")
    return found


async def _taking_part(db: AsyncSession, cohort: Cohort) -> dict[int, str]:
    """Names of those who take part."""
    rows = await db.execute(
        select(Person.id, Person.name)
        .join(Enrollment)
        .where(
            Enrollment.cohort_id == cohort.id,
            Enrollment.status == EnrollmentStatus.ACTIVE,
            col(Person.deleted_at).is_(None),
        )
    )
    return {row[0]: row[1] for row in rows}


async def _unlinked(db: AsyncSession, workspaces: set[int]) -> list[str]:
    """The chat platforms among these workspaces, by name."""
    found = await db.scalars(
        select(Workspace.platform).where(
            col(Workspace.id).in_(workspaces), col(Workspace.platform).in_(("slack", "teams"))
        )
    )
    return sorted({platform.title() for platform in found})
