"""One process, two databases: what comes in finds its own, before, while and after a community moves."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from adapters import sample_series
from adapters.app import Application, build_application
from adapters.cells import Cells
from adapters.cli.moving import move_community
from adapters.dispatcher import Dispatcher
from adapters.server import CannotStart
from adapters.settings import read_settings
from adapters.settings_error import SettingsError
from adapters.web.health import READY
from bot.core.cards import Card
from bot.core.clock import SystemClock
from bot.core.events import Command, Event, Who
from bot.core.links import Links
from bot.core.notes import note
from bot.core.platform import Address, Sent
from bot.core.reply import Reply
from storage.cells import MAIN, Departed
from storage.database import Database
from storage.installations import Installation
from storage.nudges import InboxEvent, Nudge
from storage.people import Community, Identity, Person, Workspace
from tests.cells.spans import Spans
from tests.communities.platform import SmallPlatform
from tests.installations.slack_house import ONE, TWO, installable, reopened
from tests.support.databases import sqlite_with_tables

MESSAGES, EVENTS = 40, 40


class Dead(BaseException):
    """As good as a kill, but for the process."""


@dataclass
class Counting(SmallPlatform):
    """What was sent and answered, by mark and by event, and how often."""

    sent: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        await asyncio.sleep(0.01)
        self.sent[mark] += 1
        return await super().send(to, card, mark=mark, users=users, language=language)

    async def answer(self, event: Event, reply: Reply) -> None:
        self.answered[event.key] += 1


@dataclass
class Running:
    databases: dict[str, Database]
    applications: dict[str, Application]
    cells: Cells
    platform: Counting

    @property
    def door(self) -> Dispatcher:
        return self.applications[MAIN].dispatcher


@asynccontextmanager
async def running(urls: list[str]) -> AsyncIterator[Running]:
    databases = dict(zip((MAIN, "west"), map(Database, urls), strict=True))
    links, clock, platform = Links("http://127.0.0.1", "x" * 20), SystemClock(), Counting()
    made = {
        name: build_application(one, clock, links, {"slack": platform}, name=name)
        for name, one in databases.items()
    }
    cells = Cells({name: one.dispatcher for name, one in made.items()})
    for one in made.values():
        await one.start()
    settling = asyncio.create_task(cells.run())
    try:
        yield Running(databases, made, cells, platform)
    finally:
        settling.cancel()
        for one in made.values():
            await one.stop(2)


async def _people(database: Database, tenant: str) -> None:
    """A community of one person, who gets messages all through the next seconds."""
    now = SystemClock().now()
    async with database.write() as db:
        db.add(community := Community(name=tenant, created_at=now))
        await db.flush()
        db.add(person := Person(community_id=community.id, name=tenant, zone="UTC", created_at=now))
        db.add(
            place := Workspace(community_id=community.id, platform="slack", tenant=tenant, installed_at=now)
        )
        await db.flush()
        db.add(Identity(workspace_id=place.id, person_id=person.id, platform_user="U1", direct="D1",
                        proven_at=now))  # fmt: skip
        for number in range(MESSAGES):
            due, card = now + timedelta(seconds=0.1 * number), Card(title="Note", text=f"{number}")
            db.add(note(f"{tenant}-{number}", community.id, due, person_id=person.id, card=card))


async def _talk(bot: Running, tenant: str) -> list[float]:
    """Seconds that each event took to be acknowledged."""
    took, clock = [], asyncio.get_running_loop().time
    for number in range(EVENTS):
        began, who = clock(), Who(platform="slack", tenant=tenant, user="U1")
        dispatcher = await bot.door.of(who)
        dispatcher.later(await dispatcher.record(Command(key=f"{tenant}-{number}", who=who, text="help")))
        took.append(clock() - began)
        await asyncio.sleep(0.05)
    return took


async def _quiet(bot: Running) -> None:
    """Until no message waits and no event is open."""
    messages = select(Nudge.key, Nudge.state, Nudge.reason, Nudge.due_at).where(
        col(Nudge.state).in_(("planned", "claimed"))
    )
    events = select(InboxEvent.key, InboxEvent.state).where(col(InboxEvent.state) != "done")
    for _ in range(900):  # what came elsewhere is found by the next sweep
        left = []
        for database in bot.databases.values():
            async with database.read() as db:
                left += [tuple(row) for asked in (messages, events) for row in await db.execute(asked)]
        if not left:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(left)


async def test_moved_under_load_nothing_is_lost_doubled_or_spans_two(
    alike_urls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages and events of two communities all the time; the mover is broken off at each step in turn."""
    monkeypatch.setenv("DATABASE_URL", alike_urls[0])
    monkeypatch.setenv("DATABASES", f"west={alike_urls[1]}")
    async with running(alike_urls) as bot:
        spans = Spans(**bot.databases)
        for tenant in ("T1", "T2"):
            await _people(bot.databases[MAIN], tenant)
        talks = [asyncio.create_task(_talk(bot, tenant)) for tenant in ("T1", "T2")]
        for died in ("held", "laid down", "departed"):
            with pytest.raises(Dead):
                await move_community("T1", "west", _dies_at(died))
        await move_community("T1", "west")  # unless the process has brought it to an end
        assert await move_community("T1", "main") == 0
        assert await move_community("T1", "west") == 0
        moved, stayed = await asyncio.gather(*talks)
        await _quiet(bot)
        async with bot.databases["west"].read() as db:
            assert [one.tenant for one in await db.scalars(select(Workspace))] == ["T1"]
            marks = {*(await db.scalars(select(Nudge.mark))).all()}
    assert len(bot.platform.sent) == 2 * MESSAGES
    assert set(bot.platform.sent.values()) == {1}
    assert len(marks) == MESSAGES
    assert bot.platform.answered == {f"{one}-{number}": 1 for one in ("T1", "T2") for number in range(EVENTS)}
    assert max(stayed) < 10, "the other community goes on"
    assert max(moved) < 10, "and what comes meanwhile is acknowledged"
    assert min(spans.begun.values()) > 0
    assert spans.across == set()


def _dies_at(step: str):  # type: ignore[no-untyped-def]
    def at(done: str) -> None:
        if done == step:
            raise Dead

    return at


@pytest.mark.slow
async def test_a_whole_series_is_played_beside_another_database(
    sqlite_urls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its community lives in the second database; each event is looked up, and no transaction spans both."""
    main, west = (Database(url, durable=False) for url in sqlite_urls)
    spans, links, clock = Spans(main=main, west=west), Links("http://127.0.0.1", "x" * 20), SystemClock()
    front = build_application(main, clock, links, {})

    def routed(router):  # type: ignore[no-untyped-def]
        behind = Dispatcher(router)
        Cells({MAIN: front.dispatcher, "west": behind})
        return _Routed(front.dispatcher)

    monkeypatch.setattr(sample_series, "Dispatcher", routed)
    await sample_series.play(west, lambda _: None)
    assert spans.begun["west"] > 1_000
    assert spans.begun["main"] > 100
    assert spans.across == set()
    await main.close()
    await west.close()


@dataclass
class _Routed:
    door: Dispatcher

    async def answered(self, event: Event) -> Reply:
        return await (await self.door.of(event.who)).answered(event)


async def test_a_moved_workspace_is_served_as_before_by_the_same_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over real Slack requests: commands, pages by links from before, its token, an install, /readyz."""
    west = f"sqlite:///{tmp_path}/west.db"
    async with installable(tmp_path, databases=f"west={west}", metrics_token="t" * 20) as bot:
        monkeypatch.setenv("DATABASE_URL", bot.settings.database_url)
        monkeypatch.setenv("DATABASES", f"west={west}")
        for team, person in ((ONE, "UADA"), (TWO, "UBO")):
            await bot.install(team, person)
        await bot.settle()
        here, there = (bot.served.applications[name] for name in (MAIN, "west"))
        async with here.database.read() as db:
            ada = (await db.scalars(select(Person).where(col(Person.name) == "Ada Lane"))).one()
        mine = here.links.to("mine", ada.id, ada.id, here.clock.now())
        assert await move_community("First Community", "west") == 0
        for person in ("UADA", "UBO"):
            await bot.side.command(person, None, "/throughline", "roles")
        for one in (here, there):
            await one.dispatcher.drain()
        await bot.settle()
        assert "Ada Lane" in bot.side.inbox("UADA")[-1].text
        assert "Bo Reed" in bot.side.inbox("UBO")[-1].text
        path = mine.partition("/mine/")[2]
        async with bot.browser() as browser:
            async with browser.get(f"{bot.served.address}/mine/{path}") as page:
                assert page.status == 200
            async with browser.get(f"{bot.served.address}/readyz") as ready:
                assert ready.status in {200, 503}, "on a busy machine no database answers in time"
            assert bot.served.application.app[READY].keys() == {MAIN, "west"}
            headers = {"Authorization": "Bearer " + "t" * 20}
            async with browser.get(f"{bot.served.address}/metrics", headers=headers) as told:
                text = await told.text()
        assert 'throughline_nudges_late{database="main"}' in text
        assert 'throughline_nudges_late{database="west"}' in text
        assert (await bot.install(ONE, "UADA"))[0] == 200
        async with there.database.read() as db:
            assert len((await db.scalars(select(Installation))).all()) == 1
        async with here.database.read() as db:
            assert [one.tenant for one in await db.scalars(select(Workspace))] == [TWO]
            assert (await db.scalars(select(Departed))).one().cell == "west"


async def test_a_database_that_is_away_keeps_nobody_from_the_others(
    sqlite_urls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands elsewhere is found; what may stand in it is not taken for new, and comes again."""
    main, west = map(Database, sqlite_urls)
    await _people(west, "T1")
    links, clock = Links("http://127.0.0.1", "x" * 20), SystemClock()
    made = [build_application(main, clock, links, {}), build_application(west, clock, links, {}, name="west")]
    cells = Cells({MAIN: made[0].dispatcher, "west": made[1].dispatcher})

    def away() -> None:
        raise OSError("away")

    monkeypatch.setattr(main, "read", away)
    assert await cells.of_tenant("slack", "T1") is made[1].dispatcher
    with pytest.raises(OSError, match="away"):
        await cells.of_tenant("slack", "T2")
    await main.close()
    await west.close()


async def test_a_workspace_in_two_databases_is_refused_at_start(tmp_path: Path) -> None:
    """As after an old backup was put back: nobody could tell which is right."""
    west = f"sqlite:///{tmp_path}/west.db"
    async with installable(tmp_path) as bot:
        await bot.install(ONE, "UADA")
        await bot.settle()
        side, settings = bot.side, bot.settings
    database = Database(sqlite_with_tables(tmp_path / "west.db"))
    async with database.write() as db:
        db.add(Community(name="First Community", created_at=SystemClock().now()))
        await db.flush()
        db.add(Workspace(community_id=1, platform="slack", tenant=ONE, installed_at=SystemClock().now()))
    await database.close()
    twice = settings.model_copy(update={"databases": f"west={west}"})
    with pytest.raises(CannotStart, match=f"two databases hold slack {ONE}"):
        async with reopened(side, twice):
            pass


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("west", "looks like west=postgresql://"),
        ("West=sqlite:///w.db", "small letters"),
        ("main=sqlite:///w.db", "main is the one of DATABASE_URL"),
        ("a=sqlite:///w.db b=sqlite:///w.db", "names a database twice"),
        ("a=sqlite:///w.db\na=sqlite:///x.db", "names a database twice"),
        ("a=sqlite:///m.db", "names the database of DATABASE_URL again"),
        ("a=sqlite:///./x/../m.db", "names the database of DATABASE_URL again"),
        ("a=sqlite:///x.db b=sqlite+aiosqlite:///./x.db", "names a database twice"),
    ],
)
def test_databases_that_make_no_sense_are_said_without_their_address(given: str, why: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        read_settings(_env_file=None, database_url="sqlite:///m.db", databases=given)
    assert why in wrong.value.problems[0]
    assert "w.db" not in wrong.value.problems[0]
