"""Somebody's account changed on its platform: another zone, another name, switched off, or on again."""

from __future__ import annotations

from bot.core.context import Context
from bot.core.events import Changed
from bot.core.identity import known
from bot.core.platform import Profile
from bot.core.reply import Reply
from bot.identities.completing import take_over


async def changed(ctx: Context) -> Reply | None:
    """Only of those whom the bot has met; nobody else is kept. Nothing is answered."""
    event = ctx.event
    assert isinstance(event, Changed)
    met = await known(ctx.db, ctx.workspace, event.who.user)
    if met is None:
        return None
    identity, _ = met
    if identity.reachable is event.gone:
        if event.gone:
            identity.lose(ctx.now)
        else:
            identity.regain()
        ctx.audit("account_off" if event.gone else "account_on", f"identity:{identity.id}")
    if not event.gone:
        who = event.who
        profile = Profile(who.user, who.name, event.email, who.zone, who.language, vouched=event.vouched)
        await take_over(ctx.db, identity, profile, ctx.now)
    return None
