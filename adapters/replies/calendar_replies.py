"""What a calendar sends at a press on "yes", "maybe" or "no" below an invitation (RFC 5546, RFC 6047).

Google's says that a program wrote it, and no reply names our message: the entry's id is what proves it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from hashlib import sha256
from typing import Any

from icalendar import Calendar, Component

from bot.sessions.invitation_replies import CalendarReply
from storage.sessions import InvitationAnswer

LARGEST = 64 * 1024
"""Characters of a calendar that are looked at."""
_OURS = re.compile(r"[A-Za-z0-9_-]{8,64}\.[A-Za-z0-9_-]{16}@[a-z0-9.-]{1,100}")
_SAID = {
    "ACCEPTED": InvitationAnswer.YES,
    "TENTATIVE": InvitationAnswer.MAYBE,
    "DECLINED": InvitationAnswer.NO,
}


def calendar_reply_in(raw: bytes) -> tuple[CalendarReply, str] | None:
    """The reply, and a key that is the same each time the message comes; None for any other message. Never
    raises."""
    try:
        message = message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        told = _calendar_of(message)
        found = _read(told, str(message.get("From", ""))) if told else None
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError):
        return None  # the libraries' ways to say that this is none
    return None if found is None else (found, sha256(raw).hexdigest()[:32])


def _calendar_of(message: EmailMessage) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            text = str(part.get_content())
            return text if len(text) <= LARGEST else ""
    return ""


def _read(text: str, sender: str) -> CalendarReply | None:
    calendar = Calendar.from_ical(text)
    event = next(iter(calendar.walk("VEVENT")), None)
    if str(calendar.get("METHOD", "")).upper() != "REPLY" or event is None:
        return None
    uid, attendee = str(event.get("UID", "")), _attendee(event)
    answer = _SAID.get(str(attendee.params.get("PARTSTAT", "")).upper())
    if answer is None or not _OURS.fullmatch(uid):
        return None
    spoken_for = re.sub(r"^mailto:", "", str(attendee), flags=re.IGNORECASE)
    addresses = (spoken_for.casefold(), parseaddr(sender)[1].casefold())
    return CalendarReply(uid, addresses, answer, int(event.get("SEQUENCE", 0)), _start(event))


def _attendee(event: Component) -> Any:
    """Who answers: one, or the first of several."""
    found = event["ATTENDEE"]
    return found[0] if isinstance(found, list) else found


def _start(event: Component) -> datetime | None:
    start = event.decoded("DTSTART", None)
    if not isinstance(start, datetime) or start.tzinfo is None:
        return None
    return start.astimezone(UTC)
