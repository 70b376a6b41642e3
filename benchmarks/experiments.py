"""Are the experiments honest? 1,000 simulated series with a planted effect, and 1,000 with none.

`python -m benchmarks.experiments` draws the arms and analyses them as the product does. People differ in how
much they answer, answer less as weeks go by, and less after the new wording just came: nothing of that is
told to the analysis. Coverage is the share of intervals that hold the true difference, false alarms the
share of series without one where the interval leaves out zero. Ends with one JSON line.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass

import numpy as np

from bot.experiments.analysis import Effect, Occasion, effect
from bot.experiments.design import power
from bot.statistics.draws import arm

PLANTED = 0.12
"""The difference that the new wording makes on the occasion itself, in shares."""
SERIES, QUICK = 1_000, 200
PEOPLE, OCCASIONS = (24, 60), (6, 13)
"""From so many, up to and without so many: drawn for each series."""
USUAL = 0.35


@dataclass(frozen=True, slots=True)
class Trial:
    found: int = 0
    covered: int = 0
    silent: int = 0
    spoken: int = 0
    bias: float = 0.0

    @property
    def coverage(self) -> float:
        return self.covered / self.spoken

    @property
    def alarms(self) -> float:
        return self.found / self.spoken


def simulated(dice: np.random.Generator, seed: str, planted: float) -> tuple[list[Occasion], float]:
    """One series, and the true difference on its own occasions."""
    people = int(dice.integers(*PEOPLE))
    occasions = int(dice.integers(*OCCASIONS))
    found, differences = [], []
    for person in range(people):
        lively = dice.beta(3.5, 6.5)
        own = planted * dice.uniform(0.5, 1.5)
        drawn_before = 0
        for number in range(occasions):
            usual = float(np.clip(lively - 0.008 * number - 0.03 * drawn_before, 0.03, 0.97))
            new = float(np.clip(usual + own, 0.01, 0.99)) if planted else usual
            drawn = arm(seed, f"{person}|{number}")
            answered = bool(dice.random() < (new if drawn else usual))
            found.append(Occasion(person, number, drawn, answered))
            differences.append(new - usual)
            drawn_before = drawn
    return found, float(np.mean(differences))


def trial(series: int, planted: float, seed: int) -> Trial:
    dice = np.random.default_rng(seed)
    found = covered = silent = 0
    errors = []
    for number in range(series):
        occasions, true = simulated(dice, f"{seed}-{number}", planted)
        said = effect(occasions)
        if not isinstance(said, Effect):
            silent += 1
            continue
        found += said.found
        covered += said.lower <= true <= said.upper
        errors.append(said.difference - true)
    return Trial(found, covered, silent, series - silent, float(np.mean(errors)))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--series", type=int, default=SERIES)
    options.add_argument("--quick", action="store_true", help=f"{QUICK} series of each")
    options.add_argument("--seed", type=int, default=2027)
    given = options.parse_args()
    given.series = min(given.series, QUICK) if given.quick else given.series
    began = time.perf_counter()
    planted = trial(given.series, PLANTED, given.seed)
    none = trial(given.series, 0.0, given.seed + 1)
    usual = power((PEOPLE[0] + PEOPLE[1]) // 2, (OCCASIONS[0] + OCCASIONS[1]) // 2, USUAL, PLANTED)
    print(f"{given.series:,} series with a planted difference of {PLANTED:.2f}:")
    print(f"  the 95 % interval held it in {planted.coverage:.1%}; bias {planted.bias:+.4f}")
    print(f"  the difference was found in {planted.alarms:.1%}, {planted.silent} stayed silent")
    print(f"{given.series:,} series without any:")
    print(f"  false alarms {none.alarms:.1%}, {none.silent} stayed silent")
    print(
        f"Said beforehand for {usual.people} people and {usual.occasions} occasions: "
        f"{usual.detectable:.2f} can be found"
    )
    told = {
        "benchmark": "experiments",
        "series": given.series,
        "planted": PLANTED,
        "coverage": round(planted.coverage, 4),
        "false_alarms": round(none.alarms, 4),
        "coverage_without_effect": round(none.coverage, 4),
        "found": round(planted.alarms, 4),
        "bias": round(planted.bias, 5),
        "silent": planted.silent + none.silent,
        "detectable": round(usual.detectable, 4),
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
