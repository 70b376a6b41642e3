"""The calendar feed and the upload of a report, as a browser or a calendar asks for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from icalendar import Calendar

from adapters.teams.package import manifest
from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.core.reply import Reply
from storage.series import Enrollment
from storage.sessions import Attendance
from tests.communities.support import rows
from tests.support.pages import pressed
from tests.support.stage import Stage

STARTS = datetime(2027, 2, 23, 20, 0, tzinfo=UTC)
NEW = 'session new "Steady <b>breathing</b>; calm" 2027-02-23 12:00 90 link=https://example.org/room'
ZOOM = (
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,In waiting room\n"
    "Ana,ana@example.org,02/23/2027 11:59:00 AM,02/23/2027 01:20:00 PM,81,No,No\n"
)


def browser(stage: Stage) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    add_web(app, stage.router, PAGES)
    return TestClient(TestServer(app))


def path_of(stage: Stage, reply: Reply) -> str:
    """The path of the first button that leads to one of our own pages."""
    assert reply.card is not None
    urls = [button.url for button in reply.card.buttons if button.url.startswith(stage.links.base_url)]
    return urls[0].removeprefix(stage.links.base_url)


@pytest.mark.parametrize(("path", "english", "spanish"), [
    ("/privacy", "Type <code>export</code>", "Privacidad"),
    ("/about", "learning community", "comunidad de aprendizaje"),
    ("/terms", "Apache License", "Condiciones de uso"),
])  # fmt: skip
async def test_what_the_app_directories_link_to_is_there_for_anybody(
    stage: Stage, path: str, english: str, spanish: str
) -> None:
    """In the browser's language."""
    told = manifest("00000000-0000-0000-0000-000000000001", "https://bot.example.org")["developer"]
    assert f"https://bot.example.org{path}" in told.values()
    async with browser(stage) as client:
        assert english in await (await client.get(path)).text()
        response = await client.get(path, headers={"Accept-Language": "es-MX,es;q=0.9"})
        assert response.status == 200
        assert spanish in await response.text()


async def test_a_calendar_reads_the_feed_until_after_the_last_session(stage: Stage) -> None:
    await stage.command("fay", NEW)
    path = path_of(stage, await stage.command("ana", "sessions")) + ".ics"
    async with browser(stage) as client:
        stage.clock.move_to(STARTS + timedelta(days=50))
        response = await client.get(path)
        assert response.status == 200
        assert response.content_type == "text/calendar"
        (event,) = Calendar.from_ical(await response.text()).walk("VEVENT")
        assert str(event["summary"]) == "Steady <b>breathing</b>; calm"
        assert event.decoded("dtend") == STARTS + timedelta(minutes=90)
        stage.clock.move_to(STARTS + timedelta(days=70))
        assert (await client.get(path)).status == 403


async def test_a_feed_lives_as_long_as_its_cohort_has_sessions(stage: Stage) -> None:
    """The link was given out when one session was known; a year later there is another."""
    await stage.command("fay", NEW)
    path = path_of(stage, await stage.command("ana", "sessions")) + ".ics"
    stage.clock.move_to(STARTS + timedelta(days=300))
    await stage.command("fay", NEW.replace("2027-02-23", "2028-02-23"))
    stage.clock.move_to(STARTS + timedelta(days=400))
    async with browser(stage) as client:
        response = await client.get(path)
        assert response.status == 200
        assert len(Calendar.from_ical(await response.text()).walk("VEVENT")) == 2


async def test_a_calendar_that_has_the_state_already_is_told_so(stage: Stage) -> None:
    """The tag stays while nothing changed, whenever it is asked for, and changes with the sessions."""
    await stage.command("fay", NEW)
    path = path_of(stage, await stage.command("ana", "sessions")) + ".ics"
    async with browser(stage) as client:
        first = await client.get(path)
        assert "REFRESH-INTERVAL;VALUE=DURATION:PT4H" in await first.text()
        assert "X-PUBLISHED-TTL:PT4H" in await first.text()
        stage.clock.advance(timedelta(hours=5))
        known = {"If-None-Match": first.headers["ETag"]}
        again = await client.get(path, headers=known)
        assert (again.status, await again.read()) == (304, b"")
        tag = first.headers["ETag"]
        for held in ("*", f'"older", {tag}', tag.removeprefix("W/")):
            assert (await client.get(path, headers={"If-None-Match": held})).status == 304
        head = await client.head(path)
        assert (head.status, await head.read()) == (200, b"")
        assert head.headers["ETag"] == first.headers["ETag"]
        preview = await stage.command("fay", "session cancel 1")
        assert preview.card is not None
        await stage.press("fay", "session.cancel", preview.card.buttons[0].value)
        changed = await client.get(path, headers=known)
        assert changed.status == 200
        assert "SUMMARY:Cancelled: Steady" in await changed.text()


async def test_the_page_tells_each_calendar_how_to_subscribe(stage: Stage) -> None:
    await stage.command("fay", NEW)
    path = path_of(stage, await stage.command("ana", "sessions"))
    async with browser(stage) as client:
        page = await (await client.get(path)).text()
    assert f'href="webcal://127.0.0.1:8700{path}.ics"' in page
    assert "calendar.google.com/calendar/render?cid=webcal%3A%2F%2F" in page
    assert "outlook.office.com/calendar/0/addfromweb?url=http%3A%2F%2F" in page


async def test_an_edited_link_and_one_of_who_left_are_dead(stage: Stage) -> None:
    await stage.command("fay", NEW)
    path = path_of(stage, await stage.command("ana", "sessions"))
    async with browser(stage) as client:
        assert (await client.get(path.replace("/calendar/", "/calendar/x"))).status == 403
        async with stage.database.write() as db:
            (one,) = [row for row in await rows(stage, Enrollment) if row.person_id == 2]
            (await db.get_one(Enrollment, one.id)).status = "left"
        assert (await client.get(path)).status == 403


async def test_a_report_is_uploaded_and_confirmed_on_the_page(stage: Stage) -> None:
    await stage.command("fay", NEW)
    stage.clock.move_to(STARTS + timedelta(hours=3))
    path = path_of(stage, await stage.command("fay", "attendance 1"))
    async with browser(stage) as client:
        assert (await client.get(path)).status == 200
        form = FormData()
        form.add_field("content.file", ZOOM.encode("utf-16"), filename="report.csv", content_type="text/csv")
        page = await (await client.post(path, data=form)).text()
        assert "Same email" in page
        assert await rows(stage, Attendance) == []
        sent = await client.post(
            path, data=pressed(stage.links, path, "attendance.certain", "1", stage.clock.now())
        )
        assert "Recorded for 1 person" in await sent.text()
    assert [(one.person_id, one.minutes, one.source) for one in await rows(stage, Attendance)] == [
        (2, 81, "zoom")
    ]
