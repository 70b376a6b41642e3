"""The preview of a round: who would be with whom, why, and what can still be changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from bot.breakouts.engine import odd_groups
from bot.breakouts.room import Room, room_of
from bot.breakouts.ways import ways_of
from bot.breakouts.zoom_file import MOST_PEOPLE, MOST_ROOMS, beyond_zoom, fits_zoom
from bot.core.cards import EMPTY, Button, Card, Fact, Section, pack
from bot.core.context import Context
from bot.core.reply import Reply
from prompts import dates
from prompts.text import Marked, escape
from prompts.words import breakouts as words
from prompts.words import communities as community_words
from storage.breakouts import BreakoutRound

GROUPS_A_SECTION = 20
LINK_LIFE = timedelta(days=2)
ZOOM_PAGE = "zoom-csv"
"""The purpose of the links to the file for Zoom."""
WHO_MET_PAGE = "who-met"
"""The purpose of the links to the page that shows who has met whom."""


async def preview(ctx: Context, one: BreakoutRound, room: Room | None = None, note: Marked = EMPTY) -> Reply:
    """The card of a preview as it stands; `note` says what just changed."""
    await ctx.db.flush()
    shown = room or await room_of(ctx.db, one, one.draft.people)
    language, groups = ctx.language, one.draft.groups
    title = words.partners_preview_title if one.kind == "partners" else words.preview_title
    lines = group_lines(language, groups, shown, one)
    text = words.preview_text(language, n=sum(map(len, groups)), sizes=sizes_text(language, groups))
    card = Card(
        title=title(language),
        text=note + "\n" + text if note else text,
        facts=(*await _ways(ctx, one, shown), *facts(language, one, shown)),
        sections=tuple(
            Section(text=Marked("\n").join(lines[start : start + GROUPS_A_SECTION]))
            for start in range(0, len(lines), GROUPS_A_SECTION)
        ),
        buttons=_buttons(ctx, one, shown),
        more_url=_page(ctx, one),
        context=words.preview_context(
            language,
            seed=str(one.seed),
            method=words.method(language, str(one.explanation.get("method", ""))),
        ),
    )
    return Reply(card=card, replace=True)


def group_lines(
    language: str, groups: Sequence[Sequence[int]], room: Room, one: BreakoutRound | None = None
) -> list[Marked]:
    """``- **Group 1**: Ana, Ben, and Lu``, and who of them is locked."""
    held = set(one.draft.locks) if one else set()
    lines = []
    for number, group in enumerate(groups, 1):
        names = dates.series_of(language, sorted(map(room.name, group)))
        locked = sorted(room.name(person) for person in group if str(person) in held)
        if locked:
            kept = dates.series_of(language, locked)
            lines.append(words.group_line_held(language, number=number, names=names, held=kept))
        else:
            lines.append(words.group_line(language, number=number, names=names))
    return lines


def sizes_text(language: str, groups: Sequence[Sequence[int]]) -> str:
    """``5 × 3 and 2 × 4``"""
    sizes = [len(group) for group in groups]
    counted = [f"{sizes.count(size)} × {size}" for size in sorted(set(sizes))]
    return dates.series_of(language, counted)


def facts(language: str, one: BreakoutRound, room: Room) -> tuple[Fact, ...]:
    """Why the groups look as they do: repeats and bound, new meetings, mix, leads, the odd group."""
    why = cast(dict[str, Any], one.explanation)
    if not why:
        return ()
    found = [
        _repeats(language, why),
        Fact(
            label=words.new_label(language),
            value=words.new_value(
                language, n=why["new_meetings"], met=why["met_pairs"], possible=why["possible_pairs"]
            ),
        ),
        _mixed(language, why),
        _numbers(language, words.leads_label(language), why["without_lead"]),
        _numbers(language, words.language_missed_label(language), why["share_missed"]),
        _numbers(language, words.apart_platforms_label(language), why.get("common_missed", [])),
        _odd(language, one, room, why),
        _without_email(language, one, room),
        _beyond_zoom(language, one, room),
    ]
    return tuple(fact for fact in found if fact is not None)


async def _ways(ctx: Context, one: BreakoutRound, room: Room) -> tuple[Fact, ...]:
    """Before anything is opened: who has no way into a group, who is told alone, and who cannot read the
    question."""
    language, found = ctx.language, []
    if one.kind != "breakout":
        return ()
    ways = await ways_of(ctx.db, one.cohort_id, set(room.people), ctx.threads_only)
    for people, label, value in (
        (ways.missing, words.no_way_label, words.no_way_value),
        (ways.one_by_one, words.one_by_one_label, words.one_by_one_value),
    ):
        if people:
            names = dates.series_of(language, sorted(map(room.name, people)))
            found.append(Fact(label=label(language), value=value(language, n=len(people), names=names)))
    if (without := _without_question(language, one, room)) is not None:
        found.append(without)
    return tuple(found)


def _without_question(language: str, one: BreakoutRound, room: Room) -> Fact | None:
    given = one.draft.prompts
    others = [person for person in room.people.values() if person.language not in given]
    if not given or not others:
        return None
    names = dates.series_of(language, [community_words.language_name(language, one) for one in given])
    value = words.prompt_language_value(language, n=len(others), given=names)
    return Fact(label=words.prompt_language_label(language), value=value)


def _repeats(language: str, why: dict[str, Any]) -> Fact:
    repeats = words.repeats_value(language, repeats=why["repeats"], bound=why["bound"])
    value = repeats if why["repeats"] else words.no_repeats(language)
    return Fact(label=words.repeats_label(language), value=value)


def _mixed(language: str, why: dict[str, Any]) -> Fact | None:
    """Of the pairs whose values are known, how many differ: high where people are mixed."""
    shares = [
        words.mix_share(
            language, trait=words.trait(language, name), share=dates.percent(language, mix["share"], 0)
        )
        for name, mix in sorted(why["mix"].items())
        if mix["share"] is not None
    ]
    return Fact(label=words.mix_label(language), value=Marked(" · ").join(shares)) if shares else None


def _numbers(language: str, label: Marked, by_round: list[list[int]]) -> Fact | None:
    """The numbers of some groups, from 1."""
    numbers = [str(number + 1) for number in by_round[0]] if by_round else []
    return Fact(label=label, value=escape(dates.series_of(language, numbers))) if numbers else None


def _odd(language: str, one: BreakoutRound, room: Room, why: dict[str, Any]) -> Fact | None:
    """Who sits in a group of another size, why they and nobody else, and what fair turns cost."""
    seats = why["odd"][0] if why["odd"] else []
    if not seats:
        return None
    names = dates.series_of(language, sorted(room.name(seat["person"]) for seat in seats))
    told = words.odd_again if why.get("out_of_turn") else words.odd_turn
    sizes = [len(group) for group in one.draft.groups]
    odd = sorted({sizes[index] for index in odd_groups(one.draft.groups)})
    label = words.odd_label(language, sizes=", ".join(map(str, odd)))
    parts = [told(language, names=names)]
    if why.get("fairness_cost"):
        parts.append(words.turns_cost(language, n=why["fairness_cost"]))
    return Fact(label=label, value=Marked(" ").join(parts))


def _without_email(language: str, one: BreakoutRound, room: Room) -> Fact | None:
    """Whom Zoom could not place; said only where somebody could be placed at all."""
    if one.kind != "breakout":
        return None
    missing = sorted(person.name for person in room.people.values() if not fits_zoom(person.email))
    if not missing or len(missing) == len(room.people):
        return None
    return Fact(label=words.no_email_label(language), value=escape(dates.series_of(language, missing)))


def _beyond_zoom(language: str, one: BreakoutRound, room: Room) -> Fact | None:
    """What Zoom would refuse or misplace, before the file is made."""
    if one.kind != "breakout":
        return None
    limits = beyond_zoom(_rooms(one, room))
    told = []
    if limits.rooms:
        told.append(words.zoom_rooms(language, rooms=limits.rooms, most=MOST_ROOMS))
    if limits.people:
        told.append(words.zoom_people(language, people=limits.people, most=MOST_PEOPLE))
    for address in limits.shared:
        who = [one.name for one in room.people.values() if (one.email or "").casefold() == address]
        told.append(words.zoom_shared(language, names=dates.series_of(language, sorted(who))))
    return Fact(label=words.zoom_label(language), value=Marked("\n").join(told)) if told else None


def _rooms(one: BreakoutRound, room: Room) -> list[tuple[str, list[str]]]:
    groups = (
        [room.people[person].email or "" for person in group if person in room.people]
        for group in one.draft.groups
    )
    return [(str(number), addresses) for number, addresses in enumerate(groups, 1)]


def _page(ctx: Context, one: BreakoutRound) -> str:
    """All groups, why, and who has met whom."""
    return ctx.links.to(WHO_MET_PAGE, one.cohort_id, ctx.me.id, ctx.now, LINK_LIFE)


def _buttons(ctx: Context, one: BreakoutRound, room: Room) -> tuple[Button, ...]:
    """What can be done next. A round of partners is opened by the partners' own button."""
    language, value, context = ctx.language, pack(one.id, one.revision), str(one.id)
    undo = Button(label=words.undo(language), action="breakout.undo", value=value)
    zoom = Button(
        label=words.zoom_file(language),
        url=ctx.links.to(ZOOM_PAGE, one.id, ctx.me.id, ctx.now, LINK_LIFE),
    )
    question = Button(label=words.change_prompt(language), form="breakout-prompt", value=context)
    met = Button(label=words.who_met(language), url=_page(ctx, one))
    return (
        Button(label=words.open_groups(language), action=f"{one.kind}.open", value=value, style="primary"),
        Button(label=words.reshuffle(language), action="breakout.reshuffle", value=value),
        *((undo,) if one.draft.before else ()),
        Button(label=words.swap(language), form="breakout-swap", value=context),
        Button(label=words.lock(language), form="breakout-lock", value=context),
        Button(label=words.pair_rule(language), form="pair-rule", value=context),
        *((question,) if _without_question(language, one, room) else ()),
        *((zoom,) if one.kind == "breakout" and len(one.draft.groups) <= MOST_ROOMS else ()),
        met,
        Button(label=words.cancel(language), action="breakout.cancel", value=value),
    )
