"""One more Slack workspace for a community: a link to install the app there, and what is left of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, delete

from bot.cards import Button, Card
from bot.desk import Desk
from bot.errands import Errands
from bot.feature import Reply
from prompts.words import installations as words
from storage.installations import InstallationState

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


async def drop_old_states(errands: Errands) -> None:
    """Installations that a browser began and never finished."""
    async with errands.database.write() as db:
        await db.execute(
            delete(InstallationState).where(col(InstallationState.expires_at) < errands.clock.now())
        )
