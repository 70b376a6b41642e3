"""What a person has typed or chosen: `state.values`, and what Slack's own screen checks before it submits."""

from typing import Any

from adapters.playground.slack.blocks import elements_of
from adapters.playground.slack.elements import TYPED, option_list
from adapters.playground.slack.errors import PlaygroundError
from adapters.playground.slack.model import Block

# element type → (the key in state.values, the key of its initial value)
_PLACES: dict[str, tuple[str, str]] = {
    **dict.fromkeys((*TYPED, "rich_text_input"), ("value", "initial_value")),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "initial_files"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_MANY = ("selected_options", "selected_users", "selected_conversations", "selected_channels", "files")
_STATELESS = ("button", "overflow", "image")


def initial_values(blocks: Any) -> dict[str, dict[str, Any]]:
    """`state.values` of a view just opened, or of a message never touched."""
    values: dict[str, dict[str, Any]] = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] not in _STATELESS:
                place, initial = _PLACES[element["type"]]
                empty: Any = [] if place in _MANY else None
                value = {"type": element["type"], place: element.get(initial, empty)}
                values.setdefault(block["block_id"], {})[element["action_id"]] = value
    return values


def chosen(element: dict[str, Any], raw: Any) -> dict[str, Any]:
    """The element's entry in state.values after the person gave `raw`.

    `raw` is plain: text, an option's value or its label, a list of those, an id, "YYYY-MM-DD", "HH:MM", or a
    UNIX timestamp. For external selects the option object itself. A PlaygroundError where the screen has no
    such choice.
    """
    kind = element["type"]
    place = _PLACES[kind][0]
    value: Any
    if place == "selected_option":
        value = None if raw is None else _option(element, raw)
    elif place == "selected_options":
        value = [_option(element, item) for item in raw or []]
    elif place in _MANY:
        value = list(raw or [])
    elif place == "value":
        value = None if raw in (None, "") else str(raw)
    elif place == "selected_date_time":
        value = None if raw is None else int(raw)
    else:
        value = raw
    return {"type": kind, place: value}


def screen_errors(blocks: list[Block], values: dict[str, dict[str, Any]]) -> dict[str, str]:
    """What the Slack client itself refuses to submit: block_id → message."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        entry = values.get(block["block_id"], {}).get(element["action_id"], {})
        value = entry.get(_PLACES[element["type"]][0])
        message = _screen_error(element, value, optional=block.get("optional", False))
        if message:
            errors[block["block_id"]] = message
    return errors


def _screen_error(element: dict[str, Any], value: Any, optional: bool) -> str | None:
    if value in (None, "", []):
        return None if optional else "Please complete this required field."
    if element["type"] == "plain_text_input":
        if len(value) > element.get("max_length", 3000):
            return f"Please shorten this to {element.get('max_length', 3000)} characters or fewer."
        if len(value) < element.get("min_length", 0):
            return f"Please lengthen this to {element['min_length']} characters or more."
    if element["type"] == "number_input":
        return _number_error(element, value)
    if element["type"] == "email_text_input" and "@" not in value:
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and "://" not in value:
        return "Please enter a valid URL."
    most = element.get("max_selected_items")
    if most is not None and len(value) > most:
        return f"Please choose {most} or fewer."
    return None


def _number_error(element: dict[str, Any], value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter {element['min_value']} or more."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter {element['max_value']} or less."
    return None


def _option(element: dict[str, Any], raw: Any) -> dict[str, Any]:
    if isinstance(raw, dict):
        return raw
    for option in option_list(element):
        if option["value"] == str(raw) or option["text"]["text"] == raw:
            return option
    known = ", ".join(option["value"] for option in option_list(element))
    raise PlaygroundError(f"no option {raw!r}; there are: {known}")
