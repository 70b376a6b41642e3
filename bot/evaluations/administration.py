"""A facilitator opens, closes and follows forms: how many answered, never who."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.form_keys import FormKeys, name_of
from bot.core.jobs import JobContext
from bot.core.links import DEFAULT_LIFE
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.evaluations.answer_store import answers_given, close, finish_closing
from bot.evaluations.batches import FORM, waiting_people
from bot.evaluations.funder import invited_lines
from bot.evaluations.instrument_files import instrument_library
from bot.evaluations.invitations import answer_link, by_hand, posted_in
from bot.evaluations.opening import asked_instrument, evaluation_of, open_evaluation, people_to_ask
from bot.evaluations.subjects import Subject, cohort_subject, key_of_step, subject_of
from bot.sessions.lookup import session_meant
from bot.statistics.formulas import Share, response_rate
from prompts import dates
from prompts.text import Marked
from prompts.words import evaluations as words
from storage.evaluations import Evaluation, EvaluationState, FormDraft, LedgerEntry, SealedAnswer
from storage.nudges import Job
from storage.people import Identity, Person
from storage.series import CohortChannel

_LINKS_A_SECTION = 8
_DRAFTS_KEPT = DEFAULT_LIFE
"""As long as a link lives by which somebody could come back."""

_KEYS_AWAY = timedelta(days=60)
"""So long after a form has closed the folder of keys may come back, with answers in it."""


async def open_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Open the form now and post it to the cohort's channels."""
    subject = await _meant(ctx, typed)
    about = subject.about(ctx.language)
    window = subject.window()
    if subject.cancelled:
        raise Refusal(words.cancelled(ctx.language, about=about))
    begins = subject.session or subject.last
    if window is None or begins is None or ctx.now < begins.starts_at:
        raise Refusal(words.not_begun(ctx.language, about=about))
    before = await evaluation_of(ctx.db, subject)
    if (before is not None and before.state == EvaluationState.CLOSED) or ctx.now >= window[1]:
        raise Refusal(words.closed(ctx.language, about=about))
    evaluation = await open_evaluation(ctx.db, subject, ctx.now, ctx.me.id)
    channels = await ctx.db.scalars(select(CohortChannel).where(CohortChannel.cohort_id == subject.cohort.id))
    posted = 0
    for channel in channels.all():
        posted += await _post_once(ctx, subject, evaluation, channel)
    if before is not None and not posted:
        raise Refusal(words.open_already(ctx.language, about=about))
    ctx.audit("evaluation_opened", subject.key)
    text = words.opened(ctx.language, about=about, n=posted)
    people, k = len(await people_to_ask(ctx.db, subject)), ctx.community.k_inside
    warning = words.too_small(ctx.language, n=people, k=k) if people < k else Marked("")
    return Reply(card=Card(title=words.opened_title(ctx.language), text=text, context=warning))


async def _post_once(ctx: Context, subject: Subject, evaluation: Evaluation, channel: CohortChannel) -> int:
    if await posted_in(ctx.db, evaluation.id, channel.id, subject.session.id if subject.session else None):
        return 0
    key = by_hand(evaluation.id, channel.id)
    language = next(iter(subject.series.languages), ctx.language)
    said = words.anonymous_ask if evaluation.mode == "anonymous" else words.confidential_ask
    button = Button(label=words.answer(language), form=FORM, value=subject.key, style="primary")
    form = asked_instrument(evaluation)
    card = Card(
        title=form.title.root.get(language, ""),
        text=said(language, about=subject.about(language), minutes=form.takes_minutes),
        buttons=(button,),
    )
    ctx.post(card, channel_id=channel.id, key=key, cohort_id=subject.cohort.id,
              session_id=subject.session.id if subject.session else None)  # fmt: skip
    return 1


async def close_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Close it before its time."""
    subject = await _meant(ctx, typed)
    evaluation = await evaluation_of(ctx.db, subject)
    if evaluation is None or is_closed(evaluation, ctx.now):
        raise Refusal(words.not_open(ctx.language, about=subject.about(ctx.language)))
    evaluation = await close(ctx.db, evaluation, ctx.now, ctx.links.form_keys)
    ctx.audit("evaluation_closed", subject.key)
    return Reply(
        card=Card(
            title=words.closed_title(ctx.language),
            text=await _rate_line(ctx.db, evaluation, subject, ctx.language, ctx.links.form_keys),
            context=words.names_never(ctx.language),
        )
    )


async def links_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """A link of their own for each person whom no platform reaches; whether they answered is not told."""
    subject = await _meant(ctx, typed)
    language, about, window = ctx.language, subject.about(ctx.language), subject.window()
    if subject.cancelled or window is None:
        raise Refusal(words.cancelled(language, about=about))
    before = await evaluation_of(ctx.db, subject)
    if ctx.now >= window[1] or (before is not None and is_closed(before, ctx.now)):
        raise Refusal(words.closed(language, about=about))
    people = await _unreached(ctx.db, await people_to_ask(ctx.db, subject))
    if not people:
        raise Refusal(words.links_none(language, about=about))
    ctx.audit("evaluation_links_made", subject.key, n=len(people))
    lines = [
        words.their_link(language, name=person.name,
                         url=answer_link(ctx.links, subject, person.id, ctx.now, window[1]))
        for person in people
    ]  # fmt: skip
    sections = tuple(
        Section(text=Marked("\n".join(lines[at : at + _LINKS_A_SECTION])))
        for at in range(0, len(lines), _LINKS_A_SECTION)
    )
    text = words.links_text(language, about=about, n=len(people))
    return Reply(card=Card(title=words.links_title(language), text=text, sections=sections))


async def _unreached(db: AsyncSession, people: list[int]) -> list[Person]:
    """Of these, those without an account on a platform that takes messages."""
    reached = select(Identity.person_id).where(col(Identity.reachable).is_(True))
    found = await db.scalars(
        select(Person)
        .where(col(Person.id).in_(people), col(Person.id).not_in(reached))
        .order_by(col(Person.name))
    )
    return list(found)


async def status_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Every form of the cohort with its response rate."""
    cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.READ_REPORTS)
    rows = select(Evaluation).where(Evaluation.cohort_id == cohort.id).order_by(col(Evaluation.id))
    sections = []
    for evaluation in await ctx.db.scalars(rows):
        subject = await subject_of(ctx.db, evaluation.key, ctx.community.id)
        if subject is None:
            continue
        day = dates.day(ctx.language, evaluation.closes_at, cohort.zone)
        closed = is_closed(evaluation, ctx.now)
        state = words.is_closed(ctx.language) if closed else words.open_until(ctx.language, day=day)
        rate = await _rate_line(ctx.db, evaluation, subject, ctx.language, ctx.links.form_keys)
        sections.append(Section(title=str(subject.about(ctx.language)), text=Marked(f"{rate} · {state}")))
    if invited := await invited_lines(ctx, cohort):
        title = instrument_library()["funder"].title.root[ctx.language]
        sections.append(Section(title=title, text=Marked("\n").join(invited)))
    if not sections:
        raise Refusal(words.no_forms(ctx.language, cohort=cohort.name))
    return Reply(
        card=Card(
            title=words.status_title(ctx.language),
            sections=tuple(sections),
            context=words.names_never(ctx.language),
        )
    )


def is_closed(evaluation: Evaluation, now: datetime) -> bool:
    return evaluation.state == EvaluationState.CLOSED or now >= evaluation.closes_at


async def rate_of(db: AsyncSession, evaluation: Evaluation, subject: Subject, keys: FormKeys) -> Share:
    """Valid responses of eligible people: who could answer now, and whoever has answered. Once it is closed
    its ledger tells, as in reports."""
    ledger = select(LedgerEntry.person_id).where(LedgerEntry.evaluation_id == evaluation.id)
    if evaluation.state == EvaluationState.CLOSED:
        asked = set(await db.scalars(ledger))
    else:
        answered = set(await db.scalars(ledger.where(col(LedgerEntry.answered).is_(True))))
        answered |= await waiting_people(db, evaluation, keys)
        asked = set(await people_to_ask(db, subject)) | answered
    given = await answers_given(db, evaluation, keys)
    return response_rate(given, max(len(asked), given))


async def _rate_line(
    db: AsyncSession, evaluation: Evaluation, subject: Subject, language: str, keys: FormKeys
) -> Marked:
    rate = await rate_of(db, evaluation, subject, keys)
    if rate.percent is None:
        return words.rate_of_none(language)
    percent = dates.percent(language, rate.percent / 100)
    return words.rate(language, answered=rate.count, eligible=rate.n, percent=percent)


async def _meant(ctx: Context, typed: dict[str, Any]) -> Subject:
    """The session of a number, or the whole series without one."""
    if typed.get("session") is None:
        cohort = await ctx.cohort(str(typed.get("cohort") or ""), Action.RUN_COHORT)
        return await cohort_subject(ctx.db, cohort, "series")
    found, _ = await session_meant(ctx, {**typed, "number": typed["session"]}, Action.RUN_COHORT)
    subject = await subject_of(ctx.db, f"session:{found.id}", ctx.community.id)
    assert subject is not None, "the session was found in this community"
    return subject


async def close_by_itself(job_ctx: JobContext, job: Job) -> None:
    """The cadence's day of closing. What nobody ever opened is closed too: nobody of so many answered."""
    details = job.details
    key = key_of_step(job.kind, str(details["anchor"]), details["cohort_id"], details["session_id"])
    now = job_ctx.clock.now()
    async with job_ctx.database.write() as db:
        subject = await subject_of(db, key, job.community_id)
        if subject is None or subject.cancelled or subject.window() is None:
            return
        await close(db, await open_evaluation(db, subject, now), now, job_ctx.links.form_keys)


async def close_what_is_due(job_ctx: JobContext) -> None:
    """Once an hour: what is past its time, boxes that were shut while a secret was missing, and what somebody
    saved on a page and forgot."""
    now, keys = job_ctx.clock.now(), job_ctx.links.form_keys
    async with job_ctx.database.read() as db:
        over = (col(Evaluation.state) == "open") & (col(Evaluation.closes_at) <= now)
        shut = (col(Evaluation.state) == "closed") & col(Evaluation.id).in_(
            select(SealedAnswer.evaluation_id)
        )
        due = list(await db.scalars(select(Evaluation).where(over | shut)))
        lately = col(Evaluation.closes_at).between(now - _KEYS_AWAY, now)
        closed = await db.scalars(select(Evaluation).where(col(Evaluation.state) == "closed", lately))
        waiting = [one for one in closed if keys.aside.names(name_of(FORM, one.key))]
    for evaluation in (*due, *(one for one in waiting if one not in due)):
        async with job_ctx.database.write() as db:
            await close(db, evaluation, now, keys)
        await finish_closing(job_ctx, evaluation.id)
    async with job_ctx.database.write() as db:
        await db.execute(delete(FormDraft).where(col(FormDraft.saved_on) < (now - _DRAFTS_KEPT).date()))


async def close_when_due(job_ctx: JobContext, job: Job) -> None:
    """Its own hour of closing has come, for a form that somebody opened."""
    now = job_ctx.clock.now()
    async with job_ctx.database.write() as db:
        evaluation = await db.get(Evaluation, job.details["evaluation"])
        if evaluation is not None and evaluation.closes_at <= now:
            await close(db, evaluation, now, job_ctx.links.form_keys)
