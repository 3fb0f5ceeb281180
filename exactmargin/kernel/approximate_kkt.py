"""``approximate-kkt``: a multiple of theta is an (epsilon, delta)-approximate KKT point.

K. Lyu and J. Li (ICLR 2020, Definition C.4), for V Problems 2 and 4: feasible, and there are
lambda_i >= 0 and g_i in the Clarke subdifferential of each Phi_i with

    |theta - sum_i lambda_i y_i g_i| <= epsilon,
    lambda_i (y_i Phi_i(theta) - 1) <= delta for all i.

``scale`` s > 0 multiplies the free parameters first: everything is about that point, and computed
there. Margins, gradients, the sum and its squared norm are exact, so no root is taken; the
subgradients are those of the rule ``kkt``, with the same evidence. Delta is not negative, because
some example has lambda_i (y_i Phi_i - 1) >= 0.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .feasible import margins_at_least_one
from .kkt import weighted_subgradients
from .network import inner
from .numbers import sign
from .outcome import need
from .problem import Problem
from .reading import keys, read_number


def approximate_kkt(problem: Problem, evidence: Any) -> str:
    """scale times the free parameters is an (epsilon, delta)-approximate KKT point (Clarke)."""
    names = ("scale", "epsilon", "delta")
    keys(evidence, "evidence", (*names, "multipliers", "subgradients"))
    places = [f"evidence.{name}" for name in names]
    texts = zip(names, places, strict=True)
    scale, epsilon, delta = (read_number(evidence[n], problem.field, where) for n, where in texts)
    need(sign(scale) > 0, "scale-not-positive", places[0], scale)
    need(sign(epsilon) >= 0, "epsilon-negative", places[1], epsilon)
    scaled = replace(problem, theta=tuple(problem.with_free([a * scale for a in problem.free])))
    margins = margins_at_least_one(scaled, scaled.theta, "approximate-kkt-infeasible")
    multipliers, total = weighted_subgradients(scaled, evidence)
    for i, (multiplier, margin) in enumerate(zip(multipliers, margins, strict=True)):
        gap: Any = multiplier * (margin - 1)
        need(sign(gap - delta) <= 0, "complementarity", f"example {i + 1}", gap, delta)
    rest = [a - b for a, b in zip(scaled.free, total, strict=True)]
    square = inner(rest, rest)
    need(sign(square - epsilon * epsilon) <= 0, "residual-above-epsilon", places[1], square)
    what = "the parameters are" if scale == 1 else f"{scale} times the free parameters are"
    return f"{what} an approximate KKT point: epsilon = {epsilon}, delta = {delta}"
