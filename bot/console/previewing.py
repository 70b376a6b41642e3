"""A message as its readers will get it, in every language of the cohort, without anybody's own words.

A channel post is composed for the channel, a direct message for the facilitator who looks: never for
another person, whose commitments and answers are theirs alone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.console.listing import actions
from bot.console.naming import name_of
from bot.console.planned_groups import nudge_by_id, open_count
from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Section, pack
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.links import Links
from bot.core.message_kinds import MessageKinds
from bot.core.reply import Reply, Skip
from bot.learning.gathering import approved_ideas
from bot.nudges.editions import with_edition
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.text import Marked
from prompts.words import console as words
from storage.nudges import Edition, Nudge, NudgeState
from storage.people import Community, Person
from storage.series import Cohort, Series
from storage.sessions import Session

LOOKS_BACK = "look_back"


async def preview_pressed(ctx: Context, value: str) -> Reply:
    """The first language of the cohort, or the one named after the nudge's id."""
    nudge_value, language = unpack(value, str, str)
    nudge, cohort = await nudge_by_id(ctx, nudge_value)
    return Reply(card=await preview_card(ctx, nudge, cohort, language))


async def preview_card(ctx: Context, nudge: Nudge, cohort: Cohort, language: str = "") -> Card:
    series = await ctx.db.get_one(Series, cohort.series_id)
    chosen = language if language in series.languages else series.languages[0]
    composed = await composed_for(
        ctx.db, nudge, ctx.me, ctx.community, ctx.links, cohort, chosen, ctx.now, ctx.kinds
    )
    name = await name_of(ctx.db, ctx.language, nudge)
    card = shown_before(
        ctx.language, nudge, name, cohort, series, composed, chosen,
        await open_count(ctx.db, nudge), ctx.me.zone,
    )  # fmt: skip
    card = with_note(card, await still_lacking(ctx.db, nudge, ctx.language))
    return with_note(card, await _own_words_missing(ctx, nudge, series))


async def _own_words_missing(ctx: Context, nudge: Nudge, series: Series) -> Marked | None:
    """The languages whose readers get the message's own words, where others get the facilitator's."""
    written = select(Edition.language).where(Edition.group == nudge.group, Edition.text != "")
    edited = set(await ctx.db.scalars(written))
    missing = [words.language_name(ctx.language, one) for one in series.languages if one not in edited]
    if not edited or not missing or not nudge.group:
        return None
    return words.not_edited_in(ctx.language, languages=dates.series_of(ctx.language, missing))


async def still_lacking(db: AsyncSession, nudge: Nudge, language: str) -> Marked | None:
    """What a facilitator would want to add before a look back goes; None when nothing is missing."""
    session = await db.get(Session, nudge.session_id) if nudge.kind == LOOKS_BACK else None
    if session is None or await approved_ideas(db, [session.id]):
        return None
    return words.no_idea_yet(language, number=session.number)


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
    kinds: MessageKinds,
    *,
    edited: bool = True,
) -> Card | Skip:
    """The message in a language, from what is true now; with the facilitators' own words laid over it, unless
    it is wanted as it was before it was `edited`."""
    if nudge.kind not in kinds:
        return Skip("no_composer")
    composed: Card | Skip = Skip("nothing_to_say")
    for reader in (me, None) if nudge.channel_id is None else (None,):
        reading = ComposeContext(
            db=db, now=now, nudge=nudge, reader=reader, language=language,
            zone=cohort.zone, community=community, links=links,
        )  # fmt: skip
        composed = await kinds[nudge.kind].compose(reading)
        if isinstance(composed, Card):
            return await with_edition(reading, composed) if edited else composed
    return composed


def shown_before(
    reader_language: str,
    nudge: Nudge,
    name: Marked,
    cohort: Cohort,
    series: Series,
    composed: Card | Skip,
    language: str,
    copies: int,
    zone: str,
) -> Card:
    """The message between a line that says what it is and the buttons to change it; its own buttons are
    named, not live. The reader's own time stands beside the cohort's, in which it is moved."""
    head = words.preview_title(reader_language, kind=name)
    when = words.goes_out(
        reader_language,
        when=dates.in_both(reader_language, nudge.due_at, cohort.zone, zone_for(zone, cohort.zone)),
    )
    open_still = nudge.state in {NudgeState.PLANNED, NudgeState.HELD}
    controls = (
        actions(reader_language, nudge, name, copies, held=nudge.state == NudgeState.HELD)[1:]
        if open_still
        else ()
    )
    others = tuple(
        Button(
            label=words.in_language(reader_language, code), action="nudge.preview", value=pack(nudge.id, code)
        )
        for code in series.languages
        if code != language
    )
    if isinstance(composed, Skip):
        return Card(
            title=head,
            text=words.nothing_to_send(reader_language),
            buttons=(*others, *controls),
            context=when,
        )
    labels = ", ".join(button.label for button in composed.buttons)
    return composed.model_copy(
        update={
            "title": head,
            "text": Marked("\n\n").join([words.bold(reader_language, text=composed.title), composed.text]),
            "buttons": (*others, *controls),
            "sections": tuple(section.model_copy(update={"buttons": ()}) for section in composed.sections),
            "context": words.with_buttons(reader_language, when=when, buttons=labels) if labels else when,
        }
    )
