"""Who may do what: first set-up, roles given and taken."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlmodel import col, func, select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, pack
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Form, Option, fields_of
from bot.core.inputs import Argument
from bot.core.lookup import all_series, row_id, series_named, title_in
from bot.core.permissions import Role
from bot.core.reply import Refusal, Reply
from prompts.text import Marked
from prompts.words import communities as words
from storage.people import AuditEvent, Duty, Person
from storage.series import Series

GIVEN = (Role.ADMINISTRATOR, Role.FACILITATOR, Role.PRESENTER, Role.EVALUATOR)
ROLE = (
    Argument("person", "person", label=words.person_label),
    Argument("role", "choice", choices=tuple(GIVEN), label=words.role_label),
    Argument("series", "word", required=False, label=words.role_series_label, hint=words.role_series_hint),
)
WRONG_CODE = "setup_refused"
TRIES_WITHIN = timedelta(hours=1)
TRIES_OF_ONE, TRIES_OF_ALL = 5, 20
"""Wrong set-up codes within `TRIES_WITHIN`: of one person, and of all people together."""
log = structlog.get_logger()


async def setup_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The first administrator, by the code shown at installation. It works once."""
    code = ctx.community.settings.setup_code
    if not code:
        raise Refusal(words.setup_done(ctx.language))
    if await _tried_too_often(ctx):
        raise Refusal(words.setup_wait(ctx.language))
    if not secrets.compare_digest(typed["code"].strip().encode(), code.encode()):
        ctx.audit(WRONG_CODE, f"person:{ctx.me.id}")  # a reply, since a refusal would roll this back
        log.warning("setup_code_wrong", person=ctx.me.id, workspace=ctx.workspace.id)
        return Reply(card=Card(text=words.setup_wrong(ctx.language)))
    ctx.community.settings = ctx.community.settings.model_copy(update={"setup_code": ""})
    ctx.db.add(Duty(person_id=ctx.me.id, role=Role.ADMINISTRATOR))
    ctx.audit("setup", f"person:{ctx.me.id}")
    settings = Button(label=words.community_title(ctx.language), form="community", style="primary")
    return Reply(card=Card(text=words.setup_welcome(ctx.language), buttons=(settings,)))


async def _tried_too_often(ctx: Context) -> bool:
    """Whether this person, or everybody together, has given too many wrong codes within the hour."""
    tries = select(func.count()).where(
        AuditEvent.community_id == ctx.community.id,
        AuditEvent.action == WRONG_CODE,
        AuditEvent.at > ctx.now - TRIES_WITHIN,
    )
    mine = await ctx.db.scalar(tries.where(AuditEvent.actor_id == ctx.me.id)) or 0
    return mine >= TRIES_OF_ONE or (await ctx.db.scalar(tries) or 0) >= TRIES_OF_ALL


# --- roles ----------------------------------------------------------------------------------------------


async def roles_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Who has which role, and where."""
    rows = await ctx.db.execute(
        select(Duty, Person)
        .join(Person)
        .where(Person.community_id == ctx.community.id, col(Person.deleted_at).is_(None))
        .order_by(col(Duty.role), col(Person.name))
    )
    slugs = {sery.id: sery.slug for sery in await all_series(ctx)}
    lines: dict[str, list[str]] = {role: [] for role in GIVEN}
    for duty, person in rows:
        scope = f" ({slugs[duty.series_id]})" if duty.series_id in slugs else ""
        lines[duty.role].append(person.name + scope)
    facts = tuple(
        Fact(label=words.ROLES[role](ctx.language), value=", ".join(names))
        for role, names in lines.items()
        if names
    )
    give = Button(label=words.give_role(ctx.language), form="role-give")
    return Reply(card=Card(title=words.roles_title(ctx.language), facts=facts, buttons=(give,)))


async def do_give(ctx: Context, person: Person, role: str, series_name: str) -> Reply:
    series = await _scope(ctx, series_name)
    language, series_id = ctx.language, series.id if series else None
    if await _duty(ctx, person, role, series_id) is None:
        ctx.db.add(Duty(person_id=person.id, role=role, series_id=series_id))
        ctx.audit("role_given", f"person:{person.id}", role=role, series_id=series_id)
    undo = Button(label=words.undo(language), action="role.take", value=pack(person.id, role, series_id or 0))
    text = words.role_given(
        language, name=person.name, role=words.ROLES[role](language), where=_where(ctx, series)
    )
    return Reply(card=Card(text=text, buttons=(undo,)))


async def do_take(ctx: Context, person: Person, role: str, series_name: str) -> Reply:
    """Take a role away; the last administrator keeps theirs."""
    series = await _scope(ctx, series_name)
    language, series_id = ctx.language, series.id if series else None
    duty = await _duty(ctx, person, role, series_id)
    if duty is None:
        raise FieldError(
            "role", words.has_no_role(language, name=person.name, role=words.ROLES[role](language))
        )
    if role == Role.ADMINISTRATOR and series_id is None and len(await _administrators(ctx)) == 1:
        raise FieldError("role", words.last_administrator(language))
    await ctx.db.delete(duty)
    ctx.audit("role_taken", f"person:{person.id}", role=role, series_id=series_id)
    text = words.role_taken(
        language, name=person.name, role=words.ROLES[role](language), where=_where(ctx, series)
    )
    return Reply(card=Card(text=text), replace=True)


async def give_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_give(ctx, typed["person"], typed["role"], typed.get("series") or "")


async def take_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_take(ctx, typed["person"], typed["role"], typed.get("series") or "")


async def take_pressed(ctx: Context, value: str) -> Reply:
    """The undo of a role just given."""
    person_id, role, series = unpack(value, str, str, str)
    person = await _person(ctx, person_id)
    if role not in GIVEN:
        raise Refusal(words.not_found(ctx.language))
    return await do_take(ctx, person, role, "" if series == "0" else series)


async def role_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    language = ctx.language
    series = tuple(
        Option(value=sery.slug, label=title_in(sery.title, language))
        for sery in (await all_series(ctx))[:100]
    )
    roles = tuple(Option(value=role, label=words.ROLES[role](language)) for role in GIVEN)
    return Form(
        name="role-give",
        title=words.give_role(language),
        submit=words.save(language),
        fields=fields_of(ROLE if series else ROLE[:2], language, initial, {"role": roles, "series": series}),
    )


async def _person(ctx: Context, value: str) -> Person:
    person = await ctx.db.get(Person, row_id(value))
    if person is None or person.community_id != ctx.community.id or person.deleted_at is not None:
        raise Refusal(words.not_found(ctx.language))
    return person


async def _scope(ctx: Context, name: str) -> Series | None:
    if not name:
        return None
    series = await series_named(ctx, name)
    if series is None:
        raise FieldError("series", words.unknown_series(ctx.language, given=name))
    return series


async def _duty(ctx: Context, person: Person, role: str, series_id: int | None) -> Duty | None:
    found = await ctx.db.scalars(
        select(Duty).where(
            Duty.person_id == person.id,
            Duty.role == role,
            col(Duty.project_id).is_(None),
            col(Duty.series_id).is_(None) if series_id is None else Duty.series_id == series_id,
        )
    )
    return found.first()


async def _administrators(ctx: Context) -> set[int]:
    found = await ctx.db.scalars(
        select(Duty.person_id)
        .join(Person)
        .where(
            Person.community_id == ctx.community.id,
            col(Person.deleted_at).is_(None),
            Duty.role == Role.ADMINISTRATOR,
            col(Duty.series_id).is_(None),
            col(Duty.project_id).is_(None),
        )
    )
    return set(found)


def _where(ctx: Context, series: Series | None) -> Marked | str:
    return title_in(series.title, ctx.language) if series else words.whole_community(ctx.language)
