"""Somebody else's address in one's account: it opens no more than an unused place, on either platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, select

from adapters.playground.people import SamplePerson
from adapters.playground.sample import SLACK_TEAM, TEAMS_TENANT
from storage.people import AuditEvent, Duty, Identity, Person
from storage.series import Enrollment, EnrollmentStatus
from tests.refusals.place import Place, placed

STAFF = "malik.rasmussen@example.org"
LEARNER = "lena.late@example.org"
NEW = "Nell Newcomer"
FAULTS = {
    "slack": ("unconfirmed", "stranger"),
    "teams": ("guest", "shared_channel"),
}


@dataclass
class Attack:
    """Somebody new on one platform, with whatever address they like; the roster's people live there, too."""

    place: Place
    platform: str

    async def rosters(self, email: str) -> Person:
        """Somebody of the roster who has no account yet."""
        cohort, now = await self.place.cohort(), self.place.environment.clock.now()
        async with self.place.database.write() as db:
            person = Person(community_id=1, name="Lena Late", email=email, created_at=now)
            db.add(person)
            await db.flush()
            db.add(Enrollment(cohort_id=cohort.id, person_id=person.id, status=EnrollmentStatus.INVITED))
        return person

    async def comes(self, email: str, fault: str = "", name: str = NEW) -> str:
        """A new account says something; returns the account's platform user."""
        if self.platform == "slack":
            side = self.place.environment.slack
            person = SamplePerson(f"U{name[:4].upper()}", name, email, None, "en-US", "")
            user = side.workplace.add_person(SLACK_TEAM, person)
            user.is_email_confirmed = fault != "unconfirmed"
            user.home_team = "T0THEIRS" if fault == "stranger" else ""
        else:
            on_teams = self.place.environment.teams
            guest = on_teams.workplace.add_user(name, tenant_id=TEAMS_TENANT, email=email)
            guest.is_guest = fault == "guest"
            guest.home_tenant = "their-tenant" if fault == "shared_channel" else ""
            await on_teams.install_personal(guest)
        return await self.says(name, "me")

    async def says(self, name: str, text: str) -> str:
        environment = self.place.environment
        if self.platform == "slack":
            users = environment.slack.workplace.workspaces[SLACK_TEAM].users.values()
            user = next(one for one in users if one.real_name == name)
            await environment.slack.say(user.id, None, text)
            found = user.id
        else:
            await environment.teams.say(name, None, text)
            found = environment.teams.user(name).aad_object_id
        await environment.settle()
        return found

    async def person(self, email: str) -> Person:
        async with self.place.database.read() as db:
            return (await db.scalars(select(Person).where(Person.email == email))).one()

    async def audited(self, owner: Person) -> list[str]:
        async with self.place.database.read() as db:
            found = select(AuditEvent.action).where(AuditEvent.subject == f"person:{owner.id}")
            return list(await db.scalars(found.order_by(col(AuditEvent.id))))

    async def told(self) -> dict[str, str]:
        """Who was written to of an address that was claimed, and what, once it stands on the platform."""
        notes = await self.place.nudges("address_claimed:")
        assert {note.state for note in notes} <= {"sent"}
        async with self.place.database.read() as db:
            return {
                (await db.get_one(Person, note.person_id)).email or "": str((note.card or {})["text"])
                for note in notes
            }

    async def press(self, name: str, action: str) -> None:
        environment = self.place.environment
        if self.platform == "slack":
            users = environment.slack.workplace.workspaces[SLACK_TEAM].users.values()
            user = next(one for one in users if one.real_name == name)
            await environment.slack.press(user.id, None, action)
        else:
            await environment.teams.press(name, None, "I asked: it is theirs")
        await environment.settle()


@pytest.fixture(params=["slack", "teams"])
async def attack(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Attack]:
    async with placed(tmp_path, request.param) as place:
        yield Attack(place, request.param)


async def test_an_administrators_address_opens_nothing_and_the_administrator_is_told(attack: Attack) -> None:
    admin = await attack.person(STAFF)
    user = await attack.comes(STAFF)
    newcomer = await attack.place.person(user)
    assert newcomer.id != admin.id
    assert newcomer.email is None
    async with attack.place.database.read() as db:
        assert (await db.scalars(select(Duty).where(Duty.person_id == newcomer.id))).all() == []
    told = await attack.told()
    assert list(told) == [STAFF]
    assert "has your e-mail address" in told[STAFF]
    assert await attack.audited(admin) == ["address_claimed"]


async def test_staff_whom_nobody_has_met_are_not_met_by_their_address(attack: Attack) -> None:
    admin = await attack.person(STAFF)
    async with attack.place.database.write() as db:
        for account in await db.scalars(select(Identity).where(Identity.person_id == admin.id)):
            await db.delete(account)
        facilitator = (await db.scalars(select(Person).join(Duty).where(Duty.role == "facilitator"))).first()
        assert facilitator is not None
    user = await attack.comes(STAFF)
    assert (await attack.place.person(user)).id != admin.id
    assert await attack.told() == {}, "no other administrator is there; who runs a cohort cannot make one"


@pytest.mark.parametrize("number", [0, 1])
async def test_an_address_that_is_not_confirmed_here_takes_no_place(attack: Attack, number: int) -> None:
    """Until somebody who runs the cohort has asked the person and says so."""
    learner = await attack.rosters(LEARNER)
    user = await attack.comes(LEARNER, FAULTS[attack.platform][number])
    newcomer = await attack.place.person(user)
    assert newcomer.id != learner.id
    assert newcomer.email is None
    told = await attack.told()
    assert STAFF in told
    assert LEARNER not in told
    assert "an address can be made up" in told[STAFF]
    await attack.press("Malik Rasmussen", "link.theirs")
    assert (await attack.place.person(user)).id == learner.id
    assert await attack.audited(learner) == ["address_claimed", "account_confirmed"]


async def test_an_address_that_is_confirmed_here_takes_a_place_once(attack: Attack) -> None:
    """A second account with the same address is another person; the first one hears of it."""
    learner = await attack.rosters(LEARNER)
    first = await attack.comes(LEARNER, name="Lena Late")
    assert (await attack.place.person(first)).id == learner.id
    assert await attack.audited(learner) == ["account_vouched"]
    user = await attack.comes(LEARNER)
    assert (await attack.place.person(user)).id != learner.id
    assert "has your e-mail address" in (await attack.told())[LEARNER]


async def test_an_address_taken_later_opens_nothing_either(tmp_path: Path) -> None:
    """Slack tells of changed profiles: a newcomer without an address takes an administrator's, twice."""
    async with placed(tmp_path) as place:
        attack = Attack(place, "slack")
        admin, learner = await attack.person(STAFF), await attack.rosters(LEARNER)
        side = place.environment.slack
        await attack.comes("")
        for email in (STAFF, "other@example.org", STAFF, LEARNER):
            await side.change_profile("UNELL", email=email, is_email_confirmed=email != LEARNER)
            await place.environment.settle()
        newcomer = await place.person("UNELL")
        assert newcomer.id not in {admin.id, learner.id}
        assert newcomer.email == "other@example.org"
        assert set(await attack.told()) >= {STAFF}


async def test_many_accounts_with_one_address_are_told_of_three_times_a_day(tmp_path: Path) -> None:
    async with placed(tmp_path) as place:
        attack = Attack(place, "slack")
        for number in range(5):
            person = SamplePerson(f"UNEW{number}", NEW, STAFF, None, "en-US", "")
            place.environment.slack.workplace.add_person(SLACK_TEAM, person)
            await place.environment.slack.say(f"UNEW{number}", None, "me")
            await place.environment.settle()
        assert len(await place.nudges("address_claimed:")) == 3
        assert await attack.audited(await attack.person(STAFF)) == ["address_claimed"] * 5
