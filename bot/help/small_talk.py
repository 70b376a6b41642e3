"""What people say before they know the commands: greetings, "what can you do", "I want to cancel tomorrow".

A short declared list of phrases in each language, compared by `rapidfuzz`. What is meant is answered with the
button that does it; what is not understood is answered with three likely things.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process
from sqlmodel import col, select

from bot.core.arguments import cohort_argument, find_command, read_arguments, take_cohort
from bot.core.cards import Button, Card
from bot.core.context import Context
from bot.core.feature import CommandSpec
from bot.core.permissions import Action, Role, may
from bot.core.reply import Refusal, Reply
from prompts.catalog import languages
from prompts.text import Marked
from prompts.words import core as core_words
from prompts.words import small_talk as words
from storage.people import Duty, reaches
from storage.series import Cohort, Series, SeriesStatus
from storage.sessions import Session, SessionStatus

Meaning = Literal[
    "greeting", "thanks", "abilities", "begin", "cancel", "move", "when", "absent", "fewer", "people",
    "messages", "report", "language", "person",
]  # fmt: skip
_SAID: dict[Meaning, Callable[[str], str]] = {
    "greeting": words.say_greeting, "thanks": words.say_thanks, "abilities": words.say_abilities,
    "begin": words.say_begin, "cancel": words.say_cancel, "move": words.say_move, "when": words.say_when,
    "absent": words.say_absent, "fewer": words.say_fewer, "people": words.say_people,
    "messages": words.say_messages, "report": words.say_report, "language": words.say_language,
    "person": words.say_person,
}  # fmt: skip
CLEAR = 84.0
"""Of 100: from here on a sentence means what a phrase of the list means."""
LIKELY = 55.0
"""Of 100: from here on a meaning is worth offering."""
LONGEST = 160
"""Characters; who writes more is not making small talk."""
OFFERED = 3


def meanings(text: str) -> list[tuple[Meaning, float]]:
    """What a sentence may mean in any language, the likeliest first, with how sure that is (0–100)."""
    wanted = _plain(text)
    if not wanted or len(text) > LONGEST:
        return []
    scores: dict[Meaning, float] = {}
    for meaning, phrases in _phrases().items():
        found = process.extractOne(wanted, phrases, scorer=_alike)
        if found is not None and found[1] >= LIKELY:
            scores[meaning] = found[1]
    return sorted(scores.items(), key=lambda one: -one[1])


def _alike(said: str, phrase: str, **_: object) -> float:
    """How alike two sentences are: letter by letter, and by their words in any order. A phrase of one word
    counts only when it is all that is said, or its beginning ("hi Fay")."""
    if " " not in phrase and len(said.split()) > 3:
        return 0.0
    in_any_order = 0.97 * fuzz.token_sort_ratio(said, phrase)
    return max(fuzz.ratio(said, phrase), in_any_order, 0.9 * _contained(said, phrase))


def _contained(said: str, phrase: str) -> float:
    """All words of a phrase of two or more stand in what is said."""
    theirs = phrase.split()
    if len(theirs) < 2 or len(said.split()) > 2 * len(theirs) + 3:
        return 0.0
    return float(fuzz.token_set_ratio(said, phrase)) if set(theirs) <= set(said.split()) else 0.0


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in spread if not unicodedata.combining(one))
    return " ".join(re.sub(r"[^a-z0-9' ]+", " ", bare.replace("’", "'")).split())


_LISTS: dict[Meaning, list[str]] = {}


def _phrases() -> dict[Meaning, list[str]]:
    """Every language's phrases together: people mix them. Read once."""
    if not _LISTS:
        for meaning, said in _SAID.items():
            _LISTS[meaning] = [_plain(one) for code in languages() for one in str(said(code)).split("|")]
    return _LISTS


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """The answers. `commands` holds every command by its names."""

    commands: Mapping[str, CommandSpec]

    async def answer(self, ctx: Context, text: str) -> Reply | None:
        """What is answered to a sentence that is no command; None where its meaning is not even likely."""
        found = meanings(text)
        if found and found[0][1] >= CLEAR:
            return Reply(card=await self._card(ctx, found[0][0]))
        return None

    async def perhaps(self, ctx: Context, text: str) -> tuple[Button, ...]:
        """Three likely things for what is not understood at all."""
        meant: list[Meaning] = [meaning for meaning, _ in meanings(text)]
        usual: list[Meaning] = ["when", "abilities", "fewer"]
        if await self._runs(ctx):
            usual = ["begin", "messages", "abilities"]
        buttons: dict[str, Button] = {}
        for meaning in (*meant, *usual):
            for button in (await self._card(ctx, meaning)).buttons[:1]:
                buttons.setdefault(button.label, button)
        return tuple(buttons.values())[:OFFERED]

    async def run(self, ctx: Context, value: str) -> Reply:
        """A button that does what a command without a form does."""
        spec, rest = find_command(value, self.commands)
        if spec is None:
            raise Refusal(core_words.stale_button(ctx.language))
        await ctx.require(spec.may)
        ctx.cohort_named, rest = take_cohort(rest, await ctx.cohort_names())
        typed = read_arguments(spec.arguments, rest, ctx.now.date(), ctx.language)
        if typed.wrong or typed.missing or typed.extra:
            raise Refusal(core_words.stale_button(ctx.language))
        return await spec.handle(ctx, typed.values)

    async def _runs(self, ctx: Context) -> bool:
        return may(await ctx.roles(), Action.RUN_COHORT)

    async def _card(self, ctx: Context, meaning: Meaning) -> Card:
        language, runs = ctx.language, await self._runs(ctx)
        abilities = Button(label=words.see_abilities(language), action="help")
        sessions = _running(words.see_sessions(language), "sessions")
        start = Button(label=words.start_series(language), action="start.ask", style="primary")
        settings = Button(label=words.my_settings(language), form="settings")
        stop = Button(label=words.stop_them(language), action="stop", style="primary")
        if meaning == "greeting":
            hello = words.hello(language, name=ctx.me.name.partition(" ")[0])
            return Card(text=hello, buttons=(start if runs else sessions, abilities))
        if meaning == "begin":
            if runs:
                return Card(text=words.begin(language), buttons=(start,))
            return Card(text=words.begin_participant(language), buttons=(abilities,))
        if meaning == "cancel":
            return await self._cancel(ctx, sessions, runs=runs)
        if meaning == "move" and runs:
            return await self._move(ctx, sessions)
        if meaning in {"messages", "people", "report"} and not runs:
            return Card(text=words.abilities(language), buttons=(abilities, sessions))
        texts: dict[str, tuple[Marked, tuple[Button, ...]]] = {
            "thanks": (words.welcome(language), ()),
            "abilities": (words.abilities(language), (abilities, start) if runs else (abilities, sessions)),
            "move": (words.when(language), (sessions,)),
            "when": (words.when(language), (sessions,)),
            "absent": (words.absent(language), (sessions,)),
            "fewer": (words.fewer(language), (stop, settings)),
            "people": (words.people(language), (_running(words.import_people(language), "import"),)),
            "messages": (words.messages(language), (_running(words.see_messages(language), "nudges"),)),
            "report": (words.report(language), (_running(words.see_report(language), "report"),)),
            "language": (words.language(language), (settings,)),
            "person": (words.person(language), (abilities,)),
        }
        text, buttons = texts[meaning]
        return Card(text=text, buttons=buttons)

    async def _cancel(self, ctx: Context, sessions: Button, *, runs: bool) -> Card:
        """The next session of each cohort that I run, with the button that shows its cancelling."""
        if not runs:
            return Card(text=words.cancel_participant(ctx.language), buttons=(sessions,))
        buttons = [
            _running(
                words.cancel_session(ctx.language, number=f"{one.number} ({one.cohort})"),
                f"session cancel {one.number} {cohort_argument(one.cohort_id)}",
            )
            for one in await _next_sessions(ctx)
        ]
        return Card(text=words.cancel(ctx.language), buttons=(*buttons, sessions))

    async def _move(self, ctx: Context, sessions: Button) -> Card:
        buttons = [
            Button(
                label=words.move_session(ctx.language, number=f"{one.number} ({one.cohort})"),
                form="session-move",
                value=str(one.session_id),
            )
            for one in await _next_sessions(ctx)
        ]
        return Card(text=words.move(ctx.language), buttons=(*buttons, sessions))


def _running(label: str, command: str) -> Button:
    return Button(label=label, action="command.run", value=command)


@dataclass(frozen=True, slots=True)
class Next:
    """The next session of a cohort."""

    session_id: int
    number: int
    cohort_id: int
    cohort: str


async def _next_sessions(ctx: Context) -> list[Next]:
    """The next session in each cohort that I run, at most three, the nearest first."""
    runs = [role for role in Role if may({role}, Action.RUN_COHORT)]
    rows = (
        await ctx.db.execute(
            select(Session.id, Session.number, Cohort.name, Cohort.id)
            .join(Cohort, col(Cohort.id) == Session.cohort_id)
            .join(Series, col(Series.id) == Cohort.series_id)
            .join(Duty, reaches(col(Series.id), col(Series.project_id)))
            .where(
                Session.community_id == ctx.community.id,
                Session.status == SessionStatus.SCHEDULED,
                Session.starts_at > ctx.now,
                Series.status != SeriesStatus.ARCHIVED,
                Duty.person_id == ctx.me.id,
                col(Duty.role).in_(runs),
            )
            .order_by(col(Session.starts_at))
        )
    ).all()
    nearest: dict[int, Next] = {}
    for session_id, number, name, cohort_id in rows:
        nearest.setdefault(cohort_id, Next(session_id, number, cohort_id, name))
    return list(nearest.values())[:OFFERED]
