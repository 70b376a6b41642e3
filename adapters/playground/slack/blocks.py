"""What Slack accepts as the blocks of a message, a modal or a home tab, and the ids that it fills in."""

import copy
import json
import secrets
from collections.abc import Callable
from typing import Any, Literal

from adapters.playground.slack.elements import (
    IDENTIFIER,
    IN_ACCESSORY,
    IN_ACTIONS,
    IN_INPUT,
    check_element,
    check_image,
)
from adapters.playground.slack.errors import SlackError, with_messages
from adapters.playground.slack.findings import Findings, check_text
from adapters.playground.slack.model import Block
from adapters.playground.slack.rich_text import check_rich_text, letters

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
SECTION_TEXT = 3000
FIELD_TEXT = 2000
SECTION_FIELDS = 10
HEADER_TEXT = 150
ACTION_ELEMENTS = 25
CONTEXT_ELEMENTS = 10
INPUT_LABEL = 2000
IMAGE_TITLE = 2000
MARKDOWN_TEXT = 12_000
VIEW_TITLE = 24
PRIVATE_METADATA = 3000
MESSAGE_TEXT = 12_000
"""Characters of all blocks of a message: Slack names no number, and refuses somewhere above this one."""
VIEW_BYTES = 250 * 1024

_ANY_TEXT = ("plain_text", "mrkdwn")
_COMMON = {"type", "block_id"}
_VIEW_KEYS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
_MODAL_KEYS = _VIEW_KEYS | {
    "title",
    "submit",
    "close",
    "clear_on_close",
    "notify_on_close",
    "submit_disabled",
}


def accept_message_blocks(blocks: Any) -> tuple[Block, ...]:
    """The blocks of a message with their ids filled in; invalid_blocks, invalid_blocks_format,
    msg_blocks_too_long."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    messages = find_faults(blocks, "message")
    if messages:
        raise with_messages("invalid_blocks", messages)
    if letters(blocks) > MESSAGE_TEXT:
        raise SlackError("msg_blocks_too_long")
    return tuple(with_ids(blocks))


def accept_view(view: Any, surface: Surface) -> dict[str, Any]:
    """A view with its ids filled in; invalid_arguments, view_too_large."""
    if not isinstance(view, dict):
        raise with_messages("invalid_arguments", ["[ERROR] must be a view [json-pointer:/view]"])
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackError("view_too_large")
    found = Findings()
    if view.get("type") != surface:
        found.add("/view/type", f"must be {surface}")
    found.keys(view, "/view", _MODAL_KEYS if surface == "modal" else _VIEW_KEYS, ("blocks",))
    found.string(view, "/view", "private_metadata", PRIVATE_METADATA)
    found.string(view, "/view", "callback_id", IDENTIFIER)
    found.string(view, "/view", "external_id", IDENTIFIER)
    if surface == "modal":
        _check_modal_frame(found, view)
    messages = found.messages + find_faults(view.get("blocks"), surface, "/view")
    if messages:
        raise with_messages("invalid_arguments", messages)
    return {**copy.deepcopy(view), "blocks": with_ids(view["blocks"])}


def find_faults(blocks: Any, surface: Surface, root: str = "") -> list[str]:
    """What Slack would refuse in these blocks, one message each; empty where all is well."""
    found = Findings()
    block_ids: set[str] = set()
    least = 0
    for number, block in enumerate(
        found.array({"blocks": blocks}, root, "blocks", MOST_BLOCKS[surface], least)
    ):
        where = f"{root}/blocks/{number}"
        if not isinstance(block, dict):
            found.add(where, "must be an object")
            continue
        check = _CHECKS.get(str(block.get("type")))
        if check is None or (block["type"] == "markdown" and surface != "message"):
            found.add(f"{where}/type", f"unsupported type: {block.get('type')}")
            continue
        found.string(block, where, "block_id", IDENTIFIER)
        if block.get("block_id"):
            if block["block_id"] in block_ids:
                found.add(f"{where}/block_id", "block_id already exists")
            block_ids.add(block["block_id"])
        check(found, block, where)
        _check_action_ids(found, block, where)
    return found.messages


def with_ids(blocks: list[Block]) -> list[Block]:
    """A copy in which every block has a block_id and every interactive element an action_id."""
    filled = copy.deepcopy(blocks)
    for block in filled:
        block.setdefault("block_id", _short_id())
        for element in elements_of(block):
            if element.get("type") != "image":
                element.setdefault("action_id", _short_id())
    return filled


def elements_of(block: Block) -> list[dict[str, Any]]:
    """The interactive (or image) elements of one block, in order."""
    if block.get("type") == "actions":
        return list(block.get("elements") or [])
    if block.get("type") == "input":
        return [block["element"]] if isinstance(block.get("element"), dict) else []
    accessory = block.get("accessory")
    return [accessory] if isinstance(accessory, dict) else []


def _short_id() -> str:
    return secrets.token_urlsafe(4)[:5]


def _check_modal_frame(found: Findings, view: dict[str, Any]) -> None:
    check_text(found, view.get("title"), "/view/title", VIEW_TITLE)
    for key in ("submit", "close"):
        if view.get(key) is not None:
            check_text(found, view[key], f"/view/{key}", VIEW_TITLE)
    for key in ("clear_on_close", "notify_on_close"):
        found.flag(view, "/view", key)
    blocks = view.get("blocks") if isinstance(view.get("blocks"), list) else []
    if view.get("submit") is None and any(
        isinstance(b, dict) and b.get("type") == "input" for b in blocks or []
    ):
        found.add("/view/submit", "submit is required when an input block is within the blocks array")


def _check_action_ids(found: Findings, block: Block, where: str) -> None:
    seen: set[str] = set()
    for element in elements_of(block):
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if action_id in seen:
            found.add(where, f"action_id {action_id} already exists in the block")
        if action_id:
            seen.add(action_id)


def _check_section(found: Findings, block: Block, where: str) -> None:
    found.keys(block, where, _COMMON | {"text", "fields", "accessory", "expand"})
    if "text" not in block and "fields" not in block:
        found.add(where, "must provide text or fields")
    if "text" in block:
        check_text(found, block["text"], f"{where}/text", SECTION_TEXT, _ANY_TEXT)
    if "fields" in block:
        for number, text in enumerate(found.array(block, where, "fields", SECTION_FIELDS)):
            check_text(found, text, f"{where}/fields/{number}", FIELD_TEXT, _ANY_TEXT)
    if "accessory" in block:
        check_element(found, block["accessory"], f"{where}/accessory", IN_ACCESSORY)


def _check_header(found: Findings, block: Block, where: str) -> None:
    found.keys(block, where, _COMMON | {"text", "level"})
    check_text(found, block.get("text"), f"{where}/text", HEADER_TEXT)


def _check_divider(found: Findings, block: Block, where: str) -> None:
    found.keys(block, where, _COMMON)


def _check_image_block(found: Findings, block: Block, where: str) -> None:
    found.keys(block, where, _COMMON | {"image_url", "slack_file", "alt_text", "title"})
    check_image(found, block, where)
    if "title" in block:
        check_text(found, block["title"], f"{where}/title", IMAGE_TITLE)


def _check_actions(found: Findings, block: Block, where: str) -> None:
    found.keys(block, where, _COMMON | {"elements"})
    for number, element in enumerate(found.array(block, where, "elements", ACTION_ELEMENTS)):
        check_element(found, element, f"{where}/elements/{number}", IN_ACTIONS)


def _check_context(found: Findings, block: Block, where: str) -> None:
    found.keys(block, where, _COMMON | {"elements"})
    for number, element in enumerate(found.array(block, where, "elements", CONTEXT_ELEMENTS)):
        place = f"{where}/elements/{number}"
        if isinstance(element, dict) and element.get("type") == "image":
            check_element(found, element, place, frozenset({"image"}))
        else:
            check_text(found, element, place, SECTION_TEXT, _ANY_TEXT)


def _check_input(found: Findings, block: Block, where: str) -> None:
    found.keys(block, where, _COMMON | {"label", "element", "hint", "optional", "dispatch_action"})
    check_text(found, block.get("label"), f"{where}/label", INPUT_LABEL)
    if block.get("hint") is not None:
        check_text(found, block["hint"], f"{where}/hint", INPUT_LABEL)
    for key in ("optional", "dispatch_action"):
        found.flag(block, where, key)
    check_element(found, block.get("element"), f"{where}/element", IN_INPUT)


def _check_rich_text(found: Findings, block: Block, where: str) -> None:
    found.keys(block, where, _COMMON | {"elements"})
    check_rich_text(found, block, where)


def _check_markdown(found: Findings, block: Block, where: str) -> None:
    found.keys(block, where, _COMMON | {"text"}, ("text",))
    found.string(block, where, "text", MARKDOWN_TEXT, least=1)


_CHECKS: dict[str, Callable[[Findings, Block, str], None]] = {
    "section": _check_section,
    "header": _check_header,
    "divider": _check_divider,
    "image": _check_image_block,
    "actions": _check_actions,
    "context": _check_context,
    "input": _check_input,
    "rich_text": _check_rich_text,
    "markdown": _check_markdown,
}
