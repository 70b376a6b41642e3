"""Buttons, menus and forms: what a person's click sends, and what Slack does with the bot's answer."""

from typing import Any

from adapters.playground.slack import payloads
from adapters.playground.slack.answer import Answer
from adapters.playground.slack.blocks import accept_view, elements_of
from adapters.playground.slack.delivery import Delivery
from adapters.playground.slack.errors import PlaygroundError, SlackError
from adapters.playground.slack.model import Block, SlackMessage, User, View
from adapters.playground.slack.outcome import CallOutcome
from adapters.playground.slack.queries import Person, Sight
from adapters.playground.slack.screens import close_all, close_top, push_modal, update_view
from adapters.playground.slack.state import chosen, initial_values, screen_errors
from adapters.playground.slack.workplace import SlackWorkplace

Target = SlackMessage | View | None


class Interactions:
    """Clicks and forms of all people; keeps what was picked in a message but not yet sent on."""

    def __init__(self, workplace: SlackWorkplace, delivery: Delivery, sight: Sight) -> None:
        self._workplace = workplace
        self._delivery = delivery
        self._sight = sight
        self._picked: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}

    async def press(self, person: Person, target: Target, action: str, value: Any = None) -> CallOutcome:
        """Press a button or choose in a menu; see SlackSide.press."""
        user = self._sight.user(person)
        source = self._source(user, target, action)
        blocks = source.blocks
        block, element = find_element(blocks, action, value)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise PlaygroundError(f"{action} only counts when the form is submitted")
        entry: dict[str, Any] = {} if element["type"] == "button" else chosen(element, value)
        sent: dict[str, Any] = {
            **{
                key: element[key]
                for key in ("text", "value", "style", "placeholder", "url")
                if key in element
            },
            **entry,
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "action_ts": self._workplace.next_ts(),
        }
        since = self._workplace.seq
        payload = self._action_payload(user, source, block, element, entry, sent)
        return self._outcome(user, since, await self._delivery.interaction(payload))

    async def options(self, person: Person, target: Target, action: str, typed: str) -> list[dict[str, Any]]:
        """What the bot offers in an external select for what was typed."""
        user = self._sight.user(person)
        source = self._source(user, target, action)
        block, element = find_element(source.blocks, action, None)
        if not element["type"].endswith("external_select"):
            raise PlaygroundError(f"{action} asks nobody for options")
        payload = payloads.suggestion_payload(
            self._workplace,
            self._sight.workspace(user),
            user,
            source,
            block["block_id"],
            element["action_id"],
            typed,
        )
        answer = await self._delivery.interaction(payload)
        body = answer.body if isinstance(answer.body, dict) else {}
        if answer.failure or not isinstance(body.get("options"), list) or len(body["options"]) > 100:
            raise PlaygroundError(f"no options to show: {answer.failure or body}")
        return list(body["options"])

    async def submit(self, person: Person, view: View | str | None, values: dict[str, Any]) -> CallOutcome:
        """Fill in a form and submit it; see SlackSide.submit."""
        user = self._sight.user(person)
        open_view = self._open_view(user, view)
        for key, raw in values.items():
            block, element = find_input(open_view.blocks, key)
            open_view.values.setdefault(block["block_id"], {})[element["action_id"]] = chosen(element, raw)
        since = self._workplace.seq
        open_view.errors = screen_errors(open_view.blocks, open_view.values)
        if open_view.errors:
            return self._outcome(user, since, None, errors=open_view.errors)
        workspace = self._sight.workspace(user)
        payload = payloads.submission_payload(self._workplace, workspace, user, open_view)
        answer = await self._delivery.interaction(payload)
        if answer.failure is not None:
            return self._outcome(user, since, answer)
        try:
            self._follow(user, open_view, answer.body)
        except SlackError as refusal:
            messages = refusal.extra.get("errors", [])
            return self._outcome(user, since, answer, failure=f"{refusal.code}: {'; '.join(messages)}")
        return self._outcome(user, since, answer, errors=open_view.errors)

    async def close(self, person: Person, clear: bool = False) -> CallOutcome:
        """Close the form in front of a person, or with `clear` the whole stack."""
        user = self._sight.user(person)
        view = self._open_view(user, None)
        workspace = self._sight.workspace(user)
        since = self._workplace.seq
        payload = payloads.closed_payload(self._workplace, workspace, user, view, clear)
        (close_all if clear else close_top)(self._workplace, workspace, user.id)
        if not view.content.get("notify_on_close"):
            return self._outcome(user, since, None)
        return self._outcome(user, since, await self._delivery.interaction(payload))

    async def shortcut(self, person: Person, callback_id: str, message: SlackMessage | None) -> CallOutcome:
        """A global shortcut, or one on a message."""
        user = self._sight.user(person)
        workspace = self._sight.workspace(user)
        since = self._workplace.seq
        if message is None:
            payload = payloads.shortcut_payload(self._workplace, workspace, user, callback_id)
        else:
            channel = workspace.channels[message.channel_id]
            url = self._workplace.new_response_url(channel, user.id, message.ts)
            payload = payloads.message_shortcut_payload(
                self._workplace, workspace, user, message, callback_id, url
            )
        return self._outcome(user, since, await self._delivery.interaction(payload))

    def _action_payload(
        self,
        user: User,
        source: SlackMessage | View,
        block: Block,
        element: dict[str, Any],
        entry: dict[str, Any],
        sent: dict[str, Any],
    ) -> dict[str, Any]:
        workspace = self._sight.workspace(user)
        stateful = bool(entry) and element["type"] != "overflow"
        if isinstance(source, View):
            if stateful:
                source.values.setdefault(block["block_id"], {})[element["action_id"]] = entry
            return payloads.view_action_payload(self._workplace, workspace, user, source, sent)
        values = self._picked.setdefault((user.id, source.ts), initial_values(source.blocks))
        if stateful:
            values.setdefault(block["block_id"], {})[element["action_id"]] = entry
        url = self._workplace.new_response_url(workspace.channels[source.channel_id], user.id, source.ts)
        return payloads.message_action_payload(self._workplace, workspace, user, source, sent, values, url)

    def _source(self, user: User, target: Target, action: str) -> SlackMessage | View:
        """Where the person clicks; with no target the newest thing before them that has the action."""
        if isinstance(target, View):
            if target.user_id != user.id:
                raise PlaygroundError(f"{user.real_name} does not see this view")
            return target
        if isinstance(target, SlackMessage):
            channel = self._sight.workspace(user).channels[target.channel_id]
            if user.id not in channel.members or target.ephemeral_to not in (None, user.id):
                raise PlaygroundError(f"{user.real_name} does not see this message")
            return target
        modal = self._sight.modal_of(user)
        if modal is not None:
            return modal
        candidates: list[SlackMessage | View] = [*self._sight.inbox(user)]
        home = self._sight.home_of(user)
        if home is not None:
            candidates.append(home)
        candidates.sort(key=lambda source: source.seq)
        for source in reversed(candidates):
            if _matching(source.blocks, action):
                return source
        raise PlaygroundError(f"{user.real_name} sees nothing with {action!r}")

    def _open_view(self, user: User, view: View | str | None) -> View:
        top = self._sight.modal_of(user)
        if top is None:
            raise PlaygroundError(f"{user.real_name} has no form open")
        wanted = view.id if isinstance(view, View) else view
        if wanted not in (None, top.id):
            raise PlaygroundError(f"another form is in front of {user.real_name}")
        return top

    def _follow(self, user: User, view: View, body: Any) -> None:
        """Do what the bot's answer to a submission asks for; SlackError where Slack would refuse it."""
        workspace = self._sight.workspace(user)
        if body in (None, "", {}):
            close_top(self._workplace, workspace, user.id)
            return
        action = body.get("response_action") if isinstance(body, dict) else None
        if action == "clear":
            close_all(self._workplace, workspace, user.id)
        elif action == "errors":
            view.errors = _checked_errors(view, body.get("errors"))
            view.seq = self._workplace.next_seq()
            self._workplace.publish("view", workspace.id, user_id=user.id, item=view.id)
        elif action == "update":
            update_view(self._workplace, workspace, view, accept_view(body.get("view"), "modal"), None)
        elif action == "push":
            push_modal(self._workplace, workspace, user.id, accept_view(body.get("view"), "modal"))
        else:
            raise SlackError("invalid_response_action")

    def _outcome(
        self,
        user: User,
        since: int,
        answer: Answer | None,
        failure: str | None = None,
        errors: dict[str, str] | None = None,
    ) -> CallOutcome:
        return CallOutcome(
            answers=[] if answer is None else [answer],
            look=lambda: self._sight.shown_since(user, since),
            failure=failure or (answer.failure if answer else None),
            errors=dict(errors or {}),
        )


def find_element(blocks: Any, action: str, value: Any) -> tuple[Block, dict[str, Any]]:
    """The element with this action_id (or button label); among several buttons the one with this value."""
    found = _matching(blocks, action)
    if value is not None:
        narrowed = [
            pair
            for pair in found
            if pair[1]["type"] == "button" and value in (pair[1].get("value"), pair[1]["text"]["text"])
        ]
        found = narrowed or [pair for pair in found if pair[1]["type"] != "button"]
    if not found:
        known = [element.get("action_id") for block in blocks for element in elements_of(block)]
        raise PlaygroundError(f"no {action!r} with {value!r} here; there are {known}")
    return found[0]


def find_input(blocks: list[Block], key: str) -> tuple[Block, dict[str, Any]]:
    """A form's input by "block/action", block_id, action_id or label."""
    for block in blocks:
        for element in elements_of(block):
            label = block.get("label", {}).get("text")
            block_id, action_id = block["block_id"], element.get("action_id")
            if key in (f"{block_id}/{action_id}", block_id, action_id, label):
                return block, element
    known = [block.get("label", {}).get("text", block["block_id"]) for block in blocks if elements_of(block)]
    raise PlaygroundError(f"the form has no {key!r}; it has {known}")


def _matching(blocks: Any, action: str) -> list[tuple[Block, dict[str, Any]]]:
    return [
        (block, element)
        for block in blocks
        for element in elements_of(block)
        if element["type"] != "image"
        and (element["action_id"] == action or element.get("text", {}).get("text") == action)
    ]


def _checked_errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - inputs:
        raise SlackError("invalid_errors", errors=[f"errors must name inputs of the view: {errors}"])
    return {str(block_id): str(message) for block_id, message in errors.items()}
