"""What keeps people safe, and gives them their data. Stands first, so that it hears every message first."""

from __future__ import annotations

from bot.core.feature import CommandSpec, Feature, PressSpec
from bot.core.permissions import Action
from bot.privacy import client_information_filter, deleting, exporting, retention
from prompts.words import privacy as words

FEATURE = Feature(
    "privacy",
    commands=(
        CommandSpec("export", Action.TAKE_PART, words.export_summary, exporting.export_typed),
        CommandSpec("delete", Action.TAKE_PART, words.delete_summary, deleting.delete_typed),
    ),
    presses=(
        PressSpec("my-data.export", Action.TAKE_PART, exporting.export_pressed),
        PressSpec("my-data.delete", Action.TAKE_PART, deleting.delete_confirmed),
        PressSpec("my-data.keep", Action.TAKE_PART, deleting.kept),
    ),
    withhold=(client_information_filter.without_words_to_guard,),
    support=(client_information_filter.with_help_in_a_crisis,),
    said=(client_information_filter.words_seen,),
    housekeeping=(retention.keep_retention,),
)
