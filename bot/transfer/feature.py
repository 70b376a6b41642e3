"""The commands, forms and buttons that bring files in and out."""

from __future__ import annotations

from bot.core.client_information import A_DOCUMENT
from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.permissions import Action
from bot.transfer import export_commands, import_commands, import_drafts, import_questions, member_editing
from prompts.words import communities as words

RUN = Action.RUN_COHORT

FEATURE = Feature(
    "transfer",
    commands=(
        CommandSpec("import", RUN, words.import_summary, import_commands.import_typed,
                    (Argument("cohort", "text", required=False),)),
        CommandSpec("series export", RUN, words.export_series_summary, export_commands.export_typed,
                    (Argument("series", "word", required=False),),
                    aliases=("export series",), example="series export steady-teams"),
        CommandSpec("member edit", RUN, words.member_edit_summary, member_editing.member_edit_typed,
                    (Argument("person", "person"),
                     *(Argument(name, "word", required=False) for name in member_editing.FIELDS)),
                     example='member edit @Ana name="Ana Ruiz" state=OR'),
    ),
    forms=(
        FormSpec("member-edit", RUN, member_editing.member_edit_form, member_editing.member_edit_sent),
        FormSpec("import", RUN, import_commands.import_form, import_commands.import_sent,
                 may_hold=A_DOCUMENT),
        FormSpec("import-cells", RUN, import_questions.cells_form, import_questions.cells_sent,
                 may_hold=A_DOCUMENT),
    ),
    presses=(
        PressSpec("member.change", RUN, member_editing.member_change_pressed),
        PressSpec("import.ask", RUN, import_commands.import_asked),
        PressSpec("import.series", RUN, import_commands.series_applied),
        PressSpec("import.apply", RUN, import_commands.import_applied),
    ),
    housekeeping=(import_drafts.drop_old_drafts,),
)  # fmt: skip
