"""Moving a session: what moves with it is shown first; then the cohort is told, and it can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from typing import Any

from sqlmodel import col, func, select

from bot.core.arguments import cohort_argument
from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, pack
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Form, Values, fields_of
from bot.core.lookup import title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.nudges.planner import replan_cohort
from bot.sessions.announcements import count_told, tell_cohort
from bot.sessions.checklists import move_due_days
from bot.sessions.invitation_replies import forget_answers
from bot.sessions.lookup import session_by_id, session_meant, sessions_of, taking_part
from bot.sessions.numbering import NewNumber, by_date, renumber, told, told_to_lead
from bot.sessions.scheduling import DATE, TIME, WHICH_HOUR, ZONE, which_buttons, which_options
from bot.sessions.validation import (
    WHICH,
    moment_in,
    read_start,
    read_zone,
    refuse_changed,
    refuse_closed,
    refuse_overlap,
)
from bot.timekeeping.zones import occurrences, spoken_zone_name
from prompts import dates
from prompts.text import Marked, marked, plain
from prompts.words import sessions as words
from storage.nudges import Nudge
from storage.series import Cohort
from storage.sessions import Session

MOST_ZONES = 8


async def move_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, cohort = await session_meant(ctx, typed, Action.RUN_COHORT)
    return await preview(ctx, session, cohort, typed)


async def preview(ctx: Context, session: Session, cohort: Cohort, given: Mapping[str, Any]) -> Reply:
    """From when to when, for whom, and what moves with it. Nothing has changed yet."""
    refuse_closed(ctx, session)
    language = ctx.language
    zone = read_zone(ctx, given.get("zone") or "", session.zone)
    starts_at = read_start(ctx, given["date"], given["time"], zone, given.get("which") or "")
    if (starts_at, zone) == (session.starts_at, session.zone):
        raise Refusal(words.already_then(language, number=str(session.number)))
    await refuse_overlap(ctx, session.cohort_id, starts_at, session.minutes, but=session.id)
    value = pack(session.id, session.revision, int(starts_at.timestamp()), zone)
    numbers = by_date(await sessions_of(ctx.db, cohort.id), ctx.now, {session.id: starts_at})
    return Reply(
        card=Card(
            title=words.move_preview_title(language, number=str(session.number), cohort=cohort.name),
            text=named(session, language),
            facts=(
                Fact(
                    label=words.from_label(language),
                    value=dates.in_both(language, session.starts_at, session.zone, ctx.me.zone),
                ),
                Fact(
                    label=words.to_label(language),
                    value=dates.in_both(language, starts_at, zone, ctx.me.zone),
                ),
                Fact(
                    label=words.for_people_label(language), value=await _by_zone(ctx, cohort, starts_at, zone)
                ),
                Fact(label=words.moves_with_it(language), value=await planned_with(ctx, session)),
                Fact(label=words.told_label(language), value=await who_is_told(ctx, session, cohort)),
            ),
            buttons=(
                Button(label=words.move_it(language), action="session.move", value=value, style="primary"),
                Button(label=words.leave_it(language), action="session.keep", value=str(session.id)),
            ),
            context=told_to_lead(language, numbers.values()) if numbers else Marked(),
        )
    )


def named(session: Session, language: str) -> Marked:
    """Which session a question is about: its number may have been another's when somebody noted it."""
    title = words.quoted_title(language, title=title_in(session.title, language))
    return title + " " + words.nothing_changed_yet(language)


async def _by_zone(ctx: Context, cohort: Cohort, starts_at: datetime, zone: str) -> Marked:
    """The new time on the clocks of those who take part, as plain text: a platform shows what it knows to be
    a moment in its reader's zone alone."""
    zones = dict.fromkeys([zone, *[one.zone for one in await taking_part(ctx.db, cohort.id) if one.zone]])
    shown = [dates.there(ctx.language, starts_at, one) for one in list(zones)[:MOST_ZONES]]
    return Marked("\n").join(marked(fromkey) for fromkey in dict.fromkeys(shown))


async def planned_with(ctx: Context, session: Session) -> Marked:
    """How many planned messages belong to the session."""
    counted = select(func.count()).where(
        Nudge.session_id == session.id, col(Nudge.state).in_(["planned", "held"]), Nudge.kind != "note"
    )
    return words.planned_messages(ctx.language, n=(await ctx.db.scalars(counted)).one())


async def who_is_told(ctx: Context, session: Session, cohort: Cohort) -> Marked:
    channels, people = await count_told(ctx, session, cohort)
    in_person = words.told_in_person(ctx.language, n=people)
    if not channels:
        return in_person
    in_channels = words.told_in_channels(ctx.language, n=channels)
    return Marked("\n").join([in_channels, in_person]) if people else in_channels


async def move_confirmed(ctx: Context, value: str) -> Reply:
    """Move it. A second press finds it moved and leaves the first one's answer, with its undo, where it is;
    a stale one says what happened."""
    session_id, seen, seconds, zone = unpack(value, str, str, str, str)
    session, cohort = await session_by_id(ctx, session_id, Action.RUN_COHORT)
    refuse_closed(ctx, session)
    starts_at = moment_in(ctx, seconds, zone)
    if (starts_at, zone) == (session.starts_at, session.zone):
        raise Refusal(words.already_then(ctx.language, number=str(session.number)))
    refuse_changed(ctx, session, seen)
    await refuse_overlap(ctx, session.cohort_id, starts_at, session.minutes, but=session.id)
    return await do_move(ctx, session, cohort, starts_at, zone)


async def do_move(ctx: Context, session: Session, cohort: Cohort, starts_at: datetime, zone: str) -> Reply:
    """Move it, tell the cohort, plan its messages anew."""
    language, before, zone_before = ctx.language, session.starts_at, session.zone
    title = dict(session.title)
    days = dates.in_zone(starts_at, zone).date() - dates.in_zone(before, zone_before).date()
    session.moved_from, session.starts_at, session.zone = before, starts_at, zone
    session.revision += 1
    await forget_answers(ctx.db, session)
    await move_due_days(ctx.db, session, days)
    numbers = await renumber(ctx.db, cohort.id, ctx.now)
    write = partial(moved_card, session, before, title, numbers)
    await tell_cohort(ctx, session, cohort, "moved", write)
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    ctx.audit("session_moved", f"session:{session.id}", revision=session.revision)
    undo = pack(session.id, session.revision, int(before.timestamp()), zone_before)
    buttons: tuple[Button, ...] = ()
    if before > ctx.now:
        buttons = (Button(label=words.undo(language), action="session.move", value=undo),)
    told_to = await who_is_told(ctx, session, cohort)
    return Reply(
        card=Card(
            title=words.moved_done(language, number=str(session.number), cohort=cohort.name),
            text=dates.in_both(language, starts_at, zone, ctx.me.zone),
            buttons=buttons,
            context=Marked("\n").join([told_to_lead(language, numbers), told_to]) if numbers else told_to,
        ),
        replace=True,
    )


def moved_card(
    session: Session,
    before: datetime,
    title: dict[str, str],
    numbers: list[NewNumber],
    language: str,
    zone: str,
) -> Card:
    """What the cohort reads: `title` is what people knew it by."""
    text = words.moved_text(
        language,
        now=dates.when(language, session.starts_at, zone),
        before=dates.when(language, before, zone),
    )
    return Card(
        title=words.moved_title(language, title=title_in(title, language)),
        text=Marked("\n").join([text, told(language, numbers)]) if numbers else text,
    )


async def kept(ctx: Context, value: str) -> Reply:
    """Whoever looked at a preview left things as they are."""
    session, _ = await session_by_id(ctx, value, Action.RUN_COHORT)
    return Reply(card=Card(text=words.nothing_changed(ctx.language, str(session.number))), replace=True)


# --- the form -----------------------------------------------------------------------------------------


async def move_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is a session's row id, or empty when its number was, or is to be, typed. Beside day and time
    it asks for what was typed with the command, and which of two hours the session now has."""
    language = ctx.language
    if context:
        session, _ = await session_by_id(ctx, context, Action.RUN_COHORT)
    elif "number" in initial:
        session, _ = await session_meant(ctx, dict(initial), Action.RUN_COHORT)
    else:
        raise Refusal(words.which_session(language, command="session move"))
    refuse_closed(ctx, session)
    zone = read_zone(ctx, initial.get("zone") or "", session.zone)
    day, at, which = _prefilled(session, initial, zone)
    asked = (
        DATE,
        replace(TIME, hint=lambda spoken: marked(spoken_zone_name(zone, spoken))),
        *((WHICH_HOUR,) if which else ()),
        *((ZONE,) if initial.get("zone") else ()),
    )
    now = {"date": day, "time": at, "which": which, "zone": zone}
    return Form(
        name="session-move",
        title=words.move_title(language, number=str(session.number)),
        submit=words.preview(language),
        context=str(session.id),
        fields=fields_of(asked, language, now, which_options(language)),
    )


def _prefilled(session: Session, initial: Mapping[str, Any], zone: str) -> tuple[date, time, str]:
    """Day, time and which of two: what was typed, and for the rest when the session is now, on the clocks of
    `zone`."""
    now = dates.in_zone(session.starts_at, zone)
    day, at = initial.get("date") or now.date(), initial.get("time") or now.time()
    which = str(initial.get("which") or "")
    moments = occurrences(day, at, zone)
    if not which and len(moments) == 2 and session.starts_at in moments:
        which = tuple(WHICH)[moments.index(session.starts_at)]
    return day, at, which


async def move_sent(ctx: Context, context: str, values: Values) -> Reply:
    session, cohort = await session_by_id(ctx, context, Action.RUN_COHORT)
    try:
        return await preview(ctx, session, cohort, values)
    except FieldError as unfit:
        if unfit.field == "which" and "which" not in values:
            return Reply(card=_twice_card(ctx, session, cohort, values, unfit))
        return Reply(errors={unfit.field: plain(unfit.text)})


def _twice_card(ctx: Context, session: Session, cohort: Cohort, values: Values, twice: FieldError) -> Card:
    day, at = values["date"], values["time"]
    assert isinstance(day, date) and isinstance(at, time)  # noqa: PT018 - the form's own kinds
    zone = f' zone="{values["zone"]}"' if values.get("zone") else ""
    line = f"session move {session.number} {day.isoformat()} {at:%H:%M}{zone} {cohort_argument(cohort.id)}"
    return Card(text=twice.text, buttons=which_buttons(ctx.language, line))
