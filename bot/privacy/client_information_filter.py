"""The first to see whatever somebody writes: a message, a command, a form.

Words that may tell of a client are taken out of their event before it is written down anywhere. A message or
a command goes no further then, and its author gets one private note; a form says so beside the field, and
what was typed stays on its author's own screen. Crisis words bring 988. Neither the audit nor the log learns
what was found, or that anything was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.core.client_information import Sign, signs_of_client_information, sounds_like_crisis
from bot.core.context import Context
from bot.core.events import Command, Event, Said, Submit
from bot.core.reply import Reply
from bot.privacy.notices import client_card, crisis_card, crisis_section
from prompts.text import Marked

CLIENT, CRISIS = "client", "crisis"


def without_words_to_guard(event: Event, normal: frozenset[Sign]) -> Event:
    """The event itself when it looks harmless; else one that says why it lost its words and files."""
    if isinstance(event, Submit):
        return _without_fields(event, normal)
    if not isinstance(event, Said | Command):
        return event
    client = bool(signs_of_client_information(event.text) - normal)
    crisis = sounds_like_crisis(event.text) and (client or isinstance(event, Said))
    withheld = tuple(name for name, found in ((CLIENT, client), (CRISIS, crisis)) if found)
    if not withheld:
        return event
    return Said(
        key=event.key, who=event.who, where=event.where, answer_to=event.answer_to, text="", withheld=withheld
    )


def _without_fields(event: Submit, normal: frozenset[Sign]) -> Submit:
    withheld = tuple(name for name, value in event.values.items() if may_tell_of_a_client(value, normal))
    kept = {name: "" if name in withheld else value for name, value in event.values.items()}
    return event.model_copy(update={"values": kept, "withheld": withheld}) if withheld else event


def may_tell_of_a_client(value: object, normal: frozenset[Sign] = frozenset()) -> bool:
    """Whether any text in what somebody gave to a field shows signs that are not normal there."""
    return any(signs_of_client_information(text) - normal for text in _texts(value))


def _texts(value: object) -> Iterator[str]:
    """Every text in what a form sent."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts([*value.keys(), *value.values()])
    elif isinstance(value, Iterable):
        for one in value:
            yield from _texts(one)


async def words_seen(ctx: Context) -> Reply | None:
    """A listener. The router handles an event once, so that there is one note for a message."""
    event = ctx.event
    if not isinstance(event, Said) or not event.withheld:
        return None
    language, crisis = ctx.language, CRISIS in event.withheld
    if CLIENT not in event.withheld:
        return Reply(card=crisis_card(language))
    card = client_card(language)
    return Reply(card=card.model_copy(update={"sections": (crisis_section(language),)}) if crisis else card)


def with_help_in_a_crisis(event: Event, language: str, reply: Reply) -> Reply:
    """The answer to a command or a form whose words sound like a crisis tells first where help is; nobody but
    its author reads it then."""
    if reply.errors or not any(map(sounds_like_crisis, _written(event))):
        return reply
    if reply.form is not None:
        intro = Marked("\n\n").join([crisis_section(language).text, reply.form.intro])
        return reply.model_copy(update={"form": reply.form.model_copy(update={"intro": intro})})
    if reply.card is None:
        return reply.model_copy(update={"card": crisis_card(language)})
    card = reply.card.model_copy(update={"sections": (crisis_section(language), *reply.card.sections)})
    return reply.model_copy(update={"card": card, "public": False})


def _written(event: Event) -> Iterable[str]:
    if isinstance(event, Command):
        return [event.text]
    return _texts(event.values) if isinstance(event, Submit) else ()
