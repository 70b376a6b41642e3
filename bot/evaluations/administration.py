"""A facilitator opens, closes and follows forms: how many answered, never who."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.cards import Button, Card, Section
from bot.desk import Desk
from bot.errands import Errands
from bot.evaluations.asking import answer_link
from bot.evaluations.formulas import Share, response_rate
from bot.evaluations.funder import invited_lines
from bot.evaluations.instrument_files import instrument_library
from bot.evaluations.keeping import FORM, answers_given, close
from bot.evaluations.opening import asked_instrument, evaluation_of, open_evaluation, people_to_ask
from bot.evaluations.subjects import Subject, cohort_subject, key_of_step, subject_of
from bot.feature import Refusal, Reply
from bot.links import DEFAULT_LIFE
from bot.permissions import Action
from bot.sessions.lookup import session_meant
from prompts import dates
from prompts.text import Marked
from prompts.words import evaluations as words
from storage.evaluations import Evaluation, FormDraft, LedgerEntry, SealedAnswer
from storage.nudges import Errand, Nudge
from storage.people import Identity, Person
from storage.series import CohortChannel

_LINKS_A_SECTION = 8
_DRAFTS_KEPT = DEFAULT_LIFE
"""As long as a link lives by which somebody could come back."""


async def open_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Open the form now and post it to the cohort's channels."""
    subject = await _meant(desk, typed)
    about = subject.about(desk.language)
    window = subject.window()
    if subject.cancelled:
        raise Refusal(words.cancelled(desk.language, about=about))
    begins = subject.session or subject.last
    if window is None or begins is None or desk.now < begins.starts_at:
        raise Refusal(words.not_begun(desk.language, about=about))
    before = await evaluation_of(desk.db, subject)
    if (before is not None and before.state == "closed") or desk.now >= window[1]:
        raise Refusal(words.closed(desk.language, about=about))
    evaluation = await open_evaluation(desk.db, subject, desk.now, desk.me.id)
    channels = await desk.db.scalars(
        select(CohortChannel).where(CohortChannel.cohort_id == subject.cohort.id)
    )
    posted = 0
    for channel in channels.all():
        posted += await _post_once(desk, subject, evaluation, channel)
    if before is not None and not posted:
        raise Refusal(words.open_already(desk.language, about=about))
    desk.audit("evaluation_opened", subject.key)
    text = words.opened(desk.language, about=about, n=posted)
    people, k = len(await people_to_ask(desk.db, subject)), desk.community.k_inside
    warning = words.too_small(desk.language, n=people, k=k) if people < k else Marked("")
    return Reply(card=Card(title=words.opened_title(desk.language), text=text, context=warning))


async def _post_once(desk: Desk, subject: Subject, evaluation: Evaluation, channel: CohortChannel) -> int:
    key = f"evaluation:{evaluation.id}:{channel.id}"
    if (await desk.db.scalars(select(Nudge.id).where(Nudge.key == key))).first() is not None:
        return 0
    language = next(iter(subject.series.languages), desk.language)
    said = words.anonymous_ask if evaluation.mode == "anonymous" else words.confidential_ask
    button = Button(label=words.answer(language), form=FORM, value=subject.key, style="primary")
    card = Card(
        title=asked_instrument(evaluation).title.root.get(language, ""),
        text=said(language, about=subject.about(language)),
        buttons=(button,),
    )
    desk.post(card, channel_id=channel.id, key=key, cohort_id=subject.cohort.id,
              session_id=subject.session.id if subject.session else None)  # fmt: skip
    return 1


async def close_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Close it before its time."""
    subject = await _meant(desk, typed)
    evaluation = await evaluation_of(desk.db, subject)
    if evaluation is None or is_closed(evaluation, desk.now):
        raise Refusal(words.not_open(desk.language, about=subject.about(desk.language)))
    evaluation = await close(desk.db, evaluation, desk.now, desk.links.sealer)
    desk.audit("evaluation_closed", subject.key)
    return Reply(
        card=Card(
            title=words.closed_title(desk.language),
            text=await _rate_line(desk.db, evaluation, subject, desk.language),
            context=words.names_never(desk.language),
        )
    )


async def links_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """A link of their own for each person whom no platform reaches; whether they answered is not told."""
    subject = await _meant(desk, typed)
    say, about, window = desk.language, subject.about(desk.language), subject.window()
    if subject.cancelled or window is None:
        raise Refusal(words.cancelled(say, about=about))
    before = await evaluation_of(desk.db, subject)
    if desk.now >= window[1] or (before is not None and is_closed(before, desk.now)):
        raise Refusal(words.closed(say, about=about))
    people = await _unreached(desk.db, await people_to_ask(desk.db, subject))
    if not people:
        raise Refusal(words.links_none(say, about=about))
    desk.audit("evaluation_links_made", subject.key, n=len(people))
    lines = [
        words.their_link(say, name=one.name,
                         url=answer_link(desk.links, subject, one.id or 0, desk.now, window[1]))
        for one in people
    ]  # fmt: skip
    sections = tuple(
        Section(text=Marked("\n".join(lines[at : at + _LINKS_A_SECTION])))
        for at in range(0, len(lines), _LINKS_A_SECTION)
    )
    text = words.links_text(say, about=about, n=len(people))
    return Reply(card=Card(title=words.links_title(say), text=text, sections=sections))


async def _unreached(db: AsyncSession, people: list[int]) -> list[Person]:
    """Of these, those without an account on a platform that takes messages."""
    reached = select(Identity.person_id).where(col(Identity.reachable).is_(True))
    found = await db.scalars(
        select(Person)
        .where(col(Person.id).in_(people), col(Person.id).not_in(reached))
        .order_by(col(Person.name))
    )
    return list(found)


async def status_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Every form of the cohort with its response rate."""
    cohort = await desk.cohort(str(typed.get("cohort") or ""), Action.READ_REPORTS)
    rows = select(Evaluation).where(Evaluation.cohort_id == cohort.id).order_by(col(Evaluation.id))
    sections = []
    for evaluation in await desk.db.scalars(rows):
        subject = await subject_of(desk.db, evaluation.key, desk.community.id)
        if subject is None:
            continue
        day = dates.day(desk.language, evaluation.closes_at, cohort.zone)
        closed = is_closed(evaluation, desk.now)
        state = words.is_closed(desk.language) if closed else words.open_until(desk.language, day=day)
        rate = await _rate_line(desk.db, evaluation, subject, desk.language)
        sections.append(Section(title=str(subject.about(desk.language)), text=Marked(f"{rate} · {state}")))
    if invited := await invited_lines(desk, cohort):
        title = instrument_library()["funder"].title.root[desk.language]
        sections.append(Section(title=title, text=Marked("\n").join(invited)))
    if not sections:
        raise Refusal(words.no_forms(desk.language, cohort=cohort.name))
    return Reply(
        card=Card(
            title=words.status_title(desk.language),
            sections=tuple(sections),
            context=words.names_never(desk.language),
        )
    )


def is_closed(evaluation: Evaluation, now: datetime) -> bool:
    return evaluation.state == "closed" or now >= evaluation.closes_at


async def rate_of(db: AsyncSession, evaluation: Evaluation, subject: Subject) -> Share:
    """Valid responses of eligible people: who could answer now, and whoever has answered."""
    asked = set(await people_to_ask(db, subject))
    answered = select(LedgerEntry.person_id).where(
        LedgerEntry.evaluation_id == evaluation.id, col(LedgerEntry.answered).is_(True)
    )
    asked |= set(await db.scalars(answered))
    given = await answers_given(db, evaluation)
    return response_rate(given, max(len(asked), given))


async def _rate_line(db: AsyncSession, evaluation: Evaluation, subject: Subject, language: str) -> Marked:
    rate = await rate_of(db, evaluation, subject)
    if rate.percent is None:
        return words.rate_of_none(language)
    percent = dates.percent(language, rate.percent / 100)
    return words.rate(language, answered=rate.count, eligible=rate.n, percent=percent)


async def _meant(desk: Desk, typed: dict[str, Any]) -> Subject:
    """The session of a number, or the whole series without one."""
    if typed.get("session") is None:
        cohort = await desk.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
        return await cohort_subject(desk.db, cohort, "series")
    found, _ = await session_meant(desk, {**typed, "number": typed["session"]}, Action.RUN_COHORT)
    subject = await subject_of(desk.db, f"session:{found.id}", desk.community.id)
    assert subject is not None, "the session was found in this community"
    return subject


async def close_by_itself(tools: Errands, errand: Errand) -> None:
    """The cadence's day of closing. What nobody ever opened is closed too: nobody of so many answered."""
    details = errand.details
    key = key_of_step(errand.kind, str(details["anchor"]), details["cohort_id"], details["session_id"])
    now = tools.clock.now()
    async with tools.database.write() as db:
        subject = await subject_of(db, key, errand.community_id)
        if subject is None or subject.cancelled or subject.window() is None:
            return
        await close(db, await open_evaluation(db, subject, now), now, tools.links.sealer)


async def close_what_is_due(tools: Errands) -> None:
    """Once an hour: what is past its time, boxes that were shut while a secret was missing, and what somebody
    saved on a page and forgot."""
    now = tools.clock.now()
    async with tools.database.read() as db:
        over = (col(Evaluation.state) == "open") & (col(Evaluation.closes_at) <= now)
        shut = (col(Evaluation.state) == "closed") & col(Evaluation.id).in_(
            select(SealedAnswer.evaluation_id)
        )
        due = list(await db.scalars(select(Evaluation).where(over | shut)))
    for evaluation in due:
        async with tools.database.write() as db:
            await close(db, evaluation, now, tools.links.sealer)
    async with tools.database.write() as db:
        await db.execute(delete(FormDraft).where(col(FormDraft.saved_on) < (now - _DRAFTS_KEPT).date()))


async def close_when_due(tools: Errands, errand: Errand) -> None:
    """Its own hour of closing has come, for a form that somebody opened."""
    now = tools.clock.now()
    async with tools.database.write() as db:
        evaluation = await db.get(Evaluation, errand.details["evaluation"])
        if evaluation is not None and evaluation.closes_at <= now:
            await close(db, evaluation, now, tools.links.sealer)
