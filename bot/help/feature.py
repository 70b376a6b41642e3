"""`help` explains the commands of the other features, so it is made when they are known."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.feature import CommandSpec, Feature, PressSpec, commands_of
from bot.core.inputs import Argument
from bot.core.permissions import Action
from bot.help.pages import HelpPages
from bot.help.small_talk import SmallTalk
from prompts.words import communities as words

ALL = Action.TAKE_PART


def help_feature(others: Iterable[Feature]) -> Feature:
    """The feature of `help`, about the commands of `others` and its own."""
    commands = commands_of(others)
    pages, talk = HelpPages(commands), SmallTalk(commands)
    feature = Feature(
        "help",
        commands=(
            CommandSpec("help", ALL, words.help_summary, pages.typed,
                        (Argument("command", "text", required=False),),
                        example="help join"),
        ),
        presses=(
            PressSpec("help", ALL, pages.pressed),
            PressSpec("help.topic", ALL, pages.topic_pressed),
            PressSpec("command.run", ALL, talk.run),
        ),
        small_talk=talk,
    )  # fmt: skip
    commands.update(commands_of([feature]))
    return feature
