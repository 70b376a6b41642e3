"""Threat 16: of somebody who deleted their data, or whose time is over, nothing stands anywhere.

First over every table there is, whatever it is for; then a person who used everything, in rows, in the bytes
of the files, and in a backup made afterwards.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.cli.backups import back_up
from bot.core.events import Command, Event, Press, Said, Where, Who
from bot.core.jobs import JobContext
from bot.features import all_features
from bot.nudges.housekeeping import run_housekeeping
from bot.privacy.deleting import forget_person
from bot.privacy.my_data import my_data
from storage.database import Database
from storage.evaluations import Evaluation
from storage.nudges import InboxEvent
from storage.people import Person
from storage.tables import METADATA
from tests.communities.support import channel_for, rows
from tests.privacy.support import all_that_is_stored, bytes_on_disk
from tests.reflections.support import cohort_with_people, value_of
from tests.security.two_tenants import CONTENT, THEIR_USER, THEIRS, furnished
from tests.support.databases import sqlite_with_tables
from tests.support.kinds import ALL_KINDS
from tests.support.stage import START, TENANT, Stage, staged

NAMES_NOBODY = {
    "attendance": "where a count came from", "nudge": "what was sent when, without its words",
    "person": "the emptied row that counts hang on: its state, role and setting",
    "promptsent": "that a form was brought to mind, for the count",
    "reportlink": "the label that staff gave an outside reader, kept with the audit",
    "auditevent": "action names and row numbers",
    "experiment": "what was tried on a cohort, with the row number of the starter",
    "recallchoice": "which ideas of a series come back, with the row number of the chooser",
}  # fmt: skip
"""Rows that point to a person and stay, and why they may."""
COUNTED = {
    "attendance": {"source"},
    "nudge": {"due_because", "key", "claimed_by", "group"},
    "person": {"state", "job_role", "setting"},
    "promptsent": {"variant", "kind"},
    "reportlink": {"label", "scope"},
    "auditevent": {"action", "subject", "details"},
    "experiment": {"kind", "seed", "opening"},
    "recallchoice": {"role"},
}
"""What may stand in them."""
THE_PROGRAMMES = {"checklistitem", "evaluation", "keyidea", "pulse", "segment"}
"""Texts of the programme, with whose task or idea they are: a row number that names nobody any more."""
MAKERS = {"made_by_id", "updated_by_id", "published_by_id", "edited_by_id", "set_by_id", "coded_by_id"}
"""Columns that say who did something for the community: what was made is the community's."""


async def test_no_table_keeps_what_a_deleted_person_wrote_or_was_called(tmp_path: Path) -> None:
    """A new table with somebody's words fails here until `forget_person` knows it."""
    database = Database(furnished(tmp_path / "all.db"), durable=False)
    async with database.write() as db:
        await forget_person(db, await db.get_one(Person, THEIRS))
    found: dict[str, set[str]] = {}
    async with database.read() as db:
        for table in METADATA.sorted_tables:
            for row in (await db.execute(select(table))).mappings():
                told = {
                    name
                    for name, value in row.items()
                    if CONTENT in str(value).casefold() or THEIR_USER in str(value)
                }
                if told and _is_about(table.name, dict(row)):
                    found.setdefault(table.name, set()).update(told)
    await database.close()
    assert found == COUNTED
    assert found.keys() == NAMES_NOBODY.keys()


STAY_EMPTIED = {"attendance", "enrollment", "groupmember", "nudge", "reportlink", "sessionpresenter"}
ON_THE_WAY = {
    "attendancedraft", "confirmedname", "formdraft", "importdraft", "linkcode", "personmerge", "pulsevote",
}  # fmt: skip


async def test_every_row_of_a_person_goes_and_was_in_their_export(tmp_path: Path) -> None:
    """Of a new table as well, whatever is in it. What is kept for hours or days only is not exported."""
    database = Database(furnished(tmp_path / "all.db"), durable=False)
    async with database.write() as db:
        before = await _with_person(db)
        told = await my_data(db, THEIRS)
        await forget_person(db, await db.get_one(Person, THEIRS))
        assert await _with_person(db) == STAY_EMPTIED
    await database.close()
    lists = [name for name, part in told.items() if name != "what_i_did" and part]
    assert len(lists) == len(before - ON_THE_WAY - {"reportlink", "sessionpresenter"}) + len({"profile"})


async def _with_person(db: AsyncSession) -> set[str]:
    """The tables with a row whose `person_id` is theirs."""
    tables = [
        table for table in METADATA.sorted_tables if "person_id" in table.c and table.c.person_id.foreign_keys
    ]
    rows = [(await db.execute(select(table).where(table.c.person_id == THEIRS))).first() for table in tables]
    return {table.name for table, row in zip(tables, rows, strict=True) if row is not None}


async def test_a_form_that_rated_somebody_keeps_its_answers_without_the_name(tmp_path: Path) -> None:
    """The name stands in the question, which is the programme's."""
    database = Database(furnished(tmp_path / "all.db"), durable=False)
    rated = {"id": "clear_p9", "presenter": THEIRS, "text": {"en": "How clear was Quetzalina?"}}
    other = {"id": "clear_p8", "presenter": THEIRS + 1, "text": {"en": "How clear was Quetzalina's friend?"}}
    async with database.write() as db:
        person = await db.get_one(Person, THEIRS)
        person.name = "Quetzalina"
        form = (await db.scalars(select(Evaluation))).first()
        assert form is not None
        form.community_id, form.instrument = person.community_id, {"items": [rated, other]}
        await db.flush()
        await forget_person(db, person)
    async with database.read() as db:
        told = (await db.get_one(Evaluation, form.id)).instrument["items"]
    await database.close()
    assert told == [{**rated, "text": {"en": "How clear was –?"}}, other]


def _is_about(table: str, row: dict[str, object]) -> bool:
    """Whether it is the person's own row, or one that points to the person for what they are or did."""
    if table in THE_PROGRAMMES:
        return False
    if table == "person":
        return row["id"] == THEIRS
    pointing = {
        column.name
        for column in METADATA.tables[table].columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    } | ({"actor_id"} & row.keys())
    return any(row[name] == THEIRS for name in pointing - MAKERS)


WORDS = "peculiar narwhal"
HUNTED = ("quetzalina", WORDS, "d-canary", "canary.example")
CHANNEL = Where(conversation="C-spring", kind="channel")


async def _lived(stage: Stage) -> Person:
    """Somebody who used what there is to use, with things still on their way."""
    cohort, [person, _] = await cohort_with_people(stage, "canary", "ben")
    await channel_for(stage, cohort)
    async with stage.database.write() as db:
        row = await db.get_one(Person, person.id)
        row.name, row.email, row.pronouns = "Quetzalina", "quetzalina@canary.example", WORDS
        row.organisation = WORDS
    for line in (
        f"commit When {WORDS}, then I {WORDS}", f"ask {WORDS}", "pause 2027-03-01", "language es",
        "export", "mine", "link", f"note {WORDS}",
    ):  # fmt: skip
        await stage.command("canary", line, Where(conversation="D-canary", kind="direct"))
    for visibility in ("private", "cohort", "facilitators"):
        form = (await stage.command("canary", "reflect plus-delta")).form
        assert form is not None
        await stage.submit("canary", "reflect", form.context, visibility=visibility, plus=WORDS)
    await stage.say("canary", WORDS, CHANNEL)
    return person


def _hunt(everything: str) -> list[str]:
    return [one for one in HUNTED if one in everything.casefold()]


async def _delete(stage: Stage) -> None:
    await stage.press("canary", "my-data.delete", value_of(await stage.command("canary", "delete"), "Delete"))


async def _keep_house(stage: Stage) -> None:
    await run_housekeeping(
        JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS), stage.router.features
    )


async def test_after_delete_nothing_of_a_person_stands_in_any_row(database_url: str) -> None:
    async with staged(database_url, all_features()) as stage:
        await _lived(stage)
        assert set(_hunt(await all_that_is_stored(stage))) == set(HUNTED), "so that the rest can fail"
        await _delete(stage)
        assert _hunt(await all_that_is_stored(stage)) == []


async def test_what_came_in_before_and_is_handled_after_goes_as_well(database_url: str) -> None:
    """The process died between an event and its effect, and the deletion overtook it."""
    async with staged(database_url, all_features()) as stage:
        await _lived(stage)
        who = Who(platform="slack", tenant=TENANT, user="canary")
        waiting: list[Event] = [
            Said(key="late-1", who=who, where=CHANNEL, text=WORDS),
            Command(key="late-2", who=who, text=f"commit When {WORDS}, then {WORDS}"),
            Press(key="late-3", who=who, action="my-data.export", value=WORDS),
        ]
        assert all([(await stage.router.record(event)).new for event in waiting])
        await _delete(stage)
        stage.clock.move_to(stage.clock.now() + timedelta(minutes=1))
        stage.killed()
        for recorded in await stage.router.unfinished():
            await stage.router.handle(recorded)
            await stage.router.finish(recorded)
        assert {row.state for row in await rows(stage, InboxEvent)} == {"done"}
        assert set(_hunt(await all_that_is_stored(stage))) <= {WORDS}, "only as somebody new, who wrote again"
        assert "Quetzalina" not in {one.name for one in await rows(stage, Person)}


async def test_in_the_files_and_in_a_backup_nothing_stands_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what waits beside the file, after the hour's housekeeping."""
    url = sqlite_with_tables(tmp_path / "test.db")
    async with staged(url, all_features()) as stage:
        await _lived(stage)
        assert _hunt(bytes_on_disk(tmp_path).decode(errors="replace"))
        await _delete(stage)
        await _keep_house(stage)
        assert _hunt(bytes_on_disk(tmp_path).decode(errors="replace")) == []
        monkeypatch.setenv("DATABASE_URL", url)
        assert back_up(tmp_path / "kept" / "backup.db") == 0
        assert _hunt((tmp_path / "kept" / "backup.db").read_bytes().decode(errors="replace")) == []


async def test_when_the_time_is_over_nothing_stands(database_url: str) -> None:
    """Three years after the project year: without a word of the person themselves."""
    async with staged(database_url, all_features()) as stage:
        await _lived(stage)
        stage.clock.move_to(START + timedelta(days=6 * 366))
        await _keep_house(stage)
        assert _hunt(await all_that_is_stored(stage)) == []
