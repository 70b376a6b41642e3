"""Answering a prompt, and one's own reflections: list, edit, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.cards import Button, Card, Fact, Section
from bot.communities.lookup import row_id
from bot.desk import Desk
from bot.feature import Refusal, Reply
from bot.forms import Form, Values
from bot.reflections.lookup import choices_for, cohorts_to_write_in, my_cohort, session_now
from bot.reflections.prompt_forms import (
    Answers,
    Choices,
    prompt_form,
    read_answers,
    says_something,
    shown,
)
from bot.reflections.sharing import audiences, share
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


# --- choosing a kind ----------------------------------------------------------------------------------


async def reflect_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """With a kind: its form, or a button for each of my cohorts. Without one: the twelve."""
    cohorts = await cohorts_to_write_in(desk)
    if not typed.get("kind"):
        return _kinds_of(desk, cohorts)
    kind = kind_named(desk, typed["kind"])
    if len(cohorts) == 1 and kind.id not in PLANS:
        return Reply(form=await reflect_form(desk, f"new:{kind.variants[0].id}:{cohorts[0].id}", {}))
    say, variant = desk.language, _next_variant(kind, desk)
    named = len(cohorts) > 1
    buttons = tuple(
        answer_button(say, kind, variant, one.id or 0).model_copy(
            update={"label": plain(one.name)[:75]} if named else {}
        )
        for one in cohorts
    )
    context = words.which_cohort(say) if named else ""
    return Reply(card=Card(title=kind.name.say(say), text=variant.say(say), buttons=buttons, context=context))


async def kinds_pressed(desk: Desk, value: str) -> Reply:
    """The twelve kinds, for the cohort on the button; empty for all of mine."""
    return _kinds_of(
        desk, [await my_cohort(desk, row_id(value))] if value else await cohorts_to_write_in(desk)
    )


def _kinds_of(desk: Desk, cohorts: list[Cohort]) -> Reply:
    if len(cohorts) == 1:
        return Reply(card=kinds_card(desk, cohorts[0]))
    buttons = tuple(
        Button(label=plain(one.name)[:75], action="reflect.choose", value=str(one.id)) for one in cohorts
    )
    return Reply(card=Card(text=words.which_cohort(desk.language), buttons=buttons))


def kinds_card(desk: Desk, cohort: Cohort) -> Card:
    """The twelve kinds, each with a button that opens its form."""
    sections = tuple(
        Section(
            title=kind.name.say(desk.language),
            text=_next_variant(kind, desk).say(desk.language),
            buttons=(answer_button(desk.language, kind, _next_variant(kind, desk), cohort.id or 0),),
        )
        for kind in read_library().kinds
    )
    return Card(
        title=words.reflect_title(desk.language),
        text=read_library().private_by_default.say(desk.language),
        sections=sections,
    )


def answer_button(
    language: str, kind: PromptKind, variant: Variant, cohort_id: int, prompt: int = 0
) -> Button:
    """Opens the form of a prompt; plans open the commitment form."""
    if kind.id in PLANS:
        return Button(label=words.answer(language), form="commit", value=str(cohort_id), style="primary")
    value = f"new:{variant.id}:{cohort_id}" + (f":{prompt}" if prompt else "")
    return Button(label=words.answer(language), form="reflect", value=value, style="primary")


def kind_named(desk: Desk, said: str) -> PromptKind:
    """The kind with this id or number (1 to 12). Raises `Refusal` with the names."""
    kinds = read_library().kinds
    for number, kind in enumerate(kinds, start=1):
        if said.casefold() in {kind.id, str(number), plain(kind.name.say(desk.language)).casefold()}:
            return kind
    names = ", ".join(kind.id for kind in kinds)
    raise Refusal(words.no_such_kind(desk.language, given=said, names=names))


def _next_variant(kind: PromptKind, desk: Desk) -> Variant:
    """Another wording each day, the same one all day long."""
    return kind.variants[desk.now.toordinal() % len(kind.variants)]


# --- the form -----------------------------------------------------------------------------------------


async def reflect_form(desk: Desk, context: str, initial: Mapping[str, Any]) -> Form:
    """Contexts: ``new:VARIANT:COHORT[:PROMPT]`` and ``edit:REFLECTION``."""
    library = read_library()
    if context.startswith("edit:"):
        mine = await my_reflection(desk, context.removeprefix("edit:"))
        cohort = await desk.db.get_one(Cohort, mine.cohort_id)
        kind, variant = library.variant(mine.variant)
        choices = await _choices(desk, mine.session_id)
        return prompt_form(library, kind, variant, desk.language, choices, await audiences(desk, cohort),
                           context, mine.answers, mine.visibility)  # fmt: skip
    kind, variant, cohort, session, _ = await _asked(desk, context)
    choices = await choices_for(desk.db, session, desk.language)
    return prompt_form(library, kind, variant, desk.language, choices, await audiences(desk, cohort), context)


async def reflect_sent(desk: Desk, context: str, values: Values) -> Reply:
    if context.startswith("edit:"):
        return await _edited(desk, await my_reflection(desk, context.removeprefix("edit:")), values)
    kind, variant, cohort, session, prompt = await _asked(desk, context)
    choices = await choices_for(desk.db, session, desk.language)
    answers = read_answers(kind, values, choices)
    if not says_something(kind, answers):
        return Reply(card=Card(text=words.nothing_saved(desk.language)))
    mine = await keep_reflection(desk, cohort, session, prompt, kind, variant, answers,
                                 str(values["visibility"]))  # fmt: skip
    return Reply(card=await saved_card(desk, mine, kind, choices))


async def keep_reflection(
    desk: Desk,
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
        person_id=desk.me.id or 0,
        cohort_id=cohort.id or 0,
        session_id=session.id if session else None,
        prompt_id=prompt.id if prompt else None,
        kind=kind.id,
        variant=variant.id,
        answers=answers,
        visibility=visibility,
        language=desk.language,
        created_at=desk.now,
    )
    desk.db.add(mine)
    await desk.db.flush()
    await share(desk, cohort, mine)
    return mine


async def _edited(desk: Desk, mine: Reflection, values: Values) -> Reply:
    kind, _ = read_library().variant(mine.variant)
    choices = await _choices(desk, mine.session_id)
    answers = read_answers(kind, values, choices)
    if not says_something(kind, answers):
        return Reply(errors={kind.fields[0].id: plain(words.empty_edit(desk.language))})
    before = mine.visibility
    mine.answers, mine.visibility = answers, str(values["visibility"])
    await desk.db.flush()
    if mine.visibility != before:
        await share(desk, await desk.db.get_one(Cohort, mine.cohort_id), mine)
    card = await saved_card(desk, mine, kind, choices)
    if before not in ("private", mine.visibility):
        card = card.model_copy(update={"context": words.already_shared(desk.language)})
    return Reply(card=card)


async def saved_card(desk: Desk, mine: Reflection, kind: PromptKind, choices: Choices) -> Card:
    say = desk.language
    sections = []
    if kind.id == "retrieval" and (ideas := choices.by_source.get("session_key_ideas")):
        sections.append(Section(title=words.key_ideas(say), text="\n".join(text for _, text in ideas)))
    return Card(
        title=words.saved_title(say),
        text=words.saved(say, audience=words.audience(say, mine.visibility)),
        sections=tuple(sections),
        buttons=_own_buttons(say, mine),
    )


def _own_buttons(language: str, mine: Reflection) -> tuple[Button, ...]:
    return (
        Button(label=words.edit(language), form="reflect", value=f"edit:{mine.id}"),
        Button(label=words.delete(language), action="reflection.delete", value=str(mine.id), style="danger",
               confirm=words.sure(language)),
    )  # fmt: skip


async def _asked(
    desk: Desk, context: str
) -> tuple[PromptKind, Variant, Cohort, Session | None, PromptSent | None]:
    """What a form's context stands for, checked again. Raises `Refusal`."""
    _, variant_id, cohort_id, prompt_id = (context.split(":") + [""] * 4)[:4]
    try:
        kind, variant = read_library().variant(variant_id)
    except KeyError:
        raise Refusal(words.stale_prompt(desk.language)) from None
    cohort = await my_cohort(desk, row_id(cohort_id))
    prompt = await desk.db.get(PromptSent, row_id(prompt_id)) if prompt_id else None
    if prompt_id and (prompt is None or prompt.cohort_id != cohort.id):
        raise Refusal(words.stale_prompt(desk.language))
    if prompt is not None and prompt.session_id is not None:
        return kind, variant, cohort, await desk.db.get_one(Session, prompt.session_id), prompt
    return kind, variant, cohort, await session_now(desk.db, cohort.id, desk.now), prompt


async def _choices(desk: Desk, session_id: int | None) -> Choices:
    session = await desk.db.get(Session, session_id) if session_id else None
    return await choices_for(desk.db, session, desk.language)


# --- my own -------------------------------------------------------------------------------------------


async def my_reflection(desk: Desk, value: str) -> Reflection:
    """One of mine, by id. Raises `Refusal`: somebody else's is not found, like one that does not exist."""
    found = await desk.db.get(Reflection, row_id(value))
    if found is None or found.person_id != desk.me.id:
        raise Refusal(words.no_reflection(desk.language))
    return found


async def my_reflections(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Newest first, ten at most; the rest is in the export."""
    found = list(
        await desk.db.scalars(
            select(Reflection).where(Reflection.person_id == desk.me.id).order_by(col(Reflection.id).desc())
        )
    )
    say = desk.language
    if not found:
        return Reply(card=Card(text=words.no_reflections(say)))
    return Reply(
        card=Card(
            title=words.my_reflections_title(say),
            sections=tuple(_listed(desk, mine) for mine in found[:SHOWN_AT_ONCE]),
            context=words.counted(say, n=len(found), shown=min(len(found), SHOWN_AT_ONCE)),
        )
    )


def _listed(desk: Desk, mine: Reflection) -> Section:
    kind, _ = read_library().variant(mine.variant)
    zone = desk.me.zone or desk.community.zone
    facts = [Fact(label=label, value=text) for label, text in shown(kind, mine.answers, desk.language)]
    return Section(
        title=f"{plain(kind.name.say(desk.language))} · {dates.day(desk.language, mine.created_at, zone)}",
        text=words.seen_by(desk.language, audience=words.audience(desk.language, mine.visibility)),
        facts=tuple(facts),
        buttons=_own_buttons(desk.language, mine),
    )


async def forget_shared(db: AsyncSession, mine: Reflection) -> None:
    """Take back what waits to be sent, and empty our copy of what was sent; chat keeps its own."""
    copies = col(Nudge.key).like(f"reflection:{mine.id}:%")
    await db.execute(delete(Nudge).where(copies, col(Nudge.state) == "planned"))
    await db.execute(update(Nudge).where(copies).values(card=None))


async def delete_pressed(desk: Desk, value: str) -> Reply:
    """Delete one of mine, and what of it still waits to be sent. Pressed twice, it says so."""
    found = await desk.db.get(Reflection, row_id(value))
    if found is None:
        return Reply(card=Card(text=words.already_deleted(desk.language)), replace=True)
    mine = await my_reflection(desk, value)
    shared = mine.visibility != "private"
    await forget_shared(desk.db, mine)
    await desk.db.delete(mine)
    text = words.deleted_shared(desk.language) if shared else words.deleted(desk.language)
    return Reply(card=Card(text=text), replace=True)
