"""``by: second-order``: theta is a local minimum, for any depth, by first and second derivatives.

At a leaf of a split tree around theta (``regions``), Phi_i and the pre-activations z_j are
polynomials P_i and Q_j of theta' and of open slopes. Put s_i = y_i P_i - 1, t_j = c_j Q_j and,
with sums over lambda_i > 0 and mu_j > 0, with any number kappa, in the free parameters

    F = |theta'|^2 / 2 - sum (lambda_i s_i - kappa s_i^2 / 2) - sum (mu_j t_j - kappa t_j^2 / 2).

s_i and t_j are zero at theta: these margins are active, and a split is at a zero. The checks:

    grad F = theta - sum lambda_i y_i grad P_i - sum mu_j c_j grad Q_j = 0 at theta, and
    M = hess F = 1 - sum lambda_i y_i hess P_i - sum mu_j c_j hess Q_j
                 + kappa sum grad P_i grad P_i^T + kappa sum grad Q_j grad Q_j^T

is positive definite: C M C^T is strictly diagonally dominant with a positive diagonal, hence
positive definite, hence C is regular and M is positive definite. (Nothing is divided.)
No derivative that is used contains an open slope. So for each of the finitely many choices of the
open slopes F >= F(theta) = |theta|^2 / 2 near theta. A feasible theta' near theta in the region has
such a choice of its own, s_i and t_j are >= 0 and small there, so lambda_i s_i - kappa s_i^2 / 2
>= 0 as lambda_i > 0, likewise for t_j, and |theta'|^2 / 2 >= F(theta') >= |theta|^2 / 2.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .network import Unit, gradient, inner, margin
from .numbers import Number, sign, symbol
from .outcome import need
from .problem import Problem
from .reading import items, keys, numbers, read_number
from .regions import Force, Region, forces, leaves, root, settled

Matrix = list[list[Any]]


def second_order(problem: Problem, evidence: Any, bound: Number, local: bool) -> None:
    """Every feasible point near theta has at least theta's squared norm, which is the bound."""
    keys(evidence, "evidence", ("tree",))
    need(local, "second-order-is-local", "evidence.by", bound)
    for region, leaf, place in leaves(root(problem, True), evidence["tree"], "evidence.tree"):
        keys(leaf, place, ("multipliers", "penalty", "congruence"), ("sides", "slopes"))
        region, _, weights = forces(region, leaf, place)
        penalty = read_number(leaf["penalty"], problem.field, f"{place}.penalty")
        matrix = hessian(region, weights, penalty, place)
        _is_positive_definite(matrix, leaf["congruence"], f"{place}.congruence")


def hessian(region: Region, weights: list[Force], penalty: Number, place: str) -> Matrix:
    """M = hess F; rejects unless grad F = 0."""
    problem, size = region.problem, range(len(region.problem.block))
    rest: list[Any] = problem.free
    matrix: Matrix = [[Fraction(p == q) for q in size] for p in size]
    for i, unit, weight in weights:
        if unit is None:
            value = margin(problem, problem.theta, i)
            need(not sign(value - 1), "leaf-multiplier-inactive", place, i + 1, value)
        g, h = gradient_and_hessian(region, i, unit, place)
        rest = [a - weight * b for a, b in zip(rest, g, strict=True)]
        for p in size:
            for q in size:
                matrix[p][q] = matrix[p][q] - weight * h[p][q] + penalty * g[p] * g[q]
    for p, value in enumerate(rest):
        need(not sign(value), "leaf-stationarity", place, f"free parameter {p + 1}", value)
    return matrix


def gradient_and_hessian(
    region: Region, i: int, unit: Unit | None, place: str
) -> tuple[list[Any], Matrix]:
    """Of the output, or of a unit's pre-activation: row q from the line theta + s_1 e_q."""
    problem = region.problem

    def along(theta: list[Any], power: int) -> list[Any]:
        trace = region.trace(theta, i, unit)
        whole = gradient(problem, theta, trace, trace.slopes, unit)
        return [settled(whole[p], power, place) for p in problem.block]

    lines = [
        [value + symbol(1) if p == q else value for p, value in enumerate(problem.theta)]
        for q in problem.block
    ]
    return along(list(problem.theta), 0), [along(line, 1) for line in lines]


def _is_positive_definite(matrix: Matrix, value: Any, place: str) -> None:
    rows = enumerate(items(value, place, len(matrix)))
    c: Any = [numbers(row, f"{place}[{p}]", None, len(matrix)) for p, row in rows]
    half = [[inner(row, column) for column in matrix] for row in c]
    for p, row in enumerate(half):
        product = [inner(row, other) for other in c]
        others = sum((x * sign(x) for q, x in enumerate(product) if q != p), Fraction(0))
        need(sign(product[p] - others) > 0, "not-dominant", f"{place}[{p}]", product[p], others)
