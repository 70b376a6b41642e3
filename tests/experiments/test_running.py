"""`experiment`: planned and sealed first, told to everybody, drawn for each message, silent without power."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.core.cards import Card
from bot.statistics.draws import arm
from prompts import dates
from storage.experiments import Experiment
from storage.people import AuditEvent
from storage.series import Cohort
from tests.communities.support import channel_for, enroll, rows
from tests.learning.support import FIRST, composed, key_ideas, replan, series_with_sessions
from tests.support.stage import Stage, staged, text_of

PEOPLE = 40


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with staged(sqlite_url) as stage:
        yield stage


async def forty_people(stage: Stage, people: int = PEOPLE) -> Cohort:
    cohort, sessions = await series_with_sessions(stage)
    await channel_for(stage, cohort)
    await key_ideas(stage, sessions[0], approved=True)
    await stage.person("fay", "facilitator")
    for number in range(people):
        await enroll(stage, cohort, await stage.person(f"p{number}"))
    await replan(stage, cohort)
    return cohort


async def planned(stage: Stage, cohort: Cohort, wanted: str) -> str:
    reply = await stage.submit(
        "fay", "experiment", str(cohort.id), kind="make_it_stick", wanted=wanted, varies="wording",
        opening_en="A friend of yours asks:", opening_es="Una amistad le pregunta:",
    )  # fmt: skip
    return text_of(reply)


async def test_the_power_is_said_before_the_start_and_too_little_cannot_start(stage: Stage) -> None:
    cohort = await forty_people(stage, people=12)
    assert "too few people" in await planned(stage, cohort, "0.1")
    [one] = await rows(stage, Experiment)
    assert "cannot start" in text_of(await stage.press("fay", "experiment.start", str(one.id)))
    assert (await rows(stage, Experiment))[0].state == "planned"


async def test_it_is_sealed_told_and_drawn_for_each_person_and_occasion(stage: Stage) -> None:
    cohort = await forty_people(stage)
    assert "enough people" in await planned(stage, cohort, "0.2")
    [one] = await rows(stage, Experiment)
    started = text_of(await stage.press("fay", "experiment.start", str(one.id)))
    assert "nothing may be said yet" in started
    assert [event.action for event in await rows(stage, AuditEvent)][-1] == "experiment_started"
    told = [nudge for nudge in await stage.nudges() if nudge.key.startswith("experiment:")]
    assert len(told) == 1
    reader = await stage.person("reader")
    await enroll(stage, cohort, reader)
    arms = {True: 0, False: 0}
    stage.clock.move_to(FIRST + timedelta(weeks=3))
    for number in range(12):
        key = f"make_it_stick.1|series:{cohort.id}|person:{number}"
        card = await composed(stage, "make_it_stick", reader, cohort_id=cohort.id, key=key,
                              group="make_it_stick.1|series")  # fmt: skip
        assert isinstance(card, Card)
        assert "drawn by lot" in card.context
        new = "A friend of yours asks" in card.text
        assert new == bool(arm(one.seed, key))
        arms[new] += 1
    assert all(arms.values())


async def test_stopped_it_draws_no_more_and_nobody_else_may_start_one(stage: Stage) -> None:
    cohort = await forty_people(stage)
    await planned(stage, cohort, "0.2")
    [one] = await rows(stage, Experiment)
    await stage.press("p1", "experiment.start", str(one.id))
    assert (await rows(stage, Experiment))[0].state == "planned"
    await stage.press("fay", "experiment.start", str(one.id))
    assert "running already" in await planned(stage, cohort, "0.2")
    await stage.press("fay", "experiment.stop", str(one.id))
    assert (await rows(stage, Experiment))[0].state == "stopped"
    reader = await stage.person("reader")
    card = await composed(stage, "make_it_stick", reader, cohort_id=cohort.id, group="make_it_stick.1|series")
    assert isinstance(card, Card)
    assert "lot" not in card.context


async def hours(stage: Stage) -> dict[str, str]:
    """The local hour and minute of each planned reminder, by its key."""
    found = [one for one in await stage.nudges("planned") if one.kind == "make_it_stick"]
    return {one.key: f"{dates.in_zone(one.due_at, 'America/Los_Angeles'):%H:%M}" for one in found}


async def test_a_time_of_day_is_drawn_for_each_message_while_it_runs(stage: Stage) -> None:
    cohort = await forty_people(stage)
    usual = await hours(stage)
    sent = {"kind": "make_it_stick", "wanted": "0.2", "varies": "time"}
    early = await stage.submit("fay", "experiment", str(cohort.id), **sent, at="07:30")
    assert set(early.errors) == {"at"}
    plan = text_of(await stage.submit("fay", "experiment", str(cohort.id), **sent, at="14:00"))
    assert "New time of day: 14:00" in plan
    [one] = await rows(stage, Experiment)
    assert await hours(stage) == usual, "nothing has begun"
    await stage.press("fay", "experiment.start", str(one.id))
    now = await hours(stage)
    new = {key for key in now if arm(one.seed, key)}
    assert len(new) > 80
    assert {now[key] for key in new} == {"14:00"}
    assert all(now[key] == usual[key] for key in now.keys() - new)
    reader = await stage.person("reader")
    card = await composed(stage, "make_it_stick", reader, cohort_id=cohort.id, group="make_it_stick.1|series")
    assert isinstance(card, Card)
    assert "one of two times" in card.context
    await stage.press("fay", "experiment.stop", str(one.id))
    assert await hours(stage) == usual, "stopped, everything is as before"


async def test_a_new_wording_needs_its_words_in_every_language(stage: Stage) -> None:
    cohort = await forty_people(stage, people=1)
    reply = await stage.submit(
        "fay", "experiment", str(cohort.id), kind="make_it_stick", wanted="0.2", varies="wording",
        opening_en="A friend asks:",
    )  # fmt: skip
    assert set(reply.errors) == {"opening_es"}
