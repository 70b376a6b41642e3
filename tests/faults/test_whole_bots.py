"""What breaks under a whole bot: its database, its disk, its release, its backup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import database_faults, failover, moves, plays
from tests.faults.ground import Ground
from tests.faults.world import Platform, Toll
from tests.support.left_out import leave_out
from tests.support.postgres import PostgresMissing, PostgresServer, running_server

both = pytest.mark.parametrize("platform", ["slack", "teams"])
EVENTS = 6
SMALL = 96


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of the test's own, which keeps what it has committed."""
    try:
        with running_server(durable=True) as server:
            yield server
    except PostgresMissing as missing:
        leave_out(str(missing))


@both
async def test_fault_11_nothing_is_acknowledged_while_sqlite_is_locked(
    platform: Platform, sqlite_url: str, tmp_path: Path
) -> None:
    toll = await plays.locked_for(0.5)(Ground(sqlite_url, tmp_path, platform, EVENTS))
    assert toll == Toll(EVENTS, lost=0, doubled=0, unknown=0)


@both
async def test_fault_11_nothing_is_acknowledged_while_the_disk_is_full(
    platform: Platform, sqlite_url: str, tmp_path: Path
) -> None:
    toll = await plays.disk_full(Ground(sqlite_url, tmp_path, platform, EVENTS))
    assert toll == Toll(EVENTS, lost=0, doubled=0, unknown=0)


@pytest.mark.postgres
async def test_fault_12_the_server_crashes_in_the_middle(own_server: PostgresServer, tmp_path: Path) -> None:
    url = own_server.create_database("faults")
    toll = await plays.server_restarted(
        Ground(url, tmp_path, nudges=60, deaths=2, at_once=4, server=own_server)
    )
    assert toll == Toll(60, lost=0, doubled=0, unknown=0)


@both
async def test_fault_15_a_rolling_restart_with_a_migration(
    platform: Platform, database_url: str, tmp_path: Path
) -> None:
    toll = await plays.rolling_restart(Ground(database_url, tmp_path, platform, 60))
    assert toll.noting("") == Toll(60, lost=0, doubled=0, unknown=0)


@both
async def test_fault_16_a_backup_is_put_back(platform: Platform, database_url: str, tmp_path: Path) -> None:
    toll = await plays.restored(Ground(database_url, tmp_path, platform, SMALL))
    unsure = SMALL - SMALL // 3 + 1
    assert toll == Toll(SMALL, lost=0, doubled=0, unknown=unsure if platform == "teams" else 0)


@pytest.mark.postgres
async def test_fault_22_the_database_goes_silent(own_server: PostgresServer, tmp_path: Path) -> None:
    url = own_server.create_database("faults")
    toll = await database_faults.silent(Ground(url, tmp_path, nudges=EVENTS, server=own_server))
    assert toll.noting("") == Toll(EVENTS, lost=0, doubled=0, unknown=0)


@both
async def test_fault_23_a_restore_that_must_not_be_or_does_not_end(
    platform: Platform, sqlite_url: str, tmp_path: Path
) -> None:
    toll = await database_faults.restored_badly(Ground(sqlite_url, tmp_path, platform, 24))
    assert (toll.lost, toll.doubled) == (0, 0)


async def test_fault_24_the_file_is_deleted_or_replaced(sqlite_url: str, tmp_path: Path) -> None:
    toll = await database_faults.file_gone(Ground(sqlite_url, tmp_path, nudges=EVENTS))
    assert toll == Toll(2 * EVENTS, lost=0, doubled=0, unknown=0)


@both
@pytest.mark.postgres
@pytest.mark.parametrize("comes_back", [False, True], ids=["fault_17", "fault_19"])
async def test_fault_17_and_19_a_standby_takes_over(
    comes_back: bool, platform: Platform, own_server: PostgresServer, tmp_path: Path
) -> None:
    url = own_server.create_database("faults")
    play = failover.promoted(comes_back=comes_back)
    toll = await play(Ground(url, tmp_path, platform, SMALL, at_once=4, server=own_server))
    assert (toll.nudges, toll.lost, toll.doubled) == (SMALL, 0, 0)


@both
@pytest.mark.postgres
async def test_fault_18_behind_a_pooler_of_transactions_a_rolling_restart(
    platform: Platform, own_server: PostgresServer, tmp_path: Path
) -> None:
    url = own_server.create_database("faults")
    try:
        toll = await failover.behind_a_pooler(Ground(url, tmp_path, platform, 60, server=own_server))
    except PostgresMissing as missing:
        leave_out(str(missing))
    assert toll.noting("") == Toll(60, lost=0, doubled=0, unknown=0)


@both
async def test_fault_29_a_community_moves_and_the_mover_is_killed_at_each_step(
    platform: Platform, sqlite_url: str, tmp_path: Path
) -> None:
    toll = await moves.moved(Ground(sqlite_url, tmp_path, platform, 60, deaths=len(moves.STEPS)))
    assert toll.noting("") == Toll(60, lost=0, doubled=0, unknown=0)


@pytest.mark.postgres
async def test_fault_29_on_postgresql(
    postgres_url: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    ground = Ground(postgres_url, tmp_path, nudges=60, deaths=len(moves.STEPS), server=postgres_server)
    assert (await moves.moved(ground)).noting("") == Toll(60, lost=0, doubled=0, unknown=0)
