"""The command, buttons, home section and jobs of a pulse."""

from __future__ import annotations

from bot.core.feature import CommandSpec, Feature, PressSpec
from bot.core.inputs import Argument
from bot.core.permissions import Action
from bot.pulse import answering, opening, showing
from prompts.words import pulse as words

RUN = Action.RUN_COHORT

FEATURE = Feature(
    "pulse",
    commands=(
        CommandSpec("pulse", RUN, words.summary, opening.pulse_typed,
                    (Argument("cohort", "text", required=False),), topic="breakouts"),
    ),
    presses=(
        PressSpec("pulse.open", RUN, opening.open_pressed),
        PressSpec("pulse.close", RUN, opening.close_pressed),
        PressSpec("pulse.answer", Action.TAKE_PART, answering.answer_pressed),
    ),
    home=(answering.on_my_page,),
    jobs={showing.SHOW: showing.show, showing.CLOSE: showing.close_due},
)  # fmt: skip
