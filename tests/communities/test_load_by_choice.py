"""The settings form says how many messages each choice is about, and what is told then is what it said."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from bot.core.forms import Form
from bot.features import all_features
from storage.series import Enrollment
from tests.communities.support import enroll, furnish, rows
from tests.learning.support import series_with_sessions
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged

KEPT = ["look_back", "commitment_check_in", "commitment_rehearsal", "reflection_prompt", "form_reminder",
        "follow_up_form"]  # fmt: skip


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), all_features()) as stage:
        yield stage


async def settings(stage: Stage) -> Form:
    form = (await stage.command("ana", "settings")).form
    assert form is not None
    return form


def counts(form: Form) -> dict[str, int]:
    """The number on each kind of message that has one."""
    options = next(field for field in form.fields if field.name == "wanted").options
    found = {option.value: re.search(r"\(about (\d+)\)", option.label) for option in options}
    return {kind: int(number[1]) for kind, number in found.items() if number}


async def total(stage: Stage) -> int:
    """What Ana was told last, over the series and after it."""
    [enrollment] = await rows(stage, Enrollment)
    assert enrollment.told_load is not None
    return enrollment.told_load.during + enrollment.told_load.after


async def test_each_choice_says_how_many_messages_it_is_and_saving_keeps_to_it(stage: Stage) -> None:
    cohort, _ = await series_with_sessions(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    form = await settings(stage)
    before = counts(form)
    assert before["make_it_stick"] >= 4
    assert "To expect: about" in form.intro
    values = {"zone": "", "quiet": "", "language": "en", "partners": False}
    await stage.submit("ana", "settings", **values, wanted=[*KEPT, "make_it_stick"])
    with_it = await total(stage)
    await stage.submit("ana", "settings", **values, wanted=KEPT)
    assert abs(with_it - await total(stage) - before["make_it_stick"]) <= 1
    again = counts(await settings(stage))
    assert abs(again["make_it_stick"] - before["make_it_stick"]) <= 1, "what it would add now"


async def test_partners_have_a_number_too(stage: Stage) -> None:
    cohort, _ = await series_with_sessions(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    label = next(field.label for field in (await settings(stage)).fields if field.name == "partners")
    assert re.search(r"\(about \d\)", label)


async def test_without_a_session_to_come_there_is_no_number(stage: Stage) -> None:
    await enroll(stage, await furnish(stage), await stage.person("ana"))
    assert counts(await settings(stage)) == {}


async def test_who_has_the_sessions_in_a_calendar_expects_no_message_the_day_before(stage: Stage) -> None:
    cohort, _ = await series_with_sessions(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    values = {"zone": "", "quiet": "", "language": "en", "partners": False, "wanted": []}
    await stage.submit("ana", "settings", **values)
    without = await total(stage)
    async with stage.database.write() as db:
        [enrollment] = await db.scalars(select(Enrollment))
        enrollment.has_calendar = True
    await stage.submit("ana", "settings", **values)
    assert await total(stage) < without
