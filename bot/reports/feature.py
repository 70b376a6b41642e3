"""Reports as short cards in chat, the page behind them, and the workforce benchmark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card, Fact
from bot.desk import Desk
from bot.errands import Errands
from bot.feature import Argument, CommandSpec, Feature, Refusal, Reply
from bot.permissions import Action
from bot.reports import benchmark_door, sharing
from bot.reports.choosing import scope_typed
from bot.reports.cuts import latest_cut
from bot.reports.document import Report
from bot.reports.making import make_report
from bot.reports.publishing import count_at, due_cut, publish
from bot.reports.viewing import link_for_me
from prompts import dates
from prompts.words import reports as words
from storage.people import Community

KEY_FIGURES = (
    "events", "reach", "participations", "completion", "responses", "recommendation", "net_promoter",
    "intent", "change", "follow_through", "pairs",
)  # fmt: skip
"""Those of the card; the page has all."""


async def report_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Of what was named, else of this channel's series."""
    scope = await scope_typed(desk, str(typed.get("about") or ""))
    report = await make_report(desk.db, desk.community, scope.key, "inside", desk.language, desk.now)
    if report is None:
        day = latest_cut(dates.in_zone(desk.now, desk.community.zone).date()) + timedelta(weeks=1)
        raise Refusal(words.no_data(desk.language, day=dates.day(desk.language, day)))
    desk.audit("report_seen", scope.key)
    url = await link_for_me(desk.db, desk.links, desk.me, scope.key, desk.now)
    return Reply(card=report_card(report, url))


def report_card(report: Report, url: str) -> Card:
    """The key figures, and the way to all the others."""
    say = report.language
    hidden = words.hidden(say, k=report.k)
    facts = tuple(
        Fact(label=figure.label, value=hidden if figure.shown is None else figure.shown)
        for figure in report.figures
        if figure.key in KEY_FIGURES
    )
    return Card(
        title=report.title,
        facts=facts,
        buttons=(Button(label=words.open_page(say), url=url, style="primary"),),
        context=words.k_line(say, k=report.k, day=dates.day(say, report.cut)),
    )


async def again_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """This week's reports anew: a correction is in them from now on."""
    await desk.require(Action.MANAGE_COMMUNITY)
    cut = latest_cut(dates.in_zone(desk.now, desk.community.zone).date())
    made = await publish(desk.db, desk.community, cut, desk.now)
    desk.audit("reports_made_again", f"cut:{made.cut.isoformat()}", revision=made.revision)
    return Reply(card=Card(text=words.made_again(desk.language, day=dates.day(desk.language, made.cut))))


async def make_cuts(errands: Errands) -> None:
    """Housekeeping: each community's weekly cut, so that nobody has to wait for it."""
    async with errands.database.read() as db:
        communities = list(await db.scalars(select(Community.id).order_by(col(Community.id))))
    now = errands.clock.now()
    for community_id in communities:
        async with errands.database.read() as db:  # counting takes long; nobody waits for the writer
            community = await db.get_one(Community, community_id)
            due = await due_cut(db, community, now)
            counted = await count_at(db, community, due) if due is not None else None
        if due is None:
            continue
        async with errands.database.write() as db:
            community = await db.get_one(Community, community_id)
            if await due_cut(db, community, now) is not None:  # nobody asked for a report meanwhile
                await publish(db, community, due, now, counted)


FEATURE = Feature(
    "reports",
    commands=(
        CommandSpec("report", Action.READ_REPORTS, words.report_summary, report_typed,
                    (Argument("about", "text", required=False),),
                    aliases=("informe",), example="report series"),
        CommandSpec("report again", Action.MANAGE_COMMUNITY, words.again_summary, again_typed),
        benchmark_door.COMMAND,
        *sharing.COMMANDS,
    ),
    forms=(benchmark_door.FORM, *sharing.FORMS),
    presses=sharing.PRESSES,
    housekeeping=(make_cuts,),
)  # fmt: skip
