"""The whole page of a cohort for one of its facilitators, from what is true now. Looking changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.console.listing import doubt_section
from bot.console.naming import names_of
from bot.console.planned_groups import Group, failed_count, open_groups, unsure
from bot.console.previewing import preview_card
from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.lookup import row_id, title_in
from bot.core.permissions import Action
from bot.series_page import parts
from bot.series_page.messages import NEAR_WEEKS, Week, planned, weeks_of
from bot.series_page.monday import switch
from bot.series_page.roster import RosterMember, members_of, needing_a_word, presence, taking_part
from bot.series_page.timeline import Stop, timeline
from bot.series_page.week import ThisWeek, this_week
from bot.sessions.lookup import sessions_of
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.text import Marked
from prompts.words import communities as community_words
from prompts.words import console as console_words
from prompts.words import series_page as words
from storage.nudges import Nudge
from storage.series import Cohort, Series


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """The message that the facilitator looks at: as its readers get it, with what can be done."""

    id: int
    card: Card


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """`near` and `later` are the weeks of the calendar; `doubts` may or may not have arrived; `opened` is the
    message in hand. `drifting` need a word, `members` are all."""

    cohort: Cohort
    title: str
    about: Marked
    week: ThisWeek
    monday: Card
    stops: list[Stop]
    new_session: Button
    near: list[Week]
    later: list[Week]
    waiting: int
    zone: str
    doubts: tuple[Section, ...]
    failed: Marked | None
    opened: OpenedPage | None
    members: list[RosterMember]
    drifting: list[RosterMember]
    people: Card
    cards: Mapping[str, Card]
    """The other parts, by name."""


async def series_page(ctx: Context, cohort_id: str, message: str = "") -> SeriesPage | None:
    """None when this community has no such cohort, or I may not run it (any more). `message` is the row id of
    the message to open."""
    cohort = await ctx.db.get(Cohort, row_id(cohort_id))
    if cohort is None or cohort.community_id != ctx.community.id:
        return None
    if not await ctx.may(Action.RUN_COHORT, cohort.series_id):
        return None
    language, now = ctx.language, ctx.now
    series = await ctx.db.get_one(Series, cohort.series_id)
    sessions = await sessions_of(ctx.db, cohort.id)
    there = await presence(ctx.db, sessions)
    members = await members_of(ctx.db, cohort, sessions, there, language, now)
    active = taking_part(members)
    groups = await open_groups(ctx.db, cohort.id)
    doubts = await unsure(ctx.db, cohort.id)
    names = await names_of(ctx.db, language, [*doubts, *(one.nudge for one in groups)])
    numbers: dict[int | None, int] = {one.id: one.number for one in sessions}
    messages = [planned(language, one, names[one.nudge.id], cohort.zone, numbers) for one in groups]
    weeks = weeks_of(language, cohort, messages, sessions, now)
    failed = await failed_count(ctx.db, cohort.id)
    mine = zone_for(ctx.me.zone, cohort.zone)
    return SeriesPage(
        cohort=cohort,
        title=title_in(series.title, language),
        about=words.about(language, cohort=cohort.name, people=active, sessions=len(sessions)),
        week=this_week(language, groups, names, members, cohort, now),
        monday=await switch(ctx),
        stops=await timeline(ctx.db, language, mine, cohort, sessions, there, active, now),
        new_session=_new_session(language, cohort),
        near=weeks[:NEAR_WEEKS],
        later=weeks[NEAR_WEEKS:],
        waiting=sum(one.held for one in groups),
        zone=dates.zone_name(language, cohort.zone, now),
        doubts=tuple(doubt_section(language, one, names[one.id]) for one in doubts),
        failed=console_words.some_failed(language, n=failed) if failed else None,
        opened=await _opened(ctx, cohort, groups, message),
        members=members,
        drifting=needing_a_word(members),
        people=_people(language, cohort),
        cards={
            "breakouts": await parts.breakouts(ctx, cohort),
            "attendance": await parts.attendance(ctx, sessions, there, active),
            "learned": await parts.ideas_and_themes(ctx, sessions),
            "recall": await parts.recall(ctx, cohort),
            "evaluation": await parts.evaluation(ctx, cohort),
            "report": parts.report(language, series),
        },
    )


async def _opened(ctx: Context, cohort: Cohort, groups: list[Group], message: str) -> OpenedPage | None:
    """The message's preview, the very card of the chat; None for what is not planned here (any more)."""
    nudge_id, language = unpack(message, int, str)
    nudge: Nudge | None = next((one.nudge for one in groups if one.nudge.id == nudge_id), None)
    if nudge is None:
        return None
    return OpenedPage(nudge.id, await preview_card(ctx, nudge, cohort, language))


def _new_session(language: str, cohort: Cohort) -> Button:
    return Button(label=words.new_session(language), form="session-new", value=str(cohort.id))


def _people(language: str, cohort: Cohort) -> Card:
    """What can be done about the roster as a whole."""
    value = str(cohort.id)
    return Card(
        buttons=(
            Button(label=community_words.invite_title(language), action="invite.preview", value=value),
            Button(label=community_words.edit_member(language), form="member-edit", value=value),
            Button(label=community_words.cohort_edit_title(language), form="cohort-edit", value=value),
        )
    )
