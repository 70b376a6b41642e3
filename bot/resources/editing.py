"""A page on its way: what each language lacks, its text, its pictures' words. Edited by several people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from sqlmodel import select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, Section, pack
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Values
from bot.core.lookup import row_id, title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.learning.lookup import session_numbered
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


async def page_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """``page 2`` is the page of session 2; ``page`` that of the series. It is made at the first look."""
    name = str(typed.get("cohort") or "")
    cohort = await ctx.cohort(name, Action.PREPARE_SESSION)
    session = await session_numbered(ctx, typed["number"], name) if typed.get("number") else None
    # One at a time: two people may look at a page for the first time in the same moment.
    await ctx.db.execute(select(Series.id).where(Series.id == cohort.series_id).with_for_update())
    page = await page_of(ctx.db, cohort.series_id, session.id if session else None)
    if page is None:
        page = ResourcePage(
            community_id=cohort.community_id,
            series_id=cohort.series_id,
            session_id=session.id if session else None,
            title=dict(await _title(ctx, cohort.series_id, session)),
            updated_at=ctx.now,
            updated_by_id=ctx.me.id,
        )
        if not await may_write(ctx.db, page, ctx.me):
            raise Refusal(words.not_your_page(ctx.language))
        ctx.db.add(page)
        await ctx.db.flush()
    return Reply(card=await page_card(ctx, await _mine(ctx, page)))


async def _title(ctx: Context, series_id: int, session: Session | None) -> Mapping[str, str]:
    return session.title if session else (await ctx.db.get_one(Series, series_id)).title


async def page_by_id(ctx: Context, value: str) -> ResourcePage:
    """A page that I may write, locked for a change. Raises `Refusal`."""
    page = await page_to_write(ctx.db, row_id(value))
    if page is None or page.community_id != ctx.community.id:
        raise Refusal(words.no_such_page(ctx.language))
    return await _mine(ctx, page)


async def _mine(ctx: Context, page: ResourcePage) -> ResourcePage:
    await ctx.refuse_archived(page.series_id)
    if not await may_write(ctx.db, page, ctx.me):
        raise Refusal(words.not_your_page(ctx.language))
    return page


async def languages_of(ctx: Context, page: ResourcePage) -> list[str]:
    return (await ctx.db.get_one(Series, page.series_id)).languages


async def page_card(ctx: Context, page: ResourcePage, text: Marked | str = "") -> Card:
    """What each language lacks, with a button to publish where it lacks nothing."""
    language, value = ctx.language, str(page.id)
    pictures, editions = await pictures_of(ctx.db, page.id), await editions_of(ctx.db, page.id)
    facts, publish = [], []
    for code in await languages_of(ctx, page):
        gaps = gaps_in(page, pictures, code)
        name = community_words.language_name(language, code)
        state = gaps_said(language, gaps)
        if not gaps.any:
            state = words.ready(language)
            publish.append(Button(label=words.publish_in(language, language=name), action="page.publish",
                                  value=pack(page.id, code, page.revision), style="primary"))  # fmt: skip
        if code in editions:
            state = state + Marked(" ") + words.version_out(language, number=editions[code].version)
        facts.append(Fact(label=name, value=state))
    upload = ctx.links.to("page-pictures", page.id, ctx.me.id, ctx.now, life=UPLOAD_LIFE)
    buttons = [*publish, Button(label=words.edit_text(language), form="page-text", value=value),
               Button(label=words.add_pictures(language), url=upload)]  # fmt: skip
    if editions:
        url = ctx.links.to(PAGE, page.id, ctx.me.id, ctx.now)
        buttons.append(Button(label=words.see_page(language), url=url))
        older = ctx.links.to(VERSIONS, page.id, ctx.me.id, ctx.now, life=UPLOAD_LIFE)
        buttons.append(Button(label=words.older_versions(language), url=older))
        buttons.append(_door(language, page))
    context = words.members_only(language)
    if page.open_to_all:
        open_url = ctx.links.to(PAGE, f"{OPEN}{page.id}", 0, ctx.now, life=OPEN_LIFE)
        buttons.append(Button(label=words.open_link(language), url=open_url))
        context = words.open_to_all(language)
    return Card(
        title=words.page_title(language, title=title_in(page.title, language)),
        text=text,
        facts=tuple(facts),
        sections=await _picture_sections(ctx, page, pictures),
        buttons=tuple(buttons),
        context=context,
    )


def _door(language: str, page: ResourcePage) -> Button:
    if page.open_to_all:
        return Button(label=words.close_page(language), action="page.close", value=str(page.id))
    return Button(label=words.open_page(language), action="page.open", value=str(page.id))


def gaps_said(language: str, gaps: Gaps) -> Marked:
    """What is missing, in one line."""
    said = []
    if gaps.title:
        said.append(words.title_missing(language))
    if gaps.text:
        said.append(words.text_missing(language))
    if gaps.pictures:
        said.append(words.alt_missing(language, missing=gaps.pictures, of=gaps.of_pictures))
    if gaps.files:
        said.append(words.files_missing(language, missing=gaps.files, of=gaps.of_files))
    return Marked(" ").join(said)


async def _picture_sections(
    ctx: Context, page: ResourcePage, pictures: list[PagePicture]
) -> tuple[Section, ...]:
    """Pictures without words in some language come first."""
    language, codes = ctx.language, await languages_of(ctx, page)
    lacking = {one.id: [code for code in codes if not one.alt.get(code, "").strip()] for one in pictures}
    ordered = sorted(pictures, key=lambda one: (not lacking[one.id], one.id))[:SHOWN_PICTURES]
    return tuple(
        Section(
            title=one.name,
            text=words.alt_lacks(language, languages=", ".join(lacking[one.id]))
            if lacking[one.id]
            else words.alt_whole(language),
            buttons=(
                Button(label=_say_what(language, one), form="page-alt", value=str(one.id)),
                Button(label=words.remove_picture(language), action="page.picture_remove", value=str(one.id)),
            ),
        )
        for one in ordered
    )


def _say_what(language: str, attached: PagePicture) -> Marked:
    return words.say_what(language) if is_picture(attached.media_type) else words.say_what_it_is(language)


# --- text ----------------------------------------------------------------------------------------------


async def text_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the page's id; it comes back with the revision that was seen."""
    page_id, revision = unpack(context, str, str)
    page = await page_by_id(ctx, page_id)
    language, fields = ctx.language, []
    for code in await languages_of(ctx, page):
        name = community_words.language_name(language, code)
        title, text = page.title.get(code, ""), page.text.get(code, "")
        fields += [
            Field(name=f"title_{code}", kind="text", label=words.title_label(language, language=name),
                  required=False, initial=title, most=LONGEST_TITLE),
            Field(name=f"text_{code}", kind="paragraph", label=words.text_label(language, language=name),
                  required=False, initial=text, hint=words.text_hint(language)),
        ]  # fmt: skip
    seen = context if revision else pack(page.id, page.revision)
    return Form(name="page-text", title=words.edit_text(language), submit=words.save(language), context=seen,
                fields=tuple(fields))  # fmt: skip


async def text_sent(ctx: Context, context: str, values: Values) -> Reply:
    """Keep the draft; what others see changes when it is published. A draft that somebody else changed
    meanwhile stays as it is, and nobody's words are lost."""
    page_id, revision = unpack(context, str, str)
    page = await page_by_id(ctx, page_id)
    codes = await languages_of(ctx, page)
    if revision != str(page.revision):
        mine = [str(values[f"{part}_{code}"]) for code in codes for part in ("title", "text")]
        again = Button(label=words.edit_text(ctx.language), form="page-text", value=str(page.id))
        return _changed_meanwhile(ctx, mine, again)
    page.title = {**page.title, **{code: str(values[f"title_{code}"]) for code in codes}}
    page.text = {**page.text, **{code: str(values[f"text_{code}"]) for code in codes}}
    _touch(ctx, page)
    await ctx.db.flush()
    return Reply(card=await page_card(ctx, page, words.draft_saved(ctx.language)))


def _changed_meanwhile(ctx: Context, mine: list[str], again: Button) -> Reply:
    """Their words back, to be put in again."""
    quoted = Marked("\n").join(text for text in mine if text)
    card = Card(text=words.changed_meanwhile(ctx.language), sections=(Section(text=quoted),),
                buttons=(again,))  # fmt: skip
    return Reply(card=card)


def _touch(ctx: Context, page: ResourcePage) -> None:
    page.revision += 1
    page.updated_at, page.updated_by_id = ctx.now, ctx.me.id


# --- pictures ------------------------------------------------------------------------------------------


async def alt_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the picture's id; it comes back with a mark of the words that were seen."""
    picture, page = await _picture(ctx, context)
    language = ctx.language
    return Form(
        name="page-alt",
        title=_say_what(language, picture),
        submit=words.save(language),
        context=context if unpack(context, str, str)[1] else pack(picture.id, _mark(picture.alt)),
        intro=_alt_intro(language, picture),
        fields=tuple(
            Field(name=f"alt_{code}", kind="text", required=False, most=LONGEST_ALT,
                  label=words.alt_label(language, language=community_words.language_name(language, code)),
                  initial=picture.alt.get(code, ""))
            for code in await languages_of(ctx, page)
        ),
    )  # fmt: skip


def _alt_intro(language: str, attached: PagePicture) -> Marked:
    if is_picture(attached.media_type):
        return words.alt_intro(language, name=attached.name)
    return words.file_intro(language, name=attached.name)


def _mark(alt: Mapping[str, str]) -> str:
    """Tells one set of words from another."""
    return blake2b(json.dumps(dict(alt), sort_keys=True).encode(), digest_size=6).hexdigest()


async def alt_sent(ctx: Context, context: str, values: Values) -> Reply:
    """Keep the words, unless somebody else wrote others meanwhile."""
    picture, page = await _picture(ctx, context)
    given = {name.removeprefix("alt_"): str(said) for name, said in values.items()}
    _, seen = unpack(context, str, str)
    if seen and seen != _mark(picture.alt):
        again = Button(label=_say_what(ctx.language, picture), form="page-alt", value=str(picture.id))
        return _changed_meanwhile(ctx, list(given.values()), again)
    return await _keep_alt(ctx, page, picture, given)


async def _keep_alt(ctx: Context, page: ResourcePage, picture: PagePicture, given: dict[str, str]) -> Reply:
    for code, said in given.items():
        if said and said.casefold() == picture.name.casefold():
            raise FieldError(f"alt_{code}", words.alt_is_name(ctx.language))
    picture.alt = {**picture.alt, **given}
    _touch(ctx, page)
    await ctx.db.flush()
    return Reply(card=await page_card(ctx, page, words.draft_saved(ctx.language)))


async def remove_picture(ctx: Context, value: str) -> Reply:
    """Off the draft; a published version loses it as well."""
    picture, page = await _picture(ctx, value)
    await ctx.db.delete(picture)
    _touch(ctx, page)
    await ctx.db.flush()
    return Reply(card=await page_card(ctx, page, words.picture_removed(ctx.language)), replace=True)


async def _picture(ctx: Context, value: str) -> tuple[PagePicture, ResourcePage]:
    """``id`` or ``id:mark``, and its page, locked before the picture is read. Raises `Refusal`."""
    picture_id, _ = unpack(value, int, str)
    picture = await ctx.db.get(PagePicture, picture_id)
    if picture is None:
        raise Refusal(words.no_such_page(ctx.language))
    page = await page_by_id(ctx, str(picture.page_id))
    found = await ctx.db.scalars(
        select(PagePicture).where(PagePicture.id == picture.id).execution_options(populate_existing=True)
    )
    picture = found.first()  # somebody may have taken it away while we waited
    if picture is None:
        raise Refusal(words.no_such_page(ctx.language))
    return picture, page
