"""Forms, declared once: a Slack modal, a Teams dialog, a web form and the playground's own window.

`fields_of` makes the fields of a command's form from the command's arguments. `check` is the validation every
door shares: it turns what a platform sent into values by field name, or into one message a field, by the
readers of what is typed. Nothing reaches a feature unchecked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field as Constraint

from bot.core.cards import EMPTY, Part
from bot.core.inputs import Argument, Unfit, read_date, read_number, read_text, read_time
from prompts.text import MarkedText, PlainText, plain
from prompts.words import forms as words
from storage.base import LARGEST_ID
from storage.people import Person

FieldKind = Literal[
    "text", "paragraph", "number", "scale", "choice", "choices", "people", "date", "time", "checkbox", "note"
]

Way = TypeVar("Way")

Value = str | int | bool | tuple[str, ...] | tuple[int, ...] | date | time | None
"""text, paragraph, choice → str ('' when empty); number, scale → int | None; choices → tuple of str;
people → tuple of person ids; date → date | None; time → time | None (a local wall-clock time);
checkbox → bool; note → not in the values."""

Values = dict[str, Value]
LONGEST_TEXT = 3000
"""Characters: Slack takes no more."""


class Option(Part):
    value: Annotated[str, Constraint(min_length=1, max_length=75)]
    label: PlainText


class Field(Part):
    """One question. `name` is unique in the form. `lowest`..`highest` bound numbers and scales;
    `most` bounds the characters of texts and the picks of choices and people."""

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
    most: int = LONGEST_TEXT
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


def fields_of(
    arguments: Iterable[Argument],
    language: str,
    given: Mapping[str, Any],
    options: Mapping[str, tuple[Option, ...]] | None = None,
) -> tuple[Field, ...]:
    """The fields of a command's form, with what was `given` with the command already; an argument with
    `options` is picked from these, and may have been typed as the label of one."""
    offered = options or {}
    return tuple(
        Field(
            name=one.name,
            kind="choice" if one.name in offered else _kind(one),
            label=one.label(language),
            hint=one.hint(language) if one.hint else "",
            placeholder=one.placeholder,
            required=one.required,
            initial=_initial(given.get(one.name), offered.get(one.name)),
            options=offered.get(one.name, ()),
            lowest=one.lowest,
            highest=one.highest,
            most=1 if one.kind == "person" else one.most or LONGEST_TEXT,
        )
        for one in arguments
        if one.label
    )


def _kind(argument: Argument) -> FieldKind:
    return "paragraph" if argument.lines else _KINDS[argument.kind]


_KINDS: dict[str, FieldKind] = {
    "word": "text",
    "text": "text",
    "number": "number",
    "duration": "number",
    "date": "date",
    "time": "time",
    "person": "people",
    "choice": "choice",
}


def _initial(value: Any, options: tuple[Option, ...] | None) -> Any:
    """A value as a form shows it; None where it is none of the options."""
    if options is not None:
        said = str(value.id if isinstance(value, Person) else value)
        return next((one.value for one in options if said in (one.value, one.label)), None)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return (value.id,) if isinstance(value, Person) else value


def check(
    form: Form, raw: dict[str, object], language: str, today: date = date.min
) -> tuple[Values, dict[str, str]]:
    """Check what a client sent against the form. Returns (values, message by field name).

    `raw` holds strings, numbers, booleans, lists; missing names are empty. Names that the form does not have
    are ignored. Dates and times may be in words; `today` is what ``next Tuesday`` goes by.
    """
    values: Values = {}
    errors: dict[str, str] = {}
    for field in form.fields:
        if field.kind == "note":
            continue
        read = _read(field, raw.get(field.name), today, language)
        if isinstance(read, Unfit):
            errors[field.name] = plain(read.text)
        else:
            values[field.name] = read
    return values, errors


def _read(field: Field, given: object, today: date, language: str) -> Value | Unfit:
    blank = isinstance(given, str) and not given.replace("\x00", "").strip()
    if given is None or given == [] or blank or (field.kind == "checkbox" and not given):
        return Unfit(words.required(language)) if field.required else _EMPTY[field.kind]
    return _READERS[field.kind](field, given, today, language)


def _choice(field: Field, given: object, today: date, language: str) -> Value | Unfit:
    known = str(given) in {option.value for option in field.options}
    return str(given) if known else Unfit(words.not_an_option(language))


def _choices(field: Field, given: object, today: date, language: str) -> Value | Unfit:
    picked = tuple(dict.fromkeys(map(str, _list(given))))
    if not set(picked) <= {option.value for option in field.options}:
        return Unfit(words.not_an_option(language))
    return _few(field, picked, language)


def _few(field: Field, picked: tuple[str, ...] | tuple[int, ...], language: str) -> Value | Unfit:
    return picked if len(picked) <= field.most else Unfit(words.too_many(language, most=field.most))


def _people(field: Field, given: object, today: date, language: str) -> Value | Unfit:
    try:
        picked = tuple(dict.fromkeys(int(str(one)) for one in _list(given)))
    except ValueError:
        return Unfit(words.unknown_person(language))
    if not picked or any(not 0 < one <= LARGEST_ID for one in picked):
        return Unfit(words.unknown_person(language))
    return _few(field, picked, language)


def _list(given: object) -> list[object]:
    if isinstance(given, list | tuple):
        return list(given)
    return [part for part in str(given).split(",") if part]


def _checkbox(field: Field, given: object, today: date, language: str) -> Value | Unfit:
    return given if isinstance(given, bool) else str(given).lower() in {"true", "on", "1", "yes"}


_READERS: dict[str, Callable[[Field, object, date, str], Value | Unfit]] = by_kind(
    text=read_text,
    number=read_number,
    scale=read_number,
    choice=_choice,
    choices=_choices,
    people=_people,
    date=read_date,
    time=read_time,
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
