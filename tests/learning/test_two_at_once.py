"""Two people send the same form at the same moment: one is kept, the other is told, and no words are lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.console.feature import FEATURE as MESSAGES
from bot.learning.feature import FEATURE as LEARNING
from storage.nudges import Edition
from storage.sessions import KeyIdea
from tests.communities.support import enroll, rows
from tests.learning.support import key_ideas, replan, series_with_sessions
from tests.support.stage import Stage, staged, text_of

AT_ONCE = 4
PARTS = ("idea", "question", "answer", "use")


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    """Four facilitators, on SQLite and on PostgreSQL."""
    async with staged(database_url, (COMMUNITIES, LEARNING, MESSAGES)) as stage:
        for number in range(AT_ONCE):
            await stage.person(f"fay{number}", "facilitator")
        yield stage


def idea(number: int) -> dict[str, object]:
    return {f"{part}_{code}": f"{part} by {number}" for part in PARTS for code in ("en", "es")}


async def test_of_four_edits_of_a_key_idea_one_is_kept(stage: Stage) -> None:
    _, [first, *_] = await series_with_sessions(stage)
    [shown, *_] = await key_ideas(stage, first, approved=True)
    context = f"idea:{shown.id}:{shown.revision}"
    replies = await asyncio.gather(
        *(stage.submit(f"fay{number}", "idea", context, **idea(number)) for number in range(AT_ONCE))
    )
    told = [text_of(reply) for reply in replies]
    refused = [number for number, said in enumerate(told) if "changed" in said]
    assert len(refused) == AT_ONCE - 1, told
    [winner] = set(range(AT_ONCE)) - set(refused)
    kept = next(row for row in await rows(stage, KeyIdea) if row.id == shown.id)
    assert (kept.text["en"]["idea"], kept.revision) == (f"idea by {winner}", shown.revision + 1)
    assert kept.approved_at is None, "new words wait for an approval of their own"
    for number in refused:
        assert f"idea by {number}" in told[number], "what they wrote is shown to them, to be taken over"


async def test_an_approval_that_races_an_edit_never_approves_unseen_words(stage: Stage) -> None:
    _, [first, *_] = await series_with_sessions(stage)
    [shown, *_] = await key_ideas(stage, first, approved=False)
    seen = f"{shown.id}:{shown.revision}"
    await asyncio.gather(
        stage.submit("fay0", "idea", f"idea:{seen}", **idea(0)), stage.press("fay1", "idea.approve", seen)
    )
    kept = next(row for row in await rows(stage, KeyIdea) if row.id == shown.id)
    assert (kept.text["en"]["idea"], kept.approved_at) == ("idea by 0", None)


async def test_of_four_edits_of_a_planned_message_one_is_kept(stage: Stage) -> None:
    cohort, [first, *_] = await series_with_sessions(stage)
    await enroll(stage, cohort, await stage.person("ana"))
    await key_ideas(stage, first, approved=True)
    await replan(stage, cohort)
    [nudge] = [one for one in await stage.nudges() if one.kind == "look_back" and one.session_id == first.id]
    replies = await asyncio.gather(
        *(
            stage.submit(
                f"fay{number}",
                "nudge-edit",
                f"{nudge.id}:en:0,es:0",
                **{"title.en": "Hello", "text.en": f"by {number}"},
            )
            for number in range(AT_ONCE)
        )
    )
    told = [text_of(reply) for reply in replies]
    refused = [number for number, said in enumerate(told) if "Preview" not in said]
    assert len(refused) == AT_ONCE - 1, told
    [edition] = await rows(stage, Edition)
    [winner] = set(range(AT_ONCE)) - set(refused)
    assert (edition.text, edition.revision) == (f"by {winner}", 1)
