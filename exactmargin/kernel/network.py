"""Forward and backward passes, over any ring: numbers, or polynomials along a curve.

sigma(z) = max(z, 0) + slope * min(z, 0) at the hidden layers, none at the output. A pass asks
its caller which slope applies to a unit, so one code serves the point itself, a curve on
which signs are proved, and the cells around a kink.

A hidden pre-activation that is zero at theta counts as a *kink* of Phi_i unless it is *idle*, zero
on a whole neighbourhood within the cell at hand, for one of two reasons: its linear form in
the first free layer is zero (an input of zeros), or every source with a weight is off. A zero that
is idle for another reason (leaky slopes that cancel) is treated as a kink, which asks for more
evidence, never for less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from .numbers import bits, sign, spend
from .problem import Problem

Unit = tuple[int, int]
Slopes = dict[Unit, Any]


@dataclass(frozen=True, slots=True)
class Trace:
    """A forward pass: ``z[l][k]`` pre-activations, ``h[l][j]`` inputs of layer l, ``output``."""

    z: list[list[Any]]
    h: list[list[Any]]
    slopes: Slopes

    @property
    def output(self) -> Any:
        """Phi."""
        return self.z[-1][0]


def forward(
    problem: Problem, theta: Sequence[Any], x: Sequence[Any], slope: Callable[[Unit, Any], Any]
) -> Trace:
    """Phi at x; ``slope(unit, z)`` is sigma' on the side of the kink where z lies."""
    h: list[list[Any]] = [list(x)]
    z: list[list[Any]] = []
    slopes: Slopes = {}
    for l, layer in enumerate(problem.layers):
        row = []
        for k, edges in enumerate(layer.rows):
            bias = theta[layer.biases[k]] if layer.biases else Fraction(0)
            row.append(inner([theta[p] for p, _ in edges], [h[l][j] for _, j in edges]) + bias)
        z.append(row)
        if l < len(problem.layers) - 1:
            slopes |= {(l, k): slope((l, k), value) for k, value in enumerate(row)}
            h.append([value * slopes[l, k] for k, value in enumerate(row)])
    return Trace(z, h, slopes)


def at(problem: Problem, theta: Sequence[Any], example: int) -> Trace:
    """The forward pass at numbers (the slope of a zero pre-activation does not matter here)."""
    x = problem.inputs[example]
    return forward(problem, theta, x, lambda _, z: 1 if sign(z) > 0 else problem.slope)


def margin(problem: Problem, theta: Sequence[Any], example: int) -> Any:
    """y_i Phi(theta; x_i)."""
    return at(problem, theta, example).output * problem.labels[example]


def gradient(
    problem: Problem, theta: Sequence[Any], trace: Trace, slopes: Slopes, unit: Unit | None = None
) -> list[Any]:
    """The gradient of Phi, or of one unit's pre-activation, with these slopes: a flat list."""
    top, k = unit or (len(problem.layers) - 1, 0)
    result: list[Any] = [Fraction(0)] * len(theta)
    delta: dict[int, Any] = {k: 1}
    for l in range(top, -1, -1):
        layer = problem.layers[l]
        below: dict[int, Any] = {}
        for row, d in delta.items():
            if layer.biases:
                result[layer.biases[row]] += d
            for p, j in layer.rows[row]:
                result[p] = result[p] + d * trace.h[l][j]
                if l:
                    below[j] = below.get(j, 0) + d * theta[p] * slopes[l - 1, j]
        delta = below
    return result


def free_gradient(
    problem: Problem, trace: Trace, slopes: Slopes, unit: Unit | None = None
) -> list[Any]:
    """The gradient at theta in the free parameters."""
    whole = gradient(problem, problem.theta, trace, slopes, unit)
    return [whole[p] for p in problem.block]


def inner(a: Sequence[Any], b: Sequence[Any]) -> Any:
    """The inner product of two lists of the same length.

    Rationals are put over one denominator per list, which saves a gcd per product, unless the
    denominators have so little in common that theirs would be long.
    """
    if all(type(x) is Fraction for x in (*a, *b)):
        d, e = lcm(*(x.denominator for x in a)), lcm(*(x.denominator for x in b))
        if d.bit_length() + e.bit_length() < 2000:
            left = [x.numerator * (d // x.denominator) for x in a]
            right = [x.numerator * (e // x.denominator) for x in b]
            total = sum(x * y for x, y in zip(left, right, strict=True))
            spend(len(a), total.bit_length())
            return Fraction(total, d * e)
        spend(len(a), bits((*a, *b)))
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def is_affine(problem: Problem, unit: Unit) -> bool:
    """Whether the pre-activation is affine in the free parameters within a cell."""
    return unit[0] == problem.first or problem.layer is not None


def slopes_at(
    problem: Problem, trace: Trace, decide: Callable[[Unit], Any], below: int | None = None
) -> Slopes:
    """The slopes of one cell around theta; ``decide`` is asked at each kink.

    Only the hidden layers before ``below`` are treated (all of them, if None).
    """
    slopes: Slopes = {}
    off = [{j for j, value in enumerate(trace.h[0]) if not sign(value)}]
    hidden = len(problem.layers) - 1
    for l in range(hidden if below is None else below):
        off.append(set())
        for k, z in enumerate(trace.z[l]):
            unit = (l, k)
            if sign(z) or l < problem.first or problem.slope == 1:
                slopes[unit] = 1 if sign(z) > 0 or problem.slope == 1 else problem.slope
            elif _is_idle(problem, trace, slopes, unit, off[l]):
                slopes[unit] = 0
            else:
                slopes[unit] = decide(unit)
            if not slopes[unit]:
                off[-1].add(k)
    return slopes


def _is_idle(problem: Problem, trace: Trace, slopes: Slopes, unit: Unit, off: set[int]) -> bool:
    if is_affine(problem, unit):
        return not any(sign(g) for g in free_gradient(problem, trace, slopes, unit))
    layer = problem.layers[unit[0]]
    return not layer.biases and all(j in off for _, j in layer.rows[unit[1]])


def unit_name(unit: Unit) -> str:
    """A hidden unit, counted from 1 as in files."""
    return f"layer {unit[0] + 1}, unit {unit[1] + 1}"
