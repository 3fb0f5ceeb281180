"""``by: product`` and ``by: vertices``: linear networks without shared weights, of any depth m;
with one multiplier a product bounds nonlinear networks, too.

**product** (V Theorem 3.1). Phi(x) = W^m ... W^1 x, where x are the inputs and, for biases of the
first layer, a 1; other biases are not allowed. Let lambda >= 0, S = sum lambda_i > 0, g = sum
lambda_i y_i x_i, and G the largest norm of g on what one unit of the first layer reads. A feasible
theta' has, by Cauchy-Schwarz in each row and the inequality of the means,

    S <= sum lambda_i y_i Phi_i = W^m ... W^1 g <= G |W^1| ... |W^m| <= G (|theta'|^2 / m)^(m/2),

in Frobenius norms. So S^2 >= G^2 (B/m)^m gives |theta'|^2 >= B (if G = 0, none is feasible).
If only one lambda_i is positive, the network need not be linear: |sigma(z)| <= |z| makes
S <= lambda_i |Phi_i| <= G |W^1| ... |W^m| for any slope.

**vertices** (V Theorem 4.4, Remark 4.1). A diagonal network: a hidden unit j has no source but
unit j of the layer below, and m >= 2, no biases. A chain j is an input with a weight in every
layer on its way to the output. Phi(x) = sum beta_j x_j over the chains, beta_j the product of
chain j's weights, and by the inequality of the means |theta'|^2 >= f(beta) = m sum
|beta_j|^(2/m). The feasible beta of one orthant are a polyhedron without lines, on which f is
concave (2/m <= 1) and bounded below: if there are any, f is smallest at a vertex. A vertex solves
its tight constraints uniquely: some beta_j = 0, and as many margins equal to 1 as there are
others. So the kernel solves all these square systems and keeps the feasible solutions; every one
must be listed, with numbers r_j, r_j^m <= beta_j^2, so that r_j <= |beta_j|^(2/m), and m sum r_j
>= B. (One point can be a vertex of several orthants; r_j < 0 is a bound, too.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb, prod
from typing import Any

from .network import inner
from .neurons import needs_own_parameters
from .numbers import Number, bits, sign, spend
from .outcome import need
from .problem import Layer, Problem
from .reading import keys, numbers, rising, table

Point = tuple[Fraction, ...]


def product(problem: Problem, evidence: Any, bound: Number, local: bool) -> None:
    """Every feasible point has at least this squared norm."""
    keys(evidence, "evidence", ("multipliers",))
    needs_own_parameters(problem)
    late = any(layer.biases for layer in problem.layers[1:])
    need(not late, "product-with-late-bias", "problem.network")
    place, size, m = "evidence.multipliers", len(problem.labels), len(problem.layers)
    multipliers = numbers(evidence["multipliers"], place, problem.field, size)
    for i, value in enumerate(multipliers):
        need(sign(value) >= 0, "product-multiplier-negative", f"{place}[{i}]", value)
    total = sum(multipliers, Fraction(0))
    need(sign(total) > 0, "product-multipliers-zero", place)
    few = _is_linear(problem) or sum(map(sign, multipliers)) == 1
    need(few, "product-of-nonlinear-examples", place)
    weights = [a * y for a, y in zip(multipliers, problem.labels, strict=True)]
    proved, power = total * total, _power(bound * Fraction(1, m), m)
    for g in read_pulls(problem, weights):
        asked = inner(g, g) * power
        need(sign(proved - asked) >= 0, "product-bound", place, proved, asked)


def read_pulls(problem: Problem, weights: list[Any]) -> list[list[Number]]:
    """The sum of weights_i x_i on what units of the first layer read, with the 1 of a bias."""
    first = problem.layers[0]
    g = [inner(weights, column) for column in zip(*problem.inputs, strict=True)]
    one = [sum(weights, Fraction(0))] * bool(first.biases)
    return [[*(g[j] for j in read), *one] for read in dict.fromkeys(_sources(first))]


def _sources(layer: Layer) -> Iterator[tuple[int, ...]]:
    return (tuple(j for _, j in row) for row in layer.rows)


def vertices(problem: Problem, evidence: Any, bound: Number, local: bool) -> None:
    """Every feasible point has at least this squared norm."""
    keys(evidence, "evidence", ("vertices",))
    _needs_linear(problem)
    m = len(problem.layers)
    need(m >= 2, "vertices-of-one-layer", "problem.network")
    need(not any(layer.biases for layer in problem.layers), "vertices-with-bias", "problem.network")
    rows, place = _margins(problem), "evidence.vertices"
    size = len(rows[0])
    systems = comb(len(rows) + size, size)
    spend(systems * size**3, size * bits(a for row in rows for a in row))
    listed: list[Point] = []
    for where, entry in table(evidence["vertices"], place, ("point", "roots")):
        point: Any = numbers(entry["point"], where, None, size)
        roots = numbers(entry["roots"], where, problem.field, size)
        for beta, root in zip(point, roots, strict=True):
            need(sign(_power(root, m) - beta * beta) <= 0, "vertex-root", where, root, beta)
        proved = m * sum(roots, Fraction(0))
        need(sign(proved - bound) >= 0, "vertex-below-bound", where, proved, bound)
        listed.append(tuple(point))
    rising(listed, place)
    found = _vertices(rows, size)
    for point in listed:
        need(point in found, "not-a-vertex", place, *point)
    missing = found.difference(listed)
    need(not missing, "vertex-missing", place, *min(missing, default=()))


def _needs_linear(problem: Problem) -> None:
    needs_own_parameters(problem)
    need(_is_linear(problem), "bound-for-linear-networks", "problem.network", problem.slope)


def _is_linear(problem: Problem) -> bool:
    return problem.slope == 1 or len(problem.layers) == 1


def _power(x: Any, m: int) -> Any:
    return prod([x] * m, start=Fraction(1))


def _margins(problem: Problem) -> list[list[Fraction]]:
    """y_i x_i, restricted to the chains: the margins as linear forms in beta."""
    *hidden, output = problem.layers
    for layer in hidden:
        straight = all(j == k for k, row in enumerate(layer.rows) for _, j in row)
        need(straight, "vertices-of-crossing-chains", "problem.network")
    # From the top: a unit that has a source has one in the layer below, which may be narrower.
    chains = [j for _, j in output.rows[0] if all(layer.rows[j] for layer in reversed(hidden))]
    rows: Any = [
        [x[j] * y for j in chains] for x, y in zip(problem.inputs, problem.labels, strict=True)
    ]
    rational = all(isinstance(a, Fraction) for row in rows for a in row)
    need(rational, "vertices-of-irrational-data", "problem.data.inputs")
    return list(rows)


def _vertices(rows: list[list[Fraction]], size: int) -> set[Point]:
    """The vertices of all orthants' parts of {beta: every <row, beta> >= 1}."""
    found: set[Point] = set()
    for n in range(1, min(size, len(rows)) + 1):
        for support in combinations(range(size), n):
            for tight in combinations([[row[j] for j in support] for row in rows], n):
                values = dict(zip(support, _solution(tight), strict=False))
                beta = tuple(values.get(j, Fraction(0)) for j in range(size))
                if all(inner(row, beta) >= 1 for row in rows):
                    found.add(beta)
    return found


def _solution(square: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """The beta with <row, beta> = 1 for every row, if it is the only one; else nothing."""
    rows = [[*row, Fraction(1)] for row in square]
    for n in range(len(rows)):
        pivot = next((p for p in range(n, len(rows)) if rows[p][n]), None)
        if pivot is None:
            return []
        rows[n], rows[pivot] = rows[pivot], rows[n]
        top = rows[n] = [a / rows[n][n] for a in rows[n]]
        for p, row in enumerate(rows):
            if p != n:
                rows[p] = [a - row[n] * b for a, b in zip(row, top, strict=True)]
    return [row[-1] for row in rows]
