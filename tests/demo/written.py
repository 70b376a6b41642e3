"""Whether what the demo's people wrote fits: in the question, in the person, in the language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from adapters.demo.answers import LEADS, answer_book
from adapters.demo.story import WrittenAnswer
from adapters.playground.sample import population


def misfits_of(written: Iterable[WrittenAnswer]) -> list[str]:
    """One line for each answer that is not one of its question's, in its writer's language and for people
    like them; and for each text that is seen too often."""
    written = list(written)
    return [*_foreign(written), *_worn(written)]


def _foreign(written: Iterable[WrittenAnswer]) -> Iterator[str]:
    book = answer_book()
    people = {one.email: one for one in population("both").everybody()}
    for one in written:
        person, meant = people[one.email], book.meant(one.field)
        group = "lead" if person.job_role in LEADS else "staff"
        for question in book.questions:
            if meant in question.fields:
                own, common = question.for_person(book.language_of(person), book.character_of(person), group)
                place = question.fields.index(meant)
                if one.text not in {text[place] for text in [*own, *common]}:
                    yield f"{one.email} answers “{one.label}”: {one.text}"
                break
        else:
            yield f"no question has the field {one.field} ({one.label})"


def _worn(written: Iterable[WrittenAnswer]) -> Iterator[str]:
    book = answer_book()
    for (field, text), times in Counter((one.field, one.text) for one in written).items():
        if times > book.most:
            yield f"{field}, {times} times: {text}"
