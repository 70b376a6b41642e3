"""One more Slack workspace for a community: a link to install the app there, and what is left of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.cards import Button, Card
from bot.desk import Desk
from bot.errands import Errands
from bot.feature import Reply
from bot.links import BadLink, Links
from bot.permissions import Role
from prompts.words import installations as words
from storage.installations import UsedState
from storage.people import Community, Duty, Person

PURPOSE = "connect-slack"
LIFE = timedelta(days=2)


async def connect_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The link is bound to whoever asked, and dies with their being an administrator."""
    say = desk.language
    address = desk.links.to(PURPOSE, desk.community.id, desk.me.id or 0, desk.now, LIFE)
    desk.audit("workspace_link_made", f"community:{desk.community.id}")
    return Reply(
        card=Card(
            title=words.connect_title(say),
            text=words.connect_text(say, community=desk.community.name),
            buttons=(Button(label=words.connect_button(say), url=address),),
            context=words.connect_context(say),
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


async def drop_old_states(errands: Errands) -> None:
    """Their links have expired: nothing could use them a second time."""
    async with errands.database.write() as db:
        await db.execute(delete(UsedState).where(col(UsedState.expires_at) < errands.clock.now()))
