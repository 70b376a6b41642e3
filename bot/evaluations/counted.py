"""Answers that are counted: what of one form may be shown, or added to that of other forms.

Each form is protected once, by itself; reports add up what each of them may show. So any sum of forms, less
any other, says nothing that a form by itself does not.

* A scale, a rank or a number counts whole where k people or more gave one, "does not apply" where k or more
  said so. It stands in no mean.
* Answers to pick, and the places of ZIP codes, are cells: small ones are hidden, and others beside them
  (`bot.statistics.suppression`); where all gave the same one, no cell is shown. What is hidden counts as
  `REST`. Of several that one person may pick, each is a table of its own: picked, or not.
* What was asked only after certain answers counts where k or more gave these, and k or more others: how many
  answered it tells how many gave them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from bot.evaluations.instruments import NOT_APPLICABLE, Instrument, Item
from bot.evaluations.telling import band_of_mean
from bot.statistics.formulas import Mean, mean_rating
from bot.statistics.suppression import suppress

REST = "*"
"""Answers whose cell is hidden."""
SPARSE = "000"
"""The place of a ZIP code where few people live."""
_SPARSE = frozenset({
    "036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879", "884",
    "890", "893",
})  # fmt: skip
"""First digits shared by 20,000 people or fewer (Census 2000), which 45 CFR 164.514(b)(2)(i)(B) makes 000."""
_MEANS = frozenset({"scale5", "scale10", "scale", "matrix", "ranking", "number"})
_CELLS = frozenset({"choice", "choices", "intent", "zip"})

Tallies = Mapping[str, Mapping[str, int]]
"""By field: answer → how many gave it. Several picks of one person are a JSON list."""


@dataclass(frozen=True, slots=True)
class CountedField:
    """One field: of a matrix a row, of a ranking an option, else the whole item."""

    name: str
    item: Item
    text: Mapping[str, str]
    """By language, only where all of it is there."""

    @property
    def cells(self) -> bool:
        """Whether its answers are counted one by one; else it has a mean."""
        return self.item.kind in _CELLS

    @property
    def definition(self) -> str:
        """Short, and the same for two questions only if they ask the same; no name of a person is in it."""
        asked = self.item.model_dump_json(
            exclude={"text"} if self.item.presenter else None, exclude_none=True
        )
        return f"{self.name}:{blake2b(asked.encode(), digest_size=6).hexdigest()}"


def counted_fields(instrument: Instrument) -> Iterator[CountedField]:
    """Those whose answers have a mean or are cells, in the order of the form."""
    for item in instrument.items:
        if item.kind in {"matrix", "ranking"}:
            for part in item.rows or item.options:
                both = item.text.languages & part.text.languages
                texts = {code: f"{item.text.root[code]} {part.text.root[code]}" for code in sorted(both)}
                yield CountedField(f"{item.id}.{part.id}", item, texts)
        elif item.kind in _MEANS | _CELLS:
            yield CountedField(item.id, item, item.text.root)


def without_not_applicable(tally: Mapping[str, int]) -> Counter[str]:
    """The answers that stand in means and in n."""
    return Counter({given: count for given, count in tally.items() if given != NOT_APPLICABLE})


def enough(tally: Mapping[str, int], k: int) -> Counter[str]:
    """What of one form's ratings, ranks or numbers may be shown or added up."""
    ratings = without_not_applicable(tally)
    kept = ratings if sum(ratings.values()) >= k else Counter[str]()
    declined = tally.get(NOT_APPLICABLE, 0)
    return kept + Counter({NOT_APPLICABLE: declined if declined >= k else 0})


def protected(
    instrument: Instrument, tallies: Tallies, ks: Collection[int], secret: str
) -> dict[str, Counter[str]]:
    """By counted field: what of one form may be shown; empty where nothing may be.

    `ks` are those of the readers it is for and of every closer one: nothing that is hidden from these is
    shown. `secret` must be the same wherever this form is told of.
    """
    shown: dict[str, Counter[str]] = {}
    for field in counted_fields(instrument):
        given = tallies.get(field.name, {})
        if not _may_tell(instrument, field.item, tallies, ks, secret):
            shown[field.name] = Counter()
        elif field.cells:
            shown[field.name] = _cells(field.item, given, ks, secret)
        else:
            shown[field.name] = enough(given, max(ks))
    return shown


def mean_of(tally: Mapping[str, int]) -> Mean:
    """The mean rating, rank or number; n leaves "does not apply" out."""
    return mean_rating({int(given): count for given, count in without_not_applicable(tally).items()})


def place_of(code: str) -> str:
    """Of a ZIP code what may be told: its first three digits, or `SPARSE`."""
    return SPARSE if code[:3] in _SPARSE else code[:3]


@dataclass(frozen=True, slots=True)
class CellRow:
    """One answer to pick: how many gave it, None where that is hidden; and of how many, where one person may
    pick several."""

    answer: str
    count: int | None
    people: int | None = None


def rows_of(item: Item, told: Mapping[str, int]) -> list[CellRow]:
    """What `protected` told of an item whose answers are cells, or the sum over forms. Hidden places of ZIP
    codes have no row: that somebody works there tells already."""
    if item.kind == "choices":
        names = [option.id for option in item.options]
        return [CellRow(one, told.get(f"{one}|had"), told.get(f"{one}|n")) for one in names]
    if item.kind == "zip":
        places = sorted(set(told) - {REST}, key=lambda place: (-told[place], place))
        return [CellRow(place, told[place]) for place in places]
    return [CellRow(answer, told.get(answer)) for answer in item.answers]


def untold_rank(means: Mapping[str, Mean]) -> str:
    """Of a ranking's options the one whose mean is hidden, "" for none.

    All ranks together have a known sum, so where one mean is a band only, another may not be exact.
    """
    steps = (1, len(means))
    bands = [name for name, mean in means.items() if band_of_mean(mean, *steps) is not None]
    exact = {name: mean.value for name, mean in means.items() if name not in bands and mean.value is not None}
    if len(bands) != 1 or not exact:
        return ""
    return min(exact, key=lambda name: (min(exact[name] - 1, len(means) - exact[name]), name))


# --- cells --------------------------------------------------------------------------------------------------


def _cells(item: Item, given: Mapping[str, int], ks: Collection[int], secret: str) -> Counter[str]:
    if item.kind != "choices":
        tally = _every_answer(item, given)
        return _shown(tally, ks, f"{secret}\n{item.id}")
    people = sum(given.values())
    found: Counter[str] = Counter()
    for option in item.options:
        picked = sum(count for picks, count in given.items() if option.id in _picks(picks))
        cells = _shown({"had": picked, "not": people - picked}, ks, secret)
        if "had" in cells:
            found.update({f"{option.id}|had": picked, f"{option.id}|n": people})
    return found


def _every_answer(item: Item, given: Mapping[str, int]) -> Counter[str]:
    """With those that nobody gave; of ZIP codes the places that somebody gave."""
    if item.kind == "zip":
        places: Counter[str] = Counter()
        for code, count in given.items():
            places[place_of(code)] += count
        return places
    tally = Counter(dict.fromkeys(item.answers, 0))
    tally.update({answer: count for answer, count in given.items() if answer in tally})
    return tally


def _shown(tally: Mapping[str, int], ks: Collection[int], secret: str) -> Counter[str]:
    """The cells that every k shows, noughts among them, and how many answers stand in the others."""
    total = sum(tally.values())
    if total < max(ks):
        return Counter()
    alike = sum(map(bool, tally.values())) < 2
    hidden = set(tally) if alike else set[str]()
    for k in ks:
        table = suppress(tally, k, secret)
        hidden |= set(tally) if table.withheld else set(table.hidden)
    shown = Counter({answer: count for answer, count in tally.items() if answer not in hidden})
    shown[REST] = total - shown.total()
    return shown


def _picks(given: str) -> list[str]:
    found = json.loads(given) if given.startswith("[") else [given]
    return [str(one) for one in found]


def _may_tell(instrument: Instrument, item: Item, tallies: Tallies, ks: Collection[int], secret: str) -> bool:
    """Whether how many answered it tells too little to find anybody."""
    if item.show_if is None:
        return True
    asked = instrument.item(item.show_if.item)
    given, answers = tallies.get(asked.id, {}), set(item.show_if.answers)
    leading = sum(count for picks, count in given.items() if answers & set(_picks(picks)))
    if min(leading, sum(given.values()) - leading) < max(ks):
        return False
    if asked.kind in {"choice", "intent"} and not answers <= _cells(asked, given, ks, secret).keys():
        return False
    return _may_tell(instrument, asked, tallies, ks, secret)
