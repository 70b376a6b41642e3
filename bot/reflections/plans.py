"""Reading a plan as people type it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from prompts.language_tables import alternation


@cache
def _if_then() -> re.Pattern[str]:
    cue, then = (alternation(lambda tables: tables.plans.cues), alternation(lambda tables: tables.plans.then))
    pattern = rf"(?P<cue>{cue}\b.+?)[,;:]?\s+{then}\s+(?P<action>\S.*)"
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


@cache
def _i_will() -> re.Pattern[str]:
    return re.compile(rf"{alternation(lambda tables: tables.plans.i_will)}\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IfThenPlan:
    """A cue (empty for a plain commitment) and what the person will do."""

    cue: str
    action: str


def read_plan(text: str) -> IfThenPlan:
    """``When I log in, then I will breathe`` → cue ``When I log in``, action ``breathe``. Total: words that
    are no if-then plan are the action."""
    said = " ".join(text.split())
    found = _if_then().fullmatch(said)
    return plan_of(found["cue"], found["action"]) if found else plan_of("", said)


def plan_of(cue: str, action: str) -> IfThenPlan:
    """A plan that reads as one sentence when it is said back: ``When I log in.`` and ``I will breathe`` →
    ``When I log in, then I will breathe``."""
    cue, action = " ".join(cue.split()), " ".join(action.split())
    return IfThenPlan(
        cue.strip(" .,;:"), _i_will().sub("", action, count=1) if _i_will().match(action) else action
    )
