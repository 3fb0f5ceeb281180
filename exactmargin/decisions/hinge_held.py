"""Local minima of a hinge loss that terms on their kinks hold (kernel: method ``constant``).

No hidden pre-activation is on its kink at θ, so near θ every term is the positive part of a
polynomial m_j. If polynomials τ_j with 0 < τ_j < 1 at θ, for some terms with m_j = 0 there, make
Σ_on w_j m_j + Σ τ_j w_j m_j constant, θ is a local minimum. Their values at θ make 0 of the
gradients: a linear program. Given the values, the coefficients of the τ_j, here polynomials in
the output weights of low degree, solve linear equations.
"""

from collections.abc import Sequence
from itertools import combinations_with_replacement

from flint import fmpq

from exactmargin.cells import MultilinearForm
from exactmargin.cells.expansion import Monomials, spelled
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.loss_cells import Columns, LossPoint
from exactmargin.exact import LinearProgram, Number, sign, solve, solve_lp
from exactmargin.problems import Problem

__all__ = ["held_certificate"]

DEGREES = (0, 1, 2)
UNKNOWNS = 800
"""A larger system is not set up."""


def held_certificate(problem: Problem, budget: Budget) -> Certificate | None:
    """That θ is a local minimum, by multipliers τ_j; None where none were found.

    Raises `BudgetSpent`, and `InvalidInputError` where the problem has no point.
    """
    point = LossPoint(problem)
    if any(kind == "kink" for kind, *_ in point.completed({})):
        return None
    values = _values(point, budget)
    if not values:
        return None
    for degree in DEGREES:
        budget.check()
        found = _polynomials(point, values, degree)
        if found is not None:
            multipliers = [
                {"term": j + 1, "value": spelled(point.field, point.network, tau)}
                for j, tau in sorted(found.items())
            ]
            evidence = {"by": "constant", "multipliers": multipliers}
            return Certificate.about(problem, "local-minimum", evidence)
    return None


def _values(point: LossPoint, budget: Budget) -> dict[int, Number] | None:
    """τ_j(θ) for the terms that may hold: Σ_on w ∇m + Σ τ_j w ∇m_j = 0, as many positive as can be.

    The mean of points that make one of them large each.
    """
    field, terms = point.field, [key[1] for key in point.zero_terms]
    rows = [_gradient(point, j) for j, side in enumerate(point.signs) if side > 0]
    constant = [sum(column, field.zero) for column in zip(*rows, strict=True)]
    columns = [_gradient(point, j) for j in terms]
    n, equations = len(terms), [*zip(*columns, strict=True)]
    bounds = [{k: field.one} for k in range(n)]
    senses = ["=="] * len(equations) + ["<="] * n
    right = [*(-x for x in constant), *[field.one] * n]
    total = [field.zero] * n
    for k in range(n):
        budget.check()
        cost = [-field.one if k == m else field.zero for m in range(n)]
        program = LinearProgram(field, cost, [*equations, *bounds], senses, right)
        best = solve_lp(program).x
        if best is None:
            return None
        total = [a + b * fmpq(1, n) for a, b in zip(total, best, strict=True)]
    found = {j: a for j, a in zip(terms, total, strict=True) if sign(a)}
    return found if all(sign(a - 1) for a in found.values()) else None


def _gradient(point: LossPoint, j: int) -> Sequence[Number]:
    columns = point.columns(j, {})
    assert isinstance(columns, Columns)  # nothing is on its kink
    return columns.base


def _polynomials(
    point: LossPoint, values: dict[int, Number], degree: int
) -> dict[int, Monomials] | None:
    """τ_j of at most this degree with these values at θ."""
    network, field, flat = point.network, point.field, point.theta.flat()
    block = network.block_slice(network.depth - 1)
    weights = range(block.start, block.start + network.layers[-1].parameter_count)
    factors = [
        a for size in range(degree + 1) for a in combinations_with_replacement(weights, size)
    ]
    unknowns = [(j, a) for j in values for a in factors]
    if len(unknowns) > UNKNOWNS:
        return None
    insides = {
        j: _inside(point, j) for j, side in enumerate(point.signs) if side > 0 or j in values
    }
    rows: dict[tuple[int, ...], dict[int, Number]] = {}
    right: dict[tuple[int, ...], Number] = {}
    for j, side in enumerate(point.signs):
        for monomial, a in insides[j].items() if side > 0 else ():
            right[monomial] = right.get(monomial, field.zero) - a
            rows.setdefault(monomial, {})
    for n, (j, factor) in enumerate(unknowns):
        for monomial, a in insides[j].items():
            row = rows.setdefault(tuple(sorted(monomial + factor)), {})
            row[n] = row.get(n, field.zero) + a
    equations = [
        (row, right.get(monomial, field.zero)) for monomial, row in rows.items() if monomial
    ]
    for j, value in values.items():
        row = {n: _at(flat, factor) for n, (k, factor) in enumerate(unknowns) if k == j}
        equations.append((row, value))
    dense = [[row.get(n, field.zero) for n in range(len(unknowns))] for row, _ in equations]
    found = solve(dense, [value for _, value in equations])
    if found is None:
        return None
    taus: dict[int, dict[tuple[int, ...], Number]] = {j: {} for j in values}
    for (j, factor), a in zip(unknowns, found, strict=True):
        if sign(a):
            taus[j][factor] = a
    return dict(taus)


def _inside(point: LossPoint, j: int) -> Monomials:
    """w_j m_j near θ."""
    term = point.terms[j]
    slopes = tuple(map(tuple, point.slopes(term.example, {})[0]))
    x = point.problem.data.inputs[term.example]
    found: dict[tuple[int, ...], Number] = {(): term.weight}
    for r, c in term.factors.items():
        form = MultilinearForm(point.field, point.network, x, slopes, r)
        for monomial, a in form.monomials().items():
            found[monomial] = found.get(monomial, point.field.zero) + a * c * term.weight
    return found


def _at(flat: Sequence[Number], factor: Sequence[int]) -> Number:
    value: Number = fmpq(1)
    for p in factor:
        value = value * flat[p]
    return value
