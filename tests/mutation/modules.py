"""Which tests belong to which module, and the mutants that no test can notice."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mutated:
    """`tests` are files and folders. `same` names mutants that do what the module does, and why."""

    name: str
    file: str
    tests: tuple[str, ...]
    same: dict[str, str] = field(default_factory=dict)


MODULES = (
    Mutated(
        "cadence",
        "bot/nudges/cadence.py",
        ("tests/nudges/test_cadence_rules.py", "tests/nudges/test_cadence_plan.py",
         "tests/nudges/test_cadence_properties.py", "tests/nudges/test_cadence_stories.py"),
    ),
    Mutated(
        "cap",
        "bot/nudges/budget.py",
        ("tests/nudges/test_budget.py", "tests/nudges/test_cadence_plan.py"),
    ),
    Mutated(
        "recheck",
        "bot/nudges/recheck.py",
        ("tests/nudges/test_recheck.py",),
        {"'' -> 'x'": "a name that is no zone counts as none told"},
    ),
    Mutated(
        "suppression",
        "bot/statistics/suppression.py",
        ("tests/reports/test_suppression.py", "tests/reports/test_suppression_properties.py",
         "tests/reports/test_cells.py"),
        {
            "'total' -> 'totalx'": "the name of a node that no second arc with a price ends at",
            "'groups' -> 'groupsx'": "as above: each group's arc runs between the same two nodes",
            "'rows' -> 'rowsx'": "the overall total's arc has no price: no way leads over it",
            "'columns' -> 'columnsx'": "as above",
            "'' -> 'x'": "which of several equal cells is hidden is drawn; nobody may rely on which",
        },
    ),
    Mutated(
        "outbox",
        "bot/nudges/outbox.py",
        ("tests/nudges/test_outbox.py", "tests/nudges/test_books.py"),
    ),
)  # fmt: skip
