"""blocks.validate: whether Slack would take blocks, a message or a view. Any token will do; no scope."""

from typing import Any

from adapters.playground.slack.blocks import accept_message_blocks, accept_view
from adapters.playground.slack.call import Call
from adapters.playground.slack.errors import SlackError, with_messages


def blocks_validate(call: Call) -> dict[str, Any]:
    given = {name: call.args.structure(name, "invalid_arguments") for name in ("blocks", "message", "view")}
    asked = {name: value for name, value in given.items() if value is not None}
    if len(asked) != 1:
        raise with_messages("invalid_arguments", ["[ERROR] provide exactly one of blocks, message and view"])
    [(name, value)] = asked.items()
    try:
        if name == "view":
            accept_view(value, "home" if isinstance(value, dict) and value.get("type") == "home" else "modal")
        else:
            accept_message_blocks(value.get("blocks") if isinstance(value, dict) else value)
    except SlackError as refusal:
        raise SlackError(f"invalid_{name}", **refusal.extra) from None
    return {}


METHODS = {"blocks.validate": blocks_validate}
