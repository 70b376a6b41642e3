"""Questions asked before a session: gathered without names, sorted by how many want an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Form, Values, fields_of
from bot.core.inputs import Argument
from bot.core.lookup import row_id, title_in
from bot.core.reply import Refusal, Reply
from bot.sessions.lookup import end_of, session_by_id, session_meant, sessions_of
from prompts.text import Marked
from prompts.words import planning as words
from storage.questions import Question, QuestionVote
from storage.sessions import Session, SessionStatus

LONGEST = 300
MOST_EACH = 5
SHOWN = 10
ASK = (Argument("question", "text", label=words.question_label, most=LONGEST, lines=True),)


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A question with how many want it answered (who asked counts) and whether the reader voted."""

    question: Question
    wanted: int
    mine: bool
    voted: bool


async def asked_for(db: AsyncSession, session_id: int | None, reader_id: int | None) -> list[QuestionAsked]:
    """Most wanted first; of equals the one asked first."""
    questions = list(await db.scalars(select(Question).where(Question.session_id == session_id)))
    votes = list(
        await db.scalars(
            select(QuestionVote).where(col(QuestionVote.question_id).in_([one.id for one in questions]))
        )
    )
    found = []
    for question in questions:
        voters = {vote.person_id for vote in votes if vote.question_id == question.id}
        found.append(
            QuestionAsked(question, len(voters) + 1, question.person_id == reader_id, reader_id in voters)
        )
    return sorted(found, key=lambda one: (-one.wanted, one.question.id))


# --- ask -----------------------------------------------------------------------------------------------


async def ask_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """For the next session of the cohort that this channel, or I, belong to."""
    return await _keep(ctx, await _next_session(ctx), str(typed["question"]))


async def ask_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the session's id; without one it is the next session."""
    session = (await session_by_id(ctx, context))[0] if context else await _next_session(ctx)
    _refuse_over(ctx, session)
    language = ctx.language
    return Form(
        name="ask",
        title=words.ask_title(language),
        submit=words.ask(language),
        context=str(session.id),
        intro=words.ask_intro(language, title=title_in(session.title, language)),
        fields=fields_of(ASK, language, initial),
    )


async def ask_sent(ctx: Context, context: str, values: Values) -> Reply:
    session, _ = await session_by_id(ctx, context)
    return await _keep(ctx, session, str(values["question"]))


async def _next_session(ctx: Context) -> Session:
    cohort = await ctx.cohort()
    coming = [
        one
        for one in await sessions_of(ctx.db, cohort.id)
        if one.status == SessionStatus.SCHEDULED and end_of(one) > ctx.now
    ]
    if not coming:
        raise Refusal(words.no_session_to_ask(ctx.language))
    return min(coming, key=lambda one: one.starts_at)


async def _keep(ctx: Context, session: Session, written: str) -> Reply:
    """The same words twice are one question."""
    _refuse_over(ctx, session)
    language, text = ctx.language, " ".join(written.split())
    asked = await asked_for(ctx.db, session.id, ctx.me.id)
    mine = [one.question.text for one in asked if one.mine]
    if text not in mine:
        if len(mine) >= MOST_EACH:
            raise FieldError("question", words.too_many_questions(language, most=MOST_EACH))
        ctx.db.add(Question(session_id=session.id, person_id=ctx.me.id, text=text, asked_at=ctx.now))
        await ctx.db.flush()
    return Reply(card=await questions_card(ctx, session, words.asked(language)))


def _refuse_over(ctx: Context, session: Session) -> None:
    if session.status == SessionStatus.CANCELLED or end_of(session) <= ctx.now:
        raise Refusal(words.no_session_to_ask(ctx.language))


# --- see and vote --------------------------------------------------------------------------------------


async def questions_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, _ = await session_meant(ctx, typed)
    return Reply(card=await questions_card(ctx, session))


async def questions_pressed(ctx: Context, value: str) -> Reply:
    session, _ = await session_by_id(ctx, value)
    return Reply(card=await questions_card(ctx, session))


async def questions_card(ctx: Context, session: Session, text: Marked | str = "") -> Card:
    language = ctx.language
    asked = await asked_for(ctx.db, session.id, ctx.me.id)
    buttons: tuple[Button, ...] = ()
    if session.status != SessionStatus.CANCELLED and end_of(session) > ctx.now:
        buttons = (Button(label=words.ask(language), form="ask", value=str(session.id)),)
    return Card(
        title=words.questions_title(language, title=title_in(session.title, language)),
        text=text or ("" if asked else words.no_questions(language)),
        sections=tuple(_section(language, one) for one in asked[:SHOWN]),
        buttons=buttons,
        context=words.questions_context(language),
    )


def _section(language: str, one: QuestionAsked) -> Section:
    label, action = words.me_too(language), "question.vote"
    if one.mine:
        label, action = words.take_back_question(language), "question.remove"
    elif one.voted:
        label, action = words.not_me(language), "question.unvote"
    button = Button(label=label, action=action, value=str(one.question.id))
    line = words.wanted_by(language, n=one.wanted)
    return Section(text=Marked("{text} · ").format(text=one.question.text) + line, buttons=(button,))


async def vote_pressed(ctx: Context, value: str) -> Reply:
    """Pressed twice, it is one vote; nobody votes for their own."""
    question, session = await _question(ctx, value)
    mine = question.person_id == ctx.me.id
    if not mine and await _vote(ctx, question) is None:
        ctx.db.add(QuestionVote(question_id=question.id, person_id=ctx.me.id))
        await ctx.db.flush()
    return Reply(card=await questions_card(ctx, session), replace=True)


async def unvote_pressed(ctx: Context, value: str) -> Reply:
    question, session = await _question(ctx, value)
    vote = await _vote(ctx, question)
    if vote is not None:
        await ctx.db.delete(vote)
        await ctx.db.flush()
    return Reply(card=await questions_card(ctx, session), replace=True)


async def remove_pressed(ctx: Context, value: str) -> Reply:
    """My own question, with its votes."""
    question, session = await _question(ctx, value)
    if question.person_id != ctx.me.id:
        raise Refusal(words.no_such_question(ctx.language))
    await ctx.db.delete(question)
    await ctx.db.flush()
    return Reply(card=await questions_card(ctx, session), replace=True)


async def _vote(ctx: Context, question: Question) -> QuestionVote | None:
    found = await ctx.db.scalars(
        select(QuestionVote).where(
            QuestionVote.question_id == question.id, QuestionVote.person_id == ctx.me.id
        )
    )
    return found.first()


async def _question(ctx: Context, value: str) -> tuple[Question, Session]:
    question = await ctx.db.get(Question, row_id(value))
    if question is None:
        raise Refusal(words.no_such_question(ctx.language))
    session, _ = await session_by_id(ctx, str(question.session_id))
    return question, session
