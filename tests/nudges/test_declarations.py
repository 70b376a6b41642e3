"""A kind of message is declared once, by the feature that writes it; a process does not start without."""

from __future__ import annotations

import pytest

from adapters import app
from bot.core.clock import MovedClock
from bot.core.composers import ComposeContext
from bot.core.feature import Feature, kinds_of
from bot.core.links import Links
from bot.core.message_kinds import LAST, MessageKind, with_its_card
from bot.core.reply import Skip
from bot.features import all_features
from bot.nudges import declarations
from bot.nudges.cadence import Expiry, Step
from bot.nudges.declarations import check_declarations
from bot.nudges.default_cadence import DEFAULT_CADENCE
from prompts import kind_titles as titles
from prompts.words import console
from storage.database import Database
from tests.support.kinds import ALL_KINDS
from tests.support.stage import START


async def _tip(reading: ComposeContext) -> Skip:
    return Skip("nothing_to_say")


TIP = MessageKind("tip", _tip)
SENT = Step(
    kind="tip", anchor="session_end", days=1, audience="cohort", nature="form", expires=Expiry(days=3)
)
SILENT = SENT.model_copy(update={"delivery": "none"})


def test_the_product_starts() -> None:
    check_declarations(all_features())


def test_a_kind_without_a_title_does_not_start() -> None:
    with pytest.raises(ValueError, match="kinds of message without a title: tip"):
        check_declarations((*all_features(), Feature("tips", messages=(TIP,))))


def test_a_kind_without_a_composer_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="'compose'"):
        MessageKind("tip")  # type: ignore[call-arg]


def test_a_twin_does_not_start() -> None:
    with pytest.raises(ValueError, match="two kinds of message are called tip"):
        check_declarations((Feature("tips", messages=(TIP,)), Feature("more", messages=(TIP,))))


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (SENT, "steps of the cadence whose message no feature writes: tip"),
        (SILENT, "steps of the cadence that no feature does: tip"),
    ],
)
def test_a_step_that_nobody_declares_does_not_start(step: Step, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        check_declarations(all_features(), (*DEFAULT_CADENCE, step))


def test_words_for_a_kind_that_nobody_declares_do_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    called = {**titles.kind_titles(), "tip": console.title_of_note}
    monkeypatch.setattr(declarations, "kind_titles", lambda: called)
    with pytest.raises(ValueError, match="titles of kinds that no feature declares: tip"):
        check_declarations(all_features())


def test_two_titles_for_one_kind_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = {"pulse.title_of_tip": console.title_of_note, "agendas.title_of_tip": console.title_of_bundle}
    monkeypatch.setattr(titles, "all_messages", lambda: twins)
    with pytest.raises(ValueError, match="two words have a title for tip"):
        titles.kind_titles.__wrapped__()


def test_a_process_asks_when_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "all_features", lambda: (*all_features(), Feature("tips", messages=(TIP,))))
    with pytest.raises(ValueError, match="without a title: tip"):
        app.build_application(Database("sqlite://"), MovedClock(START), Links("http://127.0.0.1", "s"), {})


def test_what_nobody_declares_any_more_comes_last_and_is_called_by_its_name() -> None:
    """A facilitator may have added it to a cadence; it must not be counted out, and is no "Message"."""
    gone = ALL_KINDS["spring_tip"]
    assert (gone.rank, gone.apart, gone.kept) == (LAST, False, False)
    assert gone.compose is with_its_card
    assert "spring_tip" not in ALL_KINDS, "asking declares nothing"
    assert titles.kind_title("en", "spring_tip") == "spring tip"


def test_every_kind_has_a_title_of_its_own() -> None:
    called = {slug: titles.kind_title("en", slug) for slug in kinds_of(all_features())}
    assert len(set(called.values())) == len(called)
