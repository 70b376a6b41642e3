"""A participant's first ten minutes in Microsoft's own client: its screen, its cards, its requests.

The dialog, which that client does not show, is drawn and filled in by Microsoft's own card library.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect
from sqlalchemy import update
from sqlmodel import col, select

from adapters.playground.teams.cards import actions
from storage.people import Person
from storage.reflections import Commitment
from storage.series import Cohort, Enrollment
from tests.clients.agents_playground import Client, client_of, modules
from tests.stories.town import opened_town

DRAW = """card => {
  const found = new AdaptiveCards.SerializationContext();
  const drawn = new AdaptiveCards.AdaptiveCard();
  drawn.parse(card, found);
  drawn.onExecuteAction = action => { window.sent = action.data; };
  document.body.append(drawn.render());
  return Array.from({length: found.eventCount}, (_, at) => found.getEventAt(at).message);
}"""


@pytest.mark.chromium
async def test_a_participants_first_ten_minutes(page: Page, tmp_path: Path) -> None:
    """The welcome, help, joining by code with a press, and a plan written in a dialog."""
    async with opened_town("teams", tmp_path) as story:
        environment, actor = story.environment, story.people("participant")[0]
        async with environment.application.database.write() as db:
            cohort = (await db.scalars(select(Cohort))).all()[0]
            me = (await db.scalars(select(Person).where(Person.email == actor.person.email))).one()
            mine = update(Enrollment).where(col(Enrollment.person_id) == me.id)
            await db.execute(mine.values(status="invited"))
        user = environment.teams.user(actor.person.name)
        async with client_of(environment, user, tmp_path) as client:
            page.set_default_timeout(8000)
            await page.goto(client.url)
            await expect(page.get_by_text("I keep your learning community together")).to_be_visible()
            await _type(page, "help")
            await _button(page, "Your place here").click()
            await expect(page.get_by_text("introduce", exact=True).last).to_be_visible()
            await _type(page, f"join {cohort.join_code}")
            await _button(page, "I agree").click()
            await expect(page.get_by_text("You are in").last).to_be_visible()
            await _type(page, "commit")
            await expect(_button(page, "Open the form")).to_be_visible()
            await _fill_in(page.context, client, "ask one question")
            await environment.settle()
            assert client.refused == []
        async with environment.application.database.read() as db:
            assert [one.action for one in await db.scalars(select(Commitment))] == ["ask one question"]


def _button(page: Page, label: str) -> Locator:
    """The newest with this label; the card library gives the buttons of a row the role of a menu's items."""
    return page.locator("button", has_text=label).last


async def _type(page: Page, text: str) -> None:
    await page.locator("[contenteditable=true]").first.fill(text)
    await page.keyboard.press("Enter")


async def _fill_in(context: BrowserContext, client: Client, text: str) -> None:
    """Open the newest form as Teams would, fill in what it asks to be written, and send it."""
    [fetch] = [one for one in actions(client.cards[-1]) if "task/fetch" in json.dumps(one)]
    shown = await client.invoke("task/fetch", fetch["data"])
    screen = await context.new_page()
    await screen.add_script_tag(path=modules() / "adaptivecards" / "dist" / "adaptivecards.min.js")
    assert await screen.evaluate(DRAW, shown["task"]["value"]["card"]["content"]) == []
    await screen.get_by_role("textbox").last.fill(text)
    await screen.locator("button").last.click()
    await client.invoke("task/submit", await screen.evaluate("window.sent"))
