"""Series whose attendance is given: people of whom no platform knows, written as the importer would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlmodel import col, delete, select

from adapters.demo.story import Story
from storage.people import Person
from storage.series import Cohort, Enrollment, Project, ProjectYear, Series
from storage.sessions import Attendance, Session

FIRST = datetime(2027, 1, 5, 20, tzinfo=UTC)
"""Four Tuesdays before the playground's first morning."""


def thirty_to_twenty_four() -> list[Sequence[int]]:
    """Who came when, so that 30, 28, 26 and 24 people came: 20 all four times, and the rest spread."""
    return [
        *[range(4)] * 20,
        *[(0, 1, 2)] * 3, (0, 1, 3), (1, 2, 3),
        (0, 2), (0, 3),
        *[(0,)] * 4, *[(1,)] * 3, (2,), (3,),
        *[()] * 4,
    ]  # fmt: skip


class Rolls:
    """Writes attendance for people of whom the platforms know nothing."""

    def __init__(self, story: Story, community: int, project: int) -> None:
        self.story, self.community, self.project = story, community, project
        self.years: dict[str, int] = {}

    @classmethod
    async def of(cls, story: Story) -> Rolls:
        async with story.environment.application.database.write() as db:
            await db.execute(delete(Attendance))  # the sample's earlier series: it would count in `all`
            project = Project(community_id=1, title="Reach")
            db.add(project)
        return cls(story, 1, project.id)

    async def series(self, slug: str, year: str, settings: Sequence[str]) -> tuple[Cohort, list[Person]]:
        """A series of four sessions that are over, and its enrolled people, each with a setting."""
        async with self.story.environment.application.database.write() as db:
            if year not in self.years:
                starts = date(2026, 9, 30) if year == "Year 60" else date(2025, 9, 30)
                row = ProjectYear(community_id=1, label=year, starts_on=starts,
                                  ends_on=starts + timedelta(days=364))  # fmt: skip
                db.add(row)
                await db.flush()
                self.years[year] = row.id
            made = Series(community_id=1, project_id=self.project, year_id=self.years[year], slug=slug,
                          title={"en": slug, "es": slug}, created_at=FIRST)  # fmt: skip
            db.add(made)
            await db.flush()
            cohort = Cohort(community_id=1, series_id=made.id, name=slug, created_at=FIRST)
            db.add(cohort)
            await db.flush()
            begins = FIRST if year == "Year 60" else FIRST - timedelta(days=364)
            db.add_all(
                Session(community_id=1, cohort_id=cohort.id, number=number + 1, title={"en": "Part"},
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

    async def two_series(self) -> None:
        """Story 9: 40 enrolled, of whom 36 attend 108 times; then 84 times 30 people, 11 of them the same."""
        first, crowd = await self.series("first-reach", "Year 60", [""] * 40)
        await self.attend(first, crowd, thirty_to_twenty_four())
        second, newcomers = await self.series("second-reach", "Year 60", [""] * 19)
        await self.enroll(second, crowd[:11])
        shared = [*crowd[:11], *newcomers]
        await self.attend(second, shared, [range(4)] * 12 + [range(3)] * 9 + [range(1)] * 9)

    async def settings(self, slug: str, counts: Mapping[str, int]) -> None:
        """Story 10: a series that so many people of each setting attended once."""
        settings = [name for name, count in counts.items() for _ in range(count)]
        cohort, people = await self.series(slug, "Year 60", settings)
        await self.attend(cohort, people, [range(1)] * len(people))

    async def in_both_years(self, counts: Mapping[str, int]) -> None:
        """Story 10: so many people of each setting, all of them active in two project years."""
        settings = [name for name, count in counts.items() for _ in range(count)]
        fifth, people = await self.series("in-five", "Year 50", settings)
        await self.attend(fifth, people, [range(2)] * len(people))
        sixth, _ = await self.series("in-six", "Year 60", [])
        await self.enroll(sixth, people)
        await self.attend(sixth, people, [range(2)] * len(people))

    async def enroll(self, cohort: Cohort, people: Sequence[Person]) -> None:
        async with self.story.environment.application.database.write() as db:
            db.add_all(
                Enrollment(cohort_id=cohort.id, person_id=one.id, status="active", consented_at=FIRST)
                for one in people
            )

    async def attend(self, cohort: Cohort, people: Sequence[Person], when: Sequence[Sequence[int]]) -> None:
        """Each person at the sessions of these places, from 0."""
        async with self.story.environment.application.database.write() as db:
            found = select(Session.id).where(Session.cohort_id == cohort.id).order_by(col(Session.number))
            sessions = list(await db.scalars(found))
            db.add_all(
                Attendance(session_id=sessions[place] or 0, person_id=person.id, minutes=60,
                           source="zoom", recorded_at=FIRST)
                for person, places in zip(people, when, strict=True)
                for place in places
            )  # fmt: skip
