"""The cadence that every series starts with; a facilitator changes it per series.

What is left to the live session itself (breakout groups, their prompt, the pulse) has no offset and so no
step here. Learning partners' steps are logistics (who meets whom) and a one-question form: people opted in
to being paired, and asking for no optional messages does not end that.
"""

from __future__ import annotations

from datetime import time
from typing import Literal

from bot.nudges.cadence import Expiry, Step

FORM_CLOSES_AFTER_DAYS = 5
_MORNING = time(9)

_BEFORE_SESSIONS = (
    Step(kind="presenter_planning", anchor="first_session", days=-14, at=_MORNING, audience="presenters",
         nature="logistics", expires=Expiry(until="session_start")),
    Step(kind="presenter_checklist", anchor="session_start", days=-7, at=_MORNING, audience="presenters",
         nature="logistics", expires=Expiry(until="session_start")),
    Step(kind="presenter_tech_check", anchor="session_start", days=-2, at=_MORNING, audience="presenters",
         nature="logistics", expires=Expiry(until="session_start")),
    Step(kind="welcome", anchor="first_session", days=-7, at=_MORNING, audience="cohort",
         nature="logistics", expires=Expiry(until="series_end")),
    Step(kind="look_ahead", anchor="session_start", days=-3, at=_MORNING, audience="cohort",
         delivery="channel", nature="optional", expires=Expiry(until="session_start", days=3)),
    Step(kind="session_tomorrow", anchor="session_start", minutes=-24 * 60, audience="cohort_and_presenters",
         nature="logistics", hours="waking", expires=Expiry(until="session_start")),
    Step(kind="join_link", anchor="session_start", minutes=-15, audience="cohort_and_presenters",
         nature="logistics", hours="waking", expires=Expiry(until="session_end")),
)  # fmt: skip

_FORMS = (
    Step(kind="form_live", anchor="session_end", minutes=-5, audience="cohort", delivery="channel",
         nature="form", hours="any", sessions="not_last", expires=Expiry(until="session_end")),
    Step(kind="post_session_form", anchor="session_end", minutes=0, audience="attendees",
         nature="form", hours="any", sessions="not_last", expires=Expiry(days=FORM_CLOSES_AFTER_DAYS)),
    Step(kind="series_form", anchor="series_end", days=1, at=_MORNING, audience="attendees",
         nature="form", expires=Expiry(days=FORM_CLOSES_AFTER_DAYS)),
    Step(kind="form_reminder", anchor="form_opened", days=2, at=_MORNING, audience="non_responders",
         nature="form", opened_by=("post_session_form", "series_form"),
         expires=Expiry(days=FORM_CLOSES_AFTER_DAYS - 2)),
    Step(kind="form_close", anchor="form_opened", days=FORM_CLOSES_AFTER_DAYS, audience="attendees",
         delivery="none", nature="form", hours="any", opened_by=("post_session_form", "series_form")),
)  # fmt: skip

_BETWEEN_SESSIONS = (
    Step(kind="look_back", anchor="session_end", days=1, at=_MORNING, audience="cohort",
         nature="optional", expires=Expiry(until="next_session_start", days=7)),
    Step(kind="commitment_rehearsal", anchor="commitment", days=1, at=_MORNING, audience="opted_in",
         nature="optional", expires=Expiry(days=3)),
    Step(kind="commitment_check_in", anchor="commitment", days=3, at=_MORNING, audience="opted_in",
         nature="optional", expires=Expiry(days=10)),
    Step(kind="partner_round", anchor="session_end", days=2, at=_MORNING, audience="partners_opted_in",
         nature="logistics", sessions="not_last", expires=Expiry(until="next_session_start", days=7)),
    Step(kind="partner_check", anchor="session_end", days=6, at=_MORNING, audience="partners_opted_in",
         nature="form", sessions="not_last", expires=Expiry(days=5)),
    Step(kind="partner_ask_again", anchor="form_opened", minutes=48 * 60, audience="non_responders",
         nature="form", opened_by=("partner_check",), expires=Expiry(days=5)),
)  # fmt: skip

# Each core idea is asked on three of these or more (bot/learning/composing/recall.py): that the same question
# comes back over weeks is what works; growing gaps and even ones make no clear difference (docs/evidence.md).
# A card more than ten days late would meet the one after it.
_MAKE_IT_STICK = tuple(
    Step(kind="make_it_stick", repeat_key=str(number), anchor="series_end", days=days, at=_MORNING,
         audience="opted_in", nature="optional", expires=Expiry(days=10))
    for number, days in enumerate((3, 7, 14, 28, 56, 84), start=1)
)  # fmt: skip


def _follow_up(repeat_key: str, days: int) -> Step:
    return Step(
        kind="follow_up_form", repeat_key=repeat_key, anchor="series_end", days=days, at=_MORNING,
        audience="followup_opted_in", nature="form", expires=Expiry(days=14),
    )  # fmt: skip


def default_cadence(first_follow_up_days: Literal[30, 60] = 60) -> tuple[Step, ...]:
    """The default steps, with the first follow-up form 30 or 60 days after the series."""
    follow_ups = (_follow_up("first", first_follow_up_days), _follow_up("second", 90))
    return (*_BEFORE_SESSIONS, *_FORMS, *_BETWEEN_SESSIONS, *_MAKE_IT_STICK, *follow_ups)


DEFAULT_CADENCE = default_cadence()
