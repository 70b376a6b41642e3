"""A facilitator's home: four buttons, each of which leads to what it says, and the page that has it all."""

from __future__ import annotations

from pathlib import Path

from tests.communities.support import enroll, furnish
from tests.support.stage import staged, text_of


async def test_home_has_the_session_the_messages_the_people_and_the_report(tmp_path: Path) -> None:
    async with staged(f"sqlite:///{tmp_path}/test.db") as stage:
        await stage.person("fay", "facilitator")
        await enroll(stage, await furnish(stage, name="Spring 2027"), await stage.person("ana"))
        await stage.command("fay", 'session new "Start" 2027-03-02 12:00 60')
        home = await stage.home("fay")
        assert home.card is not None
        work = next(one.buttons for one in home.card.sections if one.title == "Spring 2027")
        offered = {
            one.label: text_of(await stage.press("fay", one.action, one.value))
            for one in work
            if one.action == "command.run"
        }
        assert list(offered) == ["Next session", "This week's messages", "People", "Report"]
        for label, part in zip(offered, ("Start", "Planned messages", "People in", "report"), strict=True):
            assert part in offered[label], (label, offered[label])
        [page] = [one for one in work if one.label == "All on one page"]
        assert "/series-page/" in page.url
        participant = await stage.home("ana")
        assert "This week's messages" not in text_of(participant)
        assert "All on one page" not in text_of(participant)
