"""What is certain is filled in, what is not is asked, and nothing in a file makes the reader fail."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agendas import Agenda, read_agenda
from bot.agendas.days import find_days
from bot.agendas.hours import find_hours, find_lengths
from bot.agendas.names import read_people
from bot.agendas.zones_said import find_zones

TODAY = date(2026, 11, 29)


def _read(text: str | bytes, name: str = "") -> Agenda:
    return read_agenda(text, name, today=TODAY, zone="America/Los_Angeles")


def test_one_sentence_is_a_series() -> None:
    agenda = _read(
        "Four Tuesdays at noon Pacific from February 23, Dr. Osei on trauma-informed supervision, "
        "90 minutes, half of it in small groups, for the 40 people in this file"
    )
    assert [str(one.starts_at) for one in agenda.sessions] == [
        "2027-02-23 20:00:00+00:00",
        "2027-03-02 20:00:00+00:00",
        "2027-03-09 20:00:00+00:00",
        "2027-03-16 19:00:00+00:00",
    ]
    assert {one.presenters for one in agenda.sessions} == {("Dr. Osei",)}
    assert {tuple((part.minutes, part.kind) for part in one.segments) for one in agenda.sessions} == {
        ((45, "didactic"), (45, "breakout"))
    }
    assert (agenda.title, agenda.roster.people) == ("trauma-informed supervision", 40)
    assert agenda.questions == ()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mar, 23 de feb", [(2, 23, 1)]),
        ("2, 9, 16 y 23 de marzo de 2027", [(3, 2, None), (3, 9, None), (3, 16, None), (3, 23, None)]),
        ("March 2, 9 and 16, 2027 at noon", [(3, 2, None), (3, 9, None), (3, 16, None)]),
        ("Session 2 February 23, 12:00", [(2, 23, None)]),
        ("Tuesday, the 23rd of February", [(2, 23, 1)]),
        ("you may 4 times call 24/7", []),
    ],
)
def test_days_within_a_text(text: str, days: list[tuple[int, int, int | None]]) -> None:
    found = find_days(text, numbers=False)
    assert [(one.month, one.day, one.weekday) for one in found] == days


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("11–1pm", time(11), time(13)),
        ("1–2:30 pm", time(13), time(14, 30)),
        ("de 12 a 13:30 h", time(12), time(13, 30)),
        ("12:00 p. m. a 1:30 p. m.", time(12), time(13, 30)),
        ("noon to one", time(12), time(13)),
        ("9 - 11:30 a.m.", time(9), time(11, 30)),
        ("9:00 - 12:00", time(9), time(12)),
    ],
)
def test_a_span_is_read_as_people_mean_it(text: str, start: time, end: time) -> None:
    (hour,) = find_hours(text)
    assert (hour.starts, hour.ends) == ((start,), (end,))


def test_a_time_without_its_half_of_the_day_has_two_readings() -> None:
    (hour,) = find_hours("3:00-4:00")
    assert hour.starts == (time(15), time(3))


def test_credits_and_warnings_are_no_length() -> None:
    assert find_lengths("Log in 10 minutes early for 6 CE hours") == []
    assert [one.minutes for one in find_lengths("hora y media; 1 h 30 min; 75-minute sessions")] == [
        90,
        90,
        75,
    ]


def test_the_ocean_is_no_time_zone() -> None:
    assert find_zones("Pacific Northwest training") == []
    assert [one.name for one in find_zones("All times Pacific")] == ["America/Los_Angeles"]


def test_degrees_and_places_are_no_presenters() -> None:
    assert read_people("Dr. Ana Ruiz, LCSW & Bob Lee (Boise)").names == ("Dr. Ana Ruiz", "Bob Lee")
    assert read_people("Ana Ruiz, Boise Clinic").names == ("Ana Ruiz",)
    assert read_people("Dr. Osei, TBA").open


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"%PDF-1.7", "a.pdf", "pdf"),
        (b"\xd0\xcf\x11\xe0", "a.doc", "old_office"),
        (b"PK\x03\x04broken", "a.docx", "damaged"),
        (b"a\x00b", "a.txt", "not_text"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, name: str, why: str) -> None:
    (question,) = _read(content, name).questions
    assert (question.kind, question.said) == ("unreadable", why)


def test_a_fact_that_is_asked_is_named_by_its_question() -> None:
    agenda = _read(
        "Session 1: Wednesday, March 16, 2027, 12-1 pm\nSession 2: Tuesday, March 23, 2027, 12-1 pm"
    )
    by_name = {name for question in agenda.questions for name in question.about}
    assert {f"sessions.{one.number}.{name}" for one in agenda.sessions for name in one.asked} <= by_name
    assert "sessions.1.date" in by_name
    assert agenda.sessions[0].date is None


@given(st.text(max_size=400))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    agenda = _read(text)
    assert all(one.number == place for place, one in enumerate(agenda.sessions, start=1))


_PIECES = [
    "Session 1", "Feb 23", "3/4", "noon", "12-1", "PT", "cancelled", "TBD", "weekly", "except", "10 min",
    "Dr. Osei", "2027", "martes", "|", "\t", "\n", "- ", ":",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=30))
def test_no_order_of_its_own_words_makes_the_reader_fail(pieces: list[str]) -> None:
    _read(" ".join(pieces))
