"""Coding what surfaced in a session: typed, chosen from earlier themes, or taken from a suggestion."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlmodel import col, func, select

from bot.cards import EMPTY, Button, Card, Section
from bot.communities.lookup import row_id
from bot.communities.unfit import Unfit, beside_its_field
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Field, Form, Option, Values
from bot.learning.gathering import harvest_of, shared_reflections, themes_of
from bot.learning.lookup import (
    require_shaping,
    session_by_id,
    session_numbered,
    session_value,
    sessions_of,
    shown,
    theme_by_id,
)
from bot.learning.missing import missing_names
from bot.learning.suggesting import suggest_themes
from bot.permissions import Action
from prompts.text import Marked
from prompts.words import communities as community_words
from prompts.words import learning as words
from storage.sessions import Session, SessionTheme, Theme

LONGEST_NAME = 75
MOST_AT_ONCE = 10
MOST_OPTIONS = 50
"""Earlier themes to choose from, those used most first."""
_BETWEEN_QUOTES = re.compile(r'["“”«»]\s*[,;]?\s*["“”«»]')
_SEPARATOR = re.compile(r"[;,\n]")


def names_in(said: str) -> list[str]:
    """``no time, being seen`` · ``"no time" "being seen, and thanked"`` · one a line → the names."""
    separator = _BETWEEN_QUOTES if _BETWEEN_QUOTES.search(said) else _SEPARATOR
    names = (" ".join(part.strip(' "“”«»').split()) for part in separator.split(said))
    return list({name.casefold(): name for name in names if name}.values())


def slug_of(name: str) -> str:
    """A theme's stable name: letters, digits and hyphens; a digest where the script leaves none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    return slug or f"theme-{sha256(name.casefold().encode()).hexdigest()[:12]}"


async def do_add(desk: Desk, session: Session, names: Sequence[str], theme_ids: Iterable[int] = ()) -> Reply:
    """Write down that these themes surfaced; a name that the community knows is that theme, in any of its
    languages. Saying it twice changes nothing."""
    series = await require_shaping(desk, session)
    chosen = [await theme_by_id(desk, str(theme_id)) for theme_id in theme_ids]
    _check(desk, names, len(chosen))
    for name in names:
        chosen.append(await _theme_called(desk, name) or await _new_theme(desk, name))
    coded = {theme.id for theme in await themes_of(desk.db, [session.id])}
    added = [theme for theme in {one.id: one for one in chosen}.values() if theme.id not in coded]
    for theme in added:
        desk.db.add(
            SessionTheme(
                session_id=session.id or 0,
                theme_id=theme.id or 0,
                coded_by_id=desk.me.id,
                coded_at=desk.now,
            )
        )
    await desk.db.flush()
    say, title = desk.language, shown(session.title, desk.language)
    if not added:
        return Reply(card=Card(text=words.themes_already(say, session=title)))
    text = words.themes_added(say, names=", ".join(shown(one.name, say) for one in added), session=title)
    return Reply(card=_listed(desk, session, added, text, series.languages))


def _check(desk: Desk, names: Sequence[str], chosen: int) -> None:
    if not names and not chosen:
        raise Unfit("new", words.no_theme_given(desk.language))
    if len(names) + chosen > MOST_AT_ONCE:
        raise Unfit("new", words.too_many_themes(desk.language, most=MOST_AT_ONCE))
    if any(len(name) > LONGEST_NAME for name in names):
        raise Unfit("new", words.theme_too_long(desk.language, most=LONGEST_NAME))


async def _theme_called(desk: Desk, name: str) -> Theme | None:
    wanted = name.casefold()
    for theme in await desk.db.scalars(select(Theme).where(Theme.community_id == desk.community.id)):
        if theme.slug == slug_of(name) or wanted in {one.casefold() for one in theme.name.values()}:
            return theme
    return None


async def _new_theme(desk: Desk, name: str) -> Theme:
    theme = Theme(community_id=desk.community.id or 0, slug=slug_of(name), name={desk.language: name})
    desk.db.add(theme)
    await desk.db.flush()
    return theme


def _listed(
    desk: Desk, session: Session, themes: Sequence[Theme], text: Marked, languages: Sequence[str]
) -> Card:
    """Themes with a button to take each off, and one to translate where a language is missing."""
    say = desk.language
    gaps = missing_names(say, languages, [theme.name for theme in themes])
    return Card(
        text=Marked("\n").join(part for part in (text, gaps) if part),
        sections=tuple(_section(desk, session, theme, languages) for theme in themes),
    )


def _section(desk: Desk, session: Session, theme: Theme, languages: Sequence[str]) -> Section:
    say, name = desk.language, shown(theme.name, desk.language)
    buttons = [Button(label=words.remove(say), action="theme.remove", value=f"{session.id}:{theme.id}")]
    if any(not theme.name.get(code, "").strip() for code in languages):
        buttons.append(Button(label=words.add_names(say, name=name), form="theme-name", value=str(theme.id)))
    return Section(title=name, buttons=tuple(buttons))


async def do_remove(desk: Desk, session: Session, theme: Theme) -> Reply:
    """Take a theme off a session; the theme itself stays for others."""
    await require_shaping(desk, session)
    say = desk.language
    told = {"name": shown(theme.name, say), "session": shown(session.title, say)}
    found = await desk.db.scalars(
        select(SessionTheme).where(SessionTheme.session_id == session.id, SessionTheme.theme_id == theme.id)
    )
    row = found.first()
    if row is None:
        return Reply(card=Card(text=words.theme_not_there(say, **told)))
    await desk.db.delete(row)
    undo = Button(label=words.undo(say), action="theme.add", value=f"{session.id}:{theme.id}")
    return Reply(card=Card(text=words.theme_removed(say, **told), buttons=(undo,)))


async def suggestions_for(desk: Desk, session: Session) -> list[str]:
    """From what was shared with the cohort and brought back by its groups; never what is coded already."""
    texts = [*await shared_reflections(desk.db, session.id), *await harvest_of(desk.db, session.id)]
    themes = list(await desk.db.scalars(select(Theme).where(Theme.community_id == desk.community.id)))
    coded = {shown(theme.name, desk.language).casefold() for theme in await themes_of(desk.db, [session.id])}
    known = [theme.name[desk.language] for theme in themes if theme.name.get(desk.language)]
    return [
        name[:LONGEST_NAME]
        for name in suggest_themes(texts, desk.language, known)
        if name.casefold() not in coded
    ]


async def session_card(desk: Desk, session: Session) -> Card:
    """What is coded, and what might be."""
    series = await require_shaping(desk, session)
    say, title = desk.language, shown(session.title, desk.language)
    themes = await themes_of(desk.db, [session.id])
    text = EMPTY if themes else words.no_themes_here(say)
    card = _listed(desk, session, themes, text, series.languages)
    sections = card.sections
    if suggested := await suggestions_for(desk, session):
        buttons = tuple(
            Button(
                label=words.add_this(say, name=name), action="theme.suggested", value=f"{session.id}:{name}"
            )
            for name in suggested
        )
        text = words.suggestions_text(say)
        sections = (*sections, Section(title=words.suggestions_title(say), text=text, buttons=buttons))
    return card.model_copy(
        update={
            "title": str(words.themes_of(say, number=session.number, session=title)),
            "sections": sections,
            "buttons": (Button(label=words.add_more(say), form="theme-add", value=str(session.id)),),
        }
    )


# --- the doors ----------------------------------------------------------------------------------------


async def add_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    session = await session_numbered(desk, typed["number"], typed.get("cohort") or "")
    return await do_add(desk, session, names_in(typed["themes"]))


async def remove_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    session = await session_numbered(desk, typed["number"], typed.get("cohort") or "")
    given = str(typed["theme"])
    theme = await _theme_called(desk, given)
    if theme is None:
        raise Refusal(words.unknown_theme(desk.language, given=given[:60]))
    return await do_remove(desk, session, theme)


async def add_pressed(desk: Desk, value: str) -> Reply:
    """The undo of a removal."""
    session_id, theme_id = session_value(value)
    return await do_add(desk, await session_by_id(desk, session_id), [], [row_id(theme_id)])


async def suggested_pressed(desk: Desk, value: str) -> Reply:
    session_id, name = session_value(value)
    return await do_add(desk, await session_by_id(desk, session_id), [" ".join(name.split())])


async def remove_pressed(desk: Desk, value: str) -> Reply:
    session_id, theme_id = session_value(value)
    return await do_remove(desk, await session_by_id(desk, session_id), await theme_by_id(desk, theme_id))


async def add_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """For the session of the context or of the number typed; else it asks which."""
    say = desk.language
    session = await _session_meant(desk, context, initial)
    fields = []
    hint = words.new_hint(say)
    if session is None:
        fields.append(await session_field(desk))
    else:
        await require_shaping(desk, session)
        if suggested := await suggestions_for(desk, session):
            hint = words.suggested_hint(say, names=", ".join(suggested))
    if options := await _earlier(desk):
        fields.append(Field(name="earlier", kind="choices", label=words.earlier_label(say), required=False,
                            options=options, most=MOST_AT_ONCE))  # fmt: skip
    fields.append(Field(name="new", kind="paragraph", label=words.new_label(say), required=False, hint=hint,
                        most=LONGEST_NAME * MOST_AT_ONCE))  # fmt: skip
    return Form(
        name="theme-add",
        title=words.theme_form_title(say),
        submit=words.save(say),
        context=str(session.id) if session else "",
        fields=tuple(fields),
    )


async def _session_meant(desk: Desk, context: str, initial: Mapping[str, Any]) -> Session | None:
    if context:
        return await session_by_id(desk, context)
    if initial.get("number") is None:
        return None
    return await session_numbered(desk, int(initial["number"]), str(initial.get("cohort") or ""))


async def session_field(desk: Desk) -> Field:
    """Which session, of the cohort meant here."""
    say = desk.language
    cohort = await desk.cohort("", Action.PREPARE_SESSION)
    sessions = await sessions_of(desk, cohort)
    if not sessions:
        raise Refusal(words.no_session_yet(say))
    options = tuple(
        Option(
            value=str(one.id),
            label=words.session_option(say, number=one.number, session=shown(one.title, say)),
        )
        for one in sessions
    )
    past = [one for one in sessions if one.starts_at <= desk.now]
    return Field(name="session", kind="choice", label=words.session_label(say), options=options,
                 initial=str(past[-1].id) if past else None)  # fmt: skip


async def _earlier(desk: Desk) -> tuple[Option, ...]:
    """The community's themes, those that surfaced most often first."""
    found = await desk.db.scalars(
        select(Theme)
        .outerjoin(SessionTheme)
        .where(Theme.community_id == desk.community.id)
        .group_by(col(Theme.id))
        .order_by(func.count(col(SessionTheme.id)).desc(), col(Theme.id))
        .limit(MOST_OPTIONS)
    )
    return tuple(Option(value=str(one.id), label=shown(one.name, desk.language)) for one in found)


async def add_sent(desk: Desk, context: str, values: Values) -> Reply:
    session = await session_by_id(desk, context or str(values.get("session", "")))
    earlier = values.get("earlier", ())
    ids = [row_id(str(one)) for one in earlier] if isinstance(earlier, tuple) else []
    return await beside_its_field(do_add(desk, session, names_in(str(values["new"])), ids))


# --- a theme's names ------------------------------------------------------------------------------------


async def do_name(desk: Desk, theme: Theme, names: Mapping[str, str]) -> Reply:
    """Give a theme its name in each language; an empty one leaves what was there."""
    kept = {code: " ".join(name.split()) for code, name in names.items() if name.strip()}
    theme.name = {**theme.name, **kept}
    return Reply(card=Card(text=words.theme_named(desk.language, name=shown(theme.name, desk.language))))


async def name_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    say = desk.language
    theme = await theme_by_id(desk, context)
    fields = tuple(
        Field(name=code, kind="text", required=False, most=LONGEST_NAME, initial=theme.name.get(code),
              label=words.name_in(say, language=community_words.language_name(say, code)))
        for code in desk.community.languages
    )  # fmt: skip
    return Form(
        name="theme-name",
        title=words.theme_form_title(say),
        submit=words.save(say),
        context=str(theme.id),
        fields=fields,
    )


async def name_sent(desk: Desk, context: str, values: Values) -> Reply:
    return await do_name(desk, await theme_by_id(desk, context), {k: str(v) for k, v in values.items()})


async def name_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """``theme name "no time" es "no hay tiempo"``."""
    given = str(typed["theme"])
    theme = await _theme_called(desk, given)
    if theme is None:
        raise Refusal(words.unknown_theme(desk.language, given=given[:60]))
    code = str(typed["language"]).casefold()
    if code not in desk.community.languages:
        raise Refusal(
            community_words.language_unfit(desk.language, choices=", ".join(desk.community.languages))
        )
    return await do_name(desk, theme, {code: str(typed["name"])[:LONGEST_NAME]})
