"""Two ways in which published tables once gave away a hidden count, played through the database."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import col, select

from benchmarks.disclosure_auditor import Finding, Printed, Reached, derivable
from bot.reports.build import Audience
from bot.reports.document import Report
from bot.reports.scopes import Scope, places_of
from storage.people import Person
from storage.publications import PublishedTable, ReportCut
from storage.report_register import last_sessions
from tests.reports import support
from tests.reports.support import FEATURES, FIRST, attend, column, people, report_or_none
from tests.support.stage import START, Stage, staged


async def _series(
    stage: Stage, slug: str, project: int, year: int, groups: dict[str, int], first: datetime = FIRST
) -> list[Person]:
    """A series of one session, with so many people of each state."""
    cohort = await support.cohort(stage, slug, project, year, sessions=1, first=first)
    crowd = [one for state, count in groups.items() for one in await people(stage, count, state=state)]
    await attend(stage, cohort, [(one, 1) for one in crowd])
    return crowd


def _shown(made: Report | None, group: str) -> object:
    """What a report shows of a group; None where it is hidden, withheld or not there."""
    if made is None or not any(table.key == "by_state" for table in made.tables):
        return None
    return column(made, "by_state").get(group)


async def _of(stage: Stage, group: str, *scopes: str, audience: Audience = "inside") -> list[object]:
    return [_shown(await report_or_none(stage, scope, audience), group) for scope in scopes]


async def test_a_year_and_a_project_do_not_tell_what_a_series_withholds(database_url: str) -> None:
    """Year 2 is series 2: 6 of 11 from Washington. Project 1 is series 1 and 2: 8 of 16. So series 1, which
    shows nothing, would have 2 of 5."""
    async with staged(database_url, FEATURES) as stage:
        years = [
            await support.year(stage, "Year 1", date(2026, 1, 1)),
            await support.year(stage, "Year 2", date(2026, 2, 3)),
        ]
        project = await support.project(stage, "One")
        await _series(stage, "one", project, years[0], {"WA": 2, "OR": 3})
        await _series(stage, "two", project, years[1], {"WA": 6, "OR": 5})
        stage.clock.move_to(START + timedelta(weeks=2))
        whole, year, project_1, one = await _of(stage, "WA", "all", "year:2", "project:1", "series:1")
        assert one is None, "two people"
        assert None in (year, project_1), "8 less 6 would be the two"
        assert None in (year, whole)
        assert await _worked_out(stage) == []


async def test_a_project_published_later_does_not_tell_the_one_who_told_no_state(database_url: str) -> None:
    """Of everything 15 told no state, of year 1 six; series 3 hides its own. Later the project of series 1, 2
    and 3 has ten: 15 less 6 is the nine of series 2, and so one would be of series 3."""
    async with staged(database_url, FEATURES) as stage:
        years = [
            await support.year(stage, "Year 1", date(2026, 1, 1)),
            await support.year(stage, "Year 2", date(2026, 2, 3)),
        ]
        first, second = [await support.project(stage, title) for title in ("One", "Two")]
        await _series(stage, "one", second, years[0], {"": 6, "WA": 20})
        await _series(stage, "other", first, years[1], {"": 6, "WA": 20})
        await _series(stage, "two", second, years[1], {"": 2, "WA": 30})
        stage.clock.move_to(START + timedelta(weeks=2))
        await _of(stage, "Not told", "all", "year:1")
        late = START + timedelta(weeks=4, days=1, hours=20)
        await _series(stage, "three", second, years[1], {"": 1, "WA": 25}, late)
        for week in (6, 10, 14, 60):
            stage.clock.move_to(START + timedelta(weeks=week))
            await _of(stage, "Not told", "all")
            assert await _worked_out(stage) == [], week
        assert await _of(stage, "Not told", "series:3", "series:4") == [None, None], "two people, and one"


async def _worked_out(stage: Stage) -> list[Finding]:
    """What an attacker by constraint programming finds in every table by state published so far."""
    async with stage.database.read() as db:
        places = await places_of(db, 1)
        rows = list(await db.execute(select(PublishedTable, col(ReportCut.cut)).join(ReportCut)))
        ends = {row[0]: row[1] for row in await last_sessions(db, 1)}
    over = {series: (moment.date() - START.date()).days // 7 + 1 for series, moment in ends.items() if moment}
    tables, sizes = [], []
    for table, cut in rows:
        scope, week = Scope.of_key(table.scope), (cut - START.date()).days // 7
        series = frozenset(places.series_in(scope)) if scope is not None else frozenset()
        hidden = table.hidden_inside
        if table.name == "state" and table.counts:
            shown = None if hidden is None else {g: n for g, n in table.counts.items() if g not in hidden}
            tables.append(Printed(series, week, shown, table.counts))
        elif table.name == "size" and series and hidden is not None:
            sizes.append(Reached(series, week, table.counts["people"]))
    patterns = [frozenset({(series, week)}) for series, week in over.items()]
    return derivable(tables, sizes, over, patterns, 5)


def test_the_attacker_finds_what_was_printed_before() -> None:
    """The first example as it once was printed: the attacker is no blind one."""
    whole = Printed(frozenset({1, 2}), 2, {"WA": 8, "OR": 8}, {"WA": 8, "OR": 8})
    year = Printed(frozenset({2}), 2, {"WA": 6, "OR": 5}, {"WA": 6, "OR": 5})
    hidden = Printed(frozenset({1}), 2, None, {"WA": 2, "OR": 3})
    sizes = [Reached(frozenset({1}), 2, 5), Reached(frozenset({2}), 2, 11), Reached(frozenset({1, 2}), 2, 16)]
    patterns = [frozenset({(1, 1)}), frozenset({(2, 1)})]
    found = derivable([whole, year, hidden], sizes, {1: 1, 2: 1}, patterns, 5)
    assert ("WA", 2) in {(one.group, one.value) for one in found}
