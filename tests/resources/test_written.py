"""What people write on a page is shown as they meant it, and never does anything."""

from __future__ import annotations

import pytest

from adapters.web.written import written
from tests.security.hostile import TEXTS


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**Bold** and *soft*", "<p><strong>Bold</strong> and <em>soft</em></p>"),
        ("## Before the session", "<h2>Before the session</h2>"),
        ("# Title", "<h2>Title</h2>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        (
            "[Guide](https://example.org/a)",
            '<p><a href="https://example.org/a" rel="noreferrer">Guide</a></p>',
        ),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("5 < 6 & 7 > 2", "<p>5 &lt; 6 &amp; 7 &gt; 2</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
    ],
)
def test_the_small_markdown_of_the_form_is_shown(typed: str, shown: str) -> None:
    assert written(typed).strip() == shown


@pytest.mark.parametrize(
    "typed", [*TEXTS, "[x](javascript:alert(1))", "![x](https://evil.example.org/p.png)"]
)
def test_nothing_that_people_write_runs_or_loads(typed: str) -> None:
    shown = str(written(typed)).casefold()
    for forbidden in ("<script", "<img", "<svg", "<iframe", 'href="javascript', 'href="data'):
        assert forbidden not in shown
