"""Project years, projects, series and cohorts: made by command or by form, with the same checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import col, select

from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.field_error import FieldError, unread
from bot.core.forms import Form, Option, fields_of
from bot.core.inputs import Argument
from bot.core.join_codes import new_join_code
from bot.core.lookup import all_series, project_named, series_named, title_in, year_named
from bot.core.permissions import Action, Role
from bot.core.reply import Refusal, Reply
from bot.timekeeping import Misread
from bot.timekeeping.zone_words import parse_zone
from prompts.words import communities as words
from storage.people import Duty
from storage.series import Cohort, Project, ProjectYear, Series

LONGEST_NAME = 120
MOST_SEATS = 5000
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

YEAR = (
    Argument("label", "word", label=words.year_label, placeholder="Year 9: '26–'27", most=LONGEST_NAME),
    Argument("starts", "date", label=words.first_day),
    Argument("ends", "date", label=words.last_day),
)
TITLE = Argument("title", "word", label=words.title_label, most=LONGEST_NAME)
PROJECT = (TITLE, Argument("funder", "text", required=False, label=words.funder_label, most=LONGEST_NAME))
SLUG = Argument("slug", "word", label=words.slug_label, hint=words.slug_hint, most=LONGEST_NAME)
PLACE = (
    Argument("project", "word", label=words.project_label),
    Argument("year", "word", label=words.project_year_label),
)
NAME = Argument("name", "word", label=words.cohort_name_label, most=LONGEST_NAME)
ZONE = Argument(
    "zone", "word", required=False, label=words.zone_label, hint=words.zone_hint, most=LONGEST_NAME
)
CAPACITY = Argument(
    "capacity", "number", required=False, label=words.capacity_label, lowest=1, highest=MOST_SEATS
)
COHORT = (Argument("series", "word", label=words.series_label), NAME, ZONE, CAPACITY)


# --- project years ------------------------------------------------------------------------------------


async def do_year(ctx: Context, label: str, starts_on: date, ends_on: date) -> Reply:
    """Add a project year. Both days belong to it."""
    label = read_name(ctx, "label", label)
    if ends_on <= starts_on:
        raise FieldError("ends", words.year_ends_first(ctx.language))
    if await year_named(ctx, label):
        raise FieldError("label", words.already_there(ctx.language, name=label))
    ctx.db.add(ProjectYear(community_id=ctx.community.id, label=label, starts_on=starts_on, ends_on=ends_on))
    return _done(words.year_made(ctx.language, label=label))


async def year_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_year(ctx, typed["label"], typed["starts"], typed["ends"])


# --- projects -----------------------------------------------------------------------------------------


async def do_project(ctx: Context, title: str, funder: str) -> Reply:
    title = read_name(ctx, "title", title)
    if await project_named(ctx, title):
        raise FieldError("title", words.already_there(ctx.language, name=title))
    ctx.db.add(Project(community_id=ctx.community.id, title=title, funder=funder))
    return _done(words.project_made(ctx.language, title=title))


async def project_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_project(ctx, typed["title"], typed.get("funder") or "")


# --- series -------------------------------------------------------------------------------------------


async def do_series(ctx: Context, slug: str, title: str, project: str, year: str) -> Reply:
    """Add a series. Who makes one without a right for the whole community becomes its facilitator."""
    title = read_name(ctx, "title", title)
    slug = slug.strip().casefold()
    if not _SLUG.fullmatch(slug) or slug.isdecimal():
        raise FieldError("slug", words.slug_unfit(ctx.language))
    if await series_named(ctx, slug):
        raise FieldError("slug", words.already_there(ctx.language, name=slug))
    of_project = await project_named(ctx, project)
    if of_project is None:
        raise FieldError("project", words.unknown_project(ctx.language, given=project))
    in_year = await year_named(ctx, year)
    if in_year is None:
        raise FieldError("year", words.unknown_year(ctx.language, given=year))
    series = Series(
        community_id=ctx.community.id,
        project_id=of_project.id,
        year_id=in_year.id,
        slug=slug,
        title={ctx.language: title},
        languages=list(ctx.community.languages),
        created_at=ctx.now,
    )
    ctx.db.add(series)
    await ctx.db.flush()
    if not await ctx.may(Action.RUN_COHORT, series.id):
        ctx.db.add(Duty(person_id=ctx.me.id, role=Role.FACILITATOR, series_id=series.id))
    ctx.audit("series_made", f"series:{series.id}")
    return _done(words.series_made(ctx.language, title=title, slug=slug))


async def series_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_series(ctx, typed["slug"], typed["title"], typed["project"], typed["year"])


async def series_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """Raises `Refusal` when there is no project or no project year to put it in."""
    here = ctx.community.id
    projects = list(await ctx.db.scalars(select(Project).where(Project.community_id == here)))
    years = list(
        await ctx.db.scalars(
            select(ProjectYear)
            .where(ProjectYear.community_id == here)
            .order_by(col(ProjectYear.starts_on).desc())
        )
    )
    if not projects:
        raise Refusal(words.no_project_yet(ctx.language))
    if not years:
        raise Refusal(words.no_year_yet(ctx.language))
    options = {
        "project": tuple(Option(value=str(one.id), label=one.title) for one in projects),
        "year": tuple(Option(value=str(one.id), label=one.label) for one in years),
    }
    return Form(
        name="series-new",
        title=words.series_title(ctx.language),
        submit=words.save(ctx.language),
        fields=fields_of((TITLE, SLUG, *PLACE), ctx.language, initial, options),
    )


# --- cohorts ------------------------------------------------------------------------------------------


async def do_cohort(ctx: Context, series_name: str, name: str, zone: str, capacity: int | None) -> Reply:
    """Add a cohort with a join code. `zone` is read as people write it; empty means the community's."""
    name = read_name(ctx, "name", name)
    series = await series_named(ctx, series_name)
    if series is None:
        raise FieldError("series", words.unknown_series(ctx.language, given=series_name))
    await ctx.require(Action.RUN_COHORT, series.id)
    read = parse_zone(zone) if zone.strip() else ctx.community.zone
    if isinstance(read, Misread):
        raise FieldError("zone", unread(ctx.language, read))
    same = select(Cohort).where(Cohort.series_id == series.id, Cohort.name == name)
    if (await ctx.db.scalars(same)).first():
        raise FieldError("name", words.already_there(ctx.language, name=name))
    cohort = Cohort(
        community_id=ctx.community.id,
        series_id=series.id,
        name=name,
        zone=read,
        capacity=capacity,
        join_code=new_join_code(),
        created_at=ctx.now,
    )
    ctx.db.add(cohort)
    await ctx.db.flush()
    ctx.audit("cohort_made", f"cohort:{cohort.id}")
    return Reply(card=_cohort_card(ctx, cohort, series))


def _cohort_card(ctx: Context, cohort: Cohort, series: Series) -> Card:
    language = ctx.language
    seats = str(cohort.capacity) if cohort.capacity else words.no_limit(language)
    return Card(
        title=words.cohort_made(language, name=cohort.name),
        text=words.cohort_next(language, code=cohort.join_code),
        facts=(
            Fact(label=words.series_label(language), value=title_in(series.title, language)),
            Fact(label=words.zone_label(language), value=cohort.zone),
            Fact(label=words.capacity_label(language), value=seats),
            Fact(label=words.code_label(language), value=cohort.join_code),
        ),
        buttons=(
            Button(
                label=words.plan_sessions(language), form="session-new", value=str(cohort.id), style="primary"
            ),
            Button(label=words.open_channel(language), action="cohort.preview", value=str(cohort.id)),
            Button(label=words.import_people(language), action="import.ask", value=str(cohort.id)),
        ),
    )


async def cohort_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_cohort(
        ctx, typed["series"], typed["name"], typed.get("zone") or "", typed.get("capacity")
    )


async def cohort_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """Raises `Refusal` when there is no series that I may run."""
    mine = [sery for sery in await all_series(ctx) if await ctx.may(Action.RUN_COHORT, sery.id)]
    if not mine:
        raise Refusal(words.no_series_yet(ctx.language))
    options = tuple(Option(value=str(one.id), label=title_in(one.title, ctx.language)) for one in mine[:100])
    given = await series_named(ctx, str(initial.get("series", "")))
    return Form(
        name="cohort-new",
        title=words.cohort_title(ctx.language),
        submit=words.save(ctx.language),
        fields=fields_of(
            COHORT, ctx.language, {**initial, "series": str(given.id) if given else ""}, {"series": options}
        ),
    )


# --- shared -------------------------------------------------------------------------------------------


def read_name(ctx: Context, field: str, given: str) -> str:
    """A name in one line. Raises `FieldError` when it is empty or too long."""
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME or name.isdecimal():
        raise FieldError(field, words.name_unfit(ctx.language, most=LONGEST_NAME))
    return name


def _done(text: str) -> Reply:
    return Reply(card=Card(text=text))
