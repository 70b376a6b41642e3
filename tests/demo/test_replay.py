"""The recorded series: everything in one file, true to what was sent, and safe to open."""

from __future__ import annotations

import base64
import gzip
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from sqlmodel import select

from adapters.demo.replay.page import joined, replay_page
from adapters.demo.replay.reasons import BECAUSE, LEFT_OUT, left_out, rule_of
from adapters.demo.replay.recording import recording_of
from adapters.playground.environment import Environment, running_town
from adapters.playground.server import BEGIN
from bot.core.cards import Card
from bot.core.clock import MovedClock
from bot.nudges.default_cadence import DEFAULT_CADENCE
from bot.nudges.planner import REASONS_OF_OURS
from prompts.text import Marked
from storage.database import Database
from storage.nudges import Nudge, NudgeState
from storage.people import Person
from tests.accessibility.looking import SCHEMES, SIZES, faults, opened
from tests.architecture.imports import ROOT
from tests.support.chromium import chromium, page
from tests.support.sample import sqlite_with_sample

__all__ = ["chromium", "page"]
JONAH = "Jonah Abernathy"
HOSTILE = "</script><script>window.hit = 1</script><img src=x onerror='window.hit = 1'>"


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    """The recording of a few moments, made once."""
    return {}


@pytest.fixture
async def recording(kept: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """Somebody asks on each platform, somebody writes markup, and one message goes out as planned."""
    if not kept:
        database = Database(sqlite_with_sample(tmp_path / "town.db", "all"), durable=False, alone=True)
        async with running_town(database, MovedClock(BEGIN), "all", secrets=["replay"]) as town:
            await _moments(town)
            kept.update(json.loads(json.dumps(await recording_of(town))))
        await database.close()
    return kept


async def _moments(town: Environment) -> None:
    await town.slack.command(JONAH, None, "/throughline", "help")
    ruth = next(iter(town.teams.workplace.users.values())).name
    await town.teams.say(ruth, "bot", HOSTILE)
    town.mail.accept(next(iter(town.mail.people)), f"Subject: Hello\r\n\r\n{HOSTILE}".encode())
    async with town.application.database.write() as db:
        people = {one.name: one.id for one in await db.scalars(select(Person))}
        at: dict[str, Any] = {"community_id": 1, "due_at": BEGIN, "created_at": BEGIN}
        card = Card(title="Planned", text=Marked("for you")).model_dump(mode="json")
        step: dict[str, Any] = {"kind": "session_tomorrow", "group": "session_tomorrow|session:1"}
        db.add(Nudge(key="a", person_id=people[JONAH], due_because="quiet_hours", card=card, **step, **at))
        db.add(
            Nudge(key="not", person_id=people[JONAH], state=NudgeState.SKIPPED, reason="budget", **step, **at)
        )
    await town.arrive(BEGIN + timedelta(minutes=1))


async def test_each_message_has_its_readers_and_says_why_it_went(recording: dict[str, Any]) -> None:
    jonah = next(one for one in recording["people"] if one["name"] == JONAH)
    mine = [one for one in recording["messages"] if jonah["id"] in one["readers"]]
    [planned] = [one for one in mine if one["why"]]
    assert "goes as one message" in planned["why"]["rule"]
    [part] = [one for one in planned["why"]["parts"] if one["kind"] == "session tomorrow"]
    assert part["because"] == BECAUSE["quiet_hours"]
    assert part["due"] == BEGIN.timestamp() * 1000
    assert planned["why"]["sent"] >= planned["why"]["due"]
    assert [one for one in mine if not one["why"] and one["bot"]], "what was asked for was planned by nobody"
    left = {one["reason"] for one in recording["unsent"] if one["to"] == jonah["email"]}
    assert left == {LEFT_OUT["budget"]}
    assert {one["platform"] for one in recording["messages"]} == {"slack", "teams", "email"}
    own = [one for one in recording["messages"] if one.get("only_you") and one["platform"] == "slack"]
    assert own
    assert all(len(one["readers"]) == 1 for one in own)


def test_every_rule_of_the_cadence_is_a_sentence() -> None:
    steps = {step.slug: step for step in DEFAULT_CADENCE}
    rules = {
        slug: rule_of(Nudge(key="", community_id=1, kind=step.kind, group=f"{slug}|x", due_at=BEGIN,
                            created_at=BEGIN), steps)
        for slug, step in steps.items()
    }  # fmt: skip
    assert (
        rules["join_link"]
        == "15 minutes before the start of the session, to everybody in the cohort and who presents."
    )
    assert rules["look_back"] == (
        "1 day after the end of the session at 09:00 on the reader's clock, to everybody in the cohort."
    )
    assert rules["post_session_form"] == "At the end of the session, to who was there."
    assert all(rule.endswith(".") and "_" not in rule for rule in rules.values())


async def test_a_person_of_teams_has_the_role_that_the_bot_knows(recording: dict[str, Any]) -> None:
    on_teams = {one["name"]: one["role"] for one in recording["people"] if one["platform"] == "teams"}
    assert on_teams["Naomi Castellanos"] == "facilitator"
    assert "participant" in on_teams.values()


@pytest.mark.parametrize("kind", ["week_ahead", "message_preview", "session_warning"])
def test_what_comes_to_staff_by_the_clock_does_not_say_that_something_happened(kind: str) -> None:
    nudge = Nudge(key="", community_id=1, kind=kind, due_at=BEGIN, created_at=BEGIN)
    assert rule_of(nudge, {}).endswith("to who facilitates.")


def test_every_reason_to_leave_a_message_out_is_told_in_words() -> None:
    """Slugs that stand in the program: a composer's own, and those of the plan."""
    written = {
        word
        for file in (ROOT / "bot").rglob("*.py")
        for word in re.findall(r"Skip\(\"(\w+)\"\)", file.read_text(encoding="utf-8"))
    }
    assert len(written) > 20
    assert (written | REASONS_OF_OURS) - LEFT_OUT.keys() - {"no_composer"} == set()
    assert left_out("missing_es") == "it is not written in the reader's language"


async def test_the_page_holds_all_it_needs_and_no_markup_of_anybody(recording: dict[str, Any]) -> None:
    """No address is in what the browser would fetch; what was written stands packed."""
    page = replay_page(recording)
    assert len(page) < 5_000_000
    assert "window.hit" not in page
    frame = re.sub(r"<(script|style)[^>]*>.*?</\1>|<template.*?</template>", "", page, flags=re.DOTALL)
    assert set(re.findall(r"(?:src|href)=\"([^\"]{0,5})", frame)) == {"data:", "#read"}
    assert re.search(r"default-src 'none'; script-src 'sha256-[^;]+; style-src 'sha256-", frame)
    assert "unsafe" not in frame
    packed = re.search(r"<template id=\"recording\">([^<]+)</template>", page)
    assert packed
    assert json.loads(gzip.decompress(base64.b64decode(packed[1]))) == recording


def test_two_modules_that_declare_the_same_name_are_refused(tmp_path: Path) -> None:
    """Joined in one scope, one would silently take the other's place."""
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nconst same = 1;\n')
    (tmp_path / "b.js").write_text("export function b() {}\nconst same = 2;\n")
    with pytest.raises(ValueError, match="same is declared in"):
        joined(tmp_path / "a.js")


@pytest.fixture
def file(recording: dict[str, Any], tmp_path: Path) -> str:
    page = tmp_path / "replay.html"
    page.write_text(replay_page(recording), encoding="utf-8")
    return page.as_uri()


async def shown(page: Page, file: str, who: str = "slack") -> None:
    await page.goto(file)
    await page.wait_for_selector("html[data-ready]")
    value = await page.locator(f"#who option[value^='{who} ']").evaluate_all(
        "(all, name) => (all.find(one => one.textContent.startsWith(name)) || all[0]).value", JONAH
    )
    await page.select_option("#who", value)


@pytest.mark.chromium
async def test_it_is_read_by_keyboard_alone_and_nothing_leaves_it(chromium: Browser, file: str) -> None:
    """Through time by the arrows, and to the reason by Enter; markup that somebody wrote stands as text."""
    page = await (await chromium.new_context()).new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    await shown(page, file)
    all_of_them = await page.locator(".message").count()
    await page.focus("#time")
    await page.keyboard.press("Home")
    assert await page.locator(".message").count() == 0
    assert await page.locator(".unsent").is_hidden(), "what did not go is not told before its day"
    await page.keyboard.press("ArrowRight")
    assert await page.locator(".message").count() == 1
    await page.keyboard.press("End")
    assert await page.locator(".message").count() == all_of_them > 1
    assert await page.locator(".unsent").is_visible()
    reason = page.locator(".why", has_text="session tomorrow")
    await reason.locator("summary").focus()
    await page.keyboard.press("Enter")
    assert "moved out of the reader's quiet hours" in await reason.inner_text()
    await page.locator(".message button").first.click()
    assert "This is a recording" in await page.locator("#toasts").inner_text()
    for person in await page.locator("#who option").evaluate_all("all => all.map(one => one.value)"):
        await page.select_option("#who", person)
    assert await page.evaluate("window.hit") is None
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []


@pytest.mark.chromium
@pytest.mark.parametrize("at", ["1e99", "NaN", "x"])
async def test_an_address_with_a_time_that_cannot_be_opens_the_end(page: Page, file: str, at: str) -> None:
    await page.goto(f"{file}#at={at}")
    await page.wait_for_selector("html[data-ready]")
    assert "2027" in await page.locator(".moment-read").inner_text()


@pytest.mark.chromium
@pytest.mark.parametrize("size", SIZES)
async def test_axe_finds_no_fault_at_any_size(chromium: Browser, file: str, size: str) -> None:
    for scheme in SCHEMES:
        page = await opened(chromium, size, scheme)
        for who in ("slack", "teams", "email"):
            await shown(page, file, who)
            if await page.locator(".why summary").count():
                await page.locator(".why summary").last.click()
            assert await faults(page) == [], (size, scheme, who)
