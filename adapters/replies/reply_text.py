"""What a person wrote in a reply, without what their program quotes and adds below."""

from __future__ import annotations

import re
from email.message import EmailMessage
from html.parser import HTMLParser

MOST_CHARACTERS = 10_000
_WROTE = re.compile(
    r"(?:on|el|am|le|em)\s(?=.*\d).{0,400}\s(?:wrote|escribió|a écrit|escreveu)\s?:|"
    r"am\s(?=.*\d).{0,400}\sschrieb\s.{0,300}:",
    re.IGNORECASE,
)
"""What stands above a quotation; it has a date, and may be broken over three lines."""
_HEADER = re.compile(r"\*?(?:from|de|von)\s?:\*?\s.{0,300}", re.IGNORECASE)
_SENT = re.compile(r"\*?(?:sent|date|enviado(?: el)?|fecha|gesendet)\s?:\*?\s.{0,300}", re.IGNORECASE)
_PROGRAM = re.compile(
    r"(?:sent|enviado) (?:from|with|via|desde|con) "
    r"(?:my|mi|outlook|mail|correo|yahoo|aol|proton|samsung|gmail)\b.{0,80}"
    r"|(?:get|obtener|obtén|descargar?) outlook (?:for|para) .{0,80}",
    re.IGNORECASE,
)
_RULES = {
    "--",
    "________________________________",
    "-----original message-----",
    "-------- original message --------",
    "-----mensaje original-----",
    "-------- mensaje original --------",
}
"""How signatures and quotations begin (RFC 3676 §4.3; Outlook, iOS and Android in English and Spanish)."""
_AWAY = re.compile(
    r"\s*(?:auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|on vacation|away from"
    r"|respuesta autom[aá]tica|fuera de (?:la )?oficina|ausencia|ausente|estoy de vacaciones"
    r"|automatische antwort|abwesenheit|r[eé]ponse automatique|absence du bureau|absent"
    r"|resposta autom[aá]tica|risposta automatica|automatisch antwoord|autosvar|自動応答|自动回复)",
    re.IGNORECASE,
)


def says_away(subject: str) -> bool:
    """Whether a subject is that of an out-of-office: old programs say it nowhere else."""
    return _AWAY.match(subject) is not None


def reply_text(message: EmailMessage) -> str:
    """The words above the signature and the quotation, or below a quotation that comes first; empty when
    there are none."""
    lines = [line.rstrip() for line in _body(message)[: MOST_CHARACTERS * 2].splitlines()]
    above = _until_end(lines)
    return ("\n".join(above).strip() or _below(lines))[:MOST_CHARACTERS]


def _until_end(lines: list[str]) -> list[str]:
    end = next((place for place in range(len(lines)) if _ends(lines, place)), len(lines))
    return lines[:end]


def _below(lines: list[str]) -> str:
    """What stands between and below the quoted lines. Only ``>`` tells where a quotation ends."""
    quoted = [place for place, line in enumerate(lines) if line.startswith(">")]
    if not quoted:
        return ""
    below = [line for line in lines[quoted[0] :] if not line.startswith(">")]
    return "\n".join(_until_end(below)).strip()


def _ends(lines: list[str], place: int) -> bool:
    line, said = lines[place], lines[place].strip().casefold()
    if line.startswith(">") or said in _RULES or _PROGRAM.fullmatch(said):
        return True
    following = [one.strip() for one in lines[place + 1 : place + 3]]
    if any(_is_attribution(lines, place, more) for more in range(3)):
        return True
    if (found := _WROTE.match(said)) and "@" in found.group():  # Yahoo quotes on the same line
        return True
    return bool(_HEADER.fullmatch(said) and following and _SENT.fullmatch(following[0]))


def _is_attribution(lines: list[str], place: int, more: int) -> bool:
    """Whether this line with `more` of the following introduces a quotation: it names an address, or there
    is one below. A person may write "On day 3 I wrote:" as well."""
    said = " ".join(one.strip() for one in lines[place : place + more + 1])
    if not _WROTE.fullmatch(said):
        return False
    below = next((one for one in lines[place + more + 1 :] if one.strip()), ">")
    return "@" in said or below.startswith(">")


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        text = str(part.get_content())
    except (LookupError, ValueError):  # an unknown character set
        return ""
    return text if part.get_content_subtype() == "plain" else _plain(text)


class _Words(HTMLParser):
    """The text of a page, with a line for each block; what a program quotes is left out."""

    _BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3"})
    _SILENT = frozenset({"blockquote", "style", "script", "head"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(" ".join(data.split("\n")))


def _plain(html: str) -> str:
    words = _Words()
    words.feed(html[: MOST_CHARACTERS * 10])
    return "".join(words.parts)
