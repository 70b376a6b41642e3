"""A personal page for somebody on neither Slack nor Teams: who runs a cohort gives out the link.

Whoever holds the link acts as that person, so it is made only for people who have no account that the bot
knows, it is bound to them, it expires, a new one takes the place of the old, and each is recorded.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.links import Ticket
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts.words import identities as words
from storage.links import LinkRevocation
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, Enrollment, EnrollmentStatus

PURPOSE = "mine"
LIFE = timedelta(days=180)
SECOND_THOUGHTS = timedelta(days=7)
HANDED_OUT = "handed:"
"""The subject of a link that staff hand out begins so; one's own page has the person alone."""


async def my_page_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """My own page, in the browser."""
    language = ctx.language
    url = ctx.links.to(PURPOSE, ctx.me.id, ctx.me.id, ctx.now, timedelta(days=1))
    button = Button(label=words.open_page(language), url=url)
    return Reply(card=Card(text=words.my_page_text(language), buttons=(button,)))


async def personal_link_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The link to hand to one person of a cohort that I run."""
    person: Person = typed["person"]
    language = ctx.language
    await _require_theirs(ctx, person)
    if await has_account(ctx.db, person.id):
        raise Refusal(words.has_account(language, name=person.name))
    _revoke(ctx, person, before=ctx.now - timedelta(seconds=1))
    url = ctx.links.to(PURPOSE, f"{HANDED_OUT}{person.id}", person.id, ctx.now, LIFE)
    ctx.audit("personal_link_made", f"person:{person.id}")
    return Reply(
        card=Card(
            title=words.personal_title(language, name=person.name),
            text=words.personal_text(language, name=person.name, url=url),
            context=words.personal_context(language, days=LIFE.days),
        )
    )


async def personal_link_ended(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Take back every personal link of a person, with all that was reached by it. Who has an account by now
    can still be named: an old link must never be out of reach."""
    person: Person = typed["person"]
    await _require_theirs(ctx, person, still_in=False)
    _revoke(ctx, person, before=ctx.now)
    ctx.audit("personal_link_ended", f"person:{person.id}")
    return Reply(card=Card(text=words.personal_ended(ctx.language, name=person.name)))


def _revoke(ctx: Context, person: Person, before: datetime) -> None:
    for subject in (str(person.id), f"{HANDED_OUT}{person.id}"):
        ctx.db.add(LinkRevocation(purpose=PURPOSE, subject=subject, person_id=person.id, before=before))


def is_handed_out(ticket: Ticket) -> bool:
    """Whether staff gave this link to a person without an account."""
    return ticket.purpose == PURPOSE and ticket.subject.startswith(HANDED_OUT)


async def outlived(db: AsyncSession, person_id: int, now: datetime) -> bool:
    """Whether the reason of a handed-out link is gone: its person has an account, or left every cohort more
    than `SECOND_THOUGHTS` ago (until then the page can undo it)."""
    takes_part = col(Enrollment.status) != EnrollmentStatus.LEFT
    just_left = col(Enrollment.left_at) > now - SECOND_THOUGHTS
    seats = select(Enrollment.id).where(Enrollment.person_id == person_id, or_(takes_part, just_left))
    return await has_account(db, person_id) or (await db.scalars(seats)).first() is None


async def has_account(db: AsyncSession, person_id: int) -> bool:
    """Whether the bot knows an account of this person on a chat platform."""
    accounts = await db.scalars(
        select(Identity.id)
        .join(Workspace)
        .where(Identity.person_id == person_id, Workspace.platform != "web")
    )
    return accounts.first() is not None


async def _require_theirs(ctx: Context, person: Person, *, still_in: bool = True) -> None:
    """I run at least one cohort that they are in (or were in). Raises `Refusal`."""
    statuses = ["invited", "active", "paused"] if still_in else list(EnrollmentStatus)
    found = await ctx.db.scalars(
        select(Cohort.series_id)
        .join(Enrollment)
        .where(
            Enrollment.person_id == person.id,
            Cohort.community_id == ctx.community.id,
            col(Enrollment.status).in_(statuses),
        )
    )
    for series_id in found.all():
        if await ctx.may(Action.RUN_COHORT, series_id):
            return
    raise Refusal(words.not_in_your_cohort(ctx.language, name=person.name))
