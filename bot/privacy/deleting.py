"""``delete``: what would go, then, when confirmed, it goes.

What stays names nobody: the emptied person row that attendance counts hang on (so that aggregates do not
change), the emptied enrollment, who sat in which group, and anonymous answers.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, func, select

from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.lookup import row_id
from bot.core.permissions import Role
from bot.core.reply import Refusal, Reply
from prompts import dates
from prompts.words import privacy as words
from storage.base import opaque_id
from storage.breakouts import HarvestNote, PairRule
from storage.evaluations import ConfidentialAnswer, Evaluation
from storage.installations import Installation
from storage.nudges import Nudge
from storage.people import Duty, Identity, Person
from storage.reflections import Commitment, Reflection
from storage.registrations import Registration
from storage.series import Enrollment
from storage.tables import METADATA, row_classes

GONE_NAME = "–"
_STAYING = frozenset(
    {"attendance", "enrollment", "groupmember", "nudge", "reportlink", "sessionpresenter"}
)  # fmt: skip
"""Tables that keep the row of a deleted person: counts hang on it, and it names nobody any more."""


@cache
def owned() -> tuple[type[Any], ...]:
    """Tables whose rows with this person go: every one with a `person_id`, also one that is new, unless it is
    among the few that stay. Rows that point to others go before those."""
    return tuple(
        each
        for each in reversed(row_classes())
        if each.__tablename__ not in _STAYING and _points_to_person(each)
    )


def _points_to_person(rows: type[Any]) -> bool:
    column = METADATA.tables[rows.__tablename__].c.get("person_id")
    return column is not None and bool(column.foreign_keys)


async def delete_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The preview; nothing changes yet."""
    await _refuse_last_administrator(ctx)
    language = ctx.language
    counted = {
        words.reflections(language): Reflection,
        words.commitments(language): Commitment,
        words.confidential_answers(language): ConfidentialAnswer,
        words.enrollments(language): Enrollment,
        words.notes(language): HarvestNote,
        words.messages(language): Nudge,
        words.identities(language): Identity,
        words.duties(language): Duty,
    }
    facts = [
        Fact(label=label, value=dates.number(language, await _count(ctx.db, table, ctx.me.id)))
        for label, table in counted.items()
    ]
    facts.append(Fact(label=words.profile(language), value=ctx.me.name))
    return Reply(
        card=Card(
            title=words.delete_title(language),
            text=words.delete_preview(language),
            facts=tuple(facts),
            buttons=(
                Button(label=words.delete_confirm(language), action="my-data.delete",
                       value=str(ctx.me.id), style="danger",
                       confirm=words.delete_sure(language)),
                Button(label=words.delete_copy(language), action="my-data.export"),
                Button(label=words.delete_not(language), action="my-data.keep"),
            ),
            context=words.delete_stays(language),
        )
    )  # fmt: skip


async def kept(ctx: Context, value: str) -> Reply:
    return Reply(card=Card(text=words.kept(ctx.language)), replace=True)


async def delete_confirmed(ctx: Context, value: str) -> Reply:
    """The button carries whom it was shown to. Pressed again, a stranger presses it: nothing happens, and
    nobody is greeted anew either."""
    if row_id(value) != ctx.me.id:
        shown_to = await ctx.db.get(Person, row_id(value))
        gone = shown_to is not None and shown_to.deleted_at is not None
        raise Refusal((words.deleted_already if gone else words.nothing_deleted)(ctx.language))
    await _refuse_last_administrator(ctx)
    language = ctx.language
    ctx.audit("data_deleted", f"person:{ctx.me.id}")
    await forget_person(ctx.db, ctx.me)
    ctx.me.deleted_at = ctx.now
    return Reply(card=Card(text=words.deleted(language)), replace=True)


async def forget_person(db: AsyncSession, person: Person) -> None:
    """Remove what is theirs and empty what must stay for the counts."""
    person_id = person.id
    await _forget_messages(db, person_id)
    await _forget_installer(db, person_id)
    await _forget_rated(db, person)
    for table in owned():
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
    person.calendar_invitations, person.calendar_key = False, opaque_id()
    person.country, person.answers_at = "", None
    person.zone, person.quiet_from, person.quiet_to, person.paused_until = "", None, None, None
    await db.flush()


async def _forget_messages(db: AsyncSession, person_id: int) -> None:
    """What waits is taken back; what was sent keeps its row without its words and its address. So do the
    copies of reflections that went to others."""
    mine = col(Nudge.person_id) == person_id
    open_ones = col(Nudge.state).in_(["planned", "held"])
    await db.execute(update(Nudge).where(mine & open_ones).values(state="skipped", reason="deleted"))
    await db.execute(update(Nudge).where(mine).values(card=None, message=None, address=None))
    for place in await _own_conversations(db, person_id):
        there = col(Nudge.address)["conversation"].as_string() == place
        await db.execute(update(Nudge).where(there & open_ones).values(state="skipped", reason="deleted"))
        await db.execute(update(Nudge).where(there).values(card=None, message=None, address=None))
    for reflection_id in await db.scalars(select(Reflection.id).where(Reflection.person_id == person_id)):
        copies = col(Nudge.key).like(f"reflection:{reflection_id}:%")
        await db.execute(delete(Nudge).where(copies & open_ones))
        await db.execute(update(Nudge).where(copies).values(card=None))


async def _own_conversations(db: AsyncSession, person_id: int) -> set[str]:
    """Where only this person reads: their chats, and the addresses that they were ever written to at."""
    accounts = await db.scalars(select(Identity).where(Identity.person_id == person_id))
    asked = await db.scalars(select(Registration.email).where(Registration.person_id == person_id))
    return {name for one in accounts for name in (one.direct, one.platform_user) if name} | set(asked)


async def _forget_installer(db: AsyncSession, person_id: int) -> None:
    """Who allowed the app in a workspace: it goes on working without knowing."""
    for one in (await db.scalars(select(Identity).where(Identity.person_id == person_id))).all():
        allowed = (col(Installation.workspace_id) == one.workspace_id) & (
            col(Installation.installer) == one.platform_user
        )
        await db.execute(update(Installation).where(allowed).values(installer=""))


async def _forget_rated(db: AsyncSession, person: Person) -> None:
    """Forms that asked about this person as a presenter keep what was answered, without the name."""
    forms = await db.scalars(select(Evaluation).where(Evaluation.community_id == person.community_id))
    for form in forms:
        items = form.instrument.get("items")
        told = [_unnamed(item, person) for item in items] if isinstance(items, list) else items
        if told != items:
            form.instrument = {**form.instrument, "items": told}


def _unnamed(item: dict[str, Any], person: Person) -> dict[str, Any]:
    if item.get("presenter") != person.id:
        return item
    texts = {language: text.replace(person.name, GONE_NAME) for language, text in item["text"].items()}
    return {**item, "text": texts}


async def _refuse_last_administrator(ctx: Context) -> None:
    """A community without an administrator could not be helped by anybody."""
    if Role.ADMINISTRATOR not in await ctx.roles():
        return
    others = await ctx.db.scalars(
        select(Duty.id)
        .join(Person)
        .where(
            Duty.role == Role.ADMINISTRATOR.value,
            Person.community_id == ctx.community.id,
            col(Person.deleted_at).is_(None),
            Person.id != ctx.me.id,
        )
    )
    if others.first() is None:
        raise Refusal(words.last_administrator(ctx.language))


async def _count(db: AsyncSession, table: type[Any], person_id: int) -> int:
    return (await db.scalars(select(func.count()).where(table.person_id == person_id))).one()
