"""Counts the facts of agendas that are right, wrong, and asked, against what a person reads in them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.agendas import Agenda, SessionFacts, read_agenda

HERE = Path(__file__).parent
TODAY = date(2026, 11, 29)
ZONE = "America/Los_Angeles"
FACTS = ("date", "start", "zone", "minutes", "title", "presenters", "objectives", "segments", "cancelled")


@dataclass
class Score:
    right: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    """Wrong, missing or made up, without a question."""

    def add(self, name: str, want: Any, got: Any, *, is_asked: bool) -> None:
        if want == "asked":
            if is_asked:
                self.right += 1
            else:
                self.wrong.append(f"{name}: {got!r} was not asked")
        elif _same(want, got):
            self.right += 1
        elif is_asked:
            self.asked += 1
        else:
            self.wrong.append(f"{name}: {got!r}, not {want!r}")


def files() -> list[Path]:
    docs = HERE.parents[1] / "docs" / "agendas"
    shown = (one for one in docs.iterdir() if one.suffix not in {".md", ".csv"})
    return sorted([*shown, *(HERE / "cases").iterdir()])


def truths() -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "truth.yaml").read_text())
    return told


def read(file: Path) -> Agenda:
    content: bytes | str = file.read_bytes()
    if file.suffix in {".txt", ".md"}:
        content = file.read_text()
    return read_agenda(content, file.name, today=TODAY, zone=ZONE)


def score(agenda: Agenda, truth: dict[str, Any]) -> Score:
    """Every fact of the truth, and every fact that the truth does not have."""
    counted = Score()
    if not truth.get("roster_only"):
        counted.add("title", truth["title"], agenda.title, is_asked="title" in agenda.asked)
    counted.add("people", truth.get("people"), agenda.roster.people, is_asked=False)
    if "file" in truth:
        counted.add("file", truth["file"], agenda.roster.file, is_asked=False)
    kinds = {question.kind for question in agenda.questions}
    for kind in truth.get("asked", ()):
        counted.add(f"question {kind}", "asked", None, is_asked=kind in kinds)
    count_asked = "sessions" in agenda.asked
    counted.add("sessions", len(truth["sessions"]), len(agenda.sessions), is_asked=count_asked)
    for place, told in enumerate(truth["sessions"]):
        want = {**truth.get("each", {}), **told}
        got = agenda.sessions[place] if place < len(agenda.sessions) else None
        _session(counted, place + 1, want, got)
    return counted


def _session(counted: Score, number: int, want: dict[str, Any], got: SessionFacts | None) -> None:
    for name in FACTS:
        default: Any = {"presenters": [], "objectives": [], "segments": [], "cancelled": False}.get(name)
        wanted = want.get(name, default)
        if name == "date" and isinstance(wanted, date):
            wanted = wanted.isoformat()
        if got is None:
            if wanted not in ([], None, False):
                counted.wrong.append(f"session {number} {name}: missing, not {wanted!r}")
            continue
        counted.add(f"session {number} {name}", wanted, _value(got, name), is_asked=name in got.asked)


def _value(got: SessionFacts, name: str) -> Any:
    value = getattr(got, name)
    if value is None:
        return None
    if name == "date":
        return value.isoformat()
    if name == "start":
        return f"{value:%H:%M}"
    if name == "segments":
        return [part.minutes for part in value]
    return list(value) if isinstance(value, tuple) else value


def _same(want: Any, got: Any) -> bool:
    if isinstance(want, list):
        return len(want) == len(got or []) and all(
            _same(one, other) for one, other in zip(want, got, strict=True)
        )
    if isinstance(want, str) and isinstance(got, str):
        return _plain(want) == _plain(got)
    return bool(want == got)


def _plain(text: str) -> str:
    """Letters and digits without accents, case, honorifics."""
    bare = "".join(
        one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one)
    )
    return re.sub(r"[^a-z0-9/]+", " ", re.sub(r"\b(?:dra?|lic|mtr[oa]|prof)\.\s*", "", bare)).strip()
