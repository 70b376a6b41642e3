"""The far side in this process, a database with messages due, and workers as processes of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Literal, TypeVar

from sqlmodel import col, func, select

from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.mail import MailSide
from adapters.playground.mail import running as mail_running
from adapters.playground.people import SamplePerson
from adapters.playground.slack import SlackSide, SlackWorkplace, new_app
from adapters.playground.slack import running as slack_running
from adapters.playground.teams import TeamsSide, TeamsWorkplace
from adapters.playground.teams import running as teams_running
from adapters.slack.manifest import manifest
from bot.core.cards import Card
from bot.features import all_features
from storage.base import opaque_id
from storage.database import Database
from storage.migrating import migrate
from storage.nudges import Nudge
from storage.people import Community, Identity, Person, Workspace
from tests.faults.processes import Process
from tests.faults.worker import Orders, run
from tests.protocol.history import Accepted, accept, write_history

Platform = Literal["slack", "teams", "email"]
Now = Callable[[], datetime]
One = TypeVar("One")

TEAM = "T0FAULTS"
OTHER_TEAM = "T0OTHER"
BY_ADDRESS = "community-1"
TENANT = "8d0e5a4c-9c1f-4f0b-8f55-2f6f3a7c1e01"
TEAMS_APP = "3a0c9d1e-52b6-4b0e-8a55-7f1f0c3f9a01"
MOST_PEOPLE = 50
"""Readers; beyond as many messages each of them gets several."""


@dataclass(frozen=True)
class Toll:
    """What a fault cost, by the far side's own count. `lost` are messages that nobody knows to be missing;
    `unknown` those reported as such; `skipped` those that were not to go any more, with the reason."""

    nudges: int
    lost: int
    doubled: int
    unknown: int
    skipped: int = 0
    note: str = ""
    slowness: float = field(default=1.0, compare=False)
    """Time taken by the least that the platform's limits allow."""
    changes: int = field(default=0, compare=False)
    """Changes of rows that were held against the model of the protocol; it knew all of them."""

    def noting(self, note: str) -> Toll:
        """The same, with a figure to print beside it."""
        return replace(self, note=note)


@dataclass
class World:
    platform: Platform
    ledger: Ledger
    faults: Faults
    database: Database
    orders: Orders
    slack: SlackSide | None = None
    teams: TeamsSide | None = None

    def start(self, **changes: object) -> Process:
        """A worker process with these orders."""
        return Process(run, replace(self.orders, **changes))  # type: ignore[arg-type]

    async def run(self, **changes: object) -> int:
        """A worker from its start to its end; the exit status (-9 when it was killed)."""
        return await self.start(**changes).wait()

    async def states(self) -> Counter[str]:
        async with self.database.read() as db:
            rows = await db.execute(select(Nudge.state, func.count()).group_by(Nudge.state))
            return Counter({str(state): int(count) for state, count in rows})

    async def reasons(self, state: str) -> Counter[str]:
        async with self.database.read() as db:
            return Counter(await db.scalars(select(Nudge.reason).where(Nudge.state == state)))

    async def toll(self, *, with_history: bool = True) -> Toll:
        """The far side's ledger against the outbox, whose every change the model must accept."""
        history = await accept(self.database) if with_history else Accepted()
        assert not history.refused, f"{len(history.refused)} changes refused: {history.refused[:3]}"
        async with self.database.read() as db:
            rows = (await db.execute(select(Nudge.mark, Nudge.state))).all()
        marks = {mark for mark, _ in rows}
        accounted = {mark for mark, state in rows if state in ("unknown", "skipped")}
        states = Counter(state for _, state in rows)
        return Toll(
            nudges=len(marks),
            lost=len(self.ledger.lost(marks) - accounted),
            doubled=sum(count - 1 for count in self.ledger.duplicated().values()),
            unknown=states["unknown"],
            skipped=states["skipped"],
            changes=history.lines,
        )

    async def change(self, where: Callable[[int], bool], **values: object) -> int:
        """Write values over those messages whose number fits; how many those were."""
        async with self.database.write() as db:
            rows = list(await db.scalars(select(Nudge).order_by(col(Nudge.id))))
            chosen = [row for number, row in enumerate(rows) if where(number)]
            for row in chosen:
                for name, value in values.items():
                    setattr(row, name, value)
        return len(chosen)


@asynccontextmanager
async def world(
    url: str,
    nudges: int = 40,
    platform: Platform = "slack",
    *,
    people: int | None = None,
    workspaces: Sequence[str] = (TEAM,),
    rates: bool = False,
    clock: Now = lambda: datetime.now(UTC),
) -> AsyncIterator[World]:
    """So many messages due, for `people` persons in turn, in each of the workspaces in turn.

    `rates` has the far side keep to its platform's rate limits; `clock` is its clock.
    """
    readers = people or min(nudges, MOST_PEOPLE)
    async with AsyncExitStack() as stack:
        database = Database(url)
        stack.push_async_callback(database.close)
        await migrate(database)
        await write_history(database)
        begin = {"slack": _on_slack, "teams": _on_teams, "email": _on_email}[platform]
        here, accounts = await begin(stack, database, readers, workspaces, rates, clock)
        await _fill(database, platform, accounts, nudges)
        yield here


Begun = tuple[World, dict[str, list[str]]]
"""The world, and who is in each workspace."""
Begin = Callable[[AsyncExitStack, Database, int, Sequence[str], bool, Now], Awaitable[Begun]]


async def _on_slack(
    stack: AsyncExitStack, database: Database, people: int, workspaces: Sequence[str], rates: bool, now: Now
) -> Begun:
    told = manifest(all_features())
    app = new_app(
        "Throughline",
        scopes=told["oauth_config"]["scopes"]["bot"],
        bot_events=told["settings"]["event_subscriptions"]["bot_events"],
        commands=["/throughline"],
    )
    workplace = SlackWorkplace(app, now, monotonic)
    accounts: dict[str, list[str]] = {}
    tokens: dict[str, str] = {}
    for team in workspaces:
        here = [_person(f"U{team[2:]}{number:05}", number) for number in range(people)]
        workplace.add_workspace(team, f"Faults {team}", here)
        tokens[team] = workplace.install(team).bot_token
        accounts[team] = [one.id for one in here]
    side = SlackSide(workplace, Ledger(), Faults(), enforce_rates=rates)
    await stack.enter_async_context(slack_running(side))
    orders = Orders(database.url, slack=f"{side.base_url}/api/", tokens=tokens)
    return World("slack", side.ledger, side.faults, database, orders, slack=side), accounts


async def _on_teams(
    stack: AsyncExitStack, database: Database, people: int, _: Sequence[str], rates: bool, now: Now
) -> Begun:
    workplace = TeamsWorkplace(app_id=TEAMS_APP, now=now)
    side = TeamsSide(workplace, Ledger(), Faults(), enforce_rates=rates)
    users = side.populate([_person("", number) for number in range(people)], TENANT)
    stack.enter_context(teams_running(side))
    for user in users:
        await side.install_personal(user)
    side.postbox.waiting.clear()  # no bot was there to be told of it, and none needs it
    teams = {
        "app_id": TEAMS_APP,
        "app_password": side.ctx.app_password,
        "tenant_id": TENANT,
        "service_url": side.service_url,
        "openid_url": side.openid_url,
        "token_url": side.token_url(TENANT),
    }
    orders = Orders(database.url, teams=teams)
    here = World("teams", side.ledger, side.faults, database, orders, teams=side)
    return here, {TENANT: [user.aad_object_id for user in users]}


async def _on_email(
    stack: AsyncExitStack, database: Database, people: int, _: Sequence[str], rates: bool, now: Now
) -> Begun:
    assert not rates, "a relay tells no rates"
    side = MailSide(now, Ledger(), Faults(), BY_ADDRESS)
    readers = [_person("", number) for number in range(people)]
    side.move_in(readers)
    await stack.enter_async_context(mail_running(side))
    here = World("email", side.ledger, side.faults, database, Orders(database.url, mail=side.smtp_url))
    return here, {BY_ADDRESS: [one.email for one in readers]}


def _person(user: str, number: int) -> SamplePerson:
    zone = "America/Los_Angeles"
    return SamplePerson(user, f"P{number}", f"p{number}@example.org", zone, "en-US", "participant")


async def _fill(database: Database, platform: str, accounts: dict[str, list[str]], nudges: int) -> None:
    now = datetime.now(UTC)
    card = Card(text="Look back & look ahead").model_dump(mode="json")
    async with database.write() as db:
        db.add(Community(name="Faults", created_at=now))
        await db.flush()
        readers: list[list[int]] = []
        for tenant, users in accounts.items():
            workspace = Workspace(community_id=1, platform=platform, tenant=tenant, installed_at=now)
            db.add(workspace)
            people = [Person(community_id=1, name=user, created_at=now) for user in users]
            db.add_all(people)
            await db.flush()
            db.add_all(
                Identity(workspace_id=workspace.id, person_id=person.id, platform_user=person.name)
                for person in people
            )
            readers.append([person.id for person in people])
        db.add_all(
            Nudge(
                key=f"n{number}",
                mark=opaque_id(),
                community_id=1,
                kind="note",
                nature="logistics",
                person_id=_in_turn(_in_turn(readers, number), number // len(readers)),
                card=card,
                due_at=now,
                created_at=now,
            )
            for number in range(nudges)
        )


def _in_turn(all_of: Sequence[One], number: int) -> One:
    return all_of[number % len(all_of)]
