"""Coding what surfaced in a session: typed, chosen from earlier themes, or taken from a suggestion."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlmodel import col, func, select

from bot.core.button_values import unpack
from bot.core.cards import EMPTY, Button, Card, Section, pack
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.learning.gathering import harvest_of, shared_reflections, themes_of
from bot.learning.lookup import (
    require_shaping,
    session_by_id,
    session_numbered,
    sessions_of,
    shown,
    theme_by_id,
)
from bot.learning.missing import missing_names
from bot.learning.suggesting import suggest_themes
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


async def do_add(
    ctx: Context, session: Session, names: Sequence[str], theme_ids: Iterable[int] = ()
) -> Reply:
    """Write down that these themes surfaced; a name that the community knows is that theme, in any of its
    languages. Saying it twice changes nothing."""
    series = await require_shaping(ctx, session)
    chosen = [await theme_by_id(ctx, str(theme_id)) for theme_id in theme_ids]
    _check(ctx, names, len(chosen))
    for name in names:
        chosen.append(await _theme_called(ctx, name) or await _new_theme(ctx, name))
    coded = {theme.id for theme in await themes_of(ctx.db, [session.id])}
    added = [theme for theme in {one.id: one for one in chosen}.values() if theme.id not in coded]
    for theme in added:
        ctx.db.add(
            SessionTheme(
                session_id=session.id,
                theme_id=theme.id,
                coded_by_id=ctx.me.id,
                coded_at=ctx.now,
            )
        )
    await ctx.db.flush()
    language, title = ctx.language, shown(session.title, ctx.language)
    if not added:
        return Reply(card=Card(text=words.themes_already(language, session=title)))
    text = words.themes_added(
        language, names=", ".join(shown(one.name, language) for one in added), session=title
    )
    return Reply(card=_listed(ctx, session, added, text, series.languages))


def _check(ctx: Context, names: Sequence[str], chosen: int) -> None:
    if not names and not chosen:
        raise FieldError("new", words.no_theme_given(ctx.language))
    if len(names) + chosen > MOST_AT_ONCE:
        raise FieldError("new", words.too_many_themes(ctx.language, most=MOST_AT_ONCE))
    if any(len(name) > LONGEST_NAME for name in names):
        raise FieldError("new", words.theme_too_long(ctx.language, most=LONGEST_NAME))


async def _theme_called(ctx: Context, name: str) -> Theme | None:
    wanted = name.casefold()
    for theme in await ctx.db.scalars(select(Theme).where(Theme.community_id == ctx.community.id)):
        if theme.slug == slug_of(name) or wanted in {one.casefold() for one in theme.name.values()}:
            return theme
    return None


async def _new_theme(ctx: Context, name: str) -> Theme:
    theme = Theme(community_id=ctx.community.id, slug=slug_of(name), name={ctx.language: name})
    ctx.db.add(theme)
    await ctx.db.flush()
    return theme


def _listed(
    ctx: Context, session: Session, themes: Sequence[Theme], text: Marked, languages: Sequence[str]
) -> Card:
    """Themes with a button to take each off, and one to translate where a language is missing."""
    language = ctx.language
    gaps = missing_names(language, languages, [theme.name for theme in themes])
    return Card(
        text=Marked("\n").join(part for part in (text, gaps) if part),
        sections=tuple(_section(ctx, session, theme, languages) for theme in themes),
    )


def _section(ctx: Context, session: Session, theme: Theme, languages: Sequence[str]) -> Section:
    language, name = ctx.language, shown(theme.name, ctx.language)
    buttons = [Button(label=words.remove(language), action="theme.remove", value=pack(session.id, theme.id))]
    if any(not theme.name.get(code, "").strip() for code in languages):
        buttons.append(
            Button(label=words.add_names(language, name=name), form="theme-name", value=str(theme.id))
        )
    return Section(title=name, buttons=tuple(buttons))


async def do_remove(ctx: Context, session: Session, theme: Theme) -> Reply:
    """Take a theme off a session; the theme itself stays for others."""
    await require_shaping(ctx, session)
    language = ctx.language
    told = {"name": shown(theme.name, language), "session": shown(session.title, language)}
    found = await ctx.db.scalars(
        select(SessionTheme).where(SessionTheme.session_id == session.id, SessionTheme.theme_id == theme.id)
    )
    row = found.first()
    if row is None:
        return Reply(card=Card(text=words.theme_not_there(language, **told)))
    await ctx.db.delete(row)
    undo = Button(label=words.undo(language), action="theme.add", value=pack(session.id, theme.id))
    return Reply(card=Card(text=words.theme_removed(language, **told), buttons=(undo,)))


async def suggestions_for(ctx: Context, session: Session) -> list[str]:
    """From what was shared with the cohort and brought back by its groups; never what is coded already."""
    texts = [*await shared_reflections(ctx.db, session.id), *await harvest_of(ctx.db, session.id)]
    themes = list(await ctx.db.scalars(select(Theme).where(Theme.community_id == ctx.community.id)))
    coded = {shown(theme.name, ctx.language).casefold() for theme in await themes_of(ctx.db, [session.id])}
    known = [theme.name[ctx.language] for theme in themes if theme.name.get(ctx.language)]
    return [
        name[:LONGEST_NAME]
        for name in suggest_themes(texts, ctx.language, known)
        if name.casefold() not in coded
    ]


async def session_card(ctx: Context, session: Session) -> Card:
    """What is coded, and what might be."""
    series = await require_shaping(ctx, session)
    language, title = ctx.language, shown(session.title, ctx.language)
    themes = await themes_of(ctx.db, [session.id])
    text = EMPTY if themes else words.no_themes_here(language)
    card = _listed(ctx, session, themes, text, series.languages)
    sections = card.sections
    if suggested := await suggestions_for(ctx, session):
        buttons = tuple(
            Button(
                label=words.add_this(language, name=name),
                action="theme.suggested",
                value=pack(session.id, name),
            )
            for name in suggested
        )
        text = words.suggestions_text(language)
        sections = (*sections, Section(title=words.suggestions_title(language), text=text, buttons=buttons))
    return card.model_copy(
        update={
            "title": str(words.themes_of(language, number=session.number, session=title)),
            "sections": sections,
            "buttons": (Button(label=words.add_more(language), form="theme-add", value=str(session.id)),),
        }
    )


# --- the doors ----------------------------------------------------------------------------------------


async def add_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session = await session_numbered(ctx, typed["number"], typed.get("cohort") or "")
    return await do_add(ctx, session, names_in(typed["themes"]))


async def remove_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session = await session_numbered(ctx, typed["number"], typed.get("cohort") or "")
    given = str(typed["theme"])
    theme = await _theme_called(ctx, given)
    if theme is None:
        raise Refusal(words.unknown_theme(ctx.language, given=given[:60]))
    return await do_remove(ctx, session, theme)


async def add_pressed(ctx: Context, value: str) -> Reply:
    """The undo of a removal."""
    session_id, theme_id = unpack(value, str, str)
    return await do_add(ctx, await session_by_id(ctx, session_id), [], [row_id(theme_id)])


async def suggested_pressed(ctx: Context, value: str) -> Reply:
    session_id, name = unpack(value, str, str)
    return await do_add(ctx, await session_by_id(ctx, session_id), [" ".join(name.split())])


async def remove_pressed(ctx: Context, value: str) -> Reply:
    session_id, theme_id = unpack(value, str, str)
    return await do_remove(ctx, await session_by_id(ctx, session_id), await theme_by_id(ctx, theme_id))


async def add_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """For the session of the context or of the number typed; else it asks which."""
    language = ctx.language
    session = await _session_meant(ctx, context, initial)
    fields = []
    hint = words.new_hint(language)
    if session is None:
        fields.append(await session_field(ctx))
    else:
        await require_shaping(ctx, session)
        if suggested := await suggestions_for(ctx, session):
            hint = words.suggested_hint(language, names=", ".join(suggested))
    if options := await _earlier(ctx):
        fields.append(
            Field(
                name="earlier",
                kind="choices",
                label=words.earlier_label(language),
                required=False,
                options=options,
                most=MOST_AT_ONCE,
            )
        )
    fields.append(
        Field(
            name="new",
            kind="paragraph",
            label=words.new_label(language),
            required=False,
            hint=hint,
            most=LONGEST_NAME * MOST_AT_ONCE,
        )
    )
    return Form(
        name="theme-add",
        title=words.theme_form_title(language),
        submit=words.save(language),
        context=str(session.id) if session else "",
        fields=tuple(fields),
    )


async def _session_meant(ctx: Context, context: str, initial: Mapping[str, Any]) -> Session | None:
    if context:
        return await session_by_id(ctx, context)
    if initial.get("number") is None:
        return None
    return await session_numbered(ctx, int(initial["number"]), str(initial.get("cohort") or ""))


async def session_field(ctx: Context) -> Field:
    """Which session, of the cohort meant here."""
    language = ctx.language
    cohort = await ctx.cohort("", Action.PREPARE_SESSION)
    sessions = await sessions_of(ctx, cohort)
    if not sessions:
        raise Refusal(words.no_session_yet(language))
    options = tuple(
        Option(
            value=str(one.id),
            label=words.session_option(language, number=one.number, session=shown(one.title, language)),
        )
        for one in sessions
    )
    past = [one for one in sessions if one.starts_at <= ctx.now]
    return Field(name="session", kind="choice", label=words.session_label(language), options=options,
                 initial=str(past[-1].id) if past else None)  # fmt: skip


async def _earlier(ctx: Context) -> tuple[Option, ...]:
    """The community's themes, those that surfaced most often first."""
    found = await ctx.db.scalars(
        select(Theme)
        .outerjoin(SessionTheme)
        .where(Theme.community_id == ctx.community.id)
        .group_by(col(Theme.id))
        .order_by(func.count(col(SessionTheme.id)).desc(), col(Theme.id))
        .limit(MOST_OPTIONS)
    )
    return tuple(Option(value=str(one.id), label=shown(one.name, ctx.language)) for one in found)


async def add_sent(ctx: Context, context: str, values: Values) -> Reply:
    session = await session_by_id(ctx, context or str(values.get("session", "")))
    earlier = values.get("earlier", ())
    ids = [row_id(str(one)) for one in earlier] if isinstance(earlier, tuple) else []
    return await do_add(ctx, session, names_in(str(values["new"])), ids)


# --- a theme's names ------------------------------------------------------------------------------------


async def do_name(ctx: Context, theme: Theme, names: Mapping[str, str]) -> Reply:
    """Give a theme its name in each language; an empty one leaves what was there."""
    kept = {code: " ".join(name.split()) for code, name in names.items() if name.strip()}
    theme.name = {**theme.name, **kept}
    return Reply(card=Card(text=words.theme_named(ctx.language, name=shown(theme.name, ctx.language))))


async def name_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    language = ctx.language
    theme = await theme_by_id(ctx, context)
    fields = tuple(
        Field(name=code, kind="text", required=False, most=LONGEST_NAME, initial=theme.name.get(code),
              label=words.name_in(language, language=community_words.language_name(language, code)))
        for code in ctx.community.languages
    )  # fmt: skip
    return Form(
        name="theme-name",
        title=words.theme_form_title(language),
        submit=words.save(language),
        context=str(theme.id),
        fields=fields,
    )


async def name_sent(ctx: Context, context: str, values: Values) -> Reply:
    return await do_name(ctx, await theme_by_id(ctx, context), {k: str(v) for k, v in values.items()})


async def name_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """``theme name "no time" es "no hay tiempo"``."""
    given = str(typed["theme"])
    theme = await _theme_called(ctx, given)
    if theme is None:
        raise Refusal(words.unknown_theme(ctx.language, given=given[:60]))
    code = str(typed["language"]).casefold()
    if code not in ctx.community.languages:
        raise Refusal(
            community_words.language_unfit(ctx.language, choices=", ".join(ctx.community.languages))
        )
    return await do_name(ctx, theme, {code: str(typed["name"])[:LONGEST_NAME]})
