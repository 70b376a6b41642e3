"""`partners`: a participant sees their own, a facilitator how it goes, and can form a round by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, func, select

from bot.breakouts.preview import preview
from bot.breakouts.rounds import draw, groups_in, is_stale, new_seed, round_behind, what_happened
from bot.cards import EMPTY, Button, Card, Fact
from bot.communities.lookup import cohort_by_id
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.nudges.cohort_people import reader_of
from bot.nudges.reader import next_allowed
from bot.partners.pairing import MOST_WEEKS, WEEKS, begin, new_round, who_wants_one
from bot.partners.sitting_out import back_button, seat_in
from bot.partners.standing import DRIFTING_FROM, KIND, answers_in, is_untold, open_round, standings
from bot.partners.telling import round_card, sit_out_buttons
from bot.permissions import Action
from prompts import dates
from prompts.words import breakouts as round_words
from prompts.words import partners as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember
from storage.nudges import Nudge
from storage.people import Person
from storage.series import Cohort, Enrollment, Series

ASKED_AFTER = timedelta(days=4)
"""A round that was formed by hand has no step in the cadence: its question comes so long after it."""
ASKED_AGAIN_AFTER = timedelta(hours=48)
QUESTION_LIFE = timedelta(days=5)


async def partners_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    cohort = await desk.cohort(typed.get("cohort") or "")
    if await desk.may(Action.RUN_COHORT, cohort.series_id):
        return Reply(card=await _status(desk, cohort))
    return Reply(card=await _mine(desk, cohort))


async def every_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """How many weeks lie between two rounds at least; 0 for one after every session."""
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    say, weeks = desk.language, int(typed["weeks"])
    if not 0 <= weeks <= MOST_WEEKS:
        raise Refusal(words.weeks_unfit(say, most=MOST_WEEKS))
    series = await desk.db.get_one(Series, cohort.series_id)
    series.settings = {**series.settings, WEEKS: weeks}
    desk.audit("partner_weeks_set", f"series:{series.id}", weeks=weeks)
    return Reply(card=Card(text=words.every_weeks(say, n=weeks) if weeks else words.every_session(say)))


async def _mine(desk: Desk, cohort: Cohort) -> Card:
    enrollment = await seat_in(desk, cohort)
    takes_part = enrollment.partners_opt_in and desk.me.id in await who_wants_one(desk.db, cohort, desk.now)
    one = await open_round(desk.db, cohort.id)
    if one is not None and not await is_untold(desk.db, one):
        card = await round_card(desk.db, one, desk.me, desk.language)
        if card is not None:
            out = () if takes_part else (back_button(desk, cohort),)
            return card.model_copy(update={"buttons": out or card.buttons})
    title = words.mine_title(desk.language)
    if takes_part:
        buttons = sit_out_buttons(desk.language, cohort.id or 0)
        return Card(title=title, text=words.mine_none(desk.language), buttons=buttons)
    return Card(title=title, text=words.mine_out(desk.language), buttons=(back_button(desk, cohort),))


async def _status(desk: Desk, cohort: Cohort) -> Card:
    """Counts, and the names of who is drifting: never who said what, nor with whom."""
    say = desk.language
    wanting = await who_wants_one(desk.db, cohort, desk.now)
    opted_in = await desk.db.scalar(
        select(func.count()).where(
            Enrollment.cohort_id == cohort.id,
            col(Enrollment.partners_opt_in).is_(True),
            col(Enrollment.status).in_(["active", "paused"]),
        )
    )
    facts = [
        Fact(label=words.in_label(say), value=str(len(wanting))),
        Fact(label=words.paused_label(say), value=str((opted_in or 0) - len(wanting))),
    ]
    one = await open_round(desk.db, cohort.id)
    text = words.status_none(say)
    if one is not None and one.opened_at is not None:
        text = words.status_text(say, when=dates.when(say, one.opened_at, cohort.zone))
        groups = set(await desk.db.scalars(select(BreakoutGroup.id).where(BreakoutGroup.round_id == one.id)))
        said = await answers_in(desk.db, {group for group in groups if group is not None})
        met = sum("yes" in answers.values() for answers in said.values())
        value = words.met_value(say, met=met, groups=len(groups))
        facts.append(Fact(label=words.met_label(say), value=value))
    drifting = await _drifting(desk, cohort)
    named = dates.series_of(say, drifting) if drifting else words.drifting_none(say)
    facts.append(Fact(label=words.drifting_label(say), value=named))
    form = Button(label=words.form_button(say), action="partners.form", value=str(cohort.id))
    return Card(
        title=words.status_title(say, cohort=cohort.name),
        text=text,
        facts=tuple(facts),
        buttons=(form,),
        context=words.drifting_note(say) if drifting else EMPTY,
    )


async def _drifting(desk: Desk, cohort: Cohort) -> list[str]:
    """Names of those who take part in partners and did not meet in their last rounds."""
    standing = await standings(desk.db, cohort.id or 0)
    ids = [person for person, one in standing.items() if one.unmet >= DRIFTING_FROM]
    found = await desk.db.scalars(
        select(Person.name)
        .join(Enrollment, col(Enrollment.person_id) == Person.id)
        .where(
            col(Person.id).in_(ids),
            Enrollment.cohort_id == cohort.id,
            Enrollment.status == "active",
            col(Enrollment.partners_opt_in).is_(True),
        )
    )
    return sorted(found)


# --- forming a round by hand --------------------------------------------------------------------------


async def new_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await do_form(desk, await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT))


async def form_pressed(desk: Desk, value: str) -> Reply:
    cohort = await cohort_by_id(desk, value)
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    return await do_form(desk, cohort)


async def do_form(desk: Desk, cohort: Cohort) -> Reply:
    """Show who would be paired with whom. Nothing is told to anybody yet."""
    people = await who_wants_one(desk.db, cohort, desk.now)
    if len(people) < 2:
        raise Refusal(words.too_few(desk.language))
    one = new_round(cohort, people, desk.now)
    one.made_by_id = desk.me.id
    desk.db.add(one)
    await desk.db.flush()
    room = await draw(desk, one, new_seed())
    return await preview(desk, one, room)


async def open_pressed(desk: Desk, value: str) -> Reply:
    """Tell everybody in the preview now. A second press, or one on an older card, changes nothing."""
    one = await round_behind(desk, value)
    if one.kind != KIND:
        raise Refusal(round_words.no_such_round(desk.language))
    if one.status != "preview":
        return Reply(card=Card(text=what_happened(desk.language, one)), replace=True)
    if is_stale(one, value):
        return await preview(desk, one, note=round_words.changed_meanwhile(desk.language))
    if len(groups_in(one)) == 0:
        raise Refusal(round_words.no_preview(desk.language))
    await _take_over(desk, one)
    one.draft = {**one.draft, "told": True}
    groups = await begin(desk.db, one, desk.now)
    await _tell(desk, one)
    desk.audit("partners_opened", f"partners:{one.id}", groups=len(groups), seed=one.seed)
    return Reply(card=Card(text=words.opened(desk.language, n=len(groups))), replace=True)


async def _take_over(desk: Desk, one: BreakoutRound) -> None:
    """A round that was made for a session and is not told yet gives way: this one takes its session."""
    waiting = await open_round(desk.db, one.cohort_id)
    if waiting is not None and await is_untold(desk.db, waiting):
        one.session_id, waiting.status = waiting.session_id, "cancelled"
        await desk.db.flush()


async def _tell(desk: Desk, one: BreakoutRound) -> None:
    """A message to each member now; the questions too, where no session's cadence brings them."""
    cohort = await desk.db.get_one(Cohort, one.cohort_id)
    members = await desk.db.scalars(
        select(Person)
        .join(GroupMember, col(GroupMember.person_id) == Person.id)
        .join(BreakoutGroup, col(BreakoutGroup.id) == GroupMember.group_id)
        .where(BreakoutGroup.round_id == one.id)
        .order_by(col(Person.id))
    )
    for person in list(members):
        card = await round_card(desk.db, one, person, person.language)
        if card is not None:
            key = f"partners:{one.id}:{person.id}"
            desk.post(card, person_id=person.id, cohort_id=cohort.id, key=key)
        if one.session_id is None:
            _ask_later(desk, one, cohort, person)


def _ask_later(desk: Desk, one: BreakoutRound, cohort: Cohort, person: Person) -> None:
    reader = reader_of(person, cohort.zone)
    first = next_allowed(desk.now + ASKED_AFTER, reader)
    again = next_allowed(first + ASKED_AGAIN_AFTER, reader)
    for kind, at in (("partner_check", first), ("partner_ask_again", again)):
        desk.db.add(
            Nudge(
                key=f"{kind}:{one.id}:{person.id}",
                community_id=cohort.community_id,
                kind=kind,
                nature="form",
                cohort_id=cohort.id,
                subject_id=one.id,
                person_id=person.id,
                due_at=at,
                expires_at=at + QUESTION_LIFE,
                created_at=desk.now,
            )
        )
