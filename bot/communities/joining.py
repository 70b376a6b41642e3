"""Joining, leaving (and undoing it), seats and the waiting list, and who appears in a cohort's channel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card
from bot.communities.lookup import (
    HOLDS_A_SEAT,
    TAKES_PART,
    cohort_by_code,
    cohort_by_id,
    enrollment_of,
    seats_taken,
    staff_of,
    title_in,
)
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.nudges.planner import replan_cohort
from bot.permissions import Role
from prompts.library import read_library
from prompts.words import communities as words
from storage.base import opaque_id
from storage.people import Person
from storage.series import Cohort, CohortChannel, Enrollment, Series

CHANNEL_KEPT_FOR = timedelta(hours=1)
"""How long somebody who left stays in the channel, so that an undo disturbs nobody."""
STAFF = (Role.ADMINISTRATOR, Role.FACILITATOR, Role.PRESENTER, Role.EVALUATOR)


# --- joining ------------------------------------------------------------------------------------------


async def join_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """A join code was typed."""
    cohort = await cohort_by_code(desk, typed["code"])
    if cohort is None:
        raise Refusal(words.unknown_code(desk.language, given=typed["code"]))
    return await ask_consent(desk, cohort, cohort.join_code)


async def join_pressed(desk: Desk, value: str) -> Reply:
    """The Join button of an invitation (a row id) or of a code."""
    return await ask_consent(desk, await _cohort_to_join(desk, value), value)


async def ask_consent(desk: Desk, cohort: Cohort, value: str) -> Reply:
    """What taking part means, before anything is kept about it."""
    await _refuse_archived(desk, cohort)
    enrollment = await enrollment_of(desk.db, cohort.id, desk.me.id)
    if enrollment is not None and enrollment.status in TAKES_PART:
        return _already_in(desk, cohort)
    if enrollment is not None and enrollment.status == "waiting":
        return Reply(card=Card(text=words.still_waiting(desk.language, cohort=cohort.name)))
    series = await desk.db.get_one(Series, cohort.series_id)
    notice = read_library().notice("who_sees_what")
    return Reply(
        card=Card(
            title=words.consent_title(desk.language, series=title_in(series.title, desk.language)),
            text=words.consent(desk.language, cohort=cohort.name, who_sees=notice.text.say(desk.language)),
            buttons=(
                Button(label=words.agree(desk.language), action="join.agree", value=value, style="primary"),
                Button(label=words.not_now(desk.language), action="join.not_now", value=str(cohort.id)),
            ),
        )
    )  # fmt: skip


async def agreed(desk: Desk, value: str) -> Reply:
    return await do_join(desk, await _cohort_to_join(desk, value))


async def not_now(desk: Desk, value: str) -> Reply:
    return Reply(card=Card(text=words.maybe_later(desk.language)), replace=True)


async def do_join(desk: Desk, cohort: Cohort) -> Reply:
    """Take the seat, or a place on the waiting list. Doing it twice changes nothing."""
    await _refuse_archived(desk, cohort)
    await _lock(desk, cohort)
    enrollment = await enrollment_of(desk.db, cohort.id, desk.me.id)
    if enrollment is not None and enrollment.status in TAKES_PART:
        return _already_in(desk, cohort)
    holds = enrollment is not None and enrollment.status in HOLDS_A_SEAT
    must_wait = not holds and await _full(desk, cohort)
    if enrollment is None:
        enrollment = Enrollment(cohort_id=cohort.id or 0, person_id=desk.me.id or 0)
        desk.db.add(enrollment)
    if must_wait:
        return await _wait(desk, cohort, enrollment)
    enrollment.status, enrollment.paused_until, enrollment.left_at = "active", None, None
    enrollment.consented_at = enrollment.joined_at = desk.now
    await desk.db.flush()
    invite_to_channels(desk, cohort, desk.me)
    desk.audit("joined", f"cohort:{cohort.id}")
    await replan_cohort(desk.db, cohort.id or 0, desk.now)
    return Reply(
        card=Card(
            title=words.joined_title(desk.language, cohort=cohort.name),
            text=words.joined(desk.language),
            buttons=_after(desk, cohort),
        ),
        replace=True,
    )


async def _wait(desk: Desk, cohort: Cohort, enrollment: Enrollment) -> Reply:
    enrollment.status, enrollment.left_at = "waiting", None
    enrollment.joined_at = enrollment.joined_at or desk.now
    await desk.db.flush()
    return Reply(card=Card(text=words.cohort_full(desk.language, cohort=cohort.name)), replace=True)


async def _full(desk: Desk, cohort: Cohort) -> bool:
    return cohort.capacity is not None and await seats_taken(desk.db, cohort.id) >= cohort.capacity


async def _lock(desk: Desk, cohort: Cohort) -> None:
    """Two people must not get the last seat (SQLite has one writer anyway)."""
    await desk.db.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())


async def _cohort_to_join(desk: Desk, value: str) -> Cohort:
    """By row id only for whom a seat is kept: an id can be guessed, a code is given out."""
    by_code = await cohort_by_code(desk, value)
    if by_code is not None:
        return by_code
    cohort = await cohort_by_id(desk, value)
    if await enrollment_of(desk.db, cohort.id, desk.me.id) is None:
        raise Refusal(words.not_found(desk.language))
    return cohort


async def _refuse_archived(desk: Desk, cohort: Cohort) -> None:
    series = await desk.db.get_one(Series, cohort.series_id)
    if series.status in {"closed", "archived"}:
        raise Refusal(words.series_over(desk.language, cohort=cohort.name))


def _already_in(desk: Desk, cohort: Cohort) -> Reply:
    text = words.already_in(desk.language, cohort=cohort.name)
    return Reply(card=Card(text=text, buttons=_after(desk, cohort)))


def _after(desk: Desk, cohort: Cohort) -> tuple[Button, ...]:
    say, value = desk.language, str(cohort.id)
    return (
        Button(label=words.introduce_yourself(say), form="introduce", value=value, style="primary"),
        Button(label=words.my_settings(say), form="settings"),
    )


def invite_to_channels(desk: Desk, cohort: Cohort, person: Person) -> None:
    """Ask for the person to be let into the cohort's channels, wherever they are known."""
    key = f"channel_invite:{cohort.id}:{person.id}:{opaque_id()}"
    desk.errand("channel_invite", key, {"cohort_id": cohort.id, "person_id": person.id})


# --- leaving ------------------------------------------------------------------------------------------


async def leave_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    waiting = await desk.db.scalars(
        select(Cohort)
        .join(Enrollment)
        .where(
            Cohort.community_id == desk.community.id,
            Enrollment.person_id == desk.me.id,
            Enrollment.status == "waiting",
        )
    )
    name = (typed.get("cohort") or "").casefold()
    for cohort in waiting:  # a place in the queue is no cohort of mine yet, but I can give it up
        if not name or name == cohort.name.casefold():
            return await do_leave(desk, cohort)
    return await do_leave(desk, await desk.cohort(name))


async def leave_pressed(desk: Desk, value: str) -> Reply:
    return await do_leave(desk, await cohort_by_id(desk, value))


async def do_leave(desk: Desk, cohort: Cohort) -> Reply:
    """Leave a cohort; nothing is deleted, and Undo puts everything back."""
    enrollment = await enrollment_of(desk.db, cohort.id, desk.me.id)
    if enrollment is None:
        raise Refusal(words.not_enrolled(desk.language, cohort=cohort.name))
    undo = Button(label=words.undo(desk.language), action="leave.undo", value=str(cohort.id))
    if enrollment.status == "left":
        return Reply(card=Card(text=words.already_left(desk.language, cohort=cohort.name), buttons=(undo,)))
    held = enrollment.status in HOLDS_A_SEAT
    enrollment.status, enrollment.left_at = "left", desk.now
    details = {"cohort_id": cohort.id, "person_id": desk.me.id}
    key = f"channel_remove:{cohort.id}:{desk.me.id}:{opaque_id()}"
    desk.errand("channel_remove", key, details, at=desk.now + CHANNEL_KEPT_FOR)
    desk.audit("left", f"cohort:{cohort.id}")
    await desk.db.flush()
    if held:
        await offer_seat(desk, cohort)
    await replan_cohort(desk.db, cohort.id or 0, desk.now)
    return Reply(card=Card(text=words.left(desk.language, cohort=cohort.name), buttons=(undo,)), replace=True)


async def leave_undone(desk: Desk, value: str) -> Reply:
    """Come back; to the waiting list when the seat has gone to somebody else meanwhile."""
    cohort = await cohort_by_id(desk, value)
    enrollment = await enrollment_of(desk.db, cohort.id, desk.me.id)
    if enrollment is None:
        raise Refusal(words.not_found(desk.language))
    if enrollment.status == "left" and enrollment.consented_at is None:
        await _lock(desk, cohort)
        if await _full(desk, cohort):
            return await _wait(desk, cohort, enrollment)
        enrollment.status, enrollment.left_at = "invited", None
        return Reply(card=Card(text=words.back_again(desk.language, cohort=cohort.name)), replace=True)
    return await do_join(desk, cohort)


async def offer_seat(desk: Desk, cohort: Cohort) -> None:
    """Give a free seat to the first on the waiting list, who gets a message with a Join button."""
    if await _full(desk, cohort):
        return
    waiting = (
        select(Enrollment)
        .where(Enrollment.cohort_id == cohort.id, Enrollment.status == "waiting")
        .order_by(col(Enrollment.joined_at), col(Enrollment.id))
    )
    first = (await desk.db.scalars(waiting)).first()
    if first is None:
        return
    first.status = "invited"
    person = await desk.db.get_one(Person, first.person_id)
    say = person.language
    join = Button(label=words.join(say), action="join", value=str(cohort.id), style="primary")
    desk.post(
        Card(text=words.seat_free(say, cohort=cohort.name), buttons=(join,)),
        person_id=person.id,
        cohort_id=cohort.id,
    )


# --- the cohort's channel ------------------------------------------------------------------------------


async def channel_joined(desk: Desk) -> Reply | None:
    """Somebody appeared in a cohort's channel: who does not take part yet is asked to, in private."""
    found = await _channel_here(desk)
    if found is None:
        return None
    cohort = await desk.db.get_one(Cohort, found.cohort_id)
    enrollment = await enrollment_of(desk.db, cohort.id, desk.me.id)
    if enrollment is not None and enrollment.status in (*TAKES_PART, "waiting"):
        return None
    series = await desk.db.get_one(Series, cohort.series_id)
    if desk.me.id in await staff_of(desk.db, series, *STAFF) or series.status in {"closed", "archived"}:
        return None
    if enrollment is None:
        if await _full(desk, cohort):
            return None
        desk.db.add(Enrollment(cohort_id=cohort.id or 0, person_id=desk.me.id or 0, status="invited"))
    value = cohort.join_code if enrollment and enrollment.status == "left" else str(cohort.id)
    join = Button(label=words.join(desk.language), action="join", value=value, style="primary")
    desk.post(
        Card(text=words.seen_in_channel(desk.language, cohort=cohort.name), buttons=(join,)),
        person_id=desk.me.id,
        cohort_id=cohort.id,
    )
    return None


async def channel_left(desk: Desk) -> Reply | None:
    """Leaving the channel is not leaving the cohort: ask which was meant."""
    found = await _channel_here(desk)
    if found is None:
        return None
    cohort = await desk.db.get_one(Cohort, found.cohort_id)
    enrollment = await enrollment_of(desk.db, cohort.id, desk.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        return None
    buttons = (
        Button(label=words.leave_too(desk.language), action="leave", value=str(cohort.id)),
        Button(label=words.let_me_in_again(desk.language), action="channel.again", value=str(cohort.id)),
    )
    desk.post(
        Card(text=words.left_channel(desk.language, cohort=cohort.name), buttons=buttons),
        person_id=desk.me.id,
        cohort_id=cohort.id,
    )
    return None


async def channel_again(desk: Desk, value: str) -> Reply:
    cohort = await cohort_by_id(desk, value)
    enrollment = await enrollment_of(desk.db, cohort.id, desk.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        raise Refusal(words.not_enrolled(desk.language, cohort=cohort.name))
    invite_to_channels(desk, cohort, desk.me)
    return Reply(card=Card(text=words.channel_soon(desk.language)), replace=True)


async def _channel_here(desk: Desk) -> CohortChannel | None:
    if not desk.event.where.conversation:
        return None
    found = await desk.db.scalars(
        select(CohortChannel).where(
            CohortChannel.workspace_id == desk.workspace.id,
            CohortChannel.conversation == desk.event.where.conversation,
        )
    )
    return found.first()
