"""What is Slack's own at its door: an event is acknowledged as soon as it is recorded; a submitted form is
handled before the acknowledgement, because its errors have to be in it.
"""

from __future__ import annotations

from typing import Any

import structlog

from adapters.dispatcher import Dispatcher
from adapters.slack import modal
from adapters.slack.translate import Payload, Translator
from bot.core.events import Submit
from bot.core.router import Recorded

log = structlog.get_logger()

Answer = dict[str, Any]
"""The body of an acknowledgement; empty closes a form, or shows nothing."""


class Door:
    """Takes verified payloads."""

    def __init__(self, dispatcher: Dispatcher, translator: Translator) -> None:
        self._dispatcher = dispatcher
        self._translator = translator

    async def take(self, body: Payload) -> Answer:
        """Take one payload and return the acknowledgement's body.

        Raises when the event could not be recorded: then nothing may be acknowledged, and Slack sends again.
        """
        try:
            event = self._translator.translate(body)
        except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
            log.warning("slack_payload_unreadable", type=str(body.get("type")), error=type(error).__name__)
            return {}  # sent again it would be no better
        if event is None:
            return {}
        dispatcher = await self._dispatcher.of(event.who)
        recorded = await dispatcher.record(event)
        if isinstance(event, Submit):
            return await self._submitted(dispatcher, recorded, event, body.get("view") or {})
        if recorded.new:
            dispatcher.later(recorded)
        return {}

    async def _submitted(
        self, dispatcher: Dispatcher, recorded: Recorded, event: Submit, view: Payload
    ) -> Answer:
        """A form is closed only when what was written in it is kept."""
        reply = await dispatcher.ask(recorded)
        if reply is None:
            return {"response_action": "clear"}  # it is in the inbox: its answer comes as a message
        if reply.errors:
            await dispatcher.finish(recorded)
            errors = modal.errors_by_block(event.form, reply.errors, dict(view))
            return {"response_action": "errors", "errors": errors}
        if reply.form is not None:
            await dispatcher.finish(recorded)
            place = event.answer_to.get("conversation", "")
            return {"response_action": "update", "view": modal.modal(reply.form, reply.language, place)}
        if recorded.new:
            dispatcher.later(recorded)  # the stored reply's card, if any
        return {"response_action": "clear"}
