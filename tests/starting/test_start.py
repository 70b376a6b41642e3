"""`start`: from what people have to a series, with one preview, one press and one Undo."""

from pathlib import Path

import pytest
from sqlmodel import func, select

from adapters.web.form_page import ensure_web_identity
from bot.core.attached import attached, attachment
from bot.core.events import Submit, Who
from bot.core.reply import Reply
from storage.base import opaque_id
from storage.database import Database
from storage.imports import ImportDraft
from storage.nudges import Nudge
from storage.people import Person
from storage.series import Cohort, Enrollment, Project, ProjectYear, Series
from storage.sessions import ChecklistItem, Objective, Segment, Session, SessionPresenter
from storage.tables import METADATA
from tests.support.stage import Stage, staged, text_of

AGENDAS = Path(__file__).parents[2] / "docs" / "agendas"
SENTENCE = (
    "Four Tuesdays at noon Pacific from February 23, Dr. Osei on trauma-informed supervision, 90 minutes, "
    "half of it in small groups"
)
PEOPLE = (
    "name,email,zone\nAna Ruiz,ana@example.org,America/Boise\nAma Osei,ama@example.org,America/Anchorage\n"
)


async def _count(database: Database) -> dict[str, int]:
    async with database.read() as db:
        return {
            name: (await db.execute(select(func.count()).select_from(table))).scalar_one()
            for name, table in METADATA.tables.items()
            if name not in {"auditevent", "inboxevent", "importdraft"}
        }


async def _uploaded(stage: Stage, name: str, content: bytes, people: str = "") -> Reply:
    """What fay's upload page answers."""
    async with stage.database.write() as db:
        fay = (await db.scalars(select(Person).where(Person.name == "Fay"))).one()
        await ensure_web_identity(db, fay, "community-1", stage.clock.now())
    who = Who(platform="web", tenant="community-1", user=str(fay.id))
    values: dict[str, object] = {"agenda": attached(name, content), "people": people}
    return await stage.happen(Submit(key=opaque_id(), who=who, form="start", context="new", values=values))


async def _rows(stage: Stage, table: type) -> list:  # type: ignore[type-arg]
    async with stage.database.read() as db:
        return list(await db.scalars(select(table).order_by(table.id)))  # type: ignore[attr-defined]


async def test_a_sentence_becomes_a_series_in_one_press_and_nothing_in_another(database_url: str) -> None:
    """What is made is what was previewed; after Undo every table is as before."""
    async with staged(database_url) as stage:
        await stage.person("fay", "facilitator")
        before = await _count(stage.database)
        shown = await stage.command("fay", f"start {SENTENCE}")
        assert shown.card is not None
        told = text_of(shown)
        assert "Tue, Feb 23" in told
        assert "Tue, Mar 16" in told
        assert await _count(stage.database) == before, "a preview makes nothing"
        made = await stage.press("fay", "start.make", shown.card.buttons[0].value)
        assert made.card is not None
        sessions = await _rows(stage, Session)
        assert [f"{one.starts_at:%m-%d %H:%M}" for one in sessions] == [
            "02-23 20:00", "03-02 20:00", "03-09 20:00", "03-16 19:00",
        ]  # fmt: skip
        assert {one.minutes for one in sessions} == {90}
        assert [part.minutes for part in await _rows(stage, Segment)] == [45, 45] * 4
        assert await _rows(stage, ChecklistItem)
        undo = made.card.buttons[-1]
        gone = await stage.press("fay", undo.action, undo.value)
        assert "taken back" in text_of(gone)
        assert await _count(stage.database) == before


async def test_a_word_agenda_and_a_list_of_people(database_url: str) -> None:
    """Objectives, a cancelled session, presenters who are known, everyone's zones."""
    async with staged(database_url) as stage:
        await stage.person("fay", "facilitator")
        file = AGENDAS / "steady-ground.docx"
        shown = await _uploaded(stage, file.name, file.read_bytes(), PEOPLE)
        assert shown.card is not None, shown.errors
        told = text_of(shown)
        assert "Alaska" in told
        assert "Mountain" in told
        assert "2 people" in told
        assert "cancelled" in told
        assert "once people have joined" in told
        assert "In the fullest week one person gets" in told, (
            "before anybody has joined it says what will come"
        )
        await stage.press("fay", "start.make", shown.card.buttons[0].value)
        sessions = await _rows(stage, Session)
        assert [one.status for one in sessions] == ["scheduled", "scheduled", "cancelled", "scheduled"]
        assert len(await _rows(stage, Objective)) == 6
        assert len(await _rows(stage, Enrollment)) == 2
        assert len(await _rows(stage, SessionPresenter)) == 2, "Ama Osei presents twice"
        assert all(one.session_id != sessions[2].id for one in await _rows(stage, Nudge))


async def test_what_is_unclear_is_asked_and_the_answers_count(database_url: str) -> None:
    async with staged(database_url) as stage:
        await stage.person("fay", "facilitator")
        first = "Session 1: Wednesday, March 16, 2027, 3:00-4:00"
        text = f"Care Circle\n{first}\nSession 2: Tuesday, March 23, 2027, 3:00-4:00"
        asked = await stage.submit("fay", "start", "new", agenda=text)
        assert asked.form is not None
        kinds = {field.kind for field in asked.form.fields}
        assert kinds == {"date", "time", "text"}
        given: dict[str, object] = {
            field.name: {"date": "2027-03-17", "time": "15:00", "text": "mountain"}[field.kind]
            for field in asked.form.fields
        }
        wrong = {**given, next(one.name for one in asked.form.fields if one.kind == "text"): "Atlantis"}
        refused = await stage.submit("fay", "start-answers", asked.form.context, **wrong)
        assert list(refused.errors) == [next(one.name for one in asked.form.fields if one.kind == "text")]
        shown = await stage.submit("fay", "start-answers", asked.form.context, **given)
        assert shown.card is not None, shown.errors
        await stage.press("fay", "start.make", shown.card.buttons[0].value)
        assert [f"{one.starts_at:%m-%d %H:%M} {one.zone}" for one in await _rows(stage, Session)] == [
            "03-17 21:00 America/Boise", "03-23 21:00 America/Boise",
        ]  # fmt: skip


async def test_project_and_year_are_found_or_made_and_can_be_changed(database_url: str) -> None:
    async with staged(database_url) as stage:
        await stage.person("fay", "facilitator")
        shown = await stage.command("fay", f"start {SENTENCE}")
        assert shown.card is not None
        value = shown.card.buttons[0].value
        again = await stage.submit(
            "fay", "start-place", value, title="Steady Ground", project="Well-Being", year="Year 9"
        )
        assert "Steady Ground" in text_of(again)
        await stage.press("fay", "start.make", value)
        (series,) = await _rows(stage, Series)
        assert (series.slug, series.title) == ("steady-ground", {"en": "Steady Ground"})
        assert [one.title for one in await _rows(stage, Project)] == ["Well-Being"]
        assert [one.label for one in await _rows(stage, ProjectYear)] == ["Year 9"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Steady Ground: Trauma-Informed Supervision", "steady-ground"),
        ("Supervising peers through a long and uncertain year", "supervising-peers-through-a-long-and"),
        ("Ωmega", "mega"),
        (":", "series"),
    ],
)
async def test_a_short_name_is_made_of_whole_words(database_url: str, title: str, slug: str) -> None:
    async with staged(database_url) as stage:
        await stage.person("fay", "facilitator")
        shown = await stage.command("fay", f"start {SENTENCE}")
        assert shown.card is not None
        value = shown.card.buttons[0].value
        await stage.submit("fay", "start-place", value, title=title, project="", year="")
        await stage.press("fay", "start.make", value)
        assert [one.slug for one in await _rows(stage, Series)] == [slug]


async def test_a_series_that_has_begun_is_not_taken_back(database_url: str) -> None:
    async with staged(database_url) as stage:
        await stage.person("fay", "facilitator")
        shown = await stage.command("fay", f"start {SENTENCE}")
        assert shown.card is not None
        made = await stage.press("fay", "start.make", shown.card.buttons[0].value)
        assert made.card is not None
        async with stage.database.write() as db:
            cohort = (await db.scalars(select(Cohort))).one()
            person = Person(community_id=1, name="Ana", created_at=stage.clock.now())
            db.add(person)
            await db.flush()
            db.add(Enrollment(cohort_id=cohort.id, person_id=person.id, status="active"))
        refused = await stage.press("fay", "start.undo", made.card.buttons[-1].value)
        assert "has begun" in text_of(refused)
        assert await _rows(stage, Series)


async def test_a_second_press_makes_nothing_and_another_persons_plan_is_not_mine(database_url: str) -> None:
    async with staged(database_url) as stage:
        await stage.person("fay", "facilitator")
        await stage.person("gus", "facilitator")
        shown = await stage.command("fay", f"start {SENTENCE}")
        assert shown.card is not None
        value = shown.card.buttons[0].value
        await stage.press("gus", "start.make", value)
        assert await _rows(stage, Series) == []
        await stage.press("fay", "start.make", value)
        await stage.press("fay", "start.make", value)
        assert len(await _rows(stage, Series)) == 1


async def test_start_without_a_series_to_run_is_the_opposite_of_stop(database_url: str) -> None:
    async with staged(database_url) as stage:
        await stage.person("ana")
        await stage.command("ana", "stop")
        assert "arrive again" in text_of(await stage.command("ana", "start"))
        await stage.person("fay", "facilitator")
        assert "Upload files" in text_of(await stage.command("fay", "start"))


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04"])
async def test_a_file_that_cannot_be_read_says_so_beside_its_field(database_url: str, content: bytes) -> None:
    async with staged(database_url) as stage:
        await stage.person("fay", "facilitator")
        answer = await _uploaded(stage, "a.bin", content)
        assert list(answer.errors) == ["agenda"]
        assert await _rows(stage, ImportDraft) == []


def test_a_file_travels_as_text_and_back() -> None:
    assert attachment(attached("año 1.docx", b"\x00\x01")) == ("año 1.docx", b"\x00\x01")
    assert attachment("Session 1") is None
