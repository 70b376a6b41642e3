"""The page in Chromium: on each platform a command is typed, a button pressed, a form filled in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, Route, expect

from adapters.playground.environment import Environment
from adapters.playground.faults import Faults
from adapters.playground.ledger import LedgerPost
from adapters.playground.page.dial import FaultDial
from adapters.playground.page.playground import as_read
from adapters.playground.server import BEGIN, PAGE, living
from adapters.settings import read_settings
from tests.playground.page.looking import look, write
from tests.support.chromium import chromium, page

__all__ = ["chromium", "page"]

ON_SLACK = "Kaasgéi Williams"
ON_TEAMS = "Paniguaq Nick"


@pytest.fixture
async def environment(tmp_path: Path) -> AsyncIterator[Environment]:
    """A playground with its sample community, on a free port."""
    async with living(read_settings(data_folder=tmp_path, port=0, grace_seconds=2)) as environment:
        yield environment


async def change_my_zone(page: Page, platform: str, me: str) -> None:
    """`me` shows a card; its button opens the settings; what is saved there stands."""
    await write(page, platform, me)
    card = page.locator(f".pane.{platform} .message", has_text="How you stand")
    await expect(card).to_contain_text("you are invited")
    await card.get_by_role("button", name="My settings").click()
    form = page.get_by_role("dialog", name="Your settings")
    await form.get_by_label("Time zone").fill("America/Boise")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_be_hidden()
    await write(page, platform, me)
    await expect(page.locator(f".pane.{platform} .message").last).to_contain_text("America/Boise")


@pytest.mark.chromium
async def test_slack_takes_a_command_a_button_and_a_form(page: Page, environment: Environment) -> None:
    await look(page, environment, "slack", slack=environment.slack.user(ON_SLACK).id)
    await change_my_zone(page, "slack", "/throughline me")


@pytest.mark.chromium
async def test_teams_takes_a_command_a_button_and_a_form(page: Page, environment: Environment) -> None:
    """The same on Teams, drawn by Microsoft's renderer of Adaptive Cards."""
    await look(page, environment, "teams", teams=environment.teams.user(ON_TEAMS).teams_id)
    await change_my_zone(page, "teams", "me")


@pytest.mark.chromium
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_what_is_typed_before_the_place_is_there_is_not_lost(
    page: Page, environment: Environment, platform: str
) -> None:
    """On a slow machine the box stands there before it is known where its words go."""

    async def late(route: Route) -> None:
        await asyncio.sleep(0.5)
        await route.continue_()

    await page.route(f"**/api/{platform}/place?*", late)
    users = {"slack": environment.slack.user(ON_SLACK).id, "teams": environment.teams.user(ON_TEAMS).teams_id}
    await look(page, environment, platform, **{platform: users[platform]})
    await write(page, platform, "/throughline me" if platform == "slack" else "me")
    await expect(page.locator(f".pane.{platform} .message", has_text="How you stand")).to_be_visible()


@pytest.mark.chromium
async def test_teams_is_shown_as_on_a_phone(page: Page, environment: Environment) -> None:
    """A card that escapes too much is told by the backslashes that a phone leaves; ours shows none."""
    user = environment.teams.user(ON_TEAMS)
    await look(page, environment, "teams", teams=user.teams_id)
    await write(page, "teams", "me")
    card = page.locator(".pane.teams .message", has_text="How you stand")
    await expect(card).to_be_visible()
    await page.get_by_role("button", name="Show as a phone").click()
    await expect(card).to_contain_text("you are invited")
    await expect(page.locator(".pane.teams .message").last).not_to_contain_text("\\")
    bold = await card.locator("strong").count()
    chat = environment.teams.workplace.personal_chat(user)
    post = environment.teams.workplace.posts[chat.id][-1]
    for text in post.cards_seen_by(user.teams_id)[0]["body"]:
        if text.get("text"):
            text["text"] += r" 12\:00 PM **over**"
    await write(page, "teams", "me")
    shown = page.locator(".pane.teams .message", has_text=r"12\:00 PM over")
    await expect(shown).to_be_visible()
    assert await shown.locator("strong").count() > bold


@pytest.mark.chromium
async def test_a_platform_is_made_to_refuse_and_forgives_again(page: Page, environment: Environment) -> None:
    """With Slack away a command stays without an answer; switched off again, the next one gets it."""
    user = environment.slack.user(ON_SLACK)
    await look(page, environment, "slack", slack=user.id)
    await page.get_by_text("Faults", exact=True).click()
    await page.get_by_label("Slack is away").check()
    await expect(page.locator(".faults .count")).to_have_text("1")
    before = len(environment.slack.inbox(user))
    await environment.slack.say(user, None, "me")
    await environment.settle()
    assert len(environment.slack.inbox(user)) == before + 1
    await page.get_by_label("Slack is away").uncheck()
    await expect(page.locator(".faults .count")).not_to_have_text("1")
    assert not environment.faults.planned
    await environment.slack.say(user, None, "me")
    await environment.settle()
    assert len(environment.slack.inbox(user)) > before + 2


def test_every_fault_of_the_page_can_be_switched() -> None:
    slack, teams = Faults(), Faults()
    dial = FaultDial(slack, teams)
    for one in dial.told():
        dial.switch(one["name"], True)
    assert len(slack.planned) + len(teams.planned) == len(dial.told())
    assert slack.take_call("POST http://127.0.0.1/api/chat.postMessage T1") is not None
    assert teams.take_call("GET http://127.0.0.1/v3/conversations/c/pagedmembers") is not None
    assert sum(one["played"] for one in dial.told()) == 2
    for one in dial.told():
        dial.switch(one["name"], False)
    assert slack.planned == teams.planned == []
    with pytest.raises(LookupError):
        dial.switch("nothing", True)


@pytest.mark.chromium
async def test_a_field_that_is_wrong_is_told_beside_it(page: Page, environment: Environment) -> None:
    """The form stays open, with the message at the field and what was typed still there."""
    await look(page, environment, "slack", slack=environment.slack.user("Malik Rasmussen").id)
    await write(page, "slack", "/throughline year new")
    form = page.get_by_role("dialog", name="New project year")
    await form.get_by_label("What it is called").fill("Year 10")
    await form.get_by_label("First day").fill("2028-01-02")
    await form.get_by_label("Last day").fill("2027-01-02")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_text("The last day must come after the first.")).to_be_visible()
    await expect(form.get_by_label("What it is called")).to_have_value("Year 10")


@pytest.mark.chromium
async def test_both_platforms_stand_side_by_side_on_one_clock(page: Page, environment: Environment) -> None:
    """Two windows; a day later on the clock is told with what was sent, and the page shows the new time."""
    await look(page, environment, "both")
    await expect(page.locator(".pane.slack .composer:visible")).to_be_visible()
    await expect(page.locator(".pane.teams .composer:visible")).to_be_visible()
    await page.get_by_role("button", name="+1 day").click()
    await expect(page.get_by_role("dialog")).to_contain_text("sent")
    await page.get_by_role("button", name="Done").click()
    assert (environment.clock.now() - BEGIN).days == 1
    await expect(page.locator(".clock .time")).to_contain_text("Feb 9, 2027")


@pytest.mark.chromium
async def test_three_presses_show_what_happens_on_both_platforms(
    page: Page, environment: Environment
) -> None:
    """As the facilitators whom the start text names; each step is one press, and the report is closed."""
    await page.goto(f"{environment.address}{PAGE}/")
    await page.wait_for_selector("html[data-ready]")
    tour = page.locator("details.tour")
    await tour.get_by_role("button", name="Ask on Slack what goes out next").click()
    await expect(page.locator(".pane.slack .message").last).to_contain_text("Steady Teams")
    await tour.get_by_role("button", name="Skip to after the next session").click()
    await page.get_by_role("button", name="Done").click(timeout=60_000)
    await tour.get_by_role("button", name="Ask the same on Teams").click()
    await expect(tour.get_by_role("status")).to_contain_text("Slack took")
    await expect(tour.get_by_role("status")).to_contain_text("Teams took")
    await expect(page.locator(".pane.teams .composer:visible")).to_be_visible()


@pytest.mark.chromium
async def test_the_home_tab_tells_what_is_next(page: Page, environment: Environment) -> None:
    """Opening it asks the bot for it."""
    await look(page, environment, "slack", slack=environment.slack.user(ON_SLACK).id)
    await page.get_by_role("button", name="Throughline home").click()
    await expect(page.locator(".home-inner")).to_contain_text(ON_SLACK.split()[0])


@pytest.mark.chromium
async def test_a_narrow_screen_keeps_everything_within_reach(page: Page, environment: Environment) -> None:
    """On a phone's width nothing sticks out sideways, and the sidebar opens on demand."""
    await page.set_viewport_size({"width": 360, "height": 740})
    await look(page, environment, "slack")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.get_by_role("button", name="People and conversations").click()
    await expect(page.get_by_label("Who you are on Slack")).to_be_visible()


async def test_the_page_is_served_to_this_machine_only(environment: Environment) -> None:
    """A foreign host name, a foreign origin and a change without the page's token are refused."""
    address = f"{environment.address}{PAGE}"
    async with ClientSession() as session:
        async with session.get(f"{address}/") as answer:
            assert answer.status == 200
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        async with session.get(f"{address}/", headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403
        async with session.get(f"{address}/api/people", headers={"Origin": "http://evil.example"}) as answer:
            assert answer.status == 403
        async with session.post(f"{address}/api/clock", json={"hours": 1}) as answer:
            assert answer.status == 403
        async with session.get(f"{environment.address}/", allow_redirects=False) as answer:
            assert answer.headers["Location"] == f"{PAGE}/"


@pytest.mark.chromium
async def test_by_keyboard_and_on_a_phone(page: Page, environment: Environment) -> None:
    """As the facilitator: places are one Tab stop, F6 goes on, @ offers people; the bar is low."""
    await page.set_viewport_size({"width": 1200, "height": 800})
    await page.goto(f"{environment.address}{PAGE}/")
    await page.wait_for_selector("html[data-ready]")
    pane = page.locator(".pane.slack")
    await expect(pane.locator(".person-card .name")).to_have_text("Jonah Abernathy")
    assert await pane.locator('.place[tabindex="0"]').count() == 1
    await pane.locator('.place[tabindex="0"]').focus()
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowDown")
    await expect(pane.locator(".place").nth(1)).to_be_focused()
    await page.keyboard.press("F6")
    await page.keyboard.press("F6")
    box = pane.locator(".conversation .composer textarea")
    await expect(box).to_be_focused()
    await page.keyboard.type("@Jonah")
    await pane.locator(".conversation .suggestions li").first.click()
    assert (await box.input_value()).startswith("@jonah")
    await page.set_viewport_size({"width": 390, "height": 844})
    bar = await page.locator(".topbar").bounding_box()
    assert bar is not None
    assert bar["height"] < 844 / 8


def test_the_clocks_report_reads_as_teams_shows_it() -> None:
    at = datetime(2027, 2, 8, tzinfo=UTC)
    post = LedgerPost("teams", "t", "c", (), None, r"At 12\:00 PM \(noon\)", at, "m")
    assert as_read(post) == "At 12:00 PM (noon)"


MOST_TABS = 6
"""From the person list to the message box: a phone's looks, a place, the messages, one of their controls."""
TOUR = ("help", "nudges", "sessions", "members", "checklist 1", "agenda 1", "reflect")
ACTIVE = "document.activeElement"


async def tabs_to_the_box(page: Page, platform: str) -> int:
    """How often Tab is pressed between the list of people and the message box."""
    await page.get_by_label(f"Who you are on {platform.title()}").focus()
    for pressed in range(1, 400):
        await page.keyboard.press("Tab")
        if await page.evaluate(f"{ACTIVE}.getAttribute('aria-label') === 'Message'"):
            return pressed
    raise AssertionError("never")


@pytest.mark.chromium
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_after_a_tour_few_tabs_lie_before_the_message_box(
    page: Page, environment: Environment, platform: str
) -> None:
    """All messages with their buttons are two Tab stops; arrows reach every button, and focus stays where
    somebody is when the message changes under them."""
    await page.set_viewport_size({"width": 1200, "height": 800})
    await look(page, environment, platform)
    for text in TOUR:
        await write(page, platform, f"/throughline {text}" if platform == "slack" else text)
    await environment.settle()
    messages = page.locator(f".pane.{platform} .conversation .message")
    buttons = messages.locator("button:not(.thread-line)")
    await expect(buttons.nth(30)).to_be_attached()
    assert await tabs_to_the_box(page, platform) <= MOST_TABS
    await page.keyboard.press("Shift+Tab")
    assert await page.evaluate(f"{ACTIVE}.closest('.message') !== null")
    await page.keyboard.press("Escape")
    assert await page.evaluate(f"{ACTIVE}.matches('.message')")
    many = await messages.evaluate_all(
        "all => all.findIndex(one => one.querySelectorAll('button').length > 3)"
    )
    await page.keyboard.press("Home")
    for _ in range(many):
        await page.keyboard.press("ArrowDown")
    await expect(messages.nth(many)).to_be_focused()
    await page.keyboard.press("ArrowRight")
    offered = messages.nth(many).locator("button")
    await expect(offered.first).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(offered.nth(1)).to_be_focused()
    await page.keyboard.press("End")
    await expect(offered.last).to_be_focused()
    assert await tabs_to_the_box(page, platform) <= MOST_TABS
