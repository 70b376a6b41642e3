"""A cadence is a list of steps; a step and its anchor say when one message is due for one reader.

Pure: aware UTC datetimes in and out, no clock. How a due moment is found:

1. *Nominal moment.* Calendar days keep the wall clock across daylight saving: with `at`, days are counted
   and `at` is read on the reader's clock; without, on the anchor's. Minutes are absolute.
2. *Fitted to the reader.* `hours` of the step says which moments are allowed (see `reader.Hours`). A hit
   rolls forward to the next allowed moment, with two exceptions: a step some minutes before its anchor
   (24 hours before, join link) only ever comes earlier, and a step some days before its anchor comes
   earlier when the roll would reach the anchor's day. What prepares for a moment is useless after it.
3. *Staleness.* From `expires_utc` on it must no longer be sent; rolled that far, it is stale at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from bot.timekeeping.readers_hours import Hours, Reader, Refusal, last_allowed, next_allowed, refusal
from bot.timekeeping.zones import first_moment
from prompts.time_zones import load_zone

AnchorKind = Literal[
    "first_session", "session_start", "session_end", "series_end", "commitment", "form_opened"
]
Audience = Literal[
    "presenters",
    "cohort",
    "cohort_and_presenters",
    "attendees",
    "absentees",
    "non_responders",
    "opted_in",
    "partners_opted_in",
    "followup_opted_in",
]
"""cohort_and_presenters: those enrolled, and who presents the session without being enrolled."""
Delivery = Literal["direct", "channel", "none"]
"""none: no message at all, something that happens at that moment (a form closes)."""
Nature = Literal["optional", "form", "logistics"]
"""Optional messages keep office hours and can be refused all at once; every direct message counts."""

LATE = timedelta(hours=1)
"""By more than this a message is late, and waits for its reader's next allowed moment."""

MovedBecause = Refusal | Literal["late", "moved", "budget"]
"""Why a message is not at its nominal time. late: planned when that was over; moved: by a facilitator;
budget: put off, to share a message or to wait for a day with room."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class Expiry(BaseModel):
    """When a message has become stale: at a moment of the schedule, or `days` of 24 h after it was due.

    `days` also serves where the moment does not exist, such as the next session's start after the last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    until: Literal["session_start", "session_end", "next_session_start", "series_end"] | None = None
    days: int | None = Field(default=None, ge=1, le=400)

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.until is None and self.days is None:
            raise ValueError("an expiry needs a moment or a number of days")
        return self


class Step(BaseModel):
    """One planned message of a cadence. A facilitator may change every field but `kind` and `repeat_key`.

    Exactly one of `days` (calendar days) and `minutes` (absolute) is the offset from the anchor; negative
    is before it. `repeat_key` tells steps of one kind apart. `sessions` leaves out the last session, for
    what the series replaces there. `opened_by` names the steps whose own due moment is the anchor
    `form_opened`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Slug
    repeat_key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{0,30}$")] = ""
    anchor: AnchorKind
    days: int | None = Field(default=None, ge=-400, le=400)
    minutes: int | None = Field(default=None, ge=-20_160, le=20_160)
    at: time | None = None
    audience: Audience
    delivery: Delivery = "direct"
    nature: Nature
    hours: Hours = "office"
    expires: Expiry | None = None
    sessions: Literal["every", "not_last"] = "every"
    opened_by: tuple[Slug, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.days is None) == (self.minutes is None):
            raise ValueError("a step has either days or minutes")
        if self.at is not None and (self.days is None or self.at.tzinfo is not None):
            raise ValueError("a time of day goes with days, and has no zone")
        if self.days == 0 and self.at is None:
            raise ValueError("zero days need a time of day; the anchor's own moment is zero minutes")
        if self.nature == "optional" and (self.expires is None or self.expires.days is None):
            raise ValueError("an optional message expires, after so many days where nothing else says when")
        if self.nature == "optional" and self.hours != "office":
            raise ValueError("an optional message keeps office hours")
        if (self.anchor == "form_opened") != bool(self.opened_by):
            raise ValueError("a step anchored to a form says which steps open it")
        if self.audience in {"presenters", "cohort_and_presenters"} and self.anchor in {
            "commitment",
            "form_opened",
        }:
            raise ValueError("presenters are written to about sessions and the series only")
        if self.anchor == "commitment" and self.delivery != "direct":
            raise ValueError("a commitment is its writer's alone")
        return self

    @property
    def slug(self) -> str:
        """What tells this step from every other of its cadence; survives a change of offset."""
        return f"{self.kind}.{self.repeat_key}" if self.repeat_key else self.kind

    @property
    def is_to_cohort(self) -> bool:
        """Whether everybody in the cohort gets it: what a series may want approved first."""
        return self.audience in {"cohort", "cohort_and_presenters"}


CADENCE_JSON: TypeAdapter[tuple[Step, ...]] = TypeAdapter(tuple[Step, ...])
"""Reads and writes a whole cadence as JSON: `dump_json`, `validate_json`."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an offset belongs to: `at_utc` on the clocks of `zone`, and the moments an expiry may name.

    `id` stays the same when the moment moves. `session_id` is the session that a message is about, and
    `next_session_id` the one after it, where there are such; `person_id` is whose commitment it is.
    """

    id: str
    at_utc: datetime
    zone: str
    person_id: str | None = None
    session_id: str | None = None
    next_session_id: str | None = None
    session_start_utc: datetime | None = None
    session_end_utc: datetime | None = None
    next_session_start_utc: datetime | None = None
    series_end_utc: datetime | None = None

    def __post_init__(self) -> None:
        if self.at_utc.tzinfo is None:
            raise ValueError("an anchor's moment is aware")


@dataclass(frozen=True, slots=True)
class Due:
    """When a message is due (UTC), what its offset alone would have said, and why the two differ."""

    at_utc: datetime
    nominal_utc: datetime
    expires_utc: datetime | None
    moved_because: MovedBecause | None

    @property
    def stale(self) -> bool:
        """Never sent: the first moment at which it may arrive is past its expiry."""
        return self.expires_utc is not None and self.at_utc >= self.expires_utc


def due(step: Step, anchor: Anchor, reader: Reader) -> Due:
    """When `step` is due for `reader`. Total for moments between the years 1900 and 2200."""
    nominal = _nominal(step, anchor, reader)
    fitted = _fitted(step, anchor, reader, nominal)
    why = refusal(nominal, reader, step.hours) if fitted != nominal else None
    return Due(fitted, nominal, _expires(step, anchor, nominal), why)


def due_when_moved(step: Step, anchor: Anchor, reader: Reader, wall: datetime) -> Due:
    """When a facilitator moved `step` to `wall`, a date and time on each reader's own clock (no zone)."""
    moment = next_allowed(first_moment(wall.date(), wall.time(), reader.zone), reader, step.hours)
    nominal = _nominal(step, anchor, reader)
    expires = _expires(step, anchor, nominal)
    if expires is not None and step.expires is not None and step.expires.days is not None:
        expires = max(expires, _expires(step, anchor, moment) or expires)
    return Due(moment, nominal, expires, "moved")


def caught_up(when: Due, step: Step, reader: Reader, now: datetime) -> Due:
    """`when` itself, or from `now` on when it is more than an hour past: a late joiner's welcome."""
    if when.at_utc > now - LATE:
        return when
    return replace(when, at_utc=next_allowed(now, reader, step.hours), moved_because="late")


def _nominal(step: Step, anchor: Anchor, reader: Reader) -> datetime:
    if step.minutes is not None:
        return anchor.at_utc.astimezone(UTC) + timedelta(minutes=step.minutes)
    assert step.days is not None
    zone = anchor.zone if step.at is None else reader.zone
    local = anchor.at_utc.astimezone(load_zone(zone))
    return first_moment(local.date() + timedelta(days=step.days), step.at or local.time(), zone)


def _fitted(step: Step, anchor: Anchor, reader: Reader, nominal: datetime) -> datetime:
    if step.minutes is not None and step.minutes < 0:
        return last_allowed(nominal, reader, step.hours)
    rolled = next_allowed(nominal, reader, step.hours)
    prepares = step.days is not None and step.days < 0
    if nominal < anchor.at_utc and (
        anchor.at_utc <= rolled or (prepares and _same_day(anchor, rolled, reader))
    ):
        return last_allowed(nominal, reader, step.hours)
    return rolled


def _same_day(anchor: Anchor, moment: datetime, reader: Reader) -> bool:
    return reader.local(moment).date() >= reader.local(anchor.at_utc).date()


def _expires(step: Step, anchor: Anchor, nominal: datetime) -> datetime | None:
    if step.expires is None:
        return None
    named = {
        None: None,
        "session_start": anchor.session_start_utc,
        "session_end": anchor.session_end_utc,
        "next_session_start": anchor.next_session_start_utc,
        "series_end": anchor.series_end_utc,
    }[step.expires.until]
    if named is not None:
        return named
    return nominal + timedelta(days=step.expires.days) if step.expires.days is not None else None
