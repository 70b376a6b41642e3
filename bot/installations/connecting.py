"""One more Slack workspace for a community: a link to install the app there, and what is left of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.links import BadLink, Links
from bot.core.permissions import Role
from bot.core.reply import Reply
from prompts.words import installations as words
from storage.installations import UsedState
from storage.people import Community, Duty, Person

PURPOSE = "connect-slack"
LIFE = timedelta(days=2)


async def connect_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The link is bound to whoever asked, and dies with their being an administrator."""
    language = ctx.language
    address = ctx.links.to(PURPOSE, ctx.community.id, ctx.me.id, ctx.now, LIFE)
    ctx.audit("workspace_link_made", f"community:{ctx.community.id}")
    return Reply(
        card=Card(
            title=words.connect_title(language),
            text=words.connect_text(language, community=ctx.community.name),
            buttons=(Button(label=words.connect_button(language), url=address),),
            context=words.connect_context(language),
        )
    )


async def community_to_join(
    db: AsyncSession, links: Links, token: str, now: datetime
) -> tuple[Community, Person] | None:
    """The community of a link made above, and whose link it is; None when the link is dead, or when whoever
    made it administers the community no more."""
    try:
        ticket = links.read(token, PURPOSE, now)
    except BadLink:
        return None
    person = await db.get(Person, ticket.person_id)
    if person is None or not await administers(db, person):
        return None
    return await db.get_one(Community, person.community_id), person


async def administers(db: AsyncSession, person: Person) -> bool:
    """Whether this person is an administrator of their community."""
    if person.deleted_at is not None:
        return False
    found = await db.scalars(
        select(Duty.id).where(Duty.person_id == person.id, Duty.role == Role.ADMINISTRATOR.value)
    )
    return found.first() is not None


async def drop_old_states(jobs: JobContext) -> None:
    """Their links have expired: nothing could use them a second time."""
    async with jobs.database.write() as db:
        await db.execute(delete(UsedState).where(col(UsedState.expires_at) < jobs.clock.now()))
