"""The commands, forms, buttons and messages of the learning loop."""

from __future__ import annotations

from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind
from bot.core.permissions import Action
from bot.learning import (
    ideas,
    look_back,
    stick_calendar,
    stick_deciding,
    sticking,
    theme_history,
    themes,
    took_along_card,
)
from bot.nudges.answer_times import learn_answer_times
from prompts.words import learning as words

ALL, PREPARE = Action.TAKE_PART, Action.PREPARE_SESSION
_NUMBER = Argument("number", "number")
_COHORT = Argument("cohort", "word", required=False)

FEATURE = Feature(
    "learning",
    commands=(
        CommandSpec("themes", PREPARE, words.themes_summary, theme_history.themes_typed,
                    (Argument("number", "number", required=False), _COHORT),
                    example="themes 2"),
        CommandSpec("theme add", PREPARE, words.theme_add_summary, themes.add_typed,
                    (_NUMBER, Argument("themes", "text"), _COHORT),
                    form="theme-add", example='theme add 2 "no time for supervision", "being seen"'),
        CommandSpec("theme remove", PREPARE, words.theme_remove_summary, themes.remove_typed,
                    (_NUMBER, Argument("theme", "text"), _COHORT),
                    example='theme remove 2 "being seen"'),
        CommandSpec("theme name", PREPARE, words.theme_name_summary, themes.name_typed,
                    (Argument("theme", "word"), Argument("language", "word"), Argument("name", "text")),
                    example='theme name "being seen" es "que te vean"'),
        CommandSpec("idea", PREPARE, words.idea_summary, ideas.idea_typed,
                    (_NUMBER, Argument("idea", "word"), Argument("question", "word"),
                     Argument("answer", "word"), Argument("use", "text"), _COHORT), form="idea",
                    example='idea 2 "Ask first." "What comes before help?" "A question." Ask what helps.'),
        CommandSpec("ideas", PREPARE, words.ideas_summary, ideas.ideas_typed,
                    (Argument("number", "number", required=False), _COHORT),
                    example="ideas 2"),
        CommandSpec("stick", Action.RUN_COHORT, words.stick_summary, stick_calendar.stick_typed,
                    (Argument("cohort", "text", required=False),)),
        CommandSpec("took along", ALL, words.took_along_summary, took_along_card.took_along_typed,
                    (Argument("cohort", "text", required=False),)),
    ),
    forms=(
        FormSpec("theme-add", PREPARE, themes.add_form, themes.add_sent),
        FormSpec("theme-name", PREPARE, themes.name_form, themes.name_sent),
        FormSpec("idea", PREPARE, ideas.idea_form, ideas.idea_sent),
        FormSpec("stick-core", Action.RUN_COHORT, stick_deciding.core_form, stick_deciding.core_sent),
        FormSpec("stick-move", Action.RUN_COHORT, stick_deciding.move_form, stick_deciding.move_sent),
        FormSpec("stick-answer", ALL, sticking.answer_form, sticking.answered),
    ),
    presses=(
        PressSpec("theme.add", PREPARE, themes.add_pressed),
        PressSpec("theme.suggested", PREPARE, themes.suggested_pressed),
        PressSpec("theme.remove", PREPARE, themes.remove_pressed),
        PressSpec("idea.approve", PREPARE, ideas.do_approve),
        PressSpec("idea.take_back", PREPARE, ideas.do_take_back),
        PressSpec("ahead.read", ALL, look_back.read_in),
        PressSpec("stick.keep", Action.RUN_COHORT, stick_deciding.keep_pressed),
        PressSpec("stick.place", Action.RUN_COHORT, stick_deciding.place_pressed),
        PressSpec("stick.show", ALL, sticking.shown),
        PressSpec("stick.recalled", ALL, sticking.recalled),
        PressSpec("stick.later", ALL, sticking.later),
        PressSpec("stick.slow", ALL, sticking.slow_down),
        PressSpec("stick.all", ALL, sticking.all_again),
        PressSpec("stick.stop", ALL, sticking.stop),
    ),
    home=(took_along_card.on_my_page,),
    housekeeping=(learn_answer_times,),
    messages=(
        MessageKind("look_ahead", look_back.look_ahead, shown_ahead=True),
        MessageKind("look_back", look_back.look_back, rank=6, shown_ahead=True, stop=words.stop_look_back),
        MessageKind("make_it_stick", sticking.make_it_stick, rank=4, kept=True, shown_ahead=True,
                    stop=words.stop_make_it_stick),
    ),
)  # fmt: skip
