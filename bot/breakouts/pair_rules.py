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

from bot.breakouts.changing import among, picked
from bot.breakouts.room import room_of
from bot.breakouts.rounds import preview_behind
from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Form, Option, Values, fields_of
from bot.core.inputs import Argument
from bot.core.lookup import cohort_by_id, row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts import dates
from prompts.words import breakouts as words
from storage.breakouts import PairRule
from storage.people import Person
from storage.series import Cohort

KINDS = ("apart", "together", "never")
VISIBLE = ("apart", "together")
RULE = (
    Argument("kind", "choice", choices=KINDS, label=words.pair_kind),
    Argument("first", "person", label=words.person_one),
    Argument("second", "person", label=words.person_two),
)
AVOID = (Argument("person", "person", label=words.person_one),)
OPPOSITE = {"apart": "together", "together": "apart"}


# --- a facilitator's rules ----------------------------------------------------------------------------


async def pair_rule_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """``pair rule apart @Ana @Ben``"""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    first, second = await _two(ctx, typed["first"].id, typed["second"].id)
    return await do_rule(ctx, cohort, typed["kind"], first, second)


async def pair_rule_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """From a preview (`context` is its round) the people are those of the round."""
    language = ctx.language
    kinds = (words.kind_apart, words.kind_together, words.kind_never)
    told = zip(KINDS, kinds, strict=True)
    options = {"kind": tuple(Option(value=kind, label=label(language)) for kind, label in told)}
    if context:
        one = await preview_behind(ctx, context)
        options |= among(await room_of(ctx.db, one, one.draft.people), "first", "second")
    else:
        await ctx.cohort("", Action.RUN_COHORT)
    return Form(
        name="pair-rule",
        title=words.pair_rule_title(language),
        submit=words.save(language),
        context=context,
        fields=fields_of(RULE, language, {"kind": "apart", **initial}, options),
    )


async def pair_rule_sent(ctx: Context, context: str, values: Values) -> Reply:
    if context:
        one = await preview_behind(ctx, context)
        cohort = await ctx.db.get_one(Cohort, one.cohort_id)
    else:
        cohort = await ctx.cohort("", Action.RUN_COHORT)
    (first,), (second,) = picked(values["first"]), picked(values["second"])
    people = await _two(ctx, first, second)
    return await do_rule(ctx, cohort, str(values["kind"]), *people)


async def do_rule(ctx: Context, cohort: Cohort, kind: str, first: Person, second: Person) -> Reply:
    """Set a rule of the cohort; the preview that stands keeps its groups until it is drawn anew."""
    language = ctx.language
    if kind == "never":
        await _keep(ctx, kind, first, second, cohort.id)
        return Reply(card=Card(text=words.kept_private(language), context=words.redraw_hint(language)))
    names = dates.series_of(language, [first.name, second.name])
    if await _standing(ctx, cohort, OPPOSITE[kind], first, second):
        raise FieldError("second", words.other_rule_first(language, names=names))
    if not await _standing(ctx, cohort, kind, first, second):
        await _keep(ctx, kind, first, second, cohort.id)
    told = words.kept_apart if kind == "apart" else words.kept_together
    return Reply(card=Card(text=told(language, names=names), context=words.redraw_hint(language)))


async def pair_rules_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The rules that facilitators may see, each with a button that lifts it."""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    return await _listed(ctx, cohort)


async def _listed(ctx: Context, cohort: Cohort, *, replace: bool = False) -> Reply:
    language = ctx.language
    found = await ctx.db.scalars(
        select(PairRule)
        .where(PairRule.cohort_id == cohort.id, col(PairRule.kind).in_(VISIBLE))
        .order_by(col(PairRule.id))
    )
    rules = list(found)
    if not rules:
        return Reply(card=Card(text=words.no_pair_rules(language)), replace=replace)
    ids = {rule.first_id for rule in rules} | {rule.second_id for rule in rules}
    people = await ctx.db.scalars(select(Person).where(col(Person.id).in_(ids)))
    names = {person.id: person.name for person in people}
    sections = []
    for rule in rules:
        told = words.apart_line if rule.kind == "apart" else words.together_line
        both = dates.series_of(language, [names[rule.first_id], names[rule.second_id]])
        lift = Button(label=words.lift(language), action="pair.lift", value=str(rule.id))
        sections.append(Section(text=told(language, names=both), buttons=(lift,)))
    return Reply(card=Card(title=words.pair_rules_title(language), sections=tuple(sections)), replace=replace)


async def lift_pressed(ctx: Context, value: str) -> Reply:
    """Lift a visible rule. Another community's, or a confidential one, is not found."""
    rule = await ctx.db.get(PairRule, row_id(value))
    if rule is None or rule.community_id != ctx.community.id or rule.kind not in VISIBLE:
        return Reply(card=Card(text=words.lifted(ctx.language)), replace=True)
    cohort = await cohort_by_id(ctx, str(rule.cohort_id))
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    await ctx.db.delete(rule)
    await ctx.db.flush()
    return await _listed(ctx, cohort, replace=True)


async def pair_lift_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Lift what stands between two people: the cohort's visible rules, and confidential ones I set here."""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    first, second = await _two(ctx, typed["first"].id, typed["second"].id)
    mine = (col(PairRule.kind) == "never") & (col(PairRule.set_by_id) == ctx.me.id)
    await ctx.db.execute(
        delete(PairRule).where(
            col(PairRule.cohort_id) == cohort.id,
            col(PairRule.first_id) == first.id,
            col(PairRule.second_id) == second.id,
            col(PairRule.kind).in_(VISIBLE) | mine,
        )
    )
    return Reply(card=Card(text=words.lifted(ctx.language)))


# --- everybody's own wish -----------------------------------------------------------------------------


async def avoid_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Never be grouped with somebody, in this whole community."""
    _say_it_directly(ctx)
    return await _avoid(ctx, typed["person"].id)


async def avoid_end_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Take back my own wish; somebody else's stays, and the answer is the same."""
    _say_it_directly(ctx)
    first, second = await _two(ctx, ctx.me.id, typed["person"].id)
    await ctx.db.execute(
        delete(PairRule).where(
            col(PairRule.community_id) == ctx.community.id,
            col(PairRule.kind) == "never",
            col(PairRule.first_id) == first.id,
            col(PairRule.second_id) == second.id,
            col(PairRule.set_by_id) == ctx.me.id,
            col(PairRule.cohort_id).is_(None),
        )
    )
    return Reply(card=Card(text=words.lifted(ctx.language)))


async def avoid_sent(ctx: Context, context: str, values: Values) -> Reply:
    (person_id,) = picked(values["person"])
    return await _avoid(ctx, person_id)


async def _avoid(ctx: Context, person_id: int) -> Reply:
    first, second = await _two(ctx, ctx.me.id, person_id)
    await _keep(ctx, "never", first, second, None)
    return Reply(card=Card(text=words.kept_private(ctx.language)))


def _say_it_directly(ctx: Context) -> None:
    """What is typed in a channel may be read by others. Raises `Refusal` there."""
    if ctx.event.where.kind in {"channel", "group"} and ctx.workspace.platform == "teams":
        raise Refusal(words.say_it_directly(ctx.language))


# --- rows ---------------------------------------------------------------------------------------------


async def _two(ctx: Context, one: int | None, other: int | None) -> tuple[Person, Person]:
    """Two different people of this community, the smaller id first. Raises `FieldError`."""
    found = await ctx.db.scalars(
        select(Person)
        .where(
            col(Person.id).in_([one, other]),
            Person.community_id == ctx.community.id,
            col(Person.deleted_at).is_(None),
        )
        .order_by(col(Person.id))
    )
    people = list(found)
    if len(people) != 2:
        raise FieldError("second", words.two_different(ctx.language))
    return people[0], people[1]


async def _standing(ctx: Context, cohort: Cohort, kind: str, first: Person, second: Person) -> bool:
    found = await ctx.db.scalars(
        select(PairRule.id).where(
            PairRule.kind == kind,
            PairRule.cohort_id == cohort.id,
            PairRule.first_id == first.id,
            PairRule.second_id == second.id,
        )
    )
    return found.first() is not None


async def _keep(ctx: Context, kind: str, first: Person, second: Person, cohort_id: int | None) -> None:
    """Write the rule once; who set it twice has one."""
    same_cohort = col(PairRule.cohort_id).is_(None) if cohort_id is None else PairRule.cohort_id == cohort_id
    mine = select(PairRule.id).where(
        PairRule.kind == kind,
        PairRule.first_id == first.id,
        PairRule.second_id == second.id,
        PairRule.set_by_id == ctx.me.id,
        same_cohort,
    )
    if (await ctx.db.scalars(mine)).first() is not None:
        return
    ctx.db.add(
        PairRule(
            community_id=ctx.community.id,
            cohort_id=cohort_id,
            kind=kind,
            first_id=first.id,
            second_id=second.id,
            set_by_id=ctx.me.id,
            set_at=ctx.now,
        )
    )
