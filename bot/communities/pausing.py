"""Pause until a date, for everything optional or for one cohort, and resume."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card
from bot.communities.lookup import TAKES_PART, enrollment_of
from bot.communities.unfit import Unfit, beside_its_field
from bot.desk import Desk
from bot.errands import Errands
from bot.feature import Reply
from bot.forms import Field, Form, Values
from bot.nudges.planner import replan_cohort, replan_person
from prompts import dates
from prompts.words import communities as words
from storage.people import Person
from storage.series import Enrollment

LONGEST_PAUSE = timedelta(days=366)


async def do_pause(desk: Desk, until: date, cohort_name: str = "") -> Reply:
    """Hold back optional messages until `until`, which is the first day with messages again; with a
    cohort, everything of that cohort."""
    today = dates.in_zone(desk.now, desk.me.zone or desk.community.zone).date()
    if until <= today:
        raise Unfit("until", words.pause_in_past(desk.language))
    if until - today > LONGEST_PAUSE:
        raise Unfit("until", words.pause_too_long(desk.language))
    resume = Button(label=words.resume(desk.language), action="resume")
    day = dates.long_day(desk.language, until)
    if not cohort_name:
        desk.me.paused_until = until
        await desk.db.flush()
        await replan_person(desk.db, desk.me.id or 0, desk.now)
        return Reply(card=Card(text=words.paused(desk.language, day=day), buttons=(resume,)))
    cohort = await desk.cohort(cohort_name)
    enrollment = await enrollment_of(desk.db, cohort.id, desk.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        raise Unfit("cohort", words.not_enrolled(desk.language, cohort=cohort.name))
    enrollment.status, enrollment.paused_until = "paused", until
    await desk.db.flush()
    await replan_cohort(desk.db, cohort.id or 0, desk.now)
    text = words.paused_cohort(desk.language, cohort=cohort.name, day=day)
    return Reply(card=Card(text=text, buttons=(resume,)))


async def pause_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_pause(desk, typed["until"], typed.get("cohort") or "")


async def pause_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    return Form(
        name="pause",
        title=words.pause_title(desk.language),
        submit=words.save(desk.language),
        intro=words.pause_intro(desk.language),
        fields=(Field(name="until", kind="date", label=words.until_label(desk.language)),),
    )


async def pause_sent(desk: Desk, context: str, values: Values) -> Reply:
    return await beside_its_field(pause_typed(desk, dict(values)))


async def resume_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_resume(desk)


async def resume_pressed(desk: Desk, value: str) -> Reply:
    return await do_resume(desk)


async def do_resume(desk: Desk) -> Reply:
    """End every pause of mine. Without one, say so."""
    paused = list(
        await desk.db.scalars(
            select(Enrollment).where(Enrollment.person_id == desk.me.id, Enrollment.status == "paused")
        )
    )
    if desk.me.paused_until is None and not paused:
        return Reply(card=Card(text=words.not_paused(desk.language)))
    desk.me.paused_until = None
    for enrollment in paused:
        enrollment.status, enrollment.paused_until = "active", None
    await desk.db.flush()
    await replan_person(desk.db, desk.me.id or 0, desk.now)
    return Reply(card=Card(text=words.resumed(desk.language)), replace=True)


async def end_pauses(errands: Errands) -> None:
    """Housekeeping: a pause whose day has come is over."""
    now = errands.clock.now()
    cohort_ids = set()
    async with errands.database.write() as db:
        rows = await db.execute(
            select(Enrollment, Person)
            .join(Person, col(Person.id) == Enrollment.person_id)
            .where(Enrollment.status == "paused")
        )
        for enrollment, person in rows:
            until = enrollment.paused_until
            if until is None or until <= dates.in_zone(now, person.zone or "America/Los_Angeles").date():
                enrollment.status, enrollment.paused_until = "active", None
                cohort_ids.add(enrollment.cohort_id)
        await db.flush()
        for cohort_id in sorted(cohort_ids):
            await replan_cohort(db, cohort_id, now)
