"""Threat 6: ids and names of another community, in every command, button, form and page that there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.core.clock import MovedClock
from bot.core.events import Command, Event, Joined, Left, Press, Said, Submit, Where, Who
from bot.core.feature import CommandSpec, FormSpec, PressSpec
from bot.core.links import Links
from bot.core.reply import Reply
from bot.core.router import Router
from bot.features import all_features
from storage.database import Database
from tests.security.two_tenants import (
    CONTENT,
    NAME,
    OUR_TENANT,
    OUR_USER,
    OURS,
    THEIR_CHANNEL,
    THEIR_TENANT,
    THEIR_USER,
    THEIRS,
    VALUES,
    furnished,
    lines,
    their_rows_in,
)
from tests.support.pages import pressed
from tests.support.stage import START

COMMANDS = [spec for feature in all_features() for spec in feature.commands]
FORMS = [spec for feature in all_features() for spec in feature.forms]
PRESSES = [spec for feature in all_features() for spec in feature.presses]
NOWHERE = Where()
THERE = Where(conversation=THEIR_CHANNEL, kind="channel", message=str(THEIRS))
CONTEXTS = tuple(value for value in VALUES if value.count(str(THEIRS)) < 3)[:8]


@dataclass
class Tenants:
    """The bot as both see it."""

    file: Path
    router: Router
    before: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)
    named: bool = False
    keys: count[int] = field(default_factory=count)

    async def tried(self, event: Event) -> Reply:
        """What we are answered to something of theirs: nothing of theirs is told."""
        recorded = await self.router.record(event)
        reply = await self.router.handle(recorded)
        told = reply.model_dump_json().casefold()
        assert CONTENT not in told, event
        self.named = self.named or NAME in str(event).casefold()  # what we typed ourselves may be told to us
        assert self.named or NAME not in told, event
        return reply

    async def unharmed(self) -> None:
        """Nothing of theirs changed, and nothing hangs on it that did not before."""
        found = self.rows()
        assert {name for name in found if found[name] != self.before[name]} == set()
        assert found == self.before

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        return their_rows_in(self.file)

    def at(self, where: Where = NOWHERE, *, theirs: bool = False) -> dict[str, object]:
        """What every event has: who, where, and a key of its own."""
        tenant, user = (THEIR_TENANT, THEIR_USER) if theirs else (OUR_TENANT, OUR_USER)
        who = Who(platform="slack", tenant=tenant, user=user)
        return {"key": f"event-{next(self.keys)}", "who": who, "where": where}


@pytest.fixture
async def tenants(tmp_path: Path, quiet: None) -> AsyncIterator[Tenants]:
    database = Database(furnished(tmp_path / "both.db"), durable=False)
    links = Links("http://127.0.0.1:8700", "test-secret")
    made = Tenants(tmp_path / "both.db", Router(database, MovedClock(START), all_features(), {}, links))
    made.before = made.rows()
    yield made
    await database.close()


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
async def test_no_command_reaches_another_community(tenants: Tenants, spec: CommandSpec) -> None:
    kinds = {argument.name: (argument.kind, argument.choices) for argument in spec.arguments}
    for line in (spec.name, *lines(kinds, spec.name)):
        await tenants.tried(Command(**tenants.at(THERE), text=line))
    await tenants.unharmed()


@pytest.mark.parametrize("spec", PRESSES, ids=lambda spec: spec.action)
async def test_no_button_reaches_another_community(tenants: Tenants, spec: PressSpec) -> None:
    for value in VALUES:
        await tenants.tried(Press(**tenants.at(THERE), action=spec.action, value=value))
    await tenants.unharmed()


@pytest.mark.parametrize("spec", FORMS, ids=lambda spec: spec.name)
async def test_no_form_reaches_another_community(tenants: Tenants, spec: FormSpec) -> None:
    """Opened on something of theirs, sent about something of theirs, and sent with their rows as answers."""
    for context in ("", str(OURS), *CONTEXTS):
        opened = await tenants.tried(Press(**tenants.at(), action="", form=spec.name, value=context))
        names = [one.name for one in opened.form.fields] if opened.form else ["name", "text", "person"]
        for given in (str(THEIRS), [str(THEIRS)], f"user:{THEIR_USER}", [f"user:{THEIR_USER}"], NAME):
            values: dict[str, object] = dict.fromkeys(names, given)
            await tenants.tried(Submit(**tenants.at(), form=spec.name, context=context, values=values))
    await tenants.unharmed()


async def test_nothing_happens_to_another_community_in_a_conversation_with_their_id(tenants: Tenants) -> None:
    for kind in (Joined, Left):
        await tenants.tried(kind(**tenants.at(THERE)))
    await tenants.tried(Said(**tenants.at(THERE), text=NAME))
    await tenants.unharmed()


@pytest.mark.parametrize("purpose", sorted(PAGES))
async def test_no_page_of_ours_shows_or_changes_theirs(tenants: Tenants, purpose: str) -> None:
    """Even a link that we signed, bound to our person, on a row of theirs: the page checks for itself."""
    app = web.Application()
    add_web(app, tenants.router, PAGES)
    async with TestClient(TestServer(app)) as client:
        for subject in _subjects():
            url = tenants.router.links.to(purpose, subject, OURS, START)
            path = url.removeprefix("http://127.0.0.1:8700")
            join = pressed(tenants.router.links, url, "join", str(THEIRS), START)
            for posted in (None, join, {"name": NAME}):
                answer = await (client.get(path) if posted is None else client.post(path, data=posted))
                text = (await answer.read()).decode(errors="replace").casefold()
                assert CONTENT not in text, (subject, posted)
    await tenants.unharmed()


def _subjects() -> list[str]:
    return [*VALUES, *(f"{spec.name}|{THEIRS}" for spec in FORMS)]


async def test_the_owner_of_the_rows_reaches_them_by_the_same_means(tenants: Tenants) -> None:
    """So that the tests above could fail: theirs are found, told and changed when they ask themselves."""
    reached = 0
    for spec in PRESSES:
        for value in VALUES[:5]:
            before = tenants.rows()
            event = Press(**tenants.at(THERE, theirs=True), action=spec.action, value=value)
            told = (await tenants.router.handle(await tenants.router.record(event))).model_dump_json()
            if CONTENT in told.casefold() or tenants.rows() != before:
                reached += 1
                break
    assert reached > len(PRESSES) / 3
