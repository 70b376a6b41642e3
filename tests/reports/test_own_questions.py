"""What a hub's own questions were answered, in reports: scales, ranks, numbers, picks and ZIP codes."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.web.report_html import Surroundings, report_html
from bot.evaluations.counted import counted_fields
from bot.evaluations.draws import draw_of, known_draw
from bot.evaluations.instrument_files import read_instrument
from bot.evaluations.instruments import Instrument, Presenter, with_objectives
from bot.reports.csv_file import csv_lines
from bot.reports.document import Report, Value
from bot.reports.publishing import prepare, publish
from storage.people import Community, Person
from storage.series import Cohort
from tests.reports.support import FEATURES, FIRST, answered, attend, people, report, table
from tests.reports.test_report_parts import later, small
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged

_YAML = Path(__file__).parents[1] / "evaluations" / "hub_form.yaml"
HUB = read_instrument(_YAML.read_text(encoding="utf-8"), "hub_form.yaml")
FORM = with_objectives(HUB, [], [Presenter(1, "Pat")]).model_dump(mode="json", exclude_none=True)
MANY = 24


def said(number: int) -> dict[str, object]:
    """One person's answers."""
    used = number < 13
    given: dict[str, object] = {
        "pace": "na" if number < 6 else 4 + number % 3, "clear_p1": 3 + number % 3,
        "parts.slides": "na" if number < 3 else 3, "parts.talk": 2 + number % 2,
        "topics.burnout": 1, "topics.ethics": 2 + (number < 8), "topics.trauma": 3 - (number < 8),
        "used": "yes" if used else "no", "years": number,
        "zip": "83702" if number < 14 else "97201" if number < 21 else "99501",
    }  # fmt: skip
    return given | ({"times": number % 5} if used else {})


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """24 people attended, and answered the form of the first session."""
    async with staged(sqlite_with_tables(tmp_path / "test.db"), FEATURES) as stage:
        yield stage


async def evaluated(stage: Stage, count: int = MANY) -> tuple[Cohort, list[Person]]:
    cohort = await small(stage, sessions=2)
    who = await people(stage, MANY)
    await attend(stage, cohort, [(one, 1) for one in who])
    await asked(stage, cohort, 1, count)
    later(stage, 1)
    return cohort, who


async def asked(stage: Stage, cohort: Cohort, session: int, count: int) -> None:
    closes = FIRST + timedelta(days=5)
    given = [said(number) for number in range(count)]
    await answered(stage, f"session:{session}", cohort, given, session_id=session, form=FORM, closes=closes)


def row(made: Report, key: str, *beginning: str) -> tuple[Value, ...]:
    """Of a table the numbers of the row that begins so."""
    found = [one for one in table(made, key).rows if one[: len(beginning)] == beginning]
    assert len(found) == 1, (beginning, table(made, key).rows)
    return found[0][len(beginning) :]


async def test_scales_ranks_and_numbers_have_means_and_n(stage: Stage) -> None:
    await evaluated(stage)
    made = await report(stage)
    assert row(made, "asked_ratings", "Was the pace right?") == (18, 5.0, "1 · Not at all – 7 · Fully", 6)
    assert row(made, "asked_ratings", "How clear was Pat?") == (24, 4.0, "1 · Not at all – 5 · Fully", None)
    slides = row(made, "asked_ratings", "Did this help you? The slides")
    assert slides == (21, 3.0, "1 · Not at all – 4 · Fully", None), "three did not rate it: too few to say"
    assert row(made, "asked_numbers", "How many years have you done this work?") == (24, 11.5, 11.5, 4, 19)
    assert row(made, "asked_numbers", "How many times?")[0] == 13
    ranks = [
        row(made, "asked_ranks", f"What should come next? {one}") for one in ("Burnout", "Ethics", "Trauma")
    ]
    assert ranks == [(24, "≤ 1.5", 3), (24, 2.3, 3), (24, None, 3)], (
        "6 less these two would tell what all said"
    )


async def test_answers_to_pick_and_zip_codes_are_told_by_count(stage: Stage) -> None:
    await evaluated(stage)
    made = await report(stage)
    used = ("Did you use the last handout?",)
    assert (row(made, "asked_picks", *used, "Yes"), row(made, "asked_picks", *used, "No")) == (
        (13, 24), (11, 24),
    )  # fmt: skip
    place = "Where do you work?"
    assert row(made, "asked_picks", place, "837xx") == (14, 24)
    assert row(made, "asked_picks", place, "Answers not shown one by one") == (10, 24)
    assert not any("972" in str(value) or "995" in str(value) for value in table(made, "asked_picks").rows)


async def test_readers_outside_see_less_and_no_presenter(stage: Stage) -> None:
    await evaluated(stage)
    made = await report(stage, audience="outside")
    labels = [one[0] for one in table(made, "asked_ratings").rows]
    assert "How clear was Pat?" not in labels
    assert row(made, "asked_ratings", "Was the pace right?") == (18, 5.0, "1 · Not at all – 7 · Fully", None)
    assert row(made, "asked_numbers", "How many years have you done this work?")[2:] == (11.5, 10, 13)
    assert row(made, "asked_numbers", "How many times?")[:2] == (13, 1.8), "13 said yes, 11 said no"


async def test_four_answers_show_nothing_but_the_question(stage: Stage) -> None:
    await evaluated(stage, count=4)
    made = await report(stage)
    assert row(made, "asked_ratings", "Was the pace right?")[:2] == (None, None)
    assert {one[2] for one in table(made, "asked_picks").rows} == {None}
    assert {one[1] for one in table(made, "asked_numbers").rows} == {None}


async def test_forms_add_up_only_what_each_may_show(stage: Stage) -> None:
    cohort, _ = await evaluated(stage)
    await asked(stage, cohort, 2, 16)
    later(stage, 2)
    series, first = await report(stage), await report(stage, "session:1")
    used = "Did you use the last handout?"
    assert row(first, "asked_picks", used, "No") == (11, 24)
    assert row(series, "asked_picks", used, "No") == (11, 40), "three of the second form are in the last row"
    assert row(series, "asked_picks", used, "Answers not shown one by one") == (16, 40)
    assert row(series, "asked_numbers", "How many times?")[0] == 13, "16 would tell how many said no"


async def test_reports_and_feedback_draw_alike_whichever_comes_first(stage: Stage) -> None:
    """Of two equal counts the one would hide this, the other that: together they would show both."""
    await evaluated(stage)
    day = stage.clock.now().date()
    async with stage.database.write() as db:
        community = await db.get_one(Community, 1)
        made = await prepare(db, community, day)
        drawn = draw_of(community)
        assert drawn != made.secret
        await publish(db, community, day, stage.clock.now(), made)
    async with stage.database.read() as db:
        assert known_draw(await db.get_one(Community, 1)) == drawn


async def test_every_file_and_the_page_hold_the_same(stage: Stage) -> None:
    await evaluated(stage)
    made = await report(stage, language="es")
    lines = list(csv.reader("".join(csv_lines(made)).splitlines()))
    [count] = [line for line in lines if line[1] == "¿Dónde trabaja? · 837xx" and line[3] == "14"]
    page = report_html(made, Surroundings(inside=True))
    for shown in ("837xx", "¿Fue bueno el ritmo?", "7 · Del todo", count[0]):
        assert shown in page
    assert "97201" not in page


def test_two_wordings_of_a_question_are_not_added_up_and_a_name_is_in_no_definition() -> None:
    def names(form: Mapping[str, object]) -> set[str]:
        return {one.definition for one in counted_fields(Instrument.model_validate(form))}

    other = with_objectives(HUB, [], [Presenter(1, "A deleted person")])
    assert names(other.model_dump(mode="json", exclude_none=True)) == names(FORM)
    items = [dict(item) for item in FORM["items"]]
    items[0]["text"] = {"en": "Was it too fast?", "es": "¿Fue muy rápido?"}
    assert len(names({**FORM, "items": items}) & names(FORM)) == len(names(FORM)) - 1
