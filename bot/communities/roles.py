"""Who may do what: first set-up, roles given and taken, and the list of members."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card, Fact, Section
from bot.communities.lookup import all_series, row_id, series_named, title_in
from bot.communities.unfit import Unfit, beside_its_field
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.permissions import Action, Role
from prompts.text import Marked
from prompts.words import communities as words
from storage.people import Duty, Identity, Person
from storage.series import Enrollment, Series

GIVEN = (Role.ADMINISTRATOR, Role.FACILITATOR, Role.PRESENTER, Role.EVALUATOR)
MOST_NAMES = 40


async def setup_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The first administrator, by the code shown at installation. It works once."""
    code = str(desk.community.settings.get("setup_code") or "")
    if not code:
        raise Refusal(words.setup_done(desk.language))
    if not secrets.compare_digest(typed["code"].strip().encode(), code.encode()):
        raise Refusal(words.setup_wrong(desk.language))
    desk.community.settings = {
        key: value for key, value in desk.community.settings.items() if key != "setup_code"
    }
    desk.db.add(Duty(person_id=desk.me.id or 0, role=Role.ADMINISTRATOR))
    desk.audit("setup", f"person:{desk.me.id}")
    settings = Button(label=words.community_title(desk.language), form="community", style="primary")
    return Reply(card=Card(text=words.setup_welcome(desk.language), buttons=(settings,)))


# --- roles ----------------------------------------------------------------------------------------------


async def roles_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Who has which role, and where."""
    rows = await desk.db.execute(
        select(Duty, Person)
        .join(Person)
        .where(Person.community_id == desk.community.id, col(Person.deleted_at).is_(None))
        .order_by(col(Duty.role), col(Person.name))
    )
    slugs = {one.id: one.slug for one in await all_series(desk)}
    lines: dict[str, list[str]] = {role: [] for role in GIVEN}
    for duty, person in rows:
        scope = f" ({slugs[duty.series_id]})" if duty.series_id in slugs else ""
        lines[duty.role].append(person.name + scope)
    facts = tuple(
        Fact(label=words.ROLES[role](desk.language), value=", ".join(names))
        for role, names in lines.items()
        if names
    )
    give = Button(label=words.give_role(desk.language), form="role-give")
    return Reply(card=Card(title=words.roles_title(desk.language), facts=facts, buttons=(give,)))


async def do_give(desk: Desk, person: Person, role: str, series_name: str) -> Reply:
    series = await _scope(desk, series_name)
    say, series_id = desk.language, series.id if series else None
    if await _duty(desk, person, role, series_id) is None:
        desk.db.add(Duty(person_id=person.id or 0, role=role, series_id=series_id))
        desk.audit("role_given", f"person:{person.id}", role=role, series_id=series_id)
    undo = Button(label=words.undo(say), action="role.take", value=f"{person.id}:{role}:{series_id or 0}")
    text = words.role_given(say, name=person.name, role=words.ROLES[role](say), where=_where(desk, series))
    return Reply(card=Card(text=text, buttons=(undo,)))


async def do_take(desk: Desk, person: Person, role: str, series_name: str) -> Reply:
    """Take a role away; the last administrator keeps theirs."""
    series = await _scope(desk, series_name)
    say, series_id = desk.language, series.id if series else None
    duty = await _duty(desk, person, role, series_id)
    if duty is None:
        raise Unfit("role", words.has_no_role(say, name=person.name, role=words.ROLES[role](say)))
    if role == Role.ADMINISTRATOR and series_id is None and len(await _administrators(desk)) == 1:
        raise Unfit("role", words.last_administrator(say))
    await desk.db.delete(duty)
    desk.audit("role_taken", f"person:{person.id}", role=role, series_id=series_id)
    text = words.role_taken(say, name=person.name, role=words.ROLES[role](say), where=_where(desk, series))
    return Reply(card=Card(text=text), replace=True)


async def give_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_give(desk, typed["person"], typed["role"], typed.get("series") or "")


async def take_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_take(desk, typed["person"], typed["role"], typed.get("series") or "")


async def take_pressed(desk: Desk, value: str) -> Reply:
    """The undo of a role just given."""
    person_id, role, series = ([*value.split(":"), "", ""])[:3]
    person = await _person(desk, person_id)
    if role not in GIVEN:
        raise Refusal(words.not_found(desk.language))
    return await do_take(desk, person, role, "" if series == "0" else series)


async def role_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    say = desk.language
    known = initial.get("person")
    series = tuple(
        Option(value=one.slug, label=title_in(one.title, say)) for one in (await all_series(desk))[:100]
    )
    return Form(
        name="role-give",
        title=words.give_role(say),
        submit=words.save(say),
        fields=(
            Field(name="person", kind="people", label=words.person_label(say), most=1,
                  initial=(known.id or 0,) if isinstance(known, Person) else None),
            Field(name="role", kind="choice", label=words.role_label(say), initial=initial.get("role"),
                  options=tuple(Option(value=role, label=words.ROLES[role](say)) for role in GIVEN)),
            *((Field(name="series", kind="choice", label=words.role_series_label(say), required=False,
                     options=series, hint=words.role_series_hint(say)),) if series else ()),
        ),
    )  # fmt: skip


async def role_sent(desk: Desk, context: str, values: Values) -> Reply:
    picked = values["person"]
    person = await _person(desk, str(picked[0]) if isinstance(picked, tuple) and picked else "")
    return await beside_its_field(do_give(desk, person, str(values["role"]), str(values.get("series") or "")))


async def _person(desk: Desk, value: str) -> Person:
    person = await desk.db.get(Person, row_id(value))
    if person is None or person.community_id != desk.community.id or person.deleted_at is not None:
        raise Refusal(words.not_found(desk.language))
    return person


async def _scope(desk: Desk, name: str) -> Series | None:
    if not name:
        return None
    series = await series_named(desk, name)
    if series is None:
        raise Unfit("series", words.unknown_series(desk.language, given=name))
    return series


async def _duty(desk: Desk, person: Person, role: str, series_id: int | None) -> Duty | None:
    found = await desk.db.scalars(
        select(Duty).where(
            Duty.person_id == person.id,
            Duty.role == role,
            col(Duty.project_id).is_(None),
            col(Duty.series_id).is_(None) if series_id is None else Duty.series_id == series_id,
        )
    )
    return found.first()


async def _administrators(desk: Desk) -> set[int]:
    found = await desk.db.scalars(
        select(Duty.person_id)
        .join(Person)
        .where(
            Person.community_id == desk.community.id,
            col(Person.deleted_at).is_(None),
            Duty.role == Role.ADMINISTRATOR,
            col(Duty.series_id).is_(None),
            col(Duty.project_id).is_(None),
        )
    )
    return set(found)


def _where(desk: Desk, series: Series | None) -> Marked | str:
    return title_in(series.title, desk.language) if series else words.whole_community(desk.language)


# --- members --------------------------------------------------------------------------------------------


async def members_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Who is in a cohort, by status, and whom no chat platform knows yet."""
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    say = desk.language
    rows = await desk.db.execute(
        select(Enrollment, Person, Identity.id)
        .join(Person, col(Person.id) == Enrollment.person_id)
        .outerjoin(Identity, col(Identity.person_id) == Person.id)
        .where(Enrollment.cohort_id == cohort.id)
        .order_by(col(Person.name))
    )
    people = {person.id: (enrollment, person, identity) for enrollment, person, identity in rows}
    by_status: dict[str, list[str]] = {status: [] for status in words.STATUSES}
    for enrollment, person, _ in people.values():
        by_status[enrollment.status].append(person.name)
    unknown = sum(identity is None for _, _, identity in people.values())
    seats = Counter({status: len(names) for status, names in by_status.items()})
    held = seats["active"] + seats["paused"] + seats["invited"]
    return Reply(
        card=Card(
            title=words.members_title(say, cohort=cohort.name),
            text=words.members_summary(
                say, held=held, capacity=str(cohort.capacity or words.no_limit(say)), unknown=unknown
            ),
            facts=(Fact(label=words.code_label(say), value=cohort.join_code),),
            sections=tuple(
                Section(title=words.STATUSES[status](say, n=len(names)), text=_names(say, names))
                for status, names in by_status.items()
                if names
            ),
            buttons=(Button(label=words.invite_title(say), action="invite.preview", value=str(cohort.id)),),
        )
    )


def _names(language: str, names: list[str]) -> Marked:
    shown = Marked(", ").join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return shown if more <= 0 else shown + Marked(" ") + words.and_more(language, n=more)
