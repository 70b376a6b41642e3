"""Changing what a session says, without moving it: title, length, link, objectives, pre-work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cards import Button, Card
from bot.communities.lookup import title_in
from bot.communities.unfit import beside_its_field
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Values
from bot.nudges.planner import replan_cohort
from bot.permissions import Action
from bot.sessions.guarding import refuse_closed, refuse_overlap, session_to_change
from bot.sessions.lookup import objectives_of, segments_of, session_meant
from bot.sessions.moving import who_is_told
from bot.sessions.scheduling import about_fields
from bot.sessions.telling import tell_cohort
from bot.sessions.wording import (
    MOST_MINUTES,
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
from prompts.words import sessions as words
from storage.series import Cohort, Series
from storage.sessions import Session


async def do_edit(desk: Desk, session: Session, cohort: Cohort, given: Mapping[str, Any]) -> Reply:
    """Change all that the form holds. The revision grows, so an older form is refused."""
    languages = (await desk.db.get_one(Series, cohort.series_id)).languages
    title, minutes = read_title(desk, given, languages), read_minutes(desk, given.get("minutes"))
    link, objectives = read_link(desk, given.get("link") or ""), read_lines(desk, given, languages)
    if minutes > session.minutes:
        await refuse_overlap(
            desk, session.cohort_id, session.starts_at, minutes, but=session.id, field="minutes"
        )
    is_news = minutes != session.minutes or _link_is_news(session, link)
    session.title, session.minutes, session.join_link = title, minutes, link
    session.pre_work = read_pre_work(given, languages)
    session.pre_work_minutes = given.get("pre_work_minutes") or 0
    session.revision += 1
    await keep_objectives(desk.db, session, objectives)
    await desk.db.flush()
    told = await _tell(desk, session, cohort) if is_news else Marked("")
    await replan_cohort(desk.db, cohort.id or 0, desk.now)
    desk.audit("session_edited", f"session:{session.id}", revision=session.revision)
    text = words.edited(desk.language, number=str(session.number))
    return Reply(card=Card(text=text + await _agenda_differs(desk, session), context=told))


def _link_is_news(session: Session, link: str) -> bool:
    """People may hold the old link; a first one comes to them with the reminders."""
    return bool(session.join_link) and link != session.join_link


async def _tell(desk: Desk, session: Session, cohort: Cohort) -> Marked:
    """Tell the cohort what stands now; returns who is told."""
    await tell_cohort(desk, session, cohort, "changed", lambda lang, at: changed_card(session, lang, at))
    return await who_is_told(desk, session, cohort)


def changed_card(session: Session, language: str, zone: str) -> Card:
    """What the cohort reads when the length or the join link is another."""
    when = dates.when(language, session.starts_at, zone)
    link = session.join_link
    return Card(
        title=words.changed_title(language, title=title_in(session.title, language)),
        text=words.tomorrow_text(language, when=when, minutes=session.minutes),
        buttons=(Button(label=words.join(language), url=link),) if link else (),
    )


async def _agenda_differs(desk: Desk, session: Session) -> Marked:
    """A sentence when the agenda no longer fills the session; else nothing."""
    planned = sum(segment.minutes for segment in await segments_of(desk.db, session.id))
    if planned in (0, session.minutes):
        return Marked("")
    return Marked("\n") + words.agenda_differs(desk.language, agenda=planned, minutes=session.minutes)


async def edit_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """With values, change just these; with none, the form."""
    session, cohort = await session_meant(desk, typed, Action.RUN_COHORT)
    refuse_closed(desk, session)
    given = {name: value for name, value in typed.items() if name not in ("number", "cohort")}
    if not given:
        return Reply(form=await edit_form(desk, f"{session.id}:{session.revision}", {}))
    return await do_edit(desk, session, cohort, {**await _as_it_is(desk, session), **given})


async def edit_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the session and the revision that its editor sees. Raises `Refusal` when somebody
    changed it meanwhile: the last write never silently wins."""
    say = desk.language
    if not context:
        raise Refusal(words.which_session(say, command="session edit"))
    session, cohort = await session_to_change(desk, context)
    languages = (await desk.db.get_one(Series, cohort.series_id)).languages
    now = await _as_it_is(desk, session)
    return Form(
        name="session-edit",
        title=words.edit_title(say, number=str(session.number)),
        submit=words.save(say),
        context=context,
        fields=(
            *text_fields(desk, languages, "title", words.title_label, now, kind="text", most=120),
            Field(name="minutes", kind="number", label=words.minutes_label(say), lowest=1,
                  highest=MOST_MINUTES, initial=session.minutes),
            Field(name="link", kind="text", label=words.link_label(say), most=2000, required=False,
                  initial=session.join_link, placeholder="https://"),
            *about_fields(desk, languages, now),
        ),
    )  # fmt: skip


async def edit_sent(desk: Desk, context: str, values: Values) -> Reply:
    session, cohort = await session_to_change(desk, context)
    return await beside_its_field(do_edit(desk, session, cohort, values))


async def _as_it_is(desk: Desk, session: Session) -> dict[str, Any]:
    """The session as the form's values."""
    now: dict[str, Any] = {
        "minutes": session.minutes,
        "link": session.join_link,
        "pre_work_minutes": session.pre_work_minutes,
    }
    now |= {f"title_{language}": text for language, text in session.title.items()}
    now |= {f"pre_work_{language}": text for language, text in session.pre_work.items()}
    objectives = await objectives_of(desk.db, session.id)
    for language in {language for one in objectives for language in one.text}:
        now[f"objectives_{language}"] = "\n".join(one.text.get(language, "") for one in objectives)
    return now


# --- the join link --------------------------------------------------------------------------------------


async def link_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(desk, typed, Action.RUN_COHORT)
    refuse_closed(desk, session)
    link = read_link(desk, typed["link"])
    told = Marked("")
    if link != session.join_link:
        is_news = _link_is_news(session, link)
        session.join_link, session.revision = link, session.revision + 1
        await desk.db.flush()
        told = await _tell(desk, session, cohort) if is_news else told
        await replan_cohort(desk.db, cohort.id or 0, desk.now)
        desk.audit("session_link_set", f"session:{session.id}")
    text = words.link_set(desk.language, number=str(session.number))
    open_it = Button(label=words.join(desk.language), url=link)
    return Reply(card=Card(text=text, buttons=(open_it,) if link else (), context=told))


async def link_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """The number of the session and the address."""
    say = desk.language
    return Form(
        name="session-link",
        title=words.link_title(say),
        submit=words.save(say),
        fields=(
            Field(name="number", kind="number", label=words.number_label(say), lowest=1,
                  initial=initial.get("number")),
            Field(name="link", kind="text", label=words.link_label(say), most=2000, placeholder="https://",
                  initial=initial.get("link")),
        ),
        context=str(initial.get("cohort") or context),
    )  # fmt: skip


async def link_sent(desk: Desk, context: str, values: Values) -> Reply:
    return await beside_its_field(link_typed(desk, {**values, "cohort": context}))
