"""The rows of docs/reliability.md: which faults are played, where, and how often."""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults.away import HOUR, MINUTE, away, never_answered
from tests.faults.database_faults import file_gone, restored_badly, silent
from tests.faults.failover import behind_a_pooler, promoted
from tests.faults.ground import Play
from tests.faults.moves import moved
from tests.faults.plays import (
    broken_answers,
    clock_moved,
    clocks_change,
    disk_full,
    down_for_six_hours,
    four_processes,
    killed,
    locked_for,
    one_throttled,
    paused,
    permuted,
    restored,
    rolling_restart,
    server_restarted,
    storm,
)
from tests.faults.relays import closes_after_text, greylisted, hangs, one_in_ten_refused
from tests.faults.world import Platform


@dataclass(frozen=True)
class Fault:
    """A row of the table. `each` is how many messages go between two deaths in a long run (0: one death, or
    none); a row that needs `own_server` crashes PostgreSQL itself."""

    number: int
    title: str
    play: Play
    platforms: tuple[Platform, ...] = ("slack", "teams")
    databases: tuple[str, ...] = ("sqlite",)
    each: int = 0
    own_server: bool = False
    events: bool = False
    """It is about what people send, not about messages: some hundreds are enough."""
    most: int = 0
    """So many messages at most; 0: as many as asked for."""


BOTH = ("sqlite", "postgres")
ALL: tuple[Platform, ...] = ("slack", "teams", "email")
EMAIL: tuple[Platform, ...] = ("email",)

FAULTS = (
    Fault(1, "killed before a claim commits", killed("claim"), ALL, each=250),
    Fault(2, "killed after the claim, before sending", killed("claimed"), ALL, each=100),
    Fault(3, "killed after sending was recorded, before the post", killed("posting"), ALL, each=100),
    Fault(4, "accepted, killed before the answer is written down", killed("accepted"), ALL, each=100),
    Fault(5, "accepted, then the connection is reset", broken_answers("reset"), each=20),
    Fault(5, "accepted, then a gateway answers 504", broken_answers("status"), each=20),
    Fault(6, "paused beyond the lease", paused, ALL, each=250),
    Fault(7, "four processes, one schedule", four_processes, databases=("postgres",)),
    Fault(8, "storm of 429", storm(1)),
    Fault(8, "storm of 429, four processes", storm(4), databases=("postgres",)),
    Fault(9, "one workspace (Slack) or chat (Teams) throttled", one_throttled),
    Fault(10, "each event four times, in any order", permuted, platforms=("slack",), databases=BOTH,
          most=1_200),
    Fault(11, "SQLite locked for 10 s", locked_for(10), events=True),
    Fault(11, "disk full", disk_full, events=True),
    Fault(12, "PostgreSQL crashes and recovers", server_restarted, databases=("postgres",), each=250,
          own_server=True),
    Fault(13, "clocks an hour off, killed after the post", clock_moved, each=100),
    Fault(13, "the nights whose clocks change", clocks_change, most=120),
    Fault(14, "down for six hours", down_for_six_hours, ALL),
    Fault(15, "SIGTERM during a send, restart with a migration", rolling_restart, databases=BOTH,
          each=500),
    Fault(16, "a backup put back in the middle", restored, databases=BOTH),
    Fault(17, "a standby takes over, the last changes lost", promoted(), databases=("postgres",),
          own_server=True),
    Fault(18, "behind a pooler of transactions, a rolling restart", behind_a_pooler, databases=("postgres",),
          each=500, own_server=True),
    Fault(19, "the former primary comes back", promoted(comes_back=True), databases=("postgres",),
          own_server=True),
    Fault(20, "platform away for 10 minutes (503)", away(10 * MINUTE, "503"), ALL),
    Fault(20, "platform away for 90 minutes (refused)", away(90 * MINUTE, "refused"), ALL),
    Fault(20, "platform away for 90 minutes (name not resolved)", away(90 * MINUTE, "name")),
    Fault(20, "platform away for 90 minutes (no tokens)", away(90 * MINUTE, "token"), platforms=("teams",)),
    Fault(20, "platform away for 6 hours (connections dropped)", away(6 * HOUR, "dropped")),
    Fault(21, "one conversation accepts and never answers", never_answered),
    Fault(22, "PostgreSQL's connections go silent", silent, databases=("postgres",), events=True,
          own_server=True),
    Fault(23, "a restore under a bot, on a full disk, killed", restored_badly, each=2_000),
    Fault(24, "the database file deleted, or another in its place", file_gone, events=True),
    Fault(25, "the relay greylists: each recipient put off once", greylisted, EMAIL),
    Fault(26, "the relay hangs before the text", hangs(taken=False), EMAIL, each=1_000),
    Fault(26, "the relay hangs with the text in its hands", hangs(taken=True), EMAIL, each=1_000),
    Fault(27, "the relay takes the text and closes", closes_after_text(taken=True), EMAIL, each=20),
    Fault(27, "the relay closes after the text, untaken", closes_after_text(taken=False), EMAIL, each=20),
    Fault(28, "the relay refuses one recipient in ten", one_in_ten_refused, EMAIL),
    Fault(29, "a community moves to another database, the mover killed at each step", moved,
          databases=BOTH, each=50),
)  # fmt: skip
