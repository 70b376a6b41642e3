"""What Hypothesis draws readers, anchors and schedules from."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import strategies as st

from bot.nudges.cadence import Anchor
from bot.nudges.schedule import PlannedSession, ScheduledReader, SeriesSchedule
from bot.timekeeping.quiet_hours import QuietHours
from bot.timekeeping.readers_hours import HolidayCalendar, Reader

# The four served, and the awkward: half-hour shifts, a skipped day, midnight and southern changes.
ZONES = (
    "America/Adak", "America/Anchorage", "America/Los_Angeles", "America/Boise", "Australia/Lord_Howe",
    "Pacific/Apia", "Pacific/Kiritimati", "Asia/Beirut", "Africa/Casablanca", "America/St_Johns", "UTC",
)  # fmt: skip

minutes_of_day = st.builds(time, st.integers(0, 23), st.integers(0, 59))
quiet_hours = st.tuples(minutes_of_day, minutes_of_day).filter(lambda two: two[0] != two[1]).map(
    lambda two: QuietHours(*two)
)  # fmt: skip
calendars = st.sampled_from([None, HolidayCalendar("US"), HolidayCalendar("US", "AK"), HolidayCalendar("ES")])
zones = st.sampled_from(ZONES)
readers = st.builds(Reader, zones, st.none() | quiet_hours, calendars)
easy_readers = st.builds(Reader, zones, st.sampled_from([None, QuietHours(time(17), time(8))]), calendars)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0)
)
anchors = st.builds(Anchor, st.just("a"), moments, zones)


@st.composite
def schedules(draw: st.DrawFn) -> SeriesSchedule:
    zone, start = draw(zones), draw(moments)
    sessions = []
    for number in range(draw(st.integers(1, 5))):
        length = timedelta(minutes=draw(st.integers(15, 240)))
        sessions.append(PlannedSession(f"s{number}", start, start + length, zone, frozenset({"p0"})))
        start += length + timedelta(hours=draw(st.integers(1, 24 * 30)))
    return SeriesSchedule("7", Reader(zone), tuple(sessions))


@st.composite
def recipients(draw: st.DrawFn) -> list[ScheduledReader]:
    return [
        ScheduledReader(
            f"p{number}", reader, opted_in=draw(st.booleans()), followup_opted_in=draw(st.booleans())
        )
        for number, reader in enumerate(draw(st.lists(readers, min_size=1, max_size=3)))
    ]
