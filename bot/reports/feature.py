"""Reports as short cards in chat, the page behind them, and the workforce benchmark."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.feature import CommandSpec, Feature
from bot.core.inputs import Argument
from bot.core.jobs import JobContext
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.reports import benchmark_commands, sharing
from bot.reports.build import make_report
from bot.reports.choosing import scope_typed
from bot.reports.document import Report
from bot.reports.publishing import day_due, due_cut, next_day, prepare, publish
from bot.reports.viewing import link_for_me
from prompts import dates
from prompts.text import Marked
from prompts.words import reports as words
from storage.people import Community

KEY_FIGURES = (
    "events", "reach", "participations", "completion", "responses", "recommendation", "net_promoter",
    "intent", "change", "follow_through", "pairs",
)  # fmt: skip
"""Those of the card; the page has all."""


async def report_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Of what was named, else of this channel's series."""
    scope = await scope_typed(ctx, str(typed.get("about") or ""))
    report = await make_report(ctx.db, ctx.community, scope.key, "inside", ctx.language, ctx.now)
    if report is None:
        day = await next_day(ctx.db, ctx.community, ctx.now)
        raise Refusal(words.no_data(ctx.language, day=dates.day(ctx.language, day)))
    ctx.audit("report_seen", scope.key)
    url = await link_for_me(ctx.db, ctx.links, ctx.me, scope.key, ctx.now)
    return Reply(card=report_card(report, url))


def report_card(report: Report, url: str) -> Card:
    """The key figures, and the way to all the others."""
    language = report.language
    hidden = words.hidden(language, k=report.k)
    facts = tuple(
        Fact(label=figure.label, value=hidden if figure.shown is None else figure.shown)
        for figure in report.figures
        if figure.key in KEY_FIGURES
    )
    k_line = words.k_line(language, k=report.k, day=dates.day(language, report.cut))
    return Card(
        title=report.title,
        facts=facts,
        buttons=(Button(label=words.open_page(language), url=url, style="primary"),),
        context=Marked("\n").join([k_line, report.to_come]) if report.to_come else k_line,
    )


async def again_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The newest reports anew: a correction is in them from now on."""
    await ctx.require(Action.MANAGE_COMMUNITY)
    cut = await day_due(ctx.db, ctx.community, ctx.now)
    made = await publish(ctx.db, ctx.community, cut, ctx.now)
    ctx.audit("reports_made_again", f"cut:{made.cut.isoformat()}", revision=made.revision)
    return Reply(card=Card(text=words.made_again(ctx.language, day=dates.day(ctx.language, made.cut))))


async def make_cuts(jobs: JobContext) -> None:
    """Housekeeping: each community's cut that is due, so that no reader has to wait for it."""
    async with jobs.database.read() as db:
        communities = list(await db.scalars(select(Community.id).order_by(col(Community.id))))
    now = jobs.clock.now()
    for community_id in communities:
        async with jobs.database.read() as db:  # counting takes long; nobody waits for the writer
            community = await db.get_one(Community, community_id)
            due = await due_cut(db, community, now)
            prepared = await prepare(db, community, due) if due is not None else None
        if due is None:
            continue
        async with jobs.database.write() as db:
            community = await db.get_one(Community, community_id)
            if await due_cut(db, community, now) is not None:  # nobody asked for a report meanwhile
                await publish(db, community, due, now, prepared)


FEATURE = Feature(
    "reports",
    commands=(
        CommandSpec("report", Action.READ_REPORTS, words.report_summary, report_typed,
                    (Argument("about", "text", required=False),), example="report series"),
        CommandSpec("report again", Action.MANAGE_COMMUNITY, words.again_summary, again_typed),
        benchmark_commands.COMMAND,
        *sharing.COMMANDS,
    ),
    forms=(benchmark_commands.FORM, *sharing.FORMS),
    presses=sharing.PRESSES,
    housekeeping=(make_cuts,),
)  # fmt: skip
