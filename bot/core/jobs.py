"""What a job works with: outside any transaction, free to call platforms between short ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.links import Links
from bot.core.message_kinds import MessageKinds
from bot.core.platform import Address, ChatPlatform
from storage.database import Database
from storage.people import Workspace
from storage.series import CohortChannel


@dataclass(frozen=True, slots=True)
class JobContext:
    """A job may be done twice (a crash between the call and the commit): handlers are idempotent."""

    database: Database
    clock: Clock
    platforms: Mapping[str, ChatPlatform]
    links: Links
    kinds: MessageKinds

    async def channel(self, channel_id: int) -> tuple[ChatPlatform, Address]:
        """The platform and address of a cohort channel."""
        async with self.database.read() as db:
            channel = await db.get_one(CohortChannel, channel_id)
            workspace = await db.get_one(Workspace, channel.workspace_id)
        address = Address(workspace.tenant, channel.conversation, channel.reference)
        return self.platforms[workspace.platform], address
