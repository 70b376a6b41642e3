"""Loading the workforce benchmark: read whole and checked whole before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.feature import CommandSpec, FormSpec
from bot.core.forms import Field, Form, Values
from bot.core.permissions import Action
from bot.core.reply import Reply
from bot.reports.benchmark import Benchmark, BenchmarkProblem, parse_benchmark
from bot.tables import TooManyLines
from prompts import dates
from prompts.text import Marked
from prompts.words import reports as words
from storage.people import AuditEvent, Community
from storage.publications import WorkforceGroup

MOST_LINES = 5_000
MOST_CHARACTERS = 3_000
"""What a form in chat holds; a longer file goes in with `throughline import benchmark FILE`."""
_SHOWN_PROBLEMS = 20


async def benchmark_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """What is loaded, and the door to load another."""
    await ctx.require(Action.MANAGE_COMMUNITY)
    language = ctx.language
    found = await ctx.db.execute(
        select(func.count(), func.sum(WorkforceGroup.headcount)).where(
            WorkforceGroup.community_id == ctx.community.id
        )
    )
    lines, workforce = found.one()
    now = words.benchmark_none(language)
    if lines:
        now = words.benchmark_now(language, n=lines, workforce=dates.number(language, workforce))
    paste = Button(label=words.benchmark_paste(language), form="benchmark", style="primary")
    return Reply(
        card=Card(
            title=words.benchmark_title(language),
            text=now + " " + words.benchmark_intro(language),
            buttons=(paste,),
        )
    )


async def benchmark_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    language = ctx.language
    return Form(
        name="benchmark",
        title=words.benchmark_title(language),
        submit=words.benchmark_load(language),
        intro=words.benchmark_intro(language),
        fields=(
            Field(
                name="content",
                kind="paragraph",
                label=words.benchmark_content(language),
                most=MOST_CHARACTERS,
            ),
        ),
    )


async def benchmark_sent(ctx: Context, context: str, values: Values) -> Reply:
    """Load all of it, or list what is wrong and load nothing."""
    await ctx.require(Action.MANAGE_COMMUNITY)
    try:
        benchmark = parse_benchmark(str(values["content"]))
    except TooManyLines:
        return Reply(errors={"content": str(words.benchmark_too_long(ctx.language, most=MOST_LINES))})
    wrong = problem_lines(benchmark, ctx.language)
    if wrong:
        return Reply(errors={"content": "\n".join(wrong)})
    await load_benchmark(ctx.db, ctx.community, benchmark)
    ctx.audit("benchmark_loaded", f"community:{ctx.community.id}", lines=len(benchmark.rows))
    return Reply(card=Card(text=loaded_line(benchmark, ctx.language)))


async def load_benchmark(db: AsyncSession, community: Community, benchmark: Benchmark) -> None:
    """Put these rows in the place of the ones before."""
    await db.execute(delete(WorkforceGroup).where(col(WorkforceGroup.community_id) == community.id))
    db.add_all(
        WorkforceGroup(community_id=community.id, state=row.state, role=row.role, headcount=row.headcount)
        for row in benchmark.rows
    )
    await db.flush()


def problem_lines(benchmark: Benchmark, language: str) -> list[str]:
    """What keeps the file from being loaded: a heading, then each line's problem; empty when it is fine."""
    if len(benchmark.rows) > MOST_LINES:
        return [str(words.benchmark_too_long(language, most=MOST_LINES))]
    if benchmark.problems:
        shown = [_problem(one, language) for one in benchmark.problems[:_SHOWN_PROBLEMS]]
        return [str(words.benchmark_problems(language, n=len(benchmark.problems))), *map(str, shown)]
    return [] if benchmark.rows else [str(words.benchmark_empty(language))]


def loaded_line(benchmark: Benchmark, language: str) -> Marked:
    workforce = dates.number(language, sum(row.headcount for row in benchmark.rows))
    return words.benchmark_loaded(language, n=len(benchmark.rows), workforce=workforce)


def _problem(problem: BenchmarkProblem, language: str) -> Marked:
    reader_language = {
        "columns": words.problem_columns,
        "state": words.problem_state,
        "role": words.problem_role,
        "headcount": words.problem_headcount,
        "twice": words.problem_twice,
    }[problem.reason]
    return reader_language(language, line=problem.line, value=problem.value[:60])


def loaded_event(community: Community, benchmark: Benchmark, at: datetime) -> AuditEvent:
    """The record of a load from the command line: nobody of the community did it."""
    return AuditEvent(
        community_id=community.id, at=at, action="benchmark_loaded",
        subject=f"community:{community.id}", details={"lines": len(benchmark.rows)},
    )  # fmt: skip


COMMAND = CommandSpec(
    "benchmark", Action.MANAGE_COMMUNITY, words.benchmark_summary, benchmark_typed, example="benchmark"
)
FORM = FormSpec("benchmark", Action.MANAGE_COMMUNITY, benchmark_form, benchmark_sent)
