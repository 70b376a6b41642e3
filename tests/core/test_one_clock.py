"""One clock in one dialogue: every time is on the reader's own, whatever zone the cohort has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.breakouts.group_messages import Opened, start_card
from bot.core.platform import Address
from bot.core.reply import Reply
from storage.breakouts import BreakoutDraft, BreakoutGroup
from tests.communities.support import channel_for, enroll, furnish
from tests.core.test_which_cohort import COMMANDS, line
from tests.learning.support import replan
from tests.support.databases import sqlite_with_tables
from tests.support.stage import START, Stage, staged, text_of

ZONES = ("Eastern", "Central", "Mountain", "Pacific")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The cohort lives in Pacific Time, its facilitator in Eastern, who takes part in Mountain."""
    async with staged(sqlite_with_tables(tmp_path / "test.db")) as made:
        await made.person("fay", "facilitator", "administrator", zone="America/New_York")
        cohort = await furnish(made, name="Spring 2027")
        await channel_for(made, cohort)
        for user in ("ana", "ben"):
            await enroll(made, cohort, await made.person(user, zone="America/Denver"))
        await made.command("fay", 'session new "Start" 2027-02-02 12:00 60')
        await made.command("fay", 'session new "Onward" 2027-02-09 12:00 60')
        await replan(made, cohort)
        yield made


def strangers(reply: Reply, own: str) -> list[str]:
    """The lines that name a time in another's zone and not in the reader's `own`, beside it."""
    said = text_of(reply)
    return [
        one for one in said.splitlines() if any(f"{zone} Standard" in one for zone in ZONES)
        and f"{own} Standard" not in one
    ]  # fmt: skip


async def test_each_answer_is_on_the_clock_of_who_reads_it(stage: Stage) -> None:
    for user, own in (("fay", "Eastern"), ("ana", "Mountain")):
        for name, spec in COMMANDS:
            if name != "session move":  # shows the new time on the clock of each who takes part, on purpose
                assert strangers(await stage.command(user, line(spec)), own) == [], (user, name)


async def test_a_preview_says_the_time_of_the_list_it_stands_in(stage: Stage) -> None:
    listed = text_of(await stage.command("fay", "nudges"))
    assert "Eastern Standard Time" in listed
    planned = [one for one in await stage.nudges("planned") if one.kind == "look_ahead"]
    shown = text_of(await stage.press("fay", "nudge.preview", str(planned[0].id)))
    assert "(Pacific Standard Time) = " in shown
    assert "(Eastern Standard Time)" in shown


async def test_groups_end_on_the_clock_of_who_opens_them(stage: Stage) -> None:
    stage.clock.advance(timedelta(days=1, hours=3, minutes=5))
    for user in ("ana", "ben"):
        await stage.command(user, "here")
    await stage.command("fay", "breakout 2 10")
    opened = text_of(await stage.command("fay", "breakout open"))
    assert "(Eastern Standard Time)" in opened
    assert "Pacific" not in opened


def test_a_group_reads_the_zone_that_all_of_it_share() -> None:
    for zones, told in ((("America/Denver",) * 2, "Mountain"), (("America/Denver", ""), "Pacific")):
        here = {n: SimpleNamespace(id=n, name="A", zone=zone, language="en") for n, zone in enumerate(zones)}
        one = SimpleNamespace(ends_at=START, prompt="", draft=BreakoutDraft())
        group: Any = SimpleNamespace(
            group=BreakoutGroup(id=1, round_id=1, number=1), round=one, people=here, away=(), odd=False,
            cohort=SimpleNamespace(zone="America/Los_Angeles"),
        )  # fmt: skip
        card = start_card(group, Opened(1, Address("T1", "C"), "en", tuple(here)))
        assert f"({told} Standard Time)" in text_of(card)
