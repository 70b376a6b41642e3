"""Commands that an answer quotes: typed as they stand, they go to the cohort that the answer is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.core import arguments
from bot.core.cards import Card, Fact, Section
from bot.core.context import Context
from bot.core.feature import CommandSpec
from prompts.command_names import argument_shown
from prompts.text import Marked, in_code, marked, unmarked

Change = Callable[[Marked], Marked]


async def naming_the_cohort(
    ctx: Context, commands: Mapping[str, CommandSpec], *texts: Marked
) -> Change | None:
    """What to do with each of these texts of an answer; None where no cohort has to be named."""
    quotes = any("`" in text for text in texts)
    name = await ctx.cohort_to_type() if quotes else ""
    if not name:
        return None
    ending = f" {argument_shown('cohort', ctx.language)}={name}"

    def named(code: str) -> str:
        return code + marked(ending) if _lacks_cohort(ctx, commands, unmarked(code)) else code

    return lambda text: in_code(text, named)


def _lacks_cohort(ctx: Context, commands: Mapping[str, CommandSpec], quoted: str) -> bool:
    spec, rest = arguments.find_command(quoted, commands)
    if spec is None or all(one.name != "cohort" for one in spec.arguments):
        return False
    typed = arguments.read_arguments(spec.arguments, rest, ctx.now.date(), ctx.language)
    return "cohort" not in typed.values and not arguments.take_cohort(rest, ())[0]


def texts_of(card: Card) -> Iterator[Marked]:
    """Every text of a card in which a command may be quoted."""
    yield from (card.text, card.context, *(fact.value for fact in card.facts))
    for section in card.sections:
        yield from (section.text, *(fact.value for fact in section.facts))


def changed(card: Card, change: Change) -> Card:
    """The card with each of `texts_of` changed."""

    def facts(of: Card | Section) -> tuple[Fact, ...]:
        return tuple(fact.model_copy(update={"value": change(fact.value)}) for fact in of.facts)

    sections = tuple(
        section.model_copy(update={"text": change(section.text), "facts": facts(section)})
        for section in card.sections
    )
    texts = {"text": change(card.text), "context": change(card.context)}
    return card.model_copy(update={**texts, "facts": facts(card), "sections": sections})
