"""The sample community in the database, and its people as members of the two playground workplaces."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import func, select

from adapters.playground.people import SamplePerson
from adapters.playground.teams.workplace import object_id
from bot.features import all_kinds
from bot.nudges.planner import replan_cohort
from bot.transfer import apply_community, read_community
from storage.database import Database
from storage.people import Community, Identity, Person, Workspace

FOLDER = Path(__file__).parents[2] / "prompts" / "sample"
LOCALES = {"en": "en-US", "es": "es-US"}

SLACK_TEAM = "T0THROUGHLINE"
TEAMS_TENANT = "7d3c1d0e-5a44-4f2b-9d0a-0c1e5f6a7b80"

MAIL_TENANT = "community-1"

Home = Literal["slack", "teams", "both", "email", "all"]
HOMES: Mapping[str, Home] = {home: home for home in get_args(Home)}
"""Where the sample's people live. ``both``: Slack and Teams; ``all``: some have e-mail only;
``email``: all participants have e-mail only, and staff are on Slack."""


@dataclass(frozen=True, slots=True)
class Population:
    """Who lives on which platform; nobody lives on two."""

    slack: tuple[SamplePerson, ...]
    teams: tuple[SamplePerson, ...]
    mail: tuple[SamplePerson, ...] = ()
    apart: tuple[SamplePerson, ...] = ()
    """On the roster, and on no platform."""

    def everybody(self) -> tuple[SamplePerson, ...]:
        return (*self.slack, *self.teams, *self.mail, *self.apart)


def population(home: Home) -> Population:
    """Everybody on one platform, or each where the roster says. Whoever takes either lives on Slack, but
    one facilitator lives on Teams, since somebody must run the cohort's channel there."""
    with (FOLDER / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    people = [(_person(number, row), row["platform"]) for number, row in enumerate(rows, start=1)]
    if home == "slack":
        return Population(tuple(person for person, _ in people), ())
    if home == "teams":
        return Population((), tuple(person for person, _ in people))
    if home == "email":
        learners = tuple(person for person, _ in people if person.role == "participant")
        return Population(tuple(person for person, _ in people if person not in learners), (), learners)
    mail = () if home == "both" else _on_neither(people)
    on_teams = {person.id for person, platform in people if platform == "teams"}
    on_teams.add(next(person.id for person, _ in people if person.role == "facilitator"))
    return Population(
        tuple(person for person, _ in people if person.id not in on_teams and person not in mail),
        tuple(person for person, _ in people if person.id in on_teams),
        mail,
    )


def _on_neither(people: Sequence[tuple[SamplePerson, str]]) -> tuple[SamplePerson, ...]:
    """Participants to whom the platform is all the same."""
    return tuple(one for one, platform in people if platform == "either" and one.role == "participant")


def _person(number: int, row: dict[str, str]) -> SamplePerson:
    return SamplePerson(
        id=f"U{number:04d}SAMPLE",
        name=row["name"],
        email=row["email"],
        tz=row["zone"] or None,
        locale=LOCALES[row["language"]],
        role=row["role"],
        job_role=row["job_role"],
    )


async def _staff_accounts(db: AsyncSession, people: Population) -> None:
    """The accounts of who runs the sample: an address alone would not make them theirs."""
    await db.flush()
    for platform, living in (("slack", people.slack), ("teams", people.teams)):
        for one in living:
            if one.role == "participant":
                continue
            workspace = (await db.scalars(select(Workspace).where(Workspace.platform == platform))).one()
            person = (await db.scalars(select(Person).where(Person.email == one.email))).one()
            user = one.id if platform == "slack" else object_id(TEAMS_TENANT, one.name)
            db.add(Identity(workspace_id=workspace.id, person_id=person.id, platform_user=user))


def _roster(people: Population) -> bytes:
    """The sample's roster with these people alone."""
    known = {one.email for one in people.everybody()}
    header, *lines = (FOLDER / "people.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    place = header.split(",").index("email")
    return "".join([header, *(line for line in lines if line.split(",")[place] in known)]).encode()


async def settle_sample(database: Database, home: Home, people: Population, now: datetime) -> None:
    """Import the sample community with these people, and its workspaces, once."""
    async with database.read() as db:
        if await db.scalar(select(func.count()).select_from(Community)):
            return
    plan = read_community((FOLDER / "community.yaml").read_bytes(), {"people.csv": _roster(people)})
    async with database.write() as db:
        community = Community(name="", created_at=now)
        db.add(community)
        await db.flush()
        outcome = await apply_community(db, community, plan, now)
        for platform, tenant, homes in (
            ("slack", SLACK_TEAM, ("slack", "both", "all", "email")),
            ("teams", TEAMS_TENANT, ("teams", "both", "all")),
            ("email", MAIL_TENANT, ("email", "all")),
        ):
            if home in homes:
                db.add(
                    Workspace(
                        community_id=community.id,
                        platform=platform,
                        tenant=tenant,
                        name=community.name,
                        installed_at=now,
                        by_address=platform == "email",
                    )
                )
        await _staff_accounts(db, people)
        for cohort_id in outcome.cohort_ids:
            await replan_cohort(db, all_kinds(), cohort_id, now)
