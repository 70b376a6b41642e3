"""The picture of who has met whom, and its text equivalent."""

from __future__ import annotations

from xml.etree import ElementTree

from bot.breakouts.engine.network import NetworkLabels, network

SVG = "{http://www.w3.org/2000/svg}"
MEETINGS = {("ana", "ben"): 2, ("cy", "ana"): 1}


def test_the_text_says_for_everyone_whom_they_have_met() -> None:
    made = network(["dee", "cy", "ben", "ana"], MEETINGS, {"ana": "Ana"})
    assert made.text.splitlines() == [
        "4 people; 2 of 6 pairs have met.",
        "Ana has met ben (2 times), cy.",
        "ben has met Ana (2 times).",
        "cy has met Ana.",
        "dee has met nobody yet.",
    ]


def test_the_picture_has_a_title_a_description_and_a_line_per_pair() -> None:
    drawing = ElementTree.fromstring(network(["ana", "ben", "cy", "dee"], MEETINGS).svg)
    assert drawing.attrib["role"] == "img"
    assert drawing.findtext(f"{SVG}title") == "Who has met whom"
    assert drawing.findtext(f"{SVG}desc") == "4 people; 2 of 6 pairs have met."
    widths = [float(line.attrib["stroke-width"]) for line in drawing.iter(f"{SVG}line")]
    assert len(widths) == 2
    assert widths[0] > widths[1], "the more often, the thicker"


def test_names_cannot_break_out_of_the_picture() -> None:
    made = network(["a", "b"], {}, {"a": '<script>alert("1")</script>'})
    assert "<script" not in made.svg
    ElementTree.fromstring(made.svg)


def test_labels_give_way_to_tooltips_in_a_large_room() -> None:
    svg = network([f"p{i:03d}" for i in range(100)], {}).svg
    assert "<text" not in svg
    assert "<title>p099</title>" in svg


def test_another_language_brings_its_own_words() -> None:
    spanish = NetworkLabels(title="Quién conoce a quién", nobody="{name} no conoce a nadie todavía.")
    made = network(["ana"], {}, words=spanish)
    assert "Quién conoce a quién" in made.svg
    assert made.text.endswith("ana no conoce a nadie todavía.")


def test_meetings_with_people_who_are_not_asked_for_are_left_out() -> None:
    made = network(["ana", "cy"], MEETINGS)
    assert (made.met, made.possible) == (1, 1)
    assert "ben" not in made.text
