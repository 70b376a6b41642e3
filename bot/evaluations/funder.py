"""The funder's own form: a link to it is posted, with a count of who was invited. Nothing else is kept.

The form belongs to another site. It is never copied here, no answer of it comes back, and who follows the
link is neither asked nor counted, so nothing can match it to a person or to answers given here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select, update

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, Section, pack
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.lookup import row_id, title_in
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.evaluations.instrument_files import instrument_library
from bot.evaluations.opening import people_to_ask
from bot.evaluations.subjects import cohort_subject
from bot.sessions.wording import read_link
from prompts import dates
from prompts.text import Marked, plain
from prompts.words import evaluations as words
from prompts.words import instruments as instrument_words
from storage.base import opaque_id
from storage.nudges import Nudge
from storage.series import Cohort, CohortChannel, Series
from storage.settings import FunderForm

LONGEST_ADDRESS = 1000
"""Characters; it travels in the button that posts it."""
_MOST_KEPT = 20


async def funder_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Show what would be posted, where, and to how many."""
    cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
    url = _address(ctx, str(typed["address"]))
    series = await _series(ctx, cohort)
    _refuse_twice(ctx, series, cohort, url)
    channels, invited = await _channels(ctx, cohort), await _invited(ctx.db, cohort)
    language = ctx.language
    post = Button(label=words.funder_post(language), action="evaluation.funder_post",
                  value=pack(cohort.id, url), style="primary")  # fmt: skip
    return Reply(
        card=Card(
            title=words.funder_title(language),
            text=words.funder_preview(language, n=invited, cohort=cohort.name),
            facts=(
                Fact(label=words.funder_where(language), value=str(urlsplit(url).hostname)),
                Fact(label=words.funder_channels(language), value=str(len(channels))),
            ),
            sections=(Section(title=words.funder_they_read(language), text=_said(series.languages)),),
            buttons=(post, *_links(series.languages, url)),
            context=words.funder_never_matched(language),
        )
    )


async def post_pressed(ctx: Context, value: str) -> Reply:
    """Post it once in each channel of the cohort, and keep how many were invited."""
    number, address = unpack(value, str, str)
    cohort, url = await _cohort(ctx, number), _address(ctx, address)
    series = await _series(ctx, cohort)
    _refuse_twice(ctx, series, cohort, url)
    channels, invited = await _channels(ctx, cohort), await _invited(ctx.db, cohort)
    made = opaque_id()
    title = instrument_library()["funder"].title.root
    for channel in channels:
        card = Card(
            title=title.get(series.languages[0], ""),
            text=_said(series.languages),
            buttons=_links(series.languages, url),
        )
        ctx.post(card, channel_id=channel.id, key=f"{_key(made)}{channel.id}", cohort_id=cohort.id)
    entry = FunderForm(id=made, cohort=cohort.id, url=url, invited=invited, day=ctx.now.date())
    _keep(series, [*series.settings.funder_forms, entry][-_MOST_KEPT:])
    ctx.audit("funder_form_posted", f"cohort:{cohort.id}", n=invited)
    language = ctx.language
    undo = Button(label=words.funder_take_back(language), action="evaluation.funder_undo",
                  value=pack(cohort.id, made))  # fmt: skip
    text = words.funder_posted(language, n=len(channels), invited=str(invited))
    return Reply(
        card=Card(text=text, buttons=(undo,), context=words.funder_never_matched(language)), replace=True
    )


async def undo_pressed(ctx: Context, value: str) -> Reply:
    """What has not gone out is not sent; where it has, the channel is told which link it was, and not to use
    it. The count goes with it."""
    number, made = unpack(value, str, str)
    cohort = await _cohort(ctx, number)
    series = await _series(ctx, cohort)
    posted_forms = series.settings.funder_forms
    mine = [one for one in posted_forms if (one.id, one.cohort) == (made, cohort.id)]
    if not mine:
        raise Refusal(words.funder_nothing_to_undo(ctx.language))
    _keep(series, [one for one in posted_forms if one not in mine])
    posted = col(Nudge.key).startswith(_key(made), autoescape=True)
    stopped = (col(Nudge.state) == "planned") & (col(Nudge.community_id) == ctx.community.id)
    await ctx.db.execute(update(Nudge).where(posted, stopped).values(state="skipped", reason="taken_back"))
    gone = await ctx.db.scalars(select(Nudge).where(posted, col(Nudge.state) != "skipped"))
    for nudge in gone.all():
        text = Marked("\n\n").join(_withdrawn(mine[0], code) for code in series.languages)
        ctx.post(Card(text=text), channel_id=nudge.channel_id, key=f"{nudge.key}:back", cohort_id=cohort.id)
    ctx.audit("funder_form_taken_back", f"cohort:{cohort.id}")
    return Reply(card=Card(text=words.funder_taken_back(ctx.language)), replace=True)


def _withdrawn(posted: FunderForm, language: str) -> Marked:
    day = dates.day(language, posted.day)
    return words.funder_withdrawn(language, host=str(urlsplit(posted.url).hostname), day=day)


async def invited_lines(ctx: Context, cohort: Cohort) -> list[Marked]:
    """For the status of a cohort's forms: each link, the day, and how many were invited."""
    series = await ctx.db.get_one(Series, cohort.series_id)
    language = ctx.language
    return [
        words.funder_invited(
            language,
            n=one.invited,
            host=str(urlsplit(one.url).hostname),
            day=dates.day(language, one.day),
        )
        for one in series.settings.funder_forms
        if one.cohort == cohort.id
    ]


def _address(ctx: Context, given: str) -> str:
    try:
        url = read_link(ctx, given)
    except FieldError:
        url = ""
    if not url or len(url) > LONGEST_ADDRESS:
        raise Refusal(words.funder_link_unfit(ctx.language, most=LONGEST_ADDRESS))
    return url


def _said(languages: Sequence[str]) -> Marked:
    """What people read, in each language of the series."""
    return Marked("\n\n").join(instrument_words.funder_form(code) for code in languages)


def _links(languages: Sequence[str], url: str) -> tuple[Button, ...]:
    item = instrument_library()["funder"].items[0]
    return tuple(Button(label=plain(item.text.root[code]), url=url) for code in languages)


async def _cohort(ctx: Context, number: str) -> Cohort:
    cohort = await ctx.db.get(Cohort, row_id(number))
    if cohort is None or cohort.community_id != ctx.community.id:
        raise Refusal(words.funder_nothing_to_undo(ctx.language))
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    return cohort


async def _series(ctx: Context, cohort: Cohort) -> Series:
    """Locked: two people may post at the same moment."""
    found = await ctx.db.scalars(
        select(Series)
        .where(Series.id == cohort.series_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one()


async def _channels(ctx: Context, cohort: Cohort) -> list[CohortChannel]:
    found = await ctx.db.scalars(select(CohortChannel).where(CohortChannel.cohort_id == cohort.id))
    channels = list(found)
    if not channels:
        raise Refusal(words.funder_no_channel(ctx.language, cohort=cohort.name))
    return channels


async def _invited(db: AsyncSession, cohort: Cohort) -> int:
    return len(await people_to_ask(db, await cohort_subject(db, cohort, "series")))


def _refuse_twice(ctx: Context, series: Series, cohort: Cohort, url: str) -> None:
    for one in series.settings.funder_forms:
        if (one.cohort, one.url) == (cohort.id, url):
            title = title_in(series.title, ctx.language)
            raise Refusal(words.funder_posted_already(ctx.language, series=title))


def _keep(series: Series, posted: list[FunderForm]) -> None:
    series.settings = series.settings.model_copy(update={"funder_forms": posted})


def _key(made: str) -> str:
    return f"funder_form:{made}:"
