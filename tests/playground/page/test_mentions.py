"""Who is picked after an @ on Teams is mentioned, as Teams mentions people: with an entity, not by a name."""

from __future__ import annotations

from pathlib import Path

from adapters.playground.environment import CHANNEL_NAME
from adapters.playground.page.actions import TeamsDeeds
from adapters.playground.page.read_marks import ReadMarks
from adapters.playground.page.teams_seen import TeamsSeen
from tests.stories.town import lead_of, opened_town, read_by


async def test_a_picked_person_is_mentioned_and_found(tmp_path: Path) -> None:
    async with opened_town("teams", tmp_path) as story:
        side = story.environment.teams
        lead = side.user(lead_of(story).person.name)
        seen = TeamsSeen(side, ReadMarks({}), ())
        places = seen.state(lead.teams_id)["places"]
        channel = next(one["id"] for one in places if one["name"] == CHANNEL_NAME)
        picked = next(one for one in seen.place(lead.teams_id, channel)["people"] if one["name"] != lead.name)
        assert picked["insert"] == f"@{picked['name']}"
        said = f"@{side.workplace.bot_name} presenter add 1 {picked['insert']}"
        await TeamsDeeds(seen).say(lead.teams_id, {"text": said, "place": channel})
        await story.settle()
        post = next(one for one in side.inbox(lead, channel) if picked["insert"] in one.text)
        assert post.mentioned_ids == [side.user(picked["name"]).teams_id]
        assert any(picked["name"] in text for text in read_by(lead_of(story))[-3:])
