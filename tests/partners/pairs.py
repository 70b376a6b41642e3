"""A cohort with sessions two weeks apart, whose people want partners, and what they were told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import select

from bot.breakouts.feature import FEATURE as BREAKOUTS
from bot.communities.feature import FEATURE as COMMUNITIES
from bot.core.cards import Button, Card
from bot.core.jobs import JobContext
from bot.nudges.housekeeping import run_housekeeping
from bot.nudges.planner import replan_cohort
from bot.nudges.sender import Sender
from bot.partners.feature import FEATURE
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember
from storage.nudges import Nudge
from storage.people import Person
from storage.series import Cohort, Enrollment
from storage.sessions import Session
from tests.breakouts.rooms import RoomPlatform, scene
from tests.support.kinds import ALL_KINDS
from tests.support.stage import START, Stage, text_of

FEATURES = (COMMUNITIES, BREAKOUTS, FEATURE)
STEPS = ("partner_round", "partner_check", "partner_ask_again")


@dataclass
class Pairs:
    """A stage with people who are called p01, p02, …"""

    stage: Stage
    cohort: Cohort
    people: dict[str, Person]
    platform: RoomPlatform = field(default_factory=RoomPlatform)

    async def keep_house(self) -> None:
        job_ctx = JobContext(
            self.stage.database, self.stage.clock, {"slack": self.platform}, self.stage.links, ALL_KINDS
        )
        await run_housekeeping(job_ctx, (FEATURE,))

    async def until(self, kind: str, session: int, hours: float = 12) -> None:
        """Go on to `hours` after the messages of this kind of a session (its row id), keeping house twice
        before they are due; then send what is due."""
        of_kind = [one for one in await self.stage.nudges() if one.kind == kind and one.session_id == session]
        first, last = (pick(one.due_at for one in of_kind) for pick in (min, max))
        if first - timedelta(hours=20) > self.stage.clock.now():
            self.stage.clock.move_to(first - timedelta(hours=20))
        await self.keep_house()
        await self.keep_house()
        self.stage.clock.move_to(last + timedelta(hours=hours))
        await self.send()

    async def send(self) -> None:
        platforms = {"slack": self.platform}
        sender = Sender(self.stage.database, self.stage.clock, platforms, ALL_KINDS, self.stage.links)
        while await sender.send_due():
            pass

    async def groups(self) -> list[set[str]]:
        """The groups of the newest round that was opened, by name."""
        names = {person.id: name for name, person in self.people.items()}
        async with self.stage.database.read() as db:
            rows = list(
                await db.execute(
                    select(BreakoutRound.id, BreakoutGroup.id, GroupMember.person_id)
                    .join(BreakoutGroup, BreakoutGroup.round_id == BreakoutRound.id)  # type: ignore[arg-type]
                    .join(GroupMember, GroupMember.group_id == BreakoutGroup.id)  # type: ignore[arg-type]
                    .where(BreakoutRound.status == "open")
                )
            )
        found: dict[int, set[str]] = {}
        for _, group, person in rows:
            found.setdefault(group or 0, set()).add(names[person])
        return list(found.values())

    def heard(self, name: str) -> list[str]:
        return self.platform.heard(f"D-{name}")

    def cards(self, name: str) -> list[Card]:
        return self.platform.said.get(f"D-{name}", [])

    def answer(self, name: str, label: str) -> Button:
        """The button of the last question that a person got."""
        asked = [card for card in self.cards(name) if card.title == "Did you meet?"]
        return next(button for button in asked[-1].buttons if button.label == label)

    async def says(self, name: str, label: str) -> str:
        button = self.answer(name, label)
        return text_of(await self.stage.press(name, button.action, button.value))

    async def why_skipped(self, name: str, kind: str) -> list[str]:
        found = [one for one in await self.stage.nudges("skipped") if one.kind == kind]
        return [one.reason for one in found if one.person_id == self.people[name].id]


async def pairs(stage: Stage, count: int, sessions: int = 4) -> Pairs:
    """`count` people who want partners, and sessions two weeks apart (the last one has no round)."""
    room = await scene(stage, count)
    async with stage.database.write() as db:
        await db.execute(update(Enrollment).values(partners_opt_in=True))
        for number in range(1, sessions + 1):
            db.add(
                Session(
                    community_id=1,
                    cohort_id=room.cohort.id,
                    number=number,
                    title={"en": f"Session {number}", "es": f"Sesión {number}"},
                    starts_at=START + timedelta(days=1, weeks=2 * (number - 1)),
                    zone=room.cohort.zone,
                    minutes=60,
                    uid=f"session-{number}",
                )
            )
        await db.flush()
        await replan_cohort(db, ALL_KINDS, room.cohort.id, stage.clock.now())
        for nudge in await db.scalars(select(Nudge).where(Nudge.kind.not_in(STEPS))):  # type: ignore[attr-defined]
            await db.delete(nudge)
    return Pairs(stage, room.cohort, room.people)
