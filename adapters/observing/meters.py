"""The process's own counters and histograms, one set for each bot that runs in it."""

from __future__ import annotations

from datetime import datetime
from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from sqlalchemy import event

from adapters.observing.declared import LATENESS, MEASURED, MESSAGES, STATEMENTS, Metric
from bot.nudges.outbox import Outcome
from storage.database import Database
from storage.nudges import Nudge, NudgeState

VERBS = frozenset({"select", "insert", "update", "delete", "begin", "commit"})
_BEGAN = "throughline_began"


class Meters:
    """Counts and measures what `MEASURED` declares."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series beside each, unread
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._of = {metric: _made(metric, self.registry) for metric in MEASURED}
        for ending in (NudgeState.SENT, NudgeState.FAILED, NudgeState.UNKNOWN):
            self.count(MESSAGES, ending, by=0)  # an increase from nothing is seen by no alert

    def count(self, metric: Metric, *labels: str, by: int = 1) -> None:
        """Add to a counter."""
        counter = self._of[metric]
        assert isinstance(counter, Counter)
        (counter.labels(*labels) if labels else counter).inc(by)

    def observe(self, metric: Metric, seconds: float, *labels: str) -> None:
        """Add one duration to a histogram."""
        histogram = self._of[metric]
        assert isinstance(histogram, Histogram)
        (histogram.labels(*labels) if labels else histogram).observe(max(0.0, seconds))

    def ended(self, nudge: Nudge, outcome: Outcome, now: datetime) -> None:
        """One attempt to send a message is over."""
        self.count(MESSAGES, outcome.state)
        if outcome.state == NudgeState.SENT:
            since = min(nudge.due_at, nudge.put_off_since or nudge.due_at)
            self.observe(LATENESS, (now - since).total_seconds())

    def watch(self, database: Database, name: str) -> None:
        """Measure every statement from now on."""

        def begins(connection: Any, *_: Any) -> None:
            connection.info[_BEGAN] = perf_counter()

        def ends(connection: Any, _: Any, statement: str, *__: Any) -> None:
            verb = statement.lstrip()[:6].strip().lower()
            took = perf_counter() - connection.info[_BEGAN]
            self.observe(STATEMENTS, took, name, verb if verb in VERBS else "other")

        event.listen(database.engine.sync_engine, "before_cursor_execute", begins)
        event.listen(database.engine.sync_engine, "after_cursor_execute", ends)


def _made(metric: Metric, registry: CollectorRegistry) -> Counter | Histogram:
    if metric.kind == "counter":
        return Counter(metric.name, metric.what, metric.labels, registry=registry)
    return Histogram(metric.name, metric.what, metric.labels, registry=registry, buckets=metric.buckets)
