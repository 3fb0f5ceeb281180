"""Descent curves at points that first order does not exclude (THEORY §7).

On a region with the constraints f_j ≥ 0 let d be critical: ∇f_j·d ≥ 0, and = 0 where some
multiplier is positive; then <θ, d> = 0. Along θ + τd + τ²e the norm falls if ‖d‖² + 2<θ, e> < 0,
and f_j stays ≥ 0 if ∇f_j·d > 0 or ∇f_j·e + dᵀ∇²f_j d/2 > 0. The best e is a linear program whose
value is, by duality, the greatest dᵀM(x)d of all multipliers x. Adding a little of a direction that
raises all margins and moves no hidden unit makes the margins strict; then a side that is wrong at
order τ³ does not matter. The curve's certificate is checked by itself, whatever led to it.

Critical directions are sought on the faces of the cone: on each the least eigenvectors of M(x).
"""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, islice

import numpy as np
from flint import fmpq

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.congruence import Floats, float_reader, null_basis
from exactmargin.decisions.curves import curve_certificate, end_of_descent, line_from
from exactmargin.decisions.jets import Vector
from exactmargin.decisions.region_multipliers import Region
from exactmargin.exact import (
    LinearProgram,
    LPStatus,
    Number,
    Polynomial,
    dot,
    nullspace,
    sign,
    solve_lp,
    squared_norm,
)
from exactmargin.problems import Problem

__all__ = ["descent_certificate", "line_of_descent", "margin_push", "second_order_certificate"]

FACES = 64
"""Faces of the critical cone that are searched."""

_BITS = (3, 6, 12, 24)
_TINY = 1e-9


def margin_push(problem: Problem) -> Vector:
    """A direction that raises every active margin and moves no hidden unit that is 0.

    The last layer's block of θ (Φ is linear in it), or the free block of a one-layer problem.
    """
    theta = problem.free_parameters()
    if problem.free_slice != slice(0, problem.network.parameter_count):
        return theta
    start = problem.network.block_slice(problem.network.depth - 1).start
    return (*[problem.field.zero] * start, *theta[start:])


def line_of_descent(problem: Problem, separator: Vector) -> list[Polynomial]:
    """The line along -u + e·push, for a separator u: <u, θ> > 0 and <u, y_i g> ≤ 0 where active."""
    push, theta = margin_push(problem), problem.free_parameters()
    norm = squared_norm(push)
    rate = dot(separator, theta) / (norm * 2) if sign(norm) else problem.field.zero
    moves = [rate * s - u for s, u in zip(push, separator, strict=True)]
    return line_from(problem, moves)


def descent_certificate(problem: Problem, curve: Sequence[Polynomial]) -> Certificate | None:
    """The certificate of a curve, None where it does not descend feasibly."""
    end = end_of_descent(problem, curve)
    return None if end is None else curve_certificate(problem, curve, end)


def second_order_certificate(region: Region, budget: Budget) -> Certificate | None:
    """A curve that descends from a region whose multipliers are known; None if none is found."""
    for d in _critical_directions(region):
        budget.check()
        certificate = _along(region, d)
        if certificate is not None:
            return certificate
    return None


def _critical_directions(region: Region) -> Iterator[Vector]:
    """Critical directions on which all M(x) that were tried are negative."""
    assert region.support is not None
    if not region.forms:
        return
    size = len(region.forms[0])
    held = [j for j, value in enumerate(region.support) if sign(value)]
    weak = [j for j, value in enumerate(region.support) if not sign(value)]
    sizes = (combinations(weak, number) for number in range(len(weak) + 1))
    for face in islice(chain.from_iterable(sizes), FACES):
        tight = [*held, *face]
        normals = np.array([region.columns[j].gradient for j in tight])
        kernel = null_basis(normals.reshape(len(tight), size))
        found = [d for d in _least_on(kernel, region.forms) if _is_negative(region, d)]
        if found:
            yield from _exact_directions(region, tight, [j for j in weak if j not in face], found)


def _least_on(kernel: Floats, forms: Sequence[Floats]) -> Iterator[Floats]:
    """The eigenvectors of negative value of each form on a subspace."""
    if not kernel.shape[1]:
        return
    for matrix in forms:
        values, vectors = np.linalg.eigh(kernel.T @ matrix @ kernel)
        for value, v in zip(values, vectors.T, strict=True):
            if value < -_TINY:
                yield kernel @ v


def _is_negative(region: Region, d: Floats) -> bool:
    return all(float(d @ matrix @ d) < -_TINY * float(d @ d) for matrix in region.forms)


def _exact_directions(
    region: Region, tight: Sequence[int], loose: Sequence[int], found: Sequence[Floats]
) -> Iterator[Vector]:
    """Short vectors near ±d, exactly on the face and in the cone."""
    size, read = len(region.forms[0]), float_reader(region.jets.field)
    rows = [region.columns[j].jet.gradient for j in tight]
    basis = nullspace(rows, size)
    places = [max(p for p in range(size) if b[p]) for b in basis]  # where b is 1, the others 0
    for d in found:
        for bits in _BITS:
            parts = _at_bits(d, bits)
            vector = [
                sum((parts[p] * b[q] for p, b in zip(places, basis, strict=True)), fmpq(0))
                for q in range(size)
            ]
            near = np.array([read(value) for value in vector])
            if not _is_negative(region, near):
                continue
            for way in (vector, [-value for value in vector]):
                slopes = (dot(region.columns[j].jet.gradient, way) for j in loose)
                if all(sign(value) >= 0 for value in slopes):
                    yield way


def _at_bits(d: Floats, bits: int) -> list[fmpq]:
    """A multiple of d, its largest entry about 1, rounded to so many bits after the point."""
    largest = float(np.max(np.abs(d), initial=0.0)) or 1.0
    return [fmpq(round(x), 1 << bits) for x in np.ldexp(d / largest, bits).tolist()]


def _along(region: Region, d: Vector) -> Certificate | None:
    problem, theta = region.jets.problem, region.jets.problem.free_parameters()
    bend = _best_bend(region, d)
    if bend is None:
        return None
    fall = squared_norm(d) + 2 * dot(theta, bend)
    if sign(fall) >= 0:
        return None
    push = margin_push(problem)
    rate = -fall / (4 * dot(theta, push))
    bends = [e + rate * s for e, s in zip(bend, push, strict=True)]
    curve = [Polynomial(problem.field, [a, b, c]) for a, b, c in zip(theta, d, bends, strict=True)]
    return descent_certificate(problem, curve)


def _best_bend(region: Region, d: Vector) -> list[Number] | None:
    """e with the least <θ, e> that keeps f_j ≥ 0 at second order where it is 0 at first."""
    numbers, theta = region.jets.field, region.jets.problem.free_parameters()
    rows, rhs = [], []
    for c in region.columns:
        if not sign(dot(c.jet.gradient, d)):
            rows.append(c.jet.gradient)
            rhs.append(c.jet.second(d) / -2)
    program = LinearProgram(numbers, theta, rows, [">="] * len(rows), rhs, [True] * len(theta))
    found = solve_lp(program)
    return list(found.x) if found.status is LPStatus.OPTIMAL and found.x is not None else None
