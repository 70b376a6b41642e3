"""Questions before a session: no names, one vote each, most wanted first, gone with their writer."""

from datetime import UTC, datetime

from bot.core.cards import Card
from bot.core.composers import ComposeContext
from bot.planning import reminders
from bot.privacy.deleting import owned
from storage.nudges import Nudge
from storage.people import Community
from storage.questions import Question, QuestionVote
from tests.communities.support import person_of, rows
from tests.support.stage import Stage, text_of


async def test_questions_are_sorted_by_votes_and_name_nobody(stage: Stage) -> None:
    await stage.command("p1", "ask How do I start?")
    said = text_of(await stage.command("p2", "ask What if nobody *speaks*?"))
    assert "Your question is on the list." in said
    for _ in range(2):
        await stage.press("p3", "question.vote", "2")
    said = text_of(await stage.command("pat", "questions 1"))
    first = said.index("What if nobody *speaks*? · 2 people want to know")
    assert first < said.index("How do I start? · 1 person")
    assert "P1" not in said
    assert "P2" not in said
    assert len(await rows(stage, QuestionVote)) == 1
    await stage.press("p3", "question.unvote", "2")
    assert await rows(stage, QuestionVote) == []


async def test_nobody_votes_for_their_own_and_only_the_writer_takes_it_back(stage: Stage) -> None:
    await stage.command("p1", "ask How do I start?")
    await stage.command("p1", "ask How do I start?")
    await stage.press("p1", "question.vote", "1")
    assert await rows(stage, QuestionVote) == []
    await stage.press("p2", "question.vote", "1")
    assert "not on the list" in text_of(await stage.press("p2", "question.remove", "1"))
    assert "Nobody has asked" in text_of(await stage.press("p1", "question.remove", "1"))
    assert await rows(stage, Question) == []
    assert await rows(stage, QuestionVote) == []
    assert "not on the list" in text_of(await stage.press("p1", "question.vote", "1"))


async def test_without_words_the_form_opens_and_client_information_is_not_kept(stage: Stage) -> None:
    form = (await stage.command("p1", "ask")).form
    assert form is not None
    client = "My client Maria, 555-123-4567, what now?"
    assert (await stage.submit("p1", "ask", form.context, question=client)).errors.keys() == {"question"}
    assert "I did not keep what you wrote" in text_of(await stage.command("p1", f"ask {client}"))
    assert await rows(stage, Question) == []
    await stage.submit("p1", "ask", form.context, question="How do I start?")
    assert [row.text for row in await rows(stage, Question)] == ["How do I start?"]


async def test_five_each_and_none_after_the_session(stage: Stage) -> None:
    for number in range(6):
        said = text_of(await stage.command("p1", f"ask Is it {number}?"))
    assert "You have 5 questions already" in said
    assert len(await rows(stage, Question)) == 5
    stage.clock.move_to(datetime(2027, 2, 24, tzinfo=UTC))
    assert "no session to ask about" in text_of(await stage.command("p1", "ask Too late?"))


async def test_presenters_read_the_most_wanted_in_their_reminder(stage: Stage) -> None:
    await stage.command("p1", "ask How do I start?")
    pat, now = await person_of(stage, "pat"), stage.clock.now()
    nudge = Nudge(key="x", community_id=1, kind="x", session_id=1, due_at=now, created_at=now)
    async with stage.database.read() as db:
        ours = await db.get_one(Community, 1)
        reading = ComposeContext(db, now, nudge, pat, "en", "America/Boise", ours, stage.links)
        card = await reminders.presenter_checklist(reading)
    assert isinstance(card, Card)
    assert "How do I start?" in text_of(card)


async def test_another_communitys_or_a_strangers_look_finds_nothing(stage: Stage) -> None:
    await stage.command("p1", "ask How do I start?")
    await stage.person("zed")
    said = text_of(await stage.press("zed", "question.vote", "1"))
    assert "How do I start?" not in said
    assert await rows(stage, QuestionVote) == []


def test_they_go_with_who_asked() -> None:
    assert {Question, QuestionVote} <= set(owned())
