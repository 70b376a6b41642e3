"""Forms as dialogs (task modules): one Adaptive Card with an input for each field.

A list of people is a choice among the form's own options where it has some; else it is Teams' people picker
(the data query ``graph.microsoft.com/users``), which gives Entra object ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any
from urllib.parse import quote

from adapters.teams.markdown import Mentions, escaped, markdown
from adapters.teams.render import Json, attachment, envelope, text_block
from adapters.teams.translate import OURS
from bot.core.forms import Field, Form, by_kind
from prompts.text import plain
from prompts.words import forms as form_words
from prompts.words import teams as words

FEW = 5
"""Up to so many choices are shown all at once."""


def dialog(form: Form, language: str, typed: Mapping[str, Any], errors: Mapping[str, str]) -> Json:
    """The answer that shows a form. `typed` takes the place of initial values, `errors` stand at their
    fields."""
    mentions = Mentions()
    body: list[Json] = []
    if errors:
        body.append(
            text_block(escaped(plain(words.look_again(language))), color="Attention", weight="Bolder")
        )
    if form.intro:
        body.append(text_block(markdown(form.intro, mentions)))
    for field in form.fields:
        body += _field(field, language, typed, errors.get(field.name, ""))
    ours: Json = {"form": form.name, "context": form.context}
    ours["picks"] = [one.name for one in form.fields if _is_picks(one)]
    ours["pickers"] = [one.name for one in form.fields if _is_picker(one)]
    card = envelope(body, mentions)
    card["actions"] = [{"type": "Action.Submit", "title": form.submit[:75], "data": {OURS: ours}}]
    shown = {"title": form.title[:200], "width": "medium", "height": "large", "card": attachment(card)}
    return {"task": {"type": "continue", "value": shown}}


def notice(text: str) -> Json:
    """The answer that ends a dialog with a sentence."""
    return {"task": {"type": "message", "value": text}}


def _field(field: Field, language: str, typed: Mapping[str, Any], error: str) -> list[Json]:
    if field.kind == "note":
        shown = markdown(field.text, Mentions())
        return [text_block(shown)] if shown else []
    initial = typed.get(field.name, field.initial)
    made = {"id": field.name, "label": field.whole_label, **_INPUTS[field.kind](field, initial, language)}
    if field.required:
        made |= {"isRequired": True, "errorMessage": plain(form_words.required(language))}
    parts = [made]
    if field.hint:
        parts.append(text_block(escaped(field.hint), isSubtle=True, size="Small", spacing="None"))
    if error:
        parts.append(text_block(escaped(error), color="Attention", spacing="None"))
    return parts


def _text(field: Field, initial: Any, language: str) -> Json:
    made: Json = {"type": "Input.Text", "isMultiline": field.kind == "paragraph", "maxLength": field.most}
    return {**made, **_placeholder(field), **_value(None if initial is None else str(initial))}


def _number(field: Field, initial: Any, language: str) -> Json:
    bounds = {"min": field.lowest, "max": field.highest}
    made = {name: bound for name, bound in bounds.items() if bound is not None}
    try:
        number = int(str(initial))
    except ValueError:
        return {"type": "Input.Number", **made, **_placeholder(field)}
    return {"type": "Input.Number", **made, **_placeholder(field), "value": number}


def _scale(field: Field, initial: Any, language: str) -> Json:
    low, high = field.lowest or 0, field.highest if field.highest is not None else 10
    choices = [(str(number), _point(field, number)) for number in range(low, high + 1)]
    return _choice_set(choices, expanded=True, **_value(None if initial is None else str(initial)))


def _point(field: Field, number: int) -> str:
    """A point of a scale by its number, with its words where the form gives them as options."""
    named = {option.value: option.label for option in field.options}
    label = named.get(str(number), "")
    return f"{number} – {label}" if label and label != str(number) else str(number)


def _choice(field: Field, initial: Any, language: str) -> Json:
    choices = [(option.value, option.label) for option in field.options]
    return _choice_set(
        choices,
        expanded=len(choices) <= FEW,
        **_placeholder(field),
        **_value(None if initial is None else str(initial)),
    )


def _choices(field: Field, initial: Any, language: str) -> Json:
    # Picks come back joined by commas, so a comma inside a value is written in another way.
    choices = [(quote(option.value, safe=""), option.label) for option in field.options]
    picked = ",".join(quote(str(one), safe="") for one in _list(initial))
    few = len(choices) <= 2 * FEW
    return _choice_set(choices, expanded=few, isMultiSelect=True, **_placeholder(field), **_value(picked))


def _people(field: Field, initial: Any, language: str) -> Json:
    if field.options:
        return _choices(field, initial, language)
    query = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
    made = _choice_set([], expanded=False, isMultiSelect=field.most != 1, **_placeholder(field))
    picked = [str(one).removeprefix("user:") for one in _list(initial) if str(one).startswith("user:")]
    return {**made, "style": "filtered", "choices.data": query, **_value(",".join(picked))}


def _choice_set(choices: list[tuple[str, str]], *, expanded: bool, **more: object) -> Json:
    rows = [{"title": label or value, "value": value} for value, label in choices]
    style = "expanded" if expanded else "compact"
    return {"type": "Input.ChoiceSet", "style": style, "wrap": True, "choices": rows, **more}


def _date(field: Field, initial: Any, language: str) -> Json:
    shown = initial.isoformat() if isinstance(initial, date) else initial
    return {"type": "Input.Date", **_value(shown)}


def _time(field: Field, initial: Any, language: str) -> Json:
    shown = initial.strftime("%H:%M") if isinstance(initial, time) else initial
    return {"type": "Input.Time", **_value(shown)}


def _checkbox(field: Field, initial: Any, language: str) -> Json:
    ticked = initial is True or str(initial).lower() == "true"
    return {"type": "Input.Toggle", "title": field.label, "value": "true" if ticked else "false"}


_INPUTS = by_kind(
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


def _is_picks(field: Field) -> bool:
    return field.kind == "choices" or (field.kind == "people" and bool(field.options))


def _is_picker(field: Field) -> bool:
    return field.kind == "people" and not field.options


def _list(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _value(value: str | None) -> Json:
    return {"value": value} if value else {}


def _placeholder(field: Field) -> Json:
    return {"placeholder": field.placeholder} if field.placeholder else {}
