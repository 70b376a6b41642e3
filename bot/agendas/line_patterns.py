"""The words by which a line of an agenda says what it is about."""

from __future__ import annotations

import re

from bot.agendas.days import MONTH
from bot.agendas.hours import NUMBER_WORD
from bot.agendas.letters import CAPITAL
from prompts.language_tables import alternation, patterns

FOR_ALL = re.compile(rf"\b{patterns(lambda one: one.agenda.lines.for_all)}\b")
WILL_BE_ABLE = re.compile(rf"\b{patterns(lambda one: one.agenda.lines.will_be_able)}\b\W*$")
PEOPLE = re.compile(
    rf"\b(?:{patterns(lambda one: one.agenda.lines.people_before)}\s+)?"
    rf"(?:{patterns(lambda one: one.agenda.lines.people_articles)}\s+)*(?P<n>\d{{1,4}}|{NUMBER_WORD})\s+"
    rf"(?:{patterns(lambda one: one.agenda.lines.people_kinds)}\s+)*"
    rf"{patterns(lambda one: one.agenda.lines.people)}\b"
)
FILE = re.compile(r"[\w.()-]{1,60}\.(?:csv|xlsx?|tsv)\b", re.IGNORECASE)
NOT_SERIES_PEOPLE = re.compile(patterns(lambda one: one.agenda.lines.some_people))
GREETING = re.compile(rf"^{patterns(lambda one: one.agenda.lines.greeting)}\b[^:]{{0,60}}$")
JOINING = re.compile(rf"^{patterns(lambda one: one.agenda.lines.joining)}")
OBJECTIVE = re.compile(patterns(lambda one: one.agenda.lines.objective))
NAMES_PEOPLE = re.compile(rf"{patterns(lambda one: one.agenda.people.line_begins)}\b")
SENTENCE = rf"(?:{CAPITAL}|{alternation(lambda one: one.agenda.lines.opening_marks)})"
"""How a sentence begins."""
MONTH_ALONE = re.compile(rf"\W*(?P<month>{MONTH})\W*(?:20\d\d)?\W*")
DAY_ALONE = re.compile(
    rf"^\W*(?P<day>\d{{1,2}}){alternation(lambda one: one.dates.ordinals)}?\s*(?:[-–—:|]|\.\s|\)\s)\s*(?=\D)"
)
CLOSING = re.compile(
    rf"{patterns(lambda one: one.agenda.lines.closing)}"
    rf"(?: {patterns(lambda one: one.agenda.lines.closing_after)})?\s*[,.!–-]*"
)
SHARED = re.compile(rf"\b{patterns(lambda one: one.agenda.lines.shared)}\b")
"""Who presents which session is told in words that are not read."""
FORMER = re.compile(rf"\b{patterns(lambda one: one.agenda.lines.former)}\b[^.;)]{{0,40}}$")
DEADLINE = re.compile(
    rf"\b{patterns(lambda one: one.agenda.lines.deadline)}\s+"
    rf"(?:{alternation(lambda one: one.agenda.days.before_day)} )*$"
)
ABOUT = re.compile(rf"\b{patterns(lambda one: one.agenda.lines.about)}\s+(?P<what>[^,.;:\n\x00]{{4,90}})")
SERIES_WORDS = re.compile(rf"\b{patterns(lambda one: one.agenda.lines.series)}\b")
