"""Asking for a report in chat: which one is meant, who may, and what is said when there is none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from storage.people import Duty
from storage.series import Cohort
from tests.reports.support import FEATURES, FIRST, attend, cohort, people, project, year
from tests.support.databases import sqlite_with_tables
from tests.support.stage import START, Stage, staged, text_of


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Two series of one project in two years, held; Fay facilitates the first, Ada administers."""
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        theirs = await project(stage, "Well-Being")
        crowd = await people(stage, 20)
        for slug, label, starts in (
            ("steady", "Year 6: '23–'24", date(2026, 9, 30)),
            ("resilience", "Year 5: '22–'23", date(2025, 9, 30)),
        ):
            group = await cohort(stage, slug, theirs, await year(stage, label, starts), 2, FIRST)
            await attend(stage, group, [(one, 2) for one in crowd])
        await stage.person("ada", "administrator")
        fay = await stage.person("fay")
        async with stage.database.write() as db:
            db.add(Duty(person_id=fay.id, role="facilitator", series_id=1))
        stage.clock.move_to(START + timedelta(weeks=3))
        yield stage


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("report all", "Report: learning community projects to date"),
        ("report todo", "Report: learning community projects to date"),
        ("report series steady", "Report: Steady"),
        ("report steady", "Report: Steady"),
        ("report series Resilience", "Report: Resilience"),
        ("report session 2 steady", "Report: session 2, Part 2 (Steady)"),
        ("report project", "Report: project Well-Being"),
        ("report project well-being", "Report: project Well-Being"),
        ("report year 6", "Report: Year 6: '23–'24"),
        ("report year Year 5", "Report: Year 5: '22–'23"),
    ],
)
async def test_an_administrator_names_any_report(stage: Stage, typed: str, title: str) -> None:
    said = await stage.command("ada", typed)
    assert said.card is not None
    assert said.card.title == title
    assert "/report/" in said.card.buttons[0].url
    assert "As of Mon, Feb 22" in text_of(said)


async def test_a_facilitator_reads_their_own_series_and_no_other(stage: Stage) -> None:
    assert "Report: Steady" in text_of(await stage.command("fay", "report"))
    assert "session 1" in text_of(await stage.command("fay", "report session 1"))
    for typed in ("report all", "report year 6", "report project Well-Being", "report resilience"):
        said = text_of(await stage.command("fay", typed))
        assert "Report:" not in said, typed
        assert "People reached" not in said, typed


async def test_participants_are_told_who_can(stage: Stage) -> None:
    await stage.person("pat")
    for typed in ("report", "report all", "report session 1", "report again", "benchmark"):
        said = text_of(await stage.command("pat", typed))
        assert "People reached" not in said
        assert said, typed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("report series stedy", "Did you mean “steady”"),
        ("report resilence", "Did you mean “resilience”"),
        ("report project Welbeing", "Did you mean “Well-Being”"),
        ("report year 7", "Did you mean"),
        ("report year", "Which one? Type its name: “Year 6: '23–'24”, “Year 5: '22–'23”"),
        ("report session 9 steady", "There is no session 9 here. There are: 1, 2."),
        ("report session", "resilience"),
        ("report " + "x" * 5000, "Nothing here is called"),
        ("report 'or 1=1--", "Nothing here is called"),
    ],
)
async def test_a_wrong_name_is_answered_with_the_nearest(stage: Stage, typed: str, said: str) -> None:
    answer = text_of(await stage.command("ada", typed))
    assert said.casefold() in answer.casefold()
    assert len(answer) < 600


async def test_before_the_first_cut_it_says_when_to_come_back(tmp_path: Path) -> None:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        await cohort(
            stage, "steady", await project(stage, "P"), await year(stage, "Year 1", date(2026, 9, 30))
        )
        await stage.person("ada", "administrator")
        said = text_of(await stage.command("ada", "report series steady"))
        assert "Nothing to report yet" in said
        assert "Mon, Feb 8" in said


async def test_a_correction_is_in_a_report_that_is_made_again_and_is_dated(stage: Stage) -> None:
    assert "People reached: 20" in text_of(await stage.command("ada", "report steady"))
    async with stage.database.write() as db:
        group = await db.get_one(Cohort, 1)
    await attend(stage, group, [(person, 2) for person in await people(stage, 6)])
    assert "People reached: 20" in text_of(await stage.command("ada", "report steady")), "a cut stands"
    assert "Feb 22" in text_of(await stage.command("ada", "report again"))
    said = text_of(await stage.command("ada", "report steady"))
    assert "People reached: 26" in said
    assert "As of Mon, Feb 22" in said


async def test_spanish_readers_read_it_in_spanish(stage: Stage) -> None:
    await stage.person("eva", "evaluator", language="es")
    said = text_of(await stage.command("eva", "informe serie steady"))
    assert "Personas que participaron: 20" in said
    assert "Completaron, de quienes vinieron: ≥ 90% (de 20)" in said
