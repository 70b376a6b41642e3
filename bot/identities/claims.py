"""Staff say that an account with a person's address is that person's, where no account of theirs could give a
code."""

from __future__ import annotations

from bot.core.button_values import unpack
from bot.core.cards import Card
from bot.core.context import Context
from bot.core.reply import Refusal, Reply
from bot.core.vouching import has_role, may_speak_for
from bot.identities.merging import merge
from bot.nudges.planner import replan_person
from prompts.words import identities as words
from storage.people import Identity, Person, Workspace


async def theirs_pressed(ctx: Context, value: str) -> Reply:
    """`value` names the account and whose it is said to be. Only who was asked may say so, and nobody of
    themselves; the account must not have got a role or another owner since."""
    language = ctx.language
    account_id, owner_id = unpack(value, int, int)
    identity = await ctx.db.get(Identity, account_id)
    owner = await ctx.db.get(Person, owner_id)
    if identity is None or owner is None or not await _still_asked(ctx, identity, owner):
        raise Refusal(words.theirs_settled(language))
    if ctx.me.id not in {one.id for one in await may_speak_for(ctx.db, owner)}:
        raise Refusal(words.theirs_settled(language))
    newcomer = await ctx.db.get_one(Person, identity.person_id)
    done = await merge(ctx.db, owner, newcomer, ctx.now)
    ctx.audit("account_confirmed", f"person:{owner.id}", merged=newcomer.id, merge=done.id)
    await replan_person(ctx.db, ctx.kinds, owner.id, ctx.now)
    return Reply(card=Card(text=words.theirs_linked(language, name=owner.name)), replace=True)


async def _still_asked(ctx: Context, identity: Identity, owner: Person) -> bool:
    workspace = await ctx.db.get_one(Workspace, identity.workspace_id)
    newcomer = await ctx.db.get_one(Person, identity.person_id)
    return (
        workspace.community_id == owner.community_id == ctx.community.id
        and owner.deleted_at is None
        and newcomer.deleted_at is None
        and newcomer.id not in (owner.id, ctx.me.id)
        and identity.told.get("email", "").casefold() == owner.email
        and not await has_role(ctx.db, newcomer.id)
    )
