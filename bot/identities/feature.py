"""Linking one's accounts on two platforms, undoing it, and choosing where to be written to."""

from __future__ import annotations

from bot.core.feature import CommandSpec, Feature, PressSpec
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind
from bot.core.permissions import Action
from bot.identities import changing, claims, cleanup, completing, linking, personal_links, stopping
from prompts.words import identities as words

ALL = Action.TAKE_PART

FEATURE = Feature(
    "identities",
    commands=(
        CommandSpec("link", ALL, words.link_summary, linking.link_typed,
                    (Argument("code", "text", required=False),), example="link"),
        CommandSpec("unlink", ALL, words.unlink_summary, linking.unlink_typed),
        CommandSpec("write me on", ALL, words.prefer_summary, linking.write_me_on,
                    (Argument("platform", "choice", required=False, choices=words.CHOICES),),
                    example="write me on teams"),
        CommandSpec("my page", ALL, words.my_page_summary, personal_links.my_page_typed),
        CommandSpec("personal link", Action.RUN_COHORT, words.personal_summary,
                    personal_links.personal_link_typed, (Argument("person", "person"),),
                    example="personal link ana@example.org"),
        CommandSpec("personal link end", Action.RUN_COHORT, words.personal_end_summary,
                    personal_links.personal_link_ended, (Argument("person", "person"),),
                    example="personal link end ana@example.org"),
    ),
    presses=(
        PressSpec("link.join", ALL, linking.link_confirmed),
        PressSpec("link.not_me", ALL, linking.not_me),
        PressSpec("link.theirs", Action.RUN_COHORT, claims.theirs_pressed),
        PressSpec("link.undo", ALL, linking.link_undone),
        PressSpec("link.prefer", ALL, linking.prefer_pressed),
        PressSpec("writing.stop", ALL, stopping.stop_pressed),
        PressSpec("writing.start", ALL, stopping.start_pressed),
    ),
    changed=(changing.changed,),
    uninstalled=(stopping.account_gone,),
    messages=(MessageKind(stopping.KIND, stopping.unreachable_people),),
    jobs={
        "tell_account": linking.tell_account,
        "account_gone": stopping.tell_account_gone,
        "complete_identity": completing.complete_identity,
    },
    housekeeping=(cleanup.drop_old_codes,),
)  # fmt: skip
