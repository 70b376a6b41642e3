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

from bot.cards import Button, Card
from bot.desk import Desk
from bot.errands import Errands
from bot.feature import Refusal, Reply
from bot.identities.merging import merge, undo
from bot.nudges.planner import replan_person
from bot.platform import Address
from prompts.text import Marked
from prompts.words import identities as words
from storage.base import opaque_id
from storage.identities import LinkCode, PersonMerge
from storage.nudges import Errand, Nudge
from storage.people import AuditEvent, Identity, Person, Workspace

LIFE = timedelta(minutes=10)
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
"""Forty bits: at `GUESSES` an hour nobody finds one in ten minutes."""
GUESSES = 5
GUESSES_IN = timedelta(hours=1)
UNDO_WITHIN = timedelta(days=30)


async def link_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    code = str(typed.get("code") or "").strip()
    return await _look(desk, code) if code else await _new_code(desk)


# --- the code -------------------------------------------------------------------------------------------


async def _new_code(desk: Desk) -> Reply:
    """A fresh code for me; one that I asked for before stops working."""
    await desk.db.flush()
    for old in await desk.db.scalars(select(LinkCode).where(LinkCode.person_id == desk.me.id)):
        await desk.db.delete(old)
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    desk.db.add(
        LinkCode(
            person_id=desk.me.id or 0,
            workspace_id=desk.workspace.id or 0,
            digest=_digest(desk, code),
            expires_at=desk.now + LIFE,
        )
    )
    desk.audit("link_code_given", f"person:{desk.me.id}")
    say = desk.language
    accounts = await _accounts(desk)
    return Reply(
        card=Card(
            title=words.code_title(say),
            text=words.code_text(say, code=code, minutes=LIFE.seconds // 60),
            sections=(),
            context=words.accounts_now(say, accounts=accounts),
        )
    )


async def _accounts(desk: Desk) -> str:
    found = await desk.db.execute(
        select(Workspace.platform, Workspace.name)
        .join(Identity)
        .where(Identity.person_id == desk.me.id, Workspace.platform != "web")
        .order_by(col(Identity.id))
    )
    shown = [f"{words.PLATFORMS[platform]} ({name})" if name else words.PLATFORMS[platform]
             for platform, name in found]  # fmt: skip
    return ", ".join(shown)


def _digest(desk: Desk, code: str) -> str:
    """A code is looked for in its own community only."""
    plain = "".join(code.split()).replace("-", "").upper()
    return hashlib.sha256(f"{desk.community.id}:{plain}".encode()).hexdigest()


# --- the other side -------------------------------------------------------------------------------------


async def _look(desk: Desk, code: str) -> Reply:
    """Whose code it is, and what linking means; nothing is linked yet."""
    found = await _owner(desk, code)
    if isinstance(found, Reply):
        return found
    owner, workspace = found
    say = desk.language
    plain = "".join(code.split()).replace("-", "").upper()
    return Reply(
        card=Card(
            title=words.confirm_title(say),
            text=words.confirm_text(say, name=owner.name, platform=words.PLATFORMS[workspace.platform]),
            buttons=(
                Button(label=words.confirm_button(say), action="link.join", value=plain, style="primary"),
                Button(label=words.not_me(say), action="link.not_me"),
            ),
        )
    )


async def link_confirmed(desk: Desk, value: str) -> Reply:
    """The button carries the code, which is checked again and used up."""
    found = await _owner(desk, value)
    if isinstance(found, Reply):
        return found
    owner, workspace = found
    code = await _code(desk, value)
    assert code is not None
    code.used_at = desk.now
    await _warn(desk, owner, workspace)
    keep, gone = (desk.me, owner) if desk.me.email and not owner.email else (owner, desk.me)
    done = await merge(desk.db, keep, gone, desk.now)
    desk.me = keep
    desk.audit("accounts_linked", f"person:{keep.id}", merged=gone.id, merge=done.id)
    await replan_person(desk.db, keep.id or 0, desk.now)
    say = desk.language
    undo_button = Button(label=words.undo(say), action="link.undo", value=str(done.id))
    return Reply(card=Card(text=words.linked(say, name=keep.name), buttons=(undo_button,)), replace=True)


async def not_me(desk: Desk, value: str) -> Reply:
    return Reply(card=Card(text=words.nothing_linked(desk.language)), replace=True)


async def _owner(desk: Desk, code: str) -> tuple[Person, Workspace] | Reply:
    """Whose code this is. A wrong one is answered, not refused: a refusal would forget that it was tried."""
    say = desk.language
    if await _wrong_lately(desk) >= GUESSES:
        return Reply(card=Card(text=words.too_many(say)))
    row = await _code(desk, code)
    if row is None:
        desk.audit("link_code_wrong", f"person:{desk.me.id}")
        return Reply(card=Card(text=words.wrong_code(say)))
    if row.person_id == desk.me.id:
        raise Refusal(words.own_code(say))
    if row.workspace_id == desk.workspace.id:
        raise Refusal(words.same_workspace(say))
    owner = await desk.db.get_one(Person, row.person_id)
    return owner, await desk.db.get_one(Workspace, row.workspace_id)


async def _code(desk: Desk, code: str) -> LinkCode | None:
    found = await desk.db.scalars(
        select(LinkCode)
        .join(Person)
        .where(
            LinkCode.digest == _digest(desk, code),
            col(LinkCode.used_at).is_(None),
            LinkCode.expires_at > desk.now,
            Person.community_id == desk.community.id,
            col(Person.deleted_at).is_(None),
        )
        .with_for_update(of=LinkCode)  # one row of the two tables
    )
    return found.first()


async def _wrong_lately(desk: Desk) -> int:
    counted = select(func.count()).where(
        AuditEvent.actor_id == desk.me.id,
        AuditEvent.action == "link_code_wrong",
        AuditEvent.at > desk.now - GUESSES_IN,
    )
    return (await desk.db.scalars(counted)).one()


async def _warn(desk: Desk, owner: Person, workspace: Workspace) -> None:
    """The other account is told where it is, and how to undo it."""
    found = await desk.db.scalars(
        select(Identity).where(Identity.person_id == owner.id, Identity.workspace_id == workspace.id)
    )
    account = found.first()
    if account is not None:
        text = words.linked_elsewhere(owner.language, platform=words.PLATFORMS[desk.workspace.platform])
        details = {"identity_id": account.id, "text": text, "language": owner.language}
        desk.errand("tell_account", f"tell_account:{opaque_id()}", details)


async def tell_account(errands: Errands, errand: Errand) -> None:
    """Write to one account of a person, whichever else they have; its own chat is opened if need be."""
    async with errands.database.read() as db:
        account = await db.get(Identity, errand.details["identity_id"])
        workspace = await db.get(Workspace, account.workspace_id) if account else None
    if account is None or workspace is None or workspace.uninstalled_at is not None:
        return
    here = Address(workspace.tenant, account.direct, account.reference)
    if not account.direct:
        platform = errands.platforms[workspace.platform]
        here = await platform.open_direct(workspace.tenant, account.platform_user, account.reference)
    async with errands.database.write() as db:
        if (await db.scalars(select(Nudge.id).where(Nudge.key == errand.key))).first():
            return
        db.add(
            Nudge(
                key=errand.key,
                community_id=errand.community_id,
                kind="note",
                nature="logistics",
                card=Card(text=Marked(errand.details["text"])).model_dump(mode="json"),
                address={
                    "workspace_id": workspace.id,
                    "conversation": here.conversation,
                    "reference": here.reference,
                    "language": errand.details["language"],
                },
                due_at=errands.clock.now(),
                created_at=errands.clock.now(),
            )
        )


# --- undo -----------------------------------------------------------------------------------------------


async def unlink_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The newest link of mine that can be undone, and what that means."""
    done = await _undoable(desk)
    if done is None:
        raise Refusal(words.nothing_to_undo(desk.language, days=UNDO_WITHIN.days))
    say = desk.language
    button = Button(label=words.undo(say), action="link.undo", value=str(done.id), style="danger")
    return Reply(card=Card(title=words.undo_title(say), text=words.undo_text(say), buttons=(button,)))


async def link_undone(desk: Desk, value: str) -> Reply:
    """Two people again; a second press finds nothing to undo."""
    done = await _undoable(desk)
    if done is None or value != str(done.id):
        raise Refusal(words.nothing_to_undo(desk.language, days=UNDO_WITHIN.days))
    say = desk.language
    other = await undo(desk.db, done, desk.now)
    desk.audit("accounts_unlinked", f"person:{done.person_id}", merged=done.merged_id, merge=done.id)
    for person_id in (done.person_id, other.id or 0):
        await replan_person(desk.db, person_id, desk.now)
    return Reply(card=Card(text=words.unlinked(say)), replace=True)


async def _undoable(desk: Desk) -> PersonMerge | None:
    """Links are undone in the order in which they were made, the newest first."""
    found = await desk.db.scalars(
        select(PersonMerge)
        .where(
            PersonMerge.person_id == desk.me.id,
            col(PersonMerge.undone_at).is_(None),
            PersonMerge.at > desk.now - UNDO_WITHIN,
        )
        .order_by(col(PersonMerge.id).desc())
    )
    return found.first()


# --- where I am written to ------------------------------------------------------------------------------


async def write_me_on(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Which of my platforms gets my messages; without a choice, what is set now."""
    say, wanted = desk.language, str(typed.get("platform") or "").casefold()
    mine = set(
        await desk.db.scalars(
            select(Workspace.platform)
            .join(Identity)
            .where(
                Identity.person_id == desk.me.id,
                Workspace.platform != "web",
                col(Workspace.uninstalled_at).is_(None),
            )
        )
    )
    if wanted and wanted not in mine:
        raise Refusal(words.not_there(say, platform=words.PLATFORMS[wanted]))
    if wanted:
        desk.me.preferred = wanted
    chosen = words.PLATFORMS.get(desk.me.preferred, "")
    text: Marked = words.written_to_on(say, platform=chosen) if chosen else words.written_to_anywhere(say)
    others = [name for name in sorted(mine) if name != desk.me.preferred]
    buttons = tuple(
        Button(label=words.rather_on(say, platform=words.PLATFORMS[name]), action="link.prefer", value=name)
        for name in others
    )
    return Reply(card=Card(text=text, buttons=buttons if len(mine) > 1 else ()))


async def prefer_pressed(desk: Desk, value: str) -> Reply:
    if value not in words.PLATFORMS:
        raise Refusal(words.nothing_linked(desk.language))
    reply = await write_me_on(desk, {"platform": value})
    return reply.model_copy(update={"replace": True})
