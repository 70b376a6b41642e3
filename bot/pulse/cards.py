"""What a pulse looks like while it is open and when it is closed. Pure."""

from __future__ import annotations

from bot.core.cards import Button, Card, Fact, pack
from bot.core.lookup import title_in
from prompts.text import Marked
from prompts.words import pulse as words
from storage.pulses import Pulse


def pulse_card(pulse: Pulse, language: str, k: int) -> Card:
    """The question with a button for each answer while it is open, and what was answered so far."""
    is_open = pulse.closed_at is None
    return Card(
        title=title_in(pulse.question, language),
        text=(words.tap_once if is_open else words.is_closed)(language),
        facts=_facts(pulse, language, k),
        buttons=_buttons(pulse, language) if is_open else (),
        context=words.how_counts_show(language, k=k),
    )


def _buttons(pulse: Pulse, language: str) -> tuple[Button, ...]:
    return tuple(
        Button(label=title_in(answer, language), action="pulse.answer", value=pack(pulse.id, number))
        for number, answer in enumerate(pulse.answers)
    )


def _facts(pulse: Pulse, language: str, k: int) -> tuple[Fact, ...]:
    """Nothing before anything can be shown, so that the first taps are made without looking at others'."""
    if not any(shown_count(count, k) for count in pulse.counts):
        return ()
    return tuple(
        Fact(label=title_in(answer, language), value=_told(count, language, k))
        for answer, count in zip(pulse.answers, pulse.counts, strict=True)
    )


def shown_count(count: int, k: int) -> int:
    """Rounded down to whole `k`: between two looks at it, `k` people or none have chosen an answer.

    No total stands beside it, so that nothing smaller can be worked out.
    """
    return count // k * k


def _told(count: int, language: str, k: int) -> Marked:
    shown = shown_count(count, k)
    return words.at_least(language, n=shown) if shown else words.fewer_than(language, k=k)
