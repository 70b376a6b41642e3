"""A new session: by command or by form, with the same checks."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlmodel import col, func, select

from bot.cards import Button, Card, Fact
from bot.communities.lookup import cohort_by_id, title_in
from bot.communities.unfit import beside_its_field
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.nudges.planner import replan_cohort
from bot.permissions import Action
from bot.sessions.checklists import default_items
from bot.sessions.guarding import WHICH, read_start, read_zone, refuse_overlap
from bot.sessions.wording import (
    MOST_MINUTES,
    MOST_PRE_WORK,
    keep_objectives,
    read_lines,
    read_link,
    read_minutes,
    read_pre_work,
    read_title,
    text_fields,
)
from prompts import dates
from prompts.words import sessions as words
from storage.base import opaque_id
from storage.series import Cohort, Series
from storage.sessions import Session

MOST_SESSIONS = 60
MOST_COHORTS = 100


async def do_new(desk: Desk, cohort: Cohort, given: Mapping[str, Any]) -> Reply:
    """Add a session to the cohort. `given` is what the form has; all is checked before anything changes."""
    series = await desk.db.get_one(Series, cohort.series_id)
    languages = series.languages
    title = read_title(desk, given, languages)
    minutes = read_minutes(desk, given.get("minutes"))
    zone = read_zone(desk, given.get("zone") or "", cohort.zone)
    starts_at = read_start(desk, given["date"], given["time"], zone, given.get("which") or "")
    link, objectives = read_link(desk, given.get("link") or ""), read_lines(desk, given, languages)
    await refuse_overlap(desk, cohort.id or 0, starts_at, minutes)
    session = Session(
        community_id=cohort.community_id,
        cohort_id=cohort.id or 0,
        number=await _next_number(desk, cohort),
        title=title,
        starts_at=starts_at,
        zone=zone,
        minutes=minutes,
        join_link=link,
        pre_work=read_pre_work(given, languages),
        pre_work_minutes=given.get("pre_work_minutes") or 0,
        check_in_code=secrets.token_hex(3),
        uid=f"{opaque_id()}@throughline",
    )
    desk.db.add(session)
    await desk.db.flush()
    await keep_objectives(desk.db, session, objectives)
    desk.db.add_all(default_items(session, languages))
    await desk.db.flush()
    if series.status == "closed":
        series.status, series.closed_at = "running", None
    await replan_cohort(desk.db, cohort.id or 0, desk.now)
    desk.audit("session_planned", f"session:{session.id}")
    return Reply(card=_made_card(desk, session, cohort))


async def _next_number(desk: Desk, cohort: Cohort) -> int:
    # Locked, so that two people who plan at the same moment get two numbers.
    await desk.db.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())
    last = await desk.db.scalars(select(func.max(Session.number)).where(Session.cohort_id == cohort.id))
    number = (last.one() or 0) + 1
    if number > MOST_SESSIONS:
        raise Refusal(words.too_many_sessions(desk.language, most=MOST_SESSIONS))
    return number


def _made_card(desk: Desk, session: Session, cohort: Cohort) -> Card:
    say, value = desk.language, str(session.id)
    return Card(
        title=words.session_made(say, number=str(session.number), cohort=cohort.name),
        text=title_in(session.title, say),
        facts=(
            Fact(label=words.when_label(say), value=dates.when(say, session.starts_at, session.zone)),
            Fact(label=words.length_label(say), value=dates.minutes(say, session.minutes)),
        ),
        buttons=(
            Button(label=words.set_agenda(say), form="session-segments", value=value),
            Button(label=words.edit(say), form="session-edit", value=f"{value}:{session.revision}"),
        ),
        context=words.made_context(say, number=str(session.number)),
    )


async def new_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """`title` is in the writer's language where the series has it, else in the series' first."""
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    series = await desk.db.get_one(Series, cohort.series_id)
    language = desk.language if desk.language in series.languages else series.languages[0]
    return await do_new(desk, cohort, {f"title_{language}": typed["title"], **typed})


# --- the form -----------------------------------------------------------------------------------------


async def new_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """A form with the cohorts whose sessions I may plan. Raises `Refusal` when there are none."""
    say, languages = desk.language, desk.community.languages
    options = await _cohorts(desk)
    if not options:
        raise Refusal(words.no_cohort_to_plan(say))
    written = dict(initial)
    if "title" in initial:
        written.setdefault(f"title_{say if say in languages else languages[0]}", initial["title"])
    chosen = next((one.value for one in options if initial.get("cohort") in {one.value, one.label}), None)
    day, at = initial.get("date"), initial.get("time")
    return Form(
        name="session-new",
        title=words.new_title(say),
        submit=words.save(say),
        context=context,
        fields=(
            Field(name="cohort", kind="choice", label=words.cohort_label(say), options=options,
                  initial=chosen or options[0].value),
            *text_fields(desk, languages, "title", words.title_label, written, kind="text", most=120),
            Field(name="date", kind="date", label=words.date_label(say),
                  initial=day.isoformat() if day else None),
            Field(name="time", kind="time", label=words.time_label(say),
                  initial=f"{at:%H:%M}" if at else None),
            which_field(desk),
            zone_field(desk, str(initial.get("zone") or "")),
            Field(name="minutes", kind="number", label=words.minutes_label(say), lowest=1,
                  highest=MOST_MINUTES, initial=initial.get("minutes", 60)),
            Field(name="link", kind="text", label=words.link_label(say), most=2000, required=False,
                  initial=initial.get("link"), placeholder="https://"),
            *about_fields(desk, languages, written),
        ),
    )  # fmt: skip


def which_field(desk: Desk, initial: str = "") -> Field:
    """Asked always and needed once a year: a form cannot grow a question after it was sent."""
    say = desk.language
    labels = {"first": words.the_first(say), "second": words.the_second(say)}
    return Field(
        name="which",
        kind="choice",
        label=words.which_label(say),
        hint=words.which_hint(say),
        required=False,
        initial=initial or None,
        options=tuple(Option(value=one, label=labels[one]) for one in WHICH),
    )


def zone_field(desk: Desk, initial: str) -> Field:
    say = desk.language
    return Field(name="zone", kind="text", label=words.zone_label(say), hint=words.zone_hint(say),
                 most=80, required=False, initial=initial)  # fmt: skip


def about_fields(desk: Desk, languages: list[str], initial: Mapping[str, Any]) -> tuple[Field, ...]:
    """Objectives and pre-work, by language."""
    say = desk.language
    return (
        *text_fields(desk, languages, "objectives", words.objectives_label, initial, kind="paragraph",
                     hint=words.objectives_hint(say)),
        *text_fields(desk, languages, "pre_work", words.pre_work_label, initial, kind="paragraph"),
        Field(name="pre_work_minutes", kind="number", label=words.pre_work_minutes_label(say), lowest=0,
              highest=MOST_PRE_WORK, required=False, initial=initial.get("pre_work_minutes")),
    )  # fmt: skip


async def _cohorts(desk: Desk) -> tuple[Option, ...]:
    rows = await desk.db.scalars(
        select(Cohort)
        .join(Series)
        .where(Cohort.community_id == desk.community.id, Series.status != "archived")
        .order_by(col(Cohort.id).desc())
    )
    mine = [one for one in rows if await desk.may(Action.RUN_COHORT, one.series_id)]
    return tuple(Option(value=str(one.id), label=one.name) for one in mine[:MOST_COHORTS])


async def new_sent(desk: Desk, context: str, values: Values) -> Reply:
    cohort = await cohort_by_id(desk, str(values["cohort"]))
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    return await beside_its_field(do_new(desk, cohort, values))
