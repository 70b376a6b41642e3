"""What has to be declared beside a kind of message; asked when a process starts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.feature import Feature, kinds_of
from bot.nudges.cadence import Step
from bot.nudges.default_cadence import DEFAULT_CADENCE
from prompts.kind_titles import kind_titles


def check_declarations(features: Iterable[Feature], steps: Sequence[Step] = DEFAULT_CADENCE) -> None:
    """Every kind has a title, every title a kind, and every step has a feature that writes its message, or
    does what it does instead. Raises `ValueError`, naming what is missing."""
    declared = tuple(features)
    kinds, jobs = kinds_of(declared), {job for feature in declared for job in feature.jobs}
    silent = {step.kind for step in steps if step.delivery == "none"}
    written = {step.kind for step in steps} - silent
    for missing, what in (
        (kinds.keys() - kind_titles().keys(), "kinds of message without a title"),
        (kind_titles().keys() - kinds.keys(), "titles of kinds that no feature declares"),
        (written - kinds.keys(), "steps of the cadence whose message no feature writes"),
        (silent - jobs, "steps of the cadence that no feature does"),
    ):
        if missing:
            raise ValueError(f"{what}: {', '.join(sorted(missing))}")
