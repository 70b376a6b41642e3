"""The first hour in Chromium, from either platform: an agenda in Word and a Google Forms sheet of seventeen
people become a series that was looked at first, with its channel open."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect
from sqlmodel import func, select

from adapters.demo.cast import Actor
from adapters.demo.story import Story
from storage.series import CohortChannel, Enrollment, Series
from storage.sessions import Session
from tests.stories.seats import seat, type_in, window
from tests.stories.towns import quiet_town
from tests.support.chromium import chromium, page

__all__ = ["chromium", "page"]

AGENDAS = Path(__file__).parents[2] / "docs" / "agendas"
MOST_DEEDS, MOST_SECONDS = 7, 90.0
UPLOAD, READ_IT = re.compile("^(Upload files|Subir archivos)$"), re.compile("^(Read it|Leer)$")
MAKE_IT = re.compile("^(Make the series|Crear la serie)$")
OPEN_CHANNEL = re.compile("^(Open its channel|Abrir su canal)$")
OPENING = re.compile("I am opening the channel|Estoy abriendo el canal|Abro ahora el canal")
SEVENTEEN = re.compile("17 people: 15 known here, 2 new|17 personas: conocidas aquí 15, nuevas 2")
NO_MESSAGE_FROM_LOOKING = re.compile("nobody gets a message from looking|nadie recibe un mensaje por mirar")
IN_THEIR_ZONE = re.compile("1:00.{1,8}(Mountain|hora estándar de las Montañas)")
FIRST_WEEK = re.compile("In the fullest week one person gets|En la semana más cargada una persona recibe")


class Deeds:
    """What a person does, counted."""

    def __init__(self) -> None:
        self.count, self._began = 0, time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    async def press(self, what: Locator) -> None:
        self.count += 1
        await what.click()

    async def choose(self, field: Locator, file: Path) -> None:
        self.count += 1
        await field.set_input_files(file)


@pytest.mark.chromium
@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_from_what_people_have_to_a_series_that_was_looked_at(
    page: Page, tmp_path: Path, home: str
) -> None:
    """In at most seven deeds and ninety seconds; a look makes nothing, and nobody has been written to."""
    async with quiet_town("both", tmp_path, window) as story:
        (lead,) = [one for one in story.people("facilitator") if one.platform == home]
        before = await _made(story)
        deeds = Deeds()
        preview = await _uploaded(deeds, await seat(story, page.context, lead), lead)
        for said in (NO_MESSAGE_FROM_LOOKING, SEVENTEEN, IN_THEIR_ZONE, FIRST_WEEK):
            await expect(preview.locator("main")).to_contain_text(said)
        assert await _made(story) == before
        await deeds.press(preview.get_by_role("button", name=MAKE_IT))
        await expect(preview.get_by_role("button", name=OPEN_CHANNEL)).to_be_visible()
        assert {name: count - before[name] for name, count in (await _made(story)).items()} == {
            "series": 1, "session": 4, "enrollment": 17, "cohortchannel": 0,
        }  # fmt: skip

        await deeds.press(preview.get_by_role("button", name=OPEN_CHANNEL))
        if home == "teams":
            await expect(preview.locator("main")).to_contain_text("enlazar cohorte")
            return
        await expect(preview.locator("main")).to_contain_text(OPENING)
        assert deeds.count <= MOST_DEEDS
        assert deeds.seconds <= MOST_SECONDS
        await story.settle()
        made = await _made(story)
        assert made["cohortchannel"] == before["cohortchannel"] + 1, "on the platform, though asked on a page"


async def _uploaded(deeds: Deeds, chat: Page, lead: Actor) -> Page:
    """`start`, the page behind its button, two files, and what comes of them."""
    deeds.count += 1
    await type_in(chat, lead, "start")
    async with chat.context.expect_page() as opened:
        await deeds.press(chat.locator(".message").get_by_text(UPLOAD).last)
    page = await opened.value
    files = page.locator("input[type=file]")
    await deeds.choose(files.nth(0), AGENDAS / "steady-ground.docx")
    await deeds.choose(files.nth(1), AGENDAS / "steady-ground-people.csv")
    await deeds.press(page.get_by_role("button", name=READ_IT))
    return page


async def _made(story: Story) -> dict[str, int]:
    async with story.environment.application.database.read() as db:
        return {
            table.__name__.lower(): await db.scalar(select(func.count()).select_from(table)) or 0
            for table in (Series, Session, Enrollment, CohortChannel)
        }
