"""The columns that a roster may have, and how a cell of each is read."""

from __future__ import annotations

from typing import get_args

from bot.transfer.community_file import JobRole, Setting
from bot.transfer.values import (
    Read,
    read_job_role,
    read_language,
    read_platform,
    read_role,
    read_setting,
    read_state,
    read_zone,
)

REQUIRED = ("name", "email")
OPTIONAL = (
    "role",
    "state",
    "zone",
    "organisation",
    "setting",
    "job_role",
    "language",
    "platform",
    "pronouns",
)
COLUMNS = (*REQUIRED, *OPTIONAL)
ROLES = ("participant", "facilitator", "presenter", "evaluator", "administrator")
PLATFORMS = ("slack", "teams", "either")
CHOICES: dict[str, tuple[str, ...]] = {
    "role": ROLES,
    "setting": get_args(Setting),
    "job_role": get_args(JobRole),
    "platform": PLATFORMS,
}


def read_cell(column: str, said: str, languages: tuple[str, ...]) -> Read:
    """A cell that says something. The questions that name choices name all of them, likely ones first."""
    read = _read(column, said, languages)
    if read.key == "not_one_of":
        choices = languages if column == "language" else CHOICES[column]
        return Read(key=read.key, likely=tuple(dict.fromkeys((*read.likely, *choices))))
    return read


def _read(column: str, said: str, languages: tuple[str, ...]) -> Read:
    match column:
        case "state":
            return read_state(said)
        case "zone":
            return read_zone(said)
        case "language":
            return read_language(said, languages)
        case "role":
            return read_role(said, ROLES)
        case "job_role":
            return read_job_role(said, CHOICES["job_role"])
        case "setting":
            return read_setting(said, CHOICES["setting"])
        case "platform":
            return read_platform(said, PLATFORMS)
        case _:
            return Read(said)
