"""Slack's OAuth kept in our database: tokens sealed, states good for once."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import structlog
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from adapters.slack.platform import Tokens
from bot.core.clock import Clock
from bot.core.links import BadLink, Links
from bot.features import all_kinds
from bot.installations.installed import come_back
from storage.base import opaque_id
from storage.database import Database
from storage.installations import Installation, UsedState
from storage.people import Community, Workspace
from storage.sealing import CannotOpen, Seal

log = structlog.get_logger()

PURPOSE = "slack-state"
STATE_LIFE = timedelta(minutes=10)


class CannotInstall(Exception):
    """Slack allowed it, and we do not take it; `reason` is a slug for which the page has words."""

    def __init__(self, reason: str, workspace: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.workspace = workspace


class States(AsyncOAuthStateStore):
    """OAuth's ``state``: signed, ten minutes, and used once, whoever is first. Nothing is kept of one that
    nobody comes back with, so asking for many fills no table."""

    def __init__(self, database: Database, links: Links, clock: Clock) -> None:
        self._database = database
        self._links = links
        self._clock = clock

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        return self.issue("")

    def issue(self, connect: str) -> str:
        """A new state. `connect` is the link of the community to join; empty for one of its own."""
        subject = f"{opaque_id()}|{connect}"
        url = self._links.to(PURPOSE, subject, 0, self._clock.now(), STATE_LIFE)
        return url.rpartition("/")[2]

    def connect_of(self, state: str) -> str:
        """The community's link that a state was begun with. Raises `BadLink`."""
        return self._links.read(state, PURPOSE, self._clock.now()).subject.partition("|")[2]

    async def async_consume(self, state: str) -> bool:
        """True for the first who brings a state of ours in time; the table's unique digest decides."""
        try:
            ticket = self._links.read(state, PURPOSE, self._clock.now())
        except BadLink:
            return False
        digest = hashlib.sha256(state.encode()).hexdigest()
        try:
            async with self._database.write() as db:
                db.add(UsedState(digest=digest, expires_at=ticket.expires_at))
        except IntegrityError:
            return False
        return True


class Installations(AsyncInstallationStore):
    """The bot's token of each workspace. People's own tokens are never asked for."""

    def __init__(self, database: Database, seal: Seal, clock: Clock) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock

    async def async_save(self, installation: SlackInstallation) -> None:
        await self.save(installation, None)

    async def save(self, installation: SlackInstallation, community_id: int | None) -> None:
        """Keep the token, and make the workspace (and a community of its own where `community_id` is None).
        Raises `CannotInstall`; then nothing is kept."""
        if installation.is_enterprise_install or not installation.team_id:
            raise CannotInstall("organisation")
        if installation.bot_refresh_token or installation.bot_token_expires_at:
            raise CannotInstall("rotation")
        if not installation.bot_token:
            raise CannotInstall("slack")
        try:
            await self._save(installation, community_id)
        except IntegrityError:  # two people installed it in the same new workspace at the same moment
            await self._save(installation, community_id)

    async def _save(self, found: SlackInstallation, community_id: int | None) -> None:
        async with self._database.write() as db:
            workspace = await self._workspace(db, found, community_id)
            row = await _row(db, workspace)
            row.sealed_token = self._seal.seal(found.bot_token or "")
            row.app, row.bot, row.bot_user = found.app_id or "", found.bot_id or "", found.bot_user_id or ""
            row.installer, row.scopes = found.user_id or "", list(found.bot_scopes or ())
            row.installed_at = self._clock.now()
            db.add(row)

    async def _workspace(
        self, db: AsyncSession, found: SlackInstallation, community_id: int | None
    ) -> Workspace:
        rows = await db.scalars(
            select(Workspace)
            .where(Workspace.platform == "slack", Workspace.tenant == found.team_id)
            .with_for_update()
        )
        now, workspace = self._clock.now(), rows.first()
        if workspace is not None:
            if community_id not in (None, workspace.community_id):
                raise CannotInstall("taken", workspace.name or found.team_name or "")
            await come_back(db, all_kinds(), workspace, now)
            return workspace
        if community_id is None:
            community = Community(name=found.team_name or found.team_id or "", created_at=now)
            db.add(community)
            await db.flush()
            community_id = community.id
        workspace = Workspace(
            community_id=community_id or 0,
            platform="slack",
            tenant=found.team_id or "",
            name=found.team_name or "",
            installed_at=now,
        )
        db.add(workspace)
        await db.flush()
        return workspace

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Bolt's own shape of what `token` gives."""
        async with self._database.read() as db:
            row = await _installed(db, team_id or "")
        if row is None:
            return None
        return Bot(
            app_id=row.app,
            team_id=team_id,
            bot_token=self._seal.open(row.sealed_token),
            bot_id=row.bot,
            bot_user_id=row.bot_user,
            bot_scopes=row.scopes,
            installed_at=row.installed_at.timestamp(),
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        async with self._database.write() as db:
            row = await _installed(db, team_id or "")
            if row is not None:
                await db.execute(delete(Installation).where(col(Installation.id) == row.id))

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """There are no tokens of people to delete."""

    def tokens(self, otherwise: Tokens | None = None) -> Tokens:
        """The token of each workspace, as it stands at that moment; `otherwise` for those never installed
        here (the one workspace of SLACK_BOT_TOKEN)."""

        async def token(tenant: str) -> str:
            async with self._database.read() as db:
                row = await _installed(db, tenant)
            if row is None and otherwise is not None:
                return await otherwise(tenant)
            if row is None:
                raise LookupError("the bot is not installed there")
            try:
                return self._seal.open(row.sealed_token)
            except CannotOpen:
                log.error("token_unreadable", workspace=row.workspace_id, see="THROUGHLINE_TOKEN_KEYS")
                raise LookupError("the token is sealed under a key that is not given") from None

        return token


async def _row(db: AsyncSession, workspace: Workspace) -> Installation:
    found = await db.scalars(select(Installation).where(Installation.workspace_id == workspace.id))
    return found.first() or Installation(
        workspace_id=workspace.id, sealed_token="", installed_at=workspace.installed_at
    )


async def _installed(db: AsyncSession, tenant: str) -> Installation | None:
    found = await db.scalars(
        select(Installation)
        .join(Workspace)
        .where(
            Workspace.platform == "slack",
            Workspace.tenant == tenant,
            col(Workspace.uninstalled_at).is_(None),
        )
    )
    return found.first()


async def reseal_all(database: Database, seal: Seal) -> tuple[int, int]:
    """Bring every token under the first key; in one transaction. Returns how many there are, and how many
    could not be opened (these stay as they are)."""
    broken = 0
    async with database.write() as db:
        rows = list(await db.scalars(select(Installation).with_for_update()))
        for row in rows:
            try:
                row.sealed_token = seal.reseal(row.sealed_token)
            except CannotOpen:
                broken += 1
    return len(rows), broken


async def unreadable(database: Database, seal: Seal) -> int:
    """How many tokens none of the keys opens."""
    count = 0
    async with database.read() as db:
        for sealed in await db.scalars(select(Installation.sealed_token)):
            try:
                seal.open(sealed)
            except CannotOpen:
                count += 1
    return count
