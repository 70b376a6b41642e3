"""What a feature declares, once, for every surface: commands, forms, buttons, messages, jobs.

A feature is a folder of `bot/` whose ``feature.py`` builds one `Feature`; `bot.features` lists them all.
Handlers get a `Desk` (one event, one person, one open transaction), change rows through ``desk.db``, and
return a `Reply`. They never call a platform: messages to others are nudges (``desk.post``), everything
else on a platform is a job (``desk.job``); both are rows that are committed with the change itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from bot.core.cards import Card
from bot.core.forms import Form, Values, fields_of
from bot.core.inputs import Argument
from bot.core.message_kinds import MessageKind, MessageKinds
from bot.core.permissions import Action
from bot.core.reply import Reply
from prompts.command_names import other_names
from prompts.text import Words

if TYPE_CHECKING:
    from bot.core.cards import Button
    from bot.core.client_information import Sign
    from bot.core.context import Context
    from bot.core.events import Event
    from bot.core.jobs import JobContext
    from storage.nudges import Job


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """``name`` may be two words ("session move"). `form`: opened, with what was given as its initial
    values, when required arguments are missing. `slash` gives it a Slack command of its own as well."""

    name: str
    may: Action
    summary: Words
    handle: Callable[[Context, dict[str, Any]], Awaitable[Reply]]
    arguments: tuple[Argument, ...] = ()
    aliases: tuple[str, ...] = ()
    form: str = ""
    slash: str = ""
    example: str = ""
    topic: str = ""
    """The slug of a topic of `help` (`bot/help/topics.py`): it stands there after those named there."""
    may_hold: frozenset[Sign] = frozenset()
    """What looks like client information and is none here: an office's phone number, say."""


@dataclass(frozen=True, slots=True)
class FormSpec:
    """`build` makes the form for a context (and for initial values typed with a command); it is built
    again when the submission arrives, so stale options are caught. It raises `Refusal` when the context
    does not stand any more. What is sent goes to `submit`, or as if it was typed to the command whose `form`
    this is; the context is that one's cohort then. What is sent with a `sealed` form is unreadable in the
    inbox, too."""

    name: str
    may: Action
    build: Callable[[Context, str, Mapping[str, Any]], Awaitable[Form]]
    submit: Callable[[Context, str, Values], Awaitable[Reply]] | None = None
    may_hold: frozenset[Sign] = frozenset()
    """As for commands."""
    sealed: bool = False


def form_of(
    name: str, may: Action, title: Words, button: Words, arguments: Iterable[Argument], **more: Any
) -> FormSpec:
    """A form that asks for a command's arguments and nothing else. `more`: what else a `FormSpec` takes."""

    async def build(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
        fields = fields_of(arguments, ctx.language, initial)
        return Form(name=name, title=title(ctx.language), submit=button(ctx.language), fields=fields)

    return FormSpec(name, may, build, **more)


@dataclass(frozen=True, slots=True)
class PressSpec:
    """A button's `action`; the handler gets its `value` and trusts nothing in it.

    Buttons that answer the same question share a `choice`: of one person's presses on one value the latest
    counts, by the platform's clock, in whatever order they are delivered.
    """

    action: str
    may: Action
    handle: Callable[[Context, str], Awaitable[Reply]]
    choice: str = ""


Listener = Callable[["Context"], Awaitable[Reply | None]]
"""Sees a Said, Joined, Left or Installed event (``desk.event``); the first reply that is not None wins."""
Withhold = Callable[["Event", "frozenset[Sign]"], "Event"]
"""Looks at what somebody wrote before it is written down anywhere, and takes out what must not be kept. The
signs given are no reason to. Pure."""
Support = Callable[["Event", str, "Reply"], "Reply"]
"""Adds to the answer, in its reader's language, what they may need now. Pure."""
JobHandler = Callable[["JobContext", "Job"], Awaitable[None]]
JobRefused = Callable[["JobContext", "Job", str], Awaitable[None]]
"""Tells whoever waits for a job that it failed, or is refused for now; with the platform's own code."""
HomeSection = Callable[["Context"], Awaitable[Card | None]]


class SmallTalkAnswers(Protocol):
    """Answers what is no command."""

    async def answer(self, ctx: Context, text: str) -> Reply | None:
        """None where it is not clear what is meant."""

    async def perhaps(self, ctx: Context, text: str) -> tuple[Button, ...]:
        """Likely things, for what is not understood."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Everything that one folder adds to the bot."""

    name: str
    commands: tuple[CommandSpec, ...] = ()
    forms: tuple[FormSpec, ...] = ()
    presses: tuple[PressSpec, ...] = ()
    withhold: tuple[Withhold, ...] = ()
    support: tuple[Support, ...] = ()
    said: tuple[Listener, ...] = ()
    joined: tuple[Listener, ...] = ()
    left: tuple[Listener, ...] = ()
    changed: tuple[Listener, ...] = ()
    installed: tuple[Listener, ...] = ()
    uninstalled: tuple[Listener, ...] = ()
    home: tuple[HomeSection, ...] = ()
    messages: tuple[MessageKind, ...] = ()
    jobs: Mapping[str, JobHandler] = field(default_factory=dict)
    refused: Mapping[str, JobRefused] = field(default_factory=dict)
    """By kind of job; called once for each."""
    small_talk: SmallTalkAnswers | None = None
    housekeeping: tuple[Callable[[JobContext], Awaitable[None]], ...] = ()
    """Jobs that run once an hour, on one process only."""


def kinds_of(features: Iterable[Feature]) -> MessageKinds:
    """Every kind of message. Raises `ValueError` for a twin."""
    return MessageKinds(kind for feature in features for kind in feature.messages)


LONGEST_NAME = 3
"""Words in the name of a command, in any language: so far is read for one."""


def commands_of(features: Iterable[Feature]) -> dict[str, CommandSpec]:
    """Every command by its name and its aliases, in lower case. Raises `ValueError` for a twin, and for a
    name that is too long to be found."""
    named: dict[str, CommandSpec] = {}
    for spec in (spec for feature in features for spec in feature.commands):
        for name in (spec.name, *spec.aliases):
            if name.casefold() in named:
                raise ValueError(f"two commands are called {name}")
            named[name.casefold()] = spec
    for spec in list(named.values()):
        for name in {*spec.aliases, *other_names(spec.name)}:
            for written in (name.casefold(), _bare(name)):
                if named.setdefault(written, spec) is not spec:
                    raise ValueError(f"two commands are called {written}")
    if long := [name for name in named if len(name.split()) > LONGEST_NAME]:
        raise ValueError(f"a command's name has {LONGEST_NAME} words at most: {', '.join(long)}")
    return named


def _bare(name: str) -> str:
    """Without the accents that phones leave out; the ñ stays a letter of its own."""
    spread = unicodedata.normalize("NFD", name.casefold().replace("ñ", "\0"))
    return "".join(one for one in spread if not unicodedata.combining(one)).replace("\0", "ñ")
