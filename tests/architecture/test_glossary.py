"""The glossary and the code name the same things."""

from __future__ import annotations

import importlib
import re

import pytest

from storage.tables import METADATA, row_classes
from tests.architecture.imports import ROOT

PAGE = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`((?:bot|storage|prompts|adapters)\.[\w.]+)`", PAGE)))


def _exists(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        module, _, member = name.rpartition(".")
        return hasattr(importlib.import_module(module), member)
    return True


@pytest.mark.parametrize("name", NAMES)
def test_each_name_of_the_glossary_is_in_the_code(name: str) -> None:
    assert _exists(name)


def test_each_table_says_what_a_row_is_and_stands_in_the_reference() -> None:
    tables = row_classes()
    told = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
    assert [one.__name__ for one in tables if not vars(one).get("__doc__")] == []
    assert [one.__name__ for one in tables if f"`{one.__module__}.{one.__name__}`" not in told] == []
    assert len(tables) == len(METADATA.tables)


def test_no_word_is_explained_twice() -> None:
    words = re.findall(r"^\| ([^|]+?) \|", PAGE, re.MULTILINE)
    explained = [word for word in words if word not in {"Word", "Table", "---"}]
    assert len(explained) == len(set(explained))
