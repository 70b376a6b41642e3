"""Buttons and dialogs as a person's client plays them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.playground.teams.activities import ActivityForms
from adapters.playground.teams.answers import after_card_action, after_dialog_step
from adapters.playground.teams.cards import actions
from adapters.playground.teams.delivery import DeliveryOutcome, Postbox, ShownInvoke
from adapters.playground.teams.errors import TeamsPlaygroundError
from adapters.playground.teams.inputs import collected, complaints, merged
from adapters.playground.teams.model import Dialog, JsonObject, Post, TeamsUser
from adapters.playground.teams.workplace import TeamsWorkplace


class Buttons:
    """Presses and submits. `old_client` makes every client one that does not know `Action.Execute`."""

    def __init__(self, workplace: TeamsWorkplace, forms: ActivityForms, postbox: Postbox) -> None:
        self.workplace = workplace
        self.forms = forms
        self.postbox = postbox
        self.old_client = False

    async def press(
        self,
        user: TeamsUser,
        post: Post,
        action: str | int,
        values: Mapping[str, Any],
        *,
        check: bool,
        card: JsonObject | None,
    ) -> DeliveryOutcome:
        """One button of the message's card as this person sees it, or of a `card` held from before."""
        cards = [card] if card else post.cards_seen_by(user.teams_id)
        pressed, its_card = _chosen(cards, action)
        if pressed["type"] == "Action.Execute" and self.old_client:
            pressed = _fallback(pressed)
        if pressed["type"] in ("Action.ShowCard", "Action.ToggleVisibility"):
            return DeliveryOutcome()
        if pressed["type"] == "Action.OpenUrl":
            return DeliveryOutcome(shown=(ShownInvoke("page", str(pressed["url"])),))
        answers: dict[str, str] = {}
        if pressed.get("associatedInputs") != "none":
            answers = collected(its_card, values)
            refused = complaints(its_card, answers) if check else {}
            if refused:
                return DeliveryOutcome(errors=refused)
        if pressed["type"] == "Action.Execute":
            return await self._execute(user, post, pressed, answers)
        return await self._submit_from_message(user, post, pressed, answers)

    async def _execute(
        self, user: TeamsUser, post: Post, action: JsonObject, answers: dict[str, str]
    ) -> DeliveryOutcome:
        told = {name: value for name, value in action.items() if name in ("type", "id", "verb", "title")}
        told["data"] = merged(action.get("data"), answers)
        value = {"action": told, "trigger": "manual"}
        activity = self.forms.invoke(user, post.address, "adaptiveCard/action", value, reply_to=post.id)
        outcome = await self.postbox.deliver(activity)
        return replace(outcome, shown=(after_card_action(self.workplace, user, post, outcome),))

    async def _submit_from_message(
        self, user: TeamsUser, post: Post, action: JsonObject, answers: dict[str, str]
    ) -> DeliveryOutcome:
        data = merged(action.get("data"), answers)
        teams = data.get("msteams") if isinstance(data, dict) else None
        kind = teams.get("type") if isinstance(teams, dict) else None
        if kind == "task/fetch":
            return await self._dialog_step(user, "task/fetch", data, post.address, post.id)
        if kind is not None:
            raise TeamsPlaygroundError(f"buttons of the kind {kind} are not played here")
        sent = self.workplace.new_post_id()
        return await self.postbox.deliver(
            self.forms.submitted(user, post.address, data, reply_to=post.id, activity_id=sent)
        )

    async def submit(
        self, user: TeamsUser, dialog: Dialog, values: Mapping[str, Any], action: str | int, *, check: bool
    ) -> DeliveryOutcome:
        """The open dialog, with the values of its fields (or what its page would send)."""
        data: Any = dict(values)
        if dialog.card:
            pressed, card = _chosen([dialog.card], action)
            if pressed["type"] != "Action.Submit":
                raise TeamsPlaygroundError(f"{pressed['type']} does not submit a dialog")
            answers = collected(card, values)
            refused = complaints(card, answers) if check else {}
            if refused:
                return DeliveryOutcome(errors=refused)
            data = merged(pressed.get("data"), answers)
        return await self._dialog_step(user, "task/submit", data, dialog.conversation_id, dialog.opened_from)

    async def _dialog_step(
        self, user: TeamsUser, name: str, data: Any, where: str, opened_from: str | None
    ) -> DeliveryOutcome:
        value = {"data": data, "context": {"theme": "default"}}
        activity = self.forms.invoke(user, where, name, value, reply_to=opened_from)
        outcome = await self.postbox.deliver(activity)
        shown = after_dialog_step(self.workplace, user, where, opened_from, outcome)
        return replace(outcome, shown=(shown,))


def offers(cards: list[JsonObject], wanted: str | int) -> bool:
    """Whether one of the cards has the button."""
    offered = [action for card in cards for action in actions(card)]
    if isinstance(wanted, int):
        return wanted < len(offered)
    return any(action.get("title") == wanted for action in offered)


def _fallback(pressed: JsonObject) -> JsonObject:
    fallback = pressed.get("fallback")
    if not isinstance(fallback, dict):
        raise TeamsPlaygroundError("this client does not know Action.Execute and the card has no fallback")
    return fallback


def _chosen(cards: list[JsonObject], wanted: str | int) -> tuple[JsonObject, JsonObject]:
    offered = [(action, card) for card in cards for action in actions(card)]
    if isinstance(wanted, int) and wanted < len(offered):
        return offered[wanted]
    for action, card in offered:
        if action.get("title") == wanted:
            return action, card
    raise TeamsPlaygroundError(f"no button {wanted!r}; there are {[a.get('title') for a, _ in offered]}")
