"""Sends what is due: claim, check again, compose, post once, settle.

Sending is at least once with a look before every repeat: a nudge that may have been posted is looked for
by its mark, twice, before it is posted again (Slack). Where no look-up exists (Teams) it becomes
``unknown`` and a facilitator decides. See docs/decisions on at-least-once sending.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.cards import Card, mentioned
from bot.core.clock import Clock
from bot.core.context import ComposeContext, Composer, identities_of
from bot.core.links import Links
from bot.core.platform import (
    Address,
    CannotLookUp,
    ChatPlatform,
    PlatformError,
    Sent,
    Throttled,
    Unavailable,
    Uncertain,
)
from bot.core.reply import Skip
from bot.nudges.addresses import Recipient, address_of, remember_direct, why_nowhere
from bot.nudges.editions import laid_over
from bot.nudges.outbox import (
    LOOK_AGAIN,
    OutboxWriter,
    Outcome,
    claim_due_nudges,
    give_back,
    mark_sending,
    settle,
)
from bot.nudges.prefetch import Facts, facts_of
from bot.nudges.recheck import why_not_wanted
from storage.database import Database, is_away
from storage.nudges import Nudge

log = structlog.get_logger()

AT_ONCE = 8
"""Messages on their way at the same time in one process."""
PREPARED_EACH = 4
"""Messages that are read and composed together for each of those: they go within a few posts' time."""
MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(minutes=15)
CALM = timedelta(minutes=1)
"""A workspace that has not been too fast for so long is written to side by side again."""
Place = tuple[str, str]
"""Tenant and conversation."""
EVERYWHERE = ""
"""In place of a conversation: all of the workspace."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A nudge ready to go: what, to whom, and whom it mentions."""

    card: Card
    recipient: Recipient
    users: dict[int, str]
    language: str


Ready = tuple[Nudge, OutgoingMessage | Recipient | Outcome]
"""A nudge with a letter to post, somebody at whose place to look for it, or how it ended without either."""


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
        self.outbox_writer = OutboxWriter(database)
        self.worker = secrets.token_hex(8)
        self._turns: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()
        """One post at a time for each conversation, so that a refusal is known to the next."""
        self._not_before: dict[Place, datetime] = {}
        """When a conversation may be written to again, as its platform said."""
        self.stopping = False
        """Begin no more; what was claimed and not begun is given back at once."""

    async def send_due(self, limit: int = 100) -> int:
        """Claim and send one batch. Returns how many nudges were claimed (0: nothing was due)."""
        claimed = await claim_due_nudges(self.database, self.worker, self.clock.now(), limit)
        ready, turn = self._ready(claimed), asyncio.Lock()
        await asyncio.gather(*(self._send_what_is(ready, turn) for _ in claimed[:AT_ONCE]))
        if self.stopping:
            await give_back(self.database, self.worker)
        return len(claimed)

    async def _send_what_is(self, ready: AsyncIterator[Ready], turn: asyncio.Lock) -> None:
        """One of `AT_ONCE` that send side by side, each the next that is ready."""
        while True:
            async with turn:
                one = await anext(ready, None)
            if one is None or self.stopping:
                return
            await self._send(*one)

    async def _ready(self, claimed: list[Nudge]) -> AsyncIterator[Ready]:
        """Each nudge with what is to be done with it, a few at a time, so that it is fresh when it goes."""
        size = AT_ONCE * PREPARED_EACH
        for start in range(0, len(claimed), size):
            for one in await self._prepared(claimed[start : start + size]):
                yield one

    async def _send(self, nudge: Nudge, prepared: OutgoingMessage | Recipient | Outcome) -> None:
        try:
            outcome = await self._outcome(nudge, prepared)
            settled = await settle(self.outbox_writer, nudge, outcome, self.clock.now())
        except Exception as error:
            if not is_away(error):
                raise
            _left_to_their_lease([nudge], error)
            return
        if not settled:
            log.warning("nudge_lease_lost", nudge=nudge.id, kind=nudge.kind)

    async def _outcome(self, nudge: Nudge, prepared: OutgoingMessage | Recipient | Outcome) -> Outcome:
        """One attempt. Raises only when the database is away."""
        try:
            if isinstance(prepared, Outcome):
                return prepared
            if isinstance(prepared, Recipient):
                return await self._look_for(nudge, prepared)
            return await self._post(nudge, prepared)
        except PlatformError as error:
            return self._after(error, nudge)
        except Exception as error:
            if is_away(error):
                raise
            return _failed(nudge, error)

    async def _post(self, nudge: Nudge, letter: OutgoingMessage) -> Outcome:
        platform = self.platforms[letter.recipient.platform]
        address = await self._address(platform, letter.recipient)
        place = (address.tenant, address.conversation)
        async with self._turn_at(place):
            until = self._held_until(place)
            if until is not None and self.clock.now() < until:
                return Outcome("planned", "throttled", due_at=until)
            try:
                return await self._post_now(nudge, letter, platform, address)
            except Throttled as error:
                held = (address.tenant, EVERYWHERE) if error.everywhere else place
                self._not_before[held] = self.clock.now() + timedelta(seconds=error.retry_after)
                raise

    def _held_until(self, place: Place) -> datetime | None:
        """When this conversation may be written to again, as it was told itself or as its workspace was."""
        holds = (self._not_before.get(place), self._not_before.get((place[0], EVERYWHERE)))
        return max((until for until in holds if until is not None), default=None)

    def _turn_at(self, place: Place) -> asyncio.Lock:
        """One post at a time in a conversation; in the whole workspace while it has lately said that we are
        too fast, so that one refusal is all that a limit costs."""
        until = self._not_before.get((place[0], EVERYWHERE))
        if until is not None and self.clock.now() < until + CALM:
            place = (place[0], EVERYWHERE)
        return self._turns.setdefault(place, asyncio.Lock())

    async def _post_now(
        self, nudge: Nudge, letter: OutgoingMessage, platform: ChatPlatform, address: Address
    ) -> Outcome:
        if not await mark_sending(self.outbox_writer, nudge, self.clock.now()):
            return Outcome("claimed")
        if nudge.lease_until is None or self.clock.now() >= nudge.lease_until:
            return Outcome("claimed")  # we slept past the lease: somebody else has it by now
        sent = await platform.send(
            address, letter.card, mark=nudge.mark, users=letter.users, language=letter.language
        )
        return _sent(sent)

    async def _prepared(self, nudges: list[Nudge]) -> list[Ready]:
        """Read once for all of them; when one cannot be composed, each by itself, so that only that one
        fails. While the database is away there is nothing to do: they keep their lease."""
        try:
            async with self.database.read() as db:
                facts = await facts_of(db, nudges)
                return [(nudge, await self._prepare(db, facts, nudge)) for nudge in nudges]
        except Exception as error:
            if is_away(error):
                _left_to_their_lease(nudges, error)
                return []
            if len(nudges) == 1:
                return [(nudges[0], _failed(nudges[0], error))]
            return [ready for nudge in nudges for ready in await self._prepared([nudge])]

    async def _prepare(
        self, db: AsyncSession, facts: Facts, nudge: Nudge
    ) -> OutgoingMessage | Recipient | Outcome:
        """Check again what was true at planning, and compose; only the recipient when it may have been
        posted already."""
        now, recipient = self.clock.now(), address_of(facts, nudge)
        if nudge.sending_since is not None:
            # When the bot was removed, nobody can look any more.
            return recipient or Outcome("unknown", "may_have_arrived")
        if reason := why_not_wanted(facts, nudge, now):
            return Outcome("skipped", reason)
        if recipient is None:
            return _nowhere(why_nowhere(facts, nudge))
        reading = ComposeContext(
            db=db,
            now=now,
            nudge=nudge,
            reader=recipient.person,
            language=recipient.language,
            zone=recipient.zone,
            community=facts.communities[nudge.community_id],
            links=self.links,
        )
        card = await self._compose(reading, facts)
        if isinstance(card, Skip):
            return Outcome("skipped", card.reason)
        users = await _users(db, recipient.workspace_id, card)
        return OutgoingMessage(card, recipient, users, recipient.language)

    async def _compose(self, reading: ComposeContext, facts: Facts) -> Card | Skip:
        nudge = reading.nudge
        if nudge.card is not None:
            return Card.from_stored(nudge.card)
        card = await self.composers[nudge.kind](reading)
        if isinstance(card, Skip):
            return card
        return laid_over(card, facts.editions.get((nudge.group, reading.language)))

    async def _address(self, platform: ChatPlatform, recipient: Recipient) -> Address:
        if recipient.conversation:
            return Address(recipient.tenant, recipient.conversation, recipient.reference)
        address = await platform.open_direct(recipient.tenant, recipient.user, recipient.reference)
        await remember_direct(self.database, recipient.identity_id, address)
        return address

    async def _look_for(self, nudge: Nudge, recipient: Recipient) -> Outcome:
        """It may have been posted before a crash or a broken connection: find it, or be sure it is not."""
        assert nudge.sending_since is not None
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


def _failed(nudge: Nudge, error: Exception) -> Outcome:
    log.error("nudge_failed", nudge=nudge.id, kind=nudge.kind, exc_info=error)
    return Outcome("failed", type(error).__name__)


def _left_to_their_lease(nudges: list[Nudge], error: Exception) -> None:
    """What was claimed keeps its lease, and is looked for when it runs out."""
    for nudge in nudges:
        log.warning("nudge_left_to_its_lease", nudge=nudge.id, error=type(error).__name__)


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
