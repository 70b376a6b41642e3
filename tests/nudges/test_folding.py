"""What is due for one person in a part of a day is one message; the hard limits hold whatever was planned."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import delete, select

from bot.core.cards import Button, Card
from bot.core.composers import ComposeContext
from bot.core.reply import Skip
from bot.nudges.folding import fold
from bot.nudges.sender import Sender
from prompts import dates
from storage.nudges import Nudge
from storage.people import Community, Person
from storage.series import Cohort, Enrollment
from tests.communities.platform import SmallPlatform
from tests.communities.support import enroll, furnish
from tests.support.kinds import written_by
from tests.support.stage import Stage, staged, text_of

MORNING = datetime(2027, 3, 3, 17, 20, tzinfo=UTC)
"""A Wednesday, 9:20 Pacific."""
KINDS = ("look_back", "form_reminder", "commitment_check_in", "partner_check", "session_tomorrow", "tip")


@dataclass
class Post:
    """The stage with one person, and the sender that folds."""

    stage: Stage
    platform: SmallPlatform
    sender: Sender
    person_id: int
    cohort_id: int
    skipped: frozenset[str] = frozenset()
    zones: list[str] = field(default_factory=list)
    """In which zone each was written."""

    async def plan(
        self, kind: str, at: datetime, expires_at: datetime | None = None, *, of_cohort: bool = True
    ) -> int:
        nature = "optional" if kind in {"look_back", "tip"} else "logistics"
        async with self.stage.database.write() as db:
            nudge = Nudge(
                key=f"{kind}|{at.isoformat()}",
                community_id=1,
                kind=kind,
                nature=nature,
                cohort_id=self.cohort_id if of_cohort else None,
                person_id=self.person_id,
                due_at=at,
                expires_at=expires_at,
                created_at=MORNING,
            )
            db.add(nudge)
        return nudge.id

    async def send(self, at: datetime) -> list[Card]:
        """The cards that went out at this moment."""
        before = set(self.platform.posts)
        self.stage.clock.move_to(at)
        while await self.sender.send_due():
            pass
        return [card for mark, card in self.platform.posts.items() if mark not in before]

    async def row(self, nudge_id: int) -> Nudge:
        async with self.stage.database.read() as db:
            return (await db.scalars(select(Nudge).where(Nudge.id == nudge_id))).one()


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    async with staged(database_url) as stage:
        cohort = await furnish(stage)
        ana = await stage.person("ana", zone="America/Los_Angeles")
        await enroll(stage, cohort, ana)
        platform = SmallPlatform()

        async def compose(ctx: ComposeContext) -> Card | Skip:
            kind = ctx.nudge.kind
            made.zones.append(ctx.zone)
            if kind in made.skipped:
                return Skip("nothing_to_say")
            press = Button(label="Press", action=f"{kind}.press", value=str(ctx.nudge.id))
            return Card(title=f"The {kind}", text="Words.", buttons=(press,), about=(ctx.nudge.id,))

        kinds = written_by(dict.fromkeys(KINDS, compose))
        folding = partial(fold, kinds)
        sender = Sender(stage.database, stage.clock, {"slack": platform}, kinds, stage.links, folding)
        made = Post(stage, platform, sender, ana.id, cohort.id)
        yield made


async def test_what_is_due_in_one_morning_is_one_message_with_parts(post: Post) -> None:
    first = await post.plan("look_back", MORNING)
    second = await post.plan("form_reminder", MORNING + timedelta(minutes=40))
    [card] = await post.send(MORNING)
    assert "The look_back" in text_of(card)
    assert "The form_reminder" in text_of(card)
    buttons = [button.action for section in card.sections for button in section.buttons]
    assert sorted(buttons) == ["part.form_reminder.press", "part.look_back.press"]
    rows = [await post.row(first), await post.row(second)]
    assert [row.state for row in rows] == ["sent", "sent"]
    assert rows[0].bundle_id is not None
    assert rows[0].bundle_id == rows[1].bundle_id
    assert [(row.message or {})["about"] for row in rows] == [[first], [second]]
    assert await post.send(MORNING + timedelta(hours=1)) == []


async def test_a_single_message_stays_what_it_is(post: Post) -> None:
    one = await post.plan("look_back", MORNING)
    [card] = await post.send(MORNING)
    assert (card.title, card.buttons[0].action) == ("The look_back", "look_back.press")
    assert (await post.row(one)).bundle_id is None


async def test_a_part_with_nothing_to_say_is_left_out_and_the_others_go(post: Post) -> None:
    post.skipped = frozenset({"form_reminder"})
    first, second = await post.plan("look_back", MORNING), await post.plan("form_reminder", MORNING)
    [card] = await post.send(MORNING)
    assert card.title == "The look_back"
    assert (await post.row(first)).state == "sent"
    left = await post.row(second)
    assert (left.state, left.reason) == ("skipped", "nothing_to_say")


async def test_when_no_part_has_anything_to_say_nothing_goes(post: Post) -> None:
    post.skipped = frozenset({"form_reminder", "look_back"})
    parts = [await post.plan("look_back", MORNING), await post.plan("form_reminder", MORNING)]
    assert await post.send(MORNING) == []
    assert [(await post.row(one)).state for one in parts] == ["skipped", "skipped"]


async def test_the_afternoon_is_another_message_and_a_third_waits_for_the_next_day(post: Post) -> None:
    await post.plan("look_back", MORNING)
    await post.plan("form_reminder", MORNING + timedelta(hours=4))
    third = await post.plan("partner_check", MORNING + timedelta(hours=9))
    assert len(await post.send(MORNING)) == 1
    assert len(await post.send(MORNING + timedelta(hours=4))) == 1
    assert await post.send(MORNING + timedelta(hours=9)) == []
    waits = await post.row(third)
    assert (waits.state, waits.due_because) == ("planned", "budget")
    assert waits.due_at.date() == (MORNING + timedelta(days=1)).date()


@pytest.mark.parametrize("in_a_cohort", [True, False])
async def test_a_person_without_a_zone_gets_that_of_the_cohort_else_of_the_community(
    post: Post, in_a_cohort: bool
) -> None:
    """One order for the words and for the hours, also of what is about no cohort."""
    home = "America/Adak" if in_a_cohort else "America/Anchorage"
    async with post.stage.database.write() as db:
        (await db.get_one(Person, post.person_id)).zone = ""
        (await db.get_one(Community, 1)).zone = "America/Anchorage"
        (await db.get_one(Cohort, post.cohort_id)).zone = "America/Adak"
        if not in_a_cohort:
            await db.execute(delete(Enrollment))
    for hours in (0, 4):
        await post.plan("look_back", MORNING + timedelta(hours=hours), of_cohort=False)
        assert len(await post.send(MORNING + timedelta(hours=hours))) == 1
    assert post.zones == [home, home]
    waits = await post.plan("form_reminder", MORNING + timedelta(hours=9), of_cohort=False)
    assert await post.send(MORNING + timedelta(hours=9)) == []
    assert dates.in_zone((await post.row(waits)).due_at, home).hour in (9, 10)


async def test_never_two_in_one_minute(post: Post) -> None:
    await post.plan("look_back", MORNING)
    assert len(await post.send(MORNING)) == 1
    await post.plan("tip", MORNING, expires_at=MORNING + timedelta(days=3))
    assert await post.send(MORNING + timedelta(seconds=20)) == []
    assert len(await post.send(MORNING + timedelta(minutes=1))) == 1


async def test_at_most_six_in_seven_days_and_what_is_left_out_says_so(post: Post) -> None:
    for day in range(6):
        await post.plan("partner_check", MORNING + timedelta(days=day))
        assert len(await post.send(MORNING + timedelta(days=day))) == 1
    sixth = MORNING + timedelta(days=6)
    kept = await post.plan("commitment_check_in", sixth, expires_at=sixth + timedelta(hours=2))
    lost = await post.plan("tip", sixth, expires_at=sixth + timedelta(hours=2))
    assert await post.send(sixth) == []
    assert ((await post.row(lost)).state, (await post.row(lost)).reason) == ("skipped", "budget")
    assert (await post.row(kept)).state == "planned"
    assert len(await post.send(sixth + timedelta(days=1, hours=1))) == 1
    assert (await post.row(kept)).state == "sent"


async def test_the_parts_of_a_message_that_could_not_go_wait_with_it(post: Post) -> None:
    """The platform was away for a moment: the same message goes once it is back."""
    parts = [await post.plan("look_back", MORNING), await post.plan("form_reminder", MORNING)]
    post.platform.breaks_at = "send"
    assert await post.send(MORNING) == []
    assert {(await post.row(one)).state for one in parts} == {"folded"}
    assert len(await post.send(MORNING + timedelta(minutes=2))) == 1
    assert {(await post.row(one)).state for one in parts} == {"sent"}
