"""A facilitator sends a prompt to a cohort: preview, confirm, one direct message each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card, Section
from bot.communities.lookup import cohort_by_id, enrollment_of, row_id
from bot.desk import Desk, Reading
from bot.feature import Refusal, Reply, Skip
from bot.permissions import Action
from bot.reflections.lookup import session_numbered
from bot.reflections.prompt_forms import steps_of
from bot.reflections.reflecting import answer_button, kind_named
from prompts.library import read_library
from prompts.words import reflections as words
from storage.nudges import Nudge
from storage.people import Person
from storage.reflections import PromptSent, Reflection
from storage.series import Cohort, Enrollment
from storage.sessions import Session

KIND = "reflection_prompt"
LIFE = timedelta(days=3)


async def prompt_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    session = await session_numbered(desk, cohort, typed["session"])
    kind = kind_named(desk, typed["kind"])
    return await _preview(desk, cohort, session, kind.variants[0].id)


async def prompt_previewed(desk: Desk, value: str) -> Reply:
    """The preview again, with another wording."""
    cohort, session, variant = await _meant(desk, value)
    return (await _preview(desk, cohort, session, variant)).model_copy(update={"replace": True})


async def _preview(desk: Desk, cohort: Cohort, session: Session, variant_id: str) -> Reply:
    kind, variant = read_library().variant(variant_id)
    readers = await _readers(desk, cohort)
    say = desk.language
    following = kind.variants[(kind.variants.index(variant) + 1) % len(kind.variants)]
    where = f"{cohort.id}:{session.id}"
    parts = [Section(title=kind.name.say(say), text=variant.say(say))]
    if steps := steps_of(kind, say):
        parts.append(Section(title=words.steps_title(say, minutes=kind.minutes), text=steps))
    send = Button(
        label=words.send_prompt(say, n=len(readers)),
        action="prompt.send",
        value=f"{where}:{variant.id}",
        style="primary",
    )
    again = Button(label=words.other_wording(say), action="prompt.preview", value=f"{where}:{following.id}")
    return Reply(
        card=Card(
            title=words.prompt_preview_title(say),
            text=words.prompt_preview(say, n=len(readers), cohort=cohort.name),
            sections=tuple(parts),
            buttons=((send, again) if readers else (again,)),
            context=read_library().private_by_default.say(say),
        )
    )


async def prompt_sent(desk: Desk, value: str) -> Reply:
    """Queue it for each person. The same wording for the same session goes out once."""
    cohort, session, variant_id = await _meant(desk, value)
    kind, variant = read_library().variant(variant_id)
    before = await desk.db.scalars(
        select(PromptSent).where(
            PromptSent.cohort_id == cohort.id,
            PromptSent.session_id == session.id,
            PromptSent.variant == variant.id,
        )
    )
    if before.first() is not None:
        return Reply(card=Card(text=words.prompt_already_sent(desk.language)), replace=True)
    prompt = PromptSent(
        community_id=desk.community.id or 0,
        cohort_id=cohort.id or 0,
        session_id=session.id,
        kind=kind.id,
        variant=variant.id,
        sent_by_id=desk.me.id or 0,
        sent_at=desk.now,
    )
    desk.db.add(prompt)
    await desk.db.flush()
    readers = await _readers(desk, cohort)
    desk.db.add_all(_nudge(desk, prompt, person_id) for person_id in readers)
    desk.audit("prompt_sent", f"cohort:{cohort.id}", kind=kind.id, session=session.number)
    return Reply(card=Card(text=words.prompt_sent(desk.language, n=len(readers))), replace=True)


def _nudge(desk: Desk, prompt: PromptSent, person_id: int) -> Nudge:
    """Sent by a person, now, on purpose: it goes to those who have not opted out or paused."""
    return Nudge(
        key=f"{KIND}:{prompt.id}:{person_id}",
        community_id=prompt.community_id,
        kind=KIND,
        nature="optional",
        cohort_id=prompt.cohort_id,
        subject_id=prompt.id,
        person_id=person_id,
        due_at=desk.now,
        expires_at=desk.now + LIFE,
        created_at=desk.now,
    )


async def reflection_prompt(reading: Reading) -> Card | Skip:
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
    say = reading.language
    steps = steps_of(kind, say)
    sections = (Section(title=words.steps_title(say, minutes=kind.minutes), text=steps),) if steps else ()
    return Card(
        title=kind.name.say(say),
        text=variant.say(say),
        sections=sections,
        buttons=(
            answer_button(say, kind, variant, prompt.cohort_id, prompt.id or 0),
            Button(label=read_library().skip.say(say), action="prompt.skip", value=str(prompt.id)),
        ),
        context=words.prompt_context(say, private=read_library().private_by_default.say(say)),
    )


async def skipped(desk: Desk, value: str) -> Reply:
    """Skipping is always fine, and is not recorded."""
    return Reply(card=Card(text=words.prompt_skipped(desk.language)), replace=True)


async def _meant(desk: Desk, value: str) -> tuple[Cohort, Session, str]:
    cohort_id, session_id, variant = (value.split(":") + [""] * 3)[:3]
    cohort = await cohort_by_id(desk, cohort_id)
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    session = await desk.db.get(Session, row_id(session_id))
    known = {each.id for kind in read_library().kinds for each in kind.variants}
    if session is None or session.cohort_id != cohort.id or variant not in known:
        raise Refusal(words.stale_prompt(desk.language))
    return cohort, session, variant


async def _readers(desk: Desk, cohort: Cohort) -> list[int]:
    """Who takes part now."""
    found = await desk.db.scalars(
        select(Enrollment.person_id)
        .join(Person, col(Person.id) == Enrollment.person_id)
        .where(
            Enrollment.cohort_id == cohort.id,
            Enrollment.status == "active",
            col(Person.deleted_at).is_(None),
        )
        .order_by(col(Enrollment.person_id))
    )
    return list(found)
