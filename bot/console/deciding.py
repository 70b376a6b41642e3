"""Hold, release, move, send now, and what to do about a message of which nobody knows whether it arrived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from bot.console.naming import name_of
from bot.console.planned_groups import locked_series, nudge_by_id, open_copies
from bot.core.button_values import unpack
from bot.core.cards import Button, Card, pack
from bot.core.context import Context
from bot.core.forms import Field, Form, Values
from bot.core.lookup import row_id
from bot.core.reply import Refusal, Reply
from bot.nudges.decisions import NO_DECISION, decide
from bot.nudges.planner import replan_cohort
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.time_zones import load_zone
from prompts.words import console as words
from storage.nudges import Nudge, NudgeState
from storage.series import Cohort


async def hold_pressed(ctx: Context, value: str) -> Reply:
    nudge, cohort = await nudge_by_id(ctx, value)
    await open_copies(ctx, nudge)
    await _decide(ctx, nudge, cohort, held=True)
    language = ctx.language
    undo = Button(label=words.release(language), action="nudge.release", value=value)
    return Reply(
        card=Card(text=words.held_now(language, kind=await name_of(ctx.db, language, nudge)), buttons=(undo,))
    )


async def release_pressed(ctx: Context, value: str) -> Reply:
    nudge, cohort = await nudge_by_id(ctx, value)
    await open_copies(ctx, nudge)
    await _decide(ctx, nudge, cohort, held=False, released=True)
    language = ctx.language
    again = Button(label=words.hold(language), action="nudge.hold", value=value)
    await ctx.db.refresh(nudge)
    when = dates.when(language, nudge.due_at, zone_for(ctx.me.zone, cohort.zone))
    text = words.released_now(language, kind=await name_of(ctx.db, language, nudge), when=when)
    return Reply(card=Card(text=text, buttons=(again,)))


async def now_pressed(ctx: Context, value: str) -> Reply:
    """All copies that have not gone become due at this moment."""
    nudge, cohort = await nudge_by_id(ctx, value)
    await open_copies(ctx, nudge)
    await _decide(ctx, nudge, cohort, held=False, released=True)
    copies = await open_copies(ctx, nudge)
    for copy in copies:
        copy.state, copy.reason, copy.due_because = "planned", "", "now"
        copy.due_at, copy.released = ctx.now, True
    ctx.audit("message_sent_now", f"nudge:{nudge.id}", copies=len(copies))
    return Reply(card=Card(text=words.on_its_way(ctx.language, n=len(copies))))


async def move_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    nudge, cohort = await nudge_by_id(ctx, context)
    await open_copies(ctx, nudge)
    language = ctx.language
    local = dates.in_zone(nudge.due_at, cohort.zone)
    return Form(
        name="nudge-move",
        title=words.move_title(language),
        submit=words.move(language),
        context=context,
        intro=words.move_intro(language, kind=await name_of(ctx.db, language, nudge)),
        fields=(
            Field(name="day", kind="date", label=words.day_label(language), initial=local.date().isoformat()),
            Field(name="at", kind="time", label=words.time_label(language), initial=f"{local:%H:%M}"),
        ),
    )


async def move_sent(ctx: Context, context: str, values: Values) -> Reply:
    nudge, cohort = await nudge_by_id(ctx, context)
    await open_copies(ctx, nudge)
    language, day, at = ctx.language, values["day"], values["at"]
    assert isinstance(day, date) and isinstance(at, time)  # noqa: PT018 - the form's own kinds
    moment = datetime.combine(day, at)
    if moment <= dates.in_zone(ctx.now, cohort.zone).replace(tzinfo=None):
        return Reply(errors={"day": words.is_past(language)})
    if nudge.expires_at is not None and moment.replace(tzinfo=load_zone(cohort.zone)) >= nudge.expires_at:
        until = dates.there(language, nudge.expires_at, zone_for(ctx.me.zone, cohort.zone))
        return Reply(errors={"day": words.is_too_late(language, when=until)})
    before = await _moved_to(ctx, nudge, cohort)
    await _decide(ctx, nudge, cohort, moved_to=moment)
    shown = f"{dates.long_day(language, day)}, {at:%H:%M}"
    text = words.moved_now(language, kind=await name_of(ctx.db, language, nudge), when=shown)
    value = pack(nudge.id, _written(moment), _written(before) if before else "")
    undo = Button(label=words.undo(language), action="nudge.unmove", value=value)
    return Reply(card=Card(text=text, buttons=(undo,)))


async def unmoved_pressed(ctx: Context, value: str) -> Reply:
    """Back to where it was before the move; refused once somebody has moved it since."""
    nudge_value, moved, before = unpack(value, str, str, str)
    nudge, cohort = await nudge_by_id(ctx, nudge_value)
    await open_copies(ctx, nudge)
    if await _moved_to(ctx, nudge, cohort) != _wall_clock(moved):
        raise Refusal(words.moved_since(ctx.language))
    await _decide(ctx, nudge, cohort, moved_to=_wall_clock(before))
    language = ctx.language
    await ctx.db.refresh(nudge)
    when = dates.when(language, nudge.due_at, zone_for(ctx.me.zone, cohort.zone))
    text = words.moved_back(language, kind=await name_of(ctx.db, language, nudge), when=when)
    return Reply(card=Card(text=text))


async def _moved_to(ctx: Context, nudge: Nudge, cohort: Cohort) -> datetime | None:
    series = await locked_series(ctx, cohort)
    return series.settings.messages.get(nudge.group, NO_DECISION).moved_to


def _written(wall_clock: datetime) -> str:
    """Without colons, for a button."""
    return f"{wall_clock:%Y%m%dT%H%M%S}"


def _wall_clock(written: str) -> datetime | None:
    """A date and time without a zone; None for anything else."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        return None


async def again_pressed(ctx: Context, value: str) -> Reply:
    """Send a message again that may have arrived."""
    nudge = await _doubtful(ctx, value)
    nudge.state, nudge.reason, nudge.sending_since = "planned", "", None
    nudge.due_at, nudge.due_because, nudge.expires_at = ctx.now, "now", None
    nudge.attempts, nudge.put_off_since = 0, None
    ctx.audit("message_sent_again", f"nudge:{nudge.id}")
    return Reply(card=Card(text=words.on_its_way(ctx.language, n=1)))


async def leave_pressed(ctx: Context, value: str) -> Reply:
    """Take it as arrived."""
    nudge = await _doubtful(ctx, value)
    nudge.state, nudge.reason = "sent", "taken_as_arrived"
    ctx.audit("message_taken_as_sent", f"nudge:{nudge.id}")
    return Reply(card=Card(text=words.taken_as_arrived(ctx.language)))


async def _doubtful(ctx: Context, value: str) -> Nudge:
    nudge, _ = await nudge_by_id(ctx, value)
    if nudge.state != NudgeState.UNKNOWN:
        raise Refusal(words.decided_already(ctx.language))
    return nudge


async def _decide(ctx: Context, nudge: Nudge, cohort: Cohort, **changes: object) -> None:
    series = await locked_series(ctx, cohort)
    before = series.settings.messages.get(nudge.group, NO_DECISION)
    decide(series, nudge.group, before.model_copy(update=changes))
    ctx.audit(
        "message_decided", f"nudge:{row_id(str(nudge.id))}", **{key: str(one) for key, one in changes.items()}
    )
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
