"""Local times that exist, do not exist or exist twice; how a zone is said and read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.timekeeping import Misread
from bot.timekeeping.zone_words import parse_zone
from bot.timekeeping.zones import (
    RepeatedLocalTime,
    SkippedLocalTime,
    first_moment,
    gap_end,
    local_to_utc,
    occurrences,
    spoken_zone_name,
)
from prompts.time_zones import UnknownZone, load_zone, zone_names
from tests.nudges.strategies import minutes_of_day, zones

PACIFIC = "America/Los_Angeles"
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)
days = st.dates(date(1995, 1, 1), date(2040, 1, 1))


def test_a_local_time_in_the_spring_gap_is_refused_and_told_what_comes_after_it() -> None:
    with pytest.raises(
        SkippedLocalTime, match="2027-03-14 02:30 does not exist in America/Los_Angeles"
    ) as refused:
        local_to_utc(SPRING, time(2, 30), PACIFIC)
    assert f"{refused.value.first_existing:%H:%M}" == "03:00"


def test_a_local_time_in_the_autumn_fold_is_asked_back_with_both_moments() -> None:
    with pytest.raises(RepeatedLocalTime) as asked:
        local_to_utc(AUTUMN, time(1, 30), PACIFIC)
    assert asked.value.earlier_utc == datetime(2027, 11, 7, 8, 30, tzinfo=UTC)
    assert asked.value.later_utc == asked.value.earlier_utc + timedelta(hours=1)
    assert local_to_utc(AUTUMN, time(1, 30), PACIFIC, "earlier") == asked.value.earlier_utc
    assert local_to_utc(AUTUMN, time(1, 30), PACIFIC, "later") == asked.value.later_utc


def test_saying_which_of_two_changes_nothing_for_an_ordinary_time() -> None:
    assert local_to_utc(SPRING, time(12), PACIFIC, "later") == datetime(2027, 3, 14, 19, tzinfo=UTC)


def test_a_gap_is_found_to_the_second_even_when_a_whole_day_is_skipped() -> None:
    assert gap_end(SPRING, time(2, 59), PACIFIC) == datetime(2027, 3, 14, 10, tzinfo=UTC)
    skipped_day = first_moment(date(2011, 12, 30), time(9), "Pacific/Apia").astimezone(
        load_zone("Pacific/Apia")
    )
    assert f"{skipped_day:%Y-%m-%d %H:%M}" == "2011-12-31 00:00"


@given(days, minutes_of_day, zones)
def test_a_moment_shows_the_local_time_it_was_made_from_and_a_gap_ends_after_it(
    day: date, at: time, zone: str
) -> None:
    shown = datetime.combine(day, at)
    rules = load_zone(zone)
    real = occurrences(day, at, zone)
    assert all(moment.astimezone(rules).replace(tzinfo=None, fold=0) == shown for moment in real)
    if not real:
        end = gap_end(day, at, zone)
        assert end.astimezone(rules).replace(tzinfo=None) > shown
        assert (end - timedelta(seconds=1)).astimezone(rules).replace(tzinfo=None) < shown


@pytest.mark.parametrize(
    ("zone", "english", "spanish"),
    [
        (PACIFIC, "Pacific Time", "hora del Pacífico"),
        ("America/Boise", "Mountain Time (Boise)", "hora de las Montañas Rocosas (Boise)"),
        ("America/Adak", "Hawaii-Aleutian Time (Adak)", "hora de Hawái-Aleutianas (Adak)"),
        ("America/Anchorage", "Alaska Time", "hora de Alaska"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_a_zone_is_said_the_way_people_say_it(zone: str, english: str, spanish: str) -> None:
    assert (spoken_zone_name(zone), spoken_zone_name(zone, "es")) == (english, spanish)


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Boise", "America/Boise"),
        ("Pacific", PACIFIC),
        ("pacific time zone", PACIFIC),
        ("hora del Pacífico", PACIFIC),
        ("America/Adak", "America/Adak"),
        ("  america/ADAK ", "America/Adak"),
        ("Los Angeles", PACIFIC),
        ("Seattle", PACIFIC),
        ("Mountain", "America/Boise"),
        ("Alaska time", "America/Anchorage"),
        ("hora de Alaska", "America/Anchorage"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_read_from_its_name_its_city_or_what_people_call_it(said: str, zone: str) -> None:
    assert parse_zone(said) == zone


@pytest.mark.parametrize("state", ["Oregon", "idaho", "ID", "Alaska", "Oregon time"])
def test_a_state_with_two_zones_is_asked_back_and_never_guessed(state: str) -> None:
    read = parse_zone(state)
    assert isinstance(read, Misread)
    assert read.key == "zone.two_in_state"
    assert len(read.choices) == 2


def test_a_misspelt_city_is_answered_with_the_one_it_looks_like() -> None:
    assert parse_zone("Boize") == Misread("zone.unclear", "Boize", ("America/Boise",))


@given(st.text(max_size=120))
def test_reading_a_zone_never_raises_and_yields_only_real_ones(said: str) -> None:
    read = parse_zone(said)
    assert all(zone in zone_names() for zone in (read.choices if isinstance(read, Misread) else [read]))


@given(st.sampled_from(sorted(zone_names())))
def test_every_zone_of_the_database_loads_and_is_said_in_both_languages(zone: str) -> None:
    assert load_zone(zone).key == zone
    assert spoken_zone_name(zone)
    assert spoken_zone_name(zone, "es")


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "America/Atlantis", "Pacific"])
def test_a_name_outside_the_database_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        load_zone(name)
