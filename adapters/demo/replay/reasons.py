"""The plan's own words for why a message went, when, or not at all, in sentences for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.nudges.cadence import Step
from bot.nudges.kinds import BUNDLE
from storage.nudges import Nudge

ANCHORS = {
    "first_session": "the first session",
    "session_start": "the start of the session",
    "session_end": "the end of the session",
    "series_end": "the end of the series",
    "commitment": "the day on which the person wrote a plan",
    "form_opened": "the form was opened",
}
AUDIENCES = {
    "presenters": "who presents",
    "cohort": "everybody in the cohort",
    "cohort_and_presenters": "everybody in the cohort and who presents",
    "attendees": "who was there",
    "absentees": "who was not there",
    "non_responders": "who has not answered yet",
    "opted_in": "who takes optional messages",
    "partners_opted_in": "who wants a learning partner",
    "followup_opted_in": "who wants to be asked later",
}
BECAUSE = {
    "weekend": "moved off a weekend",
    "holiday": "moved off a public holiday",
    "quiet_hours": "moved out of the reader's quiet hours",
    "outside_office_hours": "moved into the reader's office hours",
    "late": "planned when its time was over",
    "moved": "moved by a facilitator",
    "budget": "put off, so that nobody gets too many",
    "retry": "tried again: the platform had asked to wait, or was away",
    "now": "a facilitator sent it at once",
}
LEFT_OUT = {
    "left": "the person has left",
    "paused": "the person has paused",
    "already_answered": "the person has answered already",
    "not_attended": "the person was not there",
    "no_round": "the round did not take place",
    "stale": "its time was over",
    "budget": "it would have been one too many",
    "opted_out": "the person does not want such messages",
    "nothing_to_say": "there was nothing to say",
}


def rule_of(nudge: Nudge, steps: Mapping[str, Step]) -> str:
    """The rule that planned it, as a sentence. `steps` are its series' cadence, by slug."""
    if nudge.kind == BUNDLE:
        return "What was due for one person within one part of a day goes as one message."
    step = steps.get(nudge.group.partition("|")[0])
    if step is None:
        return "Written at once, because something had just happened."
    return f"{when_and_to_whom(step)}."


def when_and_to_whom(step: Step) -> str:
    """A step of a cadence in words."""
    return f"{_when(step)}, to {AUDIENCES[step.audience]}"


def _when(step: Step) -> str:
    anchor = ANCHORS[step.anchor]
    offset = timedelta(days=step.days or 0, minutes=step.minutes or 0)
    if not offset and step.at is None:
        return f"At {anchor}"
    side = "before" if offset < timedelta() else "after"
    if step.minutes is not None:
        return f"{_length(step.minutes)} {side} {anchor}"
    days = abs(step.days or 0)
    clock = f" at {step.at:%H:%M} on the reader's clock" if step.at else ""
    return f"{days} {'day' if days == 1 else 'days'} {side} {anchor}{clock}"


def _length(minutes: int) -> str:
    minutes = abs(minutes)
    if minutes % 60:
        return f"{minutes} minutes"
    return f"{minutes // 60} {'hour' if minutes == 60 else 'hours'}"


def because(word: str) -> str:
    """Why it was not due at its rule's own time; empty when it was."""
    return BECAUSE.get(word, word.replace("_", " "))


def left_out(word: str) -> str:
    """Why it did not go."""
    return LEFT_OUT.get(word, word.replace("_", " "))
