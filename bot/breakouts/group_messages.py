"""What is said in the conversation of a group while its round runs: the start, two minutes left, and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.breakouts.ways import contact_of
from bot.core.cards import Button, Card
from bot.core.notes import note
from bot.core.platform import Address
from bot.timekeeping.zones import zone_for
from prompts import dates
from prompts.library import read_library
from prompts.text import Marked, escape, mention
from prompts.words import breakouts as words
from prompts.words import platforms as platform_words
from prompts.words import subjects
from storage.breakouts import BreakoutGroup, BreakoutRound, OpenedIn
from storage.nudges import Nudge, NudgeState
from storage.people import Person
from storage.series import Cohort

TWO_MINUTES = timedelta(minutes=2)
STALE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Opened:
    """A conversation of (a part of) a group, and who is in it."""

    workspace_id: int
    address: Address
    language: str
    people: tuple[int, ...]

    def as_row(self, version: int) -> OpenedIn:
        """As it stands in `BreakoutGroup.addresses`."""
        return OpenedIn(
            workspace_id=self.workspace_id,
            version=version,
            conversation=self.address.conversation,
            reference=self.address.reference,
            language=self.language,
        )


class Gathered(Protocol):
    """What the messages say of a group."""

    @property
    def group(self) -> BreakoutGroup: ...
    @property
    def round(self) -> BreakoutRound: ...
    @property
    def cohort(self) -> Cohort: ...
    @property
    def people(self) -> Mapping[int, Person]: ...
    @property
    def odd(self) -> bool: ...
    @property
    def away(self) -> Collection[int]: ...


def plan_messages(db: AsyncSession, gathered: Gathered, opened: Opened, place: int, now: datetime) -> None:
    """Start at once, two minutes left, and back."""
    ends, language = gathered.round.ends_at or now, opened.language
    share = (share_button(language, gathered.group),)
    start = start_card(gathered, opened)
    _say(db, gathered, opened, f"{place}:start", start, now, expires=max(ends, now + TWO_MINUTES))
    if ends - TWO_MINUTES > now:
        card = Card(subject=subjects.group(language), text=words.two_minutes_left(language), buttons=share)
        _say(db, gathered, opened, f"{place}:two", card, ends - TWO_MINUTES, expires=ends)
    back = Card(subject=subjects.group(language), text=words.come_back(language), buttons=share)
    _say(db, gathered, opened, f"{place}:back", back, ends, expires=ends + STALE_AFTER)


def start_card(gathered: Gathered, opened: Opened) -> Card:
    """Who is here, the prompt, until when, and why this is the odd group where it is."""
    language, one = opened.language, gathered.round
    here = {one: person for one, person in gathered.people.items() if one not in gathered.away}
    names = [mention(person.name, person_id) for person_id, person in sorted(here.items())]
    parts = [words.you_are_together(language, names=Marked(", ").join(names))]
    parts += [Marked("> ") + escape(" ".join(text.split())) for text in _prompts(gathered, opened)]
    if one.ends_at is not None:
        zone = zone_for(_shared_zone(gathered, opened), gathered.cohort.zone)
        parts.append(words.until(language, when=dates.when(language, one.ends_at, zone)))
    if gathered.away:
        missing = sorted(gathered.people[one].name for one in gathered.away)
        names_away = dates.series_of(language, missing)
        parts.append(platform_words.partner_unreachable(language, names=names_away))
    others = [person for one, person in here.items() if one not in opened.people]
    elsewhere = sorted(_named(gathered, opened, person) for person in others)
    if elsewhere:
        parts.append(words.meet_in_the_call(language, names=dates.series_of(language, elsewhere)))
    if gathered.odd:
        parts.append(words.odd_here(language, n=len(gathered.people)))
    return Card(
        title=words.group_name(language, number=gathered.group.number),
        text=Marked("\n").join(parts),
        buttons=(share_button(language, gathered.group),),
        context=read_library().notice("no_client_information").title.say(language),
    )


def _shared_zone(gathered: Gathered, opened: Opened) -> str:
    """The zone of those who read it, where all have told the same; else none."""
    zones = {gathered.people[one].zone for one in opened.people if one in gathered.people}
    return next(iter(zones)) if len(zones) == 1 else ""


def _named(gathered: Gathered, opened: Opened, other: Person) -> str:
    """The name, and the address where everybody here and they agreed to that."""
    here = [gathered.people[one] for one in opened.people if one in gathered.people]
    email = other.email if here and all(contact_of(reader, other) for reader in here) else ""
    return f"{other.name} ({email})" if email else other.name


def _prompts(gathered: Gathered, opened: Opened) -> list[str]:
    """The question in each language of the people here, as far as it is there; else as it was asked."""
    texts = gathered.round.draft.prompts
    spoken = {gathered.people[person].language for person in opened.people if person in gathered.people}
    told = [text for language, text in sorted(texts.items()) if language in spoken and text]
    return told or ([gathered.round.prompt] if gathered.round.prompt else [])


def share_button(language: str, group: BreakoutGroup) -> Button:
    return Button(label=words.share_insight(language), form="harvest", value=str(group.id))


def _say(
    db: AsyncSession,
    gathered: Gathered,
    opened: Opened,
    which: str,
    card: Card,
    at: datetime,
    *,
    expires: datetime,
) -> None:
    group, one = gathered.group, gathered.round
    db.add(
        note(
            f"{nudge_group(group)}:{group.version}:{opened.workspace_id}:{which}",
            one.community_id,
            at,
            group=nudge_group(group),
            cohort_id=one.cohort_id,
            session_id=one.session_id,
            subject_id=one.id,
            address=opened.as_row(group.version).model_dump(),
            card=card,
            expires_at=expires,
        )
    )


def nudge_group(group: BreakoutGroup) -> str:
    return f"breakout:{group.round_id}:{group.number}"


async def call_off(db: AsyncSession, group: BreakoutGroup, *, keep: str = "") -> list[Nudge]:
    """Call off what was planned for the group; returns those whose key ends with `keep`, untouched."""
    planned = await db.scalars(
        select(Nudge)
        .where(Nudge.group == nudge_group(group), Nudge.state == NudgeState.PLANNED)
        .with_for_update()
    )
    kept = []
    for nudge in planned:
        if keep and nudge.key.endswith(keep):
            kept.append(nudge)
        else:
            nudge.state, nudge.reason = "skipped", "round_changed"
    return kept


def placed_note(one: BreakoutRound, person: Person, card: Card, now: datetime, key: str) -> Nudge:
    """A direct message about a round."""
    return note(
        key,
        one.community_id,
        now,
        card=card,
        cohort_id=one.cohort_id,
        person_id=person.id,
        expires_at=one.ends_at,
    )
