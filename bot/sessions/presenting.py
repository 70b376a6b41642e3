"""Who presents a session, and who leads each of its parts: by command, by form, with an undo.

Whoever presents may prepare the session: with the first session of a series comes the presenter's role for
that series, and with the last it goes. Their reminders are planned, and taken back, with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import col, select

from bot.core.button_values import unpack
from bot.core.cards import Button, Card, Fact, pack
from bot.core.context import Context
from bot.core.field_error import FieldError
from bot.core.forms import Field, Form, Option, Values
from bot.core.lookup import row_id, staff_of, title_in
from bot.core.permissions import Action, Role
from bot.core.reply import Refusal, Reply
from bot.nudges.planner import replan_cohort
from bot.sessions.lookup import presenters_of, segments_of, session_by_id, session_meant, taking_part
from bot.sessions.validation import refuse_changed, refuse_closed, session_to_change
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.words import sessions as words
from storage.people import Duty, Person
from storage.series import Cohort, Series
from storage.sessions import Segment, Session, SessionPresenter

MOST_PRESENTERS = 10
MOST_OPTIONS = 100
STAFF = (Role.ADMINISTRATOR, Role.FACILITATOR, Role.PRESENTER, Role.EVALUATOR)


@dataclass(frozen=True, slots=True)
class Presenting:
    """Person ids: who presents, and who leads a part, by the segment's row id."""

    people: frozenset[int]
    leads: Mapping[int, int]

    def written(self) -> str:
        """As a button carries it: ``5,7:12=5``."""
        leads = ",".join(f"{part}={person}" for part, person in sorted(self.leads.items()))
        return pack(",".join(map(str, sorted(self.people))), leads)


def read_presenting(written: str) -> Presenting:
    """What `Presenting.written` wrote; what cannot be read is left out."""
    people, leads = unpack(written, str, str)
    pairs = [one.partition("=") for one in leads.split(",")]
    found = {row_id(part): row_id(person) for part, _, person in pairs}
    return Presenting(
        frozenset(map(row_id, people.split(","))) - {0},
        {part: person for part, person in found.items() if part and person},
    )


async def _as_it_is(ctx: Context, session: Session) -> Presenting:
    people = await presenters_of(ctx.db, session.id)
    segments = await segments_of(ctx.db, session.id)
    return Presenting(
        frozenset(one.id for one in people),
        {one.id: one.presenter_id for one in segments if one.presenter_id is not None},
    )


async def do_set(ctx: Context, session: Session, cohort: Cohort, wanted: Presenting) -> Reply:
    """Make it so; who leads a part presents the session. Raises `FieldError`."""
    before = await _as_it_is(ctx, session)
    wanted = replace(wanted, people=wanted.people | frozenset(wanted.leads.values()))
    number = str(session.number)
    if wanted == before:
        return Reply(card=Card(text=words.presenters_as_before(ctx.language, number=number)), replace=True)
    if len(wanted.people) > MOST_PRESENTERS:
        raise FieldError("people", words.too_many_presenters(ctx.language, most=MOST_PRESENTERS))
    named = await _people(ctx, wanted.people | before.people)
    await _write(ctx, session, wanted, before)
    await _give_and_take_role(ctx, cohort, wanted.people - before.people, before.people - wanted.people)
    session.revision += 1
    await ctx.db.flush()
    _tell(ctx, session, [named[one] for one in sorted(wanted.people - before.people)], comes=True)
    _tell(ctx, session, [named[one] for one in sorted(before.people - wanted.people)], comes=False)
    await replan_cohort(ctx.db, ctx.kinds, cohort.id, ctx.now)
    ctx.audit("presenters_set", f"session:{session.id}", people=sorted(wanted.people))
    undo = pack(session.id, session.revision, before.written())
    return Reply(card=await _card(ctx, session, wanted, named, undo), replace=True)


async def _people(ctx: Context, ids: frozenset[int]) -> dict[int, Person]:
    """By id. Raises `Refusal` when one of them is not of this community."""
    found = await ctx.db.scalars(
        select(Person).where(
            col(Person.id).in_(ids),
            Person.community_id == ctx.community.id,
            col(Person.deleted_at).is_(None),
        )
    )
    named = {one.id: one for one in found}
    if named.keys() != set(ids):
        raise Refusal(words.not_found(ctx.language))
    return named


async def _write(ctx: Context, session: Session, wanted: Presenting, before: Presenting) -> None:
    rows = await ctx.db.scalars(select(SessionPresenter).where(SessionPresenter.session_id == session.id))
    for row in rows:
        if row.person_id not in wanted.people:
            await ctx.db.delete(row)
    for person_id in sorted(wanted.people - before.people):
        ctx.db.add(SessionPresenter(session_id=session.id, person_id=person_id))
    for segment in await segments_of(ctx.db, session.id):
        segment.presenter_id = wanted.leads.get(segment.id)


async def _give_and_take_role(
    ctx: Context, cohort: Cohort, come: frozenset[int], gone: frozenset[int]
) -> None:
    await ctx.db.flush()
    series = await ctx.db.get_one(Series, cohort.series_id)
    staff = await staff_of(ctx.db, series, Role.ADMINISTRATOR, Role.FACILITATOR, Role.PRESENTER)
    for person_id in come - staff:
        ctx.db.add(Duty(person_id=person_id, role=Role.PRESENTER, series_id=series.id))
    still = await ctx.db.scalars(
        select(SessionPresenter.person_id)
        .join(Session)
        .join(Cohort)
        .where(Cohort.series_id == series.id, col(SessionPresenter.person_id).in_(gone))
    )
    duties = await ctx.db.scalars(
        select(Duty).where(
            col(Duty.person_id).in_(gone - set(still)),
            Duty.role == Role.PRESENTER,
            Duty.series_id == series.id,
        )
    )
    for duty in duties:
        await ctx.db.delete(duty)


def _tell(ctx: Context, session: Session, people: list[Person], *, comes: bool) -> None:
    """Whoever presents now, or no longer does, hears of it at once; not of what they did themselves."""
    for person in people:
        if person.id == ctx.me.id:
            continue
        language, title = person.language, title_in(session.title, person.language)
        agenda = Button(label=words.agenda(language), action="session.agenda", value=str(session.id))
        card = Card(
            title=(words.you_present if comes else words.you_present_no_more)(language, title=title),
            text=dates.when(language, session.starts_at, zone_for(person.zone, session.zone)),
            buttons=(agenda,) if comes else (),
        )
        key = f"presents:{session.id}:{session.revision}:{person.id}"
        ctx.post(card, person_id=person.id, key=key, session_id=session.id, cohort_id=session.cohort_id)


async def _card(
    ctx: Context, session: Session, wanted: Presenting, named: Mapping[int, Person], undo: str
) -> Card:
    language, number = ctx.language, str(session.number)
    names = dates.series_of(language, sorted(named[one].name for one in wanted.people))
    text = (
        words.presented_by(language, number=number, names=names)
        if names
        else words.nobody_presents(language, number)
    )
    facts = [
        Fact(label=_part(language, one), value=named[wanted.leads[one.id]].name)
        for one in await segments_of(ctx.db, session.id)
        if one.id in wanted.leads
    ]
    button = Button(label=words.undo(language), action="session.presenters", value=undo)
    return Card(text=text, facts=tuple(facts), buttons=(button,))


def _part(language: str, segment: Segment) -> str:
    what = words.segment_line(
        language,
        minutes=segment.minutes,
        kind=words.segment_kind(language, segment.kind),
        title=title_in(segment.title, language),
    )
    return f"{segment.position}. {what}".strip()


async def undone(ctx: Context, value: str) -> Reply:
    """Back to what stood before, unless something else changed since."""
    session_id, seen, before = unpack(value, str, str, str)
    session, cohort = await session_by_id(ctx, session_id, Action.RUN_COHORT)
    refuse_closed(ctx, session)
    refuse_changed(ctx, session, seen)
    wanted = read_presenting(before)
    ours = {one.id for one in await segments_of(ctx.db, session.id)}
    leads = {part: person for part, person in wanted.leads.items() if part in ours}
    return await do_set(ctx, session, cohort, replace(wanted, leads=leads))


# --- commands -------------------------------------------------------------------------------------------


async def add_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Somebody presents the session; with a part, they lead that part."""
    session, cohort = await _open(ctx, typed)
    now, person_id = await _as_it_is(ctx, session), typed["person"].id
    leads = {**now.leads, **dict.fromkeys(await _part_typed(ctx, session, typed), person_id)}
    return await do_set(ctx, session, cohort, Presenting(now.people | {person_id}, leads))


async def remove_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    """Somebody no longer presents the session; with a part, they only no longer lead that part."""
    session, cohort = await _open(ctx, typed)
    now, person = await _as_it_is(ctx, session), typed["person"]
    if person.id not in now.people:
        number = str(session.number)
        raise Refusal(words.does_not_present(ctx.language, name=person.name, number=number))
    of = await _part_typed(ctx, session, typed) or list(now.leads)
    leads = {part: one for part, one in now.leads.items() if part not in of or one != person.id}
    people = now.people if typed.get("part") else now.people - {person.id}
    return await do_set(ctx, session, cohort, Presenting(people, leads))


async def _open(ctx: Context, typed: dict[str, Any]) -> tuple[Session, Cohort]:
    session, cohort = await session_meant(ctx, typed, Action.RUN_COHORT)
    refuse_closed(ctx, session)
    return session, cohort


async def _part_typed(ctx: Context, session: Session, typed: dict[str, Any]) -> list[int]:
    """The row id of the part by its place in the agenda, or none. Raises `Refusal`."""
    if not typed.get("part"):
        return []
    segments = await segments_of(ctx.db, session.id)
    found = [one.id for one in segments if one.position == typed["part"]]
    if not segments:
        raise Refusal(words.no_parts(ctx.language, number=str(session.number)))
    if not found:
        raise Refusal(words.no_such_part(ctx.language, number=str(session.number), most=len(segments)))
    return found


async def presenters_typed(ctx: Context, typed: dict[str, Any]) -> Reply:
    session, _ = await _open(ctx, typed)
    return Reply(form=await presenters_form(ctx, pack(session.id, session.revision), {}))


# --- the form -------------------------------------------------------------------------------------------


async def presenters_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the session and the revision that its editor sees."""
    language = ctx.language
    if not context:
        raise Refusal(words.which_session(language, command="presenters"))
    session, cohort = await session_to_change(ctx, context)
    now, options = await _as_it_is(ctx, session), await _options(ctx, session, cohort)
    if not options:
        raise Refusal(words.nobody_to_present(language))
    return Form(
        name="session-presenters",
        title=words.presenters_title(language, number=str(session.number)),
        submit=words.save(language),
        context=context,
        fields=(
            Field(name="people", kind="choices", label=words.who_presents(language), required=False,
                  options=options, most=MOST_PRESENTERS, initial=tuple(map(str, sorted(now.people)))),
            *(
                Field(name=f"part_{one.id}", kind="choice", label=_part(language, one), required=False,
                      options=options, hint=words.leads_hint(language),
                      initial=str(now.leads[one.id]) if one.id in now.leads else None)
                for one in await segments_of(ctx.db, session.id)
            ),
        ),
    )  # fmt: skip


async def presenters_sent(ctx: Context, context: str, values: Values) -> Reply:
    session, cohort = await session_to_change(ctx, context)
    people = values["people"] if isinstance(values["people"], tuple) else ()
    leads = {
        row_id(name.removeprefix("part_")): row_id(str(one))
        for name, one in values.items()
        if name.startswith("part_") and one
    }
    wanted = Presenting(frozenset(row_id(str(one)) for one in people), leads)
    return await do_set(ctx, session, cohort, wanted)


async def _options(ctx: Context, session: Session, cohort: Cohort) -> tuple[Option, ...]:
    """Who presents already, who has a role in the series, then who takes part."""
    series = await ctx.db.get_one(Series, cohort.series_id)
    staff = await staff_of(ctx.db, series, *STAFF)
    known = await ctx.db.scalars(select(Person).where(col(Person.id).in_(staff)).order_by(col(Person.name)))
    everybody = [
        *await presenters_of(ctx.db, session.id),
        *known,
        *await taking_part(ctx.db, session.cohort_id),
    ]
    named = {str(one.id): one.name for one in everybody}
    return tuple(Option(value=value, label=name) for value, name in list(named.items())[:MOST_OPTIONS])
