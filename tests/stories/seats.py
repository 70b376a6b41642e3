"""People of a story at their screens: the playground's page, in which everybody has their Slack or Teams."""

from __future__ import annotations

from aiohttp import web
from playwright.async_api import BrowserContext, Page

from adapters.demo.cast import Actor
from adapters.demo.story import Story
from adapters.playground.environment import Environment
from adapters.playground.page import Playground
from adapters.playground.server import PAGE
from tests.playground.page.looking import look, write


def window(environment: Environment, app: web.Application) -> None:
    """Mounts the page."""
    Playground(environment.slack, environment.teams, environment.clock).mount(app, PAGE)


async def seat(story: Story, context: BrowserContext, actor: Actor) -> Page:
    """A tab in which somebody has their chat with the bot before them."""
    tab = await context.new_page()
    if actor.platform == "slack":
        await look(tab, story.environment, "slack", slack=actor.person.id)
    else:
        await look(
            tab, story.environment, "teams", teams=story.environment.teams.user(actor.person.name).teams_id
        )
    return tab


async def type_in(tab: Page, actor: Actor, text: str) -> None:
    """A command, as it is typed on their platform."""
    await write(tab, actor.platform, f"/throughline {text}" if actor.platform == "slack" else text)
