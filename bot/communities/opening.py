"""A cohort's channel: opened by the bot (Slack), or linked where the bot is installed (Teams)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from bot.cards import Button, Card, Fact
from bot.communities.joining import STAFF
from bot.communities.lookup import (
    TAKES_PART,
    channels_of,
    cohort_by_id,
    enrollment_of,
    staff_of,
    title_in,
    users_in,
)
from bot.desk import Desk
from bot.errands import Errands
from bot.feature import Refusal, Reply
from bot.permissions import Action
from bot.platform import Address, CannotLookUp, ChatPlatform, Sent
from prompts.library import read_library
from prompts.text import Marked
from prompts.words import communities as words
from storage.nudges import Errand, Nudge
from storage.people import Identity, Person, Workspace
from storage.series import Cohort, CohortChannel, Enrollment, Series

PAGE_LIFE = timedelta(days=400)
"""The bookmark's link lives as long as a series with everything that follows it."""
LOOK_BACK = timedelta(days=1)


# --- open: preview, confirm ---------------------------------------------------------------------------


async def open_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    return await preview(desk, await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT))


async def open_previewed(desk: Desk, value: str) -> Reply:
    return await preview(desk, await cohort_by_id(desk, value))


async def preview(desk: Desk, cohort: Cohort) -> Reply:
    """What will happen, before anything does."""
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    await _refuse_second_channel(desk, cohort)
    say = desk.language
    if not desk.opens_channels:
        raise Refusal(words.link_instead(say, cohort=cohort.name))
    series = await desk.db.get_one(Series, cohort.series_id)
    people = await _people_for_channel(desk, cohort, series)
    known = await users_in(desk.db, desk.workspace.id or 0, people)
    notice = read_library().notice("no_client_information")
    return Reply(
        card=Card(
            title=words.open_title(say, cohort=cohort.name),
            text=words.open_preview(say, n=len(known), notice=notice.title.say(say)),
            facts=(
                Fact(label=words.channel_label(say), value=series.slug),
                Fact(label=words.topic_label(say), value=_topic(series)),
                Fact(label=words.notice_label(say), value=notice.text.say(say)),
            ),
            buttons=(
                Button(label=words.open_it(say), action="cohort.open", value=str(cohort.id), style="primary"),
                Button(label=words.not_now(say), action="join.not_now"),
            ),
        )
    )


async def open_confirmed(desk: Desk, value: str) -> Reply:
    """Queue the opening. A second press finds it queued, or the channel open."""
    cohort = await cohort_by_id(desk, value)
    await desk.require(Action.RUN_COHORT, cohort.series_id)
    await _refuse_second_channel(desk, cohort)
    if not desk.opens_channels:
        raise Refusal(words.link_instead(desk.language, cohort=cohort.name))
    key = f"open_channel:{cohort.id}:{desk.workspace.id}"
    errand = (await desk.db.scalars(select(Errand).where(Errand.key == key))).first()
    if errand is None:
        details = {"cohort_id": cohort.id, "workspace_id": desk.workspace.id, "person_id": desk.me.id}
        desk.errand("open_channel", key, details)
        desk.audit("channel_opened", f"cohort:{cohort.id}")
    elif errand.state == "failed":
        errand.state, errand.attempts, errand.due_at = "planned", 0, desk.now
    return Reply(card=Card(text=words.opening(desk.language, cohort=cohort.name)), replace=True)


async def _refuse_second_channel(desk: Desk, cohort: Cohort) -> None:
    for channel in await channels_of(desk.db, cohort.id):
        if channel.workspace_id == desk.workspace.id:
            raise Refusal(words.has_channel(desk.language, cohort=cohort.name, channel=channel.name))


async def _people_for_channel(desk: Desk, cohort: Cohort, series: Series) -> set[int]:
    taking_part = await desk.db.scalars(
        select(Enrollment.person_id).where(
            Enrollment.cohort_id == cohort.id, col(Enrollment.status).in_(TAKES_PART)
        )
    )
    return set(taking_part) | await staff_of(desk.db, series, *STAFF)


def _topic(series: Series) -> str:
    return title_in(series.title, series.languages[0])[:250]


# --- open: the errand ---------------------------------------------------------------------------------


async def open_channel(errands: Errands, errand: Errand) -> None:
    """Open the channel, let people in, pin the notice, set the bookmark, tell who asked.

    Each step finds what an earlier attempt did: a repeated errand adds nothing twice.
    """
    details = errand.details
    async with errands.database.read() as db:
        cohort = await db.get_one(Cohort, details["cohort_id"])
        series = await db.get_one(Series, cohort.series_id)
        workspace = await db.get_one(Workspace, details["workspace_id"])
        open_now = [one for one in await channels_of(db, cohort.id) if one.workspace_id == workspace.id]
    platform = errands.platforms[workspace.platform]
    if open_now:
        address = Address(workspace.tenant, open_now[0].conversation, open_now[0].reference)
    else:
        address = await platform.open_channel(workspace.tenant, series.slug, topic=_topic(series))
        await _keep_channel(errands, cohort, workspace, series.slug, address)
    await platform.invite(address, await _users_for_channel(errands, cohort, series, workspace))
    await _pin_notice(errands, platform, address, series.languages[0], errand)
    page = errands.links.to("cohort", cohort.id, 0, errands.clock.now(), life=PAGE_LIFE)
    await platform.bookmark(address, str(words.bookmark(series.languages[0])), page)
    await _tell_opened(errands, errand, cohort, series.slug)


async def _keep_channel(
    errands: Errands, cohort: Cohort, workspace: Workspace, name: str, address: Address
) -> None:
    async with errands.database.write() as db:
        channel = CohortChannel(
            cohort_id=cohort.id or 0,
            workspace_id=workspace.id or 0,
            conversation=address.conversation,
            reference=address.reference,
            name=name,
        )
        db.add(channel)


async def _users_for_channel(
    errands: Errands, cohort: Cohort, series: Series, workspace: Workspace
) -> list[str]:
    async with errands.database.read() as db:
        taking_part = set(
            await db.scalars(
                select(Enrollment.person_id).where(
                    Enrollment.cohort_id == cohort.id, col(Enrollment.status).in_(TAKES_PART)
                )
            )
        )
        return await users_in(db, workspace.id or 0, taking_part | await staff_of(db, series, *STAFF))


async def _pin_notice(
    errands: Errands, platform: ChatPlatform, address: Address, language: str, errand: Errand
) -> None:
    # The mark comes from the errand's key, so that a second attempt finds the first one's post.
    mark = hashlib.sha256(errand.key.encode()).hexdigest()[:22]
    try:
        sent: Sent | None = await platform.find(address, mark, errand.created_at - LOOK_BACK)
    except CannotLookUp:
        sent = None
    if sent is None:
        sent = await platform.send(address, notice_card(language), mark=mark, users={}, language=language)
    await platform.pin(sent)


def notice_card(language: str) -> Card:
    """The notice that stands in every cohort's channel: no client information, and nobody watches."""
    library = read_library()
    notice, watched = library.notice("no_client_information"), library.notice("not_monitored")
    return Card(
        title=notice.title.say(language), text=notice.text.say(language), context=watched.text.say(language)
    )


async def _tell_opened(errands: Errands, errand: Errand, cohort: Cohort, name: str) -> None:
    now, key = errands.clock.now(), f"channel_opened:{errand.key}"
    async with errands.database.write() as db:
        if (await db.scalars(select(Nudge.id).where(Nudge.key == key))).first():
            return
        asked_by = await db.get_one(Person, errand.details["person_id"])
        text = words.channel_open(asked_by.language, cohort=cohort.name, channel=name)
        db.add(_note(key, text, errand, cohort, now))


def _note(key: str, text: Marked, errand: Errand, cohort: Cohort, now: datetime) -> Nudge:
    return Nudge(
        key=key,
        community_id=errand.community_id,
        kind="note",
        nature="logistics",
        person_id=errand.details["person_id"],  # type: ignore[arg-type]
        cohort_id=cohort.id,
        card=Card(text=text).model_dump(mode="json"),
        due_at=now,
        created_at=now,
    )


# --- people who come and go later -----------------------------------------------------------------------


async def channel_invite(errands: Errands, errand: Errand) -> None:
    """Let one person into the cohort's channels; nothing to do before there are any."""
    for platform, address, user in await _doors(errands, errand, wanted=True):
        await platform.invite(address, [user])


async def channel_remove(errands: Errands, errand: Errand) -> None:
    """Take one person out, unless they have come back meanwhile."""
    for platform, address, user in await _doors(errands, errand, wanted=False):
        await platform.remove(address, user)


async def _doors(
    errands: Errands, errand: Errand, *, wanted: bool
) -> list[tuple[ChatPlatform, Address, str]]:
    cohort_id, person_id = errand.details["cohort_id"], errand.details["person_id"]
    async with errands.database.read() as db:
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
                errands.platforms[workspace.platform],
                Address(workspace.tenant, channel.conversation, channel.reference),
                identity.platform_user,
            )
            for channel, workspace, identity in rows
            if workspace.platform in errands.platforms
        ]


# --- link (Teams) ---------------------------------------------------------------------------------------


async def link_typed(desk: Desk, typed: dict[str, Any]) -> Reply:
    """Make the channel where this is said the cohort's channel."""
    where = desk.event.where
    cohort = await desk.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    if where.kind != "channel" or not where.conversation:
        raise Refusal(words.link_in_channel(desk.language))
    here = await desk.db.scalars(
        select(CohortChannel).where(
            CohortChannel.workspace_id == desk.workspace.id, CohortChannel.conversation == where.conversation
        )
    )
    linked = here.first()
    if linked is not None and linked.cohort_id != cohort.id:
        raise Refusal(words.channel_taken(desk.language))
    if linked is not None:
        return Reply(card=Card(text=words.linked(desk.language, cohort=cohort.name)))
    await _refuse_second_channel(desk, cohort)
    channel = CohortChannel(
        cohort_id=cohort.id or 0,
        workspace_id=desk.workspace.id or 0,
        conversation=where.conversation,
        reference=where.reference,
        name=cohort.name,
    )
    desk.db.add(channel)
    await desk.db.flush()
    series = await desk.db.get_one(Series, cohort.series_id)
    desk.post(
        notice_card(series.languages[0]),
        channel_id=channel.id,
        cohort_id=cohort.id,
        key=f"notice:{channel.id}",
    )
    desk.audit("channel_linked", f"cohort:{cohort.id}")
    return Reply(card=Card(text=words.linked(desk.language, cohort=cohort.name)))
