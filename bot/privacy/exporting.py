"""``export``: a signed link of one day to everything kept about oneself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.reply import Reply
from bot.privacy.my_data import my_data
from prompts.words import privacy as words

PURPOSE = "my-data"
LIFE = timedelta(days=1)


async def export_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_export(ctx)


async def export_pressed(ctx: Context, value: str) -> Reply:
    return await do_export(ctx)


async def do_export(ctx: Context) -> Reply:
    """The page behind the link calls `my_data`, so the copy is as fresh as its opening."""
    person_id = ctx.me.id
    found = await my_data(ctx.db, person_id)
    entries = sum(len(part) for part in found.values() if isinstance(part, list))
    ctx.audit("data_exported", f"person:{person_id}")
    address = ctx.links.to(PURPOSE, person_id, person_id, ctx.now, LIFE)
    language = ctx.language
    return Reply(
        card=Card(
            title=words.export_title(language),
            text=words.export_text(language, n=entries),
            buttons=(Button(label=words.export_button(language), url=address),),
            context=words.export_context(language),
        )
    )
