"""What a played series leaves: every message, who can read it, and why it went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from adapters.demo.replay.reasons import because, left_out, rule_of
from adapters.playground.environment import Environment
from adapters.playground.ledger import LedgerPost
from adapters.playground.page.read_marks import ReadMarks
from adapters.playground.page.slack_seen import SlackSeen
from adapters.playground.page.teams_seen import TeamsSeen, pressable
from bot.nudges.cohort_plan import cadence_of
from storage.nudges import Nudge, NudgeState
from storage.people import Duty, Person
from storage.series import Cohort, Enrollment, Series
from storage.sessions import Session

Json = dict[str, Any]


async def recording_of(environment: Environment) -> Json:
    """Everything that the page shows. Times are UNIX milliseconds; messages stand as they did at the end."""
    async with environment.application.database.read() as db:
        nudges = list(await db.scalars(select(Nudge).order_by(col(Nudge.id))))
        emails = {person.id: person.email or "" for person in await db.scalars(select(Person))}
        sessions = list(await db.scalars(select(Session).order_by(col(Session.starts_at))))
        series = list(await db.execute(select(Cohort.id, Series).join(Series)))
        roles = await _roles(db)
    steps = {cohort: {step.slug: step for step in cadence_of(one)} for cohort, one in series}
    rules = {nudge.id: rule_of(nudge, steps.get(nudge.cohort_id or 0, {})) for nudge in nudges}
    numbers = {session.id: session.number for session in sessions}
    whys = _whys(nudges, rules, numbers, environment.ledger.posts)
    messages = [*_slack(environment), *_teams(environment), *_mail(environment)]
    for message in messages:
        stands = message.pop("stands")
        message["why"] = whys.get((message["platform"], message["place"], stands))
        message["thread"] = message.get("thread") if message.get("thread") != stands else None
    return {
        "people": [
            *_slack_people(environment),
            *_teams_people(environment, roles),
            *_mail_people(environment),
        ],
        "users": _names(environment),
        "messages": sorted(messages, key=lambda one: one["at"]),
        "unsent": _unsent(nudges, emails),
        "sessions": [
            {"at": _ms(one.starts_at), "title": f"{one.number}. {one.title.get('en', '')}"}
            for one in sessions
            if one.starts_at <= environment.clock.now()
        ],
        "ended": _ms(environment.clock.now()),
    }


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


# --- why it went ---------------------------------------------------------------------------------------


def _whys(
    nudges: Iterable[Nudge], rules: dict[int, str], sessions: dict[int, int], posts: Iterable[LedgerPost]
) -> dict[tuple[str, str, str], Json]:
    """By platform, conversation and the platform's own id of the message."""
    by_mark = {nudge.mark: nudge for nudge in nudges}
    parts: dict[int | None, list[Nudge]] = defaultdict(list)
    for part in by_mark.values():
        if part.bundle_id is not None and part.state == NudgeState.SENT:
            parts[part.bundle_id].append(part)
    return {
        (post.platform, post.conversation, post.message): {
            **_why(nudge, rules, sessions),
            "sent": _ms(post.at),
            "parts": [_why(part, rules, sessions) for part in parts[nudge.id]],
        }
        for post in posts
        if (nudge := by_mark.get(post.nudge or "")) is not None
    }


def _why(nudge: Nudge, rules: dict[int, str], sessions: dict[int, int]) -> Json:
    return {
        "kind": nudge.kind.replace("_", " "),
        "rule": rules[nudge.id],
        "session": sessions.get(nudge.session_id or 0),
        "due": _ms(nudge.due_at),
        "because": because(nudge.due_because),
    }


def _unsent(nudges: Iterable[Nudge], emails: dict[int, str]) -> list[Json]:
    """What was planned for somebody and did not go, and why."""
    return [
        {"to": emails.get(nudge.person_id or 0, ""), "kind": nudge.kind.replace("_", " "),
         "at": _ms(nudge.due_at), "reason": left_out(nudge.reason)}
        for nudge in nudges
        if nudge.state == NudgeState.SKIPPED and nudge.person_id is not None
    ]  # fmt: skip


# --- what was said, and who can read it ----------------------------------------------------------------


def _slack(environment: Environment) -> Iterator[Json]:
    seen = SlackSeen(environment.slack, ReadMarks({}), ())
    for workspace in environment.slack.workplace.workspaces.values():
        public = [one for channel in workspace.channels.values() for one in channel.messages.values()]
        for message in (*public, *workspace.ephemerals):
            channel = workspace.channels[message.channel_id]
            members = [one for one in channel.members if not workspace.users[one].is_bot]
            yield {
                **seen.message(workspace, channel, message),
                "platform": "slack", "stands": message.ts, "id": f"{channel.id}-{message.ts}",
                "where": "" if channel.kind in ("im", "mpim") else f"#{channel.name}",
                "readers": [message.ephemeral_to] if message.ephemeral_to else members,
            }  # fmt: skip


def _teams(environment: Environment) -> Iterator[Json]:
    seen = TeamsSeen(environment.teams, ReadMarks({}), ())
    workplace = environment.teams.workplace
    for place, posts in workplace.posts.items():
        channel = workplace.channel(place)
        members = workplace.members(place) or []
        for post in posts:
            if post.deleted or not members:
                continue
            own = {user: [pressable(card)] for user, card in post.views.items()}
            yield {
                **seen.message(members[0], post),
                "cards": [pressable(card) for card in post.cards], "own": own, "only_you": False,
                "platform": "teams", "stands": post.id, "where": f"#{channel.name}" if channel else "",
                "readers": [one.teams_id for one in members], "id": f"{place}-{post.id}",
            }  # fmt: skip


def _mail(environment: Environment) -> Iterator[Json]:
    for letter in environment.mail.letters:
        yield {
            "platform": "email", "place": letter.to, "stands": letter.id, "id": f"mail-{letter.id}",
            "author": "bot", "name": "Throughline", "bot": True, "at": _ms(letter.at),
            "subject": letter.subject, "text": letter.text, "where": "", "readers": [letter.to],
            "files": [], "reactions": {},
        }  # fmt: skip


def _slack_people(environment: Environment) -> Iterator[Json]:
    for one in SlackSeen(environment.slack, ReadMarks({}), ()).people():
        yield {**one, "platform": "slack"}


def _teams_people(environment: Environment, roles: dict[str, str]) -> Iterator[Json]:
    """Accounts on Teams know no role; the bot does."""
    for one in TeamsSeen(environment.teams, ReadMarks({}), ()).people():
        yield {**one, "platform": "teams", "role": roles.get(one["email"], "")}


def _mail_people(environment: Environment) -> Iterator[Json]:
    for address, one in environment.mail.people.items():
        yield {"id": address, "name": one.name, "email": one.email, "tz": one.tz, "locale": one.locale,
               "role": one.role, "platform": "email"}  # fmt: skip


async def _roles(db: AsyncSession) -> dict[str, str]:
    """By address: a duty before taking part."""
    learners = await db.scalars(select(Person.email).join(Enrollment).distinct())
    duties = await db.execute(select(Person.email, Duty.role).join(Duty))
    return {email or "": "participant" for email in learners} | {email or "": role for email, role in duties}


def _names(environment: Environment) -> Json:
    """Whom a mention on Slack means."""
    workspaces = environment.slack.workplace.workspaces.values()
    return {
        user.id: {"name": user.real_name, "bot": user.is_bot}
        for workspace in workspaces
        for user in workspace.users.values()
    }
