"""A cohort in a live session, and what the platform saw of its groups."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import select

from bot.core.cards import Button, Card
from bot.core.platform import Address, ChatPlatform, PlatformError, Sent
from bot.core.reply import Reply
from bot.nudges.sender import Sender
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember
from storage.people import Person
from storage.series import Cohort
from storage.sessions import Attendance, Session
from tests.communities.platform import SmallPlatform, run_errands
from tests.communities.support import channel_for, enroll, furnish, rows
from tests.support.stage import Stage, text_of

NAMES = [f"p{number:02d}" for number in range(1, 51)]
LEAD = "dana"
"""The facilitator of every test: never in a group, because they do not check in."""


@dataclass
class RoomPlatform(SmallPlatform):
    """Gives every set of users a conversation of its own, and keeps what was posted where."""

    groups: dict[str, list[str]] = field(default_factory=dict)
    said: dict[str, list[Card]] = field(default_factory=dict)
    refuses: str = ""
    """Why it opens no group, for good."""

    async def open_group(
        self, tenant: str, users: list[str], *, name: str, near: Address, language: str
    ) -> Address:
        self._maybe_break("open_group")
        if self.refuses:
            raise PlatformError(self.refuses)
        conversation = "G-" + "-".join(sorted(users))
        self.groups[conversation] = sorted(users)
        return Address(tenant, conversation)

    async def send(self, to: Address, card: Card, *, mark: str, users: dict[int, str], language: str) -> Sent:
        self.said.setdefault(to.conversation, []).append(card)
        return await super().send(to, card, mark=mark, users=users, language=language)

    def heard(self, conversation: str) -> list[str]:
        """Everything that was said there, as text."""
        return [text_of(card) for card in self.said.get(conversation, [])]


@dataclass
class Scene:
    """A stage with a cohort, its sessions so far and a platform."""

    stage: Stage
    cohort: Cohort
    platform: RoomPlatform
    people: dict[str, Person]
    sessions: list[Session] = field(default_factory=list)
    others: dict[str, RoomPlatform] = field(default_factory=dict)
    """Further platforms, by name."""

    async def begin_session(self, present: list[str], minutes: int = 60) -> Session:
        """A session that starts now, a week after the last; `present` have checked in."""
        if self.sessions:
            self.stage.clock.move_to(self.sessions[-1].starts_at + timedelta(weeks=1))
        now = self.stage.clock.now()
        number = len(self.sessions) + 1
        async with self.stage.database.write() as db:
            session = Session(
                community_id=1,
                cohort_id=self.cohort.id,
                number=number,
                title={"en": f"Session {number}", "es": f"Sesión {number}"},
                starts_at=now,
                zone=self.cohort.zone,
                minutes=minutes,
                uid=f"session-{number}",
            )
            db.add(session)
            await db.flush()
            for name in present:
                db.add(_there(session, self.people[name], now))
        self.sessions.append(session)
        return session

    async def check_in(self, name: str, *, there: bool = True) -> None:
        """Mark somebody present (or absent) in the last session."""
        async with self.stage.database.write() as db:
            db.add(_there(self.sessions[-1], self.people[name], self.stage.clock.now(), marked=there))

    async def typed(self, text: str) -> Reply:
        return await self.stage.command(LEAD, text)

    async def pressed(self, reply: Reply, label: str) -> Reply:
        """Press the button with this label on a reply's card."""
        button = button_of(reply, label)
        return await self.stage.press(LEAD, button.action, button.value)

    async def deliver(self) -> None:
        """Let the jobs and messages that are due go out."""
        platforms: dict[str, ChatPlatform] = {"slack": self.platform, **self.others}
        await run_errands(self.stage, self.platform, platforms)
        sender = Sender(
            self.stage.database, self.stage.clock, platforms, self.stage.router.kinds, self.stage.links
        )
        while await sender.send_due():
            pass

    async def pass_minutes(self, minutes: float) -> None:
        self.stage.clock.move_to(self.stage.clock.now() + timedelta(minutes=minutes))
        await self.deliver()

    async def rounds(self) -> list[BreakoutRound]:
        return await rows(self.stage, BreakoutRound)

    async def seated(self) -> list[set[str]]:
        """The groups of the last opened round, by name."""
        names = {person.id: name for name, person in self.people.items()}
        last = [one for one in await self.rounds() if one.status in {"open", "closed"}][-1]
        async with self.stage.database.read() as db:
            found = await db.execute(
                select(BreakoutGroup.number, GroupMember.person_id)
                .join(GroupMember, GroupMember.group_id == BreakoutGroup.id)  # type: ignore[arg-type]
                .where(BreakoutGroup.round_id == last.id)
                .order_by(BreakoutGroup.number)  # type: ignore[arg-type]
            )
            groups: dict[int, set[str]] = {}
            for number, person_id in found:
                groups.setdefault(number, set()).add(names[person_id])
        return list(groups.values())


def _there(session: Session, person: Person, now: datetime, *, marked: bool = True) -> Attendance:
    return Attendance(
        session_id=session.id, person_id=person.id, marked=marked, source="self", recorded_at=now
    )


async def scene(stage: Stage, count: int, **attributes: object) -> Scene:
    """A facilitator, and `count` people who take part and are called p01, p02, …"""
    cohort = await furnish(stage)
    await channel_for(stage, cohort)
    await stage.person(LEAD, "facilitator")
    people = {}
    for number, name in enumerate(NAMES[:count]):
        state = ("AK", "ID", "OR", "WA")[number % 4]
        person = await stage.person(name, state=state, email=f"{name}@example.org", **attributes)
        await enroll(stage, cohort, person)
        people[name] = person
    return Scene(stage, cohort, RoomPlatform(), people)


def button_of(reply: Reply, label: str) -> Button:
    assert reply.card is not None
    buttons = [*reply.card.buttons, *(one for part in reply.card.sections for one in part.buttons)]
    return next(button for button in buttons if button.label == label)


def groups_shown(reply: Reply) -> list[set[str]]:
    """The groups that a preview lists, by name."""
    lines = re.findall(r"• Group \d+: (.*)", text_of(reply))
    return [set(re.findall(r"P\d\d", line.partition(" (locked")[0].replace("p", "P"))) for line in lines]


def sizes(groups: list[set[str]]) -> list[int]:
    return sorted(map(len, groups))
