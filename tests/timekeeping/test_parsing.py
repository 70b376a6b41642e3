"""What people type and what is read from it, as pairs; and that nothing typed can make a parser raise."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.timekeeping import (
    Misread,
    MisreadKey,
    parse_date,
    parse_duration,
    parse_quiet_hours,
    parse_time,
    parse_yes_no,
)
from bot.timekeeping.quiet_hours import QuietHours

TUESDAY = date(2027, 1, 5)
FEB_23 = date(2027, 2, 23)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2027-02-23", FEB_23), ("2027/2/23", FEB_23), ("23 Feb", FEB_23), ("feb 23", FEB_23),
        ("Tue, Feb 23rd, 2027", FEB_23), ("February 23", FEB_23), ("the 23rd of February", FEB_23),
        ("2/23", FEB_23), ("23/2", FEB_23), ("2/23/27", FEB_23), ("23.02.2027", FEB_23),
        ("martes 23 de febrero", FEB_23), ("el 23 de febrero de 2027", FEB_23), ("Feb. 23", FEB_23),
        ("next tuesday", date(2027, 1, 12)), ("Tuesday", date(2027, 1, 12)), ("wed", date(2027, 1, 6)),
        ("próximo martes", date(2027, 1, 12)), ("el martes que viene", date(2027, 1, 12)),
        ("MIÉRCOLES", date(2027, 1, 6)), ("sábado", date(2027, 1, 9)),
        ("today", TUESDAY), ("hoy", TUESDAY), ("tomorrow", date(2027, 1, 6)), ("mañana", date(2027, 1, 6)),
        ("in 3 days", date(2027, 1, 8)), ("dentro de 2 semanas", date(2027, 1, 19)),
        ("5 Jan", TUESDAY), ("4 Jan", date(2028, 1, 4)), ("4 de enero", date(2028, 1, 4)),
        ("1 ago", date(2027, 8, 1)), ("set 9", date(2027, 9, 9)), ("29 feb", date(2028, 2, 29)),
    ],
)  # fmt: skip
def test_a_date_is_read(said: str, read: date) -> None:
    assert parse_date(said, TUESDAY) == read


def test_two_numbers_are_month_and_day_in_english_and_day_and_month_in_spanish() -> None:
    assert parse_date("2/3", TUESDAY, "en") == date(2027, 2, 3)
    assert parse_date("2/3", TUESDAY, "es") == date(2027, 3, 2)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("", "date.unclear"), ("soon", "date.unclear"), ("may", "date.unclear"), ("23", "date.unclear"),
        ("ju 3", "date.unclear"), ("foo 3 feb", "date.unclear"), ("feb 30", "date.impossible"),
        ("2027-02-30", "date.impossible"), ("13/13", "date.impossible"), ("0000-01-01", "date.impossible"),
        ("9999-12-31", "date.impossible"), ("Wed Feb 23", "date.other_weekday"),
    ],
)  # fmt: skip
def test_a_date_that_is_none_is_told_apart_by_why(said: str, key: str) -> None:
    read = parse_date(said, TUESDAY)
    assert isinstance(read, Misread)
    assert read.key == key


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("noon", time(12)), ("mediodía", time(12)), ("midnight", time(0)), ("12:30 pm", time(12, 30)),
        ("12.30", time(12, 30)), ("14h", time(14)), ("14h30", time(14, 30)), ("14:30h", time(14, 30)),
        ("2pm", time(14)), ("2 p. m.", time(14)), ("2 P.M.", time(14)), ("2p", time(14)), ("12am", time(0)),
        ("9:05", time(9, 5)), ("14", time(14)), ("0", time(0)), ("a las 3 de la tarde", time(15)),
        ("las 9 de la mañana", time(9)), ("8 de la noche", time(20)), ("12 de la noche", time(0)),
        ("1 de la noche", time(1)), ("at 3:30pm", time(15, 30)),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read(said: str, read: time) -> None:
    assert parse_time(said) == read


def test_a_bare_hour_is_asked_back_with_both_readings() -> None:
    assert parse_time("9") == Misread("time.am_or_pm", "9", ("09:00", "21:00"))
    assert parse_time("12") == Misread("time.am_or_pm", "12", ("00:00", "12:00"))


@pytest.mark.parametrize("said", ["24:00", "13 pm", "0 am", "12:60", "99"])
def test_a_time_that_no_clock_shows_is_impossible(said: str) -> None:
    assert parse_time(said) == Misread("time.impossible", said)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("90", 90), ("90 min", 90), ("1h30", 90), ("1h 30m", 90), ("1:30", 90), ("1 hour", 60), ("1.5 h", 90),
        ("1,5 horas", 90), ("1 hour 30 minutes", 90), ("1 hora y 30 minutos", 90), ("hora y media", 90),
        ("an hour and a half", 90), ("media hora", 30), ("24h", 1440), ("1 minuto", 1),
    ],
)  # fmt: skip
def test_a_duration_is_read(said: str, minutes: int) -> None:
    assert parse_duration(said) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("said", "key"),
    [("0", "duration.zero"), ("0h", "duration.zero"), ("1441", "duration.too_long"),
     ("9" * 60 + "h", "duration.too_long"), ("", "duration.unclear"), ("h", "duration.unclear"),
     ("-5", "duration.unclear"), ("long", "duration.unclear")],
)  # fmt: skip
def test_a_duration_that_is_none_is_told_apart_by_why(said: str, key: MisreadKey) -> None:
    assert parse_duration(said) == Misread(key, said)


EVENING = QuietHours(time(17), time(8))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("17:00-08:00", EVENING), ("17:00–08:00", EVENING), ("5pm to 8am", EVENING),
        ("5 p.m. - 8 a.m.", EVENING),
        ("17-8", EVENING), ("de 17:00 a 08:00", EVENING), ("desde las 17h hasta las 8h", EVENING),
        ("from 5 pm until 8 am", EVENING), ("entre las 17:00 y las 8:00", EVENING), ("17:00-8", EVENING),
        ("noon to 1pm", QuietHours(time(12), time(13))), ("off", None), ("Ninguna", None),
    ],
)  # fmt: skip
def test_quiet_hours_are_read(said: str, read: QuietHours | None) -> None:
    assert parse_quiet_hours(said) == read


@pytest.mark.parametrize(
    ("said", "key"),
    [("9 to 5", "time.am_or_pm"), ("5pm-8", "time.am_or_pm"), ("8:00-8:00", "quiet_hours.empty"),
     ("17:00", "quiet_hours.unclear"), ("a-b", "quiet_hours.unclear"), ("", "quiet_hours.unclear"),
     ("17:00-25:00", "quiet_hours.unclear"), ("1-2-3", "quiet_hours.unclear")],
)  # fmt: skip
def test_quiet_hours_that_are_none_are_told_apart_by_why(said: str, key: str) -> None:
    read = parse_quiet_hours(said)
    assert isinstance(read, Misread)
    assert read.key == key


@pytest.mark.parametrize(
    ("said", "read"), [("Yes!", True), ("sí", True), ("ok", True), ("NO", False), ("nope", False)]
)
def test_yes_and_no_are_read_in_both_languages(said: str, read: bool) -> None:
    assert parse_yes_no(said) is read


def test_maybe_is_neither() -> None:
    assert parse_yes_no("maybe") == Misread("yes_no.unclear", "maybe")


words = st.sampled_from(
    ["next", "tuesday", "martes", "feb", "23", "30", "2027", "-", "/", ":", ".", "pm", "a", "de", "la",
     "noche", "h", "min", "to", "y", "in", "999", "days", "off", "１２", "²", "٣", "mañana", "12:30", "p.m."]
)  # fmt: skip
typed = (
    st.text(max_size=100)
    | st.lists(words, max_size=7).map(" ".join)
    | st.lists(words, max_size=7).map("".join)
)


@given(typed, st.dates(), st.sampled_from(["en", "es", "fr"]))
def test_whatever_is_typed_is_a_date_or_misread(said: str, today: date, language: str) -> None:
    read = parse_date(said, today, language)
    assert (read.key in get_args(MisreadKey)) if isinstance(read, Misread) else 1900 <= read.year <= 2199


@given(typed)
def test_whatever_is_typed_is_a_value_or_misread(said: str) -> None:
    assert isinstance(parse_time(said), (time, Misread))
    assert isinstance(parse_yes_no(said), (bool, Misread))
    assert isinstance(parse_quiet_hours(said), (QuietHours, Misread, type(None)))
    length = parse_duration(said)
    assert isinstance(length, Misread) or timedelta(0) < length <= timedelta(hours=24)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.dates())
def test_an_iso_date_reads_as_itself(day: date, today: date) -> None:
    assert parse_date(day.isoformat(), today) == day


@given(st.times())
def test_a_24_hour_time_reads_as_itself(at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    assert parse_time(f"{at:%H:%M}") == parse_time(f"{at:%I:%M %p}") == at
