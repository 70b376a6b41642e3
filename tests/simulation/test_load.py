"""The load on paper: counted by hand for a few people, and held against a real database for more."""

from __future__ import annotations

import json
from datetime import time, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.cli.main import app
from adapters.simulating.simulate import agreement
from adapters.simulating.small_run import small_run
from bot.learning.composing.recall import LEAST_ASKS
from bot.nudges.budget import MOST_IN_7_DAYS
from bot.simulation.limits import SLACK_PER_MINUTE, TEAMS_PER_SECOND, MessageCosts, needs
from bot.simulation.load import Load, Scenario, expected_load, expected_people, recipients
from tests.support.kinds import ALL_KINDS


def test_one_cohort_counted_by_hand() -> None:
    """40 people and 2 presenters, 4 sessions, everybody at one start."""
    load = expected_load(Scenario(40, 4, days=(0,), hours=(time(12),)), ALL_KINDS)
    assert load.by_kind["welcome"] == 40
    assert load.by_kind["join_link"] == 4 * 42, "presenters get the link too"
    assert load.by_kind["look_ahead"] == 4 == load.posts - load.by_kind["form_live"]
    assert load.by_kind["form_live"] == 3, "the series form stands in for the last session's"
    assert load.by_kind["look_back"] == 4 * 40
    assert load.by_kind["make_it_stick"] == 6 * 40
    assert load.by_kind["commitment_check_in"] == 4 * 20
    assert load.by_kind["partner_round"] == 3 * 12
    assert load.by_kind["follow_up_form"] == 2 * 24
    assert load.total == sum(load.by_hour.values()) == sum(load.by_minute.values())


def test_nobody_is_worn_out_and_no_check_in_is_left_out() -> None:
    """Four sessions and three months after them: every person's fullest week, their minutes, their plans."""
    people = expected_people(Scenario(400, 4, days=(0, 1), hours=(time(9), time(15))), ALL_KINDS)
    assert max(people.weeks) <= MOST_IN_7_DAYS
    assert people.same_minute == 0
    assert (people.check_ins_lost, people.check_ins) == (0, 4 * 4 * 20)
    assert min(people.recalls) >= LEAST_ASKS, "each core idea comes back three times"
    assert people.told_share >= 0.95, "what people were told at joining is what they get"


def test_a_load_grows_with_the_people_and_not_with_the_starts() -> None:
    small, large = expected_load(Scenario(400, 6), ALL_KINDS), expected_load(Scenario(4_000, 6), ALL_KINDS)
    assert large.total == pytest.approx(10 * small.total)
    together = expected_load(Scenario(400, 6, days=(0,), hours=(time(9),)), ALL_KINDS)
    assert together.total == pytest.approx(small.total, rel=0.01)
    assert together.busiest_minute[1] > small.busiest_minute[1], "one start for all is the worst case"


def test_every_zone_of_the_four_states_has_somebody() -> None:
    zones = {person.reader.zone for person in recipients(Scenario(40, 1))}
    assert zones == {"America/Los_Angeles", "America/Boise", "America/Anchorage", "America/Adak"}


def test_the_busiest_minute_asks_for_processes_and_the_platforms_time() -> None:
    scenario, load = Scenario(40, 1), Load()
    minute = scenario.starts[0]
    load.by_minute[minute], load.by_kind["welcome"] = 90_000, 90_000
    costs = MessageCosts(1_000, 50, 0.5, 200, bytes_in_postgres=700)
    needed = needs(load, scenario, workspaces=10, within_seconds=900, costs=costs)
    assert needed.slack_seconds == 90_000 / 10 / SLACK_PER_MINUTE * 60 == 1_800
    assert needed.teams_seconds == 90_000 / 10 / TEAMS_PER_SECOND == 180
    assert needed.processes == 2, "100 a second, at 50 each"
    assert needed.sqlite_bytes == 90_000 * (1_000 + 100)
    assert needed.postgres_bytes == 90_000 * (700 + 100)
    slow = needs(load, scenario, workspaces=1, within_seconds=900, costs=MessageCosts(1_000, 50, 0.5, 200))
    assert slow.processes == 1, "no more than the platform takes"


async def test_the_paper_is_what_the_product_plans_in_a_real_database(tmp_path: Path) -> None:
    """Hour by hour and zone by zone; what the weekly cap moves may differ for a few."""
    scenario = Scenario(4 * 40, 4, days=(0, 1), hours=(time(9), time(15)))
    measured = await small_run(scenario, tmp_path, most_sent=200)
    load = expected_load(scenario, ALL_KINDS)
    assert measured.planned == pytest.approx(load.total, rel=0.002)
    assert agreement(measured, load) > 0.99
    assert measured.settled >= 100
    assert 0.5 < measured.bytes_per_nudge / MessageCosts().bytes_per_nudge < 2


def test_agreement_notices_a_paper_that_is_wrong() -> None:
    scenario = Scenario(40, 2)
    load, moved = expected_load(scenario, ALL_KINDS), Load()
    for (hour, zone), number in load.by_hour.items():
        moved.by_hour[hour + timedelta(hours=1), zone] = number
    moved.by_kind = load.by_kind
    same = type("Counted", (), {"by_hour": load.by_hour, "planned": load.total})
    assert agreement(same, load) == pytest.approx(1)  # type: ignore[arg-type]
    assert agreement(same, moved) < 0.9  # type: ignore[arg-type]


def test_a_million_people_on_paper() -> None:
    ran = CliRunner().invoke(app, ["simulate", "--people", "1000000", "--weeks", "8", "--workspaces", "50"])
    assert ran.exit_code == 0
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["messages"] > 50_000_000
    assert told["processes"] >= 1
    assert set(told["by_zone"]) >= {"America/Adak", "America/Boise"}


@pytest.mark.parametrize(
    "arguments",
    [["--people", "0"], ["--weeks", "0"], ["--weeks", "53"], ["--workspaces", "0"], ["--people", "x"]],
)
def test_nonsense_is_refused_with_the_option_named(arguments: list[str]) -> None:
    ran = CliRunner().invoke(app, ["simulate", *arguments])
    assert ran.exit_code == 2
    assert arguments[0] in ran.output
