"""A participant answers: the form from a message's button or a command, checked and kept once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import Button, Card
from bot.communities.lookup import TAKES_PART, enrollment_of, my_enrollments
from bot.desk import Desk
from bot.evaluations.answers import check_answers, form_of
from bot.evaluations.keeping import FORM, has_answered, keep, lock
from bot.evaluations.opening import asked_instrument, attendees, evaluation_of, open_evaluation, people_to_ask
from bot.evaluations.subjects import INSTRUMENTS, Subject, cohort_subject, subject_of
from bot.feature import Refusal, Reply
from bot.forms import Form, Values
from bot.sessions.lookup import sessions_of
from prompts.catalog import MissingTranslation
from prompts.text import Marked
from prompts.words import evaluations as words
from storage.evaluations import Evaluation
from storage.series import Cohort


async def answer_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """The form, its mode named before the first question. Raises `Refusal` when I cannot answer it now."""
    subject, evaluation = await _mine(desk, context)
    instrument = asked_instrument(evaluation)
    try:
        form = form_of(instrument, desk.language)
    except MissingTranslation:
        raise Refusal(words.other_language(desk.language)) from None
    people, k = len(await people_to_ask(desk.db, subject)), desk.community.k_inside
    intro = form.intro
    if people < k:
        intro = Marked(f"{intro}\n{words.too_small(desk.language, n=people, k=k)}")
    return form.model_copy(update={"name": FORM, "context": subject.key, "intro": intro})


async def answer_sent(desk: Desk, context: str, values: Values) -> Reply:
    """Keep the answers, once."""
    subject, evaluation = await _mine(desk, context)
    evaluation = await lock(desk.db, evaluation)
    await _refuse_unless_open(desk, subject, evaluation)
    instrument = asked_instrument(evaluation)
    checked = check_answers(instrument, values, desk.language)
    if checked.problems:
        first = form_of(instrument, desk.language).fields[0].name
        return Reply(errors={name or first: said for name, said in checked.problems.items()})
    await keep(desk.db, evaluation, desk.me.id or 0, checked.answers, desk.now.date(), desk.links.sealer)
    anonymous = evaluation.mode == "anonymous"
    said = words.thanks_anonymous if anonymous else words.thanks_confidential
    return Reply(card=Card(title=words.thanks_title(desk.language), text=said(desk.language)))


async def evaluate_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """The form that waits for me; a choice when several do; that of one session when I name it."""
    waiting: list[Subject] = []
    for enrollment in await my_enrollments(desk):
        cohort = await desk.db.get_one(Cohort, enrollment.cohort_id)
        for subject in await _subjects(desk, cohort):
            number = typed.get("session")
            if number is not None and (subject.session is None or subject.session.number != number):
                continue
            if number is not None or await _waits(desk, subject):
                waiting.append(subject)
    if not waiting:
        raise Refusal(words.nothing_open(desk.language))
    if len(waiting) == 1:
        return Reply(form=await answer_form(desk, waiting[0].key, {}))
    buttons = tuple(
        Button(label=str(one.about(desk.language))[:75], form=FORM, value=one.key) for one in waiting[:10]
    )
    return Reply(card=Card(title=words.choose_title(desk.language), buttons=buttons))


async def _subjects(desk: Desk, cohort: Cohort) -> list[Subject]:
    keys = [f"session:{one.id}" for one in await sessions_of(desk.db, cohort.id)]
    found = [await subject_of(desk.db, key, desk.community.id) for key in keys]
    whole = [await cohort_subject(desk.db, cohort, each) for each in INSTRUMENTS if each != "session"]
    return [one for one in found if one is not None] + whole


async def _waits(desk: Desk, subject: Subject) -> bool:
    return not await why_not(desk.db, desk.me.id, subject, await evaluation_of(desk.db, subject), desk)


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
    if evaluation is not None and (evaluation.state == "closed" or at.now >= evaluation.closes_at):
        return "closed"
    if evaluation is not None and await has_answered(db, evaluation, person_id):
        return "already_answered"
    present = await attendees(db, subject)
    return "not_attended" if present is not None and person_id not in present else ""


async def _mine(desk: Desk, key: str) -> tuple[Subject, Evaluation]:
    """The evaluation behind a form, opened if it is time and nobody did. Raises `Refusal`."""
    subject = await subject_of(desk.db, key, desk.community.id)
    enrollment = None if subject is None else await enrollment_of(desk.db, subject.cohort.id, desk.me.id)
    if subject is None or enrollment is None or enrollment.status not in TAKES_PART:
        raise Refusal(words.not_asked(desk.language))
    about = subject.about(desk.language)
    window = subject.window()
    if subject.cancelled or window is None:
        raise Refusal(words.cancelled(desk.language, about=about))
    evaluation = await evaluation_of(desk.db, subject)
    if evaluation is None:
        if desk.now < window[0]:
            raise Refusal(words.not_yet(desk.language, about=about))
        if desk.now >= window[1]:
            raise Refusal(words.closed(desk.language, about=about))
        evaluation = await open_evaluation(desk.db, subject, desk.now)
    await _refuse_unless_open(desk, subject, evaluation)
    return subject, evaluation


async def _refuse_unless_open(desk: Desk, subject: Subject, evaluation: Evaluation) -> None:
    about = subject.about(desk.language)
    if await has_answered(desk.db, evaluation, desk.me.id):
        raise Refusal(words.answered_already(desk.language, about=about))
    if evaluation.state == "closed" or desk.now >= evaluation.closes_at:
        raise Refusal(words.closed(desk.language, about=about))
