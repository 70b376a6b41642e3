"""Messages to one's own address, once its owner has confirmed it.

The address stays as a way to reach the person when their chat cannot be written to any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.reply import Refusal, Reply
from prompts.words import identities as words
from storage.nudges import Nudge
from storage.people import Identity, Person, Workspace

CONFIRM = "confirm-address"
CONFIRM_WITHIN = timedelta(days=3)
MOST_A_DAY = 3


async def ask_to_confirm(ctx: Context) -> Reply:
    """Send a link to my own address; only a press on it there makes it count. Raises `Refusal` without an
    address, and where no address can be written to."""
    language = ctx.language
    if not ctx.me.email:
        raise Refusal(words.no_address_of_yours(language))
    workspace = await ctx.address_workspace()
    today = f"confirm_address:{ctx.me.id}:{ctx.now:%Y%m%d}:"
    sent = list(await ctx.db.scalars(select(Nudge.id).where(col(Nudge.key).startswith(today))))
    if len(sent) >= MOST_A_DAY:
        raise Refusal(words.confirm_asked_often(language))
    subject = f"{ctx.me.id}|{ctx.me.email}"
    url = ctx.links.to(CONFIRM, subject, ctx.me.id, ctx.now, CONFIRM_WITHIN)
    button = Button(label=words.confirm_address(language), url=url, style="primary")
    card = Card(
        title=words.confirm_address(language),
        text=words.confirm_address_text(language, name=ctx.me.name, community=ctx.community.name),
        buttons=(button,),
    )
    address = {"workspace_id": workspace.id, "conversation": ctx.me.email, "language": language}
    ctx.post(card, address=address, key=f"{today}{len(sent)}")
    return Reply(card=Card(text=words.look_into_mailbox(language, email=ctx.me.email)))


async def confirm(db: AsyncSession, person: Person, email: str, platform: str, now: datetime) -> bool:
    """The owner of the address has pressed the button there. False when the person has another address by
    now, or it belongs to somebody else's account. Doing it twice changes nothing."""
    if not person.email or person.email != email:
        return False
    found = await db.scalars(
        select(Workspace).where(Workspace.community_id == person.community_id, Workspace.platform == platform)
    )
    workspace = found.first()
    if workspace is None:
        return False
    mine = await db.scalars(
        select(Identity).where(Identity.workspace_id == workspace.id, Identity.platform_user == email)
    )
    account = mine.first()
    if account is not None and account.person_id != person.id:
        return False
    if account is None:
        account = Identity(workspace_id=workspace.id, person_id=person.id, platform_user=email)
        db.add(account)
    account.regain()
    account.stopped_at, account.proven_at = None, account.proven_at or now
    person.preferred = platform
    return True
