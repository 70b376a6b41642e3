"""A person's own settings: zone, quiet hours, language, and which messages they want."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import time
from typing import Any

from sqlmodel import col, delete

from bot.communities.load_words import load_line, loads_by_choice, with_load
from bot.communities.opting_out import ALL_OPTIONAL, opted_out
from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.field_error import FieldError, unread
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import my_enrollments
from bot.core.reply import Reply
from bot.nudges.load_ahead import PARTNERS, tell_load
from bot.nudges.planner import replan_person
from bot.timekeeping import Misread, parse_quiet_hours, parse_yes_no
from bot.timekeeping.quiet_hours import QuietHours
from bot.timekeeping.readers_hours import COUNTRIES
from bot.timekeeping.zone_words import parse_zone
from prompts.text import Marked
from prompts.words import communities as words
from storage.people import OptOut, Person
from storage.series import Cohort


def shown_quiet_hours(quiet_from: int | None, quiet_to: int | None) -> str:
    """``17:00-08:00``, as the parser reads it back; empty for none."""
    if quiet_from is None or quiet_to is None:
        return ""
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (quiet_from, quiet_to))


async def do_settings(
    ctx: Context,
    *,
    zone: str | None = None,
    quiet: str | None = None,
    language: str | None = None,
    wanted: Iterable[str] | None = None,
    partners: bool | None = None,
    country: str | None = None,
    contact: bool | None = None,
) -> Reply:
    """Change what is given and leave the rest. All is checked before anything changes."""
    new_zone = _zone(ctx, zone)
    hours = _quiet_hours(ctx, quiet)
    if language is not None and language not in ctx.community.languages:
        choices = ", ".join(ctx.community.languages)
        raise FieldError("language", words.language_unfit(ctx.language, choices=choices))
    holidays_of = _country(ctx, country)
    if new_zone is not None:
        ctx.me.zone = new_zone
    if holidays_of is not None:
        ctx.me.country = holidays_of
    if quiet is not None:
        ctx.me.quiet_from = _minute(hours.start) if hours else None
        ctx.me.quiet_to = _minute(hours.end) if hours else None
    if language is not None:
        ctx.me.language = language
    if contact is not None:
        ctx.me.shares_contact = contact
    if wanted is not None:
        await _set_opt_outs(ctx, set(ctx.kinds.stoppable) - set(wanted))
    if partners is not None:
        for enrollment in await my_enrollments(ctx):
            enrollment.partners_opt_in = partners
    await ctx.db.flush()
    await replan_person(ctx.db, ctx.kinds, ctx.me.id, ctx.now)
    loads = await _tell_loads(ctx)
    card = await settings_card(ctx)
    return Reply(card=card.model_copy(update={"text": card.text + loads}))


async def _tell_loads(ctx: Context) -> Marked:
    """What each of my cohorts will send from now on: what I was told before no longer holds."""
    lines = Marked("")
    for enrollment in await my_enrollments(ctx):
        cohort = await ctx.db.get_one(Cohort, enrollment.cohort_id)
        lines += load_line(ctx.language, await tell_load(ctx.db, ctx.kinds, enrollment, cohort, ctx.now))
    return lines


def _zone(ctx: Context, given: str | None) -> str | None:
    if given is None:
        return None
    read = parse_zone(given) if given.strip() else ""
    if isinstance(read, Misread):
        raise FieldError("zone", unread(ctx.language, read))
    return read


def _country(ctx: Context, given: str | None) -> str | None:
    """The code of a country whose holidays are known; empty for the one that the zone lies in."""
    code = given.strip().upper() if given is not None else None
    if code and code not in COUNTRIES:
        raise FieldError("country", words.country_unfit(ctx.language, given=code[:20]))
    return code


def _quiet_hours(ctx: Context, given: str | None) -> QuietHours | None:
    read = parse_quiet_hours(given) if given and given.strip() else None
    if isinstance(read, Misread):
        raise FieldError("quiet", unread(ctx.language, read))
    return read


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


async def _set_opt_outs(ctx: Context, unwanted: set[str]) -> None:
    """Exactly these kinds are refused from now on; kinds that the form does not offer stay as they are."""
    before = await opted_out(ctx)
    back = {kind for kind in (*ctx.kinds.stoppable, ALL_OPTIONAL) if kind in before - unwanted}
    await ctx.db.execute(delete(OptOut).where(col(OptOut.person_id) == ctx.me.id, col(OptOut.kind).in_(back)))
    for kind in sorted(unwanted - before):
        ctx.db.add(OptOut(person_id=ctx.me.id, kind=kind, since=ctx.now))


async def settings_card(ctx: Context) -> Card:
    language, me = ctx.language, ctx.me
    out = await opted_out(ctx)
    wanted = (
        []
        if ALL_OPTIONAL in out
        else [label(language) for kind, label in ctx.kinds.stoppable.items() if kind not in out]
    )
    return Card(
        title=words.settings_title(language),
        text=words.settings_now(
            language,
            zone=me.zone or words.zone_of_cohort(language),
            quiet=shown_quiet_hours(me.quiet_from, me.quiet_to) or words.none_set(language),
            language=words.language_name(language, me.language),
            wanted=", ".join(wanted) or words.none_of_them(language),
        ),
        buttons=(Button(label=words.change(language), form="settings"),),
    )


# --- the doors ----------------------------------------------------------------------------------------


async def settings_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Without anything given: the form."""
    if not typed:
        return Reply(form=await settings_form(ctx, "", {}))
    return await do_settings(
        ctx,
        zone=typed.get("zone"),
        quiet=typed.get("quiet"),
        language=typed.get("language"),
        partners=_yes_no(ctx, "partners", typed),
        country=typed.get("country"),
        contact=_yes_no(ctx, "contact", typed),
    )


def _yes_no(ctx: Context, name: str, typed: Mapping[str, Any]) -> bool | None:
    """None when it was not typed."""
    read = parse_yes_no(typed[name]) if typed.get(name) is not None else None
    if isinstance(read, Misread):
        raise FieldError(name, unread(ctx.language, read))
    return read


async def settings_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    language, out = ctx.language, await opted_out(ctx)
    enrollments = await my_enrollments(ctx)
    paired = any(one.partners_opt_in for one in enrollments)
    effects, told = await loads_by_choice(ctx, enrollments, {*out, *(() if paired else (PARTNERS,))})
    return Form(
        name="settings",
        title=words.settings_title(language),
        submit=words.save(language),
        intro=told,
        fields=(
            *_about_me(language, ctx.me),
            _my_language(ctx),
            _wanted(ctx, out, effects),
            Field(
                name="partners",
                kind="checkbox",
                label=with_load(language, words.partners_label(language), effects.get(PARTNERS, 0)),
                required=False,
                initial=paired,
            ),
            Field(
                name="contact",
                kind="checkbox",
                label=words.contact_label(language),
                required=False,
                initial=ctx.me.shares_contact,
            ),
        ),
    )


def _about_me(language: str, me: Person) -> tuple[Field, ...]:
    """Where and when I am: each may be left empty."""
    quiet = shown_quiet_hours(me.quiet_from, me.quiet_to)
    return tuple(
        Field(
            name=name,
            kind="text",
            label=label(language),
            required=False,
            most=most,
            hint=hint(language),
            initial=now or None,
        )
        for name, label, hint, most, now in (
            ("zone", words.zone_label, words.zone_hint, 80, me.zone),
            ("quiet", words.quiet_label, words.quiet_hint, 80, quiet),
            ("country", words.country_label, words.country_hint, 2, me.country),
        )
    )


def _my_language(ctx: Context) -> Field:
    offered = ctx.community.languages
    return Field(
        name="language",
        kind="choice",
        label=words.language_label(ctx.language),
        options=tuple(Option(value=one, label=words.language_name(ctx.language, one)) for one in offered),
        initial=ctx.me.language if ctx.me.language in offered else None,
    )


def _wanted(ctx: Context, out: Collection[str], effects: Mapping[str, float]) -> Field:
    """Which kinds of message I want, each with how many those are."""
    language, kinds = ctx.language, ctx.kinds.stoppable
    return Field(
        name="wanted",
        kind="choices",
        label=words.wanted_label(language),
        required=False,
        options=tuple(
            Option(value=kind, label=with_load(language, label(language), effects.get(kind, 0)))
            for kind, label in kinds.items()
        ),
        hint=(words.wanted_hint_counted if effects else words.wanted_hint)(language),
        initial=() if ALL_OPTIONAL in out else tuple(kind for kind in kinds if kind not in out),
    )


async def settings_sent(ctx: Context, context: str, values: Values) -> Reply:
    wanted = values["wanted"]
    return await do_settings(
        ctx,
        zone=str(values["zone"]),
        quiet=str(values["quiet"]),
        language=str(values["language"]),
        wanted=map(str, wanted) if isinstance(wanted, tuple) else (),
        partners=bool(values["partners"]),
        contact=bool(values.get("contact")),
        country=str(values.get("country") or ""),
    )
