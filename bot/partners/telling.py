"""The messages of a round: who is with whom, did you meet, and asking once more."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import Button, Card, Section
from bot.desk import Reading
from bot.feature import Skip
from bot.partners.answers import ANSWERS, answer_of, group_of, members_of
from prompts import dates
from prompts.library import read_library
from prompts.text import Marked, mention
from prompts.words import partners as words
from storage.breakouts import BreakoutGroup
from storage.people import Person

LABELS = {"yes": words.yes, "scheduled": words.scheduled, "not_yet": words.not_yet, "no": words.no}


async def partner_round(reading: Reading) -> Card | Skip:
    """Who your partner is, who starts, and with what."""
    group = await _group(reading)
    if group is None or reading.reader is None:
        return Skip("not_paired")
    return await pair_card(reading.db, group, reading.reader, reading.language) or Skip("partner_left")


async def partner_check(reading: Reading) -> Card | Skip:
    """Did you meet? Asked of who has not said; the same again 48 hours later."""
    group, reader = await _group(reading), reading.reader
    if group is None or reader is None:
        return Skip("not_paired")
    if await answer_of(reading.db, group.id, reader.id) is not None:
        return Skip("already_answered")
    return await _check_card(reading.db, group, reader, reading.language) or Skip("partner_left")


async def _group(reading: Reading) -> BreakoutGroup | None:
    nudge = reading.nudge
    return await group_of(
        reading.db, nudge.cohort_id, nudge.person_id, session_id=nudge.session_id, round_id=nudge.subject_id
    )


async def pair_card(db: AsyncSession, group: BreakoutGroup, reader: Person, say: str) -> Card | None:
    """None when everybody else of the group is gone."""
    members = await members_of(db, group.id)
    others = [one for one in members if one.id != reader.id]
    if not others:
        return None
    starter = members[group.round_id % len(members)]
    icebreakers = read_library().icebreakers_for("pair")
    opener = icebreakers[(group.round_id + group.number) % len(icebreakers)]
    starts = words.you_start(say) if starter.id == reader.id else words.they_start(say, name=starter.name)
    return Card(
        title=words.round_title(say),
        text=words.round_text(say, names=_names(others, say)),
        sections=(
            Section(text=starts),
            Section(title=words.icebreaker(say), text=opener.say(say)),
        ),
    )


async def _check_card(db: AsyncSession, group: BreakoutGroup, reader: Person, say: str) -> Card | None:
    others = [one for one in await members_of(db, group.id) if one.id != reader.id]
    if not others:
        return None
    return Card(
        title=words.check_title(say),
        text=words.check_text(say, names=_names(others, say)),
        buttons=tuple(
            Button(label=LABELS[answer](say), action="partners.met", value=f"{group.id}:{answer}")
            for answer in ANSWERS
        ),
    )


def _names(people: list[Person], say: str) -> Marked:
    return Marked(dates.series_of(say, [mention(one.name, one.id or 0) for one in people]))
