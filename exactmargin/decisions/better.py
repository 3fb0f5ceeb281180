"""Better points: feasible points with a smaller norm, the evidence of `not-global-minimum`."""

from collections.abc import Sequence

from exactmargin.decisions.certificate import Certificate
from exactmargin.exact import Number, Polynomial, sign, squared_norm
from exactmargin.problems import Problem

__all__ = ["point_on_curve", "smaller_point"]


def smaller_point(problem: Problem, free: Sequence[Number]) -> Certificate | None:
    """The certificate that these free parameters are feasible and of smaller norm; else None."""
    gap = squared_norm(problem.free_parameters()) - squared_norm(free)
    if sign(gap) <= 0 or not problem.is_feasible(problem.with_free(free)):
        return None
    spell = problem.field.format
    better = [spell(problem.field.coerce(value)) for value in free]
    return Certificate.about(problem, "not-global-minimum", {"better": better})


def point_on_curve(problem: Problem, certificate: Certificate) -> Certificate | None:
    """A point of the descent curve of a `not-local-minimum` certificate, as a better point.

    The curve is feasible and its norm smaller for all t in (0, t0): its point at t0/2 will do.
    """
    field, evidence = problem.field, certificate.evidence
    middle = field.parse(evidence["breakpoints"][-1]) / 2
    *values, scale = (
        Polynomial(field, [field.parse(text) for text in texts])(middle)
        for texts in (*evidence["numerators"], evidence["denominator"])
    )
    return smaller_point(problem, [value / scale for value in values])
