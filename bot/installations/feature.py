"""Coming and going of the bot, and the link by which a further Slack workspace joins a community."""

from __future__ import annotations

from bot.core.feature import CommandSpec, Feature
from bot.core.permissions import Action
from bot.installations import connecting, installed, uninstalled
from prompts.words import installations as words

FEATURE = Feature(
    "installations",
    commands=(
        CommandSpec(
            "connect slack",
            Action.MANAGE_COMMUNITY,
            words.connect_summary,
            connecting.connect_typed,
        ),
    ),
    installed=(installed.added,),
    uninstalled=(uninstalled.removed,),
    housekeeping=(connecting.drop_old_states,),
)
