"""The commands, forms and buttons of resource pages."""

from __future__ import annotations

from bot.core.client_information import AN_OFFICE
from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.permissions import Action
from bot.resources import editing, finding, publishing
from prompts.words import resources as words

ALL, PREPARE, RUN = Action.TAKE_PART, Action.PREPARE_SESSION, Action.RUN_COHORT

FEATURE = Feature(
    "resources",
    commands=(
        CommandSpec("page", PREPARE, words.page_summary, editing.page_typed,
                    (Argument("number", "number", required=False),
                     Argument("cohort", "word", required=False)), example="page 2"),
        CommandSpec("resources", ALL, words.find_summary, finding.find_typed,
                    (Argument("words", "text", required=False),), aliases=("pages",),
                    example="resources breathing"),
    ),
    forms=(
        FormSpec("page-text", PREPARE, editing.text_form, editing.text_sent, may_hold=AN_OFFICE),
        FormSpec("page-alt", PREPARE, editing.alt_form, editing.alt_sent, may_hold=AN_OFFICE),
    ),
    presses=(
        PressSpec("page.publish", PREPARE, publishing.publish_pressed),
        PressSpec("page.open", RUN, publishing.open_pressed),
        PressSpec("page.close", RUN, publishing.close_pressed),
        PressSpec("page.picture_remove", PREPARE, editing.remove_picture),
    ),
)  # fmt: skip
