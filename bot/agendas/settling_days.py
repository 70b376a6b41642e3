"""On which day each session is: by its own words, by a list of days, by a rhythm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from bot.agendas.asking import Asked, Asking, Dated
from bot.agendas.days import AgendaDay
from bot.agendas.drafts import Draft, GatheredDraft
from bot.agendas.facts import QuestionKind
from bot.agendas.letters import squeeze
from bot.agendas.rhythm import Rhythm, counted_out
from bot.agendas.yearly import Years, choose_years


def date_drafts(said: GatheredDraft, today: date, asking: Asking) -> list[Dated]:
    """The sessions with their days, in order."""
    drafts = [
        one
        for one in said.drafts
        if (not (one.no_session and not one.cancelled and not one.presenters) and not one.is_empty)
        or one.cancelled
    ]
    drafts = [
        one
        for one in drafts
        if one.days or one.number is not None or one.date_open or len(drafts) == 1 or one.title
    ]
    drafts = _days_joined(drafts)
    with_days = [one for one in drafts if one.days]
    if with_days and len(with_days) < len(drafts):
        drafts = [one for one in drafts if one.days or one.number is not None or one.date_open]
    years = choose_years(_all_days(said, drafts), said.years, today)
    told_apart = not with_days
    if told_apart and said.range_days and _nothing_but_a_range(said, drafts):
        dated = _ranged(said, drafts, years)
    elif told_apart and (listed := _listed(said, drafts, years, asking)):
        dated = _paired(drafts, listed, said, asking)
    else:
        dated = [_of_draft(one, years) for one in drafts]
        _fill_from_rhythm(dated)
        _count_checked(dated, said, asking, told=bool(with_days))
    if all(one.day for one in dated):
        numbered = [one.draft.number for one in dated]
        if None in numbered or numbered != sorted(n for n in numbered if n is not None):
            dated.sort(key=lambda one: one.day or date.max)
    off = {(day.month, day.day) for day in said.cancelled}
    for number, one in enumerate(dated, start=1):
        if one.day and (one.day.month, one.day.day) in off:
            one.draft = replace(one.draft, cancelled=True)
        for kind, what, choices in one.asks:
            asking.ask(kind, f"sessions.{number}.date", what, choices)
        if one.day is None and not one.asks:
            asking.ask("no_date", f"sessions.{number}.date")
    return dated


def _days_joined(drafts: list[Draft]) -> list[Draft]:
    """A list of bare days, and as many sessions without a day elsewhere: they belong together in order."""
    bare = [one for one in drafts if one.days and one.number is None and not (one.title or one.presenters)]
    named = [one for one in drafts if not one.days and (one.number is not None or one.title)]
    if len(bare) < 2 or len(bare) != len(named) or len(bare) + len(named) != len(drafts):
        return drafts
    return [
        replace(
            one,
            days=day.days,
            moments=one.moments or day.moments,
            minutes=one.minutes or day.minutes,
            cancelled=one.cancelled or day.cancelled,
        )
        for day, one in zip(bare, named, strict=True)
    ]


def _nothing_but_a_range(said: GatheredDraft, drafts: list[Draft]) -> bool:
    return not any(one.weeks or one.nths for one in said.rhythms) and len(drafts) <= 1 and not said.dates


def _count_checked(dated: list[Dated], said: GatheredDraft, asking: Asking, *, told: bool) -> None:
    """ "Six sessions", and five of them listed."""
    counts = set(said.counts)
    held = len([one for one in dated if not one.draft.cancelled])
    if told and dated and len(counts) == 1 and not counts & {len(dated), held}:
        asking.ask("count", "sessions", str(counts.pop()), (str(len(dated)),))


def _all_days(said: GatheredDraft, drafts: list[Draft]) -> list[AgendaDay]:
    """Those of one rhythm have its weekday, which helps to prove the year."""
    weekday = next((one.weekday for one in said.rhythms if one.weekday is not None), None)
    of_rhythms = [_on(one.start, None if one.in_months else weekday) for one in said.rhythms if one.start]
    apart = [] if any(one.days for one in drafts) else [_on(day, weekday) for day in said.dates]
    return [*(one.days[0] for one in drafts if one.days), *apart, *of_rhythms, *said.range_days[:1]]


def _ranged(said: GatheredDraft, drafts: list[Draft], years: Years) -> list[Dated]:
    """ "March 2–4" and nothing else: one event of several days, or that many sessions? It is asked."""
    first, last = said.range_days[0], said.range_days[-1]
    draft = drafts[0] if drafts else Draft(said.dates_where or "text")
    start, until = years.day(first), years.day(last)
    choices = tuple(day.isoformat() for day in (start, until) if day)
    return [Dated(draft, None, [("range_of_days", f"{first.said} – {last.said}", choices)])]


def _of_draft(draft: Draft, years: Years) -> Dated:
    if not draft.days:
        return Dated(draft)
    first = draft.days[0]
    others = [one for one in draft.days[1:] if (one.month, one.day) != (first.month, first.day)]
    dated = Dated(draft, *_settled(first, years))
    if others and (draft.moved or not draft.cancelled):
        choices = tuple(day.isoformat() for one in (*others[::-1], first) if (day := years.day(one)))
        kind: QuestionKind = "moved" if draft.moved else "range_of_days"
        dated.asks = [(kind, squeeze(draft.said)[:120], choices)]
        dated.day = years.day(others[-1]) if draft.moved and others else dated.day
    return dated


def _settled(day: AgendaDay, years: Years) -> tuple[date | None, Asked]:
    """The date of a day as written, with what has to be asked about it."""
    found = years.day(day)
    if found is None:
        other = years.day(day.swapped) if day.other else None
        return other, [("impossible_date", day.said, (other.isoformat(),) if other else ())]
    if day.other and not years.order_known:
        other = years.day(day.swapped)
        if other is not None and other != found:
            return found, [("day_or_month", day.said, (found.isoformat(), other.isoformat()))]
    if day.weekday is not None and found.weekday() != day.weekday:
        return None, [
            (
                "weekday",
                day.said,
                tuple(one.isoformat() for one in _weekday_choices(found, day.weekday, years)),
            )
        ]
    if day.year is None and not years.certain(day):
        choices = tuple(one.isoformat() for year in years.choices if (one := day.in_year(year)))
        return found, [("year", "", tuple(dict.fromkeys((str(found.year), *(c[:4] for c in choices)))))]
    return found, []


def _weekday_choices(found: date, weekday: int, years: Years) -> list[date]:
    """The day that fits the other days first, then the day as written, then its neighbours of that weekday."""
    back = (found.weekday() - weekday) % 7
    near = sorted(
        (found - timedelta(days=back), found + timedelta(days=7 - back)), key=lambda one: abs(one - found)
    )
    fitting = [one for one in (found, *near) if years.fits(one)]
    return list(dict.fromkeys([*fitting, found, *near]))


def _listed(
    said: GatheredDraft, drafts: list[Draft], years: Years, asking: Asking
) -> list[tuple[date | None, Asked]]:
    """Days told apart from the sessions: a list of them, or a rhythm."""
    skips = frozenset(day for one in said.skips if (day := years.day(one)))
    if said.dates:
        days = list(dict.fromkeys((one.month, one.day, one.year) for one in said.dates))
        firsts = [next(one for one in said.dates if (one.month, one.day, one.year) == key) for key in days]
        weekday = next((one.weekday for one in said.rhythms if one.weekday is not None), None)
        return [
            _settled(_on(day, weekday), years)
            for day in firsts
            if years.day(day) not in skips or years.day(day) is None
        ]
    rhythm = _one_rhythm(said)
    if rhythm is None:
        return []
    start = rhythm.start
    if start is None and not said.range_days:
        return []
    start = start or said.range_days[0]
    until = rhythm.until or (said.range_days[-1] if said.range_days else None)
    first, asks = _settled(start if rhythm.in_months else _on(start, rhythm.weekday), years)
    if rhythm.in_months and first is not None and rhythm.weekday is not None:
        first += timedelta(days=(rhythm.weekday - first.weekday()) % 7)
    count = (
        rhythm.count
        or (len(drafts) if drafts and until is None else None)
        or (said.counts[0] if said.counts and until is None else None)
    )
    if first is None:
        first = years.day(start)
        if first is None:
            return [(None, asks)]
        choices = asks[0][2]
        first = date.fromisoformat(
            next(
                (
                    one
                    for one in choices
                    if rhythm.weekday is None
                    or (
                        date.fromisoformat(one).weekday() == rhythm.weekday
                        and date.fromisoformat(one) >= first
                    )
                ),
                choices[0],
            )
        )
    last = years.day(until) if until else None
    if count is None and last is None:
        asking.ask("how_many", "sessions", rhythm.said)
        return [(first, asks)]
    if rhythm.weeks is None and not rhythm.nths:
        if count == 1:
            return [(first, asks)]
        asking.ask("how_often", "sessions", rhythm.said)
        return [(first, asks)]
    counted = counted_out(Rhythm(rhythm.weekday, rhythm.weeks, rhythm.nths, count), first, last, skips)
    if count and last and counted and counted[-1] != last and len(counted) == count:
        whole = counted_out(Rhythm(rhythm.weekday, rhythm.weeks, rhythm.nths, None), first, last, skips)
        if len(whole) != count or counted[-1] != last:
            asking.ask("count", "sessions", str(count), (str(len(whole)), str(count)))
    elif count and last and len(counted) != count:
        asking.ask("count", "sessions", str(count), (str(len(counted)), str(count)))
    return [(day, list(asks)) for day in counted]


def _on(day: AgendaDay, weekday: int | None) -> AgendaDay:
    return replace(day, weekday=weekday) if day.weekday is None and weekday is not None else day


def _one_rhythm(said: GatheredDraft) -> Rhythm | None:
    """What several sentences tell together; the first to tell a thing counts."""
    if not said.rhythms:
        return None
    told = said.rhythms

    def first(name: str):  # type: ignore[no-untyped-def]
        return next((value for one in told if (value := getattr(one, name)) not in (None, ())), None)

    weeks = max((one.weeks for one in told if one.weeks), default=None)
    counts = first("count") or (said.counts[0] if said.counts else None)
    return Rhythm(
        first("weekday"),
        weeks,
        first("nths") or (),
        counts,
        first("start"),
        first("until"),
        first("skips") or (),
        said=told[0].said,
        in_months=any(one.in_months for one in told),
    )


def _paired(
    drafts: list[Draft], listed: list[tuple[date | None, Asked]], said: GatheredDraft, asking: Asking
) -> list[Dated]:
    if not drafts:
        wanted = set(said.counts)
        if said.dates and len(wanted) == 1 and wanted != {len(listed)}:
            asking.ask("count", "sessions", str(wanted.pop()), (str(len(listed)),))
        return [Dated(Draft(said.dates_where or "text"), day, list(asks)) for day, asks in listed]
    if len(drafts) != len(listed):
        asking.ask("count", "sessions", str(len(listed)), (str(len(drafts)), str(len(listed))))
    dated = []
    for place, draft in enumerate(drafts):
        day, asks = listed[place] if place < len(listed) else (None, [])
        if len(drafts) != len(listed) and day is not None:
            asks = [*asks, ("no_date", draft.title, (day.isoformat(),))]
        dated.append(Dated(draft, day, list(asks)))
    if not any(one.number for one in drafts) and len(listed) > len(drafts) == 1:
        return [
            Dated(drafts[0] if place == 0 else Draft("text"), day, list(asks))
            for place, (day, asks) in enumerate(listed)
        ]
    return dated


def _fill_from_rhythm(dated: list[Dated]) -> None:
    """A session without a day among others that have theirs keeps its question, with the day that the
    rhythm of the others leaves for it as the first choice."""
    known = [one.day for one in dated if one.day]
    if len(known) < 2:
        return
    steps = sorted(later - earlier for earlier, later in pairwise(known))
    step = steps[len(steps) // 2]
    for before, one in pairwise(dated):
        if one.day is None and not one.asks and before.day and step > timedelta():
            one.asks.append(("no_date", one.draft.title, ((before.day + step).isoformat(),)))


def near(day: AgendaDay, dated: list[Dated], today: date) -> date | None:
    known = [one.day for one in dated if one.day]
    around = known[0] if known else today
    if day.year:
        return day.in_year(day.year)
    found = [one for year in (around.year - 1, around.year, around.year + 1) if (one := day.in_year(year))]
    return min(found, key=lambda one: abs(one - around), default=None)
