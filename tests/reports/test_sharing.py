"""Links to reports in the chat: who may hand one out, what is listed, what is taken back, the trail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.communities.feature import FEATURE as COMMUNITIES
from bot.reports import viewing
from bot.reports.feature import FEATURE as REPORTS
from storage.links import ReportLink
from storage.people import AuditEvent, Community, Duty, Person
from tests.communities.support import elsewhere, furnish, person_of
from tests.support.databases import sqlite_with_tables
from tests.support.stage import Stage, staged, text_of


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A series with an administrator (fay), its own evaluator (eva), one of another series, a participant."""
    async with staged(sqlite_with_tables(tmp_path / "t.db"), (COMMUNITIES, REPORTS)) as stage:
        cohort = await furnish(stage)
        await elsewhere(stage)
        await stage.person("fay", "administrator")
        await stage.person("pat")
        for name, series_id in (("eva", cohort.series_id), ("ole", 2)):
            person = await stage.person(name)
            async with stage.database.write() as db:
                db.add(Duty(person_id=person.id, role="evaluator", series_id=series_id))
        yield stage


async def links(stage: Stage) -> list[ReportLink]:
    async with stage.database.read() as db:
        return list(await db.scalars(select(ReportLink).order_by(ReportLink.id)))  # type: ignore[arg-type]


async def test_a_link_for_somebody_outside_is_shown_once_listed_and_taken_back(stage: Stage) -> None:
    said = text_of(await stage.command("fay", 'report share "State health office" steady 14'))
    assert "A link for State health office" in said
    assert "http://127.0.0.1:8700/report/" in said
    assert "Steady Teams" in said
    assert "Monday, February 15, 2027" in said
    assert "fewer than 11" in said
    listed = text_of(await stage.command("fay", "report links"))
    assert "1: for State health office, outside" in listed
    assert "Made by Fay" in listed
    assert "Not opened yet." in listed
    assert "/report/" not in listed, "the address is a key: it is shown to who made it, once"
    assert "taken back" in text_of(await stage.command("fay", "report revoke 1"))
    assert "no open link 1" in text_of(await stage.command("fay", "report revoke 1"))
    assert "No link" in text_of(await stage.command("fay", "report links"))
    async with stage.database.read() as db:
        acts = [one.action for one in await db.scalars(select(AuditEvent))]
    assert acts == ["report_shared", "report_link_revoked"]


async def test_the_form_makes_the_same_link_in_another_language(stage: Stage) -> None:
    reply = await stage.command("fay", "report share")
    assert reply.form is not None
    assert [option.value for option in reply.form.fields[1].options] == ["all", "series:1"]
    sent = {"reader": "Oficina de salud", "report": "all", "days": "90", "language": "es"}
    assert "Everything to date" in text_of(await stage.submit("fay", "report-share", **sent))
    found = (await links(stage))[0]
    assert (found.scope, found.language, found.person_id) == ("all", "es", None)
    assert found.expires_at - found.made_at == timedelta(days=90)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("report share HRSA nowhere", "nowhere"),
        ("report share HRSA all 0", "from 1 to 365"),
        ("report share HRSA all 366", "from 1 to 365"),
        ("report share HRSA all 30 fr", "I do not write in fr"),
        (f"report share {'x' * 81} all", "80 characters"),
        ("report share HRSA series:2", "series:2"),
        ("report share HRSA series:99", "series:99"),
        ("report share HRSA year:2", "year:2"),
        ("report share HRSA project:2", "project:2"),
        ("report share HRSA series:1:1", "series:1:1"),
        ("report revoke 99999999999", "no open link"),
        ("report revoke -1", "no open link"),
    ],
)
async def test_what_cannot_be_shared_or_revoked_is_said(stage: Stage, typed: str, answer: str) -> None:
    assert answer in text_of(await stage.command("fay", typed))
    assert await links(stage) == []


async def test_an_evaluator_shares_their_own_series_only_and_a_participant_nothing(stage: Stage) -> None:
    assert "A link for HRSA" in text_of(await stage.command("eva", "report share HRSA steady"))
    for scope in ("all", "project", "year"):
        await stage.command("eva", f"report share HRSA {scope}")
        form = {"reader": "HRSA", "report": f"{scope}:1" if scope != "all" else scope, "days": "7"}
        await stage.submit("eva", "report-share", **form, language="en")
    await stage.command("ole", "report share HRSA steady")
    for text in ("report share HRSA steady", "report links", "report revoke 1", "report audit"):
        assert "evaluator" in text_of(await stage.command("pat", text)).casefold() or "administrator" in (
            text_of(await stage.command("pat", text)).casefold()
        )
    assert "administrator" in text_of(await stage.command("eva", "report audit")).casefold()
    assert len(await links(stage)) == 1


async def test_nobody_takes_back_the_link_of_another_but_an_administrator(stage: Stage) -> None:
    await stage.command("eva", "report share HRSA steady")
    assert "no open link 1" in text_of(await stage.command("ole", "report revoke 1"))
    assert "no open link 1" in text_of(await stage.press("ole", "report.revoke", "1"))
    assert "taken back" in text_of(await stage.press("fay", "report.revoke", "1"))


async def test_the_trail_tells_who_saw_and_took_what_page_by_page(stage: Stage) -> None:
    assert "Nobody has opened" in text_of(await stage.command("fay", "report audit"))
    await stage.command("fay", 'report share "State health office" all')
    fay, outside = await person_of(stage, "fay"), (await links(stage))[0]
    async with stage.database.write() as db:
        view = viewing.Viewing(outside, None, await db.get_one(Community, 1))
        for _ in range(16):
            viewing.record(db, view, viewing.SEEN, "page", 11, stage.clock.now())
        viewing.record(db, view, viewing.EXPORTED, "xlsx", 11, stage.clock.now())
        db.add(AuditEvent(community_id=1, at=stage.clock.now(), actor_id=fay.id, action="report_seen",
                          subject="series:1"))  # fmt: skip
    reply = await stage.command("fay", "report audit")
    said = text_of(reply)
    assert "Fay: saw Steady Teams in the chat" in said
    assert "State health office (outside): took Everything to date as Excel" in said
    assert reply.card is not None
    older = await stage.press("fay", "report.audit", reply.card.buttons[0].value)
    assert text_of(older).count("opened the page of Everything to date") == 3
    assert "Opened 16 times." in text_of(await stage.command("fay", "report links"))


async def test_my_own_link_is_used_again_while_it_lasts(stage: Stage) -> None:
    eva = await person_of(stage, "eva")
    addresses = []
    for hours in (0, 24, 24 * 5 + 1, 0):
        stage.clock.advance(timedelta(hours=hours))
        async with stage.database.write() as db:
            addresses.append(await viewing.link_for_me(db, stage.links, eva, "series:1", stage.clock.now()))
    assert addresses[0] == addresses[1] != addresses[2] == addresses[3]


async def test_a_duty_that_ends_ends_what_its_link_shows(stage: Stage) -> None:
    eva = await person_of(stage, "eva")
    async with stage.database.write() as db:
        address = await viewing.link_for_me(db, stage.links, eva, "series:1", stage.clock.now())
    ticket = stage.links.read(address.rpartition("/")[2], "report", stage.clock.now())

    async def may() -> bool:
        async with stage.database.read() as db:
            now = stage.clock.now()
            return await viewing.opened(db, ticket, await db.get(Person, eva.id), now) is not None

    assert await may()
    async with stage.database.write() as db:
        duty = (await db.scalars(select(Duty).where(Duty.person_id == eva.id))).one()
        await db.delete(duty)
    assert not await may()
