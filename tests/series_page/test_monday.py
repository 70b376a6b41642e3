"""Monday's message: at nine on the facilitator's own clock, once, short, and only when there is something."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlmodel import col, delete, select

from bot.core.cards import Card
from bot.core.composers import ComposeContext
from bot.core.jobs import JobContext
from bot.core.reply import Skip
from bot.nudges.sender import Sender
from bot.series_page.monday import KIND, START, STOP, next_monday, plan_mondays, week_ahead
from bot.timekeeping.quiet_hours import QuietHours
from bot.timekeeping.readers_hours import Reader
from prompts.time_zones import load_zone
from storage.nudges import Nudge
from storage.people import Community, Identity, Person, Workspace
from storage.series import Series
from tests.communities.support import furnish
from tests.learning.sending import Letterbox
from tests.series_page.furnishing import half_way
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, text_of

PACIFIC, ADAK = "America/Los_Angeles", "America/Adak"
SUNDAY = datetime(2027, 2, 7, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "reader", "local"),
    [
        (SUNDAY, Reader(PACIFIC), "2027-02-08 09:00"),
        (datetime(2027, 2, 8, 16, 59, tzinfo=UTC), Reader(PACIFIC), "2027-02-08 09:00"),
        (datetime(2027, 2, 8, 17, 0, tzinfo=UTC), Reader(PACIFIC), "2027-02-15 09:00"),
        (SUNDAY, Reader(ADAK), "2027-02-08 09:00"),
        (datetime(2027, 3, 13, 12, tzinfo=UTC), Reader(PACIFIC), "2027-03-15 09:00"),
        (SUNDAY, Reader(PACIFIC, QuietHours(time(17), time(10))), "2027-02-08 10:00"),
    ],
)
def test_it_is_nine_on_the_readers_own_monday_outside_quiet_hours(
    now: datetime, reader: Reader, local: str
) -> None:
    _, at = next_monday(now, reader)
    assert f"{at.astimezone(load_zone(reader.zone)):%Y-%m-%d %H:%M}" == local


async def planned(stage: Stage) -> list[Nudge]:
    await plan_mondays(JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS))
    return [one for one in await stage.nudges() if one.kind == KIND]


async def composed(stage: Stage, nudge: Nudge) -> Card | Skip:
    async with stage.database.read() as db:
        me, community = await db.get_one(Person, nudge.person_id), await db.get_one(Community, 1)
        reading = ComposeContext(
            db, stage.clock.now(), nudge, me, me.language, me.zone, community, stage.links
        )
        return await week_ahead(reading)


async def test_it_is_planned_a_day_ahead_once_and_says_the_three_parts(stage: Stage) -> None:
    _, fay = await half_way(stage)
    assert await planned(stage) == [], "this Monday's nine o'clock is over, the next is a week away"
    stage.clock.move_to(SUNDAY)
    [nudge] = await planned(stage)
    assert (nudge.person_id, nudge.due_at) == (fay.id, datetime(2027, 2, 8, 17, tzinfo=UTC))
    assert len(await planned(stage)) == 1
    stage.clock.move_to(datetime(2027, 2, 1, 17, tzinfo=UTC))
    card = await composed(stage, nudge)
    assert isinstance(card, Card)
    said = text_of(card)
    assert "Goes out" in said
    assert "Look ahead · session 5: Asking First" in said
    assert "Ben Okafor: missed the last 2 of 4 sessions" in said
    assert "Waits for your approval" not in said, "nothing waits, so nothing is said of it"
    assert len(said.splitlines()) < 16, "short"
    assert "/series-page/" in card.sections[0].buttons[0].url


async def test_what_waits_for_approval_is_said_to_wait_and_not_to_go_out(stage: Stage) -> None:
    cohort, _ = await half_way(stage)
    async with stage.database.write() as db:
        (await db.get_one(Series, cohort.series_id)).needs_approval = True
    await stage.command("fay", "session link 5 https://example.org/other")
    stage.clock.move_to(SUNDAY)
    [nudge] = await planned(stage)
    stage.clock.move_to(datetime(2027, 2, 1, 17, 30, tzinfo=UTC))
    card = await composed(stage, nudge)
    assert isinstance(card, Card)
    waits = text_of(card).partition("Waits for your approval")[2]
    assert "Look ahead · session 5" in waits


async def test_nothing_comes_when_there_is_nothing_to_say(stage: Stage) -> None:
    await stage.person("fay", "facilitator", zone=PACIFIC)
    await furnish(stage)
    stage.clock.move_to(SUNDAY)
    [nudge] = await planned(stage)
    assert await composed(stage, nudge) == Skip("nothing_this_week")


async def test_who_stopped_it_gets_none_and_can_have_it_again(stage: Stage) -> None:
    await half_way(stage)
    stage.clock.move_to(SUNDAY)
    said = await stage.press("fay", STOP)
    assert said.card is not None
    assert await planned(stage) == []
    await stage.press("fay", said.card.buttons[0].action)
    assert said.card.buttons[0].action == START
    assert len(await planned(stage)) == 1


async def test_facilitators_alone_get_it_and_none_of_an_archived_series(stage: Stage) -> None:
    cohort, _ = await half_way(stage)
    await stage.person("pat", "presenter", "evaluator", zone=PACIFIC)
    stage.clock.move_to(SUNDAY)
    async with stage.database.write() as db:
        (await db.get_one(Series, cohort.series_id)).status = "archived"
    assert await planned(stage) == []


@pytest.mark.parametrize("platform", ["slack", "teams", "email"])
async def test_it_goes_wherever_the_facilitator_is_written_to(stage: Stage, platform: str) -> None:
    _, fay = await half_way(stage)
    async with stage.database.write() as db:
        workspace = await db.get_one(Workspace, 1)
        workspace.platform, workspace.by_address = platform, platform == "email"
        mine = select(Identity).where(Identity.person_id == fay.id)
        (await db.scalars(mine)).one().proven_at = stage.clock.now()
    stage.clock.move_to(SUNDAY)
    [nudge] = await planned(stage)
    box = Letterbox(stage=stage)
    async with stage.database.write() as db:
        await db.execute(delete(Nudge).where(col(Nudge.kind) != KIND))
    sender = Sender(stage.database, stage.clock, {platform: box}, ALL_KINDS, stage.links)
    stage.clock.move_to(nudge.due_at - timedelta(minutes=1))
    await sender.send_due()
    assert box.cards("D-fay") == []
    stage.clock.move_to(nudge.due_at)
    await sender.send_due()
    [card] = box.cards("D-fay")
    assert "Ben Okafor" in text_of(card)
