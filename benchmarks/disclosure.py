"""Can anything hidden be worked out from all reports? `python -m benchmarks.disclosure [--quick]`.

Random communities publish their reports for 52 weeks. Then an independent attacker (`disclosure_auditor`)
gets every number printed, inside, and looks for hidden counts and differences below k that have but one
value. The same communities are published once more without the proof, as a check on the attacker.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from benchmarks.disclosure_auditor import Finding, Printed, Reached, derivable
from benchmarks.disclosure_town import made, published
from bot.reports.shown import PEOPLE

AUDITED = ("state", "role")


@dataclass(frozen=True, slots=True)
class Outcome:
    tables: int
    withheld: int
    findings: tuple[Finding, ...]
    proved: bool
    longest_cut: float
    targets: int = 0


def audited(seed: int, k: int, proving: bool = True) -> Outcome:
    """One community, published and attacked."""
    town = made(seed)
    tables: dict[str, list[Printed]] = {name: [] for name in PEOPLE}
    sizes: list[Reached] = []
    proved, longest = True, 0.0
    started = time.perf_counter()
    for week, new, sound in published(town, k, proving):
        longest = max(longest, time.perf_counter() - started)
        proved &= sound
        for (scope, name), table in new.items():
            series = frozenset(town.places.series_in(scope))
            if name in AUDITED and table.counts:
                shown = None if table.inside is None else {
                    group: count for group, count in table.counts.items() if group not in table.inside
                }  # fmt: skip
                tables[name].append(Printed(series, week, shown, table.counts))
            elif name == "size" and series and table.inside is not None:
                sizes.append(Reached(series, week, table.counts["people"]))
        started = time.perf_counter()
    over = {series: town.over(series) for series in town.sessions}
    patterns = town.patterns()
    findings = [
        one for name in AUDITED for one in derivable(tables[name], sizes, over, patterns, k) if tables[name]
    ]
    every = [table for name in AUDITED for table in tables[name]]
    return Outcome(
        len(every), sum(table.shown is None for table in every), tuple(findings), proved, longest
    )  # fmt: skip


def _both(seed: int) -> tuple[Outcome, Outcome]:
    k = 3 if seed % 2 else 5
    return audited(seed, k), audited(seed, k, proving=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="six communities")
    parser.add_argument("--communities", type=int, default=30, help="how many (30)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    communities = 6 if given.quick else given.communities
    started = time.perf_counter()
    with ProcessPoolExecutor(given.workers) as workers:
        outcomes = list(workers.map(_both, range(given.seed, given.seed + communities)))
    ours, without = [one for one, _ in outcomes], [other for _, other in outcomes]
    for number, one in enumerate(ours, start=given.seed):
        for finding in one.findings:
            print(f"community {number}: {finding}")
    row = {
        "communities": communities,
        "weeks": 52,
        "tables": sum(one.tables for one in ours),
        "withheld": sum(one.withheld for one in ours),
        "derivable": sum(len(one.findings) for one in ours),
        "proved_communities": sum(one.proved for one in ours),
        "withheld_without_proof": sum(one.withheld for one in without),
        "derivable_without_proof": sum(len(one.findings) for one in without),
        "communities_derivable_without_proof": sum(bool(one.findings) for one in without),
        "longest_cut_seconds": round(max(one.longest_cut for one in ours), 2),
        "seconds": round(time.perf_counter() - started, 1),
    }
    for name, value in row.items():
        print(f"{name:38} {value}")
    print(json.dumps(row))


if __name__ == "__main__":
    main()
