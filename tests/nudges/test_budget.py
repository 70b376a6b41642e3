"""Where a message goes when a person has had enough: each way out of a full week, at its edges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.nudges.budget import (
    MOST_A_DAY,
    MOST_IN_7_DAYS,
    PLANNED_IN_7_DAYS,
    Budget,
    Drawn,
    placed,
)
from bot.nudges.cadence import Anchor, Expiry, Step
from bot.nudges.planned import Planned
from bot.timekeeping.quiet_hours import QuietHours
from bot.timekeeping.readers_hours import Reader
from bot.timekeeping.zones import first_moment
from tests.support.kinds import ALL_KINDS

MONDAY = datetime(2027, 2, 1, 9, tzinfo=UTC)
"""Nine on the reader's clock, too."""
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
READER = Reader("UTC")
WIDE = Budget(in_7_days=99, a_day=99)


def message(
    kind: str, at: datetime, expires: datetime | None = None, person: str | None = "ana", **more: object
) -> Planned:
    """`kind` says how it may be moved: see `bot.core.message_kinds`."""
    step = Step(
        kind=kind, anchor="first_session", minutes=0, audience="cohort", nature="logistics",
        hours="waking", expires=Expiry(days=9),
    )  # fmt: skip
    key = f"{kind} {at:%d %H:%M}"
    return Planned(key, step, Anchor("a", at, "UTC"), person, at, at, expires, None, None)


def where(
    *messages: Planned,
    taken: Sequence[datetime] = (),
    budget: Budget | None = None,
    morning: timedelta = timedelta(),
    drawn: Drawn | None = None,
    reader: Reader = READER,
) -> list[datetime | str]:
    """The moment of each message in the order given, or why it goes nowhere."""
    given = {"ana": taken}
    found = placed(messages, ALL_KINDS, {"ana": reader}, given, {"ana": morning}, budget, drawn)
    by_key = {one.key: one.skip or one.at_utc for one in found}
    return [by_key[one.key] for one in messages]


def full(first: datetime = MONDAY) -> list[datetime]:
    """Four days in a row that leave no room in the seven."""
    return [first + number * DAY for number in range(4)]


def test_the_limits_are_those_that_are_promised() -> None:
    assert (PLANNED_IN_7_DAYS, MOST_IN_7_DAYS, MOST_A_DAY) == (4, 6, 2)
    assert Budget() == Budget(in_7_days=4, a_day=2)


def test_what_is_to_nobody_or_skipped_or_apart_is_not_touched() -> None:
    channel = message("look_back", MONDAY, person=None)
    link = message("join_link", MONDAY + HOUR)
    over = message("look_back", MONDAY + 2 * HOUR)
    stale = Planned(over.key, over.step, over.anchor, "ana", over.at_utc, over.at_utc, None, None, "stale")
    assert placed([channel, link, stale], ALL_KINDS, {"ana": READER}, {"ana": full(MONDAY - DAY)}) == [
        channel,
        link,
        stale,
    ]


def test_with_room_each_goes_at_its_own_moment_as_it_is() -> None:
    one = message("look_back", MONDAY + HOUR)
    assert placed([one], ALL_KINDS, {"ana": READER}) == [one]


def test_what_comes_the_same_day_is_joined_next_first_and_not_after_its_end() -> None:
    at = MONDAY + HOUR
    later, before = at + 2 * HOUR, at - HOUR
    assert where(message("look_back", at), taken=[later, later + HOUR]) == [later]
    assert where(message("look_back", at), taken=[at]) == [at]
    assert where(message("look_back", at), taken=[before]) == [at], "it may not come earlier"
    assert where(message("look_back", at, later), taken=[later]) == [at], "it would be over"
    assert where(message("look_back", at, later + MINUTE), taken=[later]) == [later]
    assert where(message("look_back", at), taken=[at + DAY]) == [at]


def test_session_tomorrow_may_join_what_came_before_it_the_same_day() -> None:
    at = MONDAY + 3 * HOUR
    assert where(message("session_tomorrow", at), taken=[MONDAY, MONDAY + HOUR]) == [MONDAY + HOUR]
    assert where(message("session_tomorrow", at), taken=[MONDAY]) == [MONDAY]
    night = Reader("UTC", QuietHours(time(0), time(9, 30)))
    assert where(message("session_tomorrow", at), taken=[MONDAY], reader=night) == [at]


def test_a_day_has_room_for_two_and_the_third_waits_for_the_morning() -> None:
    evening = [MONDAY, MONDAY + HOUR]
    assert where(message("look_back", MONDAY + 2 * HOUR), taken=evening) == [MONDAY + DAY]
    assert where(message("look_back", MONDAY + 2 * HOUR), taken=evening[:1]) == [MONDAY + 2 * HOUR]


def test_seven_days_have_room_for_four() -> None:
    assert where(message("look_back", MONDAY + 4 * DAY), taken=full()[:3]) == [MONDAY + 4 * DAY]
    assert where(message("look_back", MONDAY + 4 * DAY), taken=full()) == [MONDAY + 7 * DAY]
    assert where(message("look_back", MONDAY - DAY), taken=full()) == [MONDAY], "the next there is"
    assert where(message("look_back", MONDAY + 7 * DAY), taken=full()) == [MONDAY + 7 * DAY]


def test_seven_days_are_counted_on_both_sides_of_a_moment() -> None:
    at = MONDAY + 10 * DAY
    around = [at + number * DAY for number in (-6, -5, 5, 6)]
    assert where(message("look_back", at), taken=around) == [at]


@pytest.mark.parametrize(("apart", "fits"), [(timedelta(), True), (MINUTE, False), (2 * HOUR, False)])
def test_seven_days_are_whole(apart: timedelta, fits: bool) -> None:
    at = MONDAY + 7 * DAY - apart
    assert (where(message("look_back", at), taken=full()) == [at]) is fits


@pytest.mark.parametrize(("monday", "hours"), [(8, -1), (29, 0)])
def test_seven_days_are_those_of_the_readers_clock(monday: int, hours: int) -> None:
    """Summer time begins on 14 March 2027: nine in the morning comes an hour sooner a week later."""
    boise = Reader("America/Boise")
    first = first_moment(date(2027, 3, monday), time(9), boise.zone)
    at = first + 7 * DAY + hours * HOUR
    assert where(message("look_back", at), taken=full(first), reader=boise) == [at]
    early = at - MINUTE
    assert where(message("look_back", early), taken=full(first), reader=boise) != [early]


def test_what_is_taken_twice_counts_once() -> None:
    assert where(message("look_back", MONDAY + 4 * DAY), taken=[*full()[:3], *full()[:3]]) == [
        MONDAY + 4 * DAY
    ]


def test_what_finds_no_room_in_time_is_left_out_and_says_so() -> None:
    at, busy = MONDAY + 4 * DAY, full()
    end = MONDAY + 7 * DAY
    assert where(message("look_back", at, end), taken=busy) == ["budget"]
    assert where(message("look_back", at, end + MINUTE), taken=busy) == [end]


def test_what_is_folded_says_why_it_moved_and_keeps_its_end_unless_that_is_over() -> None:
    at, busy = MONDAY + 4 * DAY, full()
    late = MONDAY + 20 * DAY
    (moved,) = placed([message("look_back", at, late)], ALL_KINDS, {"ana": READER}, {"ana": busy})
    assert (moved.at_utc, moved.moved_because, moved.expires_utc) == (MONDAY + 7 * DAY, "budget", late)
    (kept,) = placed([message("make_it_stick", at, at + HOUR)], ALL_KINDS, {"ana": READER}, {"ana": busy})
    assert (kept.at_utc, kept.moved_because) == (MONDAY + 7 * DAY, "budget")
    assert kept.expires_utc == kept.at_utc + 2 * DAY
    (over,) = placed(
        [message("make_it_stick", at, MONDAY + 7 * DAY)], ALL_KINDS, {"ana": READER}, {"ana": busy}
    )
    assert over.expires_utc == MONDAY + 9 * DAY, "over at the very moment"
    (endless,) = placed([message("look_back", at)], ALL_KINDS, {"ana": READER}, {"ana": busy})
    assert endless.expires_utc is None


def test_what_is_kept_joins_the_next_message_of_the_week_after_its_end() -> None:
    at, busy = MONDAY + 3 * DAY + HOUR, [*full(), MONDAY + 3 * DAY, MONDAY + 3 * DAY + 30 * MINUTE]
    joined = [*busy, at + 3 * DAY]
    assert where(message("make_it_stick", at, at + HOUR), taken=joined) == [at + 3 * DAY]


def test_session_tomorrow_joins_a_message_of_the_three_days_before() -> None:
    at = MONDAY + 6 * DAY
    end = at + 2 * HOUR
    assert where(message("session_tomorrow", at, end), taken=full()) == [MONDAY + 3 * DAY]
    early = [one - MINUTE for one in full()]
    assert where(message("session_tomorrow", at, end), taken=early) == [MONDAY + 7 * DAY]


def test_a_pinned_message_stays_where_it_is_while_there_is_room_or_no_end() -> None:
    at = MONDAY + 4 * DAY
    assert where(message("post_session_form", at), taken=full()) == [at]
    assert where(message("post_session_form", at, at + 9 * DAY), taken=full()) == [MONDAY + 7 * DAY]
    assert where(message("post_session_form", at, at + 9 * DAY), taken=full()[:3]) == [at]
    assert where(message("post_session_form", at, at + DAY), taken=[at + HOUR]) == [at], "it shares nothing"


def test_the_first_in_rank_keeps_its_moment() -> None:
    at = MONDAY + 3 * DAY
    late, first = message("partner_check", at), message("look_back", at + HOUR)
    assert where(late, first, taken=full()[:3]) == [at + HOUR, at + HOUR]
    one, two = message("look_back", at + 5 * HOUR), message("look_back", at)
    assert where(one, two, budget=Budget(in_7_days=99, a_day=1)) == [at + DAY, at]


def test_nine_sharp_becomes_the_readers_own_time_of_the_morning() -> None:
    after = 40 * MINUTE
    assert where(message("look_back", MONDAY), morning=after) == [MONDAY + after]
    assert where(message("look_back", MONDAY + MINUTE), morning=after) == [MONDAY + MINUTE]
    assert where(message("look_back", MONDAY, MONDAY + after), morning=after) == [MONDAY], "it would be over"
    assert where(message("look_back", MONDAY, MONDAY + after + MINUTE), morning=after) == [MONDAY + after]
    quiet = Reader("UTC", QuietHours(time(9, 30), time(12)))
    assert where(message("look_back", MONDAY), morning=after, reader=quiet) == [MONDAY]
    assert where(message("look_back", MONDAY + 4 * DAY), taken=full(), morning=after) == [
        MONDAY + 7 * DAY + after
    ]


def test_what_is_drawn_for_a_message_goes_before_the_readers_morning() -> None:
    def drawn(nudge: Planned) -> timedelta | None:
        return 10 * MINUTE if nudge.step.kind == "look_back" else None

    asked = (message("look_back", MONDAY), message("partner_check", MONDAY + DAY))
    moments = where(*asked, morning=20 * MINUTE, drawn=drawn)
    assert moments == [MONDAY + 10 * MINUTE, MONDAY + DAY + 20 * MINUTE]
    assert where(message("look_back", MONDAY), morning=20 * MINUTE, drawn=lambda _: timedelta()) == [MONDAY]


def test_a_day_is_the_readers_own() -> None:
    honolulu = Reader("Pacific/Honolulu")
    evening = datetime(2027, 2, 2, 2, tzinfo=UTC)  # still Monday there
    taken = [evening - 5 * HOUR, evening - 4 * HOUR]
    (at,) = where(message("look_back", evening), taken=taken, reader=honolulu)
    assert at == datetime(2027, 2, 2, 19, tzinfo=UTC)


def test_what_can_go_nowhere_for_four_weeks_goes_where_it_was_if_it_is_kept() -> None:
    busy = [MONDAY + number * DAY + part for number in range(40) for part in (timedelta(), HOUR)]
    at = MONDAY + 2 * HOUR
    none_after = Reader("UTC", QuietHours(time(8), time(10, 30)))
    assert where(message("make_it_stick", at), taken=busy, reader=none_after) == [at]
    assert where(message("look_back", at), taken=busy, reader=none_after) == ["budget"]
    free_on = [one for one in busy if one.date() != (MONDAY + 27 * DAY).date()]
    assert where(message("look_back", at), taken=free_on, budget=Budget(999, 2), reader=none_after) == [
        MONDAY + 27 * DAY + HOUR + 30 * MINUTE
    ]
    free_on = [one for one in busy if one.date() != (MONDAY + 28 * DAY).date()]
    assert where(message("look_back", at), taken=free_on, budget=Budget(999, 2), reader=none_after) == [
        "budget"
    ]
