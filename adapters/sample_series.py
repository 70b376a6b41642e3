"""Plays the sample series from joining to the follow-up, so that there is something to report.

It is the demo's community and its people, imported and then acting through the same router as in the demo,
from the web door; only the messages to Slack and Teams, which no report counts, are left out. So that a
report to date has something to show beside small numbers, more people took part in the earlier years, which
are imported with their attendance. Everything is drawn from one seed: the same version of the program makes
the same numbers every time.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import yaml
from sqlmodel import col, select

from adapters.dispatcher import Dispatcher
from adapters.playground.sample import FOLDER
from adapters.web.form_page import ensure_web_identity
from bot.core.clock import MovedClock
from bot.core.events import Command, Event, Press, Submit, Where, Who
from bot.core.forms import Field, Form
from bot.core.jobs import JobContext
from bot.core.links import Links
from bot.core.reply import Reply
from bot.core.router import Router
from bot.evaluations.administration import close_when_due
from bot.evaluations.batches import FORM
from bot.features import all_features, all_kinds
from bot.nudges.planner import replan_cohort
from bot.transfer import apply_community, read_community
from storage.database import Database
from storage.nudges import Job
from storage.people import Community, Duty, Person
from storage.series import Cohort, Enrollment
from storage.sessions import Session

BEGIN = datetime(2027, 2, 8, 17, 0, tzinfo=UTC)
SEED = 2027
THEMES = (
    ("No time for supervision", "Feeling safe to speak up"),
    ("No time for supervision", "Small habits that last"),
    ("Feeling safe to speak up",),
    ("No time for supervision", "Feeling safe to speak up"),
)
EARLIER = 80
"""People more in each archived series."""
COMES, ANSWERS, STAYS, FOLLOWS_UP = 0.8, 0.78, 0.75, 0.6
"""Shares of people who come to a session, answer its form, the series' form, and the follow-up."""

Progress = Callable[[int], None]
STEPS = 4 + 3
"""How often `play` tells its progress: joining, each session, the series' form, the follow-up."""


@dataclass
class Sitting:
    """A router and the people who act on it; `dice` decides who does what; `series_id` is what they take."""

    database: Database
    clock: MovedClock
    router: Router
    series_id: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    _keys: count[int] = field(default_factory=lambda: count(1))

    async def type(self, person: Person, text: str) -> Reply:
        return await self._happen(Command(**self._from(person), text=text))

    async def press(self, person: Person, action: str, value: str) -> Reply:
        return await self._happen(Press(**self._from(person), action=action, value=value))

    async def push(self, person: Person, reply: Reply) -> Reply:
        """The main button of what was just answered."""
        buttons = reply.card.buttons if reply.card else ()
        main = next((button for button in buttons if button.style == "primary"), None)
        return reply if main is None else await self.press(person, main.action, main.value)

    async def say_that_they_met(self, person: Person, opened: Reply) -> None:
        """Nobody here has a chat: the facilitator tells people their groups, and says that they met."""
        for button in opened.card.buttons if opened.card else ():
            if button.action == "breakout.met":
                await self.press(person, button.action, button.value)

    async def fill(self, person: Person, name: str, context: str) -> bool:
        """Open a form and send it, as a person would. False when they are not asked it."""
        asked = Press(**self._from(person), action="", form=name, value=context)
        form = (await self.router.form(asked, name, context)).form
        if form is None:
            return False
        answers = _answers(self.dice, form)
        sent = Submit(**self._from(person), form=name, context=form.context, values=answers)
        return not (await self._happen(sent)).errors

    def some(self, people: Iterable[Person], share: float) -> list[Person]:
        return [one for one in people if self.dice.random() < share]

    def _from(self, person: Person) -> dict[str, object]:
        who = Who(
            platform="web",
            tenant=f"community-{person.community_id}",
            user=str(person.id),
            language=person.language,
        )
        return {"key": f"sample-{next(self._keys)}", "who": who, "where": Where(kind="direct")}

    async def _happen(self, event: Event) -> Reply:
        return await Dispatcher(self.router).answered(event)


async def play(database: Database, progress: Progress = lambda _: None) -> Sitting:
    """Everything, on a migrated and empty database. The clock ends after the follow-up has closed."""
    clock = MovedClock(BEGIN)
    await _import_community(database, clock.now())
    links = Links("https://throughline.example", "the sample's own links")
    sitting = Sitting(database, clock, Router(database, clock, all_features(), {}, links))
    cohort, sessions, people = await _cast(sitting)
    sitting.series_id = cohort.series_id
    runs = await _facilitator(sitting, cohort)
    joined = await _join(sitting, cohort, people)
    progress(1)
    for session, themes in zip(sessions, THEMES, strict=False):
        await _session(sitting, session, joined, runs, themes)
        progress(1)
    await _form_after(sitting, f"series:{cohort.id}", sessions[-1], timedelta(days=1), joined, STAYS)
    progress(1)
    await _form_after(
        sitting, f"follow_up.first:{cohort.id}", sessions[-1], timedelta(days=60), joined, FOLLOWS_UP
    )
    clock.move_to(sessions[-1].starts_at + timedelta(days=90))
    await _close_what_is_over(sitting)
    progress(1)
    return sitting


async def _import_community(database: Database, now: datetime) -> None:
    """The demo's community file, in whose earlier years more people took part, as a program's own would."""
    content = yaml.safe_load((FOLDER / "community.yaml").read_text("utf-8"))
    people = (FOLDER / "people.csv").read_text("utf-8")
    rosters = {"people.csv": people.encode()}
    dice = random.Random(SEED)
    for series in content["series"]:
        if series["status"] == "archived":
            rosters[f"{series['id']}.csv"] = _earlier_years(dice, series, people).encode()
    plan = read_community(yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode(), rosters)
    async with database.write() as db:
        community = Community(name="", created_at=now)
        db.add(community)
        await db.flush()
        outcome = await apply_community(db, community, plan, now)
        # Otherwise drawn at the first report: which of two equal counts hides a smaller one.
        community.settings = community.settings.model_copy(update={"report_draw": "sample"})
        for cohort_id in outcome.cohort_ids:
            await replan_cohort(db, all_kinds(), cohort_id, now)


def _earlier_years(dice: random.Random, series: dict[str, Any], people: str) -> str:
    """Give an archived series a roster of its own with people more, who came to its sessions."""
    rows = list(csv.DictReader(io.StringIO(people)))
    cohort = series["cohort"]
    before = cohort.pop("enrolled")
    mine = [row for row in rows if row["email"] in before]
    made = [_somebody(dice, series["id"], number, rows) for number in range(1, EARLIER + 1)]
    cohort["roster"], cohort["capacity"] = f"{series['id']}.csv", len(mine) + len(made)
    for session in series["sessions"]:
        session["attended"] += [one["email"] for one in made if dice.random() < COMES]
    written = io.StringIO()
    roster = csv.DictWriter(written, rows[0].keys())
    roster.writeheader()
    roster.writerows([*mine, *made])
    return written.getvalue()


def _somebody(
    dice: random.Random, series: str, number: int, rows: Sequence[dict[str, str]]
) -> dict[str, str]:
    """A participant like one of the sample's, under a name of their own."""
    like = dice.choice([row for row in rows if row["role"] == "participant"])
    email = f"{series}.{number}@example.org"
    return {**like, "name": f"Participant {number} of {series}", "email": email, "pronouns": ""}


async def _cast(sitting: Sitting) -> tuple[Cohort, list[Session], list[Person]]:
    """The cohort still to come, its sessions, and who is invited; they can use the web door."""
    async with sitting.database.write() as db:
        sessions = list(
            await db.scalars(
                select(Session).where(Session.starts_at > BEGIN).order_by(col(Session.starts_at))
            )
        )
        cohort = await db.get_one(Cohort, sessions[0].cohort_id)
        invited = await db.scalars(
            select(Person)
            .join(Enrollment, col(Enrollment.person_id) == Person.id)
            .where(Enrollment.cohort_id == cohort.id)
            .order_by(col(Person.id))
        )
        people = list(invited)
        for person in people:
            await ensure_web_identity(db, person, f"community-{person.community_id}", BEGIN)
    return cohort, sessions, people


async def _facilitator(sitting: Sitting, cohort: Cohort) -> Person:
    async with sitting.database.write() as db:
        found = await db.scalars(
            select(Person)
            .join(Duty, col(Duty.person_id) == Person.id)
            .where(Duty.role == "facilitator", Duty.series_id == cohort.series_id)
            .order_by(col(Person.id))
            .limit(1)
        )
        person = found.one()
        await ensure_web_identity(db, person, f"community-{person.community_id}", BEGIN)
    return person


async def _join(sitting: Sitting, cohort: Cohort, people: Sequence[Person]) -> list[Person]:
    """Nearly everybody who was invited agrees to take part."""
    joined = sitting.some(people, 0.95)
    for person in joined:
        await sitting.push(person, await sitting.press(person, "join", str(cohort.id)))
    return joined


async def _session(
    sitting: Sitting, session: Session, joined: Sequence[Person], runs: Person, themes: Iterable[str]
) -> None:
    """People come, meet in groups of three, and answer the form; the facilitator codes themes."""
    sitting.clock.move_to(session.starts_at + timedelta(minutes=3))
    present = sitting.some(joined, COMES - 0.03 * session.number)
    for person in present:
        await sitting.type(person, "here")
    sitting.clock.move_to(session.starts_at + timedelta(minutes=35))
    opened = await sitting.push(runs, await sitting.type(runs, f"breakout 3 20 seed={session.number}"))
    await sitting.say_that_they_met(runs, opened)
    sitting.clock.move_to(session.starts_at + timedelta(minutes=session.minutes - 2))
    for theme in themes:
        await sitting.type(runs, f'theme add {session.number} "{theme}"')
    for person in sitting.some(present, ANSWERS):
        await sitting.fill(person, FORM, f"session:{session.id}")


async def _form_after(
    sitting: Sitting, key: str, last: Session, after: timedelta, joined: Sequence[Person], share: float
) -> None:
    sitting.clock.move_to(last.starts_at + after)
    await _close_what_is_over(sitting)
    for person in sitting.some(joined, share):
        await sitting.fill(person, FORM, key)


async def _close_what_is_over(sitting: Sitting) -> None:
    """What the jobs of closing do when their hour has come."""
    router, now = sitting.router, sitting.clock.now()
    async with sitting.database.read() as db:
        due = await db.scalars(select(Job).where(Job.kind == "evaluation_close", col(Job.due_at) <= now))
        jobs = list(due)
    for job in jobs:
        await close_when_due(JobContext(sitting.database, sitting.clock, {}, router.links, router.kinds), job)


# --- what people answer -------------------------------------------------------------------------------------


def _answers(dice: random.Random, form: Form) -> dict[str, object]:
    """Every choice and number that is asked; words only where they must be given."""
    given = {one.name: _answer(dice, one) for one in form.fields}
    return {name: value for name, value in given.items() if value is not None}


def _answer(dice: random.Random, asked: Field) -> object:
    if not asked.required and dice.random() < 0.06:
        return None
    if asked.kind in {"scale", "number"}:
        low, high = asked.lowest or 0, asked.highest if asked.highest is not None else 10
        return str(_leaning(dice, range(low, high + 1), asked.name))
    if asked.kind in {"choice", "choices"}:
        values = [option.value for option in asked.options]
        numbers = [int(value) for value in values if value.isdecimal()]
        picked = str(_leaning(dice, numbers, asked.name)) if numbers else _early(dice, values)
        return [picked] if asked.kind == "choices" else picked
    if asked.kind == "checkbox":
        return asked.required
    return "Five quiet minutes at the start." if asked.required and asked.kind != "note" else None


def _leaning(dice: random.Random, steps: Sequence[int], name: str) -> int:
    """A high step; for how it was before the series, one about the middle or below."""
    share = dice.triangular(0.05, 0.75, 0.35) if name.endswith(".before") else dice.triangular(0.3, 1.25, 1)
    return steps[min(int(share * len(steps)), len(steps) - 1)]


def _early(dice: random.Random, values: Sequence[str]) -> str:
    """One of the first three: forms put the hoped-for answer first, and "prefer not to answer" last."""
    return dice.choices(values[:3], weights=(6, 3, 1)[: len(values[:3])])[0]
