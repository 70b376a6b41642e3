"""What everybody read and wrote, from the far sides' own memory, by person and channel."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from adapters.demo import pages
from adapters.demo.cast import Actor
from adapters.demo.words import said_in_card, said_in_message
from adapters.playground.environment import Environment

WIDTH = 100
SHOWN = 6
"""People whose chats are printed whole; of the others it is told how much they read."""


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One message. `place` is a channel's name, or the name of the person whose chat it is."""

    platform: str
    place: str
    kind: str
    at: datetime
    author: str
    text: str


def lines_of(environment: Environment) -> list[TranscriptLine]:
    """Everything that was said, oldest first in each place."""
    return [*_slack_lines(environment), *_teams_lines(environment), *_mail_lines(environment)]


def _slack_lines(environment: Environment) -> Iterable[TranscriptLine]:
    for workspace in environment.slack.workplace.workspaces.values():
        names = {user.id: user.real_name for user in workspace.users.values()}
        bots = {user.id for user in workspace.users.values() if user.is_bot}
        for channel in workspace.channels.values():
            members = [names[member] for member in channel.members if member not in bots]
            kind = {"im": "chat", "mpim": "group"}.get(channel.kind, "channel")
            place = f"#{channel.name}" if kind == "channel" else ", ".join(members)
            for message in channel.messages.values():
                if message.subtype in (None, "bot_message"):
                    at = datetime.fromtimestamp(message.at, UTC)
                    text = said_in_message(message.text, message.blocks)
                    yield TranscriptLine("slack", place, kind, at, names[message.user_id], text)


def _teams_lines(environment: Environment) -> Iterable[TranscriptLine]:
    workplace = environment.teams.workplace
    for place_id, posts in workplace.posts.items():
        channel, chat = workplace.channel(place_id), workplace.chats.get(place_id)
        members = ", ".join(user.name for user in workplace.members(place_id) or [])
        kind = "channel" if channel else "chat" if chat and chat.kind == "personal" else "group"
        place = f"#{channel.name}" if channel else members
        for post in posts:
            if post.deleted:
                continue
            user = workplace.users.get(post.sender_id)
            author = workplace.bot_name if post.from_bot else (user.name if user else "Someone")
            text = "\n".join(map(said_in_card, post.cards)) or post.text
            yield TranscriptLine("teams", place, kind, datetime.fromisoformat(post.created_at), author, text)


def _mail_lines(environment: Environment) -> Iterable[TranscriptLine]:
    for letter in environment.mail.letters:
        place = environment.mail.people[letter.to].name
        text = f"{letter.subject}\n{pages.read(letter.html).text}"
        yield TranscriptLine("email", place, "chat", letter.at, "Throughline", text)


def print_transcript(lines: list[TranscriptLine], cast: Iterable[Actor]) -> None:
    """Channels and groups whole, then the chats of a few people, then a line for each of the others."""
    ordered = sorted(lines, key=lambda line: (line.kind, line.platform, line.place, line.at))
    for (kind, platform, place), group in groupby(ordered, lambda one: (one.kind, one.platform, one.place)):
        if kind != "chat":
            _print_place(f"{place} ({platform})", list(group))
    shown = _whose_chats(cast)
    for actor in shown:
        mine = [line for line in ordered if line.kind == "chat" and line.place == actor.person.name]
        _print_place(f"{actor.person.name}, {actor.person.role} ({actor.platform})", mine)
    names = {actor.person.name for actor in shown}
    read = Counter(line.place for line in ordered if line.kind == "chat" and line.author == "Throughline")
    others = [f"{name} {count}" for name, count in sorted(read.items()) if name not in names]
    print("\n== What the others read in their own chats, in messages ==")
    print(textwrap.fill(", ".join(others), WIDTH))


def _whose_chats(cast: Iterable[Actor]) -> list[Actor]:
    """A facilitator, a presenter, and participants of both platforms and languages."""
    wanted = [("facilitator", "", ""), ("presenter", "", ""), ("participant", "slack", "en"),
              ("participant", "teams", "en"), ("participant", "email", ""),
              ("participant", "", "es")]  # fmt: skip
    chosen: list[Actor] = []
    people = list(cast)
    for role, platform, language in wanted:
        for actor in people:
            if (
                actor.person.role == role
                and actor.platform.startswith(platform)
                and actor.language.startswith(language)
                and actor not in chosen
            ):
                chosen.append(actor)
                break
    return chosen[:SHOWN]


def _print_place(title: str, lines: list[TranscriptLine]) -> None:
    print(f"\n== {title} ==")
    for line in lines:
        print(f"{line.at:%a %d %b %H:%M} UTC  {line.author}")
        for part in line.text.splitlines():
            print(textwrap.fill(part, WIDTH, initial_indent="    ", subsequent_indent="    "))
