"""Checking in, reading meeting reports, reminders, the calendar, and what is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.core.cards import Button, Card
from bot.core.composers import ComposeContext
from bot.core.events import Press, Where, Who
from bot.core.forms import Form
from bot.core.jobs import JobContext
from bot.core.reply import Skip
from bot.sessions import reminders
from bot.sessions.attendance_drafts import drop_old_reports
from bot.sessions.calendar import feed_for
from bot.sessions.closing import close_what_is_over
from storage.attendance import AttendanceDraft, ConfirmedName
from storage.nudges import Nudge
from storage.people import Community
from storage.series import Cohort, Series
from storage.sessions import Attendance, Session
from tests.communities.support import enroll, person_of, rows
from tests.support.kinds import ALL_KINDS
from tests.support.stage import TENANT, Stage, text_of

STARTS = datetime(2027, 2, 23, 20, 0, tzinfo=UTC)
ZOOM = """Meeting ID,Topic
123,Steady

Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,In waiting room
Ana,ANA@example.org,02/23/2027 11:59:00 AM,02/23/2027 01:20:00 PM,81,No,No
Benn,,02/23/2027 12:00:00 PM,02/23/2027 12:20:00 PM,20,Yes,No
Zed Nobody,,02/23/2027 12:00:00 PM,02/23/2027 12:20:00 PM,20,Yes,No
"""


@pytest.fixture
async def planned(stage: Stage) -> Stage:
    await stage.command("fay", 'session new "Steady" 2027-02-23 12:00 90 link=https://example.org/room')
    return stage


async def test_people_check_in_from_a_quarter_of_an_hour_before(planned: Stage) -> None:
    planned.clock.move_to(STARTS - timedelta(minutes=16))
    assert "The next one starts Tue, Feb 23, 10:00" in text_of(await planned.command("ana", "here"))
    planned.clock.move_to(STARTS - timedelta(minutes=15))
    assert "Good that you are here" in text_of(await planned.command("ana", "here"))
    assert "already" in text_of(await planned.command("ana", "I'm here"))
    planned.clock.move_to(STARTS + timedelta(minutes=151))
    assert "closed" in text_of(await planned.press("ben", "session.here", "1"))
    assert [(row.person_id, row.marked, row.source) for row in await rows(planned, Attendance)] == [
        (2, True, "self")
    ]


async def test_a_number_says_which_session_and_asks_for_no_cohort_where_there_is_one(planned: Stage) -> None:
    await planned.command("fay", 'session new "Two" 2027-03-02 12:00 60')
    planned.clock.move_to(STARTS)
    assert "Session 2 starts Tue, Mar 2, 10:00" in text_of(await planned.command("ana", "here 2"))
    assert "no session of that number. There are: 1, 2" in text_of(await planned.command("ana", "here 5"))
    assert "Good that you are here" in text_of(await planned.command("ana", "here 1"))
    assert "Good that you are here" in text_of(await planned.command("ben", "here 1 steady"))
    assert "Good that you are here" in text_of(await planned.command("cy", "aquí Spring"))
    planned.clock.move_to(STARTS + timedelta(days=8))
    assert "Check-in for session 1 is closed" in text_of(await planned.command("ana", "here 1"))
    assert [(row.person_id, row.session_id) for row in await rows(planned, Attendance)] == [
        (2, 1), (3, 1), (4, 1),
    ]  # fmt: skip


async def test_of_two_cohorts_the_one_in_session_is_meant_or_named_after_the_number(planned: Stage) -> None:
    ana = await person_of(planned, "ana")
    async with planned.database.write() as db:
        other = Cohort(
            community_id=1, series_id=1, name="2027 Spring", join_code="KKKKKKKK", created_at=STARTS
        )
        db.add(other)
        await db.flush()
    await enroll(planned, other, ana)
    planned.clock.move_to(STARTS)
    assert "Good that you are here" in text_of(await planned.command("ana", "here")), "the one in session"
    await planned.press("ana", "session.not_here", "1")
    assert "2027 Spring has no sessions yet" in text_of(await planned.command("ana", "here 1 2027 Spring"))
    assert "No session of 2027 Spring is on" in text_of(await planned.command("ana", "here 2027 Spring"))
    assert "Good that you are here" in text_of(await planned.command("ana", "here 1 cohort=Spring"))


async def test_a_check_in_can_be_taken_back(planned: Stage) -> None:
    planned.clock.move_to(STARTS)
    await planned.command("ana", "here")
    await planned.press("ana", "session.not_here", "1")
    assert await rows(planned, Attendance) == []


async def test_staff_who_are_not_enrolled_have_nothing_to_check_in_to(planned: Stage) -> None:
    planned.clock.move_to(STARTS)
    assert "nothing to check in to" in text_of(await planned.command("fay", "here"))


async def test_nobody_checks_in_to_a_cancelled_session(planned: Stage) -> None:
    reply = await planned.command("fay", "session cancel 1")
    assert reply.card is not None
    await planned.press("fay", "session.cancel", reply.card.buttons[0].value)
    planned.clock.move_to(STARTS)
    assert "was cancelled" in text_of(await planned.press("ana", "session.here", "1"))


async def test_a_report_is_matched_and_kept_only_when_confirmed(planned: Stage) -> None:
    planned.clock.move_to(STARTS + timedelta(hours=3))
    reply = await planned.submit("fay", "attendance", "1", content=ZOOM)
    said = text_of(reply)
    assert "Same email: 1 person" in said
    assert "Benn → Ben" in said
    assert "Not in the roster: Zed Nobody" in said
    assert await rows(planned, Attendance) == []
    assert reply.card is not None
    likely = reply.card.buttons[0]
    assert "Recorded for 2 people" in text_of(await planned.press("fay", likely.action, likely.value))
    assert [(row.person_id, row.minutes) for row in await rows(planned, Attendance)] == [(2, 81), (3, 20)]
    assert "recorded already" in text_of(await planned.press("fay", likely.action, likely.value))
    assert "1 of 3 people" in text_of(await planned.command("fay", "attendance 1")), (
        "20 of 90 minutes are too few"
    )


async def test_each_name_can_be_chosen(planned: Stage) -> None:
    planned.clock.move_to(STARTS + timedelta(hours=3))
    await planned.submit("fay", "attendance", "1", content=ZOOM)
    (draft,) = await rows(planned, AttendanceDraft)
    await planned.submit("fay", "attendance-confirm", str(draft.id), entry_1="nobody", entry_2="4")
    assert {row.person_id for row in await rows(planned, Attendance)} == {2, 4}


async def _confirm_form(stage: Stage, context: str) -> Form:
    who = Who(platform="slack", tenant=TENANT, user="fay")
    asked = Press(key="k", who=who, where=Where(), action="", form="attendance-confirm", value=context)
    form = (await stage.router.form(asked, "attendance-confirm", context)).form
    assert form is not None
    return form


async def test_none_of_45_names_is_lost_and_each_can_be_anybody(planned: Stage) -> None:
    """Form after form asks for the next names; everybody of the cohort can be chosen for each."""
    planned.clock.move_to(STARTS + timedelta(hours=3))
    heading = "Name (original name),Email,Join time,Leave time,Duration (minutes)\n"
    lines = "".join(f"Unknown {chr(97 + n % 26)}{n},,,,50\n" for n in range(45))
    reply = await planned.submit("fay", "attendance", "1", content=heading + lines)
    assert "… and 30 more" in text_of(reply), "a list that is cut says so"
    (draft,) = await rows(planned, AttendanceDraft)
    asked: set[str] = set()
    for left in (25, 5, 0):
        form = await _confirm_form(planned, str(draft.id))
        assert all({"2", "3", "4"} <= {option.value for option in field.options} for field in form.fields)
        asked |= {field.name for field in form.fields}
        values = dict.fromkeys((field.name for field in form.fields), "nobody")
        if left == 0:
            values["entry_44"] = "4"
        answer = await planned.submit("fay", "attendance-confirm", str(draft.id), **values)
        assert (f"{left} names are still open" if left else "Recorded for 1 person") in text_of(answer)
    assert len(asked) == 45
    assert {row.person_id for row in await rows(planned, Attendance)} == {4}


async def test_a_confirmed_name_is_proposed_by_the_next_report(planned: Stage) -> None:
    """Remembered for the cohort; still a proposal, and a device's name is never remembered."""
    await planned.command("fay", 'session new "Two" 2027-03-02 12:00 60')
    planned.clock.move_to(STARTS + timedelta(hours=3))
    heading = "Name (original name),Email,Duration (minutes)\n"
    await planned.submit("fay", "attendance", "1", content=heading + "Sunny,,50\niPhone,,50\n")
    (draft,) = await rows(planned, AttendanceDraft)
    await planned.submit("fay", "attendance-confirm", str(draft.id), entry_0="3", entry_1="4")
    assert [(one.shown, one.person_id) for one in await rows(planned, ConfirmedName)] == [("sunny", 3)]
    planned.clock.move_to(STARTS + timedelta(days=7, hours=3))
    reply = await planned.submit("fay", "attendance", "2", content=heading + "SUNNY,,50\niPhone,,50\n")
    assert "SUNNY → Ben" in text_of(reply)
    assert "Not in the roster: iPhone" in text_of(reply)


async def test_a_report_of_another_day_is_questioned(planned: Stage) -> None:
    """Put away, nothing is kept; confirmed as the right one, the names follow."""
    planned.clock.move_to(STARTS + timedelta(hours=3))
    other = ZOOM.replace("02/23/2027", "02/16/2027")
    for action, said in (("attendance.discard", "put away"), ("attendance.look", "Who is who")):
        reply = await planned.submit("fay", "attendance", "1", content=other)
        assert "This report is of Tue, Feb 16, and the session was on Tue, Feb 23" in text_of(reply)
        assert reply.card is not None
        press = next(button for button in reply.card.buttons if button.action == action)
        assert said in text_of(await planned.press("fay", press.action, press.value))
    assert await rows(planned, Attendance) == []


async def test_a_report_says_which_lines_were_not_read_and_how_dates_are(planned: Stage) -> None:
    planned.clock.move_to(STARTS + timedelta(hours=3))
    said = text_of(await planned.submit("fay", "attendance", "1", content=ZOOM + "Cy,,,,a while,Yes,No\n"))
    assert "“a while” does not say how long" in said
    assert "Dates are read as month/day/year" in said


async def test_only_who_uploaded_a_report_confirms_it_and_old_ones_go(planned: Stage) -> None:
    await planned.person("gil", "facilitator")
    planned.clock.move_to(STARTS + timedelta(hours=3))
    await planned.submit("fay", "attendance", "1", content=ZOOM)
    assert "recorded already" in text_of(await planned.press("gil", "attendance.certain", "1"))
    planned.clock.advance(timedelta(days=2))
    await drop_old_reports(JobContext(planned.database, planned.clock, {}, planned.links, ALL_KINDS))
    assert await rows(planned, AttendanceDraft) == []


@pytest.mark.parametrize("content", ["hello", "a,b\n1,2", "\x00\x01", "=cmd()", "🙂" * 50])
async def test_what_is_no_report_is_refused(planned: Stage, content: str) -> None:
    planned.clock.move_to(STARTS + timedelta(hours=3))
    reply = await planned.submit("fay", "attendance", "1", content=content)
    assert "not a participants' report" in reply.errors["content"], "beside the field, the form stays open"


async def test_a_recorded_report_is_undone_and_its_names_are_chosen_again(planned: Stage) -> None:
    """Minutes are what they were; a mark by hand since then stays, and the undo works once."""
    planned.clock.move_to(STARTS + timedelta(hours=3))
    await _recorded(planned, ZOOM)
    first = {row.person_id: (row.minutes, row.stays) for row in await rows(planned, Attendance)}
    planned.clock.advance(timedelta(minutes=1))
    undo = await _recorded(planned, "Name (original name),Email,Duration (minutes)\nAna,ana@example.org,7\n")
    assert {row.person_id: row.minutes for row in await rows(planned, Attendance)} != {
        person: minutes for person, (minutes, _) in first.items()
    }
    again = await planned.press("fay", undo.action, undo.value)
    assert "Who is who" in text_of(again)
    assert {row.person_id: (row.minutes, row.stays) for row in await rows(planned, Attendance)} == first
    assert "recorded already" in text_of(await planned.press("fay", undo.action, undo.value))
    assert again.card is not None
    once_more = await planned.press("fay", again.card.buttons[0].action, again.card.buttons[0].value)
    assert once_more.card is not None
    planned.clock.advance(timedelta(minutes=1))
    await planned.submit("fay", "attendance-mark", "1", people=["2"])
    kept = {row.person_id: row.minutes for row in await rows(planned, Attendance)}
    await planned.press("fay", once_more.card.buttons[0].action, once_more.card.buttons[0].value)
    assert {row.person_id: row.minutes for row in await rows(planned, Attendance)} == kept


async def test_the_undo_of_a_first_report_leaves_no_row(planned: Stage) -> None:
    await planned.person("gil", "facilitator")
    planned.clock.move_to(STARTS + timedelta(hours=3))
    undo = await _recorded(planned, ZOOM)
    assert await rows(planned, Attendance) != []
    assert "recorded already" in text_of(await planned.press("gil", undo.action, undo.value)), "theirs alone"
    await planned.press("fay", undo.action, undo.value)
    assert await rows(planned, Attendance) == []


async def _recorded(planned: Stage, content: str) -> Button:
    """The undo of a report that was read and recorded."""
    reply = await planned.submit("fay", "attendance", "1", content=content)
    assert reply.card is not None
    done = await planned.press("fay", "attendance.likely", reply.card.buttons[0].value)
    assert done.card is not None
    (undo,) = done.card.buttons
    return undo


async def test_marks_by_hand_outweigh_a_report(planned: Stage) -> None:
    planned.clock.move_to(STARTS + timedelta(hours=3))
    reply = await planned.submit("fay", "attendance", "1", content=ZOOM)
    assert reply.card is not None
    await planned.press("fay", "attendance.likely", reply.card.buttons[0].value)
    by_hand = await planned.submit("fay", "attendance-mark", "1", people=["3"])
    marked = {row.person_id: row.marked for row in await rows(planned, Attendance)}
    assert marked == {2: False, 3: True}
    assert by_hand.card is not None
    (undo,) = by_hand.card.buttons
    assert "Recorded for 2 people" in text_of(await planned.press("fay", undo.action, undo.value))
    marked = {row.person_id: row.marked for row in await rows(planned, Attendance)}
    assert marked == {2: True, 3: False}, "as it was: the one of the report was there"
    assert "Recorded for 0 people" in text_of(await planned.press("fay", undo.action, undo.value))


async def test_reminders_speak_the_readers_time(planned: Stage) -> None:
    for user, time in (("ana", "10:00 AM"), ("cy", "1:00 PM")):
        person = await person_of(planned, user)
        async with planned.database.read() as db:
            nudge = Nudge(
                key="x", community_id=1, kind="join_link", session_id=1, due_at=STARTS, created_at=STARTS
            )
            reading = ComposeContext(
                db, STARTS, nudge, person, "en", person.zone, await db.get_one(Community, 1), planned.links
            )
            for compose in (reminders.session_tomorrow, reminders.join_link):
                card = await compose(reading)
                assert isinstance(card, Card)
                assert time in text_of(card)
                assert any(button.url == "https://example.org/room" for button in card.buttons)


@pytest.mark.parametrize(
    ("answer", "tomorrow", "soon"),
    [("yes", "in_own_calendar", ""), ("maybe", "", ""), ("no", "not_coming", "not_coming")],
)
async def test_an_answered_invitation_spares_reminders(
    planned: Stage, answer: str, tomorrow: str, soon: str
) -> None:
    """Whose calendar said yes has the session there; who said no wants neither."""
    ana = await person_of(planned, "ana")
    await planned.press("ana", "invitation.answer", f"1:{answer}")
    async with planned.database.read() as db:
        nudge = Nudge(
            key="x", community_id=1, kind="join_link", session_id=1, due_at=STARTS, created_at=STARTS
        )
        reading = ComposeContext(
            db, STARTS, nudge, ana, "en", ana.zone, await db.get_one(Community, 1), planned.links
        )
        for compose, why in ((reminders.session_tomorrow, tomorrow), (reminders.join_link, soon)):
            told = await compose(reading)
            assert (told.reason if isinstance(told, Skip) else "") == why


async def _entry_of(stage: Stage, user: str) -> Any:
    """The only entry in somebody's calendar."""
    reader = await person_of(stage, user)
    async with stage.database.read() as db:
        feed = await feed_for(db, 1, reader, stage.clock.now())
    assert feed is not None
    (event,) = Calendar.from_ical(feed).walk("VEVENT")
    return event


async def test_the_calendar_keeps_a_moved_session_the_same_entry(planned: Stage) -> None:
    before = await _entry_of(planned, "ana")
    assert before.decoded("dtstart") == STARTS
    assert str(before["summary"]) == "Steady"
    preview = await planned.command("fay", "session move 1 2027-02-24 13:00")
    assert preview.card is not None
    await planned.press("fay", "session.move", preview.card.buttons[0].value)
    after = await _entry_of(planned, "ana")
    assert after.decoded("dtstart") == datetime(2027, 2, 24, 21, 0, tzinfo=UTC)
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]


async def test_strangers_get_no_calendar(planned: Stage) -> None:
    stranger = await planned.person("sam")
    async with planned.database.read() as db:
        assert await feed_for(db, 1, stranger, planned.clock.now()) is None
        assert await feed_for(db, 99, stranger, planned.clock.now()) is None


async def test_what_is_over_becomes_delivered_and_the_series_closes(planned: Stage) -> None:
    job_ctx = JobContext(planned.database, planned.clock, {}, planned.links, ALL_KINDS)
    await planned.command("fay", 'session new "Two" 2027-03-02 12:00 60')
    planned.clock.move_to(STARTS + timedelta(minutes=89))
    await close_what_is_over(job_ctx)
    assert [row.status for row in await rows(planned, Session)] == ["scheduled", "scheduled"]
    assert [row.status for row in await rows(planned, Series)] == ["running"]
    planned.clock.move_to(STARTS + timedelta(days=8))
    await close_what_is_over(job_ctx)
    assert [row.status for row in await rows(planned, Session)] == ["delivered", "delivered"]
    (series,) = await rows(planned, Series)
    assert (series.status, series.closed_at) == ("closed", datetime(2027, 3, 2, 21, 0, tzinfo=UTC))


async def test_a_holiday_a_weekend_and_last_year_are_said_when_a_session_is_planned(stage: Stage) -> None:
    """The session is planned all the same; a date of last year is asked back with the one that is meant."""
    said = text_of(await stage.command("fay", 'session new "One" 2027-07-05 12:00 60'))
    assert "Monday, July 5, 2027 is a holiday: Independence Day (observed)." in said
    said = text_of(await stage.command("fay", 'session new "Two" 2027-02-27 12:00 60'))
    assert "Saturday, February 27, 2027 is on a weekend." in said
    assert "holiday" not in said
    said = text_of(await stage.command("fay", 'session new "Three" 2026-03-02 12:00 60'))
    assert "That is in 2026, which is over. Do you mean Tuesday, March 2, 2027?" in said
