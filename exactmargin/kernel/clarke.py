"""``clarke-critical``, ``not-clarke-critical``: is 0 in the Clarke subdifferential?

That of L at theta is the convex hull of the limits of gradients of L at points that tend to theta
and avoid a null set (L Definition 2, eq. 8): of the gradients at theta of the polynomials of the
cells around theta (``loss_cells``). So theta is critical if a convex combination of such gradients
is 0, and is not if some u has a positive inner product with each of them.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from .kkt import combination
from .loss_cells import Functional, LossCells
from .network import free_gradient
from .numbers import Number, sign, symbol
from .outcome import need
from .problem import Problem
from .reading import keys, numbers


def clarke_critical(problem: Problem, evidence: Any) -> str:
    """theta is a critical point of the loss (Clarke)."""
    cells, listed = LossCells(problem), keys(evidence, "evidence", ("cells",))["cells"]
    found = combination(problem, listed, "evidence.cells", partial(gradient, cells))
    for p, value in enumerate(found):
        need(not sign(value), "combination-not-zero", f"parameter {p + 1}", value)
    return "the parameters are a critical point of the loss (Clarke)"


def gradient(cells: LossCells, path: Any, place: str) -> list[Any]:
    """The gradient at theta of the polynomial of the cell that the path enters."""
    problem = cells.problem
    total: list[Any] = [Fraction(0)] * len(problem.theta)
    for term, slopes in cells.entered(path, place):
        for r, c in term.factors.items():
            top = len(problem.layers) - 1, r
            g = free_gradient(problem, cells.traces[term.example], slopes, top)
            total = [a + term.weight * c * b for a, b in zip(total, g, strict=True)]
    return total


def not_clarke_critical(problem: Problem, evidence: Any) -> str:
    """theta is not a critical point of the loss (Clarke)."""
    keys(evidence, "evidence", ("separator", "tree"))
    size = len(problem.theta)
    u = numbers(evidence["separator"], "evidence.separator", problem.field, size)
    LossCells(problem).check(evidence["tree"], {}, "evidence.tree", derivative(problem, u))
    return "the parameters are not a critical point of the loss (Clarke)"


def derivative(problem: Problem, u: list[Number]) -> Functional:
    """The derivative at theta along u."""
    return Functional([symbol(1) * d + p for p, d in zip(problem.theta, u, strict=True)], 1)
