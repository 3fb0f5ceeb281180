"""``not-local-minimum``: a curve; ``not-global-minimum``: a better point.

The curve is theta(t) = numerators(t) / denominator(t), polynomials, with theta(0) = theta. On each
piece between breakpoints every hidden pre-activation keeps one sign (Bernstein coefficients), so
Phi_i is a quotient of polynomials there. The margins are at least 1 and the norm is smaller
than at theta for all t in (0, t0): feasible points with a smaller norm in every ball around theta.
The kernel works with numerators only: with all parameters multiplied by d(t) > 0, a
pre-activation of layer l is multiplied by d(t)^l, if biases are multiplied by d(t)^(l-1) more.
"""

from __future__ import annotations

from typing import Any

from .feasible import margins_at_least_one
from .network import Unit, forward, inner, unit_name
from .numbers import Number, Poly, as_poly, bernstein_sign, from_coefficients, pieces, sign
from .outcome import form, need, show
from .problem import Problem
from .reading import items, keys, numbers


def not_global_minimum(problem: Problem, evidence: Any) -> str:
    """A feasible point with a smaller norm; whatever theta is, it is not a global minimum."""
    keys(evidence, "evidence", ("better",))
    size = len(problem.block)
    better: list[Any] = numbers(evidence["better"], "evidence.better", problem.field, size)
    margins_at_least_one(problem, problem.with_free(better), "better-point-infeasible")
    old, new = inner(problem.free, problem.free), inner(better, better)
    need(sign(old - new) > 0, "norm-not-smaller", "evidence.better", new, old)
    return (
        f"the parameters are not a global minimum: squared norm {show(old)}, reachable {show(new)}"
    )


def not_local_minimum(problem: Problem, evidence: Any) -> str:
    """A curve from theta of feasible points with a smaller norm, for all t in (0, t0)."""
    keys(evidence, "evidence", ("numerators", "denominator", "breakpoints"))
    points = numbers(evidence["breakpoints"], "evidence.breakpoints", problem.field)
    rows = items(evidence["numerators"], "evidence.numerators", len(problem.block))
    curve = [_poly(problem, row, f"evidence.numerators[{p}]") for p, row in enumerate(rows)]
    d = _poly(problem, evidence["denominator"], "evidence.denominator")
    for p, (poly, value) in enumerate(zip(curve, problem.free, strict=True)):
        begin = poly.at({}) - value * d.at({})
        need(not sign(begin), "curve-start", f"free parameter {p + 1}", begin)
    theta = problem.with_free(curve)
    theta = [value if p in problem.block else d * value for p, value in enumerate(theta)]
    gap = d * d * inner(problem.free, problem.free) - inner(curve, curve)
    for n, (a, b) in enumerate(pieces(points, "evidence.breakpoints"), 1):
        place = f"piece {n}"
        lowest = min(sign(d.at({1: a})), bernstein_sign(d, a, b) or -1, sign(d.at({1: b})))
        need(lowest == 1, "denominator-not-positive", place, a, b)
        end = n == len(points) or sign(gap.at({1: b})) > 0  # t0 itself is not claimed
        smaller = bernstein_sign(gap, a, b) == 1 and end
        need(smaller, "norm-not-smaller-along", place, a, b)
        for i in range(len(problem.labels)):
            _check_margin(problem, theta, d, i, (a, b), f"{place}, example {i + 1}")
    return (
        f"the parameters are not a local minimum: a curve descends for all t in (0, {points[-1]})"
    )


def _poly(problem: Problem, value: Any, place: str) -> Poly:
    coefficients = numbers(value, place, problem.field)
    form(not coefficients or bool(coefficients[-1] != 0), "trailing-zero", place)
    return from_coefficients(coefficients)


def _check_margin(
    problem: Problem, theta: list[Any], d: Poly, i: int, ends: tuple[Number, Number], place: str
) -> None:
    """The margin of example i is at least 1 on the piece."""

    def side(unit: Unit, z: Any) -> Any:
        found = bernstein_sign(z, *ends)
        need(found is not None, "sign-changes", f"{place}, {unit_name(unit)}", *ends)
        return 1 if found == 1 else problem.slope

    scaled, power = list(theta), as_poly(1)
    for layer in problem.layers:
        for p in layer.biases:
            scaled[p] = theta[p] * power
        power = power * d
    output = forward(problem, scaled, problem.inputs[i], side).output
    low = bernstein_sign(output * problem.labels[i] - power, *ends)
    need(low is not None and low >= 0, "margin-below-one-along", place, *ends)
