"""The messages that no other feature writes."""

from __future__ import annotations

from bot.core.feature import Feature
from bot.core.message_kinds import MessageKind, with_its_card
from bot.nudges.kinds import BUNDLE, NOTE

FEATURE = Feature(
    "nudges",
    messages=(
        MessageKind(NOTE, with_its_card, rank=0, waits=False, kept=True),
        MessageKind(BUNDLE, with_its_card, rank=0, waits=False, kept=True),  # of its parts' cards
    ),
)
