"""Who may do what: one pure table from action to roles."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Role(StrEnum):
    """What a person is, in a community, a project or a series. Everybody is a participant at least."""

    ADMINISTRATOR = "administrator"
    FACILITATOR = "facilitator"
    PRESENTER = "presenter"
    EVALUATOR = "evaluator"
    PARTICIPANT = "participant"


class Action(StrEnum):
    """What can be done; every command, form and button names one."""

    TAKE_PART = "take_part"
    PREPARE_SESSION = "prepare_session"
    RUN_COHORT = "run_cohort"
    READ_REPORTS = "read_reports"
    READ_RESPONSES = "read_responses"
    MANAGE_COMMUNITY = "manage_community"


ALL = frozenset(Role)
ALLOWED: dict[Action, frozenset[Role]] = {
    Action.TAKE_PART: ALL,
    Action.PREPARE_SESSION: frozenset({Role.PRESENTER, Role.FACILITATOR, Role.ADMINISTRATOR}),
    Action.RUN_COHORT: frozenset({Role.FACILITATOR, Role.ADMINISTRATOR}),
    Action.READ_REPORTS: frozenset({Role.FACILITATOR, Role.EVALUATOR, Role.ADMINISTRATOR}),
    Action.READ_RESPONSES: frozenset({Role.EVALUATOR}),
    Action.MANAGE_COMMUNITY: frozenset({Role.ADMINISTRATOR}),
}
CHANGES_A_SERIES = frozenset({Action.PREPARE_SESSION, Action.RUN_COHORT})
"""Not for a series that is archived."""


def may(roles: Collection[Role], action: Action) -> bool:
    """Whether somebody with these roles may do this."""
    return not ALLOWED[action].isdisjoint(roles)
