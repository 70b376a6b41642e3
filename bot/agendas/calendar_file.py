"""A calendar (.ics): a series of meetings from Teams, Outlook, Google or Zoom, with what was moved or
cancelled."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import recurring_ical_events
from icalendar import Calendar

from bot.agendas.days import AgendaDay
from bot.agendas.document import TextLine
from bot.agendas.drafts import Draft, GatheredDraft, Moment
from bot.agendas.hours import Hour
from bot.agendas.labels import says_cancelled, session_number
from bot.agendas.letters import clean, flat, squeeze
from bot.agendas.lines import LineReader
from bot.agendas.text_file import text_of_html
from bot.agendas.zones_said import Zone, find_zones, zone_of_calendar
from prompts.catalog import SOURCE_LANGUAGE
from prompts.language_tables import alternation, language_tables, patterns
from prompts.word_lists import one_pattern

MOST_SESSIONS = 60
LONGEST_CALENDAR = 1_000_000
"""Letters: a year of somebody's whole calendar is about a third of it."""
_WITHIN_A_DAY = re.compile(r"FREQ\s*=\s*(?:SECOND|MINUTE|HOUR)LY", re.IGNORECASE)
_LINK = re.compile(
    r"https://[^\s<>()\"|]*(?:zoom\.us|teams\.microsoft|teams\.live|meet\.google|webex)[^\s<>()\"|]*"
)

_LANGUAGES = [
    (language, re.compile(rf"\b{one_pattern(tables.agenda.files.calendar)}\b", re.IGNORECASE))
    for language, tables in language_tables().items()
]
_BEFORE_TITLE = re.compile(rf"^{patterns(lambda one: one.agenda.files.before_title)}\s*:\s*", re.IGNORECASE)
_INSTRUCTIONS = re.compile(rf"_{{10,}}|-::~|{patterns(lambda one: one.agenda.files.instructions)}")
_UNITS = patterns(lambda one: one.agenda.files.units)
_NUMBER_LAST = re.compile(rf"(?:\b{_UNITS}\s*#?)?\s*\d*$")
_UNIT_LAST = re.compile(rf"\s*[–—:|(,-]?\s*(?:\b{_UNITS}\b\s*#?)?\s*$")
_OF = alternation(lambda one: one.dates.of)
_NUMBER_FIRST = re.compile(rf"#?(\d{{1,2}})\b\s*(?:{_OF} \d+|/\d+)?\s*[:.)–-]?\s*")
_OF_ALL = re.compile(rf"^{_OF}\s+\d+\s*[:–—-]?\s*")


def is_calendar(text: str) -> bool:
    return "BEGIN:VCALENDAR" in text[:2000].upper()


def read_calendar(text: str) -> GatheredDraft:
    """Every meeting of a calendar as a session; what its description says is read like any other text.
    Raises ValueError for a calendar that breaks its own rules, is too long, or meets more than once a day: such
    a rule, in a meeting or in a time zone, takes for ever to follow."""
    if len(text) > LONGEST_CALENDAR or _WITHIN_A_DAY.search(text.replace("\r\n ", "").replace("\n ", "")):
        raise ValueError("no calendar of meetings")
    calendar = Calendar.from_ical(text)
    said = GatheredDraft(
        language=next((language for language, words in _LANGUAGES if words.search(text)), SOURCE_LANGUAGE)
    )
    if name := str(calendar.get("X-WR-CALNAME") or ""):
        said.titles.append((3, name))
    spoken = zone_of_calendar(str(calendar.get("X-WR-TIMEZONE") or ""))
    events = list(calendar.walk("VEVENT"))
    endless = [
        one
        for one in events
        if (rule := one.get("RRULE")) and not rule.get("COUNT") and not rule.get("UNTIL")
    ]
    for event in _occurrences(calendar, events, endless):
        said.drafts.append(_draft(event, spoken, said))
    said.endless = str(endless[0].get("SUMMARY") or "") if endless else ""
    guests = {str(one).casefold() for event in events for one in _listed(event.get("ATTENDEE"))}
    if guests:
        said.people.append(len(guests))
    _titles(said)
    return said


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _occurrences(calendar: Any, events: list[Any], endless: list[Any]) -> list[Any]:
    if not any(one.get("RRULE") or one.get("RDATE") for one in events):
        found = list(events)
    else:
        if sum(bool(one.get("RRULE")) for one in events) > MOST_SESSIONS:
            raise ValueError("more series than anybody's calendar has")
        starts = [_moment_of(one) for one in events]
        first = min(starts)
        last = first + timedelta(days=1200)
        found = recurring_ical_events.of(calendar, keep_recurrence_attributes=True).between(
            first - timedelta(days=1), last
        )
    found.sort(key=_moment_of)
    if endless:
        return found[:1]
    return found[:MOST_SESSIONS]


def _moment_of(event: Any) -> datetime:
    start = event["DTSTART"].dt
    if not isinstance(start, datetime):
        start = datetime.combine(start, time())
    return start if start.tzinfo else start.replace(tzinfo=UTC)


def _draft(event: Any, spoken: str, said: GatheredDraft) -> Draft:
    where = f"event {len(said.drafts) + 1}"
    start, given = event["DTSTART"].dt, event["DTSTART"]
    draft = Draft(where, said=str(event.get("SUMMARY") or ""))
    local = start if isinstance(start, datetime) else None
    day = local.date() if local else start
    draft.days = [AgendaDay(day.month, day.day, day.year, None, day.isoformat(), 0, 0)]
    if local is not None:
        zone = _zone_of(given, local, spoken)
        if local.tzinfo is UTC or (local.utcoffset() == timedelta() and not zone):
            draft.utc = local
            if spoken:
                zone = spoken
        hour = Hour((local.time().replace(tzinfo=None),), (), f"{local:%H:%M}", 0, 0, on_24_hours=True)
        draft.moments = [Moment(hour, Zone(zone, zone, 0, 0) if zone else None)]
        if (minutes := _minutes(event, local)) is not None:
            draft.minutes = [minutes]
    summary = clean(str(event.get("SUMMARY") or ""))
    draft.cancelled = str(event.get("STATUS") or "").upper() == "CANCELLED" or says_cancelled(summary)
    draft.title = squeeze(_BEFORE_TITLE.sub("", summary))
    _describe(draft, clean(str(event.get("DESCRIPTION") or "")), said.language)
    link = _LINK.search(
        f"{event.get('LOCATION') or ''} {event.get('URL') or ''} {event.get('DESCRIPTION') or ''} {event.get('X-MICROSOFT-SKYPETEAMSMEETINGURL') or ''}"
    )
    draft.link = link[0] if link else ""
    return draft


def _zone_of(given: Any, local: datetime, spoken: str) -> str:
    name = str(given.params.get("TZID") or "")
    if name:
        return zone_of_calendar(name) or zone_of_calendar(str(getattr(local.tzinfo, "key", "")))
    return spoken if local.tzinfo is None else ""


def _minutes(event: Any, start: datetime) -> int | None:
    if event.get("DTEND") is not None and isinstance(event["DTEND"].dt, datetime):
        return round((event["DTEND"].dt - start).total_seconds() / 60) or None
    if event.get("DURATION") is not None:
        return round(event["DURATION"].dt.total_seconds() / 60) or None
    return None


def _describe(draft: Draft, text: str, language: str) -> None:
    """Presenters, objectives and segments out of a description; its joining instructions are left."""
    inner = GatheredDraft(language=language)
    reader = LineReader(inner)
    reader.draft = draft
    if re.search(r"<(?:b|br|p|ul|li|div|span)\b", text):
        text = text_of_html(text)
    text = _INSTRUCTIONS.split(text)[0]
    kept = list(draft.days), list(draft.moments), list(draft.minutes), draft.title, draft.cancelled
    for place, line in enumerate(text.replace("\\n", "\n").split("\n"), start=1):
        line = line.strip()
        bullet = bool(re.match(r"[-•*]\s", line))
        reader.read(
            TextLine(re.sub(r"^[-•*]\s+", "", line), bullet=bullet, where=f"description, line {place}")
        )
    draft.days, draft.moments, draft.minutes, draft.title, draft.cancelled = kept
    for other in (*inner.drafts, inner.every):
        draft.presenters += [name for name in other.presenters if name not in draft.presenters]
        draft.objectives += [one for one in other.objectives if one not in draft.objectives]
        draft.told_parts += other.told_parts
    if other_zone := find_zones(draft.said):
        draft.zones += other_zone if not draft.moments or draft.moments[0].zone is None else []


def _common_start(titles: list[str]) -> str:
    first, last = min(titles), max(titles)
    same = next((place for place, letter in enumerate(first) if letter != last[place]), len(first))
    return first[:same]


def _without_end(text: str, end: re.Pattern[str]) -> str:
    """`text` as far as the end, which is told by its letters without accents."""
    found = end.search(flat(text))
    return text[: found.start()] if found else text


def _titles(said: GatheredDraft) -> None:
    """The series' title is what all summaries begin with; the rest of each is its session's."""
    titles = [one.title for one in said.drafts if one.title]
    if not titles:
        return
    common = titles[0] if len(set(titles)) == 1 else _common_start(titles)
    if len(set(titles)) > 1:
        common = _without_end(re.sub(r"[^\s:–—|-]*$", "", common), _NUMBER_LAST)
    common = _without_end(squeeze(common), _UNIT_LAST)
    series = squeeze(common)
    if len(series) >= 6:
        said.titles.append((5, series))
    for draft in said.drafts:
        rest = (
            draft.title[len(series) :] if len(series) >= 6 and draft.title.startswith(series) else draft.title
        )
        rest = squeeze(rest.strip(" :–—|-()"))
        if number := session_number(rest):
            draft.number = number[0]
            rest = squeeze(rest[number[1] :].strip(" ()"))
        elif found := _NUMBER_FIRST.match(rest):
            draft.number = int(found[1])
            rest = squeeze(rest[found.end() :])
        draft.title = _OF_ALL.sub("", rest)
