"""What last time's people said, beside this time's plan: only from enough answers, never one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as pick
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Section
from bot.core.lookup import title_in
from bot.evaluations.counted import without_not_applicable
from bot.evaluations.instruments import Instrument
from bot.evaluations.telling import band_of_answers, in_words
from bot.statistics.formulas import Share, intent_to_apply
from prompts import dates
from prompts.text import Marked
from prompts.words import archive as words
from storage.evaluations import AnonymousAnswer, ConfidentialAnswer, Evaluation, EvaluationState
from storage.people import Community
from storage.series import Cohort, Series
from storage.sessions import Session, SessionStatus, SessionTheme, Theme

_HIGH = ("4", "5")
_MOST_THEMES = 5


@dataclass(frozen=True, slots=True)
class PreviousAnswers:
    """Shares of the non-missing answers: quality and usefulness rated 4 or 5 of 5, yes to using it."""

    quality: Share
    useful: Share
    intent: Share


async def last_time_section(
    db: AsyncSession, session: Session, community: Community, language: str
) -> Section | None:
    """Beside a session: the evaluation of the same session of the series that this one was made from."""
    before = await _same_session_before(db, session)
    if before is None:
        return None
    evaluations = await _closed(db, col(Evaluation.session_id) == before.id)
    text = await _told(db, evaluations, [before.id], community, language)
    return Section(title=str(words.last_time(language, number=before.number)), text=text)


async def learned_section(db: AsyncSession, cohort: Cohort, community: Community, language: str) -> Section:
    """Of all sessions of a cohort: what is shown before its series is run again."""
    evaluations = await _closed(db, col(Evaluation.cohort_id) == cohort.id)
    sessions = select(Session.id).where(
        Session.cohort_id == cohort.id, Session.status != SessionStatus.CANCELLED
    )
    text = await _told(db, evaluations, [one or 0 for one in await db.scalars(sessions)], community, language)
    return Section(title=str(words.what_was_learned(language)), text=text)


async def _same_session_before(db: AsyncSession, session: Session) -> Session | None:
    cohort = await db.get_one(Cohort, session.cohort_id)
    series = await db.get_one(Series, cohort.series_id)
    if series.cloned_from_id is None:
        return None
    last = select(Cohort.id).where(Cohort.series_id == series.cloned_from_id).order_by(col(Cohort.id).desc())
    cohort_id = (await db.scalars(last)).first()
    held = await db.scalars(
        select(Session)
        .where(Session.cohort_id == cohort_id, Session.status != SessionStatus.CANCELLED)
        .order_by(col(Session.starts_at))
    )
    # The copies were numbered from 1 in this order.
    sessions = list(held)
    return sessions[session.number - 1] if session.number <= len(sessions) else None


async def _closed(db: AsyncSession, which: ColumnElement[bool]) -> list[Evaluation]:
    rows = select(Evaluation).where(which, Evaluation.state == EvaluationState.CLOSED)
    return list(await db.scalars(rows))


async def _told(
    db: AsyncSession,
    evaluations: Sequence[Evaluation],
    sessions: Sequence[int],
    community: Community,
    language: str,
) -> Marked:
    k = community.k_inside
    said = await _said(db, evaluations)
    parts = [
        line(language, percent=_percent(share, language), n=share.n)
        for line, share in (
            (words.quality_line, said.quality),
            (words.useful_line, said.useful),
            (words.intent_line, said.intent),
        )
        if share.n >= k
    ]
    lines = parts or [words.too_few_answers(language, k=k)]
    themes = await _themes(db, sessions, language)
    if themes:
        lines.append(words.surfaced_line(language, themes=", ".join(themes)))
    return Marked("\n".join(lines))


def _percent(share: Share, language: str) -> str:
    band = in_words(band_of_answers(share), lambda one: dates.percent(language, one / 100, 0))
    return band or dates.percent(language, share.count / share.n)


async def _said(db: AsyncSession, evaluations: Sequence[Evaluation]) -> PreviousAnswers:
    quality = await _tally(db, evaluations, "quality")
    useful = await _tally(db, evaluations, "usefulness")
    return PreviousAnswers(
        _high(quality), _high(useful), intent_to_apply(await _tally(db, evaluations, "intent"))
    )


async def _tally(db: AsyncSession, evaluations: Sequence[Evaluation], measure: str) -> Counter[str]:
    by_field: dict[str, list[int]] = {}
    for evaluation in evaluations:
        for item in Instrument.model_validate(evaluation.instrument).items:
            if item.measures == measure:
                by_field.setdefault(item.id, []).append(evaluation.id)
    total: Counter[str] = Counter()
    for name, ids in by_field.items():
        for table in (AnonymousAnswer, ConfidentialAnswer):
            answer = cast("Any", table.answers)[name].as_string()
            rows = await db.execute(
                pick(answer, func.count()).where(col(table.evaluation_id).in_(ids)).group_by(answer)
            )
            total.update({str(given): count for given, count in rows if given})
    return total


def _high(given: Counter[str]) -> Share:
    tally = without_not_applicable(given)
    return Share(sum(tally[one] for one in _HIGH), sum(tally.values()))


async def _themes(db: AsyncSession, sessions: Sequence[int], language: str) -> list[str]:
    rows = await db.scalars(
        select(Theme)
        .join(SessionTheme, col(SessionTheme.theme_id) == Theme.id)
        .where(col(SessionTheme.session_id).in_(sessions))
    )
    counted = Counter(title_in(theme.name, language) for theme in rows)
    return [name for name, _ in counted.most_common(_MOST_THEMES)]
