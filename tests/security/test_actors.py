"""Threats 7 and 8: who acts is in the signed envelope alone, and what they may do is asked when they do it.

Everything that can be typed, pressed or sent is tried by a participant with the ids of another person, of
another cohort of the same community, and by everybody whose role does not allow it.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import and_, select, update

from bot.core.clock import MovedClock
from bot.core.events import Command, Event, Press, Submit, Where, Who
from bot.core.feature import CommandSpec, FormSpec, PressSpec
from bot.core.links import Links
from bot.core.permissions import Role, may
from bot.core.reply import Reply
from bot.core.router import Router
from bot.features import all_features
from prompts.text import plain
from prompts.words import core as words
from storage.database import Database
from storage.tables import METADATA
from tests.security.two_tenants import (
    CONTENT,
    OUR_TENANT,
    OUR_USER,
    OURS,
    THEIR_CHANNEL,
    THEIR_USER,
    THEIRS,
    VALUES,
    furnish,
    lines,
    their_rows_in,
)
from tests.support.stage import START

COMMANDS = [spec for feature in all_features() for spec in feature.commands]
FORMS = [spec for feature in all_features() for spec in feature.forms]
PRESSES = [spec for feature in all_features() for spec in feature.presses]
THERE = Where(conversation=THEIR_CHANNEL, kind="channel", message=str(THEIRS))
SECRET = "okapi"
PRIVATE = {
    "reflection", "commitment", "anonymousanswer", "sealedanswer", "confidentialanswer", "formdraft",
    "question", "enrollment", "nudge", "partneranswer", "breakoutnote",
}  # fmt: skip
"""Tables of what one person wrote or is told, as far as they are there."""
WISHES = "pairrule"
"""A wish not to be put together with somebody is its writer's own row, and names the other."""

TOLD_TO_STAFF = "unreachable_people"
"""Who stops all messages is told to the facilitators: a message of theirs, by its kind."""


@dataclass
class Application:
    """One community with two cohorts, and our person in one of them."""

    file: Path
    database: Database
    router: Router
    before: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)
    keys: count[int] = field(default_factory=count)

    def at(self, where: Where) -> dict[str, object]:
        who = Who(platform="slack", tenant=OUR_TENANT, user=OUR_USER)
        return {"key": f"e{next(self.keys)}", "who": who, "where": where}

    async def tried(self, event: Event) -> Reply:
        reply = await self.router.handle(await self.router.record(event))
        assert SECRET not in reply.model_dump_json().casefold(), event
        return reply

    async def unharmed(self) -> None:
        found = self.rows()
        assert {name for name in found if found[name] != self.before[name]} == set()

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        return {
            name: [row for row in rows if TOLD_TO_STAFF not in row]
            for name, rows in their_rows_in(self.file).items()
            if name != WISHES
        }

    async def become(self, *roles: Role) -> None:
        """Our person has these roles in the whole community and no other."""
        duty = METADATA.tables["duty"]
        async with self.database.write() as db:
            await db.execute(duty.delete().where(duty.c.person_id == OURS))
            for number, role in enumerate(roles):
                await db.execute(duty.insert().values(id=200 + number, person_id=OURS, role=role.value))


async def _furnish(path: Path) -> None:
    database = Database(f"sqlite:///{path}", durable=False)
    await furnish(database)
    async with database.write() as db:
        for table in METADATA.sorted_tables:
            if "community_id" in table.c:
                ours = update(table).where(table.c.community_id == THEIRS).values(community_id=OURS)
                await db.execute(ours.prefix_with("OR IGNORE"))  # one cut a week and community
            if table.name in PRIVATE:
                for row in (await db.execute(select(table))).mappings().all():
                    same = and_(*(column == row[column.name] for column in table.primary_key))
                    secret = {name: _renamed(value) for name, value in row.items()}
                    await db.execute(update(table).where(same).values(secret))
        cohort = METADATA.tables["cohort"]
        await db.execute(update(cohort).where(cohort.c.id == THEIRS).values(join_code="NOT-TOLD"))
    await database.close()


def _renamed(value: object) -> object:
    if isinstance(value, str):
        return value.replace(CONTENT, SECRET)
    if isinstance(value, dict):
        return {name: _renamed(one) for name, one in value.items()}
    return value


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, and copied for each test."""
    path = tmp_path_factory.mktemp("house") / "one.db"
    asyncio.run(_furnish(path))
    return path


@pytest.fixture
async def application(tmp_path: Path, furnished: Path, quiet: None) -> AsyncIterator[Application]:
    shutil.copy(furnished, tmp_path / "one.db")
    database = Database(f"sqlite:///{tmp_path}/one.db", durable=False)
    links = Links("http://127.0.0.1:8700", "test-secret")
    made = Application(
        tmp_path / "one.db", database, Router(database, MovedClock(START), all_features(), {}, links)
    )
    await made.become()
    made.before = made.rows()
    yield made
    await database.close()


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
async def test_no_command_of_a_participant_reaches_somebody_elses_rows(
    application: Application, spec: CommandSpec
) -> None:
    kinds = {argument.name: (argument.kind, argument.choices) for argument in spec.arguments}
    for line in (spec.name, *lines(kinds, spec.name)):
        await application.tried(Command(**application.at(THERE), text=line))
    await application.unharmed()


async def test_no_button_of_somebody_elses_does_anything_for_a_participant(application: Application) -> None:
    for spec in PRESSES:
        for value in VALUES:
            await application.tried(Press(**application.at(THERE), action=spec.action, value=value))
        found = application.rows()
        changed = {name for name in found if found[name] != application.before[name]}
        assert changed == set(), spec.action


async def test_no_form_sent_with_somebody_elses_ids_changes_theirs(application: Application) -> None:
    for spec in FORMS:
        for context in ("", *VALUES[:8]):
            opened = await application.tried(
                Press(**application.at(Where()), action="", form=spec.name, value=context)
            )
            names = [one.name for one in opened.form.fields] if opened.form else ["name", "text", "person"]
            for given in (str(THEIRS), f"user:{THEIR_USER}", [f"user:{THEIR_USER}"]):
                values: dict[str, object] = dict.fromkeys(names, given)
                await application.tried(
                    Submit(**application.at(Where()), form=spec.name, context=context, values=values)
                )
        found = application.rows()
        changed = {name for name in found if found[name] != application.before[name]}
        assert changed == set(), spec.name


async def test_a_name_in_a_payload_does_not_change_who_acts(application: Application) -> None:
    """Whatever values say, the reflection is written by who sent it."""
    values = {
        "person": f"user:{THEIR_USER}",
        "person_id": str(THEIRS),
        "user": THEIR_USER,
        "actor": THEIR_USER,
    }
    for spec in FORMS:
        await application.tried(
            Submit(**application.at(Where()), form=spec.name, context=f"{OURS}", values=dict(values))
        )
    found = application.rows()
    assert {name for name in found if found[name] != application.before[name]} == set()


@pytest.mark.parametrize("role", [*Role], ids=str)
async def test_what_a_role_may_not_do_is_refused_when_it_is_done_and_says_who_can(
    application: Application, role: Role
) -> None:
    """The whole matrix of roles against commands, buttons and forms."""
    await application.become(*([] if role is Role.PARTICIPANT else [role]))
    mine = {Role.PARTICIPANT, role}
    refused = 0
    specs: list[CommandSpec | PressSpec | FormSpec] = [*COMMANDS, *PRESSES, *FORMS]
    for spec in specs:
        if may(mine, spec.may):
            continue
        refusal = plain(words.not_allowed("en", who=words.who_can("en", spec.may)))
        for event in _events(application, spec):
            reply = await application.tried(event)
            assert reply.card is not None
            assert plain(reply.card.text).startswith(refusal[:60]), (role, event)
            refused += 1
    await application.unharmed()
    assert (refused > 0) == any(not may(mine, spec.may) for spec in specs)
    assert refused > 20 or role in {Role.ADMINISTRATOR, Role.FACILITATOR}


def _events(application: Application, spec: CommandSpec | PressSpec | FormSpec) -> list[Event]:
    if isinstance(spec, CommandSpec):
        return [Command(**application.at(THERE), text=spec.name)]
    if isinstance(spec, PressSpec):
        return [Press(**application.at(THERE), action=spec.action, value=str(OURS))]
    here = str(OURS)
    return [
        Press(**application.at(THERE), action="", form=spec.name, value=here),
        Submit(**application.at(THERE), form=spec.name, context=here, values={}),
    ]
