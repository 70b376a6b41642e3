"""Who may see a reflection, and telling them when its writer shares it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.cards import Card, Fact
from bot.core.context import Context
from bot.core.lookup import channels_of, staff_of
from bot.reflections.prompt_forms import shown
from prompts.library import read_library
from prompts.words import reflections as words
from storage.breakouts import BreakoutGroup, BreakoutRound, GroupMember
from storage.people import Person
from storage.reflections import Reflection
from storage.series import Cohort, Series


async def audiences(ctx: Context, cohort: Cohort) -> list[str]:
    """Those a reflection can be shared with now, private first."""
    found = ["private"]
    for audience in ("partner", "group", "facilitators"):
        if await _people(ctx, cohort, audience):
            found.append(audience)
    if await channels_of(ctx.db, cohort.id):
        found.append("cohort")
    return found


async def share(ctx: Context, cohort: Cohort, reflection: Reflection) -> None:
    """Send it, with the writer's name, to exactly those whom the writer chose; to nobody when private."""
    card = shared_card(ctx, reflection)
    key = f"reflection:{reflection.id}:{reflection.visibility}"
    if reflection.visibility == "cohort":
        for channel in await channels_of(ctx.db, cohort.id):
            ctx.post(card, channel_id=channel.id, cohort_id=cohort.id, key=f"{key}:channel:{channel.id}")
    else:
        for person_id in sorted(await _people(ctx, cohort, reflection.visibility)):
            ctx.post(card, person_id=person_id, cohort_id=cohort.id, key=f"{key}:{person_id}")


def shared_card(ctx: Context, reflection: Reflection) -> Card:
    kind, variant = read_library().variant(reflection.variant)
    language = reflection.language
    return Card(
        title=words.shared_title(language, name=ctx.me.name, kind=kind.name.say(language)),
        text=variant.say(language),
        facts=tuple(
            Fact(label=label, value=text) for label, text in shown(kind, reflection.answers, language)
        ),
        context=words.shared_context(language, audience=words.audience(language, reflection.visibility)),
    )


async def _people(ctx: Context, cohort: Cohort, audience: str) -> set[int]:
    """Who an audience is, without me; nobody for the others (private, cohort)."""
    me = ctx.me.id
    if audience == "facilitators":
        series = await ctx.db.get_one(Series, cohort.series_id)
        return await staff_of(ctx.db, series, "facilitator") - {me}
    kind = {"partner": "partners", "group": "breakout"}.get(audience)
    return await _together(ctx.db, cohort, kind, me) - {me} if kind else set()


async def _together(db: AsyncSession, cohort: Cohort, kind: str, person_id: int) -> set[int]:
    """The members of the group of this kind that the person was in last."""
    last = (
        await db.scalars(
            select(BreakoutGroup.id)
            .join(BreakoutRound)
            .join(GroupMember)
            .where(
                BreakoutRound.cohort_id == cohort.id,
                BreakoutRound.kind == kind,
                col(BreakoutRound.status).in_(["open", "closed"]),
                GroupMember.person_id == person_id,
            )
            .order_by(col(BreakoutRound.id).desc())
            .limit(1)
        )
    ).first()
    members = await db.scalars(
        select(GroupMember.person_id)
        .join(Person, col(Person.id) == GroupMember.person_id)
        .where(GroupMember.group_id == last, col(Person.deleted_at).is_(None))
    )
    return set(members)
