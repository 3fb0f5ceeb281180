"""Is there an exact KKT point near a trained point? V Problem 2, any depth, no shared weights.

Floats snap to a pattern and solve its square system (`snap`; `reduced_system` with one hidden
layer, else `full_system`); ball arithmetic then proves with Krawczyk's test that the system has
exactly one zero in a small box, and that the zero has the pattern. The kernel does the same again,
in arithmetic of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from flint import arb, ctx, fmpq

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.existence_form import Form, balls, rational
from exactmargin.decisions.existence_full import FULL
from exactmargin.decisions.existence_reduced import REDUCED
from exactmargin.decisions.lifted_problem import is_lifted
from exactmargin.decisions.nearby import floor_at
from exactmargin.decisions.pattern import Array, System
from exactmargin.decisions.proposals import nearby, to_float
from exactmargin.decisions.snap import Snapped, snap
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Q
from exactmargin.problems import MaxMargin, Problem

__all__ = ["at_kkt_point", "decide_kkt_exists", "existence_applies"]

_BITS = 320
"""Of the balls."""
_CENTRE_BITS = 128
_RADIUS = fmpq(1, 2**100)
_INVERSE_BITS = 40
_POLISH = 12
_DIGITS = 3


def existence_applies(problem: Problem) -> bool:
    """Whether `decide_kkt_exists` may answer: V Problem 2 over Q, no shared weights."""
    margins = isinstance(problem.objective, MaxMargin) and problem.field == Q
    return margins and problem.network.is_no_share


def decide_kkt_exists(problem: Problem, budget: Budget) -> Verdict:
    """A proof that there is a KKT point (Clarke) of V Problem 2 near a multiple of θ.

    The evidence states the multiple, how near, and whether that point is a local minimum; unknown
    says why no such proof was found. Raises `InvalidInputError` where there is no θ, and
    `BudgetSpent` with the budget.
    """
    problem.point()
    if not existence_applies(problem):
        return Verdict.unknown(
            "the existence of KKT points is proved for the objective max-margin over Q and no "
            "shared weights"
        )
    form = REDUCED if is_lifted(problem) else FULL
    scale = _scale(problem)
    if scale is None:
        return Verdict.unknown("an example has no positive margin, so no multiple is feasible")
    reasons: list[str] = []
    for snapped in snap(form.floats(problem, to_float(scale)), budget):
        budget.check()
        budget.report(f"existence with {len(snapped.pattern.kinks)} kinks")
        evidence = _proved(form, problem, scale, snapped, reasons, budget)
        if evidence is not None:
            certificate = Certificate.about(problem, "kkt-exists", evidence)
            return Verdict.proved_briefly(Answer.YES, certificate)
    return Verdict.unknown(reasons[0] if reasons else "no pattern of a KKT point was found near")


def _scale(problem: Problem) -> fmpq | None:
    """About the multiple whose least margin is 1; 1 where a bias behind the first layer is in the
    way."""
    if any(layer.bias for layer in problem.network.layers[1:]):
        return fmpq(1)
    least = to_float(min(problem.margins(problem.point())))
    power = -1 / problem.network.depth
    return nearby(least**power, 53) if 0 < least < float("inf") else None


@final
@dataclass(frozen=True, slots=True)
class _Zero:
    """The zero of a system in balls."""

    system: System
    centre: list[fmpq]
    inverse: list[list[fmpq]]
    box: Array


def _proved(
    form: Form,
    problem: Problem,
    scale: fmpq,
    snapped: Snapped,
    reasons: list[str],
    budget: Budget,
) -> dict[str, Any] | None:
    """The evidence, or None with a reason."""
    before, ctx.prec = ctx.prec, _BITS
    try:
        zero = _zero(form, problem, snapped)
        if zero is None:
            reasons.append(
                "the system of active margins, kinks and stationarity is singular near the point "
                "(a degenerate KKT point: multipliers or directions are not unique)"
            )
            return None
        contradiction = _contradiction(problem, zero)
        if contradiction is not None:
            reasons.append(contradiction)
            return None
        return _evidence(form, problem, scale, zero, budget)
    finally:
        ctx.prec = before


def _zero(form: Form, problem: Problem, snapped: Snapped) -> _Zero | None:
    """Krawczyk's test: u ↦ u - Y F(u) maps the box around the centre into its interior."""
    system, floats = form.balls(problem, snapped.pattern), snapped.solution
    jacobian = form.floats(problem, 1.0).system(snapped.pattern).derivatives(floats)
    try:
        inverse_floats = np.linalg.inv(jacobian)
    except np.linalg.LinAlgError:
        return None
    inverse = [[nearby(a, _INVERSE_BITS) for a in row] for row in inverse_floats.tolist()]
    Y = balls(inverse)
    u = np.array([arb(a) for a in floats.tolist()], dtype=object)
    for _ in range(_POLISH):
        u = np.array([arb(a.mid()) for a in u - Y @ system.values(u)], dtype=object)
    centre = [floor_at(rational(a), _CENTRE_BITS) for a in u]
    exact = np.array([arb(a) for a in centre], dtype=object)
    box = np.array([arb(a.mid(), arb(_RADIUS)) for a in exact], dtype=object)
    moved = Y @ system.values(exact)
    rest = Y @ system.derivatives(box)
    for j in range(system.size):
        rest[j, j] -= 1
        spread = sum((abs(a) for a in rest[j]), arb(0))
        if not abs(moved[j]) + spread * arb(_RADIUS) < arb(_RADIUS) / 2:
            return None
    return _Zero(system, centre, inverse, box)


def _contradiction(problem: Problem, zero: _Zero) -> str | None:
    """Why the zero might not be a KKT point with the pattern, or None."""
    system, u, pattern = zero.system, zero.box, zero.system.pattern
    if not all(multiplier > 0 for multiplier in system.multipliers(u)):
        return "an active example has a multiplier that is not certainly positive"
    if not all(above > 0 and below > 0 for above, below in system.gaps(u)):
        return "a slope at a kink is not certainly between its ends"
    if not all(size > 0 for size in system.sizes(u)):
        return "a neuron is not certainly different from zero"
    for n, (unit, z) in enumerate(zip(pattern.live, system.pre_activations(u), strict=True)):
        for i in pattern.active:
            side = unit.sides[i]
            if side and not (z[i] * side > 0 or system.is_idle(n, i)):
                return "an active example is not certainly on one side of a neuron's kink"
    for i, (y, output) in enumerate(zip(problem.data.labels, system.outputs(u), strict=True)):
        if i not in pattern.active and not output * y > 1:
            return "a margin is not certainly above 1"
    return None


def _evidence(
    form: Form, problem: Problem, scale: fmpq, zero: _Zero, budget: Budget
) -> dict[str, Any]:
    system, u, spell = zero.system, zero.box, Q.format
    return {
        "scale": spell(scale),
        "distance": spell(_distance(problem, scale, system, u)),
        "active": [i + 1 for i in system.pattern.active],
        **form.described(problem, system.pattern),
        "centre": [spell(a) for a in zero.centre],
        "radius": spell(_RADIUS),
        "inverse": [[spell(a) for a in row] for row in zero.inverse],
        **form.minimum(problem, system, u, budget),
    }


def _distance(problem: Problem, scale: fmpq, system: System, u: Array) -> fmpq:
    """The largest distance of a parameter, rounded up to few digits."""
    given = balls([[a * scale for a in problem.point().flat()]])[0]
    largest = max(rational(arb(abs(a).upper())) for a in system.parameters(u) - given)
    place = fmpq(10) ** _exponent(largest)
    return (fmpq((largest / place).floor()) + 1) * place


def at_kkt_point(problem: Problem, evidence: Mapping[str, Any]) -> Problem:
    """The problem at a rational point, each parameter within 2^-90 of the KKT point that evidence
    of `kkt-exists` speaks of."""
    form = FULL if "layers" in evidence else REDUCED
    before, ctx.prec = ctx.prec, _BITS
    try:
        system = form.balls(problem, form.pattern(problem, evidence))
        u = np.array([arb(Q.parse(a)) for a in evidence["centre"]], dtype=object)
        theta = [floor_at(rational(a), _CENTRE_BITS) for a in system.parameters(u)]
    finally:
        ctx.prec = before
    return problem.with_parameters(problem.with_free(theta))


def _exponent(value: fmpq) -> int:
    """The place of the last of the digits that are kept."""
    places = -40
    while fmpq(10) ** (places + _DIGITS) <= value:
        places += 1
    return places
