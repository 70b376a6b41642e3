"""What Slack accepts as a Block Kit element, text or option, limit by limit.

Limits: Slack's Block Kit reference. Every finding carries the JSON pointer that Slack's messages carry.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from adapters.playground.slack.findings import Findings, check_text

BUTTON_TEXT = 75
BUTTON_VALUE = 2000
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
OVERFLOW_OPTIONS = 5
TICK_OPTIONS = 10
PLACEHOLDER = 150
INPUT_TEXT = 3000
IDENTIFIER = 255
URL = 3000
ALT_TEXT = 2000

SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI_SELECTS = tuple(f"multi_{name}" for name in SELECTS)
PICKERS = ("datepicker", "timepicker", "datetimepicker")
TICKS = ("checkboxes", "radio_buttons")
TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input")

IN_ACTIONS = frozenset({"button", "overflow", *SELECTS, *MULTI_SELECTS, *PICKERS, *TICKS})
IN_ACCESSORY = IN_ACTIONS | {"image"}
IN_INPUT = frozenset({*SELECTS, *MULTI_SELECTS, *PICKERS, *TICKS, *TYPED, "rich_text_input", "file_input"})

_COMMON = {"type", "action_id", "confirm", "focus_on_load"}
_SELECT = _COMMON | {"placeholder"}
_CHOICES = {"options", "option_groups"}
_KEYS: dict[str, set[str]] = {
    "button": {"type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label"},
    "overflow": {"type", "action_id", "options", "confirm"},
    "image": {"type", "image_url", "slack_file", "alt_text"},
    "static_select": _SELECT | _CHOICES | {"initial_option"},
    "multi_static_select": _SELECT | _CHOICES | {"initial_options", "max_selected_items"},
    "external_select": _SELECT | {"initial_option", "min_query_length"},
    "multi_external_select": _SELECT | {"initial_options", "min_query_length", "max_selected_items"},
    "users_select": _SELECT | {"initial_user"},
    "multi_users_select": _SELECT | {"initial_users", "max_selected_items"},
    "conversations_select": _SELECT
    | {"initial_conversation", "default_to_current_conversation", "response_url_enabled", "filter"},
    "multi_conversations_select": _SELECT
    | {"initial_conversations", "default_to_current_conversation", "max_selected_items", "filter"},
    "channels_select": _SELECT | {"initial_channel", "response_url_enabled"},
    "multi_channels_select": _SELECT | {"initial_channels", "max_selected_items"},
    "datepicker": _SELECT | {"initial_date"},
    "timepicker": _SELECT | {"initial_time", "timezone"},
    "datetimepicker": _COMMON | {"initial_date_time"},
    "checkboxes": _COMMON | {"options", "initial_options"},
    "radio_buttons": _COMMON | {"options", "initial_option"},
    "plain_text_input": _SELECT
    | {"initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"},
    "number_input": _SELECT
    | {"is_decimal_allowed", "initial_value", "min_value", "max_value", "dispatch_action_config"},
    "email_text_input": _SELECT | {"initial_value", "dispatch_action_config"},
    "url_text_input": _SELECT | {"initial_value", "dispatch_action_config"},
    "rich_text_input": _SELECT | {"initial_value", "dispatch_action_config"},
    "file_input": {"type", "action_id", "filetypes", "max_files"},
}


def check_element(found: Findings, element: Any, where: str, allowed: frozenset[str]) -> None:
    """One interactive or image element in a place that takes the `allowed` types."""
    if not isinstance(element, dict):
        found.add(where, "must be an object")
        return
    kind = element.get("type")
    if not isinstance(kind, str) or kind not in allowed:
        found.add(f"{where}/type", f"unsupported type: {kind}")
        return
    found.keys(element, where, _KEYS[kind])
    found.string(element, where, "action_id", IDENTIFIER, least=1)
    if "placeholder" in element:
        check_text(found, element["placeholder"], f"{where}/placeholder", PLACEHOLDER)
    if "confirm" in element:
        _check_confirm(found, element["confirm"], f"{where}/confirm")
    _check_counts(found, element, where)
    found.flag(element, where, "focus_on_load")
    if kind in TYPED:
        found.string(element, where, "initial_value", INPUT_TEXT)
    check = _CHECKS.get(kind)
    if check is not None:
        check(found, element, where)


def check_image(found: Findings, image: dict[str, Any], where: str) -> None:
    """The parts that an image block and an image element share."""
    found.string(image, where, "alt_text", ALT_TEXT)
    if image.get("alt_text") is None:
        found.add(where, "missing required field: alt_text")
    if ("image_url" in image) == ("slack_file" in image):
        found.add(where, "must provide exactly one of image_url and slack_file")
    found.string(image, where, "image_url", URL, least=1)
    address = image.get("image_url")
    if isinstance(address, str) and not re.match(r"https?://[^\s/]+", address):
        found.add(f"{where}/image_url", "invalid url")


def option_list(element: dict[str, Any]) -> list[dict[str, Any]]:
    """All options of an element, groups flattened."""
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group.get("options") or []
    return options


def _check_button(found: Findings, button: dict[str, Any], where: str) -> None:
    check_text(found, button.get("text"), f"{where}/text", BUTTON_TEXT)
    found.string(button, where, "value", BUTTON_VALUE)
    found.string(button, where, "url", URL, least=1)
    _check_url(found, button, where)
    found.string(button, where, "accessibility_label", 75)
    if button.get("style") not in (None, "primary", "danger"):
        found.add(f"{where}/style", "must be one of primary, danger")


def _check_options(found: Findings, element: dict[str, Any], where: str, most: int) -> None:
    options = found.array(element, where, "options", most)
    for number, option in enumerate(options):
        _check_option(found, option, f"{where}/options/{number}", element["type"])
    _check_initial(found, element, where)


def _check_option(found: Findings, option: Any, where: str, element_type: str) -> None:
    if not isinstance(option, dict):
        found.add(where, "must be an object")
        return
    found.keys(option, where, {"text", "value", "description", "url"}, ("text", "value"))
    kinds = ("plain_text", "mrkdwn") if element_type in TICKS else ("plain_text",)
    check_text(found, option.get("text"), f"{where}/text", OPTION_TEXT, kinds)
    found.string(option, where, "value", OPTION_VALUE, least=1)
    if "url" in option and element_type != "overflow":
        found.add(where, "invalid additional property: url")
    _check_url(found, option, where)
    if "description" in option:
        check_text(found, option["description"], f"{where}/description", OPTION_TEXT, kinds)


def _check_select(found: Findings, element: dict[str, Any], where: str) -> None:
    if ("options" in element) == ("option_groups" in element):
        found.add(where, "must provide exactly one of options and option_groups")
        return
    if "options" in element:
        _check_options(found, element, where, OPTIONS)
        return
    for number, group in enumerate(found.array(element, where, "option_groups", OPTIONS)):
        place = f"{where}/option_groups/{number}"
        if not isinstance(group, dict):
            found.add(place, "must be an object")
            continue
        check_text(found, group.get("label"), f"{place}/label", OPTION_TEXT)
        for index, option in enumerate(found.array(group, place, "options", OPTIONS)):
            _check_option(found, option, f"{place}/options/{index}", element["type"])
    _check_initial(found, element, where)


def _check_initial(found: Findings, element: dict[str, Any], where: str) -> None:
    wanted = element.get("initial_options") or []
    if element.get("initial_option"):
        wanted = [element["initial_option"]]
    if "initial_options" in element and not wanted:
        found.add(f"{where}/initial_options", "must be at least 1 item(s)")
    known = option_list(element)
    for option in wanted:
        if option not in known:
            found.add(where, "initial option is not one of the options")
    most = element.get("max_selected_items")
    if isinstance(most, int) and len(wanted) > most:
        found.add(f"{where}/initial_options", f"no more than {most} items allowed")


def _check_overflow(found: Findings, element: dict[str, Any], where: str) -> None:
    _check_options(found, element, where, OVERFLOW_OPTIONS)


def _check_ticks(found: Findings, element: dict[str, Any], where: str) -> None:
    _check_options(found, element, where, TICK_OPTIONS)


def _check_text_input(found: Findings, element: dict[str, Any], where: str) -> None:
    for key, least in (("min_length", 0), ("max_length", 1)):
        bound = element.get(key)
        if bound is not None and (not isinstance(bound, int) or not least <= bound <= INPUT_TEXT):
            found.add(f"{where}/{key}", f"must be between {least} and {INPUT_TEXT}")
    low, high = element.get("min_length") or 0, element.get("max_length") or INPUT_TEXT
    if isinstance(low, int) and isinstance(high, int):
        if low > high:
            found.add(f"{where}/min_length", "must not be more than max_length")
        given = element.get("initial_value")
        if isinstance(given, str) and len(given) > high:
            found.add(f"{where}/initial_value", f"must be less than {high + 1} characters")
    found.flag(element, where, "multiline")


_NUMBER = r"-?\d+(\.\d+)?"


def _check_number(found: Findings, element: dict[str, Any], where: str) -> None:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        found.add(where, "missing required field: is_decimal_allowed")
    for key in ("min_value", "max_value", "initial_value"):
        value = element.get(key)
        if value is not None and (not isinstance(value, str) or not re.fullmatch(_NUMBER, value)):
            found.add(f"{where}/{key}", "must be a number in a string")
        elif value is not None and not element.get("is_decimal_allowed") and "." in value:
            found.add(f"{where}/{key}", "must be an integer")
    values = [element.get(key) for key in ("min_value", "initial_value", "max_value")]
    numbers = [float(one) for one in values if isinstance(one, str) and re.fullmatch(_NUMBER, one)]
    if numbers != sorted(numbers):
        found.add(where, "min_value, initial_value and max_value must be in this order")


def _check_date(found: Findings, element: dict[str, Any], where: str) -> None:
    given = element.get("initial_date")
    if given is not None and not _is_date(str(given)):
        found.add(f"{where}/initial_date", "must be a date such as 2027-02-23")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_time(found: Findings, element: dict[str, Any], where: str) -> None:
    time = element.get("initial_time")
    if time is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(time)):
        found.add(f"{where}/initial_time", "must be a time such as 09:30")


def _check_date_time(found: Findings, element: dict[str, Any], where: str) -> None:
    moment = element.get("initial_date_time")
    if moment is not None and not (isinstance(moment, int) and 10**9 <= moment < 10**10):
        found.add(f"{where}/initial_date_time", "must be a UNIX timestamp of ten digits")


def _check_confirm(found: Findings, confirm: Any, where: str) -> None:
    if not isinstance(confirm, dict):
        found.add(where, "must be an object")
        return
    found.keys(confirm, where, {"title", "text", "confirm", "deny", "style"})
    check_text(found, confirm.get("title"), f"{where}/title", 100)
    check_text(found, confirm.get("text"), f"{where}/text", 300, ("plain_text", "mrkdwn"))
    check_text(found, confirm.get("confirm"), f"{where}/confirm", 30)
    check_text(found, confirm.get("deny"), f"{where}/deny", 30)
    if confirm.get("style") not in (None, "primary", "danger"):
        found.add(f"{where}/style", "must be one of primary, danger")


def _check_url(found: Findings, item: dict[str, Any], where: str) -> None:
    address = item.get("url")
    if isinstance(address, str) and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$", address):
        found.add(f"{where}/url", "invalid url")


def _check_counts(found: Findings, element: dict[str, Any], where: str) -> None:
    for key, (least, most) in _COUNTS.items():
        value = element.get(key)
        if value is not None and (type(value) is not int or not least <= value <= most):
            found.add(f"{where}/{key}", f"must be between {least} and {most}")


_COUNTS = {"max_selected_items": (1, 1000), "min_query_length": (0, 1000), "max_files": (1, 10)}


_CHECKS: dict[str, Callable[[Findings, dict[str, Any], str], None]] = {
    "button": _check_button,
    "image": check_image,
    "overflow": _check_overflow,
    "static_select": _check_select,
    "multi_static_select": _check_select,
    "checkboxes": _check_ticks,
    "radio_buttons": _check_ticks,
    "plain_text_input": _check_text_input,
    "number_input": _check_number,
    "datepicker": _check_date,
    "timepicker": _check_time,
    "datetimepicker": _check_date_time,
}
