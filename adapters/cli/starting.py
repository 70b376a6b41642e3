"""`throughline start`: what is read in an agenda, from a terminal and without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.agendas import Agenda, AgendaQuestion, SessionFacts, as_json, read_agenda
from bot.agendas.wording import question_words
from prompts.text import plain
from storage.base import HOME_ZONE


def print_agenda(file: str, *, today: date, zone: str, as_data: bool) -> int:
    """Print the facts and the questions; `file` is a path, or ``-`` for text on standard input. Returns 1
    when nothing can be read."""
    agenda = _read(file, today, zone or HOME_ZONE)
    if as_data:
        print(json.dumps(_with_words(agenda), ensure_ascii=False, indent=2))
    else:
        _tell(agenda, Console(soft_wrap=True))
    return 1 if not agenda.sessions and not agenda.roster.is_this_file else 0


def _read(file: str, today: date, zone: str) -> Agenda:
    if file == "-":
        return read_agenda(sys.stdin.buffer.read(), "", today=today, zone=zone)
    path = Path(file)
    return read_agenda(path.read_bytes(), path.name, today=today, zone=zone)


def _with_words(agenda: Agenda) -> dict[str, object]:
    data = as_json(agenda)
    for told, question in zip(data["questions"], agenda.questions, strict=True):
        told["text"] = plain(question_words(question, agenda.language))
    return data


def _tell(agenda: Agenda, console: Console) -> None:
    console.print(agenda.title or "(no title)", style="bold", markup=False)
    for goal in agenda.goals:
        console.print(f"  goal: {goal}", markup=False)
    table = Table("", "day", "start", "zone", "min", "title", "presenters", box=None, pad_edge=False)
    for session in agenda.sessions:
        table.add_row(*_row(session))
    if agenda.sessions:
        console.print(table)
    for line in _more(agenda):
        console.print(line, markup=False)
    console.print(f"\n{len(agenda.questions)} to ask" if agenda.questions else "\nnothing to ask")
    for question in agenda.questions:
        console.print(
            f"? {plain(question_words(question, agenda.language))}{_choices(question)}", markup=False
        )


def _row(session: SessionFacts) -> list[str]:
    """`?` behind what is still asked."""
    told = {
        "date": session.date.isoformat() if session.date else "",
        "start": f"{session.start:%H:%M}" if session.start else "",
        "zone": session.zone or "",
        "minutes": str(session.minutes or ""),
        "title": session.title or "",
        "presenters": ", ".join(session.presenters),
    }
    cells = [f"{value} ?" if name in session.asked else value for name, value in told.items()]
    cells[4] += " (cancelled)" if session.cancelled else ""
    return [str(session.number), *cells]


def _more(agenda: Agenda) -> Iterator[str]:
    for session in agenda.sessions:
        for objective in session.objectives:
            yield f"  {session.number}. objective: {objective}"
        if session.segments:
            parts = ", ".join(f"{part.minutes} {part.kind} {part.title}".strip() for part in session.segments)
            yield f"  {session.number}. segments: {parts}"
    for day in agenda.without_session:
        yield f"  no session on {day.isoformat()}"
    if agenda.roster.people or agenda.roster.file:
        yield f"  roster: {agenda.roster.people or '?'} people {agenda.roster.file}".rstrip()


def _choices(question: AgendaQuestion) -> str:
    return f" [{' | '.join(question.choices)}]" if question.choices else ""
