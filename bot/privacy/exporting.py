"""``export``: a signed link of one day to everything kept about oneself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.cards import Button, Card
from bot.desk import Desk
from bot.feature import Reply
from bot.privacy.my_data import my_data
from prompts.words import privacy as words

PURPOSE = "my-data"
LIFE = timedelta(days=1)


async def export_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_export(desk)


async def export_pressed(desk: Desk, value: str) -> Reply:
    return await do_export(desk)


async def do_export(desk: Desk) -> Reply:
    """The page behind the link calls `my_data`, so the copy is as fresh as its opening."""
    person_id = desk.me.id or 0
    found = await my_data(desk.db, person_id)
    entries = sum(len(part) for part in found.values() if isinstance(part, list))
    desk.audit("data_exported", f"person:{person_id}")
    address = desk.links.to(PURPOSE, person_id, person_id, desk.now, LIFE)
    say = desk.language
    return Reply(
        card=Card(
            title=words.export_title(say),
            text=words.export_text(say, n=entries),
            buttons=(Button(label=words.export_button(say), url=address),),
            context=words.export_context(say),
        )
    )
