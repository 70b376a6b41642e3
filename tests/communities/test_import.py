"""Applying rosters and community files: all or nothing, and twice is once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from bot.core.events import Press, Where, Who
from bot.transfer import (
    GIVEN_BY_FACILITATORS,
    NotApplicable,
    apply_community,
    apply_roster,
    check_roster,
    read_community,
    read_roster,
)
from prompts.text import plain
from storage.database import Database
from storage.imports import ImportDraft
from storage.people import Community, Duty, Person
from storage.series import Cohort, Enrollment, Project, ProjectYear, Series
from storage.sessions import (
    NO_EXTRAS,
    Attendance,
    KeyIdea,
    Objective,
    Segment,
    Session,
    SessionPresenter,
    Theme,
)
from tests.communities.support import elsewhere, enroll, furnish, rows
from tests.support.stage import START, TENANT, Stage, staged, text_of

SAMPLE = Path(__file__).parents[2] / "prompts" / "sample"
COMMUNITY = (SAMPLE / "community.yaml").read_text(encoding="utf-8")
PEOPLE = (SAMPLE / "people.csv").read_bytes()
FEW = (
    "name,email,role\nAna,ana@example.org,\nBen,ben@example.org,participant\nPia,pia@example.org,presenter\n"
)


async def _count(database: Database) -> dict[str, int]:
    tables = (Person, Duty, Enrollment, Project, ProjectYear, Series, Cohort, Session, Objective, Segment,
              SessionPresenter, KeyIdea, Theme, Attendance)  # fmt: skip
    async with database.read() as db:
        return {
            table.__name__: (await db.scalars(select(func.count()).select_from(table))).one()
            for table in tables
        }


async def test_the_sample_community_is_imported_and_again_changes_nothing(database_url: str) -> None:
    """Every part of the file has its rows, on both databases; the second time nothing is new."""
    plan = read_community(COMMUNITY, {"people.csv": PEOPLE})
    assert plan.errors == ()
    async with staged(database_url, ()) as stage:
        async with stage.database.write() as db:
            first = await apply_community(db, await db.get_one(Community, 1), plan, START)
        counts = await _count(stage.database)
        assert (counts["Person"], counts["Series"], counts["Session"], counts["KeyIdea"]) == (47, 3, 9, 12)
        assert counts["Attendance"] == first.made["attendance"] > 30
        assert len(first.cohort_ids) == 3
        async with stage.database.write() as db:
            again = await apply_community(db, await db.get_one(Community, 1), plan, START)
        assert again.nothing_new
        assert await _count(stage.database) == counts


async def test_sessions_start_at_the_right_moment_across_daylight_saving(stage: Stage) -> None:
    plan = read_community(COMMUNITY)
    async with stage.database.write() as db:
        await apply_community(db, await db.get_one(Community, 1), plan, START)
        sessions = await db.scalars(
            select(Session)
            .join(Cohort)
            .join(Series)
            .where(Series.slug == "steady-teams")
            .order_by(col(Session.number))
        )
        found = list(sessions)
    assert [one.starts_at for one in found] == [
        datetime(2027, 2, 23, 20, 0, tzinfo=UTC),
        datetime(2027, 3, 2, 20, 0, tzinfo=UTC),
        datetime(2027, 3, 9, 20, 0, tzinfo=UTC),
        datetime(2027, 3, 16, 19, 0, tzinfo=UTC),
    ]
    extras = found[0].extras or NO_EXTRAS
    assert extras.id == "a-steady-start"
    assert extras.on_form == [1, 2]
    assert len(extras.commitments) == 5
    assert found[0].pre_work_minutes == 6
    [idea, *_] = [row for row in await rows(stage, KeyIdea) if row.slug == "ask-first"]
    assert idea.stick_days == 7
    assert "use:role:clinician" in idea.text["es"]


async def test_a_moved_session_of_a_newer_file_remembers_where_it_stood(stage: Stage) -> None:
    for text in (COMMUNITY, COMMUNITY.replace("date: 2027-02-23", "date: 2027-02-24")):
        async with stage.database.write() as db:
            await apply_community(db, await db.get_one(Community, 1), read_community(text), START)
    moved = (await rows(stage, Session))[0]
    assert (moved.starts_at.day, moved.revision) == (24, 2)
    assert moved.moved_from == datetime(2027, 2, 23, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        (
            'date: 2027-03-09\n        start: "12:00"',
            'date: 2027-03-14\n        start: "02:30"',
            "does not exist in America/Los_Angeles",
        ),
        ("date: 2027-03-16", "date: 2027-03-02", "before the one above it is over"),
        ("anchor_zone: America/Los_Angeles", "anchor_zone: America/Portland", "not an IANA time zone"),
        ("date: 2027-02-23", "date: 2027-02-30", "outside expected range"),
        ("start: 2026-09-30, end: 2027-09-29", "start: 2027-09-30, end: 2026-09-29", "ends before it starts"),
        ("format: throughline-community/1", "format: other", "throughline-community/1"),
        ("community:\n", "community: &anchor\n", "anchors or aliases"),
        ("community:\n", "community: [\n", "Line "),
    ],
)
async def test_a_community_file_with_a_problem_names_its_line_and_imports_nothing(
    stage: Stage, old: str, new: str, answer: str
) -> None:
    assert old in COMMUNITY
    plan = read_community(COMMUNITY.replace(old, new, 1))
    assert answer in "\n".join(plain(problem.say()) for problem in plan.errors)
    before = await _count(stage.database)
    with pytest.raises(NotApplicable):
        async with stage.database.write() as db:
            await apply_community(db, await db.get_one(Community, 1), plan, START)
    assert await _count(stage.database) == before


def test_a_problem_in_a_roster_of_a_community_file_names_the_roster() -> None:
    plan = read_community(COMMUNITY, {"people.csv": "name,email\nAna,bad\n"})
    assert [plain(problem.say()) for problem in plan.errors] == [
        "Line 2, people.csv > email: “bad” is not an email address."
    ]


@pytest.mark.parametrize("content", ["", "- 1", "x", "[" * 5000, "a: " * 2000, b"\xff\xfe\x00", "\x00"])
def test_no_community_file_at_all_is_a_problem_not_a_crash(content: str | bytes) -> None:
    plan = read_community(content)
    assert plan.file is None
    assert plan.errors


# --- rosters ----------------------------------------------------------------------------------------------


async def test_a_roster_invites_participants_and_gives_the_others_their_role(stage: Stage) -> None:
    cohort = await furnish(stage)
    for _ in range(2):
        async with stage.database.write() as db:
            outcome = await apply_roster(db, cohort, read_roster(FEW), START)
    assert outcome.nothing_new
    assert [row.status for row in await rows(stage, Enrollment)] == ["invited", "invited"]
    [duty] = await rows(stage, Duty)
    assert (duty.role, duty.series_id) == ("presenter", cohort.series_id)


async def test_what_people_said_themselves_is_not_overwritten(stage: Stage) -> None:
    """Before joining the roster corrects; afterwards it only fills in what is empty."""
    cohort = await furnish(stage)
    joined = await stage.person("ana", email="ana@example.org", zone="America/Adak", state="")
    await enroll(stage, cohort, joined)
    await stage.person("ben", email="ben@example.org", zone="America/Adak")
    content = (
        "name,email,zone,state\nA. Roster,ana@example.org,Boise,ID\nB. Roster,ben@example.org,Boise,ID\n"
    )
    async with stage.database.write() as db:
        await apply_roster(db, cohort, read_roster(content), START)
    ana, ben = await rows(stage, Person)
    assert (ana.name, ana.zone, ana.state) == ("Ana", "America/Adak", "ID")
    assert (ben.name, ben.zone, ben.state) == ("B. Roster", "America/Boise", "ID")


async def test_who_left_stays_left(stage: Stage) -> None:
    cohort = await furnish(stage)
    await enroll(stage, cohort, await stage.person("ana", email="ana@example.org"), "left")
    async with stage.database.write() as db:
        await apply_roster(db, cohort, read_roster(FEW), START)
    assert (await rows(stage, Enrollment))[0].status == "left"


async def test_five_thousand_people_are_imported_in_one_go(stage: Stage) -> None:
    cohort = await furnish(stage)
    content = "name,email\n" + "".join(f"Person {n},p{n}@example.org\n" for n in range(5000))
    async with stage.database.write() as db:
        outcome = await apply_roster(db, cohort, read_roster(content), START)
    assert outcome.made == {"person": 5000, "enrollment": 5000}


async def test_more_people_than_seats_and_roles_one_may_not_give_are_problems(stage: Stage) -> None:
    cohort = await furnish(stage, capacity=1)
    content = FEW + "Eve,eve@example.org,administrator\n"
    async with stage.database.write() as db:
        problems = await check_roster(db, cohort, read_roster(content), GIVEN_BY_FACILITATORS)
        with pytest.raises(NotApplicable):
            await apply_roster(db, cohort, read_roster(content), START, GIVEN_BY_FACILITATORS)
    assert [(problem.line, problem.key) for problem in problems] == [
        (5, "may_not_give"),
        (0, "over_capacity"),
    ]
    assert await rows(stage, Person) == []


async def test_the_same_address_in_another_community_is_another_person(stage: Stage) -> None:
    cohort, theirs = await furnish(stage), await elsewhere(stage)
    for one in (cohort, theirs):
        async with stage.database.write() as db:
            await apply_roster(db, one, read_roster(FEW), START)
    assert len({(person.community_id, person.email) for person in await rows(stage, Person)}) == 6


# --- from the chat ----------------------------------------------------------------------------------------


async def test_import_answers_with_a_page_bound_to_the_person_and_the_cohort(stage: Stage) -> None:
    fay = await stage.person("fay", "facilitator")
    cohort = await furnish(stage)
    card = (await stage.command("fay", "import")).card
    assert card is not None
    url = card.buttons[0].url
    ticket = stage.links.read(url.rsplit("/", 1)[-1], "import", START)
    assert (ticket.subject, ticket.person_id) == (str(cohort.id), fay.id)
    assert "Upload a community file" not in text_of(card)


async def test_a_pasted_roster_is_checked_first_and_applied_once(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    cohort = await furnish(stage)
    checked = await stage.submit("fay", "import", str(cohort.id), content=FEW)
    assert "3 people would be imported" in text_of(checked)
    assert await rows(stage, Enrollment) == []
    assert checked.card is not None
    value = checked.card.buttons[0].value
    assert "already imported" in text_of(await stage.press("fay", "import.apply", "77"))
    assert "People: 3 new" in text_of(await stage.press("fay", "import.apply", value))
    assert "already imported" in text_of(await stage.press("fay", "import.apply", value))
    assert len(await rows(stage, Enrollment)) == 2
    assert await rows(stage, ImportDraft) == []


async def test_a_pasted_roster_with_problems_lists_them_and_keeps_nothing(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    cohort = await furnish(stage)
    bad = "name,email,role\n" + "".join(f"P,bad{n},\n" for n in range(25)) + "Eve,e@example.org,evaluator\n"
    said = text_of(await stage.submit("fay", "import", str(cohort.id), content=bad))
    assert "26 things to mend" in said
    assert "And 6 more. Nothing was imported." in said
    assert len(await rows(stage, Person)) == 1, "only Fay"


async def test_nobody_applies_somebody_elses_upload(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    await stage.person("guy", "facilitator")
    cohort = await furnish(stage)
    await stage.submit("fay", "import", str(cohort.id), content=FEW)
    assert "Nothing was changed" in text_of(await stage.press("guy", "import.apply", "1"))
    assert await rows(stage, Enrollment) == []


@pytest.mark.parametrize("context", ["999", "", "nonsense"])
async def test_a_form_for_no_cohort_of_ours_is_not_found(stage: Stage, context: str) -> None:
    await stage.person("fay", "facilitator")
    theirs = await elsewhere(stage)
    for one in (context, str(theirs.id)):
        assert "cannot find" in text_of(await stage.submit("fay", "import", one, content=FEW))


async def test_only_an_administrator_pastes_a_community(stage: Stage) -> None:
    await stage.person("fay", "facilitator")
    assert "cannot do this for you" in text_of(await stage.submit("fay", "import", "community", content="x"))
    await stage.person("mal", "administrator")
    assert "to mend first" in text_of(await stage.submit("mal", "import", "community", content="x: 1"))
    assert (
        "3000 characters"
        in (await stage.submit("mal", "import", "community", content="x" * 3001)).errors["content"]
    )


async def test_a_small_community_file_can_be_pasted(stage: Stage) -> None:
    await stage.person("mal", "administrator")
    asked = Press(
        key="shown",
        who=Who(platform="slack", tenant=TENANT, user="mal"),
        where=Where(),
        action="",
        form="import",
        value="community",
    )
    form = (await stage.router.form(asked, "import", "community")).form
    assert form is not None
    assert "as YAML" in form.intro
    assert "CSV" not in form.intro
    small = COMMUNITY[COMMUNITY.index("format:") : COMMUNITY.index("series:\n")]
    checked = await stage.submit("mal", "import", "community", content=small)
    assert "0 series" in text_of(checked)
    await stage.press("mal", "import.apply", "1")
    assert len(await rows(stage, ProjectYear)) == 3


async def test_cells_that_cannot_be_read_are_chosen_one_by_one(stage: Stage) -> None:
    """Lists to choose from, an address to type, a line to leave out; then everything is imported at once."""
    await stage.person("fay", "facilitator")
    cohort = await furnish(stage)
    file = (
        "Full name,E-mail Address,State,Role,Favourite colour\n"
        'Ana Ruiz,ana@example.org,"Idaho, Oregon",Learner,red\n'
        "Ben Ode,ben@example,ID,,\nCy Park,cy@example.org,Ontario,Faculty,\nDee,,,,\n"
    )
    reply = await stage.submit("fay", "import", str(cohort.id), content=file)
    assert "4 things to mend" in text_of(reply)
    assert "Columns left out: Favourite colour" in text_of(reply)
    assert reply.card is not None
    (settle,) = reply.card.buttons
    asked = Press(key="k", who=Who(platform="slack", tenant=TENANT, user="fay"), where=Where(), action="",
                  form=settle.form, value=settle.value)  # fmt: skip
    form = (await stage.router.form(asked, settle.form, settle.value)).form
    assert form is not None
    assert [field.name for field in form.fields] == [
        "cell_2_state",
        "cell_3_email",
        "cell_4_state",
        "cell_5_email",
    ]
    state = form.fields[0]
    assert [option.value for option in state.options][:2] == ["ID", "OR"], "the likely ones come first"
    assert {"WA", "leave_empty", "without_line"} <= {option.value for option in state.options}
    given = {"cell_2_state": "OR", "cell_4_state": "leave_empty", "cell_5_email": ""}
    wrong = await stage.submit("fay", settle.form, settle.value, **given, cell_3_email="no")
    assert "not an email address" in wrong.errors["cell_3_email"]
    right = await stage.submit("fay", settle.form, settle.value, **given, cell_3_email="ben@example.org")
    assert "3 people would be imported" in text_of(right)
    assert len(await rows(stage, Person)) == 1, "nothing is imported before the press"
    assert right.card is not None
    apply = right.card.buttons[0]
    await stage.press("fay", apply.action, apply.value)
    people = {one.name: (one.email, one.state) for one in await rows(stage, Person) if one.email}
    assert people == {
        "Ana Ruiz": ("ana@example.org", "OR"),
        "Ben Ode": ("ben@example.org", "ID"),
        "Cy Park": ("cy@example.org", ""),
    }
    assert await rows(stage, ImportDraft) == []
