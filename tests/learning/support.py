"""A series with three sessions, its people, key ideas and their words; and what a composer says to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.cards import Card
from bot.core.composers import ComposeContext, Composer
from bot.core.reply import Skip
from bot.nudges.planner import replan_cohort
from storage.breakouts import BreakoutGroup, BreakoutRound, HarvestNote
from storage.nudges import Nudge
from storage.people import Community, Person
from storage.reflections import Commitment, Reflection
from storage.series import Cohort
from storage.sessions import (
    Attendance,
    KeyIdea,
    Objective,
    Session,
    SessionExtras,
    SessionPresenter,
    SessionResource,
    Theme,
)
from tests.communities.support import furnish
from tests.support.kinds import ALL_KINDS
from tests.support.stage import START, Stage

FIRST = datetime(2027, 2, 23, 20, 0, tzinfo=UTC)
TITLES = (
    {"en": "A Steady Start", "es": "Un comienzo firme"},
    {"en": "Choice and Voice", "es": "Elegir y tener voz"},
    {"en": "Keep It Going", "es": "Seguir así"},
)
IDEAS = (
    ("Say what comes next.", "Di qué sigue."),
    ("Check in before you check up.", "Primero la persona."),
    ("Ask about the load.", "Pregunta por la carga."),
)


async def series_with_sessions(stage: Stage, first: datetime = FIRST) -> tuple[Cohort, list[Session]]:
    """Three weekly sessions, by default from 2027-02-23 noon Pacific, each with an objective."""
    cohort = await furnish(stage)
    async with stage.database.write() as db:
        sessions = [
            Session(
                community_id=cohort.community_id,
                cohort_id=cohort.id,
                number=number,
                title=title,
                starts_at=first + timedelta(weeks=number - 1),
                zone="America/Los_Angeles",
                minutes=90,
                uid=f"session-{number}",
                extras=SessionExtras(resources=[_resource("card", 3), _resource("talk", 20)]),
            )
            for number, title in enumerate(TITLES, start=1)
        ]
        db.add_all(sessions)
        await db.flush()
        for session in sessions:
            goal = {"en": f"Name goal {session.number}.", "es": f"Decir la meta {session.number}."}
            db.add(Objective(session_id=session.id, position=1, text=goal))
    return cohort, sessions


def _resource(name: str, minutes: int) -> SessionResource:
    return SessionResource(
        id=name,
        minutes=minutes,
        title={"en": f"The {name}", "es": f"El {name}"},
        url={"en": f"https://example.org/{name}", "es": f"https://example.org/es/{name}"},
    )


async def key_ideas(
    stage: Stage, session: Session, *, approved: bool, languages: str = "en es"
) -> list[KeyIdea]:
    async with stage.database.write() as db:
        ideas = [
            KeyIdea(
                session_id=session.id,
                position=place,
                text={
                    code: {
                        "idea": said,
                        "question": f"{code} question {place}?",
                        "answer": f"{code} answer {place}.",
                        "use": f"{code} use {place}.",
                        "use:role:clinician": f"{code} clinician {place}.",
                        "use:setting:school": f"{code} school {place}.",
                    }
                    for code, said in zip(("en", "es"), texts, strict=True)
                    if code in languages
                },
                approved_at=START if approved else None,
            )
            for place, texts in enumerate(IDEAS, start=1)
        ]
        db.add_all(ideas)
    return ideas


async def presents(stage: Stage, person: Person, session: Session) -> None:
    async with stage.database.write() as db:
        db.add(SessionPresenter(session_id=session.id, person_id=person.id))


async def reflect(stage: Stage, person: Person, session: Session, text: str, visibility: str) -> None:
    async with stage.database.write() as db:
        db.add(
            Reflection(
                person_id=person.id,
                cohort_id=session.cohort_id,
                session_id=session.id,
                kind="what_so_what",
                variant="one",
                answers={"what": text, "how_sure": 7},
                visibility=visibility,
                language="en",
                created_at=START,
            )
        )


async def harvest(stage: Stage, person: Person, session: Session, text: str, *, posted: bool) -> None:
    async with stage.database.write() as db:
        held = BreakoutRound(
            community_id=1, cohort_id=session.cohort_id, session_id=session.id, status="closed", made_at=START
        )
        db.add(held)
        await db.flush()
        group = BreakoutGroup(round_id=held.id, number=1)
        db.add(group)
        await db.flush()
        db.add(
            HarvestNote(
                group_id=group.id,
                person_id=person.id,
                text=text,
                written_at=START,
                posted_at=START if posted else None,
            )
        )


async def composed(
    stage: Stage, kind: str, reader: Person | None = None, language: str = "", **nudge: Any
) -> Card | Skip:
    """What the feature's composer of this kind writes now."""
    compose: Composer = ALL_KINDS[kind].compose
    row = Nudge(
        key=str(nudge.pop("key", "test")), community_id=1, kind=kind, due_at=START, created_at=START, **nudge
    )
    async with stage.database.read() as db:
        reading = ComposeContext(
            db=db,
            now=stage.clock.now(),
            nudge=row,
            reader=reader,
            language=language or (reader.language if reader else "en"),
            zone=(reader.zone if reader else "") or "America/Los_Angeles",
            community=await db.get_one(Community, 1),
            links=stage.links,
        )
        return await compose(reading)


async def theme(stage: Stage, slug: str, **name: str) -> Theme:
    async with stage.database.write() as db:
        row = Theme(community_id=1, slug=slug, name=name)
        db.add(row)
    return row


async def attend(stage: Stage, person: Person, session: Session, *, there: bool = True) -> None:
    async with stage.database.write() as db:
        db.add(
            Attendance(
                session_id=session.id,
                person_id=person.id,
                marked=there,
                source="facilitator",
                recorded_at=START,
            )
        )


async def commit_to(stage: Stage, person: Person, session: Session, cue: str, action: str) -> Commitment:
    async with stage.database.write() as db:
        plan = Commitment(
            person_id=person.id,
            cohort_id=session.cohort_id,
            session_id=session.id,
            cue=cue,
            action=action,
            created_at=START,
            updated_at=START,
        )
        db.add(plan)
    return plan


async def replan(stage: Stage, cohort: Cohort) -> None:
    async with stage.database.write() as db:
        await replan_cohort(db, ALL_KINDS, cohort.id, stage.clock.now())
