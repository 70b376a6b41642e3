"""A chat platform of a few dictionaries that counts what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.cards import Card
from bot.core.events import Event
from bot.core.jobs import JobContext
from bot.core.platform import Address, ChatPlatform, Profile, Sent, Unavailable
from bot.core.reply import Reply
from storage.nudges import Job
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage


@dataclass
class SmallPlatform:
    """`breaks_at` names a call that fails once."""

    name: str = "slack"
    can_open_channels: bool = True
    can_open_groups: bool = True
    one_to_one_only = False
    breaks_at: str = ""
    users: dict[str, Profile] = field(default_factory=dict)
    channels: list[str] = field(default_factory=list)
    invited: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    posts: dict[str, Card] = field(default_factory=dict)
    pinned: list[str] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)

    def _maybe_break(self, call: str) -> None:
        if self.breaks_at == call:
            self.breaks_at = ""
            raise Unavailable(call)

    async def answer(self, event: Event, reply: Reply) -> None: ...

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        self._maybe_break("send")
        self.posts[mark] = card
        return Sent(to, mark)

    async def find(self, to: Address, mark: str, since: datetime) -> Sent | None:
        return Sent(to, mark) if mark in self.posts else None

    async def update(self, sent: Sent, card: Card, *, users: dict[int, str], language: str) -> None: ...

    async def open_direct(self, tenant: str, user: str, reference: dict[str, str]) -> Address:
        return Address(tenant, f"D-{user}")

    async def open_channel(self, tenant: str, name: str, *, topic: str) -> Address:
        self._maybe_break("open_channel")
        self.channels.append(name)
        return Address(tenant, f"C-{name}")

    async def open_group(
        self, tenant: str, users: list[str], *, name: str, near: Address, language: str
    ) -> Address:
        return Address(tenant, "G")

    async def can_serve(self, channel: Address) -> str:
        return ""

    async def invite(self, channel: Address, users: list[str]) -> dict[str, str]:
        self._maybe_break("invite")
        self.invited = sorted({*self.invited, *users})
        return {}

    async def remove(self, channel: Address, user: str) -> None:
        self.removed.append(user)

    async def pin(self, sent: Sent) -> None:
        self._maybe_break("pin")
        self.pinned = sorted({*self.pinned, sent.message})

    async def bookmark(self, channel: Address, title: str, url: str) -> None:
        self._maybe_break("bookmark")
        self.bookmarks = [url]

    async def profile(self, tenant: str, user: str, reference: dict[str, str]) -> Profile:
        return Profile(user, user.title())

    async def find_by_email(self, tenant: str, email: str) -> Profile | None:
        return self.users.get(email)

    async def members(self, channel: Address) -> list[Profile]:
        return []

    async def show_home(self, tenant: str, user: str, card: Card, *, language: str) -> None: ...


async def run_errands(
    stage: Stage, platform: SmallPlatform, platforms: Mapping[str, ChatPlatform] | None = None
) -> None:
    """Run every job that is due once; one that fails stays for the next call."""
    job_ctx = JobContext(
        stage.database, stage.clock, platforms or {"slack": platform}, stage.links, ALL_KINDS
    )
    handlers = {kind: one for feature in stage.router.features for kind, one in feature.jobs.items()}
    for job in await stage.jobs():
        if job.state == "done" or job.due_at > stage.clock.now():
            continue
        try:
            await handlers[job.kind](job_ctx, job)
        except Unavailable:
            continue
        async with stage.database.write() as db:
            (await db.get_one(Job, job.id)).state = "done"
