"""Every dependency has its one line in docs/dependencies.md, and nothing else stands there."""

import re
import tomllib
from importlib.metadata import packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.imports import ROOT


def test_every_dependency_says_why_it_earns_its_place() -> None:
    """The page lists exactly the packages that pyproject.toml asks for, each with a reason."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = settings["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {Requirement(line).name for line in asked + settings["build-system"]["requires"]}

    page = (ROOT / "docs/dependencies.md").read_text()
    rows = re.findall(r"^\| ([a-z0-9-]+) \| (.+) \|$", page, re.MULTILINE)

    assert {name for name, reason in rows if len(reason) > 10} == names


TOOLS = {
    "coverage", "cyclonedx-bom", "import-linter", "mkdocs-material", "mypy", "pip-audit", "pytest-asyncio",
    "pytest-xdist", "ruff", "setuptools", "types-pyyaml", "uv",
}  # fmt: skip
"""Run as commands, or used by name by other tools."""
DATA = {"aiosqlite", "tzdata"}
"""Read as files, or loaded by their name in an address of a database."""


def test_every_dependency_is_imported_somewhere() -> None:
    """One that nothing imports has not earned its place."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = settings["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {canonicalize_name(Requirement(line).name) for line in asked} - TOOLS - DATA
    modules: dict[str, set[str]] = {}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            modules.setdefault(canonicalize_name(distribution), set()).add(module)
    folders = ("adapters", "bot", "prompts", "storage", "tests", "benchmarks", "docs", ".ci")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    imported = set(re.findall(r"^\s*(?:from|import) ([A-Za-z_0-9]+)", source, re.MULTILINE))
    assert {name for name in names if not modules.get(name, {name}) & imported} == set()
