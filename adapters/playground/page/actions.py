"""What a person does on the page, handed to the far side: one function a deed, the same names for both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from adapters.playground.page.slack_seen import SlackSeen
from adapters.playground.page.teams_seen import TeamsSeen, place_of_action
from adapters.playground.slack import CallOutcome as SlackOutcome
from adapters.playground.slack import PlaygroundError as SlackError
from adapters.playground.slack import SlackMessage
from adapters.playground.teams import DeliveryOutcome as TeamsOutcome
from adapters.playground.teams import TeamsPlaygroundError as TeamsError
from adapters.playground.teams.cards import actions

Json = dict[str, Any]
Deed = Callable[[str, Json], Awaitable[Json]]
"""(person, what the page sent) → what to tell the person: `problem` (a sentence), `errors` (by field)."""

UNREACHED = "The app did not answer. Is it running?"
_FAILURES = {
    "http_timeout": "The app did not answer in time.",
    "connection_failed": UNREACHED,
    "http_error": "The app answered with an error.",
    "app_not_installed": "The app is not installed here.",
}


class SlackDeeds:
    """A person's deeds on Slack."""

    def __init__(self, seen: SlackSeen) -> None:
        self._seen = seen
        self._side = seen.side

    def deeds(self) -> dict[str, Deed]:
        return {
            "say": self.say,
            "press": self.press,
            "submit": self.submit,
            "close": self.close,
            "home": self.home,
            "options": self.options,
        }

    async def say(self, person: str, sent: Json) -> Json:
        """A message, or a slash command where the text begins with one that the app has."""
        text, place = str(sent["text"]), str(sent["place"])
        word, _, rest = text.partition(" ")
        if word.startswith("/"):
            if word not in self._side.workplace.app.commands:
                return {"problem": f"{word} is not a command here. Type / to see those there are."}
            return _told(await self._side.command(person, place, word, rest.strip()))
        thread = sent.get("thread")
        root = self._seen.source(person, {"place": place, "id": thread}) if thread else None
        return _told(
            await self._side.say(person, place, text, root if isinstance(root, SlackMessage) else None)
        )

    async def press(self, person: str, sent: Json) -> Json:
        source = self._seen.source(person, sent["source"])
        return _told(await self._side.press(person, source, str(sent["action"]), sent.get("value")))

    async def submit(self, person: str, sent: Json) -> Json:
        return _told(await self._side.submit(person, str(sent["view"]), sent.get("values") or {}))

    async def close(self, person: str, sent: Json) -> Json:
        return _told(await self._side.close(person, bool(sent.get("all"))))

    async def home(self, person: str, sent: Json) -> Json:
        return _told(await self._side.open_home(person))

    async def options(self, person: str, sent: Json) -> Json:
        source = self._seen.source(person, sent["source"])
        found = await self._side.options(person, source, str(sent["action"]), str(sent.get("typed", "")))
        return {"options": found}


class TeamsDeeds:
    """A person's deeds on Teams."""

    def __init__(self, seen: TeamsSeen) -> None:
        self._seen = seen
        self._side = seen.side

    def deeds(self) -> dict[str, Deed]:
        return {"say": self.say, "press": self.press, "submit": self.submit, "close": self.close}

    async def say(self, person: str, sent: Json) -> Json:
        """A message; in channels and group chats the bot hears it where `@name` stands in it. Members are
        mentioned as the picker writes them, ``@Name``."""
        text, place = str(sent["text"]), str(sent["place"])
        thread = str(sent["thread"]) if sent.get("thread") else None
        members = self._side.workplace.members(place) or []
        naming = [one for one in members if f"@{one.name}" in text]
        mention = f"@{self._side.workplace.bot_name}"
        if mention.lower() in text.lower():
            at = text.lower().index(mention.lower())
            text = (text[:at] + text[at + len(mention) :]).strip()
            return _told(await self._side.mention_bot(person, place, text, thread=thread, naming=naming))
        return _told(await self._side.say(person, place, text, thread=thread, naming=naming))

    async def press(self, person: str, sent: Json) -> Json:
        user = self._side.user(person)
        post = self._side.find_post(str(sent["id"]))
        before = 0
        for card in post.cards_seen_by(user.teams_id)[: int(sent.get("card", 0))]:
            before += len(actions(card))
        card = post.cards_seen_by(user.teams_id)[int(sent.get("card", 0))]
        index = before + place_of_action(card, str(sent["action"]))
        return _told(await self._side.press(user, post, index, values=sent.get("values") or {}))

    async def submit(self, person: str, sent: Json) -> Json:
        dialog = self._side.dialog_of(person)
        if dialog is None or dialog.card is None:
            return {"problem": "This form is not open any more."}
        index = place_of_action(dialog.card, str(sent["action"]))
        return _told(await self._side.submit(person, sent.get("values") or {}, action=index))

    async def close(self, person: str, sent: Json) -> Json:
        self._side.cancel(person)
        return {}


async def done(deed: Deed, person: str, sent: Json) -> tuple[int, Json]:
    """Do it; what the platform's own screen would not let a person do comes back as a `problem`."""
    try:
        return 200, await deed(person, sent)
    except (SlackError, TeamsError) as problem:
        return 409, {"problem": str(problem)}
    except (LookupError, TypeError, ValueError):
        return 400, {"problem": "The page is out of date. Reload it."}


def _told(outcome: SlackOutcome | TeamsOutcome) -> Json:
    told: Json = {}
    if outcome.failure:
        told["problem"] = _FAILURES.get(outcome.failure, outcome.failure)
    elif outcome.status is not None and outcome.status >= 400:
        told["problem"] = f"The app answered with an error ({outcome.status})."
    if outcome.errors:
        told["errors"] = outcome.errors
    for shown in outcome.shown if isinstance(outcome, TeamsOutcome) else ():
        if shown.kind == "error":
            told["problem"] = shown.text
        elif shown.kind == "message" and shown.text:
            told["notice"] = shown.text
    return told
