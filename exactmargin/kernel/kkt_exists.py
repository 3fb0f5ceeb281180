"""``kkt-exists``: an exact KKT point near the parameters, no shared weights.

Some theta* with |theta*_p - scale theta_p| <= distance for every parameter is a KKT point (Clarke)
of V Problem 2. The pattern and the square system F(u) = 0 are those of ``reduced``, for one hidden
layer, or of ``full_system``; of the two, this is about the first, and ``full_minimum`` about local
minima in the second.

*Existence* (Krawczyk). Let B be the box of radius r around the centre c, Y the matrix ``inverse``,
and J the derivatives of F on B. If |Y F(c)|_j + r sum_l |(1 - Y J)_jl| < r in every row j, then
u -> u - Y F(u) maps B into itself and contracts it, so F has exactly one zero in B. All else is
checked for every u in B, and so holds for it.

*KKT.* lambda_i > 0 (active), slope lambda_i <= c_ik <= lambda_i, so that c_ik / lambda_i is one of
the slopes at the kink; t_k > 0; the sides of the active examples are as listed; the margins of the
others are above 1. So theta* is feasible and stationary (a zero neuron is so with any slopes).

*Local minimum.* A kink with y_i s_k = 1, of slope rho, denies it. As the zero of F is regular, the
constraints at theta*, active margins and kinks, have independent gradients in the p_k = |v_k| w_k
(a dependency would be a vector that J maps to 0); so on either side of the kink the multipliers are
unique, and that of the side itself is (rho - 1) lambda_i or (slope - rho) lambda_i: one of the two
is negative, so that on this side sum_k |p_k| decreases, and with it the norm of the balanced theta.
So does a zero neuron with a ``descent`` u (``zero_neurons``): p_k = tau u adds tau h_i(u) to the
margins, with sum_i lambda_i h_i(u) > |u|; by the independence the live neurons can give back as
much, on their kinks: sum_k |p_k| + c^2/2 changes by tau (|u| - sum_i lambda_i h_i(u)) + o(tau).
Without such kinks, and with all zero neurons harmless (``zero_neurons``), lambda and the slopes
prove a local minimum, by ``lifting``: |g_k| = 1 for all live neurons and their copies, |g_k| <= 1
for the others, every open side of the live ones has y_i s_k = -1, and |theta*|^2 =
2 sum_i lambda_i - c^2, as sum_k F_k t_k^2 = sum_i lambda_i y_i (Phi_i - c).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .balls import Ball, ball, total
from .full_minimum import positive_definite
from .full_system import FullSystem
from .numbers import spend
from .outcome import form, need
from .pattern import full_system, reduced_system
from .problem import Problem
from .reading import items, keys, numbers, read_number
from .reduced import System, rational
from .zero_neurons import ZeroNeurons

MINIMUM = {"yes": ", a local minimum,", "no": ", not a local minimum,", "unknown": ""}
PROOFS = {"yes": ("zero_neurons",), "no": ("descent",), "unknown": ()}
HESSIAN = ("penalty", "congruence")


def kkt_exists(problem: Problem, evidence: Any) -> str:
    """A KKT point of V Problem 2 near the scaled parameters."""
    names = ("scale", "distance", "active", "centre", "radius", "inverse", "local_minimum")
    keys(evidence, "evidence", names, evidence)
    full, told = "layers" in evidence, evidence["local_minimum"]
    form(told in tuple(MINIMUM), "exists-minimum", "evidence.local_minimum", told)
    more = HESSIAN if full and told == "yes" else ()
    units = ("layers" if full else "units",)
    keys(evidence, "evidence", (*names, *units, *more), () if full else PROOFS[told])
    need(problem.field is None, "exists-over-the-rationals", "problem.field")
    scale, distance, radius = (_number(evidence, name) for name in ("scale", "distance", "radius"))
    need(scale > 0, "exists-scale", "evidence.scale", scale)
    need(radius > 0, "exists-radius", "evidence.radius", radius)
    system = (full_system if full else reduced_system)(problem, evidence)
    u = _solution(system, evidence, radius)
    _check_pattern(system, u)
    for p, value in enumerate(system.parameters(u)):
        far = (value - ball(scale * rational(problem.theta[p]))).size
        need(far <= distance, "exists-distance", f"parameter {p + 1}", far)
    copies = sum(len(unit.copies) for row in system.live for unit in row)
    zeros = [
        set(range(len(layer.rows))) - {m for unit in row for m in unit.members}
        for layer, row in zip(problem.layers, system.live, strict=False)
    ]
    _check_minimum(problem, system, u, zeros, evidence)
    what = "the parameters" if scale == 1 else f"{scale} times the parameters"
    found = f"kinks: {len(system.kinks)}, copies: {copies}, zero neurons: {sum(map(len, zeros))}"
    near = f"within {distance} of {what}, in each of them"
    return f"there is a KKT point ({found}){MINIMUM[told]} {near}"


def _number(evidence: Any, name: str) -> Fraction:
    return rational(read_number(evidence[name], None, f"evidence.{name}"))


def _solution(system: System | FullSystem, evidence: Any, radius: Fraction) -> list[Ball]:
    """The box in which the system has exactly one zero."""
    size, place = system.size, "evidence.inverse"
    spend(size**3 + system.work)
    centre = [rational(x) for x in numbers(evidence["centre"], "evidence.centre", None, size)]
    rows = [
        [ball(rational(x)) for x in numbers(row, f"{place}[{j}]", None, size)]
        for j, row in enumerate(items(evidence["inverse"], place, size))
    ]
    u = [ball(x, radius) for x in centre]
    values, columns = (
        system.values([ball(x) for x in centre]),
        zip(*system.derivatives(u), strict=True),
    )
    spread = [Fraction(0)] * size
    for l, column in enumerate(columns):
        for j, row in enumerate(rows):
            spread[j] += (total(row, column) - ball(j == l)).size
    for j, row in enumerate(rows):
        moved = total(row, values).size + radius * spread[j]
        need(moved < radius, "exists-contraction", f"unknown {j + 1}", moved, radius)
    return u


def _check_pattern(system: System | FullSystem, u: list[Ball]) -> None:
    """The solution has the pattern; its slopes and multipliers are what they must be."""
    for i, multiplier in zip(system.active, system.multipliers(u), strict=True):
        need(multiplier.low > 0, "exists-multiplier", f"example {i + 1}", multiplier.low)
    for place, above, below in system.slopes(u):
        need(above.low >= 0 and below.low >= 0, "exists-slope", place, above.low, below.low)
    for place, t in system.norms(u) if isinstance(system, System) else ():
        need(t.low > 0, "exists-norm", place, t.low)
    for place, z in system.strict_sides(u):
        need(z.low > 0, "exists-side", place, z.low)
    for i, margin in system.other_margins(u):
        need(margin.low > 1, "exists-margin", f"example {i + 1}", margin.low)


def _check_minimum(
    problem: Problem,
    system: System | FullSystem,
    u: list[Ball],
    zeros: list[set[int]],
    evidence: Any,
) -> None:
    """What is told about the local minimum."""
    place, told = "evidence.local_minimum", evidence["local_minimum"]
    kinks, harmless = list(system.convexity(u)), [set[int]() for _ in zeros]
    if told == "yes":
        open_ = [i + 1 for i, b in kinks if b.high >= 0]
        need(not open_, "exists-convex-kink", place, *open_)
        if "zero_neurons" in evidence:
            proof = evidence["zero_neurons"]
            harmless[0] = _zero_neurons(problem, system, u).harmless(proof, "evidence.zero_neurons")
        rest = [k + 1 for row, own in zip(zeros, harmless, strict=True) for k in sorted(row ^ own)]
        need(not rest, "exists-zero-neuron", place, *rest)
        if isinstance(system, FullSystem):
            positive_definite(system, u, evidence)
    if told == "no" and "descent" in evidence:
        neurons = _zero_neurons(problem, system, u)
        neurons.descent(evidence["descent"], "evidence.descent", zeros[0])
    elif told == "no":
        need(any(b.low > 0 for _, b in kinks), "exists-no-convex-kink", place)


def _zero_neurons(problem: Problem, system: System | FullSystem, u: list[Ball]) -> ZeroNeurons:
    """What they do, with the multipliers of the box."""
    known = dict(zip(system.active, system.multipliers(u), strict=True))
    return ZeroNeurons(problem, [known.get(i, ball(0)) for i in range(len(problem.labels))])
