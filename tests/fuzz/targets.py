# ruff: noqa: E501 - a payload stands on one line
"""Every parser of foreign input, with genuine inputs and the errors that it declares."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from adapters.email.marks import MailMark, message_id
from adapters.playground.mail.letters import Letter, bounce, calendar_reply, out_of_office, reply
from adapters.replies.calendar_replies import calendar_reply_in
from adapters.replies.reading import event_of
from adapters.slack.app import UNREADABLE, is_command, slashes
from adapters.slack.render import card_blocks
from adapters.slack.translate import Translator
from adapters.teams import render as teams_cards
from adapters.teams.app import read_activity
from adapters.teams.translate import events_of
from bot.agendas import as_json, read_agenda
from bot.core.arguments import find_command, read_arguments, take_cohort
from bot.core.cards import Card
from bot.core.feature import CommandSpec
from bot.core.forms import Field, Form, Option, check
from bot.core.links import BadLink, Links
from bot.evaluations.instrument_files import InstrumentFileError, read_instrument
from bot.features import all_features
from bot.resources.attachments import media_type_of, own_name
from bot.sessions.attendance_reports import UnknownReport, minutes_present, read_report
from bot.timekeeping import parse_date, parse_duration, parse_quiet_hours, parse_time, parse_yes_no
from bot.timekeeping.zone_words import parse_zone
from bot.transfer import read_roster
from bot.transfer.community import read_community
from bot.transfer.series import read_series
from prompts.text import escape, plain
from storage.attendance import Entry
from storage.base import JsonOf
from tests.fuzz.bounds import LARGEST, ROOT, Target

TODAY = date(2027, 2, 1)
NOW = datetime(2027, 2, 1, 17, tzinfo=UTC)
LINKS = Links("https://bot.example", "test-secret")
NO_DIALECT = DefaultDialect()
ENTRIES = JsonOf(tuple[Entry, ...])
ANA = "ana@example.org"
BOT = "28:bot"
LANGUAGES = ("en", "es")


def _text(data: bytes) -> str:
    """With half characters, as JSON and chat programs can send them."""
    return (
        data.decode("utf-8", "surrogatepass")
        if b"\xed" in data and _is_whole(data)
        else data.decode(errors="replace")
    )


def _is_whole(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _files(*patterns: str) -> list[bytes]:
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    return [path.read_bytes() for path in found if path.stat().st_size <= LARGEST]


@cache
def _commands() -> dict[str, CommandSpec]:
    return {command.name: command for feature in all_features() for command in feature.commands}


# --- files -------------------------------------------------------------------------------------------


def _roster(data: bytes) -> None:
    read_roster(data)


def _attendance(data: bytes) -> None:
    report = read_report(data, TODAY)
    assert report.days is not None
    for entry in report.entries:
        assert minutes_present(entry.joins) >= 0
    kept = json.dumps(ENTRIES.process_bind_param(report.entries, NO_DIALECT))
    assert ENTRIES.process_result_value(json.loads(kept), NO_DIALECT) == report.entries


def _agenda(name: str) -> Any:
    def read(data: bytes) -> None:
        json.dumps(as_json(read_agenda(data, name, today=TODAY, zone="America/Boise")))

    return read


def _pasted_agenda(data: bytes) -> None:
    json.dumps(as_json(read_agenda(_text(data), today=TODAY)))


def _attached(data: bytes) -> None:
    if media := media_type_of(data, "a.csv"):
        own_name(_text(data[:80]), media, ())


# --- words -------------------------------------------------------------------------------------------


def _times(data: bytes) -> None:
    said = _text(data)[:3000]
    for language in LANGUAGES:
        parse_date(said, TODAY, language)
    for parse in (parse_time, parse_duration, parse_quiet_hours, parse_yes_no, parse_zone):
        parse(said)


def _typed(data: bytes) -> None:
    text = _text(data)[:3000]
    _, rest = take_cohort(text, ("spring 2027", "a"))
    spec, rest = find_command(rest, _commands())
    spec = spec or list(_commands().values())[len(text) % len(_commands())]
    for language in LANGUAGES:
        read_arguments(spec.arguments, rest, TODAY, language)


def _typed_seeds() -> list[bytes]:
    shown = [f"{one.name} {one.example.removeprefix(one.name).strip()}" for one in _commands().values()]
    return [
        line.encode() for line in [*shown, 'agenda 3 cohort="Spring 2027"', "remind +5 until 1 March", "x=-2"]
    ]


def _shown(data: bytes) -> None:
    """What people write, on every surface that shows it."""
    text = _text(data)[:3000]
    for words in (escape(text), text):
        plain(words)
        card = Card(title="A", text=words)
        card_blocks(card, {}, "en", 50)
        teams_cards.render(card, {}, "es")
    assert plain(escape(text)).split() == plain(escape(plain(escape(text)))).split()


FORM = Form(
    name="all",
    title="All",
    submit="Send",
    fields=(
        Field(name="text", kind="text", label="Text", most=100),
        Field(name="number", kind="number", label="Number", lowest=0, highest=10),
        Field(name="any", kind="number", label="Any number", required=False),
        Field(name="scale", kind="scale", label="Scale"),
        Field(name="choice", kind="choice", label="Choice", options=(Option(value="a", label="A"),)),
        Field(name="choices", kind="choices", label="Choices", options=(Option(value="a", label="A"),)),
        Field(name="people", kind="people", label="People"),
        Field(name="date", kind="date", label="Date"),
        Field(name="time", kind="time", label="Time"),
        Field(name="checkbox", kind="checkbox", label="Checkbox"),
    ),
)


def _form(data: bytes) -> None:
    try:
        raw = json.loads(_text(data))
    except ValueError:  # the doors refuse it
        return
    if isinstance(raw, dict):
        for language in LANGUAGES:
            values, errors = check(FORM, raw, language)
            assert set(values) | set(errors) == {field.name for field in FORM.fields}


_FORM = {
    "text": "Ana", "number": "3", "any": "-7", "scale": 5, "choice": "a", "choices": ["a"], "people": "1,2",
    "date": "2027-02-01", "time": "12:30", "checkbox": True,
}  # fmt: skip


# --- links -------------------------------------------------------------------------------------------


def _link(data: bytes) -> None:
    token, _, pressed = _text(data).partition("\n")
    action, _, seal = pressed.partition(" ")
    made = LINKS.read(LINKS.to("form", "1", 7, NOW).rpartition("/")[2], "form", NOW)
    assert not LINKS.is_sealed(made, action, "", seal)
    LINKS.proves(action, seal)
    LINKS.button_of(LINKS.read(token, "button", NOW))


def _link_seeds() -> list[bytes]:
    from bot.core.links import ButtonLink

    button = LINKS.to_button(ButtonLink("slack", "T1", "U1", "Yes", "yes", "1"), NOW).rpartition("/")[2]
    form = LINKS.to("form", "1", 7, NOW).rpartition("/")[2]
    forged = LINKS.to("button", "AAAA", 0, NOW).rpartition("/")[2]
    return [f"{token}\nyes {'A' * 27}".encode() for token in (button, form, forged, "", "a.b", "..")]


# --- mail --------------------------------------------------------------------------------------------


def _mail(data: bytes) -> None:
    calendar_reply_in(data)
    event_of(data, LINKS, _commands())


@cache
def _letter() -> Letter:
    mark = message_id(LINKS, MailMark("mark-0123456789", "community-1"), ANA, "sender.example")
    calendar = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:mark-0123.0123456789abcdef@a.example\r\n"
        "SEQUENCE:2\r\nDTSTART:20270201T170000Z\r\nDTEND:20270201T180000Z\r\nORGANIZER:mailto:bot@sender.example\r\n"
        f"SUMMARY:One\r\nATTENDEE:mailto:{ANA}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    raw = (
        f"From: Center <bot@sender.example>\r\nTo: {ANA}\r\nSubject: A message\r\nMessage-ID: {mark}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nDid you?\r\n'
        f"--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n{calendar}\r\n--b--\r\n"
    )
    return Letter("1", ANA, raw, NOW)


def _mail_seeds() -> list[bytes]:
    letter, mark = _letter(), str(_letter().message["Message-ID"])
    exim = f"X-Failed-Recipients: {ANA}\r\nAuto-Submitted: auto-replied\r\n\r\n550 5.1.1 unknown\r\nMessage-ID: {mark}\r\n"
    outlook = (
        "From: staff@hotmail.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        f"Content-Type: message/rfc822\r\n\r\nX-HmXmrOriginalRecipient: <{ANA}>\r\nMessage-ID: {mark}\r\n\r\nx\r\n--b--\r\n"
    )
    abuse = (
        "From: fbl@isp.example\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\n"
        f"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nOriginal-Rcpt-To: <{ANA}>\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nTo: {ANA}\r\nMessage-ID: {mark}\r\n\r\n--b--\r\n"
    )
    html = (
        f"From: {ANA}\r\nIn-Reply-To: {mark}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "PGRpdj5ZZXMuPC9kaXY+PGJsb2NrcXVvdGU+T24gTW9uLCB4QHkgd3JvdGU6PC9ibG9ja3F1b3RlPg==\r\n"
    )
    made = [
        reply(letter, "help", NOW, 1),
        reply(letter, "Sí, lo hice.\n\n> x\n\nBien", NOW, 2),
        out_of_office(letter, NOW, 3),
    ]
    made += [calendar_reply(letter, said, NOW, 4) for said in ("ACCEPTED", "DECLINED")]
    written = [exim, outlook, abuse, html]
    return [bytes(one) for one in made] + [bounce(letter, NOW)] + [one.encode() for one in written]


# --- chat --------------------------------------------------------------------------------------------


@cache
def _translator() -> Translator:
    return Translator(slashes(_commands()), is_command(_commands()))


def _slack(data: bytes) -> None:
    body = json.loads(data)
    if isinstance(body, dict):
        _translator().translate(body)


def _slack_event(kind: str, **event: object) -> dict[str, object]:
    return {
        "type": "event_callback", "event_id": "Ev1", "team_id": "T1",
        "authorizations": [{"team_id": "T1", "user_id": "UBOT"}],
        "event": {"type": kind, "event_ts": "1801501200.000100", "channel": "C1", "user": "U1", **event},
    }  # fmt: skip


def _slack_seeds() -> list[bytes]:
    user = {
        "id": "U1", "team_id": "T1", "tz": "America/Boise", "locale": "es-US", "is_email_confirmed": True,
        "profile": {"email": ANA, "real_name": "Ana"}, "enterprise_user": {"teams": ["T1"]},
    }  # fmt: skip
    state = {
        "b": {
            "who": {"type": "users_select", "selected_user": "U1"},
            "all": {"type": "multi_users_select", "selected_users": ["U1"]},
            "one": {"type": "static_select", "selected_option": {"value": "a"}},
            "some": {"type": "checkboxes", "selected_options": [{"value": "true"}]},
            "day": {"type": "datepicker", "selected_date": "2027-02-01"},
            "words": {"type": "plain_text_input", "value": "hello"},
        }
    }
    view = {
        "type": "modal",
        "private_metadata": "greet\nC1\n7",
        "state": {"values": state},
        "app_installed_team_id": "T1",
    }
    message = {"text": "now", "user": "U1", "thread_ts": "1.1"}
    bodies: list[dict[str, object]] = [
        _slack_event("message", text="<@UBOT> help &lt;a|b&gt; <https://a.example|b>", channel_type="im"),
        _slack_event("message", text="a file", channel_type="im", subtype="file_share", files=[{"id": "F1"}]),
        _slack_event("message", subtype="message_changed", message=message, previous_message={"text": "old"}),
        _slack_event("app_mention", text="<@UBOT> agenda 1"),
        _slack_event("member_joined_channel"),
        _slack_event("member_left_channel"),
        _slack_event("team_join", user=user),
        _slack_event("app_home_opened", tab="home"),
        _slack_event("tokens_revoked", tokens={"bot": ["U"]}),
        _slack_event("channel_archive", channel={"id": "C1"}),
        {"command": "/throughline", "text": "help", "team_id": "T1", "user_id": "U1", "channel_id": "D1", "trigger_id": "1"},
        {"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "trigger_id": "2", "view": view},
        {
            "type": "block_actions", "user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}, "trigger_id": "3",
            "container": {"message_ts": "1.1", "is_ephemeral": True}, "channel": {"id": "D1", "name": "x"},
            "actions": [{"action_id": "yes#1", "value": "1", "action_ts": "1801501200.0"}],
            "message": {"bot_profile": {"team_id": "T1"}}, "response_url": "https://a.example",
        },
    ]  # fmt: skip
    return [json.dumps(body).encode() for body in bodies]


def _teams(data: bytes) -> None:
    payload, activity = read_activity(data)
    if activity is not None:
        events_of(payload, BOT, _commands())


def _teams_seeds() -> list[bytes]:
    common: dict[str, object] = {
        "id": "1", "channelId": "msteams", "serviceUrl": "https://smba.example/", "timestamp": "2027-02-01T17:00:00.1Z",
        "from": {"id": "29:ana", "aadObjectId": "a-1", "name": "Ana"}, "locale": "es-MX", "localTimezone": "America/Boise",
        "conversation": {"id": "19:x;messageid=1", "conversationType": "channel", "tenantId": "t"},
        "channelData": {"tenant": {"id": "t"}, "team": {"id": "19:t", "name": "Team"}, "eventType": "teamArchived"},
        "entities": [{"type": "mention", "text": "<at>Bot</at>", "mentioned": {"id": BOT}}, {"type": "clientInfo", "timezone": "UTC"}],
    }  # fmt: skip
    quoted = "<blockquote schema.skype.com/Reply>a</blockquote><span schema.skype.com/Mention>b</span> yes"
    ours = {
        "action": "yes",
        "value": "1",
        "form": "f",
        "context": "c",
        "picks": ["a"],
        "pickers": ["b"],
        "given": {"a": 1},
    }
    bodies: list[dict[str, object]] = [
        {"type": "message", "text": "<at>Bot</at> help", "textFormat": "xml"},
        {"type": "message", "text": "hello", "attachments": [{"contentType": "text/html", "content": quoted}]},
        {"type": "message", "attachments": [{"name": "a.csv", "contentType": "file"}], "value": {"throughline": ours}},
        {"type": "messageUpdate", "text": "now"},
        {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": {"data": {"throughline": ours}}}},
        {"type": "invoke", "name": "task/fetch", "value": {"data": {"throughline": ours}}},
        {"type": "invoke", "name": "task/submit", "value": {"data": {"throughline": ours, "a": "x%2Cy", "b": "1,2", "c": "d"}}},
        {"type": "conversationUpdate", "membersAdded": [{"id": "29:bo", "aadObjectId": "b-1"}], "membersRemoved": [{"id": BOT}]},
        {"type": "conversationUpdate"},
        {"type": "installationUpdate", "action": "add"},
    ]  # fmt: skip
    return [json.dumps(common | body).encode() for body in bodies]


_WHEN = (
    "tomorrow", "next Tuesday", "el próximo martes", "3/4/27", "1 May", "2027-02-01", "mañana", "the 23rd of February, 2027",
    "12:30 pm", "mediodía", "a las 3", "half past 4", "90 min", "1h30", "una hora y media", "9 pm to 7 am", "de 21 a 7", "yes", "sí",
    "Pacific time", "hora del este", "PST/PDT", "Boise", "UTC-7",
)  # fmt: skip

TARGETS = (
    Target("roster", _roster, lambda: _files("tests/communities/cases/*.csv", "tests/communities/cases/*.txt"),
           ("bot/tables/reading.py", "bot/tables/decoding.py")),
    Target("roster-workbook", _roster, lambda: _files("tests/communities/cases/*.xlsx"),
           ("bot/tables/spreadsheet.py",), shape="zip"),
    Target("attendance", _attendance, lambda: _files("tests/sessions/cases/*.csv"),
           ("bot/sessions/attendance_reports.py",), (UnknownReport,)),
    Target("attendance-workbook", _attendance, lambda: _files("tests/sessions/cases/*.xlsx"),
           ("bot/sessions/attendance_reports.py", "bot/tables/spreadsheet.py", "bot/tables/workbook.py"), (UnknownReport,), shape="zip"),
    Target("agenda", _pasted_agenda, lambda: _files("tests/agendas/cases/*.txt", "tests/agendas/cases/*.md"),
           ("bot/agendas/reading.py", "bot/agendas/settling_days.py")),
    Target("agenda-calendar", _agenda("a.ics"), lambda: _files("tests/agendas/cases/*.ics", "docs/agendas/*.ics"),
           ("bot/agendas/calendar_file.py",)),
    Target("agenda-letter", _agenda("a.eml"), lambda: [*_files("tests/agendas/cases/*mail*.txt"), *_mail_seeds()],
           ("bot/agendas/text_file.py",)),
    Target("agenda-word", _agenda("a.docx"), lambda: _files("tests/agendas/cases/*.docx", "docs/agendas/*.docx"),
           ("bot/agendas/word_file.py", "bot/agendas/opening.py"), shape="zip"),
    Target("agenda-sheet", _agenda("a.xlsx"), lambda: _files("tests/agendas/cases/*.xlsx", "docs/agendas/*.xlsx"),
           ("bot/agendas/sheet_file.py",), shape="zip"),
    Target("agenda-table", _agenda("a.csv"), lambda: _files("tests/agendas/cases/*.csv"), ("bot/agendas/sheet_file.py",)),
    Target("community", read_community, lambda: _files("prompts/sample/community.yaml", "tests/fuzz/seeds/*.community.yaml"),
           ("bot/core/bounded_yaml.py", "bot/transfer/community.py", "bot/transfer/community_reader.py")),
    Target("series", read_series, lambda: _files("tests/fuzz/seeds/*.series.yaml"), ("bot/transfer/series.py",)),
    Target("instrument", lambda data: read_instrument(_text(data), "a.yaml"),
           lambda: _files("tests/evaluations/*.yaml", "prompts/instruments/*.yaml"),
           ("bot/evaluations/instrument_files.py",), (InstrumentFileError,)),
    Target("attachment", _attached, lambda: [*_files("tests/agendas/cases/*.docx"), b"%PDF-1.7", b"RIFF0000WEBP", b"a,b\n1,2"],
           ("bot/resources/attachments.py",), shape="zip"),
    Target("times", _times, lambda: [said.encode() for said in _WHEN], ("bot/timekeeping/dates.py",)),
    Target("typed", _typed, _typed_seeds, ("bot/core/arguments.py",)),
    Target("shown", _shown, lambda: [b"**a** _b_ `c` [d](https://e.example)\n- f\n> g", b"<@U1> <at>x</at> \\* 1. a"],
           ("prompts/text.py",)),
    Target("form", _form, lambda: [json.dumps(_FORM).encode()], ("bot/core/forms.py",), (), "json"),
    Target("link", _link, _link_seeds, ("bot/core/links.py",), (BadLink,)),
    Target("mail", _mail, _mail_seeds, ("adapters/replies/reading.py", "adapters/replies/calendar_replies.py")),
    Target("slack", _slack, _slack_seeds, ("adapters/slack/app.py", "adapters/slack/translate.py"), UNREADABLE, "json"),
    Target("teams", _teams, _teams_seeds, ("adapters/teams/app.py", "adapters/teams/translate.py"), (ValueError,), "json"),
)  # fmt: skip
