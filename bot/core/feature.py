"""What a feature declares, once, for every surface: commands, forms, buttons, messages, errands.

A feature is a folder of `bot/` whose ``feature.py`` builds one `Feature`; `bot.features` lists them all.
Handlers get a `Desk` (one event, one person, one open transaction), change rows through ``desk.db``, and
return a `Reply`. They never call a platform: messages to others are nudges (``desk.post``), everything
else on a platform is an errand (``desk.errand``); both are rows that are committed with the change itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from bot.cards import Button, Card, Part
from bot.forms import Form, Values
from bot.permissions import Action
from prompts.text import Marked

if TYPE_CHECKING:
    from bot.desk import Desk, Reading
    from bot.errands import Errands
    from bot.events import Event
    from bot.privacy.detectors import Sign
    from storage.nudges import Errand

ArgumentKind = Literal["word", "text", "number", "date", "time", "duration", "person", "choice"]
Words = Callable[[str], Marked]
"""A message without parameters: give it a language."""


class Reply(Part):
    """The answer to one event. At most one of `card` and `form` is set; `errors` are a form's, by field."""

    card: Card | None = None
    form: Form | None = None
    errors: dict[str, str] = Field(default_factory=dict)
    public: bool = False
    """Shown to everybody in the conversation; by default only to who asked."""
    replace: bool = False
    """For a press: the card takes the place of the one the button stood on."""
    language: str = "en"
    """The reader's, filled in by the router (an adapter has a few words of its own to add)."""
    users: dict[int, str] = Field(default_factory=dict)
    """The platform user of each person the card mentions, filled in by the router."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody is to be told anything."""
        return self.card is None and self.form is None and not self.errors


NOTHING = Reply()


class Refusal(Exception):
    """Stop: the transaction is rolled back and `text` (which says what to do next) is the private answer."""

    def __init__(self, text: Marked, *buttons: Button) -> None:
        super().__init__(text)
        self.text = text
        self.buttons = buttons


@dataclass(frozen=True, slots=True)
class Skip:
    """A composer's word that the message should not go: `reason` is a short slug (``already_answered``)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Argument:
    """One typed argument. Kinds: word (one word or "quoted words"), text (the rest of the line), number,
    date, time (local wall clock), duration (minutes), person, choice (one of `choices`).
    Any can be given as ``name=value``; else by position."""

    name: str
    kind: ArgumentKind
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """``name`` may be two words ("session move"). `form`: opened, with what was given as its initial
    values, when required arguments are missing. `slash` gives it a Slack command of its own as well."""

    name: str
    may: Action
    summary: Words
    handle: Callable[[Desk, dict[str, Any]], Awaitable[Reply]]
    arguments: tuple[Argument, ...] = ()
    aliases: tuple[str, ...] = ()
    form: str = ""
    slash: str = ""
    example: str = ""
    may_hold: frozenset[Sign] = frozenset()
    """What looks like client information and is none here: an office's phone number, say."""


@dataclass(frozen=True, slots=True)
class FormSpec:
    """`build` makes the form for a context (and for initial values typed with a command); it is built
    again when the submission arrives, so stale options are caught. It raises `Refusal` when the context
    does not stand any more. What is sent with a `sealed` form is unreadable in the inbox, too."""

    name: str
    may: Action
    build: Callable[[Desk, str, Mapping[str, Any]], Awaitable[Form]]
    submit: Callable[[Desk, str, Values], Awaitable[Reply]]
    may_hold: frozenset[Sign] = frozenset()
    """As for commands."""
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class PressSpec:
    """A button's `action`; the handler gets its `value` and trusts nothing in it.

    Buttons that answer the same question share a `choice`: of one person's presses on one value the latest
    counts, by the platform's clock, in whatever order they are delivered.
    """

    action: str
    may: Action
    handle: Callable[[Desk, str], Awaitable[Reply]]
    choice: str = ""


Listener = Callable[["Desk"], Awaitable[Reply | None]]
"""Sees a Said, Joined, Left or Installed event (``desk.event``); the first reply that is not None wins."""
Withhold = Callable[["Event", "frozenset[Sign]"], "Event"]
"""Looks at what somebody wrote before it is written down anywhere, and takes out what must not be kept. The
signs given are no reason to. Pure."""
Support = Callable[["Event", str, "Reply"], "Reply"]
"""Adds to the answer, in its reader's language, what they may need now. Pure."""
Composer = Callable[["Reading"], Awaitable[Card | Skip]]
"""Writes the message of a nudge for its reader, from what is true now."""
ErrandHandler = Callable[["Errands", "Errand"], Awaitable[None]]
HomeSection = Callable[["Desk"], Awaitable[Card | None]]


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
    installed: tuple[Listener, ...] = ()
    uninstalled: tuple[Listener, ...] = ()
    home: tuple[HomeSection, ...] = ()
    composers: Mapping[str, Composer] = field(default_factory=dict)
    errands: Mapping[str, ErrandHandler] = field(default_factory=dict)
    housekeeping: tuple[Callable[[Errands], Awaitable[None]], ...] = ()
    """Jobs that run once an hour, on one process only."""
