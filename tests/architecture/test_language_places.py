"""A third language is a folder: Python that still knows a language's words is listed here and only shrinks.

What a language needs stands in ``prompts/<language>/`` (its `.po` files and ``tables.yaml``). Each file below
has patterns or names in Spanish in its code, so a third language would have to be added in it too.
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
LEFT = frozenset({
    "adapters/replies/reply_text.py",
    "adapters/teams/package.py",
    "bot/core/client_information.py",
    "bot/sessions/meeting_reports/headings.py",
    "bot/sessions/meeting_reports/lengths.py",
    "bot/sessions/meeting_reports/likeness.py",
    "bot/sessions/meeting_reports/moments.py",
    "bot/tables/names.py",
    "bot/transfer/headings.py",
    "bot/transfer/roster.py",
    "bot/transfer/roster_columns.py",
    "bot/transfer/values.py",
})  # fmt: skip


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


def test_no_new_place_knows_a_language() -> None:
    """Take a name out of `LEFT` when its words have moved into the languages' folders; add none."""
    assert places() - NO_LANGUAGE == LEFT


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
