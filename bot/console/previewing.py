"""A message as its readers will get it, in every language of the cohort, without anybody's own words.

A channel post is composed for the channel, a direct message for the facilitator who looks: never for
another person, whose commitments and answers are theirs alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import Button, Card, Section
from bot.desk import Desk, Reading
from bot.feature import Composer, Reply, Skip
from bot.learning.gathering import approved_ideas
from bot.links import Links
from bot.messages.listing import actions
from bot.messages.naming import name_of
from bot.messages.planned_groups import nudge_by_id
from bot.nudges.editions import with_edition
from prompts import dates
from prompts.text import Marked
from prompts.words import messages as words
from storage.nudges import Nudge
from storage.people import Community, Person
from storage.series import Cohort, Series
from storage.sessions import Session

LOOKS_BACK = "look_back"


def composers() -> Mapping[str, Composer]:
    """Every feature's composers by kind. Imported here: this feature is one of them."""
    from bot.features import all_features

    return {kind: one for feature in all_features() for kind, one in feature.composers.items()}


async def preview_pressed(desk: Desk, value: str) -> Reply:
    """The first language of the cohort, or the one named after the nudge's id."""
    nudge_value, _, language = value.partition("|")
    nudge, cohort = await nudge_by_id(desk, nudge_value)
    return Reply(card=await preview_card(desk, nudge, cohort, language))


async def preview_card(desk: Desk, nudge: Nudge, cohort: Cohort, language: str = "") -> Card:
    series = await desk.db.get_one(Series, cohort.series_id)
    chosen = language if language in series.languages else series.languages[0]
    composed = await composed_for(
        desk.db, nudge, desk.me, desk.community, desk.links, cohort, chosen, desk.now
    )
    name = await name_of(desk.db, desk.language, nudge)
    card = shown_before(desk.language, nudge, name, cohort, series, composed, chosen)
    return with_note(card, await still_lacking(desk.db, nudge, desk.language))


async def still_lacking(db: AsyncSession, nudge: Nudge, say: str) -> Marked | None:
    """What a facilitator would want to add before a look back goes; None when nothing is missing."""
    session = await db.get(Session, nudge.session_id) if nudge.kind == LOOKS_BACK else None
    if session is None or await approved_ideas(db, [session.id]):
        return None
    return words.no_idea_yet(say, number=session.number)


def with_note(card: Card, note: Marked | None) -> Card:
    """The card with a line of ours below the message it shows."""
    return card.model_copy(update={"sections": (*card.sections, Section(text=note))}) if note else card


async def composed_for(
    db: AsyncSession,
    nudge: Nudge,
    me: Person,
    community: Community,
    links: Links,
    cohort: Cohort,
    language: str,
    now: datetime,
) -> Card | Skip:
    """The message in a language, from what is true now, with the facilitators' own words laid over it."""
    compose = composers().get(nudge.kind)
    if compose is None:
        return Skip("no_composer")
    composed: Card | Skip = Skip("nothing_to_say")
    for reader in (me, None) if nudge.channel_id is None else (None,):
        reading = Reading(
            db=db, now=now, nudge=nudge, reader=reader, language=language,
            zone=cohort.zone, community=community, links=links,
        )  # fmt: skip
        composed = await compose(reading)
        if isinstance(composed, Card):
            return await with_edition(reading, composed)
    return composed


def shown_before(
    say: str, nudge: Nudge, name: Marked, cohort: Cohort, series: Series, composed: Card | Skip, language: str
) -> Card:
    """The message between a line that says what it is and the buttons to change it; its own buttons are
    named, not live."""
    head = words.preview_title(say, kind=name)
    when = words.goes_out(say, when=dates.when(say, nudge.due_at, cohort.zone))
    open_still = nudge.state in {"planned", "held"}
    controls = actions(say, nudge, held=nudge.state == "held")[1:] if open_still else ()
    others = tuple(
        Button(label=words.in_language(say, code), action="nudge.preview", value=f"{nudge.id}|{code}")
        for code in series.languages
        if code != language
    )
    if isinstance(composed, Skip):
        return Card(title=head, text=words.nothing_to_send(say), buttons=(*others, *controls), context=when)
    labels = ", ".join(button.label for button in composed.buttons)
    return composed.model_copy(
        update={
            "title": head,
            "text": Marked("\n\n").join([words.bold(say, text=composed.title), composed.text]),
            "buttons": (*others, *controls),
            "sections": tuple(one.model_copy(update={"buttons": ()}) for one in composed.sections),
            "context": words.with_buttons(say, when=when, buttons=labels) if labels else when,
        }
    )
