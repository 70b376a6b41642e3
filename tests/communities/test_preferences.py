"""Settings, stop and start, pause and resume."""

from datetime import date, datetime

import pytest

from bot.communities.pausing import end_pauses
from bot.core.jobs import JobContext
from storage.people import OptOut
from storage.series import Enrollment
from tests.communities.support import enroll, furnish, person_of, rows
from tests.support.kinds import ALL_KINDS
from tests.support.stage import Stage, text_of


async def test_settings_without_words_open_the_form_with_what_is_set(stage: Stage) -> None:
    await stage.person("ana", zone="America/Adak", quiet_from=17 * 60, quiet_to=8 * 60)
    form = (await stage.command("ana", "ajustes")).form
    assert form is not None
    initial = {field.name: field.initial for field in form.fields}
    assert (initial["zone"], initial["quiet"], initial["language"]) == ("America/Adak", "17:00-08:00", "en")


async def test_typed_settings_read_zones_and_hours_as_people_write_them(stage: Stage) -> None:
    said = text_of(await stage.command("ana", 'settings zone=Boise quiet="5 pm to 8 am" language=es'))
    ana = await person_of(stage, "ana")
    assert (ana.zone, ana.quiet_from, ana.quiet_to, ana.language) == ("America/Boise", 1020, 480, "es")
    assert "Zona horaria: America/Boise" in said


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("zone=Idaho", "two time zones"),
        ("zone=Atlantis", "do not know the time zone"),
        ("quiet=sometimes", "quiet hours"),
        ("quiet=08:00-08:00", "different end"),
        ("language=tlh", "one of these languages"),
        ("partners=perhaps", "yes or no"),
        ("zone=Boise quiet=25:00-26:00", "quiet hours"),
    ],
)
async def test_a_setting_that_cannot_be_read_changes_nothing(stage: Stage, typed: str, answer: str) -> None:
    await stage.person("ana")
    assert answer in text_of(await stage.command("ana", f"settings {typed}"))
    ana = await person_of(stage, "ana")
    assert (ana.zone, ana.quiet_from, ana.language) == ("", None, "en")


async def test_the_form_shows_each_mistake_beside_its_field(stage: Stage) -> None:
    reply = await stage.submit("ana", "settings", zone="Oregon", quiet="", language="en", wanted=[])
    assert "two time zones" in reply.errors["zone"]
    reply = await stage.submit("ana", "settings", zone="x" * 81, quiet="", language="en", wanted=[])
    assert "80 characters" in reply.errors["zone"]


async def test_unticked_kinds_are_refused_and_ticked_again_are_wanted(stage: Stage) -> None:
    ana = await stage.person("ana")
    enrollment = await enroll(stage, await furnish(stage), ana)
    values = {"zone": "", "quiet": "", "language": "en", "partners": True}
    await stage.submit("ana", "settings", **values, wanted=["look_back", "reflection_prompt"])
    assert {row.kind for row in await rows(stage, OptOut)} == {
        "commitment_check_in", "commitment_rehearsal", "make_it_stick", "form_reminder", "follow_up_form",
    }  # fmt: skip
    await stage.submit(
        "ana", "settings", **values, wanted=["look_back", "reflection_prompt", "make_it_stick"]
    )
    assert "make_it_stick" not in {row.kind for row in await rows(stage, OptOut)}
    [now] = await rows(stage, Enrollment)
    assert now.id == enrollment.id
    assert now.partners_opt_in


async def test_stop_says_what_still_arrives_and_can_be_undone(stage: Stage) -> None:
    said = text_of(await stage.command("ana", "alto"))
    assert "What still arrives: when and where a session is" in said
    await stage.command("ana", "stop")
    assert [row.kind for row in await rows(stage, OptOut)] == ["optional"]
    await stage.press("ana", "start", "optional")
    assert await rows(stage, OptOut) == []


async def test_one_kind_can_be_stopped_by_its_name(stage: Stage) -> None:
    await stage.command("ana", "stop key ideas after the series")
    assert [row.kind for row in await rows(stage, OptOut)] == ["make_it_stick"]
    await stage.command("ana", "start make_it_stick")
    assert await rows(stage, OptOut) == []
    answer = text_of(await stage.command("ana", "stop everything everywhere"))
    assert "Choose one of: how my plan went, key ideas after the series" in answer


@pytest.mark.parametrize("typed", ["stop all", "stop everything", "alto todo"])
async def test_all_messages_are_stopped_by_saying_so(stage: Stage, typed: str) -> None:
    await stage.command("ana", typed)
    assert [row.kind for row in await rows(stage, OptOut)] == ["optional"]


async def test_the_settings_form_after_stop_shows_nothing_ticked_and_saving_keeps_it_so(stage: Stage) -> None:
    await stage.command("ana", "stop")
    form = (await stage.command("ana", "settings")).form
    assert form is not None
    assert next(field.initial for field in form.fields if field.name == "wanted") == ()
    await stage.submit("ana", "settings", zone="", quiet="", language="en", wanted=[])
    assert "Optional messages: none of them" in text_of(await stage.command("ana", "settings zone=Boise"))


async def test_pause_until_a_date_and_resume(stage: Stage) -> None:
    assert "March 1, 2027" in text_of(await stage.command("ana", "pause until 2027-03-01"))
    assert (await person_of(stage, "ana")).paused_until == date(2027, 3, 1)
    assert "pause is over" in text_of(await stage.press("ana", "resume"))
    assert (await person_of(stage, "ana")).paused_until is None
    assert "Nothing is paused" in text_of(await stage.command("ana", "resume"))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("pause until 2027-02-30", "not in the calendar"),
        ("pause until 2027-02-01", "after today"),
        ("pause until 2020-01-01", "after today"),
        ("pause until 2031-01-01", "a year at most"),
        ("pause until someday", "as a date"),
    ],
)
async def test_a_date_that_makes_no_pause_changes_nothing(stage: Stage, typed: str, answer: str) -> None:
    await stage.person("ana")
    assert answer in text_of(await stage.command("ana", typed))
    assert (await person_of(stage, "ana")).paused_until is None


async def test_pause_without_a_date_opens_the_form_which_checks_the_same(stage: Stage) -> None:
    assert (await stage.command("ana", "pausa")).form is not None
    assert "after today" in (await stage.submit("ana", "pause", until="2027-01-01")).errors["until"]
    assert "not in the calendar" in (await stage.submit("ana", "pause", until="2027-02-30")).errors["until"]
    await stage.submit("ana", "pause", until="2027-02-10")
    assert (await person_of(stage, "ana")).paused_until == date(2027, 2, 10)


async def test_one_cohort_can_be_paused_by_name(stage: Stage) -> None:
    ana = await stage.person("ana")
    await enroll(stage, await furnish(stage), ana)
    await stage.command("ana", "pause until 2027-03-01 steady")
    [paused] = await rows(stage, Enrollment)
    assert (paused.status, paused.paused_until) == ("paused", date(2027, 3, 1))
    await stage.command("ana", "resume")
    [resumed] = await rows(stage, Enrollment)
    assert (resumed.status, resumed.paused_until) == ("active", None)


async def test_a_pause_ends_by_itself_on_its_day(stage: Stage) -> None:
    """Not before, and on the person's own calendar."""
    ana = await stage.person("ana", zone="America/Adak")
    await enroll(stage, await furnish(stage), ana)
    await stage.command("ana", "pause until 2027-03-01 steady")
    job_ctx = JobContext(stage.database, stage.clock, {}, stage.links, ALL_KINDS)
    for moment, status in (("2027-03-01T09:59", "paused"), ("2027-03-01T10:00", "active")):
        stage.clock.move_to(datetime.fromisoformat(f"{moment}+00:00"))
        await end_pauses(job_ctx)
        assert (await rows(stage, Enrollment))[0].status == status, moment
