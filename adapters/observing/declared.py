"""Every metric, declared once: meters, `/metrics`, dashboard, alerts and docs follow this list.

Labels hold names of the program (a platform, a kind, a method), never anybody's name, words or address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SOON = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds: somebody waits in front of a screen (Slack gives up after 3)."""
QUICK = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0)
"""Seconds: one statement of a database."""
PATIENT = (1.0, 2.5, 5.0, 15.0, 30.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0)
"""Seconds: a message that may wait for a platform's pace."""


@dataclass(frozen=True, slots=True)
class Metric:
    """`buckets` in seconds. A counter's and a histogram's value is this process's own since its start; a
    gauge is counted from the tables, so every process on one database says the same."""

    name: str
    kind: Literal["counter", "histogram", "gauge"]
    what: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


ANSWERS = Metric(
    "throughline_answer_seconds",
    "histogram",
    "Seconds from an event that was recorded to its end: answered, nothing to say (silent), or refused by "
    "the platform",
    ("platform", "event", "result"),
    SOON,
)
POSTPONED = Metric(
    "throughline_events_postponed_total",
    "counter",
    "Times that an event had to wait for a platform that asked for time, or was away",
    ("platform",),
)
MESSAGES = Metric(
    "throughline_messages_total",
    "counter",
    "How attempts to send a planned message ended; planned: it waits for another try",
    ("result",),
)
LATENESS = Metric(
    "throughline_due_to_sent_seconds",
    "histogram",
    "Seconds from a message's time to the platform's yes",
    (),
    PATIENT,
)
CALLS = Metric(
    "throughline_platform_calls_total",
    "counter",
    "Calls of a platform by what was asked and how it ended",
    ("platform", "method", "result"),
)
CALL_SECONDS = Metric(
    "throughline_platform_call_seconds",
    "histogram",
    "Seconds that calls of a platform took, its pace and waiting included",
    ("platform", "method"),
    SOON,
)
STATEMENTS = Metric(
    "throughline_database_statement_seconds",
    "histogram",
    "Seconds that the database took for a statement, the way there included",
    ("database", "verb"),
    QUICK,
)
NUDGES = Metric("throughline_nudges", "gauge", "Planned messages by state", ("database", "state"))
JOBS = Metric("throughline_jobs", "gauge", "Platform jobs by state", ("database", "state"))
EVENTS = Metric("throughline_events", "gauge", "Events in the inbox by state", ("database", "state"))
LATE = Metric("throughline_nudges_late", "gauge", "Planned messages more than 5 minutes late", ("database",))
GIVEN_UP = Metric("throughline_nudges_failed", "gauge", "Messages that were given up", ("database",))
OLDEST = Metric(
    "throughline_oldest_seconds",
    "gauge",
    "How long the oldest waits that could go on by now: an event in the inbox, a message or a job that is "
    "due; 0 when none waits",
    ("database", "queue"),
)

MEASURED = (ANSWERS, POSTPONED, MESSAGES, LATENESS, CALLS, CALL_SECONDS, STATEMENTS)
"""By the process itself."""
COUNTED = (NUDGES, JOBS, EVENTS, LATE, GIVEN_UP, OLDEST)
"""From the tables, at the moment of asking."""
METRICS = MEASURED + COUNTED
