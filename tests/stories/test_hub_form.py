"""A hub's long form, answered on Slack, on Teams and by e-mail, and what the report says of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from adapters.demo.cast import Actor
from adapters.demo.script import sessions_of
from adapters.demo.story import Story
from bot.evaluations.instrument_files import read_instrument
from bot.evaluations.versions import take_into_use
from storage.evaluations import AnonymousAnswer
from storage.series import Cohort, Series
from tests.stories.town import lead_of
from tests.stories.towns import fill, open_form, quiet_town, were_there

_YAML = Path(__file__).parents[1] / "evaluations" / "hub_form.yaml"
HUB = read_instrument(_YAML.read_text(encoding="utf-8"), "hub_form.yaml")
ANSWERS = {
    "pace": "na", "parts.slides": "4", "parts.talk": "na", "topics.burnout": "1", "topics.ethics": "3",
    "topics.trauma": "2", "used": "yes", "times": "3", "helped": "yes", "years": "12", "zip": "83702",
}  # fmt: skip
KEPT = {name: int(value) if value.isdecimal() and name != "zip" else value for name, value in ANSWERS.items()}


async def test_a_long_form_is_answered_on_slack_on_teams_and_by_e_mail(tmp_path: Path) -> None:
    async with quiet_town("all", tmp_path) as story:
        lead, people = await _asked(story)
        assert {one.platform for one in people} == {"slack", "teams", "email"}
        for one in people:
            await open_form(one, "evaluate")
            labels = {each.name.rpartition(":")[2]: each.label for each in one.questions()}
            row = labels["parts.slides"].removesuffix(" (optional)").removesuffix(" (opcional)")
            asked = ("Did this help you? The slides", "¿Le ayudó esto? Las láminas")
            assert row in (asked if one.platform != "email" else ("The slides", "Las láminas")), one.platform
            await fill(one, ANSWERS | {name: "5" for name in labels if name.startswith("clear_")})
        await lead.type("evaluation close 1")
        await story.settle()
        async with story.environment.application.database.read() as db:
            kept = list(await db.scalars(select(AnonymousAnswer.answers)))
        assert len(kept) == len(people)
        for given in kept:
            rated = [value for name, value in given.items() if name.startswith("clear_")]
            assert set(rated) == {5}
            assert {name: value for name, value in given.items() if not name.startswith("clear_")} == KEPT
        await lead.type("feedback 1")
        said = lead.see().text
        assert [one for one in ("≤ 1.5", "≥ 3.5") if one not in said] == [], "all said the same: bounds only"
        assert "837" not in said, "who they are stands in the report"


async def _asked(story: Story) -> tuple[Actor, list[Actor]]:
    """Two people of each platform were at the first session, whose form opens with the hub's questions."""
    lead = lead_of(story)
    first = (await sessions_of(story))[0]
    found: dict[str, list[Actor]] = {"slack": [], "teams": [], "email": []}
    for one in sorted(story.people("participant"), key=lambda each: each.person.email):
        found[one.platform].append(one)
    people = [one for each in found.values() for one in each[:2]]
    async with story.environment.application.database.write() as db:
        cohort = await db.get_one(Cohort, first.cohort_id)
        take_into_use((await db.scalars(select(Series).where(col(Series.id) == cohort.series_id))).one(), HUB)
    await story.until(first.starts_at + timedelta(minutes=first.minutes - 5))
    await were_there(story, first, people)
    await lead.type("evaluation open 1")
    await story.settle()
    return lead, people
