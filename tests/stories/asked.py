"""Story 8: the series form asked of the 26 who attended, and what 21 of them answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from adapters.demo.cast import Actor
from adapters.demo.script import sessions_of
from adapters.demo.story import Story
from tests.stories.town import lead_of
from tests.stories.towns import fill, open_form, were_there

ATTENDEES, RESPONSES = 26, 21
RECOMMEND = ["4"] * 14 + ["5"] * 5 + ["2", "3"]
PROMOTE = ["9"] * 7 + ["10"] * 5 + ["7"] * 6 + ["3", "5", "6"]
BEFORE_AND_NOW = [
    *[("2", "4")] * 12, ("3", "5"), *[("3", "4")] * 2, *[("4", "4")] * 2, ("5", "4"),
    ("2", ""), ("", "4"), ("", ""),
]  # fmt: skip
"""18 complete pairs, 46 before and 73 now: 15 improved, 2 stayed, 1 declined; two halves, one without."""


async def series_evaluated(story: Story) -> tuple[Actor, list[Actor]]:
    """The series form asks for 0 to 10, too; 26 people attended; and it is open in the last minutes."""
    lead = lead_of(story)
    await open_form(lead, "evaluation tailor series")
    asked = {"en": "How likely are you to recommend it?", "es": "¿Qué tan probable es que la recomiende?"}
    await fill(lead, {"new": "promoter", **{f"new.{code}": text for code, text in asked.items()}})
    await lead.push_main()
    sessions = await sessions_of(story)
    people = sorted(story.people("participant"), key=lambda one: one.person.email)[:ATTENDEES]
    last = sessions[-1]
    await story.until(last.starts_at + timedelta(minutes=last.minutes - 5))
    await were_there(story, sessions[0], people)
    await lead.type("evaluation open")
    return lead, people


def answers_to(asked: Iterable[str], recommend: str, promote: str, change: tuple[str, str]) -> dict[str, str]:
    """One person's answers by the fields' names, without what they leave out."""
    before = next(name for name in asked if name.endswith(".before"))
    now = before.replace(".before", ".now")
    given = {"recommend": recommend, "own1": promote, before: change[0], now: change[1]}
    return {name: value for name, value in given.items() if value}
