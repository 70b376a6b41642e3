"""Questions asked before a session: gathered without names, sorted by how many want an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.cards import Button, Card, Section
from bot.communities.lookup import row_id, title_in
from bot.communities.unfit import Unfit, beside_its_field
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Values
from bot.sessions.lookup import end_of, session_by_id, session_meant, sessions_of
from prompts.text import Marked
from prompts.words import planning as words
from storage.questions import Question, QuestionVote
from storage.sessions import Session

LONGEST = 300
MOST_EACH = 5
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with how many want it answered (who asked counts) and whether the reader voted."""

    question: Question
    wanted: int
    mine: bool
    voted: bool


async def asked_for(db: AsyncSession, session_id: int | None, reader_id: int | None) -> list[Asked]:
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
        found.append(Asked(question, len(voters) + 1, question.person_id == reader_id, reader_id in voters))
    return sorted(found, key=lambda one: (-one.wanted, one.question.id))


# --- ask -----------------------------------------------------------------------------------------------


async def ask_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """For the next session of the cohort that this channel, or I, belong to."""
    return await _keep(desk, await _next_session(desk), str(typed["question"]))


async def ask_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the session's id; without one it is the next session."""
    session = (await session_by_id(desk, context))[0] if context else await _next_session(desk)
    _refuse_over(desk, session)
    say = desk.language
    return Form(
        name="ask",
        title=words.ask_title(say),
        submit=words.ask(say),
        context=str(session.id),
        intro=words.ask_intro(say, title=title_in(session.title, say)),
        fields=(Field(name="question", kind="paragraph", label=words.question_label(say), most=LONGEST),),
    )


async def ask_sent(desk: Desk, context: str, values: Values) -> Reply:
    session, _ = await session_by_id(desk, context)
    return await beside_its_field(_keep(desk, session, str(values["question"])))


async def _next_session(desk: Desk) -> Session:
    cohort = await desk.cohort()
    coming = [
        one
        for one in await sessions_of(desk.db, cohort.id)
        if one.status == "scheduled" and end_of(one) > desk.now
    ]
    if not coming:
        raise Refusal(words.no_session_to_ask(desk.language))
    return min(coming, key=lambda one: one.starts_at)


async def _keep(desk: Desk, session: Session, written: str) -> Reply:
    """The same words twice are one question."""
    _refuse_over(desk, session)
    say, text = desk.language, " ".join(written.split())
    if len(text) > LONGEST:
        raise Unfit("question", words.question_too_long(say, most=LONGEST))
    asked = await asked_for(desk.db, session.id, desk.me.id)
    mine = [one.question.text for one in asked if one.mine]
    if text not in mine:
        if len(mine) >= MOST_EACH:
            raise Unfit("question", words.too_many_questions(say, most=MOST_EACH))
        desk.db.add(
            Question(session_id=session.id or 0, person_id=desk.me.id or 0, text=text, asked_at=desk.now)
        )
        await desk.db.flush()
    return Reply(card=await questions_card(desk, session, words.asked(say)))


def _refuse_over(desk: Desk, session: Session) -> None:
    if session.status == "cancelled" or end_of(session) <= desk.now:
        raise Refusal(words.no_session_to_ask(desk.language))


# --- see and vote --------------------------------------------------------------------------------------


async def questions_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    session, _ = await session_meant(desk, typed)
    return Reply(card=await questions_card(desk, session))


async def questions_pressed(desk: Desk, value: str) -> Reply:
    session, _ = await session_by_id(desk, value)
    return Reply(card=await questions_card(desk, session))


async def questions_card(desk: Desk, session: Session, text: Marked | str = "") -> Card:
    say = desk.language
    asked = await asked_for(desk.db, session.id, desk.me.id)
    buttons: tuple[Button, ...] = ()
    if session.status != "cancelled" and end_of(session) > desk.now:
        buttons = (Button(label=words.ask(say), form="ask", value=str(session.id)),)
    return Card(
        title=words.questions_title(say, title=title_in(session.title, say)),
        text=text or ("" if asked else words.no_questions(say)),
        sections=tuple(_section(say, one) for one in asked[:SHOWN]),
        buttons=buttons,
        context=words.questions_context(say),
    )


def _section(say: str, one: Asked) -> Section:
    label, action = words.me_too(say), "question.vote"
    if one.mine:
        label, action = words.take_back_question(say), "question.remove"
    elif one.voted:
        label, action = words.not_me(say), "question.unvote"
    button = Button(label=label, action=action, value=str(one.question.id))
    line = words.wanted_by(say, n=one.wanted)
    return Section(text=Marked("{text} · ").format(text=one.question.text) + line, buttons=(button,))


async def vote_pressed(desk: Desk, value: str) -> Reply:
    """Pressed twice, it is one vote; nobody votes for their own."""
    question, session = await _question(desk, value)
    mine = question.person_id == desk.me.id
    if not mine and await _vote(desk, question) is None:
        desk.db.add(QuestionVote(question_id=question.id or 0, person_id=desk.me.id or 0))
        await desk.db.flush()
    return Reply(card=await questions_card(desk, session), replace=True)


async def unvote_pressed(desk: Desk, value: str) -> Reply:
    question, session = await _question(desk, value)
    vote = await _vote(desk, question)
    if vote is not None:
        await desk.db.delete(vote)
        await desk.db.flush()
    return Reply(card=await questions_card(desk, session), replace=True)


async def remove_pressed(desk: Desk, value: str) -> Reply:
    """My own question, with its votes."""
    question, session = await _question(desk, value)
    if question.person_id != desk.me.id:
        raise Refusal(words.no_such_question(desk.language))
    await desk.db.delete(question)
    await desk.db.flush()
    return Reply(card=await questions_card(desk, session), replace=True)


async def _vote(desk: Desk, question: Question) -> QuestionVote | None:
    found = await desk.db.scalars(
        select(QuestionVote).where(
            QuestionVote.question_id == question.id, QuestionVote.person_id == desk.me.id
        )
    )
    return found.first()


async def _question(desk: Desk, value: str) -> tuple[Question, Session]:
    question = await desk.db.get(Question, row_id(value))
    if question is None:
        raise Refusal(words.no_such_question(desk.language))
    session, _ = await session_by_id(desk, str(question.session_id))
    return question, session
