"""Resource pages in a browser: read, print, choose the language; pictures; and the cohort's own page.

Who reads: the member to whom a link is bound, whoever came from the channel's bookmark, or, with the open
link of a page that is open to all, anybody.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.helpers import content_disposition_header
from sqlmodel import col, select

from adapters.web.app import Visit
from adapters.web.safety import MOST_BYTES
from adapters.web.written import written
from bot.core.cards import Button, Card, Section
from bot.core.lookup import row_id, title_in
from bot.resources.attachments import (
    MOST_ATTACHED,
    MOST_FILE_BYTES,
    is_picture,
    media_type_of,
    most_bytes,
    own_name,
    plain_name,
)
from bot.resources.pages import (
    OPEN,
    PAGE,
    edition_for,
    editions_of,
    may_read,
    may_write,
    old_editions_of,
    page_to_write,
    pictures_of,
    published_of,
)
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.catalog import languages
from prompts.text import Marked
from prompts.words import communities as community_words
from prompts.words import resources as words
from prompts.words import web as web_words
from storage.resources import PageEdition, PagePicture, ResourcePage
from storage.series import Cohort, Series
from storage.sessions import Session, SessionStatus


async def resource_page(visit: Visit) -> web.StreamResponse:
    """The newest version in the reader's language, or in the one they chose with ``?lang=``."""
    async with visit.router.database.read() as db:
        page = await db.get(ResourcePage, row_id(visit.ticket.subject.removeprefix(OPEN)))
        editions = await editions_of(db, page.id) if page else {}
        if page is None or not await _readable(visit, page):
            return visit.dead()
        kept = {picture.id: picture for picture in await pictures_of(db, page.id)}
    edition = edition_for(editions, visit.request.query.get("lang") or visit.language)
    if edition is None:
        return visit.dead()
    return _shown(visit, edition, [code for code in editions if code != edition.language], kept)


async def _readable(visit: Visit, page: ResourcePage) -> bool:
    if visit.ticket.subject.startswith(OPEN):
        return page.open_to_all
    if visit.person is None:
        return visit.ticket.person_id == 0
    async with visit.router.database.read() as db:
        return await may_read(db, page, visit.person)


def _shown(
    visit: Visit, edition: PageEdition, others: list[str], kept: dict[int, PagePicture]
) -> web.Response:
    content: Any = edition.content
    language = edition.language
    pictures = [
        {"url": _picture_path(visit, one["id"]), "alt": one["alt"]}
        for one in content["pictures"]
        if one["id"] in kept
    ]
    files = [
        {
            "url": _picture_path(visit, one["id"]),
            "title": one["alt"],
            "about": _about(language, kept[one["id"]]),
        }
        for one in content.get("files", ())
        if one["id"] in kept
    ]
    inner = replace(visit, language=language)
    return inner.page(
        "resource.html",
        content["title"],
        text=written(content["text"]),
        links=content["links"],
        pictures=pictures,
        files=files,
        files_title=words.files_title(language),
        others=[(code, words.other_language(code, language=community_words.language_name(code, code)))
                for code in others if code in languages()],
        links_title=words.links_title(language),
        version=words.version_line(language, number=edition.version,
                                   day=dates.day(language, edition.published_at.date())),
    )  # fmt: skip


def _about(language: str, file: PagePicture) -> Marked:
    """``PDF, 0.3 MB``."""
    kind = file.name.rpartition(".")[2].upper()
    return words.file_about(
        language, kind=kind, size=dates.number(language, max(0.1, round(len(file.content) / 1e6, 1)))
    )


def _picture_path(visit: Visit, picture_id: int) -> str:
    url = visit.links.to("picture", picture_id, visit.ticket.person_id, visit.router.clock.now())
    return urlsplit(url).path


async def picture_page(visit: Visit) -> web.StreamResponse:
    """A picture or a file, under the type that its bytes have. A file is saved, never shown by the browser
    as a part of this site."""
    async with visit.router.database.read() as db:
        attached = await db.get(PagePicture, row_id(visit.ticket.subject))
        page = await db.get(ResourcePage, attached.page_id) if attached else None
        members_only = page is not None and visit.ticket.person_id != 0
        if attached is None or page is None:
            return visit.dead()
        root = visit.ticket.source
        if not members_only and root.subject.startswith(OPEN) and not page.open_to_all:
            return visit.dead()
        if members_only and (visit.person is None or not await may_read(db, page, visit.person)):
            return visit.dead()
    kind = "inline" if is_picture(attached.media_type) else "attachment"
    headers = {
        "Content-Disposition": content_disposition_header(kind, filename=attached.name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    charset = "utf-8" if attached.media_type.startswith("text/") else None
    return web.Response(
        body=attached.content, content_type=attached.media_type, charset=charset, headers=headers
    )


async def pictures_page(visit: Visit) -> web.StreamResponse:
    """Where those who write a page add pictures and files to it. What is sent has arrived before anything
    is locked: a slow line keeps nobody else waiting."""
    uploads, said = await _sent(visit)
    async with visit.router.database.write() as db:
        page = await page_to_write(db, row_id(visit.ticket.subject))
        if page is None or visit.person is None or not await may_write(db, page, visit.person):
            return visit.dead()
        attached = await pictures_of(db, page.id)
        if uploads:
            found, said = _uploaded(visit, page, uploads, [one.name for one in attached])
            db.add_all(found)
            if found:
                page.revision += 1
                page.updated_at, page.updated_by_id = visit.router.clock.now(), visit.person.id
            attached = [*attached, *found]
    language = visit.language
    return visit.page(
        "pictures.html",
        words.pictures_title(language, title=title_in(page.title, language)),
        intro=words.pictures_text(language),
        label=words.choose_pictures(language),
        upload=words.upload(language),
        said=said,
        names=[one.name for one in attached],
    )


async def _sent(visit: Visit) -> tuple[list[web.FileField], list[Marked]]:
    """The files of a POST, once all of them are here, or a sentence that they are too large."""
    try:
        posted = await visit.posted()
    except web.HTTPRequestEntityTooLarge:
        return [], [web_words.too_large(visit.language, megabytes=MOST_BYTES // 1024**2)]
    return [one for one in posted.getall("pictures", []) if isinstance(one, web.FileField)], []


def _uploaded(
    visit: Visit, page: ResourcePage, uploads: list[web.FileField], taken: list[str]
) -> tuple[list[PagePicture], list[Marked]]:
    """What may be kept, and a sentence for the rest."""
    language = visit.language
    found: list[PagePicture] = []
    said: list[Marked] = []
    names = list(taken)
    for upload in uploads:
        content, name = upload.file.read(MOST_FILE_BYTES + 1), plain_name(upload.filename)
        media_type = media_type_of(content, name)
        if not media_type:
            said.append(words.picture_refused(language, name=name))
        elif len(content) > most_bytes(media_type):
            most = most_bytes(media_type) // 1024**2
            said.append(words.attachment_too_large(language, name=name, megabytes=most))
        elif len(names) >= MOST_ATTACHED:
            said.append(words.too_many_pictures(language, most=MOST_ATTACHED))
            break
        else:
            names.append(own_name(name, media_type, names))
            found.append(PagePicture(page_id=page.id, name=names[-1], media_type=media_type,
                                     content=content, added_at=visit.router.clock.now()))  # fmt: skip
    if found:
        said.insert(0, words.pictures_added(language, n=len(found)))
    return found, said


async def versions_page(visit: Visit) -> web.StreamResponse:
    """Every published version for those who write the page: looked at with ``?version=``, and taken back into
    the draft with a POST. What readers see changes when the draft is published."""
    said = Marked("")
    wanted = str((await visit.posted()).get("version", ""))
    async with visit.router.database.write() as db:
        page = await page_to_write(db, row_id(visit.ticket.subject))
        if page is None or visit.person is None or not await may_write(db, page, visit.person):
            return visit.dead()
        editions = await old_editions_of(db, page.id)
        kept = {picture.id: picture for picture in await pictures_of(db, page.id)}
        chosen = next((one for one in editions if str(one.id) == wanted), None)
        if chosen is not None:
            content: Any = chosen.content
            page.title = {**page.title, chosen.language: content["title"]}
            page.text = {**page.text, chosen.language: content["text"]}
            page.revision += 1
            page.updated_at, page.updated_by_id = visit.router.clock.now(), visit.person.id
            said = words.version_restored(visit.language, number=chosen.version)
    looked_at = next((one for one in editions if str(one.id) == visit.request.query.get("version")), None)
    if looked_at is not None:
        return _shown(visit, looked_at, [], kept)
    language = visit.language
    return visit.page(
        "versions.html",
        words.versions_title(language, title=title_in(page.title, language)),
        said=said,
        look=words.look_at(language),
        restore=words.restore(language),
        editions=[
            (one.id, words.version_of(language, number=one.version,
                                      language=community_words.language_name(language, one.language),
                                      day=dates.day(language, one.published_at.date())))
            for one in editions
        ],
    )  # fmt: skip


async def cohort_page(visit: Visit) -> web.StreamResponse:
    """Where the channel's bookmark leads: the sessions, and the pages that are out."""
    now = visit.router.clock.now()
    async with visit.router.database.read() as db:
        cohort = await db.get(Cohort, row_id(visit.ticket.subject))
        if cohort is None or (visit.person and visit.person.community_id != cohort.community_id):
            return visit.dead()
        series = await db.get_one(Series, cohort.series_id)
        sessions = await db.scalars(
            select(Session)
            .where(Session.cohort_id == cohort.id, Session.status != SessionStatus.CANCELLED)
            .order_by(col(Session.starts_at))
        )
        language = visit.request.query.get("lang", series.languages[0])
        language = (
            language if language in languages() and language in series.languages else series.languages[0]
        )
        pages = await published_of(db, [cohort.series_id])
        zone = zone_for(visit.person.zone if visit.person else "", cohort.zone)
        lines = [
            words.session_line(language, number=session.number, title=title_in(session.title, language),
                               when=dates.when(language, session.starts_at, zone))
            for session in sessions
        ]  # fmt: skip
    links = visit.links
    buttons = [
        Button(label=str(edition.content["title"])[:70], url=links.to(PAGE, page.id, 0, now))
        for page, editions in pages
        if (edition := edition_for(editions, language)) is not None
    ]
    buttons += [
        Button(label=words.other_language(code, language=community_words.language_name(code, code)),
               url=f"{visit.request.path}?lang={code}")
        for code in series.languages
        if code != language and code in languages()
    ]  # fmt: skip
    card = Card(
        sections=(Section(title=words.sessions_title(language), text=Marked("\n").join(lines)),),
        buttons=tuple(buttons),
    )
    inner = replace(visit, language=language)
    return inner.page("card.html", title_in(series.title, language), card=card, svg="", actions=False)
