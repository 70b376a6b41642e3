"""What people already have (a Word agenda, an e-mail, a calendar, a spreadsheet, one sentence) as the facts of
a series. Pure: no database, no network, no model. What is not certain is a question, never a guess."""

from bot.agendas.facts import (
    Agenda,
    AgendaPart,
    AgendaQuestion,
    QuestionKind,
    RosterFacts,
    SessionFacts,
    as_json,
)
from bot.agendas.reading import read_agenda

__all__ = [
    "Agenda",
    "AgendaPart",
    "AgendaQuestion",
    "QuestionKind",
    "RosterFacts",
    "SessionFacts",
    "as_json",
    "read_agenda",
]
