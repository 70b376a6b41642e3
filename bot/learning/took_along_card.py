"""What I took along: one card, and the page behind a link, with a person's own ideas and plans."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.reply import Refusal, Reply
from bot.learning.took_along import TookAlong, what_i_took_along
from bot.reflections.committing import said
from prompts import dates
from prompts.text import Marked
from prompts.words import learning as words
from prompts.words import reflections as reflection_words
from storage.learning import StickAnswer
from storage.series import Cohort
from storage.sessions import KeyIdea, Session


def took_along_card(took: TookAlong, language: str) -> Card:
    """The page of one reader in their language; an idea or theme that lacks it is left out."""
    title = took.series.title.get(language) or took.series.slug
    ideas = [_idea(idea.text.get(language, {})) for idea in took.ideas if _whole(idea.text.get(language, {}))]
    names = [theme.name[language] for theme in took.themes if theme.name.get(language)]
    plans = [
        words.plan_line(
            language,
            plan=said(commitment.cue, commitment.action, language),
            status=reflection_words.status(language, commitment.status),
        )
        for commitment in took.commitments
    ]
    sessions = [one.title[language] for one in took.attended if one.title.get(language)]
    sections = (
        Section(title=words.ideas_title(language), text=Marked("\n").join(ideas)),
        Section(title=words.my_plans_title(language), text=_bullets(plans)),
        Section(title=words.asked_title(language), text=_bullets(_asked(took, language))),
        Section(title=words.surfaced_title(language), text=_bullets(names)),
        Section(title=words.i_was_there_title(language), text=_bullets(sessions)),
    )
    shown = tuple(section for section in sections if section.text)
    text = words.took_along_of(language, series=title) if shown else words.nothing_yet(language, series=title)
    return Card(title=words.took_along(language), text=text, sections=shown)


def _asked(took: TookAlong, language: str) -> list[Marked]:
    """What the reader said to each question, and on which day."""
    ideas = {idea.id: idea.text.get(language, {}).get("idea", "") for idea in took.ideas}
    said = {True: words.asked_had_it, False: words.asked_not_yet, None: words.asked_looked}
    return [
        said[one.recalled](
            language, idea=ideas[one.idea_id], day=dates.day(language, one.answered_at, took.zone)
        )
        for one in took.asked
        if ideas.get(one.idea_id)
    ]


def _whole(parts: dict[str, str]) -> bool:
    return bool(parts.get("idea", "").strip())


def _idea(parts: dict[str, str]) -> Marked:
    """The idea, and how to use it where that is written."""
    line = Marked("- **{idea}**").format(idea=parts["idea"])
    use = parts.get("use", "").strip()
    return line + Marked(" ") + use if use else line


def _bullets(lines: list[Any]) -> Marked:
    return Marked("\n").join([Marked("- ") + line for line in lines])


async def on_my_page(ctx: Context) -> Card | None:
    """What I was asked after a series, counted, and the way to all of it; nothing before the first answer."""
    rows = await ctx.db.execute(
        select(StickAnswer.recalled, Cohort.series_id)
        .join(KeyIdea, col(KeyIdea.id) == StickAnswer.idea_id)
        .join(Session, col(Session.id) == KeyIdea.session_id)
        .join(Cohort, col(Cohort.id) == Session.cohort_id)
        .where(StickAnswer.person_id == ctx.me.id, Cohort.community_id == ctx.community.id)
        .order_by(col(StickAnswer.answered_at))
    )
    answers = [(recalled, series) for recalled, series in rows]
    if not answers:
        return None
    language, newest = ctx.language, answers[-1][1]
    mine = [recalled for recalled, series in answers if series == newest]
    url = ctx.links.to("took-along", newest, ctx.me.id, ctx.now)
    text = words.asked_so_far(language, n=len(mine), had=sum(bool(one) for one in mine))
    section = Section(
        title=words.asked_title(language),
        text=text,
        buttons=(Button(label=words.took_along(language), url=url),),
    )
    return Card(sections=(section,))


async def took_along_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """My own card, now, with a link to the page that can be printed."""
    cohort = await ctx.cohort(str(typed.get("cohort") or ""))
    took = await what_i_took_along(ctx.db, ctx.me.id, cohort.series_id)
    if took is None:
        raise Refusal(words.not_yours(ctx.language))
    card = took_along_card(took, ctx.language)
    url = ctx.links.to("took-along", cohort.series_id, ctx.me.id, ctx.now)
    button = Button(label=words.as_page(ctx.language), url=url)
    return Reply(card=card.model_copy(update={"buttons": (button,)}))
