"""Reading a roster: every problem named with its line, and never a crash."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.transfer import ImportProblem, RosterRow, read_roster
from bot.transfer.roster import LEAVE_EMPTY, LEAVE_OUT

SAMPLE = Path(__file__).parents[2] / "prompts" / "sample" / "people.csv"
HEADER = "name,email,zone,state\n"


def said(content: bytes | str) -> list[str]:
    return [problem.say() for problem in read_roster(content).errors]


def test_the_sample_roster_is_read_whole() -> None:
    plan = read_roster(SAMPLE.read_bytes())
    assert plan.errors == ()
    assert len(plan.rows) == 47
    assert plan.rows[0] == RosterRow(
        line=2,
        name="Ac'urunaq Charles",
        email="acurunaq.charles@example.org",
        state="AK",
        zone="America/Anchorage",
        organisation="Yukon Delta Wellness Council",
        setting="tribal_health",
        job_role="peer_specialist",
        language="en",
        platform="slack",
        pronouns="she/her",
    )


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-32", "latin-1", "cp1252"]
)
def test_it_reads_what_spreadsheets_write(encoding: str) -> None:
    """With or without a byte order mark, and the old Western encodings."""
    text = HEADER + "Brígida Söderström,b@example.org,,\n"
    content = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    plan = read_roster(content)
    assert plan.errors == ()
    assert plan.rows[0].name == "Brígida Söderström"


def test_names_of_every_script_and_emoji_are_kept() -> None:
    names = ["ليلى حداد", "Оксана", "Linh Nguyễn", "李小龙", "Ana 🌻", "שרה"]
    lines = "".join(f"{name},p{place}@example.org,,\n" for place, name in enumerate(names))
    plan = read_roster(HEADER + lines)
    assert plan.errors == ()
    assert [row.name for row in plan.rows] == names


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_tabs_and_other_headings_are_understood(separator: str) -> None:
    content = "Full Name,E-Mail,Time zone\nAna,ANA@Example.org,Boise\n".replace(",", separator)
    [row] = read_roster(content).rows
    assert (row.name, row.email, row.zone) == ("Ana", "ana@example.org", "America/Boise")


def test_all_problems_are_listed_with_their_lines_and_columns() -> None:
    """One bad roster, every complaint at once, in the order of the file; what is only untidy is read."""
    plan = read_roster(
        "name,email,role,state,zone,setting,language\n"
        "Ana,ana@example.org,participant,ID,America/Boise,school,en\n"
        "Ana again,ANA@example.org,,,,,\n"
        ",nobody@example.org,,,,,\n"
        "Ben,not-an-address,,,,,\n"
        "Cam,cam@example.org,king,,,,\n"
        "Dee,dee@example.org,,Atlantis,,,\n"
        "Eve,eve@example.org,,,Oregon,,\n"
        "Flo,flo@example.org,,,Atlantis/City,,\n"
        "Gus,gus@example.org,,,\n"
        "Hal,hal@example.org,,,,,,extra\n"
        "Ida,ida@example.org,,,,castle,tlh\n"
        f"{'J' * 201},jo@example.org,,,,,\n"
        "\n"
        "Kim\x07,kim@example.org,,,,,\n"
    )
    assert [(error.line, error.column) for error in plan.errors] == [
        (4, "name"), (5, "email"), (6, "role"), (7, "state"), (8, "zone"), (9, "zone"), (11, "line"),
        (12, "language"), (13, "name"), (15, "name"),
    ]  # fmt: skip
    problems = [problem.say() for problem in plan.errors]
    assert "two time zones" in problems[4]
    assert problems[6].startswith("Line 11: This line has 8 cells"), "a whole line has no column"
    assert [(one.line, one.key) for one in plan.notes] == [(3, "same_person"), (12, "read_as")]
    assert [row.line for row in plan.rows] == [2, 10]


def test_what_is_answered_is_read_again_with_the_answers() -> None:
    """Cell by cell, a line left out, and an answer that is no better asks again."""
    content = (
        'name,email,state\nAna,ana@example.org,"Idaho, Oregon"\nBen,"b@example.org; b2@example.org",ID\n'
        "Cy,none,ID\nPat Lee,p@example.org,\nSam Lee,p@example.org,Atlantis\n"
    )
    asked = read_roster(content)
    assert {f"{error.line}.{error.column}": error.likely for error in asked.errors} == {
        "2.state": ("ID", "OR"),
        "3.email": ("b@example.org", "b2@example.org"),
        "4.email": (),
        "6.email": (),
        "6.state": (),
    }
    answers = {
        "2.state": "OR",
        "3.email": "b2@example.org",
        "4.line": LEAVE_OUT,
        "6.email": "sam@example.org",
    }
    again = read_roster(content, answers=answers)
    assert [(error.line, error.column) for error in again.errors] == [(6, "state")]
    whole = read_roster(content, answers={**answers, "6.state": LEAVE_EMPTY})
    assert whole.errors == ()
    assert [(row.email, row.state) for row in whole.rows] == [
        ("ana@example.org", "OR"),
        ("b2@example.org", "ID"),
        ("p@example.org", ""),
        ("sam@example.org", ""),
    ]


def test_a_cell_over_several_lines_does_not_shift_the_numbers() -> None:
    problems = said('name,email\n"Ana\nMaria",ana@example.org\nBen,bad\n')
    assert [line.split(":")[0] for line in problems] == ["Line 4, email"]


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ("", "nobody in this file"),
        ("\n\n  \n", "nobody in this file"),
        ("name,email\n", "nobody in this file"),
        ("email\na@example.org\n", "column “name” is missing"),
        ('name,email\n"A,a@example.org\n', "quotation marks"),
        (b"PK\x03\x04" + b"\x00" * 40, "save it as CSV"),
        (b"\xff\xfen", "damaged"),
        (b"x" * (5 * 1024 * 1024 + 1), "too large"),
        ("name,email\n" + "A" * 200_000 + ",a@example.org\nB,bad\n", "too long"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes | str, answer: str) -> None:
    plan = read_roster(content)
    assert plan.rows == ()
    assert answer in "\n".join(problem.say() for problem in plan.errors)


def test_five_thousand_lines_are_read_and_every_bad_one_is_named() -> None:
    lines = [f"Näme {n},person{n}@example.org,Pacific,ID" for n in range(4998)]
    lines[2500] = "Broken,broken,Pacific,ID"
    plan = read_roster((HEADER + "\n".join([*lines, lines[0]])).encode("latin-1"))
    assert len(plan.rows) == 4997
    assert [(problem.line, problem.key) for problem in plan.errors] == [(2502, "bad_email")]
    assert [(note.line, note.key) for note in plan.notes] == [(5000, "same_person")]


def test_too_many_lines_are_refused() -> None:
    problems = read_roster(HEADER + "A,a@example.org,,\n" * 20_001).errors
    assert problems[-1].key == "too_many_lines"


def test_what_somebody_typed_cannot_forge_markup_in_a_complaint() -> None:
    [problem] = said("name,email\nAna,[x](https://evil.example)\n")
    assert "](https" not in problem


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_reading_never_raises_and_gives_rows_or_problems(content: bytes | str) -> None:
    """Total: anything at all is read into rows, problems, or both."""
    plan = read_roster(content)
    assert plan.rows or plan.errors
    assert all(isinstance(problem, ImportProblem) and problem.say("es") for problem in plan.errors)
