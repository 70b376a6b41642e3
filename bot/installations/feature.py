"""Coming and going of the bot, and the link by which a further Slack workspace joins a community."""

from __future__ import annotations

from bot.feature import CommandSpec, Feature
from bot.installations import coming, connecting, going
from bot.permissions import Action
from prompts.words import installations as words

FEATURE = Feature(
    "installations",
    commands=(
        CommandSpec(
            "connect slack",
            Action.MANAGE_COMMUNITY,
            words.connect_summary,
            connecting.connect_typed,
            aliases=("conectar slack",),
        ),
    ),
    installed=(coming.added,),
    uninstalled=(going.removed,),
    housekeeping=(connecting.drop_old_states,),
)
