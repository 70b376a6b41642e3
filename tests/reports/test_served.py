"""The report's links over real HTTP: page, files, what is recorded, and every way in which a link is dead."""

from __future__ import annotations

import csv
import io
import re
import string
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.async_api import Page
from sqlmodel import col, delete, select

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.core.links import Links
from storage.people import AuditEvent, Duty
from tests.reports import support
from tests.reports.support import FEATURES, answered, attend, people
from tests.support.chromium import chromium, page  # noqa: F401 - fixtures
from tests.support.databases import sqlite_with_tables
from tests.support.stage import START, Stage, staged, text_of

ALASKA, IDAHO, OREGON = 14, 12, 6
SHARE = 'report share "State health office" steady days=30'


@dataclass
class Site:
    """A served community with one finished series: fay administers it, eva evaluates it."""

    stage: Stage
    client: ClientSession

    async def shared(self, text: str = SHARE) -> str:
        """The address of a link for somebody outside."""
        found = re.search(r"http://127\S+", text_of(await self.stage.command("fay", text)))
        assert found
        return found[0]

    async def mine(self, user: str = "eva") -> str:
        """The address of a reader's own page, from the button of the card."""
        reply = await self.stage.command(user, "report")
        assert reply.card is not None
        return next(button.url for button in reply.card.buttons if button.url)

    async def trail(self) -> list[tuple[str, int | None, object]]:
        async with self.stage.database.read() as db:
            events = await db.scalars(select(AuditEvent).order_by(AuditEvent.id))  # type: ignore[arg-type]
            return [
                (event.action, event.actor_id, event.details.get("form"))
                for event in events
                if event.action in {"report_seen", "report_exported"}
            ]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        year = await support.year(stage, "Year 6: '23–'24", date(2026, 9, 30))
        cohort = await support.cohort(stage, "steady", await support.project(stage, "Well-Being"), year)
        await stage.person("fay", "administrator")
        eva = await stage.person("eva")
        async with stage.database.write() as db:
            db.add(Duty(person_id=eva.id, role="evaluator", series_id=cohort.series_id))
        for state, count in (("AK", ALASKA), ("ID", IDAHO), ("OR", OREGON)):
            crowd = await people(stage, count, state=state)
            await attend(stage, cohort, [(one, 4) for one in crowd])
        await answered(stage, "series:1", cohort, [{"recommend": 5}] * 19 + [{"recommend": 2}] * 2, asked=32)
        stage.clock.move_to(START + timedelta(weeks=6))
        app = web.Application()
        add_web(app, stage.router, PAGES)
        async with TestClient(TestServer(app)) as client:
            stage.links = stage.router.links = Links(f"http://127.0.0.1:{client.port}", "test-secret")
            yield Site(stage, client.session)


async def said(response: ClientResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", await response.text())).split())


async def test_an_outside_reader_opens_the_page_and_reads_what_may_go_outside(site: Site) -> None:
    async with site.client.get(await site.shared()) as response:
        assert response.status == 200
        read = await said(response)
    assert "People reached 32" in read
    assert "90.5% 19 of 21; 95% interval 71.1% to 97.3%" in read
    assert "fewer than 11 people" in read
    assert "For readers outside the program" in read
    assert "CSV, one number a line" in read
    assert await site.trail() == [("report_seen", None, "page")]


async def test_the_csv_by_the_page_s_own_link_holds_the_numbers_of_the_page(site: Site) -> None:
    link = await site.shared()
    async with site.client.get(link) as response:
        found = re.search(r'href="(\?[^"]*file=csv)"', await response.text())
    assert found
    async with site.client.get(link + unescape(found[1])) as response:
        assert response.status == 200
        assert response.content_type == "text/csv"
        assert re.search(
            r'filename="throughline-series-1-2027-\d\d-\d\d.csv"', response.headers["Content-Disposition"]
        )
        rows = list(csv.reader(io.StringIO((await response.read()).decode("utf-8-sig"))))
    values = {(row[1], row[2]): row[3] for row in rows}
    assert values["People reached", ""] == "32"
    assert values["Would recommend it", ""] == str(19 / 21)
    assert values["Hidden below", ""] == "11"
    assert await site.trail() == [("report_seen", None, "page"), ("report_exported", None, "csv")]


async def test_the_workbook_is_sent_in_pieces_and_opens(site: Site, tmp_path: Path) -> None:
    async with site.client.get(await site.shared() + "?file=xlsx") as response:
        assert response.status == 200
        assert response.headers["Transfer-Encoding"] == "chunked"
        (tmp_path / "r.xlsx").write_bytes(await response.read())
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    summary = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True)}
    assert summary["People reached"] == 32
    assert await site.trail() == [("report_exported", None, "xlsx")]


@pytest.mark.parametrize("query", ["", "?file=csv", "?file=xlsx"])
async def test_page_and_files_are_never_cached_framed_or_named_to_others(site: Site, query: str) -> None:
    async with site.client.get(await site.shared() + query) as response:
        headers = response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


async def test_an_inside_reader_sees_more_and_can_look_as_from_outside(site: Site) -> None:
    link = await site.mine()
    async with site.client.get(link) as response:
        inside = await said(response)
    async with site.client.get(link + "?for=outside") as response:
        outside = await said(response)
    assert "fewer than 5 people" in inside
    assert "Do not pass it on" in inside
    assert "fewer than 11 people" in outside
    assert "OR" in inside
    assert [form for _, _, form in await site.trail()][-2:] == ["page", "page"]


async def test_nobody_outside_gets_the_numbers_for_inside(site: Site) -> None:
    for query in ("?for=inside", "?for=", "?k=1", "?for=outside&for=inside"):
        async with site.client.get(await site.shared() + query) as response:
            assert "fewer than 11 people" in await said(response)


async def test_the_reader_chooses_the_language_and_nonsense_changes_nothing(site: Site) -> None:
    link = await site.shared(SHARE + " language=es")
    async with site.client.get(link) as response:
        assert "Personas que participaron 32" in await said(response)
    async with site.client.get(link + "?lang=en") as response:
        assert "People reached 32" in await said(response)
    async with site.client.get(link + "?lang=../../etc&view=x&file=exe") as response:
        assert response.status == 200
        assert "Personas que participaron 32" in await said(response)


async def test_before_the_first_session_the_page_says_so(site: Site) -> None:
    year = await support.year(site.stage, "Year 7", date(2027, 9, 30))
    await support.cohort(site.stage, "later", 1, year, first=START + timedelta(weeks=60))
    async with site.client.get(await site.shared("report share HRSA later")) as response:
        assert "Nothing to report yet" in await said(response)
    assert await site.trail() == []


# --- dead links ---------------------------------------------------------------------------------------------


async def refused(site: Site, link: str, language: str = "en") -> str:
    """What a dead link says: 403, no number of the report, nothing recorded as seen."""
    before = await site.trail()
    async with site.client.get(link, headers={"Accept-Language": language}) as response:
        assert response.status == 403
        assert response.headers["Cache-Control"] == "no-store"
        text = await said(response)
    assert "32" not in text
    assert await site.trail() == before
    return text


async def test_a_link_that_ended_says_what_to_do_in_the_reader_s_language(site: Site) -> None:
    link = await site.shared()
    site.stage.clock.advance(timedelta(days=31))
    assert "ask the person who sent it to you" in await refused(site, link)
    assert "pida un enlace nuevo" in await refused(site, link, "es-MX,es;q=0.9,en;q=0.5")


async def test_a_link_that_was_taken_back_is_dead_for_page_and_files(site: Site) -> None:
    link = await site.shared()
    async with site.client.get(link) as response:
        assert response.status == 200
    await site.stage.command("fay", "report revoke 1")
    for query in ("", "?file=csv", "?file=xlsx", "?lang=es"):
        await refused(site, link + query)


async def test_an_inside_link_dies_with_the_duty_and_with_the_person(site: Site) -> None:
    link = await site.mine()
    async with site.stage.database.write() as db:
        duty = (await db.scalars(select(Duty).where(Duty.role == "evaluator"))).one()
        await db.delete(duty)
    await refused(site, link)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 400), letter=st.sampled_from(string.ascii_letters + string.digits + "-_."))
async def test_every_letter_of_the_link_counts(site: Site, place: int, letter: str) -> None:
    base, _, token = (await site.shared()).rpartition("/")
    place %= len(token)
    edited = token[:place] + letter + token[place + 1 :]
    # The last letter of a signature holds bits that no byte is made of.
    if edited == token or place == len(token) - 1:
        return
    await refused(site, f"{base}/{edited}")


async def test_a_link_for_another_page_or_cut_off_is_dead(site: Site) -> None:
    links, now = site.stage.links, site.stage.clock.now()
    link = await site.shared()
    await refused(site, link[:-5])
    await refused(site, links.to("calendar", 1, 0, now).replace("/calendar/", "/report/"))
    await refused(site, links.to("report", 99, 0, now))
    await refused(site, links.to("report", "all", 0, now))
    await refused(site, links.to("report", 1, 2, now))
    await refused(site, Links("http://127.0.0.1", "another secret").to("report", 1, 0, now).replace(
        "http://127.0.0.1", link.partition("/report/")[0]))  # fmt: skip


async def test_neither_address_nor_reader_is_written_to_the_log(
    site: Site, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    link = await site.shared()
    for address in (link, link + "?file=csv", link[:-4]):
        async with site.client.get(address):
            pass
    written = "".join(capsys.readouterr()) + caplog.text
    assert link.rpartition("/")[2][:24] not in written
    assert "State health office" not in written


async def test_the_administrator_reads_who_saw_and_took_it(site: Site) -> None:
    link = await site.shared()
    for query in ("", "?file=csv"):
        async with site.client.get(link + query):
            pass
    told = text_of(await site.stage.command("fay", "report audit"))
    assert "State health office (outside): opened the page of Steady" in told
    assert "State health office (outside): took Steady as CSV" in told
    assert "Opened once." in text_of(await site.stage.command("fay", "report links"))


async def test_the_trail_as_a_file_is_for_administrators_and_runs_nothing(site: Site) -> None:
    link = await site.shared('report share "=1+1" steady days=30')
    async with site.client.get(link):
        pass
    reply = await site.stage.command("fay", "report audit")
    assert reply.card is not None
    url = next(button.url for button in reply.card.buttons if button.url)
    async with site.client.get(url) as response:
        assert response.headers["Content-Disposition"].startswith("attachment")
        told = list(csv.DictReader(io.StringIO((await response.text()).removeprefix("\ufeff"))))
    assert [(one["who"], one["outside"], one["action"], one["form"]) for one in told] == [
        ("'=1+1", "yes", "report_seen", "page")
    ]
    async with site.stage.database.write() as db:
        taken = select(AuditEvent.actor_id).where(AuditEvent.action == "report_trail_exported")
        assert list(await db.scalars(taken)) == [1]
        await db.execute(delete(Duty).where(col(Duty.person_id) == 1))
    async with site.client.get(url) as response:
        assert response.status == 403


# --- in a browser -------------------------------------------------------------------------------------------


@pytest.mark.chromium
async def test_a_keyboard_opens_every_definition_and_table(site: Site, page: Page) -> None:  # noqa: F811
    await page.goto(await site.shared())
    details = page.locator("details")
    total = await details.count()
    assert total > 10
    for _ in range(400):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.tagName") == "SUMMARY":
            await page.keyboard.press("Enter")
        if await page.evaluate("document.querySelectorAll('details[open]').length") == total:
            break
    assert await page.locator("details[open]").count() == total
    assert await page.get_by_text("Agree and strongly agree").is_visible()


@pytest.mark.chromium
@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_summary_prints_on_one_page(site: Site, page: Page, language: str) -> None:  # noqa: F811
    await page.goto(await site.shared() + f"?lang={language}")
    assert pages_in(await page.pdf(prefer_css_page_size=True, print_background=True)) == 1
    await page.goto(await site.shared() + f"?lang={language}&view=all")
    assert pages_in(await page.pdf(prefer_css_page_size=True, print_background=True)) > 1


@pytest.mark.chromium
@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_runs_over_the_edge(site: Site, page: Page, width: int) -> None:  # noqa: F811
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(await site.shared())
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


def pages_in(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
