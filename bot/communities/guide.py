"""How do I stand, what is next for me."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlmodel import col, select

from bot.communities.preferences import shown_quiet_hours
from bot.core.arguments import cohort_argument
from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.lookup import HOLDS_A_SEAT, title_in
from bot.core.permissions import Action, Role, may
from bot.core.reply import Reply
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.text import Marked, link
from prompts.words import communities as words
from storage.people import Duty, reaches
from storage.series import Cohort, Enrollment, EnrollmentStatus, Series, SeriesStatus
from storage.sessions import Session, SessionStatus

Standing = tuple[Enrollment, Cohort, Series]
Held = tuple[Cohort, Series, list[str]]
SHOWN = 6
"""Cohorts of staff on their card; `sessions` and `report` find the others."""


async def me_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """My cohorts, the next session, my settings."""
    mine, held = await _mine(ctx), await _held(ctx)
    card = _standing_card(ctx, words.me_title(ctx.language, name=ctx.me.name), mine, held)
    cohorts = [cohort for _, cohort, _ in mine] or [cohort for cohort, _, _ in held]
    following = await _next_session(ctx, [cohort.id for cohort in cohorts])
    if following is not None:
        all_mine = {cohort.id for _, cohort, _ in mine} | {cohort.id for cohort, _, _ in held}
        section = await _next_section(ctx, following, several=len(all_mine) > 1)
        card = card.model_copy(update={"sections": (section, *card.sections)})
    return Reply(card=card)


async def home(ctx: Context) -> Card:
    """The top of the home page; the sessions to come stand right below, in a section of their own."""
    title = words.home_title(ctx.language, name=ctx.me.name)
    return _standing_card(ctx, title, await _mine(ctx), await _held(ctx))


def _work(ctx: Context, cohort: Cohort, series: Series) -> tuple[Button, ...]:
    """What a facilitator comes for: the session, the messages, the people, the numbers, and all in one. They
    stand below the name of their cohort: who runs two sees which is which."""
    language, named = ctx.language, cohort_argument(cohort.id)
    page = ctx.links.to_series_page(cohort.id, ctx.me.id, ctx.now)
    return (
        Button(
            label=words.home_session(language), action="command.run", value=f"agenda {named}", style="primary"
        ),
        Button(label=words.home_messages(language), action="command.run", value=f"nudges {named}"),
        Button(label=words.home_people(language), action="command.run", value=f"members {named}"),
        Button(label=words.home_report(language), action="command.run", value=f"report series {series.slug}"),
        Button(label=words.home_page(language), url=page),
    )


def _standing_card(ctx: Context, title: str, mine: Sequence[Standing], held: Sequence[Held]) -> Card:
    language = ctx.language
    sections = [_section(ctx, *one) for one in mine] + [_duty_section(ctx, *one) for one in held[:SHOWN]]
    return Card(
        title=title,
        text=_settings_line(ctx) if mine or held else words.nothing_yet(language),
        sections=tuple(sections),
        buttons=(
            Button(label=words.my_settings(language), form="settings"),
            Button(label=words.what_can_i_do(language), action="help"),
        ),
    )


def _settings_line(ctx: Context) -> Marked:
    language, me = ctx.language, ctx.me
    line = words.settings_line(
        language,
        zone=me.zone or words.zone_of_cohort(language),
        quiet=shown_quiet_hours(me.quiet_from, me.quiet_to) or words.none_set(language),
    )
    if (
        me.paused_until is None
        or me.paused_until <= dates.in_zone(ctx.now, zone_for(me.zone, ctx.community.zone)).date()
    ):
        return line
    return line + Marked("\n") + words.paused(language, day=dates.long_day(language, me.paused_until))


def _section(ctx: Context, enrollment: Enrollment, cohort: Cohort, series: Series) -> Section:
    language = ctx.language
    buttons: tuple[Button, ...] = ()
    if enrollment.status == EnrollmentStatus.INVITED:
        buttons = (Button(label=words.join(language), action="join", value=str(cohort.id), style="primary"),)
    elif not enrollment.introduction and enrollment.status in {
        EnrollmentStatus.ACTIVE,
        EnrollmentStatus.PAUSED,
    }:
        buttons = (Button(label=words.introduce_yourself(language), form="introduce", value=str(cohort.id)),)
    return Section(
        title=cohort.name,
        text=words.standing(
            language,
            series=title_in(series.title, language),
            status=words.MY_STATUS[enrollment.status](language),
        ),
        buttons=buttons,
    )


def _duty_section(ctx: Context, cohort: Cohort, series: Series, roles: Sequence[str]) -> Section:
    language, runs_it = ctx.language, may({Role(one) for one in roles}, Action.RUN_COHORT)
    named = dates.series_of(language, [words.ROLES[role](language) for role in roles])
    return Section(
        title=cohort.name,
        text=words.standing(language, series=title_in(series.title, language), status=named),
        buttons=_work(ctx, cohort, series) if runs_it else (),
    )


async def _held(ctx: Context) -> list[Held]:
    """The cohorts in which I have another role than a participant's, newest first."""
    rows = await ctx.db.execute(
        select(Cohort, Series, Duty.role)
        .join(Series, col(Series.id) == Cohort.series_id)
        .join(Duty, reaches(col(Series.id), col(Series.project_id)))
        .where(
            Duty.person_id == ctx.me.id,
            Series.community_id == ctx.community.id,
            Series.status != SeriesStatus.ARCHIVED,
        )
        .order_by(col(Cohort.id).desc(), col(Duty.role))
    )
    by_cohort = groupby(rows, key=lambda row: (row[0], row[1]))
    return [(cohort, series, [role for _, _, role in each]) for (cohort, series), each in by_cohort]


async def _mine(ctx: Context) -> list[Standing]:
    rows = await ctx.db.execute(
        select(Enrollment, Cohort, Series)
        .join(Cohort, col(Cohort.id) == Enrollment.cohort_id)
        .join(Series, col(Series.id) == Cohort.series_id)
        .where(
            Enrollment.person_id == ctx.me.id,
            col(Enrollment.status).in_((*HOLDS_A_SEAT, "waiting")),
            Series.status != SeriesStatus.ARCHIVED,
        )
        .order_by(col(Cohort.id).desc())
    )
    return [(enrollment, cohort, series) for enrollment, cohort, series in rows]


async def _next_session(ctx: Context, cohort_ids: list[int]) -> Session | None:
    found = await ctx.db.scalars(
        select(Session)
        .where(
            col(Session.cohort_id).in_(cohort_ids),
            Session.status == SessionStatus.SCHEDULED,
            Session.starts_at > ctx.now,
        )
        .order_by(col(Session.starts_at))
    )
    return found.first()


async def _next_section(ctx: Context, following: Session, *, several: bool) -> Section:
    """`several`: of my cohorts, so that its own is named."""
    language = ctx.language
    when = dates.when(language, following.starts_at, zone_for(ctx.me.zone, following.zone))
    title = title_in(following.title, language)
    text = words.next_session(language, title=title, when=when)
    if several:
        cohort = await ctx.db.get_one(Cohort, following.cohort_id)
        text = words.next_session_of(language, cohort=cohort.name, title=title, when=when)
    if following.join_link:
        text = text + Marked("\n") + link(words.join_link(language), following.join_link)
    return Section(title=words.next_title(language), text=text)
