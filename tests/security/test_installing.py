"""Threat 9: somebody brings another person's browser to finish an installation, or finishes one twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from adapters.slack.store import STATE_LIFE, States
from bot.core.clock import MovedClock
from bot.core.links import Links
from storage.database import Database
from storage.installations import Installation, UsedState
from storage.nudges import InboxEvent
from storage.people import Workspace
from storage.tables import METADATA
from tests.installations.slack_house import ONE, TWO, Installable, installable, shown, state_of
from tests.support.stage import START


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Installable]:
    async with installable(tmp_path) as made:
        yield made


async def _kept(bot: Installable) -> int:
    async with bot.served.application.database.read() as db:
        rows = [(await db.scalars(select(table))).all() for table in (Installation, Workspace)]
    return sum(map(len, rows))


async def test_of_two_racing_callbacks_one_wins(bot: Installable) -> None:
    """The same state twice at the same moment, each with a good code: one installation, one page says so."""
    async with bot.browser() as browser:
        slack = await bot.begun(browser)
        addresses = [bot.side.authorize(slack, ONE, "UADA") for _ in range(5)]
        pages = await asyncio.gather(*(shown(browser, address) for address in addresses))
    assert sorted(status for status, _ in pages) == [200, 401, 401, 401, 401]
    await bot.settle()
    async with bot.served.application.database.read() as db:
        assert len((await db.scalars(select(Installation))).all()) == 1
        assert len((await db.scalars(select(InboxEvent))).all()) == 1
    assert len(bot.side.inbox("UADA")) == 1


async def test_another_browser_cannot_finish_what_one_began(bot: Installable) -> None:
    async with bot.browser() as victim, bot.browser() as attacker:
        back = await bot.allowed(attacker, TWO, "UBO")
        status, page = await shown(victim, back)
        assert status == 400
        assert "another browser" in page
        await bot.begun(victim)  # a state of their own in the cookie does not help either
        status, _ = await shown(victim, back)
    assert status == 400
    assert await _kept(bot) == 0


@pytest.mark.parametrize("change", ["edited", "missing", "of another purpose", "huge", "not ASCII"])
async def test_a_state_that_is_none_of_ours_installs_nothing(bot: Installable, change: str) -> None:
    async with bot.browser() as browser:
        back = await bot.allowed(browser, ONE, "UADA")
        state = state_of(back)
        links = bot.served.application.links
        forged = {
            "edited": state[:-2] + ("aa" if state[-2:] != "aa" else "bb"),
            "missing": "",
            "of another purpose": links.to("my-data", "x|", 0, bot.served.application.clock.now()).rpartition(
                "/"
            )[2],
            "huge": "x" * 6000,
            "not ASCII": "%C3%A9%00",
        }[change]
        cookie = {"Cookie": f"throughline-install={forged}"}
        async with browser.get(
            back.replace(f"state={state}", f"state={forged}"), headers=cookie, allow_redirects=False
        ) as answer:
            assert answer.status in {400, 401}
    assert await _kept(bot) == 0


async def test_a_code_that_is_none_of_slacks_installs_nothing(bot: Installable) -> None:
    async with bot.browser() as browser:
        state = state_of(await bot.begun(browser))
        status, page = await shown(
            browser, f"{bot.served.address}/slack/oauth_redirect?code=made-up&state={state}"
        )
    assert status == 401
    assert "Slack did not confirm" in page
    assert await _kept(bot) == 0


async def test_the_cookie_is_for_this_browser_and_this_site_only(bot: Installable) -> None:
    async with bot.browser() as browser, browser.get(bot.install_url, allow_redirects=False) as answer:
        cookie = answer.cookies["throughline-install"]
        assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
        assert int(cookie["max-age"]) == STATE_LIFE.total_seconds()
        assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_a_flood_of_beginnings_fills_no_table(bot: Installable) -> None:
    for _ in range(50):
        async with bot.browser() as browser:
            await bot.begun(browser)
    async with bot.served.application.database.read() as db:
        assert (await db.scalars(select(UsedState))).all() == []


async def test_a_state_expires_and_two_processes_agree_on_who_was_first(database_url: str) -> None:
    """On both databases: the table's unique digest decides."""
    database = Database(database_url)
    async with database.write() as db:
        await (await db.connection()).run_sync(METADATA.create_all)
    clock, links = MovedClock(START), Links("http://127.0.0.1", "secret")
    processes = [States(Database(database_url), links, clock) for _ in range(4)]
    state = processes[0].issue("")
    won = await asyncio.gather(*(process.async_consume(state) for process in processes))
    assert sorted(won) == [False, False, False, True]
    late = processes[0].issue("")
    clock.advance(STATE_LIFE + timedelta(seconds=1))
    assert not await processes[1].async_consume(late)
    for one in processes:
        await one._database.close()
    await database.close()
