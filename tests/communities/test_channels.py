"""Opening and linking a cohort's channel, and letting people in and out."""

from datetime import timedelta

import pytest

from bot.core.events import Where
from storage.series import Cohort, CohortChannel, Series
from tests.communities.platform import SmallPlatform, run_errands
from tests.communities.support import CHANNEL, channel_for, elsewhere, enroll, errands_of, furnish, rows
from tests.support.stage import START, Stage, text_of


@pytest.fixture
async def platform(stage: Stage) -> SmallPlatform:
    await stage.person("fay", "facilitator")
    return SmallPlatform()


async def test_opening_is_previewed_confirmed_and_done_once(stage: Stage, platform: SmallPlatform) -> None:
    cohort = await furnish(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    await enroll(stage, cohort, await stage.person("ben"), "invited")
    preview = text_of(await stage.command("fay", "cohort open"))
    assert "let 2 people in" in preview
    assert "Channel: steady" in preview
    assert "No names, dates of birth" in preview
    assert await stage.jobs() == []

    await stage.press("fay", "cohort.open", str(cohort.id))
    await stage.press("fay", "cohort.open", str(cohort.id))
    await run_errands(stage, platform)
    assert platform.channels == ["steady"]
    assert platform.invited == ["ana", "fay"]
    assert len(platform.pinned) == len(platform.posts) == 1
    ticket = stage.links.read(platform.bookmarks[0].rsplit("/", 1)[-1], "cohort", stage.clock.now())
    assert ticket.subject == str(cohort.id)
    assert [note.person_id for note in await stage.nudges()] == [1]
    assert "already has a channel" in text_of(await stage.command("fay", "cohort open"))


async def test_a_second_cohort_of_a_series_gets_a_channel_of_its_own(
    stage: Stage, platform: SmallPlatform
) -> None:
    """Under the series' name alone a platform finds the first cohort's, which the bot made itself."""
    first = await furnish(stage)
    await stage.press("fay", "cohort.open", str(first.id))
    await run_errands(stage, platform)
    async with stage.database.write() as db:
        second = Cohort(community_id=1, series_id=first.series_id, name="Fall 2027", created_at=START)
        db.add(second)
    assert "Channel: steady Fall 2027" in text_of(await stage.command("fay", 'cohort open "Fall 2027"'))
    await stage.press("fay", "cohort.open", str(second.id))
    await run_errands(stage, platform)
    assert platform.channels == ["steady", "steady Fall 2027"]
    assert len(await rows(stage, CohortChannel)) == 2


async def test_a_series_called_like_anothers_channel_gets_a_channel_of_its_own(
    stage: Stage, platform: SmallPlatform
) -> None:
    """ "steady east" of the series steady and the series ``steady-east`` are one name on a platform."""
    first = await furnish(stage)
    async with stage.database.write() as db:
        east = Cohort(community_id=1, series_id=first.series_id, name="East", created_at=START)
        series = await db.get_one(Series, first.series_id)
        other = Series(
            community_id=1, project_id=series.project_id, year_id=series.year_id, slug="steady-east",
            title={"en": "Steady East"}, created_at=START,
        )  # fmt: skip
        db.add_all([east, other])
        await db.flush()
        theirs = Cohort(community_id=1, series_id=other.id, name="Fall", created_at=START)
        db.add(theirs)
    for cohort in (east, theirs):
        await stage.press("fay", "cohort.open", str(cohort.id))
        await run_errands(stage, platform)
    assert platform.channels == ["steady East", "steady-east Fall"]
    again = await stage.command("fay", f"cohort open cohort={theirs.id}")
    assert "steady-east Fall" in text_of(again)


@pytest.mark.parametrize("call", ["open_channel", "invite", "send", "pin", "bookmark"])
async def test_an_opening_that_broke_in_the_middle_is_finished_without_doing_anything_twice(
    stage: Stage, platform: SmallPlatform, call: str
) -> None:
    cohort = await furnish(stage)
    await stage.press("fay", "cohort.open", str(cohort.id))
    platform.breaks_at = call
    await run_errands(stage, platform)
    await run_errands(stage, platform)
    assert (platform.channels, len(platform.posts), len(platform.pinned)) == (["steady"], 1, 1)
    assert len(await rows(stage, CohortChannel)) == 1
    assert len(await stage.nudges()) == 1


async def test_who_joins_later_is_let_in_and_who_left_is_taken_out_an_hour_later(
    stage: Stage, platform: SmallPlatform
) -> None:
    await channel_for(stage, await furnish(stage))
    await stage.press("ana", "join.agree", "HJKMNPQR")
    await run_errands(stage, platform)
    assert platform.invited == ["ana"]
    await stage.command("ana", "leave")
    await run_errands(stage, platform)
    assert platform.removed == []
    stage.clock.advance(timedelta(hours=2))
    await run_errands(stage, platform)
    assert platform.removed == ["ana"]


async def test_who_came_back_within_the_hour_is_not_taken_out(stage: Stage, platform: SmallPlatform) -> None:
    cohort = await furnish(stage)
    await channel_for(stage, cohort)
    await stage.press("ana", "join.agree", "HJKMNPQR")
    await stage.command("ana", "leave")
    await stage.press("ana", "leave.undo", str(cohort.id))
    stage.clock.advance(timedelta(hours=2))
    await run_errands(stage, platform)
    assert platform.removed == []


async def test_where_channels_cannot_be_opened_the_answer_says_how_to_link(
    stage: Stage, platform: SmallPlatform
) -> None:
    cohort = await furnish(stage)
    platform.can_open_channels = False
    stage.router.platforms = {"slack": platform}
    assert "say cohort link there" in text_of(await stage.command("fay", "cohort open"))
    assert "say cohort link there" in text_of(await stage.press("fay", "cohort.open", str(cohort.id)))
    assert await errands_of(stage, "open_channel") == []


async def test_a_channel_is_linked_once_and_gets_the_notice(stage: Stage, platform: SmallPlatform) -> None:
    await furnish(stage)
    for _ in range(2):
        assert "now the channel of Spring" in text_of(await stage.command("fay", "cohort link", CHANNEL))
    [channel] = await rows(stage, CohortChannel)
    assert channel.conversation == CHANNEL.conversation
    [notice] = await stage.nudges()
    assert notice.channel_id == channel.id
    assert "keep clients out" in str(notice.card)


async def test_linking_is_refused_outside_a_channel_and_for_a_taken_one(
    stage: Stage, platform: SmallPlatform
) -> None:
    cohort = await furnish(stage)
    for where in (Where(), Where(conversation="D1", kind="direct")):
        assert "in the channel itself" in text_of(await stage.command("fay", "cohort link", where))
    await channel_for(stage, cohort)
    async with stage.database.write() as db:
        other = Series(
            community_id=1, project_id=1, year_id=1, slug="other", title={"en": "Other"}, created_at=START
        )
        db.add(other)
    await stage.command("fay", "cohort new other Autumn")
    assert "another cohort" in text_of(await stage.command("fay", "cohort link Autumn", CHANNEL))
    elsewhere_here = Where(conversation="C-2", kind="channel")
    assert "already has a channel" in text_of(
        await stage.command("fay", "cohort link Spring", elsewhere_here)
    )
    assert len(await rows(stage, CohortChannel)) == 1


async def test_another_communitys_cohort_cannot_be_opened(stage: Stage, platform: SmallPlatform) -> None:
    theirs = await elsewhere(stage)
    for action in (
        "cohort.preview",
        "cohort.open",
        "invite.preview",
        "invite.send",
        "invite.again",
        "import.ask",
    ):
        assert "cannot find" in text_of(await stage.press("fay", action, str(theirs.id))), action
    assert await stage.jobs() == []


async def test_a_participant_cannot_press_a_facilitators_button(stage: Stage) -> None:
    cohort = await furnish(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    for action in ("cohort.preview", "cohort.open", "invite.send", "import.ask", "role.take"):
        assert "cannot do this for you" in text_of(await stage.press("ana", action, str(cohort.id))), action
    assert await stage.jobs() == []
