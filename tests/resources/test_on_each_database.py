"""A page and a question, on SQLite and on PostgreSQL."""

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.planning.feature import FEATURE as PLANNING
from bot.resources.feature import FEATURE as RESOURCES
from storage.questions import QuestionVote
from storage.resources import PageEdition, PagePicture
from tests.communities.support import enroll, rows
from tests.learning.support import series_with_sessions
from tests.support.stage import staged, text_of

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


async def test_written_published_found_asked_voted_and_taken_back(database_url: str) -> None:
    async with staged(database_url, (COMMUNITIES, PLANNING, RESOURCES)) as stage:
        cohort, _ = await series_with_sessions(stage)
        await stage.person("fay", "facilitator")
        for user in ("ana", "ben"):
            await enroll(stage, cohort, await stage.person(user))
        await stage.command("fay", "page")
        await stage.command("fay", "page")
        async with stage.database.write() as db:
            db.add(
                PagePicture(
                    page_id=1,
                    name="a.png",
                    media_type="image/png",
                    content=PNG,
                    alt={"en": "A hand."},
                    added_at=stage.clock.now(),
                )
            )
        await stage.submit("fay", "page-text", "1:1", title_en="All of it", text_en="Breathe.")
        assert "Published in English." in text_of(await stage.press("fay", "page.publish", "1:en:2"))
        assert [edition.version for edition in await rows(stage, PageEdition)] == [1]
        assert "[All of it]" in text_of(await stage.command("ana", "resources BREATHE"))
        assert [picture.content for picture in await rows(stage, PagePicture)] == [PNG]
        await stage.command("ana", "ask How do I start?")
        await stage.press("ben", "question.vote", "1")
        assert "2 people" in text_of(await stage.command("fay", "questions"))
        await stage.press("ana", "question.remove", "1")
        assert await rows(stage, QuestionVote) == []
