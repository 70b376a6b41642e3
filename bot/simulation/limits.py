"""What the platforms, the database and the processes make of a load."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from bot.simulation.load import Load, Scenario

SLACK_PER_MINUTE = 300
"""Messages a minute and workspace. Slack's documentation of chat.postMessage: about one a second and channel,
and "several hundred" a minute over a workspace; we reckon with 300."""
TEAMS_PER_SECOND = 50
"""Requests a second, app and tenant (Microsoft's documentation, Rate limiting for bots)."""


@dataclass(frozen=True, slots=True)
class MessageCosts:
    """What one message costs, measured on two cores; `throughline simulate --check` measures it again."""

    bytes_per_nudge: float = 650.0
    """In SQLite, with its indexes, after it was sent."""
    sends_per_second: float = 100.0
    """Of one process: claim, check, compose, post, settle; the platform answers at once."""
    events_per_nudge: float = 0.35
    """Answers, clicks and words that come back, each a row of the inbox."""
    bytes_per_event: float = 260.0
    """Once handled: the words are gone, the key stays 90 days."""
    bytes_in_postgres: float = 590.0
    """In PostgreSQL, with its indexes (docs/scale.md)."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The platform's time for the busiest minute's messages, and what we need for it. Seconds, bytes."""

    busiest: float
    """Messages due in the busiest minute, over all workspaces."""
    slack_seconds: float
    teams_seconds: float
    processes: int
    sqlite_bytes: float
    postgres_bytes: float


def needs(
    load: Load,
    scenario: Scenario,
    workspaces: int,
    within_seconds: float,
    costs: MessageCosts = MessageCosts(),
) -> Needs:
    """`workspaces` share the people evenly. Enough processes send the busiest minute's messages within
    `within_seconds`, or as quickly as the platform (Teams, the quicker one) takes them when that is slower.
    """
    _, busiest = load.busiest_minute
    each = busiest / workspaces
    teams_seconds = each / TEAMS_PER_SECOND
    rate = busiest / max(within_seconds, teams_seconds)
    events = load.total * costs.events_per_nudge * costs.bytes_per_event
    return Needs(
        busiest=busiest,
        slack_seconds=each / SLACK_PER_MINUTE * 60,
        teams_seconds=teams_seconds,
        processes=max(1, ceil(rate / costs.sends_per_second)),
        sqlite_bytes=load.total * costs.bytes_per_nudge + events,
        postgres_bytes=load.total * costs.bytes_in_postgres + events,
    )
