"""With two cohorts every command goes on: by a button, a name, the beginning of one, the running session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.core.arguments import find_command, is_command, take_cohort
from bot.core.feature import CommandSpec, commands_of
from bot.core.quoted_commands import texts_of
from bot.core.reply import Reply
from bot.core.router import CHOSEN
from bot.features import all_features
from prompts.text import spans
from prompts.words import core as words
from storage.series import Cohort, Enrollment, Project, ProjectYear, Series
from storage.sessions import Session
from tests.series_page.browsing import browsing
from tests.support.databases import sqlite_with_tables
from tests.support.stage import START, Stage, staged, text_of

FIRST = 1
"""The id of "Spring 2027"; the other cohort comes after it."""
NAMES = ["spring 2027", "fall 2027", "steady-0", "steady-1"]
COMMANDS = sorted({spec.name: spec for feature in all_features() for spec in feature.commands}.items())
SPECS = commands_of(all_features())
WORDS = {
    "person": "@ana",
    "number": "1",
    "date": "2027-03-04",
    "time": "12:00",
    "duration": "20",
    "text": "words",
}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Fay runs two cohorts and takes part in both; each has a session next week."""
    async with staged(sqlite_with_tables(tmp_path / "test.db")) as made:
        fay = await made.person("fay", "facilitator", "administrator")
        await made.person("ana", "administrator")
        async with made.database.write() as db:
            first, last = START.date(), START.date() + timedelta(days=300)
            year = ProjectYear(community_id=1, label="Year 9", starts_on=first, ends_on=last)
            project = Project(community_id=1, title="Well-being")
            db.add_all([year, project])
            await db.flush()
            for number, name in enumerate(("Spring 2027", "Fall 2027")):
                series = Series(
                    community_id=1, project_id=project.id, year_id=year.id, slug=f"steady-{number}",
                    title={"en": f"Steady {number}"}, status="running", created_at=START,
                )  # fmt: skip
                db.add(series)
                await db.flush()
                cohort = Cohort(community_id=1, series_id=series.id, name=name, created_at=START)
                db.add(cohort)
                await db.flush()
                db.add(Enrollment(cohort_id=cohort.id, person_id=fay.id, status="active"))
                db.add(
                    Session(
                        community_id=1, cohort_id=cohort.id, number=1, title={"en": f"Start {number}"},
                        starts_at=START + timedelta(days=7 + number), zone="America/Boise", minutes=60,
                        uid=f"uid{number}",
                    )
                )  # fmt: skip
        yield made


def asks(reply: Reply) -> bool:
    return reply.card is not None and reply.card.text.startswith(words.which_cohort("en", names="")[:20])


def line(spec: CommandSpec) -> str:
    """The command with something for each argument that it needs."""
    needed = [one for one in spec.arguments if one.required]
    return " ".join([spec.name, *(WORDS.get(one.kind) or (one.choices or ("word",))[0] for one in needed)])


@pytest.mark.parametrize(("name", "spec"), COMMANDS, ids=[name for name, _ in COMMANDS])
async def test_every_command_goes_on_with_one_press_or_one_name(
    stage: Stage, name: str, spec: CommandSpec
) -> None:
    typed = line(spec)
    bare = await stage.command("fay", typed)
    if asks(bare):
        assert bare.card is not None
        assert [button.label for button in bare.card.buttons] == ["Fall 2027", "Spring 2027"], typed
        assert not asks(await stage.press("fay", CHOSEN, bare.card.buttons[1].value)), typed
    else:
        return
    for said in (f'{typed} cohort="Spring 2027"', f"{typed} cohort=Spring 2027", f"{typed} cohort=steady-0"):
        reply = await stage.command("fay", said)
        assert not asks(reply), said
        assert "do not fit" not in text_of(reply), said
    for quoted in _quoted_in(reply):
        assert not asks(await stage.command("fay", quoted)), (typed, quoted)


def _quoted_in(reply: Reply) -> list[str]:
    """The commands that an answer quotes."""
    texts = texts_of(reply.card) if reply.card else ()
    code = [span.text for text in texts for span in spans(text) if span.code]
    return [one for one in code if is_command(one, SPECS)]


async def test_a_quoted_command_is_right_as_it_stands(stage: Stage) -> None:
    made = await stage.command("fay", 'session new More 2027-03-04 10:00 60 cohort="Spring 2027"')
    assert 'session move 2 cohort="Spring 2027"' in _quoted_in(made)
    moved = await stage.command("fay", 'session move 2 2027-03-05 10:00 cohort="Spring 2027"')
    assert not asks(moved)
    for quoted in _quoted_in(made):
        assert not asks(await stage.command("fay", quoted)), quoted


async def test_a_refusal_quotes_a_command_for_its_cohort(stage: Stage) -> None:
    refused = await stage.command("fay", "breakout again cohort=steady-0")
    assert _quoted_in(refused) == ['breakout 3 10 cohort="Spring 2027"']


async def test_why_no_message_is_planned_yet(stage: Stage) -> None:
    """A session is planned, and nobody could be told: not "plan a session"."""
    told = text_of(await stage.command("fay", "nudges steady-0"))
    assert "as soon as people take part" in told
    assert 'cohort open cohort="Spring 2027"' in told


async def test_who_runs_two_cohorts_has_the_buttons_of_each_below_its_name(stage: Stage) -> None:
    for card in ((await stage.home("fay")).card, (await stage.command("fay", "me")).card):
        assert card is not None
        work = {
            one.title: [button.value for button in one.buttons]
            for one in card.sections
            if len(one.buttons) > 3
        }
        assert set(work) == {"Fall 2027", "Spring 2027"}
        assert f"agenda cohort={FIRST}" in work["Spring 2027"]


async def test_the_next_session_says_whose_it_is_where_there_are_two(stage: Stage) -> None:
    assert "Spring 2027, Start 0: " in text_of(await stage.command("fay", "me"))
    coming = (await stage.home("fay")).card
    assert coming is not None
    assert "(Mountain Standard Time)" in text_of(coming)
    assert "\nSpring 2027\n[Agenda]" in text_of(coming)
    async with stage.database.write() as db:
        (await db.scalars(select(Series).where(Series.slug == "steady-1"))).one().status = "archived"
    assert "Spring 2027, Start 0" not in text_of(await stage.command("fay", "me"))


async def test_a_name_with_quotation_marks_is_read_back_from_every_command(stage: Stage) -> None:
    """Every command that an answer quotes or a button holds is meant for the cohort of that answer."""
    async with stage.database.write() as db:
        (await db.get_one(Cohort, FIRST)).name = 'Ada\'s "Night" group'
        (await db.get_one(Cohort, FIRST + 1)).name = "The “late” group"
    answers = [await stage.home("fay"), await stage.command("fay", "me")]
    answers += [await stage.say("fay", said) for said in ("I want to cancel the session", "hello there")]
    for _, spec in COMMANDS:
        answers.append(await stage.command("fay", f"{line(spec)} cohort={FIRST}"))
    offered = {one for reply in answers for one in (*_quoted_in(reply), *_run_by_buttons(reply))}
    async with browsing(stage, stage.links.to_series_page(FIRST, 1, START)) as page:
        await page.look()
        offered |= {value for action, value in page.presses() if action == "command.run"}
    named = sorted(one for one in offered if "cohort=" in one)
    assert {one.split()[0] for one in named} >= {"agenda", "nudges", "members", "session", "evaluation"}
    for one in named:
        name, left = take_cohort(find_command(one, SPECS)[1], NAMES)
        assert name in {str(FIRST), str(FIRST + 1)}, one
        assert not set(left) & set('"“”'), one


def _run_by_buttons(reply: Reply) -> list[str]:
    if reply.card is None:
        return []
    buttons = (*reply.card.buttons, *(one for part in reply.card.sections for one in part.buttons))
    return [one.value for one in buttons if one.action == "command.run"]


async def test_one_cohort_needs_no_name(stage: Stage) -> None:
    async with stage.database.write() as db:
        second = (await db.scalars(select(Series).where(Series.slug == "steady-1"))).one()
        second.status = "archived"
    made = await stage.command("fay", "session new More 2027-03-04 10:00 60")
    assert "session move 2" in _quoted_in(made)


async def test_a_form_that_was_opened_for_a_chosen_cohort_is_sent_for_that_one(stage: Stage) -> None:
    asked = await stage.command("fay", "ask")
    assert asks(asked)
    assert asked.card is not None
    opened = await stage.press("fay", CHOSEN, asked.card.buttons[1].value)
    assert opened.form is not None
    sent = await stage.submit("fay", opened.form.name, opened.form.context, question="How do we begin?")
    assert not asks(sent)
    assert not sent.errors
    assert "How do we begin?" in text_of(await stage.command("fay", 'questions "Spring 2027"'))
    assert "How do we begin?" not in text_of(await stage.command("fay", 'questions "Fall 2027"'))


async def test_a_reason_never_holds_the_name_of_the_cohort(stage: Stage) -> None:
    for said in (
        'session cancel 1 cohort="Spring 2027" The presenter is ill',
        "session cancel 1 cohort=Spring 2027 The presenter is ill",
        'session cancel 1 "Spring 2027" The presenter is ill',
    ):
        shown = text_of(await stage.command("fay", said))
        assert "The presenter is ill" in shown
        assert shown.count("Spring 2027") == 1, "in the title alone"


async def test_the_session_that_is_on_decides(stage: Stage) -> None:
    assert asks(await stage.command("fay", "here"))
    async with stage.database.read() as db:
        first = (await db.scalars(select(Session).order_by(Session.starts_at))).first()  # type: ignore[arg-type]
    assert first is not None
    stage.clock.move_to(first.starts_at + timedelta(minutes=5))
    assert "Start 0" in text_of(await stage.command("fay", "here"))


async def test_the_beginning_of_a_name_is_enough_where_it_fits_one(stage: Stage) -> None:
    assert not asks(await stage.command("fay", "members Spring"))


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ('2 cohort="Spring 2027" ill', "Spring 2027", "2 ill"),
        ("2 cohort=Spring 2027 ill", "Spring 2027", "2 ill"),
        ("cohorte=“Fall 2027” 2", "Fall 2027", "2"),
        ("2 cohort=nowhere ill", "nowhere", "2 ill"),
        ("2 cohort=", "", "2"),
        ('2 "spring 2027" ill', "spring 2027", "2 ill"),
        ('2 "No time" ill', "", '2 "No time" ill'),
        ("2 Spring 2027", "", "2 Spring 2027"),
    ],
)
def test_a_cohort_is_found_wherever_it_stands(text: str, name: str, left: str) -> None:
    assert take_cohort(text, NAMES) == (name, left)
