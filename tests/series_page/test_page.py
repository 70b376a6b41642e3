"""The series page through the web's door: what it shows, that its deeds are those of the chat, who may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlmodel import col, delete

from bot.core.links import SERIES_PAGE
from storage.nudges import Nudge
from storage.people import Duty
from tests.communities.support import elsewhere, person_of
from tests.series_page.browsing import browsing
from tests.series_page.furnishing import half_way
from tests.support.stage import Stage, text_of


async def address_of(stage: Stage, user: str = "fay") -> str:
    card = (await stage.command(user, "series page")).card
    assert card is not None
    return card.buttons[0].url


async def look_back(stage: Stage) -> Nudge:
    """A copy of the look back on session 5, which is to come."""
    found = [one for one in await stage.nudges("planned", "held") if one.kind == "look_back"]
    return min((one for one in found if one.session_id == 5), key=lambda one: one.id)


async def test_the_page_has_the_week_the_sessions_the_messages_and_the_people(stage: Stage) -> None:
    await half_way(stage)
    async with browsing(stage, await address_of(stage)) as page:
        said = await page.look()
    assert "people: 14 · sessions: 6" in said
    assert "5. Asking First Next" in said
    assert "14 of 14 were there" in said
    assert "No key idea is approved yet" in said
    assert "Week of Mon, Feb 1" in said
    assert "12:00 PM Session 5: Asking First" in said
    assert "Look back & look ahead Session 5" in said
    assert "Ben Okafor missed the last 2 of 4 sessions" in said
    assert "Ana Ruiz no message can reach them now" in said
    assert "Waits for approval: Say what comes next." in said
    assert "No groups are made yet for session 5" in said


async def test_it_is_read_in_the_facilitators_language(stage: Stage) -> None:
    await half_way(stage)
    await stage.command("fay", "settings language=es")
    async with browsing(stage, await address_of(stage)) as page:
        said = await page.look()
    assert 'lang="es"' in page.text
    assert "Ben Okafor faltó a las últimas 2 de 4 sesiones" in said
    assert "Semana del lun, 1 de feb" in said


async def test_a_message_is_previewed_held_and_released_as_in_the_chat(stage: Stage) -> None:
    await half_way(stage)
    value = str((await look_back(stage)).id)
    async with browsing(stage, await address_of(stage)) as page:
        said = await page.look(f"?message={value}")
        card = text_of(await stage.press("fay", "nudge.preview", value))
        assert "Preview: Look back & look ahead · session 5: Asking First" in said
        assert card.splitlines()[0] in said
        assert "Its buttons" not in said or "Its buttons" in card
        said = await page.press("nudge.hold", value)
        assert "is on hold" in said
        assert "On hold." in text_of(await stage.press("fay", "nudges.more", "1:0")), "the chat shows it"
        said = await page.press("nudge.release", value)
        assert "goes out at its time" in said
    assert (await look_back(stage)).state == "planned"


async def test_send_now_asks_first(stage: Stage) -> None:
    await half_way(stage)
    value = str((await look_back(stage)).id)
    async with browsing(stage, await address_of(stage)) as page:
        said = await page.look(f"?message={value}")
        assert "now? 14 copies go out at once." in said
        assert '<details class="sure"><summary>Send now' in page.text
        assert "14 copies are on their way" in await page.press("nudge.now", value)


async def test_a_message_is_moved_edited_and_both_are_undone(stage: Stage) -> None:
    await half_way(stage)
    before = await look_back(stage)
    async with browsing(stage, await address_of(stage)) as page:
        await page.look(f"?message={before.id}")
        move = page.form("nudge-move", str(before.id))
        assert "That is over already" in await page.send(move, {"day": "2027-01-01", "at": "09:00"})
        assert page.status == 422
        said = await page.send(move, {"day": "2027-02-05", "at": "10:30"})
        assert "now goes out on Friday, February 5, 2027, 10:30" in said
        assert (await look_back(stage)).due_because == "moved"
        assert "goes out as before the move" in await page.press("nudge.unmove")
        assert (await look_back(stage)).due_at == before.due_at
        await page.look(f"?message={before.id}")
        await page.open(page.form("nudge-edit", str(before.id)))
        assert "Back" in page.said
        words = {"title.en": "Hello", "text.en": "Breathe first.", "title.es": "", "text.es": ""}
        await page.look(f"?message={before.id}")
        said = await page.send(page.form("nudge-edit", str(before.id)), words)
        assert "Breathe first." in said
        assert "Breathe first." not in await page.press("nudge.unedit")


async def test_an_edit_of_what_somebody_else_edited_meanwhile_is_refused(stage: Stage) -> None:
    """The address of an open form names the state that it shows."""
    await half_way(stage)
    value = str((await look_back(stage)).id)
    words = {"title.en": "Ours", "text.en": "Ours", "title.es": "", "text.es": ""}
    async with browsing(stage, await address_of(stage)) as page:
        await page.look(f"?message={value}")
        answer = await page.client.get(page.form("nudge-edit", value))
        shown = str(answer.url.relative())
        await stage.submit("fay", "nudge-edit", value, **(words | {"text.en": "Theirs"}))
        assert "Somebody else edited this message" in await page.send(shown, words)
        assert "Theirs" in await page.look(f"?message={value}")


@contextmanager
def statements(stage: Stage) -> Iterator[list[str]]:
    told: list[str] = []
    engine = stage.database.engine.sync_engine

    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        told.append(statement)

    event.listen(engine, "before_cursor_execute", heard)
    yield told
    event.remove(engine, "before_cursor_execute", heard)


@pytest.mark.parametrize(("people", "sessions"), [(60, 6), (14, 12)])
async def test_more_people_and_sessions_cost_no_more_queries(
    stage: Stage, people: int, sessions: int
) -> None:
    await half_way(stage, people, sessions)
    async with browsing(stage, await address_of(stage)) as page:
        await page.look()
        with statements(stage) as told:
            await page.look()
    assert len(told) <= 60, "as many as for 14 people and 6 sessions"


async def test_a_page_that_is_open_hears_of_what_is_done_in_the_chat(stage: Stage) -> None:
    await half_way(stage)
    value = str((await look_back(stage)).id)
    async with browsing(stage, await address_of(stage)) as page:
        await page.look()
        stamp = page.text.partition('data-stamp="')[2].partition('"')[0]
        await page.look(f"?since={stamp}")
        assert page.status == 204
        await stage.press("fay", "nudge.hold", value)
        assert "On hold" in await page.look(f"?since={stamp}")
        assert page.status == 200


# --- who may ----------------------------------------------------------------------------------------------


async def test_only_who_runs_the_cohort_opens_it_and_only_while_they_do(stage: Stage) -> None:
    cohort, fay = await half_way(stage)
    await stage.person("pat", "presenter")
    pat = await person_of(stage, "pat")
    value = str((await look_back(stage)).id)
    theirs = stage.links.to(SERIES_PAGE, cohort.id, pat.id, stage.clock.now())
    async with browsing(stage, theirs) as page:
        await page.look()
        assert page.status == 403
    assert "facilitator" in text_of(await stage.command("pat", "series page"))
    async with browsing(stage, await address_of(stage)) as page:
        await page.look(f"?message={value}")
        async with stage.database.write() as db:
            await db.execute(delete(Duty).where(col(Duty.person_id) == fay.id))
        await page.press("nudge.hold", value)
        assert page.status == 403
    assert (await look_back(stage)).state == "planned"


async def test_a_cohort_of_another_community_is_not_there(stage: Stage) -> None:
    _, fay = await half_way(stage)
    other = await elsewhere(stage)
    async with browsing(stage, stage.links.to(SERIES_PAGE, other.id, fay.id, stage.clock.now())) as page:
        await page.look()
        assert page.status == 403
        assert "Theirs" not in page.text


async def test_nothing_is_pressed_or_opened_that_the_page_did_not_show(stage: Stage) -> None:
    await half_way(stage)
    value = str((await look_back(stage)).id)
    async with browsing(stage, await address_of(stage)) as page:
        await page.look(f"?message={value}")
        form = page.form("nudge-move", value)
        seal = form.partition("seal=")[2].partition("&")[0]
        for fields in (
            {"_action": "nudge.hold", "_value": value, "_seal": "x"},
            {"_action": "nudge.hold", "_value": value, "_seal": seal},
            {"_action": "form nudge-move", "_value": value, "_seal": seal},
        ):
            answer = await page.client.post(page.address, data=fields)
            assert answer.status == (403 if fields["_action"] == "nudge.hold" else 200)
        for forged in (form.replace(f"about={value}", "about=1"), form.replace("nudge-move", "nudge-edit")):
            await page.send(forged, {"day": "2027-02-05", "at": "10:30"})
            assert page.status == 403
        away = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
        answer = await page.client.post(form, data={"day": "2027-02-05", "at": "10:30"}, headers=away)
        assert answer.status == 403
    assert (await look_back(stage)).due_because != "moved"
    assert (await look_back(stage)).state == "planned"
