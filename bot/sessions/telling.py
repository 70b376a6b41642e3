"""Telling a cohort that something changed: in its channels, or each person where it has none."""

from __future__ import annotations

from collections.abc import Callable

from bot.cards import Card, Section
from bot.communities.lookup import channels_of
from bot.desk import Desk
from bot.sessions.lookup import presenters_of, taking_part
from storage.series import Cohort, Series
from storage.sessions import Session

Write = Callable[[str, str], Card]
"""Writes the message for a language and a zone."""


async def tell_cohort(desk: Desk, session: Session, cohort: Cohort, what: str, write: Write) -> None:
    """Post it right after the commit. One revision of a session is told once, whatever is pressed again."""
    key = f"{what}:{session.id}:{session.revision}"
    channels = await channels_of(desk.db, cohort.id)
    if channels:
        series = await desk.db.get_one(Series, cohort.series_id)
        card = _in_all([write(language, session.zone) for language in series.languages])
        for channel in channels:
            desk.post(card, channel_id=channel.id, key=f"{key}:channel:{channel.id}",
                      cohort_id=cohort.id, session_id=session.id)  # fmt: skip
        return
    people = [*await taking_part(desk.db, cohort.id), *await presenters_of(desk.db, session.id)]
    for person in {person.id: person for person in people}.values():
        card = write(person.language, person.zone or session.zone)
        desk.post(card, person_id=person.id, key=f"{key}:person:{person.id}",
                  cohort_id=cohort.id, session_id=session.id)  # fmt: skip


async def count_told(desk: Desk, session: Session, cohort: Cohort) -> tuple[int, int]:
    """(channels, people) that `tell_cohort` would write to; one of the two is 0."""
    channels = await channels_of(desk.db, cohort.id)
    if channels:
        return len(channels), 0
    people = [*await taking_part(desk.db, cohort.id), *await presenters_of(desk.db, session.id)]
    return 0, len({person.id for person in people})


def _in_all(cards: list[Card]) -> Card:
    """One card in every language of the series: a channel has readers of all of them."""
    first, *others = cards
    sections = tuple(Section(title=one.title, text=one.text, facts=one.facts) for one in others)
    return first.model_copy(update={"sections": (*first.sections, *sections)})
