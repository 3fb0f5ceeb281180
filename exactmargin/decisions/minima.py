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
from exactmargin.decisions.curves import (
    better_point_on,
    curve_certificate,
    end_of_descent,
    line_from,
)
from exactmargin.decisions.feasible import infeasible_certificate
from exactmargin.decisions.global_minimum import global_minimum
from exactmargin.decisions.lifted_problem import is_lifted
from exactmargin.decisions.lifting import lifted_local_minimum
from exactmargin.decisions.one_layer import (
    is_one_layer,
    layer_global_minimum,
    layer_local_minimum,
)
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Number, Polynomial, dot, sign
from exactmargin.problems import Problem

__all__ = ["decide_global_minimum", "decide_local_minimum", "descent_curve"]


class _Method(NamedTuple):
    """For which problems, and what it does at a feasible point."""

    applies: Callable[[Problem], bool]
    local_minimum: Callable[[Problem, Budget], Verdict]
    global_minimum: Callable[[Problem, Budget], Verdict]


_METHODS = (
    _Method(is_one_layer, layer_local_minimum, layer_global_minimum),
    _Method(is_lifted, lifted_local_minimum, global_minimum),
)

_KKT_UNDECIDED = (
    "first order does not decide it: the point is a KKT point, and deciding its minimality is "
    "not part of this version"
)


def decide_local_minimum(problem: Problem, kkt: Verdict, budget: Budget) -> Verdict:
    """Whether θ is a local minimum, given the verdict on KKT."""
    first = _first_order(problem, kkt, budget, curve_certificate)
    if first.answer is not Answer.UNKNOWN:
        return first
    method = next((m.local_minimum for m in _METHODS if m.applies(problem)), None)
    return first if method is None else method(problem, budget)


def decide_global_minimum(problem: Problem, kkt: Verdict, budget: Budget) -> Verdict:
    """Whether θ is a global minimum, given the verdict on KKT.

    Where the method leaves it open, a point that is not a local minimum is not global: there is a
    better one on the curve that descends from it.
    """
    first = _first_order(problem, kkt, budget, better_point_on)
    if first.answer is not Answer.UNKNOWN:
        return first
    methods = (m.global_minimum for m in _METHODS if m.applies(problem))
    verdict = next(methods, global_minimum)(problem, budget)
    if verdict.answer is not Answer.UNKNOWN or budget.spent:
        return verdict
    local = decide_local_minimum(problem, kkt, budget).certificate
    if local is None or local.claim != "not-local-minimum":
        return verdict
    better = point_on_curve(problem, local)
    return verdict if better is None else Verdict.proved(Answer.NO, better)


def _first_order(
    problem: Problem,
    kkt: Verdict,
    budget: Budget,
    certificate: Callable[[Problem, Sequence[Polynomial], fmpq], Certificate],
) -> Verdict:
    """No at an infeasible point, and where a line descends from a point that is not KKT."""
    budget.check()
    infeasible = infeasible_certificate(problem)
    if infeasible is not None:
        return Verdict.proved(Answer.NO, infeasible)
    if kkt.answer is Answer.YES:
        return Verdict.unknown(_KKT_UNDECIDED)
    if kkt.answer is Answer.UNKNOWN or kkt.certificate is None:
        return Verdict.unknown(f"whether it is a KKT point is unknown: {kkt.reason}")
    separator = [problem.field.parse(text) for text in kkt.certificate.evidence["separator"]]
    curve = descent_curve(problem, separator)
    if curve is None:
        return Verdict.unknown(
            "the point is not a KKT point, but no line of descent was found (with biases that "
            "are not free, constraint qualifications can fail)"
        )
    return Verdict.proved(Answer.NO, certificate(problem, *curve))


def descent_curve(
    problem: Problem, separator: Sequence[Number]
) -> tuple[list[Polynomial], fmpq] | None:
    """A line θ + t d (free parameters) with t0: feasible and of smaller norm for 0 < t < t0.

    None where the line that the separator suggests does not descend feasibly.
    """
    theta = problem.free_parameters()
    push = _push(problem)
    norm = dot(push, push)
    rate = dot(separator, theta) / (norm * 2) if sign(norm) else problem.field.zero
    line = line_from(problem, [rate * s - u for s, u in zip(push, separator, strict=True)])
    end = end_of_descent(problem, line)
    return None if end is None else (line, end)


def _push(problem: Problem) -> list[Number]:
    theta = list(problem.free_parameters())
    if problem.free_slice != slice(0, problem.network.parameter_count):
        return theta
    start = problem.network.block_slice(problem.network.depth - 1).start
    return [problem.field.zero] * start + theta[start:]
