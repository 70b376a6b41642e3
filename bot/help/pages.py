"""`help`: a short page by topic, one topic in full, one command in full; within what the asker may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from bot.core.arguments import usage
from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.feature import CommandSpec
from bot.core.lookup import TAKES_PART
from bot.core.permissions import Role, may
from bot.core.reply import Refusal, Reply
from bot.core.suggestions import unknown, usable
from bot.help.topics import PERSONAL, TOPICS, WORK, Topic
from prompts.catalog import SOURCE_LANGUAGE
from prompts.command_names import other_names, shown
from prompts.text import Marked, plain
from prompts.words import core as desk_words
from prompts.words import guide as words
from storage.series import Enrollment

ALL_NAMED = 4
"""So many commands all stand on their topic's line; of more, the first ones do."""
YOURSELF = "yourself"
"""The value of the button to the topics that everybody has."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: their roles anywhere, whether they are in a cohort (or work for one), and whether the first
    administrator is still to come."""

    roles: frozenset[Role]
    in_cohort: bool
    first_here: bool

    def sees(self, topic: Topic) -> bool:
        return may(self.roles, topic.may) and (self.in_cohort or not topic.cohort)


@dataclass(frozen=True, slots=True)
class HelpPages:
    """The handlers of `help`. `commands` holds every command by its names."""

    commands: Mapping[str, CommandSpec]

    async def typed(self, ctx: Context, typed: dict[str, Any]) -> Reply:
        """The topics; with the name of one, that one in full; with a command's name, that one."""
        wanted = " ".join(str(typed.get("command") or "").casefold().strip("/`").split())
        asker, commands, language = await _asker(ctx), self.commands, ctx.language
        if not wanted:
            return Reply(card=_overview(language, asker, commands))
        if (topic := _titled(language, wanted)) and may(asker.roles, topic.may):
            return Reply(card=_full(language, topic, asker, commands))
        if wanted == plain(words.for_yourself(language)).casefold():
            return Reply(card=_for_yourself(language, asker, commands))
        if wanted not in commands:
            raise Refusal(unknown(language, wanted, usable(commands, asker.roles)))
        spec = commands[wanted]
        await ctx.require(spec.may)
        return Reply(card=_one(language, spec, asker))

    async def pressed(self, ctx: Context, value: str) -> Reply:
        return await self.typed(ctx, {"command": value})

    async def topic_pressed(self, ctx: Context, value: str) -> Reply:
        """From one page of help to another, in its place. Without a topic (or one that is gone): all."""
        asker, commands, language = await _asker(ctx), self.commands, ctx.language
        topic = next((topic for topic in TOPICS if topic.slug == value and may(asker.roles, topic.may)), None)
        if topic:
            return Reply(card=_full(language, topic, asker, commands), replace=True)
        page = _for_yourself if value == YOURSELF else _overview
        return Reply(card=page(language, asker, commands), replace=True)


# --- the pages --------------------------------------------------------------------------------------------


def _overview(language: str, asker: Asker, commands: Mapping[str, CommandSpec]) -> Card:
    """The topics; for who works for others those of their work, and what is for themselves behind one."""
    work = [one for one in WORK if asker.sees(one)]
    if not work:
        return _for_yourself(language, asker, commands)
    mine = Button(label=words.for_yourself(language), action="help.topic", value=YOURSELF)
    own = [spec for topic in PERSONAL if asker.sees(topic) for spec in _of(topic, asker, commands)]
    lines = [*_lines(language, work, asker, commands), _line(language, words.for_yourself(language), own)]
    return _page(
        words.title(language),
        words.intro(language, example=Marked(shown(work[0].commands[0], language))),
        lines,
        (*_buttons(language, work), mine),
    )


def _for_yourself(language: str, asker: Asker, commands: Mapping[str, CommandSpec]) -> Card:
    """What everybody does for themselves: all that a participant reads."""
    topics = [one for one in PERSONAL if asker.sees(one)]
    works = any(asker.sees(one) for one in WORK)
    title = words.for_yourself(language) if works else words.title(language)
    example = Marked(shown("here" if asker.in_cohort else "join", language))
    card = _page(
        title,
        words.intro(language, example=example),
        _lines(language, topics, asker, commands),
        (*_buttons(language, topics), *([_back(language)] if works else [])),
    )
    return card if asker.in_cohort else card.model_copy(update={"context": words.more_in_a_cohort(language)})


def _page(title: str, intro: Marked, lines: Iterable[Marked], buttons: tuple[Button, ...]) -> Card:
    listed = (Marked("- ") + line for line in lines)
    return Card(title=title, text=Marked("\n").join([intro, *listed]), buttons=buttons)


def _full(language: str, topic: Topic, asker: Asker, commands: Mapping[str, CommandSpec]) -> Card:
    specs = _of(topic, asker, commands)
    lines = [
        words.command_line(language, name=Marked(shown(one.name, language)), summary=one.summary(language))
        for one in specs
    ]
    return Card(
        title=topic.title(language),
        text=Marked("\n").join(Marked("- ") + line for line in lines),
        buttons=(_back(language),),
        context=words.how_to_read_on(language, example=Marked(shown(specs[0].name, language))),
    )


def _one(language: str, spec: CommandSpec, asker: Asker) -> Card:
    title = shown(spec.name, language)
    facts = [Fact(label=words.how_to_type(language), value=Marked(f"`{usage(spec, language)}`"))]
    others = [
        one for one in dict.fromkeys((spec.name, *spec.aliases, *other_names(spec.name))) if one != title
    ]
    if others:
        facts.append(Fact(label=words.also_called(language), value=", ".join(others)))
    if spec.may.value in desk_words.WHO_CAN:
        facts.append(Fact(label=words.who_may(language), value=desk_words.who_can(language, spec.may)))
    around = [one for one in TOPICS if _stands_under(one, spec) and may(asker.roles, one.may)]
    return Card(
        title=title,
        text=spec.summary(language),
        facts=tuple(facts),
        buttons=_buttons(language, around[:1]),
    )


def _lines(
    language: str, topics: Iterable[Topic], asker: Asker, commands: Mapping[str, CommandSpec]
) -> list[Marked]:
    return [_line(language, topic.title(language), _of(topic, asker, commands)) for topic in topics]


def _line(language: str, title: Marked, specs: list[CommandSpec]) -> Marked:
    named = specs if len(specs) <= ALL_NAMED else specs[: ALL_NAMED - 1]
    names = Marked(", ").join(Marked(f"`{shown(one.name, language)}`") for one in named)
    if named is not specs:
        names = words.names_and_more(language, names=names, n=len(specs) - len(named))
    return words.topic_line(language, topic=title, names=names)


def _buttons(language: str, topics: Iterable[Topic]) -> tuple[Button, ...]:
    return tuple(Button(label=one.title(language), action="help.topic", value=one.slug) for one in topics)


def _back(language: str) -> Button:
    return Button(label=words.all_topics(language), action="help.topic")


# --- what there is ----------------------------------------------------------------------------------------


def _of(topic: Topic, asker: Asker, commands: Mapping[str, CommandSpec]) -> list[CommandSpec]:
    """A topic's commands that the asker may use. `setup` is for the first one who comes."""
    specs = [commands[name] for name in topic.commands]
    specs += dict.fromkeys(one for one in commands.values() if one.topic == topic.slug)
    return [one for one in specs if may(asker.roles, one.may) and (asker.first_here or one.name != "setup")]


def _stands_under(topic: Topic, spec: CommandSpec) -> bool:
    return spec.name in topic.commands or spec.topic == topic.slug


def _titled(language: str, wanted: str) -> Topic | None:
    """By its name, in the asker's language or in English."""
    return next(
        (
            one
            for one in TOPICS
            if wanted in {plain(one.title(code)).casefold() for code in (language, SOURCE_LANGUAGE)}
        ),
        None,
    )


async def _asker(ctx: Context) -> Asker:
    roles = frozenset(await ctx.roles())
    seats = select(Enrollment.id).where(
        Enrollment.person_id == ctx.me.id, col(Enrollment.status).in_(TAKES_PART)
    )
    return Asker(
        roles=roles,
        in_cohort=roles != {Role.PARTICIPANT} or (await ctx.db.scalars(seats)).first() is not None,
        first_here=bool(ctx.community.settings.setup_code),
    )
