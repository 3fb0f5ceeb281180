"""Local and global minima of V Problems 2 and 4, as far as first order decides them.

A feasible point that is not KKT has a separator u with <u, θ> > 0 and <u, y_i g> ≤ 0 on all Clarke
subgradients of active constraints. Along d = -u + e·s, with s a direction that increases every
active margin at a positive rate and e small, margins rise and the norm falls: an explicit
descent curve (here a line), so the point is not a local minimum, and a point of the curve
shows that it is not a global one. s is the last layer's block of θ (Φ is linear in it), or
the free block of a one-layer problem.
"""

from collections.abc import Sequence
from itertools import count, islice

from flint import fmpq

from exactmargin.cells import forward_along, germ_sign
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.feasible import infeasible_certificate
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import (
    Number,
    Polynomial,
    bernstein_coefficients,
    dot,
    first_positive_root_bound,
    sign,
)
from exactmargin.problems import Problem

__all__ = ["decide_global_minimum", "decide_local_minimum", "descent_curve"]

_KKT_UNDECIDED = (
    "first order does not decide it: the point is a KKT point, and deciding its minimality is "
    "not part of this version"
)


def decide_local_minimum(problem: Problem, kkt: Verdict, budget: Budget) -> Verdict:
    """Whether θ is a local minimum, given the verdict on KKT; yes is not decided here."""
    return _decide(problem, kkt, budget, "not-local-minimum")


def decide_global_minimum(problem: Problem, kkt: Verdict, budget: Budget) -> Verdict:
    """Whether θ is a global minimum, given the verdict on KKT; yes is not decided here."""
    return _decide(problem, kkt, budget, "not-global-minimum")


def _decide(problem: Problem, kkt: Verdict, budget: Budget, claim: str) -> Verdict:
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
    line, end = curve
    spell = problem.field.format
    if claim == "not-global-minimum":
        better = [spell(p(end / 2)) for p in line]
        return Verdict.proved(Answer.NO, Certificate.about(problem, claim, {"better": better}))
    evidence = {
        "numerators": [[spell(value) for value in p.coefficients] for p in line],
        "denominator": ["1"],
        "breakpoints": [spell(problem.field.coerce(end))],
    }
    return Verdict.proved(Answer.NO, Certificate.about(problem, claim, evidence))


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
