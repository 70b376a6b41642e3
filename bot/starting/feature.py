"""The command, forms and buttons of `start`."""

from __future__ import annotations

from bot.core.client_information import A_DOCUMENT, AN_OFFICE
from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.permissions import Action
from bot.starting import commands
from prompts.words import starting as words

RUN = Action.RUN_COHORT

FEATURE = Feature(
    "starting",
    commands=(
        CommandSpec("start", Action.TAKE_PART, words.start_summary, commands.start_typed,
                    (Argument("text", "text", required=False),),
                    aliases=("new series",),
                    example="start Four Tuesdays at noon Pacific from February 23, 90 minutes",
                    may_hold=AN_OFFICE),
    ),
    forms=(
        FormSpec("start", RUN, commands.start_form, commands.start_sent, may_hold=A_DOCUMENT),
        FormSpec("start-answers", RUN, commands.answers_form, commands.answers_sent),
        FormSpec("start-place", RUN, commands.place_form, commands.place_sent),
    ),
    presses=(
        PressSpec("start.ask", RUN, commands.start_asked),
        PressSpec("start.preview", RUN, commands.preview_pressed),
        PressSpec("start.make", RUN, commands.make_pressed),
        PressSpec("start.undo", RUN, commands.undo_pressed),
    ),
)  # fmt: skip
