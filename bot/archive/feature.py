"""The commands, the form and the buttons of the archive."""

from __future__ import annotations

from bot.archive import closing, finding, rerun
from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.permissions import Action
from prompts.words import archive as words

RUN = Action.RUN_COHORT
_SERIES = Argument("series", "word", required=False)

FEATURE = Feature(
    "archive",
    commands=(
        CommandSpec("archive", Action.TAKE_PART, words.archive_summary, finding.archive_typed,
                    (Argument("what", "text", required=False),),
                    example="archive supervision"),
        CommandSpec("series close", RUN, words.close_summary, closing.close_typed, (_SERIES,),
                    example="series close steady-teams"),
        CommandSpec("series reopen", RUN, words.reopen_summary, closing.reopen_typed,
                    (Argument("series", "word"),),
                    example="series reopen steady-teams"),
        CommandSpec("series again", RUN, words.again_summary, rerun.again_typed,
                    (rerun.START, rerun.SERIES), form="series-again",
                    example="series again 2028-02-22 steady-teams"),
    ),
    forms=(FormSpec("series-again", RUN, rerun.again_form, rerun.again_sent),),
    presses=(
        PressSpec("series.ask_close", RUN, closing.close_asked),
        PressSpec("series.close", RUN, closing.close_pressed),
        PressSpec("series.close_later", RUN, closing.later_pressed),
        PressSpec("series.stay_open", RUN, closing.stay_open_pressed),
        PressSpec("series.reopen", RUN, closing.reopen_pressed),
        PressSpec("series.again", RUN, rerun.again_pressed),
        PressSpec("series.unmake", RUN, rerun.unmake_pressed),
    ),
    housekeeping=(closing.close_those_due,),
)  # fmt: skip
