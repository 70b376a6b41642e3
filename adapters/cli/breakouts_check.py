"""`throughline breakouts check PLAN`: a plan's figures counted anew from its file, without the engine."""

import json
import sys
from collections import Counter
from itertools import chain, combinations
from math import comb
from pathlib import Path
from typing import Any


def pairs(groups: Any) -> set[frozenset[str]]:
    return {frozenset(two) for group in groups for two in combinations(group, 2)}


def overlap(one: Any, other: Any) -> int:
    """Pairs of a group of one round who stay together in the other, where absences fall as well as can be."""
    sizes = [len(group) for group in one]
    for _ in set(chain(*one)) - set(chain(*other)):
        sizes[sizes.index(max(sizes))] -= 1
    parts = [(*divmod(size, len(other)), len(other)) for size in sizes]
    return sum(more * comb(low + 1, 2) + (groups - more) * comb(low, 2) for low, more, groups in parts)


def proven(rounds: Any, met: Any, apart: Any, glued: Any) -> int:
    """Repeats that every plan with these people and sizes has; `docs/pairing.md` gives the reasons."""
    here = [set(chain(*groups)) for groups in rounds]
    times = {two: sum(two <= people for people in here) for two in glued}
    wished = sum(max(0, n - (two not in met)) for two, n in times.items())
    left = set().union(*(pairs([people]) for people in here)) - met - apart - glued
    mates = Counter(chain(*left, *(list(two) * n for two, n in times.items())))
    slots = Counter(chain(*(list(chain(*groups)) * (min(map(len, groups)) - 1) for groups in rounds)))
    short: int = -(-sum((slots - mates).values()) // 2)
    needed = sum(comb(len(group), 2) for groups in rounds for group in groups) - sum(times.values())
    turn, tree, reach = 0, 0, dict.fromkeys(range(1, min(len(rounds), 200)), 0)
    while reach:  # the heaviest tree of rounds: a pair that meets m times lies on at most m - 1 branches
        now = rounds[turn]
        reach = {i: max(n, overlap(now, rounds[i]), overlap(rounds[i], now)) for i, n in reach.items()}
        turn = max(reach, key=lambda i: reach[i])
        tree += reach.pop(turn)
    sixes = all([len(g) for g in groups] == [6] * 6 for groups in rounds) and here.count(here[0]) == len(here)
    squares = -(-comb(len(rounds), 4) // comb(max(2, len(rounds) - 2), 2)) if sixes else 0  # Tarry 1900
    return int(max(wished + max(short, needed - len(left), 0), tree, squares))


def check(file: Path) -> bool:
    rounds, told = map(json.loads(file.read_text(encoding="utf-8")).__getitem__, ("rounds", "certificate"))
    apart, glued, seen = (pairs(told[name]) for name in ("apart", "together", "met_before"))
    bound, repeats, true = proven(rounds, seen, apart, glued), 0, True
    for groups in rounds:
        true = true and max(Counter(chain(*groups)).values()) == 1 and not apart & pairs(groups)
        repeats, seen = repeats + len(pairs(groups) & seen), seen | pairs(groups)
    true = true and repeats == told["repeats"] and bound >= told["bound"]
    print(f"{len(rounds)} rounds, {repeats} repeated meetings; no plan has fewer than {bound}.")
    print(f"The file is {'right' if true else 'wrong'}: {told['repeats']}, at least {told['bound']}.")
    return not true


if __name__ == "__main__":
    sys.exit(check(Path(sys.argv[1])))
