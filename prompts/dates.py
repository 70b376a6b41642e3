"""Dates, times and numbers as a reader expects them: their language, their own zone (Babel's data)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from prompts.text import Marked, link, marked
from prompts.time_zones import load_zone


def locale(language: str) -> Locale:
    """The locale behind a language: both of ours are spoken in the United States here."""
    return Locale(language, "US")


def in_zone(moment: datetime, zone: str) -> datetime:
    """An aware moment on the wall clock of an IANA zone."""
    return moment.astimezone(load_zone(zone))


def beginning(local: date, zone: str) -> datetime:
    """The moment, UTC, at which a day begins in an IANA zone."""
    return datetime.combine(local, time(), load_zone(zone)).astimezone(UTC)


def day(language: str, moment: datetime | date, zone: str = "") -> str:
    """``Tue, Feb 23`` · ``mar, 23 de feb``; a moment is taken to `zone` first."""
    local = in_zone(moment, zone).date() if isinstance(moment, datetime) else moment
    return str(format_skeleton("MMMEd", local, locale=locale(language)))


def long_day(language: str, local: date) -> str:
    """``Tuesday, February 23, 2027``."""
    return str(format_date(local, "full", locale=locale(language)))


def clock_time(language: str, moment: datetime, zone: str) -> str:
    """``12:00 PM``, with an ordinary space."""
    return _spaced(format_time(in_zone(moment, zone), "short", locale=locale(language)))


def zone_name(language: str, zone: str, moment: datetime) -> str:
    """``Pacific Standard Time`` at that moment."""
    return str(get_timezone_name(in_zone(moment, zone), "long", locale=locale(language)))


def there(language: str, moment: datetime, zone: str) -> str:
    """Day, time and zone: ``Tue, Feb 23, 12:00 PM (Pacific Standard Time)``."""
    label = f"{day(language, moment, zone)}, {clock_time(language, moment, zone)}"
    return f"{label} ({zone_name(language, zone, moment)})"


def when(language: str, moment: datetime, zone: str) -> Marked:
    """The same, as text that a platform may show in each reader's own zone."""
    return link(there(language, moment, zone), f"time:{int(moment.timestamp())}")


def in_both(language: str, moment: datetime, zone: str, reader_zone: str) -> Marked:
    """What was typed for a place, read back as it was typed, and beside it the reader's own time where that
    is another: ``Tue, Mar 2, 10:00 AM (Mountain Standard Time) = 9:00 AM (Pacific Standard Time)``. No
    platform turns it into the reader's clock: both stand there, each with its zone."""
    told = there(language, moment, zone)
    here = in_zone(moment, reader_zone or zone)
    if here.utcoffset() == in_zone(moment, zone).utcoffset():
        return marked(told)
    clock = f"{clock_time(language, moment, reader_zone)} ({zone_name(language, reader_zone, moment)})"
    if here.date() != in_zone(moment, zone).date():
        clock = f"{day(language, moment, reader_zone)}, {clock}"
    return marked(f"{told} = {clock}")


def span(language: str, first: datetime, last: datetime, zone: str) -> Marked:
    """From one moment to another, the day said once where it is the same, as plain text in `zone`:
    ``Tue, Feb 23, 7:00 – 9:00 AM (Pacific Standard Time)``."""
    start, end = in_zone(first, zone), in_zone(last, zone)
    names = zone_name(language, zone, first), zone_name(language, zone, last)
    if start.date() == end.date():
        hours = format_interval(start, end, "hm", locale=locale(language))  # of one moment: just that
        return marked(_spaced(f"{day(language, first, zone)}, {hours} ({names[1]})"))
    began = f"{day(language, first, zone)}, {clock_time(language, first, zone)}"
    if names[0] != names[1]:
        began += f" ({names[0]})"
    ended = f"{day(language, last, zone)}, {clock_time(language, last, zone)}"
    return marked(f"{began} – {ended} ({names[1]})")


def _spaced(text: str) -> str:
    """With ordinary spaces for the narrow ones of Unicode's data, which some fonts of chats lack."""
    return text.replace("\u202f", " ").replace("\u2009", " ")


def minutes(language: str, count: int) -> str:
    """``90 min`` · ``1 h 30 min`` stays in minutes: sessions are planned so."""
    return f"{number(language, count)} min"


def number(language: str, value: float) -> str:
    return str(format_decimal(value, locale=locale(language)))


def decimal(language: str, value: Decimal, places: int) -> str:
    """``4.50``: always so many places (``4,50`` where the language writes it so)."""
    return str(format_decimal(value, format="0." + "0" * places, locale=locale(language)))


def percent(language: str, share: float, digits: int = 1) -> str:
    """``80.8%`` from 0.808 (``80.8 %`` where the language writes it so)."""
    return str(format_percent(share, format="#,##0." + "0" * digits + "%", locale=locale(language)))


def series_of(language: str, items: list[str]) -> str:
    """``Ana, Ben, and Lu`` · ``Ana, Ben y Lu``."""
    return str(format_list(items, locale=locale(language)))


def one_of(language: str, items: list[str]) -> str:
    """``Ana, Ben, or Lu`` · ``Ana, Ben o Lu``."""
    return str(format_list(items, style="or", locale=locale(language)))
