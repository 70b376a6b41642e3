"""Every dependency has its one line in docs/dependencies.md, and nothing else stands there."""

import re
import tomllib

from packaging.requirements import Requirement

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
