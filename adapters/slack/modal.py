"""Forms as Slack modals, and what comes back from one by field name."""

from __future__ import annotations

from typing import Any

from adapters.slack import limits
from adapters.slack.limits import cut
from adapters.slack.render import header, plain_text
from adapters.slack.rich import Element, rich_text
from bot.core.forms import Field, Form, Option, by_kind
from prompts.words import slack as words

FEW = 6
"""Up to so many choices are shown at once; more go into a menu."""
USER = "user:"


def modal(form: Form, language: str, conversation: str = "") -> dict[str, Any]:
    """The view of a form. `conversation` is where it was asked for: its answer is shown there."""
    blocks = header(form.title) if len(form.title) > limits.VIEW_TITLE else []
    blocks += rich_text(form.intro, {})
    for field in form.fields:
        blocks += _field_blocks(form, field, language)
    return {
        "type": "modal",
        "callback_id": cut(form.name, limits.IDENTIFIER),
        "private_metadata": pack(form.name, form.context, conversation),
        "title": plain_text(form.title, limits.VIEW_TITLE),
        "submit": plain_text(form.submit, limits.VIEW_TITLE),
        "close": plain_text(words.cancel(language), limits.VIEW_TITLE),
        "blocks": _fitting(blocks) or rich_text(words.update(language), {}),
    }


def pack(form: str, context: str, conversation: str) -> str:
    """What travels with a modal: the form's name, where it was opened, and its context."""
    return f"{form}\n{conversation}\n{context}"


def unpack(metadata: str) -> tuple[str, str, str]:
    """(form, conversation, context) as `pack` wrote them; empty where something is missing."""
    form, conversation, context = [*metadata.split("\n", 2), "", "", ""][:3]
    return form, conversation, context


def block_id(form: str, field: str) -> str:
    """Names the form as well, so that Slack never carries what was typed over into another form."""
    return f"{form}:{field}"[: limits.IDENTIFIER]


def _fitting(blocks: list[Element]) -> list[Element]:
    """Within the limit: what is only read goes before what is asked."""
    spare = len(blocks) - limits.VIEW_BLOCKS
    kept = []
    for block in blocks:
        if spare > 0 and block["type"] != "input":
            spare -= 1
        else:
            kept.append(block)
    return kept[: limits.VIEW_BLOCKS]


def _field_blocks(form: Form, field: Field, language: str) -> list[Element]:
    if field.kind == "note":
        return rich_text(f"**{_bold(field.label)}**" if field.label else "", {}) + rich_text(field.text, {})
    element = _ELEMENTS[field.kind](field, language)
    if element is None:
        return rich_text(words.nothing_to_choose(language), {})
    block: Element = {
        "type": "input",
        "block_id": block_id(form.name, field.name),
        "label": plain_text(field.whole_label, limits.LABEL),
        "optional": not field.required,
        "element": {**element, "action_id": cut(field.name, limits.IDENTIFIER)},
    }
    if field.hint:
        block["hint"] = plain_text(field.hint, limits.LABEL)
    return [block]


def _bold(label: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\*_`[]()<>~#&|!" else letter for letter in label)


def _text(field: Field, language: str) -> Element:
    element: Element = {
        "type": "plain_text_input",
        "multiline": field.kind == "paragraph",
        "max_length": max(1, min(field.most, limits.INPUT_TEXT)),
        **_placeholder(field),
    }
    if field.initial not in (None, ""):
        element["initial_value"] = str(field.initial)[: element["max_length"]]
    return element


def _number(field: Field, language: str) -> Element:
    element: Element = {"type": "number_input", "is_decimal_allowed": False, **_placeholder(field)}
    for key, value in (
        ("min_value", field.lowest),
        ("max_value", field.highest),
        ("initial_value", field.initial),
    ):
        if value is not None and str(value).lstrip("-").isdecimal():
            element[key] = str(value)
    return element


def _scale(field: Field, language: str) -> Element | None:
    """One option a step; a field's own options, if it has any, are the labels of their steps."""
    labels = {option.value: option.label for option in field.options}
    low, high = field.lowest or 0, field.highest if field.highest is not None else 10
    steps = [Option(value=str(step), label=labels.get(str(step), str(step))) for step in range(low, high + 1)]
    return _pick_one(field, tuple(steps))


def _choice(field: Field, language: str) -> Element | None:
    return _pick_one(field, field.options)


def _choices(field: Field, language: str) -> Element | None:
    return _pick_several(field, field.options)


def _people(field: Field, language: str) -> Element | None:
    """A picker of everyone in the workspace, or of the people that the field names."""
    if field.options:
        return _pick_one(field, field.options) if field.most == 1 else _pick_several(field, field.options)
    given = field.initial if isinstance(field.initial, tuple) else (field.initial,)
    known = [str(one).removeprefix(USER) for one in given if str(one).startswith(USER)]
    if field.most == 1:
        first = {"initial_user": known[0]} if known else {}
        return {"type": "users_select", **_placeholder(field), **first}
    some = {"initial_users": known} if known else {}
    return {"type": "multi_users_select", **_placeholder(field), **_most(field), **some}


def _date(field: Field, language: str) -> Element:
    initial = {"initial_date": str(field.initial)[:10]} if field.initial else {}
    return {"type": "datepicker", **_placeholder(field), **initial}


def _time(field: Field, language: str) -> Element:
    initial = {"initial_time": str(field.initial)[:5]} if field.initial else {}
    return {"type": "timepicker", **_placeholder(field), **initial}


def _checkbox(field: Field, language: str) -> Element:
    yes = _option(Option(value="true", label=words.yes(language)))
    initial = {"initial_options": [yes]} if field.initial else {}
    return {"type": "checkboxes", "options": [yes], **initial}


_ELEMENTS = by_kind(
    text=_text,
    number=_number,
    scale=_scale,
    choice=_choice,
    choices=_choices,
    people=_people,
    date=_date,
    time=_time,
    checkbox=_checkbox,
)


def _pick_one(field: Field, options: tuple[Option, ...]) -> Element | None:
    if not options:
        return None
    given = field.initial[0] if isinstance(field.initial, tuple) and field.initial else field.initial
    chosen = [_option(option) for option in options if option.value == str(given)]
    initial = {"initial_option": chosen[0]} if chosen else {}
    if len(options) <= FEW:
        return {"type": "radio_buttons", "options": list(map(_option, options)), **initial}
    return {"type": "static_select", **_menu(options), **_placeholder(field), **initial}


def _pick_several(field: Field, options: tuple[Option, ...]) -> Element | None:
    if not options:
        return None
    given = field.initial if isinstance(field.initial, tuple) else (field.initial,)
    wanted = set(map(str, given))
    chosen = [_option(option) for option in options if option.value in wanted]
    initial = {"initial_options": chosen} if chosen else {}
    if len(options) <= limits.TICKS:
        return {"type": "checkboxes", "options": list(map(_option, options)), **initial}
    return {"type": "multi_static_select", **_menu(options), **_placeholder(field), **_most(field), **initial}


def _menu(options: tuple[Option, ...]) -> Element:
    """Options in one list, or in groups of a hundred named after their first and last."""
    shown = list(map(_option, options[: limits.OPTIONS * limits.OPTIONS]))
    if len(shown) <= limits.OPTIONS:
        return {"options": shown}
    groups = [shown[start : start + limits.OPTIONS] for start in range(0, len(shown), limits.OPTIONS)]
    return {"option_groups": [{"label": _span_of(group), "options": group} for group in groups]}


def _span_of(group: list[Element]) -> Element:
    first, last = group[0]["text"]["text"], group[-1]["text"]["text"]
    return plain_text(f"{cut(first, 35)} – {cut(last, 35)}", limits.OPTION_TEXT)


def _option(option: Option) -> Element:
    return {"text": plain_text(option.label, limits.OPTION_TEXT), "value": option.value}


def _placeholder(field: Field) -> Element:
    return {"placeholder": plain_text(field.placeholder, limits.PLACEHOLDER)} if field.placeholder else {}


def _most(field: Field) -> Element:
    return {"max_selected_items": field.most} if 1 <= field.most <= limits.OPTIONS else {}


def errors_by_block(form: str, errors: dict[str, str], view: dict[str, Any]) -> dict[str, str]:
    """A form's messages under the inputs of the view that was sent; what fits none goes under the first."""
    inputs = [block["block_id"] for block in view.get("blocks", []) if block.get("type") == "input"]
    placed: dict[str, str] = {}
    for field, message in errors.items():
        wanted = block_id(form, field)
        place = wanted if wanted in inputs else next(iter(inputs), wanted)
        placed[place] = cut(f"{placed[place]} {message}" if place in placed else message, limits.LABEL)
    return placed
