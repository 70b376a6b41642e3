"""A first session with nine people on Slack, six on Teams and two on neither, as the demo plays it."""

from __future__ import annotations

from pathlib import Path

from adapters.demo.first_session import FirstSession, Group, counted, play_first_session
from adapters.playground.people import SamplePerson
from adapters.playground.sample import Population
from storage.database import Database
from tests.support.databases import sqlite_with_tables


async def test_nobody_is_alone_unreached_without_a_word_or_counted_as_met(tmp_path: Path) -> None:
    """By the far sides' own account of what they accepted, through both real adapters."""
    database = Database(sqlite_with_tables(tmp_path / "town.db"), durable=False, alone=True)
    played = await play_first_session(database)
    await database.close()
    assert played == FirstSession(
        on_slack=9,
        on_teams=6,
        on_neither=2,
        groups=4,
        told_of_their_group=15,
        alone=0,
        unreached_without_a_word=0,
        counted_as_met_wrongly=0,
    )


def test_what_went_wrong_is_counted() -> None:
    """One alone in a group, one unreached and not named, one pair counted that never was."""
    ana, ben, cy, dee, eve = (
        SamplePerson(name, name, f"{name}@example.org", None, None, "participant")
        for name in ("Ana", "Ben", "Cy", "Dee", "Eve")
    )
    people = Population((ana, ben), (cy,), apart=(dee, eve))
    told = [Group({ana.email, ben.email}), Group({cy.email})]
    met = [Group({ana.email, ben.email}), Group({cy.email, dee.email})]
    wrong = counted(people, told, met, "Eve has no way into a group")
    assert (wrong.alone, wrong.unreached_without_a_word, wrong.counted_as_met_wrongly) == (1, 1, 1)
    assert not wrong.well
