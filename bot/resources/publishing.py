"""Publishing a page in one language, when nothing is missing in it; opening it to all; finding it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.button_values import unpack
from bot.core.context import Context
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.resources.attachments import is_picture
from bot.resources.editing import gaps_said, languages_of, page_by_id, page_card
from bot.resources.pages import editions_of, gaps_in, pictures_of
from prompts.words import communities as community_words
from prompts.words import resources as words
from storage.resources import PageEdition, PagePicture, ResourcePage
from storage.sessions import NO_EXTRAS, Session


async def publish_pressed(ctx: Context, value: str) -> Reply:
    """``page:language:revision``. Publishing what was published already makes no new version."""
    page_id, code, revision = unpack(value, str, str, str)
    page = await page_by_id(ctx, page_id)
    language = ctx.language
    if code not in await languages_of(ctx, page):
        raise Refusal(words.no_such_page(language))
    if revision != str(page.revision):
        return Reply(card=await page_card(ctx, page, words.changed_since(language)), replace=True)
    pictures = await pictures_of(ctx.db, page.id)
    gaps = gaps_in(page, pictures, code)
    name = community_words.language_name(language, code)
    if gaps.any:
        raise Refusal(words.cannot_publish(language, language=name, why=gaps_said(language, gaps)))
    content: dict[str, object] = {
        "title": page.title[code].strip(),
        "text": page.text[code].strip(),
        "links": await _links(ctx, page, code),
        "pictures": _attached(pictures, code, pictured=True),
    }
    if files := _attached(pictures, code, pictured=False):
        content["files"] = files
    before = (await editions_of(ctx.db, page.id)).get(code)
    if before is None or before.content != content:
        ctx.db.add(
            PageEdition(
                page_id=page.id,
                language=code,
                version=before.version + 1 if before else 1,
                content=content,
                published_at=ctx.now,
                published_by_id=ctx.me.id,
            )
        )
        ctx.audit("page_published", f"page:{page.id}", language=code)
        await ctx.db.flush()
    return Reply(card=await page_card(ctx, page, words.published(language, language=name)), replace=True)


def _attached(attached: Sequence[PagePicture], code: str, *, pictured: bool) -> list[dict[str, object]]:
    fitting = [one for one in attached if is_picture(one.media_type) == pictured]
    return [{"id": one.id, "alt": one.alt[code].strip()} for one in fitting]


async def _links(ctx: Context, page: ResourcePage, code: str) -> list[dict[str, str]]:
    """The session's links that have a title and an address in that language."""
    if page.session_id is None:
        return []
    session = await ctx.db.get_one(Session, page.session_id)
    listed = (session.extras or NO_EXTRAS).resources
    found = [(one.title.get(code, ""), one.url.get(code, "")) for one in listed]
    return [{"title": title, "url": url} for title, url in found if title and url.startswith("http")]


async def open_pressed(ctx: Context, value: str) -> Reply:
    return await _set_open(ctx, value, is_open=True)


async def close_pressed(ctx: Context, value: str) -> Reply:
    return await _set_open(ctx, value, is_open=False)


async def _set_open(ctx: Context, value: str, *, is_open: bool) -> Reply:
    """Only a facilitator says who may read; a closed page's open link is dead at once."""
    page = await page_by_id(ctx, value)
    await ctx.require(Action.RUN_COHORT, page.series_id)
    page.open_to_all = is_open
    ctx.audit("page_opened" if is_open else "page_closed", f"page:{page.id}")
    await ctx.db.flush()
    return Reply(card=await page_card(ctx, page), replace=True)
