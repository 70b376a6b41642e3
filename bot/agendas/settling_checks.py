"""What does not agree becomes a question: clocks that change, zones, segments, two sessions on one day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from bot.agendas.asking import Asking, Dated
from bot.agendas.drafts import Draft, Moment
from bot.agendas.facts import AgendaPart, SessionFacts
from bot.agendas.names import looks_like_people, read_people
from bot.agendas.parts import kind_of, parts_of
from bot.agendas.zones_said import Zone
from bot.timekeeping.zones import occurrences
from prompts.time_zones import load_zone


def exists(path: str, day: date | None, start: time | None, zone: str | None, asking: Asking) -> None:
    if day is None or start is None or zone is None:
        return
    moments = occurrences(day, start, zone)
    if not moments:
        asking.ask("skipped_time", f"{path}.start", f"{day} {start:%H:%M}", ())
    elif len(moments) == 2:
        asking.ask(
            "repeated_time",
            f"{path}.start",
            f"{day} {start:%H:%M}",
            tuple(one.isoformat() for one in moments),
        )


def standard_or_daylight(
    path: str, day: date | None, start: time | None, zone: str | None, told: list[Zone | None], asking: Asking
) -> None:
    """ "12:00 PST" on a day with daylight time: the clock's noon, or an hour later?"""
    kinds = {one.kind: one.said for one in told if one is not None and one.name == zone and one.kind}
    if len(kinds) != 1 or day is None or start is None or zone is None:
        return
    kind, said = next(iter(kinds.items()))
    local = datetime.combine(day, start, load_zone(zone))
    shifted = bool(local.dst())
    if shifted == (kind == "daylight"):
        return
    other = local + timedelta(hours=1 if shifted else -1)
    asking.ask("standard_or_daylight", f"{path}.start", said, (f"{start:%H:%M}", f"{other:%H:%M}"))


def others_agree(path: str, day: date | None, moments: list[Moment], asking: Asking) -> None:
    """ "12 PT / 1 MT / 11 AKT" must be one moment."""
    zoned = [one for one in moments if one.zone is not None and one.zone.name and one.hour.is_certain]
    if len(zoned) < 2 or day is None:
        return
    instants = {
        datetime.combine(day, one.hour.starts[0], load_zone(one.zone.name)).astimezone(UTC): one
        for one in zoned
        if one.zone
    }
    if len(instants) > 1:
        said = " / ".join(f"{one.hour.said} {one.zone.said}" for one in zoned if one.zone)
        asking.ask(
            "zones_disagree",
            f"{path}.start",
            said,
            tuple(dict.fromkeys(f"{one.hour.starts[0]:%H:%M}" for one in zoned)),
        )


def parts(
    path: str, draft: Draft, every: Draft, start: time | None, minutes: int | None, asking: Asking
) -> tuple[AgendaPart, ...]:
    told = draft.told_parts or every.told_parts
    if not told:
        half = draft.half or every.half
        if half and minutes and minutes % 2 == 0:
            kind = kind_of(half)
            other = "didactic" if kind != "didactic" else "plenary"
            return (AgendaPart(minutes // 2, other), AgendaPart(minutes // 2, kind, half))
        return ()
    found = parts_of(told, start, minutes)
    total = sum(one.minutes for one in found)
    if minutes and len(found) == 1 and 0 < total < minutes:
        kind = found[0].kind
        rest = AgendaPart(minutes - total, "didactic" if kind != "didactic" else "plenary")
        return (rest, found[0])
    if any(one.minutes == 0 for one in found) or (minutes and total != minutes):
        asking.ask("parts_sum", f"{path}.segments", f"{total} / {minutes}", (), open=True)
    return found


def names_as_titles(dated: list[Dated]) -> None:
    """One name where each session's title should be is its presenter."""
    titles = {one.draft.title for one in dated}
    if len(dated) > 1 and len(titles) == 1 and looks_like_people(next(iter(titles))):
        for one in dated:
            if not one.draft.presenters:
                one.draft.presenters, one.draft.title = list(read_people(one.draft.title).names), ""


def compare(facts: list[SessionFacts], dated: list[Dated], asking: Asking) -> None:
    """Two sessions on one day, and sessions whose numbers and days run against each other."""
    running = [one for one in facts if not one.cancelled]
    seen: dict[tuple[date, time | None], int] = {}
    for one in running:
        if one.date is None:
            continue
        key = (one.date, one.start)
        if key in seen:
            asking.ask("same_day", f"sessions.{one.number}.date", one.date.isoformat())
        seen[key] = one.number
    days = [(one.number, one.date) for one in running if one.date]
    for (_, earlier), (number, later) in pairwise(days):
        if later < earlier:
            asking.ask("out_of_order", f"sessions.{number}.date", later.isoformat(), (later.isoformat(),))
