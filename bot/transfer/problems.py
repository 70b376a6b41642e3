"""What is wrong in an uploaded file, told so that a person can mend it; and what applying one did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from prompts.text import Marked
from prompts.words import importing as words

SHOWN = 60
WHOLE_LINE = "line"
"""The column of a problem that a whole line has, and that leaving it out settles."""
WHOLE = frozenset({"in_file", "columns_left_out"})
"""Sentences whose `given` is a sentence of ours or a list, and is not cut."""


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One thing wrong. `line` counts from 1 (0: the file as a whole); `column` is a column's name or the
    way to a key; `key` names the sentence of `prompts.words.importing`, `given` and `choices` fill it."""

    line: int
    column: str
    key: str
    given: str = ""
    choices: str = ""

    @property
    def can_be_chosen(self) -> bool:
        """Whether a person can settle it by choosing a value for the cell, or by leaving it out."""
        return self.line > 0 and bool(self.column)

    @property
    def likely(self) -> tuple[str, ...]:
        """What the cell may be, likeliest first."""
        if self.key in {"shared_email", "ragged"}:  # whose `choices` are numbers of lines and cells
            return ()
        return tuple(part for part in self.choices.split(", ") if part)

    def say(self, language: str = "en") -> Marked:
        """``Line 12, zone: …`` in the reader's language."""
        given = self.given if self.key in WHOLE else self.given[:SHOWN]
        sentence = words.problem(language, self.key, given, self.choices)
        if not self.line:
            return sentence
        if self.column in {"", WHOLE_LINE}:
            return words.at_line(language, line=self.line, sentence=sentence)
        return words.at_line_and_column(language, line=self.line, column=self.column, sentence=sentence)


@dataclass(slots=True)
class ImportOutcome:
    """How many rows of each kind applying made or changed; both empty when nothing was new."""

    made: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    cohort_ids: set[int] = field(default_factory=set)
    """The cohorts touched: their plans are to be made again."""

    def count(self, kind: str, *, new: bool) -> None:
        counts = self.made if new else self.changed
        counts[kind] = counts.get(kind, 0) + 1

    def add(self, part: ImportOutcome) -> None:
        """Count what a part of the import did as well."""
        self.made = dict(Counter(self.made) + Counter(part.made))
        self.changed = dict(Counter(self.changed) + Counter(part.changed))
        self.cohort_ids |= part.cohort_ids

    @property
    def nothing_new(self) -> bool:
        return not self.made and not self.changed
