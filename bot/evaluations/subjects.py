"""What an evaluation is about: one session, a series, or a follow-up, from its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.lookup import row_id, title_in
from bot.nudges.default_cadence import FORM_CLOSES_AFTER_DAYS
from bot.sessions.lookup import end_of, sessions_of
from prompts.text import Marked
from prompts.words import evaluations as words
from storage.nudges import Nudge
from storage.series import Cohort, Series
from storage.sessions import Session, SessionStatus

Purpose = Literal["session", "series", "follow_up.first", "follow_up.second"]
INSTRUMENTS: dict[Purpose, str] = {
    "session": "post_session",
    "series": "post_series",
    "follow_up.first": "followup_30_60",
    "follow_up.second": "followup_90",
}
OPENS_BEFORE_END = timedelta(minutes=10)
_SERIES_FORM_LASTS = timedelta(days=FORM_CLOSES_AFTER_DAYS + 4)
"""It goes out a day after the series, and waits for a working day: three days at most."""
_FOLLOW_UPS = {"follow_up.first": (28, 88), "follow_up.second": (88, 148)}
"""Days after the series between which a follow-up takes answers."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is evaluated. `session` is set for a session's form only; `last` is the cohort's last session
    that was not cancelled."""

    purpose: Purpose
    cohort: Cohort
    series: Series
    session: Session | None
    last: Session | None

    @property
    def key(self) -> str:
        row = self.cohort.id if self.session is None else self.session.id
        return f"{self.purpose}:{row}"

    @property
    def cancelled(self) -> bool:
        return self.session is not None and self.session.status == SessionStatus.CANCELLED

    def window(self) -> tuple[datetime, datetime] | None:
        """When it opens and closes by itself, UTC; None while there is no session."""
        if self.session is not None:
            end = end_of(self.session)
            return end - OPENS_BEFORE_END, end + timedelta(days=FORM_CLOSES_AFTER_DAYS)
        if self.last is None:
            return None
        end = end_of(self.last)
        if self.purpose == "series":
            return end - OPENS_BEFORE_END, end + _SERIES_FORM_LASTS
        first, last = _FOLLOW_UPS[self.purpose]
        return end + timedelta(days=first), end + timedelta(days=last)

    def about(self, language: str) -> Marked:
        """The question that the form as a whole asks, to name it by."""
        series = title_in(self.series.title, language)
        if self.session is not None:
            title = title_in(self.session.title, language)
            return words.session_form(language, number=self.session.number, title=title)
        if self.purpose == "series":
            return words.series_form(language, series=series)
        return words.follow_up(language, series=series)


async def subject_of(db: AsyncSession, key: str, community_id: int | None) -> Subject | None:
    """What the key of an evaluation means; None when this community has nothing of that key."""
    purpose, _, row = key.partition(":")
    if purpose not in INSTRUMENTS:
        return None
    if purpose != "session":
        cohort = await db.get(Cohort, row_id(row))
        found = cohort is not None and cohort.community_id == community_id
        return await cohort_subject(db, cast("Cohort", cohort), cast("Purpose", purpose)) if found else None
    session = await db.get(Session, row_id(row))
    if session is None or session.community_id != community_id:
        return None
    cohort = await db.get_one(Cohort, session.cohort_id)
    return Subject("session", cohort, await db.get_one(Series, cohort.series_id), session, session)


async def cohort_subject(db: AsyncSession, cohort: Cohort, purpose: Purpose) -> Subject:
    """The series form or a follow-up of a cohort."""
    held = [one for one in await sessions_of(db, cohort.id) if one.status != SessionStatus.CANCELLED]
    last = max(held, key=lambda one: one.starts_at, default=None)
    return Subject(purpose, cohort, await db.get_one(Series, cohort.series_id), None, last)


def key_of_message(nudge: Nudge) -> str:
    """The key of the evaluation that a planned message is about; a reminder's is that of its opener."""
    slug, _, anchor = nudge.group.partition("|")
    return key_of_step(slug, anchor, nudge.cohort_id, nudge.session_id)


def key_of_step(slug: str, anchor: str, cohort_id: object, session_id: object) -> str:
    """The same from a step and its anchor (``post_session_form@session:3`` for what follows a form)."""
    opener = anchor.partition("@")[0] if "@" in anchor else slug
    if opener == "series_form":
        return f"series:{cohort_id}"
    if opener.startswith("follow_up_form"):
        return f"follow_up.{opener.partition('.')[2] or 'first'}:{cohort_id}"
    return f"session:{session_id}"
