"""What presenters read of a session's form: after it closed, with enough answers, without names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.core.jobs import JobContext
from bot.evaluations.feature import FEATURE as EVALUATIONS
from bot.evaluations.instrument_files import read_instrument
from bot.evaluations.versions import take_into_use
from bot.planning.feature import FEATURE as PLANNING
from bot.planning.feedback import tell_presenters
from bot.privacy.feature import FEATURE as PRIVACY
from bot.sessions.feature import FEATURE as SESSIONS
from storage.evaluations import Evaluation
from storage.people import Duty
from storage.series import Series
from storage.sessions import Attendance, Objective, SessionPresenter
from tests.communities.support import channel_for, enroll, furnish, rows
from tests.evaluations.stage import ENDS, STARTS
from tests.support.databases import sqlite_with_tables
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, staged, text_of

PEOPLE = 7
HUB = read_instrument(Path("tests/evaluations/hub_form.yaml").read_text(encoding="utf-8"), "hub_form.yaml")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Seven people were there; Pat presented, Quinn presents another session, Fay facilitates."""
    features = (PRIVACY, COMMUNITIES, SESSIONS, PLANNING, EVALUATIONS)
    async with staged(sqlite_with_tables(tmp_path / "test.db"), features) as stage:
        cohort = await furnish(stage)
        await channel_for(stage, cohort)
        await stage.person("fay", "facilitator")
        people = [await stage.person(f"p{number}") for number in range(PEOPLE)]
        for person in people:
            await enroll(stage, cohort, person)
        pat, quinn = await stage.person("pat", language="es"), await stage.person("quinn")
        await stage.command("fay", 'session new "Steady" 2027-02-23 12:00 90')
        await stage.command("fay", 'session new "Next" 2027-03-02 12:00 90')
        async with stage.database.write() as db:
            for number, person in ((1, pat), (2, quinn)):
                db.add(Duty(person_id=person.id, role="presenter"))
                db.add(SessionPresenter(session_id=number, person_id=person.id))
            goal = {"en": "Ask before you advise.", "es": "Preguntar antes de dar consejo."}
            db.add(Objective(session_id=1, position=1, text=goal))
            for person in people:
                db.add(Attendance(session_id=1, person_id=person.id, marked=True, source="facilitator",
                                  recorded_at=STARTS))  # fmt: skip
        stage.clock.move_to(ENDS)
        yield stage


async def answered(stage: Stage, count: int, *, comments: int) -> None:
    """`count` people answer; the first `comments` of them say what worked. Then the form closes."""
    for number in range(count):
        values = {"quality": "4" if number else "5", "intend": "yes" if number < 4 else "maybe"}
        values["objective_s1_1"] = "5"
        if number < comments:
            values["plus_delta.plus"] = f"Short talks {number}"
        said = text_of(await stage.submit(f"p{number}", "evaluation", "session:1", **values))
        assert "Thank you" in said, said
    await stage.command("fay", "evaluation close 1")


async def told(stage: Stage) -> list[str]:
    await tell_presenters(JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS))
    return [str(nudge.card) for nudge in await stage.nudges() if nudge.key.startswith("feedback:")]


async def test_with_enough_answers_presenters_and_facilitators_read_numbers_and_words(stage: Stage) -> None:
    await answered(stage, 6, comments=5)
    said = text_of(await stage.command("fay", "feedback 1"))
    assert "6 people answered" in said
    assert "How good was this session?: 4.2 of 5 (n = 6)" in said
    assert "I can now do this: Ask before you advise: ≥ 4.5 of 5 (n = 6)" in said
    assert "yes: 20%–80% (n = 6)" in said
    assert [f"Short talks {number}" in said for number in range(6)] == [True] * 5 + [False]
    assert not any(f"P{number}" in said for number in range(PEOPLE))
    spanish = text_of(await stage.command("pat", "feedback 1"))
    assert "Respondieron 6 personas" in spanish
    assert "Preguntar antes de dar consejo" in spanish
    assert "How good" not in spanish


async def test_below_five_everything_is_hidden_and_nobody_is_written_to(stage: Stage) -> None:
    await answered(stage, 4, comments=4)
    said = text_of(await stage.command("fay", "feedback 1"))
    assert "Fewer than 5 people answered" in said
    assert "Short talks" not in said
    assert "4.2" not in said
    assert await told(stage) == []


async def test_comments_need_five_people_who_wrote_one(stage: Stage) -> None:
    await answered(stage, 6, comments=4)
    said = text_of(await stage.command("fay", "feedback 1"))
    assert "6 people answered" in said
    assert "Short talks" not in said


async def test_while_the_form_is_open_nothing_is_shown(stage: Stage) -> None:
    assert "Nobody has been asked" in text_of(await stage.command("fay", "feedback 1"))
    await stage.submit("p0", "evaluation", "session:1", quality="4")
    said = text_of(await stage.command("fay", "feedback 1"))
    assert "can still answer" in said
    assert "of 5" not in said
    assert await told(stage) == []


async def test_the_presenter_is_told_once_when_the_form_has_closed(stage: Stage) -> None:
    await answered(stage, 5, comments=5)
    assert await told(stage) == await told(stage)
    [card] = await told(stage)
    assert "Lo que se dijo de" in card
    assert "Short talks 0" in card


async def test_it_is_not_for_other_presenters_or_participants(stage: Stage) -> None:
    await answered(stage, 5, comments=5)
    for user, words in (("quinn", "those who presented that session"), ("p0", "presenter")):
        for reply in (await stage.command(user, "feedback 1"), await stage.press(user, "feedback", "1")):
            said = text_of(reply)
            assert words in said
            assert "Short talks" not in said
    for value in ("", "x", "0", "9" * 30):
        assert "of 5" not in text_of(await stage.press("pat", "feedback", value))


async def test_answers_with_names_show_their_numbers_and_keep_their_words_for_evaluators(
    stage: Stage,
) -> None:
    await answered(stage, 1, comments=1)
    async with stage.database.write() as db:
        [form] = await rows(stage, Evaluation)
        row = await db.get_one(Evaluation, form.id)
        row.mode, row.state, row.closes_at = "confidential", "open", ENDS + timedelta(days=5)
    for number in range(1, 6):
        await stage.submit(
            f"p{number}", "evaluation", "session:1", **{"quality": "4", "plus_delta.plus": "Short talks"}
        )
    await stage.command("fay", "evaluation close 1")
    said = text_of(await stage.command("fay", "feedback 1"))
    assert "4.0 of 5 (n = 5)" in said
    assert "Short talks" not in said
    assert "for evaluators only" in said


async def test_the_planning_room_leads_there_after_the_session(stage: Stage) -> None:
    assert "[What people said]" in text_of(await stage.command("fay", "checklist 1"))
    assert "[What people said]" not in text_of(await stage.command("fay", "checklist 2"))


async def test_a_hubs_own_form_is_told_by_the_same_small_count_rules(stage: Stage) -> None:
    async with stage.database.write() as db:
        take_into_use(await db.get_one(Series, 1), HUB)
        pat, quinn = await db.get_one(SessionPresenter, 1), await db.get_one(SessionPresenter, 2)
        db.add(SessionPresenter(session_id=1, person_id=quinn.person_id))
    for number in range(PEOPLE):
        values = {"pace": "na" if number < 5 else "7", "years": str(10 + number), "zip": "83702"}
        values |= {"topics.burnout": "1", "topics.ethics": "3", "topics.trauma": "2"} if number else {}
        values |= {"parts.talk": str(2 + number % 2), "parts.slides": "na" if number < 4 else "3"}
        values |= {f"clear_p{pat.person_id}": str(3 + number % 2), f"clear_p{quinn.person_id}": "5"}
        said = text_of(await stage.submit(f"p{number}", "evaluation", "session:1", **values))
        assert "Thank you" in said, said
    await stage.command("fay", "evaluation close 1")
    said = text_of(await stage.command("fay", "feedback 1"))
    assert "Was the pace right?: does not apply: 5" in said, "two ratings are too few for a mean"
    assert "Did this help you? The talk in small groups: 2.4 of 4 (n = 7)" in said
    assert "Did this help you? The slides: hidden" in said, "neither three ratings nor four without one"
    assert "next? Trauma: mean rank 2.0 of 3, 1 is first (n = 6)" in said
    assert "next? Burnout: mean rank ≤ 1.5 of 3" in said, "everybody's answer is a band"
    assert "How clear was Pat?: 3.4 of 5 (n = 7)" in said
    assert "How clear was Quinn?" in said
    assert "83702" not in said, "presenters read nothing about the people who answer"
    assert "years" not in said
    of_quinn = text_of(await stage.command("quinn", "feedback 1"))
    assert "How clear was Quinn?" in of_quinn
    assert "How clear was Pat?" not in of_quinn, "how another presenter was rated is between them and the hub"
