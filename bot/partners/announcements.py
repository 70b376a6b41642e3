"""The messages of a round: your partner, did you meet, and the one time that we ask again."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.ways import cannot_write, chats_of, contact_of
from bot.core.cards import EMPTY, Button, Card, Fact, pack
from bot.core.composers import ComposeContext
from bot.core.reply import Skip
from bot.partners.statistics import KIND, SILENT_MOST, answers_in, group_with, standings
from prompts import dates
from prompts.library import read_library
from prompts.text import Marked, mention
from prompts.words import partners as words
from storage.breakouts import BreakoutGroup, BreakoutRound, RoundStatus
from storage.people import Person
from storage.series import Enrollment, EnrollmentStatus

ANSWERS = ("yes", "scheduled", "not_yet", "no")
FINAL = ("yes", "no")


async def partner_round(reading: ComposeContext) -> Card | Skip:
    """Your partner, who starts, and something to start with."""
    one = await _round_of(reading)
    if one is None or reading.reader is None:
        return Skip("no_round")
    if one.draft.told:
        return Skip("already_told")
    return await round_card(reading.db, one, reading.reader, reading.language) or Skip("not_paired")


async def round_card(db: AsyncSession, one: BreakoutRound, reader: Person, language: str) -> Card | None:
    """What a member of a round is told; None for anybody else."""
    seat = await group_with(db, one.id, reader.id)
    if seat is None:
        return None
    group, people = seat
    others = await still_here(db, one.cohort_id, [person for person in people if person != reader.id])
    standing = (await standings(db, one.cohort_id)).get(reader.id)
    warn = standing is not None and standing.silent == SILENT_MOST - 1
    return Card(
        title=words.told_title(language),
        text=_told(language, others),
        facts=(*await _reach(db, language, reader, others), *_facts(language, one, group, reader, others))
        if others
        else (),
        buttons=sit_out_buttons(language, one.cohort_id),
        context=words.quiet_so_far(language) if warn else EMPTY,
    )


def sit_out_buttons(language: str, cohort_id: int) -> tuple[Button, ...]:
    value = str(cohort_id)
    return (
        Button(label=words.skip_button(language), action="partners.skip", value=value),
        Button(label=words.pause_button(language), form="partners-pause", value=value),
    )


def _told(language: str, others: list[Person]) -> Marked:
    if not others:
        return words.told_alone(language)
    if len(others) == 1:
        return words.told_two(language, names=_names(language, others))
    told = words.told_trio(language, names=_names(language, others))
    return told + "\n" + words.why_three(language)


def left_text(language: str, gone: Person, others: list[Person]) -> Marked:
    """What somebody is told of a partner who left: alone until the next round, or with whom of a trio."""
    if not others:
        return words.partner_left(language, name=gone.name)
    return words.left_of_trio(language, name=gone.name, names=_names(language, others))


async def _reach(db: AsyncSession, language: str, reader: Person, others: list[Person]) -> tuple[Fact, ...]:
    """For those who are on another platform: their address, where both agreed to that."""
    chats = await chats_of(db, [reader.id, *(other.id for other in others)])
    lines = [
        words.reach_by_email(language, name=other.name, email=email)
        if (email := contact_of(reader, other))
        else words.reach_not(language, name=other.name)
        for other in others
        if cannot_write(chats, reader.id, other.id)
    ]
    return (Fact(label=words.reach_label(language), value=Marked("\n").join(lines)),) if lines else ()


def _facts(
    language: str, one: BreakoutRound, group: BreakoutGroup, reader: Person, others: list[Person]
) -> tuple[Fact, ...]:
    """The starter and the icebreaker: the same for everybody in the group."""
    turn = (one.id) + group.number
    everybody = sorted([reader, *others], key=lambda person: person.id)
    starter = everybody[turn % len(everybody)]
    openers = read_library().icebreakers_for("pair")
    first = (
        words.starter_me(language)
        if starter.id == reader.id
        else words.starter_other(language, name=mention(starter.name, starter.id))
    )
    return (
        Fact(label=words.starter_label(language), value=first),
        Fact(label=words.icebreaker_label(language), value=openers[turn % len(openers)].say(language)),
    )


async def partner_check(reading: ComposeContext) -> Card | Skip:
    return await _question(reading, again=False)


async def partner_ask_again(reading: ComposeContext) -> Card | Skip:
    return await _question(reading, again=True)


async def _question(reading: ComposeContext, *, again: bool) -> Card | Skip:
    """Did you meet? Not for who gave an answer that is final, and the first time not for who gave any."""
    one = await _round_of(reading)
    if one is None or reading.reader is None:
        return Skip("no_round")
    seat = await group_with(reading.db, one.id, reading.reader.id)
    if seat is None:
        return Skip("not_paired")
    group, people = seat
    said = (await answers_in(reading.db, {group.id})).get(group.id, {}).get(reading.reader.id)
    if said in FINAL or (said is not None and not again):
        return Skip("already_answered")
    others = await still_here(
        reading.db, one.cohort_id, [person for person in people if person != reading.reader.id]
    )
    if not others:
        return Skip("partner_gone")
    language = reading.language
    text = words.ask_again_text if again else words.check_text
    return Card(
        title=words.check_title(language),
        text=text(language, names=_names(language, others)),
        buttons=tuple(
            Button(
                label=words.answer_label(language, answer),
                action="partners.met",
                value=pack(group.id, answer),
            )
            for answer in ANSWERS
        ),
    )


async def _round_of(reading: ComposeContext) -> BreakoutRound | None:
    """The open round that a nudge is about: its own, or the one of its session."""
    nudge = reading.nudge
    query = select(BreakoutRound).where(BreakoutRound.kind == KIND, BreakoutRound.status == RoundStatus.OPEN)
    if nudge.subject_id is not None:
        query = query.where(BreakoutRound.id == nudge.subject_id)
    elif nudge.session_id is not None:
        query = query.where(BreakoutRound.session_id == nudge.session_id)
    else:
        return None
    return (await reading.db.scalars(query.where(BreakoutRound.cohort_id == nudge.cohort_id))).first()


async def still_here(db: AsyncSession, cohort_id: int, people: list[int]) -> list[Person]:
    """Those of them who still take part in partners."""
    found = await db.scalars(
        select(Person)
        .join(Enrollment, col(Enrollment.person_id) == Person.id)
        .where(
            col(Person.id).in_(people),
            col(Person.deleted_at).is_(None),
            Enrollment.cohort_id == cohort_id,
            Enrollment.status == EnrollmentStatus.ACTIVE,
            col(Enrollment.partners_opt_in).is_(True),
        )
        .order_by(col(Person.id))
    )
    return list(found)


def _names(language: str, people: list[Person]) -> Marked:
    return Marked(dates.series_of(language, [mention(person.name, person.id) for person in people]))
