"""The commands, forms and buttons of planned messages."""

from __future__ import annotations

from bot.console import ahead, costs, day_before, deciding, doubts, editing, failures, listing, previewing
from bot.core.client_information import AN_OFFICE
from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind, with_its_card
from bot.core.permissions import Action
from prompts.words import console as words

RUN = Action.RUN_COHORT

FEATURE = Feature(
    "messages",
    commands=(
        CommandSpec("nudges", RUN, words.nudges_summary, listing.nudges_typed,
                    (Argument("cohort", "text", required=False),),
                    aliases=("messages", "outbox"), example="nudges"),
        CommandSpec("cost", RUN, words.cost_summary, costs.cost_typed,
                    (Argument("cohort", "text", required=False),)),
    ),
    forms=(
        FormSpec("nudge-edit", RUN, editing.edit_form, editing.edit_sent, may_hold=AN_OFFICE),
        FormSpec("nudge-move", RUN, deciding.move_form, deciding.move_sent),
    ),
    presses=(
        PressSpec("nudges.more", RUN, listing.more_pressed),
        PressSpec("nudge.preview", RUN, previewing.preview_pressed),
        PressSpec("nudge.hold", RUN, deciding.hold_pressed),
        PressSpec("nudge.release", RUN, deciding.release_pressed),
        PressSpec("nudge.unmove", RUN, deciding.unmoved_pressed),
        PressSpec("nudge.unedit", RUN, editing.unedited_pressed),
        PressSpec("nudge.now", RUN, deciding.now_pressed),
        PressSpec("nudge.again", RUN, deciding.again_pressed),
        PressSpec("nudges.again", RUN, failures.again_pressed),
        PressSpec("nudge.leave", RUN, deciding.leave_pressed),
    ),
    messages=(
        MessageKind(day_before.KIND, day_before.session_warning),
        MessageKind(ahead.PREVIEW, with_its_card, rank=13),
    ),
    housekeeping=(ahead.show_ahead, day_before.warn_a_day_before, doubts.tell_doubts, failures.tell_failures),
)  # fmt: skip
