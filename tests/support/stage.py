"""A stage for dialogue tests: the real router and features on a real database, without any platform.

Write a test as what was said and what was answered; the platforms' own translation is tested elsewhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import make_url
from sqlmodel import col, select

from adapters.dispatcher import Dispatcher
from bot.core.cards import Card
from bot.core.clock import MovedClock
from bot.core.events import Command, Event, HomeOpened, Joined, Press, Said, Submit, Where, Who
from bot.core.feature import Feature
from bot.core.form_keys import FormKeys
from bot.core.inbox_hands import EventHands
from bot.core.links import Links
from bot.core.reply import Reply
from bot.core.router import Router
from bot.features import all_features, all_kinds
from prompts.text import plain
from storage.database import Database
from storage.nudges import Job, Nudge
from storage.people import Community, Duty, Identity, Person, Workspace
from tests.support.databases import with_tables

START = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
TENANT = "T1"


class Stage:
    """One community with one Slack workspace. People are named by their platform user id."""

    def __init__(
        self,
        database: Database,
        features: tuple[Feature, ...] | None = None,
        form_keys: FormKeys | None = None,
    ) -> None:
        self.database = database
        self.clock = MovedClock(START)
        self.links = Links("http://127.0.0.1:8700", "test-secret", form_keys=form_keys)
        everything = all_features()
        named = {
            feature.name: feature for feature in (*everything[-1:], *(features or everything))
        }  # with `help`
        chosen = tuple(named.values())
        mine = {kind.slug for feature in chosen for kind in feature.messages}
        others = tuple(kind for slug, kind in all_kinds().items() if slug not in mine)
        chosen += (Feature("others", messages=others),)
        self.router = Router(database, self.clock, chosen, {}, self.links)
        self.dispatcher = Dispatcher(self.router)
        self.keys = count(1)

    async def person(self, user: str, *roles: str, **attributes: object) -> Person:
        """Somebody with an identity in the workspace and these community-wide roles."""
        async with self.database.write() as db:
            person = Person(community_id=1, name=user.title(), created_at=START, **attributes)  # type: ignore[arg-type]
            db.add(person)
            await db.flush()
            db.add(Identity(workspace_id=1, person_id=person.id, platform_user=user, direct=f"D-{user}"))
            db.add_all(Duty(person_id=person.id, role=role) for role in roles)
        return person

    async def command(self, user: str, text: str, where: Where | None = None) -> Reply:
        return await self.happen(Command(key=self._key(), who=_who(user), where=where or Where(), text=text))

    async def press(self, user: str, action: str, value: str = "", where: Where | None = None) -> Reply:
        return await self.happen(
            Press(key=self._key(), who=_who(user), where=where or Where(), action=action, value=value)
        )

    async def submit(self, user: str, form: str, context: str = "", /, **values: object) -> Reply:
        return await self.happen(
            Submit(key=self._key(), who=_who(user), form=form, context=context, values=values)
        )

    async def say(self, user: str, text: str, where: Where | None = None) -> Reply:
        return await self.happen(Said(key=self._key(), who=_who(user), where=where or Where(), text=text))

    async def join(self, user: str, conversation: str) -> Reply:
        where = Where(conversation=conversation, kind="channel")
        return await self.happen(Joined(key=self._key(), who=_who(user), where=where))

    async def home(self, user: str) -> Reply:
        return await self.happen(HomeOpened(key=self._key(), who=_who(user), where=Where(kind="home")))

    async def happen(self, event: Event) -> Reply:
        return await self.dispatcher.answered(event)

    def killed(self) -> None:
        """As after a crash: what the process had in hand it has no more; its leases still run."""
        self.router.inbox.hands = EventHands(self.database)

    async def nudges(self, *states: str) -> list[Nudge]:
        """The outbox, by due time; all states unless named."""
        query = select(Nudge).order_by(col(Nudge.due_at), col(Nudge.id))
        if states:
            query = query.where(col(Nudge.state).in_(states))
        async with self.database.read() as db:
            return list(await db.scalars(query))

    async def jobs(self) -> list[Job]:
        async with self.database.read() as db:
            return list(await db.scalars(select(Job).order_by(col(Job.id))))

    def _key(self) -> str:
        return f"event-{next(self.keys)}"


def _who(user: str) -> Who:
    return Who(platform="slack", tenant=TENANT, user=user, name=user.title())


def text_of(reply: Reply | Card) -> str:
    """Everything a card says, as plain text, for assertions."""
    card = reply if isinstance(reply, Card) else reply.card
    if card is None:
        return ""
    parts = [card.title, plain(card.text)]
    parts += [f"{plain(fact.label)}: {plain(fact.value)}" for fact in card.facts]
    for section in card.sections:
        parts += [section.title, plain(section.text)]
        parts += [f"{plain(fact.label)}: {plain(fact.value)}" for fact in section.facts]
        parts += [f"[{button.label}]" for button in section.buttons]
    parts += [f"[{button.label}]" for button in card.buttons]
    parts.append(plain(card.context))
    return "\n".join(part for part in parts if part)


@asynccontextmanager
async def staged(url: str, features: tuple[Feature, ...] | None = None) -> AsyncIterator[Stage]:
    """A stage on a database that has the tables and no rows, or in an SQLite file that is not there yet."""
    async with _opened(with_tables(url), features) as stage:
        async with stage.database.write() as db:
            db.add(
                Community(
                    name="Northwest",
                    states=["AK", "ID", "OR", "WA"],
                    languages=["en", "es"],
                    created_at=START,
                )
            )
            await db.flush()
            db.add(
                Workspace(
                    community_id=1, platform="slack", tenant=TENANT, name="Northwest", installed_at=START
                )
            )
        yield stage


Play = Callable[[Stage], Awaitable[None]]


@asynccontextmanager
async def staged_after(url: str, play: Play) -> AsyncIterator[Stage]:
    """A stage on which `play` has happened. On SQLite that happens once in each test process: the file is
    kept, and copied for each test."""
    file = Path(make_url(url).database or "")
    if not url.startswith("sqlite"):
        async with staged(url) as stage:
            await play(stage)
            yield stage
        return
    if play not in _PLAYED:
        async with staged(url) as first:
            await play(first)
        _PLAYED[play] = _Played(file, first)
    kept = _PLAYED[play]
    kept.copy_to(file)
    async with _opened(url, form_keys=deepcopy(kept.form_keys)) as stage:
        stage.clock.move_to(kept.now)
        stage.keys = count(kept.keys)
        yield stage


class _Played:
    """What is left of a stage: its file, what its clock said, the next event's number, the forms' keys."""

    def __init__(self, file: Path, stage: Stage) -> None:
        self._content = file.read_bytes()
        self.now = stage.clock.now()
        self.keys = next(stage.keys)
        self.form_keys = stage.links.form_keys

    def copy_to(self, file: Path) -> None:
        file.write_bytes(self._content)


_PLAYED: dict[Play, _Played] = {}


@asynccontextmanager
async def _opened(
    url: str, features: tuple[Feature, ...] | None = None, form_keys: FormKeys | None = None
) -> AsyncIterator[Stage]:
    database = Database(url, durable=False, alone=True)
    try:
        yield Stage(database, features, form_keys)
    finally:
        await database.close()
