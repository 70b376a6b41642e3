"""What the people who were there said of a session: for its presenters, once the form has closed.

Only with enough answers, for the form and for each question of it; never while the form is open, and never
two versions of the same numbers. Nobody is named, and comments stand in alphabetical order. What was answered
with a name (a confidential form) is for evaluators: presenters read its numbers, not its words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Button, Card, Fact, Section
from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.lookup import title_in
from bot.core.notes import note
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.evaluations.answers import label_of_answer
from bot.evaluations.counted import REST, counted_fields, mean_of, protected, rows_of, untold_rank
from bot.evaluations.draws import draw_of
from bot.evaluations.instruments import NOT_APPLICABLE, Instrument, Item
from bot.evaluations.opening import asked_instrument
from bot.evaluations.telling import band_of_answers, band_of_mean, in_words
from bot.sessions.lookup import prepares, presenters_of, session_by_id, session_meant
from bot.statistics.formulas import intent_to_apply, round_half_up, tally
from bot.statistics.suppression import enough_respondents, shown_comments
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.text import Marked, marked, plain
from prompts.words import planning as words
from storage.evaluations import AnonymousAnswer, ConfidentialAnswer, Evaluation, EvaluationState
from storage.nudges import Nudge
from storage.people import Community, Person
from storage.series import Cohort
from storage.sessions import Session

Answers = Sequence[dict[str, Any]]
PURPOSE = "post_session"
MOST_COMMENTS = 12
"""Of one kind; the evaluators' report has them all."""
LONGEST_COMMENT = 240


async def feedback_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, _ = await session_meant(ctx, typed, Action.PREPARE_SESSION, latest=True)
    return Reply(card=await _card_for(ctx, session))


async def feedback_pressed(ctx: Context, value: str) -> Reply:
    session, _ = await session_by_id(ctx, value, Action.PREPARE_SESSION)
    return Reply(card=await _card_for(ctx, session))


async def _card_for(ctx: Context, session: Session) -> Card:
    """Raises `Refusal` for a presenter of another session: this is between a cohort and who taught it."""
    if not await prepares(ctx.db, session, ctx.me.id):
        raise Refusal(words.feedback_not_yours(ctx.language))
    cohort = await ctx.db.get_one(Cohort, session.cohort_id)
    runs = await ctx.may(Action.RUN_COHORT, cohort.series_id)
    return await feedback_card(ctx.db, session, ctx.community, ctx.me, None if runs else ctx.me.id)


async def feedback_card(
    db: AsyncSession, session: Session, community: Community, reader: Person, presenter: int | None
) -> Card:
    """The numbers and the words, or why there are none. A `presenter` reads how they were rated themselves,
    not how the others were; None reads both."""
    language = reader.language
    title = words.feedback_title(language, title=title_in(session.title, language))
    evaluation = await _form_of(db, session)
    if evaluation is None:
        return Card(title=title, text=words.no_form_yet(language))
    if evaluation.state != EvaluationState.CLOSED:
        day = dates.day(language, evaluation.closes_at, zone_for(reader.zone, session.zone))
        return Card(title=title, text=words.form_is_open(language, day=day))
    answers, k = await _answers(db, evaluation), community.k_inside
    if not enough_respondents(len(answers), k):
        return Card(title=title, text=words.too_few_answers(language, k=k))
    instrument = asked_instrument(evaluation)
    named = evaluation.mode != "anonymous"
    return Card(
        title=title,
        text=words.feedback_text(language, n=len(answers)),
        facts=tuple(
            _facts(instrument, _read_by(instrument, presenter), answers, language, k, draw_of(community))
        ),
        sections=() if named else tuple(_comments(instrument, answers, language, k)),
        context=Marked(" ").join(_context(instrument, session, language, k, named, presenter)),
    )


def _context(
    instrument: Instrument, session: Session, language: str, k: int, named: bool, presenter: int | None
) -> Iterable[Marked]:
    yield words.comments_with_evaluators(language) if named else words.feedback_context(language, k=k)
    if presenter is None and any(item.demographic for item in instrument.items):
        yield words.about_people_in_report(language, number=session.number)


async def _form_of(db: AsyncSession, session: Session) -> Evaluation | None:
    found = await db.scalars(
        select(Evaluation).where(Evaluation.session_id == session.id, Evaluation.purpose == PURPOSE)
    )
    return found.first()


async def _answers(db: AsyncSession, evaluation: Evaluation) -> Answers:
    table: type[Any] = AnonymousAnswer if evaluation.mode == "anonymous" else ConfidentialAnswer
    return list(await db.scalars(select(table.answers).where(table.evaluation_id == evaluation.id)))


def _read_by(instrument: Instrument, presenter: int | None) -> Instrument:
    """Without the items about other presenters, and without those about the people who answer."""
    items = [
        item
        for item in instrument.items
        if not item.demographic and (presenter is None or item.presenter in (None, presenter))
    ]
    return instrument.model_copy(update={"items": tuple(items)})


def _facts(
    asked: Instrument, read: Instrument, answers: Answers, language: str, k: int, draw: str
) -> Iterable[Fact]:
    """Of what is `read`: each rating, rank and number as a mean; answers to pick by count; the intent as a
    share. The form is protected as it was `asked`, as it is in reports."""
    tallies = _tallies(asked, answers)
    told = protected(asked, tallies, (k,), draw)
    untold = _untold_ranks(asked, told)
    for one in counted_fields(read):
        said = one.text.get(language)
        if not said:
            continue
        if one.item.measures == "intent":
            enough_said = enough_respondents(sum(tallies[one.name].values()), k)
            value = _intent(tallies[one.name], language) if enough_said else Marked("")
        elif one.cells:
            value = _cells(one.item, told[one.name], language)
        else:
            value = _counted(one.item, told[one.name], language, untold=one.name in untold)
        yield Fact(label=plain(said).rstrip("."), value=value or words.hidden(language))


def _tallies(instrument: Instrument, answers: Answers) -> dict[str, dict[str, int]]:
    """By field; several picks of one person are a JSON list."""
    names = [one.name for one in counted_fields(instrument)]
    return {
        name: tally(
            json.dumps(value) if isinstance(value, list) else str(value)
            for value in _given(answers, name)
            if value is not None
        )
        for name in names
    }


def _untold_ranks(instrument: Instrument, told: Mapping[str, Mapping[str, int]]) -> set[str]:
    rankings = (item for item in instrument.items if item.kind == "ranking")
    options = ({f"{item.id}.{option.id}" for option in item.options} for item in rankings)
    return {untold_rank({name: mean_of(told[name]) for name in names}) for names in options}


def _given(answers: Answers, name: str) -> Iterable[object]:
    return (given.get(name) for given in answers)


def _intent(given: dict[str, int], language: str) -> Marked:
    share = intent_to_apply(given)
    percent = in_words(band_of_answers(share), lambda one: dates.percent(language, one / 100, 0))
    return words.said_yes(
        language, percent=percent or dates.percent(language, share.count / share.n, 0), n=share.n
    )


def _cells(item: Item, told: Mapping[str, int], language: str) -> Marked:
    """Empty where no cell may be shown."""
    rows = [(label_of_answer(item, row.answer, language), row.count) for row in rows_of(item, told)]
    parts = [words.cell(language, label=label, count=count) for label, count in rows if count is not None]
    if parts and told.get(REST):
        parts.append(words.cell(language, label=plain(words.hidden(language)), count=told[REST]))
    return Marked(" · ".join(parts))


def _counted(item: Item, given: Mapping[str, int], language: str, *, untold: bool) -> Marked:
    """Empty where too few gave the same."""
    parts = []
    mean = mean_of(given)
    if mean.value is not None and not untold:
        band = in_words(
            band_of_mean(mean, item.steps[0], item.steps[-1]),
            lambda one: dates.decimal(language, Decimal(str(one)), 1),
        )
        shown = band or dates.decimal(language, round_half_up(mean.value, 1), 1)
        if item.kind == "ranking":
            parts.append(words.mean_rank(language, mean=shown, most=len(item.options), n=mean.n))
        elif item.kind == "number":
            parts.append(words.mean_number(language, mean=shown, n=mean.n))
        else:
            parts.append(words.mean_of_scale(language, mean=shown, most=item.steps[-1], n=mean.n))
    if declined := given.get(NOT_APPLICABLE):
        parts.append(words.does_not_apply(language, n=declined))
    return Marked(" · ".join(parts))


def _comments(instrument: Instrument, answers: Answers, language: str, k: int) -> Iterable[Section]:
    """What worked and what to change, each only when enough people wrote something there."""
    for item in instrument.items:
        if item.kind != "text" or item.demographic:
            continue
        boxes = {f"{item.id}.{part.id}": part.text for part in item.parts} or {item.id: item.text}
        for name, asked in boxes.items():
            written = [" ".join(text.split()) for text in _texts(answers, name)]
            told = shown_comments(written, len(written), k)
            if told and language in asked.languages:
                lines = [Marked("- ") + marked(_shortened(text)) for text in told[:MOST_COMMENTS]]
                yield Section(title=plain(asked.say(language)), text=Marked("\n").join(lines))


def _texts(answers: Answers, name: str) -> Iterable[str]:
    return (text for text in _given(answers, name) if isinstance(text, str) and text.strip())


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_COMMENT else text[:LONGEST_COMMENT].rsplit(" ", 1)[0] + " …"


# --- telling them ---------------------------------------------------------------------------------------


async def tell_presenters(job_ctx: JobContext) -> None:
    """Once a session's form has closed with enough answers, each of its presenters gets the feedback once."""
    async with job_ctx.database.write() as db:
        closed = await db.execute(
            select(Evaluation, Session, Community)
            .join(Session, col(Session.id) == Evaluation.session_id)
            .join(Community, col(Community.id) == Evaluation.community_id)
            .where(Evaluation.purpose == PURPOSE, Evaluation.state == EvaluationState.CLOSED)
            .order_by(col(Evaluation.closes_at).desc())
            .limit(20)
        )
        found = closed.all()
        told = await _told(db, [session.id for _, session, _ in found])
        for evaluation, session, community in found:
            await _tell(db, job_ctx, evaluation, session, community, told)


async def _told(db: AsyncSession, sessions: Sequence[int | None]) -> set[str]:
    """The keys of what presenters of these sessions were told already."""
    keys = select(Nudge.key).where(
        col(Nudge.session_id).in_(sessions), col(Nudge.key).startswith("feedback:")
    )
    return set(await db.scalars(keys))


async def _tell(
    db: AsyncSession,
    job_ctx: JobContext,
    evaluation: Evaluation,
    session: Session,
    community: Community,
    told: Set[str],
) -> None:
    waiting = [
        (f"feedback:{evaluation.id}:{person.id}", person)
        for person in await presenters_of(db, session.id)
        if f"feedback:{evaluation.id}:{person.id}" not in told
    ]
    if not waiting:
        return
    if not enough_respondents(len(await _answers(db, evaluation)), max(2, community.k_inside)):
        return
    now = job_ctx.clock.now()
    for key, person in waiting:
        card = await feedback_card(db, session, community, person, person.id)
        button = Button(label=words.checklist(person.language), action="checklist", value=str(session.id))
        db.add(
            note(
key,
community.id,
now,
person_id=person.id,
cohort_id=session.cohort_id,
session_id=session.id,
card=card.model_copy(update={"buttons": (button,)}),
)
        )  # fmt: skip
