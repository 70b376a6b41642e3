"""The bot is taken away from every workspace of a community: what happens to its people, and when."""

from datetime import datetime, timedelta

from bot.core.cards import Card
from bot.core.events import Installed, Uninstalled, Who
from bot.core.jobs import JobContext
from bot.features import all_features
from bot.privacy.retention import keep_retention
from bot.privacy.unserved import UNSERVED_KEPT
from storage.people import Community, Person, Workspace
from storage.reflections import Reflection
from storage.sessions import Attendance
from tests.communities.support import rows
from tests.privacy.support import all_that_is_stored, whole_words
from tests.reflections.support import cohort_with_people
from tests.support.kinds import ALL_KINDS
from tests.support.stage import START, TENANT, Stage, staged, text_of


async def happens(
    stage: Stage, kind: type[Installed] | type[Uninstalled], tenant: str = TENANT
) -> Card | None:
    key = f"{kind.__name__} {tenant} {stage.clock.now()}"
    return (await stage.happen(kind(key=key, who=Who(platform="slack", tenant=tenant, user="fay")))).card


async def keep_house_at(stage: Stage, moment: datetime) -> None:
    stage.clock.move_to(moment)
    await keep_retention(JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS))


async def furnished(stage: Stage) -> None:
    """Somebody with a reflection and an attendance, and an administrator."""
    _, [ana] = await cohort_with_people(stage, "ana")
    form = (await stage.command("ana", "reflect plus-delta")).form
    assert form is not None
    await stage.submit("ana", "reflect", form.context, visibility="private", plus="Peculiar thought")
    async with stage.database.write() as db:
        db.add(Attendance(session_id=1, person_id=ana.id, minutes=60, source="zoom", recorded_at=START))


async def test_ninety_days_after_the_last_removal_everybody_is_emptied_and_counts_stay(
    database_url: str,
) -> None:
    async with staged(database_url, all_features()) as stage:
        await furnished(stage)
        await happens(stage, Uninstalled)
        await keep_house_at(stage, START + UNSERVED_KEPT)
        assert "Ana" in {row.name for row in await rows(stage, Person)}
        await keep_house_at(stage, START + UNSERVED_KEPT + timedelta(minutes=1))
        assert {row.name for row in await rows(stage, Person)} == {"–"}
        assert await rows(stage, Reflection) == []
        assert len(await rows(stage, Attendance)) == 1
        stored = await all_that_is_stored(stage)
        for word in ("Peculiar", "D-ana"):
            assert word not in stored
        assert whole_words(stored, "Ana", "Fay") == []


async def test_coming_back_in_time_stops_it_and_is_told_of_when_the_app_is_installed(
    database_url: str,
) -> None:
    async with staged(database_url, all_features()) as stage:
        await furnished(stage)
        await happens(stage, Uninstalled)
        stage.clock.move_to(START + timedelta(days=89))
        card = await happens(stage, Installed)
        assert card is not None
        assert "90 days" in text_of(card)
        await keep_house_at(stage, START + timedelta(days=120))
        assert "Ana" in {row.name for row in await rows(stage, Person)}


async def test_one_workspace_that_is_left_or_was_left_later_keeps_a_community(database_url: str) -> None:
    async with staged(database_url, all_features()) as stage:
        await furnished(stage)
        async with stage.database.write() as db:
            db.add(Workspace(community_id=1, platform="slack", tenant="T2", installed_at=START))
            db.add(Community(name="Pages only", created_at=START))
            await db.flush()
            db.add(Workspace(community_id=2, platform="web", tenant="community-2", installed_at=START))
            db.add(Person(community_id=2, name="Walt", created_at=START))
        await happens(stage, Uninstalled)
        await keep_house_at(stage, START + timedelta(days=100))
        await happens(stage, Uninstalled, "T2")
        await keep_house_at(stage, START + timedelta(days=150))
        assert {"Ana", "Walt"} <= {row.name for row in await rows(stage, Person)}
        await keep_house_at(stage, START + timedelta(days=191))
        names = {row.name for row in await rows(stage, Person)}
        assert "Ana" not in names
        assert "Walt" in names, "nobody removed anything from a community that uses pages"
