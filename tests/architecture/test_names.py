"""Names say what a thing is for: no drawers for everything, no commands without an intent."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.imports import ROOT, product_files

DRAWERS = frozenset({"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"})
EMPTY_NAMES = frozenset({"process", "process_data", "handle_data", "do_it", "do_stuff", "data2"})


def _is_html_parser(node: ast.AST) -> bool:
    """A subclass of the library's parser: the library names its methods."""
    return isinstance(node, ast.ClassDef) and "HTMLParser" in map(ast.unparse, node.bases)


def vague_names(path: Path, source: str) -> Iterator[str]:
    """What in a file has a name that says nothing: the module itself, its classes and functions."""
    if DRAWERS & {*path.parts[:-1], path.stem}:
        yield str(path)
    tree = ast.parse(source)
    given = {method for one in ast.walk(tree) if _is_html_parser(one) for method in ast.walk(one)}
    for node in ast.walk(tree):
        if node in given:
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.lstrip("_") in EMPTY_NAMES:
            yield f"{path}:{node.lineno} {node.name}"
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Helper", "Utils")):
            yield f"{path}:{node.lineno} {node.name}"


def test_names_in_the_product_say_what_they_are_for() -> None:
    """No module called utils, no class called SomethingManager, no function called process."""
    found = [name for path in product_files() for name in vague_names(path, (ROOT / path).read_text())]
    assert found == []


@pytest.mark.parametrize(
    ("path", "source", "count"),
    [
        ("bot/utils.py", "", 1),
        ("bot/helpers/text.py", "", 1),
        ("bot/nudges/sender.py", "class NudgeManager: ...", 1),
        ("bot/nudges/sender.py", "async def process(): ...", 1),
        ("bot/nudges/sender.py", "async def claim_due_nudges(): ...", 0),
    ],
)
def test_a_vague_name_is_found(path: str, source: str, count: int) -> None:
    """The check is red for a planted name and quiet for a good one."""
    assert len(list(vague_names(Path(path), source))) == count


def test_every_test_directory_is_a_package() -> None:
    """Two tests may then have the same file name, and the type checker sees them all."""
    directories = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert [str(d.relative_to(ROOT)) for d in sorted(directories) if not (d / "__init__.py").exists()] == []
