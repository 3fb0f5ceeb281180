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

**Rotations.** Two units of a hidden layer with the same sources and targets, no shared weights and
the same slopes in all that F uses can be rotated into each other: a field X, linear and
antisymmetric, along which F does not change. Then M may have X theta in its kernel, and it is
enough that M + sum (X theta)(X theta)^T is positive definite. For let G be the compact group that
the listed rotations generate, and g theta' the point of G theta' that is closest to theta. It is
near theta, F(g theta') = F(theta') for the slopes at hand, and 0 = <X g theta', g theta' - theta>
= <g theta', X theta> = <g theta' - theta, X theta> for every X, so that M grows with the square of
g theta' - theta.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .network import Unit, gradient, inner, margin, unit_name
from .numbers import Number, as_poly, sign, symbol
from .outcome import need
from .problem import Problem
from .reading import integer, items, keys, numbers, read_number, rising, table
from .regions import Force, Region, forces, leaves, root, settled

Matrix = list[list[Any]]
ROTATION = ("layer", "unit", "with")


def second_order(problem: Problem, evidence: Any, bound: Number, local: bool) -> None:
    """Every feasible point near theta has at least theta's squared norm, which is the bound."""
    keys(evidence, "evidence", ("tree",))
    need(local, "second-order-is-local", "evidence.by", bound)
    for region, leaf, place in leaves(root(problem, True), evidence["tree"], "evidence.tree"):
        optional = ("sides", "slopes", "rotations")
        keys(leaf, place, ("multipliers", "penalty", "congruence"), optional)
        region, _, weights = forces(region, leaf, place)
        matrix = hessian(region, weights, leaf, place)
        _is_positive_definite(matrix, leaf["congruence"], f"{place}.congruence")


def hessian(region: Region, weights: list[Force], leaf: Any, place: str) -> Matrix:
    """M = hess F, plus what the rotations allow; rejects unless grad F = 0."""
    problem, size = region.problem, range(len(region.problem.block))
    penalty = read_number(leaf["penalty"], problem.field, f"{place}.penalty")
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
    for t in _rotations(region, weights, leaf.get("rotations", []), f"{place}.rotations"):
        matrix = [
            [x + a * b for x, b in zip(row, t, strict=True)]
            for row, a in zip(matrix, t, strict=True)
        ]
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


def _rotations(region: Region, weights: list[Force], value: Any, place: str) -> Iterator[list[Any]]:
    """X theta for each listed rotation, in the free parameters."""
    problem = region.problem
    need(not value or problem.layer is None, "rotation-of-one-layer", place)
    for where, entry in table(value, place, ROTATION):
        l = integer(entry["layer"], where, 1, len(problem.layers) - 1) - 1
        width = len(problem.layers[l].rows)
        a = integer(entry["unit"], where, 1, width - 1) - 1
        b = integer(entry["with"], where, a + 2, width) - 1
        for i, unit, _ in weights:
            slopes = region.trace(list(problem.theta), i, unit).slopes
            if unit is None or unit[0] > l:
                other = as_poly(slopes[l, a]) - as_poly(slopes[l, b])
                need(not other.parts(), "rotation-with-other-slopes", where, i + 1, other)
            else:
                need(unit not in ((l, a), (l, b)), "rotation-of-a-side", where, unit_name(unit))
        field: dict[int, Any] = {}
        for p, q in turned(problem, l, a, b, where):
            field |= {p: -problem.theta[q], q: problem.theta[p]}
        yield [field.get(p, Fraction(0)) for p in problem.block]
    rising([tuple(entry[key] for key in ROTATION) for entry in value], place)


def turned(problem: Problem, l: int, a: int, b: int, place: str) -> list[tuple[int, int]]:
    """The pairs of parameters that a rotation of units a and b of layer l turns."""
    layer, above = problem.layers[l], problem.layers[l + 1]
    places = [{j: p for p, j in layer.rows[k]} for k in (a, b)]
    places += [
        {k: p for k, row in enumerate(above.rows) for p, j in row if j == unit} for unit in (a, b)
    ]
    same = places[0].keys() == places[1].keys() and places[2].keys() == places[3].keys()
    need(same, "rotation-of-different-units", place)
    pairs = [(places[n][j], places[n + 1][j]) for n in (0, 2) for j in places[n]]
    edges = [p for each in problem.layers for row in each.rows for p, _ in row]
    own = all(edges.count(p) == 1 for pair in pairs for p in pair)
    need(own, "rotation-of-shared-weights", place)
    biases = zip(layer.biases[a : a + 1], layer.biases[b : b + 1], strict=True)  # there may be none
    return [*pairs, *biases]


def _is_positive_definite(matrix: Matrix, value: Any, place: str) -> None:
    rows = enumerate(items(value, place, len(matrix)))
    c: Any = [numbers(row, f"{place}[{p}]", None, len(matrix)) for p, row in rows]
    half = [[inner(row, column) for column in matrix] for row in c]
    for p, row in enumerate(half):
        product = [inner(row, other) for other in c]
        others = sum((x * sign(x) for q, x in enumerate(product) if q != p), Fraction(0))
        need(sign(product[p] - others) > 0, "not-dominant", f"{place}[{p}]", product[p], others)
