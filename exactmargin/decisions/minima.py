"""Local and global minima of V Problems 2 and 4: what first order decides, then a table of methods.

A feasible point that is not KKT has a separator u with <u, θ> > 0 and <u, y_i g> ≤ 0 on all Clarke
subgradients of active constraints. Along d = -u + e·s, with s a direction that increases every
active margin at a positive rate and e small, margins rise and the norm falls: an explicit
descent curve (here a line), so the point is not a local minimum, and a point of the curve
shows that it is not a global one. s is the last layer's block of θ (Φ is linear in it), or
the free block of a one-layer problem.

Everything else goes to the first method of `_METHODS` that applies.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flint import fmpq

from exactmargin.decisions.better import point_on_curve
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.curves import better_point_on, curve_certificate, end_of_descent
from exactmargin.decisions.feasible import infeasible_certificate
from exactmargin.decisions.global_minimum import global_minimum
from exactmargin.decisions.lifted_problem import is_lifted
from exactmargin.decisions.lifting import lifted_local_minimum
from exactmargin.decisions.one_layer import (
    is_one_layer,
    layer_global_minimum,
    layer_local_minimum,
)
from exactmargin.decisions.second_order import second_order_local_minimum
from exactmargin.decisions.second_order_descent import line_of_descent
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Polynomial
from exactmargin.problems import Problem

__all__ = ["decide_global_minimum", "decide_local_minimum"]


class _Method(NamedTuple):
    """For which problems, and what it does at a feasible point."""

    applies: Callable[[Problem], bool]
    local_minimum: Callable[[Problem, Budget], Verdict]
    global_minimum: Callable[[Problem, Budget], Verdict]


def _is_any(_: Problem) -> bool:
    return True


_METHODS = (
    _Method(is_one_layer, layer_local_minimum, layer_global_minimum),
    _Method(is_lifted, lifted_local_minimum, global_minimum),
    _Method(_is_any, second_order_local_minimum, global_minimum),
)


def decide_local_minimum(problem: Problem, kkt: Verdict, budget: Budget) -> Verdict:
    """Whether θ is a local minimum, given the verdict on KKT.

    Complete for one free layer, and at depth 2 without shared weights, up to boundary cases of
    zero neurons; elsewhere points that are not KKT points are decided, and others as far as
    second order does.
    """
    first = _first_order(problem, kkt, budget, curve_certificate)
    if first is not None:
        return first
    return _method(problem).local_minimum(problem, budget)


def decide_global_minimum(problem: Problem, kkt: Verdict, budget: Budget) -> Verdict:
    """Whether θ is a global minimum, given the verdict on KKT.

    Where the method leaves it open, a point that is not a local minimum is not global: there is a
    better one on the curve that descends from it.
    """
    first = _first_order(problem, kkt, budget, better_point_on)
    if first is not None:
        return first
    verdict = _method(problem).global_minimum(problem, budget)
    if verdict.answer is not Answer.UNKNOWN or budget.spent:
        return verdict
    local = decide_local_minimum(problem, kkt, budget).certificate
    if local is None or local.claim != "not-local-minimum":
        return verdict
    better = point_on_curve(problem, local)
    return verdict if better is None else Verdict.proved(Answer.NO, better)


def _method(problem: Problem) -> _Method:
    return next(method for method in _METHODS if method.applies(problem))


def _first_order(
    problem: Problem,
    kkt: Verdict,
    budget: Budget,
    certificate: Callable[[Problem, Sequence[Polynomial], fmpq], Certificate],
) -> Verdict | None:
    """No at an infeasible point, and where a line descends from a point that is not KKT."""
    budget.check()
    infeasible = infeasible_certificate(problem)
    if infeasible is not None:
        return Verdict.proved(Answer.NO, infeasible)
    if kkt.answer is not Answer.NO or kkt.certificate is None:
        return None
    separator = [problem.field.parse(text) for text in kkt.certificate.evidence["separator"]]
    line = line_of_descent(problem, separator)
    end = end_of_descent(problem, line)
    return None if end is None else Verdict.proved(Answer.NO, certificate(problem, line, end))
