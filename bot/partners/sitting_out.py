"""Skip a round, pause until a date, come back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Form, fields_of
from bot.core.inputs import Argument
from bot.core.lookup import TAKES_PART, cohort_by_id, enrollment_of
from bot.core.reply import Refusal, Reply
from bot.nudges.planner import replan_person
from bot.partners.pairing import sit_out, step_out
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.words import partners as words
from storage.series import Cohort, Enrollment

LONGEST_PAUSE = timedelta(days=366)
PAUSE = (Argument("until", "date", label=words.until_label), Argument("cohort", "word", required=False))


async def seat_in(ctx: Context, cohort: Cohort) -> Enrollment:
    """My own enrollment. Raises `Refusal` when I do not take part."""
    enrollment = await enrollment_of(ctx.db, cohort.id, ctx.me.id)
    if enrollment is None or enrollment.status not in TAKES_PART:
        raise Refusal(words.not_enrolled(ctx.language))
    return enrollment


async def skip_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_skip(ctx, await ctx.cohort(typed.get("cohort") or ""))


async def skip_pressed(ctx: Context, value: str) -> Reply:
    return await do_skip(ctx, await cohort_by_id(ctx, value))


async def do_skip(ctx: Context, cohort: Cohort) -> Reply:
    """Sit out one round: the one made already when nobody was told of it yet, else the next."""
    await seat_in(ctx, cohort)
    this = await step_out(ctx.db, cohort.id, ctx.me.id)
    await sit_out(ctx.db, cohort.id, ctx.me.id, "returned" if this else "skip", ctx.now)
    text = words.skips_this(ctx.language) if this else words.skips_next(ctx.language)
    return Reply(card=Card(text=text, buttons=() if this else (back_button(ctx, cohort),)))


async def pause_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_pause(ctx, await ctx.cohort(typed.get("cohort") or ""), typed["until"])


async def do_pause(ctx: Context, cohort: Cohort, until: date) -> Reply:
    """No partners until `until`, the first day on which I am paired again."""
    await seat_in(ctx, cohort)
    today = dates.in_zone(ctx.now, zone_for(ctx.me.zone, cohort.zone)).date()
    if until <= today:
        raise FieldError("until", words.until_past(ctx.language))
    if until - today > LONGEST_PAUSE:
        raise FieldError("until", words.until_far(ctx.language))
    await step_out(ctx.db, cohort.id, ctx.me.id)
    pause = await sit_out(ctx.db, cohort.id, ctx.me.id, "asked", ctx.now)
    pause.until = until
    text = words.paused_until(ctx.language, day=dates.long_day(ctx.language, until))
    return Reply(card=Card(text=text, buttons=(back_button(ctx, cohort),)))


async def pause_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    cohort = await cohort_by_id(ctx, context) if context else await ctx.cohort(initial.get("cohort") or "")
    await seat_in(ctx, cohort)
    return Form(
        name="partners-pause",
        title=words.pause_title(ctx.language),
        submit=words.save(ctx.language),
        context=str(cohort.id),
        fields=fields_of(PAUSE, ctx.language, initial),
    )


async def back_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_back(ctx, await ctx.cohort(typed.get("cohort") or ""))


async def back_pressed(ctx: Context, value: str) -> Reply:
    return await do_back(ctx, await cohort_by_id(ctx, value))


async def do_back(ctx: Context, cohort: Cohort) -> Reply:
    """End any pause of mine; this also says yes to partners for who had not."""
    enrollment = await seat_in(ctx, cohort)
    await sit_out(ctx.db, cohort.id, ctx.me.id, "returned", ctx.now)
    if not enrollment.partners_opt_in:
        enrollment.partners_opt_in = True
        await ctx.db.flush()
        await replan_person(ctx.db, ctx.kinds, ctx.me.id, ctx.now)
    return Reply(card=Card(text=words.back_again(ctx.language)))


def back_button(ctx: Context, cohort: Cohort) -> Button:
    return Button(label=words.back_button(ctx.language), action="partners.back", value=str(cohort.id))
