"""Resource pages in a browser: read, print, choose the language; pictures; and the cohort's own page.

Who reads: the member to whom a link is bound, whoever came from the channel's bookmark, or, with the open
link of a page that is open to all, anybody.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from sqlmodel import col, select

from adapters.web.app import Visit
from bot.cards import Button, Card, Section
from bot.communities.lookup import row_id, title_in
from bot.resources.pages import (
    OPEN,
    PAGE,
    edition_for,
    editions_of,
    may_read,
    may_write,
    pictures_of,
    published_of,
)
from bot.resources.pictures import MOST_BYTES, MOST_PICTURES, media_type_of, plain_name
from prompts import dates
from prompts.catalog import languages
from prompts.text import Marked
from prompts.words import communities as community_words
from prompts.words import resources as words
from prompts.words import web as web_words
from storage.resources import PageEdition, PagePicture, ResourcePage
from storage.series import Cohort, Series
from storage.sessions import Session


async def resource_page(visit: Visit) -> web.StreamResponse:
    """The newest version in the reader's language, or in the one they chose with ``?lang=``."""
    async with visit.router.database.read() as db:
        page = await db.get(ResourcePage, row_id(visit.ticket.subject.removeprefix(OPEN)))
        editions = await editions_of(db, page.id) if page else {}
        if page is None or not await _readable(visit, page):
            return _dead(visit)
        kept = {picture.id for picture in await pictures_of(db, page.id)}
    edition = edition_for(editions, visit.request.query.get("lang") or visit.language)
    if edition is None:
        return _dead(visit)
    return _shown(visit, edition, [code for code in editions if code != edition.language], kept)


async def _readable(visit: Visit, page: ResourcePage) -> bool:
    if visit.ticket.subject.startswith(OPEN):
        return page.open_to_all
    if visit.person is None:
        return visit.ticket.person_id == 0
    async with visit.router.database.read() as db:
        return await may_read(db, page, visit.person)


def _shown(visit: Visit, edition: PageEdition, others: list[str], kept: set[int | None]) -> web.Response:
    content: Any = edition.content
    say = edition.language
    pictures = [
        {"url": _picture_path(visit, one["id"]), "alt": one["alt"]}
        for one in content["pictures"]
        if one["id"] in kept
    ]
    inner = Visit(visit.router, visit.request, visit.ticket, visit.person, say)
    return inner.page(
        "resource.html",
        content["title"],
        text=as_marked(content["text"]),
        links=content["links"],
        pictures=pictures,
        others=[(code, words.other_language(code, language=community_words.language_name(code, code)))
                for code in others if code in languages()],
        links_title=words.links_title(say),
        version=words.version_line(say, number=edition.version,
                                   day=dates.day(say, edition.published_at.date())),
    )  # fmt: skip


def as_marked(written: str) -> Marked:
    """A person's text as they meant it: paragraphs and lists; everything else stands letter for letter."""
    lines = [
        Marked("- ") + line[2:] if line.startswith("- ") else Marked("{line}").format(line=line)
        for line in written.splitlines()
    ]
    return Marked("\n").join(lines)


def _picture_path(visit: Visit, picture_id: int) -> str:
    url = visit.router.links.to("picture", picture_id, visit.ticket.person_id, visit.router.clock.now())
    return urlsplit(url).path


async def picture_page(visit: Visit) -> web.StreamResponse:
    """The picture itself, under the type that its bytes have."""
    async with visit.router.database.read() as db:
        picture = await db.get(PagePicture, row_id(visit.ticket.subject))
    if picture is None:
        return _dead(visit)
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return web.Response(body=picture.content, content_type=picture.media_type, headers=headers)


async def pictures_page(visit: Visit) -> web.StreamResponse:
    """Where those who write a page add pictures to it."""
    said: list[Marked] = []
    async with visit.router.database.write() as db:
        page = await db.get(ResourcePage, row_id(visit.ticket.subject))
        if page is None or visit.person is None or not await may_write(db, page, visit.person):
            return _dead(visit)
        pictures = await pictures_of(db, page.id)
        if visit.request.method == "POST":
            found, said = await _uploaded(visit, page, MOST_PICTURES - len(pictures))
            db.add_all(found)
            if found:
                page.revision += 1
                page.updated_at, page.updated_by_id = visit.router.clock.now(), visit.person.id
            pictures = [*pictures, *found]
    say = visit.language
    return visit.page(
        "pictures.html",
        words.pictures_title(say, title=title_in(page.title, say)),
        intro=words.pictures_text(say),
        label=words.choose_pictures(say),
        upload=words.upload(say),
        said=said,
        names=[picture.name for picture in pictures],
    )


async def _uploaded(visit: Visit, page: ResourcePage, room: int) -> tuple[list[PagePicture], list[Marked]]:
    """What may be kept, and a sentence for the rest."""
    posted, say = await visit.request.post(), visit.language
    found: list[PagePicture] = []
    said: list[Marked] = []
    for upload in posted.getall("pictures", []):
        if not isinstance(upload, web.FileField):
            continue
        content, name = upload.file.read(MOST_BYTES + 1), plain_name(upload.filename)
        media_type = media_type_of(content)
        if not media_type or len(content) > MOST_BYTES:
            said.append(words.picture_refused(say, name=name))
        elif len(found) >= room:
            said.append(words.too_many_pictures(say, most=MOST_PICTURES))
            break
        else:
            now = visit.router.clock.now()
            found.append(PagePicture(page_id=page.id or 0, name=name, media_type=media_type,
                                     content=content, added_at=now))  # fmt: skip
    if found:
        said.insert(0, words.pictures_added(say, n=len(found)))
    return found, said


async def cohort_page(visit: Visit) -> web.StreamResponse:
    """Where the channel's bookmark leads: the sessions, and the pages that are out."""
    now = visit.router.clock.now()
    async with visit.router.database.read() as db:
        cohort = await db.get(Cohort, row_id(visit.ticket.subject))
        if cohort is None:
            return _dead(visit)
        series = await db.get_one(Series, cohort.series_id)
        sessions = await db.scalars(
            select(Session)
            .where(Session.cohort_id == cohort.id, Session.status != "cancelled")
            .order_by(col(Session.starts_at))
        )
        say = visit.request.query.get("lang", series.languages[0])
        say = say if say in languages() and say in series.languages else series.languages[0]
        pages = await published_of(db, [cohort.series_id])
        lines = [
            words.session_line(say, number=one.number, title=title_in(one.title, say),
                               when=dates.when(say, one.starts_at, cohort.zone))
            for one in sessions
        ]  # fmt: skip
    links = visit.router.links
    buttons = [
        Button(label=str(edition.content["title"])[:70], url=links.to(PAGE, page.id, 0, now))
        for page, editions in pages
        if (edition := edition_for(editions, say)) is not None
    ]
    buttons += [
        Button(label=words.other_language(code, language=community_words.language_name(code, code)),
               url=f"{visit.request.path}?lang={code}")
        for code in series.languages
        if code != say and code in languages()
    ]  # fmt: skip
    card = Card(
        sections=(Section(title=words.sessions_title(say), text=Marked("\n").join(lines)),),
        buttons=tuple(buttons),
    )
    inner = Visit(visit.router, visit.request, visit.ticket, visit.person, say)
    return inner.page("card.html", title_in(series.title, say), card=card, svg="", actions=False)


def _dead(visit: Visit) -> web.Response:
    said = web_words.link_dead(visit.language)
    return visit.page("notice.html", web_words.link_dead_title(visit.language), status=403, text=said)
