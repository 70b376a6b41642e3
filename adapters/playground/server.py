"""`throughline run` without credentials: the playground, kept in a folder, with its page in the browser."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog
from aiohttp import web
from sqlmodel import col, select

from adapters.playground.environment import Environment, running_town
from adapters.playground.mail.page import MailPage
from adapters.playground.page import PersonCard, Playground, SessionStop, Skips, hints_of
from adapters.playground.persistence import Snapshot
from adapters.playground.redelivery import redelivering
from adapters.playground.sample import FOLDER
from adapters.settings import Settings
from bot.core.clock import MovedClock
from bot.features import all_features
from storage.database import Database
from storage.migrating import migrate
from storage.people import Person
from storage.series import Enrollment
from storage.sessions import Session, SessionStatus

log = structlog.get_logger()

BEGIN = datetime(2027, 2, 8, 17, 0, tzinfo=UTC)
"""The playground's first morning: 9:00 on the west coast, two weeks before the sample's first session."""
AFTER_SESSION = timedelta(minutes=10)
PAGE = "/playground"

OPENS_AS = ("Jonah Abernathy", "Naomi Castellanos")
"""Whom the page opens as: on Slack, on Teams."""
TO_TRY = """\
Throughline playground: {address}{page}/

  It is {now:%A, %d %B %Y} there; nothing leaves this machine, and no account is needed.
  A sample cohort of 40 people learns on Slack, Teams and by e-mail; on the first start they are just joining.
  1. You are {slack}, who facilitates (on Teams: {teams}, in Spanish).
     On Slack type /throughline help, on Teams write help to Throughline.
  2. Be a participant: read your chat with Throughline, press a button, type /throughline settings.
  3. Press "Next nudge" in the top bar and see what arrives; or skip to after a session.
  4. "Side by side" shows a Slack and a Teams window at once.
  5. "What to try next", below the conversations, does a first round in three presses.
  6. People on neither read mail: {address}{page}/mail/

  Data: {folder}  (remove the folder to begin anew)   Stop: Ctrl+C"""


class CannotServe(Exception):
    """The playground cannot start; the text says why, and what to do."""


@asynccontextmanager
async def living(settings: Settings) -> AsyncIterator[Environment]:
    """Serve the playground for the time of a block. Raises `CannotServe`."""
    snapshot = shelf_of(settings)
    try:
        snapshot.prepare()
        standing = snapshot.standing()
    except (ValueError, KeyError, OSError) as error:
        raise CannotServe(
            f"what the playground kept in {snapshot.folder} cannot be read ({type(error).__name__}): "
            "remove that folder to begin anew"
        ) from error
    clock = MovedClock(standing.now if standing else BEGIN, ticking=True)
    database = Database(snapshot.database_url)
    await migrate(database)
    async with (
        running_town(
            database, clock, "all", secrets=settings.link_secrets(), form_keys=settings.form_keys(),
            host="127.0.0.1", port=settings.port,
            mount=_mount, snapshot=snapshot,
        ) as environment,
        redelivering(environment.slack, environment.teams),
    ):  # fmt: skip
        await environment.application.start()
        try:
            yield environment
        finally:
            await environment.application.stop(settings.grace_seconds)


def shelf_of(settings: Settings) -> Snapshot:
    """Where the playground keeps its data."""
    return Snapshot(settings.data_folder / "playground")


def words_for(environment: Environment, shelf_folder: object) -> str:
    """What is printed at start: where the page is, and what to try."""
    return TO_TRY.format(
        address=environment.address,
        page=PAGE,
        now=environment.clock.now(),
        folder=shelf_folder,
        slack=OPENS_AS[0],
        teams=OPENS_AS[1],
    )


def _mount(environment: Environment, app: web.Application) -> None:
    commands = [command for feature in all_features() for command in feature.commands]
    playground = Playground(
        environment.slack,
        environment.teams,
        environment.clock,
        skips=_skips(environment),
        hints=hints_of(commands),
        people=_cards(),
    )
    MailPage(environment.mail, playground.guard).mount(app, f"{PAGE}/mail")
    playground.mount(app, PAGE)

    async def home(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"{PAGE}/")

    app.router.add_get("/", home)


def _skips(environment: Environment) -> Skips:
    async def by(time: timedelta) -> None:
        await environment.move_to(environment.clock.now() + time)

    async def to_after_session(number: int) -> None:
        sessions = await _sessions(environment)
        if 1 <= number <= len(sessions):
            await environment.move_to(_end(sessions[number - 1]) + AFTER_SESSION)

    async def stops() -> Sequence[SessionStop]:
        now = environment.clock.now()
        return [
            SessionStop(number, session.title.get("en", ""), over=_end(session) <= now)
            for number, session in enumerate(await _sessions(environment), start=1)
        ]

    return Skips(environment.move_to_next_message, to_after_session, by, stops)


async def _sessions(environment: Environment) -> list[Session]:
    async with environment.application.database.read() as db:
        found = await db.scalars(
            select(Session)
            .where(Session.starts_at > BEGIN, Session.status != SessionStatus.CANCELLED)
            .order_by(col(Session.starts_at), col(Session.id))
        )
        return list(found)


def _end(session: Session) -> datetime:
    return session.starts_at + timedelta(minutes=session.minutes)


def _cards() -> list[PersonCard]:
    with (FOLDER / "people.csv").open(encoding="utf-8", newline="") as file:
        return [
            PersonCard(
                email=row["email"],
                role=row["role"],
                state=row["state"],
                job=row["job_role"],
                organisation=row["organisation"],
                language={"en": "English", "es": "Spanish"}.get(row["language"], row["language"]),
                zone=row["zone"],
                first=row["name"] in OPENS_AS,
            )
            for row in csv.DictReader(file)
        ]


async def live(settings: Settings, stop: asyncio.Event) -> int:
    """Serve the playground until `stop` is set. Returns the exit status."""
    snapshot = shelf_of(settings)
    async with living(settings) as environment:
        print(words_for(environment, snapshot.folder), flush=True)
        joining = asyncio.create_task(let_people_join(environment, snapshot, stop))
        await stop.wait()
        await joining
    return 0


async def let_people_join(environment: Environment, snapshot: Snapshot, stop: asyncio.Event) -> None:
    """The first start: the sample's facilitators open the channels and invite, and people join, until `stop`
    is set. A start that finds this half done goes on with it."""
    from adapters.demo.script import answer_message, open_doors
    from adapters.demo.story import Story, cast_for, commands

    if snapshot.everybody_joined.exists():
        return
    story = Story(environment, cast_for(environment, "all"), commands(), habits=answer_message, stop=stop)
    try:
        story.joined = await _joined(environment)
        await open_doors(story)
    except Exception as error:
        log.error("arriving_failed", exc_info=error)
    else:
        if not stop.is_set():
            snapshot.everybody_joined.touch()


async def _joined(environment: Environment) -> set[str]:
    async with environment.application.database.read() as db:
        found = await db.scalars(
            select(Person.email)
            .join(Enrollment, col(Enrollment.person_id) == Person.id)
            .where(col(Enrollment.joined_at).is_not(None))
        )
        return {email for email in found if email}
