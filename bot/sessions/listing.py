"""The sessions of a cohort in the reader's own time, and the agenda of one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.core.cards import Button, Card, Fact, Section, pack
from bot.core.context import Context
from bot.core.lookup import title_in
from bot.core.permissions import Action
from bot.core.reply import Reply
from bot.sessions.invitation_replies import answer_facts
from bot.sessions.lookup import (
    my_zone,
    objectives_of,
    presenters_of,
    segments_of,
    session_by_id,
    session_meant,
    sessions_of,
    status_of,
)
from prompts import dates
from prompts.text import Marked
from prompts.words import sessions as words
from storage.series import Cohort
from storage.sessions import Session

SHOWN = 15
FEED_LINK_LIFE = timedelta(days=3650)
"""A calendar keeps asking by the same address for years."""


async def sessions_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(typed.get("cohort") or "")
    language, found = ctx.language, await sessions_of(ctx.db, cohort.id)
    runs = await ctx.may(Action.RUN_COHORT, cohort.series_id)
    new = (Button(label=words.new_title(language), form="session-new"),) if runs else ()
    if not found:
        return Reply(card=Card(text=words.no_sessions(language, cohort=cohort.name), buttons=new))
    coming = [one for one in found if status_of(one, ctx.now) == "scheduled"]
    shown = coming[:SHOWN] if len(found) > SHOWN else found
    calendar = Button(label=words.calendar(language), url=calendar_link(ctx, cohort))
    return Reply(
        card=Card(
            title=words.sessions_title(language, cohort=cohort.name),
            sections=tuple(_section(ctx, one, runs) for one in shown),
            buttons=(calendar, *new),
            context=words.sessions_context(language),
        )
    )


def calendar_link(ctx: Context, cohort: Cohort) -> str:
    """The page from which I subscribe to my feed. It lives as long as the cohort has sessions: the page ends
    it, not the link."""
    return ctx.links.to("calendar", str(cohort.id), ctx.me.id, ctx.now, life=FEED_LINK_LIFE)


def _section(ctx: Context, session: Session, runs: bool) -> Section:
    language, status = ctx.language, status_of(session, ctx.now)
    when = dates.when(language, session.starts_at, my_zone(ctx, session))
    text = {
        "scheduled": words.line_scheduled(language, when=when, minutes=session.minutes),
        "delivered": words.line_delivered(language, when=when),
        "cancelled": words.line_cancelled(language, when=when),
    }[status]
    buttons = [Button(label=words.agenda(language), action="session.agenda", value=str(session.id))]
    if status == "scheduled" and session.join_link:
        buttons.append(Button(label=words.join(language), url=session.join_link))
    if status == "scheduled" and runs:
        value = pack(session.id, session.revision)
        buttons += [
            Button(label=words.edit(language), form="session-edit", value=value),
            Button(label=words.move_it(language), form="session-move", value=str(session.id)),
        ]
    title = words.numbered(language, number=str(session.number), title=title_in(session.title, language))
    return Section(title=title, text=text, buttons=tuple(buttons))


async def agenda_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(ctx, typed)
    return Reply(card=await agenda_card(ctx, session, cohort))


async def agenda_pressed(ctx: Context, value: str) -> Reply:
    session, cohort = await session_by_id(ctx, value)
    return Reply(card=await agenda_card(ctx, session, cohort))


async def agenda_card(ctx: Context, session: Session, cohort: Cohort) -> Card:
    """When, who presents, what people will be able to do, and the parts with their minutes."""
    language = ctx.language
    facts = [
        Fact(
            label=words.when_label(language),
            value=dates.when(language, session.starts_at, my_zone(ctx, session)),
        )
    ]
    if presenters := await presenters_of(ctx.db, session.id):
        names = dates.series_of(language, [presenter.name for presenter in presenters])
        facts.append(Fact(label=words.presenters_label(language), value=names))
    if await ctx.may(Action.RUN_COHORT, cohort.series_id):
        facts += await answer_facts(ctx, session)
    objectives = [title_in(objective.text, language) for objective in await objectives_of(ctx.db, session.id)]
    parts = await segments_of(ctx.db, session.id)
    lines = [
        words.segment_line(
            language,
            minutes=part.minutes,
            kind=words.segment_kind(language, part.kind),
            title=title_in(part.title, language),
        )
        for part in parts
    ]
    sections = []
    if objectives:
        sections.append(Section(title=words.objectives_title(language), text=_bullets(objectives)))
    if lines:
        sections.append(Section(title=words.agenda(language), text=Marked("\n").join(lines)))
    if session.pre_work:
        title = words.pre_work_title(language, minutes=session.pre_work_minutes or 10)
        sections.append(Section(title=title, text=title_in(session.pre_work, language)))
    status, number = status_of(session, ctx.now), str(session.number)
    buttons: tuple[Button, ...] = ()
    if session.join_link and status == "scheduled":
        buttons = (Button(label=words.join(language), url=session.join_link),)
    runs = await ctx.may(Action.PREPARE_SESSION, cohort.series_id)
    if runs and status == "scheduled":
        buttons = (
            *buttons,
            Button(label=words.set_agenda(language), form="session-segments", value=str(session.id)),
        )
    if status == "scheduled" and await ctx.may(Action.RUN_COHORT, cohort.series_id):
        value = pack(session.id, session.revision)
        button = Button(label=words.who_presents(language), form="session-presenters", value=value)
        buttons = (*buttons, button)
    return Card(
        title=words.numbered(language, number=number, title=title_in(session.title, language)),
        text=words.was_cancelled(language, number=number) if status == "cancelled" else Marked(""),
        facts=tuple(facts),
        sections=tuple(sections),
        buttons=buttons,
    )


def _bullets(lines: list[str]) -> Marked:
    return Marked("\n").join(Marked("- {line}").format(line=line) for line in lines)
