"""The link to the page, for the facilitator who asks: theirs alone."""

from __future__ import annotations

from typing import Any

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.permissions import Action
from bot.core.reply import Reply
from prompts.words import series_page as words


async def page_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    language = ctx.language
    url = ctx.links.to_series_page(cohort.id, ctx.me.id, ctx.now)
    button = Button(label=words.open_page(language), url=url, style="primary")
    return Reply(
        card=Card(
            title=words.page_title(language, cohort=cohort.name),
            text=words.page_text(language),
            buttons=(button,),
            context=words.page_context(language),
        )
    )
