"""Skip a round, pause until a date, come back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot.cards import Button, Card
from bot.communities.lookup import TAKES_PART, cohort_by_id, enrollment_of
from bot.communities.unfit import Unfit, beside_its_field
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Values
from bot.nudges.planner import replan_person
from bot.partners.pairing import sit_out, step_out
from prompts import dates
from prompts.words import partners as words
from storage.series import Cohort, Enrollment

LONGEST_PAUSE = timedelta(days=366)


async def seat_in(desk: Desk, cohort: Cohort) -> Enrollment:
    """My own enrollment. Raises `Refusal` when I do not take part."""
    enrollment = await enrollment_of(desk.db, cohort.id, desk.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        raise Refusal(words.not_enrolled(desk.language))
    return enrollment


async def skip_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_skip(desk, await desk.cohort(typed.get("cohort") or ""))


async def skip_pressed(desk: Desk, value: str) -> Reply:
    return await do_skip(desk, await cohort_by_id(desk, value))


async def do_skip(desk: Desk, cohort: Cohort) -> Reply:
    """Sit out one round: the one made already when nobody was told of it yet, else the next."""
    await seat_in(desk, cohort)
    this = await step_out(desk.db, cohort.id, desk.me.id or 0)
    await sit_out(desk.db, cohort.id or 0, desk.me.id or 0, "returned" if this else "skip", desk.now)
    text = words.skips_this(desk.language) if this else words.skips_next(desk.language)
    return Reply(card=Card(text=text, buttons=() if this else (back_button(desk, cohort),)))


async def pause_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_pause(desk, await desk.cohort(typed.get("cohort") or ""), typed["until"])


async def do_pause(desk: Desk, cohort: Cohort, until: date) -> Reply:
    """No partners until `until`, the first day on which I am paired again."""
    await seat_in(desk, cohort)
    today = dates.in_zone(desk.now, desk.me.zone or cohort.zone).date()
    if until <= today:
        raise Unfit("until", words.until_past(desk.language))
    if until - today > LONGEST_PAUSE:
        raise Unfit("until", words.until_far(desk.language))
    await step_out(desk.db, cohort.id, desk.me.id or 0)
    pause = await sit_out(desk.db, cohort.id or 0, desk.me.id or 0, "asked", desk.now)
    pause.until = until
    text = words.paused_until(desk.language, day=dates.long_day(desk.language, until))
    return Reply(card=Card(text=text, buttons=(back_button(desk, cohort),)))


async def pause_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    cohort = await cohort_by_id(desk, context) if context else await desk.cohort(initial.get("cohort") or "")
    await seat_in(desk, cohort)
    return Form(
        name="partners-pause",
        title=words.pause_title(desk.language),
        submit=words.save(desk.language),
        context=str(cohort.id),
        fields=(Field(name="until", kind="date", label=words.until_label(desk.language)),),
    )


async def pause_sent(desk: Desk, context: str, values: Values) -> Reply:
    until = values["until"]
    assert isinstance(until, date)
    return await beside_its_field(do_pause(desk, await cohort_by_id(desk, context), until))


async def back_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_back(desk, await desk.cohort(typed.get("cohort") or ""))


async def back_pressed(desk: Desk, value: str) -> Reply:
    return await do_back(desk, await cohort_by_id(desk, value))


async def do_back(desk: Desk, cohort: Cohort) -> Reply:
    """End any pause of mine; this also says yes to partners for who had not."""
    enrollment = await seat_in(desk, cohort)
    await sit_out(desk.db, cohort.id or 0, desk.me.id or 0, "returned", desk.now)
    if not enrollment.partners_opt_in:
        enrollment.partners_opt_in = True
        await desk.db.flush()
        await replan_person(desk.db, desk.me.id or 0, desk.now)
    return Reply(card=Card(text=words.back_again(desk.language)))


def back_button(desk: Desk, cohort: Cohort) -> Button:
    return Button(label=words.back_button(desk.language), action="partners.back", value=str(cohort.id))
