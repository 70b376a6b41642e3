"""`throughline breakouts plan` as somebody without a server uses it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.cli.breakouts_plan import UnfitRoster, read_roster
from adapters.cli.main import app

STATES = ("Ohio", "Utah", "Iowa")


def roster(folder: Path, people: int = 16) -> Path:
    file = folder / "roster.csv"
    rows = [f"Person {n},p{n}@example.org,{STATES[n % 3]},coach" for n in range(people)]
    file.write_text("\n".join(["name,email,state,role", *rows]) + "\n", encoding="utf-8")
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["breakouts", "plan", *map(str, arguments)])


def test_the_plan_is_printed_with_its_reasons(tmp_path: Path) -> None:
    told = run(roster(tmp_path), "--size", 4, "--rounds", 5, "--seed", 7, "--mix", "state,role")
    assert told.exit_code == 0, told.output
    assert "Round 5" in told.output
    assert "Repeated meetings: 0 (fewer than 0 are not possible)" in told.output
    assert "Pairs who have met: 120 of 120" in told.output
    assert "Mix by state" in told.output
    assert "Seed: 7" in told.output


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    file, texts = roster(tmp_path), []
    for turn in ("first", "again"):
        table, plain = tmp_path / f"{turn}.csv", tmp_path / f"{turn}.json"
        assert run(file, "--rounds", 2, "--csv", table, "--json", plain).exit_code == 0
        texts.append((table.read_bytes(), plain.read_bytes()))
    assert texts[0] == texts[1]
    rows = list(csv.DictReader(texts[0][0].decode().splitlines()))
    assert len(rows) == 32
    assert {row["name"] for row in rows if row["round"] == "2"} == {f"Person {n}" for n in range(16)}
    assert json.loads(texts[0][1])["explanation"]["people"] == 16


def test_zoom_gets_one_file_for_each_round(tmp_path: Path) -> None:
    assert run(roster(tmp_path), "--rounds", 2, "--zoom", tmp_path / "zoom.csv").exit_code == 0
    for turn in (1, 2):
        lines = (tmp_path / f"zoom-round-{turn}.csv").read_text().splitlines()
        assert lines[0] == "Pre-assign Room Name,Email Address"
        assert len(lines) == 17


def test_zoom_without_addresses_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text("name\nAna\nBen\n")
    told = run(file, "--size", 2, "--csv", tmp_path / "out.csv", "--zoom", tmp_path / "zoom.csv")
    assert told.exit_code == 2
    assert "Fill in the column email" in told.output
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"name,state\nAna,Ohio\nAna,Utah\n", "same name is there twice: Ana"),
        (b"colour,state\nAna,Ohio\n", "no column named name"),
        (b"name\nAna\nBen\n", "no column named state"),
        (b"name,state\nAna,Ohio\n,Utah\n", "no name in row 3"),
        (b"name,state\nAna,Ohio\n", "at least 2 people; the file has 1"),
        (b"PK\x03\x04\0\0", "not a CSV file"),
        (b"name,state\nAna,Ohio\nBen,Utah\n", "Groups of 4 do not fit 2 people"),
    ],
)
def test_a_roster_that_does_not_fit_is_answered_in_one_sentence(
    tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes(content)
    told = run(file, "--mix", "state")
    assert told.exit_code == 2
    assert says in told.output
    assert "Traceback" not in told.output


def test_a_file_from_excel_keeps_its_accents() -> None:
    found = read_roster("Name;State\r\nJosé;Ohio\r\nZoë;Utah\r\n".encode("latin-1"), ["state"])
    assert [(member.id, member.traits["state"]) for member in found.members] == [
        ("José", "Ohio"),
        ("Zoë", "Utah"),
    ]


def test_five_thousand_people_are_planned_and_one_more_is_not(tmp_path: Path) -> None:
    told = run(roster(tmp_path, 5_000), "--csv", tmp_path / "out.csv")
    assert told.exit_code == 0, told.output
    assert "5000 people" in told.output
    with pytest.raises(UnfitRoster, match="Split the file"):
        read_roster(roster(tmp_path, 5_001).read_bytes())


def test_a_name_like_a_formula_is_harmless_in_the_table(tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text("name\n=1+1\nBen\n")
    assert run(file, "--size", 2, "--csv", tmp_path / "out.csv").exit_code == 0
    assert "'=1+1" in (tmp_path / "out.csv").read_text()


@pytest.mark.parametrize(
    ("content", "size", "says"),
    [
        ("name,email\n" + "".join(f"P{n},p{n}@example.org\n" for n in range(410)), 4, "groups of 4 make 102"),
        (
            "name,email\n" + "".join(f"P{n},p{n}@example.org\n" for n in range(1001)),
            20,
            "takes 1000 people",
        ),
        (
            "name,email\nPat,a@example.org\nSam,A@example.org\n",
            2,
            "Pat and Sam have one address (a@example.org)",
        ),
        (
            "name,email\nCy,d@example.org; e@example.org\nDi,di@example\n",
            2,
            "2 people have no single address",
        ),
    ],
)
def test_what_zoom_would_refuse_is_said_before_the_file_is_made(
    tmp_path: Path, content: str, size: int, says: str
) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(content)
    told = run(file, "--size", size, "--zoom", tmp_path / "zoom.csv")
    assert told.exit_code == 2
    assert says in told.output
    assert not (tmp_path / "zoom.csv").exists()


def test_a_tools_own_headings_and_addresses_are_read(tmp_path: Path) -> None:
    """Any roster that can be imported can be planned, and its addresses are clean in Zoom's file."""
    file = tmp_path / "roster.csv"
    file.write_text(
        'First Name,Last Name,E-mail Address\nAna,Ruiz,"Ana <ana@example.org>"\n'
        "Ben,Ode,mailto:b@example.org\n"
    )
    assert run(file, "--size", 2, "--zoom", tmp_path / "zoom.csv").exit_code == 0
    assert (tmp_path / "zoom.csv").read_text().splitlines()[1:] == [
        "Group 1,ana@example.org",
        "Group 1,b@example.org",
    ]
