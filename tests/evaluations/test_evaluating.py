"""Forms opened, answered once, reminded of once, and closed; and nobody can be found in the answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cards import Card
from bot.desk import Reading
from bot.errands import Errands
from bot.evaluations import asking
from bot.feature import Skip
from storage.evaluations import AnonymousAnswer, Evaluation, LedgerEntry
from storage.nudges import InboxEvent, Nudge
from storage.people import Community
from tests.communities.support import person_of
from tests.evaluations.stage import ENDS, evaluated
from tests.support.stage import Stage, text_of

ANSWERS = {
    "quality": "4",
    "useful": "5",
    "intend": "yes",
    "intend.detail": "One slow breath",
    "plus_delta.plus": "Calm",
}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with evaluated(f"sqlite:///{tmp_path}/test.db") as stage:
        yield stage


async def _all(stage: Stage, table: type) -> list[object]:
    from sqlmodel import select

    async with stage.database.read() as db:
        return list(await db.scalars(select(table)))


async def test_the_mode_is_named_before_the_first_question(stage: Stage) -> None:
    listed = await stage.command("p0", "evaluate")
    assert "How was “Steady”?" in text_of(listed)
    assert listed.card is not None
    reply = await stage.press("p0", "", listed.card.sections[0].buttons[0].value)
    form = await _form(stage, "p0")
    assert str(form.intro).startswith("**This form is anonymous.**")
    assert form.fields[0].name == "quality"
    assert reply.form is None


async def _form(stage: Stage, user: str, key: str = "session:1"):  # type: ignore[no-untyped-def]
    from bot.events import Press, Where, Who

    event = Press(
        key=f"open-{user}-{key}-{stage.clock.now().timestamp()}",
        who=Who(platform="slack", tenant="T1", user=user),
        where=Where(),
        action="",
        form="evaluate",
        value=key,
    )
    reply = await stage.happen(event)
    assert reply.form is not None, text_of(reply)
    return reply.form


async def test_answers_are_kept_once_without_their_writer(stage: Stage) -> None:
    assert "Thank you" in text_of(await stage.submit("p0", "evaluate", "session:1", **ANSWERS))
    assert "answered this form already" in text_of(
        await stage.submit("p0", "evaluate", "session:1", **ANSWERS)
    )
    (answer,) = await _all(stage, AnonymousAnswer)
    assert isinstance(answer, AnonymousAnswer)
    assert answer.answers == {
        "quality": 4,
        "useful": 5,
        "intend": "yes",
        "intend.detail": "One slow breath",
        "plus_delta.plus": "Calm",
    }
    assert set(AnonymousAnswer.model_fields) == {"id", "evaluation_id", "answers"}
    assert set(LedgerEntry.model_fields) == {"evaluation_id", "person_id", "answered"}


async def test_no_order_tells_whose_answers_are_whose(stage: Stage) -> None:
    ids: set[str] = set()
    for number in range(7):
        await stage.submit(f"p{number}", "evaluate", "session:1", quality=str(1 + number % 5))
        rows = await _all(stage, AnonymousAnswer)
        assert ids.isdisjoint({row.id for row in rows if isinstance(row, AnonymousAnswer)}), (
            "ids are drawn anew"
        )
        ids |= {row.id for row in rows if isinstance(row, AnonymousAnswer)}
    for row in await _all(stage, InboxEvent):
        assert isinstance(row, InboxEvent)
        assert (row.event, row.reply) == (None, None)


async def test_an_empty_form_and_wrong_answers_are_refused_and_keep_nothing(stage: Stage) -> None:
    assert text_of(await stage.submit("p0", "evaluate", "session:1"))
    reply = await stage.submit("p0", "evaluate", "session:1", quality="9", **{"plus_delta.plus": "x" * 2001})
    assert set(reply.errors) == {"quality", "plus_delta.plus"}
    assert await _all(stage, AnonymousAnswer) == []
    assert await _all(stage, LedgerEntry) == []


async def test_who_did_not_attend_is_not_asked(stage: Stage) -> None:
    assert "for those who attended" in text_of(await stage.submit("p7", "evaluate", "session:1", **ANSWERS))
    assert "No form waits" in text_of(await stage.command("p7", "evaluate"))


async def test_a_form_opens_in_the_last_five_minutes_and_closes_after_five_days(stage: Stage) -> None:
    stage.clock.move_to(ENDS - timedelta(minutes=6))
    assert "opens" in text_of(await stage.submit("p0", "evaluate", "session:1", **ANSWERS))
    stage.clock.move_to(ENDS - timedelta(minutes=5))
    assert "Thank you" in text_of(await stage.submit("p0", "evaluate", "session:1", **ANSWERS))
    stage.clock.move_to(ENDS + timedelta(days=5))
    assert "closed" in text_of(await stage.submit("p1", "evaluate", "session:1", **ANSWERS))
    await asking.close_what_is_due(Errands(stage.database, stage.clock, {}, stage.links))
    (evaluation,) = await _all(stage, Evaluation)
    assert isinstance(evaluation, Evaluation)
    assert evaluation.state == "closed"


@pytest.mark.parametrize(
    "key", ["", "session:", "session:99", "session:x", "follow_up.third:1", "series:9", "x" * 300]
)
async def test_a_made_up_form_is_not_found(stage: Stage, key: str) -> None:
    assert "cannot find that form" in text_of(await stage.submit("p0", "evaluate", key, **ANSWERS))


async def test_only_who_has_not_answered_is_reminded(stage: Stage) -> None:
    await stage.submit("p0", "evaluate", "session:1", **ANSWERS)
    assert await _composed(stage, "p0") == Skip("already_answered")
    card = await _composed(stage, "p1")
    assert isinstance(card, Card)
    assert "the only one" in text_of(card)
    assert await _composed(stage, "p7") == Skip("not_asked")


async def _composed(stage: Stage, user: str) -> Card | Skip:
    person = await person_of(stage, user)
    now = stage.clock.now()
    nudge = Nudge(
        key="x", group="form_reminder|post_session_form|session:1", community_id=1, kind="form_reminder",
        session_id=1, cohort_id=1, due_at=now, created_at=now,
    )  # fmt: skip
    async with stage.database.read() as db:
        community = await db.get_one(Community, 1)
        return await asking.form_reminder(
            Reading(db, now, nudge, person, "en", "America/Boise", community, stage.links)
        )


async def test_facilitators_see_how_many_never_who(stage: Stage) -> None:
    for number in range(3):
        await stage.submit(f"p{number}", "evaluate", "session:1", **ANSWERS)
    said = text_of(await stage.command("fay", "evaluation 1"))
    assert "3 of 7 asked" in said
    assert "42.9%" in said
    assert "P1" not in said


async def test_the_form_is_posted_live_once(stage: Stage) -> None:
    for _ in range(2):
        assert "in the cohort's channel" in text_of(await stage.press("fay", "evaluation.live", "session:1"))
    assert len([one for one in await stage.nudges() if one.key.startswith("live:")]) == 1
    assert "facilitator" in text_of(await stage.press("p0", "evaluation.live", "session:1"))


async def test_a_small_group_is_warned(tmp_path: Path) -> None:
    async with evaluated(f"sqlite:///{tmp_path}/small.db", people=4, there=3) as stage:
        form = await _form(stage, "p0")
        assert "fewer than 5 people" in str(form.intro)


async def test_after_the_series_and_weeks_later_there_are_forms_of_their_own(stage: Stage) -> None:
    for key, days in (("series:1", 1), ("follow_up.first:1", 60), ("follow_up.second:1", 90)):
        stage.clock.move_to(ENDS + timedelta(days=days, hours=1))
        form = await _form(stage, "p0", key)
        name = next(field.name for field in form.fields if field.kind == "choice")
        value = next(field.options[0].value for field in form.fields if field.name == name)
        assert "Thank you" in text_of(await stage.submit("p0", "evaluate", key, **{name: value}))
    names = {one.name for one in await _all(stage, Evaluation) if isinstance(one, Evaluation)}
    assert names == {"post_series", "followup_30_60", "followup_90"}
    assert json.dumps(
        [one.answers for one in await _all(stage, AnonymousAnswer) if isinstance(one, AnonymousAnswer)]
    )


async def test_on_either_database_answers_and_ledger_agree(database_url: str) -> None:
    async with evaluated(database_url) as stage:
        for number in range(5):
            await stage.submit(f"p{number}", "evaluate", "session:1", **ANSWERS)
        ledger = [one for one in await _all(stage, LedgerEntry) if isinstance(one, LedgerEntry)]
        assert sum(one.answered for one in ledger) == len(await _all(stage, AnonymousAnswer)) == 5
        assert len(ledger) == 7
