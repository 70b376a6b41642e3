"""The commands, forms, buttons and messages of reflections and commitments."""

from __future__ import annotations

from bot.core.feature import CommandSpec, Feature, FormSpec, PressSpec
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind
from bot.core.permissions import Action
from bot.reflections import check_in, committing, home, prompting, reflecting, rehearsing, replying, tally
from prompts.words import reflections as words

ALL, RUN = Action.TAKE_PART, Action.RUN_COHORT

FEATURE = Feature(
    "reflections",
    commands=(
        CommandSpec("reflect", ALL, words.reflect_summary, reflecting.reflect_typed,
                    (Argument("kind", "text", required=False),), slash="reflect",
                    example="reflect plus-delta"),
        CommandSpec("my reflections", ALL, words.my_reflections_summary, reflecting.my_reflections),
        CommandSpec("commit", ALL, words.commit_summary, committing.commit_typed,
                    (Argument("plan", "text", required=False),), slash="commit",
                    example="commit When I log in, then I will take one slow breath"),
        CommandSpec("my commitments", ALL, words.my_commitments_summary, committing.commitments_typed,
                    aliases=("my plans",)),
        CommandSpec("prompt", RUN, words.prompt_summary, prompting.prompt_typed,
                    (Argument("session", "number"), Argument("kind", "word"),
                     Argument("cohort", "text", required=False)),
                    example="prompt 2 confidence-ruler"),
        CommandSpec("commitments", RUN, words.tally_summary, tally.tally_typed,
                    (Argument("cohort", "text", required=False),)),
    ),
    forms=(
        FormSpec("reflect", ALL, reflecting.reflect_form, reflecting.reflect_sent),
        FormSpec("commit", ALL, committing.commit_form, committing.commit_sent),
    ),
    presses=(
        PressSpec("reflect.choose", ALL, reflecting.kinds_pressed),
        PressSpec("reflect.all", ALL, reflecting.all_pressed),
        PressSpec("reflection.delete", ALL, reflecting.delete_pressed),
        PressSpec("reflection.undo", ALL, replying.undo_pressed),
        PressSpec("prompt.preview", RUN, prompting.prompt_previewed),
        PressSpec("prompt.send", RUN, prompting.prompt_sent),
        PressSpec("prompt.skip", ALL, prompting.skipped),
        PressSpec("commitment.list", ALL, committing.commitments_pressed),
        PressSpec("commitment.status", ALL, committing.status_pressed),
        PressSpec("commitment.rehearsed", ALL, rehearsing.rehearsed),
        PressSpec("commitment.answer", ALL, check_in.answered),
        PressSpec("commitment.again", ALL, check_in.asked_again),
        PressSpec("commitment.stop", ALL, check_in.stopped),
    ),
    home=(home.home,),
    said=(replying.prompt_answered,),
    messages=(
        MessageKind(check_in.KIND, check_in.commitment_check_in, rank=3, kept=True, joint=True,
                    stop=words.stop_commitment_check_in),
        MessageKind(rehearsing.KIND, rehearsing.commitment_rehearsal, rank=7, joint=True, chance=0.5,
                    stop=words.stop_commitment_rehearsal),
        MessageKind(prompting.KIND, prompting.reflection_prompt, stop=words.stop_reflection_prompt),
    ),
)  # fmt: skip
