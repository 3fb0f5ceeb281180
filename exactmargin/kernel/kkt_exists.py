"""``kkt-exists``: an exact KKT point near the parameters, one hidden layer, no shared weights.

Some theta* with |theta*_p - scale theta_p| <= distance for every parameter is a KKT point (Clarke)
of V Problem 2. The pattern and the square system F(u) = 0 are those of ``reduced``.

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
Without such kinks and without zero neurons lambda and the slopes prove a local minimum, by
``lifting``: |g_k| = 1 for all live neurons and their copies, every open side has y_i s_k = -1, and
|theta*|^2 = 2 sum_i lambda_i - c^2, as sum_k F_k t_k^2 = sum_i lambda_i y_i (Phi_i - c).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .balls import Ball, ball, total
from .neurons import Neurons
from .numbers import spend
from .outcome import form, need
from .problem import Problem
from .reading import integer, items, keys, numbered, numbers, read_number, rising
from .reduced import Live, System, rational

MINIMUM = {"yes": ", a local minimum,", "no": ", not a local minimum,", "unknown": ""}


def kkt_exists(problem: Problem, evidence: Any) -> str:
    """A KKT point of V Problem 2 near the scaled parameters."""
    names = ("scale", "distance", "active", "units", "centre", "radius", "inverse", "local_minimum")
    keys(evidence, "evidence", names)
    need(problem.field is None, "exists-over-the-rationals", "problem.field")
    scale, distance, radius = (_number(evidence, name) for name in (*names[:2], "radius"))
    need(scale > 0, "exists-scale", "evidence.scale", scale)
    need(radius > 0, "exists-radius", "evidence.radius", radius)
    neurons = Neurons(problem)
    active = _examples(evidence["active"], problem, "evidence.active")
    system = System(neurons, active, _live(neurons, active, evidence["units"]))
    u = _solution(system, evidence, radius)
    _check_pattern(system, u)
    for p, value in enumerate(system.parameters(u, neurons)):
        far = (value - ball(scale * rational(problem.theta[p]))).size
        need(far <= distance, "exists-distance", f"parameter {p + 1}", far)
    told = evidence["local_minimum"]
    form(told in tuple(MINIMUM), "exists-minimum", "evidence.local_minimum", told)
    _check_minimum(system, neurons, told)
    what = "the parameters" if scale == 1 else f"{scale} times the parameters"
    copies = sum(len(unit.copies) for unit in system.live)
    zeros = len(neurons.x) - len(system.live) - copies
    found = f"kinks: {len(system.kinks)}, copies: {copies}, zero neurons: {zeros}"
    near = f"within {distance} of {what}, in each of them"
    return f"there is a KKT point ({found}){MINIMUM[told]} {near}"


def _number(evidence: Any, name: str) -> Fraction:
    return rational(read_number(evidence[name], None, f"evidence.{name}"))


def _examples(value: Any, problem: Problem, place: str) -> list[int]:
    size = len(problem.labels)
    found = [integer(i, place, 1, size) - 1 for i in items(value, place)]
    rising(found, place)
    return found


def _live(neurons: Neurons, active: list[int], value: Any) -> list[Live]:
    """The live neurons with their sides and copies."""
    names = ("sign", "positive", "kinks", "copies")
    live, taken, size = [], set[int](), len(neurons.x)
    for k, (place, entry) in numbered(value, "evidence.units", "unit", size, names).items():
        sides = dict.fromkeys(active, -1)
        for name, side in (("positive", 1), ("kinks", 0)):
            for i in _examples(entry[name], neurons.problem, f"{place}.{name}"):
                form(i in sides, "side-not-active", f"{place}.{name}", i + 1)
                sides[i] = side
        rows = numbered(entry["copies"], f"{place}.copies", "unit", size, ("ratio",))
        ratios = {m: rational(read_number(e["ratio"], None, p)) for m, (p, e) in rows.items()}
        for m, ratio in ((k, Fraction(1)), *ratios.items()):
            need(m in neurons.v, "live-without-output", place, m + 1)
            need(neurons.x[m] == neurons.x[k], "copy-with-other-inputs", place, m + 1)
            need(m not in taken, "live-twice", place, m + 1)
            need(ratio > 0, "copy-ratio", place, ratio)
            taken.add(m)
        live.append(Live(k, integer(entry["sign"], place, -1, 1), sides, ratios))
    return live


def _solution(system: System, evidence: Any, radius: Fraction) -> list[Ball]:
    """The box in which the system has exactly one zero."""
    size, place = system.size, "evidence.inverse"
    spend(size**2 * (size + sum(len(x[0]) for x in system.x)))
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


def _check_pattern(system: System, u: list[Ball]) -> None:
    """The solution has the pattern; its slopes and multipliers are what they must be."""
    column = {i: j for j, i in enumerate(system.active)}
    for i, j in column.items():
        need(u[j].low > 0, "exists-multiplier", f"example {i + 1}", u[j].low)
    for j, (n, i) in enumerate(system.kinks, len(column)):
        low, high = (u[j] - ball(system.slope) * u[column[i]]).low, (u[column[i]] - u[j]).low
        place = f"example {i + 1}, unit {system.live[n].unit + 1}"
        need(low >= 0 and high >= 0, "exists-slope", place, low, high)
    g = system.directions(u)
    for n, unit in enumerate(system.live):
        need(u[system.start + n].low > 0, "exists-norm", f"unit {unit.unit + 1}")
        for i, side in unit.sides.items():
            z = total(g[n], system.x[n][i]) * ball(side)
            open_ = not side or not any(a.size for a in system.x[n][i]) or z.low > 0
            need(open_, "exists-side", f"example {i + 1}, unit {unit.unit + 1}", z.low)
    for i, y in enumerate(system.labels):
        if i not in column:
            margin = ball(y) * system.output(u, g, i)
            need(margin.low > 1, "exists-margin", f"example {i + 1}", margin.low)


def _check_minimum(system: System, neurons: Neurons, told: str) -> None:
    """What is told about the local minimum."""
    convex = [i for n, i in system.kinks if system.labels[i] * system.live[n].sign == 1]
    if told == "yes":
        need(not convex, "exists-convex-kink", "evidence.local_minimum", *(i + 1 for i in convex))
        live = sum(1 + len(unit.copies) for unit in system.live)
        need(live == len(neurons.x), "exists-zero-neuron", "evidence.local_minimum", live)
    if told == "no":
        need(bool(convex), "exists-no-convex-kink", "evidence.local_minimum")
