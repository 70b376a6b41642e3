"""Planning, moving, cancelling and editing sessions, in dialogues."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.core.events import Press, Who
from bot.core.reply import Reply
from storage.nudges import Nudge
from storage.people import Person
from storage.sessions import Objective, Segment, Session
from tests.communities.support import elsewhere, rows
from tests.support.stage import Stage, text_of

FIRST = 'session new "Steady breathing" 2027-02-23 12:00 90'


def _value(reply: Reply, label: str) -> str:
    assert reply.card is not None
    return next(button.value for button in reply.card.buttons if button.label == label)


async def test_story_1_noon_stays_noon_through_the_change_of_clocks(stage: Stage) -> None:
    for day in ("2027-02-23", "2027-03-02", "2027-03-09", "2027-03-16"):
        assert "is planned" in text_of(
            await stage.command("fay", f'session new "Part" {day} 12:00 90 zone=Pacific')
        )
    starts = [row.starts_at for row in await rows(stage, Session)]
    assert [start.astimezone(UTC).strftime("%m-%d %H:%M") for start in starts] == [
        "02-23 20:00",
        "03-02 20:00",
        "03-09 20:00",
        "03-16 19:00",
    ]
    for user, hour in (("ana", "10:00 AM"), ("ben", "11:00 AM"), ("cy", "1:00 PM")):
        assert text_of(await stage.command(user, "sessions")).count(hour) == 4


async def test_a_session_is_planned_with_its_checklist_and_messages(stage: Stage) -> None:
    said = text_of(await stage.command("fay", FIRST))
    assert "Session 1 of Spring is planned" in said
    kinds = {row.kind for row in await rows(stage, Nudge)}
    assert {"session_tomorrow", "join_link", "look_ahead"} <= kinds


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ('"Gap" 2027-03-14 02:30 60', "does not exist on Sun, Mar 14"),
        ('"Fold" 2027-11-07 01:30 60', "comes twice"),
        ('"Past" 2027-01-31 12:00 60', "over already"),
        ('"Far" 2040-01-01 12:00 60', "too far"),
        ('"None" 2027-02-30 12:00 60', "2027-02-30"),
        ('"Zero" 2027-02-23 12:00 0m', "at least one minute"),
        ('"Long" 2027-02-23 12:00 800', "minutes: Please give a number from 1 to 720"),
        ('"Zone" 2027-02-23 12:00 60 zone=Atlantis', "do not know the time zone"),
        ('"Link" 2027-02-23 12:00 60 link=ftp://example.org', "https address"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_planned(
    stage: Stage, typed: str, answer: str
) -> None:
    assert answer in text_of(await stage.command("fay", f"session new {typed}"))
    assert await rows(stage, Session) == []


async def test_of_an_hour_that_comes_twice_either_can_be_meant(stage: Stage) -> None:
    await stage.command("fay", 'session new "Late" 2027-11-07 01:30 60 which=second')
    assert [row.starts_at for row in await rows(stage, Session)] == [datetime(2027, 11, 7, 9, 30, tzinfo=UTC)]


async def test_the_same_form_sent_twice_makes_one_session(stage: Stage) -> None:
    await stage.command("fay", FIRST)
    assert "Session 1 is on at that time" in text_of(await stage.command("fay", FIRST))
    assert len(await rows(stage, Session)) == 1


async def test_two_sessions_of_a_cohort_do_not_overlap(stage: Stage) -> None:
    """Neither new, nor moved, nor made longer; one right after another is fine."""
    await stage.command("fay", FIRST)
    assert "Session 1 is on" in text_of(await stage.command("fay", 'session new "In it" 2027-02-23 12:30 20'))
    assert "Session 1 is on" in text_of(
        await stage.command("fay", 'session new "Before" 2027-02-23 11:31 30')
    )
    await stage.command("fay", 'session new "After" 2027-02-23 13:30 30')
    assert "Session 1 is on" in text_of(await stage.command("fay", "session move 2 2027-02-23 13:29"))
    assert "Session 2 is on" in text_of(await stage.command("fay", "session edit 1 91"))
    assert [row.minutes for row in await rows(stage, Session)] == [90, 30]


async def test_participants_plan_nothing(stage: Stage) -> None:
    assert "facilitator" in text_of(await stage.command("ana", FIRST))
    assert await rows(stage, Session) == []


async def test_a_move_is_previewed_told_and_undone(stage: Stage) -> None:
    await stage.command("fay", FIRST)
    preview = await stage.command("fay", "session move 1 2027-02-24 13:00")
    said = text_of(preview)
    assert "Nothing has changed yet" in said
    assert "Everybody, in the cohort's channel" in said
    assert "Wed, Feb 24, 11:00 AM (Hawaii-Aleutian Standard Time)" in said
    assert preview.card is not None
    clocks = next(fact.value for fact in preview.card.facts if "Hawaii" in fact.value)
    assert "](time:" not in clocks, "a platform would show it in the reader's zone"
    value = _value(preview, "Move")
    moved = await stage.press("fay", "session.move", value)
    assert "is moved" in text_of(moved)
    (session,) = await rows(stage, Session)
    assert session.starts_at == datetime(2027, 2, 24, 21, 0, tzinfo=UTC)
    told = [row for row in await rows(stage, Nudge) if row.key.startswith("moved:")]
    assert len(told) == 1
    join = next(row for row in await rows(stage, Nudge) if row.kind == "join_link")
    assert join.due_at == datetime(2027, 2, 24, 20, 45, tzinfo=UTC)
    second = await stage.press("fay", "session.move", value)
    assert "at that time already" in text_of(second), "a double click"
    assert not second.replace, "the first answer, with its undo, stays"
    await stage.press("fay", "session.move", _value(moved, "Undo"))
    (session,) = await rows(stage, Session)
    assert session.starts_at == datetime(2027, 2, 23, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("planned", "typed", "shown"),
    [
        ("2027-02-23 12:00", "", ("2027-02-23", "12:00", None, None)),
        ("2027-02-23 12:00", "2027-03-03", ("2027-03-03", "12:00", None, None)),
        ("2027-02-23 12:00", "time=13:30", ("2027-02-23", "13:30", None, None)),
        ("2027-02-23 12:00", "zone=Pacific", ("2027-02-23", "11:00", None, "America/Los_Angeles")),
        ("2027-02-23 00:30", "zone=Pacific", ("2027-02-22", "23:30", None, "America/Los_Angeles")),
        ("2027-11-07 01:30 which=second", "", ("2027-11-07", "01:30", "second", None)),
        ("2027-11-07 01:30 which=second", "which=first", ("2027-11-07", "01:30", "first", None)),
    ],
)
async def test_the_form_to_move_starts_from_what_was_typed_and_from_when_the_session_is(
    stage: Stage, planned: str, typed: str, shown: tuple[str | None, ...]
) -> None:
    await stage.command("fay", f'session new "Steady" {planned} minutes=60 zone=Boise')
    form = (await stage.command("fay", f"session move 1 {typed}")).form
    assert form is not None
    initial = {one.name: one.initial for one in form.fields}
    assert tuple(initial.get(name) for name in ("date", "time", "which", "zone")) == shown


async def test_the_form_to_move_asks_day_and_time_and_which_of_two_hours_only_where_it_matters(
    stage: Stage,
) -> None:
    await stage.command("fay", 'session new "Steady" 2027-02-23 12:00 60 zone=Boise')
    form = (await stage.command("fay", "session move 1")).form
    assert form is not None
    assert [one.name for one in form.fields] == ["date", "time"]
    assert form.fields[1].hint == "Mountain Time (Boise)"
    given = {"date": date(2027, 11, 7), "time": time(1, 30)}
    twice = await stage.submit("fay", "session-move", form.context, **given)
    assert not twice.errors
    assert twice.card is not None
    first, second = twice.card.buttons
    assert "(Mountain Daylight Time)" in text_of(await stage.press("fay", first.action, first.value))
    assert "(Mountain Standard Time)" in text_of(await stage.press("fay", second.action, second.value))


async def test_an_edit_is_undone_whole_unless_somebody_changed_it_meanwhile(stage: Stage) -> None:
    await stage.command("fay", FIRST)
    (before,) = await rows(stage, Session)
    done = await stage.command("fay", "session edit 1 minutes=45 link=https://example.org/b")
    undo = _value(done, "Undo")
    back = await stage.press("fay", "session.edit_back", undo)
    assert "Session 1" in text_of(back)
    (now,) = await rows(stage, Session)
    assert (now.minutes, now.join_link, now.title) == (before.minutes, before.join_link, before.title)
    assert "has changed since" in text_of(await stage.press("fay", "session.edit_back", undo))
    linked = await stage.command("fay", "session link 1 https://example.org/c")
    await stage.press("fay", "session.edit_back", _value(linked, "Undo"))
    assert (await rows(stage, Session))[0].join_link == before.join_link


async def test_a_stale_move_button_changes_nothing(stage: Stage) -> None:
    await stage.command("fay", FIRST)
    preview = await stage.command("fay", "session move 1 2027-02-24 13:00")
    await stage.command("fay", "session edit 1 minutes=60")
    said = text_of(await stage.press("fay", "session.move", _value(preview, "Move")))
    assert "has changed since" in said


async def test_a_cancelled_session_takes_its_messages_back_and_can_return(stage: Stage) -> None:
    await stage.command("fay", FIRST)
    preview = await stage.command("fay", "session cancel 1 The presenter is ill")
    assert "The presenter is ill" in text_of(preview)
    done = await stage.press("fay", "session.cancel", _value(preview, "Cancel the session"))
    assert "is cancelled" in text_of(done)
    of_session = [row for row in await rows(stage, Nudge) if row.session_id and row.kind != "note"]
    assert {(one.state, one.reason) for one in of_session} == {("skipped", "session_cancelled")}
    assert "was cancelled" in text_of(await stage.command("fay", "session move 1 2027-02-24 13:00"))
    assert "takes place after all" in text_of(
        await stage.press("fay", "session.restore", _value(done, "Undo"))
    )
    assert any(row.state == "planned" and row.kind == "join_link" for row in await rows(stage, Nudge))


async def test_the_form_asks_for_what_is_needed_and_checks_as_the_command_does(stage: Stage) -> None:
    form = (await stage.command("fay", "session new")).form
    assert form is not None
    assert [one.name for one in form.fields] == ["title", "date", "time", "minutes"]
    answers: dict[str, Any] = {"cohort": "1", "date": "2027-03-14", "time": "02:30", "minutes": 60}
    assert "does not exist" in (await stage.submit("fay", "session-new", **answers)).errors["time"]
    answers["time"] = "12:00"
    made = await stage.submit("fay", "session-new", **answers)
    assert "is planned" in text_of(made)
    assert (await rows(stage, Session))[0].title == {"en": "Session 1", "es": "Sesión 1"}


async def test_the_form_asks_more_only_where_it_matters(stage: Stage) -> None:
    """What was typed with the command stays a field, also when what is sent is checked against the form."""
    form = (await stage.command("fay", "session new zone=America/Boise")).form
    assert form is not None
    assert [one.name for one in form.fields] == ["title", "date", "time", "minutes", "zone"]
    answers = {"title": "One", "date": "2027-03-16", "time": "12:00", "minutes": 60, "zone": "America/Boise"}
    await stage.submit("fay", "session-new", form.context, **answers)
    [session] = await rows(stage, Session)
    assert (session.zone, session.title) == ("America/Boise", {"en": "One"})


async def test_an_hour_that_comes_twice_is_asked_by_two_buttons(stage: Stage) -> None:
    answers: dict[str, Any] = {"title": 'A "late" one', "date": "2027-11-07", "time": "01:30", "minutes": 60}
    asked = await stage.submit("fay", "session-new", **answers)
    assert asked.card is not None
    assert [one.label for one in asked.card.buttons] == ["The first", "The second"]
    assert await rows(stage, Session) == []
    second = asked.card.buttons[1]
    assert "is planned" in text_of(await stage.press("fay", second.action, second.value))
    [session] = await rows(stage, Session)
    assert session.starts_at == datetime(2027, 11, 7, 9, 30, tzinfo=UTC)
    assert session.title == {"en": "A 'late' one"}


async def test_another_session_keeps_the_link_and_zone_that_its_form_does_not_ask(stage: Stage) -> None:
    first = await stage.command("fay", FIRST + " zone=America/Boise link=https://example.org/room")
    assert first.card is not None
    button = next(one for one in first.card.buttons if one.form == "session-new")
    answers = {"title": "", "date": "2027-03-16", "time": "12:00", "minutes": 60}
    await stage.submit("fay", "session-new", button.value, **answers)
    made = (await rows(stage, Session))[-1]
    assert (made.zone, made.join_link) == ("America/Boise", "https://example.org/room")


async def test_objectives_are_asked_in_each_language_of_the_series(stage: Stage) -> None:
    await stage.command("fay", FIRST)
    form = (await stage.command("fay", "session edit 1")).form
    assert form is not None
    given: dict[str, Any] = {one.name: one.initial for one in form.fields}
    given |= {"objectives_en": "Name one sign\nTry one breath", "objectives_es": "Nombrar una señal"}
    told = await stage.submit("fay", "session-edit", form.context, **given)
    assert "as many" in told.errors["objectives_es"]
    given["objectives_es"] = "Nombrar una señal\nProbar una respiración"
    await stage.submit("fay", "session-edit", form.context, **given)
    first, _ = await rows(stage, Objective)
    assert first.text == {"en": "Name one sign", "es": "Nombrar una señal"}


async def test_one_session_leads_to_the_next(stage: Stage) -> None:
    """A week later at the same hour; a cohort's name behind the command is no title."""
    made = await stage.command("fay", FIRST)
    assert made.card is not None
    another = made.card.buttons[0]
    assert another.label == "Add another session"
    who = Who(platform="slack", tenant="T1", user="fay")
    form = (
        await stage.happen(Press(key="next", who=who, action="", form=another.form, value=another.value))
    ).form
    assert form is not None
    given = {one.name: one.initial for one in form.fields}
    first = (await rows(stage, Session))[0]
    assert given["date"] == str((first.starts_at + timedelta(weeks=1)).date())
    assert given["minutes"] == first.minutes
    form = (await stage.command("fay", "session new steady")).form
    assert form is not None
    assert not any(one.initial == "steady" for one in form.fields)


async def test_a_typed_time_is_read_back_as_it_was_typed_beside_the_readers_own(stage: Stage) -> None:
    async with stage.database.write() as db:
        (await db.scalars(select(Person).where(Person.name == "Fay"))).one().zone = "America/Anchorage"
    said = text_of(await stage.command("fay", 'session new "Start" 2027-02-23 12:00 90 zone=Boise'))
    assert "12:00 PM (Mountain Standard Time) = 10:00 AM (Alaska Standard Time)" in said
    said = text_of(await stage.command("fay", "session move 1 2027-02-24 12:00"))
    assert "12:00 PM (Mountain Standard Time) = 10:00 AM (Alaska Standard Time)" in said


async def test_the_last_editor_never_silently_wins(stage: Stage) -> None:
    await stage.command("fay", FIRST)
    form = (await stage.command("fay", "session edit 1")).form
    assert form is not None
    await stage.command("fay", "session edit 1 minutes=75")
    reply = await stage.submit("fay", "session-edit", form.context, title_en="Mine", minutes=60)
    assert "has changed since" in text_of(reply)
    assert [row.minutes for row in await rows(stage, Session)] == [75]


async def test_an_agenda_must_add_up(stage: Stage) -> None:
    await stage.command("fay", FIRST)
    reply = await stage.submit("fay", "session-segments", "1", parts="50 didactic Why\n20 breakout")
    assert "70 minutes together, the session has 90" in reply.errors["parts"]
    reply = await stage.submit("fay", "session-segments", "1", parts="50 didactic\nlunch")
    assert "cannot read part 2" in reply.errors["parts"]
    reply = await stage.submit(
        "fay", "session-segments", "1", parts="60 didactic Why <!channel>\n30 grupos Try"
    )
    assert "60 min · didactic Why" in text_of(reply)
    assert [(row.kind, row.minutes) for row in await rows(stage, Segment)] == [
        ("didactic", 60),
        ("breakout", 30),
    ]
    assert "30 min · breakout Try" in text_of(await stage.command("ana", "agenda 1"))


async def test_another_communitys_session_is_not_found(stage: Stage) -> None:
    theirs = await elsewhere(stage)
    async with stage.database.write() as db:
        session = Session(
            community_id=2,
            cohort_id=theirs.id,
            number=1,
            title={"en": "Theirs"},
            starts_at=datetime(2027, 3, 1, tzinfo=UTC),
            zone="America/Boise",
            minutes=60,
            uid="theirs",
        )
        db.add(session)
    for action in ("session.agenda", "session.here", "session.cancel", "session.move", "session.restore"):
        assert "cannot find that session" in text_of(await stage.press("fay", action, f"{session.id}:1"))


async def test_an_unknown_number_names_those_there_are(stage: Stage) -> None:
    await stage.command("fay", FIRST)
    assert "There are: 1." in text_of(await stage.command("ana", "agenda 9"))


async def test_numbers_follow_the_dates_of_sessions_to_come(stage: Stage) -> None:
    """One planned between two others takes its place; a number that people know stays."""
    for given in ('"Opening" 2027-03-02', '"Closing" 2027-03-16', '"Middle" 2027-03-09'):
        said = text_of(await stage.command("fay", f"session new {given} 12:00 60"))
    planned = sorted(await rows(stage, Session), key=lambda one: one.starts_at)
    assert [one.number for one in planned] == [1, 2, 3]
    assert [one.title["en"] for one in planned] == ["Opening", "Middle", "Closing"]
    assert "Numbers follow the dates: 2 → 3." in said
    stage.clock.move_to(datetime(2027, 3, 10, tzinfo=UTC))
    await stage.command("fay", 'session new "Told late" 2027-03-08 12:00 60')
    numbers = {one.title["en"]: one.number for one in await rows(stage, Session)}
    assert numbers["Middle"] == 2, "people know it by its number"


async def test_a_session_that_is_moved_behind_another_changes_numbers_with_it(stage: Stage) -> None:
    """Before it is pressed, in the answer, and for the cohort. A title that is only the number follows; what
    is typed afterwards means the new order; undo brings the old one back."""
    for day in ("2027-03-02", "2027-03-09", "2027-03-16"):
        answers = {"cohort": "1", "date": day, "time": "12:00", "minutes": 60}
        assert (await stage.submit("fay", "session-new", **answers)).errors == {}
    preview = await stage.command("fay", "session move 1 2027-03-10 12:00")
    assert "“Session 1”. Nothing has changed yet." in text_of(preview)
    change = "Numbers follow the dates: 1 → 2, 2 → 1."
    assert change in text_of(preview)
    moved = await stage.press("fay", "session.move", _value(preview, "Move"))
    assert change in text_of(moved)
    assert await _numbered(stage) == {9: (1, "Session 1"), 10: (2, "Session 2"), 16: (3, "Session 3")}
    told = next(row for row in await rows(stage, Nudge) if row.key.startswith("moved:"))
    assert all(part in str(told.card) for part in ("“Session 1” has a new time", "1 → 2, 2 → 1"))
    assert "Mar 10" in text_of(await stage.command("fay", "session move 2 2027-03-10 13:00"))
    await stage.press("fay", "session.move", _value(moved, "Undo"))
    assert await _numbered(stage) == {2: (1, "Session 1"), 9: (2, "Session 2"), 16: (3, "Session 3")}


async def test_a_move_that_passes_no_other_session_changes_no_number(stage: Stage) -> None:
    for day in ("2027-03-02", "2027-03-09"):
        await stage.command("fay", f'session new "Part" {day} 12:00 60')
    preview = await stage.command("fay", "session move 1 2027-03-03 12:00")
    assert "Numbers" not in text_of(preview)
    assert "Numbers" not in text_of(await stage.press("fay", "session.move", _value(preview, "Move")))


async def _numbered(stage: Stage) -> dict[int, tuple[int, str]]:
    """By day of the month: number and English title."""
    return {one.starts_at.day: (one.number, one.title["en"]) for one in await rows(stage, Session)}
