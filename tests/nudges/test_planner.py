"""The plan in the tables: on both databases, planning twice changes nothing, and changes carry over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import select

from bot.nudges.budget import MOST_IN_7_DAYS
from bot.nudges.decisions import decide
from bot.nudges.planner import plan_commitment, replan_cohort
from bot.timekeeping.zones import local_to_utc
from storage.nudges import Nudge
from storage.people import OptOut, Person
from storage.reflections import Commitment
from storage.series import CohortChannel, Series
from storage.settings import MessageDecision
from tests.nudges.cohorts import (
    PACIFIC,
    change_session,
    cohort_on,
    enroll,
    enrollment_of,
    in_state,
    local,
    presents,
    replanned,
    replanned_for,
    rows,
    session_of,
)
from tests.support.kinds import ALL_KINDS
from tests.support.stage import START, Stage, staged


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    async with staged(database_url) as built:
        yield built


@pytest.fixture
async def cohort_id(stage: Stage) -> int:
    return await cohort_on(stage)


@pytest.fixture
async def ana(stage: Stage, cohort_id: int) -> Person:
    ana = await stage.person("ana", zone="America/Boise", state="ID")
    await enroll(stage, cohort_id, ana)
    await replanned(stage, cohort_id)
    return ana


def everything(nudges: list[Nudge]) -> list[dict[str, object]]:
    return [nudge.model_dump() for nudge in nudges]


async def test_planning_twice_changes_no_row(stage: Stage, cohort_id: int, ana: Person) -> None:
    before = everything(await stage.nudges())
    await replanned(stage, cohort_id)
    await replanned_for(stage, ana)
    assert len(before) > 30
    assert everything(await stage.nudges()) == before


async def test_a_row_says_what_it_is_for_whom_and_about_which_session(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    first = await session_of(stage, cohort_id, 1)
    (link, *_) = await rows(stage, kind="join_link", person=ana)
    assert (link.session_id, link.cohort_id, link.group) == (
        first.id,
        cohort_id,
        f"join_link|session:{first.id}",
    )
    assert link.due_at == first.starts_at - timedelta(minutes=15)
    assert link.expires_at == first.starts_at + timedelta(minutes=90)
    assert (link.state, link.nature) == ("planned", "logistics")


async def test_only_those_who_take_part_are_planned_for(stage: Stage, cohort_id: int) -> None:
    for status in ("invited", "waiting", "left"):
        await enroll(stage, cohort_id, await stage.person(status), status=status)
    await replanned(stage, cohort_id)
    assert {nudge.person_id for nudge in await stage.nudges()} == {None}


async def test_a_presenter_who_is_not_enrolled_gets_the_day_before_and_the_join_link(
    stage: Stage, cohort_id: int
) -> None:
    pat = await stage.person("pat")
    await presents(stage, cohort_id, pat)
    await replanned(stage, cohort_id)
    kinds = {nudge.kind for nudge in await rows(stage, person=pat)}
    assert kinds == {
        "presenter_planning", "presenter_checklist", "presenter_tech_check", "session_tomorrow", "join_link",
    }  # fmt: skip


async def test_every_channel_of_the_cohort_gets_its_own_post(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    async with stage.database.write() as db:
        db.add(CohortChannel(cohort_id=cohort_id, workspace_id=1, conversation="C-second"))
        await db.flush()
        await replan_cohort(db, ALL_KINDS, cohort_id, stage.clock.now())
    posts = await rows(stage, kind="look_ahead")
    assert len(posts) == 8
    assert {post.channel_id for post in posts} == {1, 2}


async def test_moving_a_session_moves_its_messages_and_keeps_their_rows(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    before = {nudge.key: nudge.id for nudge in await stage.nudges()}
    later = local_to_utc(date(2027, 3, 4), time(14), PACIFIC)
    await change_session(stage, cohort_id, 2, starts_at=later)
    second = await session_of(stage, cohort_id, 2)
    moved = [one for one in await rows(stage, kind="join_link") if one.session_id == second.id]
    assert [one.due_at for one in moved] == [later - timedelta(minutes=15)]
    assert {nudge.key: nudge.id for nudge in await stage.nudges()} == before


async def test_cancelling_a_session_skips_its_messages_and_restoring_it_plans_them_again(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    before = everything(await stage.nudges())
    second = await session_of(stage, cohort_id, 2)
    await change_session(stage, cohort_id, 2, status="cancelled")
    about = [one for one in await stage.nudges() if one.session_id == second.id]
    assert in_state(about) == {("skipped", "session_cancelled")}
    await change_session(stage, cohort_id, 2, status="scheduled")
    assert everything(await stage.nudges()) == before


async def test_what_was_sent_stays_sent_when_its_session_is_cancelled(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    second = await session_of(stage, cohort_id, 2)
    async with stage.database.write() as db:
        for nudge in await db.scalars(select(Nudge).where(Nudge.session_id == second.id)):
            nudge.state = {"join_link": "claimed", "look_back": "unknown"}.get(nudge.kind, "sent")
    await change_session(stage, cohort_id, 2, status="cancelled")
    about = [one for one in await stage.nudges() if one.session_id == second.id]
    assert {one.state for one in about} == {"sent", "claimed", "unknown"}


async def test_cancelling_the_last_session_brings_the_end_of_the_series_forward(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    await change_session(stage, cohort_id, 4, status="cancelled")
    (form,) = await rows(stage, "planned", kind="series_form")
    third = await session_of(stage, cohort_id, 3)
    assert (local(form, "America/Boise"), form.session_id) == ("03-10 09:20", third.id)
    stick = await rows(stage, "planned", kind="make_it_stick")
    assert local(stick[0], "America/Boise") == "03-12 09:20"


async def test_who_leaves_gets_nothing_more_and_gets_it_again_on_coming_back(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    before = everything(await stage.nudges())
    await enrollment_of(stage, cohort_id, ana, status="left")
    assert in_state(await rows(stage, person=ana)) == {("skipped", "left")}
    await enrollment_of(stage, cohort_id, ana, status="active")
    assert everything(await stage.nudges()) == before


@pytest.mark.parametrize(("kind", "silenced"), [("look_back", {"look_back"}), ("optional", None)])
async def test_opting_out_skips_one_kind_or_all_optional_ones_until_opting_in_again(
    stage: Stage, ana: Person, kind: str, silenced: set[str] | None
) -> None:
    before = everything(await stage.nudges())
    async with stage.database.write() as db:
        db.add(OptOut(person_id=ana.id, kind=kind, since=START))
    await replanned_for(stage, ana)
    skipped = await rows(stage, "skipped", person=ana)
    assert in_state(skipped) == {("skipped", "opted_out")}
    assert {nudge.kind for nudge in skipped} == (silenced or {"look_back", "make_it_stick"})
    async with stage.database.write() as db:
        await db.delete((await db.scalars(select(OptOut))).one())
    await replanned_for(stage, ana)
    assert everything(await stage.nudges()) == before


async def test_a_pause_is_asked_at_sending_and_leaves_the_plan_alone(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    before = everything(await stage.nudges())
    await enrollment_of(stage, cohort_id, ana, status="paused", paused_until=date(2027, 3, 1))
    assert everything(await stage.nudges()) == before


async def test_opting_in_to_partners_and_follow_ups_decides_what_is_planned(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    assert await rows(stage, kind="partner_round") == []
    await enrollment_of(stage, cohort_id, ana, partners_opt_in=True, follow_up_opt_in=False)
    assert len(await rows(stage, "planned", kind="partner_round")) == 3
    assert in_state(await rows(stage, kind="follow_up_form")) == {("skipped", "not_planned")}


async def test_a_late_joiner_is_welcomed_now_and_looks_back_on_nothing_they_missed(
    stage: Stage, cohort_id: int
) -> None:
    """Thursday 25 February, 10:00 Pacific: the first session was on Tuesday."""
    stage.clock.move_to(datetime(2027, 2, 25, 18, tzinfo=UTC))
    bo = await stage.person("bo")
    await enroll(stage, cohort_id, bo)
    await enrollment_of(stage, cohort_id, bo, joined_at=stage.clock.now())
    (welcome,) = await rows(stage, kind="welcome")
    assert (welcome.due_at, welcome.due_because) == (stage.clock.now(), "late")
    sessions = {nudge.session_id for nudge in await rows(stage, kind="look_back")}
    assert sessions == {(await session_of(stage, cohort_id, number)).id for number in (2, 3, 4)}
    assert {nudge.state for nudge in await rows(stage, person=bo)} == {"planned"}


async def test_a_held_message_is_held_for_later_readers_too_and_follows_its_session(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    first = await session_of(stage, cohort_id, 1)
    group = f"look_back|session:{first.id}"
    async with stage.database.write() as db:
        decide((await db.scalars(select(Series))).one(), group, MessageDecision(held=True))
        await replan_cohort(db, ALL_KINDS, cohort_id, stage.clock.now())
    await enroll(stage, cohort_id, await stage.person("bo"))
    await replanned(stage, cohort_id)
    held = await rows(stage, "held")
    assert {nudge.group for nudge in held} == {group}
    assert len(held) == 2
    await change_session(stage, cohort_id, 1, starts_at=first.starts_at + timedelta(days=1))
    assert [local(nudge) for nudge in await rows(stage, "held")] == ["02-25 08:20", "02-25 09:40"]


async def test_a_moved_message_keeps_its_new_time_on_each_readers_own_clock(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    first = await session_of(stage, cohort_id, 1)
    moved_to = datetime(2027, 2, 25, 14, 30)  # noqa: DTZ001 - on each reader's own clock
    async with stage.database.write() as db:
        series = (await db.scalars(select(Series))).one()
        decide(series, f"look_back|session:{first.id}", MessageDecision(moved_to=moved_to))
        await replan_cohort(db, ALL_KINDS, cohort_id, stage.clock.now())
    await replanned(stage, cohort_id)
    (moved,) = [one for one in await rows(stage, kind="look_back") if one.session_id == first.id]
    assert (local(moved, "America/Boise"), moved.due_because) == ("02-25 14:30", "moved")


async def test_a_series_that_demands_approval_holds_what_goes_to_the_cohort(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    async with stage.database.write() as db:
        series = (await db.scalars(select(Series))).one()
        series.needs_approval = True
        await replan_cohort(db, ALL_KINDS, cohort_id, stage.clock.now())
    held = await rows(stage, "held")
    assert in_state(held) == {("held", "approval")}
    assert {nudge.kind for nudge in held} == {
        "welcome", "look_ahead", "session_tomorrow", "join_link", "form_live", "look_back",
    }  # fmt: skip
    async with stage.database.write() as db:
        series = (await db.scalars(select(Series))).one()
        decide(series, held[0].group, MessageDecision(released=True))
        await replan_cohort(db, ALL_KINDS, cohort_id, stage.clock.now())
    assert {(one.state, one.released) for one in await stage.nudges() if one.group == held[0].group} == {
        ("planned", True)
    }


async def test_a_retry_never_comes_before_its_time_whatever_is_planned_anew(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    (welcome,) = await rows(stage, kind="welcome")
    not_before = welcome.due_at + timedelta(minutes=7)
    async with stage.database.write() as db:
        row = await db.get_one(Nudge, welcome.id)
        row.due_at, row.due_because, row.reason = not_before, "retry", "throttled"
    await replanned(stage, cohort_id)
    (welcome,) = await rows(stage, kind="welcome")
    assert (welcome.due_at, welcome.due_because) == (not_before, "retry")


async def test_the_check_in_comes_on_the_day_its_writer_chose_until_they_want_none(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    async with stage.database.write() as db:
        made = Commitment(
            person_id=ana.id, cohort_id=cohort_id, action="Breathe first", due_on=date(2027, 3, 5),
            created_at=START, updated_at=START,
        )  # fmt: skip
        db.add(made)
        await plan_commitment(db, ALL_KINDS, made, stage.clock.now())
    (check_in,) = await rows(stage, kind="commitment_check_in")
    assert (local(check_in, "America/Boise"), check_in.subject_id) == ("03-05 09:20", made.id)
    async with stage.database.write() as db:
        made = await db.get_one(Commitment, made.id)
        made.due_on = None
        await plan_commitment(db, ALL_KINDS, made, stage.clock.now())
    assert in_state(await rows(stage, kind="commitment_check_in")) == {("skipped", "not_planned")}


async def test_a_form_closes_by_an_job_that_moves_with_its_session(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    async def closing() -> list[datetime]:
        return sorted(job.due_at for job in await stage.jobs() if job.kind == "form_close")

    before = await closing()
    assert len(before) == 4
    first = await session_of(stage, cohort_id, 1)
    await change_session(stage, cohort_id, 1, starts_at=first.starts_at + timedelta(hours=1))
    assert await closing() == [before[0] + timedelta(hours=1), *before[1:]]
    await change_session(stage, cohort_id, 1, status="cancelled")
    assert await closing() == before[1:]


async def test_three_series_at_once_keep_the_budget_and_lose_no_look_back(
    stage: Stage, cohort_id: int, ana: Person
) -> None:
    other = await cohort_on(stage, name="Other", slug="other")
    await enroll(stage, other, ana)
    await replanned(stage, other)
    third = await cohort_on(stage, name="Third", slug="third")
    await enroll(stage, third, ana)
    await replanned(stage, third)
    mine = await rows(stage, "planned", person=ana)
    moments = sorted({nudge.due_at for nudge in mine if nudge.kind != "join_link"})
    weeks = [sum(start <= one < start + timedelta(days=7) for one in moments) for start in moments]
    assert max(weeks) <= MOST_IN_7_DAYS
    assert sum(nudge.kind == "look_back" for nudge in mine) == 3 * 4
    assert [nudge for nudge in await rows(stage, "skipped", person=ana) if nudge.kind == "look_back"] == []


async def test_two_thousand_people_are_planned_in_one_go_and_nobody_is_missed(
    stage: Stage, cohort_id: int
) -> None:
    async with stage.database.write() as db:
        people = [
            Person(community_id=1, name=f"P{n}", zone="America/Boise", created_at=START) for n in range(2000)
        ]
        db.add_all(people)
    await enroll(stage, cohort_id, *people)
    await replanned(stage, cohort_id)
    links = await rows(stage, kind="join_link")
    assert len({(one.person_id, one.session_id) for one in links}) == len(links) == 8000
