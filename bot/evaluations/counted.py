"""Answers that are counted: the fields of an instrument that have a mean, a mean rank or a list of ZIP codes.

"Does not apply" is an answer that stands in no mean. It is counted by itself, and so is each ZIP code; both
are small cells, so they count only where k people or more of one form gave them. Then any sum of forms, less
any other, differs by whole cells of k people or more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.evaluations.instruments import NOT_APPLICABLE, Instrument, Item
from bot.statistics.formulas import Mean, mean_rating


@dataclass(frozen=True, slots=True)
class CountedField:
    """One field: of a matrix a row, of a ranking an option, else the whole item."""

    name: str
    item: Item
    text: Mapping[str, str]
    """By language, only where all of it is there."""


def counted_fields(instrument: Instrument) -> Iterator[CountedField]:
    """Those of scales, matrices, rankings, numbers and ZIP codes, in the order of the form."""
    for item in instrument.items:
        if item.kind in {"matrix", "ranking"}:
            for part in item.rows or item.options:
                both = item.text.languages & part.text.languages
                texts = {code: f"{item.text.root[code]} {part.text.root[code]}" for code in sorted(both)}
                yield CountedField(f"{item.id}.{part.id}", item, texts)
        elif item.kind in {"scale5", "scale10", "scale", "number", "zip"}:
            yield CountedField(item.id, item, item.text.root)


def without_not_applicable(tally: Mapping[str, int]) -> Counter[str]:
    """The answers that stand in means and in n."""
    return Counter({given: count for given, count in tally.items() if given != NOT_APPLICABLE})


def enough(item: Item, tally: Mapping[str, int], k: int) -> Counter[str]:
    """What of one form's answers may be shown or added up: ratings whole when k people or more gave one, each
    ZIP code and "does not apply" by itself when k people or more gave it."""
    ratings = without_not_applicable(tally)
    if item.kind == "zip":
        return Counter({code: count for code, count in ratings.items() if count >= k})
    kept = ratings if sum(ratings.values()) >= k else Counter[str]()
    declined = tally.get(NOT_APPLICABLE, 0)
    return kept + Counter({NOT_APPLICABLE: declined if declined >= k else 0})


def mean_of(tally: Mapping[str, int]) -> Mean:
    """The mean rating, rank or number; n leaves "does not apply" out."""
    return mean_rating({int(given): count for given, count in without_not_applicable(tally).items()})
