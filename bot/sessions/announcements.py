"""Telling a cohort that something changed: in its channels, and in private whom no channel reaches."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import col, select

from bot.core.cards import Card, Section
from bot.core.context import Context
from bot.core.lookup import channels_of
from bot.sessions.invitations import queue_changed
from bot.sessions.lookup import presenters_of, taking_part
from bot.timekeeping.zones import zone_for
from storage.people import PAGES, Identity, Person, Workspace
from storage.series import Cohort, CohortChannel, Series
from storage.sessions import Session

Write = Callable[[str, str], Card]
"""Writes the message for a language and a zone."""


async def tell_cohort(ctx: Context, session: Session, cohort: Cohort, what: str, write: Write) -> None:
    """Post it right after the commit. One revision of a session is told once, whatever is pressed again."""
    key = f"{what}:{session.id}:{session.revision}"
    channels, people = await _who_hears(ctx, session, cohort)
    if channels:
        series = await ctx.db.get_one(Series, cohort.series_id)
        card = _in_all([write(language, session.zone) for language in series.languages])
        for channel in channels:
            ctx.post(card, channel_id=channel.id, key=f"{key}:channel:{channel.id}",
                      cohort_id=cohort.id, session_id=session.id)  # fmt: skip
    await queue_changed(ctx, session, await taking_part(ctx.db, cohort.id))
    for person in people:
        card = write(person.language, zone_for(person.zone, session.zone))
        ctx.post(card, person_id=person.id, key=f"{key}:person:{person.id}",
                  cohort_id=cohort.id, session_id=session.id)  # fmt: skip


async def count_told(ctx: Context, session: Session, cohort: Cohort) -> tuple[int, int]:
    """(channels, people in private) that `tell_cohort` would write to."""
    channels, people = await _who_hears(ctx, session, cohort)
    return len(channels), len(people)


async def _who_hears(
    ctx: Context, session: Session, cohort: Cohort
) -> tuple[list[CohortChannel], list[Person]]:
    """The cohort's channels, and the people to write to in private: everybody where there is no channel,
    else those who chat only where the cohort has none."""
    channels = await channels_of(ctx.db, cohort.id)
    everybody = [*await taking_part(ctx.db, cohort.id), *await presenters_of(ctx.db, session.id)]
    people = list({person.id: person for person in everybody}.values())
    if not channels:
        return [], people
    rows = await ctx.db.execute(
        select(Identity.person_id, Identity.workspace_id)
        .join(Workspace, col(Workspace.id) == Identity.workspace_id)
        .where(
            col(Identity.person_id).in_([person.id for person in people]),
            Workspace.platform != PAGES,
            col(Workspace.uninstalled_at).is_(None),
        )
    )
    places: dict[int, set[int]] = {}
    for person_id, workspace_id in rows:
        places.setdefault(person_id, set()).add(workspace_id)
    reached = {channel.workspace_id for channel in channels}
    return channels, [one for one in people if (at := places.get(one.id)) and not at & reached]


def _in_all(cards: list[Card]) -> Card:
    """One card in every language of the series: a channel has readers of all of them."""
    first, *others = cards
    sections = tuple(Section(title=other.title, text=other.text, facts=other.facts) for other in others)
    return first.model_copy(update={"sections": (*first.sections, *sections)})
