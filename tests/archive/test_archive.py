"""A series closed, found again, and run again with what was learned."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.archive.closing import close_those_due
from bot.archive.dates_again import Before, days_again, same_weekday, suggested_first_day
from bot.core.cards import Button
from bot.core.jobs import JobContext
from bot.core.reply import Reply
from storage.evaluations import AnonymousAnswer, Evaluation
from storage.resources import PageEdition, PagePicture, ResourcePage
from storage.series import Cohort, ProjectYear, Series
from storage.sessions import Attendance, ChecklistItem, KeyIdea, Objective, Session
from tests.communities.support import CHANNEL, channel_for, enroll, furnish, rows
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, staged_after, text_of

TUESDAYS = ("2027-02-23", "2027-03-02", "2027-03-16")
PEOPLE = 7


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    async with staged_after(database_url, _three_tuesdays) as stage:
        yield stage


async def _three_tuesdays(stage: Stage) -> None:
    """Three Tuesdays, seven people, five answers to the first session's form, one theme; all over."""
    cohort = await furnish(stage, name="Spring 2027")
    await channel_for(stage, cohort)
    await stage.person("fay", "facilitator")
    people = [await stage.person(f"p{number}") for number in range(PEOPLE)]
    for person in people:
        await enroll(stage, cohort, person)
    for number, day in enumerate(TUESDAYS, start=1):
        await stage.command("fay", f'session new "Part {number}" {day} 12:00 90 zone=Pacific')
    async with stage.database.write() as db:
        db.add(ProjectYear(community_id=1, label="Year 10", starts_on=date(2027, 9, 30),
                           ends_on=date(2028, 9, 29)))  # fmt: skip
        db.add(Objective(session_id=1, position=1, text={"en": "Name it", "es": "Nombrarlo"}))
        db.add(KeyIdea(session_id=1, position=1, text={"en": {"idea": "Ask first"}},
                       approved_at=stage.clock.now(), approved_by_id=1))  # fmt: skip
        db.add(ResourcePage(community_id=1, series_id=1, session_id=1, title={"en": "Page"},
                            text={"en": "Text"}, updated_at=stage.clock.now()))  # fmt: skip
        await db.flush()
        db.add(PagePicture(page_id=1, name="a.png", media_type="image/png", content=b"png",
                           alt={"en": "A"}, added_at=stage.clock.now()))  # fmt: skip
        db.add_all(
            Attendance(session_id=1, person_id=one.id, marked=True, source="facilitator",
                       recorded_at=stage.clock.now())
            for one in people
        )  # fmt: skip
    stage.clock.move_to(datetime(2027, 2, 23, 21, 30, tzinfo=UTC))
    for number in range(5):
        await stage.submit(f"p{number}", "evaluation", "session:1", quality="5", useful="4", intend="yes")
    await stage.command("fay", 'theme add 1 "Time for supervision"', CHANNEL)
    stage.clock.move_to(datetime(2027, 3, 17, 20, 0, tzinfo=UTC))


def _button(reply: Reply, label: str) -> Button:
    assert reply.card is not None, reply
    buttons = [*reply.card.buttons, *(one for part in reply.card.sections for one in part.buttons)]
    return next(one for one in buttons if one.label == label)


async def _push(stage: Stage, reply: Reply, label: str) -> Reply:
    button = _button(reply, label)
    return await stage.press("fay", button.action, button.value)


async def _close(stage: Stage) -> Reply:
    return await _push(stage, await stage.command("fay", "series close steady"), "Close it")


async def _again(stage: Stage, start: str = "2028-02-22") -> Reply:
    return await _push(stage, await stage.command("fay", f"series again {start} steady"), "Make it")


# --- closing ------------------------------------------------------------------------------------------


async def test_closing_is_shown_first_and_ends_what_was_still_to_come(stage: Stage) -> None:
    shown = text_of(await stage.command("fay", "series close steady"))
    assert "Nothing has changed yet" in shown
    assert "Sessions: 3" in shown
    assert len(await stage.nudges("planned")) > 0
    reply = await _close(stage)
    assert "Steady Teams is closed" in text_of(reply)
    assert await stage.nudges("planned") == []
    assert {row.state for row in await rows(stage, Evaluation)} == {"closed"}
    assert len(await rows(stage, AnonymousAnswer)) == 5, "answers were opened when the form closed"
    again = await _push(stage, reply, "Undo")
    assert "open again" in text_of(again)
    assert len(await stage.nudges("planned")) > 0


async def test_the_morning_after_closing_a_report_counts_all_of_it(stage: Stage) -> None:
    """A Wednesday: Monday's report lacks Tuesday's session, and says so, and from when on it does not."""
    said = text_of(await stage.command("fay", "report steady"))
    assert "Sessions held: 2" in said
    assert "1 session was held since then. It is counted on Monday, March 22, 2027 at the earliest." in said
    await _close(stage)
    assert "on Thursday, March 18, 2027 at the earliest" in text_of(
        await stage.command("fay", "report steady")
    )
    shared = text_of(await stage.command("fay", 'report share "Health office" steady days=30'))
    assert "Counted up to the morning of Monday, March 15, 2027." in shared
    assert "on Thursday, March 18, 2027 at the earliest" in shared
    stage.clock.advance(timedelta(days=1))
    said = text_of(await stage.command("fay", "report steady"))
    assert "held since then" not in said
    assert "Sessions held: 3" in said
    assert "As of Thu, Mar 18" in said


async def test_closing_says_what_stops_and_can_wait_for_the_follow_up(stage: Stage) -> None:
    """The three-month follow-up is the first thing that would be lost."""
    asked = await stage.command("fay", "series close steady")
    shown = text_of(asked)
    assert "Messages that stop now: Follow-up form: " in shown
    planned = len(await stage.nudges("planned"))
    assert asked.card is not None
    button = asked.card.buttons[0]
    assert button.label.startswith("Close on ")
    later = await stage.press("fay", button.action, button.value)
    assert "closes by itself" in text_of(later)
    assert len(await stage.nudges("planned")) == planned
    job_ctx = JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS)
    await close_those_due(job_ctx)
    assert "archived" not in {series.status for series in await rows(stage, Series)}
    stage.clock.advance(timedelta(days=150))
    await close_those_due(job_ctx)
    assert [series.status for series in await rows(stage, Series)] == ["archived"]


async def test_a_series_with_a_session_to_come_is_not_closed(stage: Stage) -> None:
    await stage.command("fay", 'session new "Part 4" 2027-03-30 12:00 90', CHANNEL)
    assert "Hold it or cancel it first" in text_of(await stage.command("fay", "series close steady"))
    assert {row.status for row in await rows(stage, Series)} != {"archived"}


@pytest.mark.parametrize(
    "command",
    [
        'session new "More" 2027-05-04 12:00 90',
        "session cancel 1",
        "session edit 1",
        "theme add 1 Trust",
        "ideas 1",
        "page 1",
        "evaluation open 1",
        "evaluation close 1",
        "evaluation tailor session",
        "breakout 3 20",
        "invite",
        "attendance 1",
        "partners every 2",
        "cohort new steady Autumn",
        "brief 1",
    ],
)
async def test_commands_that_would_change_it_say_what_to_do(stage: Stage, command: str) -> None:
    await _close(stage)
    said = text_of(await stage.command("fay", command, CHANNEL))
    assert "is closed, so nothing" in said, said
    assert "series reopen steady" in said


@pytest.mark.parametrize(
    ("action", "value"),
    [("session.cancel", "1:1:"), ("cohort.open", "1"), ("invite.send", "1"), ("idea.approve", "1:1")],
)
async def test_buttons_that_are_still_about_change_nothing(stage: Stage, action: str, value: str) -> None:
    await _close(stage)
    said = text_of(await stage.press("fay", action, value))
    assert "is closed, so nothing" in said, said


async def test_nobody_answers_or_joins_any_more_and_reports_stay(stage: Stage) -> None:
    await _close(stage)
    assert "closed" in text_of(await stage.submit("p6", "evaluation", "session:1", quality="1"))
    await stage.person("new")
    assert "over" in text_of(await stage.command("new", "join HJKMNPQR"))
    assert "is closed, so nothing" not in text_of(await stage.command("fay", "report series steady"))


async def test_who_does_not_run_it_may_not_close_it(stage: Stage) -> None:
    for text in ("series close steady", "series reopen steady", "series again 2028-02-22 steady"):
        assert "facilitator" in text_of(await stage.command("p1", text))
    assert "no series **nope**" in (await stage.command("fay", "series close nope")).card.text  # type: ignore[union-attr]
    assert "facilitator" in text_of(await stage.press("p1", "series.close", "1"))
    for value in ("99", "", "x"):
        assert "archived" not in {row.status for row in await rows(stage, Series)}
        await stage.press("fay", "series.close", value)


# --- finding ------------------------------------------------------------------------------------------


async def test_the_archive_finds_by_year_and_theme(stage: Stage) -> None:
    assert "No series is over yet" in text_of(await stage.command("p1", "archive"))
    await _close(stage)
    for wanted in ("", " 2027", " Year 9", " supervision", " steady", " FIRMES"):
        found = text_of(await stage.command("p1", f"archive{wanted}"))
        assert "Steady Teams" in found, wanted
        assert "Time for supervision" in found
        assert "3 sessions" in found
    for wanted in ("2024", "housing"):
        said = text_of(await stage.command("p1", f"archive {wanted}"))
        assert f"Nothing fits {wanted}" in said
        assert "Year 9" in said


async def test_only_who_runs_it_sees_what_can_be_done(stage: Stage) -> None:
    await _close(stage)
    assert "[Run it again]" in text_of(await stage.command("fay", "archive"))
    assert "[Run it again]" not in text_of(await stage.command("p1", "archive"))


# --- again --------------------------------------------------------------------------------------------


async def test_it_runs_again_with_its_plan_and_without_its_people(stage: Stage) -> None:
    await _close(stage)
    shown = text_of(await stage.command("fay", "series again 2028-02-22 steady"))
    assert "Nothing is made yet" in shown
    assert "2028" in shown.partition("Short name")[0], "the year is said"
    assert "≥ 80% found it very good or excellent (n = 5)" in shown
    assert "What surfaced: Time for supervision" in shown
    assert "weekday" not in shown
    assert len(await rows(stage, Series)) == 1
    made = await _again(stage)
    assert "is planned again" in text_of(made)
    series = (await rows(stage, Series))[1]
    assert (series.slug, series.cloned_from_id, series.status, series.year_id) == (
        "steady-2028",
        1,
        "planned",
        2,
    )
    cohort = (await rows(stage, Cohort))[1]
    assert cohort.name == "Spring 2028"
    sessions = [row for row in await rows(stage, Session) if row.cohort_id == cohort.id]
    assert [f"{session.starts_at:%m-%d %H:%M}" for session in sessions] == [
        "02-22 20:00",
        "02-29 20:00",
        "03-14 19:00",
    ]
    assert {session.join_link for session in sessions} == {""}
    assert len({row.uid for row in await rows(stage, Session)}) == 6
    first = sessions[0].id
    assert [row.text["es"] for row in await rows(stage, Objective) if row.session_id == first] == [
        "Nombrarlo"
    ]
    (idea,) = [row for row in await rows(stage, KeyIdea) if row.session_id == first]
    assert idea.approved_at is None
    page = (await rows(stage, ResourcePage))[1]
    assert (page.series_id, page.session_id) == (series.id, first)
    assert [row.content for row in await rows(stage, PagePicture) if row.page_id == page.id] == [b"png"]
    assert any(row.session_id == first for row in await rows(stage, ChecklistItem))
    assert "Last time: session 1" in text_of(await stage.command("fay", "brief 1 steady-2028"))
    assert "≥ 80% found it useful" in text_of(await stage.command("fay", "brief 1 steady-2028"))
    undone = await _push(stage, made, "Undo")
    assert "is gone" in text_of(undone)
    assert len(await rows(stage, Series)) == 1
    assert len(await rows(stage, Session)) == 3
    assert all(nudge.cohort_id in {None, 1} for nudge in await stage.nudges())


async def test_undo_stops_once_a_page_was_published(stage: Stage) -> None:
    made = await _again(stage)
    [_, copy] = await rows(stage, ResourcePage)
    async with stage.database.write() as db:
        db.add(PageEdition(page_id=copy.id, language="en", version=1, content={},
                           published_at=stage.clock.now()))  # fmt: skip
    assert "has begun" in text_of(await _push(stage, made, "Undo"))
    assert len(await rows(stage, Series)) == 2


async def test_undo_stops_once_somebody_has_joined(stage: Stage) -> None:
    made = await _again(stage)
    code = (await rows(stage, Cohort))[1].join_code
    joined = await stage.command("p1", f"join {code}")
    agree = next(one for one in (joined.card.buttons if joined.card else ()) if one.style == "primary")
    await stage.press("p1", agree.action, agree.value)
    assert "cannot be undone" in text_of(await _push(stage, made, "Undo"))
    assert len(await rows(stage, Series)) == 2


async def test_pressed_twice_it_is_made_once(stage: Stage) -> None:
    shown = await stage.command("fay", "series again 2028-02-22 steady")
    await _push(stage, shown, "Make it")
    assert "There is a series `steady-2028`" in str((await _push(stage, shown, "Make it")).card)
    assert len(await rows(stage, Series)) == 2


async def test_what_is_unusual_is_said_before(stage: Stage) -> None:
    said = text_of(await stage.command("fay", "series again 2027-12-23 steady"))
    assert "another weekday" in said
    said = text_of(await stage.command("fay", "series again 2028-07-04 steady"))
    assert "Tue, Jul 4" in said or "July 4" in said
    assert "public holiday" in said


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"start": "2029-12-01"}, "start", "No project year holds"),
        ({"start": "2027-03-01"}, "start", "is past. Choose a first day"),
        ({"start": "2028-02-22", "slug": "Not Good"}, "slug", "small letters"),
        ({"start": "2028-02-22", "slug": "steady"}, "slug", "already"),
        ({"start": ""}, "start", ""),
        ({"start": "2028-02-30"}, "start", ""),
        ({"start": "2028-02-22", "series": "99"}, "series", ""),
    ],
)
async def test_the_form_says_beside_the_field_what_does_not_fit(
    stage: Stage, values: dict[str, str], field: str, said: str
) -> None:
    reply = await stage.submit("fay", "series-again", "", **({"series": "1"} | values))
    assert said in reply.errors[field]
    assert len(await rows(stage, Series)) == 1


async def test_the_command_alone_opens_the_form_with_a_day_a_year_later(stage: Stage) -> None:
    form = (await stage.command("fay", "series again")).form
    assert form is not None
    fields = {one.name: one.initial for one in form.fields}
    assert (fields["series"], fields["start"]) == ("1", "2028-02-22")


@pytest.mark.parametrize(
    "value", ["", "{}", "[1]", '{"series": 1, "first_day": "x", "slug": "a", "cohort": "b"}']
)
async def test_a_button_that_was_made_up_makes_nothing(stage: Stage, value: str) -> None:
    assert "out of date" in text_of(await stage.press("fay", "series.again", value))
    assert len(await rows(stage, Series)) == 1


async def test_a_series_that_was_not_run_again_cannot_be_unmade(stage: Stage) -> None:
    await stage.press("fay", "series.unmake", "1")
    assert len(await rows(stage, Series)) == 1


# --- days ---------------------------------------------------------------------------------------------


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_hours_stay_on_the_wall_when_clocks_change_on_other_days() -> None:
    before = [Before(_utc("2027-03-09T20:00"), "America/Los_Angeles"),
              Before(_utc("2027-03-16T19:00"), "America/Los_Angeles")]  # fmt: skip
    assert [one.starts_at for one in days_again(before, date(2028, 3, 7))] == [
        _utc("2028-03-07T20:00"), _utc("2028-03-14T19:00")
    ]  # fmt: skip


def test_an_hour_that_the_clock_jumps_over_is_an_hour_later_and_said() -> None:
    before = [Before(_utc("2027-01-10T10:30"), "America/Los_Angeles")]
    (again,) = days_again(before, date(2028, 3, 12))
    assert again.skipped
    assert again.starts_at == _utc("2028-03-12T10:00")


def test_the_first_day_suggested_is_the_same_weekday_and_to_come() -> None:
    before = [Before(_utc("2027-02-23T20:00"), "America/Los_Angeles")]
    for today in (date(2027, 3, 17), date(2028, 2, 22), date(2031, 5, 5)):
        day = suggested_first_day(before, today)
        assert day > today
        assert same_weekday(before, day)
        assert day - today <= timedelta(days=366)
    assert days_again([], date(2028, 1, 1)) == ()
