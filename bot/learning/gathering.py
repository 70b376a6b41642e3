"""What the learning messages are made of, read from the store.

Of reflections only those shared with the whole cohort are ever read here, of the groups' notes only those
that were posted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.learning.composing.meeting import Meeting, ResourceLink
from bot.reports.reach import attended
from storage.breakouts import BreakoutGroup, BreakoutRound, HarvestNote
from storage.people import Person
from storage.reflections import Commitment, Reflection
from storage.sessions import (
    NO_EXTRAS,
    Attendance,
    KeyIdea,
    Objective,
    Session,
    SessionPresenter,
    SessionStatus,
    SessionTheme,
    Theme,
)

OPEN_STATUSES = ("intended", "tried", "changed")
"""Of commitments that are worth asking after: neither let go nor a habit already."""


async def approved_ideas(db: AsyncSession, session_ids: Iterable[int | None]) -> list[KeyIdea]:
    """The approved key ideas of these sessions, in the order in which they were met."""
    found = await db.scalars(
        select(KeyIdea)
        .join(Session)
        .where(col(KeyIdea.session_id).in_(list(session_ids)), col(KeyIdea.approved_at).is_not(None))
        .order_by(col(Session.number), col(KeyIdea.position))
    )
    return list(found)


async def themes_of(db: AsyncSession, session_ids: Iterable[int | None]) -> list[Theme]:
    """The themes coded for these sessions, each once, those coded first standing first."""
    found = await db.scalars(
        select(Theme)
        .join(SessionTheme)
        .where(col(SessionTheme.session_id).in_(list(session_ids)))
        .order_by(col(SessionTheme.id))
    )
    return list({theme.id: theme for theme in found}.values())


async def sessions_of_cohort(db: AsyncSession, cohort_id: int | None) -> list[Session]:
    """A cohort's sessions that are not cancelled, in order of time."""
    found = await db.scalars(
        select(Session)
        .where(Session.cohort_id == cohort_id, Session.status != SessionStatus.CANCELLED)
        .order_by(col(Session.starts_at))
    )
    return list(found)


async def shared_reflections(db: AsyncSession, session_id: int | None) -> tuple[str, ...]:
    """The words of reflections on a session that their writers shared with the cohort, newest first."""
    found = await db.scalars(
        select(Reflection)
        .join(Person)
        .where(
            Reflection.session_id == session_id,
            Reflection.visibility == "cohort",
            col(Person.deleted_at).is_(None),
        )
        .order_by(col(Reflection.created_at).desc(), col(Reflection.id).desc())
    )
    texts = (" ".join(_written(reflection.answers)) for reflection in found)
    return tuple(text for text in texts if text)


def _written(answers: Mapping[str, object]) -> list[str]:
    """What a person wrote in words; numbers and ticks say nothing without their question."""
    return [text.strip() for text in answers.values() if isinstance(text, str) and text.strip()]


async def harvest_of(db: AsyncSession, session_id: int | None) -> tuple[str, ...]:
    """What the groups of a session brought back to everybody."""
    found = await db.scalars(
        select(HarvestNote)
        .join(BreakoutGroup)
        .join(BreakoutRound)
        .where(BreakoutRound.session_id == session_id, col(HarvestNote.posted_at).is_not(None))
        .order_by(col(HarvestNote.id))
    )
    return tuple(note.text for note in found)


async def open_commitment(
    db: AsyncSession, person_id: int | None, cohort_id: int | None, session_id: int | None = None
) -> Commitment | None:
    """A person's own commitment that is still open: one made at `session_id` before the latest other."""
    found = list(
        await db.scalars(
            select(Commitment)
            .where(
                Commitment.person_id == person_id,
                Commitment.cohort_id == cohort_id,
                col(Commitment.status).in_(OPEN_STATUSES),
            )
            .order_by(col(Commitment.created_at).desc(), col(Commitment.id).desc())
        )
    )
    here = [commitment for commitment in found if commitment.session_id == session_id]
    return next(iter([*here, *found]), None)


async def was_there(db: AsyncSession, session: Session, person_id: int | None) -> bool | None:
    """Whether a person attended; None when nobody's attendance of the session is known."""
    rows = list(await db.scalars(select(Attendance).where(Attendance.session_id == session.id)))
    if not rows or person_id is None:
        return None
    mine = next((row for row in rows if row.person_id == person_id), None)
    return mine is not None and attended(mine.minutes, session.minutes, mine.marked)


async def meeting_of(db: AsyncSession, session: Session) -> Meeting:
    """A session as a look ahead tells of it."""
    objectives = await db.scalars(
        select(Objective).where(Objective.session_id == session.id).order_by(col(Objective.position))
    )
    presenters = await db.scalars(
        select(Person.name)
        .join(SessionPresenter)
        .where(SessionPresenter.session_id == session.id, col(Person.deleted_at).is_(None))
        .order_by(col(SessionPresenter.id))
    )
    return Meeting(
        title=session.title,
        starts_at=session.starts_at,
        moved_from=session.moved_from,
        presenters=tuple(presenters),
        objectives=tuple(objective.text for objective in objectives),
        pre_work=session.pre_work,
        pre_work_minutes=session.pre_work_minutes,
        pre_work_resource=_resources(session).get((session.extras or NO_EXTRAS).pre_work_resource or ""),
    )


def resources_of(session: Session) -> tuple[ResourceLink, ...]:
    """The session's links, without its pre-work: that was for before."""
    before = (session.extras or NO_EXTRAS).pre_work_resource
    return tuple(resource for name, resource in _resources(session).items() if name != before)


def _resources(session: Session) -> dict[str, ResourceLink]:
    return {
        one.id: ResourceLink(title=one.title, url=one.url, minutes=one.minutes)
        for one in (session.extras or NO_EXTRAS).resources
    }
