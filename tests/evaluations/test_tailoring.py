"""Tailoring makes a new version within the rules, and never changes the old one."""

import pytest

from bot.evaluations.instrument_files import instrument_library
from bot.evaluations.instruments import Choice, Item
from bot.evaluations.tailoring import (
    AddItem,
    Change,
    DropItem,
    ReorderItems,
    RewordItem,
    TailoringError,
    tailor,
)
from prompts.library import Words

SESSION = instrument_library()["post_session"]
SURE = Item(id="sure", kind="scale10", text=Words({"en": "How sure are you?", "es": "¿Qué tan seguro está?"}))


def test_items_are_dropped_added_reordered_and_reworded_in_a_new_version() -> None:
    tailored = tailor(
        SESSION,
        [
            DropItem("useful"),
            AddItem(SURE, after="quality"),
            RewordItem("intend", text=Words({"en": "Will you use it?", "es": "¿Lo va a usar?"})),
            ReorderItems(("quality", "sure", "intend", "objective", "plus_delta")),
        ],
    )
    assert [item.id for item in tailored.items] == ["quality", "sure", "intend", "objective", "plus_delta"]
    assert tailored.item("intend").text.say("en") == "Will you use it?"
    assert (tailored.name, tailored.version) == ("post_session", 3)
    assert (SESSION.version, len(SESSION.items)) == (2, 5)


def test_an_item_may_be_put_first_and_the_version_chosen() -> None:
    tailored = tailor(SESSION, [DropItem("useful"), AddItem(SURE, after=None)], version=7)
    assert (tailored.items[0].id, tailored.version) == ("sure", 7)


def test_rewording_in_one_language_keeps_the_form_from_opening_in_the_other() -> None:
    tailored = tailor(SESSION, [RewordItem("quality", text=Words({"en": "How was it?"}))])
    assert tailored.unready("en") == []
    assert tailored.unready("es") == [".items.quality.text"]


def test_the_funders_address_is_given_by_rewording() -> None:
    funder = instrument_library()["funder"]
    assert tailor(funder, [RewordItem("official_form", url="https://example.org/form")]).unready("en") == []
    with pytest.raises(TailoringError, match="official_form"):
        tailor(funder, [RewordItem("official_form", url="javascript:alert(1)")])


WORDS = Words({"en": "x"})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([DropItem("nothing")], "no item nothing"),
        ([ReorderItems(("quality",))], "every item once"),
        ([RewordItem("quality", labels=(WORDS,) * 4)], "quality"),
        ([RewordItem("quality", parts=(Choice(id="a", text=WORDS),))], "keeps the options"),
        ([RewordItem("quality", url="https://example.org")], "takes no url"),
        ([RewordItem("plus_delta", parts=(Choice(id="plus", text=WORDS),))], "keeps the options"),
        ([DropItem(item.id) for item in SESSION.items], "at least 1 item"),
    ],
)
def test_a_change_outside_the_rules_is_refused_with_its_reason(changes: list[Change], message: str) -> None:
    with pytest.raises(TailoringError, match=message):
        tailor(SESSION, changes)


def test_dropping_the_item_another_depends_on_is_refused() -> None:
    with pytest.raises(TailoringError, match="no earlier item"):
        tailor(instrument_library()["followup_90"], [DropItem("sustained")])


def test_a_version_that_is_not_newer_is_refused() -> None:
    with pytest.raises(TailoringError, match="not newer"):
        tailor(SESSION, [], version=1)
