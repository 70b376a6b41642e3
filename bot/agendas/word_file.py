"""A Word document (.docx) as lines and tables, in the order of the page, with what is crossed out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.table import _Row as WordRow
from docx.text.paragraph import Paragraph

from bot.agendas.document import AgendaRow, AgendaTable, Document, TextLine
from bot.agendas.letters import clean
from prompts.language_tables import patterns

_HEADING = re.compile(rf"{patterns(lambda one: one.agenda.files.heading_styles)} (\d)")
MOST_COLUMNS = 63
"""Of a table in Word."""


def read_word(content: bytes, name: str) -> Document:
    """Raises whatever `python-docx` raises for a file that is no Word document."""
    word = docx.Document(io.BytesIO(content))
    blocks: list[TextLine | AgendaTable] = []
    title = ""
    for place, part in enumerate(_parts(word), start=1):
        if isinstance(part, WordTable):
            blocks.append(_table(part, f"table {1 + sum(isinstance(one, AgendaTable) for one in blocks)}"))
            continue
        lines = list(_lines(part, f"paragraph {place}"))
        style = _style(part)
        if style == "Title" and lines and not title:
            title = lines[0].text
        blocks += lines
    return Document(tuple(blocks), title=title, name=name)


def _parts(word: WordDocument) -> Iterator[Paragraph | WordTable]:
    yield from word.iter_inner_content()


def _style(paragraph: Paragraph) -> str:
    try:
        return str(paragraph.style.name) if paragraph.style is not None else ""
    except (AttributeError, KeyError):
        return ""


def _lines(paragraph: Paragraph, where: str) -> Iterator[TextLine]:
    style = _style(paragraph)
    heading = _HEADING.search(style)
    level = int(heading[1]) if heading else 1 if style == "Title" else 0
    properties = paragraph._p.pPr
    bullet = "List" in style or (properties is not None and properties.numPr is not None)
    struck = _struck(paragraph)
    for text in clean(_text(paragraph)).split("\n"):
        if text.strip():
            yield TextLine(text.strip(), level=level, bullet=bullet, struck=struck, where=where)


def _text(paragraph: Paragraph) -> str:
    """With the text of links and of tracked insertions, without tracked deletions."""
    texts = []
    for node in paragraph._p.iter():
        tag = str(node.tag).rpartition("}")[2]
        if tag == "t":
            texts.append(node.text or "")
        elif tag in {"br", "cr"}:
            texts.append("\n")
        elif tag == "tab":
            texts.append("\t")
        elif tag == "noBreakHyphen":
            texts.append("-")
    return "".join(texts)


def _struck(paragraph: Paragraph) -> bool:
    runs = [run for run in paragraph.runs if run.text.strip()]
    return bool(runs) and all(run.font.strike or run.font.double_strike for run in runs)


def _table(table: WordTable, name: str) -> AgendaTable:
    rows = [
        AgendaRow(
            tuple(_cell_text(cell) for cell in cells), struck=_row_struck(cells), where=f"{name}, row {place}"
        )
        for place, row in enumerate(table.rows, start=1)
        if (cells := _cells(row))
    ]
    return AgendaTable(tuple(rows), name)


def _cells(row: WordRow) -> list[WordCell]:
    """Each cell once, even when it spans several columns; the columns that a row leaves out stay empty."""
    cells: list[WordCell] = []
    if sum(cell.grid_span for cell in row._tr.tc_lst) > MOST_COLUMNS:
        raise ValueError("more columns than Word has")  # each would be made
    for cell in row.cells:
        if cells and cell._tc is cells[-1]._tc:
            continue
        cells.append(cell)
    return cells


def _cell_text(cell: WordCell) -> str:
    texts = []
    for part in cell.iter_inner_content():
        if isinstance(part, WordTable):
            texts += ["\t".join(_cell_text(inner) for inner in _cells(row)) for row in part.rows]
        else:
            bullet = "• " if any(line.bullet for line in _lines(part, "")) else ""
            texts.append(bullet + clean(_text(part)))
    return "\n".join(text for text in texts if text.strip()).strip()


def _row_struck(cells: list[WordCell]) -> bool:
    told = [paragraph for cell in cells for paragraph in cell.paragraphs if paragraph.text.strip()]
    struck = sum(_struck(paragraph) for paragraph in told)
    return bool(told) and struck * 2 > len(told)
