"""A clash of rules in the reader's language. Nothing of a confidential rule is in a `Clash`."""

from __future__ import annotations

import re

from bot.breakouts.engine import Clash
from bot.breakouts.room import Room
from prompts import dates
from prompts.text import Marked
from prompts.words import breakouts as words

PRIVATE = "private and other"
"""What the engine calls a clash in which a confidential rule may play a part."""
_DROPPED = {
    "keep nobody together": words.drop_together,
    "lift the locks": words.drop_locks,
    "keep nobody apart": words.drop_apart,
    "without these wishes": words.drop_wishes,
}
_RULES = {"together": words.rule_together, "apart": words.rule_apart, "locks": words.rule_locks}


def clash_text(language: str, clash: Clash, room: Room) -> Marked:
    """What clashes, and the nearest that works where the engine found one.

    Where a confidential rule may play a part there is one text for every cause, and no offer either: what
    would work without it would tell whom it is about.
    """
    reason = _reason(language, clash, room)
    nearest = _nearest(language, clash.dropped) if clash.nearest and PRIVATE not in clash.rules else None
    return reason if nearest is None else words.clash_offer(language, reason=reason, nearest=nearest)


def _reason(language: str, clash: Clash, room: Room) -> Marked:
    names = dates.series_of(language, [room.name(person) for person in clash.people])
    if clash.rules == ("people",):
        return words.clash_too_few(language, n=len(room.members))
    if clash.rules == ("size",):
        return words.clash_size(language)
    if clash.rules == ("wishes",):
        return words.clash_wishes(language)
    if not clash.people or not names:
        return words.clash_generic(language)
    named = {
        ("together", "apart"): words.clash_together_apart,
        ("together", "locks"): words.clash_together_locks,
        ("together", "size"): words.clash_together_size,
        ("locks", "size"): words.clash_locks_size,
        ("apart", "locks"): words.clash_apart_locks,
        ("apart", "size"): words.clash_apart_size,
        ("apart",): words.clash_apart,
    }.get(clash.rules)
    if named:
        return named(language, names=names)
    kinds = [_RULES[rule](language) for rule in clash.rules if rule in _RULES]
    if len(kinds) < 2:
        return words.clash_generic(language)
    return words.clash_several(language, rules=Marked(", ").join(kinds), names=names)


def _nearest(language: str, dropped: str) -> Marked | None:
    if dropped in _DROPPED:
        return _DROPPED[dropped](language)
    count = re.match(r"(\d+) groups", dropped)
    return words.drop_to_groups(language, n=int(count[1])) if count else None
