"""Whole bots as processes of their own, served at an address, with people of the far side writing to them."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from sqlite3 import connect

import aiohttp
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import make_url
from sqlmodel import col, func, select

from adapters.playground.slack import CallOutcome as SlackOutcome
from adapters.playground.slack import SlackSide
from adapters.playground.teams.delivery import DeliveryOutcome as TeamsOutcome
from storage import migrating
from storage.nudges import InboxEvent
from tests.faults.processes import Process
from tests.faults.served import Application, live
from tests.faults.world import TEAM, World

Outcome = SlackOutcome | TeamsOutcome
READY_AFTER = 60.0
"""Seconds after which a house that does not answer is taken for broken."""
GRACE = 10.0
ROOT = Path(__file__).parents[2]


@dataclass
class Served:
    """A bot that answers at its address."""

    process: Process
    application: Application

    async def end(self, by: signal.Signals) -> int:
        """Tell it to end; the exit status."""
        self.process.tell(by)
        return await self.process.wait()

    @contextmanager
    def full_disk(self, room: int) -> Iterator[None]:
        """No file of the process may grow beyond `room` bytes: to it the disk is full."""
        before = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (room, before[1]))
        try:
            yield
        finally:
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, before)


async def opened(
    here: World,
    folder: Path,
    migrations: str = "",
    later: float = 0,
    database: str = "",
    databases: str = "",
) -> Served:
    """Start a bot for this world and wait until it is ready; events then go to it. `database` is another way
    to the same one, `databases` are more of them."""
    application = Application(
        database=database or here.database.url,
        port=_free_port(),
        folder=str(folder),
        slack=here.orders.slack,
        token=here.orders.tokens.get(TEAM, ""),
        secret=here.slack.workplace.app.signing_secret if here.slack else "",
        teams=here.orders.teams,
        grace_seconds=GRACE,
        migrations=migrations,
        later=later,
        quiet=True,
        databases=databases,
    )
    process = Process(live, application)
    address = f"http://127.0.0.1:{application.port}"
    async with asyncio.timeout(READY_AFTER):
        while not await ready(address):
            assert not process.ended, "it ended before it answered"
            await asyncio.sleep(0.05)
    if here.slack is not None:
        here.slack.connect(f"{address}/slack/events")
        assert (await here.slack.delivery.verify_url()).failure is None
    if here.teams is not None:
        here.teams.connect(f"{address}/api/messages")
    return Served(process, application)


async def ready(address: str) -> bool:
    """Whether a bot answers there and is ready."""
    try:
        async with aiohttp.ClientSession() as client, client.get(f"{address}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


@asynccontextmanager
async def opened_for(here: World, folder: Path, later: float = 0) -> AsyncIterator[Served]:
    """A bot for the time of a block, killed at its end if it still lives."""
    served = await opened(here, folder, later=later)
    try:
        yield served
    finally:
        if not served.process.ended:
            await served.end(signal.SIGKILL)


async def asked(here: World, times: int) -> list[Outcome]:
    """So many people ask for help, each once, all at the same time; what came of each."""
    return list(await asyncio.gather(*(_ask(here, user) for user in users(here)[:times])))


async def _ask(here: World, user: str) -> Outcome:
    if here.teams is not None:
        return await here.teams.say(user, None, "help")
    return await slack_of(here).say(user, None, "help")


def users(here: World) -> list[str]:
    """Who is there, by the platform's ids, the bot left out."""
    if here.teams is not None:
        return list(here.teams.workplace.users)
    return [one.id for one in slack_of(here).workplace.workspaces[TEAM].users.values() if not one.is_bot]


TIMES = 4
PRESSES = ("stop", "start", "stop")
"""In the order in which they happen: at the end this person wants no more of the kind."""


async def press_again_and_again(here: World, user: str, order: tuple[int, ...]) -> None:
    """Each press `TIMES` times, in this order first and then in any."""
    again = [number for number in order for _ in range(TIMES - 1)]
    Random(user).shuffle(again)
    for number in (*order, *again):
        assert (await slack_of(here).delivery.interaction(_press(user, number))).status == 200


def _press(user: str, number: int) -> dict[str, object]:
    """A button's payload as Slack sends it; `number` is its place in what really happened."""
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": user, "username": user, "team_id": TEAM},
        "trigger_id": f"{user}.{number}",
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "D1", "is_ephemeral": False},
        "channel": {"id": "D1", "name": "directmessage"},
        "actions": [
            {
                "type": "button",
                "action_id": PRESSES[number],
                "value": "look_back",
                "action_ts": f"{1_800_000_000 + number}.000100",
            }
        ],
    }


def acknowledged(outcomes: list[Outcome]) -> int:
    """How many of them the platform takes for delivered."""
    return sum(_taken(one) for one in outcomes)


def _taken(outcome: Outcome) -> bool:
    return outcome.status is not None and outcome.status < 300


async def delivered_at_last(here: World, outcomes: list[Outcome]) -> None:
    """Slack sends again what was not acknowledged, as it does after a minute and after five. Teams does only
    when it had no answer at all; who was refused asks again."""
    if here.teams is None:
        while slack_of(here).delivery.waiting:
            await slack_of(here).delivery.redeliver(force=True)
        return
    while here.teams.postbox.waiting:
        await here.teams.postbox.redeliver(force=True)
    for user, outcome in zip(users(here), outcomes, strict=False):
        if outcome.status is not None and not _taken(outcome):
            assert _taken(await _ask(here, user))


async def recorded(here: World) -> int:
    async with here.database.read() as db:
        return await db.scalar(select(func.count()).select_from(InboxEvent)) or 0


async def all_done(here: World) -> None:
    """Wait until every recorded event is handled and answered."""
    async with asyncio.timeout(READY_AFTER):
        while True:
            async with here.database.read() as db:
                query = select(func.count()).where(col(InboxEvent.state) != "done")
                if not await db.scalar(query):
                    return
            await asyncio.sleep(0.05)


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another process, a backup say, holds the SQLite file's write lock."""
    other = connect(file_of(url), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


def throughline(url: str, *arguments: str) -> None:
    """The program's own command line, on this database; raises when it fails."""
    program = [sys.executable, "-c", "from adapters.cli.main import main; main()", *arguments]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TEAMS_"))
    }
    subprocess.run(
        program, check=True, capture_output=True, cwd=ROOT, env=environment | {"DATABASE_URL": url}
    )


def file_of(url: str) -> Path:
    return Path(str(make_url(url).database))


def integrity(url: str) -> str:
    """SQLite's own check of the file: ok, or what is wrong."""
    with connect(file_of(url)) as database:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])


def newer_release(folder: Path) -> str:
    """A folder with our migrations and one more, which a next release might bring."""
    target = folder / "migrations"
    shutil.copytree(migrating.SCRIPTS, target, ignore=shutil.ignore_patterns("__pycache__"))
    config = Config()
    config.set_main_option("script_location", str(target))
    head = ScriptDirectory.from_config(config).get_current_head()
    (target / "versions" / "9999_next.py").write_text(NEXT.format(head=head))
    return str(target)


NEXT = '''"""What a next release adds."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade() -> None:
    op.add_column("nudge", sa.Column("colour", sa.String(), nullable=True))
    op.create_table("colour", sa.Column("id", sa.Integer(), primary_key=True))
'''


def slack_of(here: World) -> SlackSide:
    assert here.slack is not None
    return here.slack


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
