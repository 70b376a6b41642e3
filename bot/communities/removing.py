"""Taking somebody out of a cohort: shown first, and taken back by one press. Nothing is deleted."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, func, select

from bot.communities.joining import bring_back, take_out
from bot.core.button_values import unpack
from bot.core.cards import Button, Card, pack
from bot.core.context import Context
from bot.core.lookup import cohort_by_id, enrollment_of
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts.words import communities as words
from storage.nudges import Nudge, NudgeState
from storage.people import Person
from storage.series import Cohort, Enrollment, EnrollmentStatus


async def remove_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """What would happen; nothing changes yet."""
    person: Person = typed["person"]
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    await _standing(ctx, cohort, person)
    language, value = ctx.language, pack(cohort.id, person.id)
    planned = select(func.count()).where(
        Nudge.cohort_id == cohort.id,
        Nudge.person_id == person.id,
        col(Nudge.state).in_((NudgeState.PLANNED, NudgeState.HELD)),
    )
    count = await ctx.db.scalar(planned) or 0
    text = words.remove_means(language, name=person.name, cohort=cohort.name, n=count)
    return Reply(
        card=Card(
            title=words.remove_title(language, name=person.name),
            text=text,
            buttons=(
                Button(label=words.remove_it(language), action="member.remove", value=value, style="danger"),
                Button(label=words.not_now(language), action="cohort.keep", value=""),
            ),
        )
    )


async def remove_pressed(ctx: Context, value: str) -> Reply:
    cohort, person = await _behind(ctx, value)
    enrollment = await _standing(ctx, cohort, person)
    before = enrollment.status
    await take_out(ctx, cohort, enrollment)
    ctx.audit("member_removed", f"cohort:{cohort.id}", person=person.id)
    undo = Button(label=words.undo(ctx.language), action="member.back", value=pack(value, before))
    said = words.removed(ctx.language, name=person.name, cohort=cohort.name)
    return Reply(card=Card(text=said, buttons=(undo,)), replace=True)


async def back_pressed(ctx: Context, value: str) -> Reply:
    """The undo: their seat, as far as it is free."""
    cohort, person = await _behind(ctx, value)
    _, _, before = unpack(value, str, str, str)
    enrollment = await enrollment_of(ctx.db, cohort.id, person.id)
    if enrollment is None or enrollment.status != EnrollmentStatus.LEFT:
        raise Refusal(words.nothing_was_changed(ctx.language))
    waits = not await bring_back(ctx, cohort, enrollment, person, before)
    ctx.audit("member_back", f"cohort:{cohort.id}", person=person.id)
    told = words.back_on_the_list if waits else words.member_back
    said = told(ctx.language, name=person.name, cohort=cohort.name)
    return Reply(card=Card(text=said), replace=True)


async def _behind(ctx: Context, value: str) -> tuple[Cohort, Person]:
    """The cohort and person of a button; I run the cohort. Raises `Refusal`."""
    cohort_id, person_id, _ = unpack(value, str, int, str)
    cohort = await cohort_by_id(ctx, cohort_id)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    person = await ctx.db.get(Person, person_id)
    if person is None or person.community_id != ctx.community.id:
        raise Refusal(words.not_found(ctx.language))
    return cohort, person


async def _standing(ctx: Context, cohort: Cohort, person: Person) -> Enrollment:
    enrollment = await enrollment_of(ctx.db, cohort.id, person.id)
    if enrollment is None or enrollment.status == EnrollmentStatus.LEFT:
        raise Refusal(words.not_a_member(ctx.language, name=person.name, cohort=cohort.name))
    return enrollment
