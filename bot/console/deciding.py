"""Hold, release, move, send now, and what to do about a message of which nobody knows whether it arrived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from bot.cards import Button, Card
from bot.communities.lookup import row_id
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Values
from bot.messages.naming import name_of
from bot.messages.planned_groups import locked_series, nudge_by_id, open_copies
from bot.nudges.decisions import NO_DECISION, decide, decisions_of
from bot.nudges.planner import replan_cohort
from prompts import dates
from prompts.words import messages as words
from storage.nudges import Nudge
from storage.series import Cohort


async def hold_pressed(desk: Desk, value: str) -> Reply:
    nudge, cohort = await nudge_by_id(desk, value)
    await open_copies(desk, nudge)
    await _decide(desk, nudge, cohort, held=True)
    say = desk.language
    undo = Button(label=words.release(say), action="nudge.release", value=value)
    return Reply(
        card=Card(text=words.held_now(say, kind=await name_of(desk.db, say, nudge)), buttons=(undo,))
    )


async def release_pressed(desk: Desk, value: str) -> Reply:
    nudge, cohort = await nudge_by_id(desk, value)
    await open_copies(desk, nudge)
    await _decide(desk, nudge, cohort, held=False, released=True)
    say = desk.language
    again = Button(label=words.hold(say), action="nudge.hold", value=value)
    await desk.db.refresh(nudge)
    when = dates.when(say, nudge.due_at, desk.me.zone or cohort.zone)
    text = words.released_now(say, kind=await name_of(desk.db, say, nudge), when=when)
    return Reply(card=Card(text=text, buttons=(again,)))


async def now_pressed(desk: Desk, value: str) -> Reply:
    """All copies that have not gone become due at this moment."""
    nudge, cohort = await nudge_by_id(desk, value)
    await open_copies(desk, nudge)
    await _decide(desk, nudge, cohort, held=False, released=True)
    copies = await open_copies(desk, nudge)
    for copy in copies:
        copy.state, copy.reason, copy.due_because = "planned", "", "now"
        copy.due_at, copy.released = desk.now, True
    desk.audit("message_sent_now", f"nudge:{nudge.id}", copies=len(copies))
    return Reply(card=Card(text=words.on_its_way(desk.language, n=len(copies))))


async def move_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    nudge, cohort = await nudge_by_id(desk, context)
    await open_copies(desk, nudge)
    say = desk.language
    local = dates.in_zone(nudge.due_at, cohort.zone)
    return Form(
        name="nudge-move",
        title=words.move_title(say),
        submit=words.move(say),
        context=context,
        intro=words.move_intro(say, kind=await name_of(desk.db, say, nudge)),
        fields=(
            Field(name="day", kind="date", label=words.day_label(say), initial=local.date().isoformat()),
            Field(name="at", kind="time", label=words.time_label(say), initial=f"{local:%H:%M}"),
        ),
    )


async def move_sent(desk: Desk, context: str, values: Values) -> Reply:
    nudge, cohort = await nudge_by_id(desk, context)
    await open_copies(desk, nudge)
    say, day, at = desk.language, values["day"], values["at"]
    assert isinstance(day, date) and isinstance(at, time)  # noqa: PT018 - the form's own kinds
    moment = datetime.combine(day, at)
    if moment <= dates.in_zone(desk.now, cohort.zone).replace(tzinfo=None):
        return Reply(errors={"day": words.is_past(say)})
    await _decide(desk, nudge, cohort, moved_to=moment)
    shown = f"{dates.long_day(say, day)}, {at:%H:%M}"
    return Reply(card=Card(text=words.moved_now(say, kind=await name_of(desk.db, say, nudge), when=shown)))


async def again_pressed(desk: Desk, value: str) -> Reply:
    """Send a message again that may have arrived."""
    nudge = await _doubtful(desk, value)
    nudge.state, nudge.reason, nudge.sending_since = "planned", "", None
    nudge.due_at, nudge.due_because, nudge.expires_at = desk.now, "now", None
    desk.audit("message_sent_again", f"nudge:{nudge.id}")
    return Reply(card=Card(text=words.on_its_way(desk.language, n=1)))


async def leave_pressed(desk: Desk, value: str) -> Reply:
    """Take it as arrived."""
    nudge = await _doubtful(desk, value)
    nudge.state, nudge.reason = "sent", "taken_as_arrived"
    desk.audit("message_taken_as_sent", f"nudge:{nudge.id}")
    return Reply(card=Card(text=words.taken_as_arrived(desk.language)))


async def _doubtful(desk: Desk, value: str) -> Nudge:
    nudge, _ = await nudge_by_id(desk, value)
    if nudge.state != "unknown":
        raise Refusal(words.decided_already(desk.language))
    return nudge


async def _decide(desk: Desk, nudge: Nudge, cohort: Cohort, **changes: object) -> None:
    series = await locked_series(desk, cohort)
    before = decisions_of(series).get(nudge.group, NO_DECISION)
    decide(series, nudge.group, before.model_copy(update=changes))
    desk.audit(
        "message_decided", f"nudge:{row_id(str(nudge.id))}", **{key: str(one) for key, one in changes.items()}
    )
    await replan_cohort(desk.db, cohort.id or 0, desk.now)
