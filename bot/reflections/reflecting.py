"""Answering a prompt, and one's own reflections: list, edit, delete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, Section, pack
from bot.core.context import Context
from bot.core.forms import Form, Values
from bot.core.lookup import row_id
from bot.core.reply import Refusal, Reply
from bot.reflections.lookup import choices_for, cohorts_to_write_in, my_cohort, session_now, session_of
from bot.reflections.prompt_forms import (
    Answers,
    Choices,
    prompt_form,
    read_answers,
    says_something,
    shown,
)
from bot.reflections.sharing import audiences, share
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.library import PromptKind, Variant, read_library
from prompts.text import plain
from prompts.words import reflections as words
from storage.nudges import Nudge
from storage.reflections import PromptSent, Reflection
from storage.series import Cohort
from storage.sessions import Session

PLANS = ("if-then-plan", "choose-commitments")
"""Kinds whose answer is a commitment: they open that form, so that a check-in can follow."""
SHOWN_AT_ONCE = 10
FRESH_FOR = timedelta(days=1)
"""So long after its beginning a session is what people think back to."""
AFTER_A_SESSION = ("what-so-what-now-what", "if-then-plan", "plus-delta")
BETWEEN_SESSIONS = ("barrier-workaround", "retrieval", "connection-pulse")


# --- choosing a kind ----------------------------------------------------------------------------------


async def reflect_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """With a kind: its form, or a button for each of my cohorts. Without one: three that fit."""
    cohorts = await cohorts_to_write_in(ctx)
    if not typed.get("kind"):
        return await _kinds_of(ctx, cohorts)
    kind = kind_named(ctx, typed["kind"])
    if len(cohorts) == 1 and kind.id not in PLANS:
        return Reply(form=await reflect_form(ctx, pack("new", kind.variants[0].id, cohorts[0].id), {}))
    language, variant = ctx.language, _next_variant(kind, ctx)
    named = len(cohorts) > 1
    buttons = tuple(
        answer_button(language, kind, variant, one.id).model_copy(
            update={"label": plain(one.name)[:75]} if named else {}
        )
        for one in cohorts
    )
    context = words.which_cohort(language) if named else ""
    return Reply(
        card=Card(title=kind.name.say(language), text=variant.say(language), buttons=buttons, context=context)
    )


async def kinds_pressed(ctx: Context, value: str) -> Reply:
    """The kinds, for the cohort on the button; empty for all of mine."""
    return await _kinds_of(
        ctx, [await my_cohort(ctx, row_id(value))] if value else await cohorts_to_write_in(ctx)
    )


async def _kinds_of(ctx: Context, cohorts: list[Cohort]) -> Reply:
    if len(cohorts) == 1:
        return Reply(card=await fitting_card(ctx, cohorts[0]))
    buttons = tuple(
        Button(label=plain(one.name)[:75], action="reflect.choose", value=str(one.id)) for one in cohorts
    )
    return Reply(card=Card(text=words.which_cohort(ctx.language), buttons=buttons))


async def all_pressed(ctx: Context, value: str) -> Reply:
    """All twelve kinds, in place of the few."""
    return Reply(card=kinds_card(ctx, await my_cohort(ctx, row_id(value))), replace=True)


async def fitting_card(ctx: Context, cohort: Cohort) -> Card:
    """Three kinds that fit the moment, the other nine behind one press."""
    session = await session_now(ctx.db, cohort.id, ctx.now)
    fresh = session is not None and timedelta(0) <= ctx.now - session.starts_at <= FRESH_FOR
    chosen = AFTER_A_SESSION if fresh else BETWEEN_SESSIONS
    card = kinds_card(ctx, cohort)
    by_kind = dict(zip((kind.id for kind in read_library().kinds), card.sections, strict=True))
    more = Button(label=words.all_kinds(ctx.language), action="reflect.all", value=str(cohort.id))
    return card.model_copy(update={"sections": tuple(by_kind[one] for one in chosen), "buttons": (more,)})


def kinds_card(ctx: Context, cohort: Cohort) -> Card:
    """The twelve kinds, each with a button that opens its form."""
    sections = tuple(
        Section(
            title=kind.name.say(ctx.language),
            text=_next_variant(kind, ctx).say(ctx.language),
            buttons=(answer_button(ctx.language, kind, _next_variant(kind, ctx), cohort.id),),
        )
        for kind in read_library().kinds
    )
    return Card(
        title=words.reflect_title(ctx.language),
        text=read_library().private_by_default.say(ctx.language),
        sections=sections,
    )


def answer_button(
    language: str, kind: PromptKind, variant: Variant, cohort_id: int, prompt: int = 0
) -> Button:
    """Opens the form of a prompt; plans open the commitment form."""
    if kind.id in PLANS:
        return Button(label=words.answer(language), form="commit", value=str(cohort_id), style="primary")
    value = pack("new", variant.id, cohort_id, *([prompt] if prompt else []))
    return Button(label=words.answer(language), form="reflect", value=value, style="primary")


def kind_named(ctx: Context, said: str) -> PromptKind:
    """The kind with this id or number (1 to 12). Raises `Refusal` with the names."""
    kinds = read_library().kinds
    for number, kind in enumerate(kinds, start=1):
        if said.casefold() in {kind.id, str(number), plain(kind.name.say(ctx.language)).casefold()}:
            return kind
    names = ", ".join(kind.id for kind in kinds)
    raise Refusal(words.no_such_kind(ctx.language, given=said, names=names))


def _next_variant(kind: PromptKind, ctx: Context) -> Variant:
    """Another wording each day, the same one all day long."""
    return kind.variants[ctx.now.toordinal() % len(kind.variants)]


# --- the form -----------------------------------------------------------------------------------------


async def reflect_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """Contexts: ``new:VARIANT:COHORT[:PROMPT[:SESSION]]`` and ``edit:REFLECTION``. The form carries the
    session: one that is sent late finds the choices that it offered."""
    library = read_library()
    if context.startswith("edit:"):
        mine = await my_reflection(ctx, context.removeprefix("edit:"))
        cohort = await ctx.db.get_one(Cohort, mine.cohort_id)
        kind, variant = library.variant(mine.variant)
        choices = await _choices(ctx, mine.session_id)
        return prompt_form(library, kind, variant, ctx.language, choices, await audiences(ctx, cohort),
                           context, mine.answers, mine.visibility)  # fmt: skip
    kind, variant, cohort, session, prompt = await _asked(ctx, context)
    choices = await choices_for(ctx.db, session, ctx.language)
    context = ":".join(
        ["new", variant.id, str(cohort.id), *(str(one.id) if one else "" for one in (prompt, session))]
    )
    return prompt_form(library, kind, variant, ctx.language, choices, await audiences(ctx, cohort), context)


async def reflect_sent(ctx: Context, context: str, values: Values) -> Reply:
    if context.startswith("edit:"):
        return await _edited(ctx, await my_reflection(ctx, context.removeprefix("edit:")), values)
    kind, variant, cohort, session, prompt = await _asked(ctx, context)
    choices = await choices_for(ctx.db, session, ctx.language)
    answers = read_answers(kind, values, choices)
    if not says_something(kind, answers):
        return Reply(card=Card(text=words.nothing_saved(ctx.language)))
    mine = await keep_reflection(ctx, cohort, session, prompt, kind, variant, answers,
                                 str(values["visibility"]))  # fmt: skip
    return Reply(card=await saved_card(ctx, mine, kind, choices))


async def keep_reflection(
    ctx: Context,
    cohort: Cohort,
    session: Session | None,
    prompt: PromptSent | None,
    kind: PromptKind,
    variant: Variant,
    answers: Answers,
    visibility: str,
) -> Reflection:
    """Save an answer and tell those whom the writer chose."""
    mine = Reflection(
        person_id=ctx.me.id,
        cohort_id=cohort.id,
        session_id=session.id if session else None,
        prompt_id=prompt.id if prompt else None,
        kind=kind.id,
        variant=variant.id,
        answers=answers,
        visibility=visibility,
        language=ctx.language,
        created_at=ctx.now,
    )
    ctx.db.add(mine)
    await ctx.db.flush()
    await share(ctx, cohort, mine)
    return mine


async def _edited(ctx: Context, mine: Reflection, values: Values) -> Reply:
    kind, _ = read_library().variant(mine.variant)
    choices = await _choices(ctx, mine.session_id)
    answers = read_answers(kind, values, choices)
    if not says_something(kind, answers):
        return Reply(errors={kind.fields[0].id: plain(words.empty_edit(ctx.language))})
    before = mine.visibility
    mine.answers, mine.visibility = answers, str(values["visibility"])
    await ctx.db.flush()
    if mine.visibility != before:
        await share(ctx, await ctx.db.get_one(Cohort, mine.cohort_id), mine)
    card = await saved_card(ctx, mine, kind, choices)
    if before not in ("private", mine.visibility):
        card = card.model_copy(update={"context": words.already_shared(ctx.language)})
    return Reply(card=card)


async def saved_card(ctx: Context, mine: Reflection, kind: PromptKind, choices: Choices) -> Card:
    language = ctx.language
    sections = []
    if kind.id == "retrieval" and (ideas := choices.by_source.get("session_key_ideas")):
        sections.append(Section(title=words.key_ideas(language), text="\n".join(text for _, text in ideas)))
    return Card(
        title=words.saved_title(language),
        text=words.saved(language, audience=words.audience(language, mine.visibility)),
        sections=tuple(sections),
        buttons=_own_buttons(language, mine),
    )


def _own_buttons(language: str, mine: Reflection) -> tuple[Button, ...]:
    return (
        Button(label=words.edit(language), form="reflect", value=pack("edit", mine.id)),
        Button(label=words.delete(language), action="reflection.delete", value=str(mine.id), style="danger",
               confirm=words.sure(language)),
    )  # fmt: skip


async def _asked(
    ctx: Context, context: str
) -> tuple[PromptKind, Variant, Cohort, Session | None, PromptSent | None]:
    """What a form's context stands for, checked again. Raises `Refusal`."""
    _, variant_id, cohort_id, prompt_id, session_id = unpack(context, str, str, str, str, str)
    try:
        kind, variant = read_library().variant(variant_id)
    except KeyError:
        raise Refusal(words.stale_prompt(ctx.language)) from None
    cohort = await my_cohort(ctx, row_id(cohort_id))
    prompt = await ctx.db.get(PromptSent, row_id(prompt_id)) if prompt_id else None
    if prompt_id and (prompt is None or prompt.cohort_id != cohort.id):
        raise Refusal(words.stale_prompt(ctx.language))
    if prompt is not None and prompt.session_id is not None:
        return kind, variant, cohort, await ctx.db.get_one(Session, prompt.session_id), prompt
    return kind, variant, cohort, await session_of(ctx, cohort, session_id), prompt


async def _choices(ctx: Context, session_id: int | None) -> Choices:
    session = await ctx.db.get(Session, session_id) if session_id else None
    return await choices_for(ctx.db, session, ctx.language)


# --- my own -------------------------------------------------------------------------------------------


async def my_reflection(ctx: Context, value: str) -> Reflection:
    """One of mine, by id. Raises `Refusal`: somebody else's is not found, like one that does not exist."""
    found = await ctx.db.get(Reflection, row_id(value))
    if found is None or found.person_id != ctx.me.id:
        raise Refusal(words.no_reflection(ctx.language))
    return found


async def my_reflections(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Newest first, ten at most; the rest is in the export."""
    found = list(
        await ctx.db.scalars(
            select(Reflection).where(Reflection.person_id == ctx.me.id).order_by(col(Reflection.id).desc())
        )
    )
    language = ctx.language
    if not found:
        return Reply(card=Card(text=words.no_reflections(language)))
    return Reply(
        card=Card(
            title=words.my_reflections_title(language),
            sections=tuple(_listed(ctx, mine) for mine in found[:SHOWN_AT_ONCE]),
            context=words.counted(language, n=len(found), shown=min(len(found), SHOWN_AT_ONCE)),
        )
    )


def _listed(ctx: Context, mine: Reflection) -> Section:
    kind, _ = read_library().variant(mine.variant)
    zone = zone_for(ctx.me.zone, ctx.community.zone)
    facts = [Fact(label=label, value=text) for label, text in shown(kind, mine.answers, ctx.language)]
    return Section(
        title=f"{plain(kind.name.say(ctx.language))} · {dates.day(ctx.language, mine.created_at, zone)}",
        text=words.seen_by(ctx.language, audience=words.audience(ctx.language, mine.visibility)),
        facts=tuple(facts),
        buttons=_own_buttons(ctx.language, mine),
    )


async def forget_shared(db: AsyncSession, mine: Reflection) -> None:
    """Take back what waits to be sent, and empty our copy of what was sent; chat keeps its own."""
    copies = col(Nudge.key).like(f"reflection:{mine.id}:%")
    await db.execute(delete(Nudge).where(copies, col(Nudge.state) == "planned"))
    await db.execute(update(Nudge).where(copies).values(card=None))


async def delete_pressed(ctx: Context, value: str) -> Reply:
    """Delete one of mine, and what of it still waits to be sent. Pressed twice, it says so."""
    found = await ctx.db.get(Reflection, row_id(value))
    if found is None:
        return Reply(card=Card(text=words.already_deleted(ctx.language)), replace=True)
    mine = await my_reflection(ctx, value)
    shared = mine.visibility != "private"
    await forget_shared(ctx.db, mine)
    await ctx.db.delete(mine)
    text = words.deleted_shared(ctx.language) if shared else words.deleted(ctx.language)
    return Reply(card=Card(text=text), replace=True)
