"""Acceptance stories 8, 9 and 10 in Chromium: the form is filled in on its page, in Slack's modal and in a
Teams dialog, and the report is read on its page, with the files that its links download."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect
from sqlalchemy import update
from sqlmodel import col, select

from adapters.demo.cast import Actor
from adapters.demo.story import Story
from storage.people import Identity, Person
from tests.stories.asked import BEFORE_AND_NOW, PROMOTE, RECOMMEND, RESPONSES, answers_to, series_evaluated
from tests.stories.reading import HIDDEN, definition, figures, files_equal_page, rows
from tests.stories.rolls import Rolls
from tests.stories.seats import seat, type_in, window
from tests.stories.towns import quiet_town
from tests.support.chromium import chromium, page

__all__ = ["chromium", "page"]

BY_SETTING = "People reached, by setting"
SETTINGS = {"Community clinic": 31, "Hospital": 13, "School": 7, "Tribal program": 4}
ABOUT_ANSWERS = (
    "Answered the form", "Would recommend it", "Net promoter score", "Change they report, before to now",
)  # fmt: skip
# Some read Spanish.
WHOLE_SERIES = re.compile("as a whole|en conjunto")
ANONYMOUS = re.compile("This form is anonymous|Este formulario es anónimo")
SEND = re.compile("^(Send|Enviar)$")
SENT_ALREADY = re.compile("You have sent this form already|Ya envió este formulario")
KEPT = re.compile("without your name. Nobody|sin su nombre. Ya nadie")


@pytest.mark.chromium
async def test_story_8_an_evaluator_reads_what_21_of_26_said(page: Page, tmp_path: Path) -> None:
    async with quiet_town("both", tmp_path, window) as story:
        lead, people = await series_evaluated(story)
        await _answer(story, page.context, lead, people, RESPONSES)
        report = await _closed_and_read(story, page.context, lead)
        assert (await figures(report)).items() >= {
            "Answered the form": "80.8% (21 of 26)",
            "Would recommend it": "90.5% (19 of 21; 95% interval 71.1% to 97.3%)",
            "Net promoter score": "+43 (21 answers)",
            "Change they report, before to now": "+1.50 (2.56 to 4.06, 18 complete pairs)",
            "Rated themselves higher": "83.3% (15 of 18)",
            "Rated themselves the same": "≤ 20% (of 18)",
            "Rated themselves lower": "≤ 10% (of 18)",
        }.items()
        assert "Wilson" in await definition(report, "Would recommend it")
        await files_equal_page(report, tmp_path)


@pytest.mark.chromium
async def test_story_8_with_four_responses_everything_is_hidden(page: Page, tmp_path: Path) -> None:
    async with quiet_town("both", tmp_path, window) as story:
        lead, people = await series_evaluated(story)
        await _answer(story, page.context, lead, people, 4)
        report = await _closed_and_read(story, page.context, lead)
        said = await figures(report)
        assert [said[label] for label in ABOUT_ANSWERS] == [HIDDEN] * len(ABOUT_ANSWERS)
        assert not any(label.startswith("Rated") for label in said)
        await files_equal_page(report, tmp_path)


@pytest.mark.chromium
async def test_story_9_reach_of_one_series_and_of_two(page: Page, tmp_path: Path) -> None:
    async with quiet_town("teams", tmp_path, window) as story:
        await (await Rolls.of(story)).two_series()
        (administrator,) = story.people("administrator")
        chat = await seat(story, page.context, administrator)
        report = await _report(chat, administrator, "report series first-reach")
        assert (await figures(report)).items() >= {
            "People reached": "36",
            "Times attended": "108",
            "Enrolled": "40",
            "Sessions for each person": "3.0 (36 people)",
            "Completed, of those who came": "69.4% (25 of 36)",
            "Completed, of those enrolled": "62.5% (25 of 40)",
        }.items()
        came = await rows(report, "Attendance, session by session", 2)
        assert list(came.values()) == ["30", "28", "26", "24"]
        told = await rows(report, "People by sessions attended")
        assert told == dict.fromkeys("4321", HIDDEN), "with 25 and 108 any of them would give the 2 away"
        assert "counts once" in await definition(report, "People reached")
        await files_equal_page(report, tmp_path)
        second = await figures(await _report(chat, administrator, "report series second-reach"))
        assert (second["Times attended"], second["People reached"]) == ("84", "30")
        both = await figures(await _report(chat, administrator, "report all"))
        assert (both["Times attended"], both["People reached"]) == ("192", "55")


@pytest.mark.chromium
async def test_story_10_a_funder_reads_what_cannot_be_worked_out(page: Page, tmp_path: Path) -> None:
    async with quiet_town("slack", tmp_path, window) as story:
        await (await Rolls.of(story)).settings("settings", SETTINGS)
        shown = {"Community clinic": "31", "Hospital": "13", "School": HIDDEN, "Tribal program": HIDDEN}
        (administrator,) = story.people("administrator")
        chat = await seat(story, page.context, administrator)
        report = await _report(chat, administrator, "report series settings")
        assert await rows(report, BY_SETTING) == shown
        rounded = shown | {"Community clinic": "30", "Hospital": "15"}
        await report.get_by_role("link", name="See what readers outside see").click()
        assert await rows(report, BY_SETTING) == rounded
        funder = await _shared(chat, administrator, "settings")
        await expect(funder.get_by_text("For readers outside the program")).to_be_visible()
        assert await rows(funder, BY_SETTING) == rounded
        await files_equal_page(funder, tmp_path)
        await _is_refused_once_taken_back(funder, chat)
        ended = await _shared(chat, administrator, "settings")
        await _is_refused(ended, f"{ended.url[:-6]}AAAAAA")
        story.environment.clock.advance(timedelta(days=31))
        await _is_refused(ended, ended.url)


@pytest.mark.chromium
async def test_story_10_people_active_in_two_years_count_once_overall_and_once_in_each(
    page: Page, tmp_path: Path
) -> None:
    async with quiet_town("slack", tmp_path, window) as story:
        await (await Rolls.of(story)).in_both_years({"Community clinic": 40, "Hospital": 12, "School": 3})
        (administrator,) = story.people("administrator")
        chat = await seat(story, page.context, administrator)
        for scope in ("year Year 50", "year Year 60", "all"):
            report = await _report(chat, administrator, f"report {scope}")
            assert (await figures(report))["People reached"] == "55", scope
        await report.get_by_role("link", name="See what readers outside see").click()
        told = await rows(report, BY_SETTING)
        assert told == {"Community clinic": "40", "Hospital": HIDDEN, "School": HIDDEN}
        await files_equal_page(report, tmp_path)


# --- answering ----------------------------------------------------------------------------------------------


async def _answer(
    story: Story, context: BrowserContext, lead: Actor, people: Sequence[Actor], count: int
) -> None:
    """The first `count` of the answers: those with an account there, the others by links of their own."""
    links = await _links(story, context, lead, people)
    on_chat = [person for person in people if person.person.name not in links]
    assert {one.platform for one in on_chat} == {"slack", "teams"}
    answers = list(zip(RECOMMEND, PROMOTE, BEFORE_AND_NOW, strict=True))[:count]
    chat = on_chat[:count]
    for actor, given in zip(chat, answers, strict=False):
        await _answer_in_chat(story, context, actor, given)
    tab = await context.new_page()
    for url, given in zip(links.values(), answers[len(chat) :], strict=False):
        await _answer_on_the_web(tab, url, given)
    await tab.reload()
    await expect(tab.get_by_text(SENT_ALREADY)).to_be_visible()


async def _links(
    story: Story, context: BrowserContext, lead: Actor, people: Sequence[Actor]
) -> dict[str, str]:
    """All but one of each platform lose their account; the facilitator reads a link for each."""
    kept = {person.platform: person for person in reversed(people)}.values()
    emails = [person.person.email for person in people if person not in kept]
    async with story.environment.application.database.write() as db:
        ids = select(Person.id).where(col(Person.email).in_(emails))
        await db.execute(update(Identity).where(col(Identity.person_id).in_(ids)).values(reachable=False))
    tab = await seat(story, context, lead)
    await type_in(tab, lead, "evaluation links")
    card = tab.locator(".message", has_text="Links to the form")
    await expect(card).to_be_visible()
    found = re.findall(r"^(.+): (http\S+/form/\S+)$", await card.inner_text(), re.MULTILINE)
    await tab.close()
    return dict(found)


Given = tuple[str, str, tuple[str, str]]


async def _answer_in_chat(story: Story, context: BrowserContext, actor: Actor, given: Given) -> None:
    tab = await seat(story, context, actor)
    await type_in(tab, actor, "evaluate")
    await tab.get_by_role("button", name=WHOLE_SERIES).click()
    form = tab.get_by_role("dialog")
    await expect(form.get_by_text(ANONYMOUS)).to_be_visible()
    fields = "[data-field]" if actor.platform == "slack" else ".adaptive [id]"
    names = await form.locator(fields).evaluate_all("all => all.map(one => one.dataset.field ?? one.id)")
    for name, value in answers_to([one.rpartition(":")[2] for one in names], *given).items():
        await _choose(form.locator(f"[data-field$=':{name}'], [id='{name}']"), value)
    await form.get_by_role("button", name=SEND).click()
    await expect(tab.get_by_text(KEPT)).to_be_visible()
    await tab.close()


async def _choose(field: Locator, value: str) -> None:
    """An answer to a question, whether as a list to choose from or as buttons."""
    choice = field.locator("select")
    if await choice.count():
        await choice.select_option(value)
    else:
        await field.locator(f"input[value='{value}']").check()


async def _answer_on_the_web(tab: Page, url: str, given: Given) -> None:
    await tab.goto(url)
    await expect(tab.get_by_text(ANONYMOUS)).to_be_visible()
    names = await tab.locator("fieldset").evaluate_all("all => all.map(one => one.id)")
    for name, value in answers_to(names, *given).items():
        field = tab.locator(f"[id='{name}']")
        if await tab.locator(f"select[id='{name}']").count():
            await field.select_option(value)
        else:
            await field.locator(f"input[value='{value}']").check()
    await tab.get_by_role("button", name=SEND).click()
    await expect(tab.get_by_text(KEPT)).to_be_visible()


# --- reading ------------------------------------------------------------------------------------------------


async def _closed_and_read(story: Story, context: BrowserContext, lead: Actor) -> Page:
    """The facilitator closes the form; a week later the evaluator opens the report from their chat."""
    tab = await seat(story, context, lead)
    await type_in(tab, lead, "evaluation close")
    await expect(tab.get_by_text("The form is closed")).to_be_visible()
    story.environment.clock.advance(timedelta(days=8))
    await story.settle()
    (evaluator,) = story.people("evaluator")
    return await _report(await seat(story, context, evaluator), evaluator, "report")


async def _report(chat: Page, actor: Actor, typed: str) -> Page:
    """The page behind the button of the report's card."""
    buttons = chat.get_by_text("See all numbers")
    before = await buttons.count()
    await type_in(chat, actor, typed)
    async with chat.context.expect_page() as opened:
        await buttons.nth(before).click()
    report = await opened.value
    await report.wait_for_load_state()
    return report


async def _shared(chat: Page, actor: Actor, about: str) -> Page:
    """The report as a funder opens it, in a browser of their own, by the address that they were sent."""
    cards = chat.locator(".message", has_text="Copy the address below")
    before = await cards.count()
    await type_in(chat, actor, f'report share "State health office" {about} days=30')
    (address,) = re.findall(r"http\S+/report/\S+", await cards.nth(before).inner_text())
    assert chat.context.browser is not None
    funder = await (await chat.context.browser.new_context()).new_page()
    await funder.goto(address)
    return funder


async def _is_refused_once_taken_back(funder: Page, chat: Page) -> None:
    file = await funder.get_by_role("link", name="CSV").get_attribute("href")
    await chat.get_by_role("button", name="Take it back").last.click()
    await chat.locator("dialog.confirm button[value=yes]").click()
    await expect(chat.get_by_text("is taken back")).to_be_visible()
    for address in (funder.url, f"{funder.url}{file}"):
        await _is_refused(funder, address)


async def _is_refused(reader: Page, address: str) -> None:
    """The page says what to do, and no number."""
    response = await reader.goto(address)
    assert response is not None
    assert response.status == 403
    await expect(reader.get_by_role("heading", name="does not work any more")).to_be_visible()
    assert await reader.locator("table, .figure").count() == 0
