"""At most so many optional direct messages per person and week.

Which of them stay, in this order:

1. *make it stick*: spaced recall is worth what its spacing is worth.
2. *look back*: it fades with every day, and is stale at the next session.
3. *commitment check-in*: a plan may be asked about some days later without loss.
4. anything a facilitator added.

Within a kind the earlier one stays. The rest move to the first allowed moment of the reader's next week,
where they compete again, or are skipped when they would be stale by then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.nudges.planned import Planned
from bot.timekeeping.readers_hours import Reader, first_of_week_after

MOST_PER_WEEK = 2
KEPT_FIRST = ("make_it_stick", "look_back", "commitment_check_in")


def spread(
    planned: Iterable[Planned],
    readers: Mapping[str, Reader],
    taken: Mapping[str, Sequence[datetime]] | None = None,
    cap: int = MOST_PER_WEEK,
) -> list[Planned]:
    """`planned` with at most `cap` optional direct messages per person and ISO week of the person's clock.

    `readers` by person id; `taken` are moments (UTC) of such messages already sent to a person or planned
    in another cohort: they count and are not moved. Doing it twice changes nothing more.
    """
    untouched: list[Planned] = []
    by_person: defaultdict[str, list[Planned]] = defaultdict(list)
    for nudge in planned:
        if nudge.person_id is None or nudge.skip is not None or not nudge.step.counts_towards_cap:
            untouched.append(nudge)
        else:
            by_person[nudge.person_id].append(nudge)
    for person_id, nudges in by_person.items():
        untouched += _spread_for(nudges, readers[person_id], (taken or {}).get(person_id, ()), cap)
    return untouched


def _spread_for(nudges: list[Planned], reader: Reader, taken: Sequence[datetime], cap: int) -> list[Planned]:
    """Week by week; what is moved only ever goes to a later week, so this ends."""
    already = Counter(_week_of(moment, reader) for moment in taken)
    weeks: defaultdict[date, list[Planned]] = defaultdict(list)
    for nudge in nudges:
        weeks[_week_of(nudge.at_utc, reader)].append(nudge)
    settled: list[Planned] = []
    while weeks:
        week = min(weeks)
        ranked = sorted(weeks.pop(week), key=_rank)
        room = max(0, cap - already[week])
        settled += ranked[:room]
        for nudge in ranked[room:]:
            moved = _moved_a_week(nudge, reader)
            if moved.skip is None:
                weeks[_week_of(moved.at_utc, reader)].append(moved)
            else:
                settled.append(moved)
    return settled


def _moved_a_week(nudge: Planned, reader: Reader) -> Planned:
    moment = first_of_week_after(nudge.at_utc, reader)
    if nudge.expires_utc is not None and moment >= nudge.expires_utc:
        return replace(nudge, skip="weekly_cap")
    return replace(nudge, at_utc=moment, moved_because="weekly_cap")


def _rank(nudge: Planned) -> tuple[int, datetime, str]:
    kind = nudge.step.kind
    place = KEPT_FIRST.index(kind) if kind in KEPT_FIRST else len(KEPT_FIRST)
    return place, nudge.nominal_utc, nudge.key


def _week_of(moment: datetime, reader: Reader) -> date:
    """The Monday of the reader's ISO week."""
    local = reader.local(moment).date()
    return local - timedelta(days=local.weekday())
