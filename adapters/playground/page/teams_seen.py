"""What one person sees of Teams, as the JSON that the page draws from."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from adapters.playground.page.hints import CommandHint
from adapters.playground.page.read_marks import ReadMarks
from adapters.playground.teams import Dialog, Post, TeamsSide, TeamsUser
from adapters.playground.teams.cards import actions
from adapters.playground.teams.model import JsonObject
from adapters.playground.teams.phone import shown_on_a_phone
from adapters.playground.teams.seeing import places_of, standing

Json = dict[str, Any]

SHOWN_MESSAGES = 300


class TeamsSeen:
    """Looks into the Teams side through a person's eyes. Times are UNIX milliseconds."""

    def __init__(self, side: TeamsSide, marks: ReadMarks, hints: Iterable[CommandHint]) -> None:
        self.side = side
        self._marks = marks
        self._hints = list(hints)

    def people(self) -> list[Json]:
        """Everybody with an account."""
        return [
            {"id": user.teams_id, "name": user.name, "email": user.email, "tz": user.timezone,
             "locale": user.locale, "role": "", "workspace": "Teams"}
            for user in self.side.workplace.users.values()
        ]  # fmt: skip

    def state(self, person: str) -> Json:
        """The sidebar and the dialog in front of the person; PlaygroundError for a stranger."""
        user = self.side.user(person)
        workplace = self.side.workplace
        workplace.personal_chat(user)
        dialog = self.side.dialog_of(user)
        return {
            "workspace": ", ".join(
                team.name for team in workplace.teams.values() if user.teams_id in team.member_ids
            )
            or "Teams",
            "bot": {"id": workplace.bot_id, "name": workplace.bot_name},
            "users": {
                other.teams_id: {"name": other.name, "bot": False} for other in workplace.users.values()
            },
            "places": [self._place(user, place) for place in places_of(workplace, user)],
            "modal": _dialog(dialog) if dialog else None,
            "modal_depth": 1 if dialog else 0,
            "hints": [
                {"insert": hint.name, "usage": hint.usage, "summary": hint.summary} for hint in self._hints
            ],
        }

    def place(self, person: str, place: str, *, phone: bool = False) -> Json:
        """One conversation with its messages, oldest first; `phone`: each with the looks that the texts of
        its cards have there."""
        user = self.side.user(person)
        posts = self.side.inbox(user, place)[-SHOWN_MESSAGES:]
        replies: dict[str, int] = {}
        for post in posts:
            if post.thread_id and post.thread_id != post.id:
                replies[post.thread_id] = replies.get(post.thread_id, 0) + 1
        members = self.side.workplace.members(place) or []
        return {
            **self._place(user, place),
            "bookmarks": [],
            "people": [{"name": one.name, "insert": f"@{one.name}"} for one in members],
            "members": [member.name for member in members],
            "messages": [
                {
                    **(shown := self.message(user, post)),
                    "replies": replies.get(post.id, 0),
                    "phone": looks_on_a_phone(shown["cards"]) if phone else None,
                }
                for post in posts
            ],
        }

    def newest(self, person: str, place: str) -> float:
        """The position of the last message of a place, for the unread mark."""
        return max((float(post.id) for post in self.side.inbox(person, place)), default=0.0)

    def _place(self, user: TeamsUser, place: str) -> Json:
        workplace = self.side.workplace
        chat, channel = workplace.chats.get(place), workplace.channel(place)
        members = workplace.members(place) or []
        others = ", ".join(member.name for member in members if member is not user)
        kind = "channel" if channel else ("im" if chat and chat.kind == "personal" else "mpim")
        if channel:
            name = channel.name
        elif kind == "im":
            name = workplace.bot_name
        else:
            name = (chat.topic if chat else None) or others
        read = self._marks.read_up_to("teams", user.teams_id, place)
        unread = [
            post
            for post in standing(workplace, place)
            if float(post.id) > read and post.sender_id != user.teams_id
        ]
        return {
            "id": place,
            "kind": kind,
            "name": name,
            "bot": kind == "im",
            "topic": workplace.teams[channel.team_id].name if channel else "",
            "size": len(members) + (1 if workplace.bot_may_write(place) else 0),
            "archived": False,
            "unread": len(unread),
        }

    def message(self, user: TeamsUser, post: Post) -> Json:
        """One message, as this person sees it."""
        author = self.side.workplace.users.get(post.sender_id)
        return {
            "id": post.id,
            "place": post.conversation_id,
            "author": post.sender_id,
            "name": self.side.workplace.bot_name if post.from_bot else (author.name if author else "Someone"),
            "bot": post.from_bot,
            "text": post.text,
            "format": post.activity.get("textFormat") or ("markdown" if post.from_bot else "plain"),
            "cards": [pressable(card) for card in post.cards_seen_by(user.teams_id)],
            "mentions": [
                self.side.workplace.users[one].name
                for one in post.mentioned_ids
                if one in self.side.workplace.users
            ],
            "at": datetime.fromisoformat(post.created_at).timestamp() * 1000,
            "edited": post.updated_at is not None,
            "quiet": False,
            "only_you": user.teams_id in post.views,
            "pinned": False,
            "thread": post.thread_id,
            "reactions": post.reactions,
            "files": [
                {"name": str(one.get("name") or "File"), "url": str(one["contentUrl"])}
                for one in post.activity.get("attachments") or []
                if one.get("contentUrl")
            ],
        }


def looks_on_a_phone(cards: list[JsonObject]) -> dict[str, list[Json]]:
    """Every text of the cards, and the runs of letters that a phone makes of it."""
    texts = {text for card in cards for text in _texts(card)}
    return {text: [asdict(run) for run in shown_on_a_phone(text)] for text in texts}


def _texts(node: Any) -> Iterator[str]:
    for name, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, str):
            yield value
        elif name != "data" and isinstance(value, dict | list):
            yield from _texts(value)


def pressable(card: JsonObject) -> JsonObject:
    """A copy of a card whose every action has a name of its own as its `id`, for the page to press by."""
    marked = copy.deepcopy(card)
    for number, action in enumerate(_actions_anywhere(marked)):
        action["id"] = f"press-{number}"
    return marked


def place_of_action(card: JsonObject, name: str) -> int:
    """Which of the card's actions, in reading order, `pressable` named so; LookupError for none."""
    names = [action.get("id") for action in actions(pressable(card))]
    if name not in names:
        raise LookupError(name)
    return names.index(name)


def _actions_anywhere(node: Any) -> Iterator[JsonObject]:
    if isinstance(node, dict):
        if str(node.get("type", "")).startswith("Action."):
            yield node
        for child in node.values():
            yield from _actions_anywhere(child)
    elif isinstance(node, list):
        for child in node:
            yield from _actions_anywhere(child)


def _dialog(dialog: Dialog) -> Json:
    return {
        "title": dialog.title,
        "card": pressable(dialog.card) if dialog.card else None,
        "url": dialog.url,
        "from": dialog.opened_from,
    }
