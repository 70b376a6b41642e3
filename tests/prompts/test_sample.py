"""The sample community: real enough to show, and consistent with its roster."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from bot.transfer.community_file import (
    ArchivedSeries,
    CommunityFile,
    FileKeyIdea,
    JobRole,
    Setting,
    UpcomingSeries,
)
from bot.transfer.community_reader import read_community
from prompts.library import missing_texts
from prompts.time_zones import load_zone
from tests.prompts.reading import count_words, hard_ones
from tests.prompts.texts import EMAIL, all_words, faults

FOLDER = Path(__file__).parents[2] / "prompts" / "sample"
LANGUAGES = ("en", "es")


@pytest.fixture(scope="module")
def sample() -> CommunityFile:
    return read_community((FOLDER / "community.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def upcoming(sample: CommunityFile) -> UpcomingSeries:
    [series] = [series for series in sample.series if isinstance(series, UpcomingSeries)]
    return series


@pytest.fixture(scope="module")
def archived(sample: CommunityFile) -> list[ArchivedSeries]:
    return [series for series in sample.series if isinstance(series, ArchivedSeries)]


@pytest.fixture(scope="module")
def roster() -> list[dict[str, str]]:
    with (FOLDER / "people.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def participants(roster: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in roster if row["role"] == "participant"]


def ideas(series: UpcomingSeries) -> list[FileKeyIdea]:
    return [idea for session in series.sessions for idea in session.key_ideas]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_exists_reads_easily_and_is_short(sample: CommunityFile, language: str) -> None:
    assert missing_texts(sample, language) == []
    texts = [words.say(language) for words in all_words(sample)]
    assert hard_ones(texts, language) == []
    assert [text for text in texts if count_words(text) > 40] == []
    assert [fault for text in texts for fault in faults(text, language)] == []


def test_four_tuesdays_at_noon_pacific_start_at_these_moments_in_utc(upcoming: UpcomingSeries) -> None:
    zone = load_zone(upcoming.cohort.anchor_zone)
    starts = [dt.datetime.combine(s.date, s.start, zone).astimezone(dt.UTC) for s in upcoming.sessions]
    assert [f"{start:%a %m-%d %H:%M}" for start in starts] == [
        "Tue 02-23 20:00",
        "Tue 03-02 20:00",
        "Tue 03-09 20:00",
        "Tue 03-16 19:00",
    ]


def test_every_session_is_planned_through(upcoming: UpcomingSeries) -> None:
    for session in upcoming.sessions:
        assert sum(segment.minutes for segment in session.segments) == session.minutes == 90
        assert {segment.kind for segment in session.segments} == {"plenary", "didactic", "breakout", "case"}
        assert 1 <= sum(objective.on_form for objective in session.objectives) <= 2
        assert session.pre_work is not None
        assert len(session.key_ideas) == 3
        assert len(session.themes) >= 3
        assert len(session.commitments) >= 4
        assert len(session.resources) >= 2


def test_every_key_idea_has_a_way_to_use_it_for_each_role_and_setting(upcoming: UpcomingSeries) -> None:
    for idea in ideas(upcoming):
        assert set(idea.by_role) == set(get_args(JobRole)) - {"other"}, idea.id
        assert set(idea.by_setting) == set(get_args(Setting)) - {"other"}, idea.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_does_not_give_its_answer_away(upcoming: UpcomingSeries, language: str) -> None:
    for idea in ideas(upcoming):
        assert "?" in idea.question.say(language)
        assert idea.answer.say(language) not in idea.question.say(language)


def test_make_it_stick_follows_the_default_days_and_draws_on_every_session(upcoming: UpcomingSeries) -> None:
    assert [note.days for note in upcoming.make_it_stick] == [3, 7, 14, 28, 56, 84]
    brought_back = {note.key_idea for note in upcoming.make_it_stick}
    assert len(brought_back) == 6
    assert all(brought_back & {idea.id for idea in session.key_ideas} for session in upcoming.sessions)


def test_resources_are_complete_and_lead_nowhere_real(upcoming: UpcomingSeries) -> None:
    for session in upcoming.sessions:
        for resource in session.resources:
            assert set(resource.url) == set(LANGUAGES)
            assert all(url.startswith("https://example.org/") for url in resource.url.values())
            assert resource.alt is not None


def test_the_same_theme_has_the_same_words_in_every_series(sample: CommunityFile) -> None:
    themes = [theme for series in sample.series for session in series.sessions for theme in session.themes]
    assert all(one == other for one in themes for other in themes if one.id == other.id)
    assert len({theme.id for theme in themes}) < len(themes)


def test_history_lies_within_its_project_years(sample: CommunityFile) -> None:
    years = {year.id: year for year in sample.project_years}
    assert years["year-6"].label == "Year 6: '23–'24"
    for series in sample.series:
        year = years[series.project_year]
        assert all(year.start <= session.date <= year.end for session in series.sessions)


def test_who_attended_was_enrolled_and_stands_in_the_roster(
    archived: list[ArchivedSeries], roster: list[dict[str, str]]
) -> None:
    known = {row["email"] for row in roster}
    assert len(archived) == 2
    for series in archived:
        assert set(series.cohort.enrolled) <= known
        for session in series.sessions:
            assert set(session.attended) <= set(series.cohort.enrolled)
            assert len(set(session.attended)) == len(session.attended)


def test_presenters_and_facilitators_stand_in_the_roster(
    sample: CommunityFile, upcoming: UpcomingSeries, roster: list[dict[str, str]]
) -> None:
    role = {row["email"]: row["role"] for row in roster}
    named = {email for s in upcoming.sessions for segment in s.segments for email in segment.presenters}
    assert {role[email] for email in named} == {"presenter", "facilitator"}
    assert {email for email, its_role in role.items() if its_role == "presenter"} <= named
    assert all(
        role[email] == "facilitator" for series in sample.series for email in series.cohort.facilitators
    )


def test_the_roster_has_forty_participants_and_the_people_who_run_the_series(
    roster: list[dict[str, str]],
) -> None:
    assert Counter(row["role"] for row in roster) == {
        "participant": 40,
        "facilitator": 2,
        "presenter": 3,
        "evaluator": 1,
        "administrator": 1,
    }
    assert len({row["email"] for row in roster}) == len({row["name"] for row in roster}) == 47


def test_participants_come_from_four_states_six_zones_and_two_languages(
    participants: list[dict[str, str]],
) -> None:
    assert Counter(row["state"] for row in participants) == {"AK": 10, "ID": 10, "OR": 10, "WA": 10}
    cities = ("Adak", "Anchorage", "Boise", "Denver", "Juneau", "Los_Angeles")
    zones = {row["zone"] for row in participants}
    assert zones == {f"America/{city}" for city in cities}
    assert all(load_zone(zone) for zone in zones)
    assert Counter(row["language"] for row in participants) == {"en": 32, "es": 8}
    assert len({row["organisation"] for row in participants if row["organisation"]}) >= 14


def test_oregon_and_idaho_each_have_two_zones(participants: list[dict[str, str]]) -> None:
    for state in ("OR", "ID"):
        zones = {row["zone"] for row in participants if row["state"] == state}
        assert zones >= {"America/Boise", "America/Los_Angeles"}


def test_roster_values_are_the_known_ones_and_some_are_left_out(roster: list[dict[str, str]]) -> None:
    assert {row["platform"] for row in roster} == {"slack", "teams", "either"}
    assert {row["job_role"] for row in roster} == {*get_args(JobRole), ""} - {"other"}
    assert {row["setting"] for row in roster} == {*get_args(Setting), ""} - {"other"}
    assert any(not row["organisation"] for row in roster)
    assert any(not row["pronouns"] for row in roster)


def test_every_address_is_an_invented_one(roster: list[dict[str, str]], sample: CommunityFile) -> None:
    assert all(EMAIL.fullmatch(row["email"]) and row["email"].endswith("@example.org") for row in roster)
    assert len({row["email"].isascii() for row in roster}) == 1


def test_names_are_written_as_people_write_them(roster: list[dict[str, str]]) -> None:
    names = " ".join(row["name"] for row in roster)
    for piece in ("Ac'urunaq", "Nguyễn", "Шевченко", "حداد", "Zúñiga", "O'Dwyer"):
        assert piece in names
