"""Reach, dose and completion give the numbers of the worked examples."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.reach import AttendedMinutes, YearReach, attended, completed, completion, dose, reach

DOSES = [4] * 20 + [3] * 5 + [2] * 2 + [1] * 9


def _series(name: str, people: list[str], sessions_each: list[int], year: str) -> list[AttendedMinutes]:
    return [
        AttendedMinutes(person, f"{name}-{session}", year)
        for person, number in zip(people, sessions_each, strict=True)
        for session in range(number)
    ]


FIRST = _series("first", [f"p{i}" for i in range(36)], DOSES, "Year 5")
# 30 people, 11 of them from the first series, 84 participations.
SECOND = _series("second", [f"p{i}" for i in range(25, 55)], [3] * 24 + [2] * 6, "Year 6")


def test_half_of_the_minutes_is_attended() -> None:
    assert attended(45, 90)
    assert not attended(44.9, 90)
    assert not attended(None, 90)


def test_a_mark_decides_either_way() -> None:
    assert attended(None, 90, marked=True)
    assert not attended(90, 90, marked=False)


def test_dose_is_attended_of_delivered() -> None:
    assert dose(3, 4).percent == 75
    assert dose(0, 0).percent is None


def test_three_of_four_sessions_complete_a_series() -> None:
    assert completed(3, 4)
    assert not completed(2, 4)
    assert completed(2, 4, least=Fraction(1, 2))
    assert not completed(0, 0)


def test_25_of_36_attendees_and_of_40_enrolled_complete() -> None:
    result = completion(DOSES + [0] * 4, 4, enrolled=40)
    assert (result.of_attendees.count, result.of_attendees.n, result.of_attendees.rounded()) == (
        25,
        36,
        Decimal("69.4"),
    )
    assert (result.of_enrolled.n, result.of_enrolled.rounded()) == (40, Decimal("62.5"))
    assert result.people_by_sessions == {4: 20, 3: 5, 2: 2, 1: 9}
    assert (result.sessions_per_attendee.value, result.sessions_per_attendee.n) == (3.0, 36)


def test_impossible_attendance_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 4"):
        completion([5], 4, enrolled=1)
    with pytest.raises(ValueError, match="leave guests out"):
        completion([1, 1], 4, enrolled=1)


def test_nobody_attending_gives_no_percentage() -> None:
    result = completion([], 4, enrolled=0)
    assert (result.of_attendees.percent, result.of_enrolled.percent, result.sessions_per_attendee.value) == (
        None,
    ) * 3


def test_one_series_reaches_108_participations_and_36_people() -> None:
    result = reach(FIRST)
    assert (result.participations, result.unique) == (108, 36)


def test_two_series_with_11_people_in_both_reach_192_and_55() -> None:
    assert (reach(SECOND).participations, reach(SECOND).unique) == (84, 30)
    result = reach([*FIRST, *SECOND])
    assert (result.participations, result.unique) == (192, 55)


def test_a_person_active_in_two_years_counts_once_overall_and_once_in_each() -> None:
    result = reach([*FIRST, *SECOND])
    assert result.by_year == {"Year 5": YearReach(108, 36), "Year 6": YearReach(84, 30)}


@given(
    st.lists(st.builds(AttendedMinutes, *[st.sampled_from("abc")] * 2, st.sampled_from(["Year 5", "Year 6"])))
)
def test_repeated_rows_and_their_order_change_nothing(rows: list[AttendedMinutes]) -> None:
    result = reach(rows)
    assert reach([*reversed(rows), *rows]) == result
    assert result.unique <= sum(year.unique for year in result.by_year.values())
