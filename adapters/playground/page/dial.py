"""Faults as a dial: what a platform may say no to, switched on and off from the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters.playground.faults import Fault, FaultKind, Faults


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that goes wrong until it is switched off. `label` is what the page says."""

    name: str
    platform: str
    label: str
    fault: Callable[[], Fault]


def _refused(match: str, code: str, status: int = 200) -> Callable[[], Fault]:
    return lambda: Fault(FaultKind.REFUSE, match, None, code=status, said=code)


def _busy(match: str, seconds: float) -> Callable[[], Fault]:
    return lambda: Fault(FaultKind.RATE_LIMIT, match, None, code=429, seconds=seconds)


def _down(match: str) -> Callable[[], Fault]:
    return lambda: Fault(FaultKind.STATUS, match, None, code=503)


TROUBLES = (
    Trouble("slack-token", "slack", "Slack refuses everything: the token is not valid any more",
            _refused("/api/", "invalid_auth")),
    Trouble("slack-archived", "slack", "Slack refuses messages: the channel is archived",
            _refused("/api/chat.postMessage", "is_archived")),
    Trouble("slack-channels", "slack", "Slack refuses new channels: only administrators may open them",
            _refused("/api/conversations.create", "restricted_action")),
    Trouble("slack-scope", "slack", "Slack refuses to let people in: a permission is missing",
            _refused("/api/conversations.invite", "missing_scope")),
    Trouble("slack-busy", "slack", "Slack throttles messages: wait half a minute",
            _busy("/api/chat.postMessage", 30)),
    Trouble("slack-down", "slack", "Slack is away", _down("/api/")),
    Trouble("teams-disabled", "teams", "Teams refuses everything: an administrator blocked the app",
            _refused("/v3/", "BotDisabledByAdmin", 403)),
    Trouble("teams-removed", "teams", "Teams refuses messages: the bot was removed from there",
            _refused("/activities", "BotNotInConversationRoster", 403)),
    Trouble("teams-roster", "teams", "The roster is throttled: wait half a minute", _busy("members", 30)),
    Trouble("teams-busy", "teams", "Teams throttles messages: wait half a minute", _busy("/activities", 30)),
    Trouble("teams-down", "teams", "Teams is away", _down("/v3/")),
)  # fmt: skip


class FaultDial:
    """Switches troubles on each platform's own plan of faults."""

    def __init__(self, slack: Faults, teams: Faults) -> None:
        self._plans = {"slack": slack, "teams": teams}
        self._on: dict[str, Fault] = {}

    def told(self) -> list[dict[str, Any]]:
        """Each trouble, whether it is on, and how many calls it has spoiled."""
        return [
            {
                "name": one.name,
                "platform": one.platform,
                "label": one.label,
                "on": one.name in self._on,
                "played": self._on[one.name].played if one.name in self._on else 0,
            }
            for one in TROUBLES
        ]

    def switch(self, name: str, on: bool) -> None:
        """Raises `LookupError` for a trouble that there is not."""
        found = next((one for one in TROUBLES if one.name == name), None)
        if found is None:
            raise LookupError(name)
        plan = self._plans[found.platform]
        before = self._on.pop(name, None)
        plan.planned = [fault for fault in plan.planned if fault is not before]
        if on:
            self._on[name] = found.fault()
            plan.planned.append(self._on[name])
