"""What people's calendars answer to invitations: who comes, perhaps comes, or does not come.

An answer counts when it names an id that stands in that person's calendar alone (`calendar.own_uid`), and the
time at which the session still is.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.core.button_values import unpack
from bot.core.cards import Fact, pack
from bot.core.context import Context
from bot.core.events import Press, Who
from bot.core.lookup import TAKES_PART
from bot.core.reply import NOTHING, Reply
from bot.sessions.calendar import own_uid
from bot.sessions.lookup import session_by_id
from prompts import dates
from prompts.words import sessions as words
from storage.people import Identity, Person, Workspace
from storage.series import Enrollment
from storage.sessions import InvitationAnswer, InvitationReply, Session, SessionStatus

ACTION = "invitation.answer"
MOST_NAMED = 20
_TITLES = {
    InvitationAnswer.YES: words.comes_label,
    InvitationAnswer.MAYBE: words.may_come_label,
    InvitationAnswer.NO: words.does_not_come_label,
}


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """A reply of a calendar (RFC 5546 §3.2.3): `addresses` are those that it speaks for; `starts_at` is when
    it takes the session to be, None where it does not say, and then `sequence` tells which state it saw."""

    uid: str
    addresses: tuple[str, ...]
    answer: InvitationAnswer
    sequence: int
    starts_at: datetime | None = None


async def pressed_by(db: AsyncSession, told: CalendarReply, key: str, *, platform: str) -> Press | None:
    """The reply as an event of the account that was invited; None when it proves nothing, or is about a time
    at which the session is not any more."""
    name, _, rest = told.uid.partition("@")
    found = await db.scalars(select(Session).where(Session.uid == f"{name.partition('.')[0]}@{rest}"))
    session = found.first()
    if session is None or not _is_about_now(told, session):
        return None
    rows = await db.execute(
        select(Identity, Person, Workspace)
        .join(Person, col(Person.id) == Identity.person_id)
        .join(Workspace, col(Workspace.id) == Identity.workspace_id)
        .join(Enrollment, col(Enrollment.person_id) == Person.id)
        .where(
            Workspace.platform == platform,
            Workspace.community_id == session.community_id,
            col(Identity.platform_user).in_(told.addresses),
            Enrollment.cohort_id == session.cohort_id,
            col(Enrollment.status).in_(TAKES_PART),
            col(Person.deleted_at).is_(None),
        )
    )
    for account, person, workspace in rows:
        if hmac.compare_digest(own_uid(session, person).encode(), told.uid.encode()):
            who = Who(platform=platform, tenant=workspace.tenant, user=account.platform_user)
            return Press(key=key, who=who, action=ACTION, value=pack(session.id, told.answer))
    return None


def _is_about_now(told: CalendarReply, session: Session) -> bool:
    if session.status != SessionStatus.SCHEDULED:
        return False
    if told.starts_at is None:
        return told.sequence == session.revision
    return told.starts_at == session.starts_at


async def answered(ctx: Context, value: str) -> Reply:
    """Keep the newest answer. Nobody is told: the calendar has shown it to its owner already."""
    session_id, given = unpack(value, str, str)
    session, _ = await session_by_id(ctx, session_id)
    answer = InvitationAnswer(given)
    kept = await _kept(ctx.db, session.id, ctx.me.id)
    if kept is None:
        kept = InvitationReply(session_id=session.id, person_id=ctx.me.id, answer=answer, answered_at=ctx.now)
        ctx.db.add(kept)
    kept.answer, kept.answered_at = answer, ctx.now
    return NOTHING


async def answer_of(db: AsyncSession, session_id: int, person_id: int | None) -> str:
    """What their calendar answered; empty when it has not."""
    kept = await _kept(db, session_id, person_id)
    return kept.answer if kept is not None else ""


async def forget_answers(db: AsyncSession, session: Session) -> None:
    """The session is at another time: whoever could come then may not be able to now."""
    await db.execute(delete(InvitationReply).where(col(InvitationReply.session_id) == session.id))


async def answer_facts(ctx: Context, session: Session) -> tuple[Fact, ...]:
    """For those who run the cohort: how many come, perhaps come, and who does not."""
    found = await ctx.db.execute(
        select(InvitationReply.answer, Person.name)
        .join(Person, col(Person.id) == InvitationReply.person_id)
        .where(InvitationReply.session_id == session.id)
        .order_by(Person.name)
    )
    named: dict[str, list[str]] = {}
    for answer, name in found:
        named.setdefault(answer, []).append(name)
    return tuple(
        Fact(label=label(ctx.language), value=_told(ctx.language, answer, named[answer]))
        for answer, label in _TITLES.items()
        if answer in named
    )


def _told(language: str, answer: InvitationAnswer, names: Collection[str]) -> str:
    count = dates.number(language, len(names))
    if answer is not InvitationAnswer.NO:
        return count
    shown = dates.series_of(language, sorted(names)[:MOST_NAMED])
    return words.counted_names(language, count=count, names=shown)


async def _kept(db: AsyncSession, session_id: int, person_id: int | None) -> InvitationReply | None:
    found = await db.scalars(
        select(InvitationReply).where(
            InvitationReply.session_id == session_id, InvitationReply.person_id == person_id
        )
    )
    return found.first()
