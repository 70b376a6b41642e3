"""A new session: by command or by form, with the same checks."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from bot.core.arguments import cohort_argument
from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, pack
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Option, Values, fields_of
from bot.core.inputs import Argument
from bot.core.lookup import cohort_by_id, title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.nudges.planner import replan_cohort
from bot.sessions.checklists import default_items
from bot.sessions.lookup import session_by_id
from bot.sessions.numbering import NewNumber, number_for, renumber, told_to_lead
from bot.sessions.validation import WHICH, read_start, read_zone, refuse_overlap
from bot.sessions.wording import (
    LONGEST_LINK,
    LONGEST_TITLE,
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
from bot.timekeeping.readers_hours import holiday_name
from bot.timekeeping.zones import country_of
from prompts import dates
from prompts.catalog import SOURCE_LANGUAGE
from prompts.catalog import languages as our_languages
from prompts.text import Marked, plain
from prompts.words import sessions as words
from storage.base import opaque_id
from storage.nudges import Nudge, NudgeState
from storage.series import Cohort, Series, SeriesStatus
from storage.sessions import Session

TITLE = Argument("title", "word", label=words.just_title, most=LONGEST_TITLE)
DATE = Argument("date", "date", label=words.date_label)
TIME = Argument("time", "time", label=words.time_label)
MINUTES = Argument("minutes", "duration", label=words.minutes_label, lowest=1, highest=MOST_MINUTES)
ZONE = Argument("zone", "word", required=False, label=words.zone_label, hint=words.zone_hint, most=80)
WHICH_HOUR = Argument(
    "which", "choice", required=False, choices=tuple(WHICH), label=words.which_label, hint=words.which_hint
)
"""Needed once a year: asked where it was typed, or by two buttons after the form was sent."""
LINK = Argument(
    "link", "word", required=False, label=words.link_label, placeholder="https://", most=LONGEST_LINK
)
MOST_COHORTS = 100
SATURDAY = 5
HOME = "US"
"""The country whose holidays count where a zone names none."""


async def do_new(ctx: Context, cohort: Cohort, given: Mapping[str, Any]) -> Reply:
    """Add a session to the cohort. `given` is what the form has; all is checked before anything changes."""
    series = await ctx.db.get_one(Series, cohort.series_id)
    languages = series.languages
    minutes = read_minutes(ctx, given.get("minutes"))
    zone = read_zone(ctx, given.get("zone") or "", cohort.zone)
    starts_at = read_start(ctx, given["date"], given["time"], zone, given.get("which") or "")
    link, objectives = read_link(ctx, given.get("link") or ""), read_lines(ctx, given, languages)
    await refuse_overlap(ctx, cohort.id, starts_at, minutes)
    number = await number_for(ctx, cohort)
    spoken = [one for one in languages if one in our_languages()] or [SOURCE_LANGUAGE]
    usual = {one: str(words.usual_title(one, number=number)) for one in spoken}
    title = read_title(ctx, given, languages, usual)
    session = Session(
        community_id=cohort.community_id,
        cohort_id=cohort.id,
        number=number,
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
    ctx.db.add(session)
    await ctx.db.flush()
    await keep_objectives(ctx.db, session, objectives)
    ctx.db.add_all(default_items(session, languages))
    changed = await renumber(ctx.db, cohort.id, ctx.now)
    if series.status == SeriesStatus.CLOSED:
        series.status, series.closed_at = "running", None
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    ctx.audit("session_planned", f"session:{session.id}")
    others = [one for one in changed if one.new != session.number]
    return Reply(card=await _made_card(ctx, session, cohort, others))


async def _made_card(ctx: Context, session: Session, cohort: Cohort, changed: list[NewNumber]) -> Card:
    language, value = ctx.language, str(session.id)
    return Card(
        title=words.session_made(language, number=str(session.number), cohort=cohort.name),
        text=title_in(session.title, language),
        facts=(
            Fact(
                label=words.when_label(language),
                value=dates.in_both(language, session.starts_at, session.zone, ctx.me.zone),
            ),
            Fact(label=words.length_label(language), value=dates.minutes(language, session.minutes)),
        ),
        buttons=(
            Button(
                label=words.add_another(language),
                form="session-new",
                value=pack(cohort.id, session.id),
                style="primary",
            ),
            Button(label=words.set_agenda(language), form="session-segments", value=value),
            Button(label=words.edit(language), form="session-edit", value=pack(value, session.revision)),
        ),
        context=await _made_context(ctx, session, changed),
    )


async def _made_context(ctx: Context, session: Session, changed: list[NewNumber]) -> Marked:
    """What else to know of the day that was chosen: a weekend, or a holiday in a state of the community;
    and which other sessions have a new number."""
    language = ctx.language
    planned = select(Nudge.id).where(Nudge.session_id == session.id, Nudge.state == NudgeState.PLANNED)
    is_planned = (await ctx.db.scalars(planned.limit(1))).first() is not None
    known = (words.made_context if is_planned else words.made_before_people)(
        language, number=str(session.number)
    )
    day = dates.in_zone(session.starts_at, session.zone).date()
    if day.weekday() >= SATURDAY:
        known = words.on_weekend(language, day=dates.long_day(language, day)) + " " + known
    if holiday := _holiday(ctx, session.zone, day):
        known = words.on_holiday(language, day=dates.long_day(language, day), holiday=holiday) + " " + known
    return Marked("\n").join([known, told_to_lead(language, changed)]) if changed else known


def _holiday(ctx: Context, zone: str, day: date) -> str:
    """Of the country of the session's zone, else of a state of the community."""
    country = country_of(zone) or HOME
    states: list[str | None] = [None, *(ctx.community.states if country == HOME else ())]
    return next((name for state in states if (name := holiday_name(day, country, state, ctx.language))), "")


async def new_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """`title` is in the writer's language where the series has it, else in the series' first."""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    series = await ctx.db.get_one(Series, cohort.series_id)
    return await do_new(ctx, cohort, {f"title_{_written_in(ctx, series)}": typed["title"], **typed})


# --- the form -----------------------------------------------------------------------------------------


async def new_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """Title, day, time and minutes; the rest where it matters: the cohort when several could be meant, zone,
    link or which of two hours when they were typed. A session's other languages are asked when it is edited.

    `context` is ``COHORT:LIKE:FIELDS``: the cohort, the session that it is like, and the fields shown beside
    the four. Raises `Refusal` when there is no cohort whose sessions I may plan."""
    language, options = ctx.language, await _cohorts(ctx)
    if not options:
        raise Refusal(words.no_cohort_to_plan(language))
    cohort_id, like, shown = unpack(context, str, str, str)
    written = {**(await _like(ctx, like) if like else {}), **initial}
    named = str(initial.get("cohort") or "")
    if str(initial.get("title") or "").casefold() in await ctx.cohort_names():
        named = (await ctx.cohort(str(written.pop("title")), Action.RUN_COHORT)).name
    chosen = next((one.value for one in options if named and named in {one.value, one.label}), cohort_id)
    chosen = options[0].value if len(options) == 1 else chosen
    extra = [one for one in (WHICH_HOUR, ZONE, LINK) if one.name in shown.split(",") or initial.get(one.name)]
    which_cohort = Field(name="cohort", kind="choice", label=words.cohort_label(language), options=options,
                         initial=options[0].value)  # fmt: skip
    return Form(
        name="session-new",
        title=words.new_title(language),
        submit=words.save(language),
        context=":".join((chosen, like, ",".join(one.name for one in extra))).rstrip(":"),
        fields=(
            *(() if chosen else (which_cohort,)),
            *fields_of(
                (replace(TITLE, required=False), DATE, TIME, MINUTES), language, {"minutes": 60, **written}
            ),
            *fields_of(extra, language, initial, which_options(language)),
        ),
    )  # fmt: skip


async def _like(ctx: Context, session_id: str) -> dict[str, Any]:
    """What the next session has in common with this one: a week later at the same hour."""
    last, _ = await session_by_id(ctx, session_id, Action.RUN_COHORT)
    local = dates.in_zone(last.starts_at, last.zone)
    return {
        "date": local.date() + timedelta(weeks=1),
        "time": local.time(),
        "zone": last.zone,
        "minutes": last.minutes,
        "link": last.join_link,
    }


def which_options(language: str) -> dict[str, tuple[Option, ...]]:
    return {
        "which": (
            Option(value="first", label=words.the_first(language)),
            Option(value="second", label=words.the_second(language)),
        )
    }


def about_fields(ctx: Context, languages: list[str], initial: Mapping[str, Any]) -> tuple[Field, ...]:
    """Objectives and pre-work, by language."""
    language = ctx.language
    return (
        *text_fields(ctx, languages, "objectives", words.objectives_label, initial, kind="paragraph",
                     hint=words.objectives_hint(language)),
        *text_fields(ctx, languages, "pre_work", words.pre_work_label, initial, kind="paragraph"),
        Field(name="pre_work_minutes", kind="number", label=words.pre_work_minutes_label(language), lowest=0,
              highest=MOST_PRE_WORK, required=False, initial=initial.get("pre_work_minutes")),
    )  # fmt: skip


async def _cohorts(ctx: Context) -> tuple[Option, ...]:
    rows = await ctx.db.scalars(
        select(Cohort)
        .join(Series)
        .where(Cohort.community_id == ctx.community.id, Series.status != SeriesStatus.ARCHIVED)
        .order_by(col(Cohort.id).desc())
    )
    mine = [row for row in rows if await ctx.may(Action.RUN_COHORT, row.series_id)]
    return tuple(Option(value=str(one.id), label=one.name) for one in mine[:MOST_COHORTS])


async def new_sent(ctx: Context, context: str, values: Values) -> Reply:
    cohort_id, like, _ = unpack(context, str, str, str)
    chosen = str(values.get("cohort") or cohort_id) or (await _cohorts(ctx))[0].value
    cohort = await cohort_by_id(ctx, chosen)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    before = await _like(ctx, like) if like else {}
    kept = {name: before[name] for name in ("zone", "link") if before.get(name) and not values.get(name)}
    given = {**kept, **{name: one for name, one in values.items() if one}}
    series = await ctx.db.get_one(Series, cohort.series_id)
    named = f"title_{_written_in(ctx, series)}"
    try:
        return await do_new(ctx, cohort, {**given, named: given.get("title")})
    except FieldError as unfit:
        if unfit.field == "which" and "which" not in values:
            return Reply(card=_twice_card(ctx, cohort, given, unfit))
        field = "title" if unfit.field == named else unfit.field
        return Reply(errors={field: plain(unfit.text)})


def _written_in(ctx: Context, series: Series) -> str:
    """What somebody types for a series is in their language where the series has it, else in its first."""
    return ctx.language if ctx.language in series.languages else series.languages[0]


def _twice_card(ctx: Context, cohort: Cohort, given: Mapping[str, Any], twice: FieldError) -> Card:
    """The night the clocks go back: an hour comes twice, and one press says which."""
    title = str(given.get("title") or "").translate(_QUOTES) or words.just_title(ctx.language)
    more = "".join(f' {name}="{given[name]}"' for name in ("zone", "link") if given.get(name))
    line = (f'session new "{title}" {given["date"].isoformat()} {given["time"]:%H:%M} {given["minutes"]}'
            f"{more} {cohort_argument(cohort.id)}")  # fmt: skip
    return Card(text=twice.text, buttons=which_buttons(ctx.language, line))


def which_buttons(language: str, line: str) -> tuple[Button, ...]:
    """The two moments of an hour that comes twice, each a press of the command `line`."""
    labels = {"first": words.the_first(language), "second": words.the_second(language)}
    return tuple(
        Button(label=labels[one], action="command.run", value=f"{line} which={one}") for one in labels
    )


_QUOTES = str.maketrans({'"': "'", "“": "'", "”": "'"})
"""A title between quotation marks holds none."""
