"""Project years, projects, series and cohorts: made by command or by form, with the same checks."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card, Fact
from bot.communities.lookup import all_series, project_named, series_named, title_in, year_named
from bot.communities.unfit import Unfit, beside_its_field, unread
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.parsing import Misread
from bot.permissions import Action, Role
from bot.sessions.zone_words import parse_zone
from prompts.words import communities as words
from storage.people import Duty
from storage.series import Cohort, Project, ProjectYear, Series

LONGEST_NAME = 120
MOST_SEATS = 5000
CODE_LETTERS = "BCDFGHJKMNPQRSTVWXYZ"
"""No vowels and no letters that look like digits: a code spells nothing and can be read out."""
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def new_join_code() -> str:
    """Eight letters, about 34 bits; it starts with a letter, so it is never taken for a row id."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


# --- project years ------------------------------------------------------------------------------------


async def do_year(desk: Desk, label: str, starts_on: date, ends_on: date) -> Reply:
    """Add a project year. Both days belong to it."""
    label = _name(desk, "label", label)
    if ends_on <= starts_on:
        raise Unfit("ends", words.year_ends_first(desk.language))
    if await year_named(desk, label):
        raise Unfit("label", words.already_there(desk.language, name=label))
    desk.db.add(
        ProjectYear(community_id=desk.community.id or 0, label=label, starts_on=starts_on, ends_on=ends_on)
    )
    return _done(words.year_made(desk.language, label=label))


async def year_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_year(desk, typed["label"], typed["starts"], typed["ends"])


async def year_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    return Form(
        name="year-new",
        title=words.year_title(desk.language),
        submit=words.save(desk.language),
        fields=(
            _text("label", words.year_label(desk.language), initial, placeholder="Year 9: '26–'27"),
            _date("starts", words.first_day(desk.language), initial),
            _date("ends", words.last_day(desk.language), initial),
        ),
    )


async def year_sent(desk: Desk, context: str, values: Values) -> Reply:
    return await beside_its_field(year_typed(desk, dict(values)))


# --- projects -----------------------------------------------------------------------------------------


async def do_project(desk: Desk, title: str, funder: str) -> Reply:
    title = _name(desk, "title", title)
    if await project_named(desk, title):
        raise Unfit("title", words.already_there(desk.language, name=title))
    desk.db.add(Project(community_id=desk.community.id or 0, title=title, funder=funder[:LONGEST_NAME]))
    return _done(words.project_made(desk.language, title=title))


async def project_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_project(desk, typed["title"], typed.get("funder") or "")


async def project_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    return Form(
        name="project-new",
        title=words.project_title(desk.language),
        submit=words.save(desk.language),
        fields=(
            _text("title", words.title_label(desk.language), initial),
            _text("funder", words.funder_label(desk.language), initial, required=False),
        ),
    )


async def project_sent(desk: Desk, context: str, values: Values) -> Reply:
    return await beside_its_field(project_typed(desk, dict(values)))


# --- series -------------------------------------------------------------------------------------------


async def do_series(desk: Desk, slug: str, title: str, project: str, year: str) -> Reply:
    """Add a series. Who makes one without a right for the whole community becomes its facilitator."""
    title = _name(desk, "title", title)
    slug = slug.strip().casefold()
    if not _SLUG.fullmatch(slug) or slug.isdecimal():
        raise Unfit("slug", words.slug_unfit(desk.language))
    if await series_named(desk, slug):
        raise Unfit("slug", words.already_there(desk.language, name=slug))
    of_project = await project_named(desk, project)
    if of_project is None:
        raise Unfit("project", words.unknown_project(desk.language, given=project))
    in_year = await year_named(desk, year)
    if in_year is None:
        raise Unfit("year", words.unknown_year(desk.language, given=year))
    series = Series(
        community_id=desk.community.id or 0,
        project_id=of_project.id or 0,
        year_id=in_year.id or 0,
        slug=slug,
        title={desk.language: title},
        languages=list(desk.community.languages),
        created_at=desk.now,
    )
    desk.db.add(series)
    await desk.db.flush()
    if not await desk.may(Action.RUN_COHORT, series.id):
        desk.db.add(Duty(person_id=desk.me.id or 0, role=Role.FACILITATOR, series_id=series.id))
    desk.audit("series_made", f"series:{series.id}")
    return _done(words.series_made(desk.language, title=title, slug=slug))


async def series_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_series(desk, typed["slug"], typed["title"], typed["project"], typed["year"])


async def series_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """Raises `Refusal` when there is no project or no project year to put it in."""
    here = desk.community.id
    projects = list(await desk.db.scalars(select(Project).where(Project.community_id == here)))
    years = list(
        await desk.db.scalars(
            select(ProjectYear)
            .where(ProjectYear.community_id == here)
            .order_by(col(ProjectYear.starts_on).desc())
        )
    )
    if not projects:
        raise Refusal(words.no_project_yet(desk.language))
    if not years:
        raise Refusal(words.no_year_yet(desk.language))
    return Form(
        name="series-new",
        title=words.series_title(desk.language),
        submit=words.save(desk.language),
        fields=(
            _text("title", words.title_label(desk.language), initial),
            _text("slug", words.slug_label(desk.language), initial, hint=words.slug_hint(desk.language)),
            Field(name="project", kind="choice", label=words.project_label(desk.language),
                  options=tuple(Option(value=str(one.id), label=one.title) for one in projects)),
            Field(name="year", kind="choice", label=words.project_year_label(desk.language),
                  options=tuple(Option(value=str(one.id), label=one.label) for one in years)),
        ),
    )  # fmt: skip


async def series_sent(desk: Desk, context: str, values: Values) -> Reply:
    return await beside_its_field(series_typed(desk, dict(values)))


# --- cohorts ------------------------------------------------------------------------------------------


async def do_cohort(desk: Desk, series_name: str, name: str, zone: str, capacity: int | None) -> Reply:
    """Add a cohort with a join code. `zone` is read as people write it; empty means the community's."""
    name = _name(desk, "name", name)
    series = await series_named(desk, series_name)
    if series is None:
        raise Unfit("series", words.unknown_series(desk.language, given=series_name))
    await desk.require(Action.RUN_COHORT, series.id)
    read = parse_zone(zone) if zone.strip() else desk.community.zone
    if isinstance(read, Misread):
        raise Unfit("zone", unread(desk.language, read))
    if capacity is not None and not 1 <= capacity <= MOST_SEATS:
        raise Unfit("capacity", words.capacity_unfit(desk.language, most=MOST_SEATS))
    same = select(Cohort).where(Cohort.series_id == series.id, Cohort.name == name)
    if (await desk.db.scalars(same)).first():
        raise Unfit("name", words.already_there(desk.language, name=name))
    cohort = Cohort(
        community_id=desk.community.id or 0,
        series_id=series.id or 0,
        name=name,
        zone=read,
        capacity=capacity,
        join_code=new_join_code(),
        created_at=desk.now,
    )
    desk.db.add(cohort)
    await desk.db.flush()
    desk.audit("cohort_made", f"cohort:{cohort.id}")
    return Reply(card=_cohort_card(desk, cohort, series))


def _cohort_card(desk: Desk, cohort: Cohort, series: Series) -> Card:
    say = desk.language
    seats = str(cohort.capacity) if cohort.capacity else words.no_limit(say)
    return Card(
        title=words.cohort_made(say, name=cohort.name),
        text=words.cohort_next(say, code=cohort.join_code),
        facts=(
            Fact(label=words.series_label(say), value=title_in(series.title, say)),
            Fact(label=words.zone_label(say), value=cohort.zone),
            Fact(label=words.capacity_label(say), value=seats),
            Fact(label=words.code_label(say), value=cohort.join_code),
        ),
        buttons=(
            Button(label=words.open_channel(say), action="cohort.preview", value=str(cohort.id)),
            Button(label=words.import_people(say), action="import.ask", value=str(cohort.id)),
        ),
    )


async def cohort_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_cohort(
        desk, typed["series"], typed["name"], typed.get("zone") or "", typed.get("capacity")
    )


async def cohort_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """Raises `Refusal` when there is no series that I may run."""
    mine = [one for one in await all_series(desk) if await desk.may(Action.RUN_COHORT, one.id)]
    if not mine:
        raise Refusal(words.no_series_yet(desk.language))
    options = tuple(Option(value=str(one.id), label=title_in(one.title, desk.language)) for one in mine[:100])
    given = await series_named(desk, str(initial.get("series", "")))
    return Form(
        name="cohort-new",
        title=words.cohort_title(desk.language),
        submit=words.save(desk.language),
        fields=(
            Field(name="series", kind="choice", label=words.series_label(desk.language), options=options,
                  initial=str(given.id) if given in mine and given else None),
            _text("name", words.cohort_name_label(desk.language), initial),
            _text("zone", words.zone_label(desk.language), initial, required=False,
                  hint=words.zone_hint(desk.language)),
            Field(name="capacity", kind="number", label=words.capacity_label(desk.language), required=False,
                  lowest=1, highest=MOST_SEATS, initial=initial.get("capacity")),
        ),
    )  # fmt: skip


async def cohort_sent(desk: Desk, context: str, values: Values) -> Reply:
    return await beside_its_field(cohort_typed(desk, dict(values)))


# --- shared -------------------------------------------------------------------------------------------


def _name(desk: Desk, field: str, given: str) -> str:
    """A name in one line. Raises `Unfit` when it is empty or too long."""
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME or name.isdecimal():
        raise Unfit(field, words.name_unfit(desk.language, most=LONGEST_NAME))
    return name


def _text(name: str, label: str, initial: Mapping[str, Any], **more: Any) -> Field:
    return Field(name=name, kind="text", label=label, most=LONGEST_NAME, initial=initial.get(name), **more)


def _date(name: str, label: str, initial: Mapping[str, Any]) -> Field:
    given = initial.get(name)
    return Field(name=name, kind="date", label=label, initial=given.isoformat() if given else None)


def _done(text: str) -> Reply:
    return Reply(card=Card(text=text))
