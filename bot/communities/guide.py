"""How do I stand, what is next for me."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card, Section
from bot.communities.lookup import HOLDS_A_SEAT, title_in
from bot.communities.preferences import shown_quiet_hours
from bot.desk import Desk
from bot.feature import Reply
from prompts import dates
from prompts.text import Marked, link
from prompts.words import communities as words
from storage.people import Duty, reaches
from storage.series import Cohort, Enrollment, Series
from storage.sessions import Session

Standing = tuple[Enrollment, Cohort, Series]
Held = tuple[Cohort, Series, list[str]]
SHOWN = 6
"""Cohorts of staff on their card; `sessions` and `report` find the others."""


async def me_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """My cohorts, the next session, my settings."""
    mine, held = await _mine(desk), await _held(desk)
    card = _standing_card(desk, words.me_title(desk.language, name=desk.me.name), mine, held)
    cohorts = [cohort for _, cohort, _ in mine] or [cohort for cohort, _, _ in held]
    following = await _next_session(desk, [cohort.id or 0 for cohort in cohorts])
    if following is not None:
        card = card.model_copy(update={"sections": (await _next_section(desk, following), *card.sections)})
    return Reply(card=card)


async def home(desk: Desk) -> Card:
    """The top of the home page; the sessions to come stand right below, in a section of their own."""
    title = words.home_title(desk.language, name=desk.me.name)
    return _standing_card(desk, title, await _mine(desk), await _held(desk))


def _standing_card(desk: Desk, title: str, mine: Sequence[Standing], held: Sequence[Held]) -> Card:
    say = desk.language
    sections = [_section(desk, *one) for one in mine] + [_duty_section(say, *one) for one in held[:SHOWN]]
    return Card(
        title=title,
        text=_settings_line(desk) if mine or held else words.nothing_yet(say),
        sections=tuple(sections),
        buttons=(
            Button(label=words.my_settings(say), form="settings"),
            Button(label=words.what_can_i_do(say), action="help"),
        ),
    )


def _settings_line(desk: Desk) -> Marked:
    say, me = desk.language, desk.me
    line = words.settings_line(
        say,
        zone=me.zone or words.zone_of_cohort(say),
        quiet=shown_quiet_hours(me.quiet_from, me.quiet_to) or words.none_set(say),
    )
    if (
        me.paused_until is None
        or me.paused_until <= dates.in_zone(desk.now, me.zone or desk.community.zone).date()
    ):
        return line
    return line + Marked("\n") + words.paused(say, day=dates.long_day(say, me.paused_until))


def _section(desk: Desk, enrollment: Enrollment, cohort: Cohort, series: Series) -> Section:
    say = desk.language
    buttons: tuple[Button, ...] = ()
    if enrollment.status == "invited":
        buttons = (Button(label=words.join(say), action="join", value=str(cohort.id), style="primary"),)
    elif not enrollment.introduction and enrollment.status in {"active", "paused"}:
        buttons = (Button(label=words.introduce_yourself(say), form="introduce", value=str(cohort.id)),)
    return Section(
        title=cohort.name,
        text=words.standing(
            say, series=title_in(series.title, say), status=words.MY_STATUS[enrollment.status](say)
        ),
        buttons=buttons,
    )


def _duty_section(say: str, cohort: Cohort, series: Series, roles: Sequence[str]) -> Section:
    named = dates.series_of(say, [words.ROLES[role](say) for role in roles])
    return Section(
        title=cohort.name, text=words.standing(say, series=title_in(series.title, say), status=named)
    )


async def _held(desk: Desk) -> list[Held]:
    """The cohorts in which I have another role than a participant's, newest first."""
    rows = await desk.db.execute(
        select(Cohort, Series, Duty.role)
        .join(Series, col(Series.id) == Cohort.series_id)
        .join(Duty, reaches(col(Series.id), col(Series.project_id)))
        .where(
            Duty.person_id == desk.me.id,
            Series.community_id == desk.community.id,
            Series.status != "archived",
        )
        .order_by(col(Cohort.id).desc(), col(Duty.role))
    )
    by_cohort = groupby(rows, key=lambda row: (row[0], row[1]))
    return [(cohort, series, [role for _, _, role in each]) for (cohort, series), each in by_cohort]


async def _mine(desk: Desk) -> list[Standing]:
    rows = await desk.db.execute(
        select(Enrollment, Cohort, Series)
        .join(Cohort, col(Cohort.id) == Enrollment.cohort_id)
        .join(Series, col(Series.id) == Cohort.series_id)
        .where(
            Enrollment.person_id == desk.me.id,
            col(Enrollment.status).in_((*HOLDS_A_SEAT, "waiting")),
            Series.status != "archived",
        )
        .order_by(col(Cohort.id).desc())
    )
    return [(enrollment, cohort, series) for enrollment, cohort, series in rows]


async def _next_session(desk: Desk, cohort_ids: list[int]) -> Session | None:
    found = await desk.db.scalars(
        select(Session)
        .where(
            col(Session.cohort_id).in_(cohort_ids),
            Session.status == "scheduled",
            Session.starts_at > desk.now,
        )
        .order_by(col(Session.starts_at))
    )
    return found.first()


async def _next_section(desk: Desk, following: Session) -> Section:
    say = desk.language
    when = dates.when(say, following.starts_at, desk.me.zone or following.zone)
    title = title_in(following.title, say)
    text = words.next_session(say, title=title, when=when)
    if following.join_link:
        text = text + Marked("\n") + link(words.join_link(say), following.join_link)
    return Section(title=words.next_title(say), text=text)
