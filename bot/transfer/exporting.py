"""A series as a file that another centre can import: its plan and its words, and nobody's data.

The same series is always the same bytes: languages are in alphabetical order, what is empty is left out,
days are counted from the first session. `bot.transfer.series` reads it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.evaluations.instruments import Instrument
from bot.nudges.cadence import CADENCE_JSON
from bot.transfer import series_file as file_format
from prompts import dates
from storage.resources import ResourcePage
from storage.series import Cohort, Series
from storage.sessions import (
    NO_EXTRAS,
    KeyIdea,
    Objective,
    Segment,
    Session,
    SessionResource,
    SessionStatus,
    SessionTheme,
    Theme,
)

HEADER = """\
# A Throughline series, without its people. To run it in another centre:
#   throughline import series FILE --starts 2027-02-23 --zone America/Boise --apply
# or type "import" in the chat. Days count from the first session; times are wall-clock times.
# Pictures and files of resource pages are not in it, and key ideas are to be approved again.
"""
USE_BY = {"by_role": "use:role:", "by_setting": "use:setting:"}

_STAY_EMPTY = frozenset({"title", "text", "cadence"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


class _Dumper(yaml.SafeDumper):
    """No aliases: the reader refuses them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


async def series_as_yaml(db: AsyncSession, series: Series) -> str:
    """The series file. Its sessions are those of the newest cohort that has any; cancelled ones are left
    out."""
    file = {
        "format": file_format.FORMAT,
        "series": await _series(db, series),
        "sessions": await _sessions(db, series),
    }
    return as_yaml(file)


def as_yaml(file: Mapping[str, Any]) -> str:
    """The same bytes for the same values."""
    return HEADER + yaml.dump(
        _without_empty(dict(file)), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
    )


async def _series(db: AsyncSession, series: Series) -> dict[str, Any]:
    settings = series.settings
    return {
        "id": series.slug,
        "title": _words(series.title),
        "summary": _words(settings.summary),
        "languages": list(series.languages),
        "goals": [_words(goal) for goal in series.goals],
        "completion": {"percent": round(series.completion_share * 100)},
        "needs_approval": series.needs_approval or None,
        "partner_weeks": settings.partner_weeks,
        "cadence": _cadence(series),
        "instruments": _instruments(settings.instruments),
        "page": await _page(db, series, None),
    }


def _cadence(series: Series) -> list[dict[str, Any]] | None:
    if series.cadence is None:
        return None
    steps = CADENCE_JSON.validate_python(series.cadence)
    return [step.model_dump(mode="json", exclude_defaults=True) for step in steps]


def _instruments(own: Mapping[str, Any]) -> dict[str, Any]:
    """Only the forms that are the series' own: the library's are everywhere."""
    return {
        name: _in_order(Instrument.model_validate(one).model_dump(mode="json", exclude_defaults=True))
        for name, one in sorted(own.items())
    }


async def _page(db: AsyncSession, series: Series, session_id: int | None) -> dict[str, Any] | None:
    query = select(ResourcePage).where(
        ResourcePage.series_id == series.id, col(ResourcePage.session_id).is_not_distinct_from(session_id)
    )
    page = (await db.scalars(query)).first()
    return {"title": _words(page.title), "text": _words(page.text)} if page else None


async def _sessions(db: AsyncSession, series: Series) -> list[dict[str, Any]]:
    counted = (
        select(Cohort, func.count(col(Session.id)))
        .join(Session)
        .where(Cohort.series_id == series.id, Session.status != SessionStatus.CANCELLED)
        .group_by(col(Cohort.id))
        .order_by(col(Cohort.id).desc())
    )
    newest = (await db.execute(counted)).first()
    if newest is None:
        return []
    cohort: Cohort = newest[0]
    rows = await db.scalars(
        select(Session)
        .where(Session.cohort_id == cohort.id, Session.status != SessionStatus.CANCELLED)
        .order_by(col(Session.number))
    )
    found = [(session, dates.in_zone(session.starts_at, cohort.zone)) for session in rows]
    first = min(local.date() for _, local in found)
    return [
        await _session(db, series, session, (local.date() - first).days, f"{local:%H:%M}")
        for session, local in found
    ]


async def _session(
    db: AsyncSession, series: Series, session: Session, day: int, start: str
) -> dict[str, Any]:
    extras = session.extras or NO_EXTRAS
    pre_work = {
        "text": _words(session.pre_work),
        "minutes": session.pre_work_minutes or None,
        "resource": extras.pre_work_resource,
    }
    if not any(pre_work.values()):
        pre_work = {}
    breakout = {"prompt": _words(session.breakout_prompt), "group_size": extras.group_size}
    return {
        "id": extras.id,
        "title": _words(session.title),
        "day": day,
        "start": start,
        "minutes": session.minutes,
        "objectives": await _objectives(db, session, extras.on_form),
        "pre_work": pre_work,
        "segments": [
            {"kind": one.kind, "minutes": one.minutes, "title": _words(one.title)}
            for one in await _of_session(db, Segment, session)
        ],
        "breakout": breakout,
        "themes": await _themes(db, session, extras.themes),
        "key_ideas": [_idea(one) for one in await _of_session(db, KeyIdea, session)],
        "resources": [_resource(one) for one in extras.resources],
        "commitments": [_named(one) for one in extras.commitments],
        "page": await _page(db, series, session.id),
    }


async def _of_session(db: AsyncSession, table: type[Any], session: Session) -> Sequence[Any]:
    rows = select(table).where(table.session_id == session.id).order_by(table.position)
    return list(await db.scalars(rows))


async def _objectives(db: AsyncSession, session: Session, on_form: list[int] | None) -> list[dict[str, Any]]:
    """Where nobody chose, the form asks about all of them."""
    return [
        {
            "text": _words(one.text),
            "on_form": True if on_form is None or one.position in on_form else None,
        }
        for one in await _of_session(db, Objective, session)
    ]


async def _themes(
    db: AsyncSession, session: Session, planned: Iterable[Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Those that were expected, then the others that surfaced."""
    coded = await db.scalars(
        select(Theme).join(SessionTheme).where(SessionTheme.session_id == session.id).order_by(Theme.slug)
    )
    found = {one["id"]: _named(one) for one in planned}
    for theme in coded:
        found.setdefault(theme.slug, {"id": theme.slug, "text": _words(theme.name)})
    return list(found.values())


def _idea(idea: KeyIdea) -> dict[str, Any]:
    parts: dict[str, dict[str, str]] = {}
    for code, of_language in sorted(idea.text.items()):
        for part, said in of_language.items():
            parts.setdefault(part, {})[code] = said
    told: dict[str, Any] = {"id": idea.slug, "stick_days": idea.stick_days}
    told |= {part: _words(parts.get(part)) for part in ("idea", "question", "answer", "use")}
    for name, start in USE_BY.items():
        told[name] = {
            part.removeprefix(start): _words(words)
            for part, words in sorted(parts.items())
            if part.startswith(start)
        }
    return told


def _resource(one: SessionResource) -> dict[str, Any]:
    return {
        "id": one.id,
        "type": one.type,
        "minutes": one.minutes,
        "title": _words(one.title),
        "url": _words(one.url),
        "alt": _words(one.alt),
    }


def _named(entry: Mapping[str, str]) -> dict[str, Any]:
    return {"id": entry["id"], "text": _words({k: v for k, v in entry.items() if k != "id"})}


def _words(texts: Mapping[str, str] | None) -> dict[str, str]:
    """By language, in alphabetical order; an empty text is none."""
    return {code: text for code, text in sorted((texts or {}).items()) if text.strip()}


def _in_order(value: Any) -> Any:
    """Texts by language in alphabetical order wherever they stand; other keys keep the order of the types."""
    if isinstance(value, list):
        return [_in_order(one) for one in value]
    if isinstance(value, dict):
        is_words = all(_LANGUAGE.fullmatch(key) and isinstance(one, str) for key, one in value.items())
        return {key: _in_order(value[key]) for key in (sorted(value) if is_words else value)}
    return value


def _without_empty(value: Any) -> Any:
    """Left out of a mapping: None, and what has nothing in it. An entry without words is still an entry, and
    a cadence without steps is a series that sends nothing."""
    if isinstance(value, list):
        return [_without_empty(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _without_empty(one) for key, one in value.items()}
    return {key: one for key, one in kept.items() if _stays(key, one)}


def _stays(key: str, value: Any) -> bool:
    return value is not None if key in _STAY_EMPTY else value not in (None, "", [], {})
