"""Stories of an evaluator and an administrator, through the database: the numbers, and what is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.reports.build import Audience
from storage.people import Duty, Person
from storage.series import Cohort
from tests.reports import support
from tests.reports.support import FEATURES, FIRST, answered, attend, column, figure, people, report, table
from tests.support.databases import sqlite_with_tables
from tests.support.stage import START, Stage, staged, text_of

DOSES = [4] * 20 + [3] * 5 + [2] * 2 + [1] * 9 + [0] * 4
PAIRS = {(3, 5): 5, (3, 4): 3, (1, 3): 2, (2, 5): 2, (2, 4): 2, (2, 3): 1, (4, 4): 1, (3, 3): 1, (3, 2): 1}
"""18 complete pairs: sums 46 and 73; 15 up, 2 the same, 1 down."""
SCORES = [10] * 12 + [8] * 6 + [3] * 3


async def first_series(stage: Stage, doses: Sequence[int] = DOSES) -> tuple[Cohort, list[Person]]:
    """40 enrolled; 20, 5, 2 and 9 people attend 4, 3, 2 and 1 of four sessions."""
    year = await support.year(stage, "Year 6: '23–'24", date(2026, 9, 30))
    cohort = await support.cohort(stage, "steady", await support.project(stage, "Well-Being"), year)
    crowd = await people(stage, len(doses))
    await attend(stage, cohort, list(zip(crowd, doses, strict=True)))
    return cohort, crowd


def later(stage: Stage, weeks: int = 5) -> None:
    """To the Monday so many weeks on, when everything of the first series is in."""
    stage.clock.move_to(START + timedelta(weeks=weeks))


async def test_story_8_an_evaluator_reads_what_people_said(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        cohort, _ = await first_series(stage, [1] * 26)
        answers: list[dict[str, object]] = [{"recommend": one} for one in [4] * 14 + [5] * 5 + [2, 3]]
        for answer, score in zip(answers, SCORES, strict=True):
            answer["promote"] = score
        pairs = [pair for pair, count in PAIRS.items() for _ in range(count)]
        for answer, (before, now) in zip(answers, pairs, strict=False):
            answer |= {"skill.before": before, "skill.now": now}
        answers[18] |= {"skill.before": 2}
        answers[19] |= {"skill.now": 4}
        await answered(stage, "series:1", cohort, answers, asked=26)
        later(stage)
        made = await report(stage)
        assert figure(made, "responses").shown == "80.8% (21 of 26)"
        assert figure(made, "recommendation").shown == "90.5% (19 of 21; 95% interval 71.1% to 97.3%)"
        assert figure(made, "net_promoter").shown == "+43 (21 answers)"
        assert figure(made, "change").shown == "+1.50 (2.56 to 4.06, 18 complete pairs)"
        assert figure(made, "improved").shown == "83.3% (15 of 18)"
        assert figure(made, "declined").shown == "≤ 10% (of 18)", "one person stands on that side"
        assert figure(made, "same").shown == "≤ 20% (of 18)", "it would give away the one who declined"
        spanish = await report(stage, language="es")
        assert figure(spanish, "change").shown == "+1.50 (de 2.56 a 4.06, 18 pares completos)"


async def test_story_8_with_four_responses_everything_is_hidden(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        cohort, _ = await first_series(stage, [1] * 26)
        full = {"recommend": 5, "promote": 9, "skill.before": 2, "skill.now": 4, "intend": "yes"}
        await answered(stage, "series:1", cohort, [full] * 4, asked=26)
        later(stage)
        made = await report(stage)
        for key in ("responses", "recommendation", "net_promoter", "change", "intent"):
            assert figure(made, key).shown is None, key
            assert figure(made, key).number is None, key
        await stage.person("fay", "evaluator")
        assert "Would recommend it: Hidden: fewer than 5 people" in text_of(
            await stage.command("fay", "report")
        )


@pytest.mark.parametrize(("answers", "day"), [(5, 7), (4, 1)])
async def test_results_are_there_the_morning_after_a_form_with_enough_answers_closed(
    tmp_path: Path, answers: int, day: int
) -> None:
    """On Sunday, after a form that closed on Saturday; a form with fewer answers waits for Monday."""
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        cohort, _ = await first_series(stage, [1] * 26)
        later(stage)
        assert (await report(stage)).cut == date(2027, 3, 8)
        closes = stage.clock.now() + timedelta(days=5)
        await answered(stage, "session:1", cohort, [{"recommend": 4}] * answers, asked=26, closes=closes)
        stage.clock.move_to(closes + timedelta(hours=2))
        assert (await report(stage)).cut == date(2027, 3, 8), "not on the same day"
        stage.clock.advance(timedelta(days=1))
        assert (await report(stage)).cut == date(2027, 3, 7 + day)


async def test_story_9_an_administrator_reads_reach(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        _, crowd = await first_series(stage)
        second = await support.cohort(stage, "second", 1, 1, sessions=4)
        newcomers = await people(stage, 19)
        shared = [*crowd[:11], *newcomers]  # 30 people, 11 of them from the first series
        doses = [4] * 12 + [3] * 9 + [1] * 9
        await attend(stage, second, list(zip(shared, doses, strict=True)))
        later(stage)
        made = await report(stage, "series:1")
        assert figure(made, "reach").number == 36
        assert figure(made, "participations").number == 108
        assert figure(made, "enrolled").number == 40
        assert figure(made, "completion").shown == "69.4% (25 of 36)"
        assert figure(made, "completion_enrolled").shown == "62.5% (25 of 40)"
        assert figure(made, "sessions_each").shown == "3.0 (36 people)"
        assert list(column(made, "by_session", 2).values()) == [36, 27, 25, 20]
        assert set(column(made, "by_dose").values()) == {None}, "two people came twice"
        other = await report(stage, "series:2")
        assert (figure(other, "participations").number, figure(other, "reach").number) == (84, 30)
        whole = await report(stage, "all")
        assert (figure(whole, "participations").number, figure(whole, "reach").number) == (192, 55)
        assert figure(whole, "events").number == 8


async def test_story_9_attendance_as_it_was_session_by_session(database_url: str) -> None:
    """30, 28, 26 and 24 people: the same 20, 5, 2 and 9 by how often they came."""
    async with staged(database_url, FEATURES) as stage:
        cohort, crowd = await first_series(stage, [4] * 20 + [0] * 20)
        await attend(stage, cohort, [(one, 3) for one in crowd[20:24]], since=1)
        await attend(stage, cohort, [(crowd[24], 3)], since=2)
        await attend(stage, cohort, [(one, 2) for one in crowd[25:27]], since=3)
        await attend(stage, cohort, [(one, 1) for one in crowd[27:33]], since=1)
        await attend(stage, cohort, [(one, 1) for one in crowd[33:36]], since=2)
        await attend(stage, cohort, [(one, 1) for one in crowd[36:37]], since=4)
        later(stage)
        made = await report(stage)
        assert list(column(made, "by_session", 2).values()) == [30, 28, 27, 24]


@pytest.mark.parametrize(
    ("audience", "shown"),
    [("inside", {"Community": 31, "Hospital": 13, "School": None, "Tribal": None}),
     ("outside", {"Community": 30, "Hospital": 15, "School": None, "Tribal": None})],
)  # fmt: skip
async def test_story_10_settings_with_their_complement(
    database_url: str, audience: Audience, shown: dict[str, int | None]
) -> None:
    async with staged(database_url, FEATURES) as stage:
        await _settings(stage, {"Community": 31, "Hospital": 13, "School": 7, "Tribal": 4})
        made = await report(stage, "all", audience)
        assert column(made, "by_setting") == shown
        assert figure(made, "reach").number == 55


async def test_story_10_forty_twelve_and_three(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        await _settings(stage, {"A": 40, "B": 12, "C": 3})
        made = await report(stage, "all", "outside")
        assert column(made, "by_setting") == {"A": 40, "B": None, "C": None}


async def _settings(stage: Stage, counts: dict[str, int]) -> None:
    cohort, _ = await first_series(stage, [])
    for setting, count in counts.items():
        await attend(stage, cohort, [(person, 1) for person in await people(stage, count, setting=setting)])
    later(stage)


async def test_story_10_active_in_two_years_counts_once_overall_and_once_in_each(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        _, crowd = await first_series(stage, [1] * 20)
        before = await support.year(stage, "Year 5: '22–'23", date(2025, 9, 30))
        cohort = await support.cohort(stage, "earlier", 1, before, 1, FIRST - timedelta(weeks=30))
        await attend(stage, cohort, [(one, 1) for one in [crowd[0], *await people(stage, 14)]])
        later(stage)
        made = await report(stage, "all")
        rows = {(row[0], row[1]): row[5] for row in table(made, "by_year").rows}
        assert rows["Year 6: '23–'24", "Whole year"] == 20
        assert rows["Year 5: '22–'23", "Whole year"] == 15
        assert rows["To date", ""] == 34
        assert table(made, "by_year").rows[0][0] == "Year 6: '23–'24", "newest first"


async def test_staff_guests_and_cancelled_sessions_are_left_out(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        cohort, crowd = await first_series(stage, [1] * 20)
        async with stage.database.write() as db:
            db.add(Duty(person_id=crowd[0].id, role="facilitator", series_id=cohort.series_id))
            db.add(Duty(person_id=crowd[1].id, role="administrator"))
        later(stage)
        assert figure(await report(stage), "reach").number == 18
        assert figure(await report(stage), "enrolled").number == 18


async def test_open_forms_and_sessions_to_come_are_not_in_it(tmp_path: Path) -> None:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        cohort, _ = await first_series(stage, [4] * 20)
        await answered(stage, "series:1", cohort, [{"recommend": 5}] * 20, state="open")
        assert await support.report_or_none(stage, "series:1") is None, "nothing was held before this Monday"
        later(stage, 2)
        made = await report(stage)
        assert figure(made, "events").number == 2
        assert figure(made, "participations").number == 40
        assert made.cut == date(2027, 2, 15)
        assert not [one for one in made.figures if one.key == "recommendation"]
