"""``python -m tests.mutation``: plants one mistake after the other and counts those that the tests notice."""

from __future__ import annotations

import argparse
import sys
import time

from tests.mutation.modules import MODULES, Mutated
from tests.mutation.running import survivors

WANTED = 85
"""Percent of the mistakes that can be noticed."""


def main(given: list[str]) -> int:
    names = [one.name for one in MODULES]
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help=f"of {', '.join(names)}; all unless named"
    )
    options = parser.parse_args(given)
    if unknown := set(options.modules) - set(names):
        parser.error(f"there is no module {', '.join(sorted(unknown))}")
    wanted = [one for one in MODULES if one.name in (options.modules or names)]
    told = [_score(one) for one in wanted]
    print("", "| Module | Mutants | Noticed | Same as before | Score |", "|---|---|---|---|---|", sep="\n")
    print("\n".join(line for line, _ in told))
    return 0 if all(score >= WANTED for _, score in told) else 1


def _score(mutated: Mutated) -> tuple[str, float]:
    """A line of the table, and the score in percent: noticed, of those that can be noticed."""
    made = noticed = same = 0
    began = time.monotonic()
    for mutant, survived in survivors(mutated):
        made += 1
        known = survived and mutated.same.get(f"{mutant.before} -> {mutant.after}")
        same += bool(known)
        noticed += not survived
        if survived and not known:
            print(f"{mutated.file}:{mutant}", flush=True)
    score = 100 * noticed / max(1, made - same)
    print(f"{mutated.name}: {score:.1f} %, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return f"| `{mutated.file}` | {made} | {noticed} | {same} | {score:.1f} % |", score


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
