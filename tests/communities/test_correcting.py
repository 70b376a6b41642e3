"""What was set up wrong is corrected: shown first, made by one press, taken back by another, and audited."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.core.cards import Button
from bot.core.reply import Reply
from storage.people import AuditEvent, Person
from storage.series import Cohort, Enrollment
from storage.sessions import Attendance, Session
from tests.communities.support import enroll, enrollment_status, furnish, person_of, rows
from tests.support.databases import sqlite_with_tables
from tests.support.stage import START, Stage, staged, text_of


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "test.db")) as made:
        await made.person("dana", "facilitator")
        cohort = await furnish(made, capacity=10)
        for name in ("ana", "ben"):
            person = await made.person(name, email=f"{name}@example.org", state="WA")
            await enroll(made, cohort, person)
        yield made


def button(reply: Reply, label: str) -> Button:
    assert reply.card is not None
    return next(one for one in reply.card.buttons if one.label == label)


async def press(stage: Stage, reply: Reply, label: str, user: str = "dana") -> Reply:
    found = button(reply, label)
    return await stage.press(user, found.action, found.value)


async def audited(stage: Stage) -> list[str]:
    return [one.action for one in await rows(stage, AuditEvent)]


async def test_a_cohort_gets_another_name_zone_and_size_and_back(stage: Stage) -> None:
    shown = await stage.command("dana", 'cohort edit name="Spring 2028" seats=40 zone=Boise')
    assert "Name of the cohort: Spring → Spring 2028" in text_of(shown)
    assert (await rows(stage, Cohort))[0].name == "Spring", "shown first"
    done = await press(stage, shown, "Change it")
    cohort = (await rows(stage, Cohort))[0]
    assert (cohort.name, cohort.zone, cohort.capacity) == ("Spring 2028", "America/Boise", 40)
    await press(stage, done, "Undo")
    cohort = (await rows(stage, Cohort))[0]
    assert (cohort.name, cohort.zone, cohort.capacity) == ("Spring", "America/Los_Angeles", 10)
    assert await audited(stage) == ["cohort_edited", "cohort_edited"]


async def test_the_form_shows_what_stands_and_says_beside_the_field_what_does_not_fit(stage: Stage) -> None:
    form = (await stage.command("dana", "cohort edit")).form
    assert form is not None
    assert [field.initial for field in form.fields] == ["Spring", "America/Los_Angeles", 10]
    answer = await stage.submit("dana", "cohort-edit", form.context, name="Spring", zone="Boise", seats=1)
    assert "2 seats are taken" in answer.errors["seats"]
    answer = await stage.submit("dana", "cohort-edit", form.context, name="Spring", zone="Mars", seats=9)
    assert "zone" in answer.errors


async def test_a_person_s_address_and_state_are_corrected_and_taken_back(stage: Stage) -> None:
    shown = await stage.command(
        "dana", 'member edit ana@example.org name="Ana Ruiz" email=Ruiz@Example.org state=Oregon'
    )
    assert "Email address: ana@example.org → ruiz@example.org" in text_of(shown)
    assert "State: WA → OR" in text_of(shown)
    done = await press(stage, shown, "Change it")
    ana = await person_of(stage, "ana")
    assert (ana.name, ana.email, ana.state) == ("Ana Ruiz", "ruiz@example.org", "OR")
    await press(stage, done, "Undo")
    ana = await person_of(stage, "ana")
    assert (ana.name, ana.email, ana.state) == ("Ana", "ana@example.org", "WA")
    assert await audited(stage) == ["member_edited", "member_edited"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("email=ben@example.org", "Ben has this address already"),
        ("email=nonsense", "no email address"),
        ("state=Atlantis", "cannot read “Atlantis”"),
        ("state=WA", "how it stands already"),
    ],
)
async def test_what_does_not_fit_is_said_and_changes_nothing(stage: Stage, typed: str, answer: str) -> None:
    assert answer in text_of(await stage.command("dana", f"member edit ana@example.org {typed}"))


async def test_only_who_runs_a_cohort_of_theirs_may(stage: Stage) -> None:
    await stage.person("eve", email="eve@example.org")
    async with stage.database.write() as db:
        eve = (await db.scalars(select(Person).where(Person.name == "Eve"))).one()
        value = f"{eve.id}?name=Mallory"
    await stage.press("dana", "member.change", value)
    assert (await person_of(stage, "eve")).name == "Eve"
    await stage.press("ben", "member.change", f"{(await person_of(stage, 'ana')).id}?name=Mallory")
    assert (await person_of(stage, "ana")).name == "Ana"


async def test_somebody_is_taken_out_and_put_back(stage: Stage) -> None:
    shown = await stage.command("dana", "member remove ana@example.org")
    assert "Ana leaves Spring" in text_of(shown)
    assert await enrollment_status(stage, "ana") == "active", "shown first"
    done = await press(stage, shown, "Take out")
    assert await enrollment_status(stage, "ana") == "left"
    again = await stage.command("dana", "member remove ana@example.org")
    assert "does not take part" in text_of(again)
    await press(stage, done, "Undo")
    assert await enrollment_status(stage, "ana") == "active"
    assert await audited(stage) == ["member_removed", "member_back"]


async def test_the_roster_shows_who_missed_what(stage: Stage) -> None:
    async with stage.database.write() as db:
        for number in (1, 2, 3):
            session = Session(
                community_id=1, cohort_id=1, number=number, title={"en": f"Session {number}"},
                starts_at=START + timedelta(weeks=number), zone="America/Boise", minutes=60, uid=str(number),
            )  # fmt: skip
            db.add(session)
            await db.flush()
            people = {one.person_id for one in await db.scalars(select(Enrollment))}
            for person in people:
                ben = (await db.get_one(Person, person)).name == "Ben"
                if number < 3 and not (number == 2 and not ben):
                    db.add(Attendance(session_id=session.id, person_id=person, marked=True, source="self",
                                      recorded_at=START))  # fmt: skip
    stage.clock.move_to(START + timedelta(weeks=2, hours=2))
    shown = text_of(await stage.command("dana", "members"))
    assert "Ana: session 2" in shown
    assert "Ben: session" not in shown
