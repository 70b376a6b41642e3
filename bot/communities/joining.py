"""Joining, leaving (and undoing it), seats and the waiting list, and who appears in a cohort's channel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.communities.load_words import load_line
from bot.communities.opting_out import ALL_OPTIONAL, has_stopped
from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.lookup import (
    HOLDS_A_SEAT,
    TAKES_PART,
    channels_at,
    cohort_by_code,
    cohort_by_id,
    enrollment_of,
    seats_taken,
    staff_of,
    title_in,
)
from bot.core.permissions import Role
from bot.core.reply import Refusal, Reply
from bot.nudges.load_ahead import tell_load
from bot.nudges.planner import replan_cohort
from prompts.library import read_library
from prompts.words import communities as words
from prompts.words import subjects
from storage.base import opaque_id
from storage.people import Person
from storage.series import Cohort, Enrollment, EnrollmentStatus, Series, SeriesStatus

CHANNEL_KEPT_FOR = timedelta(hours=1)
"""How long somebody who left stays in the channel, so that an undo disturbs nobody."""
STAFF = (Role.ADMINISTRATOR, Role.FACILITATOR, Role.PRESENTER, Role.EVALUATOR)


# --- joining ------------------------------------------------------------------------------------------


async def join_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """A join code was typed."""
    cohort = await cohort_by_code(ctx, typed["code"])
    if cohort is None:
        raise Refusal(words.unknown_code(ctx.language, given=typed["code"]))
    return await ask_consent(ctx, cohort, cohort.join_code)


async def join_pressed(ctx: Context, value: str) -> Reply:
    """The Join button of an invitation (a row id) or of a code."""
    return await ask_consent(ctx, await _cohort_to_join(ctx, value), value)


async def ask_consent(ctx: Context, cohort: Cohort, value: str) -> Reply:
    """What taking part means, before anything is kept about it."""
    await _refuse_archived(ctx, cohort)
    enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if enrollment is not None and enrollment.status in TAKES_PART:
        return _already_in(ctx, cohort)
    if enrollment is not None and enrollment.status == EnrollmentStatus.WAITING:
        return Reply(card=Card(text=words.still_waiting(ctx.language, cohort=cohort.name)))
    series = await ctx.db.get_one(Series, cohort.series_id)
    notice = read_library().notice("who_sees_what")
    return Reply(
        card=Card(
            title=words.consent_title(ctx.language, series=title_in(series.title, ctx.language)),
            text=words.consent(ctx.language, cohort=cohort.name, who_sees=notice.text.say(ctx.language)),
            buttons=(
                Button(label=words.agree(ctx.language), action="join.agree", value=value, style="primary"),
                Button(label=words.not_now(ctx.language), action="join.not_now", value=str(cohort.id)),
            ),
        )
    )  # fmt: skip


async def agreed(ctx: Context, value: str) -> Reply:
    return await do_join(ctx, await _cohort_to_join(ctx, value))


async def not_now(ctx: Context, value: str) -> Reply:
    return Reply(card=Card(text=words.maybe_later(ctx.language)), replace=True)


async def do_join(ctx: Context, cohort: Cohort) -> Reply:
    """Take the seat, or a place on the waiting list. Doing it twice changes nothing."""
    await _refuse_archived(ctx, cohort)
    await _lock(ctx, cohort)
    enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if enrollment is not None and enrollment.status in TAKES_PART:
        return _already_in(ctx, cohort)
    holds = enrollment is not None and enrollment.status in HOLDS_A_SEAT
    must_wait = not holds and await _full(ctx, cohort)
    if enrollment is None:
        enrollment = Enrollment(cohort_id=cohort.id, person_id=ctx.me.id)
        ctx.db.add(enrollment)
    if must_wait:
        return await _wait(ctx, cohort, enrollment)
    enrollment.status, enrollment.paused_until, enrollment.left_at = "active", None, None
    enrollment.consented_at = enrollment.joined_at = ctx.now
    await ctx.db.flush()
    invite_to_channels(ctx, cohort, ctx.me)
    ctx.audit("joined", f"cohort:{cohort.id}")
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    load = await tell_load(ctx.db, ctx.kinds, enrollment, cohort, ctx.now)
    text, buttons = words.joined(ctx.language) + load_line(ctx.language, load), _after(ctx, cohort)
    if await has_stopped(ctx):
        text = text + "\n\n" + words.still_stopped(ctx.language)
        again = Button(label=words.messages_again(ctx.language), action="start", value=ALL_OPTIONAL)
        buttons = (again, *buttons)
    title = words.joined_title(ctx.language, cohort=cohort.name)
    return Reply(card=Card(title=title, text=text, buttons=buttons), replace=True)


async def _wait(ctx: Context, cohort: Cohort, enrollment: Enrollment) -> Reply:
    enrollment.status, enrollment.left_at = "waiting", None
    enrollment.joined_at = enrollment.joined_at or ctx.now
    await ctx.db.flush()
    return Reply(card=Card(text=words.cohort_full(ctx.language, cohort=cohort.name)), replace=True)


async def _full(ctx: Context, cohort: Cohort) -> bool:
    return cohort.capacity is not None and await seats_taken(ctx.db, cohort.id) >= cohort.capacity


async def _lock(ctx: Context, cohort: Cohort) -> None:
    """Two people must not get the last seat (SQLite has one writer anyway)."""
    await ctx.db.execute(select(Cohort.id).where(Cohort.id == cohort.id).with_for_update())


async def _cohort_to_join(ctx: Context, value: str) -> Cohort:
    """By row id only for whom a seat is kept: an id can be guessed, a code is given out."""
    by_code = await cohort_by_code(ctx, value)
    if by_code is not None:
        return by_code
    cohort = await cohort_by_id(ctx, value)
    if await enrollment_of(ctx.db, cohort.id, ctx.me.id) is None:
        raise Refusal(words.not_found(ctx.language))
    return cohort


async def _refuse_archived(ctx: Context, cohort: Cohort) -> None:
    series = await ctx.db.get_one(Series, cohort.series_id)
    if series.status in {SeriesStatus.CLOSED, SeriesStatus.ARCHIVED}:
        raise Refusal(words.series_over(ctx.language, cohort=cohort.name))


def _already_in(ctx: Context, cohort: Cohort) -> Reply:
    text = words.already_in(ctx.language, cohort=cohort.name)
    return Reply(card=Card(text=text, buttons=_after(ctx, cohort)))


def _after(ctx: Context, cohort: Cohort) -> tuple[Button, ...]:
    language, value = ctx.language, str(cohort.id)
    return (
        Button(label=words.introduce_yourself(language), form="introduce", value=value, style="primary"),
        Button(label=words.my_settings(language), form="settings"),
    )


def invite_to_channels(ctx: Context, cohort: Cohort, person: Person) -> None:
    """Ask for the person to be let into the cohort's channels, wherever they are known."""
    key = f"channel_invite:{cohort.id}:{person.id}:{opaque_id()}"
    ctx.job("channel_invite", key, {"cohort_id": cohort.id, "person_id": person.id})


# --- leaving ------------------------------------------------------------------------------------------


async def leave_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    waiting = await ctx.db.scalars(
        select(Cohort)
        .join(Enrollment)
        .where(
            Cohort.community_id == ctx.community.id,
            Enrollment.person_id == ctx.me.id,
            Enrollment.status == EnrollmentStatus.WAITING,
        )
    )
    name = (typed.get("cohort") or "").casefold()
    for cohort in waiting:  # a place in the queue is no cohort of mine yet, but I can give it up
        if not name or name == cohort.name.casefold():
            return await do_leave(ctx, cohort)
    return await do_leave(ctx, await ctx.cohort(name))


async def leave_pressed(ctx: Context, value: str) -> Reply:
    return await do_leave(ctx, await cohort_by_id(ctx, value))


async def do_leave(ctx: Context, cohort: Cohort) -> Reply:
    """Leave a cohort; nothing is deleted, and Undo puts everything back."""
    enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if enrollment is None:
        raise Refusal(words.not_enrolled(ctx.language, cohort=cohort.name))
    undo = Button(label=words.undo(ctx.language), action="leave.undo", value=str(cohort.id))
    if enrollment.status == EnrollmentStatus.LEFT:
        return Reply(card=Card(text=words.already_left(ctx.language, cohort=cohort.name), buttons=(undo,)))
    await take_out(ctx, cohort, enrollment)
    ctx.audit("left", f"cohort:{cohort.id}")
    return Reply(card=Card(text=words.left(ctx.language, cohort=cohort.name), buttons=(undo,)), replace=True)


async def take_out(ctx: Context, cohort: Cohort, enrollment: Enrollment) -> None:
    """They take part no more: out of the channel soon, their messages called off, their seat offered."""
    held = enrollment.status in HOLDS_A_SEAT
    enrollment.status, enrollment.left_at = "left", ctx.now
    details = {"cohort_id": cohort.id, "person_id": enrollment.person_id}
    key = f"channel_remove:{cohort.id}:{enrollment.person_id}:{opaque_id()}"
    ctx.job("channel_remove", key, details, at=ctx.now + CHANNEL_KEPT_FOR)
    await ctx.db.flush()
    if held:
        await offer_seat(ctx, cohort)
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)


async def bring_back(
    ctx: Context, cohort: Cohort, enrollment: Enrollment, person: Person, status: str
) -> bool:
    """Undo `take_out` for somebody else. They get the standing they had, as far as they consented to it;
    False where the seat is gone, and they wait for another."""
    await _lock(ctx, cohort)
    full = await _full(ctx, cohort)
    stands = status if status in (*HOLDS_A_SEAT, EnrollmentStatus.WAITING) else "invited"
    if stands in TAKES_PART and enrollment.consented_at is None:
        stands = "invited"
    enrollment.status = "waiting" if full else stands
    enrollment.left_at = None
    await ctx.db.flush()
    if enrollment.status in TAKES_PART:
        invite_to_channels(ctx, cohort, person)
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    return not full


async def leave_undone(ctx: Context, value: str) -> Reply:
    """Come back; to the waiting list when the seat has gone to somebody else meanwhile."""
    cohort = await cohort_by_id(ctx, value)
    enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if enrollment is None:
        raise Refusal(words.not_found(ctx.language))
    if enrollment.status == EnrollmentStatus.LEFT and enrollment.consented_at is None:
        await _lock(ctx, cohort)
        if await _full(ctx, cohort):
            return await _wait(ctx, cohort, enrollment)
        enrollment.status, enrollment.left_at = "invited", None
        return Reply(card=Card(text=words.back_again(ctx.language, cohort=cohort.name)), replace=True)
    return await do_join(ctx, cohort)


async def offer_seat(ctx: Context, cohort: Cohort) -> None:
    """Give a free seat to the first on the waiting list, who gets a message with a Join button."""
    if await _full(ctx, cohort):
        return
    waiting = (
        select(Enrollment)
        .where(Enrollment.cohort_id == cohort.id, Enrollment.status == EnrollmentStatus.WAITING)
        .order_by(col(Enrollment.joined_at), col(Enrollment.id))
    )
    first = (await ctx.db.scalars(waiting)).first()
    if first is None:
        return
    first.status = "invited"
    person = await ctx.db.get_one(Person, first.person_id)
    language = person.language
    join = Button(label=words.join(language), action="join", value=str(cohort.id), style="primary")
    ctx.post(
        Card(
            subject=subjects.seat(language, cohort=cohort.name),
            text=words.seat_free(language, cohort=cohort.name),
            buttons=(join,),
        ),
        person_id=person.id,
        cohort_id=cohort.id,
    )


# --- the cohort's channel ------------------------------------------------------------------------------


async def channel_joined(ctx: Context) -> Reply | None:
    """Somebody appeared in a cohort's channel, or in a team with several: who does not take part yet is asked
    to, in private."""
    here = [await ctx.db.get_one(Cohort, one.cohort_id) for one in await channels_at(ctx)]
    standing = {one.id: await enrollment_of(ctx.db, one.id, ctx.me.id) for one in here}
    theirs = [one for one in here if standing[one.id] is not None]
    offered = [one for one in theirs or here if await _may_be_asked(ctx, one, standing[one.id])]
    if len(offered) == 1:
        await _ask_in(ctx, offered[0], standing[offered[0].id])
    elif offered:
        _ask_which(ctx, offered)
    return None


async def _may_be_asked(ctx: Context, cohort: Cohort, enrollment: Enrollment | None) -> bool:
    if enrollment is not None and enrollment.status in (*TAKES_PART, EnrollmentStatus.WAITING):
        return False
    series = await ctx.db.get_one(Series, cohort.series_id)
    if ctx.me.id in await staff_of(ctx.db, series, *STAFF) or series.status in {
        SeriesStatus.CLOSED,
        SeriesStatus.ARCHIVED,
    }:
        return False
    return enrollment is not None or not await _full(ctx, cohort)


async def _ask_in(ctx: Context, cohort: Cohort, enrollment: Enrollment | None) -> None:
    if enrollment is None:
        ctx.db.add(Enrollment(cohort_id=cohort.id, person_id=ctx.me.id, status="invited"))
    value = cohort.join_code if enrollment and enrollment.status == EnrollmentStatus.LEFT else str(cohort.id)
    join = Button(label=words.join(ctx.language), action="join", value=value, style="primary")
    ctx.post(
        Card(
            subject=subjects.taking_part(ctx.language, cohort=cohort.name),
            text=words.seen_in_channel(ctx.language, cohort=cohort.name),
            buttons=(join,),
        ),
        person_id=ctx.me.id,
        cohort_id=cohort.id,
    )


def _ask_which(ctx: Context, cohorts: list[Cohort]) -> None:
    """A team with the channels of several cohorts: nobody gets a seat before they have chosen."""
    buttons = tuple(
        Button(label=words.join_this(ctx.language, cohort=one.name), action="join", value=one.join_code)
        for one in cohorts
    )
    language = ctx.language
    card = Card(subject=subjects.which_cohort(language), text=words.seen_in_team(language), buttons=buttons)
    ctx.post(card, person_id=ctx.me.id)


async def channel_left(ctx: Context) -> Reply | None:
    """Leaving the channel is not leaving the cohort: ask which was meant."""
    for channel in await channels_at(ctx):
        cohort = await ctx.db.get_one(Cohort, channel.cohort_id)
        enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id) if ctx.me.id else None
        if enrollment is None or enrollment.status not in TAKES_PART:
            continue
        buttons = (
            Button(label=words.leave_too(ctx.language), action="leave", value=str(cohort.id)),
            Button(label=words.let_me_in_again(ctx.language), action="channel.again", value=str(cohort.id)),
        )
        ctx.post(
            Card(
                subject=subjects.taking_part(ctx.language, cohort=cohort.name),
                text=words.left_channel(ctx.language, cohort=cohort.name),
                buttons=buttons,
            ),
            person_id=ctx.me.id,
            cohort_id=cohort.id,
        )
    return None


async def channel_again(ctx: Context, value: str) -> Reply:
    cohort = await cohort_by_id(ctx, value)
    enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        raise Refusal(words.not_enrolled(ctx.language, cohort=cohort.name))
    invite_to_channels(ctx, cohort, ctx.me)
    return Reply(card=Card(text=words.channel_soon(ctx.language)), replace=True)
