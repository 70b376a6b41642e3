"""Takes every picture of the README and docs: `make screenshots` (needs Chromium).

With names of scenes, those alone: `.venv/bin/python docs/take_screenshots.py reports first_hour`. It starts a
playground of its own in a temporary folder and photographs what a visitor of `make run` can do. `SCENES` says
which picture comes out of which scene; a picture that no scene takes, or no page shows, fails a test.
"""

from __future__ import annotations

import asyncio
import base64
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, FloatRect, Locator, Page, ViewportSize, async_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from adapters.cli.reporting import write_sample  # noqa: E402
from adapters.demo.cast import Actor  # noqa: E402
from adapters.demo.replay.page import replay_page  # noqa: E402
from adapters.demo.replay.recording import recording_of  # noqa: E402
from adapters.demo.script import answer_message, keep_what_surfaced, open_doors  # noqa: E402
from adapters.demo.story import Story, cast_for, commands  # noqa: E402
from adapters.logs import set_up_logs  # noqa: E402
from adapters.playground.environment import Environment  # noqa: E402
from adapters.playground.server import PAGE, living  # noqa: E402
from adapters.settings import read_settings  # noqa: E402

IMAGES = ROOT / "docs" / "images"
AGENDAS = ROOT / "docs" / "agendas"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
WIDE: ViewportSize = {"width": 1440, "height": 900}
DESK: ViewportSize = {"width": 1100, "height": 800}
QUALITY = 84


@dataclass(frozen=True)
class Studio:
    """A page of its own for each scene, and what is played on it."""

    page: Page
    story: Story

    @property
    def environment(self) -> Environment:
        return self.story.environment

    async def chat(self, view: str, **known: str) -> None:
        """Look at the playground as somebody."""
        marks = "&".join(f"{name}={value}" for name, value in {"view": view, **known}.items())
        await self.page.goto("about:blank")
        await self.page.goto(f"{self.environment.address}{PAGE}/#{marks}")
        await self.page.wait_for_selector("html[data-ready]")
        await self.page.wait_for_selector(".pane .message, .pane .home-inner, .pane .composer")

    async def type(self, text: str) -> None:
        """A command on Slack, in the conversation that is open."""
        await self.page.fill(".slack .composer textarea", f"/throughline {text}")
        await self.page.keyboard.press("Enter")

    def lead(self) -> Actor:
        found = self.story.facilitator("slack")
        assert found is not None
        return found

    def link(self, part: str) -> str:
        """The address behind a button of the lead's newest message on Slack."""
        newest = self.environment.slack.inbox(self.lead().person.id)[-1]
        links = [one.get("url", "") for block in newest.blocks for one in block.get("elements", ())]
        return next(link for link in links if part in link)


async def keep(page: Page, name: str, part: Locator | None = None, *, height: int = 0) -> None:
    """Write a picture of what is seen, or of one part of the page, whole or its upper `height` pixels."""
    settled = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    await page.evaluate(settled)
    wanted: dict[str, object] = {"format": "webp", "quality": QUALITY}
    if part is not None:
        box: FloatRect | None = await part.bounding_box()
        assert box is not None, name
        clip = {**box, "height": height or box["height"], "scale": 1}
        wanted |= {"clip": clip, "captureBeyondViewport": True}
    session = await page.context.new_cdp_session(page)
    taken = await session.send("Page.captureScreenshot", wanted)
    (IMAGES / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
    await session.detach()


async def chats(studio: Studio) -> None:
    """A channel, a chat, a form and a home, each after what it shows was clicked together."""
    environment, page = studio.environment, studio.page
    lucia, kaas = environment.slack.user("Lucía Peñaloza"), environment.slack.user("Kaasgéi Williams")
    paniguaq = environment.teams.user("Paniguaq Nick").teams_id
    jonah = environment.slack.user("Jonah Abernathy")
    channel = next(one for one in environment.slack.channels_of("Jonah Abernathy") if one.kind == "private")
    rooms = [one for team in environment.teams.workplace.teams.values() for one in team.channels]
    place = next(room.id for room in rooms if room.name != "General")
    await studio.chat("both", slack=kaas.id, **{"slack-place": channel.id, "teams": paniguaq})
    await keep(page, "playground")
    await studio.chat("slack", slack=jonah.id)
    seen = await page.locator(".slack .message").count()
    await studio.type("nudges")
    await page.locator(".slack .message").nth(seen).wait_for()
    await keep(page, "facilitator")
    await studio.chat("slack", slack=kaas.id)
    await studio.type("introduce")
    await page.wait_for_selector("dialog.form-window[open]")
    await keep(page, "form")
    await studio.chat("teams", teams=paniguaq, **{"teams-place": place})
    await keep(page, "teams")
    await studio.chat("slack", slack=lucia.id, **{"slack-place": "home"})
    await keep(page, "home")


async def email(studio: Studio) -> None:
    """A mailbox, and the newest message of the day before the session."""
    page = studio.page
    await page.set_viewport_size(DESK)
    await page.goto(f"{studio.environment.address}{PAGE}/mail/")
    await page.get_by_role("link", name="Jolene Wheeler").click()
    await page.get_by_role("link", name="Coming up").first.click()
    await page.frame_locator("iframe.letter").locator("a").first.wait_for()
    await keep(page, "email")


async def series_page(studio: Studio) -> None:
    """A facilitator's page a day before the first session, with a message in hand."""
    page = studio.page
    await studio.lead().type("series page")
    await page.set_viewport_size({"width": 1280, "height": 2300})
    await page.goto(studio.link("/series-page/"))
    await page.wait_for_selector("html[data-ready]")
    await page.locator(".message a", has_text="Look back").first.click()
    await page.wait_for_selector("#opened")
    await page.mouse.move(0, 0)
    await page.evaluate("() => scrollTo(0, 0)")
    await keep(page, "series-page")


async def first_hour(studio: Studio) -> None:
    """From an agenda in Word and a Google Forms sheet to a series with its channel."""
    chat = studio.page
    await chat.set_viewport_size(DESK)
    await studio.chat("slack", slack=studio.lead().person.id)
    await studio.type("start")
    start = chat.locator(".message", has_text="Start a series")
    await start.wait_for()
    await keep(chat, "first-hour-start")
    page = await chat.context.new_page()
    await page.goto(studio.link("/start/"))
    await page.locator("input[type=file]").nth(0).set_input_files(AGENDAS / "steady-ground.docx")
    await page.locator("input[type=file]").nth(1).set_input_files(AGENDAS / "steady-ground-people.csv")
    await keep(page, "first-hour-files", page.locator("main"))
    await page.get_by_role("button", name="Read it").click()
    make = page.get_by_role("button", name="Make the series")
    await make.wait_for()
    await keep(page, "first-hour-preview", page.locator("main"))
    await make.click()
    await page.get_by_role("button", name="Open its channel").wait_for()
    await keep(page, "first-hour-made", page.locator("main"))
    await page.get_by_role("button", name="Open its channel").click()
    await page.wait_for_load_state()
    await studio.story.settle()
    ours = next(one for one in studio.environment.slack.channels_of(studio.lead().person.name)
                if one.name.startswith("steady-ground"))  # fmt: skip
    await studio.chat("slack", slack=studio.lead().person.id, **{"slack-place": ours.id})
    await keep(chat, "first-hour-channel")


async def calendar(studio: Studio) -> None:
    """What comes back after the series: the facilitator's card, and the page behind it."""
    page, lead = studio.page, studio.lead()
    for number in range(1, 5):
        await keep_what_surfaced(studio.story, lead, number)
    await lead.type("stick")
    address = studio.link("/stick/")
    await studio.chat("slack", slack=lead.person.id)
    await keep(page, "recall-card")
    await page.set_viewport_size({"width": 1100, "height": 900})
    await page.goto(address)
    await keep(page, "recall-calendar")


async def replay(studio: Studio) -> None:
    """The page that `throughline demo --html` writes, with the reason of a message open."""
    page = studio.page
    with tempfile.TemporaryDirectory(prefix="throughline-replay-") as folder:
        file = Path(folder) / "series.html"
        file.write_text(replay_page(await recording_of(studio.environment)), encoding="utf-8")
        await page.set_viewport_size(DESK)
        await page.goto(file.as_uri())
        await page.wait_for_selector("html[data-ready]")
        value = await page.locator("#who option").evaluate_all(
            "all => all.find(one => one.textContent.startsWith('Kaasgéi')).value"
        )
        await page.select_option("#who", value)
        await page.locator(".why summary").last.click()
        await page.locator(".why").last.scroll_into_view_if_needed()
        await keep(page, "replay")


async def reports(page: Page) -> None:
    """The sample's report as a funder sees it: on a screen and printed."""
    with tempfile.TemporaryDirectory(prefix="throughline-reports-") as folder:
        await write_sample(Path(folder))
        await page.set_viewport_size({"width": 1280, "height": 1010})
        await page.goto((Path(folder) / "funder-to-date-en.html").as_uri())
        await keep(page, "report")
        await keep(page, "report-plots", page.locator(".plots"), height=1500)
        await page.set_viewport_size({"width": 718, "height": 760})
        await page.reload()
        await page.emulate_media(media="print")
        await keep(page, "report-print")


Scene = Callable[[Studio], Awaitable[None]]
LATER: dict[str, tuple[Scene, tuple[str, ...]]] = {
    "chats": (chats, ("playground", "facilitator", "form", "teams", "home")),
    "email": (email, ("email",)),
    "series_page": (series_page, ("series-page",)),
    "replay": (replay, ("replay",)),
    "calendar": (calendar, ("recall-card", "recall-calendar")),
}
"""A day before the sample's first session: each scene, and the pictures that it takes."""
FIRST_HOUR = tuple(f"first-hour-{step}" for step in ("start", "files", "preview", "made", "channel"))
SCENES: dict[str, tuple[str, ...]] = {
    "reports": ("report", "report-plots", "report-print"),
    "first_hour": FIRST_HOUR,
    **{name: pictures for name, (_, pictures) in LATER.items()},
}
PICTURES = frozenset(picture for pictures in SCENES.values() for picture in pictures)


async def main(*only: str) -> None:
    """Take the pictures of some scenes, or of all: then what no scene takes is removed."""
    set_up_logs()
    IMAGES.mkdir(exist_ok=True)
    wanted = only or tuple(SCENES)
    for file in IMAGES.iterdir():
        if file.stem not in PICTURES or file.suffix != ".webp":
            file.unlink()
    async with async_playwright() as playwright:
        found = shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=found, headless=True, args=FLAGS)
        if "reports" in wanted:
            await reports(await _page(browser))
        if "first_hour" in wanted:
            async with _town() as story:
                await first_hour(Studio(await _page(browser), story))
        if scenes := [scene for name, (scene, _) in LATER.items() if name in wanted]:
            async with _town() as story:
                await _play_first_days(story)
                for scene in scenes:
                    page = await _page(browser)
                    await scene(Studio(page, story))
                    await page.context.close()
        await browser.close()


async def _page(browser: Browser) -> Page:
    return await (await browser.new_context(viewport=WIDE, device_scale_factor=1)).new_page()


@asynccontextmanager
async def _town() -> AsyncIterator[Story]:
    """The playground on its first morning."""
    with tempfile.TemporaryDirectory(prefix="throughline-pictures-") as folder:
        async with living(read_settings(data_folder=Path(folder), port=0)) as environment:
            yield Story(environment, cast_for(environment, "all"), commands())


async def _play_first_days(story: Story) -> None:
    """Channels are open, people have joined, and the first session is a day away."""
    story.habits = answer_message
    await open_doors(story)
    await story.until(story.now.replace(month=2, day=22, hour=21))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
