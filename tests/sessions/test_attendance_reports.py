"""Reading what Zoom and Teams export, and who is likely to be whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sessions.attendance_reports import UnknownReport, minutes_present, read_report
from bot.sessions.who_is_who import Claimant, match
from storage.attendance import Entry, Join

TEAMS = (
    "1. Summary\nMeeting title\tSteady Teams\nAttended participants\t3\n\n"
    "2. Participants\n"
    "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
    "Ana Ruiz\t2/23/27, 11:58:02 AM\t2/23/27, 1:30:10 PM\t1h 20m 8s\tana@example.org\tana@example.org\t\n"
    "Cy Only\t2/23/27, 12:05:00 PM\t2/23/27, 1:05:00 PM\t1h\tcy@example.org\tcy@example.org\tAttendee\n"
    "\n3. In-Meeting Activities\n"
    "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n"
    "Ana Ruiz\t2/23/27, 11:58:02 AM\t2/23/27, 12:38:02 PM\t40m\tana@example.org\tAttendee\n"
    "Ana Ruiz\t2/23/27, 12:50:00 PM\t2/23/27, 1:30:10 PM\t40m 10s\tana@example.org\tAttendee\n"
)
ZOOM_HEADING = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,In waiting room\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8", "utf-8-sig"])
def test_a_teams_report_counts_each_join_once(encoding: str) -> None:
    """The activities are exact; whoever stands only among the participants is added."""
    report = read_report(TEAMS.encode(encoding))
    assert (report.source, report.unread) == ("teams", ())
    assert {entry.name: minutes_present(entry.joins) for entry in report.entries} == {
        "Ana Ruiz": 80,
        "Cy Only": 60,
    }
    assert {entry.email for entry in report.entries} == {"ana@example.org", "cy@example.org"}


def test_a_zoom_report_leaves_out_who_only_waited_and_names_bad_lines() -> None:
    report = read_report(
        ZOOM_HEADING
        + "Ana (Ana Ruiz),ana@example.org,02/23/2027 11:58:00 AM,02/23/2027 01:00:00 PM,62,No,No\n"
        + "Ana (Ana Ruiz),ana@example.org,02/23/2027 12:30:00 PM,02/23/2027 01:30:00 PM,60,No,No\n"
        + "Lurker,,02/23/2027 12:00:00 PM,02/23/2027 12:01:00 PM,1,Yes,Yes\n"
        + ",,02/23/2027 12:00:00 PM,02/23/2027 12:01:00 PM,1,Yes,No\n"
        + "Ben,,02/23/2027 12:00:00 PM,02/23/2027 12:01:00 PM,a while,Yes,No\n"
        + "Cy,,02/23/2027 12:00:00 PM,02/23/2027 11:00:00 AM,5,Yes,No\n"
        + "Dee,,soon,later,5,Yes,No\n"
    )
    assert report.source == "zoom"
    ana, dee = report.entries
    assert (dee.name, minutes_present(dee.joins)) == ("Dee", 5), "times that cannot be read keep the minutes"
    assert (ana.name, ana.original) == ("Ana", "Ana Ruiz")
    assert minutes_present(ana.joins) == 92, "two devices at once count once"
    assert [(one.line, one.key) for one in report.unread] == [
        (5, "no_name"),
        (6, "no_duration"),
        (7, "leaves_first"),
    ]
    assert [(note.line, note.key) for note in report.notes] == [(4, "waited"), (8, "no_time"), (8, "no_time")]


def test_a_thousand_lines_of_one_minute_are_one_person() -> None:
    line = "Ana,,,,1,Yes,No\n"
    (ana,) = read_report(ZOOM_HEADING + line * 1000).entries
    assert minutes_present(ana.joins) == 1000


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "unknown"),
        (b"name,email\nAna,ana@example.org\n", "unknown"),
        (b"PK\x03\x04" + b"\x00" * 40, "not_text"),
        (("Name,Duration\n" + "x,1\n" * 20_001).encode(), "too_long"),
    ],
)
def test_what_is_no_report_says_why(content: bytes, key: str) -> None:
    with pytest.raises(UnknownReport) as caught:
        read_report(content)
    assert caught.value.key == key


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300), st.text(max_size=200).map(ZOOM_HEADING.__add__))
)
def test_reading_is_total(content: bytes | str) -> None:
    """Anything at all is a report or an `UnknownReport`."""
    try:
        report = read_report(content)
    except UnknownReport:
        return
    assert all(entry.name and minutes_present(entry.joins) >= 0 for entry in report.entries)


def _entry(name: str, email: str = "", original: str = "") -> Entry:
    return Entry(name, original, email, (Join(None, None, 30.0),))


def test_an_email_is_certain_and_a_name_only_a_proposal() -> None:
    people = [Claimant(1, "Ana Ruiz", "ana@example.org"), Claimant(2, "José Núñez", "")]
    certain, unsure = match(
        [_entry("iPhone", "ana@example.org"), _entry("NUNEZ Jose"), _entry("Zed")], people
    )
    assert certain == {0: 1}
    assert [(one.entry, one.likely) for one in unsure] == [(1, 2), (2, None)]


def test_of_two_people_with_one_name_none_is_chosen_beforehand() -> None:
    people = [Claimant(1, "Ana Ruiz", ""), Claimant(2, "Ana Ruiz", "")]
    _, (proposal,) = match([_entry("Ana Ruiz")], people)
    assert proposal.likely is None
    assert {person.person_id for person in proposal.people} == {1, 2}
