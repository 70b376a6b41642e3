"""Forms, declared once: a Slack modal, a Teams dialog, a web form and the playground's own window.

`check` is the validation every door shares: it turns what a platform sent into values by field name, or
into one message a field. Nothing reaches a feature unchecked.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal, TypeVar

from pydantic import Field as Constraint

from bot.core.cards import EMPTY, Part
from prompts.text import MarkedText, PlainText, plain
from prompts.words import forms as words
from storage.base import LARGEST_ID

FieldKind = Literal[
    "text", "paragraph", "number", "scale", "choice", "choices", "people", "date", "time", "checkbox", "note"
]

Way = TypeVar("Way")

Value = str | int | bool | tuple[str, ...] | tuple[int, ...] | date | time | None
"""text, paragraph, choice → str ('' when empty); number, scale → int | None; choices → tuple of str;
people → tuple of person ids; date → date | None; time → time | None (a local wall-clock time);
checkbox → bool; note → not in the values."""

Values = dict[str, Value]


class Option(Part):
    value: Annotated[str, Constraint(min_length=1, max_length=75)]
    label: PlainText


class Field(Part):
    """One question. `name` is unique in the form. `lowest`..`highest` bound numbers and scales;
    `most` bounds the characters of texts (Slack takes at most 3,000) and the picks of choices."""

    name: str
    kind: FieldKind
    label: PlainText
    hint: PlainText = ""
    placeholder: PlainText = ""
    required: bool = True
    initial: str | int | bool | tuple[str, ...] | tuple[int, ...] | None = None
    options: tuple[Option, ...] = ()
    lowest: int | None = None
    highest: int | None = None
    most: int = 3000
    any_file: bool = False
    """For a paragraph on the web: a file of any kind answers it too (`bot.core.attached`)."""
    text: MarkedText = EMPTY
    """For a note: what it says."""
    group: PlainText = ""
    """The question that this choice and its neighbors of the same group answer together, with the same
    options: a page shows them as the rows of one table."""

    @property
    def whole_label(self) -> str:
        """For a chat, which shows one input at a time: the question of its group leads each."""
        return " ".join(filter(None, (self.group, self.label)))


class Form(Part):
    """`name` finds the feature's submit handler; `context` comes back with the submission unchanged
    (keep it short and never secret: it travels through the client, and the handler checks it again)."""

    name: str
    title: PlainText
    submit: PlainText
    fields: tuple[Field, ...]
    context: str = ""
    intro: MarkedText = EMPTY


def by_kind(
    *,
    text: Way,
    number: Way,
    scale: Way,
    choice: Way,
    choices: Way,
    people: Way,
    date: Way,
    time: Way,
    checkbox: Way,
) -> dict[str, Way]:
    """How a door draws, or reads, each kind of field that is answered. A paragraph is a text of many lines,
    and a note is not answered."""
    return {
        "text": text,
        "paragraph": text,
        "number": number,
        "scale": scale,
        "choice": choice,
        "choices": choices,
        "people": people,
        "date": date,
        "time": time,
        "checkbox": checkbox,
    }


def check(form: Form, raw: dict[str, object], language: str) -> tuple[Values, dict[str, str]]:
    """Check what a client sent against the form. Returns (values, message by field name).

    `raw` holds strings, numbers, booleans, lists; missing names are empty. Dates are ``YYYY-MM-DD``,
    times ``HH:MM``. Names that the form does not have are ignored.
    """
    values: Values = {}
    errors: dict[str, str] = {}
    for field in form.fields:
        if field.kind == "note":
            continue
        try:
            values[field.name] = _read(field, raw.get(field.name), language)
        except ValueError as error:
            errors[field.name] = plain(str(error))
    return values, errors


def _read(field: Field, given: object, language: str) -> Value:
    empty = given is None or given == "" or given == [] or (field.kind == "checkbox" and not given)
    if empty:
        if field.required:
            raise ValueError(words.required(language))
        return _EMPTY[field.kind]
    return _READERS[field.kind](field, given, language)


def _text(field: Field, given: object, language: str) -> Value:
    text = str(given).replace("\x00", "").strip()
    if field.required and not text:
        raise ValueError(words.required(language))
    if len(text) > field.most:
        raise ValueError(words.too_long(language, most=field.most, given=len(text)))
    return text


def _number(field: Field, given: object, language: str) -> Value:
    try:
        number = int(str(given).strip())
    except ValueError:
        raise ValueError(words.not_a_number(language)) from None
    low, high = field.lowest, field.highest
    if (low is not None and number < low) or (high is not None and number > high):
        raise ValueError(words.out_of_range(language, low=_shown(low), high=_shown(high)))
    return number


def _shown(bound: int | None) -> str:
    return "…" if bound is None else str(bound)


def _choice(field: Field, given: object, language: str) -> Value:
    if str(given) not in {option.value for option in field.options}:
        raise ValueError(words.not_an_option(language))
    return str(given)


def _choices(field: Field, given: object, language: str) -> Value:
    picked = tuple(dict.fromkeys(map(str, _list(given))))
    if not set(picked) <= {option.value for option in field.options}:
        raise ValueError(words.not_an_option(language))
    if len(picked) > field.most:
        raise ValueError(words.too_many(language, most=field.most))
    return picked


def _people(field: Field, given: object, language: str) -> Value:
    try:
        picked = tuple(dict.fromkeys(int(str(one)) for one in _list(given)))
    except ValueError:
        raise ValueError(words.unknown_person(language)) from None
    if any(not 0 < one <= LARGEST_ID for one in picked):
        raise ValueError(words.unknown_person(language))
    return picked


def _list(given: object) -> list[object]:
    if isinstance(given, list | tuple):
        return list(given)
    return [part for part in str(given).split(",") if part]


def _date(field: Field, given: object, language: str) -> Value:
    try:
        return given if isinstance(given, date) else date.fromisoformat(str(given))
    except ValueError:
        raise ValueError(words.no_such_date(language)) from None


def _time(field: Field, given: object, language: str) -> Value:
    try:
        return datetime.strptime(str(given)[:5], "%H:%M").time()  # noqa: DTZ007 - a local wall-clock time
    except ValueError:
        raise ValueError(words.no_such_time(language)) from None


def _checkbox(field: Field, given: object, language: str) -> Value:
    return given if isinstance(given, bool) else str(given).lower() in {"true", "on", "1", "yes"}


_READERS = by_kind(
    text=_text,
    number=_number,
    scale=_number,
    choice=_choice,
    choices=_choices,
    people=_people,
    date=_date,
    time=_time,
    checkbox=_checkbox,
)
_EMPTY: dict[str, Value] = {
    "text": "",
    "paragraph": "",
    "number": None,
    "scale": None,
    "choice": "",
    "choices": (),
    "people": (),
    "date": None,
    "time": None,
    "checkbox": False,
}
