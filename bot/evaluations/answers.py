"""An instrument as a form, and the answers that come back from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.core import forms
from bot.core.forms import Field, Form, Option
from bot.core.lookup import title_in
from bot.evaluations.counted import SPARSE
from bot.evaluations.instruments import INTENT_ANSWERS, NOT_APPLICABLE, Instrument, Item, ItemKind
from prompts.library import Words
from prompts.text import Marked, link, plain
from prompts.words import instruments as words

PREFER_NOT = "prefer_not"
MOST_CHARACTERS = 2000
FORM_ERROR = ""
"""The key of a problem with the form as a whole."""

Answer = int | str | tuple[str, ...] | None
"""scales, ranks, numbers → int; one choice, intent, text, ZIP code, "does not apply" → str; several choices →
tuple; None is "prefer not to answer"."""
_INTENT_WORDS = dict(
    zip(INTENT_ANSWERS, (words.yes, words.maybe, words.no, words.not_applicable), strict=True)
)
_ZIP = re.compile(r"([0-9]{5})(-?[0-9]{4})?")


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
        if _asked(instrument, item, so_far or {}) is not False
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
        asked = _asked(instrument, item, values)
        fields = _fields(instrument, item, language)
        if asked is True:
            given = {field.name: values.get(field.name) for field in fields}
            problems |= _misfits(item, given, language)
            answers |= {
                field.name: _answer(item, field, value)
                for field in fields
                if (value := given[field.name]) not in (None, "", ())
            }
        elif asked is False:
            problems = {name: said for name, said in problems.items() if name not in {f.name for f in fields}}
    for item in instrument.items:
        if item.kind == "ranking":
            names = [f"{item.id}.{option.id}" for option in item.options]
            if any(name in answers and answers[name] is None for name in names):
                answers |= dict.fromkeys(names)
    if not answers and not problems and instrument.kind != "funder":
        problems[FORM_ERROR] = plain(words.nothing_answered(language))
    return CheckedAnswers(answers, problems)


def _asked(instrument: Instrument, item: Item, given: Mapping[str, object]) -> bool | None:
    """Whether the item is to be asked; None while an item that it depends on, near or far, has no answer."""
    if item.show_if is None:
        return True
    before = _asked(instrument, instrument.item(item.show_if.item), given)
    if before is not True:
        return before
    earlier = given.get(item.show_if.item)
    if earlier in (None, "", (), []):
        return None
    picked = earlier if isinstance(earlier, list | tuple) else [earlier]
    return any(str(each) in item.show_if.answers for each in picked)


def _misfits(item: Item, given: Mapping[str, forms.Value], language: str) -> dict[str, str]:
    """What no single field can tell: a code that is no ZIP code, two options on one rank."""
    if item.kind == "zip":
        value = str(given[item.id] or "")
        return {} if not value or _ZIP.fullmatch(value) else {item.id: plain(words.no_zip(language))}
    if item.kind != "ranking":
        return {}
    ranks = [str(value) for value in given.values() if value]
    if not ranks or PREFER_NOT in ranks or sorted(ranks) == sorted(map(str, item.steps)):
        return {}
    wrong = next(name for name, value in given.items() if not value or ranks.count(str(value)) > 1)
    return {wrong: plain(words.rank_each(language, most=len(item.options)))}


def _answer(item: Item, field: Field, value: forms.Value) -> Answer:
    if field.kind == "paragraph":
        return str(value)
    if item.kind == "zip":
        return str(value)[:5]
    if value == PREFER_NOT or (isinstance(value, tuple) and PREFER_NOT in value):
        return None
    if isinstance(value, tuple):
        return tuple(map(str, value))
    return int(str(value)) if item.steps and value != NOT_APPLICABLE else str(value)


def label_of_answer(item: Item, answer: str, language: str) -> str:
    """An answer to pick, or the place of a ZIP code (`counted.place_of`), as a reader sees it."""
    if item.kind == "zip":
        return plain(words.sparse_place(language)) if answer == SPARSE else f"{answer}xx"
    if item.kind == "intent":
        return plain(_INTENT_WORDS[answer](language))
    found = {option.id: option.text.root for option in item.options}
    return title_in(found.get(answer, {}), language)


def scale_of(item: Item, language: str) -> str:
    """Both ends of a scale: ``1 · Not at all – 7 · Fully``."""
    said = [title_in(label.root, language) for label in (*item.labels[:1], *item.labels[1:][-1:])] or ["", ""]
    ends = (item.steps[0], item.steps[-1])
    return " – ".join(f"{end} · {text}" if text else str(end) for end, text in zip(ends, said, strict=True))


def _mode_notice(instrument: Instrument, language: str) -> Marked:
    if instrument.kind == "funder":
        return words.funder_form(language)
    if instrument.mode == "anonymous":
        return words.anonymous_mode(language)
    return words.confidential_mode(language)


def _fields(instrument: Instrument, item: Item, language: str) -> list[Field]:
    question = plain(item.text.say(language))
    hint = _hint(instrument, item, language)
    made = list(_FIELDS.get(item.kind, _picks)(item, question, hint, language))
    if item.detail is not None:
        made.append(_text_field(f"{item.id}.detail", plain(item.detail.say(language)), ""))
    return made


def _link(item: Item, question: str, hint: str, language: str) -> Iterator[Field]:
    label = link(question, item.url) if item.url else item.text.say(language)
    yield Field(name=item.id, kind="note", label=question, required=False, text=label)


def _texts(item: Item, question: str, hint: str, language: str) -> Iterator[Field]:
    if not item.parts:
        yield _text_field(item.id, question, hint)
    for part in item.parts:
        yield _text_field(f"{item.id}.{part.id}", plain(part.text.say(language)), hint or question)


def _halves(item: Item, question: str, hint: str, language: str) -> Iterator[Field]:
    options = _options(item, language)
    for half, said in (("before", words.before), ("now", words.now)):
        label = plain(said(language, question=question))
        yield _choice_field(f"{item.id}.{half}", label, hint, options)


def _matrix(item: Item, question: str, hint: str, language: str) -> Iterator[Field]:
    """A scale for each row."""
    options = _options(item, language)
    for row in item.rows:
        label = plain(row.text.say(language))
        yield _choice_field(f"{item.id}.{row.id}", label, hint, options, question)


def _ranks(item: Item, question: str, hint: str, language: str) -> Iterator[Field]:
    """A rank for each option: no platform has an input to sort things."""
    told = _joined(plain(words.rank_hint(language, most=len(item.options))), hint)
    options = _options(item, language)
    for option in item.options:
        label = plain(option.text.say(language))
        yield _choice_field(f"{item.id}.{option.id}", label, told, options, question)


def _number(item: Item, question: str, hint: str, language: str) -> Iterator[Field]:
    told = _joined(plain(words.from_to(language, least=item.least or 0, most=item.most or 0)), hint)
    yield Field(name=item.id, kind="number", label=question, hint=told, required=False, lowest=item.least,
                highest=item.most)  # fmt: skip


def _zip(item: Item, question: str, hint: str, language: str) -> Iterator[Field]:
    told = _joined(plain(words.zip_hint(language)), hint)
    yield Field(name=item.id, kind="text", label=question, hint=told, required=False, most=10)


def _picks(item: Item, question: str, hint: str, language: str) -> Iterator[Field]:
    options = _options(item, language)
    asked = _choice_field(item.id, question, hint, options)
    if item.kind == "choices":
        asked = asked.model_copy(update={"kind": "choices", "most": item.most or len(options)})
    yield asked


_FIELDS: dict[ItemKind, Callable[[Item, str, str, str], Iterator[Field]]] = {
    "link": _link,
    "text": _texts,
    "retrospective": _halves,
    "matrix": _matrix,
    "ranking": _ranks,
    "number": _number,
    "zip": _zip,
}
"""How each kind is asked; all others are picks."""


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _hint(instrument: Instrument, item: Item, language: str) -> str:
    if item.show_if is None:
        return ""
    earlier = instrument.item(item.show_if.item)
    labels = {option.value: option.label for option in _options(earlier, language)}
    answers = ", ".join(labels[answer] for answer in item.show_if.answers)
    return plain(words.only_if(language, answers=answers, question=plain(earlier.text.say(language))))


def _text_field(name: str, label: str, hint: str) -> Field:
    return Field(name=name, kind="paragraph", label=label, hint=hint, required=False, most=MOST_CHARACTERS)


def _choice_field(name: str, label: str, hint: str, options: tuple[Option, ...], group: str = "") -> Field:
    return Field(
        name=name, kind="choice", label=label, hint=hint, required=False, options=options, group=group
    )


def _options(item: Item, language: str) -> tuple[Option, ...]:
    said = [(str(step), _step(item, step, language)) for step in item.steps]
    if item.kind == "intent":
        said = [(answer, label_of_answer(item, answer, language)) for answer in INTENT_ANSWERS]
    elif item.kind in {"choice", "choices"}:
        said = [(option.id, plain(option.text.say(language))) for option in item.options]
    if item.not_applicable:
        said.append((NOT_APPLICABLE, plain(words.does_not_apply(language))))
    said.append((PREFER_NOT, plain(words.prefer_not(language))))
    return tuple(Option(value=value, label=label) for value, label in said)


def _step(item: Item, step: int, language: str) -> str:
    """``4``, or ``5 · Excellent`` where the point has words."""
    label: Words | None = None
    if len(item.labels) == len(item.steps):
        label = item.labels[step - 1]
    elif item.labels and step in (item.steps[0], item.steps[-1]):
        label = item.labels[0 if step == item.steps[0] else 1]
    return str(step) if label is None else f"{step} · {plain(label.say(language))}"
