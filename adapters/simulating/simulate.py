"""Prints the load on paper as tables, and one JSON line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, replace
from statistics import median
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from bot.features import all_kinds
from bot.simulation.limits import SLACK_PER_MINUTE, TEAMS_PER_SECOND, MessageCosts, Needs, needs
from bot.simulation.load import Load, Scenario, expected_load, expected_people
from bot.simulation.people import People

if TYPE_CHECKING:
    from adapters.simulating.small_run import Measured

WITHIN_SECONDS = 15 * 60
"""How soon after its time the last message of the busiest minute should be gone."""
SMALL = 360
"""People of the small run that `--check` measures: one cohort of forty for each start."""


def simulate(number: int, weeks: int, workspaces: int, *, check: bool) -> int:
    """Print what would be sent when and what it takes. Returns the exit status: 1 when `check` finds that
    the paper and the database do not agree."""
    scenario = Scenario(number, weeks)
    console = Console(width=100)
    costs, agrees = MessageCosts(), True
    if check:
        small = replace(scenario, people=SMALL)
        measured = _measured(small)
        costs, agrees = measured.costs, agreement(measured, expected_load(small, all_kinds())) > 0.97
        console.print(_check_table(small, measured))
    load = expected_load(scenario, all_kinds())
    people = expected_people(scenario, all_kinds())
    needed = needs(load, scenario, workspaces, WITHIN_SECONDS, costs)
    for table in (_what(load), _when(load), _people(people), _needs(load, needed, workspaces, costs)):
        console.print(table)
    print(
        json.dumps(
            _summary(scenario, load, people, needed, workspaces) | {"agrees": agrees if check else None}
        )
    )
    return 0 if agrees else 1


def agreement(measured: Measured, load: Load) -> float:
    """The share of messages that paper and database put into the same hour and zone (0 to 1)."""
    keys = set(load.by_hour) | set(measured.by_hour)
    same = sum(min(load.by_hour.get(key, 0), measured.by_hour.get(key, 0)) for key in keys)
    return same / max(load.total, measured.planned)


def _measured(small: Scenario) -> Measured:
    import asyncio
    import tempfile
    from pathlib import Path

    from adapters.simulating.small_run import small_run  # the database and everything on it

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(small_run(small, Path(folder)))


def _check_table(small: Scenario, measured: Measured) -> Table:
    table = Table("Paper held against a database", "paper", "measured", title=f"{small.people} people")
    load = expected_load(small, all_kinds())
    table.add_row("messages planned", f"{load.total:,.0f}", f"{measured.planned:,}")
    table.add_row("in the same hour and zone", "", f"{agreement(measured, load):.1%}")
    table.add_row(
        "bytes of a message", f"{MessageCosts().bytes_per_nudge:,.0f}", f"{measured.bytes_per_nudge:,.0f}"
    )
    table.add_row(
        "messages a second", f"{MessageCosts().sends_per_second:,.0f}", f"{measured.sends_per_second:,.0f}"
    )
    table.add_row("planning a thousand", "", f"{measured.planning_seconds / measured.planned * 1000:.3f} s")
    return table


def _what(load: Load) -> Table:
    table = Table("What", "messages", title="What would be sent")
    for kind, number in sorted(load.by_kind.items(), key=lambda each: -each[1]):
        table.add_row(kind.replace("_", " "), f"{number:,.0f}")
    table.add_row("[bold]all[/bold]", f"[bold]{load.total:,.0f}[/bold]")
    return table


def _when(load: Load) -> Table:
    zones = sorted({zone for _, zone in load.by_hour})
    table = Table("Hour (UTC)", *[zone.split("/")[1] for zone in zones], "all", title="The ten busiest hours")
    for hour, total in load.busiest_hours(10):
        cells = [f"{load.by_hour.get((hour, zone), 0):,.0f}" for zone in zones]
        table.add_row(f"{hour:%a %Y-%m-%d %H:00}", *cells, f"{total:,.0f}")
    return table


def _people(found: People) -> Table:
    """What one person gets, join links aside: nobody is worn out on the way."""
    table = Table("What a person gets", "", title="Messages of one person")
    table.add_row("in the fullest 7 days: median", f"{median(found.weeks):g}")
    table.add_row("in the fullest 7 days: 95 of 100 people at most", str(_of_100(found.weeks, 95)))
    table.add_row("in the fullest 7 days: at most", str(max(found.weeks)))
    table.add_row("in the minute of another message", str(found.same_minute))
    table.add_row("check-ins left out", f"{found.check_ins_lost:,} of {found.check_ins:,}")
    table.add_row("each core idea is asked at least", str(min(found.recalls, default=0)))
    table.add_row("got what they were told at joining, within 20 %", f"{found.told_share:.0%}")
    return table


def _of_100(values: list[int], place: int) -> int:
    """The value that so many of 100 do not exceed."""
    return sorted(values)[(len(values) * place - 1) // 100]


def _needs(load: Load, needed: Needs, workspaces: int, costs: MessageCosts) -> Table:
    minute, _ = load.busiest_minute
    table = Table("What it takes", "", title=f"Workspaces: {workspaces:,}")
    for name, value in (
        (f"due in the busiest minute ({minute:%a %Y-%m-%d %H:%M} UTC)", f"{needed.busiest:,.0f} messages"),
        (f"until Slack took them ({SLACK_PER_MINUTE} a minute and workspace)", _spoken(needed.slack_seconds)),
        (f"until Teams took them ({TEAMS_PER_SECOND} a second and tenant)", _spoken(needed.teams_seconds)),
        (
            f"processes ({costs.sends_per_second:,.0f} a second each, or {WITHIN_SECONDS // 60} minutes)",
            str(needed.processes),
        ),
        ("database: SQLite", f"{needed.sqlite_bytes / 1e9:,.2f} GB"),
        ("database: PostgreSQL", f"{needed.postgres_bytes / 1e9:,.2f} GB"),
    ):
        table.add_row(name, value)
    return table


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:,.0f} min"


def _summary(
    scenario: Scenario, load: Load, found: People, needed: Needs, workspaces: int
) -> dict[str, object]:
    by_zone: defaultdict[str, float] = defaultdict(float)
    for (_, zone), number in load.by_hour.items():
        by_zone[zone] += number
    return {
        "people": scenario.people,
        "weeks": scenario.weeks,
        "workspaces": workspaces,
        "messages": round(load.total),
        "posts": round(load.posts),
        "figures": {
            "recalls_per_core_idea_min": min(found.recalls, default=0),
            "check_ins_lost_share": round(found.check_ins_lost / max(1, found.check_ins), 4),
            "messages_in_7_days_max": max(found.weeks),
            "messages_in_7_days_p95": _of_100(found.weeks, 95),
            "messages_in_7_days_median": median(found.weeks),
            "same_minute_pairs": found.same_minute,
            "told_load_within_20_percent_share": round(found.told_share, 4),
        },
        "by_zone": dict(_rounded(by_zone)),
        **{name: round(value) for name, value in asdict(needed).items()},
    }


def _rounded(numbers: dict[str, float]) -> Iterator[tuple[str, int]]:
    return ((name, round(value)) for name, value in sorted(numbers.items()))
