"""``delete``: what would go, then, when confirmed, it goes.

What stays names nobody: the emptied person row that attendance counts hang on (so that aggregates do not
change), the emptied enrollment, who sat in which group, and anonymous answers.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, func, select

from bot.cards import Button, Card, Fact
from bot.communities.lookup import row_id
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.permissions import Role
from prompts import dates
from prompts.words import privacy as words
from storage.attendance import AttendanceDraft
from storage.breakouts import HarvestNote, PairRule, PartnerAnswer, PartnerPause
from storage.evaluations import ConfidentialAnswer, FormDraft, LedgerEntry
from storage.identities import LinkCode, PersonMerge
from storage.imports import ImportDraft
from storage.installations import Installation
from storage.learning import StickAnswer, StickPace
from storage.nudges import Nudge
from storage.people import Duty, Identity, OptOut, Person
from storage.questions import Question, QuestionVote
from storage.reflections import Commitment, Reflection
from storage.series import Enrollment

GONE_NAME = "–"
_OWNED: tuple[type[Any], ...] = (
    Reflection, Commitment, ConfidentialAnswer, LedgerEntry, HarvestNote, PartnerAnswer, PartnerPause,
    OptOut, Duty, ImportDraft, AttendanceDraft, StickAnswer, StickPace, FormDraft,
    QuestionVote, Question, Identity, LinkCode, PersonMerge,
)  # fmt: skip
"""Tables whose rows with this person go."""


async def delete_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The preview; nothing changes yet."""
    await _refuse_last_administrator(desk)
    say = desk.language
    counted = {
        words.reflections(say): Reflection,
        words.commitments(say): Commitment,
        words.confidential_answers(say): ConfidentialAnswer,
        words.enrollments(say): Enrollment,
        words.notes(say): HarvestNote,
        words.messages(say): Nudge,
        words.identities(say): Identity,
        words.duties(say): Duty,
    }
    facts = [
        Fact(label=label, value=dates.number(say, await _count(desk.db, table, desk.me.id or 0)))
        for label, table in counted.items()
    ]
    facts.append(Fact(label=words.profile(say), value=desk.me.name))
    return Reply(
        card=Card(
            title=words.delete_title(say),
            text=words.delete_preview(say),
            facts=tuple(facts),
            buttons=(
                Button(label=words.delete_confirm(say), action="my-data.delete",
                       value=str(desk.me.id), style="danger",
                       confirm=words.delete_sure(say)),
                Button(label=words.delete_copy(say), action="my-data.export"),
                Button(label=words.delete_not(say), action="my-data.keep"),
            ),
            context=words.delete_stays(say),
        )
    )  # fmt: skip


async def kept(desk: Desk, value: str) -> Reply:
    return Reply(card=Card(text=words.kept(desk.language)), replace=True)


async def delete_confirmed(desk: Desk, value: str) -> Reply:
    """The button carries whom it was shown to. Pressed again, a stranger presses it: nothing happens, and
    nobody is greeted anew either."""
    if row_id(value) != desk.me.id:
        raise Refusal(words.deleted_already(desk.language))
    await _refuse_last_administrator(desk)
    language = desk.language
    desk.audit("data_deleted", f"person:{desk.me.id}")
    await forget_person(desk.db, desk.me)
    desk.me.deleted_at = desk.now
    return Reply(card=Card(text=words.deleted(language)), replace=True)


async def forget_person(db: AsyncSession, person: Person) -> None:
    """Remove what is theirs and empty what must stay for the counts."""
    person_id = person.id or 0
    await _forget_messages(db, person_id)
    await _forget_installer(db, person_id)
    for table in _OWNED:
        await db.execute(delete(table).where(table.person_id == person_id))
    await db.execute(
        delete(PairRule).where((col(PairRule.first_id) == person_id) | (col(PairRule.second_id) == person_id))
    )
    await db.execute(
        update(Enrollment)
        .where(col(Enrollment.person_id) == person_id)
        .values(introduction={}, status="left", stick_opt_in=False, follow_up_opt_in=False)
    )
    person.name, person.email, person.pronouns, person.organisation = GONE_NAME, None, "", ""
    person.preferred = ""
    person.zone, person.quiet_from, person.quiet_to, person.paused_until = "", None, None, None
    await db.flush()


async def _forget_messages(db: AsyncSession, person_id: int) -> None:
    """What waits is taken back; what was sent keeps its row without its words and its address. So do the
    copies of reflections that went to others."""
    mine = col(Nudge.person_id) == person_id
    open_ones = col(Nudge.state).in_(["planned", "held"])
    await db.execute(update(Nudge).where(mine & open_ones).values(state="skipped", reason="deleted"))
    await db.execute(update(Nudge).where(mine).values(card=None, message=None, address=None))
    for reflection_id in await db.scalars(select(Reflection.id).where(Reflection.person_id == person_id)):
        copies = col(Nudge.key).like(f"reflection:{reflection_id}:%")
        await db.execute(delete(Nudge).where(copies & open_ones))
        await db.execute(update(Nudge).where(copies).values(card=None))


async def _forget_installer(db: AsyncSession, person_id: int) -> None:
    """Who allowed the app in a workspace: it goes on working without knowing."""
    for one in (await db.scalars(select(Identity).where(Identity.person_id == person_id))).all():
        allowed = (col(Installation.workspace_id) == one.workspace_id) & (
            col(Installation.installer) == one.platform_user
        )
        await db.execute(update(Installation).where(allowed).values(installer=""))


async def _refuse_last_administrator(desk: Desk) -> None:
    """A community without an administrator could not be helped by anybody."""
    if Role.ADMINISTRATOR not in await desk.roles():
        return
    others = await desk.db.scalars(
        select(Duty.id)
        .join(Person)
        .where(
            Duty.role == Role.ADMINISTRATOR.value,
            Person.community_id == desk.community.id,
            col(Person.deleted_at).is_(None),
            Person.id != desk.me.id,
        )
    )
    if others.first() is None:
        raise Refusal(words.last_administrator(desk.language))


async def _count(db: AsyncSession, table: type[Any], person_id: int) -> int:
    return (await db.scalars(select(func.count()).where(table.person_id == person_id))).one()
