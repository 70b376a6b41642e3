"""What is declared of each kind of message: its rank, and how it may share or change its moment.

Ranks (1 is kept first). Times and places come before everything. Of the rest the check-in on a person's own
plan is first: if-then plans that are asked about are the best-evidenced message there is (docs/evidence.md).
A message that a budget leaves no room for is folded into the person's next message; only what is not `kept`
can be left out, and the ledger says so.
"""

from __future__ import annotations

from dataclasses import dataclass

BUNDLE = "bundle"
"""A message with parts: what is due for one person within the same part of a day."""
NOTE = "note"
"""A card written at once about something that has just happened."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`apart`: goes alone at its minute and is not counted (the join link). `waits`: may come some hours
    later or earlier the same day, to share a message. `kept`: never left out. `earlier`: when there is no
    room, it may join a message of the days before. `joint`: one part says it for all of the same kind.
    `chance`: the share of those planned that is sent, for what is told beforehand; where nothing is known
    of a community yet (the sample's shares).
    """

    rank: int
    apart: bool = False
    waits: bool = True
    kept: bool = False
    earlier: bool = False
    joint: bool = False
    chance: float = 1.0


KINDS: dict[str, Kind] = {
    "join_link": Kind(0, apart=True, waits=False, kept=True),
    "session_tomorrow": Kind(1, kept=True, earlier=True),
    "welcome": Kind(1, kept=True),
    "presenter_planning": Kind(2, kept=True),
    "presenter_checklist": Kind(2, kept=True),
    "presenter_tech_check": Kind(2, kept=True),
    "commitment_check_in": Kind(3, kept=True, joint=True),
    "make_it_stick": Kind(4, kept=True),
    "post_session_form": Kind(5, waits=False, chance=0.7),
    "series_form": Kind(5, kept=True, chance=0.9),
    "look_back": Kind(6),
    "commitment_rehearsal": Kind(7, joint=True, chance=0.5),
    "follow_up_form": Kind(8, kept=True),
    "partner_round": Kind(9, kept=True),
    "partner_check": Kind(10),
    "form_reminder": Kind(11, chance=0.4),
    "partner_ask_again": Kind(12, chance=0.3),
    "message_preview": Kind(13),
    "week_ahead": Kind(13, kept=True),
    NOTE: Kind(0, waits=False, kept=True),
    BUNDLE: Kind(0, waits=False, kept=True),
}
OTHER = Kind(14)
"""What a facilitator added to a cadence."""

MORNING_MINUTES = 120
"""How long the morning is over which people are written to, from nine on."""
APART_MINUTES = 20
"""People of a cohort are written to so many minutes apart, in turns over the morning."""
APART = frozenset(kind for kind, one in KINDS.items() if one.apart)


def kind_of(name: str) -> Kind:
    return KINDS.get(name, OTHER)
