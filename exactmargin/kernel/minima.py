"""``not-local-minimum``: a curve; ``not-global-minimum``: a better point.

The curve is theta(t) = numerators(t) / denominator(t), polynomials, with theta(0) = theta. On each
piece between breakpoints every hidden pre-activation keeps one sign (Bernstein coefficients), so
Phi_i is a quotient of polynomials there. The margins are at least 1 and the norm is smaller
than at theta for all t in (0, t0): feasible points with a smaller norm in every ball around theta.
A hinge loss is made smaller in the same way (``hinge_minima``).
The kernel works with numerators only: with all parameters multiplied by d(t) > 0, a
pre-activation of layer l is multiplied by d(t)^l, if biases are multiplied by d(t)^(l-1) more.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from .feasible import margins_at_least_one
from .network import Trace, Unit, forward, inner, unit_name
from .numbers import Number, Poly, as_poly, bernstein_sign, from_coefficients, pieces, sign
from .outcome import form, need, show
from .problem import Problem
from .reading import items, keys, numbers

Ends = tuple[Number, Number]


def not_global_minimum(problem: Problem, evidence: Any) -> str:
    """A feasible point with a smaller norm; whatever theta is, it is not a global minimum."""
    better = better_point(problem, evidence)
    margins_at_least_one(problem, problem.with_free(better), "better-point-infeasible")
    old, new = inner(problem.free, problem.free), inner(better, better)
    need(sign(old - new) > 0, "norm-not-smaller", "evidence.better", new, old)
    told = "the parameters are not a global minimum"
    return f"{told}: squared norm {show(old)}, reachable {show(new)}"


def better_point(problem: Problem, evidence: Any) -> list[Any]:
    """The free parameters that the evidence gives."""
    better = keys(evidence, "evidence", ("better",))["better"]
    return [*numbers(better, "evidence.better", problem.field, len(problem.block))]


def not_local_minimum(problem: Problem, evidence: Any) -> str:
    """A curve from theta of feasible points with a smaller norm, for all t in (0, t0)."""
    return descends(problem, evidence, _norm_gap)


def descends(problem: Problem, evidence: Any, decrease: Callable[..., Any]) -> str:
    """A curve from theta along which ``decrease(problem, theta, d, ends, place)`` is positive."""
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
    for n, (a, b) in enumerate(pieces(points, "evidence.breakpoints"), 1):
        lowest = min(sign(d.at({1: a})), bernstein_sign(d, a, b) or -1, sign(d.at({1: b})))
        need(lowest == 1, "denominator-not-positive", f"piece {n}", a, b)
        gap = decrease(problem, theta, d, (a, b), f"piece {n}")
        end = n == len(points) or sign(gap.at({1: b})) > 0  # t0 itself is not claimed
        need(bernstein_sign(gap, a, b) == 1 and end, "not-smaller-along", f"piece {n}", a, b)
    told = "the parameters are not a local minimum"
    return f"{told}: a curve descends for all t in (0, {points[-1]})"


def _poly(problem: Problem, value: Any, place: str) -> Poly:
    coefficients = numbers(value, place, problem.field)
    form(not coefficients or bool(coefficients[-1] != 0), "trailing-zero", place)
    return from_coefficients(coefficients)


def along(problem: Problem, theta: Any, d: Poly, i: int, ends: Ends, place: str) -> Trace:
    """The forward pass at example i on a piece, outputs multiplied by d^depth."""

    def side(unit: Unit, z: Any) -> Any:
        found = bernstein_sign(z, *ends)
        need(found is not None, "sign-changes", f"{place}, {unit_name(unit)}", *ends)
        return 1 if found == 1 else problem.slope

    scaled, power = list(theta), as_poly(1)
    for layer in problem.layers:
        for p in layer.biases:
            scaled[p] = theta[p] * power
        power = power * d
    return forward(problem, scaled, problem.inputs[i], side)


def _norm_gap(problem: Problem, theta: Any, d: Poly, ends: Ends, place: str) -> Poly:
    """d^2 times the decrease of the squared norm; the margins are at least 1 on the piece."""
    for i, y in enumerate(problem.labels):
        where = f"{place}, example {i + 1}"
        output = along(problem, theta, d, i, ends, where).output
        low = bernstein_sign(output * y - prod([d] * len(problem.layers)), *ends)
        need(low in (0, 1), "margin-below-one-along", where, *ends)
    free = [theta[p] for p in problem.block]
    return as_poly(d * d * inner(problem.free, problem.free) - inner(free, free))
