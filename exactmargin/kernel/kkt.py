"""``kkt``: feasible, and theta = sum_i lambda_i y_i g_i with lambda_i >= 0 on active examples.

g_i lies in the Clarke subdifferential of Phi_i alone (V App. B). Where Phi_i has no kink, g_i is
its gradient and the evidence says nothing. Otherwise the evidence gives one of

* ``slopes``: one in [negative slope, 1] per kink; allowed for one hidden layer whose units share
  no parameter, because then every unit moves freely and the Clarke set is this box;
* ``cells``: weights that sum to 1, each with a path theta + t d_1 + t^2 d_2 + ... on which, for all
  small t > 0, no pre-activation is on a kink: Phi_i is smooth there and its gradients tend to
  the gradient at theta with the slopes of that cell.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .feasible import margins_at_least_one
from .network import Slopes, Trace, Unit, at, forward, free_gradient, inner, slopes_at, unit_name
from .numbers import Number, as_poly, from_coefficients, sign
from .outcome import form, need
from .problem import Problem
from .reading import items, keys, numbered, numbers, read_number, table


def kkt(problem: Problem, evidence: Any) -> str:
    """theta is a KKT point (Clarke) of V Problem 2 or 4."""
    keys(evidence, "evidence", ("multipliers", "subgradients"))
    margins = margins_at_least_one(problem, problem.theta, "kkt-infeasible")
    multipliers, total = weighted_subgradients(problem, evidence)
    for i, multiplier in enumerate(multipliers):
        active = not sign(multiplier) or not sign(margins[i] - 1)
        need(active, "multiplier-inactive", f"evidence.multipliers[{i}]", margins[i])
    for p, (a, b) in enumerate(zip(problem.free, total, strict=True)):
        need(not sign(a - b), "stationarity", f"free parameter {p + 1}", a, b)
    return "the parameters are a KKT point"


def weighted_subgradients(problem: Problem, evidence: Any) -> tuple[list[Any], list[Any]]:
    """The multipliers lambda_i >= 0 of the evidence, and sum_i lambda_i y_i g_i."""
    size, place = len(problem.labels), "evidence.multipliers"
    multipliers = numbers(evidence["multipliers"], place, problem.field, size)
    kinds = ("slopes", "cells")
    given = numbered(evidence["subgradients"], "subgradients", "example", size, (), kinds)
    for where, entry in given.values():
        form(("slopes" in entry) != ("cells" in entry), "slopes-or-cells", where)
    weights: list[Any] = [Fraction(0)]
    rows: list[Any] = [[Fraction(0)] * len(problem.block)]
    for i, multiplier in enumerate(multipliers):
        need(sign(multiplier) >= 0, "multiplier-negative", f"{place}[{i}]", multiplier)
        if sign(multiplier):
            _, entry = given.pop(i, ("", {}))
            weights.append(multiplier * problem.labels[i])
            rows.append(_subgradient(problem, i, entry))
    need(not given, "subgradient-not-needed", "subgradients", *(i + 1 for i in given))
    return multipliers, [inner(weights, column) for column in zip(*rows, strict=True)]


def _subgradient(problem: Problem, i: int, entry: Any) -> list[Any]:
    trace, place = at(problem, problem.theta, i), f"subgradient of example {i + 1}"
    if "cells" not in entry:
        slopes = _box(problem, trace, entry.get("slopes", []), place)
        return free_gradient(problem, trace, slopes)

    def cell(path: Any, where: str) -> list[Any]:
        slopes, _ = enter(problem, trace, i, curve(problem, path, where), where)
        return free_gradient(problem, trace, slopes)

    return combination(problem, entry["cells"], place, cell)


def combination(problem: Problem, cells: Any, place: str, gradient: Any) -> list[Any]:
    """A convex combination of gradients(path, place)."""
    rows = table(cells, place, ("weight", "path"))
    weights = [read_number(cell["weight"], problem.field, where) for where, cell in rows]
    for (where, _), weight in zip(rows, weights, strict=True):
        need(sign(weight) > 0, "weight-not-positive", where, weight)
    need(not sign(sum(weights, Fraction(-1))), "weights-sum", place, sum(weights, Fraction(0)))
    columns = zip(*(gradient(cell["path"], where) for where, cell in rows), strict=True)
    return [inner(weights, column) for column in columns]


def _box(problem: Problem, trace: Trace, value: Any, place: str) -> Slopes:
    """The slopes as given at the kinks, each in its interval."""
    given: dict[Unit, Number] = {}
    rows = problem.layers[0].rows
    for k, (where, entry) in numbered(value, place, "unit", len(rows), ("slope",)).items():
        given[0, k] = slope = read_number(entry["slope"], problem.field, where)
        inside = sign(slope - problem.slope) >= 0 and sign(slope - 1) <= 0
        need(inside, "slope-outside", where, slope)
    need(not given or len(problem.layers) == 2, "slopes-need-one-hidden-layer", place)
    free = [{p for p, _ in row} for row in rows]
    unshared = sum(map(len, free)) == len(set().union(*free))
    need(not given or unshared, "slopes-need-unshared-parameters", place)

    def decide(unit: Unit) -> Any:
        need(unit in given, "kink-without-slope", place, unit_name(unit))
        return given.pop(unit)

    slopes = slopes_at(problem, trace, decide)
    need(not given, "slope-not-at-a-kink", place, *map(unit_name, given))
    return slopes


def curve(problem: Problem, path: Any, place: str) -> list[Any]:
    """All parameters along theta + t d_1 + t^2 d_2 + ..."""
    steps = [numbers(d, place, problem.field, len(problem.block)) for d in items(path, place)]
    return problem.with_free([from_coefficients(c) for c in zip(problem.free, *steps, strict=True)])


def enter(problem: Problem, trace: Trace, i: int, theta: Any, place: str) -> tuple[Slopes, Trace]:
    """The slopes of the cell that the curve enters, and the forward pass along it."""
    x = problem.inputs[i]
    run = forward(problem, theta, x, lambda _, z: 1 if germ(z) > 0 else problem.slope)

    def decide(unit: Unit) -> Any:
        need(bool(germ(run.z[unit[0]][unit[1]])), "path-on-a-kink", place, unit_name(unit))
        return run.slopes[unit]

    return slopes_at(problem, trace, decide), run


def germ(z: Any) -> int:
    """The sign of z for all small t > 0: the lowest coefficient that is not zero decides."""
    return next((s for s in map(sign, as_poly(z).coefficients()) if s), 0)
