"""A question in words."""

from __future__ import annotations

import re

from bot.agendas.facts import AgendaQuestion
from prompts.text import Marked
from prompts.words import agendas as words

_WITH_SESSIONS = {
    "no_date": words.ask_no_date,
    "year": words.ask_year,
    "no_start": words.ask_no_start,
    "no_minutes": words.ask_no_minutes,
    "presenter_open": words.ask_presenter_open,
}
_WITH_BOTH = {
    "same_day": words.ask_same_day,
    "out_of_order": words.ask_out_of_order,
    "parts_sum": words.ask_parts_sum,
}
_WITH_SAID = {
    "weekday": words.ask_weekday,
    "day_or_month": words.ask_day_or_month,
    "impossible_date": words.ask_impossible_date,
    "moved": words.ask_moved,
    "range_of_days": words.ask_range_of_days,
    "am_or_pm": words.ask_am_or_pm,
    "two_starts": words.ask_two_starts,
    "unclear_zone": words.ask_unclear_zone,
    "standard_or_daylight": words.ask_standard_or_daylight,
    "zones_disagree": words.ask_zones_disagree,
    "skipped_time": words.ask_skipped_time,
    "repeated_time": words.ask_repeated_time,
    "two_lengths": words.ask_two_lengths,
    "end_before_start": words.ask_end_before_start,
    "name_or_title": words.ask_name_or_title,
    "count": words.ask_count,
    "how_many": words.ask_how_many,
    "how_often": words.ask_how_often,
}
_UNREADABLE = {
    "pdf": words.unreadable_pdf,
    "old_office": words.unreadable_old_office,
    "too_large": words.unreadable_too_large,
    "too_long": words.unreadable_too_long,
    "damaged": words.unreadable_damaged,
}


def question_words(question: AgendaQuestion, language: str) -> Marked:
    """The question as a person is asked it."""
    if question.kind == "unreadable":
        return _UNREADABLE.get(question.said, words.unreadable_not_text)(language)
    if question.kind == "title" and question.about != ("title",):
        return words.ask_session_title(language, sessions=sessions_named(question))
    if question.kind in _WITH_SESSIONS:
        return _WITH_SESSIONS[question.kind](language, sessions=sessions_named(question))
    if question.kind in _WITH_BOTH:
        return _WITH_BOTH[question.kind](language, sessions=sessions_named(question), said=question.said)
    if question.kind in _WITH_SAID:
        return _WITH_SAID[question.kind](language, said=question.said)
    if question.kind == "no_zone":
        return words.ask_no_zone(language)
    return words.ask_title(language) if question.kind == "title" else words.ask_no_sessions(language)


def sessions_named(question: AgendaQuestion) -> str:
    """ "1, 2, 3" or "1–4": the sessions that a question is about."""
    found = (re.match(r"sessions\.(\d+)", name) for name in question.about)
    numbers = sorted({int(one[1]) for one in found if one})
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(map(str, numbers))
