"""Who is who in a meeting report: proposals, choosing for each name in chat and on the page, remembering.

A draft holds the report until a person has confirmed it. Every name can be given to any person of the cohort.
A form asks about as many names as it holds; the next form asks about the next ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from bot.core.cards import Button, Card, Fact
from bot.core.context import Context
from bot.core.forms import Field, Form, Option, Values
from bot.core.reply import Reply
from bot.sessions.attendance_drafts import draft_of
from bot.sessions.attendance_records import record
from bot.sessions.lookup import taking_part
from bot.sessions.who_is_who import Claimant, Proposal, match, remembered_as
from prompts.text import Marked
from prompts.words import attendance as words
from prompts.words import sessions as session_words
from storage.attendance import AttendanceDraft, ConfirmedName, Entry
from storage.series import Cohort

ASKED_IN_CHAT, ASKED_ON_PAGE = 20, 100
"""Names asked about in one form."""
MOST_OPTIONS = 100
"""Options of one menu (Slack takes no more)."""
SHOWN = 15
"""Names listed on a card."""
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Found:
    """What a draft says of whom: `certain` by email, `unsure` with proposals; indices are the entries'."""

    entries: Sequence[Entry]
    certain: dict[int, int]
    unsure: tuple[Proposal, ...]
    names: dict[int, str]

    @property
    def likely(self) -> dict[int, int]:
        return {one.entry: one.likely for one in self.unsure if one.likely is not None}


async def find_people(ctx: Context, draft: AttendanceDraft, cohort: Cohort) -> Found:
    people = await taking_part(ctx.db, cohort.id, "invited", "left")
    candidates = [Claimant(person.id, person.name, person.email or "") for person in people]
    confirmed = await ctx.db.scalars(select(ConfirmedName).where(ConfirmedName.cohort_id == cohort.id))
    certain, unsure = match(draft.entries, candidates, {row.shown: row.person_id for row in confirmed})
    names = {candidate.person_id: candidate.name for candidate in candidates}
    return Found(draft.entries, certain, unsure, names)


def found_card(ctx: Context, draft: AttendanceDraft, found: Found, facts: Sequence[Fact] = ()) -> Card:
    """Certain, likely and unknown names; nothing is recorded yet. A list that is cut says so."""
    language = ctx.language
    likely = [
        session_words.likely_line(language, shown=found.entries[entry].name, person=found.names[person])
        for entry, person in found.likely.items()
    ]
    unknown = [Marked(found.entries[one.entry].name) for one in found.unsure if one.likely is None]
    certain = session_words.people_count(language, n=len(found.certain))
    told = [Fact(label=session_words.certain_label(language), value=certain)]
    if likely:
        told.append(Fact(label=session_words.likely_label(language), value=listed(language, likely)))
    if unknown:
        told.append(Fact(label=session_words.unknown_label(language), value=listed(language, unknown)))
    return Card(
        title=session_words.who_is_who_title(language),
        text=session_words.nothing_kept_yet(language),
        facts=(*told, *facts),
        buttons=tuple(_buttons(language, draft, found)),
    )


def listed(language: str, lines: Sequence[Marked], most: int = SHOWN) -> Marked:
    """Lines below each other; how many more there are where they are cut."""
    shown = list(lines[:most])
    if len(lines) > most:
        shown.append(words.and_more(language, n=len(lines) - most))
    return Marked("\n").join(shown)


def _buttons(language: str, draft: AttendanceDraft, found: Found) -> list[Button]:
    value = str(draft.id)
    buttons = []
    if found.likely:
        label = session_words.record_likely(language)
        buttons.append(Button(label=label, action="attendance.likely", value=value, style="primary"))
    buttons.append(
        Button(label=session_words.record_certain(language), action="attendance.certain", value=value)
    )
    if found.unsure:
        label = session_words.choose_each(language)
        buttons.append(Button(label=label, form="attendance-confirm", value=value))
    return buttons


# --- choosing for each ------------------------------------------------------------------------------------


async def confirm_form(ctx: Context, context: str, initial: Mapping[str, Any]) -> Form:
    """`context` is the draft's row id. One question for each of the next names that are not certain."""
    draft, _, cohort = await draft_of(ctx, context)
    found = await find_people(ctx, draft, cohort)
    language = ctx.language
    asked, left = _asked_now(ctx, draft, found)
    intro = words.choose_intro(language, n=len(asked))
    if left:
        intro = intro + " " + words.choose_rest(language, n=left)
    return Form(
        name="attendance-confirm",
        title=session_words.who_is_who_title(language),
        submit=session_words.save(language),
        context=context,
        intro=intro,
        fields=tuple(_question(language, one, found) for one in asked),
    )


def _asked_now(ctx: Context, draft: AttendanceDraft, found: Found) -> tuple[list[Proposal], int]:
    """The names of the next form, and how many come after them. Names without a likely person come first."""
    open_names = [one for one in found.unsure if one.entry not in draft.chosen]
    open_names.sort(key=lambda one: one.likely is not None)
    most = ASKED_ON_PAGE if ctx.event.who.platform == "web" else ASKED_IN_CHAT
    return open_names[:most], max(len(open_names) - most, 0)


def _question(language: str, one: Proposal, found: Found) -> Field:
    nobody = Option(value=NOBODY, label=session_words.nobody(language))
    people = [Option(value=str(who.person_id), label=who.name[:75]) for who in one.people]
    cut = len(people) + 1 > MOST_OPTIONS
    entry = found.entries[one.entry]
    label = f"{entry.name} ({entry.original})" if entry.original else entry.name
    return Field(
        name=f"entry_{one.entry}",
        kind="choice",
        label=label[:140],
        hint=words.likeliest_only(language, n=MOST_OPTIONS - 1, of=len(people)) if cut else "",
        options=(nobody, *people[: MOST_OPTIONS - 1]),
        initial=str(one.likely) if one.likely is not None else NOBODY,
    )


async def confirm_sent(ctx: Context, context: str, values: Values) -> Reply:
    """Keep what was chosen; ask about the next names, or record when there are none."""
    draft, _, cohort = await draft_of(ctx, context)
    found = await find_people(ctx, draft, cohort)
    chosen = dict(draft.chosen)
    for one in found.unsure:
        given = values.get(f"entry_{one.entry}")
        if given not in {"", None}:
            chosen[one.entry] = 0 if given == NOBODY else int(str(given))
    draft.chosen = chosen
    await ctx.db.flush()
    left = [one for one in found.unsure if one.entry not in chosen]
    if left:
        return Reply(card=_go_on_card(ctx, draft, len(left)))
    return await record_chosen(ctx, draft, found, cohort)


def _go_on_card(ctx: Context, draft: AttendanceDraft, left: int) -> Card:
    language, value = ctx.language, str(draft.id)
    go_on = Button(label=words.next_names(language), form="attendance-confirm", value=value, style="primary")
    stop = Button(label=words.record_chosen(language), action="attendance.chosen", value=value)
    return Card(text=words.names_left(language, n=left), buttons=(go_on, stop))


async def chosen_pressed(ctx: Context, value: str) -> Reply:
    """Record what was chosen so far, and leave out the names that were not asked about."""
    draft, _, cohort = await draft_of(ctx, value)
    return await record_chosen(ctx, draft, await find_people(ctx, draft, cohort), cohort)


async def record_chosen(ctx: Context, draft: AttendanceDraft, found: Found, cohort: Cohort) -> Reply:
    _, session, _ = await draft_of(ctx, str(draft.id))
    chosen = {entry: person for entry, person in draft.chosen.items() if person in found.names}
    await remember(ctx, found, chosen, cohort)
    return await record(ctx, draft, session, found.entries, found.certain | chosen)


async def remember(ctx: Context, found: Found, chosen: Mapping[int, int], cohort: Cohort) -> None:
    """Keep which person a name stands for, so that the next report proposes them first."""
    by_name = {remembered_as(found.entries[entry]): person for entry, person in chosen.items()}
    by_name.pop("", None)
    known = await ctx.db.scalars(
        select(ConfirmedName).where(
            ConfirmedName.cohort_id == cohort.id, col(ConfirmedName.shown).in_(by_name)
        )
    )
    rows = {row.shown: row for row in known}
    for shown, person in by_name.items():
        if shown in rows:
            rows[shown].person_id = person
        else:
            ctx.db.add(
                ConfirmedName(cohort_id=cohort.id, shown=shown, person_id=person, confirmed_at=ctx.now)
            )
