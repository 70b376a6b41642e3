"""Reads which module names which: every import of a file, those inside functions too."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot", "adapters", "storage", "prompts")

SLACK_SDKS = frozenset({"slack_sdk", "slack_bolt"})
TEAMS_SDKS = frozenset({"botbuilder", "botframework", "msal"})


def imported_names(source: str) -> set[str]:
    """The full names of the modules that `source` imports from outside its own folder."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


def foreign_sdks(path: Path, source: str) -> set[str]:
    """The chat SDKs that a file of the product imports although they are not its adapter's own.

    `path` is relative to the checkout, e.g. `adapters/slack/app.py`.
    """
    packages = {name.partition(".")[0] for name in imported_names(source)}
    allowed: frozenset[str] = frozenset()
    if path.is_relative_to("adapters/slack"):
        allowed = SLACK_SDKS
    if path.is_relative_to("adapters/teams"):
        allowed = TEAMS_SDKS
    return (packages & (SLACK_SDKS | TEAMS_SDKS)) - allowed


def product_files(root: Path = ROOT) -> Iterator[Path]:
    """Every Python file of the four rooms, relative to `root`."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            yield path.relative_to(root)
