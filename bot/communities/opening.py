"""A cohort's channel: opened by the bot (Slack), or linked where the bot is installed (Teams)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, func, select

from bot.communities.joining import STAFF
from bot.communities.letting_in import let_in
from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.jobs import JobContext
from bot.core.lookup import TAKES_PART, channels_of, cohort_by_id, enrollment_of, staff_of, title_in, users_in
from bot.core.notes import note
from bot.core.permissions import Action
from bot.core.platform import (
    Address,
    CannotLookUp,
    ChatPlatform,
    PlatformError,
    Sent,
    Throttled,
    Unavailable,
    Uncertain,
    WorkspaceRefused,
)
from bot.core.reply import Refusal, Reply
from prompts import dates
from prompts.library import read_library
from prompts.text import Words, plain
from prompts.words import communities as words
from prompts.words import platforms as platform_words
from prompts.words import subjects
from storage.nudges import Job, JobState, Nudge
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, CohortChannel, Enrollment, Series

PAGE_LIFE = timedelta(days=400)
"""The bookmark's link lives as long as a series with everything that follows it."""
LOOK_BACK = timedelta(days=1)


# --- open: preview, confirm ---------------------------------------------------------------------------


async def open_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await preview(ctx, await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT))


async def open_previewed(ctx: Context, value: str) -> Reply:
    return await preview(ctx, await cohort_by_id(ctx, value))


async def preview(ctx: Context, cohort: Cohort) -> Reply:
    """What will happen, before anything does."""
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    workspace = await _workspace_for_channel(ctx, cohort)
    language = ctx.language
    series = await ctx.db.get_one(Series, cohort.series_id)
    people = await _people_for_channel(ctx, cohort, series)
    known = await users_in(ctx.db, workspace.id, people)
    notice = read_library().notice("no_client_information")
    return Reply(
        card=Card(
            title=words.open_title(language, cohort=cohort.name),
            text=words.open_preview(language, n=len(known), notice=notice.title.say(language)),
            facts=(
                Fact(
                    label=words.channel_label(language),
                    value=await _channel_name(ctx.db, cohort, series, ctx.workspace.id),
                ),
                Fact(label=words.topic_label(language), value=_topic(series)),
                Fact(label=words.notice_label(language), value=notice.text.say(language)),
            ),
            buttons=(
                Button(
                    label=words.open_it(language), action="cohort.open", value=str(cohort.id), style="primary"
                ),
                Button(label=words.not_now(language), action="join.not_now"),
            ),
        )
    )


async def open_confirmed(ctx: Context, value: str) -> Reply:
    """Queue the opening. A second press finds it queued, or the channel open."""
    cohort = await cohort_by_id(ctx, value)
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    workspace = await _workspace_for_channel(ctx, cohort)
    key = f"open_channel:{cohort.id}:{workspace.id}"
    job = (await ctx.db.scalars(select(Job).where(Job.key == key))).first()
    if job is None:
        details = {"cohort_id": cohort.id, "workspace_id": workspace.id, "person_id": ctx.me.id}
        ctx.job("open_channel", key, details)
        ctx.audit("channel_opened", f"cohort:{cohort.id}")
    elif job.state in {JobState.FAILED, JobState.DONE, JobState.PLANNED}:
        job.state, job.attempts, job.due_at = "planned", 0, ctx.now
        job.put_off_since = None
        job.told_at = None
        job.details = {**job.details, "person_id": ctx.me.id}
    return Reply(card=Card(text=words.opening(ctx.language, cohort=cohort.name)), replace=True)


async def _workspace_for_channel(ctx: Context, cohort: Cohort) -> Workspace:
    """Where the channel will be: here; from a page, which has none, where I have my chat. Raises `Refusal`
    when there is one already, or when it cannot be opened there."""
    here = [ctx.workspace]
    if ctx.workspace.platform == "web":
        of_mine = (
            select(Workspace)
            .join(Identity)
            .where(Identity.person_id == ctx.me.id, Workspace.platform != "web")
        )
        standing = of_mine.where(col(Workspace.uninstalled_at).is_(None), col(Identity.reachable))
        here = list(await ctx.db.scalars(standing.order_by(col(Identity.id))))
    for workspace in here:
        await _refuse_second_channel(ctx, cohort, workspace)
    for workspace in here:
        if workspace.platform not in ctx.channels_linked:
            return workspace
    raise Refusal(words.link_instead(ctx.language, cohort=cohort.name))


async def _refuse_second_channel(ctx: Context, cohort: Cohort, workspace: Workspace) -> None:
    """A channel whose opening stopped half way is no second one: opening goes on there."""
    half_way = await ctx.db.scalars(
        select(Job).where(Job.key == f"open_channel:{cohort.id}:{workspace.id}", Job.state != JobState.DONE)
    )
    if half_way.first() is not None:
        return
    for channel in await channels_of(ctx.db, cohort.id):
        if channel.workspace_id == workspace.id:
            raise Refusal(words.has_channel(ctx.language, cohort=cohort.name, channel=channel.name))


async def _people_for_channel(ctx: Context, cohort: Cohort, series: Series) -> set[int]:
    taking_part = await ctx.db.scalars(
        select(Enrollment.person_id).where(
            Enrollment.cohort_id == cohort.id, col(Enrollment.status).in_(TAKES_PART)
        )
    )
    return set(taking_part) | await staff_of(ctx.db, series, *STAFF)


async def _channel_name(db: AsyncSession, cohort: Cohort, series: Series, workspace_id: int) -> str:
    """The series' short name; behind it the cohort's own, but for the first cohort of a series: a platform
    gives each name once, and finds a channel that an attempt before this one made by its name. So a name
    that another cohort's channel has there, as "spring east" and the series ``spring-east`` would, gets the
    cohort's name or number behind it."""
    first = select(func.min(Cohort.id)).where(Cohort.series_id == series.id)
    named = f"{series.slug} {cohort.name}"
    wanted = [series.slug, named] if (await db.scalars(first)).one() == cohort.id else [named]
    others = await db.scalars(
        select(CohortChannel.name).where(
            CohortChannel.workspace_id == workspace_id, CohortChannel.cohort_id != cohort.id
        )
    )
    taken = {_spelled(name) for name in others}
    return next((name for name in wanted if _spelled(name) not in taken), f"{named} {cohort.id}")


def _spelled(name: str) -> str:
    """As platforms spell the name of a channel, so that two alike are told."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")


def _topic(series: Series) -> str:
    return title_in(series.title, series.languages[0])[:250]


# --- open: the job ---------------------------------------------------------------------------------


async def open_channel(jobs: JobContext, job: Job) -> None:
    """Open the channel, let people in, pin the notice, set the bookmark, tell who asked.

    Each step finds what an earlier attempt did: a repeated job adds nothing twice.
    """
    details = job.details
    async with jobs.database.read() as db:
        cohort = await db.get_one(Cohort, details["cohort_id"])
        series = await db.get_one(Series, cohort.series_id)
        workspace = await db.get_one(Workspace, details["workspace_id"])
        open_now = [one for one in await channels_of(db, cohort.id) if one.workspace_id == workspace.id]
        name = await _channel_name(db, cohort, series, workspace.id)
    platform = jobs.platforms[workspace.platform]
    if open_now:
        address = Address(workspace.tenant, open_now[0].conversation, open_now[0].reference)
    else:
        address = await platform.open_channel(workspace.tenant, name, topic=_topic(series))
        await _keep_channel(jobs, cohort, workspace, name, address)
    await let_in(
        jobs,
        job,
        cohort,
        platform,
        address,
        await _users_for_channel(jobs, cohort, series, workspace),
    )
    refused = await _furnish(jobs, job, platform, address, cohort, series.languages[0])
    await _tell_opened(jobs, job, cohort, name, refused)


async def _furnish(
    jobs: JobContext,
    job: Job,
    platform: ChatPlatform,
    address: Address,
    cohort: Cohort,
    language: str,
) -> list[Words]:
    """The notice, pinned, and the bookmark. A workspace may forbid either: the channel is open all the same.
    Returns the steps that were refused."""
    refused: list[Words] = []
    sent = await _post_notice(jobs, platform, address, language, job)
    if not await _allowed(platform.pin(sent)):
        refused.append(platform_words.step_pin)
    page = jobs.links.to("cohort", cohort.id, 0, jobs.clock.now(), life=PAGE_LIFE)
    if not await _allowed(platform.bookmark(address, str(words.bookmark(language)), page)):
        refused.append(platform_words.step_bookmark)
    return refused


async def _allowed(step: Awaitable[None]) -> bool:
    """Take a step that may be refused without harm."""
    try:
        await step
    except (Throttled, Unavailable, Uncertain, WorkspaceRefused):
        raise
    except PlatformError:
        return False
    return True


async def opening_refused(jobs: JobContext, job: Job, code: str) -> None:
    """Whoever asked for the channel hears why it is not there, what helps, and how to go on."""
    async with jobs.database.write() as db:
        cohort = await db.get_one(Cohort, job.details["cohort_id"])
        asked_by = await db.get_one(Person, job.details["person_id"])
        language = asked_by.language
        card = Card(
            title=platform_words.opening_title(language),
            text=platform_words.opening_failed(
                language, cohort=cohort.name, remedy=platform_words.remedy(language, code)
            ),
            buttons=(
                Button(
                    label=platform_words.try_again(language),
                    action="cohort.open",
                    value=str(cohort.id),
                    style="primary",
                ),
            ),
        )
        key = f"opening_refused:{job.id}:{jobs.clock.now().isoformat()}"
        db.add(_note(key, card, job, cohort, jobs.clock.now()))


async def _keep_channel(
    jobs: JobContext, cohort: Cohort, workspace: Workspace, name: str, address: Address
) -> None:
    async with jobs.database.write() as db:
        channel = CohortChannel(
            cohort_id=cohort.id,
            workspace_id=workspace.id,
            conversation=address.conversation,
            reference=address.reference,
            name=name,
        )
        db.add(channel)


async def _users_for_channel(
    jobs: JobContext, cohort: Cohort, series: Series, workspace: Workspace
) -> list[str]:
    async with jobs.database.read() as db:
        taking_part = set(
            await db.scalars(
                select(Enrollment.person_id).where(
                    Enrollment.cohort_id == cohort.id, col(Enrollment.status).in_(TAKES_PART)
                )
            )
        )
        return await users_in(db, workspace.id, taking_part | await staff_of(db, series, *STAFF))


async def _post_notice(
    jobs: JobContext, platform: ChatPlatform, address: Address, language: str, job: Job
) -> Sent:
    # The mark comes from the job's key, so that a second attempt finds the first one's post.
    mark = hashlib.sha256(job.key.encode()).hexdigest()[:22]
    try:
        sent: Sent | None = await platform.find(address, mark, job.created_at - LOOK_BACK)
    except CannotLookUp:
        sent = None
    if sent is None:
        sent = await platform.send(address, notice_card(language), mark=mark, users={}, language=language)
    return sent


def notice_card(language: str) -> Card:
    """The notice that stands in every cohort's channel: no client information, and nobody watches."""
    library = read_library()
    notice, watched = library.notice("no_client_information"), library.notice("not_monitored")
    return Card(
        title=notice.title.say(language), text=notice.text.say(language), context=watched.text.say(language)
    )


async def _tell_opened(
    jobs: JobContext, job: Job, cohort: Cohort, name: str, refused: Sequence[Words]
) -> None:
    now, key = jobs.clock.now(), f"channel_opened:{job.key}"
    async with jobs.database.write() as db:
        if (await db.scalars(select(Nudge.id).where(Nudge.key == key))).first():
            return
        asked_by = await db.get_one(Person, job.details["person_id"])
        language = asked_by.language
        text = words.channel_open(language, cohort=cohort.name, channel=name)
        if refused:
            steps = dates.series_of(language, [plain(step(language)) for step in refused])
            text = platform_words.not_all_set(language, cohort=cohort.name, steps=steps)
        card = Card(subject=subjects.channel(language, cohort=cohort.name), text=text)
        db.add(_note(key, card, job, cohort, now))


def _note(key: str, card: Card, job: Job, cohort: Cohort, now: datetime) -> Nudge:
    return note(
        key,
        job.community_id,
        now,
        person_id=cast("int", job.details["person_id"]),
        cohort_id=cohort.id,
        card=card,
    )


# --- people who come and go later -----------------------------------------------------------------------


async def channel_invite(jobs: JobContext, job: Job) -> None:
    """Let one person into the cohort's channels; nothing to do before there are any."""
    async with jobs.database.read() as db:
        cohort = await db.get_one(Cohort, job.details["cohort_id"])
    for platform, address, user in await _doors(jobs, job, wanted=True):
        await let_in(jobs, job, cohort, platform, address, [user])


async def channel_remove(jobs: JobContext, job: Job) -> None:
    """Take one person out, unless they have come back meanwhile."""
    for platform, address, user in await _doors(jobs, job, wanted=False):
        await platform.remove(address, user)


async def _doors(jobs: JobContext, job: Job, *, wanted: bool) -> list[tuple[ChatPlatform, Address, str]]:
    cohort_id, person_id = job.details["cohort_id"], job.details["person_id"]
    async with jobs.database.read() as db:
        enrollment = await enrollment_of(db, cohort_id, person_id)  # type: ignore[arg-type]
        if enrollment is None or (enrollment.status in TAKES_PART) != wanted:
            return []
        rows = await db.execute(
            select(CohortChannel, Workspace, Identity)
            .join(Workspace, col(Workspace.id) == CohortChannel.workspace_id)
            .join(Identity, col(Identity.workspace_id) == Workspace.id)
            .where(
                CohortChannel.cohort_id == cohort_id,
                Identity.person_id == person_id,
                col(Workspace.uninstalled_at).is_(None),
            )
        )
        return [
            (
                jobs.platforms[workspace.platform],
                Address(workspace.tenant, channel.conversation, channel.reference),
                identity.platform_user,
            )
            for channel, workspace, identity in rows
            if workspace.platform in jobs.platforms
        ]


# --- link (Teams) ---------------------------------------------------------------------------------------


async def link_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Make the channel where this is said the cohort's channel."""
    where = ctx.event.where
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    if where.kind != "channel" or not where.conversation:
        raise Refusal(words.link_in_channel(ctx.language))
    here = await ctx.db.scalars(
        select(CohortChannel).where(
            CohortChannel.workspace_id == ctx.workspace.id, CohortChannel.conversation == where.conversation
        )
    )
    linked = here.first()
    if linked is not None and linked.cohort_id != cohort.id:
        raise Refusal(words.channel_taken(ctx.language))
    if linked is not None:
        return Reply(card=Card(text=words.linked(ctx.language, cohort=cohort.name)))
    await _refuse_second_channel(ctx, cohort, ctx.workspace)
    channel = CohortChannel(
        cohort_id=cohort.id,
        workspace_id=ctx.workspace.id,
        conversation=where.conversation,
        reference=where.reference,
        name=cohort.name,
    )
    ctx.db.add(channel)
    await ctx.db.flush()
    series = await ctx.db.get_one(Series, cohort.series_id)
    ctx.post(
        notice_card(series.languages[0]),
        channel_id=channel.id,
        cohort_id=cohort.id,
        key=f"notice:{channel.id}",
    )
    details = {"channel_id": channel.id, "person_id": ctx.me.id, "cohort_id": cohort.id}
    ctx.job("look_into_channel", f"look_into_channel:{channel.id}", details)
    ctx.audit("channel_linked", f"cohort:{cohort.id}")
    return Reply(card=Card(text=words.linked(ctx.language, cohort=cohort.name)))
