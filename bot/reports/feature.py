"""The report as a card in chat, for the program's own people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import Button, Card, Fact, Section
from bot.communities.lookup import staff_of, title_in
from bot.desk import Desk
from bot.evaluations.formulas import Interval, Share, round_half_up
from bot.feature import Argument, CommandSpec, Feature, Refusal, Reply
from bot.permissions import ALLOWED, Action
from bot.reports import sharing
from bot.reports.measuring import Measures, measure
from bot.reports.suppression import enough_respondents, suppress
from prompts import dates
from prompts.text import Marked
from prompts.words import reports as words
from storage.people import Community, Person
from storage.series import Series

_LINK_LIFE = timedelta(days=7)


async def report_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The series of the cohort meant, or everything to date."""
    series = None
    if typed.get("scope") != "all":
        cohort = await desk.cohort(str(typed.get("cohort") or ""), Action.READ_REPORTS)
        series = await desk.db.get_one(Series, cohort.series_id)
    else:
        await desk.require(Action.MANAGE_COMMUNITY)
    found = await measure(desk.db, desk.community.id or 0, series.id if series else None, desk.now)
    if found is None:
        raise Refusal(words.no_data(desk.language))
    desk.audit("report_seen", f"series:{series.id}" if series else "all")
    title = (
        words.title_series(desk.language, series=title_in(series.title, desk.language))
        if series
        else words.title_all(desk.language)
    )
    card = report_card(found, str(title), desk.community.k_inside, desk.language)
    if series is not None:
        url = desk.links.to("report", series.id, desk.me.id or 0, desk.now, _LINK_LIFE)
        button = Button(label=words.download(desk.language, k=desk.community.k_outside), url=url)
        card = card.model_copy(update={"buttons": (button,)})
    return Reply(card=card)


async def outside_report(db: AsyncSession, person: Person, series_id: int, now: datetime) -> Card | None:
    """A series for outside readers; None where this person may not read its reports (any more)."""
    series = await db.get(Series, series_id)
    if series is None or series.community_id != person.community_id:
        return None
    allowed = [role.value for role in ALLOWED[Action.READ_REPORTS]]
    if person.id not in await staff_of(db, series, *allowed):
        return None
    found = await measure(db, person.community_id, series_id, now)
    if found is None:
        return None
    community = await db.get_one(Community, person.community_id)
    title = words.title_series(person.language, series=title_in(series.title, person.language))
    return report_card(found, str(title), community.k_outside, person.language)


def report_card(found: Measures, title: str, k: int, language: str) -> Card:
    """Every number that k people or more stand behind."""
    hidden = words.hidden(language, k=k)
    change, asked = found.change, found.recommendation
    change_text = hidden
    if enough_respondents(change.n, k) and change.mean_change is not None:
        change_text = words.change_of(
            language,
            change=f"{round_half_up(change.mean_change, 2):+}",
            before=str(round_half_up(change.mean_before or 0, 2)),
            now=str(round_half_up(change.mean_now or 0, 2)),
            n=change.n,
        )
    few = 0 < found.unique < k
    rest = found.completion.n - found.completion.count
    safe = not few and not suppress({"completed": found.completion.count, "rest": rest}, k).hidden
    facts = (
        (words.reach, hidden if few else Marked(dates.number(language, found.unique))),
        (words.participations, hidden if few else Marked(dates.number(language, found.participations))),
        (words.completion, _share(found.completion, language) if safe and found.completion.n else hidden),
        (words.recommend, _share(asked.share, language, asked.interval)
         if enough_respondents(asked.n, k) else hidden),
        (words.intent, _share(found.intent, language) if enough_respondents(found.intent.n, k) else hidden),
        (words.change, change_text),
    )  # fmt: skip
    table = suppress(found.by_setting, k)
    rows = tuple(
        Fact(
            label=cell.label or words.not_told(language),
            value=hidden if cell.count is None else dates.number(language, cell.count),
        )
        for cell in table.cells
    )
    return Card(
        title=title,
        facts=tuple(Fact(label=label(language), value=value) for label, value in facts),
        sections=(Section(title=str(words.by_setting(language)), facts=rows),) if rows and not few else (),
        context=words.k_line(language, k=k),
    )


def _share(share: Share, language: str, interval: Interval | None = None) -> Marked:
    percent = dates.percent(language, share.count / share.n)
    if interval is None:
        return words.share(language, percent=percent, count=share.count, n=share.n)
    low, high = (dates.percent(language, end / 100) for end in (interval.low, interval.high))
    return words.share_between(language, percent=percent, count=share.count, n=share.n, low=low, high=high)


FEATURE = Feature(
    "reports",
    commands=(
        CommandSpec("report", Action.READ_REPORTS, words.report_summary, report_typed,
                    (Argument("scope", "choice", required=False, choices=("series", "all")),
                     Argument("cohort", "text", required=False)),
                    aliases=("informe",), example="report series"),
        *sharing.COMMANDS,
    ),
    forms=sharing.FORMS,
    presses=sharing.PRESSES,
)  # fmt: skip
