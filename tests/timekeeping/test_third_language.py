"""A third language's words are files in its folder, and no Python."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

import bot
from adapters.replies import reply_text
from bot.agendas import Agenda
from bot.core import client_information
from bot.core.client_information import Sign, signs_of_client_information, sounds_like_crisis
from bot.reflections import plans
from bot.sessions import attendance_reports
from bot.sessions.attendance_reports import UnknownReport, read_report
from bot.sessions.meeting_reports import headings, lengths, likeness, moments
from bot.tables import cells, names
from bot.timekeeping import (
    clock_times,
    dates,
    parse_date,
    parse_duration,
    parse_quiet_hours,
    parse_time,
    parse_yes_no,
    yes_no,
    zone_words,
)
from bot.timekeeping.quiet_hours import QuietHours
from bot.transfer import headings as roster_headings
from bot.transfer import read_roster, roster, roster_columns, values
from prompts import language_tables, program_words
from prompts.catalog import FOLDER
from prompts.command_names import other_names, shown

GERMAN = """
"yes": ["ja"]
"no": ["nein"]
dates:
  day_first: true
  months: [[januar], [februar], [marz], [april], [mai], [juni], [juli], [august], [september], [oktober],
           [november], [dezember]]
  weekdays: [[montag], [dienstag], [mittwoch], [donnerstag], [freitag], [samstag, sonnabend], [sonntag]]
  days_away: {"heute": 0, "ubermorgen": 2}
  day_units: [tag, tage, tagen]
  week_units: [woche, wochen]
  in_time: [in]
  before_weekday: [nachsten, am]
  article: [der, den]
  ordinals: ["."]
times:
  noon: [mittag]
  midnight: [mitternacht]
  at: [um]
  am: [morgens, uhr morgens]
  pm: [nachmittags]
  lengths: {"eine stunde": 60}
  hours: [stunde, stunden]
  minutes: [minute, minuten]
  joins: [und]
  from: [von]
  until: [bis]
  "off": [aus]
plans: {cues: [wenn, sobald], then: [dann], i_will: [ich werde]}
stop: {everything: [alles], around: [bitte]}
people: {pronouns: [sie, er], honorifics: [frau, herr], belongs: [von der], nicknames: {johannes: [hannes]}}
rosters:
  headings: {name: [name], first: [vorname], last: [nachname], email: [mailadresse], state: [bundesstaat],
             role: [aufgabe], job_role: [beruf], attending: [teilnahme]}
  forename: [name]
  says_nothing: [wie, lautet, deine]
  blank: [keine angabe]
  roles: {presenter: [referentin]}
  job_roles: {clinician: [arztin]}
  stays_away: [abgesagt]
guarded:
  records: ["akte*"]
  born: [geboren, geboren am]
  whose: [meine, mein]
  clients: [klientin, klient]
  crisis: ["will (?:nicht mehr leben|sterben)"]
commands: {"help": "hilfe"}
zones:
  spoken: {America/Anchorage: [alaska-zeit]}
  after: "[ -]?zeit"
"""
GERMAN_PROGRAMS = """
remarks: [gast]
reports:
  headings: {name: [teilnehmende]}
  within: {email: [mailadresse], duration: [verweilzeit], joined: ["kam*"], left: ["ging*"]}
  telling: [teilnehmende, verweilzeit]
  hours: [std]
  seconds: [sek]
  o_clock: [uhr]
replies: {"on": [am], wrote_before_name: [meinte], from: [von], sent: [gesendet], away: [bin nicht da]}
"""
REPORT = """Teilnehmende,Mailadresse,Kam um,Ging um,Verweilzeit
Ute Kern (Gast),ute@example.org,2. Februar 2027 12:00 Uhr,2. Februar 2027 13:05 Uhr,1 Std 5 Minuten
"""
ROSTER = """Vorname;Nachname;Wie lautet deine Mailadresse?;Bundesstaat;Aufgabe;Beruf;Teilnahme
Ute;Kern;ute@example.org;Idaho;Referentin;Ärztin;ja
Ben;Ode;ben@example.org;Oregon;keine Angabe;Keine Angabe;abgesagt
"""
READERS = (
    attendance_reports, cells, client_information, clock_times, dates, headings, language_tables, lengths,
    likeness, moments, names, plans, program_words, reply_text, roster, roster_columns, roster_headings,
    values, yes_no, zone_words,
)  # fmt: skip
AGENDAS = """
agenda:
  common: [der, die, das, und, um, ab, mit, uhr, sitzung, dienstag]
  numbers: {"zwei": 2, "drei": 3, "vier": 4}
  days:
    short_months: [[jan], [feb], [], [apr], [], [], [], [aug], [sept], [okt], [nov], [dez]]
    short_weekdays: [[mo], [di], [mi], ["do"], [fr], [sa], [so]]
    before_day: [der, dem]
  hours: {before_start: [um], o_clock: [uhr], half_hour: [halbe stunde]}
  zones: {time: ["[ -]?zeit"]}
  labels:
    date: [datum]
    start: [uhrzeit, beginn]
    minutes: [dauer, minuten]
    title: [thema]
    presenters: ["leitung", "referent(?:in)?"]
  sessions: {units: [sitzung, termin], cancelled: [abgesagt, "fallt aus"]}
  rhythm: {sessions: [sitzungen, termine], every_weekday: [jeden], starts: [ab]}
  people: {titles: [dr], leading: [mit], between: [mit]}
  lines: {series: [reihe]}
  segments: {breakout: [kleingruppen?], plenary: [begrußung]}
"""
TUESDAY = date(2027, 1, 5)


def _forget() -> None:
    for module in READERS:
        for value in vars(module).values():
            if clear := getattr(value, "cache_clear", None):
                clear()


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A house that speaks German too."""
    for language in ("en", "es"):
        (tmp_path / language).mkdir()
        for path in (FOLDER / language).glob("*.yaml"):
            shutil.copy(path, tmp_path / language)
    (tmp_path / "de").mkdir()
    (tmp_path / "de/tables.yaml").write_text(GERMAN, encoding="utf-8")
    (tmp_path / "de/programs.yaml").write_text(GERMAN_PROGRAMS, encoding="utf-8")
    (tmp_path / "de/agendas.yaml").write_text(AGENDAS, encoding="utf-8")
    with monkeypatch.context() as patch:
        for module in (language_tables, program_words):
            patch.setattr(module, "FOLDER", tmp_path)
        _forget()
        yield
    _forget()


@pytest.mark.usefixtures("german")
def test_its_words_are_read_beside_the_others() -> None:
    assert parse_date("Dienstag, 23. Februar", TUESDAY) == parse_date("23 Feb", TUESDAY) == date(2027, 2, 23)
    assert parse_date("nächsten Sonnabend", TUESDAY) == parse_date("sábado", TUESDAY) == date(2027, 1, 9)
    assert parse_date("in 2 Wochen", TUESDAY) == date(2027, 1, 19)
    assert parse_date("übermorgen", TUESDAY) == date(2027, 1, 7)
    assert parse_date("2/3", TUESDAY, "de") == date(2027, 3, 2)
    assert parse_time("um 3 nachmittags") == time(15)
    assert parse_time("Mittag") == parse_time("mediodía") == time(12)
    assert parse_duration("1 Stunde und 20 Minuten") == timedelta(minutes=80)
    assert parse_quiet_hours("von 22 bis 7") == QuietHours(time(22), time(7))
    assert parse_quiet_hours("aus") is None
    assert (parse_yes_no("Ja"), parse_yes_no("nein"), parse_yes_no("sí")) == (True, False, True)
    assert zone_words.parse_zone("Pacific-Zeit") == zone_words.parse_zone("hora del Pacífico")
    assert zone_words.parse_zone("Alaska-Zeit") == "America/Anchorage"
    plan = plans.read_plan("Wenn ich ankomme, dann atme ich.")
    assert (plan.cue, plan.action) == ("Wenn ich ankomme", "atme ich.")
    assert (shown("help", "de"), shown("help", "es")) == ("hilfe", "ayuda")
    assert other_names("help") == ("hilfe", "ayuda")


@pytest.mark.usefixtures("german")
def test_a_name_is_read_by_its_words() -> None:
    assert names.without_pronouns("Ute Kern (sie/er)") == names.without_pronouns("Ute Kern (ella/her)")
    assert names.without_pronouns("Ute Kern (sie/er)") == "Ute Kern"
    assert likeness.likeness("Frau Ute Kern", "Ute Kern") == likeness.EQUAL
    assert likeness.likeness("Hannes Kern", "Johannes Kern") == likeness.KNOWN_AS
    assert names.without_remarks("Ute Kern (Gast)") == "Ute Kern"


@pytest.mark.usefixtures("german")
def test_an_attendance_report_is_read_by_its_words() -> None:
    read = read_report(REPORT.encode())
    (ute,), (join,) = read.entries, read.entries[0].joins
    assert (ute.name, ute.email, join.minutes) == ("Ute Kern", "ute@example.org", 65)
    assert (join.joined, join.left) == (datetime(2027, 2, 2, 12), datetime(2027, 2, 2, 13, 5))  # noqa: DTZ001
    assert headings.language_of(REPORT.splitlines()[0].split(",")) == "de"


@pytest.mark.usefixtures("german")
def test_a_reply_ends_where_its_words_say() -> None:
    message = EmailMessage()
    message.set_content("Gern.\n\nAm 2. Februar 2027 meinte Ute Kern <ute@example.org>:\n> Kommst du?\n")
    assert reply_text.reply_text(message) == "Gern."
    assert reply_text.says_away("Bin nicht da bis Montag")
    assert reply_text.says_away("Fuera de la oficina")


@pytest.mark.usefixtures("german")
def test_a_roster_is_read_by_its_words() -> None:
    read = read_roster(ROSTER)
    assert read.errors == ()
    (ute,) = read.rows
    assert (ute.name, ute.email, ute.state) == ("Ute Kern", "ute@example.org", "ID")
    assert (ute.role, ute.job_role) == ("presenter", "clinician")
    assert [note.key for note in read.notes if note.line == 3] == ["not_attending"]


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("sign", "said"),
    [
        ("named_client", "Meine Klientin Ute kam"),
        ("record_number", "Akte 20391"),
        ("date_of_birth", "geboren am 14. März 1988"),
        ("date_of_birth", "nacida el 14 de marzo de 1988"),
    ],
)
def test_signs_of_a_client_are_noticed_by_its_words(sign: Sign, said: str) -> None:
    assert sign in signs_of_client_information(said)


@pytest.mark.usefixtures("german")
def test_a_crisis_is_heard_in_its_words() -> None:
    assert sounds_like_crisis("Ich will nicht mehr leben")
    assert not sounds_like_crisis("Wir leben in Boise")


def test_what_programs_write_is_read_in_every_language_of_the_tables() -> None:
    assert set(language_tables.language_tables()) <= set(program_words.program_words())


@pytest.fixture
def read_agenda(german: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Agenda]:
    """The reader of agendas as a process that starts now has it: it makes its patterns once."""
    for name in [name for name in sys.modules if name.partition("bot.agendas")[1]]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(bot, "agendas", bot.agendas)
    read = import_module("bot.agendas").read_agenda
    return lambda text: cast("Agenda", read(text, today=TUESDAY))


LISTED = """Die Reihe der ruhigen Stunde

Sitzung 1: Dienstag, 23. Februar 2027, 12 bis 13:30 Uhr, Pacific-Zeit
Thema: Ruhig bleiben
Leitung: Dr. Ana Ruiz
12:00 Uhr Begrüßung
12:30 Uhr Kleingruppen

Sitzung 2: Di, 2. März 2027, 12 bis 13:30 Uhr, Pacific-Zeit
Thema: Zuhören lernen
Leitung: Ben Lee und Eva Gil

Sitzung 3: 9. März 2027, 12 bis 13:30 Uhr, Pacific-Zeit
Fällt aus
"""


def test_an_agenda_in_it_is_read(read_agenda: Callable[[str], Agenda]) -> None:
    agenda = read_agenda(LISTED)
    assert (agenda.language, agenda.title) == ("de", "Die Reihe der ruhigen Stunde")
    assert [(one.number, one.date, one.start, one.zone, one.minutes) for one in agenda.sessions] == [
        (1, date(2027, 2, 23), time(12), "America/Los_Angeles", 90),
        (2, date(2027, 3, 2), time(12), "America/Los_Angeles", 90),
        (3, date(2027, 3, 9), time(12), "America/Los_Angeles", 90),
    ]
    first, second, third = agenda.sessions
    assert (first.title, first.presenters) == ("Ruhig bleiben", ("Dr. Ana Ruiz",))
    assert [(one.minutes, one.kind) for one in first.segments] == [(30, "plenary"), (60, "breakout")]
    assert (second.title, second.presenters) == ("Zuhören lernen", ("Ben Lee", "Eva Gil"))
    assert (second.cancelled, third.cancelled) == (False, True)
    assert agenda.questions == ()


def test_its_sentences_and_tables_are_read(read_agenda: Callable[[str], Agenda]) -> None:
    said = read_agenda(
        "Jeden Dienstag ab dem 23. Februar 2027 um 12 Uhr Pacific-Zeit, vier Termine, 90 Minuten"
    )
    assert [str(one.starts_at) for one in said.sessions] == [
        "2027-02-23 20:00:00+00:00",
        "2027-03-02 20:00:00+00:00",
        "2027-03-09 20:00:00+00:00",
        "2027-03-16 19:00:00+00:00",
    ]
    table = read_agenda(
        "Datum | Uhrzeit | Dauer | Thema\n4. Mai | 14:30 | 1 Stunde | Ruhe\n1/6 | 14:30 | 45 | Mut"
    )
    assert [(one.date, one.start, one.minutes, one.title) for one in table.sessions] == [
        (date(2027, 5, 4), time(14, 30), 60, "Ruhe"),
        (date(2027, 6, 1), time(14, 30), 45, "Mut"),
    ]


def test_nothing_of_it_is_known_without_its_file() -> None:
    assert not isinstance(parse_date("in 2 Wochen", TUESDAY), date)
    assert not isinstance(parse_yes_no("ja"), bool)
    with pytest.raises(UnknownReport):
        read_report(REPORT.encode())
    assert [row.name for row in read_roster(ROSTER).rows] == ["Ute", "Ben"]  # by their places alone

    assert "Ruhig bleiben" not in {
        one.title for one in bot.agendas.read_agenda(LISTED, today=TUESDAY).sessions
    }
