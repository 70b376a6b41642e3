"""Acceptance stories 9 and 10: reach and the funder's export, read on Slack and on Teams, and on the page and
in the file behind the card's button. Who attended is given; every number comes from the report."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlmodel import col, delete, select

from adapters.demo.cast import Actor, OnSlack, OnTeams
from adapters.demo.story import Story
from adapters.playground.sample import Home
from adapters.playground.teams.cards import actions
from storage.people import Person
from storage.series import Cohort, Enrollment, Project, ProjectYear, Series
from storage.sessions import Attendance, Session
from tests.stories.towns import quiet_town

FIRST = datetime(2027, 1, 5, 20, tzinfo=UTC)
"""Four Tuesdays before the playground's first morning."""


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_story_9_reach_of_one_series_and_of_two(home: Home, tmp_path: Path) -> None:
    async with quiet_town(home, tmp_path) as story:
        town = await _Rolls.of(story)
        first, crowd = await town.series("first-reach", "Year 60", [""] * 40)
        await town.attend(first, crowd, _thirty_to_twenty_four())
        second, newcomers = await town.series("second-reach", "Year 60", [""] * 19)
        shared = [*crowd[:11], *newcomers]
        await town.enroll(second, crowd[:11])
        await town.attend(second, shared, [range(4)] * 12 + [range(3)] * 9 + [range(1)] * 9)
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
        town = await _Rolls.of(story)
        counts = {"Community clinic": 31, "Hospital": 13, "School": 7, "Tribal program": 4}
        settings = [name for name, count in counts.items() for _ in range(count)]
        cohort, people = await town.series("settings", "Year 60", settings)
        await town.attend(cohort, people, [range(1)] * 55)
        await _report(story, "series settings")
        for view in ("", "&for=outside"):
            shown = await _settings(story, view)
            assert shown["Community clinic"] == "31"
            assert not shown["School"].isdecimal(), "7 would give 4 away"
            assert not shown["Tribal program"].isdecimal()
            assert not shown["Hospital"].isdecimal() or view == "" or shown["Hospital"] == "13"
        assert not re.search(r"<td[^>]*>\s*[74]\s*</td>", await _page(story))


@pytest.mark.parametrize("home", ["slack", "teams"])
async def test_story_10_active_in_two_years_counts_once_overall_and_once_in_each(
    home: Home, tmp_path: Path
) -> None:
    async with quiet_town(home, tmp_path) as story:
        town = await _Rolls.of(story)
        fifth, people = await town.series("in-five", "Year 50", [""] * 12)
        await town.attend(fifth, people, [range(2)] * 12)
        sixth, _ = await town.series("in-six", "Year 60", [])
        await town.enroll(sixth, people)
        await town.attend(sixth, people, [range(2)] * 12)
        for scope in ("year Year 50", "year Year 60", "all"):
            said = await _report(story, scope)
            assert re.search(r"[: ]12$", said, re.MULTILINE), (scope, said)


def _thirty_to_twenty_four() -> list[Sequence[int]]:
    """Who came when, so that 30, 28, 26 and 24 people came: 20 all four times, and the rest spread."""
    return [
        *[range(4)] * 20,
        *[(0, 1, 2)] * 3, (0, 1, 3), (1, 2, 3),
        (0, 2), (0, 3),
        *[(0,)] * 4, *[(1,)] * 3, (2,), (3,),
        *[()] * 4,
    ]  # fmt: skip


class _Rolls:
    """Writes attendance for people of whom the platforms know nothing."""

    def __init__(self, story: Story, community: int, project: int) -> None:
        self.story, self.community, self.project = story, community, project
        self.years: dict[str, int] = {}

    @classmethod
    async def of(cls, story: Story) -> _Rolls:
        async with story.town.house.database.write() as db:
            await db.execute(delete(Attendance))  # the sample's earlier series: it would count in `all`
            project = Project(community_id=1, title="Reach")
            db.add(project)
        return cls(story, 1, project.id or 0)

    async def series(self, slug: str, year: str, settings: Sequence[str]) -> tuple[Cohort, list[Person]]:
        """A series of four sessions that are over, and its enrolled people, each with a setting."""
        async with self.story.town.house.database.write() as db:
            if year not in self.years:
                starts = date(2026, 9, 30) if year == "Year 60" else date(2025, 9, 30)
                row = ProjectYear(community_id=1, label=year, starts_on=starts,
                                  ends_on=starts + timedelta(days=364))  # fmt: skip
                db.add(row)
                await db.flush()
                self.years[year] = row.id or 0
            made = Series(community_id=1, project_id=self.project, year_id=self.years[year], slug=slug,
                          title={"en": slug, "es": slug}, created_at=FIRST)  # fmt: skip
            db.add(made)
            await db.flush()
            cohort = Cohort(community_id=1, series_id=made.id or 0, name=slug, created_at=FIRST)
            db.add(cohort)
            await db.flush()
            begins = FIRST if year == "Year 60" else FIRST - timedelta(days=364)
            db.add_all(
                Session(community_id=1, cohort_id=cohort.id or 0, number=number + 1, title={"en": "Part"},
                        starts_at=begins + timedelta(weeks=number), zone="America/Boise", minutes=60,
                        status="delivered", uid=f"{slug}{number}")
                for number in range(4)
            )  # fmt: skip
            people = [
                Person(community_id=1, name="P", setting=setting, created_at=FIRST) for setting in settings
            ]
            db.add_all(people)
        await self.enroll(cohort, people)
        return cohort, people

    async def enroll(self, cohort: Cohort, people: Sequence[Person]) -> None:
        async with self.story.town.house.database.write() as db:
            db.add_all(
                Enrollment(
                    cohort_id=cohort.id or 0, person_id=one.id or 0, status="active", consented_at=FIRST
                )
                for one in people
            )

    async def attend(self, cohort: Cohort, people: Sequence[Person], when: Sequence[Sequence[int]]) -> None:
        """Each person at the sessions of these places, from 0."""
        async with self.story.town.house.database.write() as db:
            found = select(Session.id).where(Session.cohort_id == cohort.id).order_by(col(Session.number))
            sessions = list(await db.scalars(found))
            db.add_all(
                Attendance(session_id=sessions[place] or 0, person_id=person.id or 0, minutes=60,
                           source="zoom", recorded_at=FIRST)
                for person, places in zip(people, when, strict=True)
                for place in places
            )  # fmt: skip


async def _report(story: Story, about: str) -> str:
    """What the administrator reads in their chat."""
    administrator = _administrator(story)
    await administrator.type(f"report {about}")
    return administrator.see().text


def _administrator(story: Story) -> Actor:
    (administrator,) = story.people("administrator")
    return administrator


def _address(story: Story) -> str:
    """Where the newest card's button leads."""
    actor = _administrator(story)
    if isinstance(actor, OnSlack):
        message = next(
            one for one in reversed(actor.side.inbox(actor.person.id)) if "/report" in str(one.blocks)
        )
        return next(
            str(element["url"])
            for block in message.blocks
            for element in block.get("elements") or []
            if element.get("url")
        )
    assert isinstance(actor, OnTeams)
    me = actor.side.user(actor.person.name).teams_id
    for post in reversed(actor.side.inbox(actor.person.name)):
        for card in post.cards_seen_by(me):
            for action in actions(card):
                if action["type"] == "Action.OpenUrl":
                    return str(action["url"])
    raise AssertionError("no button leads to the page")


async def _page(story: Story, query: str = "") -> str:
    async with ClientSession() as browser, browser.get(_address(story) + query) as response:
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
