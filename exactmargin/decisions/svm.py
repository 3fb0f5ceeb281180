"""The hard-margin support vector machine without bias: min ½‖β‖² s.t. <z_i, β> ≥ 1, exactly.

β* = x*/‖x*‖², where x* is the point of conv{z_i} nearest to 0: <z_i, x*> ≥ ‖x*‖² for all i with
equality on the support. Wolfe's algorithm finds x* in any ordered field: it keeps affinely
independent points whose hull has x* of their affine span inside, adds the point that is
furthest against it, and drops what gets a weight ≤ 0. ‖x‖ falls with each major step, so no set
returns and it ends. Floats propose the first set, which is used if it stands the exact test.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpq

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.proposals import to_floats
from exactmargin.exact import Number, dot, sign, solve, squared_norm

__all__ = ["Nearest", "nearest_point"]

_FLOAT_FROM = 12
"""Numbers of points from which on floats propose the support."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The point x* of the convex hull next to 0, and its weights (≥ 0, sum 1).

    Where x* = 0 no β separates. Else β = x*/‖x*‖² solves the machine, with multipliers
    weights/‖x*‖².
    """

    point: tuple[Number, ...]
    weights: tuple[Number, ...]


def nearest_point(points: Sequence[Sequence[Number]], budget: Budget) -> Nearest:
    """The point of conv(points) next to 0; `points` is not empty. Raises `BudgetSpent`."""
    start = _proposed(points) if len(points) >= _FLOAT_FROM else None
    weights = start or {min(range(len(points)), key=lambda i: _Size(points[i])): fmpq(1)}
    while True:
        budget.check()
        x = _combination(points, weights)
        size = squared_norm(x)
        values = [dot(z, x) for z in points]
        furthest = min(range(len(points)), key=lambda i: _Ordered(values[i]))
        if not sign(size) or sign(values[furthest] - size) >= 0:
            return Nearest(x, tuple(weights.get(i, fmpq(0)) for i in range(len(points))))
        weights = _minor(points, weights | {furthest: fmpq(0)})


def _minor(points: Sequence[Sequence[Number]], weights: dict[int, Number]) -> dict[int, Number]:
    """Go towards the nearest point of the affine span until it lies inside the hull."""
    while True:
        target = _affine(points, list(weights))
        if all(sign(value) > 0 for value in target.values()):
            return target
        steps = [
            weights[i] / (weights[i] - value)
            for i, value in target.items()
            if sign(value) <= 0 and sign(weights[i] - value) > 0
        ]
        step = min(steps, key=_Ordered, default=fmpq(1))
        moved = {i: old + step * (target[i] - old) for i, old in weights.items()}
        weights = {i: value for i, value in moved.items() if sign(value) > 0}


def _affine(points: Sequence[Sequence[Number]], support: list[int]) -> dict[int, Number]:
    """The weights (sum 1) of the point next to 0 in the affine span of the support."""
    rows = [[*(dot(points[i], points[j]) for j in support), fmpq(1)] for i in support]
    rows.append([*([fmpq(1)] * len(support)), fmpq(0)])
    found = solve(rows, [*([fmpq(0)] * len(support)), fmpq(1)])
    assert found is not None, "a nearest point of an affine space exists"
    return dict(zip(support, found[:-1], strict=True))


def _combination(
    points: Sequence[Sequence[Number]], weights: dict[int, Number]
) -> tuple[Number, ...]:
    values = list(weights.values())
    columns = zip(*(points[i] for i in weights), strict=True)
    return tuple(dot(values, column) for column in columns)


def _proposed(points: Sequence[Sequence[Number]]) -> dict[int, Number] | None:
    """Exact weights on a support that the same algorithm finds in floats; None if it fails."""
    z = np.array([to_floats(point) for point in points])
    size = float((z * z).sum(1).max()) or 1.0
    support = [int(np.argmin((z * z).sum(1)))]
    weights = np.ones(1)
    for _ in range(10 * len(points)):
        x = weights @ z[support]
        values = z @ x
        worst = int(np.argmin(values))
        if values[worst] > x @ x - 1e-10 * size or worst in support:
            break
        support.append(worst)
        weights = np.append(weights, 0.0)
        while True:
            k = len(support)
            gram = np.ones((k + 1, k + 1))
            gram[:k, :k], gram[k, k] = z[support] @ z[support].T, 0
            target = np.linalg.lstsq(gram, np.eye(k + 1)[k], rcond=None)[0][:k]
            if (target > 1e-12).all():
                weights = target
                break
            falls = target <= 1e-12
            ratios = weights[falls] / np.maximum(weights[falls] - target[falls], 1e-300)
            weights = weights + min(1.0, float(ratios.min())) * (target - weights)
            kept = weights > 1e-12
            if kept.all() or not kept.any():
                return None
            support = [i for i, keep in zip(support, kept, strict=True) if keep]
            weights = weights[kept]
    exact = _affine(points, support)
    return exact if all(sign(value) > 0 for value in exact.values()) else None


class _Ordered:
    """A number as a key for min: exact order in every field."""

    __slots__ = ("value",)

    def __init__(self, value: Number):
        self.value = value

    def __lt__(self, other: "_Ordered") -> bool:
        return sign(self.value - other.value) < 0


class _Size(_Ordered):
    """A point, ordered by its length."""

    __slots__ = ()

    def __init__(self, point: Sequence[Number]):
        super().__init__(squared_norm(point))
