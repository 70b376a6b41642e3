"""Imports run one way; chat SDKs stay in their adapters; the pure modules know no store and no chat."""

import re
import shutil
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.architecture.imports import ROOMS, ROOT, SLACK_SDKS, TEAMS_SDKS, foreign_sdks, product_files

# What is computed from plain values alone, wherever in bot/ it stands.
PURE = re.compile(
    r"bot\.breakouts\.engine(\..+)?"
    r"|bot\.nudges\.(cadence|calendar)"
    r"|bot\.(.+\.)?(formulas|suppression|timekeeping|zones|permissions|composing)(\..+)?"
)
FORBIDDEN_TO_PURE = ("storage", "sqlalchemy", "sqlmodel", "aiohttp", *SLACK_SDKS, *TEAMS_SDKS)


def check_contracts(directory: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts of pyproject.toml on the rooms below `directory`."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=directory,
        env={"PYTHONPATH": str(directory)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    """The project's contracts above empty rooms."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    folders = [folder.parent.relative_to(ROOT) for folder in (ROOT / "bot").glob("*/__init__.py")]
    for room in (*map(Path, ROOMS), *folders):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    (tmp_path / "bot/features.py").touch()
    return tmp_path


def test_the_contracts_are_kept() -> None:
    """adapters may import bot, bot may import storage and prompts, and nothing the other way."""
    done = check_contracts(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def circle_in(imports: dict[str, set[str]]) -> list[str]:
    """The modules of one circle of imports, those for types alone included; empty where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_two_files_of_the_bot_import_each_other() -> None:
    graph = grimp.build_graph("bot", cache_dir=None)
    imports = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    assert len(imports) > 400
    assert circle_in(imports) == []
    assert circle_in(imports | {"bot.core.inputs": {"bot.core.forms"}}) != [], "a planted one is found"


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("bot", "import adapters"),
        ("storage", "import bot"),
        ("prompts", "from storage import x"),
        ("bot", "def later() -> None:\n    import slack_sdk"),
        ("storage", "import botbuilder.core"),
        ("bot/core", "import bot.nudges"),
        ("bot/timekeeping", "import bot.core"),
        ("bot/nudges", "import bot.sessions"),
        ("bot/breakouts", "def later() -> None:\n    import bot.partners"),
        ("bot/sessions", "import bot.reports"),
        ("bot/help", "from bot import features"),
        ("bot/starting", "from bot import features"),
    ],
)
def test_a_planted_import_breaks_the_contracts(small_house: Path, room: str, line: str) -> None:
    """The check is red for an import against the direction, also one hidden in a function."""
    assert check_contracts(small_house).returncode == 0
    (small_house / room / "planted.py").write_text(line + "\n")
    assert "BROKEN" in check_contracts(small_house).stdout


def test_adapters_know_nothing_of_each_other(small_house: Path) -> None:
    """Slack, Teams and web may not import one another."""
    for name in ("slack", "teams", "web"):
        (small_house / "adapters" / name).mkdir()
        (small_house / "adapters" / name / "__init__.py").touch()
    assert check_contracts(small_house).returncode == 0
    (small_house / "adapters/web/planted.py").write_text("import adapters.slack\n")
    assert "BROKEN" in check_contracts(small_house).stdout


def test_chat_sdks_stay_in_their_adapters() -> None:
    """No file outside adapters/slack imports a Slack SDK, none outside adapters/teams a Teams one."""
    found = {str(path): foreign_sdks(path, (ROOT / path).read_text()) for path in product_files()}
    assert {path: sdks for path, sdks in found.items() if sdks} == {}


@pytest.mark.parametrize(
    ("path", "line", "foreign"),
    [
        ("adapters/slack/app.py", "from slack_bolt.async_app import AsyncApp", set()),
        ("adapters/teams/app.py", "from botbuilder.core import CloudAdapter", set()),
        ("adapters/teams/app.py", "import slack_sdk", {"slack_sdk"}),
        (
            "adapters/playground/page.py",
            "def f() -> None:\n    import botframework.connector",
            {"botframework"},
        ),
        ("bot/core/router.py", "import msal", {"msal"}),
    ],
)
def test_a_foreign_sdk_is_found(path: str, line: str, foreign: set[str]) -> None:
    """The check tells an adapter's own SDK from everybody else's, inside functions too."""
    assert foreign_sdks(Path(path), line) == foreign


def pure_violations(graph: grimp.ImportGraph) -> list[str]:
    """Each pure module's shortest way to something it may not know, as `a -> b -> c`."""
    found = []
    for module in sorted(name for name in graph.modules if PURE.fullmatch(name)):
        for forbidden in FORBIDDEN_TO_PURE:
            if forbidden not in graph.modules:
                continue
            for chain in graph.find_shortest_chains(module, forbidden):
                found.append(" -> ".join(chain))
    return found


def test_pure_modules_know_no_store_and_no_chat() -> None:
    """Pairing, cadence, composing, formulas, parsing and permissions reach no storage, SDK or network."""
    graph = grimp.build_graph("bot", "storage", "prompts", include_external_packages=True, cache_dir=None)
    assert pure_violations(graph) == []


def test_a_pure_module_that_reaches_storage_by_a_detour_is_found() -> None:
    """One step in between does not hide it."""
    graph = grimp.ImportGraph()
    for name in ("bot.nudges.cadence", "bot.nudges.planner", "storage"):
        graph.add_module(name)
    graph.add_import(importer="bot.nudges.cadence", imported="bot.nudges.planner")
    graph.add_import(importer="bot.nudges.planner", imported="storage")
    assert pure_violations(graph) == ["bot.nudges.cadence -> bot.nudges.planner -> storage"]
