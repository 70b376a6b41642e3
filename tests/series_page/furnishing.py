"""A cohort in the middle of its series, with as many people and sessions as a test wants."""

from __future__ import annotations

from datetime import timedelta

from storage.people import Identity, Person
from storage.series import Cohort, Enrollment
from storage.sessions import Attendance, Session, SessionPresenter
from tests.communities.support import channel_for, furnish
from tests.learning.support import key_ideas, replan
from tests.support.stage import START, Stage

TITLES = ("A Steady Start", "Choice and Voice", "Keep It Going", "The Load We Carry", "Asking First")
NAMES = ("Ana Ruiz", "Ben Okafor", "Lu Ames", "Kaas Williams", "Mary Nick", "Jo Abernathy", "Tom Lee")
HELD = 4
"""Sessions that are over; the next is tomorrow."""


async def half_way(stage: Stage, people: int = 14, sessions: int = 6) -> tuple[Cohort, Person]:
    """Weekly sessions, of which four are over and the fifth is tomorrow, and the facilitator ``fay``. Every
    seventh person has no account, and those after them missed the last two sessions."""
    cohort = await furnish(stage, name="Spring 2027")
    await channel_for(stage, cohort)
    fay = await stage.person("fay", "facilitator", zone="America/Los_Angeles")
    async with stage.database.write() as db:
        held = [_session(cohort, number) for number in range(1, sessions + 1)]
        folk = [
            Person(
                community_id=1,
                name=NAMES[n % len(NAMES)] + (f" {n // len(NAMES)}" if n >= len(NAMES) else ""),
                created_at=START,
                zone="America/Boise",
                email=f"p{n}@example.org",
            )
            for n in range(people)
        ]
        db.add_all([*held, *folk])
        await db.flush()
        for n, person in enumerate(folk):
            db.add(
                Enrollment(
                    cohort_id=cohort.id,
                    person_id=person.id,
                    status="active",
                    joined_at=START - timedelta(weeks=6),
                )
            )
            if n % 7:
                db.add(Identity(workspace_id=1, person_id=person.id, platform_user=f"U{n}", direct=f"D{n}"))
            db.add_all(_was_there(one, person) for one in held[:HELD] if n % 7 != 1 or one.number <= 2)
        db.add(SessionPresenter(session_id=held[0].id, person_id=folk[2].id))
    await key_ideas(stage, held[0], approved=True)
    await key_ideas(stage, held[HELD - 1], approved=False)
    await replan(stage, cohort)
    return cohort, fay


def _session(cohort: Cohort, number: int) -> Session:
    title = TITLES[(number - 1) % len(TITLES)]
    return Session(
        community_id=1,
        cohort_id=cohort.id,
        number=number,
        title={"en": title, "es": title},
        starts_at=START + timedelta(days=1, hours=3, weeks=number - HELD - 1),
        zone="America/Los_Angeles",
        minutes=90,
        uid=f"session-{number}",
        join_link="https://example.org/room" if number % 2 else "",
    )


def _was_there(session: Session, person: Person) -> Attendance:
    return Attendance(
        session_id=session.id, person_id=person.id, marked=True, source="facilitator", recorded_at=START
    )
