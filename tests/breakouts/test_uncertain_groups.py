"""Opening a group's conversation when the platform's answer leaves open whether it stands."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.breakouts.conversations import Gathering, _open_in
from bot.breakouts.ways import Ways
from bot.core.jobs import JobContext
from bot.core.platform import Address, PlatformError, Uncertain
from storage.breakouts import BreakoutGroup, BreakoutRound
from storage.people import Identity, Person, Workspace
from storage.series import Cohort
from tests.support.stage import START

REASON = "the connection broke: the message may have arrived"


class Doubtful:
    """A platform whose groups may or may not stand after each try."""

    one_to_one_only = False

    def __init__(self, error: PlatformError, *, can_look: bool) -> None:
        self.can_open_channels = can_look
        self.tried: list[str] = []
        self._error = error

    async def open_group(self, tenant: str, users: list[str], **_: Any) -> Address:
        self.tried.append("group")
        raise self._error

    async def open_direct(self, tenant: str, user: str, reference: dict[str, str]) -> Address:
        self.tried.append(user)
        return Address(tenant, f"a:{user}")


def opening(platform: Doubtful) -> tuple[JobContext, Gathering]:
    workspace = Workspace(id=1, community_id=1, platform="teams", tenant="T", installed_at=START)
    accounts = {
        number: Identity(workspace_id=1, person_id=number, platform_user=f"u{number}") for number in (1, 2)
    }
    people = {number: Person(id=number, community_id=1, name="P", created_at=START) for number in (1, 2)}
    ways = SimpleNamespace(workspaces={1: workspace}, accounts={1: accounts}, channels={}, one_by_one=set())
    gathering = Gathering(
        BreakoutGroup(id=1, round_id=1, number=1),
        BreakoutRound(id=1, community_id=1, cohort_id=1, made_at=START, opened_at=START),
        Cohort(
            id=1,
            created_at=START,
            community_id=1,
            series_id=1,
            name="Spring",
            join_code="X",
            zone="America/Boise",
        ),
        "en",
        people,
        False,
        cast(Ways, ways),
        set(),
    )
    return cast(JobContext, SimpleNamespace(platforms={"teams": platform})), gathering


async def test_a_group_chat_that_may_stand_is_not_made_twice() -> None:
    """Where nobody can look (Teams), each is written to alone, and the facilitators get the reason."""
    platform = Doubtful(Uncertain(REASON), can_look=False)
    jobs, gathering = opening(platform)
    outcome = await _open_in(jobs, gathering, 1)
    assert outcome is not None
    assert platform.tried == ["group", "u1", "u2"]
    assert outcome.singly == {1: REASON, 2: REASON}
    assert outcome.missed == {}


async def test_a_group_chat_that_graph_refuses_is_told_one_by_one() -> None:
    platform = Doubtful(PlatformError("Microsoft Graph refused it (403)"), can_look=False)
    jobs, gathering = opening(platform)
    outcome = await _open_in(jobs, gathering, 1)
    assert outcome is not None
    assert set(outcome.singly.values()) == {"Microsoft Graph refused it (403)"}


async def test_a_channel_that_may_stand_is_looked_for_by_the_next_try() -> None:
    """Where it can be found (Slack), the job comes again; nobody is told of a group that may be there."""
    platform = Doubtful(Uncertain(REASON), can_look=True)
    jobs, gathering = opening(platform)
    with pytest.raises(Uncertain):
        await _open_in(jobs, gathering, 1)
    assert platform.tried == ["group"]
