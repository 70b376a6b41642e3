"""`partners`: a participant sees their own, a facilitator how it goes, and can form a round by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, func, select

from bot.breakouts.preview import preview
from bot.breakouts.rounds import draw, is_stale, new_seed, round_behind, what_happened
from bot.core.cards import EMPTY, Button, Card, Fact
from bot.core.context import Context
from bot.core.lookup import cohort_by_id
from bot.core.notes import note
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.nudges.cohort_people import reader_of
from bot.partners.announcements import round_card, sit_out_buttons
from bot.partners.pairing import MOST_WEEKS, begin, new_round, who_wants_one
from bot.partners.sitting_out import back_button, seat_in
from bot.partners.statistics import DRIFTING_FROM, KIND, answers_in, is_untold, open_round, standings
from bot.timekeeping.readers_hours import next_allowed
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.words import breakouts as round_words
from prompts.words import partners as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, RoundStatus
from storage.people import Person
from storage.series import Cohort, Enrollment, EnrollmentStatus, Series

ASKED_AFTER = timedelta(days=4)
"""A round that was formed by hand has no step in the cadence: its question comes so long after it."""
ASKED_AGAIN_AFTER = timedelta(hours=48)
QUESTION_LIFE = timedelta(days=5)


async def partners_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(typed.get("cohort") or "")
    if await ctx.may(Action.RUN_COHORT, cohort.series_id):
        return Reply(card=await _status(ctx, cohort))
    return Reply(card=await _mine(ctx, cohort))


async def every_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """How many weeks lie between two rounds at least; 0 for one after every session."""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    language, weeks = ctx.language, int(typed["weeks"])
    if not 0 <= weeks <= MOST_WEEKS:
        raise Refusal(words.weeks_unfit(language, most=MOST_WEEKS))
    series = await ctx.db.get_one(Series, cohort.series_id)
    series.settings = series.settings.model_copy(update={"partner_weeks": weeks})
    ctx.audit("partner_weeks_set", f"series:{series.id}", weeks=weeks)
    return Reply(
        card=Card(text=words.every_weeks(language, n=weeks) if weeks else words.every_session(language))
    )


async def _mine(ctx: Context, cohort: Cohort) -> Card:
    enrollment = await seat_in(ctx, cohort)
    takes_part = enrollment.partners_opt_in and ctx.me.id in await who_wants_one(ctx.db, cohort, ctx.now)
    one = await open_round(ctx.db, cohort.id)
    if one is not None and not await is_untold(ctx.db, one):
        card = await round_card(ctx.db, one, ctx.me, ctx.language)
        if card is not None:
            out = () if takes_part else (back_button(ctx, cohort),)
            return card.model_copy(update={"buttons": out or card.buttons})
    title = words.mine_title(ctx.language)
    if takes_part:
        buttons = sit_out_buttons(ctx.language, cohort.id)
        return Card(title=title, text=words.mine_none(ctx.language), buttons=buttons)
    return Card(title=title, text=words.mine_out(ctx.language), buttons=(back_button(ctx, cohort),))


async def _status(ctx: Context, cohort: Cohort) -> Card:
    """Counts, and the names of who is drifting: never who said what, nor with whom."""
    language = ctx.language
    wanting = await who_wants_one(ctx.db, cohort, ctx.now)
    opted_in = await ctx.db.scalar(
        select(func.count()).where(
            Enrollment.cohort_id == cohort.id,
            col(Enrollment.partners_opt_in).is_(True),
            col(Enrollment.status).in_(["active", "paused"]),
        )
    )
    facts = [
        Fact(label=words.in_label(language), value=str(len(wanting))),
        Fact(label=words.paused_label(language), value=str((opted_in or 0) - len(wanting))),
    ]
    one = await open_round(ctx.db, cohort.id)
    text = words.status_none(language)
    if one is not None and one.opened_at is not None:
        opened = dates.when(language, one.opened_at, zone_for(ctx.me.zone, cohort.zone))
        text = words.status_text(language, when=opened)
        groups = set(await ctx.db.scalars(select(BreakoutGroup.id).where(BreakoutGroup.round_id == one.id)))
        said = await answers_in(ctx.db, {group for group in groups if group is not None})
        met = sum("yes" in answers.values() for answers in said.values())
        value = words.met_value(language, met=met, groups=len(groups))
        facts.append(Fact(label=words.met_label(language), value=value))
    drifting = await _drifting(ctx, cohort)
    named = dates.series_of(language, drifting) if drifting else words.drifting_none(language)
    facts.append(Fact(label=words.drifting_label(language), value=named))
    form = Button(label=words.form_button(language), action="partners.form", value=str(cohort.id))
    return Card(
        title=words.status_title(language, cohort=cohort.name),
        text=text,
        facts=tuple(facts),
        buttons=(form,),
        context=words.drifting_note(language) if drifting else EMPTY,
    )


async def _drifting(ctx: Context, cohort: Cohort) -> list[str]:
    """Names of those who take part in partners and did not meet in their last rounds."""
    standing = await standings(ctx.db, cohort.id)
    ids = [person for person, one in standing.items() if one.unmet >= DRIFTING_FROM]
    found = await ctx.db.scalars(
        select(Person.name)
        .join(Enrollment, col(Enrollment.person_id) == Person.id)
        .where(
            col(Person.id).in_(ids),
            Enrollment.cohort_id == cohort.id,
            Enrollment.status == EnrollmentStatus.ACTIVE,
            col(Enrollment.partners_opt_in).is_(True),
        )
    )
    return sorted(found)


# --- forming a round by hand --------------------------------------------------------------------------


async def new_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_form(ctx, await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT))


async def form_pressed(ctx: Context, value: str) -> Reply:
    cohort = await cohort_by_id(ctx, value)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    return await do_form(ctx, cohort)


async def do_form(ctx: Context, cohort: Cohort) -> Reply:
    """Show who would be paired with whom. Nothing is told to anybody yet."""
    people = await who_wants_one(ctx.db, cohort, ctx.now)
    if len(people) < 2:
        raise Refusal(words.too_few(ctx.language))
    one = new_round(cohort, people, ctx.now)
    one.made_by_id = ctx.me.id
    ctx.db.add(one)
    await ctx.db.flush()
    room = await draw(ctx, one, new_seed())
    return await preview(ctx, one, room)


async def open_pressed(ctx: Context, value: str) -> Reply:
    """Tell everybody in the preview now. A second press, or one on an older card, changes nothing."""
    one = await round_behind(ctx, value)
    if one.kind != KIND:
        raise Refusal(round_words.no_such_round(ctx.language))
    if one.status != RoundStatus.PREVIEW:
        return Reply(card=Card(text=what_happened(ctx.language, one)), replace=True)
    if is_stale(one, value):
        return await preview(ctx, one, note=round_words.changed_meanwhile(ctx.language))
    if len(one.draft.groups) == 0:
        raise Refusal(round_words.no_preview(ctx.language))
    await _take_over(ctx, one)
    one.draft = one.draft.model_copy(update={"told": True})
    groups = await begin(ctx.db, one, ctx.now)
    await _tell(ctx, one)
    ctx.audit("partners_opened", f"partners:{one.id}", groups=len(groups), seed=one.seed)
    return Reply(card=Card(text=words.opened(ctx.language, n=len(groups))), replace=True)


async def _take_over(ctx: Context, one: BreakoutRound) -> None:
    """A round that was made for a session and is not told yet gives way: this one takes its session."""
    waiting = await open_round(ctx.db, one.cohort_id)
    if waiting is not None and await is_untold(ctx.db, waiting):
        one.session_id, waiting.status = waiting.session_id, "cancelled"
        await ctx.db.flush()


async def _tell(ctx: Context, one: BreakoutRound) -> None:
    """A message to each member now; the questions too, where no session's cadence brings them."""
    cohort = await ctx.db.get_one(Cohort, one.cohort_id)
    members = await ctx.db.scalars(
        select(Person)
        .join(GroupMember, col(GroupMember.person_id) == Person.id)
        .join(BreakoutGroup, col(BreakoutGroup.id) == GroupMember.group_id)
        .where(BreakoutGroup.round_id == one.id)
        .order_by(col(Person.id))
    )
    for person in list(members):
        card = await round_card(ctx.db, one, person, person.language)
        if card is not None:
            key = f"partners:{one.id}:{person.id}"
            ctx.post(card, person_id=person.id, cohort_id=cohort.id, key=key)
        if one.session_id is None:
            _ask_later(ctx, one, cohort, person)


def _ask_later(ctx: Context, one: BreakoutRound, cohort: Cohort, person: Person) -> None:
    reader = reader_of(person, cohort.zone)
    first = next_allowed(ctx.now + ASKED_AFTER, reader)
    again = next_allowed(first + ASKED_AGAIN_AFTER, reader)
    for kind, at in (("partner_check", first), ("partner_ask_again", again)):
        ctx.db.add(
            note(
                f"{kind}:{one.id}:{person.id}",
                cohort.community_id,
                ctx.now,
                kind=kind,
                nature="form",
                cohort_id=cohort.id,
                subject_id=one.id,
                person_id=person.id,
                due_at=at,
                expires_at=at + QUESTION_LIFE,
            )
        )
