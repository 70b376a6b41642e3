"""A person's own settings: zone, quiet hours, language, and which messages they want."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from sqlmodel import col, delete, select

from bot.communities.load_words import load_line, loads_by_choice, with_load
from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.field_error import FieldError, as_field_error, unread
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import my_enrollments
from bot.core.reply import Refusal, Reply
from bot.nudges.load_ahead import PARTNERS, tell_load
from bot.nudges.planner import replan_person
from bot.timekeeping import Misread, parse_quiet_hours, parse_yes_no
from bot.timekeeping.quiet_hours import QuietHours
from bot.timekeeping.readers_hours import COUNTRIES
from bot.timekeeping.zone_words import parse_zone
from prompts.text import Marked
from prompts.words import communities as words
from storage.people import OptOut
from storage.series import Cohort

ALL_OPTIONAL = "optional"
_EVERY_KIND = frozenset({"", "all", "everything", "todo", "todos"})
"""What people type for all of them."""
_SAID_WITH_STOP = frozenset({
    "please", "it", "now", "this", "that", "them", "the", "these", "those", "all", "any", "more",
    "messages", "message", "everything", "sending", "me", "to", "and", "writing", "texting", "texts",
    "bothering", "por", "favor", "ya", "ahora", "esto", "todo", "todos", "los", "las", "estos", "mensajes",
    "enviarme", "de", "escribirme", "enviar", "mandarme", "mensaje",
})  # fmt: skip
"""Words that name no kind of message: ``stop please`` means all."""


def shown_quiet_hours(quiet_from: int | None, quiet_to: int | None) -> str:
    """``17:00-08:00``, as the parser reads it back; empty for none."""
    if quiet_from is None or quiet_to is None:
        return ""
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (quiet_from, quiet_to))


async def opted_out(ctx: Context) -> set[str]:
    """The kinds of message that I do not want; `ALL_OPTIONAL` stands for every optional one."""
    return set(await ctx.db.scalars(select(OptOut.kind).where(OptOut.person_id == ctx.me.id)))


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
    language, me = ctx.language, ctx.me
    out = await opted_out(ctx)
    wanted = () if ALL_OPTIONAL in out else tuple(kind for kind in ctx.kinds.stoppable if kind not in out)
    enrollments = await my_enrollments(ctx)
    paired = any(one.partners_opt_in for one in enrollments)
    effects, told = await loads_by_choice(ctx, enrollments, {*out, *(() if paired else (PARTNERS,))})
    kinds = tuple(
        Option(value=kind, label=with_load(language, label(language), effects.get(kind, 0)))
        for kind, label in ctx.kinds.stoppable.items()
    )
    languages = tuple(
        Option(value=one, label=words.language_name(language, one)) for one in ctx.community.languages
    )
    return Form(
        name="settings",
        title=words.settings_title(language),
        submit=words.save(language),
        intro=told,
        fields=(
            Field(
                name="zone",
                kind="text",
                label=words.zone_label(language),
                required=False,
                most=80,
                hint=words.zone_hint(language),
                initial=me.zone or None,
            ),
            Field(
                name="quiet",
                kind="text",
                label=words.quiet_label(language),
                required=False,
                most=80,
                hint=words.quiet_hint(language),
                initial=shown_quiet_hours(me.quiet_from, me.quiet_to) or None,
            ),
            Field(
                name="country",
                kind="text",
                label=words.country_label(language),
                required=False,
                most=2,
                hint=words.country_hint(language),
                initial=me.country or None,
            ),
            Field(
                name="language",
                kind="choice",
                label=words.language_label(language),
                options=languages,
                initial=me.language if me.language in ctx.community.languages else None,
            ),
            Field(
                name="wanted",
                kind="choices",
                label=words.wanted_label(language),
                required=False,
                options=kinds,
                hint=(words.wanted_hint_counted if effects else words.wanted_hint)(language),
                initial=wanted,
            ),
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
                initial=me.shares_contact,
            ),
        ),
    )


async def settings_sent(ctx: Context, context: str, values: Values) -> Reply:
    wanted = values["wanted"]
    return await as_field_error(
        do_settings(
            ctx,
            zone=str(values["zone"]),
            quiet=str(values["quiet"]),
            language=str(values["language"]),
            wanted=map(str, wanted) if isinstance(wanted, tuple) else (),
            partners=bool(values["partners"]),
            contact=bool(values.get("contact")),
            country=str(values.get("country") or ""),
        )
    )


# --- stop and start -----------------------------------------------------------------------------------


async def stop_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_stop(ctx, typed.get("kind") or "")


async def stop_pressed(ctx: Context, value: str) -> Reply:
    return await do_stop(ctx, value)


async def do_stop(ctx: Context, kind: str) -> Reply:
    """No more messages of one kind, or of any optional kind; says what still arrives."""
    kind = _kind(ctx, kind) or ALL_OPTIONAL
    if kind not in await opted_out(ctx):
        ctx.db.add(OptOut(person_id=ctx.me.id, kind=kind, since=ctx.now))
        await ctx.db.flush()
        await replan_person(ctx.db, ctx.kinds, ctx.me.id, ctx.now)
    if kind == ALL_OPTIONAL:
        text = words.stopped_all(ctx.language)
    else:
        text = words.stopped_kind(ctx.language, kind=ctx.kinds.stoppable[kind](ctx.language))
    undo = Button(label=words.undo(ctx.language), action="start", value=kind)
    settings = Button(label=words.my_settings(ctx.language), form="settings")
    return Reply(card=Card(text=text, buttons=(undo, settings)))


async def has_stopped(ctx: Context) -> bool:
    """Whether I refused any kind of message."""
    return (
        await ctx.db.scalars(select(OptOut).where(OptOut.person_id == ctx.me.id).limit(1))
    ).first() is not None


def names_kind(ctx: Context, given: str) -> bool:
    """Whether this is a kind of message, by its name."""
    try:
        return bool(given.strip()) and (given.strip().casefold() in _EVERY_KIND or bool(_kind(ctx, given)))
    except Refusal:
        return False


async def start_pressed(ctx: Context, value: str) -> Reply:
    return await do_start(ctx, value)


async def do_start(ctx: Context, kind: str) -> Reply:
    """Messages again: of one kind, or all that were ever refused."""
    kind = "" if kind == ALL_OPTIONAL else _kind(ctx, kind)
    kinds = [kind] if kind else [ALL_OPTIONAL, *ctx.kinds.stoppable]
    await ctx.db.execute(
        delete(OptOut).where(col(OptOut.person_id) == ctx.me.id, col(OptOut.kind).in_(kinds))
    )
    await ctx.db.flush()
    await replan_person(ctx.db, ctx.kinds, ctx.me.id, ctx.now)
    text = words.started_all(ctx.language)
    if kind:
        text = words.started_kind(ctx.language, kind=ctx.kinds.stoppable[kind](ctx.language))
    return Reply(
        card=Card(text=text, buttons=(Button(label=words.my_settings(ctx.language), form="settings"),))
    )


def _kind(ctx: Context, given: str) -> str:
    """A kind of message by its name in the database or on the screen; empty for all."""
    wanted = given.strip().casefold()
    if wanted in _EVERY_KIND or set(re.findall(r"\w+", wanted)) <= _SAID_WITH_STOP:
        return ""
    for kind, label in ctx.kinds.stoppable.items():
        if wanted in {kind, kind.replace("_", " "), str(label(ctx.language)).casefold()}:
            return kind
    choices = ", ".join(label(ctx.language) for label in ctx.kinds.stoppable.values())
    raise FieldError("kind", words.unknown_kind(ctx.language, given=given[:60], choices=choices))
