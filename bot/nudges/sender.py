"""Sends what is due: claim, check again, compose, post once, settle.

Sending is at least once with a look before every repeat: a nudge that may have been posted is looked for
by its mark, twice, before it is posted again (Slack). Where no look-up exists (Teams) it becomes
``unknown`` and a facilitator decides. See docs/decisions on at-least-once sending.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import Card, mentioned
from bot.clock import Clock
from bot.desk import Reading, identities_of
from bot.feature import Composer, Skip
from bot.links import Links
from bot.nudges.addresses import Recipient, address_of, remember_direct, why_nowhere
from bot.nudges.editions import with_edition
from bot.nudges.outbox import LOOK_AGAIN, Outcome, claim_due_nudges, mark_sending, settle
from bot.nudges.still_wanted import why_not_wanted
from bot.platform import (
    Address,
    CannotLookUp,
    ChatPlatform,
    PlatformError,
    Sent,
    Throttled,
    Unavailable,
    Uncertain,
)
from storage.database import Database, is_away
from storage.nudges import Nudge
from storage.people import Community

log = structlog.get_logger()

AT_ONCE = 8
"""Messages on their way at the same time in one process."""
MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Letter:
    """A nudge ready to go: what, to whom, and whom it mentions."""

    card: Card
    recipient: Recipient
    users: dict[int, str]
    language: str


class Sender:
    """One per process. `send_due` empties what is due now; the beat calls it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        platforms: Mapping[str, ChatPlatform],
        composers: Mapping[str, Composer],
        links: Links,
    ) -> None:
        self.database = database
        self.clock = clock
        self.platforms = platforms
        self.composers = composers
        self.links = links
        self.worker = secrets.token_hex(8)
        self._places = asyncio.Semaphore(AT_ONCE)

    async def send_due(self, limit: int = 100) -> int:
        """Claim and send one batch. Returns how many nudges were claimed (0: nothing was due)."""
        claimed = await claim_due_nudges(self.database, self.worker, self.clock.now(), limit)
        await asyncio.gather(*map(self._send_in_turn, claimed))
        return len(claimed)

    async def _send_in_turn(self, nudge: Nudge) -> None:
        async with self._places:
            try:
                outcome = await self._outcome(nudge)
                settled = await settle(self.database, nudge, outcome, self.clock.now())
            except Exception as error:
                if not is_away(error):
                    raise
                # What was claimed keeps its lease, and is looked for when it runs out.
                log.warning("nudge_left_to_its_lease", nudge=nudge.id, error=type(error).__name__)
                return
        if not settled:
            log.warning("nudge_lease_lost", nudge=nudge.id, kind=nudge.kind)

    async def _outcome(self, nudge: Nudge) -> Outcome:
        """One attempt. Raises only when the database is away."""
        try:
            return await self._attempt(nudge)
        except PlatformError as error:
            return self._after(error, nudge)
        except Exception as error:
            if is_away(error):
                raise
            log.error("nudge_failed", nudge=nudge.id, kind=nudge.kind, exc_info=error)
            return Outcome("failed", type(error).__name__)

    async def _attempt(self, nudge: Nudge) -> Outcome:
        if nudge.sending_since is not None:
            return await self._look_for(nudge)
        letter = await self._prepare(nudge)
        if isinstance(letter, Outcome):
            return letter
        platform = self.platforms[letter.recipient.platform]
        address = await self._address(platform, letter.recipient)
        if not await mark_sending(self.database, nudge, self.clock.now()):
            return Outcome("claimed")
        if nudge.lease_until is None or self.clock.now() >= nudge.lease_until:
            return Outcome("claimed")  # we slept past the lease: somebody else has it by now
        sent = await platform.send(
            address, letter.card, mark=nudge.mark, users=letter.users, language=letter.language
        )
        return _sent(sent)

    async def _prepare(self, nudge: Nudge) -> Letter | Outcome:
        """Check again what was true at planning, and compose. Only reads."""
        now = self.clock.now()
        async with self.database.read() as db:
            if reason := await why_not_wanted(db, nudge, now):
                return Outcome("skipped", reason)
            recipient = await address_of(db, nudge)
            if recipient is None:
                return _nowhere(await why_nowhere(db, nudge))
            reading = Reading(
                db=db,
                now=now,
                nudge=nudge,
                reader=recipient.person,
                language=recipient.language,
                zone=recipient.zone,
                community=await db.get_one(Community, nudge.community_id),
                links=self.links,
            )
            card = await self._compose(reading)
            if isinstance(card, Skip):
                return Outcome("skipped", card.reason)
            users = await _users(db, recipient.workspace_id, card)
        return Letter(card, recipient, users, recipient.language)

    async def _compose(self, reading: Reading) -> Card | Skip:
        nudge = reading.nudge
        if nudge.card is not None:
            return Card.from_stored(nudge.card)
        card = await self.composers[nudge.kind](reading)
        return card if isinstance(card, Skip) else await with_edition(reading, card)

    async def _address(self, platform: ChatPlatform, recipient: Recipient) -> Address:
        if recipient.conversation:
            return Address(recipient.tenant, recipient.conversation, recipient.reference)
        address = await platform.open_direct(recipient.tenant, recipient.user, recipient.reference)
        await remember_direct(self.database, recipient.identity_id, address)
        return address

    async def _look_for(self, nudge: Nudge) -> Outcome:
        """It may have been posted before a crash or a broken connection: find it, or be sure it is not."""
        async with self.database.read() as db:
            recipient = await address_of(db, nudge)
        if recipient is None or nudge.sending_since is None:
            return Outcome("unknown", "may_have_arrived")  # the bot was removed: nobody can look any more
        platform = self.platforms[recipient.platform]
        address = await self._address(platform, recipient)
        try:
            sent = await platform.find(address, nudge.mark, nudge.sending_since - LOOK_AGAIN)
        except CannotLookUp:
            return Outcome("unknown", "may_have_arrived")
        if sent is not None:
            return _sent(sent)
        if nudge.reason == "not_found_once":
            return Outcome("planned", "not_found_twice")
        return Outcome("claimed", "not_found_once", lease_until=self.clock.now() + LOOK_AGAIN)

    def _after(self, error: PlatformError, nudge: Nudge) -> Outcome:
        now = self.clock.now()
        looking = nudge.sending_since is not None
        if looking and isinstance(error, Throttled | Unavailable | Uncertain):
            wait = timedelta(seconds=error.retry_after) if isinstance(error, Throttled) else LOOK_AGAIN
            return Outcome("claimed", nudge.reason, lease_until=now + wait)
        if isinstance(error, Uncertain):
            return Outcome("claimed", "uncertain", lease_until=now + LOOK_AGAIN)
        if isinstance(error, Throttled):
            return Outcome("planned", "throttled", due_at=now + timedelta(seconds=error.retry_after))
        if isinstance(error, Unavailable) and nudge.attempts < MOST_ATTEMPTS:
            wait = min(timedelta(seconds=5 * 2 ** min(nudge.attempts, 8)), LONGEST_WAIT)
            return Outcome("planned", "unavailable", due_at=now + wait)
        return Outcome("failed", str(error)[:200])


def _nowhere(reason: str) -> Outcome:
    """Somebody without any account is for a facilitator to look at; the other reasons explain themselves."""
    return Outcome("failed" if reason == "nobody_to_write_to" else "skipped", reason)


def _sent(sent: Sent) -> Outcome:
    where: dict[str, object] = {
        "tenant": sent.address.tenant,
        "conversation": sent.address.conversation,
        "reference": sent.address.reference,
        "message": sent.message,
    }
    return Outcome("sent", message=where)


async def _users(db: AsyncSession, workspace_id: int, card: Card) -> dict[int, str]:
    named = mentioned(card)
    return await identities_of(db, workspace_id, named) if named else {}
