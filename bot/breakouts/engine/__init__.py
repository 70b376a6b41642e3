"""The breakout engine: group makers for breakout rounds and learning partners, as pure functions."""

from bot.breakouts.engine.bound import lower_bound, repeats
from bot.breakouts.engine.changes import Change, drop, lock, place_late, reshuffle, swap
from bot.breakouts.engine.model import (
    Clash,
    Explanation,
    Group,
    History,
    Member,
    MixShare,
    OddSeat,
    Pair,
    Plan,
    Round,
    Rules,
    odd_groups,
    odd_people,
    pair,
)
from bot.breakouts.engine.planner import pair_up, plan

__all__ = [
    "Change",
    "Clash",
    "Explanation",
    "Group",
    "History",
    "Member",
    "MixShare",
    "OddSeat",
    "Pair",
    "Plan",
    "Round",
    "Rules",
    "drop",
    "lock",
    "lower_bound",
    "odd_groups",
    "odd_people",
    "pair",
    "pair_up",
    "place_late",
    "plan",
    "repeats",
    "reshuffle",
    "swap",
]
