"""Is there an exact KKT point near a trained point? V Problem 2, depth 2, no shared weights.

Floats snap to a pattern and solve its square system (`snap`, `reduced_system`); ball arithmetic
then proves with Krawczyk's test that the system has exactly one zero in a small box, and that the
zero has the pattern. The kernel does the same again, in arithmetic of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from flint import arb, ctx, fmpq

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.lifted_problem import is_lifted, own_places
from exactmargin.decisions.nearby import floor_at
from exactmargin.decisions.proposals import nearby
from exactmargin.decisions.reduced_system import Array, Live, Pattern, ReducedSystem
from exactmargin.decisions.snap import FloatProblem, Snapped, snap
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.decisions.zero_neurons import zero_neurons
from exactmargin.exact import Number, Q
from exactmargin.problems import Problem

__all__ = ["at_kkt_point", "decide_kkt_exists", "existence_applies"]

_BITS = 320
"""Of the balls."""
_CENTRE_BITS = 128
_RADIUS = fmpq(1, 2**100)
_INVERSE_BITS = 40
_POLISH = 12
_DIGITS = 3


def existence_applies(problem: Problem) -> bool:
    """Whether `decide_kkt_exists` may answer: V Problem 2 over Q, depth 2, no shared weights."""
    return is_lifted(problem) and problem.field == Q


def decide_kkt_exists(problem: Problem, budget: Budget) -> Verdict:
    """A proof that there is a KKT point (Clarke) of V Problem 2 near a multiple of θ.

    The evidence states the multiple, how near, and whether that point is a local minimum; unknown
    says why no such proof was found. Raises `InvalidInputError` where there is no θ, and
    `BudgetSpent` with the budget.
    """
    problem.point()
    if not existence_applies(problem):
        return Verdict.unknown(
            "the existence of KKT points is proved for the objective max-margin over Q, one hidden "
            "layer and no shared weights"
        )
    scale = _scale(problem)
    if scale is None:
        return Verdict.unknown("an example has no positive margin, so no multiple is feasible")
    reasons: list[str] = []
    for snapped in snap(FloatProblem.of(problem, float(scale.p) / float(scale.q)), budget):
        budget.check()
        budget.report(f"existence with {len(snapped.pattern.kinks)} kinks")
        evidence = _proved(problem, scale, snapped, reasons, budget)
        if evidence is not None:
            certificate = Certificate.about(problem, "kkt-exists", evidence)
            return Verdict.proved_briefly(Answer.YES, certificate)
    return Verdict.unknown(reasons[0] if reasons else "no pattern of a KKT point was found near")


def _scale(problem: Problem) -> fmpq | None:
    """About the multiple whose least margin is 1; 1 where an output bias is in the way."""
    if problem.network.layers[1].bias:
        return fmpq(1)
    least = float(min(FloatProblem.of(problem, 1.0).margins()))
    return nearby(least**-0.5, 53) if 0 < least < float("inf") else None


@final
@dataclass(frozen=True, slots=True)
class _Zero:
    """The zero of a system in balls."""

    system: ReducedSystem
    centre: list[fmpq]
    inverse: list[list[fmpq]]
    box: Array


def _proved(
    problem: Problem, scale: fmpq, snapped: Snapped, reasons: list[str], budget: Budget
) -> dict[str, Any] | None:
    """The evidence, or None with a reason."""
    before, ctx.prec = ctx.prec, _BITS
    try:
        zero = _zero(problem, snapped)
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
        return _evidence(problem, scale, zero, budget)
    finally:
        ctx.prec = before


def _ball_system(problem: Problem, pattern: Pattern) -> ReducedSystem:
    hidden, output = problem.network.layers
    one = [arb(1)] * int(hidden.bias)
    inputs = []
    for unit in pattern.live:
        row = hidden.entries[unit.unit]
        values = [[*(_ball(x[j]) for j, _ in row), *one] for x in problem.data.inputs]
        inputs.append(_array(values))
    copied = [sum((arb(f) ** 2 for f in n.copies.values()), arb(1)) for n in pattern.live]
    slope = arb(problem.network.negative_slope)
    return ReducedSystem(pattern, inputs, problem.data.labels, slope, output.bias, copied)


def _ball(value: Number) -> arb:
    assert isinstance(value, fmpq), "the problem is over Q"
    return arb(value)


def _array(values: Sequence[Any]) -> Array:
    found = np.empty((len(values), len(values[0])), dtype=object)
    for n, row in enumerate(values):
        found[n, :] = row
    return found


def _zero(problem: Problem, snapped: Snapped) -> _Zero | None:
    """Krawczyk's test: u ↦ u - Y F(u) maps the box around the centre into its interior."""
    system, floats = _ball_system(problem, snapped.pattern), snapped.solution
    jacobian = FloatProblem.of(problem, 1.0).system(snapped.pattern).derivatives(floats)
    try:
        inverse_floats = np.linalg.inv(jacobian)
    except np.linalg.LinAlgError:
        return None
    inverse = [[nearby(a, _INVERSE_BITS) for a in row] for row in inverse_floats.tolist()]
    Y = _array([[arb(a) for a in row] for row in inverse])
    u = np.array([arb(a) for a in floats.tolist()], dtype=object)
    for _ in range(_POLISH):
        u = np.array([arb(a.mid()) for a in u - Y @ system.values(u)], dtype=object)
    centre = [floor_at(_rational(a), _CENTRE_BITS) for a in u]
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


def _rational(a: arb) -> fmpq:
    mantissa, exponent = a.mid().man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def _contradiction(problem: Problem, zero: _Zero) -> str | None:
    """Why the zero might not be a KKT point with the pattern, or None."""
    system, u, pattern = zero.system, zero.box, zero.system.pattern
    column = {i: j for j, i in enumerate(pattern.active)}
    if not all(u[j] > 0 for j in range(len(column))):
        return "an active example has a multiplier that is not certainly positive"
    for j, (_, i) in enumerate(pattern.kinks, len(column)):
        wide = u[column[i]]
        if not (u[j] > system.slope * wide and u[j] < wide):
            return "a slope at a kink is not certainly between its ends"
    outputs = [system.output_bias(u) for _ in problem.data.labels]
    for n, (unit, row) in enumerate(zip(pattern.live, system.pre_activations(u), strict=True)):
        t = u[system.start + n]
        if not t > 0:
            return "a neuron is not certainly different from zero"
        for i, z in enumerate(row):
            empty = not any(a != 0 for a in system.inputs[n][i])
            if i in column and unit.sides[i] and not (z * unit.sides[i] > 0 or empty):
                return "an active example is not certainly on one side of a neuron's kink"
            on = z if z > 0 else z * system.slope if z < 0 else abs(z).union(-abs(z))
            outputs[i] += system.signs[n] * t * t * on
    for i, (y, output) in enumerate(zip(problem.data.labels, outputs, strict=True)):
        if i not in column and not output * y > 1:
            return "a margin is not certainly above 1"
    return None


def _evidence(problem: Problem, scale: fmpq, zero: _Zero, budget: Budget) -> dict[str, Any]:
    system, u, pattern = zero.system, zero.box, zero.system.pattern
    spell = problem.field.format
    units = [
        {
            "unit": unit.unit + 1,
            "sign": unit.sign,
            "positive": [i + 1 for i in pattern.active if unit.sides[i] > 0],
            "kinks": [i + 1 for i in pattern.active if unit.sides[i] == 0],
            "copies": [{"unit": k + 1, "ratio": spell(f)} for k, f in unit.copies.items()],
        }
        for unit in pattern.live
    ]
    return {
        "scale": spell(scale),
        "distance": spell(_distance(problem, scale, system, u)),
        "active": [i + 1 for i in pattern.active],
        "units": units,
        "centre": [spell(a) for a in zero.centre],
        "radius": spell(_RADIUS),
        "inverse": [[spell(a) for a in row] for row in zero.inverse],
        **_local_minimum(problem, zero, budget),
    }


def _distance(problem: Problem, scale: fmpq, system: ReducedSystem, u: Array) -> fmpq:
    """The largest distance of a parameter, rounded up to few digits."""
    given, found = problem.point().flat(), _parameters(problem, system, u)
    pairs = zip(given, found, strict=True)
    largest = max(_rational(arb(abs(b - _ball(a * scale)).upper())) for a, b in pairs)
    place = fmpq(10) ** _exponent(largest)
    return (fmpq((largest / place).floor()) + 1) * place


def _parameters(problem: Problem, system: ReducedSystem, u: Array) -> list[arb]:
    """The parameters that the unknowns mean."""
    theta, places = [arb(0) for _ in problem.point().flat()], own_places(problem)
    for n, (unit, g) in enumerate(zip(system.pattern.live, system.directions(u), strict=True)):
        for k, ratio in {unit.unit: fmpq(1), **unit.copies}.items():
            w, v = places[k]
            assert v is not None, "a live neuron has an output weight"
            t = u[system.start + n] * arb(ratio)
            theta[v] = t * unit.sign
            for p, value in zip(w, g, strict=True):
                theta[p] = t * value
    if problem.network.layers[1].bias:
        theta[-1] = system.output_bias(u)
    return theta


def at_kkt_point(problem: Problem, evidence: Mapping[str, Any]) -> Problem:
    """The problem at a rational point, each parameter within 2^-90 of the KKT point that evidence
    of `kkt-exists` speaks of."""
    active = tuple(i - 1 for i in evidence["active"])
    live = []
    for unit in evidence["units"]:
        sides = [-1] * problem.data.size
        for name, side in (("positive", 1), ("kinks", 0)):
            for i in unit[name]:
                sides[i - 1] = side
        copies = {c["unit"] - 1: Q.parse(c["ratio"]) for c in unit["copies"]}
        live.append(Live(unit["unit"] - 1, unit["sign"], tuple(sides), copies))
    before, ctx.prec = ctx.prec, _BITS
    try:
        system = _ball_system(problem, Pattern(active, tuple(live)))
        u = np.array([arb(Q.parse(a)) for a in evidence["centre"]], dtype=object)
        theta = [floor_at(_rational(a), _CENTRE_BITS) for a in _parameters(problem, system, u)]
    finally:
        ctx.prec = before
    return problem.with_parameters(problem.with_free(theta))


def _exponent(value: fmpq) -> int:
    """The place of the last of the digits that are kept."""
    places = -40
    while fmpq(10) ** (places + _DIGITS) <= value:
        places += 1
    return places


def _local_minimum(problem: Problem, zero: _Zero, budget: Budget) -> dict[str, Any]:
    """What is told, and its evidence (THEORY §4): a convex kink denies a local minimum, concave
    ones are harmless; zero neurons are looked at one by one."""
    labels, pattern = problem.data.labels, zero.system.pattern
    if any(labels[i] * pattern.live[n].sign > 0 for n, i in pattern.kinks):
        return {"local_minimum": "no"}
    live = {k for unit in pattern.live for k in (unit.unit, *unit.copies)}
    zeros = [k for k in range(problem.network.hidden_widths[0]) if k not in live]
    if not zeros:
        return {"local_minimum": "yes"}
    about = (zeros, pattern.active, zero.centre[: len(pattern.active)], _RADIUS)
    told, evidence = zero_neurons(problem, *about, budget)
    return {"local_minimum": told, **evidence}
