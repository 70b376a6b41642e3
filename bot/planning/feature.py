"""The commands, forms, buttons and messages of planning with presenters."""

from __future__ import annotations

from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind
from bot.core.permissions import Action
from bot.planning import briefing, checklist, feedback, questions, reminders
from prompts.words import planning as words

ALL, PREPARE = Action.TAKE_PART, Action.PREPARE_SESSION
_SESSION = (Argument("number", "number", required=False), Argument("cohort", "word", required=False))

FEATURE = Feature(
    "planning",
    commands=(
        CommandSpec("checklist", PREPARE, words.checklist_summary, checklist.checklist_typed, _SESSION,
                    example="checklist 2"),
        CommandSpec("brief", PREPARE, words.brief_summary, briefing.brief_typed, _SESSION, example="brief 2"),
        CommandSpec("feedback", PREPARE, words.feedback_summary, feedback.feedback_typed, _SESSION,
                    example="feedback 2"),
        CommandSpec("ask", ALL, words.ask_summary, questions.ask_typed, questions.ASK,
                    form="ask", example="ask How do I start?"),
        CommandSpec("questions", ALL, words.questions_summary, questions.questions_typed,
                    _SESSION, example="questions 2"),
    ),
    forms=(
        FormSpec("checklist-add", PREPARE, checklist.add_form, checklist.add_sent),
        FormSpec("ask", ALL, questions.ask_form, questions.ask_sent),
    ),
    presses=(
        PressSpec("checklist", PREPARE, checklist.checklist_pressed),
        PressSpec("checklist.done", PREPARE, checklist.done_pressed, "checklist"),
        PressSpec("checklist.undo", PREPARE, checklist.undone_pressed, "checklist"),
        PressSpec("brief", PREPARE, briefing.brief_pressed),
        PressSpec("feedback", PREPARE, feedback.feedback_pressed),
        PressSpec("questions", ALL, questions.questions_pressed),
        PressSpec("question.vote", ALL, questions.vote_pressed, "vote"),
        PressSpec("question.unvote", ALL, questions.unvote_pressed, "vote"),
        PressSpec("question.remove", ALL, questions.remove_pressed),
    ),
    messages=(
        MessageKind("presenter_planning", reminders.presenter_planning, rank=2, kept=True,
                    for_presenters=True),
        MessageKind("presenter_checklist", reminders.presenter_checklist, rank=2, kept=True,
                    for_presenters=True),
        MessageKind("presenter_tech_check", reminders.presenter_tech_check, rank=2, kept=True,
                    for_presenters=True),
    ),
    housekeeping=(feedback.tell_presenters,),
)  # fmt: skip
