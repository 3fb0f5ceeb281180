"""Arrays with rigorous error bounds: a matrix of midpoints and a matrix of radii.

A `Ball` holds every exact matrix that lies, entry by entry, within `radius` of `middle`. Each
operation below contains the exact result for all exact operands in its own (N. Higham, Accuracy
and Stability of Numerical Algorithms, 2nd ed., §3.1, §3.5 and §4.2).

What is assumed of the machine: float64 with rounding to nearest; sums in any order, with fused
multiply-add or without. What is not: denormals may be flushed to zero, in operands and in results.
An overflow or NaN gives a middle or a radius that is not finite, and then a comparison with the
radius fails: nothing is certified.

For a sum of n products |fl(Σ a_k b_k) - Σ a_k b_k| ≤ γ_n Σ|a_k||b_k|, γ_n = n u / (1 - n u), plus
what underflow takes: at most 2^-1022 (1 + |a_k| + |b_k|) a product. The bound is itself computed in
floats; its own rounding and underflow are paid by the factor `_slack` and the term `_floor`.
"""

import math
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from exactmargin.errors import InvalidInputError
from exactmargin.numeric.arrays import Array, namespace, to_device

__all__ = ["TINY", "UNIT", "Ball", "accumulated", "enclosed_sum", "product", "quiet"]

UNIT = 2.0**-53
"""u, the unit roundoff of float64."""

TINY = 2.0**-1016
"""Above all that underflow takes from a few operations on numbers up to 1: 2^-1022 each."""

LONGEST = 2**40
"""Of a sum: for so many terms n u stays below 2^-13, and the estimates here hold."""


def quiet() -> Any:
    """A context in which NumPy does not warn of overflow and NaN: the bounds account for both."""
    return np.errstate(over="ignore", invalid="ignore", under="ignore")


def _gamma(n: int) -> float:
    """An upper bound of γ_(n+2): two roundings are for the caller's own arithmetic."""
    if n > LONGEST:
        raise InvalidInputError(f"a sum of {n} terms; at most {LONGEST} can be bounded")
    return 1.01 * (n + 2) * UNIT


def _slack(n: int) -> float:
    """What a computed bound is multiplied by to be one, after a sum of n terms and few more."""
    return 1 + 3 * _gamma(n + 8)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Ball:
    """The exact matrices within `radius` of `middle`, entry by entry; None is radius zero."""

    middle: Array
    radius: Array | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of both arrays."""
        return tuple(self.middle.shape)

    @property
    def radii(self) -> Array:
        """The radius as an array."""
        if self.radius is None:
            return namespace(self.middle).zeros_like(self.middle)
        return self.radius

    @property
    def T(self) -> "Ball":  # noqa: N802 - the name of the transpose in the standard
        """The transpose."""
        return Ball(self.middle.T, None if self.radius is None else self.radius.T)

    def __getitem__(self, rows: Any) -> "Ball":
        return Ball(self.middle[rows], None if self.radius is None else self.radius[rows])

    def take(self, indices: Any, axis: int = 0) -> "Ball":
        """Rows or columns, by a host array of indices."""
        xp, at = namespace(self.middle), to_device(indices, self.middle)
        radius = None if self.radius is None else xp.take(self.radius, at, axis=axis)
        return Ball(xp.take(self.middle, at, axis=axis), radius)

    def __neg__(self) -> "Ball":
        return Ball(-self.middle, self.radius)

    def __add__(self, other: "Ball") -> "Ball":
        xp = namespace(self.middle)
        middle = self.middle + other.middle
        return Ball(middle, (self.radii + other.radii + UNIT * xp.abs(middle)) * _slack(4) + TINY)

    def __sub__(self, other: "Ball") -> "Ball":
        return self + (-other)

    def __mul__(self, other: "Ball") -> "Ball":
        """The product entry by entry."""
        xp = namespace(self.middle)
        a, b = xp.abs(self.middle), xp.abs(other.middle)
        middle = self.middle * other.middle
        radius = a * other.radii + self.radii * (b + other.radii) + UNIT * xp.abs(middle)
        floor = TINY * (1 + a + b + self.radii + other.radii)
        return Ball(middle, radius * _slack(6) + floor)

    def __matmul__(self, other: "Ball") -> "Ball":
        return product(self, other)

    def sums(self, axis: int) -> "Ball":
        """The sums along one axis."""
        xp, n = namespace(self.middle), self.shape[axis]
        spread = self.radii + _gamma(n) * xp.abs(self.middle)
        radius = xp.sum(spread, axis=axis) * _slack(n) + n * TINY
        return Ball(xp.sum(self.middle, axis=axis), radius)

    def positive(self) -> Array:
        """Where every number is positive; False where that is not certain."""
        return namespace(self.middle).isfinite(self.middle) & (self.middle > self.radii)

    def negative(self) -> Array:
        """Where every number is negative; False where that is not certain."""
        return (-self).positive()


def product(a: Ball, b: Ball) -> Ball:
    """The matrix product."""
    xp, n = namespace(a.middle), a.shape[-1]
    if not n:
        return Ball(a.middle @ b.middle)
    size_a, size_b = xp.abs(a.middle), xp.abs(b.middle)
    spread = _gamma(n) * size_b if b.radius is None else _gamma(n) * size_b + b.radius
    radius = size_a @ spread
    widest_a = xp.max(size_a, axis=-1, keepdims=True)
    widest_b = xp.max(size_b, axis=-2, keepdims=True)
    if a.radius is not None:
        reach = size_b if b.radius is None else size_b + b.radius
        radius = radius + a.radius @ reach
        widest_a = widest_a + xp.max(a.radius, axis=-1, keepdims=True)
    if b.radius is not None:
        widest_b = widest_b + xp.max(b.radius, axis=-2, keepdims=True)
    return Ball(a.middle @ b.middle, radius * _slack(n) + (n * TINY) * (1 + widest_a + widest_b))


def accumulated(total: Ball | None, more: Ball) -> Ball:
    """`total` + `more`, None being nothing yet."""
    return more if total is None else total + more


def enclosed_sum(ball: Ball) -> tuple[float, float]:
    """Bounds of the sum of the squares of all entries, from below and from above."""
    xp = namespace(ball.middle)
    size, n = xp.abs(ball.middle), max(1, xp.reshape(ball.middle, (-1,)).shape[0])
    far, near = size + ball.radii, size - ball.radii
    near = xp.where(xp.isfinite(size) & (near > 0), near, xp.zeros_like(near))
    most = float(xp.sum(far * far)) * _slack(n + 4) + n * TINY
    least = float(xp.sum(near * near)) / _slack(n + 4) - n * TINY
    return (least if 0 < least < math.inf else 0.0), (math.inf if math.isnan(most) else most)
