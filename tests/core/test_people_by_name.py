"""A person typed by first name: found where one fits, asked for with buttons where several do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.router import CHOSEN
from storage.people import Duty
from storage.series import Enrollment
from tests.communities.support import CHANNEL, channel_for, furnish, rows
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged, text_of

NAMES = {"ana": "Ana Lee", "maria1": "Íñigo Cruz", "maria2": "Íñigo Vega", "far": "Ana Moss"}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Ana Lee and two people called Íñigo are in the cohort; Ana Moss is in no cohort."""
    async with staged(sqlite_with_tables(tmp_path / "t.db")) as stage:
        cohort = await furnish(stage)
        await channel_for(stage, cohort)
        await stage.person("ada", "administrator")
        for user, name in NAMES.items():
            person = await stage.person(user)
            async with stage.database.write() as db:
                (await db.merge(person)).name = name
                if user != "far":
                    db.add(Enrollment(cohort_id=cohort.id, person_id=person.id, status="active"))
        yield stage


async def given(stage: Stage) -> list[int]:
    return [one.person_id for one in await rows(stage, Duty) if one.role == "presenter"]


async def test_a_first_name_is_enough_where_one_person_of_the_cohort_has_it(stage: Stage) -> None:
    await stage.command("ada", "role give @ana presenter", CHANNEL)
    assert len(await given(stage)) == 1


async def test_where_several_fit_a_button_for_each_goes_on(stage: Stage) -> None:
    asked = await stage.command("ada", "role give íñigo presenter", CHANNEL)
    assert asked.card is not None
    assert [one.label for one in asked.card.buttons] == ["Íñigo Cruz", "Íñigo Vega"]
    assert await given(stage) == []
    done = await stage.press("ada", CHOSEN, asked.card.buttons[1].value, CHANNEL)
    assert "Íñigo Vega" in text_of(done)
    assert len(await given(stage)) == 1


async def test_part_of_a_first_name_is_nobody(stage: Stage) -> None:
    assert "do not know" in text_of(await stage.command("ada", "role give An presenter", CHANNEL))
