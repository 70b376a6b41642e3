"""Who is kept apart or together, and who never wants to meet whom.

Apart and together are a facilitator's arrangements, which every facilitator of the cohort may see and lift.
Never is confidential: it stands in no list, no preview and no message, whoever asks, the person who set it
included; setting it twice, lifting it and lifting what never stood are all answered with the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from bot.breakouts.changing import one_of, picked
from bot.breakouts.room import room_of
from bot.breakouts.rounds import people_in, preview_behind
from bot.cards import Button, Card, Section
from bot.communities.lookup import cohort_by_id, row_id
from bot.communities.unfit import Unfit, beside_its_field
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.permissions import Action
from prompts import dates
from prompts.words import breakouts as words
from storage.breakouts import PairRule
from storage.people import Person
from storage.series import Cohort

KINDS = ("apart", "together", "never")
VISIBLE = ("apart", "together")
OPPOSITE = {"apart": "together", "together": "apart"}


# --- a facilitator's rules ----------------------------------------------------------------------------


async def pair_rule_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """``pair rule apart @Ana @Ben``"""
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    first, second = await _two(desk, typed["first"].id, typed["second"].id)
    return await do_rule(desk, cohort, typed["kind"], first, second)


async def pair_rule_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """From a preview (`context` is its round) the people are those of the round."""
    say = desk.language
    if context:
        one = await preview_behind(desk, context)
        room = await room_of(desk.db, one, people_in(one))
        people = (
            one_of("first", words.person_one(say), room),
            one_of("second", words.person_two(say), room),
        )
    else:
        await desk.cohort("", Action.RUN_COHORT)
        people = (
            Field(name="first", kind="people", label=words.person_one(say)),
            Field(name="second", kind="people", label=words.person_two(say)),
        )
    kinds = (words.kind_apart, words.kind_together, words.kind_never)
    options = tuple(Option(value=kind, label=told(say)) for kind, told in zip(KINDS, kinds, strict=True))
    return Form(
        name="pair-rule",
        title=words.pair_rule_title(say),
        submit=words.save(say),
        context=context,
        fields=(
            Field(name="kind", kind="choice", label=words.pair_kind(say), options=options, initial="apart"),
            *people,
        ),
    )


async def pair_rule_sent(desk: Desk, context: str, values: Values) -> Reply:
    if context:
        one = await preview_behind(desk, context)
        cohort = await desk.db.get_one(Cohort, one.cohort_id)
    else:
        cohort = await desk.cohort("", Action.RUN_COHORT)
    return await beside_its_field(_from_form(desk, cohort, values))


async def _from_form(desk: Desk, cohort: Cohort, values: Values) -> Reply:
    first, second = picked(values["first"]), picked(values["second"])
    if len(first) != 1 or len(second) != 1:
        raise Unfit("second", words.two_different(desk.language))
    people = await _two(desk, first[0], second[0])
    return await do_rule(desk, cohort, str(values["kind"]), *people)


async def do_rule(desk: Desk, cohort: Cohort, kind: str, first: Person, second: Person) -> Reply:
    """Set a rule of the cohort; the preview that stands keeps its groups until it is drawn anew."""
    say = desk.language
    if kind == "never":
        await _keep(desk, kind, first, second, cohort.id)
        return Reply(card=Card(text=words.kept_private(say), context=words.redraw_hint(say)))
    names = dates.series_of(say, [first.name, second.name])
    if await _standing(desk, cohort, OPPOSITE[kind], first, second):
        raise Unfit("second", words.other_rule_first(say, names=names))
    if not await _standing(desk, cohort, kind, first, second):
        await _keep(desk, kind, first, second, cohort.id)
    told = words.kept_apart if kind == "apart" else words.kept_together
    return Reply(card=Card(text=told(say, names=names), context=words.redraw_hint(say)))


async def pair_rules_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The rules that facilitators may see, each with a button that lifts it."""
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    return await _listed(desk, cohort)


async def _listed(desk: Desk, cohort: Cohort, *, replace: bool = False) -> Reply:
    say = desk.language
    found = await desk.db.scalars(
        select(PairRule)
        .where(PairRule.cohort_id == cohort.id, col(PairRule.kind).in_(VISIBLE))
        .order_by(col(PairRule.id))
    )
    rules = list(found)
    if not rules:
        return Reply(card=Card(text=words.no_pair_rules(say)), replace=replace)
    ids = {rule.first_id for rule in rules} | {rule.second_id for rule in rules}
    people = await desk.db.scalars(select(Person).where(col(Person.id).in_(ids)))
    names = {person.id: person.name for person in people}
    sections = []
    for rule in rules:
        told = words.apart_line if rule.kind == "apart" else words.together_line
        both = dates.series_of(say, [names[rule.first_id], names[rule.second_id]])
        lift = Button(label=words.lift(say), action="pair.lift", value=str(rule.id))
        sections.append(Section(text=told(say, names=both), buttons=(lift,)))
    return Reply(card=Card(title=words.pair_rules_title(say), sections=tuple(sections)), replace=replace)


async def lift_pressed(desk: Desk, value: str) -> Reply:
    """Lift a visible rule. Another community's, or a confidential one, is not found."""
    rule = await desk.db.get(PairRule, row_id(value))
    if rule is None or rule.community_id != desk.community.id or rule.kind not in VISIBLE:
        return Reply(card=Card(text=words.lifted(desk.language)), replace=True)
    cohort = await cohort_by_id(desk, str(rule.cohort_id))
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    await desk.db.delete(rule)
    await desk.db.flush()
    return await _listed(desk, cohort, replace=True)


async def pair_lift_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Lift what stands between two people: the cohort's visible rules, and confidential ones I set here."""
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    first, second = await _two(desk, typed["first"].id, typed["second"].id)
    mine = (col(PairRule.kind) == "never") & (col(PairRule.set_by_id) == desk.me.id)
    await desk.db.execute(
        delete(PairRule).where(
            col(PairRule.cohort_id) == cohort.id,
            col(PairRule.first_id) == first.id,
            col(PairRule.second_id) == second.id,
            col(PairRule.kind).in_(VISIBLE) | mine,
        )
    )
    return Reply(card=Card(text=words.lifted(desk.language)))


# --- everybody's own wish -----------------------------------------------------------------------------


async def avoid_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Never be grouped with somebody, in this whole community."""
    _say_it_directly(desk)
    first, second = await _two(desk, desk.me.id, typed["person"].id)
    await _keep(desk, "never", first, second, None)
    return Reply(card=Card(text=words.kept_private(desk.language)))


async def avoid_end_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Take back my own wish; somebody else's stays, and the answer is the same."""
    _say_it_directly(desk)
    first, second = await _two(desk, desk.me.id, typed["person"].id)
    await desk.db.execute(
        delete(PairRule).where(
            col(PairRule.community_id) == desk.community.id,
            col(PairRule.kind) == "never",
            col(PairRule.first_id) == first.id,
            col(PairRule.second_id) == second.id,
            col(PairRule.set_by_id) == desk.me.id,
            col(PairRule.cohort_id).is_(None),
        )
    )
    return Reply(card=Card(text=words.lifted(desk.language)))


async def avoid_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    say = desk.language
    return Form(
        name="avoid",
        title=words.kind_never(say),
        submit=words.save(say),
        fields=(Field(name="person", kind="people", label=words.person_one(say)),),
    )


async def avoid_sent(desk: Desk, context: str, values: Values) -> Reply:
    people = picked(values["person"])
    if len(people) != 1:
        return Reply(errors={"person": words.two_different(desk.language)})
    return await beside_its_field(_avoid(desk, people[0]))


async def _avoid(desk: Desk, person_id: int) -> Reply:
    first, second = await _two(desk, desk.me.id, person_id)
    await _keep(desk, "never", first, second, None)
    return Reply(card=Card(text=words.kept_private(desk.language)))


def _say_it_directly(desk: Desk) -> None:
    """What is typed in a channel may be read by others. Raises `Refusal` there."""
    if desk.event.where.kind in {"channel", "group"} and desk.workspace.platform == "teams":
        raise Refusal(words.say_it_directly(desk.language))


# --- rows ---------------------------------------------------------------------------------------------


async def _two(desk: Desk, one: int | None, other: int | None) -> tuple[Person, Person]:
    """Two different people of this community, the smaller id first. Raises `Unfit`."""
    found = await desk.db.scalars(
        select(Person)
        .where(
            col(Person.id).in_([one, other]),
            Person.community_id == desk.community.id,
            col(Person.deleted_at).is_(None),
        )
        .order_by(col(Person.id))
    )
    people = list(found)
    if len(people) != 2:
        raise Unfit("second", words.two_different(desk.language))
    return people[0], people[1]


async def _standing(desk: Desk, cohort: Cohort, kind: str, first: Person, second: Person) -> bool:
    found = await desk.db.scalars(
        select(PairRule.id).where(
            PairRule.kind == kind,
            PairRule.cohort_id == cohort.id,
            PairRule.first_id == first.id,
            PairRule.second_id == second.id,
        )
    )
    return found.first() is not None


async def _keep(desk: Desk, kind: str, first: Person, second: Person, cohort_id: int | None) -> None:
    """Write the rule once; who set it twice has one."""
    same_cohort = col(PairRule.cohort_id).is_(None) if cohort_id is None else PairRule.cohort_id == cohort_id
    mine = select(PairRule.id).where(
        PairRule.kind == kind,
        PairRule.first_id == first.id,
        PairRule.second_id == second.id,
        PairRule.set_by_id == desk.me.id,
        same_cohort,
    )
    if (await desk.db.scalars(mine)).first() is not None:
        return
    desk.db.add(
        PairRule(
            community_id=desk.community.id or 0,
            cohort_id=cohort_id,
            kind=kind,
            first_id=first.id or 0,
            second_id=second.id or 0,
            set_by_id=desk.me.id or 0,
            set_at=desk.now,
        )
    )
