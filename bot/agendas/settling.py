"""From what was said to facts: what agrees is certain, everything else becomes a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.agendas.asking import Asking
from bot.agendas.drafts import GatheredDraft
from bot.agendas.facts import Agenda, RosterFacts
from bot.agendas.settling_checks import compare, names_as_titles
from bot.agendas.settling_days import date_drafts, near
from bot.agendas.settling_times import settle_session


def settle(said: GatheredDraft, today: date, zone: str, title: str, roster: RosterFacts) -> Agenda:
    """The facts of all that was gathered. `zone` is only a first choice where none is said."""
    asking = Asking()
    dated = date_drafts(said, today, asking)
    names_as_titles(dated)
    facts = [
        settle_session(number, one, said, zone, asking, alone=len(dated) == 1)
        for number, one in enumerate(dated, start=1)
    ]
    compare(facts, dated, asking)
    if not facts:
        asking.ask("no_sessions", "sessions")
    sessions = tuple(replace(one, asked=asking.asked_of(f"sessions.{one.number}.")) for one in facts)
    if said.endless:
        asking.ask("how_many", "sessions", said.endless)
    if not title:
        asking.ask("title", "title")
    skipped = tuple(sorted({day for one in said.skips if (day := near(one, dated, today))}))
    return Agenda(
        title=title or None,
        goals=tuple(dict.fromkeys(said.every.objectives)) if len(facts) != 1 else (),
        sessions=sessions,
        roster=roster,
        without_session=skipped,
        language=said.language,
        asked=tuple(
            dict.fromkeys(
                name for one in asking.questions for name in one.about if not name.startswith("sessions.")
            )
        ),
        questions=tuple(asking.questions),
    )
