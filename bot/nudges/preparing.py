"""From a claimed nudge to a letter: what was true at planning is checked again, then it is composed."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.cards import Card, mentioned
from bot.core.clock import Clock
from bot.core.composers import ComposeContext
from bot.core.context import identities_of
from bot.core.links import Links
from bot.core.message_kinds import MessageKinds
from bot.core.reply import Skip
from bot.nudges.addresses import Recipient, address_of, why_nowhere
from bot.nudges.bundles import composed_bundle
from bot.nudges.editions import laid_over
from bot.nudges.kinds import BUNDLE
from bot.nudges.outbox import LOOK_AGAIN, Outcome
from bot.nudges.part_states import Parts
from bot.nudges.prefetch import Facts, facts_of
from bot.nudges.recheck import why_not_wanted
from storage.cells import MOVING
from storage.database import Database, is_away
from storage.nudges import Nudge

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A nudge ready to go: what, to whom, and whom it mentions."""

    card: Card
    recipient: Recipient
    users: dict[int, str]
    language: str
    parts: Parts | None = None


Prepared = OutgoingMessage | Recipient | Outcome
"""A letter to post, somebody at whose place to look for it, or how it ended without either."""
Ready = tuple[Nudge, Prepared]


class Writer:
    """Prepares claimed nudges, several with one look at the database."""

    def __init__(self, database: Database, clock: Clock, kinds: MessageKinds, links: Links) -> None:
        self._database = database
        self._clock = clock
        self._kinds = kinds
        self._links = links

    async def prepared(self, nudges: list[Nudge]) -> list[Ready]:
        """Read once for all of them; when one cannot be composed, each by itself, so that only that one
        fails. While the database is away there is nothing to do: they keep their lease."""
        try:
            async with self._database.read() as db:
                facts = await facts_of(db, nudges)
                return [(nudge, await self._prepare(db, facts, nudge)) for nudge in nudges]
        except Exception as error:
            if is_away(error):
                left_to_their_lease(nudges, error)
                return []
            if len(nudges) == 1:
                return [(nudges[0], failed(nudges[0], error))]
            return [ready for nudge in nudges for ready in await self.prepared([nudge])]

    async def _prepare(self, db: AsyncSession, facts: Facts, nudge: Nudge) -> Prepared:
        """Check again what was true at planning, and compose; only the recipient when it may have been
        posted already."""
        now = self._clock.now()
        recipient = address_of(facts, nudge, now)
        if nudge.sending_since is not None:
            # When the bot was removed, nobody can look any more.
            return recipient or Outcome("unknown", "may_have_arrived")
        if reason := why_not_wanted(facts, self._kinds, nudge, now):
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
            links=self._links,
        )
        card, parts = await self._whole(reading, facts)
        if isinstance(card, Skip):
            return Outcome("skipped", card.reason, parts=parts)
        if recipient.held_until is not None and now < recipient.held_until:
            moves = recipient.held_because == MOVING  # which is over soon
            until = min(recipient.held_until, now + LOOK_AGAIN) if moves else recipient.held_until
            return Outcome("planned", recipient.held_because, due_at=until)
        users = await _users(db, recipient.workspace_id, card)
        return OutgoingMessage(card, recipient, users, recipient.language, parts)

    async def _whole(self, reading: ComposeContext, facts: Facts) -> tuple[Card | Skip, Parts | None]:
        """The card; of a message with parts, what became of each of them as well."""
        if reading.nudge.kind == BUNDLE:
            return await composed_bundle(reading.db, self._kinds, reading.nudge, reading, self._compose)
        return await self._compose(reading, facts), None

    async def _compose(self, reading: ComposeContext, facts: Facts) -> Card | Skip:
        nudge = reading.nudge
        if nudge.card is not None:
            return Card.from_stored(nudge.card)
        card = await self._kinds[nudge.kind].compose(reading)
        if isinstance(card, Skip):
            return card
        return laid_over(card, facts.editions.get((nudge.group, reading.language)))


def failed(nudge: Nudge, error: Exception) -> Outcome:
    """It cannot be composed, or posting it ends in an error of our own."""
    log.error("nudge_failed", nudge=nudge.id, kind=nudge.kind, exc_info=error)
    return Outcome("failed", type(error).__name__, is_failure=True)


def left_to_their_lease(nudges: list[Nudge], error: Exception) -> None:
    """What was claimed keeps its lease, and is looked for when it runs out."""
    for nudge in nudges:
        log.warning("nudge_left_to_its_lease", nudge=nudge.id, error=type(error).__name__)


def _nowhere(reason: str) -> Outcome:
    """Somebody without any account is for a facilitator to look at; the other reasons explain themselves."""
    return Outcome("failed" if reason == "nobody_to_write_to" else "skipped", reason)


async def _users(db: AsyncSession, workspace_id: int, card: Card) -> dict[int, str]:
    named = mentioned(card)
    return await identities_of(db, workspace_id, named) if named else {}
