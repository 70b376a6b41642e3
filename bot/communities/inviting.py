"""Invitations: preview, then one direct message each with a Join button."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.cards import Button, Card
from bot.communities.lookup import cohort_by_id, enrollment_of, title_in
from bot.desk import Desk
from bot.errands import Errands
from bot.feature import Refusal, Reply
from bot.permissions import Action
from bot.platform import Profile
from prompts.words import communities as words
from storage.nudges import Errand, Nudge
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, Enrollment, Series


async def invite_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await preview(desk, await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT))


async def invite_previewed(desk: Desk, value: str) -> Reply:
    return await preview(desk, await cohort_by_id(desk, value))


async def preview(desk: Desk, cohort: Cohort) -> Reply:
    """Who would get a message, and the message."""
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    say = desk.language
    fresh, before = await _invited(desk.db, cohort)
    if not fresh and not before:
        raise Refusal(words.nobody_to_invite(say, cohort=cohort.name))
    series = await desk.db.get_one(Series, cohort.series_id)
    buttons = []
    if fresh:
        buttons.append(
            Button(
                label=words.invite_them(say, n=len(fresh)),
                action="invite.send",
                value=str(cohort.id),
                style="primary",
            )
        )
    if before:
        buttons.append(
            Button(label=words.remind_them(say, n=len(before)), action="invite.again", value=str(cohort.id))
        )
    message = words.invitation(say, series=title_in(series.title, say), cohort=cohort.name)
    return Reply(
        card=Card(
            title=words.invite_title(say),
            text=words.invite_preview(say, fresh=len(fresh), before=len(before), message=message),
            buttons=tuple(buttons),
        )
    )


async def invite_sent(desk: Desk, value: str) -> Reply:
    """Invite everybody who has not been yet. A second press finds nobody left."""
    cohort = await _mine(desk, value)
    fresh, _ = await _invited(desk.db, cohort)
    return await _queue(desk, cohort, fresh, "invite")


async def invited_again(desk: Desk, value: str) -> Reply:
    """Remind those who were invited and have not joined; at most once a day each."""
    cohort = await _mine(desk, value)
    _, before = await _invited(desk.db, cohort)
    return await _queue(desk, cohort, before, f"invite.{desk.now:%Y%m%d}")


async def _mine(desk: Desk, value: str) -> Cohort:
    cohort = await cohort_by_id(desk, value)
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    return cohort


async def _invited(db: AsyncSession, cohort: Cohort) -> tuple[list[Enrollment], list[Enrollment]]:
    """Those with the status ``invited``: not asked yet, and asked before."""
    rows = list(
        await db.scalars(
            select(Enrollment)
            .where(Enrollment.cohort_id == cohort.id, Enrollment.status == "invited")
            .order_by(col(Enrollment.id))
        )
    )
    asked = set(
        await db.scalars(select(Errand.key).where(col(Errand.key).startswith(f"invite:{cohort.id}:")))
    )
    return (
        [row for row in rows if _key("invite", row) not in asked],
        [row for row in rows if _key("invite", row) in asked],
    )


def _key(kind: str, enrollment: Enrollment) -> str:
    return f"{kind}:{enrollment.cohort_id}:{enrollment.id}"


async def _queue(desk: Desk, cohort: Cohort, enrollments: list[Enrollment], kind: str) -> Reply:
    """One errand a person: it finds them on a platform if need be, and writes the message."""
    keys = [_key(kind, one) for one in enrollments]
    queued = set(
        await desk.db.scalars(select(Errand.key).where(col(Errand.key).startswith(f"{kind}:{cohort.id}:")))
    )
    fresh = [(one, key) for one, key in zip(enrollments, keys, strict=True) if key not in queued]
    for one, key in fresh:
        desk.errand("invite", key, {"cohort_id": cohort.id, "person_id": one.person_id})
    if not fresh:
        return Reply(card=Card(text=words.all_invited(desk.language, cohort=cohort.name)), replace=True)
    desk.audit("invited", f"cohort:{cohort.id}", count=len(fresh))
    return Reply(card=Card(text=words.inviting(desk.language, n=len(fresh))), replace=True)


# --- the errand -------------------------------------------------------------------------------------------


async def send_invitation(errands: Errands, errand: Errand) -> None:
    """Find the person by their address where no platform knows them yet, and write the invitation.

    Somebody who cannot be found gets none: ``members`` counts them, and the join code works for them.
    """
    person_id = errand.details["person_id"]
    async with errands.database.read() as db:
        person = await db.get_one(Person, person_id)
        met = (await db.scalars(select(Identity.id).where(Identity.person_id == person.id))).first()
        workspaces = list(
            await db.scalars(
                select(Workspace).where(
                    Workspace.community_id == person.community_id, col(Workspace.uninstalled_at).is_(None)
                )
            )
        )
    if person.deleted_at is not None:
        return
    found = []
    if met is None and person.email:
        for workspace in workspaces:
            platform = errands.platforms.get(workspace.platform)
            profile = await platform.find_by_email(workspace.tenant, person.email) if platform else None
            if profile is not None and not profile.is_bot:
                found.append((workspace, profile))
    async with errands.database.write() as db:
        met_now = [await _meet(db, person_id, workspace, profile) for workspace, profile in found]
        if met is not None or any(met_now):
            await _write(db, errand, errands.clock.now())


async def _meet(db: AsyncSession, person_id: object, workspace: Workspace, profile: Profile) -> bool:
    """Keep the identity; False when the account already belongs to somebody."""
    taken = select(Identity.id).where(
        Identity.workspace_id == workspace.id, Identity.platform_user == profile.user
    )
    if (await db.scalars(taken)).first():
        return False
    person = await db.get_one(Person, person_id)
    person.zone = person.zone or profile.zone
    db.add(Identity(workspace_id=workspace.id or 0, person_id=person.id or 0, platform_user=profile.user))
    return True


async def _write(db: AsyncSession, errand: Errand, now: datetime) -> None:
    cohort = await db.get_one(Cohort, errand.details["cohort_id"])
    person = await db.get_one(Person, errand.details["person_id"])
    enrollment = await enrollment_of(db, cohort.id, person.id)
    key = f"invitation:{errand.key}"
    if enrollment is None or enrollment.status != "invited":
        return
    if (await db.scalars(select(Nudge.id).where(Nudge.key == key))).first():
        return
    series = await db.get_one(Series, cohort.series_id)
    say = person.language
    join = Button(label=words.join(say), action="join", value=str(cohort.id), style="primary")
    text = words.invitation(say, series=title_in(series.title, say), cohort=cohort.name)
    db.add(
        Nudge(
            key=key,
            community_id=cohort.community_id,
            kind="note",
            nature="logistics",
            person_id=person.id,
            cohort_id=cohort.id,
            card=Card(text=text, buttons=(join,)).model_dump(mode="json"),
            due_at=now,
            created_at=now,
        )
    )
