"""Acceptance stories 9 and 10: reach and the funder's export, read on Slack and on Teams, and on the page and
in the file behind the card's button. Who attended is given; every number comes from the report."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path

import pytest
from aiohttp import ClientSession

from adapters.demo.cast import Actor
from adapters.demo.story import Story
from adapters.playground.sample import Home
from tests.stories.rolls import Rolls
from tests.stories.town import link
from tests.stories.towns import quiet_town


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_story_9_reach_of_one_series_and_of_two(home: Home, tmp_path: Path) -> None:
    async with quiet_town(home, tmp_path) as story:
        await (await Rolls.of(story)).two_series()
        said = await _report(story, "series first-reach")
        for number in ("36", "108", "69.4%", "25"):
            assert _in_english(number, said), (number, said)
        numbers = await _file(story)
        assert numbers.count("40") == 1, "enrolled"
        assert str(25 / 40) in numbers
        assert str(25 / 36) in numbers
        assert "3.0" in numbers, "sessions each"
        assert [one for one in numbers if one in {"30", "28", "26", "24"}] == ["30", "28", "26", "24"]
        said = await _report(story, "series second-reach")
        assert "84" in said
        assert "30" in said
        said = await _report(story, "all")
        assert "192" in said
        assert "55" in said


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_story_10_settings_hide_what_could_be_worked_out(home: Home, tmp_path: Path) -> None:
    async with quiet_town(home, tmp_path) as story:
        environment = await Rolls.of(story)
        await environment.settings(
            "settings", {"Community clinic": 31, "Hospital": 13, "School": 7, "Tribal program": 4}
        )
        await _report(story, "series settings")
        for view in ("", "&for=outside"):
            shown = await _settings(story, view)
            assert shown["Community clinic"] == ("30" if view else "31"), "outside, groups are rounded to 5"
            assert not shown["School"].isdecimal(), "7 would give 4 away"
            assert not shown["Tribal program"].isdecimal()
            assert shown["Hospital"] == ("15" if view else "13")
        assert not re.search(r"<td[^>]*>\s*[74]\s*</td>", await _page(story))


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_story_10_active_in_two_years_counts_once_overall_and_once_in_each(
    home: Home, tmp_path: Path
) -> None:
    async with quiet_town(home, tmp_path) as story:
        await (await Rolls.of(story)).in_both_years({"": 12})
        for scope in ("year Year 50", "year Year 60", "all"):
            said = await _report(story, scope)
            assert re.search(r"[: ]12$", said, re.MULTILINE), (scope, said)


async def _report(story: Story, about: str) -> str:
    """What the administrator reads in their chat."""
    administrator = _administrator(story)
    await administrator.type(f"report {about}")
    return administrator.see().text


def _administrator(story: Story) -> Actor:
    (administrator,) = story.people("administrator")
    return administrator


async def _page(story: Story, query: str = "") -> str:
    async with ClientSession() as browser, browser.get(link(_administrator(story)) + query) as response:
        assert response.status == 200
        return unescape(await response.text())


async def _rows(story: Story, query: str = "") -> list[list[str]]:
    """The lines of the file: part, item, measure, value and more."""
    text = await _page(story, f"?file=csv{query}")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]


async def _file(story: Story) -> list[str]:
    """All values in the file."""
    return [row[3] for row in await _rows(story)]


async def _settings(story: Story, query: str) -> dict[str, str]:
    """How many people of each setting; the line after it has their share."""
    return {row[1]: row[3] for row in reversed(await _rows(story, query))}


def _in_english(number: str, said: str) -> bool:
    return number in said or number.replace(".", ",") in said
