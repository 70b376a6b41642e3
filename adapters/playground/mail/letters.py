"""An e-mail as its reader has it, and the messages that readers and mail servers send back."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime
from pathlib import Path

from icalendar import Calendar, Event

MARK = re.compile(r"<([A-Za-z0-9_-]+)\.[^@>]+@[^>]+>")


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail that the server took. `id` counts from 1; `at` is the playground's clock."""

    id: str
    to: str
    raw: str
    at: datetime

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw.encode("latin-1"), policy=default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def sender(self) -> str:
        return str(self.message["From"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def mark(self) -> str | None:
        """The mark that the bot put in its message id."""
        found = MARK.fullmatch(str(self.message["Message-ID"] or "").strip())
        return found[1] if found else None

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


def load(file: Path) -> list[Letter]:
    """What was saved; nothing when there is no file yet."""
    if not file.is_file():
        return []
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [Letter(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in rows]


def save(file: Path, letters: list[Letter]) -> None:
    draft = file.with_suffix(".new")
    rows = [json.dumps(asdict(one) | {"at": one.at.isoformat()}) for one in letters]
    draft.write_text("\n".join(rows), encoding="utf-8")
    draft.replace(file)


def reply(letter: Letter, text: str, now: datetime, number: int) -> EmailMessage:
    """What a mail program makes of an answer: the words above, the message quoted below."""
    answer = EmailMessage(policy=SMTP)
    answer["From"], answer["To"] = letter.to, letter.sender
    answer["Subject"] = f"Re: {letter.subject}"
    answer["Date"] = format_datetime(now)
    answer["Message-ID"] = f"<reply-{number}@mailbox.example>"
    answer["In-Reply-To"] = answer["References"] = str(letter.message["Message-ID"])
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    when = f"{letter.at:%a, %d %b %Y at %H:%M}"
    answer.set_content(f"{text}\n\n-- \nSent from my mailbox\n\nOn {when} {letter.sender} wrote:\n{quoted}\n")
    return answer


def out_of_office(letter: Letter, now: datetime, number: int) -> EmailMessage:
    """What a mailbox sends by itself (RFC 3834)."""
    answer = reply(letter, "I am away until Monday. For anything urgent call the front desk.", now, number)
    answer["Auto-Submitted"] = "auto-replied"
    return answer


def calendar_reply(letter: Letter, answer: str, now: datetime, number: int) -> EmailMessage:
    """What a calendar sends at a press on "yes", "maybe" or "no" (ACCEPTED, TENTATIVE, DECLINED), as Google's
    does: by itself, naming no message of ours, with the invitation's id."""
    invited = next(part for part in letter.message.walk() if part.get_content_type() == "text/calendar")
    event = Calendar.from_ical(str(invited.get_content())).walk("VEVENT")[0]
    answered, said = Calendar(), Event()
    for name, value in (("prodid", "-//Mailbox//EN"), ("version", "2.0"), ("method", "REPLY")):
        answered.add(name, value)
    for name in ("uid", "sequence", "dtstart", "dtend", "organizer", "summary"):
        said[name] = event[name]
    said.add("dtstamp", now)
    said.add("attendee", event["attendee"], parameters={"PARTSTAT": answer})
    answered.add_component(said)
    sent = EmailMessage(policy=SMTP)
    sent["From"], sent["To"] = letter.to, str(event["organizer"]).removeprefix("mailto:")
    sent["Subject"] = f"{answer.title()}: {event['summary']}".replace("\n", " ")
    sent["Date"] = format_datetime(now)
    sent["Message-ID"] = f"<calendar-{number}@mailbox.example>"
    sent["Auto-Submitted"] = "auto-generated"
    sent.set_content(f"{letter.to} has answered this invitation.")
    sent.add_alternative(answered.to_ical().decode(), subtype="calendar", params={"method": "REPLY"})
    return sent


def bounce(letter: Letter, now: datetime, status: str = "5.1.1") -> bytes:
    """A delivery status notification (RFC 3464), as a receiving server sends it."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in letter.message.items())
    lines = f"""From: MAILER-DAEMON@mailbox.example
To: {letter.sender}
Subject: Undelivered Mail Returned to Sender
Date: {format_datetime(now)}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

The message could not be delivered.
--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mailbox.example

Final-Recipient: rfc822; {letter.to}
Action: failed
Status: {status}

--part
Content-Type: text/rfc822-headers

"""
    return lines.replace("\n", "\r\n").encode() + headers.encode() + b"\r\n--part--\r\n"


def complaint(letter: Letter, now: datetime) -> bytes:
    """An abuse report (RFC 5965), as a provider sends it when its reader presses "spam"."""
    report = bounce(letter, now).replace(b"report-type=delivery-status", b"report-type=feedback-report")
    fields = (
        f"Feedback-Type: abuse\r\nUser-Agent: mailbox/1\r\nVersion: 1\r\nOriginal-Rcpt-To: {letter.to}\r\n"
    )
    before, _, after = report.partition(b"Content-Type: message/delivery-status")
    rest = after[after.index(b"--part") :]
    return before + b"Content-Type: message/feedback-report\r\n\r\n" + fields.encode() + b"\r\n" + rest
