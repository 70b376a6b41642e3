"""The row behind an open form. It is written when it is first needed (somebody opens the form, a facilitator
opens it, it closes), so that composing a message never has to write anything."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.lookup import TAKES_PART
from bot.evaluations.instruments import Instrument, ObjectiveItem, Presenter, with_objectives
from bot.evaluations.subjects import INSTRUMENTS, Subject, subject_of
from bot.evaluations.versions import in_use
from bot.sessions.lookup import objectives_of, presenters_of, sessions_of
from prompts.library import Words
from storage.evaluations import Evaluation, LedgerEntry
from storage.nudges import Job
from storage.people import Person
from storage.reports import attended
from storage.series import Cohort, Enrollment
from storage.sessions import NO_EXTRAS, Attendance, Session

_SAYS_WHO_WAS_ABSENT = ("zoom", "teams", "facilitator")
"""Where attendance came from all of the room. People who check in say nothing for sure about the others, who
are asked whether they were there instead of how it was."""


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
    """The series' own tailored form, or else the library's, asked about its objectives and presenters."""
    instrument = in_use(subject.series, INSTRUMENTS[subject.purpose])
    return with_objectives(instrument, await _objectives(db, subject), await _presenters(db, subject))


async def _presenters(db: AsyncSession, subject: Subject) -> list[Presenter]:
    """Of the session, or of all sessions, each once."""
    sessions = [subject.session] if subject.session else await sessions_of(db, subject.cohort.id)
    people = {person.id: person for one in sessions for person in await presenters_of(db, one.id)}
    return [Presenter(number, person.name) for number, person in people.items()]


async def _objectives(db: AsyncSession, subject: Subject) -> list[ObjectiveItem]:
    """Those that have a text in every language of the series: a form never asks half in another one."""
    sessions = [subject.session] if subject.session else await sessions_of(db, subject.cohort.id)
    found: list[ObjectiveItem] = []
    for session in sessions:
        chosen = (session.extras or NO_EXTRAS).on_form
        for one in await objectives_of(db, session.id):
            if chosen is not None and one.position not in chosen:
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
    """Who attended (for a series: at least one session). None while nothing is known of anybody."""
    rows = select(Attendance.person_id).join(Session).where(_of(subject))
    if (await db.scalars(rows.limit(1))).first() is None:
        return None
    return set(await db.scalars(rows.where(attended())))


async def absence_is_known(db: AsyncSession, subject: Subject) -> bool:
    """Whether somebody told of all of the room, so that who is not named was not there."""
    told = select(Attendance.id).join(Session).where(col(Attendance.source).in_(_SAYS_WHO_WAS_ABSENT))
    return (await db.scalars(told.where(_of(subject)).limit(1))).first() is not None


def _of(subject: Subject) -> ColumnElement[bool]:
    if subject.session is not None:
        return col(Session.id) == subject.session.id
    return col(Session.cohort_id) == subject.cohort.id


async def settle_ledger(db: AsyncSession, evaluation: Evaluation, answered: set[int]) -> None:
    """At closing: who was eligible, as it is known by now, and whoever `answered` without a mark yet. One
    denominator everywhere from then on."""
    subject = await subject_of(db, evaluation.key, evaluation.community_id)
    if subject is None:
        return
    asked = set(await people_to_ask(db, subject)) | answered
    ledger = select(LedgerEntry).where(LedgerEntry.evaluation_id == evaluation.id)
    listed = {entry.person_id: entry for entry in await db.scalars(ledger)}
    for person_id, entry in listed.items():
        if person_id not in asked and not entry.answered:
            await db.delete(entry)
    db.add_all(
        LedgerEntry(evaluation_id=evaluation.id, person_id=person_id) for person_id in asked - listed.keys()
    )
    await db.flush()
