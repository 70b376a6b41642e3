"""The true counts of every report of a community at one cut. Nothing here is ready to be shown.

Every sum is made by the database; what comes back is as long as there are sessions, groups and forms. Here
the counts of cohorts and forms are added up to series, projects, years and everything.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from math import comb

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.evaluations.counted import CountedField, counted_fields, protected, without_not_applicable
from bot.evaluations.instruments import Instrument
from bot.reports.after_series import AfterSeries, count_after_series
from bot.reports.cuts import ClosedResult, assign_to_cuts, weekly_cuts
from bot.reports.reach import completed
from bot.reports.scopes import Places, Scope, ScopeKind
from prompts import dates
from storage.evaluations import Evaluation, EvaluationState
from storage.people import Community
from storage.reports import (
    SessionCount,
    answer_sets,
    answer_tally,
    asked_by_evaluation,
    attendance_spread,
    enrolled_by_cohort,
    people_by_group,
    people_reached,
    session_counts,
    sessions_to_come,
    ties_by_cohort,
)
from storage.series import Series

MEASURES = (
    "quality",
    "usefulness",
    "objective",
    "intent",
    "recommendation",
    "net_promoter",
    "retrospective",
    "follow_through",
)
"""What items of an instrument may measure, but comments."""
SO_FAR = "so_far"
"""Name of the table of a running series: who completed what was held so far. Shown as a tenth only."""
RESPONSES = "responses"
"""Name of the table of who answered: ``answered`` and ``not``."""
ASKED = "asked:"
"""Begins the name of a table of a hub's own question, one that measures nothing of the above."""


@dataclass(frozen=True, slots=True)
class AskedForm:
    """A form with questions of its own. `tallies` are the true ones, by field."""

    instrument: Instrument
    tallies: dict[str, Counter[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Counts:
    """By scope and table name: how many, by group. Answers by form: only whole forms are published."""

    tables: dict[Scope, dict[str, Counter[str]]] = field(default_factory=lambda: defaultdict(dict))
    answers: dict[int, dict[str, list[Counter[str]]]] = field(default_factory=dict)
    """By evaluation and measure: one tally for each item; a pair of answers is ``before>now``."""
    scales: dict[int, dict[str, set[tuple[str, ...]]]] = field(default_factory=dict)
    """By evaluation and measure: the words of its answer scales, each led by its language and question."""
    asked: dict[int, AskedForm] = field(default_factory=dict)
    """By evaluation: its own questions, where it has any."""
    forms_of: dict[Scope, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The closed evaluations of each scope."""
    series_of_session: dict[int, int] = field(default_factory=dict)
    waiting: frozenset[int] = frozenset()
    """Sessions that wait for company: too few people came, and their series still runs."""
    over: frozenset[int] = frozenset()
    """Series whose last planned session has been held."""
    after: dict[int, AfterSeries] = field(default_factory=dict)
    """By series: what came after it, once all of that is over too."""

    def add(self, scope: Scope, name: str, counts: Mapping[str, int]) -> None:
        self.tables[scope].setdefault(name, Counter()).update(counts)


async def count_everything(
    db: AsyncSession,
    community: Community,
    places: Places,
    cut: date,
    before: datetime,
    made: Collection[date] = (),
) -> Counts:
    """Of the community at a cut: `before` is the moment when that day begins there. `made` are the days of
    the cuts before it."""
    found = Counts()
    number = community.id
    held = await session_counts(db, number, before)
    to_come = await sessions_to_come(db, number, before)
    found.over = frozenset({places.series_of[one.cohort_id] for one in held} - to_come.keys())
    waiting = _waiting(held, community, places, {*made, cut}) - _of_series(held, places, found.over)
    found.waiting = waiting
    await _count_people(db, found, number, places, before, held)
    await _count_completion(db, found, number, places, before, held, to_come)
    await _count_meetings(db, found, number, places, before)
    await _count_answers(db, found, number, places, before)
    found.after = await count_after_series(db, number, before, found.over)
    return found


def _waiting(
    held: Sequence[SessionCount], community: Community, places: Places, days: Collection[date]
) -> frozenset[int]:
    """Sessions that fewer than k people attended wait for the next larger one of their series: the report
    of a week would otherwise be last week's and a few people. When the series is over they wait no longer."""
    by_series: dict[int, list[ClosedResult]] = defaultdict(list)
    for one in held:
        day = dates.in_zone(one.starts_at, community.zone).date()
        result = ClosedResult(str(one.session_id), day, one.people)
        by_series[places.series_of[one.cohort_id]].append(result)
    found: set[int] = set()
    for results in by_series.values():
        first = min(each.closed_on for each in results)
        # A cut may be another weekday, after a form or a series was closed.
        cuts = {*weekly_cuts(first, max(days)), *days}
        assigned = assign_to_cuts(results, sorted(cuts), community.k_inside)
        found |= {int(key) for key, day in assigned.items() if day is None}
    empty = {one.session_id for one in held if not one.people}
    return frozenset(found - empty)


def _of_series(held: Sequence[SessionCount], places: Places, series: Collection[int]) -> set[int]:
    return {one.session_id for one in held if places.series_of[one.cohort_id] in series}


async def _count_people(
    db: AsyncSession,
    found: Counts,
    community_id: int,
    places: Places,
    before: datetime,
    held: Sequence[SessionCount],
) -> None:
    """How many came, of every series; who they are, of the series that are over."""
    enrolled = await enrolled_by_cohort(db, community_id)
    delivered = Counter(one.cohort_id for one in held)
    for one in held:
        series = places.series_of[one.cohort_id]
        found.series_of_session[one.session_id] = series
        counted = one.session_id not in found.waiting
        if counted:
            found.add(Scope("session", one.session_id), "size", {"people": one.people})
        for scope in places.of_series(series):
            found.add(scope, "events", {"events": 1, "waiting": 0 if counted else 1})
            found.add(scope, "size", {"participations": one.people if counted else 0})
    for cohort in delivered:
        for scope in places.of_series(places.series_of[cohort]):
            found.add(scope, "enrolled", {"enrolled": enrolled.get(cohort, 0)})
    for level, row, people in await people_reached(db, community_id, before, found.waiting):
        found.add(Scope(_level(level), row), "size", {"people": people})
    running = {one.session_id for one in held} - _of_series(held, places, found.over)
    for group in await people_by_group(db, community_id, before, running):
        scope = Scope(_level(group.level), group.row)
        found.add(scope, group.characteristic, {group.group: group.people})


async def _count_completion(
    db: AsyncSession,
    found: Counts,
    community_id: int,
    places: Places,
    before: datetime,
    held: Sequence[SessionCount],
    to_come: Mapping[int, int],
) -> None:
    """Of the series that are over; while one runs, of the sessions that were held so far."""
    rules = await _completion_rules(db, community_id)
    counting = Counter(one.cohort_id for one in held if one.session_id not in found.waiting)
    for cohort, sessions, people in await attendance_spread(db, community_id, before, found.waiting):
        series = places.series_of[cohort]
        done = completed(sessions, counting[cohort], rules[series])
        if series not in found.over:
            found.add(Scope("series", series), SO_FAR, {"people": people, "completed": people if done else 0})
            continue
        for scope in places.of_series(series):
            found.add(scope, "completion", {"completed" if done else "not": people})
        found.add(Scope("series", series), "dose", {str(sessions): people})
        found.add(Scope("series", series), "possible", {str(cohort): people})
    for series, coming in to_come.items():
        if (tables := found.tables.get(Scope("series", series))) and SO_FAR in tables:
            events = tables["events"]["events"]
            tables[SO_FAR].update({"held": events, "planned": events + coming})


def _level(level: str) -> ScopeKind:
    kinds: dict[str, ScopeKind] = {"series": "series", "project": "project", "year": "year", "all": "all"}
    return kinds[level]


async def _completion_rules(db: AsyncSession, community_id: int) -> dict[int, Fraction]:
    rows = await db.execute(
        select(Series.id, Series.completion_share).where(Series.community_id == community_id)
    )
    return {row[0] or 0: Fraction(str(row[1])) for row in rows}


async def _count_meetings(
    db: AsyncSession, found: Counts, community_id: int, places: Places, before: datetime
) -> None:
    """Pairs who met, of those who could have: two people of one cohort who both came to a session."""
    could: Counter[int] = Counter()
    for scope in list(found.tables):
        people_by_cohort = found.tables[scope].pop("possible", None)
        for cohort, people in (people_by_cohort or {}).items():
            could[int(cohort)] += people
    met: Counter[int] = Counter()
    for tie in await ties_by_cohort(db, community_id, before):
        if places.series_of[tie.cohort_id] not in found.over:
            continue
        met[tie.cohort_id] += tie.pairs
        for scope in places.of_series(places.series_of[tie.cohort_id]):
            found.add(scope, "ties", {f"{tie.first_state}|{tie.second_state}": tie.pairs})
            known = tie.first_state and tie.second_state
            across = "across" if tie.first_state != tie.second_state else "within"
            found.add(scope, "across_states", {across if known else "unknown": tie.pairs})
            found.add(scope, "across_organisations", {tie.organisations: tie.pairs})
    for cohort_id, pairs in met.items():
        possible = max(comb(could[cohort_id], 2), pairs)
        for scope in places.of_series(places.series_of[cohort_id]):
            found.add(scope, "pairs", {"met": pairs, "not": possible - pairs})


async def _count_answers(
    db: AsyncSession, found: Counts, community_id: int, places: Places, before: datetime
) -> None:
    """Of forms that had closed by the cut: an open one would show, by subtraction, the next answer."""
    closed = list(
        await db.scalars(
            select(Evaluation).where(
                Evaluation.community_id == community_id,
                Evaluation.state == EvaluationState.CLOSED,
                col(Evaluation.closes_at) <= before,
            )
        )
    )
    asked = await asked_by_evaluation(db, community_id)
    sets = await answer_sets(db, [one.id for one in closed])
    fields: dict[tuple[str, ...], list[int]] = defaultdict(list)
    measured: dict[tuple[int, tuple[str, ...]], str] = {}
    for one in closed:
        number = one.id
        series = places.series_of[one.cohort_id]
        own = [Scope("session", one.session_id)] if one.session_id else []
        for scope in (*places.of_series(series), *own):
            found.forms_of[scope].append(number)
        answered = sets.get(number, 0)
        people = max(asked.get(number, 0), answered)
        if one.session_id and (present := _attended(found, one.session_id)):
            people = max(present, answered)
        found.answers[number] = {RESPONSES: [Counter({"answered": answered, "not": people - answered})]}
        found.scales[number] = _scales(one.instrument)
        if asks_of_its_own(one.instrument):
            found.asked[number] = AskedForm(Instrument.model_validate(one.instrument))
        for measure, names in measured_fields(one.instrument):
            fields[names].append(number)
            measured[number, names] = measure
    for names, numbers in fields.items():
        for number, tally in (await answer_tally(db, numbers, *names)).items():
            counts = Counter({">".join(given): count for given, count in tally.items() if any(given)})
            if measured[number, names] != "intent":
                counts = without_not_applicable(counts)
            found.answers[number].setdefault(measured[number, names], []).append(counts)
    await _tally_asked(db, found.asked)


async def _tally_asked(db: AsyncSession, forms: Mapping[int, AskedForm]) -> None:
    """Of their own questions, and of those that these follow."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, form in forms.items():
        names = {one.name for one in own_fields(form.instrument)}
        names |= {one.show_if.item for one in form.instrument.items if one.show_if}
        for name in names:
            numbers[name].append(number)
    for name, asked in numbers.items():
        for number, tally in (await answer_tally(db, asked, name)).items():
            given = Counter({answer: count for (answer,), count in tally.items() if answer})
            forms[number].tallies[name] = given


def asks_of_its_own(instrument: Mapping[str, object]) -> bool:
    """Whether a form has a question that is counted and measures nothing that every form does."""
    items = instrument.get("items")
    return any(
        not item.get("measures") and item.get("kind") not in {"text", "link"}
        for item in (items if isinstance(items, list) else [])
    )


def own_fields(instrument: Instrument) -> Iterator[CountedField]:
    """Those fields, in the order of the form."""
    return (one for one in counted_fields(instrument) if one.item.measures is None)


def own_answers(found: Counts, ks: tuple[int, ...], secret: str) -> dict[int, dict[str, Counter[str]]]:
    """By evaluation and name of table: what each form by itself may show (`counted.protected`)."""
    shown: dict[int, dict[str, Counter[str]]] = {}
    for number, form in found.asked.items():
        told = protected(form.instrument, form.tallies, ks, secret)
        fields = own_fields(form.instrument)
        shown[number] = {f"{ASKED}{one.definition}": told[one.name] for one in fields}
    return shown


def _attended(found: Counts, session_id: int) -> int:
    return found.tables.get(Scope("session", session_id), {}).get("size", Counter())["people"]


def _scales(instrument: Mapping[str, object]) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    items = instrument.get("items")
    for item in items if isinstance(items, list) else []:
        which = f"{instrument.get('name')} {item.get('id')}"
        labels = item.get("labels") or []
        for language in {code for label in labels for code in label}:
            words = (str(label.get(language, "")) for label in labels)
            found[str(item.get("measures") or "")].add((f"{language} {which}", *words))
    return found


def changed_scales(found: Counts, scope: Scope, k: int) -> Counter[str]:
    """The measures of which answers to differently worded scales are added up, with how many wordings."""
    changed: Counter[str] = Counter()
    for measure in MEASURES:
        worded = {
            scale
            for number in found.forms_of.get(scope, [])
            if any(respondents(measure, tally) >= k for tally in found.answers[number].get(measure, []))
            for scale in found.scales.get(number, {}).get(measure, ())
        }
        wordings = max(Counter(scale[0] for scale in worded).values(), default=0)
        if wordings > 1:
            changed[measure] = wordings
    return changed


def measured_fields(instrument: Mapping[str, object]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(measure, names of the fields that answer it) of every item that measures something to be counted."""
    items = instrument.get("items")
    for item in items if isinstance(items, list) else []:
        measure = str(item.get("measures") or "")
        if measure not in MEASURES:
            continue
        name = str(item["id"])
        yield measure, (f"{name}.before", f"{name}.now") if measure == "retrospective" else (name,)


def sum_of_forms(found: Counts, scope: Scope, measure: str, k: int) -> Counter[str]:
    """The answers to every item that k people or more answered in one form; smaller ones are left out whole.

    So any two sums differ by whole items of k people or more, whatever is subtracted from what.
    """
    total: Counter[str] = Counter()
    for number in found.forms_of.get(scope, []):
        for tally in found.answers[number].get(measure, []):
            if respondents(measure, tally) >= k:
                total.update(tally)
    return total


def respondents(measure: str, tally: Mapping[str, int]) -> int:
    """How many gave a full answer (both halves of a pair)."""
    if measure == RESPONSES:
        return tally.get("answered", 0)
    if measure == "retrospective":
        return sum(count for pair, count in tally.items() if all(pair.split(">")))
    return sum(tally.values())
