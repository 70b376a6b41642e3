"""A form fitted to a series: shown before it is used, never under people who are answering, and undone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Page
from sqlmodel import select

from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.core.cards import Button
from bot.core.events import Press, Where, Who
from bot.core.forms import Form
from bot.core.reply import Reply
from bot.evaluations.instruments import Instrument
from storage.evaluations import AnonymousAnswer, Evaluation
from storage.series import Series
from storage.settings import SeriesSettings
from tests.communities.support import CHANNEL, rows
from tests.evaluations.stage import ENDS, STARTS, evaluated
from tests.support.chromium import chromium, page  # noqa: F401 - fixtures
from tests.support.databases import sqlite_with_tables
from tests.support.pages import pressed
from tests.support.stage import Stage, text_of

CONTEXT = "1:post_session"
REWORDED = {"quality.en": "How was our time together?", "quality.es": "¿Qué tal estuvo nuestro rato?"}

NEW = {"new.en": "More?", "new.es": "¿Más?"}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with evaluated(sqlite_with_tables(tmp_path / "test.db")) as stage:
        yield stage


async def _form(stage: Stage, command: str = "evaluation tailor") -> Form:
    reply = await stage.command("fay", command)
    assert reply.form is not None, text_of(reply)
    return reply.form


async def _sent(stage: Stage, **changes: str) -> Reply:
    """The form as it opens, with these changes, sent."""
    form = await _form(stage)
    given = {one.name: one.initial or "" for one in form.fields} | changes
    return await stage.submit("fay", "evaluation-tailor", CONTEXT, **given)


def _button(reply: Reply, label: str) -> Button:
    assert reply.card is not None, reply.errors
    return next(one for one in reply.card.buttons if one.label.startswith(label))


async def _push(stage: Stage, reply: Reply, label: str) -> Reply:
    button = _button(reply, label)
    return await stage.press("fay", button.action, button.value)


async def _in_use(stage: Stage) -> Instrument | None:
    (series,) = await rows(stage, Series)
    stored = series.settings.instruments
    return Instrument.model_validate(stored["post_session"]) if "post_session" in stored else None


async def test_questions_are_reworded_dropped_added_and_ordered_and_seen_before_they_are_used(
    stage: Stage,
) -> None:
    shown = await _sent(
        stage,
        **REWORDED,
        **{"useful.en": "", "useful.es": "", "order": "quality, plus_delta, intend, objective",
           "new": "choice", "new.en": "Who should come next?", "new.es": "¿Quién debería venir?",
           "options.en": "A nurse\nA teacher", "options.es": "Enfermería\nDocencia"},
    )  # fmt: skip
    said = text_of(shown)
    assert "Version 3 of the form" in said
    assert "1. How was our time together? (Choose 1 to 5)" in said
    assert "Who should come next? (One answer)" in said
    assert "useful" not in said
    assert await _in_use(stage) is None, "nothing is used before somebody says so"
    seen = (await _look(stage, shown)).form
    assert seen is not None
    assert str(seen.intro).startswith("**This form is anonymous.**")
    assert seen.fields[0].label == "How was our time together?"
    assert "nothing was kept" in text_of(
        await stage.submit("fay", "evaluation-preview", CONTEXT, quality="3")
    )
    used = await _push(stage, shown, "Use it")
    assert "Version 3 is used from now on in Steady Teams" in text_of(used)
    now = await _in_use(stage)
    assert now is not None
    assert [item.id for item in now.items] == ["quality", "plus_delta", "intend", "objective", "own1"]
    form = (await stage.command("p0", "evaluate 1")).form
    assert form is not None
    assert "How was our time together?" in {one.label for one in form.fields}


ROWS = {"options.en": "One\nTwo", "options.es": "Uno\nDos"}
ENDS_OF = {"ends.en": "Not at all / Fully", "ends.es": "Nada / Del todo"}


@pytest.mark.parametrize(
    ("kind", "more", "fields"),
    [
        ("scale", {**ENDS_OF, "points": "7", "na": "true"}, ["own1"]),
        ("matrix", {**ENDS_OF, **ROWS}, ["own1.o1", "own1.o2"]),
        ("ranking", ROWS, ["own1.o1", "own1.o2"]),
        ("number", {"range": "0-60"}, ["own1"]),
        ("zip", {}, ["own1"]),
        ("presenter", {"new.en": "Was {presenter} clear?", "new.es": "¿Fue claro {presenter}?"}, ["own1_p0"]),
    ],
)
async def test_each_kind_of_question_is_added_from_a_chat_and_what_it_costs_is_said(
    stage: Stage, kind: str, more: dict[str, str], fields: list[str]
) -> None:
    shown = await _sent(stage, **(NEW | {"new": kind} | more))
    cost = "1 question" if len(fields) == 1 else "2 questions"
    assert f"{cost} more than the short form" in text_of(shown), shown.errors
    assert "about 7 of 10,000 answers" in text_of(shown)
    seen = (await _look(stage, shown)).form
    assert seen is not None
    assert [one.name for one in seen.fields if one.name.startswith("own1")] == fields
    scale = next(one for one in seen.fields if one.name.startswith("own1")).options
    if kind == "scale":
        assert [one.label for one in scale][-4:] == [
            "6",
            "7 · Fully",
            "Does not apply",
            "Prefer not to answer",
        ]


async def test_the_short_form_says_nothing_of_costs(stage: Stage) -> None:
    assert "more than the short form" not in text_of(await _sent(stage, **REWORDED))


async def _answered(stage: Stage, user: str, key: str, **answers: str) -> None:
    assert "Thank you" in text_of(await stage.submit(user, "evaluation", key, **answers))


async def _look(stage: Stage, shown: Reply) -> Reply:
    button = _button(shown, "See it as they will")
    who = Who(platform="slack", tenant="T1", user="fay")
    press = Press(key="look", who=who, where=Where(), action="", form=button.form, value=button.value)
    return await stage.happen(press)


async def test_undo_brings_the_version_before_back_and_no_number_comes_twice(stage: Stage) -> None:
    used = await _push(stage, await _sent(stage, **REWORDED), "Use it")
    assert "used again" in text_of(await _push(stage, used, "Undo"))
    assert await _in_use(stage) is None
    assert "nothing to undo" in text_of(await _push(stage, used, "Undo"))
    assert "Version 4 of the form" in text_of(await _sent(stage, **REWORDED))


async def test_a_form_that_is_open_keeps_the_version_it_was_opened_with(stage: Stage) -> None:
    assert "Thank you" in text_of(
        await stage.submit("p0", "evaluation", "session:1", quality="4", useful="5")
    )
    await stage.command("fay", 'session new "Later" 2027-03-02 12:00 90', CHANNEL)
    await _push(stage, await _sent(stage, **{"useful.en": "", "useful.es": ""}), "Use it")
    form = (await stage.command("p1", "evaluate 1")).form
    assert form is not None
    assert "useful" in {one.name for one in form.fields}
    assert "Thank you" in text_of(
        await stage.submit("p1", "evaluation", "session:1", quality="3", useful="2")
    )
    stage.clock.move_to(ENDS + timedelta(days=7))
    assert "Thank you" in text_of(
        await stage.submit("p2", "evaluation", "session:2", quality="3", useful="2")
    )
    await stage.command("fay", "evaluation close 2")
    first, second = await rows(stage, Evaluation)
    assert (first.version, second.version) == (2, 3)
    async with stage.database.read() as db:
        kept = await db.scalars(select(AnonymousAnswer).where(AnonymousAnswer.evaluation_id == second.id))
        assert [one.answers for one in kept] == [{"quality": 3}], "a dropped question keeps no answer"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"quality.en": ""}, "quality.en", "each language"),
        ({"order": "quality, nothing"}, "order", "no question called nothing"),
        ({"order": "quality, quality"}, "order", "named twice"),
        ({"objective.en": "Can you do it?"}, "objective.en", "{objective}"),
        ({"new.en": "More?", "new.es": "¿Más?"}, "new", "how it is answered"),
        ({"new": "text"}, "new.en", "each language"),
        (NEW | {"new": "scale"}, "ends.en", "both ends"),
        (NEW | {"new": "number", "range": "9-3"}, "range", "like 0-60"),
        (NEW | {"new": "presenter"}, "new.en", "{presenter}"),
        (NEW | {"new": "ranking", "options.en": "\n".join("abcdefghi")}, "options.en", "2 to 8"),
        ({"new": "choice", "new.en": "A?", "new.es": "¿A?", "options.en": "One"}, "options.en", "2 to 10"),
        ({"quality.en": "x" * 301}, "quality.en", "300"),
        ({"order": ","}, "order", "at least 1 item"),
    ],
)
async def test_what_does_not_fit_is_said_beside_its_field(
    stage: Stage, changes: dict[str, str], field: str, said: str
) -> None:
    reply = await _sent(stage, **changes)
    assert said in reply.errors[field], reply.errors
    (series,) = await rows(stage, Series)
    assert series.settings == SeriesSettings()


async def test_a_preview_that_somebody_changed_since_is_not_used(stage: Stage) -> None:
    first = await _sent(stage, **REWORDED)
    await _sent(stage, order="quality, intend")
    assert "changed the form since" in text_of(await _push(stage, first, "Use it"))
    for value in ("", "1:post_session:9", "9:post_session:3", "1:nothing:2", "x"):
        assert "is used" not in text_of(await stage.press("fay", "evaluation.use", value))
    assert await _in_use(stage) is None


async def test_participants_may_not(stage: Stage) -> None:
    assert "facilitator" in text_of(await stage.command("p0", "evaluation tailor"))
    assert "facilitator" in text_of(await stage.submit("p0", "evaluation-tailor", CONTEXT, order="quality"))
    assert "facilitator" in text_of(await stage.press("p0", "evaluation.use", "1:post_session:3"))


async def test_one_version_for_the_whole_project(stage: Stage) -> None:
    async with stage.database.write() as db:
        (series,) = await db.scalars(select(Series))
        db.add(Series(community_id=1, project_id=series.project_id, year_id=series.year_id, slug="second",
                      title={"en": "Second"}, languages=["en"], created_at=STARTS))  # fmt: skip
    used = await _push(stage, await _sent(stage, **REWORDED), "Use it in all 2 series")
    assert "Steady Teams and Second" in text_of(used)
    for one in await rows(stage, Series):
        assert "post_session" in one.settings.instruments
    await _push(stage, used, "Undo")
    for one in await rows(stage, Series):
        assert one.settings.instruments == {}


async def test_a_file_with_problems_tells_each_with_its_line_and_path(stage: Stage) -> None:
    app = web.Application()
    add_web(app, stage.router, PAGES)
    said = await stage.command("fay", "evaluation file session")
    path = _button(said, "Open").url.removeprefix(stage.links.base_url)
    async with TestClient(TestServer(app)) as client:
        async with client.get(path) as response:
            page = unescape(await response.text())
        text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
        assert text is not None
        bad = text[1].replace("kind: scale5", "kind: stars", 1).replace("id: useful", "id: quality")
        async with client.post(path, data={"file": bad}) as response:
            assert response.status == 422
            told = unescape(await response.text())
        assert re.search(r"post_session\.yaml:\d+: items\.0\.kind: ", told)
        async with client.post(path, data={"file": "a: [b"}) as response:
            assert "post_session.yaml:1" in unescape(await response.text())
        good = text[1].replace("How good was this session?", "How was our time?")
        async with client.post(path, data={"file": good}) as response:
            shown = unescape(await response.text())
        assert "How was our time?" in shown
        value = re.search(r'name="_value" value="(1:post_session:3)"', shown)
        assert value is not None
        use = pressed(stage.links, path, "evaluation.use", value[1], stage.clock.now())
        async with client.post(path, data=use) as response:
            assert "Version 3 is used from now on" in unescape(await response.text())
        other = good.replace("name: post_session", "name: other")
        async with client.post(path, data={"file": other}) as response:
            assert "must stay the form post_session" in unescape(await response.text())
        async with client.post(path, data={"file": text[1].replace("  es: ", "  fr: ", 1)}) as response:
            assert "a text is missing in es (title)" in unescape(await response.text())
    assert (await _in_use(stage)) is not None


@pytest.mark.chromium
async def test_on_a_phone_each_problem_of_a_file_stands_on_its_own_line(stage: Stage, page: Page) -> None:  # noqa: F811
    app = web.Application()
    add_web(app, stage.router, PAGES)
    async with TestClient(TestServer(app)) as client:
        stage.links.base_url = f"http://127.0.0.1:{client.port}"
        await page.set_viewport_size({"width": 390, "height": 800})
        await page.goto(_button(await stage.command("fay", "evaluation file session"), "Open").url)
        await page.locator("textarea").fill(f"name: post_session\nversion: 1\nkind: {'x' * 200}\nfoo: 1")
        await page.get_by_role("button", name="Preview").click()
        await page.wait_for_load_state()  # without its style the page has these lines as one
        told = (await page.locator(".error").inner_text()).splitlines()
        assert [line.partition(": ")[0] for line in told] == [
            "post_session.yaml:1", "post_session.yaml:1", "post_session.yaml:1", "post_session.yaml:3",
            "post_session.yaml:4",
        ]  # fmt: skip
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
