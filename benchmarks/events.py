"""Inbound events a second beside bare SDK apps: `python -m benchmarks.events [--quick]`.

The peers are a slack-bolt app and a CloudAdapter app that check signatures and tokens as ours do and store
nothing; ours records durably first. Servers are processes of their own,
asked in turns over 64 connections; every request is made and signed beforehand. A turn begins when all of the
turn before is handled, so that nobody is slowed down by another's work. Figures of ours: acknowledged a
second as quickly as it goes, handled a second (until the inbox is empty), the wait for the acknowledgement at
half the capacity, how many times as long one workspace waits while another floods, and (on Linux) the
server's processor time for each event while they come in, which says the most on a machine that others use
too. The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.teams import TeamsSide, TeamsWorkplace, running
from benchmarks.events_load import request, send
from benchmarks.events_servers import CALM_TEAM, CHANNEL, CONVERSATION, PEOPLE, SECRET, TEAM, TENANT

CONNECTIONS = 64
FLOOD = 30
"""Events a second from one workspace: three and a half times what Slack sends in a busy hour (30,000)."""
CALM = 20
FEW_CONNECTIONS = 4
TEAMS_APP = "7d1d6f0e-1c1f-4b1c-8a9c-6a4c59f1b0aa"
Make = Callable[[str, int], list[bytes]]


def slack_requests(url: str, count: int, team: str = TEAM) -> list[bytes]:
    """Messages in a channel, each with an id of its own, signed now."""
    now = str(int(time.time()))
    made = []
    for number in range(count):
        event = {
            "type": "message",
            "channel": CHANNEL,
            "channel_type": "group",
            "user": f"U{number % PEOPLE}",
            "text": "See you on Tuesday, and thank you for the article on safety plans.",
            "ts": f"{now}.{number:06}",
        }
        body = json.dumps(
            {
                "type": "event_callback",
                "team_id": team,
                "api_app_id": "A0BENCH",
                "event_id": f"Ev{uuid.uuid4().hex}",
                "event_time": int(now),
                "event": event,
            }
        ).encode()
        base = b"v0:" + now.encode() + b":" + body
        signature = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": signature,
        }
        made.append(request(url, headers, body))
    return made


@dataclass(frozen=True)
class Server:
    """Where it listens, and its process."""

    url: str
    pid: int

    def processor_seconds(self) -> float:
        """What it has used up to now, in all its threads; 0 where the system does not tell."""
        file = Path(f"/proc/{self.pid}/stat")
        if not file.exists():
            return 0
        user, system = file.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def server(kind: str, told: dict[str, Any]) -> AsyncIterator[Server]:
    """A server, for the time of a block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.events_servers", kind, json.dumps(told),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.kill()
        await process.wait()


@dataclass(frozen=True)
class Pair:
    """A peer and ours, where both listen, how their requests are made, and what the servers are told."""

    peer: str
    ours: str
    path: str
    make: Make
    told: dict[str, Any]


async def compare(pair: Pair, size: int, turns: int) -> dict[str, Any]:
    """Turn by turn; medians, and the waits of ours at half its capacity."""
    handled: list[float] = []
    async with server(pair.peer, pair.told) as bare, server(pair.ours, pair.told) as full:
        servers = {"bare": bare, "ours": full}
        rates: dict[str, list[float]] = {name: [] for name in servers}
        used: dict[str, list[float]] = {name: [] for name in servers}
        refused = 0
        for turn in range(turns + 1):
            for name, one in servers.items():
                requests, before = pair.make(one.url + pair.path, size), one.processor_seconds()
                answers = await send(one.url + pair.path, requests, CONNECTIONS)
                taken = one.processor_seconds() - before
                refused += answers.refused
                beyond = await all_handled(full.url) if name == "ours" else 0
                if turn:  # the first one warms both up
                    rates[name].append(answers.per_second)
                    used[name].append(taken / size)
                    handled += [size / (answers.seconds + beyond)] if name == "ours" else []
        capacity, url = statistics.median(rates["ours"]), full.url + pair.path
        half = await send(url, pair.make(url, size), CONNECTIONS, rate=capacity / 2)
    median = {name: statistics.median(each) for name, each in rates.items()}
    return {
        "processor_us": {name: round(statistics.median(each) * 1e6) for name, each in used.items()},
        "per_second": {name: round(rate) for name, rate in median.items()},
        "ratio": round(median["ours"] / median["bare"], 2),
        "handled_per_second": round(statistics.median(handled)),
        "refused": refused + half.refused,
        "half_load_p99_ms": round(half.waited(0.99) * 1000),
        "half_load_slowest_ms": round(max(half.waits) * 1000),
    }


async def flooded(told: dict[str, Any], seconds: int) -> float:
    """How many times as long one workspace waits (the 99th percentile) while another floods."""
    async with server("slack", told) as one:
        url = one.url + "/slack/events"

        async def calm() -> float:
            requests = slack_requests(url, CALM * seconds, CALM_TEAM)
            return (await send(url, requests, FEW_CONNECTIONS, rate=CALM)).waited(0.99)

        await calm()  # warms up
        await all_handled(one.url)
        alone = await calm()
        await all_handled(one.url)
        flood = send(url, slack_requests(url, FLOOD * seconds), CONNECTIONS, rate=FLOOD)
        beside, _ = await asyncio.gather(calm(), flood)
    return beside / alone


async def all_handled(url: str) -> float:
    """Wait until no event in the inbox is still to be handled; how many seconds that took."""
    began = time.perf_counter()
    async with aiohttp.ClientSession() as http:
        while True:
            async with http.get(f"{url}/metrics") as response:
                if 'throughline_events{database="main",state="received"}' not in await response.text():
                    return time.perf_counter() - began
            await asyncio.sleep(0.2)


def teams_requests(side: TeamsSide) -> Make:
    """Messages in a channel, each an activity of its own, with a token that the far side signed."""

    def make(url: str, count: int) -> list[bytes]:
        headers = {
            "Content-Type": "application/json",
            "Authorization": str(side.ctx.for_event(side.service_url)),
        }
        return [request(url, headers, _activity(side.service_url, number)) for number in range(count)]

    return make


def _activity(service_url: str, number: int) -> bytes:
    activity = {
        "type": "message",
        "id": uuid.uuid4().hex,
        "timestamp": datetime.now(UTC).isoformat(),
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {"id": f"29:{number % PEOPLE}", "aadObjectId": f"U{number % PEOPLE}", "name": "P"},
        "conversation": {
            "id": CONVERSATION,
            "conversationType": "channel",
            "isGroup": True,
            "tenantId": TENANT,
        },
        "recipient": {"id": f"28:{TEAMS_APP}", "name": "Throughline"},
        "text": "See you on Tuesday, and thank you for the article on safety plans.",
        "channelData": {"tenant": {"id": TENANT}, "team": {"id": CONVERSATION}},
    }
    return json.dumps(activity).encode()


async def run(size: int, turns: int) -> dict[str, Any]:
    """Both pairs."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        found["slack"] = await compare(
            Pair("bare-slack", "slack", "/slack/events", slack_requests, {"folder": folder}), size, turns
        )
    with tempfile.TemporaryDirectory() as folder:
        found["slack"]["wait_beside_flood"] = round(await flooded({"folder": folder}, size // 100), 2)
    workplace = TeamsWorkplace(app_id=TEAMS_APP, now=lambda: datetime.now(UTC))
    with running(TeamsSide(workplace, Ledger(), Faults())) as side, tempfile.TemporaryDirectory() as folder:
        told = {
            "folder": folder,
            "app_id": TEAMS_APP,
            "openid_url": side.openid_url,
            "service_url": side.service_url,
        }
        found["teams"] = await compare(
            Pair("bare-teams", "teams", "/api/messages", teams_requests(side), told), size, turns
        )
    return found


def main() -> None:
    """The table, then one JSON line."""
    read = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    read.add_argument("--quick", action="store_true")
    quick = read.parse_args().quick
    found = asyncio.run(run(500 if quick else 3_000, 3 if quick else 5))
    table = Table("measure", *found)
    for name in next(iter(found.values())):
        table.add_row(name.replace("_", " "), *[str(each.get(name, "-")) for each in found.values()])
    Console(stderr=True, width=100).print(table)
    print(json.dumps({"benchmark": "events", "connections": CONNECTIONS, **found}))


if __name__ == "__main__":
    main()
