"""Finding published pages: those of my series, and which of them I may read."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card
from bot.desk import Desk
from bot.feature import Reply
from bot.resources.pages import PAGE, edition_for, may_read, published_of
from prompts.words import resources as words
from storage.resources import PageEdition, ResourcePage
from storage.series import Series

MOST_FOUND = 20
LONGEST_LABEL = 70


async def find_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Published pages of my series, all or those with these words in them."""
    wanted = _folded(str(typed.get("words") or "")).split()
    say, buttons = desk.language, []
    for page, editions in await _readable_by_me(desk):
        edition = edition_for(editions, say)
        if edition is None or not all(word in _all_words(edition) for word in wanted):
            continue
        url = desk.links.to(PAGE, page.id, desk.me.id or 0, desk.now)
        buttons.append(Button(label=str(edition.content["title"])[:LONGEST_LABEL], url=url))
    if not buttons:
        return Reply(card=Card(text=words.none_found(say) if wanted else words.none_yet(say)))
    found = tuple(buttons[:MOST_FOUND])
    return Reply(card=Card(title=words.found_title(say), text=words.found_text(say), buttons=found))


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


async def _readable_by_me(desk: Desk) -> list[tuple[ResourcePage, dict[str, PageEdition]]]:
    """Published pages of every series that I belong to."""
    rows = await desk.db.scalars(
        select(Series.id).where(Series.community_id == desk.community.id).order_by(col(Series.id))
    )
    pages = await published_of(desk.db, [one for one in rows if one is not None])
    return [(page, editions) for page, editions in pages if await may_read(desk.db, page, desk.me)]
