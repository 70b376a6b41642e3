"""The headline numbers of a report, each with its n, from published tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.evaluations.telling import (
    ENOUGH,
    Band,
    band_of_answers,
    band_of_mean,
    band_of_rest,
    band_of_score,
    band_of_share,
)
from bot.reports.after_series import COSTS, RECALL
from bot.reports.counting import ASKED, MEASURES, RESPONSES, SO_FAR
from bot.reports.document import Figure
from bot.reports.shown import OUTSIDE, PEOPLE, Shown
from bot.statistics.formulas import (
    Interval,
    Mean,
    RetrospectiveChange,
    Share,
    commitment_follow_through,
    intent_to_apply,
    mean_rating,
    net_promoter,
    recommendation,
    retrospective_change,
    round_half_up,
    wilson_interval,
)
from prompts import dates
from prompts.text import Marked, plain
from prompts.words import reports as words

_SIZE_OF = {"reach": "people", "participations": "participations"}


ROUNDED = (*PEOPLE, "ties")
"""Tables whose groups outside readers see rounded to fives, so that knowing most of a group tells no rest."""
_FIVE = 5


def rounded(count: int) -> int:
    """To the nearest five."""
    return _FIVE * ((count + _FIVE // 2) // _FIVE)


@dataclass(frozen=True, slots=True)
class Seen:
    """The tables of one scope, and who looks at them."""

    tables: Mapping[str, Shown]
    outside: bool
    k: int
    language: str

    def table(self, name: str) -> Shown | None:
        """None where there is none; a table of answers is the one for these readers."""
        answers = name in (*MEASURES, RESPONSES, RECALL, COSTS) or name.startswith(ASKED)
        found = self.tables.get(f"{name}{OUTSIDE}" if answers and self.outside else name)
        return found if found is not None and (found.counts or found.inside is None) else None

    def counts(self, name: str) -> dict[str, int] | None:
        """What is shown of a table, hidden groups left out; None where there is none or it is withheld."""
        table = self.table(name)
        hidden = table.hidden(self.outside) if table is not None else None
        if table is None or hidden is None:
            return None
        seen = {group: count for group, count in table.counts.items() if group not in hidden}
        if self.outside and name in ROUNDED:
            return {group: rounded(count) for group, count in seen.items()}
        return seen

    def whole(self, name: str) -> dict[str, int] | None:
        """The same, and None as well where any group is hidden."""
        table = self.table(name)
        return dict(table.counts) if table is not None and table.hidden(self.outside) == frozenset() else None


def figures_of(seen: Seen) -> tuple[Figure, ...]:
    """In the order in which people read them; numbers that nobody asked for are left out."""
    return (*_of_people(seen), *_of_answers(seen), *_of_connection(seen))


def _of_people(seen: Seen) -> Iterator[Figure]:
    events = seen.counts("events")
    if events is not None:
        yield _number(seen, "events", events["events"])
    size = seen.counts("size")
    for key, name in _SIZE_OF.items():
        table = seen.table("size")
        if table is None or name in table.counts:
            yield _number(seen, key, size.get(name) if size else None)
    if (enrolled := seen.counts("enrolled")) is not None or seen.table("enrolled") is not None:
        count = (enrolled or {}).get("enrolled")
        enough = count is not None and (count == 0 or count >= seen.k)
        yield _number(seen, "enrolled", count if enough else None)
    if size and size.get("people") and "participations" in size:
        mean = Decimal(size["participations"]) / size["people"]
        shown = words.times_of(seen.language, mean=_decimal(seen, mean, 1), n=size["people"])
        yield _figure(seen, "sessions_each", shown, float(mean), size["people"])  # fmt: skip
    if (so_far := seen.counts(SO_FAR)) is not None:
        yield _so_far(seen, so_far)
    elif seen.table("completion") is not None:
        yield from _completion(seen, (enrolled or {}).get("enrolled", 0))


def _so_far(seen: Seen, counts: Mapping[str, int]) -> Figure:
    """Of a series that runs: to the nearest tenth, so that a week's report less the last tells of nobody."""
    held, planned, people = counts.get("held", 0), counts.get("planned", 0), counts["people"]
    if people < max(ENOUGH, seen.k):
        return _figure(seen, "completion", words.not_over(seen.language, held=held, planned=planned))
    tenth = round_half_up(Decimal(counts["completed"]) * 10 / people, 0) / 10
    percent = _whole_percent(seen, float(tenth) * 100)
    shown = words.completed_so_far(seen.language, percent=percent, held=held, planned=planned)
    return _figure(seen, "completion", shown)


def _completion(seen: Seen, enrolled: int) -> Iterator[Figure]:
    done = seen.whole("completion")
    completed = done.get("completed", 0) if done is not None else 0
    people = sum(done.values()) if done is not None else 0
    yield _share(seen, "completion", Share(completed, people) if done is not None else None)
    fits = done is not None and enrolled >= max(seen.k, people)
    yield _share(seen, "completion_enrolled", Share(completed, enrolled) if fits else None)


def _of_answers(seen: Seen) -> Iterator[Figure]:
    if seen.table(RESPONSES) is not None:
        forms = seen.counts(RESPONSES)
        yield _share(
            seen, "responses", Share(forms.get("answered", 0), sum(forms.values())) if forms else None
        )
    if seen.table("recommendation") is not None:
        rates = _ratings(seen, "recommendation")
        yield _share(seen, "recommendation", recommendation(rates).share if rates else None, interval=True)
    if seen.table("net_promoter") is not None:
        yield _promoters(seen)
    if seen.table("intent") is not None:
        intents = seen.counts("intent")
        yield _share(seen, "intent", intent_to_apply(intents) if intents else None, interval=True)
    for name in ("quality", "usefulness", "objective"):
        if seen.table(name) is not None:
            yield _mean(seen, name)
    if seen.table("retrospective") is not None:
        yield from _change(seen)
    if seen.table("follow_through") is not None:
        plans = seen.counts("follow_through")
        share = commitment_follow_through(plans) if plans else None
        yield _share(
            seen, "follow_through", share if share is not None and share.n >= seen.k else None, answers=True
        )


def _of_connection(seen: Seen) -> Iterator[Figure]:
    if seen.table("pairs") is None:
        return
    pairs = seen.whole("pairs")
    yield _share(seen, "pairs", Share(pairs.get("met", 0), sum(pairs.values())) if pairs else None)
    for name, across, within in (
        ("across_states", "across", "within"),
        ("across_organisations", "different", "same"),
    ):
        table, shown = seen.table(name), seen.counts(name)
        if table is None:
            continue
        counts = shown if shown is not None and len(shown) == len(table.counts) else None
        known = counts.get(across, 0) + counts.get(within, 0) if counts else 0
        yield _share(seen, name, Share((counts or {}).get(across, 0), known) if known else None)


def _ratings(seen: Seen, name: str) -> dict[int, int]:
    return {int(rating): count for rating, count in (seen.counts(name) or {}).items()}


def _promoters(seen: Seen) -> Figure:
    found = net_promoter(_ratings(seen, "net_promoter"))
    if found.score is None:
        return _figure(seen, "net_promoter", None)
    if (band := band_of_score(found)) is not None:
        return _figure(seen, "net_promoter", _in_band(seen, band, found.n, _signed), n=found.n)
    score = round_half_up(found.score, 0)
    shown = words.score_of(seen.language, score=f"{score:+}", n=found.n)
    return _figure(seen, "net_promoter", shown, found.score, found.n)


def _mean(seen: Seen, name: str) -> Figure:
    found = mean_rating(_ratings(seen, name))
    if found.value is None:
        return _figure(seen, name, None)
    if (band := band_of_mean(found)) is not None:
        return _figure(seen, name, _in_band(seen, band, found.n, _point), n=found.n)
    shown = words.mean_of(seen.language, mean=_decimal(seen, found.value, 2), n=found.n)
    return _figure(seen, name, shown, found.value, found.n)


def _change(seen: Seen) -> Iterator[Figure]:
    found = retrospective_change(
        {_pair(given): count for given, count in (seen.counts("retrospective") or {}).items()}
    )
    if found.mean_change is None:
        yield _figure(seen, "change", None)
        return
    yield _mean_change(seen, found)
    shares = {name: getattr(found, name) for name in ("improved", "same", "declined")}
    bands = {name: band_of_answers(share) for name, share in shares.items()}
    told = [name for name, band in bands.items() if band is None]
    if len(told) == 2:  # the third would be what they leave
        least = min(told, key=lambda name: shares[name].count)
        bands[least] = band_of_rest(shares[least])
    for name, share in shares.items():
        yield _share(seen, name, share, answers=True, band=bands[name])


def _mean_change(seen: Seen, found: RetrospectiveChange) -> Figure:
    """With the means before and now, unless one of them is at the end of its scale."""
    before, now, change = found.mean_before or 0, found.mean_now or 0, found.mean_change or 0
    text = f"{round_half_up(change, 2):+}"[0] + _decimal(seen, abs(change), 2)
    if band_of_mean(Mean(before, found.n)) is None and band_of_mean(Mean(now, found.n)) is None:
        means = {"before": _decimal(seen, before, 2), "now": _decimal(seen, now, 2)}
        shown = words.change_of(seen.language, change=text, n=found.n, **means)
        return _figure(seen, "change", shown, change, found.n)
    band = band_of_mean(Mean(change, found.n), -4, 4)
    if band is not None:
        return _figure(seen, "change", _in_band(seen, band, found.n, _signed_point), n=found.n)
    return _figure(seen, "change", words.change_only(seen.language, change=text, n=found.n), change, found.n)


def _pair(given: str) -> tuple[int | None, int | None]:
    before, _, now = given.partition(">")
    return int(before) if before else None, int(now) if now else None


def _number(seen: Seen, key: str, count: int | None) -> Figure:
    return _figure(seen, key, None if count is None else dates.number(seen.language, count), count)


_ASKED = object()


def _share(
    seen: Seen,
    key: str,
    share: Share | None,
    interval: bool = False,
    answers: bool = False,
    band: Band | object | None = _ASKED,
) -> Figure:
    """Hidden without a share; with `interval` the 95 % Wilson interval stands beside it. A share that would
    tell too much is a band (`bot.evaluations.telling`), with neither count nor interval."""
    if share is None or not share.n:
        return _figure(seen, key, None)
    language, value = seen.language, share.count / share.n
    if band is _ASKED:
        band = band_of_answers(share) if answers or interval else band_of_share(share)
    if isinstance(band, Band):
        return _figure(seen, key, _in_band(seen, band, share.n, _whole_percent), n=share.n)
    percent = _percent(language, share)
    if not interval:
        shown = words.share(language, percent=percent, count=share.count, n=share.n)
        return _figure(seen, key, shown, value, share.n)
    found = wilson_interval(share) or Interval(0, 100)
    low, high = (dates.percent(language, end / 100) for end in (found.low, found.high))
    shown = words.share_between(language, percent=percent, count=share.count, n=share.n, low=low, high=high)
    return _figure(seen, key, shown, value, share.n, found.low / 100, found.high / 100)


def _in_band(seen: Seen, band: Band, n: int, text: Callable[[Seen, float], str]) -> Marked:
    """``≥ 90% (of 21)``, ``≤ 10% (of 21)``, ``20% to 80% (of 6)``."""
    language = seen.language
    if band.low is None:
        return words.at_most(language, most=text(seen, band.high or 0), n=n)
    if band.high is None:
        return words.at_least(language, least=text(seen, band.low), n=n)
    return words.between(language, low=text(seen, band.low), high=text(seen, band.high), n=n)


def _whole_percent(seen: Seen, percent: float) -> str:
    return dates.percent(seen.language, percent / 100, 0)


def _point(seen: Seen, value: float) -> str:
    return _decimal(seen, value, 1)


def _signed(seen: Seen, value: float) -> str:
    return f"{value:+.0f}"


def _signed_point(seen: Seen, value: float) -> str:
    return f"{value:+.0f}"[0] + _decimal(seen, abs(value), 1)


def _percent(language: str, share: Share) -> str:
    """Rounded half up from the exact fraction."""
    return dates.percent(language, float((share.rounded() or Decimal(0)) / 100))


def _decimal(seen: Seen, value: Decimal | float, places: int) -> str:
    return dates.decimal(seen.language, round_half_up(value, places), places)


def _figure(
    seen: Seen,
    key: str,
    shown: Marked | str | None,
    number: float | None = None,
    n: int | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Figure:
    label, definition = _LABELS[key]
    language = seen.language
    text = None if shown is None else plain(shown)
    return Figure(key, plain(label(language)), plain(definition(language)), text, number, n, low, high)


def label_of(measure: str, language: str) -> str:
    """What the number of a measure is called."""
    return plain(_LABELS["change" if measure == "retrospective" else measure][0](language))


_Words = Callable[[str], Marked]
_LABELS: dict[str, tuple[_Words, _Words]] = {
    key: (getattr(words, f"figure_{key}"), getattr(words, f"figure_{key}_definition"))
    for key in (
        "events", "reach", "participations", "enrolled", "sessions_each", "completion",
        "completion_enrolled", "responses", "recommendation", "net_promoter", "intent", "quality",
        "usefulness", "objective", "change", "improved", "same", "declined", "follow_through", "pairs",
        "across_states", "across_organisations",
    )
}  # fmt: skip
