"""A prompt of the library as a form, and what comes back from it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.forms import Field, Form, Option, Values
from prompts.library import Library, PromptField, PromptKind, Source, Variant
from prompts.text import Marked, plain
from prompts.words import reflections as words

MOST_CHARACTERS = 3000
Answers = dict[str, object]
"""By field id: text, a number from 0 to 10, a list of texts, or True for a ticked box."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person can pick from, as (id, text in their language) pairs by source."""

    by_source: Mapping[Source, Sequence[tuple[str, str]]]

    def of(self, field: PromptField) -> Sequence[tuple[str, str]]:
        return self.by_source.get(field.source, ()) if field.source else ()


def prompt_form(
    library: Library,
    kind: PromptKind,
    variant: Variant,
    language: str,
    choices: Choices,
    audiences: Sequence[str],
    context: str,
    before: Mapping[str, object] | None = None,
    visibility: str = "private",
) -> Form:
    """The fields of the kind and, last, who may see the answer (private unless changed).

    `audiences` are those that can be reached now; `before` holds the answers when one is edited.
    """
    said = before or {}
    fields = [one for each in kind.fields for one in _fields(library, each, language, choices, said)]
    seen = Field(
        name="visibility",
        kind="choice",
        label=words.who_sees_label(language),
        hint=words.who_sees_hint(language),
        initial=visibility if visibility in audiences else "private",
        options=tuple(
            Option(value=audience, label=words.audience(language, audience)) for audience in audiences
        ),
    )
    return Form(
        name="reflect",
        title=kind.name.say(language),
        submit=words.save(language),
        intro=_intro(library, kind, variant, language),
        fields=(*fields, seen),
        context=context,
    )


def steps_of(kind: PromptKind, language: str) -> Marked:
    """The timed steps of a group prompt as list lines; empty where the kind has none."""
    lines = [words.step(language, minutes=step.minutes, text=step.say(language)) for step in kind.steps]
    return Marked("\n".join(lines))


def read_answers(kind: PromptKind, values: Values, choices: Choices) -> Answers:
    """The answers that were given; what was left empty is absent."""
    answers: Answers = {}
    for field in kind.fields:
        labels = dict(choices.of(field))
        value: Any = values.get(field.id)
        own = str(values.get(f"{field.id}.own") or "")
        if field.input == "up_to_three":
            value = [labels[one] for one in value or () if one in labels]
        elif field.input == "choice":
            value = own or labels.get(str(value or ""), "")
        if value not in (None, "", [], False):
            answers[field.id] = value
    return answers


def says_something(kind: PromptKind, answers: Answers) -> bool:
    """Whether there is more than a ticked gate."""
    return any(field.id in answers for field in kind.fields if not field.gate)


def shown(kind: PromptKind, answers: Mapping[str, object], language: str) -> list[tuple[str, str]]:
    """The answers as (label, text) rows, in the order of the fields."""
    rows = []
    for field in kind.fields:
        value = answers.get(field.id)
        if value is None or field.gate:
            continue
        text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
        rows.append((plain(field.label.say(language)), text))
    return rows


def first_text_field(kind: PromptKind) -> PromptField | None:
    """Where a reply in free words goes; None for a kind that needs its gate ticked first."""
    if any(field.gate for field in kind.fields):
        return None
    return next((field for field in kind.fields if field.input == "text"), None)


def _intro(library: Library, kind: PromptKind, variant: Variant, language: str) -> Marked:
    parts = [variant.say(language), steps_of(kind, language)]
    if kind.notice:
        parts.append(library.notice(kind.notice).text.say(language))
    parts.append(library.private_by_default.say(language))
    return Marked("\n".join(part for part in parts if part))


def _fields(
    library: Library, field: PromptField, language: str, choices: Choices, before: Mapping[str, object]
) -> list[Field]:
    label, hint, given = field.label.say(language), field.hint.say(language), before.get(field.id)
    if field.input == "text":
        text = given if isinstance(given, str) else None
        return [
            Field(name=field.id, kind="paragraph", label=label, hint=hint, required=False, initial=text,
                  most=MOST_CHARACTERS)
        ]  # fmt: skip
    if field.input == "checkbox":
        return [Field(name=field.id, kind="checkbox", label=label, hint=hint, required=field.gate,
                      initial=given is True)]  # fmt: skip
    if field.input == "scale":
        return [_scale(field, language, given)]
    return _picks(library, field, language, choices.of(field), given)


def _scale(field: PromptField, language: str, given: object) -> Field:
    low = field.low.say(language) if field.low else Marked("")
    high = field.high.say(language) if field.high else Marked("")
    return Field(
        name=field.id,
        kind="scale",
        label=field.label.say(language),
        hint=words.scale_ends(language, low=low, high=high),
        required=False,
        initial=given if isinstance(given, int) else None,
        lowest=0,
        highest=10,
    )


def _picks(
    library: Library, field: PromptField, language: str, offered: Sequence[tuple[str, str]], given: object
) -> list[Field]:
    """The choices, where there are any, and a line for one's own words where the kind allows them."""
    fields = []
    label, hint = field.label.say(language), field.hint.say(language)
    by_text = {text: value for value, text in offered}
    options = tuple(Option(value=value, label=text) for value, text in offered)
    if options and field.input == "up_to_three":
        picked = tuple(by_text[one] for one in given if one in by_text) if isinstance(given, list) else ()
        fields.append(Field(name=field.id, kind="choices", label=label, hint=hint, required=False,
                            options=options, most=3, initial=picked or None))  # fmt: skip
    elif options:
        fields.append(Field(name=field.id, kind="choice", label=label, hint=hint, required=False,
                            options=options, initial=by_text.get(str(given))))  # fmt: skip
    if field.own_words:
        own = str(given) if given and str(given) not in by_text else None
        own_label = library.own_words.say(language) if field.source == "cues" else words.own_words(language)
        fields.append(Field(name=f"{field.id}.own", kind="text", label=own_label if options else label,
                            required=False, initial=own, most=300))  # fmt: skip
    return fields
