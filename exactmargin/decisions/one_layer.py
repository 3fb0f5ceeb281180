"""Local and global minima where one layer moves (V Problem 4, or a network of depth 1).

In the free block alone every margin is piecewise affine. Local minima are decided completely,
global ones by branch and bound (THEORY §6); the evidence of both is a split tree (`by: layer`).
For linear networks, and for the last layer, there is one region: KKT points are global
minima (V Thm 5.2).
"""

from typing import Any

from exactmargin.decisions.budget import Budget, BudgetSpent
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.curves import (
    better_point_on,
    curve_certificate,
    end_of_descent,
    line_from,
)
from exactmargin.decisions.layer_bound import Better, GlobalSearch
from exactmargin.decisions.layer_descent import Descent, LocalSearch
from exactmargin.decisions.layer_regions import is_one_layer
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.errors import InternalError
from exactmargin.exact import Number, Polynomial
from exactmargin.problems import Problem

__all__ = ["is_one_layer", "layer_global_minimum", "layer_local_minimum"]


def layer_local_minimum(problem: Problem, budget: Budget) -> Verdict:
    """Whether a feasible point is a local minimum; yes or no, whatever the kinks.

    Raises `BudgetSpent` where the time ends first.
    """
    found = LocalSearch(problem, budget).run()
    if isinstance(found, Descent):
        return Verdict.proved(Answer.NO, curve_certificate(problem, *_line(problem, found)))
    return _proved(problem, "local-minimum", found)


def layer_global_minimum(problem: Problem, budget: Budget) -> Verdict:
    """Whether a feasible point is a global minimum; unknown, with the gap, where time ends."""
    near = LocalSearch(problem, budget).run()
    if isinstance(near, Descent):
        return Verdict.proved(Answer.NO, better_point_on(problem, *_line(problem, near)))
    search = GlobalSearch(problem, budget)
    try:
        found = search.run()
    except BudgetSpent as spent:
        return Verdict.unknown(
            f"{spent}; every feasible point has squared norm at least "
            f"{_decimal(search.lower_bound)}, this one has {_decimal(search.target)}..."
        )
    if isinstance(found, Better):
        better = [problem.field.format(value) for value in found.point]
        certificate = Certificate.about(problem, "not-global-minimum", {"better": better})
        return Verdict.proved(Answer.NO, certificate)
    return _proved(problem, "global-minimum", found)


def _proved(problem: Problem, claim: str, tree: dict[str, Any]) -> Verdict:
    evidence = {"by": "layer", "tree": tree}
    return Verdict.proved(Answer.YES, Certificate.about(problem, claim, evidence))


def _line(problem: Problem, descent: Descent) -> tuple[list[Polynomial], Any]:
    line = line_from(problem, descent.direction)
    end = end_of_descent(problem, line)
    if end is None:
        raise InternalError("a direction of descent in one layer along which nothing descends")
    return line, end


def _decimal(value: Number) -> str:
    """A number ≥ 0, rounded down to six decimal places."""
    low, high = 0, 1
    while value * 10**6 >= high:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if value * 10**6 >= middle else (low, middle)
    return f"{low // 10**6}.{low % 10**6:06d}"
