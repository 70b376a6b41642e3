"""The bot is taken away: tokens go at once, messages stop, and data go by the retention policy."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col, delete

from bot.core.cards import Card
from bot.core.context import Context
from bot.core.identity import known
from bot.core.lookup import channels_at, staff_of
from bot.core.reply import Reply
from prompts.words import platforms as words
from storage.installations import Installation
from storage.people import Identity, Person
from storage.series import Cohort, CohortChannel, Series, SeriesStatus


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
    """Adding it again, or writing to it, makes the person reachable again. It may be told many times."""
    met = await known(ctx.db, ctx.workspace, ctx.event.who.user, ctx.event.who.alias)
    if met is not None and met[0].reachable:
        met[0].lose(ctx.now)
        ctx.audit("bot_removed", f"person:{ctx.me.id}")


async def _from_channels(ctx: Context) -> None:
    """Archived, deleted, or the bot was taken out: nothing is posted there, and the facilitators know at
    once."""
    gone = [one for one in await channels_at(ctx) if one.closed_at is None]
    for channel in gone:
        channel.closed_at = ctx.now
        await _tell_facilitators(ctx, channel)
        ctx.audit("bot_removed", f"channel:{channel.id}")


async def _tell_facilitators(ctx: Context, channel: CohortChannel) -> None:
    cohort = await ctx.db.get_one(Cohort, channel.cohort_id)
    series = await ctx.db.get_one(Series, cohort.series_id)
    if series.status == SeriesStatus.ARCHIVED:
        return
    for person_id in sorted(await staff_of(ctx.db, series, "facilitator")):
        person = await ctx.db.get_one(Person, person_id)
        language = person.language
        text = words.channel_gone(language, cohort=cohort.name, channel=channel.name)
        key = f"channel_gone:{channel.id}:{person.id}:{ctx.now.isoformat()}"
        card = Card(title=words.channel_gone_title(language), text=text)
        ctx.post(card, person_id=person.id, cohort_id=cohort.id, key=key)
