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
from sqlalchemy import update

from adapters.demo.cast import Actor, OnTeams
from adapters.demo.script import sessions_of
from adapters.demo.story import Story
from adapters.demo.words import said_in_card
from bot.reflections.committing import FEW
from storage.sessions import Session
from tests.adapters.test_same_on_both import words
from tests.stories.town import leave_only, opened_town, read_by

pytestmark = pytest.mark.slow

DOORS = ("slack", "teams")
WARNED = "session_warning"
OPEN_AGAIN = 'evaluation open 1 cohort="Steady Teams, spring 2027"'
LATER = ("form_live", "post_session_form", "look_back", "follow_up_form", "make_it_stick")
HELD = (OPEN_AGAIN, "evaluation status spring", "me")
CLOSE = "series close steady-teams cohort=spring"


@dataclass
class Walk:
    """What each of two people on one platform was answered, by what they typed; `forms` are the labels of
    the fields that opened, `pushes` those of the buttons; `warned` is what came by itself."""

    answers: dict[str, str] = field(default_factory=dict)
    pushes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    warned: list[str] = field(default_factory=list)
    cues: int = 0

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
        await leave_only(story, WARNED, *LATER)
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
            met[door][1].cues = await _cues(learner)
        first = min(await sessions_of(story), key=lambda one: one.starts_at)
        await story.until(first.starts_at - timedelta(hours=2))
        for door in DOORS:
            lead = story.facilitator(door)
            assert lead is not None
            met[door][0].warned.extend(read_by(lead)[-6:])
        await _held(story, met, first)
    return met


async def _held(story: Story, met: dict[str, tuple[Walk, Walk]], first: Session) -> None:
    """The session: one on each platform checks in, one answers the form; then the series is over."""
    await story.until(first.starts_at + timedelta(minutes=5))
    people = {door: [one for one in story.people("participant") if one.platform == door] for door in DOORS}
    for door in DOORS:
        await met[door][1].say(story, people[door][0], "here")
    await story.until(first.starts_at + timedelta(minutes=first.minutes + 30))
    for door in DOORS:
        walk, (came, missed) = met[door][1], people[door][:2]
        walk.answers["the form, to who came"] = _about_the_form(came)
        walk.answers["the form, to who did not"] = _about_the_form(missed)
    await people["slack"][0].type("evaluate")
    await story.fill(people["slack"][0])
    await story.settle()
    for door in DOORS:
        lead = story.facilitator(door)
        assert lead is not None
        for typed in HELD:
            await met[door][0].say(story, lead, typed)
        met[door][0].answers["edited"] = await _edited(lead)
    async with story.environment.application.database.write() as db:
        await db.execute(update(Session).values(starts_at=story.now - timedelta(hours=3)))
    for door in DOORS:
        lead = story.facilitator(door)
        assert lead is not None
        await met[door][0].say(story, lead, CLOSE)


def _about_the_form(actor: Actor) -> str:
    return next(text for text in reversed(read_by(actor)) if "?" in text or "form" in text.lower())


async def _edited(lead: Actor) -> str:
    """What is said to a placeholder that nothing can fill, in the text of the next look back."""
    await lead.type("nudges spring")
    seen = lead.see()
    edit = next(push for push in seen.pushes if push.label == "Edit")
    await lead.push(seen.id, edit)
    asked = [one.name for one in lead.questions() if "text." in one.name]
    wrong = await lead.submit(dict.fromkeys(asked, "Next time: {tomorrow}."))
    said = "; ".join(wrong.values())
    if isinstance(lead, OnTeams):
        dialog = lead.side.dialog_of(lead.person.name)
        said = said_in_card(dialog.card) if dialog and dialog.card else ""
    await lead.close()
    return said


async def _cues(learner: Actor) -> int:
    """How many cues the form of a commitment offers."""
    await learner.type("commit")
    if not learner.questions():
        await learner.push_main()
    cues = next(one for one in learner.questions() if one.label == "My cue")
    await learner.close()
    return len(cues.options)


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
        ("evaluation status spring", "1 of 2 answered"),
    ),
    7: ((NEW, "10:00 AM (Mountain Daylight Time) ="), ("sessions spring", "in your own zone")),
    10: ((PLACE, "is presented by"), (PLACE, "{learner}")),
    11: (("me", "Steady Teams, spring 2027"),),
    12: (("series close steady-teams", "still to come"), (CLOSE, "Follow-up form:")),
    14: (("edited", "I cannot fill in {{tomorrow}}"),),
    15: (
        ("evaluation open 1 cohort=spring", "can open once the session has begun"),
        (OPEN_AGAIN, "was not posted again"),
    ),
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
    15: (("the form, to who came", "How was today?"), ("the form, to who did not", "You did not check in.")),
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
    """Points 3, 4, 11, 12, 17 and 20: cohorts to choose from, undo after a change, four buttons,
    the follow-up kept, another session, three prompts, five cues."""
    lead, learner = met[door]
    assert {f"Fall {door}", "Steady Teams, spring 2027"} <= set(lead.pushes["nudges"])
    assert lead.pushes[f'cohort edit seats=40 cohort="Fall {door}" !'] == ("Undo",)
    assert learner.pushes["reflect"] == ("Answer", "Answer", "Answer", "All twelve prompts")
    assert learner.cues == FEW
    assert any(label.startswith("Close on ") for label in lead.pushes[CLOSE]), "after the follow-up"
    assert {"Next session", "This week's messages", "People", "Report"} <= set(lead.pushes["me"])
    assert "Add another session" in lead.pushes[NEW.format(**_known(door))]


@pytest.mark.parametrize("door", DOORS)
def test_the_form_of_a_session_asks_for_little(met: Met, door: str) -> None:
    """Point 17."""
    assert len(met[door][0].forms["session new"]) <= 9


@pytest.mark.parametrize("door", DOORS)
def test_one_warning_comes_the_day_before(met: Met, door: str) -> None:
    """Point 6: what is missing, in one message to each who runs the session."""
    warned = [text for text in met[door][0].warned if "one thing is missing" in text]
    assert len(warned) == 1
    assert all(part in warned[0] for part in ("(A Steady Start)", "No key idea"))
    assert "join link" not in warned[0], "the sample's sessions have one"
