"""A file as lines and tables, whatever program wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text. `level` is that of a heading (1 the highest), 0 for ordinary text; `struck`: crossed
    out."""

    text: str
    level: int = 0
    bullet: bool = False
    struck: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True)
class AgendaRow:
    cells: tuple[str, ...]
    struck: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True)
class AgendaTable:
    rows: tuple[AgendaRow, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """`title` is what the program itself calls the title or subject, `name` that of the file."""

    blocks: tuple[TextLine | AgendaTable, ...] = ()
    title: str = ""
    name: str = ""
    people: int | None = None
    """How many people a list of people beside the agenda (another sheet) has."""
    roster_file: str = ""
    is_roster: bool = False
    unreadable: str = field(default="")
    """Why nothing can be read, as a slug; empty when it can."""

    @property
    def letters(self) -> int:
        """How much text it holds."""
        lines = (
            [block.text]
            if isinstance(block, TextLine)
            else [cell for row in block.rows for cell in row.cells]
            for block in self.blocks
        )
        return sum(len(text) for texts in lines for text in texts)
