"""Years, projects, series, cohorts, roles, settings of the community: by command and by form."""

import pytest

from storage.people import AuditEvent, Community, Duty
from storage.series import Cohort, Project, ProjectYear, Series
from storage.settings import CommunitySettings
from tests.communities.support import elsewhere, enroll, furnish, rows
from tests.support.stage import Stage, text_of


async def test_a_facilitator_builds_up_to_a_cohort_by_command(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await stage.command("fay", 'year new "Year 9" 2026-09-30 2027-09-29')
    await stage.command("fay", "project new “Well-Being” Public Health Fund")
    await stage.command("fay", 'series new steady "Steady Teams" well-being "year 9"')
    said = text_of(await stage.command("fay", 'cohort new steady "Spring 2027" zone=Boise capacity=45'))
    [cohort] = await rows(stage, Cohort)
    assert (cohort.name, cohort.zone, cohort.capacity) == ("Spring 2027", "America/Boise", 45)
    assert cohort.join_code in said
    assert len(cohort.join_code) == 8


async def test_the_same_by_form(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    assert (await stage.command("fay", "year new")).form is not None
    await stage.submit("fay", "year-new", label="Year 9", starts="2026-09-30", ends="2027-09-29")
    await stage.submit("fay", "project-new", title="Well-Being")
    await stage.submit("fay", "series-new", title="Steady Teams", slug="steady", project="1", year="1")
    await stage.submit("fay", "cohort-new", series="1", name="Spring", zone="Pacific")
    [series], [cohort] = await rows(stage, Series), await rows(stage, Cohort)
    assert (series.slug, cohort.zone, cohort.capacity) == ("steady", "America/Los_Angeles", None)


@pytest.mark.parametrize(("language", "label"), [("en", "Funder"), ("es", "Quién financia")])
async def test_the_label_of_an_optional_answer_leaves_it_to_the_form_to_say_so(
    stage: Stage, language: str, label: str
) -> None:
    await stage.person("fay", "facilitator", language=language)
    form = (await stage.command("fay", "project new")).form
    assert form is not None
    assert [(field.label, field.required) for field in form.fields if field.name == "funder"] == [
        (label, False)
    ]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ('year new "Year 9" 2027-09-29 2026-09-30', "must come after the first"),
        ('year new "Year 9" 2027-02-30 2027-09-30', "not in the calendar"),
        (f'year new "{"x" * 121}" 2026-09-30 2027-09-29', "to 120 characters"),
        ('project new "   "', "with some letters"),
        (f'project new "{"y" * 3001}"', "to 120 characters"),
        ('series new "Big Name!" Title p y', "lower-case letters"),
        ("series new fine Title Nowhere Never", "no project"),
        ("cohort new nowhere Spring", "no series"),
    ],
)
async def test_what_does_not_fit_is_answered_and_makes_nothing(stage: Stage, typed: str, answer: str) -> None:
    await stage.person("fay", "facilitator")
    assert answer in text_of(await stage.command("fay", typed))
    for table in (ProjectYear, Project, Series, Cohort):
        assert await rows(stage, table) == []


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("cohort new steady Spring", "already one called"),
        ("cohort new steady Autumn zone=Oregon", "two time zones"),
        ("cohort new steady Autumn capacity=0", "from 1 to"),
        ("cohort new steady Autumn capacity=many", "capacity: Please give a whole number"),
        ("cohort new steady 2027", "with some letters"),
        ('series new steady Again "Well-Being" "Year 9"', "already one called"),
        ('series new other Again "Well-Being" "Year 10"', "no project year"),
    ],
)
async def test_a_second_of_the_same_name_or_a_bad_value_is_refused(
    stage: Stage, typed: str, answer: str
) -> None:
    await furnish(stage)
    await stage.person("fay", "facilitator")
    assert answer in text_of(await stage.command("fay", typed))
    assert (len(await rows(stage, Series)), len(await rows(stage, Cohort))) == (1, 1)


async def test_forms_name_what_must_be_there_first(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    assert "project new" in text_of(await stage.command("fay", "series new"))
    assert "series new" in text_of(await stage.command("fay", "cohort new"))


async def test_another_communitys_series_is_not_there(stage: Stage) -> None:
    """By its name and by its id, with the same words as one that does not exist."""
    await stage.person("fay", "facilitator")
    await elsewhere(stage)
    theirs = text_of(await stage.command("fay", "cohort new steady Mine"))
    missing = text_of(await stage.command("fay", "cohort new absent Mine"))
    assert theirs.replace("steady", "absent") == missing
    assert len(await rows(stage, Cohort)) == 1


async def test_a_facilitator_of_one_series_cannot_add_to_another(stage: Stage) -> None:
    await furnish(stage)
    await stage.person("fay")
    async with stage.database.write() as db:
        other = Series(
            community_id=1,
            project_id=1,
            year_id=1,
            slug="other",
            title={"en": "Other"},
            created_at=stage.clock.now(),
        )
        db.add(other)
        await db.flush()
        db.add(Duty(person_id=1, role="facilitator", series_id=other.id))
    assert "cannot do this for you" in text_of(await stage.command("fay", "cohort new steady Mine"))
    assert "is there" in text_of(await stage.command("fay", "cohort new other Mine"))


FACILITATORS = (
    "year new",
    "project new",
    "series new",
    "cohort new",
    "cohort open",
    "cohort link",
    "import",
    "invite",
    "members",
)
ADMINISTRATORS = ("community", "roles", "role give", "role take")


@pytest.mark.parametrize("role", ["", "presenter", "evaluator", "facilitator", "administrator"])
async def test_each_command_is_open_to_its_roles_only(stage: Stage, role: str) -> None:
    """The matrix of roles and commands: a refusal names who can, and nothing changes."""
    await stage.person("pat", *([role] if role else []))
    await furnish(stage)
    for command in (*FACILITATORS, *ADMINISTRATORS):
        allowed = role == "administrator" or (role == "facilitator" and command in FACILITATORS)
        said = text_of(await stage.command("pat", command))
        assert ("cannot do this for you" in said) != allowed, command


@pytest.mark.parametrize(
    "form", ["year-new", "project-new", "series-new", "cohort-new", "import", "community", "role-give"]
)
async def test_forms_and_buttons_ask_for_the_right_again(stage: Stage, form: str) -> None:
    """A form sent by somebody who was never shown it does nothing."""
    await furnish(stage)
    said = text_of(
        await stage.submit(
            "ana", form, label="x", title="x", name="x", starts="2026-01-01", ends="2027-01-01"
        )
    )
    assert "cannot do this for you" in said
    assert len(await rows(stage, Cohort)) == 1


# --- roles and set-up -----------------------------------------------------------------------------------


async def test_setup_makes_one_administrator_once(stage: Stage) -> None:
    async with stage.database.write() as db:
        (await db.get_one(Community, 1)).settings = CommunitySettings.model_validate(
            {"setup_code": "s3cret-words", "kept": 1}
        )
    assert "not the code" in text_of(await stage.command("ana", "setup guess"))
    assert "administrator" in text_of(await stage.command("ana", "setup s3cret-words"))
    assert "already set up" in text_of(await stage.command("ben", "setup s3cret-words"))
    [duty] = await rows(stage, Duty)
    assert duty.role == "administrator"
    assert (await rows(stage, Community))[0].settings.model_dump(exclude_defaults=True) == {"kept": 1}


async def test_a_role_is_given_once_shown_and_taken(stage: Stage) -> None:
    await stage.person("mal", "administrator")
    await stage.person("fay")
    await furnish(stage)
    assert "Fay is now facilitator (Steady Teams)" in text_of(
        await stage.command("mal", "role give user:fay facilitator steady")
    )
    await stage.command("mal", "role give Fay facilitator steady")
    assert len(await rows(stage, Duty)) == 2
    assert "Fay (steady)" in text_of(await stage.command("mal", "roles"))
    assert "no longer" in text_of(await stage.press("mal", "role.take", "2:facilitator:1"))
    assert "is not facilitator" in text_of(await stage.command("mal", "role take Fay facilitator steady"))
    assert [event.action for event in await rows(stage, AuditEvent)] == ["role_given", "role_taken"]


async def test_a_role_is_given_by_form(stage: Stage) -> None:
    await stage.person("mal", "administrator")
    await stage.person("fay")
    assert (await stage.command("mal", "role give Fay")).form is not None
    await stage.submit("mal", "role-give", person=["user:fay"], role="evaluator")
    assert (await rows(stage, Duty))[1].role == "evaluator"
    for nobody in ("user:x", "99"):
        reply = await stage.submit("mal", "role-give", person=[nobody], role="evaluator")
        assert "do not know that person" in reply.errors["person"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("role take Mal administrator", "only administrator"),
        ("role give Nobody facilitator", "do not know"),
        ("role give Mal emperor", "role: Please choose one of these"),
        ("role give Mal facilitator nowhere", "no series"),
    ],
)
async def test_a_role_that_cannot_be_given_or_taken(stage: Stage, typed: str, answer: str) -> None:
    await stage.person("mal", "administrator")
    assert answer in text_of(await stage.command("mal", typed))
    assert len(await rows(stage, Duty)) == 1


async def test_members_are_counted_by_status(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    cohort = await furnish(stage, capacity=3)
    for user, status in (("ana", "active"), ("ben", "invited"), ("cam", "left")):
        await enroll(stage, cohort, await stage.person(user), status)
    said = text_of(await stage.command("fay", "members"))
    assert "Seats taken: 2 of 3" in said
    assert "Taking part: 1\nAna" in said
    assert "Left: 1\nCam" in said


# --- the community ----------------------------------------------------------------------------------------


async def test_the_communitys_settings_by_command_and_by_form(stage: Stage) -> None:
    await stage.person("mal", "administrator")
    await stage.command("mal", 'community name="New Name" states="Idaho, wa" zone=Anchorage inside=6')
    [community] = await rows(stage, Community)
    assert (community.name, community.states, community.zone) == (
        "New Name",
        ["ID", "WA"],
        "America/Anchorage",
    )
    assert (community.k_inside, community.k_outside) == (6, 11)
    form = (await stage.command("mal", "community")).form
    assert form is not None
    reply = await stage.submit(
        "mal", "community", name="N", states="ID", languages=["en"], zone="Boise", inside=12, outside=11
    )
    assert "outside" in reply.errors


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("community states=Atlantis", "not a state"),
        ("community states=,", "at least one state"),
        ("community zone=Alaska", "two time zones"),
        ("community languages=tlh", "one of these languages"),
        ("community inside=0", "inside: Please give a number from 3 to 100"),
        ("community inside=1", "inside: Please give a number from 3 to 100"),
        ("community inside=2", "inside: Please give a number from 3 to 100"),
        ("community inside=20", "Counts go from"),
        ("community outside=3", "Counts go from"),
        ("community outside=101", "outside: Please give a number from 3 to 100"),
    ],
)
async def test_a_setting_of_the_community_that_does_not_fit(stage: Stage, typed: str, answer: str) -> None:
    await stage.person("mal", "administrator")
    before = (await rows(stage, Community))[0].model_dump()
    assert answer in text_of(await stage.command("mal", typed))
    assert (await rows(stage, Community))[0].model_dump() == before
