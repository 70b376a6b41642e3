"""Five independent readers of iCalendar accept the feed and the invitations, and read the same in them.

`ical_js/ical.min.js` is ical.js 2.2.1, which reads calendars in Thunderbird (MPL-2.0, see `ical_js/LICENSE`);
only tests use it.
"""

from __future__ import annotations

import ctypes.util
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import ics
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar
from playwright.async_api import Browser

from bot.core.calendar_entries import feed, invitation
from bot.core.cards import CalendarEntry
from tests.support.chromium import chromium
from tests.support.stage import START

__all__ = ["chromium"]

STARTS = datetime(2027, 2, 23, 20, 0, tzinfo=UTC)
TITLES = (
    "Steady Teams",
    "Commas, semicolons; and \\ backslashes",
    "Café, año, 心 🌿 " + "long " * 40,
    "Two\nlines: BEGIN:VEVENT",
)
Read = tuple[object, object, object]
"""Uid, title and start of an entry."""


def by_icalendar(text: str) -> list[Read]:
    events = Calendar.from_ical(text).walk("VEVENT")
    return [(str(one["uid"]), str(one["summary"]), one.decoded("dtstart")) for one in events]


def by_ics(text: str) -> list[Read]:
    return [(one.uid, one.name, one.begin.datetime) for one in ics.Calendar(text).events]


def by_vobject(text: str) -> list[Read]:
    found = vobject.readOne(text)
    return [(one.uid.value, one.summary.value, one.dtstart.value) for one in found.vevent_list]


def by_ical(text: str) -> list[Read]:
    found = IcsCalendarStream.calendar_from_ics(text)
    return [(one.uid, one.summary, one.dtstart) for one in found.events]


READERS = (by_icalendar, by_ics, by_vobject, by_ical)


def entry(title: str, **more: object) -> CalendarEntry:
    given = {"uid": "session-1@throughline", "sequence": 3, "starts_at": STARTS, "minutes": 90} | more
    return CalendarEntry(title=title, **given)


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("title", TITLES, ids=["plain", "marks", "long", "lines"])
def test_a_feed_is_read(reader: Callable[[str], list[Read]], title: str) -> None:
    entries = [
        entry(title, place="https://example.org/room?a=1&b=2", note="Before: Tuesday"),
        entry("Cancelled: other", uid="session-2@throughline", cancelled=True),
    ]
    read = reader(feed("A series", entries, START).decode())
    found = {uid: (name, start) for uid, name, start in read}
    assert found["session-1@throughline"] == (entries[0].title, STARTS)
    assert found["session-2@throughline"] == ("Cancelled: other", STARTS)


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("cancelled", [False, True])
def test_an_invitation_is_read(reader: Callable[[str], list[Read]], cancelled: bool) -> None:
    made = entry("Steady Teams", cancelled=cancelled)
    method, text = invitation(made, "hello@sender.example", "ana@example.org", START)
    assert method == ("CANCEL" if cancelled else "REQUEST")
    assert f"METHOD:{method}" in text.decode()
    assert reader(text.decode()) == [("session-1@throughline", "Steady Teams", STARTS)]


ICAL_JS = Path(__file__).parent / "ical_js" / "ical.min.js"
READ_BY_ICAL_JS = """text => new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent")
    .map(one => new ICAL.Event(one))
    .map(one => [one.uid, one.summary, one.startDate.toJSDate().toISOString()])"""


@pytest.mark.chromium
async def test_ical_js_reads_both(chromium: Browser) -> None:
    page = await chromium.new_page()
    await page.add_script_tag(path=ICAL_JS)
    starts = "2027-02-23T20:00:00.000Z"
    entries = [
        entry(title, uid=f"session-{n}@throughline", note="Before: 9") for n, title in enumerate(TITLES)
    ]
    read = await page.evaluate(READ_BY_ICAL_JS, feed("A series", entries, START).decode())
    assert read == [[one.uid, one.title, starts] for one in entries]
    for cancelled in (False, True):
        made = entry("Steady Teams", cancelled=cancelled)
        _, text = invitation(made, "hello@sender.example", "ana@example.org", START)
        assert await page.evaluate(READ_BY_ICAL_JS, text.decode()) == [[made.uid, made.title, starts]]


def test_an_invitation_names_both_sides_and_its_place_in_the_order() -> None:
    """RFC 5546: organizer, attendee, and a sequence that grows with each change."""
    _, text = invitation(entry("Steady"), "hello@sender.example", "ana@example.org", START)
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event["organizer"] == "mailto:hello@sender.example"
    assert event["attendee"] == "mailto:ana@example.org"
    assert event["attendee"].params["RSVP"] == "TRUE"
    assert event["sequence"] == 3


def test_libical_finds_no_error_where_it_is_installed() -> None:
    """The C library behind Evolution, KOrganizer and others marks what it does not understand."""
    path = ctypes.util.find_library("ical")
    if path is None:
        pytest.skip("libical is not installed")
    libical = ctypes.CDLL(path)
    libical.icalparser_parse_string.restype = ctypes.c_void_p
    libical.icalcomponent_count_errors.argtypes = [ctypes.c_void_p]
    for text in (feed("A series", [entry(title) for title in TITLES], START),
                 invitation(entry("Steady"), "a@b.example", "c@d.example", START)[1]):  # fmt: skip
        parsed = libical.icalparser_parse_string(text)
        assert parsed
        assert libical.icalcomponent_count_errors(parsed) == 0
