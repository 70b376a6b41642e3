"""Whatever kills, stops or breaks a process while it sends: each message arrives exactly once on Slack; on
Teams and by e-mail none arrives twice, and each that may be missing is reported as unknown.

Real processes and signals; what arrived is counted by the far side alone. docs/reliability.md tells the rows.
"""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.faults import away, plays, relays
from tests.faults.ground import Ground, Play
from tests.faults.plays import AFTER_LEASE
from tests.faults.world import Platform, Toll, world

both = pytest.mark.parametrize("platform", ["slack", "teams"])
SMALL = 60
"""More than a batch; the table of docs/reliability.md plays the same with hundreds and thousands."""


@both
async def test_fault_0_nothing_happens(platform: Platform, database_url: str, tmp_path: Path) -> None:
    toll = await plays.nothing(Ground(database_url, tmp_path, platform, SMALL))
    assert toll == Toll(SMALL, lost=0, doubled=0, unknown=0)


@both
@pytest.mark.parametrize(
    ("at", "unsure"),
    [
        pytest.param("claim", 0, id="fault_1_before_the_claim_commits"),
        pytest.param("claimed", 0, id="fault_2_after_the_claim"),
        pytest.param("posting", 1, id="fault_3_recorded_as_sending_not_posted"),
        pytest.param("accepted", 1, id="fault_4_accepted_not_settled"),
    ],
)
async def test_a_killed_sender_loses_and_doubles_nothing(
    at: str, unsure: int, platform: Platform, database_url: str, tmp_path: Path
) -> None:
    toll = await plays.killed(at)(Ground(database_url, tmp_path, platform, SMALL))
    assert toll == Toll(SMALL, lost=0, doubled=0, unknown=unsure if platform == "teams" else 0)


async def test_story_3_killed_again_and_again_during_a_send_to_forty(sqlite_url: str, tmp_path: Path) -> None:
    toll = await plays.killed("accepted")(Ground(sqlite_url, tmp_path, nudges=40, deaths=5))
    assert toll == Toll(40, lost=0, doubled=0, unknown=0)


@both
async def test_fault_4_killed_while_the_answer_is_on_its_way(platform: Platform, sqlite_url: str) -> None:
    async with world(sqlite_url, 12, platform) as here:
        here.faults.accept_then_delay(
            "chat.postMessage" if platform == "slack" else "/activities", seconds=30, after=5
        )
        process = here.start()
        while len(here.ledger) < 6:  # noqa: ASYNC110 - the ledger has no event to wait for
            await asyncio.sleep(0.01)
        process.kill()
        assert await process.wait() == -signal.SIGKILL
        here.faults.clear()
        assert await here.run(later=AFTER_LEASE) == 0
        assert await here.toll() == Toll(12, lost=0, doubled=0, unknown=int(platform == "teams"))


@both
@pytest.mark.parametrize("how", ["reset", "status"])
async def test_fault_5_accepted_and_then_the_connection_breaks(
    how: str, platform: Platform, sqlite_url: str, tmp_path: Path
) -> None:
    toll = await plays.broken_answers(how)(Ground(sqlite_url, tmp_path, platform, SMALL, deaths=5))
    assert toll == Toll(SMALL, lost=0, doubled=0, unknown=5 if platform == "teams" else 0)


@both
async def test_fault_6_paused_beyond_its_lease(platform: Platform, database_url: str, tmp_path: Path) -> None:
    toll = await plays.paused(Ground(database_url, tmp_path, platform, SMALL))
    assert toll == Toll(SMALL, lost=0, doubled=0, unknown=0)


@both
@pytest.mark.postgres
async def test_fault_7_four_processes_share_one_schedule(
    platform: Platform, postgres_url: str, tmp_path: Path
) -> None:
    toll = await plays.four_processes(Ground(postgres_url, tmp_path, platform, 48, at_once=8))
    assert toll == Toll(48, lost=0, doubled=0, unknown=0)


@both
async def test_fault_8_a_storm_of_429_is_waited_out(
    platform: Platform, sqlite_url: str, tmp_path: Path
) -> None:
    toll = await plays.storm(1)(Ground(sqlite_url, tmp_path, platform, 40))
    assert toll.noting("") == Toll(40, lost=0, doubled=0, unknown=0)


@both
@pytest.mark.postgres
async def test_fault_8_what_one_of_four_processes_is_told_holds_the_others_back(
    platform: Platform, postgres_url: str, tmp_path: Path
) -> None:
    toll = await plays.storm(4)(Ground(postgres_url, tmp_path, platform, 40))
    assert toll.noting("") == Toll(40, lost=0, doubled=0, unknown=0)


@both
async def test_fault_9_one_throttled_workspace_or_chat_holds_up_no_other(
    platform: Platform, sqlite_url: str, tmp_path: Path
) -> None:
    toll = await plays.one_throttled(Ground(sqlite_url, tmp_path, platform, SMALL))
    assert toll == Toll(SMALL, lost=0, doubled=0, unknown=0)


@both
async def test_fault_13_clocks_an_hour_off(platform: Platform, sqlite_url: str, tmp_path: Path) -> None:
    toll = await plays.clock_moved(Ground(sqlite_url, tmp_path, platform, SMALL, deaths=2))
    assert toll == Toll(SMALL, lost=0, doubled=0, unknown=2 if platform == "teams" else 0)


@both
async def test_fault_13_the_nights_whose_clocks_change(
    platform: Platform, database_url: str, tmp_path: Path
) -> None:
    toll = await plays.clocks_change(Ground(database_url, tmp_path, platform, SMALL))
    assert toll == Toll(SMALL, lost=0, doubled=0, unknown=3 if platform == "teams" else 0)


@both
async def test_fault_14_down_for_six_hours(platform: Platform, database_url: str, tmp_path: Path) -> None:
    toll = await plays.down_for_six_hours(Ground(database_url, tmp_path, platform, SMALL))
    assert toll == Toll(SMALL, lost=0, doubled=0, unknown=0, skipped=SMALL // 4)


@both
@pytest.mark.parametrize("how", ["503", "dropped", "refused", "name"])
async def test_fault_20_a_platform_that_is_away_loses_nothing(
    how: str, platform: Platform, sqlite_url: str, tmp_path: Path
) -> None:
    toll = await away.away(20 * away.MINUTE, how)(Ground(sqlite_url, tmp_path, platform, 24, at_once=4))
    assert (toll.lost, toll.doubled, toll.nudges) == (0, 0, 24)


async def test_fault_20_no_access_tokens_for_ninety_minutes(sqlite_url: str, tmp_path: Path) -> None:
    toll = await away.away(90 * away.MINUTE, "token")(Ground(sqlite_url, tmp_path, "teams", 12, at_once=4))
    assert toll.noting("") == Toll(12, lost=0, doubled=0, unknown=0)


@both
async def test_fault_21_a_conversation_that_never_answers_holds_up_no_other(
    platform: Platform, sqlite_url: str, tmp_path: Path
) -> None:
    toll = await away.never_answered(Ground(sqlite_url, tmp_path, platform, 48, at_once=8))
    assert toll.noting("") == Toll(48, lost=0, doubled=0, unknown=int(platform == "teams"))


@pytest.mark.parametrize(
    ("play", "unsure"),
    [
        pytest.param(plays.killed("claim"), 0, id="fault_1_before_the_claim_commits"),
        pytest.param(plays.killed("claimed"), 0, id="fault_2_after_the_claim"),
        pytest.param(plays.killed("posting"), 3, id="fault_3_recorded_as_sending_not_posted"),
        pytest.param(plays.killed("accepted"), 3, id="fault_4_accepted_not_settled"),
        pytest.param(away.away(away.MINUTE, "503"), 0, id="fault_20_busy"),
        pytest.param(away.away(away.MINUTE, "refused"), 0, id="fault_20_connection_refused"),
        pytest.param(relays.greylisted, 0, id="fault_25_greylists"),
        pytest.param(relays.hangs(taken=False, waits=0.3), 0, id="fault_26_hangs_before_the_text"),
        pytest.param(relays.hangs(taken=True, waits=0.3), 3, id="fault_26_hangs_after_it"),
        pytest.param(relays.closes_after_text(taken=True), 3, id="fault_27_closes_and_has_taken_it"),
        pytest.param(relays.closes_after_text(taken=False), 3, id="fault_27_closes_and_has_not"),
    ],
)
async def test_by_email_nothing_is_lost_or_doubled(
    play: Play, unsure: int, sqlite_url: str, tmp_path: Path
) -> None:
    toll = await play(Ground(sqlite_url, tmp_path, "email", 40, deaths=3))
    assert toll.noting("") == Toll(40, lost=0, doubled=0, unknown=unsure)


async def test_fault_28_one_recipient_in_ten_refused(sqlite_url: str, tmp_path: Path) -> None:
    """Nobody else waits, and no second message is tried at an address that is known not to exist."""
    toll = await relays.one_in_ten_refused(Ground(sqlite_url, tmp_path, "email", 100, at_once=4))
    assert toll.noting("") == Toll(100, lost=0, doubled=0, unknown=0, skipped=5)
