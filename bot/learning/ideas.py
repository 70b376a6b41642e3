"""Key ideas: written in each language of the series, approved, edited without losing anybody's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, Section, pack
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Values
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from bot.learning.composing.stick import PARTS
from bot.learning.lookup import (
    edit_button,
    idea_by_id,
    require_shaping,
    session_by_id,
    session_numbered,
    shown,
)
from bot.learning.themes import session_field
from bot.sessions.lookup import session_meant
from prompts.text import Marked, marked
from prompts.words import communities as community_words
from prompts.words import learning as words
from storage.people import Person
from storage.series import Series
from storage.sessions import KeyIdea, Session

IdeaText = dict[str, dict[str, str]]
"""By language: the words of each part."""
LONGEST = {"idea": 200, "question": 200, "answer": 200, "use": 300}
LABELS = {
    "idea": words.idea_label,
    "question": words.question_label,
    "answer": words.idea_answer_label,
    "use": words.use_label,
}


async def do_keep(ctx: Context, session: Session, given: IdeaText, edited: KeyIdea | None = None) -> Reply:
    """Add an idea, or change one. Its approval stands only for words that were approved: a change takes it
    back. Ways to use it by role or setting stay as they are."""
    series = await require_shaping(ctx, session)
    if not any(parts.get("idea", "").strip() for parts in given.values()):
        raise FieldError(f"idea_{ctx.language}", words.no_idea_given(ctx.language))
    idea = edited or await _new_idea(ctx, session)
    before = idea.text
    text = {code: {**before.get(code, {}), **parts} for code, parts in given.items()}
    text = {
        code: {part: said for part, said in parts.items() if said.strip()} for code, parts in text.items()
    }
    changed = {**before, **{code: parts for code, parts in text.items() if parts or code in before}}
    if changed != before:
        idea.text = changed
        idea.approved_by_id, idea.approved_at = None, None
        idea.revision += 1
    await ctx.db.flush()
    return Reply(card=await _one_card(ctx, idea, series, words.idea_kept(ctx.language, number=idea.position)))


async def _new_idea(ctx: Context, session: Session) -> KeyIdea:
    taken = list(await ctx.db.scalars(select(KeyIdea.position).where(KeyIdea.session_id == session.id)))
    idea = KeyIdea(session_id=session.id, position=max(taken, default=0) + 1, revision=0)
    ctx.db.add(idea)
    return idea


async def _one_card(ctx: Context, idea: KeyIdea, series: Series, text: Marked) -> Card:
    return Card(text=text, sections=(await _section(ctx, idea, series),))


async def _section(ctx: Context, idea: KeyIdea, series: Series) -> Section:
    """The idea, whether it goes out, what it lacks, and what to do with it."""
    language = ctx.language
    lines = [marked(shown({code: parts.get("idea", "") for code, parts in idea.text.items()}, language))]
    lines.append(await _approval(ctx, idea))
    lines.extend(
        words.idea_missing_parts(language, language=community_words.language_name(language, code))
        for code in series.languages
        if not complete_in(idea, code)
    )
    toggle = Button(label=words.approve(language), action="idea.approve", value=pack(idea.id, idea.revision),
                    style="primary")  # fmt: skip
    if idea.approved_at is not None:
        toggle = Button(label=words.take_back(language), action="idea.take_back", value=str(idea.id))
    return Section(
        title=words.idea_position(language, number=idea.position),
        text=Marked("\n").join(lines),
        buttons=(toggle, edit_button(words.edit(language), idea)),
    )


def complete_in(idea: KeyIdea, language: str) -> bool:
    return all(idea.text.get(language, {}).get(part, "").strip() for part in PARTS)


async def _approval(ctx: Context, idea: KeyIdea) -> Marked:
    if idea.approved_at is None:
        return words.idea_waiting(ctx.language)
    by = await ctx.db.get(Person, idea.approved_by_id) if idea.approved_by_id else None
    return words.idea_approved(ctx.language, name=by.name if by else "")


async def do_approve(ctx: Context, value: str) -> Reply:
    """Approve the words that I saw; what was changed since is shown first."""
    idea_id, revision = unpack(value, str, str)
    idea, session = await idea_by_id(ctx, idea_id)
    series = await require_shaping(ctx, session)
    if revision != str(idea.revision):
        return Reply(card=await _one_card(ctx, idea, series, words.changed_since(ctx.language)), replace=True)
    if idea.approved_at is None:
        idea.approved_by_id, idea.approved_at = ctx.me.id, ctx.now
    text = words.idea_is_approved(ctx.language, number=idea.position)
    return Reply(card=await _one_card(ctx, idea, series, text))


async def do_take_back(ctx: Context, value: str) -> Reply:
    idea, session = await idea_by_id(ctx, value)
    series = await require_shaping(ctx, session)
    idea.approved_by_id, idea.approved_at = None, None
    text = words.idea_taken_back(ctx.language, number=idea.position)
    return Reply(card=await _one_card(ctx, idea, series, text))


async def do_list(ctx: Context, session: Session) -> Reply:
    series = await require_shaping(ctx, session)
    language = ctx.language
    found = await ctx.db.scalars(
        select(KeyIdea).where(KeyIdea.session_id == session.id).order_by(col(KeyIdea.position))
    )
    sections = tuple([await _section(ctx, idea, series) for idea in found])
    return Reply(
        card=Card(
            title=words.ideas_of(language, number=session.number, session=shown(session.title, language)),
            text=Marked("") if sections else words.no_ideas_here(language),
            sections=sections,
            buttons=(Button(label=words.add_idea(language), form="idea", value=pack("session", session.id)),),
        )
    )


# --- the doors ----------------------------------------------------------------------------------------


async def ideas_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, _ = await session_meant(ctx, typed, Action.PREPARE_SESSION, latest=True)
    return await do_list(ctx, session)


async def idea_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """All four parts, in my own language; the others by Edit."""
    session = await session_numbered(ctx, typed["number"], typed.get("cohort") or "")
    for part in PARTS:
        if len(typed[part]) > LONGEST[part]:
            raise Refusal(words.part_too_long(ctx.language, most=LONGEST[part]))
    return await do_keep(ctx, session, {ctx.language: {part: typed[part].strip() for part in PARTS}})


async def idea_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """A new idea (``session:ID``, a number typed, or it asks), or an edit (``idea:ID:REVISION``)."""
    language = ctx.language
    session, idea = await _meant(ctx, context, initial)
    languages: Sequence[str] = ctx.community.languages
    fields: list[Field] = []
    if session is None:
        fields.append(await session_field(ctx))
    else:
        languages = (await require_shaping(ctx, session)).languages
    text = idea.text if idea else {language: {part: str(initial.get(part) or "") for part in PARTS}}
    fields.extend(_field(language, code, part, text) for code in languages for part in PARTS)
    return Form(
        name="idea",
        title=words.idea_form_title(language),
        submit=words.save(language),
        intro=words.idea_intro(language),
        context=_context(context, session, idea),
        fields=tuple(fields),
    )


def _field(language: str, code: str, part: str, text: IdeaText) -> Field:
    return Field(
        name=f"{part}_{code}",
        kind="text" if part != "use" else "paragraph",
        label=LABELS[part](language, language=community_words.language_name(language, code)),
        required=False,
        most=LONGEST[part],
        initial=text.get(code, {}).get(part) or None,
    )


def _context(context: str, session: Session | None, idea: KeyIdea | None) -> str:
    """The revision that the form showed stays in its context when it is built again to check it."""
    if idea is not None:
        return context if unpack(context, str, str, str)[2] else pack("idea", idea.id, idea.revision)
    return pack("session", session.id) if session else ""


async def _meant(
    ctx: Context, context: str, initial: Mapping[str, Any]
) -> tuple[Session | None, KeyIdea | None]:
    kind, number, _ = unpack(context, str, str, str)
    if kind == "idea":
        idea, session = await idea_by_id(ctx, number)
        return session, idea
    if kind == "session":
        return await session_by_id(ctx, number), None
    if initial.get("number") is not None:
        return await session_numbered(ctx, int(initial["number"]), str(initial.get("cohort") or "")), None
    return None, None


async def idea_sent(ctx: Context, context: str, values: Values) -> Reply:
    session, idea = await _meant(ctx, context, {})
    if session is None:
        session = await session_by_id(ctx, str(values.get("session", "")))
    given = _given(values)
    _, _, revision = unpack(context, str, str, str)
    if idea is not None and revision != str(idea.revision):
        await require_shaping(ctx, session)
        return Reply(card=_conflict(ctx, idea, given))
    return await do_keep(ctx, session, given, idea)


def _given(values: Values) -> IdeaText:
    text: IdeaText = {}
    for name, said in values.items():
        part, _, code = name.partition("_")
        if part in PARTS:
            text.setdefault(code, {})[part] = str(said)
    return text


def _conflict(ctx: Context, idea: KeyIdea, given: IdeaText) -> Card:
    """Somebody was faster: nothing is overwritten, and nothing that was written is lost."""
    language = ctx.language
    sections = tuple(
        Section(
            title=community_words.language_name(language, code),
            facts=tuple(
                Fact(label=LABELS[part](language, language=code), value=said)
                for part, said in parts.items()
                if said
            ),
        )
        for code, parts in given.items()
        if any(parts.values())
    )
    again = edit_button(words.open_again(language), idea)
    return Card(text=words.changed_meanwhile(language), sections=sections, buttons=(again,))
