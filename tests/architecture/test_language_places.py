"""A third language is a folder: no Python knows a language's words.

What a language needs stands in ``prompts/<language>/``: its `.po` files, ``tables.yaml`` and the files beside
it. A pattern or a name in Spanish in the code would have to be added there for a third language too.
"""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.imports import ROOT

SPANISH = re.compile(
    r"[áéíóúñü¿¡]|\b(?:sesi[oó]n|correo|nombre|hora|semana|lunes|enero|cliente|paciente|grupo|ponente|fecha|quien"
    r"|para|gracias|hola|del|de la|las|los)\b",
    re.IGNORECASE,
)
ROOMS = ("bot", "adapters", "prompts", "storage")
NOT_THE_PRODUCT = ("adapters/demo/", "adapters/playground/")
NO_LANGUAGE = frozenset({
    "bot/agendas/text_file.py",  # "del" is a tag of HTML
    "bot/core/arguments.py",  # marks of punctuation
    "bot/core/feature.py",  # a letter whose accent is kept
    "bot/core/us_states.py",  # "DE del" is Delaware
    "bot/tables/decoding.py",  # letters by which an encoding is told
})  # fmt: skip
"""Found by their letters alone."""


def knows_spanish(source: str) -> bool:
    """Whether a text in the code, not a docstring, is Spanish or names it."""
    tree = ast.parse(source)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return any(
        node.value == "es" or SPANISH.search(node.value) is not None
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    )


def places() -> set[str]:
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    named = {path.relative_to(ROOT).as_posix(): path for path in files}
    skipped = (*NOT_THE_PRODUCT, "prompts/words/")
    return {
        name
        for name, path in named.items()
        if not name.startswith(skipped) and knows_spanish(path.read_text(encoding="utf-8"))
    }


def test_no_place_knows_a_language() -> None:
    assert places() == NO_LANGUAGE


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('LANGUAGE = "es"', True),
        ('NAME = re.compile("name|nombre")', True),
        ('"""Reads nombre too."""', False),
        ('NAME = "name"', False),
    ],
)
def test_a_place_is_found_by_its_words(source: str, found: bool) -> None:
    assert knows_spanish(source) is found
