"""Makes the pictures of the README and docs: `.venv/bin/python docs/make_screenshots.py` (needs Chromium);
with `reports`, `calendar` or `page`, those of the reports, the recall calendar or the series page alone.

It starts a playground of its own in a temporary folder, plays the first days of the sample series in it, and
photographs the page in Chromium. What the pictures show is what a visitor of `make run` can do.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, ViewportSize, async_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from adapters.cli.reporting import write_sample  # noqa: E402
from adapters.demo.script import answer_message, keep_what_surfaced, open_doors  # noqa: E402
from adapters.demo.story import Story, cast_for, commands  # noqa: E402
from adapters.logs import set_up_logs  # noqa: E402
from adapters.playground.environment import Environment  # noqa: E402
from adapters.playground.server import PAGE, living  # noqa: E402
from adapters.settings import read_settings  # noqa: E402

IMAGES = ROOT / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
SIZE: ViewportSize = {"width": 1440, "height": 900}


async def main(only: str = "") -> None:
    """Write every picture anew, or some alone (``reports``, ``calendar``, ``page``)."""
    set_up_logs()
    IMAGES.mkdir(exist_ok=True)
    if only not in {"calendar", "page"}:
        await photograph_reports()
    if only == "reports":
        return
    with tempfile.TemporaryDirectory(prefix="throughline-pictures-") as folder:
        settings = read_settings(data_folder=Path(folder), port=0)
        async with living(settings) as environment:
            story = await play_first_days(environment)
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), headless=True, args=FLAGS
                )
                page = await (await browser.new_context(viewport=SIZE, device_scale_factor=1)).new_page()
                if not only:
                    await photograph(environment, page)
                if only != "page":
                    await photograph_calendar(story, page)
                if only != "calendar":
                    await photograph_series_page(story, page)
                await browser.close()


async def photograph_reports() -> None:
    """The sample's report as a funder sees it: on a screen, in the dark on a phone, and printed."""
    with tempfile.TemporaryDirectory(prefix="throughline-reports-") as folder:
        await write_sample(Path(folder))
        address = (Path(folder) / "funder-to-date-en.html").as_uri()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), headless=True, args=FLAGS
            )
            page = await browser.new_page(viewport={"width": 1280, "height": 1010})
            await page.goto(address)
            await page.screenshot(path=IMAGES / "report.png")
            drawings = await page.locator(".plots").bounding_box()
            if drawings is not None:
                part = {**drawings, "height": 1500}
                await page.screenshot(path=IMAGES / "report-plots.png", full_page=True, clip=part)  # type: ignore[arg-type]
            await page.set_viewport_size({"width": 718, "height": 760})
            await page.reload()
            await page.emulate_media(media="print")
            await page.screenshot(path=IMAGES / "report-print.png")
            phone = await browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
            await phone.goto(address)
            await phone.screenshot(path=IMAGES / "report-phone.png")
            await browser.close()


async def play_first_days(environment: Environment) -> Story:
    """Channels are open, people have joined, and the first session is three days away."""
    story = Story(environment, cast_for(environment, "both"), commands())
    story.habits = answer_message
    await open_doors(story)
    await story.until(story.now.replace(month=2, day=22, hour=21))
    return story


async def photograph(environment: Environment, page: Page) -> None:
    """The README's pictures, each after what it shows was clicked together."""
    slack = environment.slack.user("Lucía Peñaloza")
    kaas = environment.slack.user("Kaasgéi Williams")
    teams = environment.teams.user("Paniguaq Nick")
    jonah = environment.slack.user("Jonah Abernathy")
    channel = next(one for one in environment.slack.channels_of("Jonah Abernathy") if one.kind == "private")
    rooms = [one for team in environment.teams.workplace.teams.values() for one in team.channels]
    place = next(room.id for room in rooms if room.name != "General")

    async def at(view: str, **known: str) -> None:
        marks = "&".join(f"{name}={value}" for name, value in {"view": view, **known}.items())
        await page.goto("about:blank")
        await page.goto(f"{environment.address}{PAGE}/#{marks}")
        await page.wait_for_selector("html[data-ready]")
        await page.wait_for_selector(".pane .message, .pane .home-inner")

    async def keep(name: str) -> None:
        await page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        await page.screenshot(path=IMAGES / f"{name}.png")

    await at("both", slack=kaas.id, **{"slack-place": channel.id, "teams": teams.teams_id})
    await keep("playground")
    await at("slack", slack=jonah.id)
    await keep("facilitator")
    await at("slack", slack=kaas.id)
    await page.fill(".slack .composer textarea", "/throughline introduce")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("dialog.form-window[open]")
    await keep("form")
    await at("teams", teams=teams.teams_id, **{"teams-place": place})
    await keep("teams")
    await at("slack", slack=slack.id, **{"slack-place": "home"})
    await keep("home")


async def photograph_calendar(story: Story, page: Page) -> None:
    """What comes back after the series: the facilitator's card, and the page behind it."""
    lead = story.facilitator("slack")
    assert lead is not None
    for number in range(1, 5):
        await keep_what_surfaced(story, lead, number)
    await lead.type("stick")
    slack = story.environment.slack
    newest = slack.inbox(lead.person.id)[-1]
    links = [one.get("url", "") for block in newest.blocks for one in block.get("elements", ())]
    await page.goto("about:blank")
    await page.goto(f"{story.environment.address}{PAGE}/#view=slack&slack={lead.person.id}")
    await page.wait_for_selector("html[data-ready]")
    await page.wait_for_selector(".pane .message")
    await page.screenshot(path=IMAGES / "recall-card.png")
    await page.set_viewport_size({"width": 1100, "height": 900})
    await page.goto(next(link for link in links if "/stick/" in link))
    await page.screenshot(path=IMAGES / "recall-calendar.png")


async def photograph_series_page(story: Story, page: Page) -> None:
    """A facilitator's page a day before the first session, with a message in hand."""
    lead = story.facilitator("slack")
    assert lead is not None
    await lead.type("series page")
    newest = story.environment.slack.inbox(lead.person.id)[-1]
    links = [one.get("url", "") for block in newest.blocks for one in block.get("elements", ())]
    await page.set_viewport_size({"width": 1280, "height": 2300})
    await page.goto(next(link for link in links if "/series-page/" in link))
    await page.wait_for_selector("html[data-ready]")
    await page.locator(".message a", has_text="Look back").first.click()
    await page.wait_for_selector("#opened")
    await page.mouse.move(0, 0)
    await page.evaluate("() => scrollTo(0, 0)")
    await page.screenshot(path=IMAGES / "series-page.png")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:2]))
