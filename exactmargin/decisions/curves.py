"""Descent curves: θ(t) = numerators(t) / denominator(t), feasible and of smaller norm on (0, t0).

The finders suggest a curve as a germ at t = 0; here its signs for small t > 0 are looked up, and
t0 is found such that each of them shows in Bernstein form on [0, t0], as the kernel asks
(`not-local-minimum`). As there, numerators are followed alone: with all parameters multiplied by
d(t) > 0, a pre-activation of layer l is multiplied by d(t)^l, if biases are multiplied by
d(t)^(l-1) more.
"""

from collections.abc import Iterator, Sequence

from flint import fmpq

from exactmargin.cells import forward_along, germ_sign
from exactmargin.decisions.certificate import Certificate
from exactmargin.exact import Number, Polynomial, bernstein_coefficients, dot, sign
from exactmargin.problems import Problem

__all__ = ["better_point_on", "curve_certificate", "end_of_descent", "line_from", "shown_end"]


def line_from(problem: Problem, d: Sequence[Number]) -> list[Polynomial]:
    """θ + t·d in the free parameters."""
    pairs = zip(problem.free_parameters(), d, strict=True)
    return [Polynomial(problem.field, [value, step]) for value, step in pairs]


def end_of_descent(
    problem: Problem, numerators: Sequence[Polynomial], denominator: Polynomial | None = None
) -> fmpq | None:
    """A t0 with feasible points of smaller norm on all of (0, t0), None where there is none.

    The curve gives the free parameters, and θ at t = 0; the denominator is positive there, and 1
    where it is not given. t0 is a power of two, 1 at most.
    """
    below = denominator or Polynomial(problem.field, [1])
    polynomials = _signs_that_matter(problem, numerators, below)
    if polynomials is None:
        return None
    end = shown_end(polynomials)
    while any(sign(b) <= 0 for b in bernstein_coefficients(below, 0, end)):
        end = end / 2
    return end


def shown_end(polynomials: Sequence[Polynomial]) -> fmpq:
    """A power of two t0 ≤ 1 such that Bernstein's coefficients on [0, t0] show all signs."""
    end = fmpq(1)
    for p in polynomials:  # what shows on [0, t0] shows on shorter intervals, too
        while p and not _shows_sign(p, end):
            end = end / 2
    return end


def curve_certificate(
    problem: Problem,
    numerators: Sequence[Polynomial],
    end: fmpq,
    denominator: Polynomial | None = None,
) -> Certificate:
    """The certificate `not-local-minimum` of a curve that descends up to t0 = `end`."""
    spell = problem.field.format
    below = denominator or Polynomial(problem.field, [1])
    evidence = {
        "numerators": [[spell(value) for value in p.coefficients] for p in numerators],
        "denominator": [spell(value) for value in below.coefficients],
        "breakpoints": [spell(problem.field.coerce(end))],
    }
    return Certificate.about(problem, "not-local-minimum", evidence)


def better_point_on(problem: Problem, curve: Sequence[Polynomial], end: fmpq) -> Certificate:
    """The certificate `not-global-minimum` of a point of such a curve (without denominator)."""
    better = [problem.field.format(p(end / 2)) for p in curve]
    return Certificate.about(problem, "not-global-minimum", {"better": better})


def _signs_that_matter(
    problem: Problem, numerators: Sequence[Polynomial], denominator: Polynomial
) -> list[Polynomial] | None:
    """All polynomials whose sign on (0, t0) matters; None where a margin or the norm fails."""
    theta = problem.free_parameters()
    gap = denominator * denominator * dot(theta, theta)
    for p in numerators:
        gap = gap - p * p
    if germ_sign(gap) <= 0:
        return None
    found = [gap]
    for polynomials, slack in _passes(problem, numerators, denominator):
        if germ_sign(slack) < 0:
            return None
        found += [p for p in (*polynomials, slack) if p]
    return found


def _passes(
    problem: Problem, numerators: Sequence[Polynomial], denominator: Polynomial
) -> Iterator[tuple[list[Polynomial], Polynomial]]:
    """For every example the hidden pre-activations and margin - 1, times powers of d > 0."""
    field, network = problem.field, problem.network
    curve = [denominator * value for value in problem.point().flat()]
    curve[problem.free_slice] = numerators
    power = Polynomial(field, [1])
    for n, layer in enumerate(network.layers):
        block = network.block_slice(n)
        for p in range(block.stop - layer.bias_count, block.stop):
            curve[p] = curve[p] * power
        power = power * denominator
    slopes = {1: fmpq(1), 0: fmpq(0), -1: network.negative_slope}
    for x, y in zip(problem.data.inputs, problem.data.labels, strict=True):
        z = forward_along(field, network, curve, x, lambda _n, _k, p: slopes[germ_sign(p)])
        yield [p for row in z[:-1] for p in row], z[-1][0] * y - power


def _shows_sign(p: Polynomial, end: fmpq) -> bool:
    return len({sign(b) for b in bernstein_coefficients(p, 0, end)} - {0}) == 1
