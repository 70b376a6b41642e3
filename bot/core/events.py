"""What can happen: every door translates what its platform sent into one of these.

`key` is the platform's own stable name for the happening (Slack ``event_id`` or ``trigger_id``, Teams
tenant + conversation + activity id), unique per workspace: the same key is never handled twice.
`Who` and `Where` come from the signed envelope only, never from a value inside a button or a form.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

PlatformName = Annotated[str, Field(pattern="^[a-z]+$")]
"""An adapter's name."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _without_what_no_database_holds(cls, given: Any) -> Any:
        return _storable(given)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL, which PostgreSQL's text cannot hold, and halves of characters, which no text can."""


def _storable(given: Any) -> Any:
    """The same without such characters, in whatever strings it holds. Nobody types them."""
    if isinstance(given, str):
        return _UNSTORABLE.sub("", given)
    if isinstance(given, dict):
        return {_storable(name): _storable(each) for name, each in given.items()}
    if isinstance(given, list | tuple):
        return type(given)(map(_storable, given))
    return given


class Who(_Value):
    """A platform's user in a platform's workspace (Slack team id, Teams tenant id), with what the
    envelope tells of them; `zone` is an IANA name or empty, `language` like ``en`` or empty. `alias` is the
    platform's other name for the same account, where it has two."""

    platform: PlatformName
    tenant: str
    user: str
    alias: str = ""
    name: str = ""
    zone: str = ""
    language: str = ""


class Where(_Value):
    """The conversation; `direct` is one person and the bot. `reference` is what the platform needs to
    speak there again (opaque outside its adapter), `message` the message that a button stood on."""

    conversation: str = ""
    kind: Literal["direct", "channel", "group", "home", "none"] = "none"
    reference: dict[str, str] = {}
    message: str = ""
    thread: str = ""


class _Happening(_Value):
    key: str
    who: Who
    at: datetime | None = None
    """When it happened, by the platform's own clock; empty where that tells no time."""
    where: Where = Where()
    answer_to: dict[str, str] = {}
    """What the platform needs to answer just this (a trigger, a response address); short-lived."""


class Command(_Happening):
    """Somebody typed a command; `text` is all that follows the bot's name, untouched."""

    type: Literal["command"] = "command"
    text: str


class Press(_Happening):
    """Somebody pressed a button; `form` is set when the button opens one (then `value` is its context)."""

    type: Literal["press"] = "press"
    action: str
    value: str = ""
    form: str = ""


class Submit(_Happening):
    """Somebody sent a form; `values` are raw, by field name."""

    type: Literal["submit"] = "submit"
    form: str
    context: str = ""
    values: dict[str, object] = {}
    withheld: tuple[str, ...] = ()
    """The fields whose words were taken out before the event was written down."""


class Said(_Happening):
    """Somebody wrote in a conversation that the bot can see, and it is not a command."""

    type: Literal["said"] = "said"
    text: str
    files: tuple[str, ...] = ()
    edited: bool = False
    """It stood there before in other words: it is looked at for client information, and answers nothing."""
    withheld: tuple[str, ...] = ()
    """Why the words were taken out before the event was written down; then `text` is empty."""


class Joined(_Happening):
    """`who` is now in the conversation (or in the workspace, when `where` is empty)."""

    type: Literal["joined"] = "joined"


class Left(_Happening):
    """`who` is no longer in the conversation."""

    type: Literal["left"] = "left"


class HomeOpened(_Happening):
    """`who` looks at the bot's home."""

    type: Literal["home"] = "home"


class Changed(_Happening):
    """The platform tells what changed of `who`: their name, zone or language; `email` where it is allowed to;
    `gone` when the account was switched off, and False when it is on (again). `vouched` as in `Profile`."""

    type: Literal["changed"] = "changed"
    email: str = ""
    vouched: bool = True
    gone: bool = False


class Installed(_Happening):
    """The bot was added: to a workspace, or to the conversation `where` (a channel, a 1:1 chat); or a channel
    that was archived is back. Then `who` may be nobody (an empty user)."""

    type: Literal["installed"] = "installed"
    name: str = ""
    renewed: bool = False
    """A newer version of the app took the place of the one that was there."""


class Uninstalled(_Happening):
    """The bot was removed from the workspace, or from the conversation `where`; or that was archived or
    deleted (`why`)."""

    type: Literal["uninstalled"] = "uninstalled"
    why: Literal["removed", "archived", "deleted"] = "removed"


Event = Annotated[
    Command | Press | Submit | Said | Joined | Left | HomeOpened | Changed | Installed | Uninstalled,
    Field(discriminator="type"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
