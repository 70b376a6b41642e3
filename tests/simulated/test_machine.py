"""The same deeds in any order that Hypothesis thinks of, and the shortest story when one does not hold."""

from __future__ import annotations

import atexit
from collections.abc import Coroutine
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.nudges import sender as sender_module
from tests.simulated.ground import Ground, ground
from tests.simulated.simulation import KINDS, PEOPLE, QUIET, SESSIONS, Simulation

people = st.integers(1, PEOPLE)
sessions = st.integers(1, SESSIONS)
shares = st.sampled_from((0, 100, 300))
EXAMPLES = 12 if settings.default is None or settings.default.max_examples <= 50 else 200


@cache
def _ground() -> Ground:
    """One database for all examples, removed when the test run ends."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(ground())


class Outbox(RuleBasedStateMachine):
    """plan, claim, send, crash, reconcile, answer, move, cancel, delete, pause, opt out."""

    def __init__(self) -> None:
        super().__init__()
        self.at_once = sender_module.AT_ONCE
        self.ground = _ground()
        self.ground.run(self.ground.clear())
        self.simulated: Simulation | None = None

    def do(self, deed: Coroutine[Any, Any, None]) -> None:
        self.ground.run(deed)
        self.ground.run(self.here.check())

    @property
    def here(self) -> Simulation:
        assert self.simulated is not None
        return self.simulated

    @initialize(seed=st.integers(0, 1000))
    def begin(self, seed: int) -> None:
        self.simulated = Simulation(self.ground.database, seed)
        self.do(self.here.begin())

    @rule(hours=st.sampled_from((1, 6, 24, 100, 200)))
    def send_what_falls_due(self, hours: int) -> None:
        self.do(self.here.pass_time(hours))

    @rule(throttled=shares, unavailable=shares, uncertain=shares, before=shares, after=shares)
    def change_the_weather(
        self, throttled: int, unavailable: int, uncertain: int, before: int, after: int
    ) -> None:
        weather = self.here.weather
        weather.throttled, weather.unavailable, weather.uncertain = throttled, unavailable // 3, uncertain
        weather.crash_before, weather.crash_after = before, after

    @rule(hours=st.integers(1, 48))
    def be_down(self, hours: int) -> None:
        self.do(self.here.down(hours))

    @rule(hours=st.sampled_from((-1, 1)))
    def set_the_clock(self, hours: int) -> None:
        self.here.set_clock(hours)

    @rule(person=people, kind=st.sampled_from(KINDS))
    def opt_out_or_in(self, person: int, kind: str) -> None:
        self.do(self.here.opt_out(person, kind))

    @rule(person=people, days=st.integers(1, 20))
    def pause(self, person: int, days: int) -> None:
        self.do(self.here.pause(person, days))

    @rule(person=people)
    def leave_or_return(self, person: int) -> None:
        self.do(self.here.leave_or_return(person))

    @rule(person=people)
    def delete(self, person: int) -> None:
        self.do(self.here.delete(person))

    @rule(person=people, quiet=st.integers(0, len(QUIET) - 1))
    def sleep_at(self, person: int, quiet: int) -> None:
        self.do(self.here.sleep_at(person, quiet))

    @rule(session=sessions)
    def cancel_or_restore(self, session: int) -> None:
        self.do(self.here.cancel_or_restore(session))

    @rule(session=sessions, hours=st.sampled_from((-48, -1, 1, 30, 168)))
    def move(self, session: int, hours: int) -> None:
        self.do(self.here.move(session, hours))

    @rule(person=people, days=st.integers(1, 10))
    def commit_or_answer(self, person: int, days: int) -> None:
        self.do(self.here.commit_to(person, days))

    @rule(pick=st.integers(0, 50))
    def hold_or_release(self, pick: int) -> None:
        self.do(self.here.hold_or_release(pick))

    @rule()
    def plan_again(self) -> None:
        self.do(self.here.replan())

    def teardown(self) -> None:
        try:
            if self.simulated is not None:
                self.ground.run(self.simulated.end())
        finally:
            sender_module.AT_ONCE = self.at_once


TestOutbox = pytest.mark.slow(Outbox.TestCase)
TestOutbox.settings = settings(max_examples=EXAMPLES, stateful_step_count=12, deadline=None)
