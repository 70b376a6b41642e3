"""Sessions as iCalendar text (RFC 5545), and as invitations (RFC 5546): one entry, the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from bot.core.cards import CalendarEntry

PRODUCT = "-//Throughline//Learning community//EN"
ASK_AGAIN = "PT4H"
"""How often a calendar should ask for the feed again: RFC 7986, and the older name that Outlook reads."""


def feed(name: str, entries: Sequence[CalendarEntry], now: datetime) -> bytes:
    """A calendar to subscribe to. `now` stamps the entries."""
    found = _calendar("PUBLISH")
    found.add("name", name)
    found.add("x-wr-calname", name)
    found.add("refresh-interval", timedelta(hours=4), parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", ASK_AGAIN)
    for entry in entries:
        found.add_component(_event(entry, now))
    return bytes(found.to_ical())


def invitation(entry: CalendarEntry, organizer: str, attendee: str, now: datetime) -> tuple[str, bytes]:
    """The method, ``REQUEST`` or ``CANCEL``, and the text of an invitation of one person."""
    method = "CANCEL" if entry.cancelled else "REQUEST"
    found, event = _calendar(method), _event(entry, now)
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    invited = vCalAddress(f"mailto:{attendee}")
    invited.params["ROLE"], invited.params["RSVP"] = vText("REQ-PARTICIPANT"), vText("TRUE")
    invited.params["PARTSTAT"] = vText("NEEDS-ACTION")
    event.add("attendee", invited)
    found.add_component(event)
    return method, bytes(found.to_ical())


def _calendar(method: str) -> Calendar:
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", method)
    return found


def _event(entry: CalendarEntry, now: datetime) -> Event:
    """Moments are UTC, which every calendar shows in its owner's zone. A moved session keeps its UID and
    grows its sequence number."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", (entry.starts_at + timedelta(minutes=entry.minutes)).astimezone(UTC))
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.note:
        event.add("description", entry.note)
    if entry.place:
        event.add("url", entry.place)
        event.add("location", entry.place)
    return event
