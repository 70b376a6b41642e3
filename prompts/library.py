"""The prompt library: prompt kinds, icebreakers, cues and notices, read once from `prompts/library/*.yaml`.

Texts are ours, so they come back as `Marked`; a text that lacks the language asked for raises
`MissingTranslation` and never falls back silently. The files say what each field of theirs means.

    library = read_library()
    library.kind("if-then-plan").variants[0].say("es")
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from prompts.catalog import MissingTranslation
from prompts.text import Marked

FOLDER = Path(__file__).parent / "library"

Input = Literal["text", "scale", "choice", "up_to_three", "checkbox"]
Source = Literal["cues", "session_commitments", "session_key_ideas"]
Moment = Literal["during", "end", "between", "after"]
Audience = Literal["pair", "breakout", "either"]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]


class Strict(BaseModel):
    """A frozen model that refuses keys it does not know, so a typo in a file is found at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(RootModel[dict[LanguageCode, str]]):
    """One text by language code (``en``, ``es``)."""

    model_config = ConfigDict(frozen=True)

    def say(self, language: str) -> Marked:
        """The text in `language`. Raises `MissingTranslation` where there is none."""
        text = self.root.get(language, "")
        if not text.strip():
            raise MissingTranslation(f"no {language} text for: {next(iter(self.root.values()), '')[:40]}")
        return Marked(text)

    @property
    def languages(self) -> frozenset[str]:
        """The languages that have a text."""
        return frozenset(language for language, text in self.root.items() if text.strip())


class Worded(Strict):
    """An entry whose languages stand beside its other keys: ``{id: lunch, en: …, es: …}``."""

    id: Slug
    words: Words

    @model_validator(mode="before")
    @classmethod
    def _gather_languages(cls, entry: Any) -> Any:
        if not isinstance(entry, dict) or "words" in entry:
            return entry
        names = {field.alias or name for name, field in cls.model_fields.items()}
        own = {key: value for key, value in entry.items() if key in names}
        return {**own, "words": {key: value for key, value in entry.items() if key not in own}}

    def say(self, language: str) -> Marked:
        """The text in `language`. Raises `MissingTranslation` where there is none."""
        return self.words.say(language)


class PromptField(Strict):
    """One thing a person fills in. A scale runs from 0 to 10; `gate` means it must be ticked first."""

    id: Slug
    input: Input
    label: Words
    hint: Words
    source: Source | None = Field(None, alias="from")
    own_words: bool = False
    gate: bool = False
    low: Words | None = None
    high: Words | None = None

    @model_validator(mode="after")
    def _fits_its_input(self) -> Self:
        if (self.input in ("choice", "up_to_three")) != (self.source is not None):
            raise ValueError(f"{self.id}: choices, and only choices, say where they come `from`")
        if (self.input == "scale") != (self.low is not None and self.high is not None):
            raise ValueError(f"{self.id}: a scale, and only a scale, has `low` and `high`")
        if self.gate and self.input != "checkbox":
            raise ValueError(f"{self.id}: only a checkbox can be a gate")
        return self


class PromptStep(Worded):
    """One timed step of a group prompt."""

    minutes: int = Field(ge=1, le=15)


class Variant(Worded):
    """One wording of a prompt."""


class PromptKind(Strict):
    """One of the twelve kinds. Always skippable; answers are private until shared."""

    id: Slug
    name: Words
    when: tuple[Moment, ...] = Field(min_length=1)
    notice: Slug | None = None
    fields: tuple[PromptField, ...] = Field(min_length=1)
    steps: tuple[PromptStep, ...] = ()
    variants: tuple[Variant, ...] = Field(min_length=1)

    @property
    def minutes(self) -> int:
        """Minutes that the timed steps take for one turn; 0 where the kind has none."""
        return sum(step.minutes for step in self.steps)


class Icebreaker(Worded):
    """An opener for a pair, a breakout group or either."""

    audience: Audience = Field(alias="for")


class Cue(Worded):
    """A moment that is sure to come; `part` groups cues in the picker."""

    part: Literal["week", "day", "visit", "team", "supervision"]


class Notice(Strict):
    """A notice; `confirm` labels the box a person ticks, where there is one."""

    id: Slug
    title: Words
    text: Words
    confirm: Words | None = None


class Library(Strict):
    """Everything in `prompts/library/`."""

    skip: Words
    private_by_default: Words
    kinds: tuple[PromptKind, ...]
    icebreakers: tuple[Icebreaker, ...]
    lead_in: Words
    own_words: Words
    cues: tuple[Cue, ...]
    notices: tuple[Notice, ...]

    def kind(self, kind_id: str) -> PromptKind:
        """The kind with this id. Raises `KeyError`."""
        return {kind.id: kind for kind in self.kinds}[kind_id]

    def variant(self, variant_id: str) -> tuple[PromptKind, Variant]:
        """A wording and the kind it belongs to. Raises `KeyError`."""
        return {variant.id: (kind, variant) for kind in self.kinds for variant in kind.variants}[variant_id]

    def notice(self, notice_id: str) -> Notice:
        """The notice with this id. Raises `KeyError`."""
        return {notice.id: notice for notice in self.notices}[notice_id]

    def icebreakers_for(self, audience: Literal["pair", "breakout"]) -> tuple[Icebreaker, ...]:
        """Openers that suit a pair or a breakout group, in file order."""
        return tuple(entry for entry in self.icebreakers if entry.audience in (audience, "either"))


def read_yaml(path: Path) -> dict[str, Any]:
    """One of our own files, by the loader in C: every process reads them when it starts. What others give is
    read by `bot.core.bounded_yaml`."""
    return cast("dict[str, Any]", yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@cache
def read_library() -> Library:
    """Read and validate the four files, once. Raises `pydantic.ValidationError` for a malformed one."""
    files = ("prompts", "icebreakers", "cues", "notices")
    merged: dict[str, Any] = {}
    for name in files:
        merged |= read_yaml(FOLDER / f"{name}.yaml")
    return Library.model_validate(merged)


def missing_texts(entry: object, language: str, where: str = "") -> list[str]:
    """Where in a model read from our YAML a text has no `language`, as dotted paths; empty when complete."""
    if isinstance(entry, Words):
        return [] if language in entry.languages else [where]
    if isinstance(entry, BaseModel):
        parts: dict[str, object] = {name: getattr(entry, name) for name in type(entry).model_fields}
    elif isinstance(entry, tuple):
        parts = {str(getattr(item, "id", index)): item for index, item in enumerate(entry)}
    elif isinstance(entry, dict):
        parts = entry
    else:
        return []
    return [gap for name, part in parts.items() for gap in missing_texts(part, language, f"{where}.{name}")]
