"""From a verified activity to its answer.

Messages are recorded, acknowledged, and handled in the background (Teams delivers again after about 15
seconds). Invokes (presses and dialogs) wait for their answer and get it in the same response.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from adapters.dispatcher import Dispatcher
from adapters.teams.dialogs import dialog, notice
from adapters.teams.platform import TeamsPlatform
from adapters.teams.render import ADAPTIVE_CARD, Json, render
from adapters.teams.translate import events_of, given_of, invoked
from bot.core.cards import Card
from bot.core.events import Event, Press, Submit
from bot.core.platform import Throttled, Unavailable, WorkspaceRefused
from bot.core.reply import Reply
from bot.core.router import Recorded, UnknownWorkspace
from prompts.catalog import SOURCE_LANGUAGE, languages
from prompts.text import plain
from prompts.words import core as desk_words
from prompts.words import teams as words
from storage.base import opaque_id

log = structlog.get_logger()

MESSAGE = "application/vnd.microsoft.activity.message"


class Flow:
    """Gives events to the dispatcher; the answer to an invoke goes back in its response."""

    def __init__(self, dispatcher: Dispatcher, platform: TeamsPlatform) -> None:
        self.dispatcher = dispatcher
        self.router = dispatcher.router
        self.platform = platform
        self._bot_id = f"28:{platform.config.app_id}"

    async def take(self, activity: Mapping[str, Any]) -> Json | None:
        """Take in one verified activity; for an invoke, returns the body of the answer.

        Raises `ValueError` for an activity that is not whole, and the database's error when it cannot be
        recorded: then it is not acknowledged, and Teams delivers it again."""
        if activity.get("type") == "invoke":
            return await self._invoke(activity)
        for event in events_of(activity, self._bot_id, self.router.commands):
            self.platform.remember(event.who.tenant, event.where)
            dispatcher = await self.dispatcher.of(event.who)
            recorded = await dispatcher.record(event)
            if recorded.new:
                dispatcher.later(recorded)
        return None

    # Invokes --------------------------------------------------------------------------------------

    async def _invoke(self, activity: Mapping[str, Any]) -> Json:
        event = invoked(activity)
        if event is None:
            return {}
        self.platform.remember(event.who.tenant, event.where)
        if activity.get("name") == "task/fetch" and isinstance(event, Press):
            return await self._fetch(event, given_of(activity))
        dispatcher = await self.dispatcher.of(event.who)
        recorded = await dispatcher.record(event)
        reply = await dispatcher.ask(recorded)
        if reply is None:
            return {} if isinstance(event, Submit) else _answer(MESSAGE, plain(words.later(_language(event))))
        if isinstance(event, Submit):
            return await self._after_submit(dispatcher, recorded, event, reply)
        return await self._after_press(dispatcher, recorded, reply)

    async def _fetch(self, event: Press, given: Mapping[str, Any]) -> Json:
        return await self._dialog(event, event.form, event.value, given, {})

    async def _dialog(
        self,
        event: Event,
        name: str,
        context: str,
        typed: Mapping[str, Any],
        errors: Mapping[str, str],
    ) -> Json:
        try:
            dispatcher = await self.dispatcher.of(event.who)
            reply = await dispatcher.router.form(event, name, context)
        except UnknownWorkspace:
            return {}
        except (Throttled, Unavailable, WorkspaceRefused) as error:
            log.warning("teams_form_unavailable", form=name, error=type(error).__name__)
            return notice(plain(words.try_again(_language(event))))
        except Exception as error:
            code = opaque_id()[:8]
            log.error("teams_form_failed", form=name, code=code, exc_info=error)
            return notice(plain(desk_words.went_wrong(_language(event), code=code)))
        if reply.form is not None:
            return dialog(reply.form, reply.language, typed, errors)
        return notice(_text(reply.card))

    async def _after_submit(
        self, dispatcher: Dispatcher, recorded: Recorded, event: Submit, reply: Reply
    ) -> Json:
        if reply.errors:
            await dispatcher.finish(recorded)
            return await self._dialog(event, event.form, event.context, event.values, reply.errors)
        if reply.form is not None:
            await dispatcher.finish(recorded)
            return dialog(reply.form, reply.language, {}, {})
        dispatcher.later(recorded)
        return {}

    async def _after_press(self, dispatcher: Dispatcher, recorded: Recorded, reply: Reply) -> Json:
        event, card = recorded.event, reply.card
        if card is not None and reply.replace:
            shown = render(card, reply.users if event.where.kind != "direct" else {}, reply.language)
            # The answer changes the card for who pressed; the message is changed for everybody after it.
            dispatcher.later(recorded)
            return _answer(ADAPTIVE_CARD, shown)
        private = not reply.public and event.where.kind != "direct"
        if card is not None and private and _is_a_sentence(card):
            await dispatcher.finish(recorded)
            return _answer(MESSAGE, _text(card))
        if card is None and reply.form is None:
            await dispatcher.finish(recorded)
            return _answer(MESSAGE, plain(words.nothing_to_show(reply.language)))
        dispatcher.later(recorded)
        in_private = private and reply.form is None
        said = words.answered_in_private if in_private else words.answered_below
        return _answer(MESSAGE, plain(said(reply.language)))


def _answer(kind: str, value: Json | str) -> Json:
    return {"statusCode": 200, "type": kind, "value": value}


def _text(card: Card | None) -> str:
    if card is None:
        return ""
    return "\n\n".join(part for part in (card.title, plain(card.text), plain(card.context)) if part)


def _is_a_sentence(card: Card) -> bool:
    return not (card.facts or card.pictures or card.sections or card.buttons or card.more_url)


def _language(event: Event) -> str:
    return event.who.language if event.who.language in languages() else SOURCE_LANGUAGE
