"""The commands, buttons and messages of learning partners."""

from __future__ import annotations

from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind
from bot.core.permissions import Action
from bot.nudges.load_ahead import PARTNERS
from bot.partners import announcements, answering, leavers, overview, pairing, sitting_out
from prompts.words import partners as words

ALL, RUN = Action.TAKE_PART, Action.RUN_COHORT
_COHORT = Argument("cohort", "word", required=False)

FEATURE = Feature(
    "partners",
    commands=(
        CommandSpec("partners", ALL, words.summary, overview.partners_typed, (_COHORT,),
                    aliases=("partner",)),
        CommandSpec("partners skip", ALL, words.skip_summary, sitting_out.skip_typed, (_COHORT,)),
        CommandSpec("partners pause", ALL, words.pause_summary, sitting_out.pause_typed,
                    sitting_out.PAUSE, aliases=("partners pause until",),
                    form="partners-pause", example="partners pause until 2027-03-01"),
        CommandSpec("partners back", ALL, words.back_summary, sitting_out.back_typed, (_COHORT,),
                    aliases=("partners resume",)),
        CommandSpec("partners every", RUN, words.every_summary, overview.every_typed,
                    (Argument("weeks", "number"), _COHORT),
                    example="partners every 2"),
        CommandSpec("partners new", RUN, words.round_summary, overview.new_typed, (_COHORT,)),
    ),
    forms=(FormSpec("partners-pause", ALL, sitting_out.pause_form),),
    presses=(
        PressSpec("partners.met", ALL, answering.met_pressed),
        PressSpec("partners.skip", ALL, sitting_out.skip_pressed, "partners"),
        PressSpec("partners.back", ALL, sitting_out.back_pressed, "partners"),
        PressSpec("partners.form", RUN, overview.form_pressed),
        PressSpec("partners.open", RUN, overview.open_pressed),
    ),
    messages=(
        MessageKind("partner_round", announcements.partner_round, rank=9, kept=True, choice=PARTNERS),
        MessageKind("partner_check", announcements.partner_check, rank=10, choice=PARTNERS),
        MessageKind("partner_ask_again", announcements.partner_ask_again, rank=12, chance=0.3,
                    choice=PARTNERS),
    ),
    housekeeping=(pairing.prepare_rounds, leavers.tell_of_leavers),
)  # fmt: skip
