"""The roster of a cohort: who is in it, whom no chat platform knows yet, and who missed what."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.attending import attended
from bot.communities.inviting import invited
from bot.core.cards import Button, Card, Fact, Section
from bot.core.context import Context
from bot.core.permissions import Action
from bot.core.reply import Reply
from prompts import dates
from prompts.text import Marked
from prompts.words import communities as words
from storage.people import Identity, Person
from storage.series import Cohort, Enrollment, EnrollmentStatus
from storage.sessions import Session, SessionStatus

MOST_NAMES = 40


async def members_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Who is in a cohort, by status, and whom no chat platform knows yet."""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    language = ctx.language
    rows = await ctx.db.execute(
        select(Enrollment, Person, Identity.id)
        .join(Person, col(Person.id) == Enrollment.person_id)
        .outerjoin(Identity, col(Identity.person_id) == Person.id)
        .where(Enrollment.cohort_id == cohort.id)
        .order_by(col(Person.name))
    )
    people = {person.id: (enrollment, person, identity) for enrollment, person, identity in rows}
    by_status: dict[str, list[str]] = {status: [] for status in words.STATUSES}
    not_asked = {one.person_id for one in (await invited(ctx.db, cohort))[0]}
    for enrollment, person, _ in people.values():
        by_status["listed" if person.id in not_asked else enrollment.status].append(person.name)
    unknown = sum(identity is None for _, _, identity in people.values())
    seats = Counter({status: len(names) for status, names in by_status.items()})
    held = sum(seats[one] for one in ("active", "paused", "invited", "listed"))
    return Reply(
        card=Card(
            title=words.members_title(language, cohort=cohort.name),
            text=words.members_summary(
                language,
                held=held,
                capacity=str(cohort.capacity or words.no_limit(language)),
                unknown=unknown,
            ),
            facts=(Fact(label=words.code_label(language), value=cohort.join_code),),
            sections=tuple(
                Section(title=words.STATUSES[status](language, n=len(names)), text=_names(language, names))
                for status, names in by_status.items()
                if names
            )
            + await _missed(
                ctx,
                cohort,
                {
                    one.person_id: person.name
                    for one, person, _ in people.values()
                    if one.status in {EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED}
                },
            ),
            buttons=(
                Button(label=words.invite_title(language), action="invite.preview", value=str(cohort.id)),
                Button(label=words.edit_member(language), form="member-edit", value=str(cohort.id)),
                Button(label=words.cohort_edit_title(language), form="cohort-edit", value=str(cohort.id)),
            ),
        )
    )


def _names(language: str, names: list[str]) -> Marked:
    shown = Marked(", ").join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return shown if more <= 0 else shown + Marked(" ") + words.and_more(language, n=more)


async def _missed(ctx: Context, cohort: Cohort, names: dict[int, str]) -> tuple[Section, ...]:
    """Who was not there, of the sessions that are over and of which anybody's attendance is known."""
    missed: dict[int, list[str]] = {}
    for session in await _held(ctx.db, cohort, ctx.now):
        there = await attended(ctx.db, session)
        for person_id in names.keys() - there if there else ():
            missed.setdefault(person_id, []).append(str(session.number))
    if not missed:
        return ()
    language = ctx.language
    ordered = sorted(missed, key=lambda one: (-len(missed[one]), names[one]))
    lines = [
        words.missed_line(
            language,
            name=names[one],
            n=len(missed[one]),
            numbers=dates.series_of(language, missed[one]),
        )
        for one in ordered[:MOST_NAMES]
    ]
    if len(ordered) > MOST_NAMES:
        lines.append(words.and_more(language, n=len(ordered) - MOST_NAMES))
    return (Section(title=words.missed_title(language), text=Marked("\n").join(lines)),)


async def _held(db: AsyncSession, cohort: Cohort, now: datetime) -> list[Session]:
    found = await db.scalars(
        select(Session)
        .where(Session.cohort_id == cohort.id, Session.status != SessionStatus.CANCELLED)
        .order_by(col(Session.starts_at))
    )
    return [one for one in found if one.starts_at <= now]
