"""A cohort's registration page in a facilitator's hands: open it, close it, decide who gets a place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.communities.joining import do_join
from bot.communities.place_requests import PURPOSE, OpenPage, accept, door_of
from bot.core.cards import Button, Card, Section
from bot.core.context import Context
from bot.core.lookup import TAKES_PART, enrollment_of, row_id
from bot.core.permissions import Action
from bot.core.reply import Refusal, Reply
from prompts.words import registration as words
from prompts.words import subjects
from storage.people import Person
from storage.registrations import Registration, RegistrationPage, RegistrationState
from storage.series import Cohort

LINK_LIFE = timedelta(days=400)
MOST_SHOWN = 20


async def open_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Open the page; opened again it keeps its link, and changes whether a facilitator decides."""
    language = ctx.language
    await ctx.address_workspace()
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    page = await _page(ctx, cohort)
    if page is None:
        page = RegistrationPage(cohort_id=cohort.id, opened_by_id=ctx.me.id, opened_at=ctx.now)
        ctx.db.add(page)
    page.closed_at, page.needs_approval = None, typed.get("approval") == "yes"
    await ctx.db.flush()
    ctx.audit("registration_opened", f"cohort:{cohort.id}")
    how = words.you_decide if page.needs_approval else words.by_itself
    close = Button(label=words.close(language), action="registration.close", value=str(cohort.id))
    return Reply(
        card=Card(
            title=words.opened_title(language, cohort=cohort.name),
            text=words.opened_text(language, url=_url(ctx, cohort)),
            context=how(language),
            buttons=(close,),
        )
    )


async def close_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    return await do_close(ctx, await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT))


async def close_pressed(ctx: Context, value: str) -> Reply:
    cohort = await _cohort(ctx, row_id(value))
    return await do_close(ctx, cohort)


async def do_close(ctx: Context, cohort: Cohort) -> Reply:
    page = await _page(ctx, cohort)
    if page is None or page.closed_at is not None:
        raise Refusal(words.not_open(ctx.language, cohort=cohort.name))
    page.closed_at = ctx.now
    ctx.audit("registration_closed", f"cohort:{cohort.id}")
    return Reply(card=Card(text=words.closed(ctx.language, cohort=cohort.name)), replace=True)


async def registrations_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """The link, how many asked, and those who wait for a decision."""
    cohort = await ctx.cohort(typed.get("cohort") or "", Action.RUN_COHORT)
    language, door = ctx.language, await door_of(ctx.db, cohort.id)
    if door is None:
        raise Refusal(words.not_open(language, cohort=cohort.name))
    rows = list(
        await ctx.db.scalars(
            select(Registration).where(Registration.cohort_id == cohort.id).order_by(col(Registration.id))
        )
    )
    waiting = [row for row in rows if row.status == RegistrationState.CONFIRMED]
    counts = {state: sum(row.status == state for row in rows) for state in RegistrationState}
    return Reply(
        card=Card(
            title=words.opened_title(language, cohort=cohort.name),
            text=words.counted(
                language,
                url=_url(ctx, cohort),
                asked=counts[RegistrationState.ASKED],
                accepted=counts[RegistrationState.ACCEPTED],
                waiting=len(waiting),
            ),
            sections=tuple(_section(row, language) for row in waiting[:MOST_SHOWN]),
        )
    )


def _section(row: Registration, language: str) -> Section:
    about = ", ".join(part for part in (row.email, row.job_role, row.organisation, row.state) if part)
    return Section(
        title=row.name,
        text=about,
        buttons=(
            Button(label=words.approve(language), action="registration.approve", value=str(row.id)),
            Button(label=words.decline(language), action="registration.decline", value=str(row.id)),
        ),
    )


async def approved(ctx: Context, value: str) -> Reply:
    """Give the place, or one on the waiting list when all seats are taken."""
    row, door = await _waiting(ctx, value)
    who = await accept(ctx.db, door, row, await ctx.address_workspace(), ctx.now)
    person = await ctx.db.get_one(Person, row.person_id)
    if who is not None:
        done = await do_join(replace(ctx, me=person), door.cohort)
        enrollment = await enrollment_of(ctx.db, door.cohort.id, person.id)
        seated = enrollment is not None and enrollment.status in TAKES_PART
        said = words.place_given if seated else words.place_later
        buttons = done.card.buttons if done.card else ()
        ctx.post(
            Card(
                subject=subjects.seat(person.language, cohort=door.cohort.name),
                text=said(person.language, cohort=door.cohort.name),
                buttons=buttons,
            ),
            person_id=person.id,
            cohort_id=door.cohort.id,
            key=f"registration_decided:{row.id}",
        )
    ctx.audit("registration_approved", f"person:{person.id}")
    return Reply(card=Card(text=words.approved(ctx.language, name=row.name)), replace=True)


async def declined(ctx: Context, value: str) -> Reply:
    row, _ = await _waiting(ctx, value)
    row.status = RegistrationState.DECLINED
    ctx.audit("registration_declined", f"registration:{row.id}")
    return Reply(card=Card(text=words.declined(ctx.language, name=row.name)), replace=True)


async def _waiting(ctx: Context, value: str) -> tuple[Registration, OpenPage]:
    row = await ctx.db.get(Registration, row_id(value))
    door = await door_of(ctx.db, row.cohort_id) if row else None
    if row is None or door is None or door.community.id != ctx.community.id:
        raise Refusal(words.request_gone(ctx.language))
    await ctx.require(Action.RUN_COHORT, door.series.id)
    if row.status != RegistrationState.CONFIRMED:
        raise Refusal(words.already_decided(ctx.language, name=row.name))
    return row, door


async def _cohort(ctx: Context, cohort_id: int) -> Cohort:
    cohort = await ctx.db.get(Cohort, cohort_id)
    if cohort is None or cohort.community_id != ctx.community.id:
        raise Refusal(words.request_gone(ctx.language))
    await ctx.require(Action.RUN_COHORT, cohort.series_id)
    return cohort


async def _page(ctx: Context, cohort: Cohort) -> RegistrationPage | None:
    found = await ctx.db.scalars(select(RegistrationPage).where(RegistrationPage.cohort_id == cohort.id))
    return found.first()


def _url(ctx: Context, cohort: Cohort) -> str:
    return ctx.links.to(PURPOSE, cohort.id, 0, ctx.now, LINK_LIFE)
