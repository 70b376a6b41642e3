"""Why a plan looks as it does: counts taken from the finished plan, not from the search."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.breakouts.engine.bound import lower_bound, repeats
from bot.breakouts.engine.model import (
    Certificate,
    Explanation,
    History,
    Member,
    MixShare,
    OddSeat,
    Round,
    Rules,
    odd_people,
    pair,
    pairs_in,
)
from bot.breakouts.engine.problem import spoken_by


def explain(
    members: Sequence[Member],
    rules: Rules,
    rounds: Sequence[Round],
    history: History,
    method: str,
    seed: int,
    fairness_cost: int = 0,
) -> Explanation:
    """Everything that a card, a page or a file says about a plan."""
    known = {pair(*two) for two, count in history.meetings.items() if count > 0}
    met = {two for groups in rounds for group in groups for two in pairs_in(group)}
    people = {person for groups in rounds for group in groups for person in group}
    by_id = {member.id: member for member in members}
    present = [[person for group in groups for person in group] for groups in rounds]
    sizes = tuple(tuple(len(group) for group in groups) for groups in rounds)
    barred = sorted(rules.apart)  # a bound that knew the confidential ones would tell of them
    bound = lower_bound(present, sizes, barred, history.meetings, rules.together)
    return Explanation(
        method=method,
        seed=seed,
        people=len(people),
        sizes=sizes,
        repeats=repeats(rounds, history.meetings),
        bound=bound.repeats,
        new_meetings=len(met - known),
        met_pairs=len(met | {two for two in known if two[0] in people and two[1] in people}),
        possible_pairs=len(people) * (len(people) - 1) // 2,
        mix={trait: _mix(by_id, trait, weight, rounds) for trait, weight in sorted(rules.mix.items())},
        odd=_odd_seats(rounds, history),
        without_lead=tuple(_without_lead(by_id, rules, groups) for groups in rounds),
        share_missed=tuple(_nothing_in_common(by_id, rules.share, groups) for groups in rounds),
        common_missed=tuple(_nothing_in_common(by_id, rules.common, groups) for groups in rounds),
        bound_by=bound.by,
        out_of_turn=_out_of_turn(rounds, history),
        fairness_cost=fairness_cost,
    )


def certified(rules: Rules, history: History, explanation: Explanation) -> Certificate:
    """The figures, with the visible rules and the earlier meetings that they rest on."""
    return Certificate(
        repeats=explanation.repeats,
        bound=explanation.bound,
        bound_by=explanation.bound_by,
        met_before=tuple(sorted({pair(*two) for two, count in history.meetings.items() if count > 0})),
        apart=tuple(sorted({pair(*two) for two in rules.apart})),
        together=tuple(sorted(tuple(sorted(unit)) for unit in rules.together)),
    )


def _mix(members: Mapping[str, Member], trait: str, weight: float, rounds: Sequence[Round]) -> MixShare:
    differing = known = 0
    for groups in rounds:
        for group in groups:
            values = [value for person in group if (value := members[person].traits.get(trait))]
            pairs = len(values) * (len(values) - 1) // 2
            same = sum(n * (n - 1) // 2 for n in (values.count(value) for value in set(values)))
            known += pairs
            differing += pairs - same
    return MixShare(weight, differing, known)


def _odd_seats(rounds: Sequence[Round], history: History) -> tuple[tuple[OddSeat, ...], ...]:
    """Who sits in the odd group, after how many times, round by round."""
    times = dict(history.odd)
    out = []
    for groups in rounds:
        fewest = min((times.get(person, 0) for group in groups for person in group), default=0)
        seats = tuple(OddSeat(person, times.get(person, 0), fewest) for person in odd_people(groups))
        for seat in seats:
            times[seat.person] = seat.times_before + 1
        out.append(seats)
    return tuple(out)


def _out_of_turn(rounds: Sequence[Round], history: History) -> int:
    """How many more turns the holders of odd seats had had, round by round, than those with the fewest."""
    times = dict(history.odd)
    more = 0
    for groups in rounds:
        seats = odd_people(groups)
        waiting = sorted(times.get(person, 0) for group in groups for person in group)
        more += sum(times.get(person, 0) for person in seats) - sum(waiting[: len(seats)])
        for person in seats:
            times[person] = times.get(person, 0) + 1
    return more


def _without_lead(members: Mapping[str, Member], rules: Rules, groups: Round) -> tuple[int, ...]:
    if not rules.one_lead_per_group:
        return ()
    return tuple(i for i, group in enumerate(groups) if not any(members[person].leads for person in group))


def _nothing_in_common(
    members: Mapping[str, Member], traits: Collection[str], groups: Round
) -> tuple[int, ...]:
    """Groups in which some pair has no value of one of these traits in common, where both are known."""
    missed: list[int] = []
    if not traits:
        return ()
    for i, group in enumerate(groups):
        spoken = [[spoken_by(members[person], trait) for person in group] for trait in sorted(traits)]
        if any(a and b and not a & b for one in spoken for j, a in enumerate(one) for b in one[:j]):
            missed.append(i)
    return tuple(missed)
