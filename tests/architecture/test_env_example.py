"""`.env.example` holds every setting there is, and the container is reached whatever stands in `.env`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from adapters.settings import Settings

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def test_the_example_names_every_setting_that_is_read_and_no_other() -> None:
    named = re.findall(r"(?m)^(?:# )?([A-Z][A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"))
    of_compose = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    assert len(named) == len(set(named))
    assert set(named) == {name.upper() for name in Settings.model_fields} | of_compose


def test_the_example_as_it_stands_is_what_the_bot_does_without_any(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert Settings(_env_file=EXAMPLE) == Settings(_env_file=None)


def test_a_container_listens_on_its_published_port_whatever_the_example_says() -> None:
    """What `environment` says outweighs `env_file`, where HOST is the machine itself."""
    bot = yaml.safe_load(COMPOSE)["services"]["bot"]
    assert bot["environment"]["HOST"] == "0.0.0.0"
    assert bot["ports"] == [f"{bot['environment']['PORT']}:{bot['environment']['PORT']}"]
