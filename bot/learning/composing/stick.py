"""Make it stick: a question first, then the idea and a way to use it, then the reader's own plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.cards import Button, Card, Section, as_part, pack
from bot.learning.composing.meeting import Texts, said_in
from prompts.text import Marked, marked
from prompts.words import learning as words

PARTS = ("idea", "question", "answer", "use")
"""What a key idea needs in a language before a reminder can carry it."""
COMMITMENT_STATUSES = ("tried", "working", "changed", "let_go")


@dataclass(frozen=True, slots=True)
class StickIdea:
    """A key idea: `text` by language, each a mapping from part to words, with variants under
    ``use:role:…`` and ``use:setting:…``."""

    id: int
    text: Mapping[str, Texts]

    def part(self, name: str, language: str) -> str:
        """Raises `MissingTranslation` where that part has no `language`."""
        return said_in({code: parts.get(name, "") for code, parts in self.text.items()}, language)

    def complete_in(self, language: str) -> bool:
        return all(self.text.get(language, {}).get(name, "").strip() for name in PARTS)


@dataclass(frozen=True, slots=True)
class OwnCommitment:
    """The reader's own open if-then plan."""

    id: int
    plan: Marked


def ways_to_use(idea: StickIdea, language: str, job_role: str, setting: str) -> Marked:
    """How to use it for this reader: by role and by setting where there is such a way, else for anybody."""
    parts = idea.text.get(language, {})
    lines = []
    if by_role := parts.get(f"use:role:{_as_key(job_role)}"):
        lines.append(words.use_in_role(language, use=by_role))
    if by_setting := parts.get(f"use:setting:{_as_key(setting)}"):
        lines.append(words.use_in_setting(language, use=by_setting))
    return Marked("\n").join(lines) if lines else marked(idea.part("use", language))


def _as_key(said: str) -> str:
    return "_".join(said.casefold().split())


def question_card(ideas: Sequence[StickIdea], language: str, values: Sequence[str], value: str) -> Card:
    """The reminder: nothing but one or two questions. `values` are what each question's buttons carry,
    `value` what those of the whole card do."""
    about = tuple(idea.id for idea in ideas)
    if len(ideas) == 1:
        return Card(
            title=words.stick_title(language),
            text=marked(ideas[0].part("question", language)),
            sections=(quiet_section(language, value),),
            buttons=_ask_buttons(language, values[0]),
            about=about,
        )
    questions = (
        Section(
            text=marked(idea.part("question", language)),
            buttons=tuple(as_part(button) for button in _ask_buttons(language, its_own)),
        )
        for idea, its_own in zip(ideas, values, strict=True)
    )
    return Card(
        title=words.stick_title(language),
        text=words.stick_several(language, n=len(ideas)),
        sections=(*questions, quiet_section(language, value)),
        about=about,
    )


def _ask_buttons(language: str, value: str) -> tuple[Button, Button]:
    return (
        Button(label=words.show_idea(language), action="stick.show", value=value, style="primary"),
        Button(label=words.answer_first(language), form="stick-answer", value=value),
    )


def question_section(idea: StickIdea, language: str, value: str) -> Section:
    """One question as part of another message, such as a look back."""
    return Section(
        title=words.recall_before(language),
        text=marked(idea.part("question", language)),
        buttons=(as_part(Button(label=words.show_idea(language), action="stick.show", value=value)),),
    )


def quiet_section(language: str, value: str) -> Section:
    """Slow down, later, stop: there on every reminder, and never in the way."""
    return Section(
        text=words.quiet_text(language),
        buttons=(
            Button(label=words.later(language), action="stick.later", value=value),
            Button(label=words.slow_down(language), action="stick.slow", value=value),
            Button(label=words.stop_these(language), action="stick.stop", value=value),
        ),
    )


def idea_card(
    idea: StickIdea,
    language: str,
    value: str,
    *,
    job_role: str = "",
    setting: str = "",
    wrote: str = "",
    commitment: OwnCommitment | None = None,
    took_along_url: str = "",
) -> Card:
    """What the press reveals. `wrote` is the reader's own answer, quoted back and kept nowhere;
    `took_along_url` ends the last reminder."""
    sections = [_answer_section(language, value, wrote)]
    sections.append(
        Section(title=words.use_title(language), text=ways_to_use(idea, language, job_role, setting))
    )
    if commitment is not None:
        sections.append(_commitment_section(language, commitment))
    buttons: tuple[Button, ...] = ()
    if took_along_url:
        sections.append(Section(text=words.took_along_text(language)))
        buttons = (Button(label=words.took_along(language), url=took_along_url),)
    return Card(
        title=idea.part("idea", language),
        text=marked(idea.part("answer", language)),
        sections=(*sections, quiet_section(language, value)),
        buttons=buttons,
    )


def _answer_section(language: str, value: str, wrote: str) -> Section:
    quoted = Marked("> ") + marked(" ".join(wrote.split())) if wrote else words.did_you_have_it(language)
    return Section(
        title=words.you_wrote(language) if wrote else "",
        text=quoted,
        buttons=(
            Button(label=words.had_it(language), action="stick.recalled", value=pack(value, 1)),
            Button(label=words.not_yet(language), action="stick.recalled", value=pack(value, 0)),
        ),
    )


def _commitment_section(language: str, commitment: OwnCommitment) -> Section:
    return Section(
        title=words.you_planned(language),
        text=Marked("> ") + Marked(" ".join(commitment.plan.split())),
        buttons=tuple(
            Button(
                label=words.STATUSES[status](language),
                action="commitment.status",
                value=pack(commitment.id, status),
            )
            for status in COMMITMENT_STATUSES
        ),
    )
