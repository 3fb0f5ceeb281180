"""Local and global minima of V Problems 2 and 4: the first method that applies.

A feasible point that is not KKT has a separator u with <u, θ> > 0 and <u, y_i g> ≤ 0 on all Clarke
subgradients of active constraints. Along d = -u + e·s, with s a direction that increases every
active margin at a positive rate and e small, margins rise and the norm falls: an explicit
descent curve (here a line), so the point is not a local minimum, and a point of the curve
shows that it is not a global one. s is the last layer's block of θ (Φ is linear in it), or
the free block of a one-layer problem.
"""

from collections.abc import Callable, Sequence

from exactmargin.decisions.better import point_on_curve, smaller_point
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.curves import curve_certificate, descent_end, line, point_on
from exactmargin.decisions.feasible import infeasible_certificate
from exactmargin.decisions.global_minimum import global_minimum
from exactmargin.decisions.lifted_problem import is_lifted
from exactmargin.decisions.lifting import lifted_local_minimum
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Number, Polynomial, dot, sign
from exactmargin.problems import Problem

__all__ = ["decide_global_minimum", "decide_local_minimum"]

Method = Callable[[Problem, Budget], Verdict]

LOCAL_METHODS: list[tuple[Callable[[Problem], bool], Method]] = [
    (is_lifted, lifted_local_minimum),
]
"""Which problems a method is for, and the method: it decides at any feasible point."""

_KKT_UNDECIDED = (
    "first order does not decide it: the point is a KKT point, and deciding its minimality is "
    "not part of this version"
)


def decide_local_minimum(problem: Problem, kkt: Verdict, budget: Budget) -> Verdict:
    """Whether θ is a local minimum, by the first method that applies; given the verdict on KKT.

    Complete at depth 2 without shared weights, up to boundary cases of zero neurons; elsewhere
    points that are not KKT points are decided.
    """
    budget.check()
    infeasible = infeasible_certificate(problem)
    if infeasible is not None:
        return Verdict.proved(Answer.NO, infeasible)
    for applies, method in LOCAL_METHODS:
        if applies(problem):
            return method(problem, budget)
    found = _line_of_descent(problem, kkt)
    if isinstance(found, Verdict):
        return found
    certificate = curve_certificate(problem, found)
    return _NO_LINE if certificate is None else Verdict.proved(Answer.NO, certificate)


def decide_global_minimum(problem: Problem, kkt: Verdict, budget: Budget) -> Verdict:
    """Whether θ is a global minimum, by the first method that decides; given the verdict on KKT.

    A point that is not KKT, or not a local minimum, is not global: there is a better point on the
    line or curve that descends from it. Else V Problem 2 goes to `global_minimum`.
    """
    budget.check()
    infeasible = infeasible_certificate(problem)
    if infeasible is not None:
        return Verdict.proved(Answer.NO, infeasible)
    found = _line_of_descent(problem, kkt)
    if not isinstance(found, Verdict):
        better = _point_on_line(problem, found)
        if better is not None:
            return Verdict.proved(Answer.NO, better)
    verdict = global_minimum(problem, budget)
    if verdict.answer is not Answer.UNKNOWN:
        return verdict
    local = decide_local_minimum(problem, kkt, budget)
    if local.certificate is not None and local.certificate.claim == "not-local-minimum":
        better = point_on_curve(problem, local.certificate)
        if better is not None:
            return Verdict.proved(Answer.NO, better)
    return verdict


def _point_on_line(problem: Problem, numerators: Sequence[Polynomial]) -> Certificate | None:
    one = Polynomial(problem.field, [1])
    end = descent_end(problem, numerators, one)
    return None if end is None else smaller_point(problem, point_on(numerators, one, end / 2))


_NO_LINE = Verdict.unknown(
    "the point is not a KKT point, but no line of descent was found (with biases that are not "
    "free, constraint qualifications can fail)"
)


def _line_of_descent(problem: Problem, kkt: Verdict) -> list[Polynomial] | Verdict:
    """The line that the separator of a point that is not KKT suggests; else unknown, and why."""
    if kkt.answer is Answer.YES:
        return Verdict.unknown(_KKT_UNDECIDED)
    if kkt.answer is Answer.UNKNOWN or kkt.certificate is None:
        return Verdict.unknown(f"whether it is a KKT point is unknown: {kkt.reason}")
    separator = [problem.field.parse(text) for text in kkt.certificate.evidence["separator"]]
    push = _push(problem)
    norm = dot(push, push)
    theta = problem.free_parameters()
    rate = dot(separator, theta) / (norm * 2) if sign(norm) else problem.field.zero
    return line(problem, [rate * s - u for s, u in zip(push, separator, strict=True)])


def _push(problem: Problem) -> Sequence[Number]:
    theta = list(problem.free_parameters())
    if problem.free_slice != slice(0, problem.network.parameter_count):
        return theta
    start = problem.network.block_slice(problem.network.depth - 1).start
    return [problem.field.zero] * start + theta[start:]
