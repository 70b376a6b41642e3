"""A participant answers: the form from a message's button or a command, checked and kept once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.forms import Form, Values
from bot.core.lookup import TAKES_PART, enrollment_of, my_enrollments
from bot.core.reply import Refusal, Reply
from bot.evaluations.answer_store import has_answered, keep, lock
from bot.evaluations.answers import check_answers, form_of
from bot.evaluations.batches import FORM
from bot.evaluations.opening import asked_instrument, attendees, evaluation_of, open_evaluation, people_to_ask
from bot.evaluations.subjects import INSTRUMENTS, Subject, cohort_subject, subject_of
from bot.sessions.lookup import sessions_of
from prompts.catalog import MissingTranslation
from prompts.text import Marked
from prompts.words import evaluations as words
from storage.evaluations import Evaluation, EvaluationState
from storage.series import Cohort


async def answer_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """The form, its mode named before the first question. Raises `Refusal` when I cannot answer it now."""
    subject, evaluation = await _mine(ctx, context)
    instrument = asked_instrument(evaluation)
    try:
        form = form_of(instrument, ctx.language)
    except MissingTranslation:
        raise Refusal(words.other_language(ctx.language)) from None
    people, k = len(await people_to_ask(ctx.db, subject)), ctx.community.k_inside
    intro = form.intro
    if people < k:
        intro = Marked(f"{intro}\n{words.too_small(ctx.language, n=people, k=k)}")
    return form.model_copy(update={"name": FORM, "context": subject.key, "intro": intro})


async def answer_sent(ctx: Context, context: str, values: Values) -> Reply:
    """Keep the answers, once."""
    subject, evaluation = await _mine(ctx, context)
    evaluation = await lock(ctx.db, evaluation)
    await _refuse_unless_open(ctx, subject, evaluation)
    instrument = asked_instrument(evaluation)
    checked = check_answers(instrument, values, ctx.language)
    if checked.problems:
        first = form_of(instrument, ctx.language).fields[0].name
        return Reply(errors={name or first: said for name, said in checked.problems.items()})
    await keep(ctx.db, evaluation, ctx.me.id, checked.answers, ctx.now.date(), ctx.links.form_keys)
    anonymous = evaluation.mode == "anonymous"
    said = words.thanks_anonymous if anonymous else words.thanks_confidential
    return Reply(card=Card(title=words.thanks_title(ctx.language), text=said(ctx.language)))


async def evaluate_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The form that waits for me; a choice when several do; that of one session when I name it."""
    waiting: list[Subject] = []
    for enrollment in await my_enrollments(ctx):
        cohort = await ctx.db.get_one(Cohort, enrollment.cohort_id)
        for subject in await _subjects(ctx, cohort):
            number = typed.get("session")
            if number is not None and (subject.session is None or subject.session.number != number):
                continue
            if number is not None or await _waits(ctx, subject):
                waiting.append(subject)
    if not waiting:
        raise Refusal(words.nothing_open(ctx.language))
    if len(waiting) == 1:
        return Reply(form=await answer_form(ctx, waiting[0].key, {}))
    buttons = tuple(
        Button(label=str(one.about(ctx.language))[:75], form=FORM, value=one.key) for one in waiting[:10]
    )
    return Reply(card=Card(title=words.choose_title(ctx.language), buttons=buttons))


async def _subjects(ctx: Context, cohort: Cohort) -> list[Subject]:
    keys = [f"session:{session.id}" for session in await sessions_of(ctx.db, cohort.id)]
    found = [await subject_of(ctx.db, key, ctx.community.id) for key in keys]
    whole = [await cohort_subject(ctx.db, cohort, each) for each in INSTRUMENTS if each != "session"]
    return [one for one in found if one is not None] + whole


async def _waits(ctx: Context, subject: Subject) -> bool:
    return not await why_not(ctx.db, ctx.me.id, subject, await evaluation_of(ctx.db, subject), ctx)


async def why_not(
    db: AsyncSession,
    person_id: int | None,
    subject: Subject,
    evaluation: Evaluation | None,
    at: Any,
) -> str:
    """Why a person need not answer at ``at.now``, as a slug; empty when the form waits for them."""
    window = subject.window()
    if subject.cancelled or window is None:
        return "session_cancelled"
    if evaluation is None and not window[0] <= at.now < window[1]:
        return "not_open"
    if evaluation is not None and (
        evaluation.state == EvaluationState.CLOSED or at.now >= evaluation.closes_at
    ):
        return "closed"
    if evaluation is not None and await has_answered(db, evaluation, person_id, at.links.form_keys):
        return "already_answered"
    present = await attendees(db, subject)
    return "not_attended" if present is not None and person_id not in present else ""


async def _mine(ctx: Context, key: str) -> tuple[Subject, Evaluation]:
    """The evaluation behind a form, opened if it is time and nobody did. Raises `Refusal`."""
    subject = await subject_of(ctx.db, key, ctx.community.id)
    enrollment = None if subject is None else await enrollment_of(ctx.db, subject.cohort.id, ctx.me.id)
    if subject is None or enrollment is None or enrollment.status not in TAKES_PART:
        raise Refusal(words.not_asked(ctx.language))
    about = subject.about(ctx.language)
    window = subject.window()
    if subject.cancelled or window is None:
        raise Refusal(words.cancelled(ctx.language, about=about))
    evaluation = await evaluation_of(ctx.db, subject)
    if evaluation is None:
        if ctx.now < window[0]:
            raise Refusal(words.not_yet(ctx.language, about=about))
        if ctx.now >= window[1]:
            raise Refusal(words.closed(ctx.language, about=about))
        evaluation = await open_evaluation(ctx.db, subject, ctx.now)
    await _refuse_unless_open(ctx, subject, evaluation)
    return subject, evaluation


async def _refuse_unless_open(ctx: Context, subject: Subject, evaluation: Evaluation) -> None:
    about = subject.about(ctx.language)
    if await has_answered(ctx.db, evaluation, ctx.me.id, ctx.links.form_keys):
        raise Refusal(words.answered_already(ctx.language, about=about))
    if evaluation.state == EvaluationState.CLOSED or ctx.now >= evaluation.closes_at:
        raise Refusal(words.closed(ctx.language, about=about))
