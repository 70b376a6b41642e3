"""Faults 17 to 19: a standby takes over without the last changes, the former primary comes back; a pooler."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import make_url, text

from storage.database import Database
from tests.faults.ground import Ground, Play, filled, sent
from tests.faults.plays import rolling_restart
from tests.faults.world import Toll
from tests.support.pooler import pooled
from tests.support.postgres import PostgresServer, standby_of

BREAK_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'throughline'"


def promoted(*, comes_back: bool = False) -> Play:
    """17: the primary dies with changes that its standby has not; the standby leads from then on. 19: the
    former primary is started again, takes writes, and stands first in the address: nothing goes there."""

    async def play(ground: Ground) -> Toll:
        primary = ground.server
        assert primary is not None
        with standby_of(primary) as standby:
            async with filled(replace(ground, url=_both(ground.url, standby))) as here:
                worker = here.start(at_once=ground.at_once)
                await sent(here, ground.nudges // 3)
                _cut_off(standby)
                await sent(here, ground.nudges // 2)
                primary.crash()
                tail = len(here.ledger)
                standby.execute("SELECT pg_promote()")
                if comes_back:
                    await sent(here, 3 * ground.nudges // 4)
                    await here.states()  # we, too, have seen who leads now
                    primary.restart_again()
                    before = await _changes(primary.port, ground)
                    standby.execute(BREAK_OFF)
                assert await worker.wait() == 0
                if comes_back:
                    assert await _changes(primary.port, ground) == before, "the former primary was written to"
                await here.database.engine.dispose()
                toll = await here.toll(with_history=False)
        assert toll.unknown <= ground.at_once, f"{toll.unknown} are unknown"
        return toll.noting(f"{tail - ground.nudges // 3} were sent in the lost tail")

    return play


async def behind_a_pooler(ground: Ground) -> Toll:
    """18: everybody comes through a pooler that gives each transaction another connection, while the bot is
    restarted and migrates, again and again."""
    assert ground.server is not None
    with pooled(ground.server) as port:
        address = make_url(ground.url).set(port=port).update_query_dict({"pooler": "transaction"})
        return await rolling_restart(replace(ground, url=address.render_as_string(hide_password=False)))


def _both(url: str, standby: PostgresServer) -> str:
    """The address with both servers, the first one first."""
    address = make_url(url)
    hosts = f"127.0.0.1:{address.port},127.0.0.1:{standby.port}"
    return f"postgresql://{address.username}@{hosts}/{address.database}?target_session_attrs=primary"


def _cut_off(standby: PostgresServer) -> None:
    """From now on it receives nothing."""
    standby.execute("ALTER SYSTEM SET primary_conninfo = ''")
    standby.execute("SELECT pg_reload_conf()")


async def _changes(port: int, ground: Ground) -> int:
    """How many changes of the outbox that server has seen."""
    address = make_url(ground.url).set(port=port)
    database = Database(address.render_as_string(hide_password=False))
    try:
        async with database.read() as db:
            return int(await db.scalar(text("SELECT count(*) FROM nudge_history")) or 0)
    finally:
        await database.close()
