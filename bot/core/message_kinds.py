"""What is declared of each kind of message: who writes it, its rank, how it may share or change its moment.

A feature declares the kinds that it writes; what lists call one is ``title_of_<slug>`` of its own words
(`prompts.kind_titles`). Ranks (1 is kept first): times and places come before everything. Of the rest the
check-in on a person's own plan is first: if-then plans that are asked about are the best-evidenced message
there is (docs/evidence.md). A message that a budget leaves no room for is folded into the person's next
message; only what is not `kept` can be left out, and the ledger says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prompts.text import Words

if TYPE_CHECKING:
    from bot.core.cards import Card
    from bot.core.composers import ComposeContext, Composer
    from bot.core.reply import Skip

LAST = 14
"""The rank of what comes after all that has one."""


async def with_its_card(reading: ComposeContext) -> Card | Skip:
    """For a kind whose every message brings its card: there is nothing to compose."""
    raise LookupError(f"{reading.nudge.kind} brings its card")


@dataclass(frozen=True, slots=True)
class MessageKind:
    """`compose` writes it when it goes. `stop` is what a person's settings call it where they may refuse it.
    `apart`: goes alone at its minute and is not counted (the join link).
    `waits`: may come some hours later or earlier the same day, to share a message. `kept`: never left out.
    `earlier`: when there is no room, it may join a message of the days before. `joint`: one part says it for
    all of the same kind. `chance`: the share of those planned that is sent, for what is told beforehand;
    where nothing is known of a community yet (the sample's shares). `shown_ahead`: facilitators see it a day
    before it goes to a cohort; times, links and forms need no second pair of eyes. `for_presenters`: they get
    it without being enrolled, and after leaving. `in_calendar`: not for who has the sessions in a calendar.
    `choice`: the setting that several kinds share, in place of their slugs.
    """

    slug: str
    compose: Composer
    rank: int = LAST
    apart: bool = False
    waits: bool = True
    kept: bool = False
    earlier: bool = False
    joint: bool = False
    chance: float = 1.0
    shown_ahead: bool = False
    for_presenters: bool = False
    in_calendar: bool = False
    choice: str = ""
    stop: Words | None = None


class MessageKinds(dict[str, MessageKind]):
    """By slug. A kind that nobody declares (a facilitator added it to a cadence) comes last."""

    def __init__(self, kinds: Iterable[MessageKind] = ()) -> None:
        """Raises `ValueError` for twins."""
        super().__init__()
        for kind in kinds:
            if kind.slug in self:
                raise ValueError(f"two kinds of message are called {kind.slug}")
            self[kind.slug] = kind

    def __missing__(self, slug: str) -> MessageKind:
        return MessageKind(slug, with_its_card)

    @property
    def stoppable(self) -> Mapping[str, Words]:
        """What a person may refuse, by slug, by rank: what their settings call it."""
        ranked = sorted(self.items(), key=lambda item: item[1].rank)
        return {slug: kind.stop for slug, kind in ranked if kind.stop is not None}

    @property
    def apart(self) -> frozenset[str]:
        """The slugs of what is not counted."""
        return frozenset(slug for slug, kind in self.items() if kind.apart)
