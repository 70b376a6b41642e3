"""A page on its way: what each language lacks, its text, its pictures' words. Edited by several people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from sqlmodel import select

from bot.cards import Button, Card, Fact, Section
from bot.communities.lookup import row_id, title_in
from bot.communities.unfit import Unfit, beside_its_field
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Values
from bot.learning.lookup import session_numbered
from bot.permissions import Action
from bot.resources.attachments import is_picture
from bot.resources.pages import (
    OPEN,
    PAGE,
    VERSIONS,
    Gaps,
    editions_of,
    gaps_in,
    may_write,
    page_of,
    page_to_write,
    pictures_of,
)
from prompts.text import Marked
from prompts.words import communities as community_words
from prompts.words import resources as words
from storage.resources import PagePicture, ResourcePage
from storage.series import Series
from storage.sessions import Session

UPLOAD_LIFE = timedelta(hours=12)
OPEN_LIFE = timedelta(days=400)
SHOWN_PICTURES = 10
LONGEST_ALT = 300
LONGEST_TITLE = 150


async def page_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """``page 2`` is the page of session 2; ``page`` that of the series. It is made at the first look."""
    name = str(typed.get("cohort") or "")
    cohort = await desk.cohort(name, Action.PREPARE_SESSION)
    session = await session_numbered(desk, typed["number"], name) if typed.get("number") else None
    # One at a time: two people may look at a page for the first time in the same moment.
    await desk.db.execute(select(Series.id).where(Series.id == cohort.series_id).with_for_update())
    page = await page_of(desk.db, cohort.series_id, session.id if session else None)
    if page is None:
        page = ResourcePage(
            community_id=cohort.community_id,
            series_id=cohort.series_id,
            session_id=session.id if session else None,
            title=dict(await _title(desk, cohort.series_id, session)),
            updated_at=desk.now,
            updated_by_id=desk.me.id,
        )
        if not await may_write(desk.db, page, desk.me):
            raise Refusal(words.not_your_page(desk.language))
        desk.db.add(page)
        await desk.db.flush()
    return Reply(card=await page_card(desk, await _mine(desk, page)))


async def _title(desk: Desk, series_id: int, session: Session | None) -> Mapping[str, str]:
    return session.title if session else (await desk.db.get_one(Series, series_id)).title


async def page_by_id(desk: Desk, value: str) -> ResourcePage:
    """A page that I may write, locked for a change. Raises `Refusal`."""
    page = await page_to_write(desk.db, row_id(value))
    if page is None or page.community_id != desk.community.id:
        raise Refusal(words.no_such_page(desk.language))
    return await _mine(desk, page)


async def _mine(desk: Desk, page: ResourcePage) -> ResourcePage:
    await desk.refuse_archived(page.series_id)
    if not await may_write(desk.db, page, desk.me):
        raise Refusal(words.not_your_page(desk.language))
    return page


async def languages_of(desk: Desk, page: ResourcePage) -> list[str]:
    return (await desk.db.get_one(Series, page.series_id)).languages


async def page_card(desk: Desk, page: ResourcePage, text: Marked | str = "") -> Card:
    """What each language lacks, with a button to publish where it lacks nothing."""
    say, value = desk.language, str(page.id)
    pictures, editions = await pictures_of(desk.db, page.id), await editions_of(desk.db, page.id)
    facts, publish = [], []
    for code in await languages_of(desk, page):
        gaps = gaps_in(page, pictures, code)
        name = community_words.language_name(say, code)
        state = gaps_said(say, gaps)
        if not gaps.any:
            state = words.ready(say)
            publish.append(Button(label=words.publish_in(say, language=name), action="page.publish",
                                  value=f"{page.id}:{code}:{page.revision}", style="primary"))  # fmt: skip
        if code in editions:
            state = state + Marked(" ") + words.version_out(say, number=editions[code].version)
        facts.append(Fact(label=name, value=state))
    upload = desk.links.to("page-pictures", page.id, desk.me.id or 0, desk.now, life=UPLOAD_LIFE)
    buttons = [*publish, Button(label=words.edit_text(say), form="page-text", value=value),
               Button(label=words.add_pictures(say), url=upload)]  # fmt: skip
    if editions:
        url = desk.links.to(PAGE, page.id, desk.me.id or 0, desk.now)
        buttons.append(Button(label=words.see_page(say), url=url))
        older = desk.links.to(VERSIONS, page.id, desk.me.id or 0, desk.now, life=UPLOAD_LIFE)
        buttons.append(Button(label=words.older_versions(say), url=older))
        buttons.append(_door(say, page))
    context = words.members_only(say)
    if page.open_to_all:
        open_url = desk.links.to(PAGE, f"{OPEN}{page.id}", 0, desk.now, life=OPEN_LIFE)
        buttons.append(Button(label=words.open_link(say), url=open_url))
        context = words.open_to_all(say)
    return Card(
        title=words.page_title(say, title=title_in(page.title, say)),
        text=text,
        facts=tuple(facts),
        sections=await _picture_sections(desk, page, pictures),
        buttons=tuple(buttons),
        context=context,
    )


def _door(say: str, page: ResourcePage) -> Button:
    if page.open_to_all:
        return Button(label=words.close_page(say), action="page.close", value=str(page.id))
    return Button(label=words.open_page(say), action="page.open", value=str(page.id))


def gaps_said(say: str, gaps: Gaps) -> Marked:
    """What is missing, in one line."""
    said = []
    if gaps.title:
        said.append(words.title_missing(say))
    if gaps.text:
        said.append(words.text_missing(say))
    if gaps.pictures:
        said.append(words.alt_missing(say, missing=gaps.pictures, of=gaps.of_pictures))
    if gaps.files:
        said.append(words.files_missing(say, missing=gaps.files, of=gaps.of_files))
    return Marked(" ").join(said)


async def _picture_sections(
    desk: Desk, page: ResourcePage, pictures: list[PagePicture]
) -> tuple[Section, ...]:
    """Pictures without words in some language come first."""
    say, codes = desk.language, await languages_of(desk, page)
    lacking = {one.id: [code for code in codes if not one.alt.get(code, "").strip()] for one in pictures}
    ordered = sorted(pictures, key=lambda one: (not lacking[one.id], one.id))[:SHOWN_PICTURES]
    return tuple(
        Section(
            title=one.name,
            text=words.alt_lacks(say, languages=", ".join(lacking[one.id]))
            if lacking[one.id]
            else words.alt_whole(say),
            buttons=(
                Button(label=_say_what(say, one), form="page-alt", value=str(one.id)),
                Button(label=words.remove_picture(say), action="page.picture_remove", value=str(one.id)),
            ),
        )
        for one in ordered
    )


def _say_what(say: str, attached: PagePicture) -> Marked:
    return words.say_what(say) if is_picture(attached.media_type) else words.say_what_it_is(say)


# --- text ----------------------------------------------------------------------------------------------


async def text_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the page's id; it comes back with the revision that was seen."""
    page_id = context.partition(":")[0]
    page = await page_by_id(desk, page_id)
    say, fields = desk.language, []
    for code in await languages_of(desk, page):
        name = community_words.language_name(say, code)
        title, text = page.title.get(code, ""), page.text.get(code, "")
        fields += [
            Field(name=f"title_{code}", kind="text", label=words.title_label(say, language=name),
                  required=False, initial=title, most=LONGEST_TITLE),
            Field(name=f"text_{code}", kind="paragraph", label=words.text_label(say, language=name),
                  required=False, initial=text, hint=words.text_hint(say)),
        ]  # fmt: skip
    seen = context if ":" in context else f"{page.id}:{page.revision}"
    return Form(name="page-text", title=words.edit_text(say), submit=words.save(say), context=seen,
                fields=tuple(fields))  # fmt: skip


async def text_sent(desk: Desk, context: str, values: Values) -> Reply:
    """Keep the draft; what others see changes when it is published. A draft that somebody else changed
    meanwhile stays as it is, and nobody's words are lost."""
    page_id, _, revision = context.partition(":")
    page = await page_by_id(desk, page_id)
    codes = await languages_of(desk, page)
    if revision != str(page.revision):
        mine = [str(values[f"{part}_{code}"]) for code in codes for part in ("title", "text")]
        again = Button(label=words.edit_text(desk.language), form="page-text", value=str(page.id))
        return _changed_meanwhile(desk, mine, again)
    page.title = {**page.title, **{code: str(values[f"title_{code}"]) for code in codes}}
    page.text = {**page.text, **{code: str(values[f"text_{code}"]) for code in codes}}
    _touch(desk, page)
    await desk.db.flush()
    return Reply(card=await page_card(desk, page, words.draft_saved(desk.language)))


def _changed_meanwhile(desk: Desk, mine: list[str], again: Button) -> Reply:
    """Their words back, to be put in again."""
    quoted = Marked("\n").join(text for text in mine if text)
    card = Card(text=words.changed_meanwhile(desk.language), sections=(Section(text=quoted),),
                buttons=(again,))  # fmt: skip
    return Reply(card=card)


def _touch(desk: Desk, page: ResourcePage) -> None:
    page.revision += 1
    page.updated_at, page.updated_by_id = desk.now, desk.me.id


# --- pictures ------------------------------------------------------------------------------------------


async def alt_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the picture's id; it comes back with a mark of the words that were seen."""
    picture, page = await _picture(desk, context)
    say = desk.language
    return Form(
        name="page-alt",
        title=_say_what(say, picture),
        submit=words.save(say),
        context=context if ":" in context else f"{picture.id}:{_mark(picture.alt)}",
        intro=_alt_intro(say, picture),
        fields=tuple(
            Field(name=f"alt_{code}", kind="text", required=False, most=LONGEST_ALT,
                  label=words.alt_label(say, language=community_words.language_name(say, code)),
                  initial=picture.alt.get(code, ""))
            for code in await languages_of(desk, page)
        ),
    )  # fmt: skip


def _alt_intro(say: str, attached: PagePicture) -> Marked:
    if is_picture(attached.media_type):
        return words.alt_intro(say, name=attached.name)
    return words.file_intro(say, name=attached.name)


def _mark(alt: Mapping[str, str]) -> str:
    """Tells one set of words from another."""
    return blake2b(json.dumps(dict(alt), sort_keys=True).encode(), digest_size=6).hexdigest()


async def alt_sent(desk: Desk, context: str, values: Values) -> Reply:
    """Keep the words, unless somebody else wrote others meanwhile."""
    picture, page = await _picture(desk, context)
    given = {name.removeprefix("alt_"): str(said) for name, said in values.items()}
    seen = context.partition(":")[2]
    if seen and seen != _mark(picture.alt):
        again = Button(label=_say_what(desk.language, picture), form="page-alt", value=str(picture.id))
        return _changed_meanwhile(desk, list(given.values()), again)
    return await beside_its_field(_keep_alt(desk, page, picture, given))


async def _keep_alt(desk: Desk, page: ResourcePage, picture: PagePicture, given: dict[str, str]) -> Reply:
    for code, said in given.items():
        if said and said.casefold() == picture.name.casefold():
            raise Unfit(f"alt_{code}", words.alt_is_name(desk.language))
    picture.alt = {**picture.alt, **given}
    _touch(desk, page)
    await desk.db.flush()
    return Reply(card=await page_card(desk, page, words.draft_saved(desk.language)))


async def remove_picture(desk: Desk, value: str) -> Reply:
    """Off the draft; a published version loses it as well."""
    picture, page = await _picture(desk, value)
    await desk.db.delete(picture)
    _touch(desk, page)
    await desk.db.flush()
    return Reply(card=await page_card(desk, page, words.picture_removed(desk.language)), replace=True)


async def _picture(desk: Desk, value: str) -> tuple[PagePicture, ResourcePage]:
    """``id`` or ``id:mark``, and its page, locked before the picture is read. Raises `Refusal`."""
    picture = await desk.db.get(PagePicture, row_id(value.partition(":")[0]))
    if picture is None:
        raise Refusal(words.no_such_page(desk.language))
    page = await page_by_id(desk, str(picture.page_id))
    found = await desk.db.scalars(
        select(PagePicture).where(PagePicture.id == picture.id).execution_options(populate_existing=True)
    )
    picture = found.first()  # somebody may have taken it away while we waited
    if picture is None:
        raise Refusal(words.no_such_page(desk.language))
    return picture, page
