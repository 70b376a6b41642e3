"""Plain text and e-mail (pasted or .eml) as lines and tables."""

from __future__ import annotations

import email
import email.policy
import re
from html.parser import HTMLParser

from bot.agendas.document import AgendaRow, AgendaTable, Document, TextLine
from bot.agendas.letters import clean
from prompts.language_tables import patterns

_BULLET = re.compile(r"^(?:[-–—•*◦▪●○·‣➢✓]|\(?[a-z][.)])\s+(?=\S)")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_RULE = re.compile(r"^\s*[|+]?[\s|:=+_*~-]{3,}[|+]?\s*$")
_SIGNATURE = re.compile(
    rf"^(?:--\s*$|_{{5,}}|{patterns(lambda one: one.agenda.files.signature)})", re.IGNORECASE
)
_MARKS = re.compile(r"\*\*(.+?)\*\*|__(.+?)__|(?<!\w)\*(?=\S)(.+?)(?<=\S)\*(?!\w)|`(.+?)`")
_STRUCK = re.compile(r"^\W*~~(.+?)~~\W*$")


def read_text(text: str, name: str) -> Document:
    """Pasted text: Markdown's headings, tables and marks, tabs as columns, e-mail headings as a subject."""
    text = clean(text)
    blocks: list[TextLine | AgendaTable] = []
    rows: list[AgendaRow] = []
    columns = 0
    for place, raw in enumerate(text.split("\n"), start=1):
        raw = re.sub(r"^(?:>\s?)+", "", raw)
        if _SIGNATURE.match(raw.strip()) and place > 3:
            break
        cells = _cells(raw)
        if cells and (not rows or abs(len(cells) - columns) <= 1 or "|" in raw):
            columns = columns or len(cells)
            if not _RULE.match(raw):
                struck = all(_STRUCK.match(cell) or not cell.strip() for cell in cells)
                plain_cells = tuple(_bare(cell) for cell in cells)
                rows.append(AgendaRow(plain_cells, struck=struck, where=f"line {place}"))
            continue
        _close(rows, blocks)
        rows, columns = [], 0
        if raw.strip() and not _RULE.match(raw):
            blocks.append(_line(raw, place))
    _close(rows, blocks)
    return Document(tuple(blocks), name=name)


def _close(rows: list[AgendaRow], blocks: list[TextLine | AgendaTable]) -> None:
    """One row alone is a line with tabs in it, not a table."""
    if len(rows) >= 2:
        blocks.append(
            AgendaTable(tuple(rows), f"table {1 + sum(isinstance(one, AgendaTable) for one in blocks)}")
        )
    else:
        blocks.extend(
            TextLine(" | ".join(cell for cell in row.cells if cell), where=row.where) for row in rows
        )


def _cells(raw: str) -> list[str]:
    """The cells of a row written with bars or tabs; none for other lines."""
    line = raw.strip()
    if line.count("|") >= 2 or (line.count("|") == 1 and line.startswith("|")):
        return [cell.strip() for cell in line.strip("|").split("|")]
    if (
        "\t" in raw.strip()
        and len(cells := [cell.strip() for cell in re.split(r"\t", raw.rstrip("\n"))]) >= 3
    ):
        return cells
    if len(parts := re.split(r"(?<![.!?:])\s{2,}", line)) >= 3 and not raw.startswith("     "):
        return parts
    return []


def _bare(text: str) -> str:
    text = _MARKS.sub(lambda hit: next(group for group in hit.groups() if group), text.replace("<br>", "\n"))
    return re.sub(r"~~(.+?)~~", r"\1", text).strip()


def _line(raw: str, place: int) -> TextLine:
    where, text = f"line {place}", raw.strip()
    if found := _HEADING.match(text):
        return TextLine(
            _bare(found[2]), level=len(found[1]), where=where, struck=bool(_STRUCK.match(found[2]))
        )
    bullet = bool(_BULLET.match(text))
    if bullet:
        text = _BULLET.sub("", text)
    return TextLine(_bare(text), bullet=bullet, struck=bool(_STRUCK.match(text)), where=where)


def read_mail(content: bytes, name: str) -> Document:
    """An e-mail file: its subject and its text. Raises ValueError where it has no readable part."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        raise ValueError("no text in this e-mail")
    text = str(body.get_content())
    if body.get_content_type() == "text/html":
        text = text_of_html(text)
    read = read_text(text, name)
    return Document(read.blocks, title=str(message.get("subject") or ""), name=name)


class _Html(HTMLParser):
    """Paragraphs as lines, table cells between bars."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0
        self.in_cell = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"style", "script", "head"}:
            self.hidden += 1
        elif tag in {"td", "th"}:
            self.in_cell += 1
            self.parts.append("|")
        elif self.in_cell and tag in {"p", "br", "div", "li"}:
            self.parts.append(" ; " if tag == "li" else " ")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in {"h1", "h2", "h3", "h4"}:
            self.parts.append("\n" + "#" * int(tag[1]) + " ")
        elif tag in {"p", "br", "div", "tr", "ul", "ol", "table"}:
            self.parts.append("\n")
        elif tag in {"s", "strike", "del"}:
            self.parts.append("~~")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "head"}:
            self.hidden -= 1
        elif tag in {"td", "th"}:
            self.in_cell -= 1
        elif tag == "tr":
            self.parts.append("|\n")
        elif tag in {"s", "strike", "del"}:
            self.parts.append("~~")
        elif tag in {"p", "div", "h1", "h2", "h3", "h4", "table", "li"} and not self.in_cell:
            self.parts.append("\n")

    def _words(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(re.sub(r"\s+", " ", data))

    handle_data = _words


def text_of_html(html: str) -> str:
    """What a page shows, as text."""
    parser = _Html()
    parser.feed(html)
    return re.sub(r"\n[ \t]+(?=\S)", "\n", "".join(parser.parts))
