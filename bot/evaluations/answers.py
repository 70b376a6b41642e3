"""An instrument as a form, and the answers that come back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core import forms
from bot.core.forms import Field, Form, Option
from bot.evaluations.instruments import INTENT_ANSWERS, Instrument, Item
from prompts.text import Marked, link, plain
from prompts.words import instruments as words

PREFER_NOT = "prefer_not"
MOST_CHARACTERS = 2000
FORM_ERROR = ""
"""The key of a problem with the form as a whole."""

Answer = int | str | tuple[str, ...] | None
"""scales → int; one choice, intent, text → str; several choices → tuple; None is "prefer not to answer"."""


@dataclass(frozen=True)
class CheckedAnswers:
    """Answers by field name (``quality``, ``intend.detail``, ``confidence.before``); skipped ones are absent.

    With `problems` (message by field name) nothing may be kept.
    """

    answers: dict[str, Answer]
    problems: dict[str, str]


def form_of(instrument: Instrument, language: str, so_far: Mapping[str, object] | None = None) -> Form:
    """The form as every surface shows it: the mode first, then the items, each with "prefer not to answer".

    Items that the answers `so_far` rule out are left out; while that is open they say when to answer.
    Call `with_objectives` first. Raises `MissingTranslation` where a text has no `language`.
    """
    notice = _mode_notice(instrument, language)
    intro = Marked(f"{notice}\n{instrument.intro.say(language)}") if instrument.intro else notice
    fields = [
        field
        for item in instrument.items
        if _asked(item, so_far or {}) is not False
        for field in _fields(instrument, item, language)
    ]
    title = plain(instrument.title.say(language))
    return Form(
        name=instrument.name,
        title=title,
        submit=plain(words.send(language)),
        fields=tuple(fields),
        intro=intro,
    )


def check_answers(instrument: Instrument, raw: Mapping[str, object], language: str) -> CheckedAnswers:
    """Check what a form sent back. Answers to items that were not to be asked are dropped.

    Call with the same expanded instrument that made the form; unknown names are ignored.
    """
    values, problems = forms.check(form_of(instrument, language), dict(raw), language)
    answers: dict[str, Answer] = {}
    for item in instrument.items:
        if _asked(item, values) is not True:
            continue
        for field in _fields(instrument, item, language):
            value = values.get(field.name)
            if value not in (None, "", ()):
                answers[field.name] = _answer(item, field, value)
    asked = {f.name for i in instrument.items if _asked(i, values) for f in _fields(instrument, i, language)}
    problems = {name: message for name, message in problems.items() if name in asked}
    if not answers and not problems and instrument.kind != "funder":
        problems[FORM_ERROR] = plain(words.nothing_answered(language))
    return CheckedAnswers(answers, problems)


def _asked(item: Item, given: Mapping[str, object]) -> bool | None:
    """Whether the item is to be asked; None while the item it depends on has no answer."""
    if item.show_if is None:
        return True
    earlier = given.get(item.show_if.item)
    if earlier in (None, "", (), []):
        return None
    picked = earlier if isinstance(earlier, list | tuple) else [earlier]
    return any(str(each) in item.show_if.answers for each in picked)


def _answer(item: Item, field: Field, value: forms.Value) -> Answer:
    if field.kind == "paragraph":
        return str(value)
    if value == PREFER_NOT or (isinstance(value, tuple) and PREFER_NOT in value):
        return None
    if isinstance(value, tuple):
        return tuple(map(str, value))
    return int(str(value)) if item.kind in {"scale5", "scale10", "retrospective"} else str(value)


def _mode_notice(instrument: Instrument, language: str) -> Marked:
    if instrument.kind == "funder":
        return words.funder_form(language)
    if instrument.mode == "anonymous":
        return words.anonymous_mode(language)
    return words.confidential_mode(language)


def _fields(instrument: Instrument, item: Item, language: str) -> list[Field]:
    question = plain(item.text.say(language))
    hint = _hint(instrument, item, language)
    if item.kind == "link":
        label = link(question, item.url) if item.url else item.text.say(language)
        return [Field(name=item.id, kind="note", label=question, required=False, text=label)]
    if item.kind == "text":
        parts = item.parts or (None,)
        return [
            _text_field(
                item.id if part is None else f"{item.id}.{part.id}",
                question if part is None else plain(part.text.say(language)),
                hint if part is None else question,
            )
            for part in parts
        ]
    options = _options(item, language)
    if item.kind == "retrospective":
        texts = {
            "before": words.before(language, question=question),
            "now": words.now(language, question=question),
        }
        return [
            _choice_field(f"{item.id}.{half}", plain(text), hint, options) for half, text in texts.items()
        ]
    asked = _choice_field(item.id, question, hint, options)
    if item.kind == "choices":
        asked = asked.model_copy(update={"kind": "choices", "most": item.most or len(options)})
    if item.detail is None:
        return [asked]
    return [asked, _text_field(f"{item.id}.detail", plain(item.detail.say(language)), "")]


def _hint(instrument: Instrument, item: Item, language: str) -> str:
    if item.show_if is None:
        return ""
    earlier = instrument.item(item.show_if.item)
    labels = {option.value: option.label for option in _options(earlier, language)}
    answers = ", ".join(labels[answer] for answer in item.show_if.answers)
    return plain(words.only_if(language, answers=answers, question=plain(earlier.text.say(language))))


def _text_field(name: str, label: str, hint: str) -> Field:
    return Field(name=name, kind="paragraph", label=label, hint=hint, required=False, most=MOST_CHARACTERS)


def _choice_field(name: str, label: str, hint: str, options: tuple[Option, ...]) -> Field:
    return Field(name=name, kind="choice", label=label, hint=hint, required=False, options=options)


def _options(item: Item, language: str) -> tuple[Option, ...]:
    if item.labels:
        said = [
            (str(n), f"{n} · {plain(label.say(language))}") for n, label in enumerate(item.labels, start=1)
        ]
    elif item.kind == "scale10":
        said = [(str(n), str(n)) for n in range(11)]
    elif item.kind == "intent":
        texts = (words.yes, words.maybe, words.no, words.not_applicable)
        said = [(answer, plain(text(language))) for answer, text in zip(INTENT_ANSWERS, texts, strict=True)]
    else:
        said = [(option.id, plain(option.text.say(language))) for option in item.options]
    said.append((PREFER_NOT, plain(words.prefer_not(language))))
    return tuple(Option(value=value, label=label) for value, label in said)
