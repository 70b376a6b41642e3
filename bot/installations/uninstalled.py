"""The bot is taken away: tokens go at once, messages stop, and data go by the retention policy."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col, delete

from bot.core.context import Context
from bot.core.reply import Reply
from bot.installations.installed import channels_at
from storage.installations import Installation
from storage.people import Identity
from storage.series import CohortChannel


async def removed(ctx: Context) -> Reply | None:
    """From the workspace, from a channel, or from somebody's own chat. Nothing is answered: nobody may be
    written to there any more."""
    kind = ctx.event.where.kind
    if kind == "none":
        await _from_workspace(ctx)
    elif kind == "direct":
        await _from_own_chat(ctx)
    else:
        await _from_channels(ctx)
    return None


async def _from_workspace(ctx: Context) -> None:
    """Slack tells it twice (the token is revoked, the app is removed): the second changes nothing."""
    workspace = ctx.workspace
    await ctx.db.execute(delete(Installation).where(col(Installation.workspace_id) == workspace.id))
    if workspace.uninstalled_at is not None:
        return
    workspace.uninstalled_at = ctx.now
    await ctx.db.execute(update(Identity).where(col(Identity.workspace_id) == workspace.id).values(direct=""))
    ctx.audit("bot_removed", f"workspace:{workspace.id}")


async def _from_own_chat(ctx: Context) -> None:
    """Adding it again, or writing to it, makes the person reachable again."""
    await ctx.db.execute(
        update(Identity)
        .where(
            col(Identity.workspace_id) == ctx.workspace.id,
            col(Identity.platform_user) == ctx.event.who.user,
        )
        .values(reachable=False)
    )
    ctx.audit("bot_removed", f"person:{ctx.me.id}")


async def _from_channels(ctx: Context) -> None:
    gone = [channel.id for channel in await channels_at(ctx)]
    await ctx.db.execute(
        update(CohortChannel)
        .where(col(CohortChannel.id).in_(gone), col(CohortChannel.closed_at).is_(None))
        .values(closed_at=ctx.now)
    )
    for channel_id in gone:
        ctx.audit("bot_removed", f"channel:{channel_id}")
