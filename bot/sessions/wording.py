"""What people write about a session, by language: titles, objectives one a line, pre-work, links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete

from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field
from bot.sessions.lookup import objectives_of
from prompts.words import communities as community_words
from prompts.words import sessions as words
from storage.sessions import Objective, Session

LONGEST_TITLE = 120
LONGEST_LINK = 2000
MOST_OBJECTIVES = 10
MOST_MINUTES = 12 * 60
MOST_PRE_WORK = 10
"""Minutes: pre-work is what people do between two clients."""
_ADDRESS = re.compile(r"https://[^\s<>()\\|\"]+")


def read_title(
    ctx: Context,
    given: Mapping[str, Any],
    languages: Sequence[str],
    otherwise: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """``title_en``, ``title_es`` … as a title by language; where there is none `otherwise`. Raises
    `FieldError`."""
    title: dict[str, str] = {}
    for language in languages:
        line = " ".join(str(given.get(f"title_{language}") or "").split())
        if len(line) > LONGEST_TITLE:
            raise FieldError(f"title_{language}", words.title_too_long(ctx.language, most=LONGEST_TITLE))
        if line:
            title[language] = line
    if not title and otherwise:
        return dict(otherwise)
    if not title:
        raise FieldError(f"title_{languages[0]}", words.title_missing(ctx.language))
    return title


def read_lines(ctx: Context, given: Mapping[str, Any], languages: Sequence[str]) -> list[dict[str, str]]:
    """``objectives_en`` … as objectives by language, one a line; those of each language go together, so
    there are as many in each that has any. Raises `FieldError`."""
    by_language = {}
    for language in languages:
        written = str(given.get(f"objectives_{language}") or "").splitlines()
        lines = [" ".join(line.lstrip("-•* ").split()) for line in written]
        by_language[language] = [line for line in lines if line]
    told = {language: lines for language, lines in by_language.items() if lines}
    for language, lines in told.items():
        if len(lines) > MOST_OBJECTIVES:
            raise FieldError(
                f"objectives_{language}", words.too_many_objectives(ctx.language, MOST_OBJECTIVES)
            )
        first = next(iter(told.values()))
        if len(lines) != len(first):
            raise FieldError(f"objectives_{language}", words.objectives_differ(ctx.language, n=len(first)))
    count = len(next(iter(told.values()), []))
    return [{language: lines[place] for language, lines in told.items()} for place in range(count)]


def read_pre_work(given: Mapping[str, Any], languages: Sequence[str]) -> dict[str, str]:
    told = {language: str(given.get(f"pre_work_{language}") or "").strip() for language in languages}
    return {language: text for language, text in told.items() if text}


def read_minutes(ctx: Context, given: Any) -> int:
    """Raises `FieldError` for a session that would end before it starts, at once, or the next day."""
    if not isinstance(given, int) or not 1 <= given <= MOST_MINUTES:
        raise FieldError("minutes", words.minutes_unfit(ctx.language, most=MOST_MINUTES))
    return given


def read_link(ctx: Context, given: str) -> str:
    """An https address with a host, or nothing. Raises `FieldError`."""
    link = given.strip().strip("<>")
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        fine = bool(parts.hostname) and "." in (parts.hostname or "") and parts.username is None
    except ValueError:
        fine = False
    if not fine or len(link) > LONGEST_LINK or not _ADDRESS.fullmatch(link):
        raise FieldError("link", words.link_unfit(ctx.language))
    return link


async def keep_objectives(db: AsyncSession, session: Session, objectives: Sequence[dict[str, str]]) -> None:
    """Bring the rows to these, by position."""
    rows = {row.position: row for row in await objectives_of(db, session.id)}
    for place, text in enumerate(objectives, start=1):
        if place in rows:
            rows[place].text = dict(text)
        else:
            db.add(Objective(session_id=session.id, position=place, text=dict(text)))
    surplus = (col(Objective.session_id) == session.id) & (col(Objective.position) > len(objectives))
    await db.execute(delete(Objective).where(surplus))


def text_fields(
    ctx: Context, languages: Sequence[str], name: str, label: Any, initial: Mapping[str, Any], **more: Any
) -> tuple[Field, ...]:
    """One field for each language; `label` is a message that takes the language's own name."""
    return tuple(
        Field(
            name=f"{name}_{language}",
            label=label(ctx.language, language=community_words.language_name(ctx.language, language)),
            initial=initial.get(f"{name}_{language}"),
            required=False,
            **more,
        )
        for language in languages
    )
