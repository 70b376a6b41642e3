"""From a message in our mailbox to what happened. What does not prove that it answers a message of ours is
nothing: not a sender's name, not a bounce of something that we never sent (backscatter)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import getaddresses, parseaddr
from hashlib import sha256

from adapters.email.marks import MailMark, mark_in
from adapters.email.platform import STOP
from adapters.replies.reply_text import reply_text
from bot.core.events import Command, Event, Press, Said, Uninstalled, Where, Who
from bot.core.links import Links

PLATFORM = "email"
_AN_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~@-]{3,250}>")
STILL_THERE = ("5.2.2", "5.3.4")
"""Refused for good, and the address exists: the mailbox is full, the message is too large (RFC 3463)."""


def event_of(raw: bytes, links: Links, commands: Iterable[str]) -> Event | None:
    """What a message says happened; None for what means nothing to us. Never raises."""
    try:
        message = message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        kind = str(message.get_param("report-type", "")).casefold()
        if kind == "delivery-status":
            return _bounced(message, links)
        if kind == "feedback-report":
            return _complained(message, links)
        return None if _by_a_machine(message) else _replied(message, links, commands)
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError):
        return None  # the library's ways to say that this is no message


def _by_a_machine(message: Message) -> bool:
    """Out of office, lists, other programs (RFC 3834): never an answer, and never answered."""
    if str(message.get("Auto-Submitted", "no")).split(";")[0].strip().casefold() != "no":
        return True
    told = {"X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id", "Feedback-ID"}
    if any(message.get(name) for name in told) or str(message.get("Return-Path", "")).strip() == "<>":
        return True
    return str(message.get("Precedence", "")).casefold() in {"bulk", "junk", "list", "auto_reply"}


def _replied(message: EmailMessage, links: Links, commands: Iterable[str]) -> Event | None:
    address = parseaddr(str(message.get("From", "")))[1].casefold()
    thread = f"{message.get('In-Reply-To', '')} {message.get('References', '')}"
    mark = mark_in(links, thread, address)
    text = reply_text(message)
    if mark is None or not text:
        return None
    own_id = str(message.get("Message-ID", "")).strip()
    if not _AN_ID.fullmatch(own_id):  # it will stand in a header of ours
        own_id = ""
    where = Where(conversation=address, kind="direct", message=own_id)
    own_id = own_id or sha256(message.as_bytes()).hexdigest()
    first = " ".join(text.splitlines()[0].split())
    if _is_command(first, commands):
        return Command(key=_key(own_id), who=_who(mark, address), where=where, text=first)
    return Said(key=_key(own_id), who=_who(mark, address), where=where, text=text)


def _bounced(message: EmailMessage, links: Links) -> Event | None:
    """A delivery status notification (RFC 3464) of a message of ours, failed for good."""
    original = _original(message)
    for fields in _fields(message, "message/delivery-status"):
        status = str(fields.get("Status", "5.0.0")).split()[0]
        if str(fields.get("Action", "")).strip().casefold() != "failed" or not status.startswith("5."):
            continue
        for name in ("Original-Recipient", "Final-Recipient"):
            address = str(fields.get(name, "")).partition(";")[2].strip().strip("<>").casefold()
            mark = mark_in(links, original, address) if address else None
            if mark is not None and status not in STILL_THERE:
                where = Where(conversation=address, kind="direct")
                return Uninstalled(key=_key(f"bounce {mark.mark}"), who=_who(mark, address), where=where)
    return None


def _complained(message: EmailMessage, links: Links) -> Event | None:
    """An abuse report (RFC 5965): the reader pressed "spam". They get no more."""
    original = _original(message)
    told = [str(field.get("Original-Rcpt-To", "")) for field in _fields(message, "message/feedback-report")]
    named = getaddresses([*told, *(line[3:] for line in original.splitlines() if line[:3] == "To:")])
    for address in {spec.strip("<>").casefold() for _, spec in named if spec}:
        if (mark := mark_in(links, original, address)) is not None:
            where = Where(conversation=address, kind="direct")
            who, key = _who(mark, address), _key(f"complaint {mark.mark}")
            return Press(key=key, who=who, where=where, action=STOP, value="complaint")
    return None


def _fields(message: EmailMessage, kind: str) -> Iterable[Message]:
    for part in message.walk():
        if part.get_content_type() == kind:
            yield from part.get_payload() if part.is_multipart() else [part]  # type: ignore[misc]


def _original(message: EmailMessage) -> str:
    """The headers of the message that the report is about."""
    found = []
    for part in message.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            inner = part.get_payload(0) if part.is_multipart() else part.get_payload()
            items = inner.items() if isinstance(inner, Message) else []
            found += [f"{name}: {value}" for name, value in items] or [str(inner)]
    return "\n".join(found)[:100_000]


def _is_command(said: str, commands: Iterable[str]) -> bool:
    said = said.casefold()
    return any(said == name or said.startswith(f"{name} ") for name in commands)


def _who(mark: MailMark, address: str) -> Who:
    return Who(platform=PLATFORM, tenant=mark.tenant, user=address)


def _key(told: str) -> str:
    return sha256(told.encode()).hexdigest()[:32]
