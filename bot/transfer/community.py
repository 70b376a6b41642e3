"""Reading a community file with the rosters it names. Pure and total."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import yaml

from bot.tables.decoding import Undecodable, decode
from bot.timekeeping.zones import RepeatedLocalTime, SkippedLocalTime, local_to_utc
from bot.transfer.community_file import CommunityFile, FileSession
from bot.transfer.community_reader import CommunityFileError, line_at
from bot.transfer.community_reader import read_community as read_community_file
from bot.transfer.problems import ImportProblem
from bot.transfer.roster import RosterPlan, read_roster

DEEPEST = 40
LONGEST_LINE = 5_000
_BRACKET = re.compile(r"[\[\]{}]")


@dataclass(frozen=True, slots=True)
class CommunityPlan:
    """The file (None when it cannot be used), its rosters by file name, and all that is wrong."""

    file: CommunityFile | None
    errors: tuple[ImportProblem, ...]
    rosters: dict[str, RosterPlan] = field(default_factory=dict)


def read_community(content: bytes | str, rosters: Mapping[str, bytes | str] | None = None) -> CommunityPlan:
    """Read a community file. A roster that it names and that is not given is simply imported later.
    Never raises; problems in a roster carry its file name in their column."""
    text = text_of_yaml(content)
    if isinstance(text, ImportProblem):
        return CommunityPlan(None, (text,))
    try:
        file = read_community_file(text)
    except CommunityFileError as error:
        found = (ImportProblem(one.line, one.where, "in_file", one.message) for one in error.problems)
        return CommunityPlan(None, tuple(found))
    except (RecursionError, ValueError):
        return CommunityPlan(None, (ImportProblem(0, "", "not_yaml"),))
    plans = {
        name: read_roster(given, file.community.languages)
        for name, given in (rosters or {}).items()
        if name in {series.cohort.roster for series in file.series}
    }
    errors = [*_session_problems(file, text), *_roster_problems(plans)]
    return CommunityPlan(file, tuple(errors), plans)


def text_of_yaml(content: bytes | str) -> str | ImportProblem:
    """The text of a YAML file that is safe to parse, or why there is none."""
    try:
        text = content if isinstance(content, str) else decode(content)
    except Undecodable as undecodable:
        return ImportProblem(0, "", undecodable.key)
    return ImportProblem(0, "", "too_clever") if _too_clever(text) else text


def _too_clever(text: str) -> bool:
    """Aliases let a small file unfold into a huge one, and deep nesting keeps the parser busy for hours; our
    format has no use for either."""
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            return True
    if any(len(line) > LONGEST_LINE for line in text.splitlines()):
        return True
    try:
        return any(isinstance(token, yaml.AliasToken | yaml.AnchorToken) for token in yaml.scan(text))
    except (yaml.YAMLError, RecursionError):
        return False  # reading it says what is wrong, and where


def _session_problems(file: CommunityFile, text: str) -> Iterator[ImportProblem]:
    """Sessions at moments that no clock shows, or shows twice, and sessions that run into each other."""
    for position, series in enumerate(file.series):
        zone, ends = series.cohort.anchor_zone, None
        for number, session in enumerate(series.sessions):
            starts = datetime.combine(session.date, session.start)
            key = _why_no_moment(session, zone) or ("out_of_order" if ends and starts < ends else "")
            if key:
                line = line_at(text, "series", position, "sessions", number, "date")
                yield ImportProblem(
                    line, f"{series.id} > {session.id}", key, f"{starts:%Y-%m-%d %H:%M}", zone
                )
            ends = starts + timedelta(minutes=session.minutes)


def _why_no_moment(session: FileSession, zone: str) -> str:
    try:
        local_to_utc(session.date, session.start, zone)
    except SkippedLocalTime:
        return "skipped_time"
    except RepeatedLocalTime:
        return "repeated_time"
    return ""


def _roster_problems(plans: Mapping[str, RosterPlan]) -> Iterator[ImportProblem]:
    for name, plan in plans.items():
        for problem in plan.errors:
            yield replace(problem, column=f"{name} > {problem.column}" if problem.column else name)
