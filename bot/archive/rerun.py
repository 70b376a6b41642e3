"""Run a series again with what was learned: a form, then what it would become, then made; and undone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlmodel import col, func, select

from bot.archive.copying import RerunPlan, copy_series, take_back
from bot.archive.dates_again import Again, Before, days_again, same_weekday, suggested_first_day
from bot.archive.lookup import series_by_id, series_meant
from bot.archive.previous_run import learned_section
from bot.communities.structure import LONGEST_NAME
from bot.core.cards import Button, Card, Fact, Section
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Option, Values, fields_of
from bot.core.inputs import Argument
from bot.core.lookup import all_series, row_id, series_named, title_in
from bot.core.permissions import Action, Role
from bot.core.reply import Refusal, Reply
from bot.sessions.lookup import presenters_of, sessions_of
from bot.sessions.validation import FARTHEST
from bot.timekeeping.readers_hours import HolidayCalendar
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.text import Marked
from prompts.words import archive as words
from storage.people import Duty
from storage.series import Cohort, Enrollment, ProjectYear, Series
from storage.sessions import Session, SessionStatus

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
SERIES = Argument("series", "word", required=False, label=words.series_label)
START = Argument("start", "date", label=words.start_label, hint=words.start_hint)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


class RerunWish(BaseModel):
    """What somebody asked for, as the preview's button carries it; everything is checked again."""

    series: int
    first_day: date
    slug: str
    cohort: str


# --- in -----------------------------------------------------------------------------------------------


async def again_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    source = await series_meant(ctx, typed.get("series") or "")
    return Reply(card=await _preview(ctx, await _planned(ctx, source, typed["start"], "", "")))


async def again_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """The form; `context` is the series' id when it was opened by its button."""
    language = ctx.language
    mine = [sery for sery in await all_series(ctx) if await ctx.may(Action.RUN_COHORT, sery.id)]
    if not mine:
        raise Refusal(words.nothing_to_run_again(language))
    given = await series_named(ctx, str(initial.get("series") or context or ""))
    chosen = given if given is not None and given.id in {one.id for one in mine} else mine[0]
    last = await _last_cohort(ctx, chosen)
    day = initial.get("start")
    if day is None and last is not None:
        day = suggested_first_day(_before(await _held(ctx, last)), ctx.now.date())
    options = tuple(Option(value=str(one.id), label=title_in(one.title, language)[:75]) for one in mine[:100])
    return Form(
        name="series-again",
        title=words.again_form_title(language),
        submit=words.preview(language),
        intro=words.again_intro(language),
        context=context,
        fields=(
            *fields_of(
                (replace(SERIES, required=True), START),
                language,
                {"series": str(chosen.id), "start": day},
                {"series": options},
            ),
            Field(
                name="slug",
                kind="text",
                label=words.slug_label(language),
                hint=words.slug_hint(language),
                required=False,
                most=60,
            ),
            Field(
                name="cohort",
                kind="text",
                label=words.cohort_label(language),
                hint=words.cohort_hint(language),
                required=False,
                most=LONGEST_NAME,
            ),
        ),
    )


async def again_sent(ctx: Context, context: str, values: Values) -> Reply:
    source = await series_by_id(ctx, str(values["series"]))
    start = values["start"]
    assert isinstance(start, date)
    plan = await _planned(ctx, source, start, str(values["slug"]), str(values["cohort"]))
    return Reply(card=await _preview(ctx, plan))


# --- checked ------------------------------------------------------------------------------------------


async def _planned(ctx: Context, source: Series, start: date, slug: str, name: str) -> RerunPlan:
    """Raises `FieldError`, with the field that it is about, before anything changes."""
    language = ctx.language
    last = await _last_cohort(ctx, source)
    held = await _held(ctx, last) if last is not None else []
    if last is None or not held:
        raise FieldError("series", words.never_held(language, series=title_in(source.title, language)))
    if start <= ctx.now.date():
        raise FieldError("start", words.start_is_past(language, day=dates.long_day(language, start)))
    if start > (ctx.now + FARTHEST).date():
        raise FieldError("start", words.start_passed(language, day=dates.long_day(language, start)))
    moments = days_again(_before(held), start)
    year = await _year_of(ctx, start)
    slug = slug.strip().casefold() or await _free_slug(ctx, source, start)
    if not _SLUG.fullmatch(slug) or slug.isdecimal():
        raise FieldError("slug", words.slug_unfit(language))
    if await series_named(ctx, slug):
        raise FieldError("slug", words.slug_taken(language, slug=slug))
    name = " ".join(name.split()) or _renamed(last.name, held[0], start)
    return RerunPlan(source, last, year, slug, name[:LONGEST_NAME], tuple(zip(held, moments, strict=True)))


async def _year_of(ctx: Context, day: date) -> ProjectYear:
    found = await ctx.db.scalars(
        select(ProjectYear)
        .where(ProjectYear.community_id == ctx.community.id, ProjectYear.starts_on <= day)
        .where(ProjectYear.ends_on >= day)
        .order_by(col(ProjectYear.starts_on).desc())
    )
    year = found.first()
    if year is None:
        raise FieldError("start", words.no_year(ctx.language, day=dates.long_day(ctx.language, day)))
    return year


async def _free_slug(ctx: Context, source: Series, start: date) -> str:
    stem = re.sub(r"-20\d\d(-\d+)?$", "", source.slug)[:50]
    wanted = [f"{stem}-{start.year}", *(f"{stem}-{start.year}-{more}" for more in range(2, 20))]
    for slug in wanted:
        if await series_named(ctx, slug) is None:
            return slug
    raise FieldError("slug", words.slug_taken(ctx.language, slug=wanted[0]))


def _renamed(name: str, first: Session, start: date) -> str:
    """ "Spring 2027" becomes "Spring 2028": its years move as the first day does."""
    by = start.year - first.starts_at.year
    return _YEAR.sub(lambda found: str(int(found[1]) + by), name)


async def _last_cohort(ctx: Context, series: Series) -> Cohort | None:
    rows = select(Cohort).where(Cohort.series_id == series.id).order_by(col(Cohort.id).desc())
    return (await ctx.db.scalars(rows)).first()


async def _held(ctx: Context, cohort: Cohort) -> list[Session]:
    """Its sessions but for cancelled ones, in time."""
    found = [one for one in await sessions_of(ctx.db, cohort.id) if one.status != SessionStatus.CANCELLED]
    return sorted(found, key=lambda one: one.starts_at)


def _before(sessions: Sequence[Session]) -> list[Before]:
    return [Before(one.starts_at, one.zone) for one in sessions]


# --- shown --------------------------------------------------------------------------------------------


async def _preview(ctx: Context, plan: RerunPlan) -> Card:
    language = ctx.language
    wish = RerunWish(series=plan.source.id, first_day=plan.sessions[0][1].day, slug=plan.slug,
                cohort=plan.name)  # fmt: skip
    days = "\n".join(_session_line(language, *each, ctx.me.zone) for each in plan.sessions)
    sections = [Section(title=str(words.sessions_label(language)), text=Marked(days))]
    sections.append(await learned_section(ctx.db, plan.last, ctx.community, language))
    warnings = _warnings(language, plan)
    asked = await _presented(ctx, plan)
    facts = [
        Fact(label=words.start_label(language), value=dates.long_day(language, plan.sessions[0][1].day)),
        Fact(label=words.year_label(language), value=plan.year.label),
        Fact(label=words.slug_label(language), value=plan.slug),
        Fact(label=words.cohort_label(language), value=plan.name),
        Fact(label=words.comes_along(language), value=words.what_comes_along(language)),
    ]
    if asked:
        facts.append(
            Fact(label=words.presenters_label(language), value=words.ask_them(language, names=asked))
        )
    if warnings:
        facts.append(Fact(label=words.look_at(language), value=Marked(" ".join(warnings))))
    make = Button(
        label=words.make_it(language), action="series.again", value=wish.model_dump_json(), style="primary"
    )
    change = Button(label=words.change_it(language), form="series-again", value=str(plan.source.id))
    return Card(
        title=words.again_title(language, series=title_in(plan.source.title, language)),
        text=words.nothing_yet(language),
        sections=tuple(sections),
        facts=tuple(facts),
        buttons=(make, change),
    )


def _session_line(language: str, session: Session, again: Again, zone: str) -> Marked:
    when = dates.in_both(language, again.starts_at, session.zone, zone_for(zone, session.zone))
    return words.session_line(
        language, number=session.number, title=title_in(session.title, language), when=when
    )


def _warnings(language: str, plan: RerunPlan) -> list[Marked]:
    found = []
    if not same_weekday(_before([one for one, _ in plan.sessions]), plan.sessions[0][1].day):
        found.append(words.other_weekday(language))
    holidays = HolidayCalendar()
    free = [dates.day(language, again.day) for _, again in plan.sessions if again.day in holidays]
    if free:
        found.append(words.on_holiday(language, n=len(free), days=dates.series_of(language, free)))
    skipped = [dates.day(language, again.day) for _, again in plan.sessions if again.skipped]
    if skipped:
        found.append(words.clock_skips(language, days=dates.series_of(language, skipped)))
    return found


async def _presented(ctx: Context, plan: RerunPlan) -> str:
    names = [one.name for each, _ in plan.sessions for one in await presenters_of(ctx.db, each.id)]
    return ", ".join(dict.fromkeys(names))


# --- made, and undone ---------------------------------------------------------------------------------


async def again_pressed(ctx: Context, value: str) -> Reply:
    """Make what the preview showed, if it can still be made."""
    language = ctx.language
    try:
        wish = RerunWish.model_validate_json(value)
    except ValidationError:
        raise Refusal(words.look_again(language)) from None
    source = await series_by_id(ctx, str(wish.series))
    plan = await _planned(ctx, source, wish.first_day, wish.slug, wish.cohort)
    made, cohort = await copy_series(ctx, plan)
    if not await ctx.may(Action.RUN_COHORT, made.id):
        ctx.db.add(Duty(person_id=ctx.me.id, role=Role.FACILITATOR, series_id=made.id))
    ctx.audit("series_made_again", f"series:{made.id}", source=source.id)
    buttons = (
        Button(label=words.undo(language), action="series.unmake", value=str(made.id)),
        Button(label=words.open_channel(language), action="cohort.preview", value=str(cohort.id)),
    )
    text = words.made_text(language, slug=made.slug, cohort=cohort.name, code=cohort.join_code)
    title = words.made_title(language, series=title_in(made.title, language))
    return Reply(card=Card(title=title, text=text, buttons=buttons), replace=True)


async def unmake_pressed(ctx: Context, value: str) -> Reply:
    """Take back what was just made, while nobody takes part."""
    series = await series_by_id(ctx, value)
    language = ctx.language
    if series.cloned_from_id is None:
        raise Refusal(words.look_again(language))
    people = select(func.count()).select_from(Enrollment).join(Cohort).where(Cohort.series_id == series.id)
    if (await ctx.db.scalars(people)).one():
        raise Refusal(words.people_joined(language, slug=series.slug))
    if not await take_back(ctx.db, series):
        raise Refusal(words.begun_already(language, slug=series.slug))
    ctx.audit("series_taken_back", f"series:{row_id(value)}")
    return Reply(card=Card(text=words.taken_back(language, slug=series.slug)), replace=True)
