"""One planned message, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.nudges.cadence import Anchor, MovedBecause, Step

SkipReason = Literal["stale", "budget"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A nudge to be: `step` for one person, or for the cohort as a whole when `person_id` is None.

    `key` is unique and survives a move of the anchor and a change of the step's offset. Moments are UTC;
    `nominal_utc` is what the offset alone says. With `skip` it is to be recorded and not sent.
    """

    key: str
    step: Step
    anchor: Anchor
    person_id: str | None
    at_utc: datetime
    nominal_utc: datetime
    expires_utc: datetime | None
    moved_because: MovedBecause | None
    skip: SkipReason | None

    @property
    def group(self) -> str:
        """The message it is a copy of, for all its readers: step and anchor."""
        return f"{self.step.slug}|{self.anchor.id}"
