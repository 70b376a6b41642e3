"""What a plan is made from: sessions, people, commitments, and the anchors they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.nudges.cadence import Anchor, Step
from bot.timekeeping.readers_hours import Reader


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session that is to take place, cancelled ones left out: UTC moments, IANA zone, presenters' ids.

    Raises ValueError when it does not end after it starts. No id of this module contains "|", which parts
    a nudge's key.
    """

    id: str
    start_utc: datetime
    end_utc: datetime
    zone: str
    presenter_ids: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        _check_id(self.id)
        if self.end_utc <= self.start_utc:
            raise ValueError("a session ends after it starts")


@dataclass(frozen=True, slots=True)
class ScheduledReader:
    """A person as the plan sees them. Somebody who only presents is not `enrolled`.

    What belongs to the end of a session before `joined_utc` is not for them.
    """

    id: str
    reader: Reader
    enrolled: bool = True
    opted_in: bool = True
    partners_opted_in: bool = True
    followup_opted_in: bool = False
    opted_out_kinds: frozenset[str] = frozenset()
    joined_utc: datetime | None = None
    morning: timedelta = timedelta()
    """How long after nine this person is written to."""

    def __post_init__(self) -> None:
        _check_id(self.id)


@dataclass(frozen=True, slots=True)
class CommitmentMade:
    id: str
    person_id: str
    made_utc: datetime

    def __post_init__(self) -> None:
        _check_id(self.id)


@dataclass(frozen=True, slots=True)
class SeriesSchedule:
    """One cohort's way through a series; `channel` stands for its channel: anchor zone, holidays.

    Sessions are put in the order of their start.
    """

    id: str
    channel: Reader
    sessions: tuple[PlannedSession, ...]
    commitments: tuple[CommitmentMade, ...] = ()

    def __post_init__(self) -> None:
        _check_id(self.id)
        in_order = sorted(self.sessions, key=lambda session: (session.start_utc, session.id))
        object.__setattr__(self, "sessions", tuple(in_order))


def anchors_of(step: Step, schedule: SeriesSchedule) -> Iterator[Anchor]:
    """The moments that `step` belongs to, none while the series has no session.

    A step anchored to a form has none of its own: they follow from the steps that open the form.
    """
    if not schedule.sessions:
        return
    series_id = f"series:{schedule.id}"
    first, last = schedule.sessions[0], schedule.sessions[-1]
    match step.anchor:
        case "first_session":
            yield _at_session(series_id, first.start_utc, 0, schedule)
        case "series_end":
            yield _at_session(series_id, last.end_utc, len(schedule.sessions) - 1, schedule)
        case "session_start" | "session_end":
            kept = len(schedule.sessions) - (step.sessions == "not_last")
            for index, session in enumerate(schedule.sessions[:kept]):
                moment = session.start_utc if step.anchor == "session_start" else session.end_utc
                yield _at_session(f"session:{session.id}", moment, index, schedule)
        case "commitment":
            for made in schedule.commitments:
                yield Anchor(
                    id=f"commitment:{made.id}",
                    at_utc=made.made_utc,
                    zone=schedule.channel.zone,
                    person_id=made.person_id,
                    series_end_utc=last.end_utc,
                )
        case "form_opened":
            return


def _at_session(anchor_id: str, at_utc: datetime, index: int, schedule: SeriesSchedule) -> Anchor:
    session = schedule.sessions[index]
    following = schedule.sessions[index + 1] if index + 1 < len(schedule.sessions) else None
    return Anchor(
        id=anchor_id,
        at_utc=at_utc,
        zone=session.zone,
        session_id=session.id,
        next_session_id=following.id if following else None,
        session_start_utc=session.start_utc,
        session_end_utc=session.end_utc,
        next_session_start_utc=following.start_utc if following else None,
        series_end_utc=schedule.sessions[-1].end_utc,
    )


def _check_id(identifier: str) -> None:
    if not identifier or "|" in identifier:
        raise ValueError(f"not an identifier: {identifier!r}")
