"""Every nudge that a series implies, planned afresh from its sessions, its people and its cadence.

The same input gives the same plan, and a key never depends on a moment: a caller writes the plan over the
table by key, cancels planned rows whose key is gone, and leaves settled ones alone. Who attended, answered
or opted out since is asked again at sending; here everybody who may become addressed is planned for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.message_kinds import MessageKinds
from bot.nudges.budget import Budget, Drawn, placed
from bot.nudges.cadence import Anchor, Due, Step, caught_up, due, due_when_moved
from bot.nudges.planned import Planned
from bot.nudges.schedule import ScheduledReader, SeriesSchedule, anchors_of
from bot.timekeeping.readers_hours import Reader


class CadenceError(ValueError):
    """A list of steps that contradicts itself."""


def plan(
    schedule: SeriesSchedule,
    recipients: Sequence[ScheduledReader],
    steps: Sequence[Step],
    kinds: MessageKinds,
    *,
    settled: Collection[str] = (),
    taken: Mapping[str, Sequence[datetime]] | None = None,
    moved: Mapping[str, datetime] | None = None,
    now: datetime | None = None,
    budget: Budget | None = None,
    drawn: Drawn | None = None,
) -> list[Planned]:
    """All nudges of `schedule`, by due moment and key.

    `settled` are keys already sent, skipped or failed: they are left out. `taken` are the moments of direct
    messages, by person, that were sent or that other cohorts plan; `moved` the wall-clock moments that a
    facilitator gave to a group of nudges, `drawn` the times of day of an experiment. With `now`, what is late
    is caught up from there, before the budget is kept. Raises CadenceError, and ValueError when two
    recipients share an id.
    """
    check_cadence(steps)
    people = {recipient.id: recipient for recipient in recipients}
    if len(people) < len(recipients):
        raise ValueError("two recipients share an id")
    moments = _Moments(moved or {}, now)
    drafts = (nudge for step in steps for nudge in _drafts(step, steps, schedule, people, moments))
    unsettled = (nudge for nudge in drafts if nudge.key not in settled)
    readers = {recipient.id: recipient.reader for recipient in recipients}
    mornings = {recipient.id: recipient.morning for recipient in recipients}
    kept = placed(unsettled, kinds, readers, taken, mornings, budget, drawn)
    return sorted(kept, key=lambda nudge: (nudge.at_utc, nudge.key))


def check_cadence(steps: Sequence[Step]) -> None:
    """Raises CadenceError for two steps of one slug, or a form that nothing opens."""
    twice = [slug for slug, times in Counter(step.slug for step in steps).items() if times > 1]
    if twice:
        raise CadenceError(f"more than one step is called {', '.join(twice)}")
    openers = {step.kind for step in steps if step.anchor != "form_opened"}
    for step in steps:
        if missing := set(step.opened_by) - openers:
            raise CadenceError(f"{step.slug} waits for {', '.join(sorted(missing))}, which no step opens")


@dataclass(frozen=True, slots=True)
class _Moments:
    """How facilitators' moves and the time of planning change what a step's offset says."""

    moved: Mapping[str, datetime]
    now: datetime | None

    def of(self, step: Step, anchor: Anchor, reader: Reader) -> Due:
        wall = self.moved.get(f"{step.slug}|{anchor.id}")
        return due(step, anchor, reader) if wall is None else due_when_moved(step, anchor, reader, wall)

    def from_now(self, step: Step, anchor: Anchor, reader: Reader) -> Due:
        when = self.of(step, anchor, reader)
        return when if self.now is None else caught_up(when, step, reader, self.now)


def _drafts(
    step: Step,
    steps: Sequence[Step],
    schedule: SeriesSchedule,
    people: Mapping[str, ScheduledReader],
    moments: _Moments,
) -> Iterator[Planned]:
    """The nudges of one step before the budget.

    People whose clocks, quiet hours and holidays are the same share one computation of the moment.
    """
    openers = [other for other in steps if other.kind in step.opened_by]
    for opener in openers or [step]:
        for anchor in anchors_of(opener, schedule):
            for reader, person_ids in _addressed(step, opener, anchor, schedule, people).items():
                own = _opened(opener, anchor, moments.of(opener, anchor, reader)) if openers else anchor
                when = moments.from_now(step, own, reader)
                for person_id in person_ids:
                    yield _draft(step, own, person_id, when)


def _opened(opener: Step, anchor: Anchor, when: Due) -> Anchor:
    """The form that `opener` opens, as an anchor at the moment a reader gets it."""
    return replace(anchor, id=f"{opener.slug}@{anchor.id}", at_utc=when.at_utc)


def _draft(step: Step, anchor: Anchor, person_id: str | None, when: Due) -> Planned:
    target = step.delivery if person_id is None else f"person:{person_id}"
    return Planned(
        key=f"{step.slug}|{anchor.id}|{target}",
        step=step,
        anchor=anchor,
        person_id=person_id,
        at_utc=when.at_utc,
        nominal_utc=when.nominal_utc,
        expires_utc=when.expires_utc,
        moved_because=when.moved_because,
        skip="stale" if when.stale else None,
    )


def _addressed(
    step: Step, opener: Step, anchor: Anchor, schedule: SeriesSchedule, people: Mapping[str, ScheduledReader]
) -> Mapping[Reader, Sequence[str | None]]:
    """Whom `step` may reach, by reader; None for the cohort as a whole.

    Who gets no form from `opener` is not reminded of it either.
    """
    if step.delivery != "direct":
        return {schedule.channel: [None]}
    alike: defaultdict[Reader, list[str | None]] = defaultdict(list)
    for person in _candidates(opener, anchor, schedule, people):
        if (
            _meant(step, person)
            and _meant(opener, person)
            and not _joined_after(opener, anchor, person)
            and person.opted_out_kinds.isdisjoint({step.kind, opener.kind})
        ):
            alike[person.reader].append(person.id)
    return alike


def _candidates(
    step: Step, anchor: Anchor, schedule: SeriesSchedule, people: Mapping[str, ScheduledReader]
) -> Iterator[ScheduledReader]:
    """Those whom the anchor itself concerns: the commitment's writer, the session's presenters, everybody."""
    if step.audience == "presenters":
        wanted = _presenters(anchor, schedule)
    elif step.audience == "cohort_and_presenters":
        wanted = _presenters(anchor, schedule) | {each.id for each in people.values() if each.enrolled}
    elif anchor.person_id is not None:
        wanted = frozenset({anchor.person_id})
    else:
        yield from people.values()
        return
    yield from (people[person_id] for person_id in sorted(wanted) if person_id in people)


def _presenters(anchor: Anchor, schedule: SeriesSchedule) -> frozenset[str]:
    return next(session.presenter_ids for session in schedule.sessions if session.id == anchor.session_id)


def _joined_after(step: Step, anchor: Anchor, person: ScheduledReader) -> bool:
    """Whether the session was over before they joined: then they look back on nothing."""
    return (
        step.anchor == "session_end"
        and step.nature != "logistics"
        and person.joined_utc is not None
        and person.joined_utc > anchor.at_utc
    )


def _meant(step: Step, person: ScheduledReader) -> bool:
    """Whether the step's audience takes in `person`, as far as it is known before the session."""
    match step.audience:
        case "presenters" | "cohort_and_presenters":
            return True
        case "opted_in":
            return person.enrolled and person.opted_in
        case "partners_opted_in":
            return person.enrolled and person.partners_opted_in
        case "followup_opted_in":
            return person.enrolled and person.followup_opted_in
        case "cohort" | "attendees" | "absentees" | "non_responders":
            return person.enrolled
