"""Sends what is due: claim, check again, compose, post once, settle.

Sending is at least once with a look before every repeat: a nudge that may have been posted is looked for
by its mark, twice, before it is posted again (Slack). Where no look-up exists (Teams) it becomes
``unknown`` and a facilitator decides. See docs/decisions on at-least-once sending.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

import structlog

from bot.core.cards import Card
from bot.core.clock import Clock
from bot.core.links import Links
from bot.core.message_kinds import MessageKinds
from bot.core.platform import (
    Address,
    CannotLookUp,
    ChatPlatform,
    PlatformError,
    Sent,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
    WorkspaceRefused,
)
from bot.nudges.addresses import Recipient, account_gone, remember_direct
from bot.nudges.hands import Hands
from bot.nudges.holding import hold, let_go
from bot.nudges.lanes import Lanes
from bot.nudges.outages import EVERYWHERE, Outages, Place
from bot.nudges.outbox import (
    LOOK_AGAIN,
    Fold,
    OutboxWriter,
    Outcome,
    claim_due_nudges,
    give_back,
    mark_sending,
    settle,
    wake,
)
from bot.nudges.preparing import OutgoingMessage, Prepared, Writer, failed, left_to_their_lease
from bot.nudges.promotion import Timeline
from bot.nudges.retrying import UNSURE, after, not_there, odd, parked
from storage.database import Database, is_away
from storage.nudges import Nudge, NudgeState

log = structlog.get_logger()

AT_ONCE = 8
"""Messages on their way at the same time, in one process to one workspace."""
PREPARED_EACH = 4
"""Messages that are read and composed together for each of those: they go within a few posts' time."""
MOST_IN_HAND = 1_000
"""Messages that one process has claimed at the same time."""
FRESH_SECONDS = 5.0
"""A message that had to wait longer for its turn is checked and composed again."""
LONGEST_CALL_SECONDS = 40.0
"""All calls for one message together; less than the lease, which begins anew just before them."""
SETTLES_WITHIN_SECONDS = 60.0
"""What was broken off by our own time limit may still be accepted: so long nobody looks for it."""
Answer = TypeVar("Answer")


class Sender:
    """One per process. `send_due` empties what is due now; the beat calls it."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        platforms: Mapping[str, ChatPlatform],
        kinds: MessageKinds,
        links: Links,
        fold: Fold | None = None,
        ended: Callable[[Nudge, Outcome, datetime], None] = lambda *_: None,
    ) -> None:
        """`ended` is told of each attempt that is over, with the moment."""
        self.fold = fold
        self._ended = ended
        self.database = database
        self.clock = clock
        self.platforms = platforms
        self.outbox_writer = OutboxWriter(database)
        self.worker = secrets.token_hex(8)
        self._claims = count(1)
        self.hands = Hands()
        self._writer = Writer(database, clock, kinds, links)
        self._lanes = Lanes(clock, AT_ONCE)
        self._outages = Outages()
        self._timeline = Timeline(database, self.worker)
        self.stopping = False
        """Begin no more; what was claimed and not begun is given back at once."""

    async def send_due(self, limit: int = 100, patience: float | None = None) -> int:
        """Claim and send one batch. Returns how many nudges were claimed (0: nothing was due).

        With `patience` it returns after so many seconds even when the slowest are still on their way; those
        go on beside the next batch.
        """
        await self.hands.wait_for_room(MOST_IN_HAND, patience)
        room = min(limit, MOST_IN_HAND - len(self.hands))
        if room <= 0 or self.stopping:
            return 0
        await self._timeline.look(self.clock.now())
        holder = f"{self.worker}.{next(self._claims)}"  # what was claimed before and ran out is not ours
        claimed = await claim_due_nudges(self.database, holder, self.clock.now(), room, self.fold)
        size = AT_ONCE * PREPARED_EACH
        for start in range(0, len(claimed), size):
            if start:
                await self.hands.wait_for_room(size, patience)
            if self.stopping:
                break
            await self._begin(claimed[start : start + size])
        await self.hands.wait(patience)
        if self.stopping:
            await self.drain()
        return len(claimed)

    async def drain(self) -> None:
        """Wait for what is on its way, and give back what was not begun."""
        await self.hands.wait()
        await give_back(self.database, self.worker)

    async def _begin(self, nudges: list[Nudge]) -> None:
        now = asyncio.get_running_loop().time()
        for nudge, prepared in await self._writer.prepared(nudges):
            self.hands.take(self._send(nudge, prepared, now))

    async def _send(self, nudge: Nudge, prepared: Prepared, since: float) -> None:
        try:
            if isinstance(prepared, Outcome):
                await self._settle(nudge, prepared)
                return
            recipient = prepared.recipient if isinstance(prepared, OutgoingMessage) else prepared
            async with self._lanes.turn(_place(recipient)):
                if self.stopping:
                    return
                if asyncio.get_running_loop().time() - since > FRESH_SECONDS:
                    outcome = await self._outcome_anew(nudge)
                else:
                    outcome = await self._outcome(nudge, prepared)
            if outcome is not None:
                await self._settle(nudge, outcome)  # the next post need not wait for this one's row
        except Exception as error:
            if not is_away(error):
                raise
            left_to_their_lease([nudge], error)

    async def _outcome_anew(self, nudge: Nudge) -> Outcome | None:
        """It is our turn, and what was prepared is old. None: it is not ours any more."""
        for _, prepared in await self._writer.prepared([nudge]):
            return prepared if isinstance(prepared, Outcome) else await self._outcome(nudge, prepared)
        return None

    async def _settle(self, nudge: Nudge, outcome: Outcome) -> None:
        self._timeline.ended(nudge, outcome, self.clock.now())
        self._ended(nudge, outcome, self.clock.now())
        if not await settle(self.outbox_writer, nudge, outcome, self.clock.now()):
            log.warning("nudge_lease_lost", nudge=nudge.id, kind=nudge.kind)

    async def _outcome(self, nudge: Nudge, prepared: OutgoingMessage | Recipient) -> Outcome:
        """One attempt. Raises only when the database is away."""
        recipient = prepared.recipient if isinstance(prepared, OutgoingMessage) else prepared
        place = _place(recipient)
        if throttled := self._lanes.held_until(place):
            return after(Throttled((throttled - self.clock.now()).total_seconds()), nudge, self.clock.now())
        if away := self._outages.held_until(place, self.clock.now()):
            return parked(nudge, self.clock.now(), away)
        try:
            if isinstance(prepared, OutgoingMessage):
                outcome = replace(await self._post_there(nudge, prepared), parts=prepared.parts)
            else:
                outcome = await self._look_for(nudge, prepared)
        except PlatformError as error:
            return await self._failed(error, nudge, place)
        except Exception as error:
            if is_away(error):
                raise
            return failed(nudge, error)
        await self._answered(nudge, place)
        return outcome

    async def _failed(self, error: PlatformError, nudge: Nudge, place: Place) -> Outcome:
        now = self.clock.now()
        if isinstance(error, Unavailable | Uncertain):
            self._outages.failed(place, now)
        else:
            await self._answered(nudge, place)
        if isinstance(error, Throttled):
            until = now + timedelta(seconds=error.retry_after)
            self._lanes.throttled((place[0], EVERYWHERE) if error.everywhere else place, until)
        return after(error, nudge, now)

    async def _answered(self, nudge: Nudge, place: Place) -> None:
        if self._outages.answered(place):
            woken = await wake(self.database, nudge.community_id, self.clock.now())
            if woken:
                log.info("platform_answers_again", woken=woken)

    async def _post_there(self, nudge: Nudge, letter: OutgoingMessage) -> Outcome:
        """Post it, and learn what the platform says of the whole workspace, or of the reader's account."""
        recipient = letter.recipient
        try:
            outcome = await self._post(nudge, letter)
        except WorkspaceRefused as error:
            until = await hold(self.database, recipient.workspace_id, error, self.clock.now())
            return Outcome(NudgeState.PLANNED, "workspace_held", due_at=until)
        except Unreachable:
            now = self.clock.now()
            if recipient.identity_id and await account_gone(self.database, nudge, recipient, now):
                return Outcome(NudgeState.PLANNED, "chat_lost", due_at=now)
            raise
        if recipient.held_until is not None and outcome.state == NudgeState.SENT:
            await let_go(self.database, recipient.workspace_id)
        return outcome

    async def _post(self, nudge: Nudge, letter: OutgoingMessage) -> Outcome:
        platform = self.platforms[letter.recipient.platform]
        address = await _in_time(self._address(platform, letter.recipient), Unavailable)
        if not await mark_sending(self.outbox_writer, nudge, self.clock.now(), letter.parts):
            return Outcome("claimed")
        if nudge.lease_until is None or self.clock.now() >= nudge.lease_until:
            return Outcome("claimed")  # we slept past the lease: somebody else has it by now
        self._timeline.calls(nudge, self.clock.now())
        posting = platform.send(
            address, letter.card, mark=nudge.mark, users=letter.users, language=letter.language
        )
        try:
            return _sent(await _in_time(posting, _broken_off), letter.card)
        except PlatformError:
            raise
        except Exception as error:
            if is_away(error):
                raise
            log.error("nudge_post_failed", nudge=nudge.id, kind=nudge.kind, exc_info=error)
            return odd(nudge, self.clock.now())

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
        address = await _in_time(self._address(platform, recipient), Unavailable)
        since = nudge.sending_since - LOOK_AGAIN
        try:
            sent = await _in_time(platform.find(address, nudge.mark, since), Unavailable)
        except CannotLookUp:
            return UNSURE
        return not_there(nudge, self.clock.now()) if sent is None else _sent(sent)


async def _in_time(call: Awaitable[Answer], else_raise: Callable[[str], PlatformError]) -> Answer:
    """The answer of a call that has no time limit of its own, or a longer one."""
    try:
        async with asyncio.timeout(LONGEST_CALL_SECONDS):
            return await call
    except TimeoutError:
        raise else_raise(f"no answer within {LONGEST_CALL_SECONDS:g} s") from None


def _broken_off(text: str) -> Uncertain:
    return Uncertain(text, settles_within=SETTLES_WITHIN_SECONDS)


def _place(recipient: Recipient) -> Place:
    return (recipient.tenant, recipient.conversation or f"user:{recipient.user}")


def _sent(sent: Sent, card: Card | None = None) -> Outcome:
    where: dict[str, object] = {
        "tenant": sent.address.tenant,
        "conversation": sent.address.conversation,
        "reference": sent.address.reference,
        "message": sent.message,
    }
    if card is not None and card.about:
        where["about"] = list(card.about)
    return Outcome("sent", message=where)
