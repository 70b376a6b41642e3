"""The rest of a report, through the database: equity, connection, themes, commitments, cuts and the files."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from bot.core.jobs import JobContext
from bot.reports.feature import make_cuts
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, PartnerAnswer
from storage.people import Person
from storage.publications import PublishedTable, ReportCut
from storage.series import Cohort
from storage.sessions import SessionTheme, Theme
from tests.communities.support import elsewhere, rows
from tests.reports.support import (
    FEATURES,
    FIRST,
    answered,
    attend,
    cohort,
    column,
    figure,
    people,
    project,
    report,
    report_or_none,
    table,
    year,
)
from tests.support.databases import sqlite_with_tables
from tests.support.kinds import ALL_KINDS
from tests.support.stage import START, Stage, staged

FOLLOW_UP: dict[str, object] = {
    "items": [{"id": "commitment", "kind": "choice", "measures": "follow_through", "text": {"en": "?"}}]
}


async def small(stage: Stage, sessions: int = 1) -> Cohort:
    return await cohort(
        stage, "steady", await project(stage, "P"), await year(stage, "Year 6", date(2026, 9, 30)), sessions
    )


def later(stage: Stage, weeks: int) -> None:
    stage.clock.move_to(START + timedelta(weeks=weeks))


async def _round(stage: Stage, groups: list[list[Person]], kind: str = "breakout", met: bool = True) -> None:
    async with stage.database.write() as db:
        one = BreakoutRound(
            community_id=1, cohort_id=1, kind=kind, status="closed", made_at=FIRST, opened_at=FIRST
        )
        db.add(one)
        await db.flush()
        for number, group in enumerate(groups, start=1):
            row = BreakoutGroup(round_id=one.id, number=number)
            db.add(row)
            await db.flush()
            db.add_all(GroupMember(group_id=row.id, person_id=each.id) for each in group)
            if kind == "partners" and met:
                db.add(PartnerAnswer(group_id=row.id, person_id=group[0].id, answer="yes", answered_at=FIRST))


async def test_who_met_whom_across_states_and_organisations(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        group = await small(stage)
        here = await people(stage, 10, state="WA", organisation="North")
        there = await people(stage, 10, state="OR", organisation="South")
        stranger = (await people(stage, 1, state="ID"))[0]
        await attend(stage, group, [(one, 1) for one in [*here, *there]])
        across = [[one, other] for one, other in zip(here, there, strict=True)]
        await _round(stage, across)
        await _round(stage, [*across, [here[0], stranger]])  # again, and one who never came
        await _round(stage, [here[:5], there[:5]])  # ten pairs within each state
        await _round(stage, [[here[8], here[9]]], "partners", met=False)
        later(stage, 2)
        made = await report(stage)
        assert figure(made, "pairs").shown == "15.8% (30 of 190)"
        assert figure(made, "across_states").shown == "33.3% (10 of 30)"
        assert figure(made, "across_organisations").shown == "33.3% (10 of 30)"
        assert made.network is not None
        assert made.network.groups == (("OR", 10), ("WA", 10))
        assert made.network.ties == ((0, 0, 10), (0, 1, 10), (1, 1, 10))
        assert (await report(stage, "series:1", "outside")).network is None, "ten are too few outside"


async def test_reach_by_group_shows_who_did_not_tell_and_names_no_small_organisation(tmp_path: Path) -> None:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        group = await small(stage)
        for organisation, count in (
            ("North", 20),
            ("", 8),
            ("Alone Practice", 1),
            ("Twosome", 2),
            ("East", 6),
        ):
            await attend(
                stage,
                group,
                [(person, 1) for person in await people(stage, count, organisation=organisation)],
            )
        later(stage, 2)
        made = await report(stage)
        assert column(made, "by_organisation") == {
            "North": 20, "Not told": 8, "Others, hidden": None
        }  # fmt: skip
        assert "Alone" not in str(made)
        assert column(made, "by_state") == {"Not told": 37}


async def test_themes_over_sessions_and_years(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        group = await small(stage, 2)
        before = await cohort(
            stage, "old", 1, await year(stage, "Year 5", date(2025, 9, 30)), 1, FIRST - timedelta(weeks=40)
        )
        crowd = await people(stage, 10)
        await attend(stage, group, [(one, 2) for one in crowd])
        await attend(stage, before, [(one, 1) for one in crowd])
        async with stage.database.write() as db:
            db.add_all(
                Theme(community_id=1, slug=slug, name={"en": slug.title()}) for slug in ("rest", "hope")
            )
            await db.flush()
            for session, theme in ((1, 1), (2, 1), (3, 1), (3, 2)):
                db.add(SessionTheme(session_id=session, theme_id=theme, coded_at=FIRST))
        later(stage, 3)
        made = await report(stage, "all")
        assert table(made, "themes").rows == (("Rest", 3, 3), ("Hope", 1, 3))
        assert table(made, "themes_by_year").headings == ("Theme", "Year 5", "Year 6")
        assert table(made, "themes_by_year").rows == (("Rest", 1, 2), ("Hope", 1, 0))
        assert table(await report(stage, "session:2"), "themes").rows == (("Rest", 1, 1),)


async def test_commitments_and_forms_of_too_few_are_left_out_whole(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        group = await small(stage)
        await attend(stage, group, [(person, 1) for person in await people(stage, 30)])
        first = [{"commitment": one} for one in ["done"] * 6 + ["partly"] * 3 + ["not"] * 3 + ["none"] * 8]
        await answered(stage, "follow_up.first:1", group, first, form=FOLLOW_UP)
        await answered(stage, "follow_up.second:1", group, [{"commitment": "not"}] * 4, form=FOLLOW_UP)
        later(stage, 2)
        assert figure(await report(stage), "follow_through").shown == "75.0% (9 of 12)"
        assert figure(await report(stage), "follow_through").n == 12


async def test_groups_are_shown_once_when_the_series_is_over(tmp_path: Path) -> None:
    """Two new people at the second session: a table after the first would give them away."""
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        group = await small(stage, 3)
        first = await people(stage, 20, state="WA") + await people(stage, 15, state="OR")
        await attend(stage, group, [(one, 1) for one in first])
        later(stage, 1)
        running = await report(stage)
        assert not any(table.key == "by_state" for table in running.tables)
        assert any("at the latest" in note and "March" not in note for note in running.notes)
        assert figure(running, "completion").shown == "About 100% so far, with 1 of 3 sessions held"
        late = await people(stage, 2, state="OR")
        await attend(stage, group, [(one, 1) for one in [*first, *late]], since=2)
        await attend(stage, group, [(one, 1) for one in [*first, *late]], since=3)
        later(stage, 4)
        made = await report(stage)
        assert figure(made, "reach").number == 37
        assert column(made, "by_state") == {"WA": 20, "OR": 17}
        assert any("nobody's group can be worked out" in note for note in made.notes)


async def test_a_correction_of_a_few_people_is_not_shown_by_group(tmp_path: Path) -> None:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        group = await small(stage, 1)
        first = await people(stage, 20, state="WA") + await people(stage, 15, state="OR")
        await attend(stage, group, [(one, 1) for one in first])
        later(stage, 2)
        assert column(await report(stage), "by_state") == {"WA": 20, "OR": 15}
        await attend(stage, group, [(one, 1) for one in await people(stage, 2, state="OR")])
        later(stage, 3)
        made = await report(stage)
        assert figure(made, "reach").number == 37
        assert column(made, "by_state") == {"Others, hidden": None}


async def test_a_cut_is_made_once_and_stands_for_every_reader(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        group = await small(stage)
        await attend(stage, group, [(person, 1) for person in await people(stage, 20, state="WA")])
        later(stage, 2)
        before = await report(stage)
        await attend(stage, group, [(person, 1) for person in await people(stage, 20, state="OR")])
        assert await report(stage) == before
        assert [one.cut for one in await rows(stage, ReportCut)] == [date(2027, 2, 15)]
        kept = len(await rows(stage, PublishedTable))
        later(stage, 3)
        after = await report(stage)
        assert figure(after, "reach").number == 40
        later(stage, 4)
        again = await report(stage)
        assert [one.number for one in again.figures] == [one.number for one in after.figures]
        assert len(await rows(stage, PublishedTable)) <= 2 * kept + 4, (
            "an unchanged table is not written again"
        )


async def test_housekeeping_makes_the_weeks_cut_before_anybody_asks(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        group = await small(stage)
        await attend(stage, group, [(person, 1) for person in await people(stage, 20, state="WA")])
        later(stage, 2)
        jobs = JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS)
        for _ in range(2):
            await make_cuts(jobs)
        assert [one.cut for one in await rows(stage, ReportCut)] == [date(2027, 2, 15)]
        assert figure(await report(stage), "reach").number == 20
        assert len(await rows(stage, ReportCut)) == 1


async def test_a_session_of_too_few_waits_and_is_said_to(tmp_path: Path) -> None:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        group = await small(stage, 4)
        crowd = await people(stage, 20)
        await attend(stage, group, [(one, 1) for one in crowd])
        await attend(stage, group, [(one, 1) for one in crowd[:3]], since=2)
        later(stage, 2)
        made = await report(stage)
        assert figure(made, "events").number == 2
        assert figure(made, "participations").number == 20
        assert any("1 session waits" in note for note in made.notes)


async def test_inside_and_outside_readers_hold_nothing_to_subtract(tmp_path: Path) -> None:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        group = await small(stage)
        for setting, count in (("A", 40), ("B", 12), ("C", 3), ("D", 7)):
            await attend(
                stage, group, [(person, 1) for person in await people(stage, count, setting=setting)]
            )
        later(stage, 2)
        inside, outside = await report(stage), await report(stage, "series:1", "outside")
        for made in (inside, outside):
            assert figure(made, "reach").number == 62
        hidden = {name for name, count in column(inside, "by_setting").items() if count is None}
        assert hidden <= {name for name, count in column(outside, "by_setting").items() if count is None}


async def test_another_community_and_what_is_not_there_have_no_report(tmp_path: Path) -> None:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        await small(stage)
        await elsewhere(stage)
        later(stage, 2)
        assert await report_or_none(stage, "series:1") is not None
        for scope in (
            "series:2",
            "series:x",
            "series:",
            "",
            "year:9",
            "project:-1",
            "all:1",
            "session:" + "9" * 30,
        ):
            assert await report_or_none(stage, scope) is None, scope
