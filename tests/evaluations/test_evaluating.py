"""Forms opened, answered once, reminded of once, and closed; and nobody can be found in the answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import delete, update
from sqlmodel import SQLModel, select

from bot.core.cards import Card
from bot.core.composers import ComposeContext, Composer
from bot.core.events import Press, Where, Who
from bot.core.jobs import JobContext
from bot.core.reply import Reply, Skip
from bot.evaluations import administration, invitations
from storage.evaluations import AnonymousAnswer, ConfidentialAnswer, Evaluation, LedgerEntry, SealedAnswer
from storage.nudges import InboxEvent, Job, Nudge
from storage.people import Community
from storage.sessions import Attendance
from tests.communities.support import person_of
from tests.evaluations.stage import ENDS, STARTS, evaluated
from tests.support.databases import sqlite_with_tables
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, text_of

Row = TypeVar("Row", bound=SQLModel)
ANSWERS = {"quality": "4", "useful": "5", "intend": "yes", "intend.detail": "One slow breath"}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with evaluated(sqlite_with_tables(tmp_path / "test.db")) as stage:
        yield stage


async def _all(stage: Stage, table: type[Row]) -> list[Row]:
    async with stage.database.read() as db:
        return list(await db.scalars(select(table)))


async def _press(stage: Stage, user: str, key: str = "session:1") -> Reply:
    who = Who(platform="slack", tenant="T1", user=user)
    made = f"{user}-{key}-{stage.clock.now().timestamp()}"
    return await stage.happen(
        Press(key=made, who=who, where=Where(), action="", form="evaluation", value=key)
    )


async def _send(stage: Stage, user: str, key: str = "session:1", **answers: str) -> str:
    return text_of(await stage.submit(user, "evaluation", key, **(answers or ANSWERS)))


async def test_the_mode_is_named_before_the_first_question(stage: Stage) -> None:
    assert "Which form?" in text_of(await stage.command("p0", "evaluate")), "the series ends here as well"
    form = (await stage.command("p0", "evaluate 1")).form
    assert form is not None
    assert str(form.intro).startswith("**This form is anonymous.**")
    assert form.fields[0].name == "quality"


async def test_answers_are_kept_once_without_their_writer(stage: Stage) -> None:
    assert "Nobody can find or change them" in await _send(stage, "p0")
    assert "have sent this form already" in await _send(stage, "p0")
    assert await _all(stage, AnonymousAnswer) == [], "sealed while the form is open"
    await stage.command("fay", "evaluation close 1")
    (answer,) = await _all(stage, AnonymousAnswer)
    assert answer.answers == {
        "quality": 4, "useful": 5, "intend": "yes", "intend.detail": "One slow breath"
    }  # fmt: skip
    assert set(AnonymousAnswer.model_fields) == {"id", "evaluation_id", "answers"}
    assert set(LedgerEntry.model_fields) == {"evaluation_id", "person_id", "answered"}


async def test_the_inbox_keeps_nothing_of_what_was_sent(stage: Stage) -> None:
    for number in range(7):
        await _send(stage, f"p{number}", quality=str(1 + number % 5))
    assert len(await _all(stage, SealedAnswer)) == 5, "two wait for company"
    assert "7 of 7 answered" in text_of(await stage.command("fay", "evaluation status"))
    assert all((row.event, row.reply) == (None, None) for row in await _all(stage, InboxEvent))


async def test_an_empty_form_and_wrong_answers_keep_nothing(stage: Stage) -> None:
    empty = await stage.submit("p0", "evaluation", "session:1")
    assert "at least one question" in empty.errors["quality"]
    wrong = await stage.submit(
        "p0", "evaluation", "session:1", quality="9", **{"plus_delta.plus": "x" * 2001}
    )
    assert set(wrong.errors) == {"quality", "plus_delta.plus"}
    assert await _all(stage, AnonymousAnswer) == []
    assert not any(entry.answered for entry in await _all(stage, LedgerEntry))


async def test_it_opens_near_the_end_and_closes_after_five_days(stage: Stage) -> None:
    stage.clock.move_to(ENDS - timedelta(minutes=11))
    assert "not open yet" in text_of(await _press(stage, "p0"))
    stage.clock.move_to(ENDS - timedelta(minutes=10))
    assert "Thank you" in await _send(stage, "p0")
    stage.clock.move_to(ENDS + timedelta(days=5))
    assert "closed, so nothing was kept" in await _send(stage, "p1")
    await _close(stage)
    (evaluation,) = await _all(stage, Evaluation)
    assert evaluation.state == "closed"


async def _close(stage: Stage) -> None:
    now = stage.clock.now()
    details: dict[str, object] = {
        "cohort_id": 1, "session_id": 1, "anchor": "post_session_form@session:1"
    }  # fmt: skip
    job = Job(key="x", community_id=1, kind="form_close", details=details, due_at=now, created_at=now)
    await administration.close_by_itself(
        JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS), job
    )


async def test_a_form_that_nobody_opened_closes_with_nobody_of_seven(stage: Stage) -> None:
    await _close(stage)
    await _close(stage)
    assert len(await _all(stage, Evaluation)) == 1
    assert "0 of 7 answered (0.0%) · Closed" in text_of(await stage.command("fay", "evaluation status"))


@pytest.mark.parametrize("key", ["", "session:", "session:99", "session:x", "follow_up.third:1", "series:9"])
async def test_a_made_up_form_is_not_found(stage: Stage, key: str) -> None:
    assert "take part in that series" in await _send(stage, "p0", key)


async def test_only_who_attended_and_has_not_answered_is_reminded(stage: Stage) -> None:
    await _send(stage, "p0")
    assert await _composed(stage, "p0") == Skip("already_answered")
    assert await _composed(stage, "p7") == Skip("not_attended")
    card = await _composed(stage, "p1")
    assert isinstance(card, Card)
    assert "the only reminder" in text_of(card)
    assert card.buttons[0].value == "session:1"


async def _composed(stage: Stage, user: str, compose: Composer = invitations.remind) -> Card | Skip:
    person = await person_of(stage, user)
    now = stage.clock.now()
    nudge = Nudge(
        key="x", group="form_reminder|post_session_form@session:1", community_id=1, kind="form_reminder",
        session_id=1, cohort_id=1, due_at=now, created_at=now,
    )  # fmt: skip
    async with stage.database.read() as db:
        community = await db.get_one(Community, 1)
        reading = ComposeContext(db, now, nudge, person, "en", "America/Boise", community, stage.links)
        return await compose(reading)


async def test_facilitators_see_how_many_never_who(stage: Stage) -> None:
    for number in range(3):
        await _send(stage, f"p{number}")
    said = text_of(await stage.command("fay", "evaluation status"))
    assert "3 of 7 answered (42.9%) · Open until" in said
    assert "P1" not in said
    assert "facilitator" in text_of(await stage.command("p0", "evaluation status"))


async def test_one_command_opens_it_live_and_posts_it_once(stage: Stage) -> None:
    stage.clock.move_to(STARTS - timedelta(minutes=1))
    assert "once the session has begun" in text_of(await stage.command("fay", "evaluation open 1"))
    stage.clock.move_to(STARTS + timedelta(minutes=60))
    assert "posted in 1 channel" in text_of(await stage.command("fay", "evaluation open 1"))
    assert "open already" in text_of(await stage.command("fay", "evaluation open 1"))
    assert len([one for one in await stage.nudges() if one.key.startswith("evaluation:")]) == 1
    assert "Thank you" in await _send(stage, "p0")
    assert "1 of 7 answered" in text_of(await stage.command("fay", "evaluation close 1"))
    assert "closed, so nothing was kept" in await _send(stage, "p1")


async def test_a_small_group_is_warned(tmp_path: Path) -> None:
    async with evaluated(sqlite_with_tables(tmp_path / "small.db"), people=4, there=3) as stage:
        form = (await _press(stage, "p0")).form
        assert form is not None
        assert "Only 3 people can answer" in str(form.intro)


async def test_after_the_series_and_weeks_later_there_are_forms_of_their_own(stage: Stage) -> None:
    for key, days in (("series:1", 1), ("follow_up.first:1", 60), ("follow_up.second:1", 90)):
        stage.clock.move_to(ENDS + timedelta(days=days, hours=1))
        form = (await _press(stage, "p0", key)).form
        assert form is not None
        field = next(one for one in form.fields if one.kind == "choice")
        assert "Thank you" in await _send(stage, "p0", key, **{field.name: field.options[0].value})
    assert {one.name for one in await _all(stage, Evaluation)} == {
        "post_series", "followup_30_60", "followup_90"
    }  # fmt: skip
    assert len(await _all(stage, ConfidentialAnswer)) == 2


async def test_on_either_database_answers_and_ledger_agree(database_url: str) -> None:
    async with evaluated(database_url) as stage:
        for number in range(5):
            await _send(stage, f"p{number}")
        assert "5 of 7 answered" in text_of(await stage.command("fay", "evaluation close 1"))
        await administration.close_what_is_due(
            JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS)
        )
        ledger = await _all(stage, LedgerEntry)
        assert sum(one.answered for one in ledger) == len(await _all(stage, AnonymousAnswer)) == 5
        assert await _all(stage, SealedAnswer) == []
        assert len(ledger) == 7


async def _checked_in_only(stage: Stage) -> None:
    """Nobody told of the whole room: people checked in themselves."""
    async with stage.database.write() as db:
        await db.execute(update(Attendance).values(source="self"))


async def test_who_did_not_check_in_gets_one_line_and_no_reminder(stage: Stage) -> None:
    await _checked_in_only(stage)
    line = await _composed(stage, "p7", invitations.ask)
    assert isinstance(line, Card)
    assert "You did not check in" in line.text
    assert line.buttons[0].form == "evaluation"
    assert await _composed(stage, "p7") == Skip("not_attended")
    assert "Thank you" in await _send(stage, "p7")


async def test_opened_by_hand_replaces_the_planned_post_and_the_other_way_round(stage: Stage) -> None:
    now = stage.clock.now()
    planned = Nudge(
        key="live", group="form_live|session:1", community_id=1, kind="form_live", session_id=1, cohort_id=1,
        channel_id=1, due_at=now, created_at=now,
    )  # fmt: skip
    async with stage.database.write() as db:
        db.add(planned)
    assert isinstance(await _post(stage, planned), Card)
    assert "posted" in text_of(await stage.command("fay", "evaluation open 1"))
    assert await _post(stage, planned) == Skip("opened_by_hand")
    async with stage.database.write() as db:
        for one in await db.scalars(select(Nudge)):
            if one.key.startswith("evaluation:"):
                await db.delete(one)
        (await db.get_one(Nudge, planned.id)).state = "sent"
    assert "open already" in text_of(await stage.command("fay", "evaluation open 1"))


async def _post(stage: Stage, nudge: Nudge) -> Card | Skip:
    async with stage.database.read() as db:
        reading = ComposeContext(
            db, stage.clock.now(), nudge, None, "en", "UTC", await db.get_one(Community, 1), stage.links
        )
        return await invitations.ask(reading)


async def test_a_closed_form_has_one_denominator_in_the_report_and_the_status(stage: Stage) -> None:
    """Opened while all eight might come; by the closing it is known that one did not."""
    async with stage.database.write() as db:
        kept = [one.model_copy() for one in await db.scalars(select(Attendance))]
        await db.execute(delete(Attendance))
    await _send(stage, "p0")
    assert len(await _all(stage, LedgerEntry)) == 8
    async with stage.database.write() as db:
        db.add_all(Attendance(**one.model_dump(exclude={"id"})) for one in kept)
    await stage.command("fay", "evaluation close 1")
    assert len(await _all(stage, LedgerEntry)) == 7, "reports count these"
    assert "1 of 7 answered" in text_of(await stage.command("fay", "evaluation status"))
