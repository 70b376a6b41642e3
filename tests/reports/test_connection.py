"""Connection counts distinct pairs, and themes are shares of coded sessions."""

from hypothesis import given
from hypothesis import strategies as st

from bot.reports.connection import Home, ThemeShare, connection, theme_shares
from bot.statistics.formulas import Share

PEOPLE = {
    "ana": Home("WA", "North Clinic"),
    "ben": Home("WA", "South Clinic"),
    "caro": Home("OR", "North Clinic"),
    "dee": Home(None, None),
}


def test_distinct_pairs_are_counted_once_of_all_possible_pairs() -> None:
    result = connection([["ana", "ben"], ["ben", "ana", "caro"], ["dee"]], PEOPLE)
    assert result.connected == Share(3, 6)
    assert result.pairs == {("ana", "ben"): 2, ("ana", "caro"): 1, ("ben", "caro"): 1}


def test_shares_across_places_count_only_pairs_whose_places_are_known() -> None:
    result = connection([["ana", "ben", "caro"], ["ana", "dee"]], PEOPLE)
    assert result.across_states == Share(2, 3)
    assert result.across_organisations == Share(2, 3)


def test_staff_in_a_group_do_not_count() -> None:
    assert connection([["ana", "facilitator"]], PEOPLE).connected == Share(0, 6)


def test_a_community_of_one_has_no_possible_pair() -> None:
    assert connection([["ana"]], {"ana": Home()}).connected.percent is None


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=8))
def test_connection_agrees_with_counting_each_pair(groups: list[list[str]]) -> None:
    people = {person: Home() for person in "abcdef"}
    pairs = {frozenset((a, b)) for group in groups for a in group for b in group if a != b}
    assert connection(groups, people).connected == Share(len(pairs), 15)


def test_a_theme_is_a_share_of_the_sessions_coded() -> None:
    coded = {"s1": ["burnout", "hope"], "s2": ["burnout", "burnout"], "s3": [], "s4": ["hope", "burnout"]}
    assert theme_shares(coded) == (ThemeShare("burnout", Share(3, 4)), ThemeShare("hope", Share(2, 4)))


def test_no_coded_session_gives_no_theme() -> None:
    assert theme_shares({}) == ()
