"""`throughline breakouts check`: the certificate of a plan, verified by a script that knows no engine."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import adapters.cli.breakouts_check as script
from adapters.cli.main import app
from bot.breakouts.engine import History, Member, Plan, Rules, pair, plan
from bot.breakouts.engine.bound import lower_bound
from tests.breakouts.strategies import ids, people


def written(folder: Path, made: Plan) -> Path:
    file = folder / "plan.json"
    file.write_text(json.dumps(made.as_dict()), encoding="utf-8")
    return file


def test_the_script_is_short_and_uses_nothing_of_the_project() -> None:
    text = Path(script.__file__).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert not [
        line for line in text.splitlines() if "import" in line and ("bot" in line or "adapters" in line)
    ]


def test_a_plan_of_the_command_is_checked_by_the_command(tmp_path: Path) -> None:
    roster, file = tmp_path / "roster.csv", tmp_path / "plan.json"
    roster.write_text("name\n" + "\n".join(f"Person {n}" for n in range(17)), encoding="utf-8")
    made = ["breakouts", "plan", str(roster), "--size", "4", "--rounds", "3", "--json", str(file)]
    assert CliRunner().invoke(app, made).exit_code == 0
    told = CliRunner().invoke(app, ["breakouts", "check", str(file)])
    assert told.exit_code == 0, told.output
    assert "2 repeated meetings; no plan has fewer than 2" in told.output


def test_it_runs_alone(tmp_path: Path) -> None:
    file = written(tmp_path, plan(people(12), Rules(size=4), 2))
    alone = [sys.executable, "-I", script.__file__, str(file)]
    assert subprocess.run(alone, check=False, capture_output=True, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("part", "value"), [("repeats", 1), ("repeats", 3), ("bound", 3)], ids=["fewer", "more", "bound"]
)
def test_a_figure_that_was_changed_is_found(tmp_path: Path, part: str, value: int) -> None:
    file = written(tmp_path, plan(people(17), Rules(size=4), 3))
    content = json.loads(file.read_text())
    content["certificate"][part] = value
    file.write_text(json.dumps(content))
    assert script.check(file)


def test_a_person_who_sits_twice_is_found(tmp_path: Path) -> None:
    file = written(tmp_path, plan(people(12), Rules(size=4), 1))
    content = json.loads(file.read_text())
    content["rounds"][0][0][0] = content["rounds"][0][1][0]
    file.write_text(json.dumps(content))
    assert script.check(file)


def test_another_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    for text in ("{}", "no json", "[1]", '{"rounds": [[]], "certificate": {}}'):
        (tmp_path / "other.json").write_text(text)
        told = CliRunner().invoke(app, ["breakouts", "check", str(tmp_path / "other.json")])
        assert told.exit_code == 2
        assert "no file that breakouts plan --json wrote" in told.output


@pytest.mark.parametrize("seed", range(30))
def test_two_routines_prove_the_same_bound(seed: int) -> None:
    """Rooms with absences, history, people kept apart and together: engine and script agree to the number."""
    rng = random.Random(seed)
    count, rounds = rng.randint(6, 26), rng.randint(1, 6)
    members: list[Member] = people(count)
    history = History()
    if seed % 3 == 0:
        history = history.after(plan(members, Rules(size=3), 1, effort=0.02).rounds[0])
    present = [ids(rng.sample(members, count - rng.randint(0, 3))) for _ in range(rounds)]
    schedule = [[here[i :: 1 + count // 5] for i in range(1 + count // 5)] for here in present]
    sizes = [[len(group) for group in groups] for groups in schedule]
    apart = [pair(*rng.sample(ids(members), 2)) for _ in range(seed % 4)]
    together = [frozenset(rng.sample(ids(members), 2))] if seed % 5 == 0 else []
    ours = lower_bound(present, sizes, apart, history.meetings, together).repeats
    theirs = script.proven(
        schedule, script.pairs(history.meetings), script.pairs(apart), script.pairs(together)
    )
    assert ours == theirs
