"""A stage whose messages are composed by a small feature, with a planned cohort and its facilitator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.console.feature import FEATURE as MESSAGES
from bot.core.cards import Button, Card
from bot.core.composers import ComposeContext
from bot.core.feature import Feature
from bot.core.reply import Skip
from prompts.text import Marked
from tests.nudges.cohorts import cohort_on, enroll, replanned
from tests.support.databases import sqlite_with_tables
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, staged


async def _look_back(reading: ComposeContext) -> Card | Skip:
    reader = reading.reader.name if reading.reader else "everybody"
    return Card(
        title=f"Look back ({reading.language})",
        text=Marked("Three **key ideas** for {reader}").format(reader=reader),
        buttons=(Button(label="Tell us", action="tell"),),
    )


async def _nothing(reading: ComposeContext) -> Card | Skip:
    return Skip("nothing_to_say")


SMALL = Feature(
    "small",
    messages=(
        replace(ALL_KINDS["look_back"], compose=_look_back),
        replace(ALL_KINDS["look_ahead"], compose=_nothing),
    ),
)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    features = (COMMUNITIES, MESSAGES, SMALL)
    async with staged(sqlite_with_tables(tmp_path / "test.db"), features) as stage:
        await stage.person("fay", "facilitator", zone="America/Los_Angeles")
        cohort_id = await cohort_on(stage)
        for user in ("ana", "ben"):
            await enroll(stage, cohort_id, await stage.person(user, zone="America/Boise"))
        await replanned(stage, cohort_id)
        yield stage
