"""A personal page for somebody on neither Slack nor Teams: who runs a cohort gives out the link.

Whoever holds the link acts as that person, so it is made only for people who have no account that the bot
knows, it is bound to them, it expires, a new one takes the place of the old, and each is recorded.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts.words import identities as words
from storage.links import LinkRevocation
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, Enrollment

PURPOSE = "mine"
LIFE = timedelta(days=180)


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
    accounts = await ctx.db.scalars(
        select(Identity.id)
        .join(Workspace)
        .where(Identity.person_id == person.id, Workspace.platform != "web")
    )
    if accounts.first() is not None:
        raise Refusal(words.has_account(language, name=person.name))
    ctx.db.add(
        LinkRevocation(
            purpose=PURPOSE,
            subject=str(person.id),
            person_id=person.id,
            before=ctx.now - timedelta(seconds=1),
        )
    )
    url = ctx.links.to(PURPOSE, person.id, person.id, ctx.now, LIFE)
    ctx.audit("personal_link_made", f"person:{person.id}")
    return Reply(
        card=Card(
            title=words.personal_title(language, name=person.name),
            text=words.personal_text(language, name=person.name, url=url),
            context=words.personal_context(language, days=LIFE.days),
        )
    )


async def _require_theirs(ctx: Context, person: Person) -> None:
    """I run at least one cohort that they are in. Raises `Refusal`."""
    found = await ctx.db.scalars(
        select(Cohort.series_id)
        .join(Enrollment)
        .where(
            Enrollment.person_id == person.id,
            Cohort.community_id == ctx.community.id,
            col(Enrollment.status).in_(("invited", "active", "paused")),
        )
    )
    for series_id in found.all():
        if await ctx.may(Action.RUN_COHORT, series_id):
            return
    raise Refusal(words.not_in_your_cohort(ctx.language, name=person.name))
