"""Somebody on neither platform: a personal link, a page with what is next, and forms that count as theirs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.nudges.sender import Sender
from storage.nudges import Nudge
from storage.people import Identity, Person
from storage.series import Cohort, Enrollment, Project, ProjectYear, Series
from storage.sessions import Session
from tests.support.databases import sqlite_with_tables
from tests.support.kinds import ALL_KINDS
from tests.support.pages import pressed
from tests.support.stage import START, Stage, staged, text_of

BASE = "http://127.0.0.1:8700"
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Ruth runs a cohort; Wanda stands on its roster and has no account anywhere; Sam is on Slack."""
    async with staged(sqlite_with_tables(tmp_path / "test.db")) as made:
        await made.person("ruth", "facilitator")
        sam = await made.person("sam")
        async with made.database.write() as db:
            first, last = START.date(), START.date() + timedelta(days=300)
            year = ProjectYear(community_id=1, label="Year 9", starts_on=first, ends_on=last)
            project = Project(community_id=1, title="Well-being")
            wanda = Person(community_id=1, name="Wanda Lee", email="wanda@example.org", created_at=START)
            db.add_all([year, project, wanda])
            await db.flush()
            series = Series(
                community_id=1, project_id=project.id, year_id=year.id, slug="steady",
                title={"en": "Steady Teams"}, status="running", created_at=START,
            )  # fmt: skip
            db.add(series)
            await db.flush()
            cohort = Cohort(community_id=1, series_id=series.id, name="Spring", created_at=START)
            db.add(cohort)
            await db.flush()
            for person in (wanda, sam):
                db.add(Enrollment(cohort_id=cohort.id, person_id=person.id, status="active"))
            db.add(
                Session(
                    community_id=1, cohort_id=cohort.id, number=1, title={"en": "Boundaries"},
                    starts_at=START + timedelta(days=2), zone="America/Boise", minutes=60, uid="one",
                )
            )  # fmt: skip
        yield made


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[Client]:
    app = web.Application()
    add_web(app, stage.router, PAGES)
    async with TestClient(TestServer(app)) as made:
        yield made


async def _link(stage: Stage) -> str:
    said = text_of(await stage.command("ruth", "personal link wanda@example.org"))
    found = re.search(r"http://127\.0\.0\.1:8700(/mine/\S+)", said)
    assert found is not None, said
    return found.group(1)


async def test_her_page_shows_what_is_next_and_her_forms_are_hers(stage: Stage, client: Client) -> None:
    answer = await client.get(await _link(stage))
    page = unescape(await answer.text())
    assert answer.status == 200
    assert "Wanda Lee" in page
    assert "Boundaries" in page
    form = re.search(r'href="http://127\.0\.0\.1:8700(/form/[^"]+)">Introduce', page)
    assert form is not None, page
    sent = await client.get(form.group(1))
    assert sent.status == 200
    assert "form" in await sent.text()


async def test_a_button_on_her_page_is_pressed_as_she(stage: Stage, client: Client) -> None:
    path = await _link(stage)
    answer = await client.post(path, data=pressed(stage.links, path, "leave", "1", stage.clock.now()))
    page = await answer.text()
    assert "Back to your page" in page
    async with stage.database.read() as db:
        rows = await db.execute(select(Person.name, Enrollment.status).join(Enrollment))
        assert [tuple(row) for row in rows.all()] == [("Wanda Lee", "left"), ("Sam", "active")]


async def test_a_new_link_takes_the_place_of_the_old(stage: Stage, client: Client) -> None:
    old = await _link(stage)
    stage.clock.advance(timedelta(minutes=1))
    new = await _link(stage)
    assert (await client.get(old)).status == 403
    assert (await client.get(new)).status == 200
    stage.clock.advance(timedelta(days=181))
    assert (await client.get(new)).status == 403


async def test_nobody_gets_the_link_of_somebody_with_an_account_or_of_another_cohort(stage: Stage) -> None:
    assert "has an account" in text_of(await stage.command("ruth", "personal link Sam"))
    assert "facilitator" in text_of(await stage.command("sam", "personal link wanda@example.org"))
    async with stage.database.write() as db:
        db.add(Person(community_id=1, name="Stranger", email="s@example.org", created_at=START))
    said = text_of(await stage.command("ruth", "personal link s@example.org"))
    assert "in no cohort that you run" in said


async def test_a_message_for_her_is_skipped_and_says_why(stage: Stage, client: Client) -> None:
    await client.get(await _link(stage))
    async with stage.database.write() as db:
        wanda = (await db.scalars(select(Person).where(Person.name == "Wanda Lee"))).one()
        db.add(
            Nudge(
                key="hers", community_id=1, kind="note", person_id=wanda.id, card={"text": "Hello"},
                due_at=START, created_at=START,
            )
        )  # fmt: skip
    await Sender(stage.database, stage.clock, {}, ALL_KINDS, stage.links).send_due()
    (nudge,) = [one for one in await stage.nudges() if one.key == "hers"]
    assert (nudge.state, nudge.reason) == ("skipped", "web_only")


async def test_only_a_button_that_the_page_showed_can_be_pressed(stage: Stage, client: Client) -> None:
    """Whoever holds the link of one form cannot press the buttons of another (export, delete)."""
    page = unescape(await (await client.get(await _link(stage))).text())
    form = re.search(r'href="http://127\.0\.0\.1:8700(/form/[^"]+)">Introduce', page)
    assert form is not None
    async with stage.database.read() as db:
        wanda = (await db.scalars(select(Person.id).where(Person.name == "Wanda Lee"))).one()
    stolen = pressed(stage.links, await _link(stage), "my-data.delete", str(wanda), stage.clock.now())
    for data in ({"_action": "my-data.delete", "_value": str(wanda)}, stolen):
        assert (await client.post(form.group(1), data=data)).status == 403
    async with stage.database.read() as db:
        assert (await db.get_one(Person, wanda)).deleted_at is None


async def test_what_is_reached_by_a_personal_link_ends_with_it(stage: Stage, client: Client) -> None:
    path = await _link(stage)
    page = unescape(await (await client.get(path)).text())
    form = re.search(r'href="http://127\.0\.0\.1:8700(/form/[^"]+)">Introduce', page)
    assert form is not None
    assert (await client.get(form.group(1))).status == 200
    stage.clock.advance(timedelta(minutes=1))
    said = text_of(await stage.command("ruth", "personal link end wanda@example.org"))
    assert "All personal links of Wanda Lee are closed" in said
    assert (await client.get(path)).status == 403
    assert (await client.get(form.group(1))).status == 403


async def test_a_personal_link_ends_when_its_person_gets_an_account(stage: Stage, client: Client) -> None:
    path = await _link(stage)
    assert (await client.get(path)).status == 200
    async with stage.database.write() as db:
        wanda = (await db.scalars(select(Person).where(Person.name == "Wanda Lee"))).one()
        db.add(Identity(workspace_id=1, person_id=wanda.id, platform_user="wanda"))
    assert (await client.get(path)).status == 403
    said = text_of(await stage.command("ruth", "personal link end wanda@example.org"))
    assert "are closed" in said, "staff can always take it back"


async def test_a_press_that_names_no_one_deletes_nothing_and_says_so(stage: Stage) -> None:
    said = text_of(await stage.press("sam", "my-data.delete", ""))
    assert "Nothing was deleted" in said
