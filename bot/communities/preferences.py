"""A person's own settings: zone, quiet hours, language, and which messages they want."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from sqlmodel import col, delete, select

from bot.cards import Button, Card
from bot.communities.lookup import my_enrollments
from bot.communities.unfit import Unfit, beside_its_field, unread
from bot.desk import Desk
from bot.feature import Reply
from bot.forms import Field, Form, Option, Values
from bot.nudges.planner import replan_person
from bot.nudges.quiet_hours import QuietHours
from bot.parsing import Misread, parse_quiet_hours, parse_yes_no
from bot.sessions.zone_words import parse_zone
from prompts.words import communities as words
from storage.people import OptOut

ALL_OPTIONAL = "optional"
_EVERY_KIND = frozenset({"", "all", "everything", "todo", "todos"})
"""What people type for all of them."""


def shown_quiet_hours(quiet_from: int | None, quiet_to: int | None) -> str:
    """``17:00-08:00``, as the parser reads it back; empty for none."""
    if quiet_from is None or quiet_to is None:
        return ""
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (quiet_from, quiet_to))


async def opted_out(desk: Desk) -> set[str]:
    """The kinds of message that I do not want; `ALL_OPTIONAL` stands for every optional one."""
    return set(await desk.db.scalars(select(OptOut.kind).where(OptOut.person_id == desk.me.id)))


async def do_settings(
    desk: Desk,
    *,
    zone: str | None = None,
    quiet: str | None = None,
    language: str | None = None,
    wanted: Iterable[str] | None = None,
    partners: bool | None = None,
) -> Reply:
    """Change what is given and leave the rest. All is checked before anything changes."""
    new_zone = _zone(desk, zone)
    hours = _quiet_hours(desk, quiet)
    if language is not None and language not in desk.community.languages:
        choices = ", ".join(desk.community.languages)
        raise Unfit("language", words.language_unfit(desk.language, choices=choices))
    if new_zone is not None:
        desk.me.zone = new_zone
    if quiet is not None:
        desk.me.quiet_from = _minute(hours.start) if hours else None
        desk.me.quiet_to = _minute(hours.end) if hours else None
    if language is not None:
        desk.me.language = language
    if wanted is not None:
        await _set_opt_outs(desk, set(words.KINDS) - set(wanted))
    if partners is not None:
        for enrollment in await my_enrollments(desk):
            enrollment.partners_opt_in = partners
    await desk.db.flush()
    await replan_person(desk.db, desk.me.id or 0, desk.now)
    return Reply(card=await settings_card(desk))


def _zone(desk: Desk, given: str | None) -> str | None:
    if given is None:
        return None
    read = parse_zone(given) if given.strip() else ""
    if isinstance(read, Misread):
        raise Unfit("zone", unread(desk.language, read))
    return read


def _quiet_hours(desk: Desk, given: str | None) -> QuietHours | None:
    read = parse_quiet_hours(given) if given and given.strip() else None
    if isinstance(read, Misread):
        raise Unfit("quiet", unread(desk.language, read))
    return read


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


async def _set_opt_outs(desk: Desk, unwanted: set[str]) -> None:
    """Exactly these kinds are refused from now on; kinds that the form does not offer stay as they are."""
    before = await opted_out(desk)
    back = {kind for kind in (*words.KINDS, ALL_OPTIONAL) if kind in before - unwanted}
    await desk.db.execute(
        delete(OptOut).where(col(OptOut.person_id) == desk.me.id, col(OptOut.kind).in_(back))
    )
    for kind in sorted(unwanted - before):
        desk.db.add(OptOut(person_id=desk.me.id or 0, kind=kind, since=desk.now))


async def settings_card(desk: Desk) -> Card:
    say, me = desk.language, desk.me
    out = await opted_out(desk)
    wanted = (
        [] if ALL_OPTIONAL in out else [label(say) for kind, label in words.KINDS.items() if kind not in out]
    )
    return Card(
        title=words.settings_title(say),
        text=words.settings_now(
            say,
            zone=me.zone or words.zone_of_cohort(say),
            quiet=shown_quiet_hours(me.quiet_from, me.quiet_to) or words.none_set(say),
            language=words.language_name(say, me.language),
            wanted=", ".join(wanted) or words.none_of_them(say),
        ),
        buttons=(Button(label=words.change(say), form="settings"),),
    )


# --- the doors ----------------------------------------------------------------------------------------


async def settings_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Without anything given: the form."""
    if not typed:
        return Reply(form=await settings_form(desk, "", {}))
    partners = typed.get("partners")
    read = parse_yes_no(partners) if partners is not None else None
    if isinstance(read, Misread):
        raise Unfit("partners", unread(desk.language, read))
    return await do_settings(
        desk, zone=typed.get("zone"), quiet=typed.get("quiet"), language=typed.get("language"), partners=read
    )


async def settings_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    say, me = desk.language, desk.me
    out = await opted_out(desk)
    wanted = () if ALL_OPTIONAL in out else tuple(kind for kind in words.KINDS if kind not in out)
    enrollments = await my_enrollments(desk)
    kinds = tuple(Option(value=kind, label=label(say)) for kind, label in words.KINDS.items())
    languages = tuple(
        Option(value=one, label=words.language_name(say, one)) for one in desk.community.languages
    )
    return Form(
        name="settings",
        title=words.settings_title(say),
        submit=words.save(say),
        fields=(
            Field(name="zone", kind="text", label=words.zone_label(say), required=False, most=80,
                  hint=words.zone_hint(say), initial=me.zone or None),
            Field(name="quiet", kind="text", label=words.quiet_label(say), required=False, most=80,
                  hint=words.quiet_hint(say), initial=shown_quiet_hours(me.quiet_from, me.quiet_to) or None),
            Field(name="language", kind="choice", label=words.language_label(say), options=languages,
                  initial=me.language if me.language in desk.community.languages else None),
            Field(name="wanted", kind="choices", label=words.wanted_label(say), required=False, options=kinds,
                  hint=words.wanted_hint(say), initial=wanted),
            Field(name="partners", kind="checkbox", label=words.partners_label(say), required=False,
                  initial=any(one.partners_opt_in for one in enrollments)),
        ),
    )  # fmt: skip


async def settings_sent(desk: Desk, context: str, values: Values) -> Reply:
    wanted = values["wanted"]
    return await beside_its_field(
        do_settings(
            desk,
            zone=str(values["zone"]),
            quiet=str(values["quiet"]),
            language=str(values["language"]),
            wanted=map(str, wanted) if isinstance(wanted, tuple) else (),
            partners=bool(values["partners"]),
        )
    )


# --- stop and start -----------------------------------------------------------------------------------


async def stop_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_stop(desk, typed.get("kind") or "")


async def stop_pressed(desk: Desk, value: str) -> Reply:
    return await do_stop(desk, value)


async def do_stop(desk: Desk, kind: str) -> Reply:
    """No more messages of one kind, or of any optional kind; says what still arrives."""
    kind = _kind(desk, kind) or ALL_OPTIONAL
    if kind not in await opted_out(desk):
        desk.db.add(OptOut(person_id=desk.me.id or 0, kind=kind, since=desk.now))
        await desk.db.flush()
        await replan_person(desk.db, desk.me.id or 0, desk.now)
    if kind == ALL_OPTIONAL:
        text = words.stopped_all(desk.language)
    else:
        text = words.stopped_kind(desk.language, kind=words.KINDS[kind](desk.language))
    undo = Button(label=words.undo(desk.language), action="start", value=kind)
    settings = Button(label=words.my_settings(desk.language), form="settings")
    return Reply(card=Card(text=text, buttons=(undo, settings)))


async def start_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_start(desk, typed.get("kind") or "")


async def start_pressed(desk: Desk, value: str) -> Reply:
    return await do_start(desk, value)


async def do_start(desk: Desk, kind: str) -> Reply:
    """Messages again: of one kind, or all that were ever refused."""
    kind = "" if kind == ALL_OPTIONAL else _kind(desk, kind)
    kinds = [kind] if kind else [ALL_OPTIONAL, *words.KINDS]
    await desk.db.execute(
        delete(OptOut).where(col(OptOut.person_id) == desk.me.id, col(OptOut.kind).in_(kinds))
    )
    await desk.db.flush()
    await replan_person(desk.db, desk.me.id or 0, desk.now)
    text = words.started_all(desk.language)
    if kind:
        text = words.started_kind(desk.language, kind=words.KINDS[kind](desk.language))
    return Reply(
        card=Card(text=text, buttons=(Button(label=words.my_settings(desk.language), form="settings"),))
    )


def _kind(desk: Desk, given: str) -> str:
    """A kind of message by its name in the database or on the screen; empty for all."""
    wanted = given.strip().casefold()
    if wanted in _EVERY_KIND:
        return ""
    for kind, label in words.KINDS.items():
        if wanted in {kind, kind.replace("_", " "), str(label(desk.language)).casefold()}:
            return kind
    choices = ", ".join(label(desk.language) for label in words.KINDS.values())
    raise Unfit("kind", words.unknown_kind(desk.language, given=given[:60], choices=choices))
