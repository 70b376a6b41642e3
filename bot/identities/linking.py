"""``link``: a code on one platform, typed on the other, makes two accounts one person. Never by name.

The code is shown once to its owner, is good for ten minutes and for one use, and does not work in the
workspace where it was given. Whoever types it sees whose account it is before anything happens: somebody who
was talked into typing another person's code is warned. Wrong codes are counted, and only a few an hour are
looked at.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from sqlmodel import col, func, select

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.notes import note
from bot.core.platform import Address
from bot.core.reply import Refusal, Reply
from bot.identities.merging import merge, undo
from bot.identities.own_address import ask_to_confirm
from bot.nudges.planner import replan_person
from prompts.text import Marked
from prompts.words import identities as words
from prompts.words import subjects
from storage.base import opaque_id
from storage.identities import LinkCode, PersonMerge
from storage.nudges import Job, Nudge
from storage.people import AuditEvent, Identity, Person, Workspace

LIFE = timedelta(minutes=10)
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
"""Forty bits: at `GUESSES` an hour nobody finds one in ten minutes."""
GUESSES = 5
GUESSES_IN = timedelta(hours=1)
UNDO_WITHIN = timedelta(days=30)


async def link_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    code = str(typed.get("code") or "").strip()
    return await _look(ctx, code) if code else await _new_code(ctx)


# --- the code -------------------------------------------------------------------------------------------


async def _new_code(ctx: Context) -> Reply:
    """A fresh code for me; one that I asked for before stops working."""
    await ctx.db.flush()
    for old in await ctx.db.scalars(select(LinkCode).where(LinkCode.person_id == ctx.me.id)):
        await ctx.db.delete(old)
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    ctx.db.add(
        LinkCode(
            person_id=ctx.me.id,
            workspace_id=ctx.workspace.id,
            digest=_digest(ctx, code),
            expires_at=ctx.now + LIFE,
        )
    )
    ctx.audit("link_code_given", f"person:{ctx.me.id}")
    language = ctx.language
    accounts = await _accounts(ctx)
    return Reply(
        card=Card(
            title=words.code_title(language),
            text=words.code_text(language, code=code, minutes=LIFE.seconds // 60),
            sections=(),
            context=words.accounts_now(language, accounts=accounts),
        )
    )


async def _accounts(ctx: Context) -> str:
    found = await ctx.db.execute(
        select(Workspace.platform, Workspace.name)
        .join(Identity)
        .where(Identity.person_id == ctx.me.id, Workspace.platform != "web")
        .order_by(col(Identity.id))
    )
    shown = [f"{words.PLATFORMS[platform]} ({name})" if name else words.PLATFORMS[platform]
             for platform, name in found]  # fmt: skip
    return ", ".join(shown)


def _digest(ctx: Context, code: str) -> str:
    """A code is looked for in its own community only."""
    plain = "".join(code.split()).replace("-", "").upper()
    return hashlib.sha256(f"{ctx.community.id}:{plain}".encode()).hexdigest()


# --- the other side -------------------------------------------------------------------------------------


async def _look(ctx: Context, code: str) -> Reply:
    """Whose code it is, and what linking means; nothing is linked yet."""
    found = await _owner(ctx, code)
    if isinstance(found, Reply):
        return found
    owner, workspace = found
    language = ctx.language
    plain = "".join(code.split()).replace("-", "").upper()
    return Reply(
        card=Card(
            title=words.confirm_title(language),
            text=words.confirm_text(language, name=owner.name, platform=words.PLATFORMS[workspace.platform]),
            buttons=(
                Button(
                    label=words.confirm_button(language), action="link.join", value=plain, style="primary"
                ),
                Button(label=words.not_me(language), action="link.not_me"),
            ),
        )
    )


async def link_confirmed(ctx: Context, value: str) -> Reply:
    """The button carries the code, which is checked again and used up."""
    found = await _owner(ctx, value)
    if isinstance(found, Reply):
        return found
    owner, workspace = found
    code = await _code(ctx, value)
    assert code is not None
    code.used_at = ctx.now
    await _warn(ctx, owner, workspace)
    keep, gone = (ctx.me, owner) if ctx.me.email and not owner.email else (owner, ctx.me)
    done = await merge(ctx.db, keep, gone, ctx.now)
    ctx.me = keep
    ctx.audit("accounts_linked", f"person:{keep.id}", merged=gone.id, merge=done.id)
    await replan_person(ctx.db, ctx.kinds, keep.id, ctx.now)
    language = ctx.language
    undo_button = Button(label=words.undo(language), action="link.undo", value=str(done.id))
    return Reply(card=Card(text=words.linked(language, name=keep.name), buttons=(undo_button,)), replace=True)


async def not_me(ctx: Context, value: str) -> Reply:
    return Reply(card=Card(text=words.nothing_linked(ctx.language)), replace=True)


async def _owner(ctx: Context, code: str) -> tuple[Person, Workspace] | Reply:
    """Whose code this is. A wrong one is answered, not refused: a refusal would forget that it was tried."""
    language = ctx.language
    if await _wrong_lately(ctx) >= GUESSES:
        return Reply(card=Card(text=words.too_many(language)))
    row = await _code(ctx, code)
    if row is None:
        ctx.audit("link_code_wrong", f"person:{ctx.me.id}")
        return Reply(card=Card(text=words.wrong_code(language)))
    if row.person_id == ctx.me.id:
        raise Refusal(words.own_code(language))
    if row.workspace_id == ctx.workspace.id:
        raise Refusal(words.same_workspace(language))
    owner = await ctx.db.get_one(Person, row.person_id)
    return owner, await ctx.db.get_one(Workspace, row.workspace_id)


async def _code(ctx: Context, code: str) -> LinkCode | None:
    found = await ctx.db.scalars(
        select(LinkCode)
        .join(Person)
        .where(
            LinkCode.digest == _digest(ctx, code),
            col(LinkCode.used_at).is_(None),
            LinkCode.expires_at > ctx.now,
            Person.community_id == ctx.community.id,
            col(Person.deleted_at).is_(None),
        )
        .with_for_update(of=LinkCode)  # one row of the two tables
    )
    return found.first()


async def _wrong_lately(ctx: Context) -> int:
    counted = select(func.count()).where(
        AuditEvent.actor_id == ctx.me.id,
        AuditEvent.action == "link_code_wrong",
        AuditEvent.at > ctx.now - GUESSES_IN,
    )
    return (await ctx.db.scalars(counted)).one()


async def _warn(ctx: Context, owner: Person, workspace: Workspace) -> None:
    """The other account is told where it is, and how to undo it."""
    found = await ctx.db.scalars(
        select(Identity).where(Identity.person_id == owner.id, Identity.workspace_id == workspace.id)
    )
    account = found.first()
    if account is not None:
        text = words.linked_elsewhere(owner.language, platform=words.PLATFORMS[ctx.workspace.platform])
        details = {"identity_id": account.id, "text": text, "language": owner.language}
        ctx.job("tell_account", f"tell_account:{opaque_id()}", details)


async def tell_account(jobs: JobContext, job: Job) -> None:
    """Write to one account of a person, whichever else they have; its own chat is opened if need be."""
    async with jobs.database.read() as db:
        account = await db.get(Identity, job.details["identity_id"])
        workspace = await db.get(Workspace, account.workspace_id) if account else None
    if account is None or workspace is None or workspace.uninstalled_at is not None:
        return
    here = Address(workspace.tenant, account.direct, account.reference)
    if not account.direct:
        platform = jobs.platforms[workspace.platform]
        here = await platform.open_direct(workspace.tenant, account.platform_user, account.reference)
    async with jobs.database.write() as db:
        if (await db.scalars(select(Nudge.id).where(Nudge.key == job.key))).first():
            return
        db.add(
            note(
                job.key,
                job.community_id,
                jobs.clock.now(),
                card=Card(
                    subject=subjects.account(str(job.details["language"])), text=Marked(job.details["text"])
                ),
                address={
                    "workspace_id": workspace.id,
                    "conversation": here.conversation,
                    "reference": here.reference,
                    "language": job.details["language"],
                },
            )
        )


# --- undo -----------------------------------------------------------------------------------------------


async def unlink_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The newest link of mine that can be undone, and what that means."""
    done = await _undoable(ctx)
    if done is None:
        raise Refusal(words.nothing_to_undo(ctx.language, days=UNDO_WITHIN.days))
    language = ctx.language
    button = Button(label=words.undo(language), action="link.undo", value=str(done.id), style="danger")
    return Reply(
        card=Card(title=words.undo_title(language), text=words.undo_text(language), buttons=(button,))
    )


async def link_undone(ctx: Context, value: str) -> Reply:
    """Two people again; a second press finds nothing to undo."""
    done = await _undoable(ctx)
    if done is None or value != str(done.id):
        raise Refusal(words.nothing_to_undo(ctx.language, days=UNDO_WITHIN.days))
    language = ctx.language
    other = await undo(ctx.db, done, ctx.now)
    ctx.audit("accounts_unlinked", f"person:{done.person_id}", merged=done.merged_id, merge=done.id)
    for person_id in (done.person_id, other.id):
        await replan_person(ctx.db, ctx.kinds, person_id, ctx.now)
    return Reply(card=Card(text=words.unlinked(language)), replace=True)


async def _undoable(ctx: Context) -> PersonMerge | None:
    """Links are undone in the order in which they were made, the newest first."""
    found = await ctx.db.scalars(
        select(PersonMerge)
        .where(
            PersonMerge.person_id == ctx.me.id,
            col(PersonMerge.undone_at).is_(None),
            PersonMerge.at > ctx.now - UNDO_WITHIN,
        )
        .order_by(col(PersonMerge.id).desc())
    )
    return found.first()


# --- where I am written to ------------------------------------------------------------------------------


async def write_me_on(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Which of my platforms gets my messages; without a choice, what is set now."""
    language, wanted = ctx.language, str(typed.get("platform") or "")
    mine = set(
        await ctx.db.scalars(
            select(Workspace.platform)
            .join(Identity)
            .where(
                Identity.person_id == ctx.me.id,
                Workspace.platform != "web",
                col(Workspace.uninstalled_at).is_(None),
                col(Workspace.by_address).is_(False) | col(Identity.proven_at).is_not(None),
            )
        )
    )
    if wanted and wanted not in mine and wanted == words.BY_ADDRESS:
        return await ask_to_confirm(ctx)
    if wanted and wanted not in mine:
        raise Refusal(words.not_there(language, platform=words.PLATFORMS[wanted]))
    if wanted:
        ctx.me.preferred = wanted
    chosen = words.PLATFORMS.get(ctx.me.preferred, "")
    text: Marked = (
        words.written_to_on(language, platform=chosen) if chosen else words.written_to_anywhere(language)
    )
    others = [name for name in sorted(mine) if name != ctx.me.preferred]
    buttons = tuple(
        Button(
            label=words.rather_on(language, platform=words.PLATFORMS[name]), action="link.prefer", value=name
        )
        for name in others
    )
    return Reply(card=Card(text=text, buttons=buttons if len(mine) > 1 else ()))


async def prefer_pressed(ctx: Context, value: str) -> Reply:
    if value not in words.PLATFORMS:
        raise Refusal(words.nothing_linked(ctx.language))
    reply = await write_me_on(ctx, {"platform": value})
    return reply.model_copy(update={"replace": True})
