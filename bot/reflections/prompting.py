"""A facilitator sends a prompt to a cohort: preview, confirm, one direct message each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Section, pack
from bot.core.composers import ComposeContext
from bot.core.context import Context
from bot.core.lookup import cohort_by_id, enrollment_of, row_id
from bot.core.notes import note
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply, Skip
from bot.reflections.lookup import session_numbered
from bot.reflections.prompt_forms import steps_of
from bot.reflections.reflecting import answer_button, kind_named
from prompts.library import read_library
from prompts.words import reflections as words
from storage.nudges import Nudge
from storage.people import Person
from storage.reflections import PromptSent, Reflection
from storage.series import Cohort, Enrollment, EnrollmentStatus
from storage.sessions import Session

KIND = "reflection_prompt"
LIFE = timedelta(days=3)


async def prompt_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    session = await session_numbered(ctx, cohort, typed["session"])
    kind = kind_named(ctx, typed["kind"])
    return await _preview(ctx, cohort, session, kind.variants[0].id)


async def prompt_previewed(ctx: Context, value: str) -> Reply:
    """The preview again, with another wording."""
    cohort, session, variant = await _meant(ctx, value)
    return (await _preview(ctx, cohort, session, variant)).model_copy(update={"replace": True})


async def _preview(ctx: Context, cohort: Cohort, session: Session, variant_id: str) -> Reply:
    kind, variant = read_library().variant(variant_id)
    readers = await _readers(ctx, cohort)
    language = ctx.language
    following = kind.variants[(kind.variants.index(variant) + 1) % len(kind.variants)]
    where = pack(cohort.id, session.id)
    parts = [Section(title=kind.name.say(language), text=variant.say(language))]
    if steps := steps_of(kind, language):
        parts.append(Section(title=words.steps_title(language, minutes=kind.minutes), text=steps))
    send = Button(
        label=words.send_prompt(language, n=len(readers)),
        action="prompt.send",
        value=pack(where, variant.id),
        style="primary",
    )
    again = Button(
        label=words.other_wording(language), action="prompt.preview", value=pack(where, following.id)
    )
    return Reply(
        card=Card(
            title=words.prompt_preview_title(language),
            text=words.prompt_preview(language, n=len(readers), cohort=cohort.name),
            sections=tuple(parts),
            buttons=((send, again) if readers else (again,)),
            context=read_library().private_by_default.say(language),
        )
    )


async def prompt_sent(ctx: Context, value: str) -> Reply:
    """Queue it for each person. The same wording for the same session goes out once."""
    cohort, session, variant_id = await _meant(ctx, value)
    kind, variant = read_library().variant(variant_id)
    before = await ctx.db.scalars(
        select(PromptSent).where(
            PromptSent.cohort_id == cohort.id,
            PromptSent.session_id == session.id,
            PromptSent.variant == variant.id,
        )
    )
    if before.first() is not None:
        return Reply(card=Card(text=words.prompt_already_sent(ctx.language)), replace=True)
    prompt = PromptSent(
        community_id=ctx.community.id,
        cohort_id=cohort.id,
        session_id=session.id,
        kind=kind.id,
        variant=variant.id,
        sent_by_id=ctx.me.id,
        sent_at=ctx.now,
    )
    ctx.db.add(prompt)
    await ctx.db.flush()
    readers = await _readers(ctx, cohort)
    ctx.db.add_all(_nudge(ctx, prompt, person_id) for person_id in readers)
    ctx.audit("prompt_sent", f"cohort:{cohort.id}", kind=kind.id, session=session.number)
    return Reply(card=Card(text=words.prompt_sent(ctx.language, n=len(readers))), replace=True)


def _nudge(ctx: Context, prompt: PromptSent, person_id: int) -> Nudge:
    """Sent by a person, now, on purpose: it goes to those who have not opted out or paused."""
    return note(
        f"{KIND}:{prompt.id}:{person_id}",
        prompt.community_id,
        ctx.now,
        kind=KIND,
        nature="optional",
        cohort_id=prompt.cohort_id,
        subject_id=prompt.id,
        person_id=person_id,
        expires_at=ctx.now + LIFE,
    )


async def reflection_prompt(reading: ComposeContext) -> Card | Skip:
    """The prompt as its reader gets it; skipped when they have answered it by then."""
    prompt = await reading.db.get(PromptSent, reading.nudge.subject_id)
    if prompt is None or reading.reader is None:
        return Skip("no_prompt")
    answered = await reading.db.scalars(
        select(Reflection.id).where(
            Reflection.person_id == reading.reader.id, Reflection.prompt_id == prompt.id
        )
    )
    if answered.first() is not None:
        return Skip("already_answered")
    if await enrollment_of(reading.db, prompt.cohort_id, reading.reader.id) is None:
        return Skip("not_enrolled")
    kind, variant = read_library().variant(prompt.variant)
    language = reading.language
    steps = steps_of(kind, language)
    sections = (
        (Section(title=words.steps_title(language, minutes=kind.minutes), text=steps),) if steps else ()
    )
    return Card(
        title=kind.name.say(language),
        text=variant.say(language),
        sections=sections,
        buttons=(
            answer_button(language, kind, variant, prompt.cohort_id, prompt.id),
            Button(label=read_library().skip.say(language), action="prompt.skip", value=str(prompt.id)),
        ),
        context=words.prompt_context(language, private=read_library().private_by_default.say(language)),
    )


async def skipped(ctx: Context, value: str) -> Reply:
    """Skipping is always fine, and is not recorded."""
    return Reply(card=Card(text=words.prompt_skipped(ctx.language)), replace=True)


async def _meant(ctx: Context, value: str) -> tuple[Cohort, Session, str]:
    cohort_id, session_id, variant = unpack(value, str, str, str)
    cohort = await cohort_by_id(ctx, cohort_id)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    session = await ctx.db.get(Session, row_id(session_id))
    known = {each.id for kind in read_library().kinds for each in kind.variants}
    if session is None or session.cohort_id != cohort.id or variant not in known:
        raise Refusal(words.stale_prompt(ctx.language))
    return cohort, session, variant


async def _readers(ctx: Context, cohort: Cohort) -> list[int]:
    """Who takes part now."""
    found = await ctx.db.scalars(
        select(Enrollment.person_id)
        .join(Person, col(Person.id) == Enrollment.person_id)
        .where(
            Enrollment.cohort_id == cohort.id,
            Enrollment.status == EnrollmentStatus.ACTIVE,
            col(Person.deleted_at).is_(None),
        )
        .order_by(col(Enrollment.person_id))
    )
    return list(found)
