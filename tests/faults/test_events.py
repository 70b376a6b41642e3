"""Fault 10: each event comes four times and all of them out of order; one effect each, and the latest of
somebody's answers stands. A whole bot in a process of its own; signed requests; both databases."""

from __future__ import annotations

import asyncio
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import col, select

from adapters.playground.slack import SlackSide
from storage.nudges import InboxEvent
from storage.people import Identity, OptOut
from tests.faults import houses
from tests.faults.world import TEAM, world

TIMES = 4
PRESSES = ("stop", "start", "stop")
"""In the order in which they happen: at the end this person wants no more of the kind."""


async def test_fault_10_events_four_times_and_permuted(database_url: str, tmp_path: Path) -> None:
    orders = list(permutations(range(len(PRESSES))))
    async with world(database_url, 0, people=len(orders)) as here:
        side = houses.slack_of(here)
        async with houses.opened_for(here, tmp_path):
            people = [one for one in side.workplace.workspaces[TEAM].users.values() if not one.is_bot]
            await asyncio.gather(
                *(_deliver(side, person.id, order) for person, order in zip(people, orders, strict=True))
            )
            await houses.all_done(here)
        async with here.database.read() as db:
            keys = list(await db.scalars(select(InboxEvent.key)))
            stopped = list(
                await db.scalars(
                    select(Identity.platform_user).where(
                        col(Identity.person_id).in_(
                            select(OptOut.person_id).where(OptOut.kind == "look_back")
                        )
                    )
                )
            )
        assert len(keys) == len(orders) * len(PRESSES)
        assert sorted(stopped) == sorted(person.id for person in people)


async def _deliver(side: SlackSide, user: str, order: tuple[int, ...]) -> None:
    """Each press `TIMES` times, in this order first and then in any."""
    again = [number for number in order for _ in range(TIMES - 1)]
    Random(user).shuffle(again)
    for number in (*order, *again):
        answer = await side.delivery.interaction(_press(user, number))
        assert answer.status == 200


def _press(user: str, number: int) -> dict[str, Any]:
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
