"""Finding what prompts and commitments are about: the cohort, the session, what there is to choose from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.core.context import Context
from bot.core.lookup import TAKES_PART, enrollment_of, row_id
from bot.core.reply import Refusal
from bot.reflections.prompt_forms import Choices
from prompts.library import read_library
from prompts.text import plain
from prompts.words import reflections as words
from storage.series import Cohort, CohortChannel, Enrollment, Series, SeriesStatus
from storage.sessions import NO_EXTRAS, KeyIdea, Session, SessionStatus


async def my_cohort(ctx: Context, cohort_id: int) -> Cohort:
    """A cohort I take part in, by id. Raises `Refusal` for any other."""
    cohort = await ctx.db.get(Cohort, cohort_id)
    enrollment = await enrollment_of(ctx.db, cohort_id, ctx.me.id)
    if (
        cohort is None
        or cohort.community_id != ctx.community.id
        or enrollment is None
        or enrollment.status not in TAKES_PART
    ):
        raise Refusal(words.not_yours(ctx.language))
    return cohort


async def cohorts_to_write_in(ctx: Context) -> list[Cohort]:
    """Where what I write now can belong: this channel's cohort, else each I take part in, the one with the
    latest session first. Raises `Refusal` when I take part in none."""
    found = list(
        await ctx.db.scalars(
            select(Cohort)
            .join(Enrollment, col(Enrollment.cohort_id) == Cohort.id)
            .join(Series, col(Series.id) == Cohort.series_id)
            .where(
                Enrollment.person_id == ctx.me.id,
                col(Enrollment.status).in_(TAKES_PART),
                Cohort.community_id == ctx.community.id,
                Series.status != SeriesStatus.ARCHIVED,
            )
        )
    )
    if not found:
        raise Refusal(words.not_yours(ctx.language))
    here = set(
        await ctx.db.scalars(
            select(CohortChannel.cohort_id).where(
                CohortChannel.workspace_id == ctx.workspace.id,
                CohortChannel.conversation == ctx.event.where.conversation,
            )
        )
    )
    last = {cohort.id: await _last_begun(ctx, cohort.id) for cohort in found}
    found.sort(key=lambda cohort: (last[cohort.id], cohort.id), reverse=True)
    return [cohort for cohort in found if cohort.id in here] or found


async def _last_begun(ctx: Context, cohort_id: int | None) -> float:
    """When its latest session began, in seconds; 0 before the first."""
    begun = select(func.max(Session.starts_at)).where(
        Session.cohort_id == cohort_id,
        Session.status != SessionStatus.CANCELLED,
        Session.starts_at <= ctx.now,
    )
    moment = (await ctx.db.scalars(begun)).one()
    return moment.timestamp() if moment else 0.0


async def session_numbered(ctx: Context, cohort: Cohort, number: int) -> Session:
    """The cohort's session with this number. Raises `Refusal`, naming those there are."""
    found = list(
        await ctx.db.scalars(
            select(Session).where(Session.cohort_id == cohort.id).order_by(col(Session.number))
        )
    )
    for session in found:
        if session.number == number:
            return session
    numbers = ", ".join(str(session.number) for session in found) or "–"
    raise Refusal(words.no_such_session(ctx.language, number=number, cohort=cohort.name, numbers=numbers))


async def session_now(db: AsyncSession, cohort_id: int | None, now: datetime) -> Session | None:
    """The session that is on, or else the last one that began; the first before any has begun."""
    held = list(
        await db.scalars(
            select(Session)
            .where(Session.cohort_id == cohort_id, Session.status != SessionStatus.CANCELLED)
            .order_by(col(Session.starts_at))
        )
    )
    begun = [session for session in held if session.starts_at <= now]
    return begun[-1] if begun else (held[0] if held else None)


async def session_of(ctx: Context, cohort: Cohort, session_id: str) -> Session | None:
    """The cohort's session of this number, as a form was shown with it; without one, that of now."""
    session = await ctx.db.get(Session, row_id(session_id)) if session_id else None
    if session is None or session.cohort_id != cohort.id:
        return await session_now(ctx.db, cohort.id, ctx.now)
    return session


async def choices_for(db: AsyncSession, session: Session | None, language: str) -> Choices:
    """Cues, the session's commitments and its approved key ideas, in one language."""
    cues = [(cue.id, plain(cue.say(language))) for cue in read_library().cues]
    if session is None:
        return Choices({"cues": cues})
    ideas = await db.scalars(
        select(KeyIdea)
        .where(KeyIdea.session_id == session.id, col(KeyIdea.approved_at).is_not(None))
        .order_by(col(KeyIdea.position))
    )
    told = [(str(idea.id), idea.text.get(language, {}).get("idea", "")) for idea in ideas]
    return Choices(
        {
            "cues": cues,
            "session_commitments": _listed(session, language),
            "session_key_ideas": [(value, text) for value, text in told if text],
        }
    )


def _listed(session: Session, language: str) -> list[tuple[str, str]]:
    """The session's own list of commitments; those without a text in this language are left out."""
    listed = (session.extras or NO_EXTRAS).commitments
    return [(one["id"], one[language]) for one in listed if one.get("id") and one.get(language)]
