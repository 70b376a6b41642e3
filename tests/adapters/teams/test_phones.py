"""A card says the same on a phone and on a desktop, and nobody's words do anything on either."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.playground.teams.phone import Run, shown_on_a_phone
from adapters.teams.markdown import Mentions, escaped, markdown
from prompts.text import Marked, escape, link, plain
from tests.adapters.teams.shown import letters_of, on_a_desktop, on_a_phone, problem_of

WORDS = st.one_of(
    st.text(st.sampled_from("ab1 9.-+*_[]()\\&;<>/#!`~|:=\u2019\u00e9\u4e2d\u201c\U0001f600"), max_size=30),
    st.sampled_from(
        [
            "&amp;",
            "&#42;x",
            "<at>Ana</at>",
            "\\[x\\](https://evil.example)",
            "1. one",
            "(a)- b",
            "12:00 PM (Pacific)",
        ]
    ),
)


HOSTILE = ["<at>Ana</at>", "[bank](https://evil.example)", "![x](https://evil.example/x.png)", "**loud**"]


def close(text: str) -> str:
    return "".join(text.split())


@given(WORDS)
def test_words_are_shown_letter_for_letter(words: str) -> None:
    shown = escaped(words)
    expected = [(letter, False, False, "") for letter in close(words)]
    assert on_a_desktop(shown) == expected
    assert on_a_phone(shown) == expected


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_words(words: str) -> None:
    shown = markdown(escape(words), Mentions())
    assert letters_of(on_a_phone(shown)) == letters_of(on_a_desktop(shown)) == close(words)
    assert "<at>" not in shown


@st.composite
def marked_texts(draw: st.DrawFn) -> Marked:
    """As our own messages are built: signs that we set around words that others wrote."""
    lines: list[Marked] = []
    for _ in range(draw(st.integers(1, 3))):
        parts = [Marked(draw(st.sampled_from(["", "", "- ", "> "])))]
        for words in draw(st.lists(WORDS.filter(str.strip), min_size=1, max_size=4)):
            safe = escape(" ".join(words.split()))
            look = draw(st.sampled_from(["", "**", "_", "link"])) if safe else ""
            mark = Marked(look)
            parts.append(
                link(words, "https://example.org/a_b?c=1&d=2") if look == "link" else mark + safe + mark
            )
            parts.append(Marked(draw(st.sampled_from(["", " "]))))
        lines.append(Marked("").join(parts))
    return Marked("\n").join(lines)


@given(marked_texts())
def test_our_messages_look_alike_on_both(text: Marked) -> None:
    shown = markdown(text, Mentions())
    assert problem_of(shown) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"12\:00 PM \(Pacific", r"12\:00 PM \(Pacific"),
        ("Q&amp;A", "Q&amp;A"),
        (r"a\_b \*c\* \[d\]\(e\)", r"a_b *c* [d]\(e)"),
        ("3 * 4 = 12", "3 * 4 = 12"),
    ],
)
def test_a_phone_takes_few_backslashes_away(text: str, shown: str) -> None:
    assert "".join(run.text for run in shown_on_a_phone(text)) == shown


def test_a_phone_knows_bold_italic_links_and_lists() -> None:
    assert shown_on_a_phone("**a** _b_ [c](https://d.example/(e))\n- f\n- **g**\n\nh") == [
        Run("a", bold=True),
        Run(" "),
        Run("b", italic=True),
        Run(" "),
        Run("c", address="https://d.example/(e)"),
        Run("\n"),
        Run("f", item="-"),
        Run("g", bold=True, item="-"),
        Run("\n"),
        Run("h"),
    ]


def test_no_word_of_a_message_is_lost() -> None:
    text = Marked("- **Ana** said _yes_\n> (a)- b & c\n") + "1. <at>Bo</at> [x](https://evil.example)"
    shown = markdown(text, Mentions())
    assert letters_of(on_a_phone(shown)) == close(plain(text).replace("•", "-"))
