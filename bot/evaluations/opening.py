"""The row behind an open form. It is written when it is first needed (somebody opens the form, a facilitator
opens it, it closes), so that composing a message never has to write anything."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.lookup import TAKES_PART
from bot.evaluations.instruments import Instrument, ObjectiveItem, with_objectives
from bot.evaluations.subjects import INSTRUMENTS, Subject
from bot.evaluations.versions import in_use
from bot.sessions.lookup import objectives_of, sessions_of
from prompts.library import Words
from storage.evaluations import Evaluation, LedgerEntry
from storage.nudges import Job
from storage.people import Person
from storage.reports import attended
from storage.series import Cohort, Enrollment
from storage.sessions import Attendance, Session

_SAYS_WHO_WAS_ABSENT = ("zoom", "teams", "facilitator")
"""Where attendance came from all of the room; a person who checks in says nothing about the others."""


async def evaluation_of(db: AsyncSession, subject: Subject) -> Evaluation | None:
    found = await db.scalars(select(Evaluation).where(Evaluation.key == subject.key))
    return found.first()


async def open_evaluation(
    db: AsyncSession, subject: Subject, now: datetime, opened_by_id: int | None = None
) -> Evaluation:
    """The evaluation of the subject, opened now if there was none; opening twice changes nothing."""
    # One at a time for each cohort: two people may open the form in the same moment.
    await db.execute(select(Cohort.id).where(Cohort.id == subject.cohort.id).with_for_update())
    found = await evaluation_of(db, subject)
    window = subject.window()
    if found is not None or window is None:
        assert found is not None, "a subject without a session has nothing to open"
        return found
    instrument = await instrument_for(db, subject)
    evaluation = Evaluation(
        key=subject.key,
        community_id=subject.cohort.community_id,
        cohort_id=subject.cohort.id,
        session_id=subject.session.id if subject.session else None,
        purpose=instrument_purpose(subject),
        name=instrument.name,
        version=instrument.version,
        mode=instrument.mode,
        instrument=instrument.model_dump(mode="json", exclude_none=True),
        opens_at=min(now, window[1]),
        closes_at=window[1],
        opened_by_id=opened_by_id,
    )
    db.add(evaluation)
    await db.flush()
    for person_id in await people_to_ask(db, subject):
        db.add(LedgerEntry(evaluation_id=evaluation.id, person_id=person_id))
    db.add(
        Job(
            key=f"evaluation_close:{subject.key}",
            community_id=subject.cohort.community_id,
            kind="evaluation_close",
            details={"evaluation": evaluation.id},
            due_at=evaluation.closes_at,
            created_at=now,
        )
    )
    await db.flush()
    return evaluation


def instrument_purpose(subject: Subject) -> str:
    """post_session, series or follow_up."""
    if subject.session is not None:
        return "post_session"
    return "series" if subject.purpose == "series" else "follow_up"


def asked_instrument(evaluation: Evaluation) -> Instrument:
    """The form as it was when it opened."""
    return Instrument.model_validate(evaluation.instrument)


async def instrument_for(db: AsyncSession, subject: Subject) -> Instrument:
    """The series' own tailored form, or else the library's, asked about the subject's objectives."""
    instrument = in_use(subject.series, INSTRUMENTS[subject.purpose])
    return with_objectives(instrument, await _objectives(db, subject))


async def _objectives(db: AsyncSession, subject: Subject) -> list[ObjectiveItem]:
    """Those that have a text in every language of the series: a form never asks half in another one."""
    sessions = [subject.session] if subject.session else await sessions_of(db, subject.cohort.id)
    found: list[ObjectiveItem] = []
    for session in sessions:
        chosen = (session.extras or {}).get("on_form")
        for one in await objectives_of(db, session.id):
            if isinstance(chosen, list) and one.position not in chosen:
                continue
            if all(one.text.get(language, "").strip() for language in subject.series.languages):
                found.append(ObjectiveItem(id=f"s{session.number}_{one.position}", text=Words(one.text)))
    return found


async def people_to_ask(db: AsyncSession, subject: Subject) -> list[int]:
    """Those who take part and are not known to have been absent; for a follow-up, who agreed to it."""
    enrolled = (
        select(Enrollment.person_id)
        .join(Person)
        .where(
            Enrollment.cohort_id == subject.cohort.id,
            col(Enrollment.status).in_(TAKES_PART),
            col(Person.deleted_at).is_(None),
        )
        .order_by(col(Enrollment.person_id))
    )
    if subject.purpose.startswith("follow_up"):
        enrolled = enrolled.where(col(Enrollment.follow_up_opt_in).is_(True))
    people = list(await db.scalars(enrolled))
    present = await attendees(db, subject)
    return people if present is None else [person for person in people if person in present]


async def attendees(db: AsyncSession, subject: Subject) -> set[int] | None:
    """Who attended (for a series: at least one session). None while nobody told who was absent."""
    rows = select(Attendance.person_id).join(Session)
    told = select(Attendance.id).join(Session).where(col(Attendance.source).in_(_SAYS_WHO_WAS_ABSENT))
    if subject.session is not None:
        mine = Session.id == subject.session.id
    else:
        mine = Session.cohort_id == subject.cohort.id
    if (await db.scalars(told.where(mine).limit(1))).first() is None:
        return None
    return set(await db.scalars(rows.where(mine, attended())))
