"""A facilitator's own words for a message, in each language of the cohort. What is personal in it stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from bot.console.naming import name_of
from bot.console.planned_groups import locked_series, nudge_by_id, open_copies
from bot.console.previewing import composed_for, preview_card
from bot.core.button_values import unpack
from bot.core.cards import Button, Card, pack
from bot.core.context import Context
from bot.core.forms import Field, Form, Values
from bot.core.reply import Refusal, Reply
from bot.nudges.editions import TIME, to_edit, unfillable
from prompts.words import console as words
from storage.nudges import Edition, Nudge
from storage.series import Cohort, Series

MOST = 3000
"""Characters of a text in a form."""


async def edit_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """The context is the nudge's id and, once shown, the revisions that were seen: ``12:en:1,es:0``."""
    nudge_value, seen = unpack(context, str, str)
    nudge, cohort = await nudge_by_id(ctx, nudge_value)
    await open_copies(ctx, nudge)
    series = await ctx.db.get_one(Series, cohort.series_id)
    editions = await _editions(ctx, nudge)
    reader_language, fields = ctx.language, []
    for code in series.languages:
        title, text = await _words_now(ctx, nudge, cohort, editions.get(code), code)
        hint = words.text_hint(reader_language)
        if TIME in text:
            hint = hint + " " + words.time_hint(reader_language, time=TIME)
        language = words.language_name(reader_language, code)
        fields += [
            Field(
                name=f"title.{code}",
                kind="text",
                label=words.title_label(reader_language, language=language),
                initial=title,
                most=150,
                required=False,
            ),
            Field(
                name=f"text.{code}",
                kind="paragraph",
                label=words.text_label(reader_language, language=language),
                initial=text[:MOST],
                hint=hint,
                required=False,
            ),
        ]
    return Form(
        name="nudge-edit",
        title=words.edit_title(reader_language),
        submit=words.save(reader_language),
        context=pack(nudge_value, seen or _revisions(series, editions)),
        intro=words.edit_intro(reader_language, kind=await name_of(ctx.db, reader_language, nudge)),
        fields=tuple(fields),
    )


async def edit_sent(ctx: Context, context: str, values: Values) -> Reply:
    """An empty text gives the message its own words back."""
    nudge_value, seen = unpack(context, str, str)
    nudge, cohort = await nudge_by_id(ctx, nudge_value)
    await open_copies(ctx, nudge)
    series = await locked_series(ctx, cohort)
    editions = await _editions(ctx, nudge)
    if seen and seen != _revisions(series, editions):
        raise Refusal(words.changed_meanwhile(ctx.language))
    given, errors = {}, {}
    for code in series.languages:
        title, text = str(values.get(f"title.{code}", "")), str(values.get(f"text.{code}", ""))
        composed = await _composed(ctx, nudge, cohort, code)
        wrong = [*unfillable(title, ""), *unfillable(text, composed.text)]
        if wrong:
            errors[f"text.{code}"] = _cannot_fill(ctx.language, wrong, composed)
        its_own = (title.strip(), text.strip()) == (
            composed.title.strip(),
            to_edit(composed.text)[:MOST].strip(),
        )
        given[code] = ("", "") if its_own else (title, text)
    if errors:
        return Reply(errors=errors)
    for code, (title, text) in given.items():
        _keep(ctx, nudge, editions.get(code), code, title, text)
    ctx.audit("message_edited", f"nudge:{nudge.id}")
    await ctx.db.flush()
    seen = _revisions(series, await _editions(ctx, nudge))
    undo = Button(label=words.undo(ctx.language), action="nudge.unedit", value=pack(nudge.id, seen))
    card = await preview_card(ctx, nudge, cohort)
    return Reply(card=card.model_copy(update={"buttons": (undo, *card.buttons)}))


async def unedited_pressed(ctx: Context, value: str) -> Reply:
    """The words as they were before the newest edit; pressed again, that edit's words."""
    nudge_value, seen = unpack(value, str, str)
    nudge, cohort = await nudge_by_id(ctx, nudge_value)
    await open_copies(ctx, nudge)
    series = await locked_series(ctx, cohort)
    editions = await _editions(ctx, nudge)
    if seen != _revisions(series, editions):
        raise Refusal(words.changed_since(ctx.language))
    for code, edition in editions.items():
        _keep(ctx, nudge, edition, code, edition.title_before, edition.text_before)
    ctx.audit("message_edit_undone", f"nudge:{nudge.id}")
    await ctx.db.flush()
    return Reply(card=await preview_card(ctx, nudge, cohort))


def _cannot_fill(language: str, wrong: list[str], composed: Card) -> str:
    named = ", ".join(dict.fromkeys(wrong))
    if TIME in to_edit(composed.text):
        return str(words.cannot_fill_but_time(language, given=named, time=TIME))
    return str(words.cannot_fill(language, given=named))


async def _composed(ctx: Context, nudge: Nudge, cohort: Cohort, code: str) -> Card:
    """The message in its own words; empty while there is nothing to send."""
    card = await composed_for(
        ctx.db, nudge, ctx.me, ctx.community, ctx.links, cohort, code, ctx.now, ctx.kinds, edited=False
    )
    return card if isinstance(card, Card) else Card()


def _keep(ctx: Context, nudge: Nudge, edition: Edition | None, code: str, title: str, text: str) -> None:
    """An empty text is the message's own; a row stays all the same, for Undo knows what was there."""
    if edition is None and not text.strip():
        return
    if edition is None:
        edition = Edition(
            community_id=ctx.community.id, group=nudge.group, language=code, title="", text="",
            edited_by_id=ctx.me.id, edited_at=ctx.now, revision=0,
        )  # fmt: skip
        ctx.db.add(edition)
    edition.title_before, edition.text_before = edition.title, edition.text
    edition.title, edition.text = (title, text) if text.strip() else ("", "")
    edition.edited_by_id, edition.edited_at = ctx.me.id, ctx.now
    edition.revision += 1


async def _words_now(
    ctx: Context, nudge: Nudge, cohort: Cohort, edition: Edition | None, code: str
) -> tuple[str, str]:
    if edition is not None and edition.text:
        return edition.title, to_edit(edition.text)
    card = await _composed(ctx, nudge, cohort, code)
    return card.title, to_edit(card.text)


async def _editions(ctx: Context, nudge: Nudge) -> dict[str, Edition]:
    found = await ctx.db.scalars(select(Edition).where(Edition.group == nudge.group))
    return {edition.language: edition for edition in found}


def _revisions(series: Series, editions: Mapping[str, Edition]) -> str:
    return ",".join(
        f"{code}:{editions[code].revision if code in editions else 0}" for code in series.languages
    )
