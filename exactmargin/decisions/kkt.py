"""KKT points of V Problems 2 and 4, kinks included (V App. B; THEORY §3).

θ is a KKT point iff it is feasible and θ = Σ λ_i y_i g_i with λ ≥ 0 on the active examples and
g_i in the Clarke subdifferential of Φ_i alone: a linear program.

* One hidden layer without shared parameters: each ∂°Φ_i is a box, ρ_k ∈ [slope, 1] at each kink;
  with c_k = λ ρ_k it is one program of the size of the data.
* Otherwise: conic combinations of the gradients of the cells around θ, λ_i = Σ of the cone's
  coefficients. Where the cells that were reached and those that were not excluded differ (deep
  kinks), the program is solved for both, and the answer is unknown if they disagree.

An infeasible program has a Farkas vector u: the evidence of *not KKT*.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from exactmargin.cells import Kinks, LocalCell, Neighbourhood, TooManyCells, cells_around
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.feasible import infeasible_certificate
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Number, feasible_point, sign
from exactmargin.problems import Problem

__all__ = ["box", "decide_kkt", "is_boxed"]

Vector = Sequence[Number]


def decide_kkt(problem: Problem, *, cell_limit: int = 4096) -> Verdict:
    """Whether θ is a KKT point (Clarke) of the problem.

    Complete for one hidden layer, for one free layer at any depth, and wherever Φ has no kink
    at θ; else unknown where the reached and the possible cells around θ give different answers,
    or where an example has more than `cell_limit` of them. Raises `InvalidInputError` where the
    problem has no point.
    """
    infeasible = infeasible_certificate(problem)
    if infeasible is not None:
        return Verdict.proved(Answer.NO, infeasible)
    active = {i: _kinks(problem, i) for i in problem.active_examples()}
    if is_boxed(problem):
        return _decide_box(problem, active)
    try:
        around = {i: cells_around(kinks, cell_limit) for i, kinks in active.items()}
    except TooManyCells:
        return Verdict.unknown(f"an example has more than {cell_limit} cells around the point")
    return _decide_cells(problem, around)


def _kinks(problem: Problem, i: int) -> Kinks:
    free, x = problem.free_slice, problem.data.inputs[i]
    return Kinks.at(problem.field, problem.network, problem.point(), x, free)


def is_boxed(problem: Problem) -> bool:
    """Whether every Clarke subdifferential is a box, one slope per kink."""
    network = problem.network
    return network.depth <= 2 and not network.layers[0].is_shared


def box(kinks: Kinks) -> tuple[list[Number], dict[int, list[Number]]]:
    """The gradient with the negative slope at every kink, and what one more unit of slope at each
    kink adds, by hidden unit: for problems that `is_boxed`."""
    units = kinks.kinks()
    lowest, _ = kinks.slopes(dict.fromkeys(units, -1))
    low, extra = kinks.gradient(lowest), {}
    for unit in units:
        raised = [list(row) for row in lowest]
        raised[0][unit[1]] += 1
        extra[unit[1]] = [b - a for a, b in zip(low, kinks.gradient(raised), strict=True)]
    return low, extra


@dataclass(slots=True)
class _Program:
    """Columns c ≥ 0 with Σ c_j column_j = θ in the free parameters, and rows c_b ≤ width c_a."""

    problem: Problem
    columns: list[Vector] = field(default_factory=list)
    caps: list[tuple[int, int]] = field(default_factory=list)

    def add(self, example: int, gradient: Vector) -> int:
        """Add y_i g as a column; its index."""
        positive = self.problem.data.labels[example] > 0
        self.columns.append(gradient if positive else [-value for value in gradient])
        return len(self.columns) - 1

    def solve(self) -> tuple[Vector | None, Vector | None]:
        """The coefficients, or the Farkas vector in the free parameters."""
        problem, n = self.problem, len(self.columns)
        zero, width = problem.field.zero, problem.field.one - problem.network.negative_slope
        theta = problem.free_parameters()
        rows: list[Vector] = [[column[p] for column in self.columns] for p in range(len(theta))]
        for narrow, wide in self.caps:
            row = [zero] * n
            row[narrow], row[wide] = problem.field.one, -width
            rows.append(row)
        senses = ["=="] * len(theta) + ["<="] * len(self.caps)
        rhs = [*theta, *[zero] * len(self.caps)]
        found = feasible_point(problem.field, rows, senses, rhs, [False] * n)
        farkas = None if found.farkas is None else found.farkas[: len(theta)]
        return found.x, farkas


def _decide_box(problem: Problem, active: dict[int, Kinks]) -> Verdict:
    program = _Program(problem)
    places: dict[int, tuple[int, dict[int, int]]] = {}
    low = problem.network.negative_slope
    for i, kinks in active.items():
        lowest, raises = box(kinks)
        base = program.add(i, lowest)
        extra = {k: program.add(i, difference) for k, difference in raises.items()}
        program.caps += [(column, base) for column in extra.values()]
        places[i] = base, extra
    c, farkas = program.solve()
    if c is None:
        return _not_kkt(problem, farkas, {})
    multipliers = [problem.field.zero] * problem.data.size
    subgradients = []
    spell = problem.field.format
    for i, (base, extra) in places.items():
        multipliers[i] = c[base]
        if sign(c[base]) and extra:
            slopes = [
                {"unit": k + 1, "slope": spell(low + c[column] / c[base])}
                for k, column in extra.items()
            ]
            subgradients.append({"example": i + 1, "slopes": slopes})
    return _kkt(problem, multipliers, subgradients)


def _decide_cells(problem: Problem, around: dict[int, Neighbourhood]) -> Verdict:
    inner, outer = _Program(problem), _Program(problem)
    reached: list[tuple[int, LocalCell]] = []
    for i, neighbourhood in around.items():
        for cell in neighbourhood.cells:
            outer.add(i, cell.gradient)
            if cell.path is not None:
                inner.add(i, cell.gradient)
                reached.append((i, cell))
    c, farkas = inner.solve()
    if c is not None:
        return _combined(problem, reached, c)
    if not all(neighbourhood.exact for neighbourhood in around.values()):
        _, farkas = outer.solve()
    if farkas is None:
        return Verdict.unknown(
            "kinks in deeper layers: the cells that were reached around the point do not make it "
            "a KKT point, those that could not be excluded might"
        )
    return _not_kkt(problem, farkas, {i: n.tree for i, n in around.items()})


def _combined(problem: Problem, reached: list[tuple[int, LocalCell]], c: Vector) -> Verdict:
    spell, zero = problem.field.format, problem.field.zero
    multipliers = [zero] * problem.data.size
    for (i, _), value in zip(reached, c, strict=True):
        multipliers[i] = multipliers[i] + value
    cells: dict[int, list[dict[str, Any]]] = {}
    for (i, cell), value in zip(reached, c, strict=True):
        if cell.path and sign(value):
            path = [[spell(x) for x in step] for step in cell.path]
            weight = spell(value / multipliers[i])
            cells.setdefault(i, []).append({"weight": weight, "path": path})
    subgradients = [{"example": i + 1, "cells": cells[i]} for i in sorted(cells)]
    return _kkt(problem, multipliers, subgradients)


def _kkt(problem: Problem, multipliers: Vector, subgradients: list[dict[str, Any]]) -> Verdict:
    evidence = {
        "multipliers": [problem.field.format(value) for value in multipliers],
        "subgradients": subgradients,
    }
    return Verdict.proved(Answer.YES, Certificate.about(problem, "kkt", evidence))


def _not_kkt(problem: Problem, farkas: Vector | None, trees: dict[int, Any]) -> Verdict:
    assert farkas is not None
    evidence = {
        "separator": [problem.field.format(value) for value in farkas],
        "splits": [{"example": i + 1, "tree": t} for i, t in trees.items() if t != "bound"],
    }
    return Verdict.proved(Answer.NO, Certificate.about(problem, "not-kkt", evidence))
