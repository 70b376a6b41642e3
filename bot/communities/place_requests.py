"""Asking for a place in a cohort by its registration page, with an address that is confirmed first.

Whoever fills in the page learns nothing about anybody: the answer is the same for an address that we know and
for one that we do not, and only the owner of the address reads more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, delete, select

from bot.core.cards import Button, Card
from bot.core.events import Who
from bot.core.forms import Field, Form, Option, Values
from bot.core.jobs import JobContext
from bot.core.links import Links
from bot.core.lookup import TAKES_PART, enrollment_of, staff_of, title_in
from bot.core.notes import note
from bot.core.permissions import Role
from bot.core.us_states import state_code
from prompts.catalog import languages
from prompts.words import communities, subjects
from prompts.words import registration as words
from storage.people import PAGES, Community, Duty, Identity, Person, Workspace
from storage.registrations import Registration, RegistrationPage, RegistrationState
from storage.series import Cohort, Series, SeriesStatus

PURPOSE, CONFIRM = "register", "register-confirm"
CONFIRM_WITHIN = timedelta(days=3)
KEPT_UNCONFIRMED = timedelta(days=7)
MOST_MAILS = 3
"""Confirmations to one address for one cohort, until what is unconfirmed is forgotten."""


@dataclass(frozen=True, slots=True)
class OpenPage:
    """An open registration page: what it is for."""

    page: RegistrationPage
    cohort: Cohort
    series: Series
    community: Community


async def door_of(db: AsyncSession, cohort_id: int) -> OpenPage | None:
    """The cohort's open page; None when it is closed, or the series is over."""
    page = (await db.scalars(select(RegistrationPage).where(RegistrationPage.cohort_id == cohort_id))).first()
    if page is None or page.closed_at is not None:
        return None
    cohort = await db.get_one(Cohort, cohort_id)
    series = await db.get_one(Series, cohort.series_id)
    if series.status in {SeriesStatus.CLOSED, SeriesStatus.ARCHIVED}:
        return None
    return OpenPage(page, cohort, series, await db.get_one(Community, cohort.community_id))


async def door_of_request(db: AsyncSession, request_id: int) -> OpenPage | None:
    """The open page by which a request came."""
    request = await db.get(Registration, request_id)
    return await door_of(db, request.cohort_id) if request else None


def registration_form(door: OpenPage, language: str) -> Form:
    """What is asked: a name and an address; the rest is optional but for the consent."""
    spoken = [code for code in door.community.languages if code in languages()] or ["en"]
    options = tuple(Option(value=code, label=communities.language_name(language, code)) for code in spoken)
    return Form(
        name="register",
        title=words.form_title(language, series=title_in(door.series.title, language)),
        submit=words.form_submit(language),
        intro=words.form_intro(language, community=door.community.name, cohort=door.cohort.name),
        fields=(
            Field(name="name", kind="text", label=words.name_label(language), most=120),
            Field(name="email", kind="text", label=words.email_label(language),
                  hint=words.email_hint(language), most=254),
            Field(name="state", kind="text", label=words.state_label(language), required=False, most=40),
            Field(name="job_role", kind="text", label=words.role_label(language), required=False, most=80),
            Field(name="organisation", kind="text", label=words.organisation_label(language), required=False,
                  most=120),
            Field(name="language", kind="choice", label=words.language_label(language),
                  initial=language if language in spoken else spoken[0],
                  options=options),
            Field(name="consent", kind="checkbox", label=words.consent_label(language), required=False,
                  text=words.consent_text(language)),
        ),
    )  # fmt: skip


def wrong_values(values: Values, language: str) -> dict[str, str]:
    """What the form itself cannot check: an address, a state, the consent."""
    wrong = {}
    email, state = str(values["email"]).strip(), str(values["state"]).strip()
    local, _, domain = email.rpartition("@")
    if not local or "." not in domain or not email.isascii() or any(map(str.isspace, email)):
        wrong["email"] = str(words.no_address(language))
    if state and state_code(state) is None:
        wrong["state"] = str(words.no_state(language))
    if not values["consent"]:
        wrong["consent"] = str(words.consent_needed(language))
    return wrong


async def ask(
    db: AsyncSession, door: OpenPage, values: Values, workspace: Workspace, links: Links, now: datetime
) -> None:
    """Keep the request, and write to the address: how to confirm, or that it has a place already."""
    email = str(values["email"]).strip().casefold()
    request = (
        await db.scalars(
            select(Registration).where(Registration.cohort_id == door.cohort.id, Registration.email == email)
        )
    ).first()
    if request is None:
        request = Registration(cohort_id=door.cohort.id, email=email, name="", asked_at=now)
        db.add(request)
    if request.status == RegistrationState.ASKED:
        _fill_in(request, values, now)
    await db.flush()
    if request.mails >= MOST_MAILS:
        return
    request.mails += 1
    card = await _card_for(db, door, request, links, now)
    db.add(
        note(
            f"registration:{request.id}:{request.mails}:{int(now.timestamp())}",
            door.community.id,
            now,
            cohort_id=door.cohort.id,
            address={"workspace_id": workspace.id, "conversation": email, "language": request.language},
            card=card,
            expires_at=now + CONFIRM_WITHIN,
        )
    )


def _fill_in(request: Registration, values: Values, now: datetime) -> None:
    request.name, request.language = " ".join(str(values["name"]).split()), str(values["language"])
    request.state = state_code(str(values["state"])) or ""
    request.job_role, request.organisation = str(values["job_role"]), str(values["organisation"])
    request.asked_at = now


async def _card_for(
    db: AsyncSession, door: OpenPage, request: Registration, links: Links, now: datetime
) -> Card:
    language, series = request.language, title_in(door.series.title, request.language)
    person = await _person_with(db, door.community, request.email)
    if person is not None and request.status in {RegistrationState.ASKED, RegistrationState.ACCEPTED}:
        enrollment = await enrollment_of(db, door.cohort.id, person.id)
        if enrollment is not None and enrollment.status in TAKES_PART:
            return Card(title=words.mail_title(language, series=series),
                        text=words.mail_already_in(language, cohort=door.cohort.name))  # fmt: skip
    url = links.to(CONFIRM, request.id, 0, now, CONFIRM_WITHIN)
    button = Button(label=words.mail_button(language), url=url, style="primary")
    text = words.mail_text(language, series=series, cohort=door.cohort.name)
    return Card(title=words.mail_title(language, series=series), text=text, buttons=(button,),
                context=words.mail_not_you(language))  # fmt: skip


async def _person_with(db: AsyncSession, community: Community, email: str) -> Person | None:
    found = await db.scalars(
        select(Person).where(
            Person.community_id == community.id, Person.email == email, col(Person.deleted_at).is_(None)
        )
    )
    return found.first()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a confirmed address means: `who` may take the seat now; without one a facilitator decides
    (`waits`), or the person has an account elsewhere and joins there."""

    language: str
    cohort: Cohort
    who: Who | None = None
    waits: bool = False


async def confirm(db: AsyncSession, request_id: int, workspace: Workspace, now: datetime) -> Confirmed | None:
    """The owner of the address has pressed the button. None when the request, or the page, is gone. Doing it
    twice changes nothing."""
    request = await db.get(Registration, request_id)
    door = await door_of(db, request.cohort_id) if request else None
    if request is None or door is None or request.status == RegistrationState.DECLINED:
        return None
    if request.status == RegistrationState.ASKED and door.page.needs_approval:
        request.status = RegistrationState.CONFIRMED
        await _tell_facilitators(db, door, request, now)
    if request.status == RegistrationState.CONFIRMED:
        return Confirmed(request.language, door.cohort, waits=True)
    who = await accept(db, door, request, workspace, now)
    return Confirmed(request.language, door.cohort, who)


async def accept(
    db: AsyncSession, door: OpenPage, request: Registration, workspace: Workspace, now: datetime
) -> Who | None:
    """Make the person and their account. None for a person who has another account, or works here: their
    address alone must not speak for them, so they are asked where they are known."""
    person = await _person_with(db, door.community, request.email)
    request.status = RegistrationState.ACCEPTED
    if person is None:
        person = Person(
            community_id=door.community.id, name=request.name, email=request.email, language=request.language,
            state=request.state, job_role=request.job_role, organisation=request.organisation, created_at=now,
        )  # fmt: skip
        db.add(person)
        await db.flush()
    request.person_id = person.id
    if await _is_known_elsewhere(db, person, workspace):
        _ask_where_known(db, door, person, now)
        return None
    mine = select(Identity).where(
        Identity.workspace_id == workspace.id, Identity.platform_user == request.email
    )
    account = (await db.scalars(mine)).first()
    if account is None:
        account = Identity(workspace_id=workspace.id, person_id=person.id, platform_user=request.email)
        db.add(account)
    account.proven_at = account.proven_at or now
    await db.flush()
    return Who(
        platform=workspace.platform, tenant=workspace.tenant, user=request.email, language=person.language
    )


async def _is_known_elsewhere(db: AsyncSession, person: Person, workspace: Workspace) -> bool:
    accounts = await db.scalars(
        select(Identity.id)
        .join(Workspace)
        .where(Identity.person_id == person.id, Workspace.id != workspace.id, Workspace.platform != PAGES)
    )
    duties = await db.scalars(select(Duty.id).where(Duty.person_id == person.id))
    return accounts.first() is not None or duties.first() is not None


def _ask_where_known(db: AsyncSession, door: OpenPage, person: Person, now: datetime) -> None:
    language = person.language
    button = Button(label=words.join(language), action="join", value=door.cohort.join_code, style="primary")
    text = words.asked_by_page(language, cohort=door.cohort.name)
    subject = subjects.taking_part(language, cohort=door.cohort.name)
    card = Card(subject=subject, text=text, buttons=(button,))
    _note(db, door, person.id, f"registration_known:{door.cohort.id}:{person.id}", card, now)


async def _tell_facilitators(db: AsyncSession, door: OpenPage, request: Registration, now: datetime) -> None:
    for facilitator in sorted(await staff_of(db, door.series, Role.FACILITATOR)):
        person = await db.get_one(Person, facilitator)
        key = f"registration_waits:{request.id}:{facilitator}"
        _note(db, door, facilitator, key, decision_card(door, request, person.language), now)


def decision_card(door: OpenPage, request: Registration, language: str) -> Card:
    """Who asks for a place, with the two answers."""
    value = str(request.id)
    return Card(
        subject=subjects.asked_for_seat(language, cohort=door.cohort.name),
        text=words.asks_for_a_place(
            language, name=request.name, email=request.email, cohort=door.cohort.name
        ),
        buttons=(
            Button(
                label=words.approve(language), action="registration.approve", value=value, style="primary"
            ),
            Button(label=words.decline(language), action="registration.decline", value=value),
        ),
    )


def _note(db: AsyncSession, door: OpenPage, person_id: int, key: str, card: Card, now: datetime) -> None:
    db.add(
        note(key, door.community.id, now, person_id=person_id, cohort_id=door.cohort.id, card=card)
    )  # fmt: skip


async def forget_unconfirmed(job_ctx: JobContext) -> None:
    """Housekeeping: requests that nobody confirmed, and declined ones, go after a week."""
    before = job_ctx.clock.now() - KEPT_UNCONFIRMED
    async with job_ctx.database.write() as db:
        await db.execute(
            delete(Registration).where(
                col(Registration.status).in_([RegistrationState.ASKED, RegistrationState.DECLINED]),
                col(Registration.asked_at) < before,
            )
        )
