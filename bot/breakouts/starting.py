"""Asking for a round: typed or in a form, with the people who checked in or those the facilitator names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.breakouts.attending import attended, enrolled, has_begun, session_for
from bot.breakouts.preview import preview
from bot.breakouts.room import BY_DEFAULT, MIXED, SHARED, groups_wanted
from bot.breakouts.rounds import draw, latest, new_seed, people_in, preview_behind, round_behind
from bot.cards import EMPTY, Button, Card
from bot.communities.lookup import cohort_by_id, title_in
from bot.communities.unfit import Unfit, beside_its_field
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.permissions import Action
from prompts.words import breakouts as words
from storage.breakouts import BreakoutRound
from storage.series import Cohort, Series
from storage.sessions import Session

LARGEST_SIZE = 50
LONGEST_MINUTES = 180
USUAL_MINUTES = 10
TRAITS = (*MIXED, SHARED)


async def breakout_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    if typed.get("size") is None and typed.get("groups") is None:
        return Reply(form=await breakout_form(desk, "", typed))
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    return await do_breakout(
        desk,
        cohort,
        typed.get("size"),
        typed.get("minutes", USUAL_MINUTES),
        prompt=typed.get("prompt"),
        groups=typed.get("groups"),
        mix=_traits_typed(desk, "mix", typed.get("mix"), TRAITS),
        match=_traits_typed(desk, "match", typed.get("match"), tuple(MIXED)) or (),
        seed=typed.get("seed"),
    )


def _traits_typed(desk: Desk, name: str, given: str | None, known: tuple[str, ...]) -> tuple[str, ...] | None:
    """``state,role`` as a tuple; None when nothing was typed. Raises `Unfit` for what is no trait."""
    if given is None:
        return None
    named = tuple(part for part in given.casefold().split(",") if part not in {"", "none"})
    if not set(named) <= set(known):
        raise Unfit(name, words.unknown_mix(desk.language, given=given, traits=", ".join(known)))
    return named


async def breakout_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    name = initial.get("cohort") or ""
    cohort = await cohort_by_id(desk, context) if context else await desk.cohort(name, Action.RUN_COHORT)
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    say = desk.language
    session = await session_for(desk.db, cohort.id or 0, desk.now)
    prompt = await _prepared_prompt(desk, cohort, session)
    wanted = (session.extras or {}).get("group_size") if session else None
    size = initial.get("size") or (wanted if isinstance(wanted, int) else 3)
    return Form(
        name="breakout",
        title=words.breakout_title(say),
        submit=words.show_preview(say),
        context=str(cohort.id),
        fields=(
            Field(name="size", kind="number", label=words.size_label(say), initial=size,
                  lowest=2, highest=LARGEST_SIZE),
            Field(name="groups", kind="number", label=words.groups_label(say), required=False, lowest=1),
            Field(name="minutes", kind="number", label=words.minutes_label(say),
                  initial=initial.get("minutes", USUAL_MINUTES), lowest=1, highest=LONGEST_MINUTES),
            Field(name="prompt", kind="paragraph", label=words.prompt_label(say), required=False,
                  initial=initial.get("prompt") or prompt, most=1500),
            Field(name="mix", kind="choices", label=words.mix_field(say), required=False, initial=BY_DEFAULT,
                  options=_trait_options(say, TRAITS)),
            Field(name="match", kind="choices", label=words.match_field(say), required=False,
                  options=_trait_options(say, tuple(MIXED))),
            Field(name="who", kind="people", label=words.who_label(say), hint=words.who_hint(say),
                  required=False),
        ),
    )  # fmt: skip


def _trait_options(language: str, names: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(value=name, label=words.trait(language, name)) for name in names)


async def breakout_sent(desk: Desk, context: str, values: Values) -> Reply:
    given: dict[str, Any] = dict(values)
    cohort = await cohort_by_id(desk, context)
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    return await beside_its_field(
        do_breakout(
            desk,
            cohort,
            given["size"],
            given["minutes"],
            groups=given["groups"],
            prompt=given["prompt"],
            mix=given["mix"],
            match=given["match"],
            picked=given["who"],
        )
    )


async def do_breakout(
    desk: Desk,
    cohort: Cohort,
    size: int | None,
    minutes: int,
    *,
    groups: int | None = None,
    prompt: str | None = None,
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
    if groups is not None and groups < 1:
        raise Unfit("groups", words.bad_groups(desk.language))
    if not 2 <= size <= LARGEST_SIZE:
        raise Unfit("size", words.bad_size(desk.language, most=LARGEST_SIZE))
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise Unfit("minutes", words.bad_minutes(desk.language, most=LONGEST_MINUTES))
    if prompt and len(prompt) > 1500:
        raise Unfit("prompt", words.prompt_too_long(desk.language))
    mixed = set(BY_DEFAULT) - set(match) if mix is None else set(mix)
    if both := sorted(mixed & set(match)):
        raise Unfit("match", words.mix_and_match(desk.language, trait=words.trait(desk.language, both[0])))
    await give_up_preview(desk, cohort)
    session = await session_for(desk.db, cohort.id or 0, desk.now)
    one = BreakoutRound(
        community_id=desk.community.id or 0,
        cohort_id=cohort.id or 0,
        session_id=session.id if session else None,
        size=size,
        minutes=minutes,
        prompt=await _prepared_prompt(desk, cohort, session) if prompt is None else prompt,
        seed=new_seed() if seed is None else seed,
        draft={"people": [], "mix": sorted(mixed), "match": sorted(match), "wanted_groups": groups},
        made_by_id=desk.me.id,
        made_at=desk.now,
    )
    desk.db.add(one)
    await desk.db.flush()
    here = set(picked)
    if not here and session is not None and has_begun(session, desk.now):
        here = await attended(desk.db, session)
        one.draft = {**one.draft, "by_check_in": True}
    return await fill(desk, one, here) if here else await _ask_who(desk, one, cohort)


async def _prepared_prompt(desk: Desk, cohort: Cohort, session: Session | None) -> str:
    """The session's own prompt in the language that groups are spoken to in: the series' first, not that of
    the facilitator who asks."""
    if session is None:
        return ""
    series = await desk.db.get_one(Series, cohort.series_id)
    return title_in(session.breakout_prompt, series.languages[0])


async def give_up_preview(desk: Desk, cohort: Cohort, kind: str = "breakout") -> None:
    """An older preview of the cohort is void as soon as there is a new one."""
    older = await latest(desk, cohort, "preview", kind=kind)
    if older is not None:
        older.status = "cancelled"


async def fill(desk: Desk, one: BreakoutRound, person_ids: Collection[int]) -> Reply:
    """Make the groups of these people."""
    one.draft = {**one.draft, "people": sorted(person_ids)}
    here, wanted = len(person_ids), groups_wanted(one)
    if wanted and 2 * wanted > here >= 2:
        raise Unfit("groups", words.too_many_groups(desk.language, n=here, most=here // 2))
    room = await draw(desk, one, one.seed)
    alone = wanted is None and here < one.size
    note = words.one_group_only(desk.language, n=here, size=one.size) if alone else EMPTY
    return await preview(desk, one, room, note)


async def _ask_who(desk: Desk, one: BreakoutRound, cohort: Cohort) -> Reply:
    """Nobody checked in: everybody who is enrolled, or those whom the facilitator picks."""
    say, everybody = desk.language, await enrolled(desk.db, cohort)
    if not everybody:
        raise Refusal(words.nobody_enrolled(say, cohort=cohort.name))
    value = f"{one.id}:{one.revision}"
    return Reply(
        card=Card(
            title=words.who_title(say),
            text=words.who_text(say, n=len(everybody)),
            buttons=(
                Button(label=words.everybody(say), action="breakout.everybody", value=value, style="primary"),
                Button(label=words.pick(say), form="breakout-who", value=str(one.id)),
                Button(label=words.cancel(say), action="breakout.cancel", value=value),
            ),
        )
    )


async def everybody_pressed(desk: Desk, value: str) -> Reply:
    one = await preview_behind(desk, value)
    return await fill(desk, one, await enrolled(desk.db, await desk.db.get_one(Cohort, one.cohort_id)))


async def who_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    one = await preview_behind(desk, context)
    say = desk.language
    return Form(
        name="breakout-who",
        title=words.who_title(say),
        submit=words.show_preview(say),
        context=str(one.id),
        fields=(Field(name="who", kind="people", label=words.who_label(say)),),
    )


async def who_sent(desk: Desk, context: str, values: Values) -> Reply:
    given: dict[str, Any] = dict(values)
    one = await preview_behind(desk, context)
    return await fill(desk, one, given["who"])


async def again_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The next round: same size, minutes and people as the last, and nobody with the same people again."""
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    last = await latest(desk, cohort, "open", "closed")
    if last is None:
        raise Refusal(words.no_round_yet(desk.language))
    return await do_again(desk, cohort, last)


async def again_pressed(desk: Desk, value: str) -> Reply:
    last = await round_behind(desk, value)
    return await do_again(desk, await desk.db.get_one(Cohort, last.cohort_id), last)


async def do_again(desk: Desk, cohort: Cohort, last: BreakoutRound) -> Reply:
    """A preview like the last round; who is here is taken from the check-ins where there are some."""
    picked: set[int] = set()
    session = await session_for(desk.db, cohort.id or 0, desk.now)
    if session is None or session.id != last.session_id or not await attended(desk.db, session):
        picked = set(people_in(last))
    return await do_breakout(
        desk,
        cohort,
        last.size,
        last.minutes,
        groups=groups_wanted(last),
        prompt=last.prompt,
        mix=_remembered(last, "mix"),
        match=_remembered(last, "match") or (),
        picked=picked,
    )


def _remembered(last: BreakoutRound, name: str) -> list[str] | None:
    found = last.draft.get(name)
    return list(found) if isinstance(found, list) else None
