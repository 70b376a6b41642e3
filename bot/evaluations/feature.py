"""The commands, the form, the messages and the closing of evaluations."""

from __future__ import annotations

from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind
from bot.core.permissions import Action
from bot.evaluations import administration, answering, funder, invitations, tailor_commands
from bot.evaluations.answer_store import AFTERWARDS, wipe
from bot.evaluations.batches import FORM
from prompts.words import evaluations as words
from prompts.words import tailoring as tailor_words

ALL, RUN = Action.TAKE_PART, Action.RUN_COHORT
_SESSION = Argument("session", "number", required=False)
_COHORT = Argument("cohort", "text", required=False)
_WHICH = Argument("which", "choice", required=False, choices=tuple(tailor_commands.WHICH))

FEATURE = Feature(
    "evaluations",
    commands=(
        CommandSpec("evaluate", ALL, words.evaluate_summary, answering.evaluate_typed, (_SESSION,),
                    example="evaluate 2"),
        CommandSpec("evaluation open", RUN, words.open_summary, administration.open_typed,
                    (_SESSION, _COHORT), example="evaluation open 2"),
        CommandSpec("evaluation close", RUN, words.close_summary, administration.close_typed,
                    (_SESSION, _COHORT), example="evaluation close 2"),
        CommandSpec("evaluation tailor", RUN, tailor_words.tailor_summary, tailor_commands.tailor_typed,
                    (_WHICH, _COHORT), example="evaluation tailor series"),
        CommandSpec("evaluation file", RUN, tailor_words.file_summary, tailor_commands.file_typed,
                    (_WHICH, _COHORT), example="evaluation file session"),
        CommandSpec("evaluation funder", RUN, words.funder_summary, funder.funder_typed,
                    (Argument("address", "word"), _COHORT),
                    example="evaluation funder https://funder.example.org/form"),
        CommandSpec("evaluation links", RUN, words.links_summary, administration.links_typed,
                    (_SESSION, _COHORT), example="evaluation links 2"),
        CommandSpec("evaluation status", Action.READ_REPORTS, words.status_summary,
                    administration.status_typed, (_COHORT,)),
    ),
    forms=(
        FormSpec(FORM, ALL, answering.answer_form, answering.answer_sent, sealed=True),
        FormSpec("evaluation-tailor", RUN, tailor_commands.tailor_form, tailor_commands.tailor_sent),
        FormSpec("evaluation-file", RUN, tailor_commands.file_form, tailor_commands.file_sent),
        FormSpec("evaluation-preview", RUN, tailor_commands.preview_form, tailor_commands.preview_sent),
    ),
    presses=(
        PressSpec("evaluation.use", RUN, tailor_commands.use_pressed),
        PressSpec("evaluation.use_everywhere", RUN, tailor_commands.use_everywhere_pressed),
        PressSpec("evaluation.go_back", RUN, tailor_commands.undo_pressed),
        PressSpec("evaluation.funder_post", RUN, funder.post_pressed),
        PressSpec("evaluation.funder_undo", RUN, funder.undo_pressed),
    ),
    messages=(
        MessageKind("form_live", invitations.ask),
        MessageKind("post_session_form", invitations.ask, rank=5, waits=False, chance=0.7),
        MessageKind("series_form", invitations.ask, rank=5, kept=True, chance=0.9),
        MessageKind("follow_up_form", invitations.ask, rank=8, kept=True, stop=words.stop_follow_up_form),
        MessageKind("form_reminder", invitations.remind, rank=11, chance=0.4, stop=words.stop_form_reminder),
    ),
    jobs={"form_close": administration.close_by_itself, "evaluation_close": administration.close_when_due,
          AFTERWARDS: wipe},
    housekeeping=(administration.close_what_is_due,),
)  # fmt: skip
