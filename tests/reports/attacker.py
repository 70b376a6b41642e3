"""A reader who knows every shown number and every sum, and looks for the hidden ones by linear programming.

Independent of the code under test: it sees only what was shown.
"""

from collections.abc import Sequence

import numpy as np

from bot.statistics.suppression import ShownCrossTable, ShownTable

Line = Sequence[tuple[int, int]]
"""One sum: (variable, sign) pairs that come to nought."""


class Attacker:
    """Intervals of hidden numbers, given the shown ones, the sums, and the least a hidden number can be."""

    def __init__(self, shown: Sequence[int | None], lines: Sequence[Line], least: int) -> None:
        self.bounds = [(least, None) if value is None else (value, value) for value in shown]
        self.sums = np.zeros((len(lines), len(shown)))
        for row, line in enumerate(lines):
            for variable, sign in line:
                self.sums[row, variable] += sign

    def interval(self, variable: int) -> tuple[float, float]:
        """The least and greatest possible value (infinite where nothing bounds it), by linear programming."""
        return self._extreme(variable, 1), self._extreme(variable, -1)

    def whole_interval(self, variable: int) -> tuple[float, float]:
        """The same over whole numbers only, by integer programming with an upper bound of 10,000."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        lower = np.array([low for low, _ in self.bounds], dtype=float)
        upper = np.array([10_000 if high is None else high for _, high in self.bounds], dtype=float)
        found = []
        for sign in (1, -1):
            aim = np.zeros(len(self.bounds))
            aim[variable] = sign
            result = milp(
                aim,
                constraints=LinearConstraint(self.sums, 0, 0),
                bounds=Bounds(lower, upper),
                integrality=np.ones(len(self.bounds)),
            )
            assert result.success, result.message
            found.append(sign * float(result.fun))
        return found[0], found[1]

    def _extreme(self, variable: int, sign: int) -> float:
        from scipy.optimize import linprog  # here, so that only processes with these tests pay for it

        aim = np.zeros(len(self.bounds))
        aim[variable] = sign
        result = linprog(
            aim, A_eq=self.sums, b_eq=np.zeros(len(self.sums)), bounds=self.bounds, method="highs"
        )
        if result.status == 3:
            return -sign * float("inf")
        assert result.status == 0, result.message
        return sign * float(result.fun)


def of_table(table: ShownTable, least: int) -> Attacker:
    """Against a one-way table: variables are its cells, then its total."""
    last = len(table.cells)
    line = [(index, 1) for index in range(last)] + [(last, -1)]
    return Attacker([*(cell.count for cell in table.cells), table.total], [line], least)


def of_cross(table: ShownCrossTable, least: int) -> Attacker:
    """Against a two-way table: variables are cells row by row, row totals, column totals, the total."""
    height, width = len(table.rows), len(table.columns)
    rows, columns = height * width, height * width + height
    total = columns + width
    lines: list[Line] = [
        *([(i * width + j, 1) for j in range(width)] + [(rows + i, -1)] for i in range(height)),
        *([(i * width + j, 1) for i in range(height)] + [(columns + j, -1)] for j in range(width)),
        [(rows + i, 1) for i in range(height)] + [(total, -1)],
        [(columns + j, 1) for j in range(width)] + [(total, -1)],
    ]
    return Attacker(shown_numbers(table), lines, least)


def shown_numbers(table: ShownCrossTable) -> list[int | None]:
    """Every number of a two-way table, in the order of the attacker's variables."""
    cells = [value for row in table.cells for value in row]
    return [*cells, *table.row_totals, *table.column_totals, table.total]
