"""Integer programs whose every coefficient is one, solved by HiGHS.

A *row* says which variables add up, and between what. Its own solver, not scipy's copy of it: 8 MB in
place of 140 in every installation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np


@dataclass(frozen=True, slots=True)
class Row:
    """The sum of these variables (by place) is at least `least` and at most `most`."""

    variables: Sequence[int]
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most of each variable, in the order of their places."""

    least: np.ndarray
    most: np.ndarray


class _Silent(highspy.Highs):
    """HiGHS prints its banner to stdout when its callbacks start, while it is being made: no later option
    is in time, and what a command prints as JSON would begin with it."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def solve(
    rows: Sequence[Row],
    bounds: Bounds,
    *,
    cost: np.ndarray | None = None,
    whole: bool = True,
    seconds: float = np.inf,
    gap: float = 0.0,
) -> np.ndarray | None:
    """The variables' values, whole numbers unless parts will do; None where none are possible or none are
    found in time. `cost` is kept low, as near to the least as the share `gap` of it."""
    solver = _Silent()
    solver.setOptionValue("time_limit", float(seconds))
    solver.setOptionValue("mip_rel_gap", float(gap))
    solver.passModel(_model(rows, bounds, cost, whole))
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    found = np.array(solver.getSolution().col_value)
    return np.rint(found).astype(int) if whole else found


def _model(rows: Sequence[Row], bounds: Bounds, cost: np.ndarray | None, whole: bool) -> highspy.HighsLp:
    model, wide = highspy.HighsLp(), len(bounds.least)
    model.num_col_, model.num_row_ = wide, len(rows)
    model.col_cost_ = np.zeros(wide) if cost is None else cost
    model.col_lower_, model.col_upper_ = bounds.least, bounds.most
    model.row_lower_ = np.array([row.least for row in rows], dtype=float)
    model.row_upper_ = np.array([row.most for row in rows], dtype=float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row.variables) for row in rows)])
    model.a_matrix_.index_ = np.array([place for row in rows for place in row.variables], dtype=np.int32)
    model.a_matrix_.value_ = np.ones(len(model.a_matrix_.index_))
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * wide
    return model
