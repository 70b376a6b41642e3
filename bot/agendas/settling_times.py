"""When a session begins, in which zone, how long it is, and who and what it is about."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time

from bot.agendas.asking import Asking, Dated
from bot.agendas.drafts import Draft, GatheredDraft, Moment
from bot.agendas.facts import SessionFacts
from bot.agendas.letters import flat, squeeze
from bot.agendas.names import looks_like_people
from bot.agendas.parts import OVER, parts_of
from bot.agendas.settling_checks import exists, others_agree, parts, standard_or_daylight
from prompts.time_zones import load_zone


def _name_or_title(path: str, draft: Draft, presenters: list[str], asking: Asking) -> None:
    """ "Session 1, noon, Bree Lang": a person, or what it is about?"""
    if draft.title and not presenters and not draft.presenters_open and looks_like_people(draft.title):
        for name in ("title", "presenters"):
            asking.ask("name_or_title", f"{path}.{name}", draft.title, ("presenter", "title"))


def _usual(said: GatheredDraft) -> tuple[list[Moment], int | None]:
    """The time and length that all sessions which tell one have in common."""
    told = [one.moments[0] for one in said.drafts if one.moments]
    same = len({one.hour.starts for one in told}) == 1
    lengths = {
        one.hour.minutes or (draft.minutes[0] if draft.minutes else None)
        for draft in said.drafts
        for one in draft.moments[:1]
    }
    return (told[:1] if same else []), (lengths.pop() if len(lengths) == 1 else None)


def settle_session(
    number: int, dated: Dated, said: GatheredDraft, community_zone: str, asking: Asking, *, alone: bool
) -> SessionFacts:
    draft, every, path = dated.draft, said.every, f"sessions.{number}"
    moments = draft.moments or _by_clockedparts(draft) or every.moments or _by_clockedparts(every)
    if not moments and (usual := _usual(said)[0]):
        moments = usual
        if not draft.cancelled:
            asking.ask("no_start", f"{path}.start", "", (f"{usual[0].hour.starts[0]:%H:%M}",))
        if not draft.cancelled and usual[0].hour.minutes and not draft.minutes and not every.minutes:
            asking.ask("no_minutes", f"{path}.minutes", "", (str(usual[0].hour.minutes),))
    start, length, chosen = _start(path, draft, moments, asking)
    zone = _zone(path, draft, said, moments, chosen, community_zone, asking)
    minutes = _length(path, draft, every, length, asking)
    utc = draft.utc
    if isinstance(utc, datetime) and zone:
        local = utc.astimezone(load_zone(zone))
        start, dated.day = local.time(), local.date()
    exists(path, dated.day, start, zone, asking)
    standard_or_daylight(
        path,
        dated.day,
        start,
        zone,
        [*(one.zone for one in moments if one.zone), *draft.zones, *every.zones],
        asking,
    )
    others_agree(path, dated.day, moments, asking)
    segments = parts(path, draft, every, start, minutes, asking)
    presenters = (
        draft.presenters or (every.presenters if not draft.presenters_open else []) or draft.facilitators
    )
    _name_or_title(path, draft, presenters, asking)
    if draft.presenters_open or every.presenters_open:
        asking.ask("presenter_open", f"{path}.presenters", open=True)
    if draft.title_open and not draft.title:
        asking.ask("title", f"{path}.title", open=True)
    return SessionFacts(
        number=number,
        date=dated.day,
        start=start,
        zone=zone,
        minutes=minutes,
        title=_tidy(draft.title) or None,
        presenters=tuple(dict.fromkeys(presenters)),
        objectives=tuple(dict.fromkeys(draft.objectives or (every.objectives if alone else []))),
        segments=segments,
        cancelled=draft.cancelled,
        link=draft.link or every.link,
        where=draft.where,
    )


def _tidy(title: str) -> str:
    return squeeze(re.sub(r"\(\s*\)", "", title)).strip("“”\"«»' ")


def _start(
    path: str, draft: Draft, moments: list[Moment], asking: Asking
) -> tuple[time | None, int | None, Moment | None]:
    """The start, the length that its span tells, and the moment chosen."""
    zoned = [one for one in moments if one.zone is not None]
    distinct = {one.hour.starts for one in moments}
    if not moments:
        asking.ask("no_start", f"{path}.start")
        return None, None, None
    first = moments[0]
    if len(distinct) > 1 and len(zoned) < 2:
        with_end = [one for one in moments if one.hour.ends]
        if len({one.hour.starts for one in with_end}) == 1:
            first = with_end[0]
        else:
            choices = tuple(dict.fromkeys(f"{one.hour.starts[0]:%H:%M}" for one in moments))
            asking.ask(
                "two_starts",
                f"{path}.start",
                " / ".join(dict.fromkeys(one.hour.said for one in moments)),
                choices,
            )
    hour = first.hour
    if not hour.is_certain:
        asking.ask("am_or_pm", f"{path}.start", hour.said, tuple(f"{one:%H:%M}" for one in hour.starts))
    length = hour.minutes
    if length is not None and length <= 0:
        asking.ask("end_before_start", f"{path}.minutes", hour.said)
        length = None
    return hour.starts[0], length, first


def _by_clockedparts(draft: Draft) -> list[Moment]:
    """A run of show begins with the session and ends with it."""
    clocked = [one.hour for one in draft.told_parts if one.hour]
    if len(clocked) < 2:
        return []
    first, last = clocked[0], clocked[-1]
    if not first.is_certain:
        firm = next((one for one in clocked if one.is_certain), None)
        if firm is not None:
            near = min(
                first.starts,
                key=lambda one: (
                    (firm.starts[0].hour * 60 + firm.starts[0].minute - one.hour * 60 - one.minute) % 1440
                ),
            )
            first = replace(first, starts=(near,), ends=())
    last_told = draft.told_parts[-1]
    ends = last.ends[:1]
    if not ends and last_told.hour is last and last_told.minutes:
        begin = last.starts[0].hour * 60 + last.starts[0].minute + last_told.minutes
        ends = (time(begin // 60 % 24, begin % 60),)
    if not ends and OVER.match(flat(last_told.title)):
        ends = last.starts[:1]
    if ends and len(first.starts) == 1:
        begin = first.starts[0].hour * 60 + first.starts[0].minute
        end = ends[0].hour * 60 + ends[0].minute
        if (end - begin) % 720 and end < begin:
            ends = (time(ends[0].hour + 12, ends[0].minute),) if ends[0].hour < 12 else ends
    return [Moment(replace(first, ends=tuple(ends) * len(first.starts)))]


def _zone(
    path: str,
    draft: Draft,
    said: GatheredDraft,
    moments: list[Moment],
    chosen: Moment | None,
    community_zone: str,
    asking: Asking,
) -> str | None:
    own = [*([chosen.zone] if chosen and chosen.zone else []), *draft.zones]
    every = [*(one.zone for one in said.every.moments if one.zone), *said.every.zones]
    others = [zone for one in said.drafts for zone in (*one.zones, *(m.zone for m in one.moments if m.zone))]
    for told in (own, every, others):
        names = list(dict.fromkeys(zone.name for zone in told if zone.name))
        if told is others and len(names) > 1:
            asking.ask("no_zone", f"{path}.zone", "", tuple(names))
            return None
        if names and (told is not every or len(names) == 1 or len([one for one in moments if one.zone]) > 1):
            return names[0]
        if len(names) > 1:
            asking.ask(
                "unclear_zone",
                f"{path}.zone",
                ", ".join(dict.fromkeys(zone.said for zone in told)),
                tuple(names),
            )
            return names[0]
        unclear = next((zone for zone in told if not zone.name), None)
        if unclear is not None:
            choices = unclear.choices or tuple(filter(None, (community_zone,)))
            asking.ask("unclear_zone", f"{path}.zone", unclear.said, choices)
            return None
    asking.ask("no_zone", f"{path}.zone", "", tuple(filter(None, (community_zone,))))
    return None


def _length(path: str, draft: Draft, every: Draft, of_span: int | None, asking: Asking) -> int | None:
    own = list(dict.fromkeys([*([of_span] if of_span and draft.moments else []), *draft.minutes]))
    shared = list(dict.fromkeys([*([of_span] if of_span else []), *every.minutes]))
    parts = sum(one.minutes or 0 for one in draft.told_parts)
    for told in (own, shared):
        if len(told) == 1:
            return told[0]
        if len(told) > 1:
            if of_span in told and told is own and parts == of_span:
                return of_span
            asking.ask("two_lengths", f"{path}.minutes", " / ".join(map(str, told)), tuple(map(str, told)))
            return told[0]
    found = parts_of(draft.told_parts, None, None) or parts_of(every.told_parts, None, None)
    if found and all(one.minutes for one in found):
        total = sum(one.minutes for one in found)
        asking.ask("no_minutes", f"{path}.minutes", "", (str(total),))
        return total
    asking.ask("no_minutes", f"{path}.minutes")
    return None
