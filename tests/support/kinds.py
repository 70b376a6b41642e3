"""Every kind of message, for tests that plan or send without an application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.core.composers import Composer
from bot.core.message_kinds import MessageKinds
from bot.features import all_kinds

ALL_KINDS = all_kinds()


def written_by(composers: Mapping[str, Composer]) -> MessageKinds:
    """The kinds as they are declared, these written by the test."""
    mine = (replace(ALL_KINDS[slug], compose=compose) for slug, compose in composers.items())
    return MessageKinds((ALL_KINDS | {kind.slug: kind for kind in mine}).values())
