"""What a facilitator and a participant meet, walked once through the real Slack and Teams doors.

A town with people on both platforms is opened once; a facilitator and a participant of each platform type and
press the same things. Each test then reads what one of them was answered. Breakouts of a mixed cohort are in
`tests.breakouts.test_first_session`, the playground's pages in `tests.playground.page`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.demo.cast import Actor
from adapters.demo.script import sessions_of
from adapters.demo.story import Story
from tests.adapters.test_same_on_both import words
from tests.stories.town import leave_only, opened_town, read_by

DOORS = ("slack", "teams")
WARNED = "session_warning"


@dataclass
class Walk:
    """What each of two people on one platform was answered, by what they typed; `forms` are the labels of
    the fields that opened, `pushes` those of the buttons; `warned` is what came by itself."""

    answers: dict[str, str] = field(default_factory=dict)
    pushes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    warned: list[str] = field(default_factory=list)

    async def say(self, story: Story, actor: Actor, typed: str, *, push: bool = False) -> None:
        """Type it and read the answer; with `push` press what stands out on it and read that, too."""
        story.environment.clock.advance(timedelta(seconds=20))
        if actor.questions():
            await actor.close()
        await actor.type(typed)
        await story.settle()
        self.read(actor, typed)
        if push:
            await actor.push_main()
            await story.settle()
            self.read(actor, f"{typed} !")

    def read(self, actor: Actor, typed: str) -> None:
        if asked := actor.questions():
            self.forms[typed] = tuple(one.label for one in asked)
            return
        seen = actor.see()
        self.answers[typed] = seen.text
        self.pushes[typed] = tuple(push.label for push in seen.pushes)


NEW = 'session new "Warm up" 2027-05-04 10:00 60 zone=Boise cohort="Fall {door}"'
PAST = "session new Past 2027-01-20 10:00 60 cohort=spring"
MOVE = "session move {move} 12:00 cohort=spring"
MOVED = {"slack": "1 2027-03-13", "teams": "3 2027-02-23"}
"""Behind the next two, and back."""
PLACE = 'presenter add 1 "{first}" cohort=spring'
LEADS: Sequence[tuple[str, bool]] = (
    ("settings language=en", False),
    ('cohort new steady-teams "Fall {door}"', False),
    ("nudges", False),
    ("nudges spring", False),
    ('cohort edit seats=40 cohort="Fall {door}"', True),
    ("invite cohort=spring", False),
    ("report all", False),
    (NEW, False),
    (PAST, False),
    ("session new", False),
    (MOVE, True),
    ("sessions spring", False),
    ("series close steady-teams", False),
    ("report steady-teams", False),
    ("report share Office steady-teams days=30", False),
    (PLACE, False),
    ("evaluation open 1 cohort=spring", False),
)
LEARNERS = (
    "stop please", "no more messages", "I want to die", "pausar hasta 2027-03-01", "exportar", "parar",
    "pause until 1 March", "ayuda", "reflect", "commit", "sessions",
)  # fmt: skip


async def walked(folder: Path) -> dict[str, tuple[Walk, Walk]]:
    """By door: what the facilitator and what the participant met."""
    met: dict[str, tuple[Walk, Walk]] = {door: (Walk(), Walk()) for door in DOORS}
    async with opened_town("both", folder) as story:
        await leave_only(story, WARNED)
        for door in DOORS:
            lead = story.facilitator(door)
            assert lead is not None
            learner = next(one for one in story.people("participant") if one.platform == door)
            known = _known(door)
            assert known["learner"] == learner.person.name
            for typed, push in LEADS:
                await met[door][0].say(story, lead, typed.format(**known), push=push)
            for typed in LEARNERS:
                await met[door][1].say(story, learner, typed)
        first = min(await sessions_of(story), key=lambda one: one.starts_at)
        await story.until(first.starts_at - timedelta(hours=2))
        for door in DOORS:
            lead = story.facilitator(door)
            assert lead is not None
            met[door][0].warned.extend(read_by(lead)[-6:])
    return met


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Walk, Walk]]:
    return asyncio.run(walked(tmp_path_factory.mktemp("walk")))


LEAD = {
    3: (
        ("nudges", "Which cohort do you mean?"),
        ("nudges spring", "Planned messages of Steady Teams, spring 2027"),
    ),
    4: (
        ('cohort edit seats=40 cohort="Fall {door}"', "no limit → 40"),
        ('cohort edit seats=40 cohort="Fall {door}" !', "is changed"),
    ),
    5: (
        ("report all", "Here you can turn to Malik Rasmussen"),
        ("invite cohort=spring", "waits for an invitation"),
    ),
    7: ((NEW, "10:00 AM (Mountain Daylight Time) ="), ("sessions spring", "in your own zone")),
    10: ((PLACE, "is presented by"), (PLACE, "{learner}")),
    12: (("series close steady-teams", "still to come"),),
    15: (("evaluation open 1 cohort=spring", "can open once the session has begun"),),
    16: ((PAST, "is past"),),
    17: (
        ('cohort new steady-teams "Fall {door}"', "Next: plan the sessions"),
        (MOVE, "“A Steady Start”. Nothing has changed yet."),
        (MOVE, "Numbers follow the dates: {numbers}."),
        ("sessions spring", "{place}. A Steady Start"),
    ),
    18: (
        ("report steady-teams", "The next one is made on Mon, Feb 15"),
        (
            "report share Office steady-teams days=30",
            "Counted up to the morning of Monday, February 8, 2027.",
        ),
    ),
}
"""By point: what a facilitator types, and what the answer says."""

LEARNER = {
    8: (
        ("pausar hasta 2027-03-01", "paused until Monday, March 1"),
        ("exportar", "A copy of your data"),
        ("parar", "no more optional messages"),
        ("ayuda", "What you can do here"),
    ),
    9: (
        ("stop please", "no more optional messages"),
        ("no more messages", "ends all optional messages"),
        ("I want to die", "988"),
    ),
    16: (("pause until 1 March", "paused until Monday, March 1"),),
    20: (("reflect", "What would you like to reflect on?"),),
}

Met = dict[str, tuple[Walk, Walk]]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("point", LEAD)
def test_what_a_facilitator_reads(met: Met, point: int, door: str) -> None:
    _reads(met[door][0].answers, LEAD[point], _known(door))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("point", LEARNER)
def test_what_a_participant_reads(met: Met, point: int, door: str) -> None:
    _reads(met[door][1].answers, LEARNER[point], _known(door))


def _reads(answers: dict[str, str], expected: Sequence[tuple[str, str]], known: dict[str, str]) -> None:
    for typed, part in expected:
        said = answers[typed.format(**known)]
        assert words(part.format(**known)) in words(said), (typed, said)


def _known(door: str) -> dict[str, str]:
    on_slack = door == "slack"
    learner = "Ac'urunaq Charles" if on_slack else "Paniguaq Nick"
    numbers = "1 → 3, 2 → 1, 3 → 2" if on_slack else "1 → 2, 2 → 3, 3 → 1"
    return {
        "door": door,
        "move": MOVED[door],
        "first": learner.split()[0],
        "learner": learner,
        "numbers": numbers,
        "place": "3" if on_slack else "1",
    }


@pytest.mark.parametrize("door", DOORS)
def test_a_button_for_each_choice_and_few_of_them(met: Met, door: str) -> None:
    """Points 3, 4, 17 and 20: cohorts to choose from, undo after a change, another session, three prompts."""
    lead, learner = met[door]
    assert {f"Fall {door}", "Steady Teams, spring 2027"} <= set(lead.pushes["nudges"])
    assert lead.pushes[f'cohort edit seats=40 cohort="Fall {door}" !'] == ("Undo",)
    assert learner.pushes["reflect"] == ("Answer", "Answer", "Answer", "All twelve prompts")
    assert "Add another session" in lead.pushes[NEW.format(**_known(door))]


@pytest.mark.parametrize("door", DOORS)
def test_the_form_of_a_session_asks_for_little(met: Met, door: str) -> None:
    """Point 17."""
    assert len(met[door][0].forms["session new"]) <= 9


@pytest.mark.parametrize("door", DOORS)
def test_one_warning_comes_the_day_before(met: Met, door: str) -> None:
    """Point 6: what is missing, in one message to each who runs the session."""
    warned = [text for text in met[door][0].warned if "things are missing" in text]
    assert len(warned) == 1
    assert all(part in warned[0] for part in ("(A Steady Start)", "no join link", "No key idea"))
