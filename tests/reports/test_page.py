"""The page of a report: every number, plot and definition of the report, in words that everybody can read."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from adapters.web.report_html import MOST_DRAWINGS, MOST_FIGURES, Surroundings, report_html
from adapters.web.report_plots import MOST_ROWS, network_of, number_column, plot_of
from bot.reports.document import Figure, NetworkDrawing, Table
from tests.reports.made_by_hand import COUNTED, NETWORK, TABLES, handmade

OUTSIDE = Surroundings(inside=False)


class Read(HTMLParser):
    """The text, the ids, the tags and the attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, attribute: str) -> list[str]:
        return [value for name, value in self.attributes if name == attribute]


def page(**changes: object) -> Read:
    return Read(report_html(handmade(**changes), OUTSIDE))  # type: ignore[arg-type]


def test_every_figure_stands_with_its_n_its_interval_and_its_definition() -> None:
    said = page().text
    assert "90.5% 19 of 21; 95% interval 71.1% to 97.3%" in said
    assert "+1.50 2.56 to 4.06, 18 people" in said
    assert "Plan to use it hidden" in said
    assert COUNTED in said
    assert "Counted up to Tuesday, June 1, 2027" in said
    assert "Numbers that fewer than 11 people stand behind are hidden" in said
    assert "It does not mean zero." in said
    assert "Answers come from closed forms only." in said


def test_every_number_of_every_table_stands_on_the_page() -> None:
    said = page().text
    for table in TABLES:
        assert table.title in said
        assert table.definition in said
        for row in table.rows:
            assert str(row[0]) in said
    assert "18,400" in said
    assert "1.62" in said


def test_without_a_hidden_number_no_mark_is_explained() -> None:
    said = page(figures=(), tables=TABLES[3:4], network=None).text
    assert "striped" not in said


@pytest.mark.parametrize("language", ["en", "es"])
def test_ids_are_unique_and_every_drawing_has_a_title_and_all_its_numbers(language: str) -> None:
    found = Read(report_html(handmade(language), OUTSIDE))
    ids = found.all("id")
    assert len(ids) == len(set(ids))
    for reference in " ".join(found.all("aria-labelledby")).split():
        assert reference in ids
    plotted = [table for table in TABLES if plot_of(table, language) is not None]
    assert found.tags.count("title") == 1 + len(plotted) + 1
    assert found.tags.count("desc") == len(plotted) + 1
    assert ("lang", language) in found.attributes


def test_no_script_no_style_attribute_and_nothing_from_elsewhere() -> None:
    found = page()
    assert "script" not in found.tags
    assert "style" not in {name for name, _ in found.attributes}
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    for value in found.all("href") + found.all("src"):
        assert not value.startswith(("http", "//"))


def test_what_people_wrote_is_shown_letter_for_letter() -> None:
    text = report_html(handmade(), OUTSIDE)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    evil = Table("t", "</title><script>x</script>", '"><b>', ("<i>", "&"), (("<svg onload=x>", 3),), "bars")
    drawn = str(plot_of(evil, "en"))
    assert "<script>" not in drawn
    assert "<svg onload" not in drawn


def test_a_hidden_number_is_a_striped_box_and_a_word_never_a_zero() -> None:
    drawn = str(plot_of(TABLES[0], "en"))
    assert drawn.count('class="hidden-box"') == 2
    assert "Hospital: hidden" in drawn
    assert "Hospital: 0" not in drawn


def test_the_longest_bar_is_the_largest_number() -> None:
    drawn = str(plot_of(TABLES[0], "en"))
    assert 'class="bar" x="0" y="20" width="400"' in drawn
    assert f'width="{400 * 13 / 31:.2f}"' in drawn


@pytest.mark.parametrize("kind", ["bars", "ratios", "lines"])
def test_odd_tables_are_drawn_or_left_to_be_read(kind: str) -> None:
    def drawn(*rows: tuple[str, float | None]) -> str | None:
        plot = plot_of(Table("t", "T", "", ("a", "b"), rows, kind), "en")  # type: ignore[arg-type]
        return None if plot is None else str(plot)

    assert drawn() is None
    assert drawn(("a", None), ("b", None)) is None
    assert "a: 0" in (drawn(("a", 0)) or "")
    assert "-5" in (drawn(("a", -5), ("b", 3)) or "")
    many = drawn(*((f"Row {number}", number) for number in range(100))) or ""
    assert f"Row {MOST_ROWS}" not in many
    assert "nan" not in many
    assert "y…" in (drawn(("y" * 300, 1)) or "")


def test_a_text_column_is_not_drawn() -> None:
    table = Table("t", "T", "", ("Who", "What", "n"), (("a", "x", 3), ("b", "y", None)), "bars")
    assert number_column(table) == 2


def test_the_network_says_every_tie_in_words_and_large_ones_keep_their_largest_groups() -> None:
    drawn = str(network_of(NETWORK, "en"))
    assert "Alaska – Washington: 33" in drawn
    assert "52 within" in drawn
    groups = tuple((f"Group {number}", number + 1) for number in range(40))
    large = str(network_of(NetworkDrawing("N", "", groups, ((39, 38, 5), (0, 1, 5))), "en"))
    assert "Group 39" in large
    assert ">Group 1<" not in large
    assert network_of(NetworkDrawing("N", "", (), ()), "en") is None
    assert network_of(NetworkDrawing("N", "only", (("A", 12),), ()), "en") is not None


def test_the_printed_summary_keeps_to_a_few_figures_and_plots_and_leaves_hidden_ones_for_last() -> None:
    tables = tuple(Table(str(n), f"T{n}", "", ("a", "b"), (("x", 3),), "bars") for n in range(9))
    hidden = tuple(Figure(f"h{n}", "Hidden", "", None) for n in range(3))
    shown = tuple(Figure(f"f{n}", "Shown", "", str(n), n) for n in range(MOST_FIGURES))
    text = report_html(handmade(tables=tables, figures=(*hidden, *shown)), OUTSIDE)
    assert text.count("plot printed") == MOST_DRAWINGS - 1
    assert text.count("network printed") == 1
    assert text.count("on-screen-only") == len(hidden)
    assert 'class="report prints-summary"' in text
    assert 'class="report prints-all"' in report_html(handmade(), Surroundings(inside=False, full=True))


def test_inside_and_outside_readers_are_told_what_they_may_do_with_it() -> None:
    assert "Nothing here can be traced to a person" in report_html(handmade(), OUTSIDE)
    assert "Do not pass it on" in report_html(handmade(), Surroundings(inside=True))
