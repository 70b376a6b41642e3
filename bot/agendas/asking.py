"""Questions as they come up while the facts settle."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.agendas.drafts import Draft
from bot.agendas.facts import AgendaQuestion, QuestionKind

Asked = list[tuple[QuestionKind, str, tuple[str, ...]]]


@dataclass
class Asking:
    """Questions as they come up, one for each kind and value, about all the facts it decides."""

    questions: list[AgendaQuestion] = field(default_factory=list)

    def ask(
        self,
        kind: QuestionKind,
        about: str,
        said: str = "",
        choices: tuple[str, ...] = (),
        *,
        open: bool = False,
    ) -> None:
        for place, one in enumerate(self.questions):
            if (one.kind, one.said, one.choices) == (kind, said, choices):
                if about not in one.about:
                    self.questions[place] = AgendaQuestion(kind, (*one.about, about), said, choices, one.open)
                return
        self.questions.append(AgendaQuestion(kind, (about,), said, choices, open))

    def asked_of(self, prefix: str) -> tuple[str, ...]:
        names = [
            name.removeprefix(prefix)
            for one in self.questions
            for name in one.about
            if name.startswith(prefix)
        ]
        return tuple(dict.fromkeys(name for name in names if "." not in name))


@dataclass
class Dated:
    """A draft with the day it settled on."""

    draft: Draft
    day: date | None = None
    asks: Asked = field(default_factory=list)
