"""The plan's own words for why a message went, when, or not at all, in sentences for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.console import ahead, day_before
from bot.nudges.cadence import Step
from bot.nudges.kinds import BUNDLE
from bot.series_page import monday
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
    "all_found": "everybody of whom it would have told was found meanwhile",
    "all_reached": "everybody of whom it would have told was reached meanwhile",
    "all_told": "everybody was told meanwhile",
    "already_answered": "the person has answered already",
    "already_told": "the person knows it already",
    "bot_removed": "the bot had been removed",
    "budget": "it would have been one too many",
    "closed": "the form was closed",
    "deleted": "the person has deleted what is kept about them",
    "in_own_calendar": "the person has it in their own calendar",
    "left": "the person has left",
    "let_go": "the person has let the plan go",
    "no_cohort": "the cohort is gone",
    "no_commitment": "the plan is gone",
    "no_prompt": "the question is gone",
    "no_round": "the round did not take place",
    "no_session": "the session is gone",
    "not_attended": "the person was not there",
    "not_coming": "the person said that they do not come",
    "not_enrolled": "the person is not in the cohort",
    "not_open": "the form was not open",
    "not_paired": "the person has no partner in this round",
    "not_planned": "the plan has no such message any more",
    "nothing_left": "none of its parts was to go any more",
    "nothing_missing": "nothing was missing",
    "nothing_this_week": "there was nothing this week",
    "nothing_to_say": "there was nothing to say",
    "opened_by_hand": "somebody had opened the form by hand",
    "opted_out": "the person does not want such messages",
    "partner_gone": "the partner has left",
    "paused": "the person has paused",
    "rescheduled": "the person chose another day",
    "session_cancelled": "the session was cancelled",
    "slowed_down": "the person wants fewer of them",
    "stale": "its time was over",
    "taken_back": "who had planned it took it back",
    "web_only": "the person reads on a page of their own",
}
OF_THEIR_OWN = {
    day_before.KIND: "A day before a session that still lacks something, to who facilitates.",
    monday.KIND: "Each Monday at 09:00 on the reader's clock, to who facilitates.",
    ahead.PREVIEW: "A workday before a message goes to a whole cohort, to who facilitates.",
}
"""Kinds that no cadence plans: their features do, for staff."""


def rule_of(nudge: Nudge, steps: Mapping[str, Step]) -> str:
    """The rule that planned it, as a sentence. `steps` are its series' cadence, by slug."""
    if nudge.kind == BUNDLE:
        return "What was due for one person within one part of a day goes as one message."
    if nudge.kind in OF_THEIR_OWN:
        return OF_THEIR_OWN[nudge.kind]
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
    if word.startswith("missing_"):
        return "it is not written in the reader's language"
    return LEFT_OUT.get(word, word.replace("_", " "))
