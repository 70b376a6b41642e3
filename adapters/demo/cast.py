"""People who use the bot, in the same words on either platform: type, read, press, fill in."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.demo.words import said_in_card, said_in_message
from adapters.playground.people import SamplePerson
from adapters.playground.slack import PlaygroundError as SlackError
from adapters.playground.slack import SlackMessage, SlackSide
from adapters.playground.teams import Post, TeamsSide
from adapters.playground.teams import TeamsPlaygroundError as TeamsError
from adapters.playground.teams.cards import actions, inputs
from adapters.slack.render import FORM
from adapters.teams.translate import OURS
from bot.core.cards import whole_action

Heard = Callable[[], Awaitable[None]]
"""Waits until the bot has handled and answered what it was told."""

Json = dict[str, Any]


class CannotDo(Exception):
    """Somebody looked for a button or a form that is not there, or the bot did not answer."""


@dataclass(frozen=True, slots=True)
class Push:
    """A button that a person sees: what stands on it, whether it is the one that stands out, and whether
    it leads to another page. `key` tells it from others of the same label, in the platform's own way, and
    `does` is the action or form behind it, wherever it stands."""

    label: str
    stands_out: bool
    leads_away: bool
    key: tuple[str, str] | int | str
    does: str = ""


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """One message as a person reads it."""

    id: str
    place: str
    at: datetime
    author: str
    from_bot: bool
    text: str
    pushes: tuple[Push, ...]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One field of an open form. `kind` is text, number, one, some, tick, day or hour."""

    name: str
    label: str
    kind: str
    required: bool
    options: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = 0
    most: int = 3000
    people: bool = False
    given: bool = False
    """Whether an answer stands there already."""

    @property
    def field(self) -> str:
        """The form's own name for it; Slack's has the form's name before it."""
        return self.name.rpartition(":")[2]


@dataclass
class Actor(ABC):
    """One person at their screen. `dice` are their own, so that a person always decides the same."""

    person: SamplePerson
    heard: Heard
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.person.email)

    @property
    def language(self) -> str:
        return (self.person.locale or "en")[:2]

    @property
    @abstractmethod
    def platform(self) -> str: ...

    @abstractmethod
    async def type(self, text: str, channel: str = "") -> None:
        """A command, in the chat with the bot or in a channel."""

    @abstractmethod
    async def push(self, message: str, push: Push) -> None:
        """Press a button of a message."""

    @abstractmethod
    def questions(self) -> list[AskedQuestion]:
        """The fields of the open form; none when no form is open."""

    @abstractmethod
    async def submit(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Submit the open form, values by the fields' names. Returns what is wrong, by field."""

    @abstractmethod
    async def close(self) -> None:
        """Close the open form."""

    @abstractmethod
    def see(self, message: str = "") -> SeenMessage:
        """A message by its id, or the newest of the bot. Raises `CannotDo`."""

    async def push_main(self, seen: SeenMessage | None = None) -> str:
        """The button that stands out, else the first that leads nowhere else. Returns its label."""
        seen = seen or self.see()
        here = [push for push in seen.pushes if not push.leads_away]
        if not here:
            raise CannotDo(f"{self.person.name} sees no button on “{seen.text[:60]}”")
        chosen = next((push for push in here if push.stands_out), here[0])
        await self.push(seen.id, chosen)
        return chosen.label


@dataclass
class OnSlack(Actor):
    side: SlackSide = field(kw_only=True)

    @property
    def platform(self) -> str:
        return "slack"

    async def type(self, text: str, channel: str = "") -> None:
        outcome = await self.side.command(self.person.id, channel or None, "/throughline", text)
        _well(outcome.failure, text)
        await self.heard()

    async def push(self, message: str, push: Push) -> None:
        found = next((one for one in self.side.inbox(self.person.id) if one.ts == message), None)
        if found is None:
            raise CannotDo(f"{self.person.name}: the message is gone")
        try:
            assert isinstance(push.key, tuple)
            outcome = await self.side.press(self.person.id, found, *push.key)
        except SlackError as error:
            raise CannotDo(str(error)) from None
        _well(outcome.failure, push.label)
        await self.heard()

    def questions(self) -> list[AskedQuestion]:
        view = self.side.modal_of(self.person.id)
        if view is None:
            return []
        return [_slack_question(block) for block in view.blocks if block["type"] == "input"]

    async def submit(self, values: Mapping[str, Any]) -> dict[str, str]:
        try:
            outcome = await self.side.submit(self.person.id, None, dict(values))
        except SlackError as error:
            raise CannotDo(str(error)) from None
        _well(outcome.failure, "form")
        await self.heard()
        return dict(outcome.errors)

    async def close(self) -> None:
        await self.side.close(self.person.id, clear=True)

    def see(self, message: str = "") -> SeenMessage:
        for one in reversed(self.side.inbox(self.person.id)):
            if one.ts == message or (not message and self.side.user(one.user_id).is_bot):
                return self._seen(one)
        raise CannotDo(f"{self.person.name} does not see it")

    def _seen(self, message: SlackMessage) -> SeenMessage:
        author = self.side.user(message.user_id)
        return SeenMessage(
            id=message.ts,
            place=message.channel_id,
            at=datetime.fromtimestamp(message.at, tz=self.side.workplace.now().tzinfo),
            author=author.real_name,
            from_bot=author.is_bot,
            text=said_in_message(message.text, message.blocks),
            pushes=tuple(_slack_pushes(list(message.blocks))),
        )


@dataclass
class OnTeams(Actor):
    side: TeamsSide = field(kw_only=True)

    @property
    def platform(self) -> str:
        return "teams"

    async def type(self, text: str, channel: str = "") -> None:
        if channel:
            outcome = await self.side.mention_bot(self.person.name, channel, text)
        else:
            outcome = await self.side.say(self.person.name, "bot", text)
        _well(outcome.failure, text)
        await self.heard()
        await self._open_offered_form()

    async def _open_offered_form(self) -> None:
        """A command that needs a form is answered with a card whose button opens it."""
        newest = next((post for post in reversed(self.side.inbox(self.person.name)) if post.from_bot), None)
        if newest is None:
            return
        for card in newest.cards_seen_by(self.side.user(self.person.name).teams_id):
            offered = actions(card)
            if len(offered) == 1 and _opens_form(offered[0]) and len(card.get("body") or []) <= 2:
                await self.push(newest.id, _teams_push(0, offered[0]))
                return

    async def push(self, message: str, push: Push) -> None:
        try:
            assert isinstance(push.key, int)
            outcome = await self.side.press(self.person.name, message, push.key)
        except (TeamsError, KeyError) as error:
            raise CannotDo(str(error)) from None
        _well(outcome.failure, push.label)
        await self.heard()

    def questions(self) -> list[AskedQuestion]:
        dialog = self.side.dialog_of(self.person.name)
        if dialog is None or dialog.card is None:
            return []
        return [_teams_question(node) for node in inputs(dialog.card)]

    async def submit(self, values: Mapping[str, Any]) -> dict[str, str]:
        try:
            outcome = await self.side.submit(self.person.name, dict(values))
        except (TeamsError, KeyError) as error:
            raise CannotDo(str(error)) from None
        _well(outcome.failure, "form")
        await self.heard()
        return dict(outcome.errors)

    async def close(self) -> None:
        self.side.cancel(self.person.name)

    def see(self, message: str = "") -> SeenMessage:
        for post in reversed(self.side.inbox(self.person.name)):
            if post.id == message or (not message and post.from_bot):
                return self._seen(post)
        raise CannotDo(f"{self.person.name} does not see it")

    def _seen(self, post: Post) -> SeenMessage:
        workplace = self.side.workplace
        user = workplace.users.get(post.sender_id)
        cards = post.cards_seen_by(self.side.user(self.person.name).teams_id)
        return SeenMessage(
            id=post.id,
            place=post.conversation_id,
            at=datetime.fromisoformat(post.created_at),
            author=workplace.bot_name if post.from_bot else (user.name if user else "Someone"),
            from_bot=post.from_bot,
            text="\n".join([said_in_card(card) for card in cards] or [post.text]),
            pushes=tuple(
                _teams_push(place, action)
                for place, action in enumerate(action for card in cards for action in actions(card))
            ),
        )


def _slack_pushes(blocks: list[Json]) -> list[Push]:
    buttons = [
        element
        for block in blocks
        for element in [*(block.get("elements") or []), block.get("accessory") or {}]
        if element.get("type") == "button"
    ]
    return [
        Push(
            label=button["text"]["text"],
            stands_out=button.get("style") == "primary",
            leads_away=bool(button.get("url")),
            key=(str(button["action_id"]), str(button.get("value") or button["text"]["text"])),
            does=whole_action(str(button["action_id"]).partition("#")[0]).removeprefix(FORM),
        )
        for button in buttons
    ]


def _teams_push(place: int, action: Json) -> Push:
    leads_away = action["type"] in ("Action.OpenUrl", "Action.ShowCard")
    ours = (action.get("data") or {}).get(OURS) or {}
    does = str(ours.get("form") or whole_action(str(ours.get("action", ""))))
    return Push(str(action.get("title", "")), action.get("style") == "positive", leads_away, place, does)


def _opens_form(action: Json) -> bool:
    data = action.get("data")
    teams = data.get("msteams") if isinstance(data, dict) else None
    return isinstance(teams, dict) and teams.get("type") == "task/fetch"


_SLACK_KINDS = {
    "number_input": "number",
    "checkboxes": "some",
    "datepicker": "day",
    "timepicker": "hour",
    "radio_buttons": "one",
}


def _slack_question(block: Json) -> AskedQuestion:
    one = block["element"]
    kind = str(one["type"])
    people = kind.endswith("users_select")
    if kind.startswith("multi_"):
        meant = "some"
    elif kind.endswith("_select"):
        meant = "one"
    else:
        meant = _SLACK_KINDS.get(kind, "text")
    return AskedQuestion(
        name=str(block["block_id"]),
        label=str(block["label"]["text"]),
        kind=meant,
        required=not block.get("optional", False),
        options=tuple(str(option["value"]) for option in one.get("options") or ()),
        lowest=int(one.get("min_value", 0)),
        highest=int(one.get("max_value", 10)),
        most=int(one.get("max_length", 3000)),
        people=people,
        given=any(name.startswith("initial_") for name in one),
    )


_TEAMS_KINDS = {"Input.Number": "number", "Input.Toggle": "tick", "Input.Date": "day", "Input.Time": "hour"}


def _teams_question(node: Json) -> AskedQuestion:
    kind = _TEAMS_KINDS.get(str(node["type"]), "text")
    if node["type"] == "Input.ChoiceSet":
        kind = "some" if node.get("isMultiSelect") else "one"
    return AskedQuestion(
        name=str(node["id"]),
        label=str(node.get("label") or node.get("title") or ""),
        kind=kind,
        required=bool(node.get("isRequired")),
        options=tuple(str(choice["value"]) for choice in node.get("choices") or ()),
        lowest=int(node.get("min", 0)),
        highest=int(node.get("max", 10)),
        most=int(node.get("maxLength") or 3000),
        people="choices.data" in node,
        given=node.get("value") not in (None, ""),
    )


def _well(failure: str | None, what: str) -> None:
    if failure:
        raise CannotDo(f"{what}: {failure}")
