# ruff: noqa: E501 - a shape stands on one line
"""Shapes that real mail programs and servers send: what is an answer, what is a bounce, what is neither."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from adapters.email.marks import MailMark, message_id
from adapters.replies.reading import event_of
from adapters.replies.reply_text import reply_text
from bot.core.events import Event, Press, Said, Uninstalled
from bot.core.links import Links

LINKS = Links("https://bot.example", "test-secret")
ANA = "ana@example.org"
OURS = message_id(LINKS, MailMark("mark-0123456789", "community-1"), ANA, "sender.example")


def read(text: str) -> Event | None:
    return event_of(text.replace("\n", "\r\n").encode(), LINKS, ("help",))


def said(text: str, kind: str = "plain") -> str:
    head = (
        f"From: {ANA}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    message = message_from_bytes((head + text).encode(), policy=default)
    assert isinstance(message, EmailMessage)
    return reply_text(message)


BELOW = {
    "gmail, broken": "On Mon, Feb 8, 2027 at 9:00 AM Northwest Center <\nbot@n.example> wrote:\n\n> Did you?",
    "gmail, broken twice": "On Mon, Feb 8, 2027 at 9:00 AM Northwest Center\nfor Everybody <bot@n.example>\nwrote:\n\n> Did",
    "gmail, Spanish": "El lun, 8 feb 2027 a las 9:00, Centro (<bot@n.example>)\nescribió:\n\n> ¿Lo probó?",
    "gmail, Spanish, a. m.": "El lun., 8 de febrero de 2027 9:00 a. m., C <bot@n.example> escribió:\n\n> x",
    "gmail, German": "Am Mo., 8. Feb. 2027 um 09:00 Uhr schrieb C <bot@n.example>:\n\n> x",
    "gmail, French": "Le lun. 8 févr. 2027 à 09:00, C <bot@n.example> a écrit :\n\n> x",
    "gmail, Portuguese": "Em seg., 8 de fev. de 2027 às 09:00, C <bot@n.example> escreveu:\n\n> x",
    "apple": "> On Feb 8, 2027, at 9:00 AM, C <bot@n.example> wrote:\n> \n> Did you",
    "iphone": "Sent from my iPhone\n\n> On Feb 8, 2027, at 9:00 AM, C wrote:",
    "iphone, Spanish": "Enviado desde mi iPhone\n\n> El 8 feb 2027, a las 9:00, C escribió:",
    "outlook": "From: C <bot@n.example>\nSent: Monday, February 8, 2027 9:00 AM\nTo: Ana\nSubject: x\n\nDid you",
    "outlook, Spanish": "De: C <bot@n.example>\nEnviado el: lunes, 8 de febrero de 2027 9:00\nPara: Ana\n\nx",
    "outlook on the web": "________________________________\nDe: C\nEnviado: lunes, 8 de febrero de 2027\n\nx",
    "outlook for mac": "From: C <bot@n.example>\nDate: Monday, February 8, 2027 at 9:00 AM\nTo: x\n\nz",
    "outlook for ios": "Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: x",
    "outlook for ios, new": "Sent from Outlook for iOS<https://aka.ms/o0ukef>\nFrom: x\nSent: y z",
    "outlook for ios, Spanish": "Enviado desde Outlook para iOS<https://aka.ms/o0ukef>\nDe: x",
    "outlook for android, Spanish": "Obtener Outlook para Android<https://aka.ms/x>",
    "windows mail": "Sent from Mail for Windows\n\nFrom: x",
    "windows mail, Spanish": "Enviado desde Correo para Windows\n\nDe: x",
    "samsung": "-------- Original message --------\nFrom: x\nDate: 2/8/27 9:00 AM",
    "samsung, Spanish": "-------- Mensaje original --------\nDe: x\nFecha: 8/2/27",
    "yahoo": "  On Mon, Feb 8, 2027 at 9:00 AM, C<bot@n.example> wrote:   Did you",
    "yahoo, Spanish": "    El lunes, 8 de febrero de 2027, 09:00:00 GMT-8, C <bot@n.example> escribió:\n\n x",
    "thunderbird": "On 2/8/27 09:00, C wrote:\n> x",
    "thunderbird, Spanish": "El 8/2/27 a las 9:00, C escribió:\n> x",
    "proton": "Sent with Proton Mail secure email.\n\nOn Monday, February 8th, 2027 at 9:00 AM, C <b@x> wrote:\n> x",
    "signature": "-- \nAna Ruiz\nPeer specialist",
}  # fmt: skip


@pytest.mark.parametrize("below", BELOW.values(), ids=BELOW.keys())
def test_what_a_program_adds_below_is_cut_off(below: str) -> None:
    assert said(f"Yes, I did.\nTwice.\n\n{below}\n") == "Yes, I did.\nTwice."


PAGES = {
    "gmail": '<div dir="ltr">Yes.<div>Twice.</div></div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, '
    "Feb 8, 2027 at 9:00 AM C &lt;b@x&gt; wrote:<br></div><blockquote>Did you</blockquote></div>",
    "outlook": "<head><style>p{}</style></head><div>Yes.</div><div>Twice.</div><hr><div><b>From:</b> C<br>"
    "<b>Sent:</b> Monday<br><b>To:</b> a</div><div>Did you</div>",
    "outlook, Spanish": "<p class=MsoNormal>Yes.</p><p>Twice.</p><div><p><b>De:</b> C<br><b>Enviado el:</b> lunes"
    "</p></div><p>x</p>",
    "apple": "Yes.<br>Twice.<div><blockquote type=cite><div>On Feb 8, 2027, C wrote:</div></blockquote></div>",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_a_reply_of_html_alone_is_cut_the_same_way(page: str) -> None:
    assert [line for line in said(page, "html").splitlines() if line.strip()] == ["Yes.", "Twice."]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("> Did you try it?\n\nYes, I did.", "Yes, I did."),
        ("On 2/8/27 09:00, C wrote:\n> Did you?\nYes.\n> And then?\nTwice.\n-- \nAna", "Yes.\nTwice."),
        ("On the way home I wrote:\nbreathe first.", "On the way home I wrote:\nbreathe first."),
        ("On day 3 I wrote:\nbreathe first.", "On day 3 I wrote:\nbreathe first."),
        ("De: corazón\ngracias por todo", "De: corazón\ngracias por todo"),
        ("Sent from the heart: thank you", "Sent from the heart: thank you"),
        ("> only quoted", ""),
    ],
)
def test_a_persons_own_words_stay(written: str, kept: str) -> None:
    """Also below and between what is quoted, and where they sound like a program's."""
    assert said(written) == kept


def reply(subject: str, more: str = "") -> str:
    return f"From: {ANA}\nSubject: {subject}\nIn-Reply-To: {OURS}\nMessage-ID: <1@m.example>\n{more}\nI am away.\n"


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Look back", "Out of Office: Look back", "Auto-Reply: x", "Respuesta automática: Repaso",
        "Fuera de la oficina: Repaso", "Automatische Antwort: x", "Abwesenheitsnotiz: x", "Réponse automatique : x",
        "Resposta automática: x", "Risposta automatica: x", "=?utf-8?q?Respuesta_autom=C3=A1tica=3A_x?=",
    ],
)  # fmt: skip
def test_an_out_of_office_of_an_old_program_is_known_by_its_subject(subject: str) -> None:
    assert read(reply(subject)) is None


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied\n", "Auto-Submitted: auto-generated; owner-email=x\n", "X-Autoreply: yes\n",
        "X-Auto-Response-Suppress: All\n", "Precedence: bulk\n", "Return-Path: <>\n", "List-Id: <a.example>\n",
    ],
)  # fmt: skip
def test_what_a_program_wrote_is_no_answer(header: str) -> None:
    assert isinstance(read(reply("Re: Look back")), Said)
    assert read(reply("Re: Look back", header)) is None


def bounce(status: str, recipient: str = f"rfc822; {ANA}", kind: str = "rfc822") -> str:
    return f"""From: postmaster@example.org
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns;mta4.example.org
Arrival-Date: Thu, 22 Feb 2027 23:34:45 +0900

Final-Recipient: {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp;550 refused

--b
Content-Type: {"message/rfc822" if kind == "rfc822" else "text/rfc822-headers"}

From: bot@sender.example
To: Ana <{ANA}>
Message-ID: {OURS}

x
--b--
"""


@pytest.mark.parametrize("kind", ["rfc822", "headers"])
@pytest.mark.parametrize("recipient", [f"rfc822; {ANA}", f"rfc822;<{ANA}>", f"RFC822;{ANA.upper()}"])
def test_a_bounce_of_each_shape_is_read(recipient: str, kind: str) -> None:
    found = read(bounce("5.1.1", recipient, kind))
    assert isinstance(found, Uninstalled)
    assert found.who.user == ANA


@pytest.mark.parametrize(
    ("status", "gone"),
    [
        ("5.1.1", True), ("5.1.10", True), ("5.0.0", True), ("5.2.1", True), ("5.4.1", True), ("5.5.0", True),
        ("5.7.13", True), ("5.2.2", False), ("5.3.4", False), ("5.4.7", False), ("5.6.0", False),
        ("5.7.1", False), ("5.7.26", False), ("4.4.7", False),
    ],
)  # fmt: skip
def test_only_what_is_said_of_the_address_makes_it_unreachable(status: str, gone: bool) -> None:
    """A server that blocks ours would else make a whole town unreachable."""
    assert isinstance(read(bounce(status)), Uninstalled) is gone


def exim(reason: str) -> str:
    return f"""From: Mail Delivery System <Mailer-Daemon@mx.example>
X-Failed-Recipients: {ANA}
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.
The following address(es) failed:

  {ANA}
    {reason}

------ This is a copy of the message, including all the headers. ------

To: {ANA}
Message-ID: {OURS}
"""


def test_exims_own_form_of_a_bounce_is_read() -> None:
    assert isinstance(read(exim("550 5.1.1 User unknown")), Uninstalled)
    assert read(exim("retry timeout exceeded")) is None
    assert read(exim("550 User unknown").replace("mark-0", "mark-x")) is None


def test_outlooks_own_form_of_a_complaint_is_read() -> None:
    report = f"""From: staff@hotmail.example
Subject: complaint about message from 192.0.2.222
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: message/rfc822
Content-Disposition: inline

X-HmXmrOriginalRecipient: {ANA}
To: {ANA}
Message-ID: {OURS}

x
--b--
"""
    found = read(report)
    assert isinstance(found, Press)
    assert (found.action, found.who.user) == ("writing.stop", ANA)
    assert read(report.replace("mark-0", "mark-x")) is None
