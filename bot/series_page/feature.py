"""The command that opens the page, and Monday's message."""

from __future__ import annotations

from bot.core.feature import CommandSpec, Feature, PressSpec
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind
from bot.core.permissions import Action
from bot.series_page import monday, opening
from prompts.words import series_page as words

RUN = Action.RUN_COHORT

FEATURE = Feature(
    "series-page",
    commands=(
        CommandSpec("series page", RUN, words.page_summary, opening.page_typed,
                    (Argument("cohort", "text", required=False),), example="series page"),
    ),
    presses=(
        PressSpec(monday.STOP, Action.TAKE_PART, monday.stop_pressed, "week_ahead"),
        PressSpec(monday.START, Action.TAKE_PART, monday.start_pressed, "week_ahead"),
    ),
    messages=(MessageKind(monday.KIND, monday.week_ahead, rank=13, kept=True),),
    housekeeping=(monday.plan_mondays,),
)  # fmt: skip
