"""Every worked example on the page of definitions is true."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "formulas.md"


def test_the_examples_on_the_page_give_what_it_says() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted > 20
    assert result.failed == 0
