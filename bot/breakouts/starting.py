"""Asking for a round: typed or in a form, with the people who checked in or those the facilitator names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from bot.breakouts.attending import attended, enrolled, has_begun, session_for
from bot.breakouts.preview import preview
from bot.breakouts.questions import LONGEST as LONGEST_PROMPT
from bot.breakouts.questions import (
    language_typed,
    languages_of,
    prepared_prompts,
    prompt_fields,
    read_prompts,
)
from bot.breakouts.room import BY_DEFAULT, MIXED, SHARED
from bot.breakouts.rounds import draw, latest, new_seed, preview_behind, round_behind
from bot.core.cards import EMPTY, Button, Card, pack
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Option, Values, fields_of
from bot.core.inputs import Argument
from bot.core.lookup import cohort_by_id, title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.timekeeping.misread import plain
from prompts.command_names import argument_shown, chosen
from prompts.words import breakouts as words
from storage.breakouts import BreakoutDraft, BreakoutRound
from storage.series import Cohort

LARGEST_SIZE = 50
LONGEST_MINUTES = 180
USUAL_MINUTES = 10
TRAITS = (*MIXED, SHARED)
SIZE = Argument("size", "number", required=False, label=words.size_label, lowest=2, highest=LARGEST_SIZE)
MINUTES = Argument(
    "minutes", "number", required=False, label=words.minutes_label, lowest=1, highest=LONGEST_MINUTES
)
GROUPS = Argument("groups", "number", required=False, label=words.groups_label, lowest=1)


async def breakout_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    if typed.get("size") is None and typed.get("groups") is None:
        return Reply(form=await breakout_form(ctx, "", typed))
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    return await do_breakout(
        ctx,
        cohort,
        typed.get("size"),
        typed.get("minutes", USUAL_MINUTES),
        prompt=typed.get("prompt"),
        groups=typed.get("groups"),
        mix=_traits_typed(ctx, "mix", typed.get("mix"), TRAITS),
        match=_traits_typed(ctx, "match", typed.get("match"), tuple(MIXED)) or (),
        seed=typed.get("seed"),
    )


def _traits_typed(
    ctx: Context, name: str, given: str | None, known: tuple[str, ...]
) -> tuple[str, ...] | None:
    """``state,role`` as a tuple; None when nothing was typed. Raises `FieldError` for what is no trait."""
    if given is None:
        return None
    said = [part for part in map(plain, given.split(",")) if part not in {"", "none"}]
    named = tuple(trait for part in said if (trait := chosen(part, known)) is not None)
    if len(named) < len(said):
        traits = ", ".join(argument_shown(one, ctx.language) for one in known)
        raise FieldError(name, words.unknown_mix(ctx.language, given=given, traits=traits))
    return named


async def breakout_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    name = initial.get("cohort") or ""
    cohort = await cohort_by_id(ctx, context) if context else await ctx.cohort(name, Action.RUN_COHORT)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    language = ctx.language
    session = await session_for(ctx.db, cohort.id, ctx.now)
    prompts = {**await prepared_prompts(ctx, cohort, session)}
    languages = await languages_of(ctx, cohort)
    if initial.get("prompt"):
        prompts[language_typed(ctx, languages)] = initial["prompt"]
    wanted = session.extras.group_size if session and session.extras else None
    size = initial.get("size") or (3 if wanted is None else wanted)
    return Form(
        name="breakout",
        title=words.breakout_title(language),
        submit=words.show_preview(language),
        context=str(cohort.id),
        fields=(
            *fields_of(
                (replace(SIZE, required=True), GROUPS, replace(MINUTES, required=True)),
                language,
                {"minutes": USUAL_MINUTES, **initial, "size": size},
            ),
            *prompt_fields(language, languages, prompts),
            Field(
                name="mix",
                kind="choices",
                label=words.mix_field(language),
                required=False,
                initial=BY_DEFAULT,
                options=_trait_options(language, TRAITS),
            ),
            Field(
                name="match",
                kind="choices",
                label=words.match_field(language),
                required=False,
                options=_trait_options(language, tuple(MIXED)),
            ),
            Field(
                name="who",
                kind="people",
                label=words.who_label(language),
                hint=words.who_hint(language),
                required=False,
            ),
        ),
    )


def _trait_options(language: str, names: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(value=name, label=words.trait(language, name)) for name in names)


async def breakout_sent(ctx: Context, context: str, values: Values) -> Reply:
    given: dict[str, Any] = dict(values)
    cohort = await cohort_by_id(ctx, context)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    return await do_breakout(
        ctx,
        cohort,
        given["size"],
        given["minutes"],
        groups=given["groups"],
        prompt=read_prompts(given, await languages_of(ctx, cohort)),
        mix=given["mix"],
        match=given["match"],
        picked=given["who"],
    )


async def do_breakout(
    ctx: Context,
    cohort: Cohort,
    size: int | None,
    minutes: int,
    *,
    groups: int | None = None,
    prompt: str | Mapping[str, str] | None = None,
    mix: Collection[str] | None = None,
    match: Collection[str] = (),
    seed: int | None = None,
    picked: Collection[int] = (),
) -> Reply:
    """Preview a round for those who checked in, or for `picked`. Without either: ask who is here.

    Give the `size` of a group or the number of `groups`, which wins. `mix` spreads equals over the groups,
    `match` brings them together. A preview that was not opened is
    given up for the new one."""
    size = 2 if groups is not None else size or 0
    languages = await languages_of(ctx, cohort)
    if isinstance(prompt, str):
        prompt = {language_typed(ctx, languages): prompt}
    if any(len(text) > LONGEST_PROMPT for text in (prompt or {}).values()):
        raise FieldError("prompt", words.prompt_too_long(ctx.language))
    mixed = set(BY_DEFAULT) - set(match) if mix is None else set(mix)
    if both := sorted(mixed & set(match)):
        raise FieldError("match", words.mix_and_match(ctx.language, trait=words.trait(ctx.language, both[0])))
    await give_up_preview(ctx, cohort)
    session = await session_for(ctx.db, cohort.id, ctx.now)
    prompts = await prepared_prompts(ctx, cohort, session) if prompt is None else prompt
    one = BreakoutRound(
        community_id=ctx.community.id,
        cohort_id=cohort.id,
        session_id=session.id if session else None,
        size=size,
        minutes=minutes,
        prompt=prompts.get(languages[0]) or title_in(prompts, languages[0]),
        seed=new_seed() if seed is None else seed,
        draft=BreakoutDraft(
            mix=sorted(mixed), match=sorted(match), wanted_groups=groups, prompts=dict(prompts)
        ),
        made_by_id=ctx.me.id,
        made_at=ctx.now,
    )
    ctx.db.add(one)
    await ctx.db.flush()
    here = set(picked)
    if not here and session is not None and has_begun(session, ctx.now):
        here = await attended(ctx.db, session)
        one.draft = one.draft.model_copy(update={"by_check_in": True})
    return await fill(ctx, one, here) if here else await _ask_who(ctx, one, cohort)


async def give_up_preview(ctx: Context, cohort: Cohort, kind: str = "breakout") -> None:
    """An older preview of the cohort is void as soon as there is a new one."""
    older = await latest(ctx, cohort, "preview", kind=kind)
    if older is not None:
        older.status = "cancelled"


async def fill(ctx: Context, one: BreakoutRound, person_ids: Collection[int]) -> Reply:
    """Make the groups of these people."""
    one.draft = one.draft.model_copy(update={"people": sorted(person_ids)})
    here, wanted = len(person_ids), one.draft.wanted_groups
    if wanted and 2 * wanted > here >= 2:
        raise FieldError("groups", words.too_many_groups(ctx.language, n=here, most=here // 2))
    room = await draw(ctx, one, one.seed)
    alone = wanted is None and here < one.size
    note = words.one_group_only(ctx.language, n=here, size=one.size) if alone else EMPTY
    return await preview(ctx, one, room, note)


async def _ask_who(ctx: Context, one: BreakoutRound, cohort: Cohort) -> Reply:
    """Nobody checked in: everybody who is enrolled, or those whom the facilitator picks."""
    language, everybody = ctx.language, await enrolled(ctx.db, cohort)
    if not everybody:
        raise Refusal(words.nobody_enrolled(language, cohort=cohort.name))
    value = pack(one.id, one.revision)
    return Reply(
        card=Card(
            title=words.who_title(language),
            text=words.who_text(language, n=len(everybody)),
            buttons=(
                Button(
                    label=words.everybody(language), action="breakout.everybody", value=value, style="primary"
                ),
                Button(label=words.pick(language), form="breakout-who", value=str(one.id)),
                Button(label=words.cancel(language), action="breakout.cancel", value=value),
            ),
        )
    )


async def everybody_pressed(ctx: Context, value: str) -> Reply:
    one = await preview_behind(ctx, value)
    return await fill(ctx, one, await enrolled(ctx.db, await ctx.db.get_one(Cohort, one.cohort_id)))


async def who_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    one = await preview_behind(ctx, context)
    language = ctx.language
    return Form(
        name="breakout-who",
        title=words.who_title(language),
        submit=words.show_preview(language),
        context=str(one.id),
        fields=(Field(name="who", kind="people", label=words.who_label(language)),),
    )


async def who_sent(ctx: Context, context: str, values: Values) -> Reply:
    given: dict[str, Any] = dict(values)
    one = await preview_behind(ctx, context)
    return await fill(ctx, one, given["who"])


async def again_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The next round: same size, minutes and people as the last, and nobody with the same people again."""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    last = await latest(ctx, cohort, "open", "closed")
    if last is None:
        raise Refusal(words.no_round_yet(ctx.language))
    return await do_again(ctx, cohort, last)


async def again_pressed(ctx: Context, value: str) -> Reply:
    last = await round_behind(ctx, value)
    return await do_again(ctx, await ctx.db.get_one(Cohort, last.cohort_id), last)


async def do_again(ctx: Context, cohort: Cohort, last: BreakoutRound) -> Reply:
    """A preview like the last round; who is here is taken from the check-ins where there are some."""
    picked: set[int] = set()
    session = await session_for(ctx.db, cohort.id, ctx.now)
    if session is None or session.id != last.session_id or not await attended(ctx.db, session):
        picked = set(last.draft.people)
    return await do_breakout(
        ctx,
        cohort,
        last.size,
        last.minutes,
        groups=last.draft.wanted_groups,
        prompt=last.draft.prompts,
        mix=last.draft.mix,
        match=last.draft.match,
        picked=picked,
    )
