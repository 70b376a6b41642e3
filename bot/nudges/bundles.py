"""A message with parts, put together when it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Card, Section, as_part
from bot.core.composers import ComposeContext
from bot.core.message_kinds import MessageKinds
from bot.core.reply import Skip
from bot.nudges.part_states import Parts
from bot.nudges.prefetch import Facts, facts_of
from bot.nudges.recheck import why_not_wanted
from prompts.text import Marked, marked
from prompts.words import console as words
from storage.database import is_away
from storage.nudges import Nudge, NudgeState

log = structlog.get_logger()

EMPTY = Skip("nothing_left")


Compose = Callable[[ComposeContext, Facts], Awaitable[Card | Skip]]


async def composed_bundle(
    db: AsyncSession, kinds: MessageKinds, bundle: Nudge, reading: ComposeContext, compose: Compose
) -> tuple[Card | Skip, Parts]:
    """The card, or why there is none, and what became of each part. `reading` is the bundle's own."""
    parts = await parts_of(db, kinds, bundle)
    facts = await facts_of(db, parts)
    left_out: dict[int, tuple[str, str]] = {}
    about: dict[int, tuple[int, ...]] = {}
    cards: list[Card] = []
    said: set[str] = set()
    for part in parts:
        if part.kind in said and kinds[part.kind].joint:
            continue
        card = await _card_of(part, kinds, reading, facts, compose)
        if not isinstance(card, Card):
            left_out[part.id] = card
            continue
        about[part.id] = card.about
        cards.append(card)
        said.add(part.kind)
    if not cards:
        return EMPTY, Parts(left_out, about)
    return bundled(cards, reading.language), Parts(left_out, about)


async def _card_of(
    part: Nudge, kinds: MessageKinds, reading: ComposeContext, facts: Facts, compose: Compose
) -> Card | tuple[str, str]:
    """Its card, or the state and the reason without one: one that cannot be composed keeps none back."""
    if reason := why_not_wanted(facts, kinds, part, reading.now):
        return "skipped", reason
    try:
        card = await compose(_of_part(reading, facts, part), facts)
    except Exception as error:
        if is_away(error):
            raise
        log.error("nudge_failed", nudge=part.id, kind=part.kind, exc_info=error)
        return "failed", type(error).__name__
    return card if isinstance(card, Card) else ("skipped", card.reason)


async def parts_of(db: AsyncSession, kinds: MessageKinds, bundle: Nudge) -> Sequence[Nudge]:
    """Its parts that have not been decided yet, what is kept first standing first."""
    found = await db.scalars(
        select(Nudge)
        .where(Nudge.bundle_id == bundle.id, Nudge.state == NudgeState.FOLDED)
        .order_by(col(Nudge.id))
    )
    return sorted(found, key=lambda one: (kinds[one.kind].rank, one.due_at, one.id))


def _of_part(reading: ComposeContext, facts: Facts, part: Nudge) -> ComposeContext:
    return replace(reading, nudge=part, community=facts.communities[part.community_id])


def bundled(cards: Sequence[Card], language: str) -> Card:
    """One card of several; a single one stays what it is."""
    if len(cards) == 1:
        return cards[0]
    names = [card.title for card in cards if card.title]
    return Card(
        title=words.bundle_title(language, n=len(cards)),
        text=Marked("\n").join(Marked("- ") + marked(name) for name in names),
        sections=tuple(section for card in cards for section in _sections(card)),
        pictures=tuple(picture for card in cards for picture in card.pictures),
        more_url=next((card.more_url for card in cards if card.more_url), ""),
    )


def _sections(card: Card) -> Iterable[Section]:
    """A card as sections of a longer one, its own buttons at its end."""
    buttons = tuple(map(as_part, card.buttons))
    inner = [_section(section) for section in card.sections]
    yield Section(title=card.title, text=card.text, facts=card.facts, buttons=() if inner else buttons)
    if not inner:
        if card.context:
            yield Section(text=card.context)
        return
    *most, last = inner
    yield from most
    yield last.model_copy(update={"buttons": (*last.buttons, *buttons)})
    if card.context:
        yield Section(text=card.context)


def _section(section: Section) -> Section:
    return section.model_copy(update={"buttons": tuple(map(as_part, section.buttons))})
