"""An upload between its check and its confirmation: whose it is, and what it may change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, delete

from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.lookup import cohort_by_id, row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal
from bot.transfer.apply_roster import GIVEN_BY_FACILITATORS, check_roster
from bot.transfer.problems import ImportProblem
from bot.transfer.roster import ROLES, RosterPlan, read_roster
from prompts.words import importing as words
from storage.imports import ImportDraft
from storage.series import Cohort

DRAFT_LIFE = timedelta(days=1)
WHOLE_COMMUNITY = "community"
"""Subject of an upload link for a community file; for a roster it is the cohort's row id."""


@dataclass(frozen=True, slots=True)
class CheckedRoster:
    """A roster read with the answers of its draft, and every problem that is left."""

    plan: RosterPlan
    problems: tuple[ImportProblem, ...]


async def keep_draft(ctx: Context, content: str, cohort: Cohort | None) -> ImportDraft:
    draft = ImportDraft(
        community_id=ctx.community.id,
        person_id=ctx.me.id,
        cohort_id=cohort.id if cohort else None,
        content=content,
        created_at=ctx.now,
    )
    ctx.db.add(draft)
    await ctx.db.flush()
    return draft


async def draft_of(ctx: Context, value: str) -> ImportDraft:
    """My upload that waits to be confirmed. Raises `Refusal`."""
    draft = await ctx.db.get(ImportDraft, row_id(value))
    if draft is None or (draft.community_id, draft.person_id) != (ctx.community.id, ctx.me.id):
        raise Refusal(words.draft_gone(ctx.language))
    return draft


async def target_of(ctx: Context, context: str) -> Cohort | None:
    """The cohort meant, None for the whole community; with the right to import into it."""
    if context == WHOLE_COMMUNITY:
        await ctx.require(Action.MANAGE_COMMUNITY)
        return None
    cohort = await cohort_by_id(ctx, context)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    return cohort


async def may_give(ctx: Context, cohort: Cohort) -> Collection[str]:
    """The roles that the person may give by a roster."""
    return ROLES if await ctx.may(Action.MANAGE_COMMUNITY, cohort.series_id) else GIVEN_BY_FACILITATORS


async def check_draft(ctx: Context, draft: ImportDraft, cohort: Cohort) -> CheckedRoster:
    """Read and check again: answers and stored people may have changed meanwhile."""
    plan = read_roster(draft.content, tuple(ctx.community.languages), draft.answers)
    return CheckedRoster(plan, await check_roster(ctx.db, cohort, plan, await may_give(ctx, cohort)))


async def drop_old_drafts(jobs: JobContext) -> None:
    """Housekeeping: what was never confirmed is not kept."""
    before = jobs.clock.now() - DRAFT_LIFE
    async with jobs.database.write() as db:
        await db.execute(delete(ImportDraft).where(col(ImportDraft.created_at) <= before))
