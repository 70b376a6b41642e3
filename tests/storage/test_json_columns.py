"""JSON columns with a shape: what earlier programs wrote is read, and what is written is the same JSON."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.sqlite import dialect
from sqlmodel import select

from storage.base import JsonOf, UnreadableJson
from storage.database import Database
from storage.migrating import migrate
from storage.people import Community
from storage.series import Project, ProjectYear, Series
from storage.settings import CommunitySettings, MessageDecision, SeriesSettings
from storage.tables import METADATA

NOW = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)
DIALECT = dialect()
SETTINGS = {
    "summary": {"en": "Steady"},
    "partner_weeks": 0,
    "messages": {"look_back|session:1": {"held": True}, "b": {"moved_to": "2027-02-03T09:30:00"}},
    "closes_on": "2027-05-01T00:00:00+00:00",
    "instruments": {"post_session": {"name": "post_session", "version": 3}},
    "instruments_before": {"post_session": [None]},
    "instrument_versions": {"post_session": 3},
    "funder_forms": [
        {"id": "x", "cohort": 1, "url": "https://f.example.org", "invited": 7, "day": "2027-02-01"}
    ],
}
"""As the programs before wrote it, from plain dictionaries."""


@pytest.fixture
async def database(empty_database_url: str) -> AsyncIterator[Database]:
    """With a community and a series, their settings empty."""
    made = Database(empty_database_url)
    await migrate(made)
    async with made.write() as db:
        db.add(Community(name="Northwest", created_at=NOW))
        await db.flush()
        db.add(Project(community_id=1, title="P"))
        db.add(ProjectYear(community_id=1, label="Y", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)))
        await db.flush()
        db.add(
            Series(community_id=1, project_id=1, year_id=1, slug="s", title={"en": "S"}, created_at=NOW),
        )
    yield made
    await made.close()


async def _write(database: Database, table: str, column: str, value: object) -> None:
    """By SQL, as another program would."""
    kind = "JSON" if database.is_sqlite else "JSONB"
    as_json = "json(:value)" if database.is_sqlite else f"CAST(:value AS {kind})"
    async with database.write() as db:
        await db.execute(text(f"UPDATE {table} SET {column} = {as_json}"), {"value": json.dumps(value)})


async def _stored(database: Database, table: str, column: str) -> Any:
    async with database.read() as db:
        found = await db.scalar(text(f"SELECT {column} FROM {table}"))
    return json.loads(found) if isinstance(found, str) else found


async def test_what_earlier_programs_wrote_is_read_and_written_again_as_it_was(database: Database) -> None:
    await _write(database, "series", "settings", SETTINGS)
    async with database.write() as db:
        series = (await db.scalars(select(Series))).one()
        settings = series.settings
        assert settings.messages["look_back|session:1"] == MessageDecision(held=True)
        assert settings.messages["b"].moved_to == datetime(2027, 2, 3, 9, 30)  # noqa: DTZ001
        assert settings.closes_on == datetime(2027, 5, 1, tzinfo=UTC)
        assert (settings.partner_weeks, settings.funder_forms[0].day) == (0, date(2027, 2, 1))
        series.settings = settings.model_copy(update={"partner_weeks": 2})
    assert await _stored(database, "series", "settings") == SETTINGS | {"partner_weeks": 2}


DRAFT = {
    "people": [1, 2, 3, 4],
    "groups": [[1, 2], [3, 4]],
    "locks": {"1": 0},
    "mix": [],
    "wanted_groups": 2,
    "by_check_in": True,
    "left_out": [5],
    "prompts": {"en": "Why?"},
    "before": {"groups": [[1, 3], [2, 4]], "seed": 7, "explanation": {"method": "exact"}},
    "troubles": {"singly": {"4": "no group"}, "missed": {"3": "gone"}},
}
EXTRAS = {
    "id": "a-steady-start",
    "themes": [{"id": "rest", "en": "Rest"}],
    "commitments": [{"id": "breathe", "en": "Take one slow breath"}],
    "resources": [
        {"id": "card", "type": "link", "minutes": 3, "title": {"en": "Card"}, "url": {"en": "https://e.org"}}
    ],
    "pre_work_resource": "card",
    "on_form": [],
    "group_size": 4,
}
LOAD = {"since": "2027-02-01T09:00:00-08:00", "until": "2027-03-01", "during": 9, "after": 4}


@pytest.mark.parametrize(
    ("table", "column", "stored", "at_their_defaults"),
    [
        ("breakoutround", "draft", DRAFT, {"match": []}),
        ("session", "extras", EXTRAS, {}),
        ("session", "extras", {"id": "s"}, {"themes": [], "pre_work_resource": None, "group_size": None}),
        ("enrollment", "told_load", LOAD, {}),
        ("series", "settings", SETTINGS, {}),
    ],
)
def test_each_shape_writes_what_it_read(
    table: str, column: str, stored: dict[str, object], at_their_defaults: dict[str, object]
) -> None:
    """Earlier programs wrote keys at their defaults too; they are left out now."""
    kind = METADATA.tables[table].c[column].type
    assert isinstance(kind, JsonOf)
    read = kind.process_result_value(json.loads(json.dumps(stored | at_their_defaults)), DIALECT)
    assert kind.process_bind_param(read, DIALECT) == stored


async def test_a_key_of_another_version_is_kept(database: Database) -> None:
    await _write(database, "community", "settings", {"setup_code": "abc", "tomorrows": [1, None]})
    async with database.write() as db:
        community = await db.get_one(Community, 1)
        community.settings = community.settings.model_copy(update={"setup_code": ""})
    assert await _stored(database, "community", "settings") == {"tomorrows": [1, None]}


async def test_a_row_is_empty_until_something_is_set(database: Database) -> None:
    assert await _stored(database, "series", "settings") == {}
    async with database.read() as db:
        assert (await db.get_one(Community, 1)).settings == CommunitySettings()


async def test_what_cannot_be_read_names_the_field_and_stays(database: Database) -> None:
    """The error tells no value: a row may hold what a person said."""
    unfit = {"partner_weeks": "often", "summary": {"en": "Steady"}}
    await _write(database, "series", "settings", unfit)
    async with database.read() as db:
        with pytest.raises(UnreadableJson, match=r"no SeriesSettings: partner_weeks: int_parsing") as raised:
            await db.scalars(select(Series))
    assert "often" not in str(raised.value)
    assert await _stored(database, "series", "settings") == unfit


async def test_what_does_not_fit_is_not_written(database: Database) -> None:
    async with database.read() as db:
        series = (await db.scalars(select(Series))).one()
        series.settings = SeriesSettings().model_copy(update={"partner_weeks": 3, "summary": 7})
        with pytest.raises(Exception, match="no SeriesSettings: summary"):
            await db.flush()
