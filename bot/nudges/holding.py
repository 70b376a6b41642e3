"""A workspace whose platform refuses everything is held, as for a limit: messages wait, and people hear why.

A key that was revoked, a permission that was taken away, an organisation that moves: none of it is the fault
of a message, so none fails by it. Each waits, expires by its own rule, and goes out when the workspace
answers again; one is tried every `HOLD`. Administrators and facilitators are told once, on another platform
where they have one, and else as soon as they can be.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Card
from bot.core.notes import note
from bot.core.permissions import Role
from bot.core.platform import WorkspaceRefused
from prompts.words import platforms as words
from storage.database import Database
from storage.people import Duty, Person, Workspace

log = structlog.get_logger()

HOLD = timedelta(minutes=10)
"""Between two tries."""
_NAMES = {"slack": "Slack", "teams": "Microsoft Teams"}


async def hold(database: Database, workspace_id: int, error: WorkspaceRefused, now: datetime) -> datetime:
    """Send nothing there for a while; returns until when. The first refusal is told."""
    until = now + HOLD
    async with database.write() as db:
        workspace = await db.get_one(Workspace, workspace_id, with_for_update=True)
        first, workspace.held_until = workspace.held_because == "", until
        workspace.held_because, workspace.held_since = error.code, workspace.held_since or now
        if first:
            log.error(
                "workspace_refuses",
                platform=workspace.platform,
                workspace=workspace.id,
                code=error.code,
                reason=str(error),
            )
            await _tell(db, workspace, now)
    return until


async def let_go(database: Database, workspace_id: int) -> None:
    """It answers again: what waited goes out."""
    async with database.write() as db:
        workspace = await db.get_one(Workspace, workspace_id, with_for_update=True)
        if not workspace.held_because:
            return
        log.info("workspace_answers_again", platform=workspace.platform, workspace=workspace.id)
        workspace.held_until, workspace.held_because, workspace.held_since = None, "", None


async def _tell(db: AsyncSession, workspace: Workspace, now: datetime) -> None:
    people = await db.scalars(
        select(Person)
        .join(Duty)
        .where(
            Person.community_id == workspace.community_id,
            col(Person.deleted_at).is_(None),
            col(Duty.role).in_([Role.ADMINISTRATOR.value, Role.FACILITATOR.value]),
        )
        .distinct()
        .order_by(col(Person.id))
    )
    for person in people:
        language = person.language
        text = words.held(
            language,
            platform=_NAMES.get(workspace.platform, workspace.platform),
            workspace=workspace.name or workspace.tenant,
            remedy=words.remedy(language, workspace.held_because),
        )
        db.add(
            note(
                f"held:{workspace.id}:{now.isoformat()}:{person.id}",
                workspace.community_id,
                now,
                person_id=person.id,
                card=Card(title=words.held_title(language), text=text),
            )
        )
