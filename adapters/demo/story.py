"""The demo's stage: a town whose people act in turns, and a record of what was to be sent, and when."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from adapters.demo.answers import Writing
from adapters.demo.cast import Actor, AskedQuestion, CannotDo, OnSlack, OnTeams
from adapters.demo.mailbox import OnEmail
from adapters.playground.environment import Environment
from adapters.playground.mail import CannotMail
from adapters.playground.sample import Home, Population, population
from adapters.playground.slack import PlaygroundError as SlackError
from adapters.playground.teams import TeamsPlaygroundError as TeamsError
from bot.core.links import BUTTON, BadLink
from bot.features import all_features
from storage.nudges import Nudge, NudgeState

WRITES = 0.5
"""The share of boxes for words in which somebody writes, where they may stay empty."""
FILLS = 0.65
"""The same for everything else that is asked."""
AT_ONCE = 6
"""People who act in the same moment; then a few seconds pass, as the platforms' rate limits want it."""
BETWEEN = timedelta(seconds=6)
PATIENCE_SECONDS = 60.0
"""Of real time, for an answer. Both far sides and the bot share one thread here, and the story's clock stands
while people wait: a platform's own limit would measure the machine, and on a busy one lose what they did."""

Act = Callable[[Actor], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """What somebody wrote into a field: its name and what stood on it."""

    email: str
    field: str
    label: str
    text: str


@dataclass
class Story:
    """`due` is when each nudge (by its mark) first fell due; `answered` counts what people did with
    messages, by kind; `undone` what somebody could not do, with how often; `joined` who takes part (by
    e-mail address); `written` what people wrote into forms. Once `stop` is set nobody begins
    anything any more."""

    environment: Environment
    cast: dict[str, Actor]
    commands: frozenset[str]
    due: dict[str, datetime] = field(default_factory=dict)
    answered: Counter[str] = field(default_factory=Counter)
    undone: Counter[str] = field(default_factory=Counter)
    joined: set[str] = field(default_factory=set)
    writing: Writing = field(default_factory=Writing)
    written: list[WrittenAnswer] = field(default_factory=list)
    habits: Callable[[Story, Actor, str, str], Awaitable[None]] | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    _read: int = 0
    _busy: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    def __post_init__(self) -> None:
        self.environment.slack.delivery.answer_seconds = PATIENCE_SECONDS
        self.environment.teams.postbox.answer_seconds = PATIENCE_SECONDS

    @property
    def now(self) -> datetime:
        return self.environment.clock.now()

    def people(self, *roles: str) -> list[Actor]:
        """Everybody with one of these roles."""
        return [actor for actor in self.cast.values() if actor.person.role in roles]

    def facilitator(self, platform: str) -> Actor | None:
        """The one who runs things on this platform."""
        return next((person for person in self.people("facilitator") if person.platform == platform), None)

    # --- acting -------------------------------------------------------------------------------------

    async def act(self, actors: Iterable[Actor], what: str, act: Act) -> None:
        """Everybody does the same thing, a few at a time; then what follows from it is sent."""
        waiting = list(actors)
        while waiting and not self.stop.is_set():
            now, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            await asyncio.gather(*(self._try(actor, what, act) for actor in now))
            self.environment.clock.advance(BETWEEN)
        await self.settle()

    async def _try(self, actor: Actor, what: str, act: Act) -> None:
        try:
            await act(actor)
        except (CannotDo, CannotMail, SlackError, TeamsError) as error:
            self.undone[f"{what}: {str(error)[:120]}"] += 1

    async def command(
        self, actors: Iterable[Actor], text: str, *, fill: bool = False, channel: str = ""
    ) -> bool:
        """Type a command, and fill in the form that it opens. False when there is no such command yet."""
        if not self.knows(text):
            return False

        async def type_it(actor: Actor) -> None:
            await actor.type(text, channel)
            if fill:
                await self.fill(actor)

        await self.act(actors, text, type_it)
        return True

    def knows(self, text: str) -> bool:
        """Whether the bot has the command that a text begins with."""
        return any(text == name or text.startswith(f"{name} ") for name in self.commands)

    async def fill(self, actor: Actor) -> bool:
        """Fill in the form before somebody, as they would. False when there is none."""
        asked = actor.questions()
        if not asked:
            return False
        given = self._answers(actor, asked, sparing=True)
        errors = await actor.submit(given)
        if errors:  # what belongs together was half answered: once more, with everything
            given = self._answers(actor, asked, sparing=False) | given
            errors = await actor.submit(given)
        if errors:
            await actor.close()
            raise CannotDo(f"the form refused: {'; '.join(sorted(set(errors.values())))[:100]}")
        self.written += [
            WrittenAnswer(actor.person.email, one.field, one.label, str(given[one.name]))
            for one in asked
            if one.kind == "text" and one.name in given
        ]
        return True

    def _answers(self, actor: Actor, asked: list[AskedQuestion], *, sparing: bool) -> dict[str, object]:
        """What a person gives, by field: what stands there stays; all that is required, and of the rest, when
        `sparing`, not all. Words come from the answer book, which leaves out a field that it does not
        know."""
        told = [
            one
            for one in asked
            if not one.given and (one.required or not sparing or actor.dice.random() < _share(one))
        ]
        picked = {one.field: _picked(actor, one, self.now) for one in told if one.kind != "text"}
        given = {field: value for field, value in picked.items() if value is not None}
        boxes = {one.field: one.most for one in told if one.kind == "text" and _is_asked(one.field, given)}
        given |= self.writing.write(actor.person, boxes)
        return {one.name: given[one.field] for one in told if one.field in given}

    # --- time ---------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Until nothing is due any more; then people answer what they have just read."""
        await self.environment.settle()
        await self._answer_news()

    async def until(self, moment: datetime) -> None:
        """Let time pass; people answer on the way."""
        while (due := await self.environment.next_moment()) is not None and due <= moment:
            await self.note_due(due)
            await self.environment.arrive(due)
            await self._answer_news()
        await self.environment.arrive(moment)
        await self._answer_news()

    async def note_due(self, moment: datetime) -> None:
        """Write down what falls due now, before anything can move it."""
        async with self.environment.application.database.read() as db:
            rows = await db.execute(
                select(Nudge.mark, Nudge.due_at).where(
                    Nudge.state == NudgeState.PLANNED, col(Nudge.due_at) <= moment
                )
            )
            for mark, due_at in rows:
                self.due.setdefault(mark, due_at)

    async def _answer_news(self) -> None:
        news = self.environment.ledger.posts[self._read :]
        self._read = len(self.environment.ledger.posts)
        marks = [post.nudge for post in news if post.nudge]
        if not marks or self.habits is None:
            return
        async with self.environment.application.database.read() as db:
            kinds = await _kinds_of(db, marks)
        readers = {account_of(actor): actor for actor in self.cast.values()}
        turns = [
            (readers[reader], kind, post.message)
            for post in news
            for kind in kinds.get(post.nudge or "", ())
            for reader in post.recipients
            if reader in readers
        ]
        acted = False
        for start in range(0, len(turns), AT_ONCE):
            if self.stop.is_set():
                return
            done = await asyncio.gather(*(self._habit(*turn) for turn in turns[start : start + AT_ONCE]))
            if any(done):
                acted = True
                self.environment.clock.advance(BETWEEN)
        if acted:
            await self.settle()

    async def _habit(self, actor: Actor, kind: str, message: str) -> bool:
        assert self.habits is not None
        before = sum(self.answered.values())
        try:
            async with self._busy[account_of(actor)]:  # a message may ask for two things: one after the other
                await self.habits(self, actor, kind, message)
        except (CannotDo, CannotMail, SlackError, TeamsError) as error:
            self.undone[f"{kind}: {str(error)[:120]}"] += 1
        return sum(self.answered.values()) != before


async def _kinds_of(db: AsyncSession, marks: Sequence[str]) -> dict[str, list[str]]:
    """The kinds of message that each of these is: of one with parts, those of its parts."""
    rows = list(
        await db.execute(select(Nudge.id, Nudge.mark, Nudge.kind).where(col(Nudge.mark).in_(list(marks))))
    )
    parts = await db.execute(
        select(Nudge.bundle_id, Nudge.kind)
        .where(col(Nudge.bundle_id).in_([row.id for row in rows]), Nudge.state == NudgeState.SENT)
        .order_by(col(Nudge.id))
    )
    inside: dict[int | None, list[str]] = {}
    for bundle_id, kind in parts:
        if kind not in inside.setdefault(bundle_id, []):
            inside[bundle_id].append(kind)
    return {row.mark: inside.get(row.id, [row.kind]) for row in rows}


def account_of(actor: Actor) -> str:
    """How the ledger names a reader."""
    if isinstance(actor, OnSlack):
        return actor.person.id
    if isinstance(actor, OnEmail):
        return actor.person.email
    assert isinstance(actor, OnTeams)
    return actor.side.user(actor.person.name).teams_id


def _share(asked: AskedQuestion) -> float:
    return WRITES if asked.kind == "text" else FILLS


_LISTED = {"own_cue": "cue", "cue.own": "cue", "idea.own": "idea"}
"""Boxes for one's own words, by the list that may be picked from in their place."""
_NOTHING_TO_ADD = frozenset({"no", "na", "not", "none", "nothing", "prefer_not"})


def _is_asked(box: str, given: Mapping[str, object]) -> bool:
    """Whether there is anything to write, after what was picked: not beside a cue from the list, and not what
    one will use after saying that one will use nothing."""
    if box in _LISTED:
        return _LISTED[box] not in given
    earlier = given.get(box.removesuffix(".detail")) if box.endswith(".detail") else None
    picked = earlier if isinstance(earlier, list) else [earlier]
    return not _NOTHING_TO_ADD & {str(one) for one in picked}


def _picked(actor: Actor, asked: AskedQuestion, now: datetime) -> object:
    dice = actor.dice
    if asked.kind in ("one", "some"):
        return _choice(dice, asked)
    if asked.kind == "number":
        return str(dice.randint(max(asked.lowest, (asked.lowest + asked.highest) // 2), asked.highest))
    if asked.kind == "tick":
        return asked.required or dice.random() < 0.5
    if asked.kind == "day":
        return (now + timedelta(days=7)).date().isoformat() if asked.required else None
    return "12:00" if asked.required else None


def _choice(dice: random.Random, asked: AskedQuestion) -> object:
    if not asked.options:
        return None
    if asked.kind == "some":
        return dice.sample(asked.options, 1)
    numbers = [option for option in asked.options if option.isdecimal()]
    high = numbers[len(numbers) // 2 :]
    return dice.choice(high or asked.options)


def commands() -> frozenset[str]:
    """The names of the commands that the bot has."""
    return frozenset(command.name for feature in all_features() for command in feature.commands)


def cast_for(environment: Environment, home: Home, people: Population | None = None) -> dict[str, Actor]:
    """Everybody on a platform, by e-mail address: the sample's whole population, unless named."""
    people = people or population(home)

    async def heard_on_slack() -> None:
        await environment.slack_app.drain()
        await environment.slack.settle()

    async def heard_on_teams() -> None:
        await environment.teams_app.drain()

    async def heard_by_email() -> None:
        await environment.inbound.drain()

    def behind(address: str) -> str:
        links = environment.inbound.platform.links
        _, found, token = address.partition(f"/{BUTTON}/")
        try:
            button = links.button_of(links.read(token, BUTTON, environment.clock.now())) if found else None
        except BadLink:  # too old
            return ""
        return (button.action or button.form) if button else ""

    cast: dict[str, Actor] = {
        one.email: OnSlack(one, heard_on_slack, side=environment.slack) for one in people.slack
    }
    cast |= {team.email: OnTeams(team, heard_on_teams, side=environment.teams) for team in people.teams}
    cast |= {
        one.email: OnEmail(one, heard_by_email, side=environment.mail, behind=behind) for one in people.mail
    }
    return cast
