"""The sessions of a cohort in the reader's own time, and the agenda of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.cards import Button, Card, Fact, Section
from bot.communities.lookup import title_in
from bot.desk import Desk
from bot.feature import Reply
from bot.permissions import Action
from bot.sessions.lookup import (
    end_of,
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
FEED_LIVES_ON = timedelta(days=60)
"""How long a calendar's link works after the last session."""


async def sessions_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    cohort = await desk.cohort(typed.get("cohort") or "")
    say, found = desk.language, await sessions_of(desk.db, cohort.id)
    runs = await desk.may(Action.RUN_COHORT, cohort.series_id)
    new = (Button(label=words.new_title(say), form="session-new"),) if runs else ()
    if not found:
        return Reply(card=Card(text=words.no_sessions(say, cohort=cohort.name), buttons=new))
    coming = [one for one in found if status_of(one, desk.now) == "scheduled"]
    shown = coming[:SHOWN] if len(found) > SHOWN else found
    calendar = Button(label=words.calendar(say), url=calendar_link(desk, cohort, found))
    return Reply(
        card=Card(
            title=words.sessions_title(say, cohort=cohort.name),
            sections=tuple(_section(desk, one, runs) for one in shown),
            buttons=(calendar, *new),
            context=words.sessions_context(say),
        )
    )


def calendar_link(desk: Desk, cohort: Cohort, sessions: Sequence[Session]) -> str:
    """My own feed; it lives on after the last session, so that a calendar can keep asking."""
    until = max([end_of(one) for one in sessions if one.status != "cancelled"], default=desk.now)
    life = max(until - desk.now, timedelta(0)) + FEED_LIVES_ON
    return desk.links.to("calendar", str(cohort.id), desk.me.id or 0, desk.now, life=life) + ".ics"


def _section(desk: Desk, session: Session, runs: bool) -> Section:
    say, status = desk.language, status_of(session, desk.now)
    when = dates.when(say, session.starts_at, my_zone(desk, session))
    text = {
        "scheduled": words.line_scheduled(say, when=when, minutes=session.minutes),
        "delivered": words.line_delivered(say, when=when),
        "cancelled": words.line_cancelled(say, when=when),
    }[status]
    buttons = [Button(label=words.agenda(say), action="session.agenda", value=str(session.id))]
    if status == "scheduled" and session.join_link:
        buttons.append(Button(label=words.join(say), url=session.join_link))
    if status == "scheduled" and runs:
        value = f"{session.id}:{session.revision}"
        buttons += [
            Button(label=words.edit(say), form="session-edit", value=value),
            Button(label=words.move_it(say), form="session-move", value=str(session.id)),
        ]
    title = words.numbered(say, number=str(session.number), title=title_in(session.title, say))
    return Section(title=title, text=text, buttons=tuple(buttons))


async def agenda_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(desk, typed)
    return Reply(card=await agenda_card(desk, session, cohort))


async def agenda_pressed(desk: Desk, value: str) -> Reply:
    session, cohort = await session_by_id(desk, value)
    return Reply(card=await agenda_card(desk, session, cohort))


async def agenda_card(desk: Desk, session: Session, cohort: Cohort) -> Card:
    """When, who presents, what people will be able to do, and the parts with their minutes."""
    say = desk.language
    facts = [
        Fact(label=words.when_label(say), value=dates.when(say, session.starts_at, my_zone(desk, session)))
    ]
    if presenters := await presenters_of(desk.db, session.id):
        names = dates.series_of(say, [one.name for one in presenters])
        facts.append(Fact(label=words.presenters_label(say), value=names))
    objectives = [title_in(one.text, say) for one in await objectives_of(desk.db, session.id)]
    parts = await segments_of(desk.db, session.id)
    lines = [
        words.segment_line(
            say, minutes=one.minutes, kind=words.segment_kind(say, one.kind), title=title_in(one.title, say)
        )
        for one in parts
    ]
    sections = []
    if objectives:
        sections.append(Section(title=words.objectives_title(say), text=_bullets(objectives)))
    if lines:
        sections.append(Section(title=words.agenda(say), text=Marked("\n").join(lines)))
    if session.pre_work:
        title = words.pre_work_title(say, minutes=session.pre_work_minutes or 10)
        sections.append(Section(title=title, text=title_in(session.pre_work, say)))
    status, number = status_of(session, desk.now), str(session.number)
    buttons: tuple[Button, ...] = ()
    if session.join_link and status == "scheduled":
        buttons = (Button(label=words.join(say), url=session.join_link),)
    runs = await desk.may(Action.PREPARE_SESSION, cohort.series_id)
    if runs and status == "scheduled":
        buttons = (
            *buttons,
            Button(label=words.set_agenda(say), form="session-segments", value=str(session.id)),
        )
    if status == "scheduled" and await desk.may(Action.RUN_COHORT, cohort.series_id):
        value = f"{session.id}:{session.revision}"
        button = Button(label=words.who_presents(say), form="session-presenters", value=value)
        buttons = (*buttons, button)
    return Card(
        title=words.numbered(say, number=number, title=title_in(session.title, say)),
        text=words.was_cancelled(say, number=number) if status == "cancelled" else Marked(""),
        facts=tuple(facts),
        sections=tuple(sections),
        buttons=buttons,
    )


def _bullets(lines: list[str]) -> Marked:
    return Marked("\n").join(Marked("- {line}").format(line=line) for line in lines)
