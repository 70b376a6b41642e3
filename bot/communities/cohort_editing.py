"""Correcting a cohort: its name, seats and zone; shown first, and taken back by one press."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import select

from bot.communities.structure import CAPACITY, MOST_SEATS, NAME, ZONE, read_name
from bot.core.cards import Button, Card, Fact
from bot.core.changes import as_value, from_value
from bot.core.context import Context
from bot.core.field_error import FieldError, unread
from bot.core.forms import Form, Values, fields_of
from bot.core.lookup import cohort_by_id, seats_taken
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.nudges.planner import replan_cohort
from bot.timekeeping import Misread
from bot.timekeeping.zone_words import parse_zone
from prompts.text import Marked
from prompts.words import communities as words
from storage.series import Cohort

FIELDS = ("name", "seats", "zone")
NO_LIMIT = "0"
SEATS = replace(CAPACITY, name="seats", hint=words.seats_hint, lowest=0)
EDIT = (replace(NAME, required=False), SEATS, ZONE)
"""What is not typed stays as it is; the form shows all, and leaves no name or zone empty."""


async def cohort_edit_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """With values, the preview of just these; with none, the form."""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    given = {name: str(typed[name]) for name in FIELDS if typed.get(name) is not None}
    if not given:
        return Reply(form=await cohort_edit_form(ctx, str(cohort.id), {}))
    return await _preview(ctx, cohort, given)


async def cohort_edit_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    cohort = await _mine(ctx, context) if context else await ctx.cohort("", Action.RUN_COHORT)
    language = ctx.language
    return Form(
        name="cohort-edit",
        title=words.cohort_edit_title(language),
        submit=words.show_change(language),
        context=str(cohort.id),
        fields=fields_of(
            (NAME, replace(ZONE, required=True), SEATS),
            language,
            {"name": cohort.name, "zone": cohort.zone, "seats": cohort.capacity},
        ),
    )


async def cohort_edit_sent(ctx: Context, context: str, values: Values) -> Reply:
    given = {name: str(values.get(name) or "") for name in FIELDS}
    given["seats"] = given["seats"] or NO_LIMIT
    return await _preview(ctx, await _mine(ctx, context), given)


async def _preview(ctx: Context, cohort: Cohort, given: Mapping[str, str]) -> Reply:
    changes = await _checked(ctx, cohort, given)
    if not changes:
        raise Refusal(words.nothing_changes(ctx.language))
    language, before = ctx.language, as_it_is(cohort)
    change = Button(label=words.change_it(language), action="cohort.change", style="primary",
                    value=as_value(cohort.id, changes))  # fmt: skip
    return Reply(
        card=Card(
            title=words.cohort_changes_title(language, cohort=cohort.name),
            text=words.zone_change_means(language) if "zone" in changes else Marked(""),
            facts=_facts(language, before, changes),
            buttons=(change, Button(label=words.not_now(language), action="cohort.keep", value="")),
        )
    )


def _facts(language: str, before: Mapping[str, str], changes: Mapping[str, str]) -> tuple[Fact, ...]:
    labels = {
        "name": words.cohort_name_label,
        "zone": words.zone_label,
        "seats": words.capacity_label,
    }
    return tuple(
        Fact(
            label=labels[name](language),
            value=words.from_to(language, old=_shown(language, before[name]), new=_shown(language, new)),
        )
        for name, new in changes.items()
    )


def _shown(language: str, value: str) -> Marked | str:
    return words.no_limit(language) if value == NO_LIMIT else value


def as_it_is(cohort: Cohort) -> dict[str, str]:
    return {"name": cohort.name, "zone": cohort.zone, "seats": str(cohort.capacity or NO_LIMIT)}


async def _checked(ctx: Context, cohort: Cohort, given: Mapping[str, str]) -> dict[str, str]:
    """What would really change, as it would stand. Raises `FieldError`."""
    wanted = dict(given)
    if "name" in wanted:
        wanted["name"] = read_name(ctx, "name", wanted["name"])
        same = select(Cohort.id).where(
            Cohort.series_id == cohort.series_id, Cohort.name == wanted["name"], Cohort.id != cohort.id
        )
        if (await ctx.db.scalars(same)).first():
            raise FieldError("name", words.already_there(ctx.language, name=wanted["name"]))
    if "zone" in wanted:
        zone = parse_zone(wanted["zone"])
        if isinstance(zone, Misread):
            raise FieldError("zone", unread(ctx.language, zone))
        wanted["zone"] = zone
    if "seats" in wanted:
        wanted["seats"] = await _seats(ctx, cohort, wanted["seats"])
    before = as_it_is(cohort)
    return {name: wanted[name] for name in FIELDS if name in wanted and wanted[name] != before[name]}


async def _seats(ctx: Context, cohort: Cohort, given: str) -> str:
    """Never fewer than are taken: nobody loses a seat by a correction."""
    if not re.fullmatch(r"\d{1,9}", given) or int(given) > MOST_SEATS:
        raise FieldError("seats", words.capacity_unfit(ctx.language, most=MOST_SEATS))
    taken = await seats_taken(ctx.db, cohort.id)
    if given != NO_LIMIT and int(given) < taken:
        raise FieldError("seats", words.seats_are_taken(ctx.language, n=taken))
    return str(int(given))


async def cohort_change_pressed(ctx: Context, value: str) -> Reply:
    """Make the change, or (the undo is the same) put back what stood before."""
    row, given = from_value(value)
    cohort = await _mine(ctx, row)
    before = as_it_is(cohort)
    changes = await _checked(ctx, cohort, {name: text for name, text in given.items() if name in FIELDS})
    if not changes:
        return Reply(card=Card(text=words.nothing_changes(ctx.language)), replace=True)
    cohort.name = changes.get("name", cohort.name)
    cohort.zone = changes.get("zone", cohort.zone)
    if "seats" in changes:
        cohort.capacity = int(changes["seats"]) or None
    await ctx.db.flush()
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    ctx.audit("cohort_edited", f"cohort:{cohort.id}", fields=sorted(changes))
    back = as_value(cohort.id, {name: before[name] for name in changes})
    undo = Button(label=words.undo(ctx.language), action="cohort.change", value=back)
    facts = _facts(ctx.language, before, changes)
    said = words.cohort_changed(ctx.language, cohort=cohort.name)
    return Reply(card=Card(text=said, facts=facts, buttons=(undo,)), replace=True)


async def cohort_kept(ctx: Context, value: str) -> Reply:
    return Reply(card=Card(text=words.nothing_was_changed(ctx.language)), replace=True)


async def _mine(ctx: Context, value: str) -> Cohort:
    cohort = await cohort_by_id(ctx, value)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    return cohort
