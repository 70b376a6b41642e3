"""`nudges`: the three messages that matter today, and behind them everything that will go out, with what a
facilitator can do about each."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from bot.console.mattering import MOST, awaits_approval, that_matter
from bot.console.naming import names_of
from bot.console.planned_groups import Group, failed_count, folded_count, open_groups, unsure
from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Section, pack
from bot.core.context import Context
from bot.core.lookup import cohort_by_id
from bot.core.permissions import Action
from bot.core.reply import Reply
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.text import Marked, plain
from prompts.words import console as words
from storage.nudges import Nudge
from storage.series import Cohort
from storage.sessions import Session, SessionStatus

AT_ONCE = 8
"""Groups on one card; Slack takes 50 blocks."""


async def nudges_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(typed.get("cohort", ""), Action.RUN_COHORT)
    return Reply(card=await _today(ctx, cohort))


async def _today(ctx: Context, cohort: Cohort) -> Card:
    """What matters now; the page has the rest as a calendar, a button has it here."""
    language, groups = ctx.language, await open_groups(ctx.db, cohort.id)
    if len(groups) <= MOST:
        return with_page(ctx, cohort, await _card(ctx, cohort, 0))
    chosen, doubts = that_matter(groups, ctx.now), await unsure(ctx.db, cohort.id)
    names = await names_of(ctx.db, language, [*doubts, *(one.nudge for one in chosen)])
    everything = Button(
        label=words.show_all(language, n=len(groups)), action="nudges.more", value=pack(cohort.id, 0)
    )
    card = Card(
        title=words.list_title(language, cohort=cohort.name),
        text=words.list_today(language, n=len(groups)),
        sections=(
            *(doubt_section(language, doubt, names[doubt.id]) for doubt in doubts),
            *(_section(ctx, cohort, one, names[one.nudge.id]) for one in chosen),
        ),
        buttons=(everything,),
        context=await _told(ctx, cohort.id),
    )
    return with_page(ctx, cohort, card)


def with_page(ctx: Context, cohort: Cohort, card: Card) -> Card:
    """The card with the way to the series page first."""
    url = ctx.links.to_series_page(cohort.id, ctx.me.id, ctx.now)
    page = Button(label=words.open_series_page(ctx.language), url=url, style="primary")
    return card.model_copy(update={"buttons": (page, *card.buttons)})


async def _none_planned(ctx: Context, cohort_id: int) -> Marked:
    """Why there is none: no session, or nobody who takes part yet."""
    coming = select(Session.id).where(
        Session.cohort_id == cohort_id,
        Session.status == SessionStatus.SCHEDULED,
        Session.starts_at > ctx.now,
    )
    is_coming = (await ctx.db.scalars(coming.limit(1))).first() is not None
    return (words.not_planned_yet if is_coming else words.nothing_planned)(ctx.language)


async def more_pressed(ctx: Context, value: str) -> Reply:
    cohort_value, start = unpack(value, str, int)
    cohort = await cohort_by_id(ctx, cohort_value)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    return Reply(card=await _card(ctx, cohort, start), replace=True)


async def _card(ctx: Context, cohort: Cohort, start: int) -> Card:
    language, cohort_id = ctx.language, cohort.id
    groups = await open_groups(ctx.db, cohort_id)
    shown = groups[start : start + AT_ONCE]
    doubts = [] if start else await unsure(ctx.db, cohort_id)
    names = await names_of(ctx.db, language, [*doubts, *(one.nudge for one in shown)])
    rest = len(groups) - start - len(shown)
    more = Button(
        label=words.show_more(language, n=rest), action="nudges.more", value=pack(cohort_id, start + AT_ONCE)
    )
    return Card(
        title=words.list_title(language, cohort=cohort.name),
        text=words.list_intro(language, n=len(groups)) if groups else await _none_planned(ctx, cohort_id),
        sections=(
            *(doubt_section(language, doubt, names[doubt.id]) for doubt in doubts),
            *(_section(ctx, cohort, one, names[one.nudge.id]) for one in shown),
        ),
        buttons=(more,) if rest > 0 else (),
        context=await _told(ctx, cohort_id),
    )


async def _told(ctx: Context, cohort_id: int) -> Marked:
    """What failed; else that each goes at its time, and how much shared a message or found no room."""
    if failed := await failed_count(ctx.db, cohort_id):
        return words.some_failed(ctx.language, n=failed)
    language, (folded, left) = ctx.language, await folded_count(ctx.db, cohort_id)
    if not folded and not left:
        return words.list_context(language)
    told = words.folded_so_far(
        language, folded=dates.number(language, folded), left=dates.number(language, left)
    )
    return words.list_context(language) + Marked(" ") + told


def _section(ctx: Context, cohort: Cohort, group: Group, name: Marked) -> Section:
    language, zone = ctx.language, zone_for(ctx.me.zone, cohort.zone)
    times = dates.span(language, group.first, group.last, zone)
    text = words.going_out(language, when=times, n=group.copies)
    if group.held:
        text = (words.awaits_release if awaits_approval(group) else words.is_held)(language, text=text)
    return Section(
        title=name, text=text, buttons=actions(language, group.nudge, name, group.copies, held=group.held)
    )


def actions(language: str, nudge: Nudge, name: Marked, copies: int, *, held: bool) -> tuple[Button, ...]:
    """What can be done with a message that has not gone."""
    value = str(nudge.id)
    hold = Button(label=words.hold(language), action="nudge.hold", value=value)
    release = Button(label=words.release(language), action="nudge.release", value=value, style="primary")
    return (
        Button(label=words.preview(language), action="nudge.preview", value=value),
        Button(label=words.edit(language), form="nudge-edit", value=value),
        release if held else hold,
        Button(label=words.move(language), form="nudge-move", value=value),
        Button(
            label=words.send_now(language),
            action="nudge.now",
            value=value,
            confirm=words.sure_now(language, n=copies, kind=plain(name)),
        ),
    )


def doubt_section(language: str, nudge: Nudge, name: Marked) -> Section:
    """A message that may have arrived, and what can be done about it."""
    value = str(nudge.id)
    return Section(
        title=name,
        text=words.may_have_arrived(language),
        buttons=(
            Button(label=words.send_again(language), action="nudge.again", value=value),
            Button(label=words.leave_it(language), action="nudge.leave", value=value),
        ),
    )
