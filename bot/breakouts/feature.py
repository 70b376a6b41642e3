"""The commands, forms, buttons and jobs of breakout rounds."""

from __future__ import annotations

from bot.breakouts import (
    changing,
    conversations,
    harvest,
    late,
    leaving,
    missed,
    opening,
    pair_rules,
    questions,
    seats,
    starting,
    who_met,
)
from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec, form_of
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind
from bot.core.permissions import Action
from prompts.words import breakouts as words

ALL, RUN = Action.TAKE_PART, Action.RUN_COHORT
_COHORT = Argument("cohort", "word", required=False)
_SEED = Argument("seed", "number", required=False)

_ROUNDS = (
    CommandSpec("breakout", RUN, words.breakout_summary, starting.breakout_typed,
                (starting.SIZE, starting.MINUTES, Argument("prompt", "text", required=False),
                 Argument("mix", "word", required=False), Argument("match", "word", required=False),
                 starting.GROUPS, _SEED, _COHORT),
                aliases=("breakouts",), form="breakout", slash="breakout",
                example="breakout 3 10 mix=state,role What helped you last week?"),
    CommandSpec("breakout again", RUN, words.again_summary, starting.again_typed, (_COHORT,)),
    CommandSpec("breakout reshuffle", RUN, words.reshuffle_summary, changing.reshuffle_typed,
                (_SEED, _COHORT), example="breakout reshuffle seed=42"),
    CommandSpec("breakout swap", RUN, words.swap_summary, changing.swap_typed, (*changing.SWAP, _COHORT),
                form="breakout-swap", example="breakout swap @Ana @Ben"),
    CommandSpec("breakout lock", RUN, words.lock_summary, changing.lock_typed,
                (Argument("person", "person"), _COHORT), form="breakout-lock",
                example="breakout lock @Ana"),
    CommandSpec("breakout undo", RUN, words.undo_summary, changing.undo_typed, (_COHORT,)),
    CommandSpec("breakout open", RUN, words.open_summary, opening.open_typed, (_COHORT,)),
    CommandSpec("breakout cancel", RUN, words.cancel_summary, changing.cancel_typed, (_COHORT,)),
    CommandSpec("breakout late", RUN, words.late_summary, late.late_typed,
                (Argument("person", "person"), _COHORT), example="breakout late @Ana"),
    CommandSpec("breakout left", RUN, words.left_summary, leaving.left_typed, leaving.LEFT,
                form="breakout-left",
                example="breakout left @Ana"),
    CommandSpec("breakout without", RUN, words.without_summary, seats.without_typed,
                (Argument("person", "person"), _COHORT), example="breakout without @Ana"),
    CommandSpec("breakout met", RUN, words.met_command_summary, who_met.met_typed, (_COHORT,)),
    CommandSpec("breakout close", RUN, words.close_summary, opening.close_typed, (_COHORT,)),
    CommandSpec("harvest", ALL, words.harvest_summary, harvest.harvest_typed,
                (Argument("text", "text", required=False),),
                example="harvest Ask what went well before asking what did not"),
)  # fmt: skip

_PAIRS = (
    CommandSpec("pair rule", RUN, words.pair_rule_summary, pair_rules.pair_rule_typed,
                (*pair_rules.RULE, _COHORT), form="pair-rule",
                example="pair rule apart @Ana @Ben"),
    CommandSpec("pair rules", RUN, words.pair_rules_summary, pair_rules.pair_rules_typed, (_COHORT,)),
    CommandSpec("pair lift", RUN, words.pair_lift_summary, pair_rules.pair_lift_typed,
                (*pair_rules.RULE[1:], _COHORT), example="pair lift @Ana @Ben"),
    CommandSpec("avoid", ALL, words.avoid_summary, pair_rules.avoid_typed, pair_rules.AVOID,
                form="avoid", example="avoid @Ana"),
    CommandSpec("avoid end", ALL, words.avoid_end_summary, pair_rules.avoid_end_typed,
                (Argument("person", "person"),), example="avoid end @Ana"),
)  # fmt: skip

FEATURE = Feature(
    "breakouts",
    commands=(*_ROUNDS, *_PAIRS),
    forms=(
        FormSpec("breakout", RUN, starting.breakout_form, starting.breakout_sent),
        FormSpec("breakout-prompt", RUN, questions.prompt_form, questions.prompt_sent),
        FormSpec("breakout-who", RUN, starting.who_form, starting.who_sent),
        FormSpec("breakout-swap", RUN, changing.swap_form, changing.swap_sent),
        FormSpec("breakout-lock", RUN, changing.lock_form, changing.lock_sent),
        FormSpec("breakout-left", RUN, leaving.left_form, leaving.left_sent),
        FormSpec("pair-rule", RUN, pair_rules.pair_rule_form, pair_rules.pair_rule_sent),
        form_of("avoid", ALL, words.kind_never, words.save, pair_rules.AVOID, submit=pair_rules.avoid_sent),
        FormSpec("harvest", ALL, harvest.harvest_form, harvest.harvest_sent),
    ),
    presses=(
        PressSpec("breakout.everybody", RUN, starting.everybody_pressed),
        PressSpec("breakout.reshuffle", RUN, changing.reshuffle_pressed),
        PressSpec("breakout.undo", RUN, changing.undo_pressed),
        PressSpec("breakout.cancel", RUN, changing.cancel_pressed),
        PressSpec("breakout.open", RUN, opening.open_pressed),
        PressSpec("breakout.close", RUN, opening.close_pressed),
        PressSpec("breakout.met", RUN, missed.met_pressed),
        PressSpec("breakout.back", RUN, leaving.back_pressed),
        PressSpec("breakout.again", RUN, starting.again_pressed),
        PressSpec("pair.lift", RUN, pair_rules.lift_pressed),
    ),
    messages=(MessageKind(missed.KIND, missed.breakout_trouble),),
    jobs={
        "breakout_group": conversations.open_conversations,
        "breakout_end": opening.end_round,
    },
)
