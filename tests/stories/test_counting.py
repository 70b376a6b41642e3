"""A series in which one session is small: the numbers while it runs, and when it is over."""

from __future__ import annotations

from datetime import date, timedelta

from storage.people import Person
from storage.series import Cohort
from tests.reports import support
from tests.reports.support import FEATURES, answered, attend, column, figure, people, report
from tests.support.stage import START, Stage, staged


async def _series(stage: Stage) -> list[Person]:
    """30 people of one state: 20 attend sessions 1 to 3, four attend 1, 2 and 4, six attend 1 and 2."""
    year = await support.year(stage, "Year 6: '23–'24", date(2026, 9, 30))
    cohort = await support.cohort(stage, "steady", await support.project(stage, "Well-Being"), year)
    crowd = await people(stage, 30, state="WA")
    await attend(stage, cohort, [(one, 3) for one in crowd[:20]])
    await attend(stage, cohort, [(one, 2) for one in crowd[20:]])
    await attend(stage, cohort, [(one, 1) for one in crowd[20:24]], since=4)
    return crowd


async def test_a_last_session_of_four_people_is_counted_when_the_series_is_over(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        await _series(stage)
        stage.clock.move_to(START + timedelta(weeks=4))
        made = await report(stage)
        assert figure(made, "events").number == 4
        assert figure(made, "participations").number == 84
        assert figure(made, "completion").shown == "80.0% (24 of 30)"
        assert column(made, "by_dose") == {"3": 24, "2": 6}
        assert not any("waits" in note for note in made.notes)
        by_session = list(column(made, "by_session", 2).values())
        assert by_session[3] is None, "its own row stays hidden"
        assert by_session[:3].count(None) == 1, "and one more, or the total would give it away"


async def test_while_it_runs_a_small_session_is_on_neither_side(database_url: str) -> None:
    """After three sessions, of which the second had four people."""
    async with staged(database_url, FEATURES) as stage:
        year = await support.year(stage, "Year 6: '23–'24", date(2026, 9, 30))
        cohort = await support.cohort(stage, "steady", await support.project(stage, "Well-Being"), year)
        crowd = await people(stage, 30, state="WA")
        await attend(stage, cohort, [(one, 2) for one in crowd[:26]])
        await attend(stage, cohort, [(one, 1) for one in crowd[26:]])
        await attend(stage, cohort, [(one, 1) for one in crowd[:4]], since=3)
        stage.clock.move_to(START + timedelta(weeks=3))
        made = await report(stage)
        assert figure(made, "participations").number == 56
        assert any("1 session waits" in note for note in made.notes)


async def test_nobody_s_answer_is_told_by_a_share_that_all_gave(database_url: str) -> None:
    """Five of five answered, and none would recommend it."""
    async with staged(database_url, FEATURES) as stage:
        await _series(stage)
        async with stage.database.read() as db:
            cohort = await db.get_one(Cohort, 1)
        await answered(stage, "series:1", cohort, [{"recommend": 1}] * 5, asked=5)
        stage.clock.move_to(START + timedelta(weeks=4))
        made = await report(stage)
        assert figure(made, "recommendation").shown == "≤ 20% (of 5)"
        assert figure(made, "recommendation").number is None
        assert figure(made, "recommendation").high is None, "an interval would tell the count"
        assert figure(made, "responses").shown == "≥ 80% (of 5)"


async def test_of_few_answers_the_share_is_a_band(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        await _series(stage)
        async with stage.database.read() as db:
            cohort = await db.get_one(Cohort, 1)
        answers = [{"recommend": 5}] * 2 + [{"recommend": 1}] * 4
        await answered(stage, "series:1", cohort, answers, asked=12)
        stage.clock.move_to(START + timedelta(weeks=4))
        made = await report(stage)
        assert figure(made, "responses").shown == "50.0% (6 of 12)"
        assert figure(made, "recommendation").shown == "20% to 80% (of 6)"
