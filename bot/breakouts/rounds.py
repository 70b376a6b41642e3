"""Finding a round, and making or remaking the groups of its preview."""

from __future__ import annotations

import secrets
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.breakouts.clash_words import PRIVATE, clash_text
from bot.breakouts.engine import Clash
from bot.breakouts.room import Room, plan_room, room_of
from bot.core.button_values import unpack
from bot.core.context import Context
from bot.core.lookup import row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal
from prompts.text import Marked
from prompts.words import breakouts as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember, GroupsBefore, RoundStatus
from storage.series import Cohort

SEEDS = 1_000_000


def new_seed() -> int:
    """A seed that a person can read out and type again."""
    return secrets.randbelow(SEEDS)


async def round_behind(ctx: Context, value: str, action: Action = Action.RUN_COHORT) -> BreakoutRound:
    """The round that a button or form names, locked until the commit.

    Raises `Refusal` when this community has none, or when I may not do `action` in its series."""
    wanted, _ = unpack(value, int, str)
    query = select(BreakoutRound).where(
        BreakoutRound.id == wanted, BreakoutRound.community_id == ctx.community.id
    )
    one = (await ctx.db.scalars(query.with_for_update())).first()
    if one is None:
        raise Refusal(words.no_such_round(ctx.language))
    cohort = await ctx.db.get_one(Cohort, one.cohort_id)
    await ctx.require(action, cohort.series_id)
    return one


async def preview_behind(ctx: Context, value: str) -> BreakoutRound:
    """The same for what changes a preview. Raises `Refusal`, saying what happened, when it is none now."""
    one = await round_behind(ctx, value)
    if one.status != RoundStatus.PREVIEW:
        raise Refusal(what_happened(ctx.language, one))
    return one


def is_stale(one: BreakoutRound, value: str) -> bool:
    """Whether the button stands on an older state of the preview."""
    _, revision = unpack(value, str, str)
    return bool(revision) and row_id(revision) != one.revision


def what_happened(language: str, one: BreakoutRound) -> Marked:
    told = {"open": words.already_open, "closed": words.already_closed, "cancelled": words.already_cancelled}
    return told.get(one.status, words.still_preview)(language)


async def latest(
    ctx: Context, cohort: Cohort, *statuses: str, kind: str = "breakout"
) -> BreakoutRound | None:
    """The newest round of a cohort in one of these states."""
    found = await ctx.db.scalars(
        select(BreakoutRound)
        .where(
            BreakoutRound.cohort_id == cohort.id,
            BreakoutRound.kind == kind,
            col(BreakoutRound.status).in_(statuses),
        )
        .order_by(col(BreakoutRound.id).desc())
        .with_for_update()
    )
    return found.first()


async def draw(ctx: Context, one: BreakoutRound, seed: int) -> Room:
    """Make the groups of a preview anew; what stood before is kept for Undo. Raises `Refusal` on a clash."""
    room = await room_of(ctx.db, one, one.draft.people)
    try:
        made = await plan_room(room, seed)
    except Clash as clash:
        raise Refusal(clash_text(ctx.language, await _visible_cause(room, seed, clash), room)) from None
    groups = [[int(person) for person in group] for group in made.rounds[0]]
    settle(one, groups, seed, made.explanation.as_dict())
    return room


async def _visible_cause(room: Room, seed: int, clash: Clash) -> Clash:
    """The same clash told by the visible rules, where those clash without any confidential one.

    It is found without looking at the confidential ones, so naming it tells nothing about them."""
    if PRIVATE not in clash.rules:
        return clash
    if room.rules.never:
        try:
            await plan_room(replace(room, rules=replace(room.rules, never=frozenset())), seed)
        except Clash as visible:
            clash = visible
        else:
            return clash
    rules = tuple(rule for rule in clash.rules if rule != PRIVATE) or ("wishes",)
    return Clash(clash.reason, rules, clash.people, clash.nearest, clash.dropped)


def settle(one: BreakoutRound, groups: list[list[int]], seed: int, explanation: dict[str, object]) -> None:
    """Write new groups into the preview. Who is locked is locked where they sit now."""
    draft = one.draft
    before = GroupsBefore(groups=draft.groups, seed=one.seed, explanation=one.explanation)
    home = {str(person): number for number, group in enumerate(groups) for person in group}
    locks = {person: home[person] for person in draft.locks if person in home}
    seated = sorted(person for group in groups for person in group)
    left_out = sorted(set(draft.left_out) - set(seated))
    changed = {"groups": groups, "people": seated, "locks": locks, "left_out": left_out}
    one.draft = draft.model_copy(update=changed | ({"before": before} if draft.groups else {}))
    one.explanation = explanation
    one.seed = seed
    one.revision += 1


async def groups_of(
    db: AsyncSession, round_id: int | None
) -> dict[int, tuple[BreakoutGroup, list[GroupMember]]]:
    """The groups of an opened round by number, with their members."""
    rows = await db.execute(
        select(BreakoutGroup, GroupMember)
        .join(GroupMember, col(GroupMember.group_id) == BreakoutGroup.id)
        .where(BreakoutGroup.round_id == round_id)
        .order_by(col(BreakoutGroup.number), col(GroupMember.id))
    )
    found: dict[int, tuple[BreakoutGroup, list[GroupMember]]] = {}
    for group, member in rows:
        found.setdefault(group.number, (group, []))[1].append(member)
    return found


def sits_here(member: GroupMember) -> bool:
    """Whether they are in the group still, and did not have to leave."""
    return member.present is not False


async def seated_now(db: AsyncSession, one: BreakoutRound) -> list[list[int]]:
    """The groups as they are: of the open round, with its late arrivals, or else of the preview."""
    opened = await groups_of(db, one.id)
    here = [[row.person_id for row in members if sits_here(row)] for _, members in opened.values()]
    return [group for group in here if group] or one.draft.groups
