"""What one person sees of Slack, as the JSON that the page draws from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapters.playground.page.hints import CommandHint
from adapters.playground.page.read_marks import ReadMarks
from adapters.playground.slack import Channel, PlaygroundError, SlackMessage, SlackSide, User, View
from adapters.playground.slack.model import SlackWorkspace

Json = dict[str, Any]

SHOWN_MESSAGES = 300


class SlackSeen:
    """Looks into the Slack side through a person's eyes. Times are UNIX milliseconds."""

    def __init__(self, side: SlackSide, marks: ReadMarks, hints: Iterable[CommandHint]) -> None:
        self.side = side
        self._marks = marks
        self._hints = list(hints)

    def people(self) -> list[Json]:
        """Everybody with an account, bots aside."""
        teams = self.side.workplace.workspaces.values()
        return [
            {"id": user.id, "name": user.real_name, "email": user.email, "tz": user.tz, "locale": user.locale,
             "role": user.role, "workspace": team.name}
            for team in teams
            for user in team.users.values()
            if not user.is_bot and not user.deleted
        ]  # fmt: skip

    def state(self, person: str) -> Json:
        """The sidebar and whatever is open in front of the person; PlaygroundError for a stranger."""
        user = self.side.user(person)
        workspace = self.side.workplace.workspaces[user.team_id]
        modals = workspace.modals.get(user.id, [])
        installation = workspace.installation
        bot = workspace.users[installation.bot_user_id] if installation else None
        if installation is not None:
            self.side.dm(user)
        return {
            "workspace": workspace.name,
            "bot": {"id": bot.id, "name": bot.real_name} if bot else None,
            "users": {
                other.id: {"name": other.real_name, "bot": other.is_bot} for other in workspace.users.values()
            },
            "places": [self._place(user, workspace, channel) for channel in self.side.channels_of(user)],
            "modal": _view(modals[-1]) if modals else None,
            "modal_depth": len(modals),
            "hints": self.suggestions(),
        }

    def place(self, person: str, place: str) -> Json:
        """One conversation with its messages, oldest first."""
        user = self.side.user(person)
        channel = self.side.sight.place_of(user, place)
        workspace = self.side.workplace.workspaces[user.team_id]
        messages = self.side.inbox(user, channel)[-SHOWN_MESSAGES:]
        replies: dict[str, int] = {}
        for message in messages:
            if message.thread_ts and message.thread_ts != message.ts:
                replies[message.thread_ts] = replies.get(message.thread_ts, 0) + 1
        return {
            **self._place(user, workspace, channel),
            "bookmarks": [{"title": mark.title, "link": mark.link} for mark in channel.bookmarks],
            "people": [
                {"name": one.real_name, "insert": f"@{one.name}"}
                for one in map(workspace.users.__getitem__, channel.members)
            ],
            "members": [workspace.users[member].real_name for member in channel.members],
            "messages": [
                {**self.message(workspace, channel, message), "replies": replies.get(message.ts, 0)}
                for message in messages
            ],
        }

    def home(self, person: str) -> Json | None:
        """The home tab as the bot last published it."""
        view = self.side.home_of(person)
        return _view(view) if view else None

    def newest(self, person: str, place: str) -> float:
        """The position of the last message of a place, for the unread mark."""
        user = self.side.user(person)
        return max((float(message.ts) for message in self.side.inbox(user, place)), default=0.0)

    def source(self, person: str, wanted: Json) -> SlackMessage | View:
        """The message or view that a press was made on; PlaygroundError where the person sees none such."""
        user = self.side.user(person)
        workspace = self.side.workplace.workspaces[user.team_id]
        if wanted.get("kind") == "view":
            views = [*workspace.modals.get(user.id, []), workspace.homes.get(user.id)]
            for view in views:
                if view is not None and view.id == wanted.get("id"):
                    return view
            raise PlaygroundError("this form is not open any more")
        for message in self.side.inbox(user, str(wanted.get("place"))):
            if message.ts == wanted.get("id"):
                return message
        raise PlaygroundError("this message is not there any more")

    def suggestions(self) -> list[Json]:
        """What the composer offers: the app's commands first, then what may follow them."""
        slashes = self.side.workplace.app.commands
        if not slashes:
            return []
        shown = [{"insert": slash, "usage": "", "summary": ""} for slash in slashes]
        for hint in self._hints:
            own = hint.slash in slashes
            insert = hint.slash if own else f"{slashes[0]} {hint.name}"
            shown = [one for one in shown if one["insert"] != insert]
            shown.append({"insert": insert, "usage": hint.usage, "summary": hint.summary})
        return shown

    def _place(self, user: User, workspace: SlackWorkspace, channel: Channel) -> Json:
        others = [workspace.users[member] for member in channel.members if member != user.id]
        direct = channel.kind in ("im", "mpim")
        name = ", ".join(other.real_name for other in others) if direct else channel.name
        read = self._marks.read_up_to("slack", user.id, channel.id)
        unread = [
            message
            for message in self.side.inbox(user, channel)
            if float(message.ts) > read and message.user_id != user.id and message.subtype is None
        ]
        return {
            "id": channel.id,
            "kind": channel.kind,
            "name": name or channel.name,
            "bot": channel.kind == "im" and any(other.is_bot for other in others),
            "topic": channel.topic,
            "size": len(channel.members),
            "archived": channel.is_archived,
            "unread": len(unread),
        }

    def message(self, workspace: SlackWorkspace, channel: Channel, message: SlackMessage) -> Json:
        """One message, as whoever may see it sees it."""
        author = workspace.users.get(message.user_id)
        files = [workspace.files[file_id] for file_id in message.file_ids if file_id in workspace.files]
        return {
            "id": message.ts,
            "place": message.channel_id,
            "author": message.user_id,
            "name": author.real_name if author else "Someone",
            "bot": bool(message.bot_id) or bool(author and author.is_bot),
            "text": message.text,
            "blocks": list(message.blocks),
            "at": message.at * 1000,
            "edited": message.edited is not None,
            "quiet": message.subtype not in (None, "bot_message"),
            "only_you": message.ephemeral_to is not None,
            "pinned": message.ts in channel.pins,
            "thread": message.thread_ts,
            "reactions": message.reactions,
            "files": [
                {"id": file.id, "name": file.name, "title": file.title or file.name, "size": file.length,
                 "alt": file.alt_text or "", "team": workspace.id}
                for file in files
            ],
        }  # fmt: skip


def _view(view: View) -> Json:
    content = view.content
    return {
        "id": view.id,
        "hash": view.hash,
        "type": view.type,
        "title": view.title,
        "submit": (content.get("submit") or {}).get("text"),
        "close": (content.get("close") or {}).get("text"),
        "blocks": view.blocks,
        "errors": view.errors,
        "values": view.values,
    }
