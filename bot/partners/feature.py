"""The commands, buttons and messages of learning partners."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, func, select

from bot.breakouts.engine import Clash
from bot.cards import Button, Card, Section
from bot.communities.lookup import cohort_by_id, row_id
from bot.communities.unfit import Unfit
from bot.desk import Desk
from bot.feature import Argument, CommandSpec, Feature, PressSpec, Refusal, Reply
from bot.partners import telling
from bot.partners.answers import ANSWERS, answer_of, group_of, members_of, silent_rounds
from bot.partners.pairing import make_due_rounds, make_round, set_pause, takes_part
from bot.permissions import Action
from prompts import dates
from prompts.words import partners as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, PartnerAnswer
from storage.nudges import Nudge
from storage.people import Person
from storage.series import Cohort, Enrollment

DRIFTING_FROM = 2
ASKED_AFTER = {"partner_round": timedelta(0), "partner_check": timedelta(days=4),
               "partner_ask_again": timedelta(days=6)}  # fmt: skip
"""When the messages of a round made by hand go out, counted from the making."""


async def partners_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """For who runs the cohort how the pairs do; for everybody else their own pair."""
    cohort = await desk.cohort(typed.get("cohort") or "")
    if await desk.may(Action.RUN_COHORT, cohort.series_id):
        return Reply(card=await _status(desk, cohort))
    group = await group_of(desk.db, cohort.id, desk.me.id)
    card = await telling.pair_card(desk.db, group, desk.me, desk.language) if group else None
    return Reply(card=card or Card(text=words.none_now(desk.language)))


async def _status(desk: Desk, cohort: Cohort) -> Card:
    """Counts, and who has fallen silent; never what anybody answered."""
    say = desk.language
    opted = set(
        await desk.db.scalars(
            select(Enrollment.person_id).where(
                Enrollment.cohort_id == cohort.id,
                Enrollment.status == "active",
                col(Enrollment.partners_opt_in).is_(True),
            )
        )
    )
    taking = await takes_part(desk.db, cohort, desk.now)
    silence = await silent_rounds(desk.db, cohort, opted)
    drifting = [person_id for person_id, count in silence.items() if count >= DRIFTING_FROM]
    found = await desk.db.scalars(
        select(Person.name).where(col(Person.id).in_(drifting)).order_by(col(Person.name))
    )
    names = dates.series_of(say, list(found)) if drifting else words.nobody(say)
    heard, asked = await _heard(desk, cohort)
    return Card(
        title=words.status_title(say),
        text=words.status_text(say, taking=str(len(taking)), paused=str(len(opted - taking))),
        sections=(
            Section(text=words.heard(say, heard=str(heard), asked=str(asked))),
            Section(title=words.drifting(say), text=names),
        ),
        buttons=(Button(label=words.new_summary(say), action="partners.new", value=str(cohort.id)),),
    )


async def _heard(desk: Desk, cohort: Cohort) -> tuple[int, int]:
    last = (
        select(func.max(col(BreakoutRound.id)))
        .where(BreakoutRound.cohort_id == cohort.id, BreakoutRound.kind == "partners")
        .scalar_subquery()
    )
    groups = select(BreakoutGroup.id).where(BreakoutGroup.round_id == last)
    heard = await desk.db.scalars(select(PartnerAnswer.id).where(col(PartnerAnswer.group_id).in_(groups)))
    asked = await desk.db.scalars(select(GroupMember.id).where(col(GroupMember.group_id).in_(groups)))
    return len(list(heard)), len(list(asked))


async def new_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_new(desk, await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT))


async def new_pressed(desk: Desk, value: str) -> Reply:
    cohort = await cohort_by_id(desk, value)
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    return await do_new(desk, cohort)


async def do_new(desk: Desk, cohort: Cohort) -> Reply:
    """Pair everybody now; the check and the second ask follow by themselves."""
    say = desk.language
    try:
        one = await make_round(desk.db, cohort, desk.now, by=desk.me.id)
    except Clash:
        raise Refusal(words.cannot_pair(say)) from None
    if one is None:
        return Reply(card=Card(text=words.too_few(say)))  # no refusal: who was silent stays paused
    people = await desk.db.scalars(
        select(GroupMember.person_id).join(BreakoutGroup).where(BreakoutGroup.round_id == one.id)
    )
    count = 0
    for count, person_id in enumerate(people, 1):  # noqa: B007
        for kind, after in ASKED_AFTER.items():
            desk.db.add(_nudge(desk, cohort, one, person_id, kind, after))
    desk.audit("partners.new", f"round:{one.id}")
    return Reply(card=Card(text=words.made(say, n=str(count))))


def _nudge(
    desk: Desk, cohort: Cohort, one: BreakoutRound, person_id: int, kind: str, after: timedelta
) -> Nudge:
    return Nudge(
        key=f"partners:{one.id}:{kind}:{person_id}",
        community_id=cohort.community_id,
        kind=kind,
        nature="logistics" if kind == "partner_round" else "form",
        cohort_id=cohort.id,
        subject_id=one.id,
        person_id=person_id,
        due_at=desk.now + after,
        expires_at=desk.now + after + timedelta(days=5),
        created_at=desk.now,
    )


async def skip_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    cohort = await desk.cohort(typed.get("cohort") or "")
    await set_pause(desk.db, cohort, desk.me.id or 0, "skip", desk.now)
    return Reply(card=Card(text=words.skipped(desk.language), buttons=(_back(desk, cohort),)))


async def pause_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    cohort = await desk.cohort(typed.get("cohort") or "")
    until = typed["until"]
    if until <= dates.in_zone(desk.now, cohort.zone).date():
        raise Unfit("until", words.pause_in_past(desk.language))
    (await set_pause(desk.db, cohort, desk.me.id or 0, "asked", desk.now)).until = until
    text = words.paused(desk.language, day=dates.long_day(desk.language, until))
    return Reply(card=Card(text=text, buttons=(_back(desk, cohort),)))


def _back(desk: Desk, cohort: Cohort) -> Button:
    return Button(label=words.come_back(desk.language), action="partners.back", value=str(cohort.id))


async def resume_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await _resume(desk, await desk.cohort(typed.get("cohort") or ""))


async def back_pressed(desk: Desk, value: str) -> Reply:
    return await _resume(desk, await cohort_by_id(desk, value))


async def _resume(desk: Desk, cohort: Cohort) -> Reply:
    await set_pause(desk.db, cohort, desk.me.id or 0, "back", desk.now)
    return Reply(card=Card(text=words.back(desk.language)), replace=True)


async def met_pressed(desk: Desk, value: str) -> Reply:
    """Note the answer of a member; a later one takes its place."""
    group, _, answer = value.partition(":")
    group_id = row_id(group)
    mine = desk.me.id in {one.id for one in await members_of(desk.db, group_id)}
    if not mine or answer not in ANSWERS:
        raise Refusal(words.not_yours(desk.language))
    before = await answer_of(desk.db, group_id, desk.me.id)
    one = before or PartnerAnswer(
        group_id=group_id, person_id=desk.me.id or 0, answer=answer, answered_at=desk.now
    )
    one.answer, one.answered_at = answer, desk.now
    desk.db.add(one)
    return Reply(card=Card(text=words.thanks(desk.language)), replace=True)


_COHORT = Argument("cohort", "word", required=False)
FEATURE = Feature(
    "partners",
    commands=(
        CommandSpec("partners", Action.TAKE_PART, words.summary, partners_typed, (_COHORT,),
                    aliases=("parejas",)),
        CommandSpec("partners new", Action.RUN_COHORT, words.new_summary, new_typed, (_COHORT,)),
        CommandSpec("partners skip", Action.TAKE_PART, words.skip_summary, skip_typed, (_COHORT,)),
        CommandSpec("partners pause", Action.TAKE_PART, words.pause_summary, pause_typed,
                    (Argument("until", "date"), _COHORT), example="partners pause 2027-03-01"),
        CommandSpec("partners resume", Action.TAKE_PART, words.resume_summary, resume_typed, (_COHORT,)),
    ),
    presses=(
        PressSpec("partners.met", Action.TAKE_PART, met_pressed),
        PressSpec("partners.new", Action.RUN_COHORT, new_pressed),
        PressSpec("partners.back", Action.TAKE_PART, back_pressed),
    ),
    composers={
        "partner_round": telling.partner_round,
        "partner_check": telling.partner_check,
        "partner_ask_again": telling.partner_check,
    },
    housekeeping=(make_due_rounds,),
)  # fmt: skip
