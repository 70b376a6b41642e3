"""A facilitator's own words for a message, in each language of the cohort. What is personal in it stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from bot.cards import Card
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Values
from bot.messages.naming import name_of
from bot.messages.planned_groups import locked_series, nudge_by_id, open_copies
from bot.messages.previewing import composed_for, preview_card
from bot.nudges.editions import TIME, to_edit
from prompts.words import messages as words
from storage.nudges import Edition, Nudge
from storage.series import Cohort, Series


async def edit_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """The context is the nudge's id and, once shown, the revisions that were seen: ``12|en:1,es:0``."""
    nudge_value, _, seen = context.partition("|")
    nudge, cohort = await nudge_by_id(desk, nudge_value)
    await open_copies(desk, nudge)
    series = await desk.db.get_one(Series, cohort.series_id)
    editions = await _editions(desk, nudge)
    say, fields = desk.language, []
    for code in series.languages:
        title, text = await _words_now(desk, nudge, cohort, editions.get(code), code)
        hint = words.text_hint(say)
        if TIME in text:
            hint = hint + " " + words.time_hint(say, time=TIME)
        language = words.language_name(say, code)
        fields += [
            Field(name=f"title.{code}", kind="text", label=words.title_label(say, language=language),
                  initial=title, most=150, required=False),
            Field(name=f"text.{code}", kind="paragraph", label=words.text_label(say, language=language),
                  initial=text[:3000], hint=hint, required=False),
        ]  # fmt: skip
    return Form(
        name="nudge-edit",
        title=words.edit_title(say),
        submit=words.save(say),
        context=f"{nudge_value}|{seen or _revisions(series, editions)}",
        intro=words.edit_intro(say, kind=await name_of(desk.db, say, nudge)),
        fields=tuple(fields),
    )


async def edit_sent(desk: Desk, context: str, values: Values) -> Reply:
    """An empty text gives the message its own words back."""
    nudge_value, _, seen = context.partition("|")
    nudge, cohort = await nudge_by_id(desk, nudge_value)
    await open_copies(desk, nudge)
    series = await locked_series(desk, cohort)
    editions = await _editions(desk, nudge)
    if seen and seen != _revisions(series, editions):
        raise Refusal(words.changed_meanwhile(desk.language))
    for code in series.languages:
        title, text = str(values.get(f"title.{code}", "")), str(values.get(f"text.{code}", ""))
        await _keep(desk, nudge, editions.get(code), code, title, text)
    desk.audit("message_edited", f"nudge:{nudge.id}")
    await desk.db.flush()
    return Reply(card=await preview_card(desk, nudge, cohort))


async def _keep(desk: Desk, nudge: Nudge, edition: Edition | None, code: str, title: str, text: str) -> None:
    if not text.strip():
        if edition is not None:
            await desk.db.delete(edition)
        return
    if edition is None:
        edition = Edition(
            community_id=desk.community.id or 0, group=nudge.group, language=code, title="", text="",
            edited_by_id=desk.me.id or 0, edited_at=desk.now, revision=0,
        )  # fmt: skip
        desk.db.add(edition)
    edition.title, edition.text = title, text
    edition.edited_by_id, edition.edited_at = desk.me.id or 0, desk.now
    edition.revision += 1


async def _words_now(
    desk: Desk, nudge: Nudge, cohort: Cohort, edition: Edition | None, code: str
) -> tuple[str, str]:
    if edition is not None:
        return edition.title, to_edit(edition.text)
    card = await composed_for(desk.db, nudge, desk.me, desk.community, desk.links, cohort, code, desk.now)
    return (card.title, to_edit(card.text)) if isinstance(card, Card) else ("", "")


async def _editions(desk: Desk, nudge: Nudge) -> dict[str, Edition]:
    found = await desk.db.scalars(select(Edition).where(Edition.group == nudge.group))
    return {edition.language: edition for edition in found}


def _revisions(series: Series, editions: Mapping[str, Edition]) -> str:
    return ",".join(
        f"{code}:{editions[code].revision if code in editions else 0}" for code in series.languages
    )
