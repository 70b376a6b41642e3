"""What was read, kept until the series is made: the facts, the people, where it belongs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter

from bot.agendas import Agenda
from bot.core.context import Context
from bot.core.lookup import row_id
from bot.core.reply import Refusal
from prompts.words import importing as import_words
from storage.imports import ImportDraft


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """A series in the making. `roster` is the list of people as it came (`bot.core.attached`); `project` and
    `year` are row ids or new names, empty for the usual choice. `second_of_two`: sessions whose time comes
    twice and that are at the second."""

    agenda: Agenda
    roster: str = ""
    project: str = ""
    year: str = ""
    second_of_two: tuple[int, ...] = field(default=())


_PLAN: TypeAdapter[DraftPlan] = TypeAdapter(DraftPlan)


async def keep_plan(ctx: Context, plan: DraftPlan) -> ImportDraft:
    """Keep it for a day. What is written of a session's length in the file goes with it."""
    draft = ImportDraft(
        community_id=ctx.community.id,
        person_id=ctx.me.id,
        content=_PLAN.dump_json(plan).decode(),
        created_at=ctx.now,
    )
    ctx.db.add(draft)
    await ctx.db.flush()
    return draft


async def plan_of(ctx: Context, value: str) -> tuple[ImportDraft, DraftPlan]:
    """My plan behind a button. Raises `Refusal` when it was made already, or is older than a day."""
    draft = await ctx.db.get(ImportDraft, row_id(value))
    if draft is None or (draft.community_id, draft.person_id) != (ctx.community.id, ctx.me.id):
        raise Refusal(import_words.draft_gone(ctx.language))
    try:
        return draft, _PLAN.validate_json(draft.content)
    except ValueError:
        raise Refusal(import_words.draft_gone(ctx.language)) from None


def change_plan(draft: ImportDraft, plan: DraftPlan) -> None:
    draft.content = _PLAN.dump_json(plan).decode()


def with_agenda(plan: DraftPlan, agenda: Agenda) -> DraftPlan:
    return replace(plan, agenda=agenda)
