"""An administrator loads the workforce; a wrong file changes nothing; reports hold reach against it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.cli.main import app
from storage.publications import WorkforceGroup
from tests.communities.support import rows
from tests.reports.support import FEATURES, attend, cohort, people, project, report, table, year
from tests.support.databases import sqlite_with_tables
from tests.support.stage import START, staged, text_of

FILE = 'state,role,headcount\nWA,Counselor,"6,000"\nOR,Counselor,3000\nID,Peer,1000\n'


async def test_reach_beside_the_workforce(database_url: str) -> None:
    async with staged(database_url, FEATURES) as stage:
        await stage.person("ada", "administrator")
        group = await cohort(
            stage, "steady", await project(stage, "P"), await year(stage, "Year 1", date(2026, 9, 30)), 1
        )
        for state, role, count in (("WA", "counselor", 30), ("OR", "Peer", 12), ("", "", 8)):
            await attend(
                stage,
                group,
                [(person, 1) for person in await people(stage, count, state=state, job_role=role)],
            )
        assert "None is loaded" in text_of(await stage.command("ada", "benchmark"))
        assert "Loaded 3 lines: 10,000 people" in text_of(
            await stage.submit("ada", "benchmark", content=FILE)
        )
        stage.clock.move_to(START + timedelta(weeks=2))
        made = await report(stage, "all")
        states = {row[0]: row[1:] for row in table(made, "ratio_state").rows}
        assert states == {"WA": (1.0, 30, 6000), "OR": (0.8, 12, 3000), "ID": (0.0, 0, 1000)}
        roles = {row[0]: row[1:] for row in table(made, "ratio_role").rows}
        assert roles == {"Counselor": (0.67, 30, 9000), "Peer": (2.4, 12, 1000)}
        outside = {
            row[0]: row[1:] for row in table(await report(stage, "all", "outside"), "ratio_state").rows
        }
        assert outside["WA"][0] == 1.0
        assert outside["OR"] == (None, None, 3000), "the 8 who did not tell need company"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (FILE + "WX,Peer,9\nID,,4\nID,Nurse,some\nWA,counselor,1\n", "not a state we know: “WX”"),
        ("state,role\nWA,Peer\n", "column is missing"),
        ("state,role,headcount\n", "no lines"),
        ("", ""),
        ("\x00\ufeff", "column is missing"),
    ],
)
async def test_a_wrong_file_names_every_line_and_loads_nothing(
    tmp_path: Path, content: str, said: str
) -> None:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        await stage.person("ada", "administrator")
        await stage.submit("ada", "benchmark", content="state,role,headcount\nWA,Peer,7\n")
        reply = await stage.submit("ada", "benchmark", content=content)
        assert reply.errors
        assert said.replace("“", '"').replace("”", '"') in reply.errors["content"]
        assert reply.errors["content"].count("Line ") in {0, 1, 4}
        assert [row.headcount for row in await rows(stage, WorkforceGroup)] == [7]


async def test_loading_again_replaces_and_is_recorded(tmp_path: Path) -> None:
    async with staged(sqlite_with_tables(tmp_path / "t.db"), FEATURES) as stage:
        await stage.person("ada", "administrator")
        await stage.person("pat")
        for _ in range(2):
            await stage.submit("ada", "benchmark", content=FILE)
        assert len(await rows(stage, WorkforceGroup)) == 3
        assert "administrator" in text_of(await stage.submit("pat", "benchmark", content=FILE)).casefold()
        assert "3 lines are loaded, 10,000 people" in text_of(await stage.command("ada", "benchmark"))


def test_the_command_line_checks_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/t.db")
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(FILE)
    bad.write_text(FILE + "XX,Peer,1\n")
    run = CliRunner().invoke
    assert run(app, ["import", "benchmark", str(bad), "--apply"]).exit_code == 1
    assert run(app, ["import", "benchmark", str(good)]).exit_code == 0
    lost = run(app, ["import", "benchmark", str(good), "--apply"])
    assert lost.exit_code == 1
    assert "no community" in lost.output
