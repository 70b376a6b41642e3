"""The community file: what the reader refuses, and on which line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.transfer.community_file import UpcomingSeries
from bot.transfer.community_reader import CommunityFileError, FileProblem, read_community

SAMPLE = (Path(__file__).parents[2] / "prompts" / "sample" / "community.yaml").read_text(encoding="utf-8")


def line_of(text: str, in_file: str = SAMPLE) -> int:
    return in_file[: in_file.index(text)].count("\n") + 1


def problems_after(*replacements: tuple[str, str]) -> list[FileProblem]:
    text = SAMPLE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(CommunityFileError) as raised:
        read_community(text)
    return raised.value.problems


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("anchor_zone: America/Los_Angeles", "anchor_zone: America/Portland", "not an IANA time zone"),
        ('start: "12:00"', "start: noon", "hours and minutes"),
        ('start: "12:00"', 'start: "25:00"', "time"),
        ("date: 2027-02-23", "date: 2027-02-30", "day value is outside expected range"),
        ("inside: 5,", "inside: 2,", "greater than or equal to 3"),
        ("inside: 5,", "inside: 12,", "outside may not be smaller than inside"),
        ("{percent: 75}", "{percent: 101}", "less than or equal to 100"),
        ("inside: 5,", "inside: 5, inward: 3,", "inward is not known here"),
        ("facilitators: [naomi.castellanos@example.org,", "facilitators: [naomi,", "match pattern"),
        ("{id: year-9,", "{id: Year 9,", "match pattern"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(old: str, new: str, message: str) -> None:
    found = problems_after((old, new))
    assert any(message in problem.message and problem.line == line_of(old) for problem in found), found


def test_a_missing_key_is_named_at_the_entry_that_lacks_it() -> None:
    [problem] = problems_after(("    funder: Sample Public Health Fund\n", ""))
    assert problem.message == "funder is missing"
    assert problem.line == line_of("- id: workforce-well-being")


def test_segments_must_add_up_to_the_session() -> None:
    [problem] = problems_after(("kind: didactic, minutes: 25", "kind: didactic, minutes: 30"))
    assert problem.message == "the segments take 95 minutes, the session 90"
    assert problem.line == line_of("- id: a-steady-start")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("status: upcoming", "status: soon", "status is to be archived or upcoming, not soon"),
        ("    status: upcoming\n", "", "status is missing"),
        ("key_idea: ask-first}", "key_idea: ask-second}", "there is no key idea ask-second"),
        ("resource: steady-start-audio", "resource: nowhere", "there is no resource nowhere"),
        ("    project: workforce-well-being", "    project: other", "there is no project other"),
        ("id: choice-and-voice", "id: a-steady-start", "the session a-steady-start stands here twice"),
        ("            group_size: 3\n", "", "a breakout, and only a breakout, has a group_size"),
    ],
)
def test_what_does_not_hang_together_is_refused(old: str, new: str, message: str) -> None:
    assert any(message in problem.message for problem in problems_after((old, new)))


def test_all_problems_are_told_at_once_in_file_order() -> None:
    found = problems_after(
        ("{percent: 75}", "{percent: 0}"),
        ("anchor_zone: America/Los_Angeles", "anchor_zone: Nowhere"),
        ("kind: didactic, minutes: 20", "kind: didactic, minutes: -1"),
    )
    assert len(found) == 3
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


@pytest.mark.parametrize(
    "text", ["", "just words", "- a\n- list", "a: [", "a: !!python/object:os.system {}", "\x00", "[" * 5000]
)
def test_what_is_no_community_file_is_refused_and_not_run(text: str) -> None:
    with pytest.raises(CommunityFileError) as raised:
        read_community(text)
    assert raised.value.problems


def test_an_alias_or_a_key_that_stands_twice_is_refused() -> None:
    [alias] = problems_after(("states: [AK,", "states: &a [*a,"))
    assert (alias.line, alias.message) == (line_of("states: [AK,"), "aliases (*name) are not used here")
    [twice] = problems_after(("funder: Sample", "funder: Other\n    funder: Sample"))
    assert twice.message == "funder stands here twice"


def test_a_time_needs_no_quotes() -> None:
    assert read_community(SAMPLE.replace('start: "12:00"', "start: 12:00")) == read_community(SAMPLE)


def test_a_missing_translation_or_alt_text_does_not_block_the_import() -> None:
    text = SAMPLE.replace(', es: "Un comienzo firme"', "", 1)
    alt = '            alt: {en: "A six-minute talk'
    start = text.index(alt)
    text = text[:start] + text[text.index("\n", start) + 1 :]
    [series, *_] = read_community(text).series
    assert isinstance(series, UpcomingSeries)
    assert series.sessions[0].title.languages == {"en"}
    assert series.sessions[0].resources[0].alt is None


def test_a_key_idea_is_put_to_use_by_role_then_by_setting_then_for_anyone() -> None:
    [series, *_] = read_community(SAMPLE).series
    assert isinstance(series, UpcomingSeries)
    idea = series.sessions[0].key_ideas[0]
    assert idea.use_for("leader", "school") == idea.by_role["leader"]
    assert idea.use_for(None, "school") == idea.by_setting["school"]
    assert idea.use_for("cook", None) == idea.use
