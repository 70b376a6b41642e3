"""The command, form and buttons of experiments."""

from __future__ import annotations

from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.permissions import Action
from bot.experiments import running
from prompts.words import experiments as words

RUN = Action.RUN_COHORT

FEATURE = Feature(
    "experiments",
    commands=(
        CommandSpec("experiment", RUN, words.summary, running.experiment_typed,
                    (Argument("cohort", "text", required=False),)),
    ),
    forms=(FormSpec("experiment", RUN, running.plan_form, running.plan_sent),),
    presses=(
        PressSpec("experiment.start", RUN, running.start_pressed),
        PressSpec("experiment.stop", RUN, running.stop_pressed),
    ),
)  # fmt: skip
