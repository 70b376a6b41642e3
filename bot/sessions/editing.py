"""Changing what a session says, without moving it: title, length, link, objectives, pre-work."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import StrictInt, StrictStr, TypeAdapter, ValidationError

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, pack
from bot.core.context import Context
from bot.core.forms import Form, Values, fields_of
from bot.core.inputs import Argument
from bot.core.lookup import title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.nudges.planner import replan_cohort
from bot.sessions.announcements import tell_cohort
from bot.sessions.lookup import objectives_of, segments_of, session_meant
from bot.sessions.moving import who_is_told
from bot.sessions.scheduling import LINK, MINUTES, about_fields
from bot.sessions.validation import LONGEST_UNDO, refuse_closed, refuse_overlap, session_to_change
from bot.sessions.wording import (
    keep_objectives,
    read_lines,
    read_link,
    read_minutes,
    read_pre_work,
    read_title,
    text_fields,
)
from prompts import dates
from prompts.text import Marked
from prompts.words import core as core_words
from prompts.words import sessions as words
from storage.series import Cohort, Series
from storage.sessions import Session

ITS_LINK = (
    Argument("number", "number", label=words.number_label, lowest=1),
    replace(LINK, required=True),
    Argument("cohort", "word", required=False),
)


async def do_edit(ctx: Context, session: Session, cohort: Cohort, given: Mapping[str, Any]) -> Reply:
    """Change all that the form holds. The revision grows, so an older form is refused."""
    languages = (await ctx.db.get_one(Series, cohort.series_id)).languages
    title, minutes = read_title(ctx, given, languages), read_minutes(ctx, given.get("minutes"))
    link, objectives = read_link(ctx, given.get("link") or ""), read_lines(ctx, given, languages)
    if minutes > session.minutes:
        await refuse_overlap(
            ctx, session.cohort_id, session.starts_at, minutes, but=session.id, field="minutes"
        )
    is_news = minutes != session.minutes or _link_is_news(session, link)
    before = await _as_it_is(ctx, session)
    session.title, session.minutes, session.join_link = title, minutes, link
    session.pre_work = read_pre_work(given, languages)
    session.pre_work_minutes = given.get("pre_work_minutes") or 0
    session.revision += 1
    await keep_objectives(ctx.db, session, objectives)
    await ctx.db.flush()
    told = await _tell(ctx, session, cohort) if is_news else Marked("")
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    ctx.audit("session_edited", f"session:{session.id}", revision=session.revision)
    text = words.edited(ctx.language, number=str(session.number))
    undo = undo_button(ctx, session, before, await _as_it_is(ctx, session))
    return Reply(card=Card(text=text + await _agenda_differs(ctx, session), buttons=undo, context=told))


def undo_button(
    ctx: Context, session: Session, before: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[Button, ...]:
    """Puts back what this edit changed; none where nothing changed, or more than a button can carry."""
    changed = {
        name: before.get(name, "") for name in {*before, *now} if before.get(name, "") != now.get(name, "")
    }
    value = pack(session.id, session.revision, json.dumps(changed, ensure_ascii=False, sort_keys=True))
    if not changed or len(value) > LONGEST_UNDO:
        return ()
    return (Button(label=words.undo(ctx.language), action="session.edit_back", value=value),)


async def edit_back_pressed(ctx: Context, value: str) -> Reply:
    """The undo of an edit: an edit as any other, which tells the cohort where that is news to it. Raises
    `Refusal` when somebody changed the session meanwhile."""
    session_id, seen, written = unpack(value, str, str, str)
    session, cohort = await session_to_change(ctx, pack(session_id, seen))
    before = _read(ctx, written)
    reply = await do_edit(ctx, session, cohort, {**await _as_it_is(ctx, session), **before})
    return reply.model_copy(update={"replace": True})


def _read(ctx: Context, written: str) -> dict[str, str | int]:
    """The values of an undo as `undo_button` wrote them. Raises `Refusal` for anything else."""
    try:
        return _VALUES.validate_json(written)
    except ValidationError:
        raise Refusal(core_words.stale_button(ctx.language)) from None


_VALUES = TypeAdapter(dict[str, StrictStr | StrictInt])


def _link_is_news(session: Session, link: str) -> bool:
    """People may hold the old link; a first one comes to them with the reminders."""
    return bool(session.join_link) and link != session.join_link


async def _tell(ctx: Context, session: Session, cohort: Cohort) -> Marked:
    """Tell the cohort what stands now; returns who is told."""
    await tell_cohort(ctx, session, cohort, "changed", lambda lang, at: changed_card(session, lang, at))
    return await who_is_told(ctx, session, cohort)


def changed_card(session: Session, language: str, zone: str) -> Card:
    """What the cohort reads when the length or the join link is another."""
    when = dates.when(language, session.starts_at, zone)
    link = session.join_link
    return Card(
        title=words.changed_title(language, title=title_in(session.title, language)),
        text=words.tomorrow_text(language, when=when, minutes=session.minutes),
        buttons=(Button(label=words.join(language), url=link),) if link else (),
    )


async def _agenda_differs(ctx: Context, session: Session) -> Marked:
    """A sentence when the agenda no longer fills the session; else nothing."""
    planned = sum(segment.minutes for segment in await segments_of(ctx.db, session.id))
    if planned in (0, session.minutes):
        return Marked("")
    return Marked("\n") + words.agenda_differs(ctx.language, agenda=planned, minutes=session.minutes)


async def edit_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """With values, change just these; with none, the form."""
    session, cohort = await session_meant(ctx, typed, Action.RUN_COHORT)
    refuse_closed(ctx, session)
    given = {name: value for name, value in typed.items() if name not in ("number", "cohort")}
    if not given:
        return Reply(form=await edit_form(ctx, pack(session.id, session.revision), {}))
    return await do_edit(ctx, session, cohort, {**await _as_it_is(ctx, session), **given})


async def edit_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the session and the revision that its editor sees. Raises `Refusal` when somebody
    changed it meanwhile: the last write never silently wins."""
    language = ctx.language
    if not context:
        raise Refusal(words.which_session(language, command="session edit"))
    session, cohort = await session_to_change(ctx, context)
    languages = (await ctx.db.get_one(Series, cohort.series_id)).languages
    now = await _as_it_is(ctx, session)
    return Form(
        name="session-edit",
        title=words.edit_title(language, number=str(session.number)),
        submit=words.save(language),
        context=context,
        fields=(
            *text_fields(ctx, languages, "title", words.title_label, now, kind="text", most=120),
            *fields_of((MINUTES, LINK), language, now),
            *about_fields(ctx, languages, now),
        ),
    )  # fmt: skip


async def edit_sent(ctx: Context, context: str, values: Values) -> Reply:
    session, cohort = await session_to_change(ctx, context)
    return await do_edit(ctx, session, cohort, values)


async def _as_it_is(ctx: Context, session: Session) -> dict[str, Any]:
    """The session as the form's values."""
    now: dict[str, Any] = {
        "minutes": session.minutes,
        "link": session.join_link,
        "pre_work_minutes": session.pre_work_minutes,
    }
    now |= {f"title_{language}": text for language, text in session.title.items()}
    now |= {f"pre_work_{language}": text for language, text in session.pre_work.items()}
    objectives = await objectives_of(ctx.db, session.id)
    for language in {language for one in objectives for language in one.text}:
        now[f"objectives_{language}"] = "\n".join(
            objective.text.get(language, "") for objective in objectives
        )
    return now


# --- the join link --------------------------------------------------------------------------------------


async def link_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(ctx, typed, Action.RUN_COHORT)
    refuse_closed(ctx, session)
    link = read_link(ctx, typed["link"])
    told, before = Marked(""), session.join_link
    if link != session.join_link:
        is_news = _link_is_news(session, link)
        session.join_link, session.revision = link, session.revision + 1
        await ctx.db.flush()
        told = await _tell(ctx, session, cohort) if is_news else told
        await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
        ctx.audit("session_link_set", f"session:{session.id}")
    text = words.link_set(ctx.language, number=str(session.number))
    open_it = Button(label=words.join(ctx.language), url=link)
    undo = undo_button(ctx, session, {"link": before}, {"link": link})
    return Reply(card=Card(text=text, buttons=((open_it,) if link else ()) + undo, context=told))


async def link_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """The number of the session and the address."""
    language = ctx.language
    return Form(
        name="session-link",
        title=words.link_title(language),
        submit=words.save(language),
        fields=fields_of(ITS_LINK, language, initial),
        context=str(initial.get("cohort") or context),
    )
