"""Finding published pages: those of my series, and which of them I may read."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlmodel import col, select

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.reply import Reply
from bot.resources.pages import PAGE, edition_for, may_read, published_of
from prompts.words import resources as words
from storage.resources import PageEdition, ResourcePage
from storage.series import Series

MOST_FOUND = 20
LONGEST_LABEL = 70


async def find_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Published pages of my series, all or those with these words in them."""
    wanted = _folded(str(typed.get("words") or "")).split()
    language, buttons = ctx.language, []
    for page, editions in await _readable_by_me(ctx):
        edition = edition_for(editions, language)
        if edition is None or not all(word in _all_words(edition) for word in wanted):
            continue
        url = ctx.links.to(PAGE, page.id, ctx.me.id, ctx.now)
        buttons.append(Button(label=str(edition.content["title"])[:LONGEST_LABEL], url=url))
    if not buttons:
        return Reply(card=Card(text=words.none_found(language) if wanted else words.none_yet(language)))
    found = tuple(buttons[:MOST_FOUND])
    return Reply(card=Card(title=words.found_title(language), text=words.found_text(language), buttons=found))


def _all_words(edition: PageEdition) -> str:
    """Also what its links, pictures and files are called."""
    content: Any = edition.content
    parts = [content["title"], content["text"], *(one["title"] for one in content["links"])]
    parts += [one["alt"] for one in (*content["pictures"], *content.get("files", ()))]
    return _folded(" ".join(parts))


def _folded(text: str) -> str:
    """Small letters without accents: people leave them out when they search."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


async def _readable_by_me(ctx: Context) -> list[tuple[ResourcePage, dict[str, PageEdition]]]:
    """Published pages of every series that I belong to."""
    rows = await ctx.db.scalars(
        select(Series.id).where(Series.community_id == ctx.community.id).order_by(col(Series.id))
    )
    pages = await published_of(ctx.db, [row for row in rows if row is not None])
    return [(page, editions) for page, editions in pages if await may_read(ctx.db, page, ctx.me)]
