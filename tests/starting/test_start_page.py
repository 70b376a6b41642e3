"""The upload page of `start`: files in, questions answered, made by one press, undone by one."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from storage.series import Enrollment
from storage.sessions import Session
from tests.support.stage import Stage, staged

AGENDAS = Path(__file__).parents[2] / "docs" / "agendas"
FORM = (
    "Timestamp,Full name,Email address,Time zone\n"
    "11/18/2026 8:00:12,Ann Lee,ann@a.example,Anchorage\n11/18/2026 9:00:12,Bo Diaz,bo@b.example,Pacific\n"
)


def _browser(stage: Stage) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    add_web(app, stage.router, PAGES)
    return TestClient(TestServer(app))


def _press(page: str, label: str) -> dict[str, str]:
    """The hidden fields of the form whose button says this."""
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f">{label}<" in one)
    return {name: unescape(value) for name, value in re.findall(r'name="(_\w+)" value="([^"]*)"', form)}


async def test_a_word_agenda_and_a_form_export_become_a_series(sqlite_url: str) -> None:
    async with staged(sqlite_url) as stage:
        await stage.person("fay", "facilitator")
        asked = await stage.command("fay", "start")
        assert asked.card is not None
        upload = asked.card.buttons[0].url.removeprefix(stage.links.base_url)
        file = AGENDAS / "cuidar-a-quien-cuida.docx"
        async with _browser(stage) as browser:
            form = aiohttp.FormData()
            form.add_field("agenda.file", file.read_bytes(), filename=file.name)
            form.add_field("people.file", FORM.encode(), filename="people.csv")
            answer = await browser.post(upload, data=form, allow_redirects=False)
            assert answer.status == 303, "one question is left: which day is meant"
            questions = answer.headers["Location"].removeprefix(stage.links.base_url)
            page = await (await browser.get(questions)).text()
            (name,) = re.findall(r'type="date" value="2027-03-25"', page) and re.findall(
                r'name="(q\d+)"', page
            )
            shown = await (await browser.post(questions, data={name: "2027-03-25"})).text()
            assert "2 people" in shown
            assert "Alaska" in shown
            made = await (await browser.post(questions, data=_press(shown, "Make the series"))).text()
            async with stage.database.read() as db:
                assert len(list(await db.scalars(select(Session)))) == 5
                assert len(list(await db.scalars(select(Enrollment)))) == 2
            undone = await (await browser.post(questions, data=_press(made, "Undo"))).text()
            assert "taken back" in undone
            async with stage.database.read() as db:
                assert list(await db.scalars(select(Session))) == []
