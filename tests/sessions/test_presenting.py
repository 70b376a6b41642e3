"""Who presents a session, and who leads its parts: by command and by form, with an undo."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.cards import Button
from bot.core.reply import Reply
from storage.nudges import Nudge
from storage.people import Duty
from storage.sessions import Segment, Session, SessionPresenter
from tests.communities.support import person_of, rows
from tests.support.stage import Stage, text_of

FIRST = 'session new "Steady" 2027-02-23 12:00 90 link=https://example.org/room'
PARTS = "40 didactic Naming\n50 breakout Trying"


@pytest.fixture
async def planned(stage: Stage) -> Stage:
    """A session of two parts; Pat and Quin are known, and take no part."""
    await stage.command("fay", FIRST)
    await stage.submit("fay", "session-segments", "1", parts=PARTS)
    await stage.person("pat", "presenter", zone="America/Boise", email="pat@example.org")
    await stage.person("quin", zone="America/Adak", language="es", email="quin@example.org")
    return stage


async def presenting(stage: Stage) -> list[str]:
    people = [await person_of(stage, name) for name in ("ana", "fay", "pat", "quin")]
    held = {row.person_id for row in await rows(stage, SessionPresenter)}
    return [person.name for person in people if person.id in held]


def undo_of(reply: Reply) -> Button:
    assert reply.card is not None
    return reply.card.buttons[-1]


async def test_a_facilitator_adds_somebody_who_is_told_and_may_prepare(planned: Stage) -> None:
    """In their own language and time; the role for the series comes with it, and their reminders."""
    assert "Session 1 is presented by Quin." in text_of(
        await planned.command("fay", "presenter add 1 quin@example.org")
    )
    quin = await person_of(planned, "quin")
    told = [row for row in await rows(planned, Nudge) if row.person_id == quin.id]
    assert any("Usted presenta" in str(one.card) for one in told)
    assert {one.kind for one in told} >= {"presenter_checklist", "presenter_tech_check", "join_link"}
    assert [row.role for row in await rows(planned, Duty) if row.person_id == quin.id] == ["presenter"]
    assert "Quin" in text_of(await planned.command("ana", "agenda 1"))


async def test_somebody_taken_off_loses_their_reminders_and_the_role_with_the_last_session(
    planned: Stage,
) -> None:
    """What waits for them is skipped, and they hear of it; whoever had the role anyway keeps it."""
    await planned.command("fay", 'session new "Two" 2027-03-02 12:00 60')
    for number in (1, 2):
        for name in ("quin", "pat"):
            await planned.command("fay", f"presenter add {number} {name}@example.org")
    quin, pat = await person_of(planned, "quin"), await person_of(planned, "pat")
    for number in (1, 2):
        assert [row for row in await rows(planned, Duty) if row.person_id == quin.id]
        for name in ("quin", "pat"):
            await planned.command("fay", f"presenter remove {number} {name}@example.org")
    duties = [row.person_id for row in await rows(planned, Duty)]
    assert quin.id not in duties
    assert pat.id in duties
    waiting = [
        row for row in await rows(planned, Nudge) if row.person_id == quin.id and row.state == "planned"
    ]
    assert {one.kind for one in waiting} == {"note"}
    assert any("ya no presenta" in str(one.card) for one in waiting)


async def test_undo_puts_back_who_presented_and_who_led(planned: Stage) -> None:
    """Once; after another change it is refused and says so."""
    await planned.command("fay", "presenter add 1 pat@example.org part=2")
    done = await planned.command("fay", "presenter remove 1 pat@example.org")
    assert await presenting(planned) == []
    button = undo_of(done)
    await planned.press("fay", button.action, button.value)
    assert await presenting(planned) == ["Pat"]
    pat = await person_of(planned, "pat")
    assert [row.presenter_id for row in await rows(planned, Segment)] == [None, pat.id]
    assert "changed" in text_of(await planned.press("fay", button.action, button.value))
    assert await presenting(planned) == ["Pat"]


async def test_whoever_leads_a_part_presents_the_session(planned: Stage) -> None:
    """Taken off the part alone, they still present; taken off the session, they lead nothing."""
    shown = await planned.command("fay", "presenter add 1 pat@example.org part=1")
    assert "40 min" in text_of(shown)
    assert await presenting(planned) == ["Pat"]
    await planned.command("fay", "presenter remove 1 pat@example.org part=1")
    assert await presenting(planned) == ["Pat"]
    assert [row.presenter_id for row in await rows(planned, Segment)] == [None, None]


async def test_the_form_shows_what_stands_and_sets_all_of_it(planned: Stage) -> None:
    """Reached by the command and by the agenda's button; a part's lead presents too."""
    await planned.command("fay", "presenter add 1 pat@example.org")
    ana, pat = await person_of(planned, "ana"), await person_of(planned, "pat")
    reply = await planned.command("fay", "presenters 1")
    assert reply.form is not None
    people, first, second = reply.form.fields
    assert people.initial == (str(pat.id),)
    assert {option.label for option in people.options} >= {"Pat", "Ana", "Fay"}
    done = await planned.submit(
        "fay",
        reply.form.name,
        reply.form.context,
        **{"people": [], first.name: str(ana.id), second.name: ""},
    )
    assert "presented by Ana" in text_of(done)
    assert await presenting(planned) == ["Ana"]
    buttons = (await planned.command("fay", "agenda 1")).card
    assert buttons is not None
    assert any(one.form == "session-presenters" for one in buttons.buttons)


async def test_a_form_that_is_older_than_the_last_change_is_refused(planned: Stage) -> None:
    """The last write never silently wins."""
    form = (await planned.command("fay", "presenters 1")).form
    assert form is not None
    await planned.command("fay", "presenter add 1 pat@example.org")
    assert "changed" in text_of(await planned.submit("fay", form.name, form.context, people=[]))
    assert await presenting(planned) == ["Pat"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("presenter add 9 pat@example.org", "1"),
        ("presenter add 1 nobody@example.org", "nobody@example.org"),
        ("presenter add 1 pat@example.org part=3", "parts 1 to 2"),
        ("presenter remove 1 pat@example.org", "does not present session 1"),
        ("presenter add 1", "presenter add"),
        ("presenter add one pat@example.org", "number"),
        ("presenters 7", "1"),
    ],
)
async def test_what_does_not_fit_is_answered_and_changes_nothing(
    planned: Stage, typed: str, answer: str
) -> None:
    """Each says what would fit."""
    assert answer in text_of(await planned.command("fay", typed))
    assert await presenting(planned) == []


async def test_setting_what_stands_already_says_so_and_tells_nobody(planned: Stage) -> None:
    """A double click, or the same command twice."""
    await planned.command("fay", "presenter add 1 pat@example.org")
    before = len(await rows(planned, Nudge))
    assert "Nothing to change" in text_of(await planned.command("fay", "presenter add 1 pat@example.org"))
    assert len(await rows(planned, Nudge)) == before


async def test_participants_and_presenters_may_not(planned: Stage) -> None:
    """Only who runs the cohort; the refusal names who can."""
    for user in ("ana", "pat"):
        for typed in (
            "presenters 1",
            "presenter add 1 pat@example.org",
            "presenter remove 1 pat@example.org",
        ):
            assert "acilitator" in text_of(await planned.command(user, typed)), (user, typed)
    assert await presenting(planned) == []


async def test_a_session_that_is_over_keeps_its_presenters(planned: Stage) -> None:
    """As everything of it."""
    session = (await rows(planned, Session))[0]
    planned.clock.move_to(session.starts_at + timedelta(days=1))
    assert "over" in text_of(await planned.command("fay", "presenter add 1 pat@example.org"))
    assert await presenting(planned) == []


@pytest.mark.parametrize(
    "value", ["", "1", "1:2:", "1:2:999999:", "1:2:1:99=1", "x:y:z", "1:2:" + "9" * 3000]
)
async def test_a_forged_undo_is_refused_or_harmless(planned: Stage, value: str) -> None:
    """Nobody of another community, and no part of another session, comes in by it."""
    said = text_of(await planned.press("fay", "session.presenters", value))
    assert "went wrong" not in said
    held = {row.person_id for row in await rows(planned, SessionPresenter)}
    assert held <= {
        (await person_of(planned, name)).id for name in ("fay", "ana", "ben", "cy", "pat", "quin")
    }
