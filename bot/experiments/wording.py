"""A message under an experiment: the wording that was drawn for it, and the line that says so."""

from __future__ import annotations

from sqlmodel import select

from bot.core.cards import Card
from bot.core.composers import ComposeContext
from bot.statistics.draws import arm
from prompts.text import Marked, marked
from prompts.words import experiments as words
from storage.experiments import Experiment, ExperimentState, Varies


async def worded(ctx: ComposeContext, card: Card) -> Card:
    """The card as the draw wants it, and the line that says that there is one; as it is where no experiment
    runs, the message was planned by nobody's cadence, or the new words lack the reader's language."""
    if ctx.reader is None or not ctx.nudge.group or ctx.nudge.cohort_id is None:
        return card
    found = await ctx.db.scalars(
        select(Experiment).where(
            Experiment.cohort_id == ctx.nudge.cohort_id,
            Experiment.kind == ctx.nudge.kind,
            Experiment.state == ExperimentState.RUNNING,
        )
    )
    running = found.first()
    if running is None:
        return card
    timed = running.varies == Varies.TIME
    told = (words.time_by_lot if timed else words.drawn_by_lot)(ctx.language)
    context = card.context + Marked(" ") + told if card.context else told
    opening = running.opening.get(ctx.language, "").strip()
    if not opening or not arm(running.seed, ctx.nudge.key):
        return card.model_copy(update={"context": context})
    text = marked(opening) + Marked("\n\n") + card.text if card.text else marked(opening)
    return card.model_copy(update={"text": text, "context": context})
