"""Run a series again with what was learned: a form, then what it would become, then made; and undone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlmodel import col, func, select

from bot.archive.copying import Plan, copy_series, take_back
from bot.archive.dates_again import Again, Before, days_again, same_weekday, suggested_first_day
from bot.archive.last_time import learned_section
from bot.archive.lookup import series_by_id, series_meant
from bot.cards import Button, Card, Fact, Section
from bot.communities.lookup import all_series, row_id, series_named, title_in
from bot.communities.structure import LONGEST_NAME
from bot.communities.unfit import Unfit, beside_its_field
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.nudges.reader import HolidayCalendar
from bot.permissions import Action, Role
from bot.sessions.guarding import FARTHEST
from bot.sessions.lookup import presenters_of, sessions_of
from prompts import dates
from prompts.text import Marked
from prompts.words import archive as words
from storage.people import Duty
from storage.series import Cohort, Enrollment, ProjectYear, Series
from storage.sessions import Session

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


class Wish(BaseModel):
    """What somebody asked for, as the preview's button carries it; everything is checked again."""

    series: int
    first_day: date
    slug: str
    cohort: str


# --- in -----------------------------------------------------------------------------------------------


async def again_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    source = await series_meant(desk, typed.get("series") or "")
    return Reply(card=await _preview(desk, await _planned(desk, source, typed["start"], "", "")))


async def again_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """The form; `context` is the series' id when it was opened by its button."""
    say = desk.language
    mine = [one for one in await all_series(desk) if await desk.may(Action.RUN_COHORT, one.id)]
    if not mine:
        raise Refusal(words.nothing_to_run_again(say))
    given = await series_named(desk, str(initial.get("series") or context or ""))
    chosen = given if given is not None and given.id in {one.id for one in mine} else mine[0]
    last = await _last_cohort(desk, chosen)
    day = initial.get("start")
    if day is None and last is not None:
        day = suggested_first_day(_before(await _held(desk, last)), desk.now.date())
    options = tuple(Option(value=str(one.id), label=title_in(one.title, say)[:75]) for one in mine[:100])
    return Form(
        name="series-again",
        title=words.again_form_title(say),
        submit=words.preview(say),
        intro=words.again_intro(say),
        context=context,
        fields=(
            Field(name="series", kind="choice", label=words.series_label(say), options=options,
                  initial=str(chosen.id)),
            Field(name="start", kind="date", label=words.start_label(say), hint=words.start_hint(say),
                  initial=day.isoformat() if day else None),
            Field(name="slug", kind="text", label=words.slug_label(say), hint=words.slug_hint(say),
                  required=False, most=60),
            Field(name="cohort", kind="text", label=words.cohort_label(say), hint=words.cohort_hint(say),
                  required=False, most=LONGEST_NAME),
        ),
    )  # fmt: skip


async def again_sent(desk: Desk, context: str, values: Values) -> Reply:
    return await beside_its_field(_wished(desk, values))


async def _wished(desk: Desk, values: Values) -> Reply:
    source = await series_by_id(desk, str(values["series"]))
    start = values["start"]
    assert isinstance(start, date)
    plan = await _planned(desk, source, start, str(values["slug"]), str(values["cohort"]))
    return Reply(card=await _preview(desk, plan))


# --- checked ------------------------------------------------------------------------------------------


async def _planned(desk: Desk, source: Series, start: date, slug: str, name: str) -> Plan:
    """Raises `Unfit`, with the field that it is about, before anything changes."""
    say = desk.language
    last = await _last_cohort(desk, source)
    held = await _held(desk, last) if last is not None else []
    if last is None or not held:
        raise Unfit("series", words.never_held(say, series=title_in(source.title, say)))
    if not desk.now.date() < start <= (desk.now + FARTHEST).date():
        raise Unfit("start", words.start_passed(say, day=dates.long_day(say, start)))
    moments = days_again(_before(held), start)
    year = await _year_of(desk, start)
    slug = slug.strip().casefold() or await _free_slug(desk, source, start)
    if not _SLUG.fullmatch(slug) or slug.isdecimal():
        raise Unfit("slug", words.slug_unfit(say))
    if await series_named(desk, slug):
        raise Unfit("slug", words.slug_taken(say, slug=slug))
    name = " ".join(name.split()) or _renamed(last.name, held[0], start)
    return Plan(source, last, year, slug, name[:LONGEST_NAME], tuple(zip(held, moments, strict=True)))


async def _year_of(desk: Desk, day: date) -> ProjectYear:
    found = await desk.db.scalars(
        select(ProjectYear)
        .where(ProjectYear.community_id == desk.community.id, ProjectYear.starts_on <= day)
        .where(ProjectYear.ends_on >= day)
        .order_by(col(ProjectYear.starts_on).desc())
    )
    year = found.first()
    if year is None:
        raise Unfit("start", words.no_year(desk.language, day=dates.long_day(desk.language, day)))
    return year


async def _free_slug(desk: Desk, source: Series, start: date) -> str:
    stem = re.sub(r"-20\d\d(-\d+)?$", "", source.slug)[:50]
    wanted = [f"{stem}-{start.year}", *(f"{stem}-{start.year}-{more}" for more in range(2, 20))]
    for slug in wanted:
        if await series_named(desk, slug) is None:
            return slug
    raise Unfit("slug", words.slug_taken(desk.language, slug=wanted[0]))


def _renamed(name: str, first: Session, start: date) -> str:
    """ "Spring 2027" becomes "Spring 2028": its years move as the first day does."""
    by = start.year - first.starts_at.year
    return _YEAR.sub(lambda found: str(int(found[1]) + by), name)


async def _last_cohort(desk: Desk, series: Series) -> Cohort | None:
    rows = select(Cohort).where(Cohort.series_id == series.id).order_by(col(Cohort.id).desc())
    return (await desk.db.scalars(rows)).first()


async def _held(desk: Desk, cohort: Cohort) -> list[Session]:
    """Its sessions but for cancelled ones, in time."""
    found = [one for one in await sessions_of(desk.db, cohort.id) if one.status != "cancelled"]
    return sorted(found, key=lambda one: one.starts_at)


def _before(sessions: Sequence[Session]) -> list[Before]:
    return [Before(one.starts_at, one.zone) for one in sessions]


# --- shown --------------------------------------------------------------------------------------------


async def _preview(desk: Desk, plan: Plan) -> Card:
    say = desk.language
    wish = Wish(series=plan.source.id or 0, first_day=plan.sessions[0][1].day, slug=plan.slug,
                cohort=plan.name)  # fmt: skip
    days = "\n".join(_session_line(say, *each) for each in plan.sessions)
    sections = [Section(title=str(words.sessions_label(say)), text=Marked(days))]
    sections.append(await learned_section(desk.db, plan.last, desk.community, say))
    warnings = _warnings(say, plan)
    asked = await _presented(desk, plan)
    facts = [
        Fact(label=words.start_label(say), value=dates.long_day(say, plan.sessions[0][1].day)),
        Fact(label=words.year_label(say), value=plan.year.label),
        Fact(label=words.slug_label(say), value=plan.slug),
        Fact(label=words.cohort_label(say), value=plan.name),
        Fact(label=words.comes_along(say), value=words.what_comes_along(say)),
    ]
    if asked:
        facts.append(Fact(label=words.presenters_label(say), value=words.ask_them(say, names=asked)))
    if warnings:
        facts.append(Fact(label=words.look_at(say), value=Marked(" ".join(warnings))))
    make = Button(
        label=words.make_it(say), action="series.again", value=wish.model_dump_json(), style="primary"
    )
    change = Button(label=words.change_it(say), form="series-again", value=str(plan.source.id))
    return Card(
        title=words.again_title(say, series=title_in(plan.source.title, say)),
        text=words.nothing_yet(say),
        sections=tuple(sections),
        facts=tuple(facts),
        buttons=(make, change),
    )


def _session_line(say: str, session: Session, again: Again) -> Marked:
    when = dates.when(say, again.starts_at, session.zone)
    return words.session_line(say, number=session.number, title=title_in(session.title, say), when=when)


def _warnings(say: str, plan: Plan) -> list[Marked]:
    found = []
    if not same_weekday(_before([one for one, _ in plan.sessions]), plan.sessions[0][1].day):
        found.append(words.other_weekday(say))
    holidays = HolidayCalendar()
    free = [dates.day(say, again.day) for _, again in plan.sessions if again.day in holidays]
    if free:
        found.append(words.on_holiday(say, n=len(free), days=dates.series_of(say, free)))
    skipped = [dates.day(say, again.day) for _, again in plan.sessions if again.skipped]
    if skipped:
        found.append(words.clock_skips(say, days=dates.series_of(say, skipped)))
    return found


async def _presented(desk: Desk, plan: Plan) -> str:
    names = [one.name for each, _ in plan.sessions for one in await presenters_of(desk.db, each.id)]
    return ", ".join(dict.fromkeys(names))


# --- made, and undone ---------------------------------------------------------------------------------


async def again_pressed(desk: Desk, value: str) -> Reply:
    """Make what the preview showed, if it can still be made."""
    say = desk.language
    try:
        wish = Wish.model_validate_json(value)
    except ValidationError:
        raise Refusal(words.look_again(say)) from None
    source = await series_by_id(desk, str(wish.series))
    plan = await _planned(desk, source, wish.first_day, wish.slug, wish.cohort)
    made, cohort = await copy_series(desk, plan)
    if not await desk.may(Action.RUN_COHORT, made.id):
        desk.db.add(Duty(person_id=desk.me.id or 0, role=Role.FACILITATOR, series_id=made.id))
    desk.audit("series_made_again", f"series:{made.id}", source=source.id)
    buttons = (
        Button(label=words.undo(say), action="series.unmake", value=str(made.id)),
        Button(label=words.open_channel(say), action="cohort.preview", value=str(cohort.id)),
    )
    text = words.made_text(say, slug=made.slug, cohort=cohort.name, code=cohort.join_code)
    title = words.made_title(say, series=title_in(made.title, say))
    return Reply(card=Card(title=title, text=text, buttons=buttons), replace=True)


async def unmake_pressed(desk: Desk, value: str) -> Reply:
    """Take back what was just made, while nobody takes part."""
    series = await series_by_id(desk, value)
    say = desk.language
    if series.cloned_from_id is None:
        raise Refusal(words.look_again(say))
    people = select(func.count()).select_from(Enrollment).join(Cohort).where(Cohort.series_id == series.id)
    if (await desk.db.scalars(people)).one():
        raise Refusal(words.people_joined(say, slug=series.slug))
    if not await take_back(desk.db, series):
        raise Refusal(words.begun_already(say, slug=series.slug))
    desk.audit("series_taken_back", f"series:{row_id(value)}")
    return Reply(card=Card(text=words.taken_back(say, slug=series.slug)), replace=True)
