"""The bot is taken away: tokens go at once, messages stop, and data go by the retention policy."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col, delete

from bot.desk import Desk
from bot.feature import Reply
from bot.installations.coming import channels_at
from storage.installations import Installation
from storage.people import Identity
from storage.series import CohortChannel


async def removed(desk: Desk) -> Reply | None:
    """From the workspace, from a channel, or from somebody's own chat. Nothing is answered: nobody may be
    written to there any more."""
    kind = desk.event.where.kind
    if kind == "none":
        await _from_workspace(desk)
    elif kind == "direct":
        await _from_own_chat(desk)
    else:
        await _from_channels(desk)
    return None


async def _from_workspace(desk: Desk) -> None:
    """Slack tells it twice (the token is revoked, the app is removed): the second changes nothing."""
    workspace = desk.workspace
    await desk.db.execute(delete(Installation).where(col(Installation.workspace_id) == workspace.id))
    if workspace.uninstalled_at is not None:
        return
    workspace.uninstalled_at = desk.now
    await desk.db.execute(
        update(Identity).where(col(Identity.workspace_id) == workspace.id).values(direct="")
    )
    desk.audit("bot_removed", f"workspace:{workspace.id}")


async def _from_own_chat(desk: Desk) -> None:
    """Adding it again, or writing to it, makes the person reachable again."""
    await desk.db.execute(
        update(Identity)
        .where(
            col(Identity.workspace_id) == desk.workspace.id,
            col(Identity.platform_user) == desk.event.who.user,
        )
        .values(reachable=False)
    )
    desk.audit("bot_removed", f"person:{desk.me.id}")


async def _from_channels(desk: Desk) -> None:
    gone = [one.id for one in await channels_at(desk)]
    await desk.db.execute(
        update(CohortChannel)
        .where(col(CohortChannel.id).in_(gone), col(CohortChannel.closed_at).is_(None))
        .values(closed_at=desk.now)
    )
    for channel_id in gone:
        desk.audit("bot_removed", f"channel:{channel_id}")
