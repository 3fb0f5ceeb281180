"""Global minima of V Problem 2 (THEORY §5): which method is for which networks.

Every `no` has a better point as its certificate, every `yes` a proof that bounds the norm of all
feasible points from below; a bound that stays below the norm of θ leaves the answer unknown, with
the gap.
"""

from collections.abc import Callable
from typing import TypeAlias

from exactmargin.decisions.ascent import better_by_ascent
from exactmargin.decisions.budget import Budget, BudgetSpent
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.lifted_network import Lifted
from exactmargin.decisions.lifted_problem import is_lifted
from exactmargin.decisions.linear_global import (
    is_bounded_singly,
    is_product,
    product_global_minimum,
    single_global_minimum,
)
from exactmargin.decisions.pieces import NotSearchable
from exactmargin.decisions.proposals import to_float
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.decisions.vertices import is_diagonal, vertices_global_minimum
from exactmargin.decisions.width_search import root_bound, search
from exactmargin.exact import squared_norm
from exactmargin.problems import MaxMargin, Problem

__all__ = ["global_minimum", "work_for"]

WORK = 60_000
"""Pieces of neurons, over all regions, that a search looks at where no budget limits it."""

Method: TypeAlias = Callable[[Problem, Budget], Verdict]


def global_minimum(problem: Problem, budget: Budget) -> Verdict:
    """Whether a feasible point of V Problem 2 is a global minimum; yes and no have certificates.

    The methods that apply are asked in turn: the product bound and the vertices for linear
    networks, the lifted problem for two layers, and where they leave it open a float search for
    a better point. Raises `BudgetSpent`.
    """
    if not isinstance(problem.objective, MaxMargin):
        return Verdict.unknown("global minima of one layer alone are not decided here")
    reason = (
        "no method proves global minima of networks that are nonlinear and deeper than two "
        "layers, or have shared weights; no better point was found"
    )
    methods: tuple[tuple[Callable[[Problem], bool], Method], ...] = (
        (is_product, product_global_minimum),
        (is_bounded_singly, single_global_minimum),
        (_is_deep_diagonal, vertices_global_minimum),
        (is_lifted, _lifted_global_minimum),
    )
    for applies, method in methods:
        if applies(problem):
            verdict = method(problem, budget)
            if verdict.answer is not Answer.UNKNOWN:
                return verdict
            if method is not single_global_minimum:
                reason = verdict.reason or reason
    try:
        better = better_by_ascent(problem, budget)
    except BudgetSpent:  # the reason so far says more
        better = None
    return Verdict.unknown(reason) if better is None else Verdict.proved(Answer.NO, better)


def work_for(budget: Budget) -> int | None:
    """How many pieces a search may look at: what the budget allows, or `WORK` without one."""
    return WORK if budget.seconds is None else None


def _is_deep_diagonal(problem: Problem) -> bool:
    return problem.network.depth >= 3 and is_diagonal(problem)


def _lifted_global_minimum(problem: Problem, budget: Budget) -> Verdict:
    """Two layers without shared weights: better point, tree, or how far the bounds got."""
    lifted = Lifted.of(problem)
    assert lifted is not None, "asked after is_lifted"
    norm = squared_norm(problem.free_parameters())
    try:
        found = search(lifted, norm, budget, work=work_for(budget))
    except NotSearchable as reason:
        return Verdict.unknown(str(reason))
    if found.better is not None:
        return Verdict.proved(Answer.NO, found.better)
    if found.tree is not None:
        evidence = {"by": "lifting", "tree": found.tree}
        return Verdict.proved(Answer.YES, Certificate.about(problem, "global-minimum", evidence))
    certified = ""
    if not budget.spent:
        bound = root_bound(lifted, budget)
        certified = "" if bound is None else f" (proved: {to_float(bound[0]):.9g})"
    return Verdict.unknown(
        f"{found.reason}: the squared norm of feasible points is at least about {found.about:.9g}"
        f"{certified}, that of the point is {to_float(norm):.9g}"
    )
