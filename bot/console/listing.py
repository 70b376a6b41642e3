"""`nudges`: everything that will go out, with what a facilitator can do about each."""

from __future__ import annotations

from typing import Any

from bot.cards import Button, Card, Section
from bot.communities.lookup import cohort_by_id
from bot.desk import Desk
from bot.feature import Reply
from bot.messages.naming import names_of
from bot.messages.planned_groups import Group, failed_count, open_groups, unsure
from bot.permissions import Action
from prompts import dates
from prompts.text import Marked
from prompts.words import messages as words
from storage.nudges import Nudge
from storage.series import Cohort

AT_ONCE = 8
"""Groups on one card; Slack takes 50 blocks."""


async def nudges_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    cohort = await desk.cohort(typed.get("cohort", ""), Action.RUN_COHORT)
    return Reply(card=await _card(desk, cohort, 0))


async def more_pressed(desk: Desk, value: str) -> Reply:
    cohort_value, _, start = value.partition("|")
    cohort = await cohort_by_id(desk, cohort_value)
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    return Reply(card=await _card(desk, cohort, int(start) if start.isdecimal() else 0), replace=True)


async def _card(desk: Desk, cohort: Cohort, start: int) -> Card:
    say, cohort_id = desk.language, cohort.id or 0
    groups = await open_groups(desk.db, cohort_id)
    shown = groups[start : start + AT_ONCE]
    doubts = [] if start else await unsure(desk.db, cohort_id)
    failed = await failed_count(desk.db, cohort_id)
    names = await names_of(desk.db, say, [*doubts, *(one.nudge for one in shown)])
    rest = len(groups) - start - len(shown)
    more = Button(
        label=words.show_more(say, n=rest), action="nudges.more", value=f"{cohort_id}|{start + AT_ONCE}"
    )
    return Card(
        title=words.list_title(say, cohort=cohort.name),
        text=words.list_intro(say, n=len(groups)) if groups else words.nothing_planned(say),
        sections=(
            *(doubt_section(say, one, names[one.id or 0]) for one in doubts),
            *(_section(desk, cohort, one, names[one.nudge.id or 0]) for one in shown),
        ),
        buttons=(more,) if rest > 0 else (),
        context=words.some_failed(say, n=failed) if failed else words.list_context(say),
    )


def _section(desk: Desk, cohort: Cohort, group: Group, name: Marked) -> Section:
    say, zone = desk.language, desk.me.zone or cohort.zone
    times = dates.span(say, group.first, group.last, zone)
    text = words.going_out(say, when=times, n=group.copies)
    if group.held:
        waiting = group.nudge.reason == "approval"
        text = (words.awaits_release if waiting else words.is_held)(say, text=text)
    return Section(title=name, text=text, buttons=actions(say, group.nudge, held=group.held))


def actions(say: str, nudge: Nudge, *, held: bool) -> tuple[Button, ...]:
    """What can be done with a message that has not gone."""
    value = str(nudge.id)
    hold = Button(label=words.hold(say), action="nudge.hold", value=value)
    release = Button(label=words.release(say), action="nudge.release", value=value, style="primary")
    return (
        Button(label=words.preview(say), action="nudge.preview", value=value),
        Button(label=words.edit(say), form="nudge-edit", value=value),
        release if held else hold,
        Button(label=words.move(say), form="nudge-move", value=value),
        Button(label=words.send_now(say), action="nudge.now", value=value, confirm=words.sure_now(say)),
    )


def doubt_section(say: str, nudge: Nudge, name: Marked) -> Section:
    """A message that may have arrived, and what can be done about it."""
    value = str(nudge.id)
    return Section(
        title=name,
        text=words.may_have_arrived(say),
        buttons=(
            Button(label=words.send_again(say), action="nudge.again", value=value),
            Button(label=words.leave_it(say), action="nudge.leave", value=value),
        ),
    )
