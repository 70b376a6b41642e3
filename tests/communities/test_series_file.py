"""A series leaves as a file and comes back as the same series: on both databases, by every door."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from adapters.cli.exporting import export_series_file
from adapters.cli.importing import import_community_file, import_series_file
from adapters.web.app import add_web
from adapters.web.pages import PAGES
from bot.communities.feature import FEATURE as COMMUNITIES
from bot.evaluations.instrument_files import instrument_library
from bot.nudges.cadence import CADENCE_JSON
from bot.nudges.default_cadence import DEFAULT_CADENCE
from bot.transfer import (
    NotApplicable,
    Placement,
    SeriesPlan,
    apply_community,
    apply_series,
    read_community,
    read_series,
)
from bot.transfer.exporting import HEADER, as_yaml, series_as_yaml
from bot.transfer.feature import FEATURE as TRANSFER
from bot.transfer.series_file import FORMAT, SeriesFile
from prompts.text import plain
from storage.imports import ImportDraft
from storage.people import AuditEvent, Community, Person
from storage.resources import ResourcePage
from storage.series import Cohort, Project, ProjectYear, Series
from storage.sessions import Session, SessionTheme, Theme
from tests.communities.support import rows
from tests.support.databases import PATTERN, sqlite_with_tables
from tests.support.stage import START, Stage, staged, text_of

SAMPLE = Path(__file__).parents[2] / "prompts" / "sample"
FIRST = date(2028, 1, 11)


async def sample(stage: Stage) -> None:
    """The sample community, with what facilitators add to a series in the chat."""
    plan = read_community(
        (SAMPLE / "community.yaml").read_bytes(), {"people.csv": (SAMPLE / "people.csv").read_bytes()}
    )
    async with stage.database.write() as db:
        await apply_community(db, await db.get_one(Community, 1), plan, START)
        series = (await db.scalars(select(Series).where(Series.slug == "steady-teams"))).one()
        form = instrument_library()["post_session"]
        series.settings = series.settings.model_copy(
            update={"partner_weeks": 3, "instruments": {"post_session": form.model_dump(mode="json")}}
        )
        series.cadence = CADENCE_JSON.dump_python(DEFAULT_CADENCE[:9], mode="json")
        series.needs_approval = True
        first = (await db.scalars(of_series(series).limit(1))).one()
        theme = Theme(community_id=1, slug="2-jobs", name={"en": "Two jobs at once"})
        db.add(theme)
        await db.flush()
        db.add(SessionTheme(session_id=first.id, theme_id=theme.id, coded_at=START))
        for session_id in (None, first.id):
            db.add(
                ResourcePage(
                    community_id=1,
                    series_id=series.id,
                    session_id=session_id,
                    title={"es": "Un comienzo", "en": "A start"},
                    text={"en": "One\n\n- two: #3 & 'four'\n", "es": "  "},
                    updated_at=START,
                )
            )


def of_series(series: Series):  # type: ignore[no-untyped-def]
    return select(Session).join(Cohort).where(Cohort.series_id == series.id).order_by(col(Session.number))


async def exported(stage: Stage, slug: str = "steady-teams") -> str:
    async with stage.database.read() as db:
        return await series_as_yaml(db, (await db.scalars(select(Series).where(Series.slug == slug))).one())


async def imported(stage: Stage, text: str | bytes, place: Placement) -> None:
    async with stage.database.write() as db:
        await apply_series(db, await db.get_one(Community, 1), read_series(text), place, START)


@pytest.fixture
async def other_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """A second database of the same kind, without rows."""
    if database_url.startswith("sqlite"):
        yield sqlite_with_tables(tmp_path / "other.db")
        return
    server = request.getfixturevalue("postgres_server")
    yield server.create_database("other_centre", PATTERN)
    server.drop_database("other_centre")


async def test_what_is_exported_comes_back_as_the_same_bytes_in_an_empty_database(
    database_url: str, other_url: str
) -> None:
    async with staged(database_url, ()) as here, staged(other_url, ()) as there:
        await sample(here)
        text = await exported(here)
        await imported(there, text, Placement(FIRST, zone="America/Boise"))
        assert await exported(there) == text
        found = await rows(there, Session)
        assert [one.number for one in found] == [1, 2, 3, 4]
        assert found[0].starts_at == datetime(2028, 1, 11, 19, 0, tzinfo=UTC)
        [series] = await rows(there, Series)
        assert len(series.cadence or []) == 9
        assert series.needs_approval


async def test_the_file_holds_the_whole_plan_and_nobody(stage: Stage) -> None:
    await sample(stage)
    text = await exported(stage)
    told = yaml.safe_load(text)
    assert text.startswith(HEADER)
    assert (told["format"], told["series"]["id"], told["series"]["partner_weeks"]) == (
        FORMAT,
        "steady-teams",
        3,
    )
    assert set(told["series"]) == {
        "id", "title", "summary", "languages", "goals", "completion", "needs_approval", "partner_weeks",
        "cadence", "instruments", "page",
    }  # fmt: skip
    first = told["sessions"][0]
    assert set(first) == {
        "id", "title", "day", "start", "minutes", "objectives", "pre_work", "segments", "breakout", "themes",
        "key_ideas", "resources", "commitments", "page",
    }  # fmt: skip
    assert [one["day"] for one in told["sessions"]] == [0, 7, 14, 21]
    assert {one["start"] for one in told["sessions"]} == {"12:00"}
    assert first["themes"][-1] == {"id": "2-jobs", "text": {"en": "Two jobs at once"}}
    assert {one["stick_days"] for s in told["sessions"] for one in s["key_ideas"] if "stick_days" in one} == {
        3, 7, 14, 28, 56, 84,
    }  # fmt: skip
    people = await rows(stage, Person)
    assert len(people) == 47
    assert [person.name for person in people if person.name in text or (person.email or "?@") in text] == []


async def test_a_series_of_another_project_takes_its_place_among_what_is_there(stage: Stage) -> None:
    await sample(stage)
    text = (await exported(stage)).replace("id: steady-teams", "id: steady-again")
    titles = [row.title for row in await rows(stage, Project)]
    if len(titles) > 1:
        with pytest.raises(NotApplicable):
            await imported(stage, text, Placement(FIRST))
    await imported(stage, text, Placement(FIRST, project=titles[0].upper(), cohort="Winter", year="Year 99"))
    assert [row.title for row in await rows(stage, Project)] == titles
    assert (await rows(stage, ProjectYear))[-1].label == "Year 99"
    assert (await rows(stage, Cohort))[-1].name == "Winter"
    assert await exported(stage, "steady-again") == text


async def test_a_series_made_in_the_chat_with_next_to_nothing_in_it_travels_too(stage: Stage) -> None:
    async with stage.database.write() as db:
        db.add(Project(community_id=1, title="P"))
        db.add(ProjectYear(community_id=1, label="Y", starts_on=date(2027, 1, 1), ends_on=date(2028, 12, 31)))
        await db.flush()
        db.add(
            Series(
                community_id=1, project_id=1, year_id=1, slug="2027-bare", title={"en": "Bare"}, cadence=[],
                created_at=START,
            )
        )  # fmt: skip
    text = await exported(stage, "2027-bare")
    await imported(stage, text.replace("2027-bare", "2028-bare"), Placement(FIRST))
    assert await exported(stage, "2028-bare") == text.replace("2027-bare", "2028-bare")
    assert (await rows(stage, Series))[-1].cadence == []


def problems(plan: SeriesPlan) -> str:
    return "\n".join(plain(error.say("en")) for error in plan.errors)


MINIMAL = f"format: {FORMAT}\nseries:\n  id: calm\n  title: {{en: Calm}}\n  languages: [en]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "format"),
        ("[1, 2", "Line"),
        ("\x00", "not YAML"),
        (b"\xff\xfe\x00", "damaged"),
        ("a: &x 1\nb: *x", "anchors"),
        (MINIMAL.replace("calm", "12"), "needs a letter"),
        (MINIMAL.replace("[en]", "[en, xx]"), "xx"),
        (MINIMAL.replace("[en]", "[]"), "languages"),
        (MINIMAL + "  cadence: [{kind: nonsense}]\n", "cadence"),
        (MINIMAL + "  instruments: {post_session: {items: []}}\n", "post_session"),
        (MINIMAL + "  person: Ana\n", "person is not known here"),
        (MINIMAL + "sessions:\n- {title: {en: A}, day: 3, start: '12:00', minutes: 60}\n", "day 0"),
        (MINIMAL + "sessions:\n- {title: {en: A}, day: 0, start: noon, minutes: 60}\n", "12:00"),
        (MINIMAL + "sessions:\n- {title: {en: A}, day: 0, start: '12:00', minutes: 0}\n", "minutes"),
        ("format: throughline-community/1\n", "format"),
        (MINIMAL.replace("{en: Calm}", '{en: "\\ud83d"}'), "a character that is none"),
        (MINIMAL.replace("{en: Calm}", '{en: "\\0"}'), "a character that is none"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_why(text: str | bytes, said: str) -> None:
    plan = read_series(text)
    assert plan.errors
    assert said in problems(plan)


async def test_a_name_that_is_taken_and_an_hour_that_does_not_exist_change_nothing(stage: Stage) -> None:
    session = "sessions:\n- {title: {en: A}, day: 0, start: '02:30', minutes: 60}\n"
    gap = Placement(date(2028, 3, 12), zone="America/Boise")
    with pytest.raises(NotApplicable) as refused:
        await imported(stage, MINIMAL + session, gap)
    assert "does not exist" in plain(refused.value.problems[0].say("en"))
    assert await rows(stage, Series) == []
    await imported(stage, MINIMAL + session, Placement(FIRST))
    with pytest.raises(NotApplicable) as again:
        await imported(stage, MINIMAL, Placement(FIRST))
    assert "calm" in plain(again.value.problems[0].say("en"))
    assert len(await rows(stage, Series)) == 1


words = st.dictionaries(
    st.sampled_from(["en", "es"]),
    st.text(
        st.characters(codec="utf-8", exclude_characters="\x00\r\x85\u2028\u2029"), min_size=1, max_size=60
    ),
)


@settings(max_examples=20, phases=[Phase.generate])
@given(st.lists(words, min_size=1, max_size=4), st.integers(0, 400), st.integers(0, 1439))
def test_whatever_people_wrote_is_read_back(texts: list[dict[str, str]], gap: int, minute: int) -> None:
    """Any text, in any place, on any days; written as JSON, it is the same file."""
    told = {
        "format": FORMAT,
        "series": {"id": "s", "title": texts[0], "languages": ["en", "es"], "goals": texts},
        "sessions": [
            {
                "title": one,
                "day": place * gap,
                "start": f"{minute // 60:02}:{minute % 60:02}",
                "minutes": 60,
                "objectives": [{"text": one, "on_form": bool(place % 2)}],
                "page": {"title": one, "text": texts[-1]},
            }
            for place, one in enumerate(texts)
        ],
    }
    wanted = SeriesFile.model_validate_json(json.dumps(told))
    assert read_series(as_yaml(told)).file == wanted
    assert read_series(json.dumps(told, indent=1)).file == wanted


async def test_a_facilitator_gets_the_file_by_a_link_and_nobody_else_does(furnished: Stage) -> None:
    stage = furnished
    await sample(stage)
    await stage.person("fay", "facilitator")
    await stage.person("ana")
    await stage.person("eve", "evaluator")
    reply = await stage.command("fay", "series export steady-teams")
    assert reply.card is not None
    path = reply.card.buttons[0].url.removeprefix(stage.links.base_url)
    assert text_of(await stage.command("fay", "export series steady-teams")) == text_of(reply)
    async with browser(stage) as client:
        response = await client.get(path)
        assert await response.text() == await exported(stage)
        assert response.headers["Content-Disposition"] == 'attachment; filename="steady-teams.yaml"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        for person_id in (1, 49):
            other = stage.links.to("series-file", 1, person_id, stage.clock.now())
            assert (await client.get(other.removeprefix(stage.links.base_url))).status == 403
    for user in ("ana", "eve"):
        assert "facilitator" in text_of(await stage.command(user, "series export steady-teams"))
    assert "nope" in text_of(await stage.command("fay", "series export nope"))
    assert [row.action for row in await rows(stage, AuditEvent)].count("series_exported") == 1


async def test_the_chat_import_checks_it_makes_it_and_forgets_the_upload(furnished: Stage) -> None:
    stage = furnished
    await stage.person("fay", "facilitator")
    assert "[Upload a series file]" in text_of(await stage.command("fay", "import"))
    file = MINIMAL + "sessions:\n- {title: {en: Breathe}, day: 0, start: '12:00', minutes: 60}\n"
    bad = await stage.submit("fay", "import", "series", content="nonsense", starts="2027-04-06")
    assert "1 thing to mend first" in text_of(bad)
    checked = await stage.submit("fay", "import", "series", content=file, starts="2027-04-06")
    assert "Calm would be made with 1 sessions. The first is on" in text_of(checked)
    assert await rows(stage, Series) == []
    assert checked.card is not None
    [button] = checked.card.buttons
    await stage.person("gil", "facilitator")
    assert "Nothing was changed" in text_of(await stage.press("gil", button.action, button.value))
    draft = button.value.partition(":")[0]
    assert "Nothing was changed" in text_of(await stage.press("fay", button.action, f"{draft}:31-31"))
    assert "Series: 1 new" in text_of(await stage.press("fay", button.action, button.value))
    assert "Nothing was changed" in text_of(await stage.press("fay", button.action, button.value))
    [series] = await rows(stage, Series)
    assert (series.slug, series.languages) == ("calm", ["en"])
    assert await rows(stage, ImportDraft) == []
    again = await stage.submit("fay", "import", "series", content=file, starts="2027-04-06", project="1")
    assert "calm" in text_of(again)
    assert "here already" in text_of(again)


async def test_the_terminal_writes_and_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def database(name: str) -> None:
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/{name}.db")

    database("one")
    assert await import_community_file(SAMPLE / "community.yaml", apply=True) == 0
    file = tmp_path / "steady.yaml"
    assert await export_series_file("Steady-Teams", file) == 0
    assert await export_series_file("nope", None) == 1
    assert "steady-teams" in capsys.readouterr().err
    database("two")
    place = Placement(FIRST, zone="America/Boise")
    assert await import_series_file(file, place, apply=False) == 0
    assert await export_series_file("steady-teams", None) == 1
    assert await import_series_file(file, place, apply=True) == 0
    assert await import_series_file(file, place, apply=True) == 1
    capsys.readouterr()
    assert await export_series_file("1", None) == 0
    assert capsys.readouterr().out.encode() == file.read_bytes()


@pytest.fixture
async def furnished(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(sqlite_with_tables(tmp_path / "chat.db"), (COMMUNITIES, TRANSFER)) as stage:
        yield stage


def browser(stage: Stage) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    add_web(app, stage.router, PAGES)
    return TestClient(TestServer(app))
