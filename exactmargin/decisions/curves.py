"""Curves of descent as certificates, and how far one can be followed (`not-local-minimum`)."""

from collections.abc import Sequence
from itertools import count, islice

from flint import fmpq

from exactmargin.cells import forward_along, germ_sign
from exactmargin.decisions.certificate import Certificate
from exactmargin.exact import (
    Number,
    Polynomial,
    bernstein_coefficients,
    dot,
    first_positive_root_bound,
    sign,
)
from exactmargin.problems import Problem

__all__ = ["better_point_on", "curve_certificate", "end_of_descent", "line_from"]


def line_from(problem: Problem, d: Sequence[Number]) -> list[Polynomial]:
    """θ + t·d in the free parameters."""
    pairs = zip(problem.free_parameters(), d, strict=True)
    return [Polynomial(problem.field, [value, step]) for value, step in pairs]


def end_of_descent(problem: Problem, curve: Sequence[Polynomial]) -> fmpq | None:
    """A t0 with feasible points of smaller norm on all of (0, t0), None where there is none.

    `curve` gives the free parameters, and θ at t = 0.
    """
    polynomials = _along(problem, curve)
    if polynomials is None:
        return None
    bound = min((first_positive_root_bound(p) for p in polynomials if p), default=fmpq(1))
    # On [0, t] with t small the Bernstein coefficients all get the sign of the lowest coefficient.
    end: fmpq
    for end in islice((bound / 2**k for k in count()), 64):
        if all(_shows_sign(p, end) for p in polynomials):
            return end
    return None


def curve_certificate(problem: Problem, curve: Sequence[Polynomial], end: fmpq) -> Certificate:
    """The certificate `not-local-minimum` of a curve that descends up to t0 = `end`."""
    spell = problem.field.format
    evidence = {
        "numerators": [[spell(value) for value in p.coefficients] for p in curve],
        "denominator": ["1"],
        "breakpoints": [spell(problem.field.coerce(end))],
    }
    return Certificate.about(problem, "not-local-minimum", evidence)


def better_point_on(problem: Problem, curve: Sequence[Polynomial], end: fmpq) -> Certificate:
    """The certificate `not-global-minimum` of a point of such a curve."""
    better = [problem.field.format(p(end / 2)) for p in curve]
    return Certificate.about(problem, "not-global-minimum", {"better": better})


def _along(problem: Problem, line: Sequence[Polynomial]) -> list[Polynomial] | None:
    """All polynomials whose sign on (0, t0) matters; None where a margin or the norm fails."""
    field, free = problem.field, problem.free_slice
    curve = [Polynomial(field, [value]) for value in problem.point().flat()]
    curve[free] = line
    slopes = {1: fmpq(1), 0: fmpq(0), -1: problem.network.negative_slope}
    found: list[Polynomial] = []
    for x, y in zip(problem.data.inputs, problem.data.labels, strict=True):
        z = forward_along(field, problem.network, curve, x, lambda _n, _k, p: slopes[germ_sign(p)])
        found += [p for row in z[:-1] for p in row]
        slack = z[-1][0] * y - 1
        if germ_sign(slack) < 0:
            return None
        found.append(slack)
    gap = Polynomial(field, [dot(problem.free_parameters(), problem.free_parameters())])
    for p in line:
        gap = gap - p * p
    return [*found, gap] if germ_sign(gap) > 0 else None


def _shows_sign(p: Polynomial, end: fmpq) -> bool:
    if not p:
        return True
    return len({sign(b) for b in bernstein_coefficients(p, 0, end)} - {0}) == 1
