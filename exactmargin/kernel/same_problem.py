"""Whether a certificate is about the user's problem: structure by structure, number by number."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .numbers import Number, Poly, sign
from .outcome import Rejected, form, need
from .problem import Problem
from .replicates import Replicated, read_problem


def claims_about(user: Problem, proved: list[tuple[str, Any]]) -> list[str]:
    """Of claims with their problems, as they stand in a certificate: those about the user's
    problem; at least one."""
    form(any(value is not None for _, value in proved), "certificate-without-problem", "problem")
    claims, failures = [], []
    for claim, value in proved:
        try:
            if value is not None:
                same_problem(read_problem(value), user)
                claims.append(claim)
        except Rejected as failure:
            failures.append(failure)
    if not claims:
        raise failures[0]
    return claims


def same_problem(certificate: Problem, user: Problem) -> None:
    """Reject unless the two problems agree, structure by structure."""
    field, other = certificate.field, user.field
    need((field is None) == (other is None), "other-field", "problem.field")
    if field is not None and other is not None:
        mine, theirs = (field.generator, field.minpoly), (other.generator, other.minpoly)
        need(mine == theirs, "other-minpoly", "problem.field")
        r, (lo, hi) = Poly({(1,): Fraction(1)}, field), other.interval
        need(sign(r - lo) > 0 and sign(r - hi) < 0, "other-root", "problem.field")
    need(certificate.slope == user.slope, "other-slope", "problem.network")
    need(certificate.layers == user.layers, "other-layers", "problem.network")
    need(certificate.labels == user.labels, "other-labels", "problem.data")
    need(_objective(certificate) == _objective(user), "other-objective", "problem.objective")
    for i, (x, z) in enumerate(zip(certificate.inputs, user.inputs, strict=True)):
        need(_same(x, z), "other-inputs", f"problem.data.inputs[{i}]", *x)
    same = not certificate.has_point or _same(certificate.theta, user.theta)
    need(same, "other-parameters", "problem.parameters")


def _objective(problem: Problem) -> tuple[object, ...]:
    gamma = problem.gamma if isinstance(problem, Replicated) else None
    return problem.layer, problem.loss, gamma, problem.weights


def _same(a: tuple[Number, ...], b: tuple[Number, ...]) -> bool:
    return len(a) == len(b) and not any(sign(x - y) for x, y in zip(a, b, strict=True))
