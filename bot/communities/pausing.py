"""Pause until a date, for everything optional or for one cohort, and resume."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Form, fields_of
from bot.core.inputs import Argument
from bot.core.jobs import JobContext
from bot.core.lookup import TAKES_PART, enrollment_of
from bot.core.reply import Reply
from bot.nudges.planner import replan_cohort, replan_person
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.words import communities as words
from storage.people import Person
from storage.series import Cohort, Enrollment, EnrollmentStatus

LONGEST_PAUSE = timedelta(days=366)
PAUSE = (Argument("until", "date", label=words.until_label), Argument("cohort", "word", required=False))


async def do_pause(ctx: Context, until: date, cohort_name: str = "") -> Reply:
    """Hold back optional messages until `until`, which is the first day with messages again; with a
    cohort, everything of that cohort."""
    today = dates.in_zone(ctx.now, zone_for(ctx.me.zone, ctx.community.zone)).date()
    if until <= today:
        raise FieldError("until", words.pause_in_past(ctx.language))
    if until - today > LONGEST_PAUSE:
        raise FieldError("until", words.pause_too_long(ctx.language))
    resume = Button(label=words.resume(ctx.language), action="resume")
    day = dates.long_day(ctx.language, until)
    if not cohort_name:
        ctx.me.paused_until = until
        ctx.audit("paused", f"person:{ctx.me.id}")
        await ctx.db.flush()
        await replan_person(ctx.db, ctx.kinds, ctx.me.id, ctx.now)
        return Reply(card=Card(text=words.paused(ctx.language, day=day), buttons=(resume,)))
    cohort = await ctx.cohort(cohort_name)
    enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        raise FieldError("cohort", words.not_enrolled(ctx.language, cohort=cohort.name))
    enrollment.status, enrollment.paused_until = "paused", until
    ctx.audit("paused", f"cohort:{cohort.id}")
    await ctx.db.flush()
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    text = words.paused_cohort(ctx.language, cohort=cohort.name, day=day)
    return Reply(card=Card(text=text, buttons=(resume,)))


async def pause_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_pause(ctx, typed["until"], typed.get("cohort") or "")


async def pause_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    return Form(
        name="pause",
        title=words.pause_title(ctx.language),
        submit=words.save(ctx.language),
        intro=words.pause_intro(ctx.language),
        fields=fields_of(PAUSE, ctx.language, initial),
    )


async def resume_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_resume(ctx)


async def resume_pressed(ctx: Context, value: str) -> Reply:
    return await do_resume(ctx)


async def do_resume(ctx: Context) -> Reply:
    """End every pause of mine. Without one, say so."""
    paused = list(
        await ctx.db.scalars(
            select(Enrollment).where(
                Enrollment.person_id == ctx.me.id, Enrollment.status == EnrollmentStatus.PAUSED
            )
        )
    )
    if ctx.me.paused_until is None and not paused:
        return Reply(card=Card(text=words.not_paused(ctx.language)))
    ctx.me.paused_until = None
    for enrollment in paused:
        enrollment.status, enrollment.paused_until = "active", None
    await ctx.db.flush()
    await replan_person(ctx.db, ctx.kinds, ctx.me.id, ctx.now)
    return Reply(card=Card(text=words.resumed(ctx.language)), replace=True)


async def end_pauses(jobs: JobContext) -> None:
    """Housekeeping: a pause whose day has come is over."""
    now = jobs.clock.now()
    cohort_ids = set()
    async with jobs.database.write() as db:
        rows = await db.execute(
            select(Enrollment, Person, Cohort)
            .join(Person, col(Person.id) == Enrollment.person_id)
            .join(Cohort, col(Cohort.id) == Enrollment.cohort_id)
            .where(Enrollment.status == EnrollmentStatus.PAUSED)
        )
        for enrollment, person, cohort in rows:
            until = enrollment.paused_until
            if until is None or until <= dates.in_zone(now, zone_for(person.zone, cohort.zone)).date():
                enrollment.status, enrollment.paused_until = "active", None
                cohort_ids.add(enrollment.cohort_id)
        await db.flush()
        for cohort_id in sorted(cohort_ids):
            await replan_cohort(db, jobs.kinds, cohort_id, now)
