"""The tables of what a hub's own questions were answered: scales, ranks, numbers, and answers to pick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.lookup import title_in
from bot.evaluations.answers import label_of_answer, scale_of
from bot.evaluations.counted import REST, CountedField, mean_of, rows_of, untold_rank, without_not_applicable
from bot.evaluations.instruments import NOT_APPLICABLE, Instrument
from bot.evaluations.telling import band_of_mean, in_words
from bot.reports.counting import ASKED, asks_of_its_own, own_fields
from bot.reports.document import Table, Value
from bot.reports.figures import Seen
from bot.reports.shown import OUTSIDE
from bot.statistics.formulas import Mean, round_half_up, spread_of
from prompts import dates
from prompts.text import Marked, plain
from prompts.words import reports as words
from storage.evaluations import Evaluation, EvaluationState
from storage.people import Community

_Row = tuple[Value, ...]
_Words = Callable[[str], Marked]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, and what may be shown of its answers: nothing where that is empty."""

    field: CountedField
    told: Mapping[str, int]

    @property
    def mean(self) -> Mean:
        return mean_of(self.told)

    def text(self, language: str) -> str:
        return title_in(self.field.text, language)


async def tables_of_own_questions(db: AsyncSession, community: Community, seen: Seen) -> list[Table]:
    """Those that there are. How somebody who presents was rated stays inside."""
    fields = await _fields(db, community, {name.removesuffix(OUTSIDE) for name in seen.tables})
    asked = [
        _Asked(field, seen.counts(name) or {})
        for name, field in fields.items()
        if seen.table(name) is not None and not (seen.outside and field.item.presenter)
    ]
    by_kind: dict[str, list[_Asked]] = defaultdict(list)
    for one in asked:
        by_kind["picks" if one.field.cells else one.field.item.kind].append(one)
    scales = [one for kind in ("scale5", "scale10", "scale", "matrix") for one in by_kind[kind]]
    found = (_ratings(seen, scales), _ranks(seen, by_kind["ranking"]),
             _numbers(seen, by_kind["number"]), _picks(seen, by_kind["picks"]))  # fmt: skip
    return [table for table in found if table.rows]


async def _fields(db: AsyncSession, community: Community, tables: set[str]) -> dict[str, CountedField]:
    """The questions behind tables, as the newest form asks them, in its order."""
    wanted = {name for name in tables if name.startswith(ASKED)}
    found: dict[str, CountedField] = {}
    if not wanted:
        return found
    forms = await db.scalars(
        select(Evaluation.instrument)
        .where(Evaluation.community_id == community.id, Evaluation.state == EvaluationState.CLOSED)
        .order_by(col(Evaluation.id).desc())
    )
    for form in forms:
        if not wanted - found.keys():
            break
        if asks_of_its_own(form):
            for field in own_fields(Instrument.model_validate(form)):
                if (name := f"{ASKED}{field.definition}") in wanted:
                    found.setdefault(name, field)
    return found


def _ratings(seen: Seen, asked: Iterable[_Asked]) -> Table:
    language = seen.language
    rows = tuple(
        (one.text(language), one.mean.n or None, _mean(one, language), scale_of(one.field.item, language),
         one.told.get(NOT_APPLICABLE) if one.field.item.not_applicable else "")
        for one in asked
    )  # fmt: skip
    headings = (words.column_question, words.column_answers, words.column_mean, words.column_scale,
                words.column_na)  # fmt: skip
    definition = words.asked_ratings_definition(language)
    return _table(seen, "asked_ratings", words.asked_ratings, definition, headings, rows)


def _ranks(seen: Seen, asked: Sequence[_Asked]) -> Table:
    language = seen.language
    by_ranking: dict[str, dict[str, Mean]] = defaultdict(dict)
    for one in asked:
        by_ranking[_ranking(one)][one.field.name] = one.mean
    untold = {ranking: untold_rank(means) for ranking, means in by_ranking.items()}
    rows = tuple(
        (one.text(language), one.mean.n or None,
         None if one.field.name == untold[_ranking(one)] else _mean(one, language),
         len(one.field.item.options))
        for one in asked
    )  # fmt: skip
    headings = (words.column_question, words.column_answers, words.column_mean_rank, words.column_of_ranks)
    definition = words.asked_ranks_definition(language)
    return _table(seen, "asked_ranks", words.asked_ranks, definition, headings, rows)


def _ranking(one: _Asked) -> str:
    """All options of one ranking are defined by the same item."""
    return one.field.item.model_dump_json()


def _numbers(seen: Seen, asked: Iterable[_Asked]) -> Table:
    language = seen.language
    rows: list[_Row] = []
    for one in asked:
        numbers = {int(given): count for given, count in without_not_applicable(one.told).items()}
        spread = spread_of(numbers, seen.k)
        rows.append((one.text(language), one.mean.n or None, _mean(one, language), spread.median,
                     spread.low, spread.high))  # fmt: skip
    headings = (words.column_question, words.column_answers, words.column_mean, words.column_median,
                words.column_most_from, words.column_most_to)  # fmt: skip
    definition = words.asked_numbers_definition(language, k=seen.k, n=2 * seen.k)
    return _table(seen, "asked_numbers", words.asked_numbers, definition, headings, tuple(rows))


def _picks(seen: Seen, asked: Iterable[_Asked]) -> Table:
    language = seen.language
    rows = tuple(row for one in asked for row in _pick_rows(one, language))
    headings = (words.column_question, words.column_answer, words.column_people, words.column_of)
    definition = words.asked_picks_definition(language)
    return _table(seen, "asked_picks", words.asked_picks, definition, headings, rows)


def _pick_rows(one: _Asked, language: str) -> Iterator[_Row]:
    """An answer may be hidden in one form and shown in another; what is hidden stands in the last row."""
    item, question = one.field.item, one.text(language)
    people = sum(one.told.values()) or None
    for row in rows_of(item, one.told):
        of = row.people if item.kind == "choices" else people
        yield question, label_of_answer(item, row.answer, language), row.count, of
    if one.told.get(REST) or (item.kind == "zip" and not one.told):
        yield question, plain(words.answers_hidden(language)), one.told.get(REST), people


def _mean(one: _Asked, language: str) -> Value:
    """A bound where everybody, or all but one step, is at one end."""
    mean, item = one.mean, one.field.item
    if mean.value is None:
        return None
    band = band_of_mean(mean, item.steps[0], item.steps[-1])
    if band is not None:
        return in_words(band, lambda end: dates.decimal(language, round_half_up(end, 1), 1))
    return float(round_half_up(mean.value, 1))


def _table(
    seen: Seen,
    key: str,
    title: _Words,
    definition: Marked,
    headings: Iterable[_Words],
    rows: tuple[_Row, ...],
) -> Table:
    language = seen.language
    heads = tuple(plain(heading(language)) for heading in headings)
    return Table(key, plain(title(language)), plain(definition), heads, rows)
