"""The command that opens the page, and Monday's message."""

from __future__ import annotations

from bot.core.feature import Argument, CommandSpec, Feature
from bot.core.permissions import Action
from bot.series_page import opening
from prompts.words import series_page as words

RUN = Action.RUN_COHORT

FEATURE = Feature(
    "series-page",
    commands=(
        CommandSpec("series page", RUN, words.page_summary, opening.page_typed,
                    (Argument("cohort", "text", required=False),), example="series page"),
    ),
)  # fmt: skip
