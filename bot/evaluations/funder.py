"""The funder's own form: a link to it is posted, with a count of who was invited. Nothing else is kept.

The form belongs to another site. It is never copied here, no answer of it comes back, and who follows the
link is neither asked nor counted, so nothing can match it to a person or to answers given here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select, update

from bot.cards import Button, Card, Fact, Section
from bot.communities.lookup import row_id, title_in
from bot.communities.unfit import Unfit
from bot.desk import Desk
from bot.evaluations.instrument_files import instrument_library
from bot.evaluations.opening import people_to_ask
from bot.evaluations.subjects import cohort_subject
from bot.feature import Refusal, Reply
from bot.permissions import Action
from bot.sessions.wording import read_link
from prompts import dates
from prompts.text import Marked, plain
from prompts.words import evaluations as words
from prompts.words import instruments as instrument_words
from storage.base import opaque_id
from storage.nudges import Nudge
from storage.series import Cohort, CohortChannel, Series

LONGEST_ADDRESS = 1000
"""Characters; it travels in the button that posts it."""
_POSTED = "funder_forms"
"""In the series' settings: id, cohort, address, how many were invited, and the day (UTC)."""
_MOST_KEPT = 20


async def funder_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Show what would be posted, where, and to how many."""
    cohort = await desk.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    url = _address(desk, str(typed["address"]))
    series = await _series(desk, cohort)
    _refuse_twice(desk, series, cohort, url)
    channels, invited = await _channels(desk, cohort), await _invited(desk.db, cohort)
    say = desk.language
    post = Button(label=words.funder_post(say), action="evaluation.funder_post",
                  value=f"{cohort.id}:{url}", style="primary")  # fmt: skip
    return Reply(
        card=Card(
            title=words.funder_title(say),
            text=words.funder_preview(say, n=invited, cohort=cohort.name),
            facts=(
                Fact(label=words.funder_where(say), value=str(urlsplit(url).hostname)),
                Fact(label=words.funder_channels(say), value=str(len(channels))),
            ),
            sections=(Section(title=words.funder_they_read(say), text=_said(series.languages)),),
            buttons=(post, *_links(series.languages, url)),
            context=words.funder_never_matched(say),
        )
    )


async def post_pressed(desk: Desk, value: str) -> Reply:
    """Post it once in each channel of the cohort, and keep how many were invited."""
    number, _, address = value.partition(":")
    cohort, url = await _cohort(desk, number), _address(desk, address)
    series = await _series(desk, cohort)
    _refuse_twice(desk, series, cohort, url)
    channels, invited = await _channels(desk, cohort), await _invited(desk.db, cohort)
    made = opaque_id()
    title = instrument_library()["funder"].title.root
    for channel in channels:
        card = Card(
            title=title.get(series.languages[0], ""),
            text=_said(series.languages),
            buttons=_links(series.languages, url),
        )
        desk.post(card, channel_id=channel.id, key=f"{_key(made)}{channel.id}", cohort_id=cohort.id)
    entry = {"id": made, "cohort": cohort.id, "url": url, "invited": invited,
             "day": desk.now.date().isoformat()}  # fmt: skip
    _keep(series, [*_posted(series), entry][-_MOST_KEPT:])
    desk.audit("funder_form_posted", f"cohort:{cohort.id}", n=invited)
    say = desk.language
    undo = Button(label=words.funder_take_back(say), action="evaluation.funder_undo",
                  value=f"{cohort.id}:{made}")  # fmt: skip
    text = words.funder_posted(say, n=len(channels), invited=str(invited))
    return Reply(card=Card(text=text, buttons=(undo,), context=words.funder_never_matched(say)), replace=True)


async def undo_pressed(desk: Desk, value: str) -> Reply:
    """What has not gone out is not sent; where it has, the channel is told which link it was, and not to use
    it. The count goes with it."""
    number, _, made = value.partition(":")
    cohort = await _cohort(desk, number)
    series = await _series(desk, cohort)
    mine = [one for one in _posted(series) if (one["id"], one["cohort"]) == (made, cohort.id)]
    if not mine:
        raise Refusal(words.funder_nothing_to_undo(desk.language))
    _keep(series, [one for one in _posted(series) if one not in mine])
    posted = col(Nudge.key).startswith(_key(made), autoescape=True)
    stopped = (col(Nudge.state) == "planned") & (col(Nudge.community_id) == desk.community.id)
    await desk.db.execute(update(Nudge).where(posted, stopped).values(state="skipped", reason="taken_back"))
    gone = await desk.db.scalars(select(Nudge).where(posted, col(Nudge.state) != "skipped"))
    for nudge in gone.all():
        text = Marked("\n\n").join(_withdrawn(mine[0], code) for code in series.languages)
        desk.post(Card(text=text), channel_id=nudge.channel_id, key=f"{nudge.key}:back", cohort_id=cohort.id)
    desk.audit("funder_form_taken_back", f"cohort:{cohort.id}")
    return Reply(card=Card(text=words.funder_taken_back(desk.language)), replace=True)


def _withdrawn(posted: Mapping[str, Any], language: str) -> Marked:
    day = dates.day(language, date.fromisoformat(posted["day"]))
    return words.funder_withdrawn(language, host=str(urlsplit(posted["url"]).hostname), day=day)


async def invited_lines(desk: Desk, cohort: Cohort) -> list[Marked]:
    """For the status of a cohort's forms: each link, the day, and how many were invited."""
    series = await desk.db.get_one(Series, cohort.series_id)
    say = desk.language
    return [
        words.funder_invited(say, n=int(one["invited"]), host=str(urlsplit(one["url"]).hostname),
                             day=dates.day(say, date.fromisoformat(one["day"])))
        for one in _posted(series)
        if one["cohort"] == cohort.id
    ]  # fmt: skip


def _address(desk: Desk, given: str) -> str:
    try:
        url = read_link(desk, given)
    except Unfit:
        url = ""
    if not url or len(url) > LONGEST_ADDRESS:
        raise Refusal(words.funder_link_unfit(desk.language, most=LONGEST_ADDRESS))
    return url


def _said(languages: Sequence[str]) -> Marked:
    """What people read, in each language of the series."""
    return Marked("\n\n").join(instrument_words.funder_form(code) for code in languages)


def _links(languages: Sequence[str], url: str) -> tuple[Button, ...]:
    item = instrument_library()["funder"].items[0]
    return tuple(Button(label=plain(item.text.root[code]), url=url) for code in languages)


async def _cohort(desk: Desk, number: str) -> Cohort:
    cohort = await desk.db.get(Cohort, row_id(number))
    if cohort is None or cohort.community_id != desk.community.id:
        raise Refusal(words.funder_nothing_to_undo(desk.language))
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    return cohort


async def _series(desk: Desk, cohort: Cohort) -> Series:
    """Locked: two people may post at the same moment."""
    found = await desk.db.scalars(
        select(Series)
        .where(Series.id == cohort.series_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one()


async def _channels(desk: Desk, cohort: Cohort) -> list[CohortChannel]:
    found = await desk.db.scalars(select(CohortChannel).where(CohortChannel.cohort_id == cohort.id))
    channels = list(found)
    if not channels:
        raise Refusal(words.funder_no_channel(desk.language, cohort=cohort.name))
    return channels


async def _invited(db: AsyncSession, cohort: Cohort) -> int:
    return len(await people_to_ask(db, await cohort_subject(db, cohort, "series")))


def _refuse_twice(desk: Desk, series: Series, cohort: Cohort, url: str) -> None:
    for one in _posted(series):
        if (one["cohort"], one["url"]) == (cohort.id, url):
            title = title_in(series.title, desk.language)
            raise Refusal(words.funder_posted_already(desk.language, series=title))


def _posted(series: Series) -> list[Mapping[str, Any]]:
    found = series.settings.get(_POSTED)
    return list(found) if isinstance(found, list) else []


def _keep(series: Series, posted: Sequence[Mapping[str, Any]]) -> None:
    series.settings = {**series.settings, _POSTED: [dict(one) for one in posted]}


def _key(made: str) -> str:
    return f"funder_form:{made}:"
