"""`throughline demo`: its own count of lost, doubled and late, and the whole series once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from adapters.cli.main import app
from adapters.demo.cast import AskedQuestion
from adapters.demo.play import play, reckon
from adapters.demo.script import tick_off
from adapters.demo.story import Story, WrittenAnswer, cast_for, commands
from adapters.demo.words import said_in_message
from adapters.playground.environment import running_town
from adapters.playground.ledger import LedgerPost
from adapters.playground.server import BEGIN
from adapters.teams.render import render
from bot.core.cards import Card
from bot.core.clock import MovedClock
from bot.features import all_features, all_kinds
from bot.nudges.default_cadence import DEFAULT_CADENCE
from storage.database import Database
from storage.nudges import Nudge
from storage.sessions import Session
from tests.adapters.teams.shown import problem_of, texts_of
from tests.demo.written import misfits_of
from tests.support.sample import sqlite_with_sample


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    """A town in which nothing has been sent yet."""
    database = Database(sqlite_with_sample(tmp_path / "demo.db", "slack"), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), "slack", secrets=["demo"]) as environment:
        yield Story(environment, cast_for(environment, "slack"), commands())
    await database.close()


async def test_people_wait_for_an_answer_however_busy_the_machine_is(tmp_path: Path) -> None:
    """By the platforms' own limits a busy machine left out a form that somebody had sent."""
    database = Database(sqlite_with_sample(tmp_path / "busy.db", "both"), durable=False, alone=True)
    async with running_town(database, MovedClock(BEGIN), "both", secrets=["demo"]) as environment:
        environment.slack.delivery.answer_seconds = environment.teams.postbox.answer_seconds = 0.0001
        story = Story(environment, cast_for(environment, "both"), commands())
        await story.command([story.people("facilitator")[0], story.people("participant")[-1]], "help")
        assert story.undone == {}
    await database.close()


async def say_sent(story: Story, mark: str, state: str = "sent") -> None:
    """An outbox row, as the bot would leave it."""
    async with story.environment.application.database.write() as db:
        db.add(
            Nudge(
                key=mark, mark=mark, community_id=1, kind="note", state=state, due_at=BEGIN, created_at=BEGIN
            )
        )


def accepted(mark: str) -> LedgerPost:
    """A post as Slack's side writes it down."""
    return LedgerPost("slack", "T1", "D1", ("U1",), mark, "hello", BEGIN, "1.0")


async def test_a_message_that_arrived_once_and_in_time_is_well(story: Story) -> None:
    """Sent in the outbox, once in the ledger."""
    await say_sent(story, "a")
    story.environment.ledger.record(accepted("a"))
    account = await reckon(story)
    assert account.well
    assert (account.sent, account.planned) == (1, 1)


async def test_what_the_platform_never_accepted_is_lost(story: Story) -> None:
    """The outbox may say what it likes: the far side's ledger decides. Failures and what is overdue
    are losses too."""
    await say_sent(story, "a")
    await say_sent(story, "b", state="failed")
    await say_sent(story, "c", state="planned")
    account = await reckon(story)
    assert len(account.lost) == 3
    assert not account.well


async def test_what_was_accepted_twice_is_doubled(story: Story) -> None:
    """Even when the outbox knows of one only."""
    await say_sent(story, "a")
    story.environment.ledger.record(accepted("a"))
    story.environment.ledger.record(accepted("a"))
    account = await reckon(story)
    assert account.doubled == ["a"]
    assert not account.well


async def test_what_was_accepted_long_after_it_fell_due_is_late(story: Story) -> None:
    """Measured from when it first fell due, which moving the row afterwards does not change."""
    await say_sent(story, "a")
    story.due["a"] = BEGIN - timedelta(hours=1)
    story.environment.ledger.record(replace(accepted("a"), at=BEGIN))
    account = await reckon(story)
    assert len(account.late) == 1
    assert str(account) == "demo: 1 planned, 1 sent, 0 skipped, 0 lost, 0 doubled, 1 late"


async def test_the_small_print_of_a_message_is_read_too(story: Story) -> None:
    """On Slack it stands in a block of its own: `export` says there what the copy does not hold."""
    actor = story.people("participant")[0]
    await actor.type("export")
    assert "Anonymous answers are not in it" in actor.see().text


def test_what_slack_escapes_is_read_as_it_is_seen() -> None:
    """Also in small print."""
    small = {"type": "context", "elements": [{"type": "mrkdwn", "text": "a &lt; b"}]}
    assert said_in_message("Look back &amp; look ahead", [small]) == "Look back & look ahead\na < b"


async def test_presenters_tick_off_what_they_have_done(story: Story) -> None:
    """A week before, the slides; then one item less stands on the list, and the tech check is left."""
    presenter = story.people("presenter")[0]
    await presenter.type("checklist 1")
    assert [push.does for push in presenter.see().pushes].count("checklist.done") == 2
    for _ in range(2):
        await tick_off(presenter, left_open=1)
    assert [push.does for push in presenter.see().pushes].count("checklist.done") == 1


async def test_a_form_on_slack_is_filled_in_from_the_answer_book(story: Story) -> None:
    """Slack's names of fields have the form's before them. Nothing is refused, with everything asked."""
    actor = story.people("participant")[0]
    boxes = [AskedQuestion(f"commit:{name}", name, "text", required=True) for name in ("own_cue", "action")]
    given = story._answers(actor, boxes, sparing=False)
    assert set(given) == {"commit:own_cue", "commit:action"}
    listed = AskedQuestion("commit:cue", "My cue", "one", required=True, options=("a", "b"))
    assert set(story._answers(actor, [listed, *boxes], sparing=False)) == {"commit:cue", "commit:action"}


async def test_every_session_of_the_sample_has_a_join_link(story: Story) -> None:
    async with story.environment.application.database.read() as db:
        coming = await db.scalars(select(Session).where(Session.starts_at > BEGIN))
        links = [one.join_link for one in coming]
    assert len(set(links)) == 4
    assert all(link.startswith("https://") for link in links)


def test_every_message_of_the_cadence_has_somebody_who_writes_it() -> None:
    """A step that no feature composes would fail when it is due."""
    written = all_kinds().keys()
    assert {step.kind for step in DEFAULT_CADENCE if step.delivery != "none"} <= written
    run = {kind for feature in all_features() for kind in feature.jobs}
    assert {step.kind for step in DEFAULT_CADENCE if step.delivery == "none"} <= run


async def doubled(story: Story) -> None:
    """Slack accepts the same message again."""
    await say_sent(story, "a")
    story.environment.ledger.record(accepted("a"))
    story.environment.ledger.record(accepted("a"))


async def lost(story: Story) -> None:
    """The outbox says sent, and nothing arrived."""
    await say_sent(story, "a")


async def late(story: Story) -> None:
    """It arrives an hour after it fell due."""
    await well(story)
    story.due["a"] = BEGIN - timedelta(hours=1)


async def well(story: Story) -> None:
    """Once, and in time."""
    await say_sent(story, "a")
    story.environment.ledger.record(accepted("a"))


@pytest.mark.parametrize(
    ("planted", "status", "counted"),
    [
        (well, 0, "0 lost, 0 doubled, 0 late"),
        (lost, 1, "1 lost, 0 doubled, 0 late"),
        (doubled, 1, "0 lost, 1 doubled, 0 late"),
        (late, 1, "0 lost, 0 doubled, 1 late"),
    ],
)
async def test_the_demo_fails_when_anything_is_lost_doubled_or_late(
    planted: Callable[[Story], Awaitable[None]],
    status: int,
    counted: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With a fault planted in place of the series; the last line tells which."""
    monkeypatch.setattr("adapters.demo.play.play_series", lambda story, _sessions: planted(story))
    assert await play("slack", None, quiet=True) == status
    assert capsys.readouterr().out.splitlines()[-1].endswith(counted)


def texts_rendered(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Grows by the texts of each card that is rendered for Teams."""
    texts: set[str] = set()

    def rendered(card: Card, users: dict[int, str], language: str) -> dict[str, object]:
        shown = render(card, users, language)
        texts.update(texts_of(shown))
        return shown

    for name in ("platform", "flow"):
        monkeypatch.setattr(f"adapters.teams.{name}.render", rendered)
    return texts


@pytest.mark.slow
async def test_the_whole_series_arrives_once_and_in_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """40 people on both platforms, from the invitation to the last follow-up: status 0, and a transcript.
    Every text of every card on Teams looks alike on a phone and on a desktop."""
    texts = texts_rendered(monkeypatch)
    page = tmp_path / "demo.html"
    assert await play("both", tmp_path / "demo.json", quiet=False, html_file=page) == 0
    assert 200_000 < page.stat().st_size < 5_000_000
    assert len(texts) > 500
    assert [problem for text in texts if (problem := problem_of(text))] == []
    printed = capsys.readouterr().out
    told = json.loads((tmp_path / "demo.json").read_text(encoding="utf-8"))
    assert printed.splitlines()[-1] == told["line"]
    assert told["line"].endswith("0 lost, 0 doubled, 0 late")
    assert told["not_done"] == {}
    assert told["errands_failed"] == []
    assert len(told["written"]) > 100
    assert told["kinds"]["presenter_checklist"]["answered"] > 3
    assert not any("comes from your facilitator" in line["text"] for line in told["transcript"])
    assert misfits_of(WrittenAnswer(**one) for one in told["written"]) == []
    assert told["kinds"]["make_it_stick"]["sent"] > 150
    assert told["kinds"]["partner_round"]["sent"] > 10
    reasons = {reason for kind in told["kinds"].values() for reason in kind["skipped"]}
    assert reasons >= {"left", "paused"}
    assert any("has a new time" in line["text"] for line in told["transcript"])
    assert {line["platform"] for line in told["transcript"]} == {"slack", "teams"}
    first = told["first_session"]
    assert (first["on_slack"], first["on_teams"], first["on_neither"]) == (9, 6, 2)
    assert "#steady-teams (slack)" in printed


@pytest.mark.parametrize("option", ["--html", "--json"])
def test_a_file_that_cannot_be_written_is_told_before_the_series_is_played(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        pytest.fail("the series was played first")

    monkeypatch.setattr("adapters.demo.play.play", never)
    for file in (tmp_path / "nowhere/series.html", tmp_path):
        ended = CliRunner().invoke(app, ["demo", option, str(file)])
        assert ended.exit_code == 2
        assert "cannot write" in ended.output
