"""What a button or a form carries is joined by `pack` and split by `unpack` alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.imports import ROOT

SPLITS = {"split", "rsplit", "partition", "rpartition"}
CARRIED = {"value", "context"}
PLACES = [
    file
    for file in sorted((ROOT / "bot").rglob("*.py"))
    if file.name not in {"button_values.py", "cards.py", "router.py"}  # the router wraps whole values
]


def by_hand(source: str) -> Iterator[str]:
    """Each place that splits a button's value or a form's context, or joins one with a colon or a bar."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr=how),
                args=[ast.Constant(value=":" | "|"), *_],
            ) if name in CARRIED and how in SPLITS:
                yield f"line {node.lineno}: {name}.{how}"
            case ast.Call(func=ast.Name(id="Button" | "Form"), keywords=given):
                yield from (f"line {each.value.lineno}: joined" for each in given if is_joined(each))


def is_joined(given: ast.keyword) -> bool:
    """Whether it is what the button or form carries, written with a colon or a bar between values."""
    if given.arg not in CARRIED or not isinstance(given.value, ast.JoinedStr):
        return False
    return any(
        isinstance(part, ast.Constant) and set(str(part.value)) & set(":|") for part in given.value.values
    )


def test_no_handler_joins_or_splits_what_buttons_carry() -> None:
    found = {
        str(file.relative_to(ROOT)): told for file in PLACES if (told := list(by_hand(file.read_text())))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        'a, _, b = value.partition(":")',
        'a, b = (*context.split("|"), "")[:2]',
        'Button(label="x", action="y", value=f"{one.id}:{code}")',
        'Form(name="x", context=f"{one.id}|{seen}")',
        'Button(label="x", form="y", value=f"edit:{one.id}")',
    ],
)
def test_what_is_done_by_hand_is_found(source: str) -> None:
    assert list(by_hand(source))
