"""Page, alerts and dashboard name the metrics that are declared: none that is not, and each of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from adapters.observing.declared import METRICS
from tests.architecture.imports import ROOT
from tests.support.left_out import leave_out

ALERTS = ROOT / "docs" / "alerts.yml"
BOARD = ROOT / "docs" / "deploy" / "grafana.json"
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
NAMES = {metric.name for metric in METRICS}


def test_the_page_has_each_metric_as_it_is_declared() -> None:
    rows = [
        f"| `{one.name}` | {one.kind} | {', '.join(f'`{label}`' for label in one.labels)} | {one.what} |"
        for one in METRICS
    ]
    table = PAGE[PAGE.index("| Metric |") : PAGE.index("## The log")].strip().splitlines()[2:]
    assert table == rows


def test_names_end_as_prometheus_wants_them() -> None:
    """A counter in ``_total``, a duration in ``_seconds``."""
    assert len(NAMES) == len(METRICS)
    for one in METRICS:
        assert re.fullmatch(r"throughline(_[a-z]+)+", one.name)
        assert one.name.endswith("_total") == (one.kind == "counter")
        assert bool(one.buckets) == (one.kind == "histogram")


def asked_in(text: str) -> set[str]:
    """The metrics that expressions name, without what a histogram puts behind them."""
    found = set(re.findall(r"\bthroughline_[a-z_]+", text))
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in found}


def test_alerts_ask_for_metrics_that_exist() -> None:
    rules = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    assert asked_in(" ".join(rule["expr"] for rule in rules)) <= NAMES


def test_the_dashboard_shows_every_metric_and_no_other() -> None:
    assert asked_in(" ".join(expressions())) == NAMES


def expressions() -> list[str]:
    board = json.loads(BOARD.read_text())
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    return found or leave_out("no promtool: apt-get install prometheus")


def test_every_alert_fires_for_its_fault_and_none_in_calm(promtool: str) -> None:
    """Prometheus' own rule tests; each alert is in them."""
    play = Path(__file__).parent / "alerts.yml"
    rules = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    played = {one["alertname"] for one in yaml.safe_load(play.read_text())["tests"][0]["alert_rule_test"]}
    assert played == {rule["alert"] for rule in rules}
    done = subprocess.run([promtool, "test", "rules", str(play)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_reads_every_expression_of_the_dashboard(promtool: str, tmp_path: Path) -> None:
    """Each as a rule of its own."""
    rules = [
        {"record": f"panel:{number}", "expr": asked.replace("$__rate_interval", "5m")}
        for number, asked in enumerate(expressions())
    ]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = subprocess.run([promtool, "check", "rules", str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
