"""How people's names and lists of people are written in a language: part of each language's tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from prompts.library import Strict
from prompts.word_lists import Names


class PeopleWords(Strict):
    """Words in names. `honorifics` stand before a name, `titles` before or after it, `belongs` before where
    somebody works; `nicknames` are those of a formal name; a device's name begins with one of `devices`."""

    pronouns: Names
    honorifics: Names
    titles: tuple[str, ...] = ()
    belongs: tuple[str, ...] = ()
    nicknames: Mapping[str, Names] = {}
    devices: tuple[str, ...] = ()


RosterColumn = Literal[
    "email", "name", "display", "first", "last", "second_last", "organisation", "state", "zone", "language",
    "role", "job_role", "setting", "platform", "pronouns", "attending",
]  # fmt: skip
Role = Literal["participant", "presenter", "facilitator", "evaluator", "administrator"]
JobRole = Literal["leader", "supervisor", "peer_specialist", "clinician"]
"""In the order in which their words decide: a clinical supervisor supervises."""
Setting = Literal["telehealth", "tribal_health", "school", "hospital", "community_clinic"]
"""In the order in which their words decide."""


class RosterWords(Strict):
    """Words in a list of people; the files say what each key means. A heading is looked up as it stands,
    without what `says_nothing`, and without `lesser` words."""

    headings: Mapping[RosterColumn, Names]
    forename: tuple[str, ...] = ()
    rather_late: tuple[str, ...] = ()
    says_nothing: Names
    lesser: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    second_rows: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    roles: Mapping[Role, Names]
    roles_to_ask: Mapping[Role, Names] = {}
    job_roles: Mapping[JobRole, Names] = {}
    settings: Mapping[Setting, Names] = {}
    both: tuple[str, ...] = ()
    comes: tuple[str, ...] = ()
    stays_away: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
