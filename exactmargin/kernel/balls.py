"""Balls: a number known up to a radius, both integers over 2^192, so that no gcd is ever taken.

A sum or a product of balls contains every sum or product of numbers that they contain: a middle is
rounded down, and the radius pays one unit for this and one for its own rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

BITS = 192


@dataclass(frozen=True, slots=True)
class Ball:
    """All numbers x with |2^192 x - middle| <= radius."""

    middle: int
    radius: int

    def __add__(self, other: Ball) -> Ball:
        return Ball(self.middle + other.middle, self.radius + other.radius)

    def __sub__(self, other: Ball) -> Ball:
        return Ball(self.middle - other.middle, self.radius + other.radius)

    def __mul__(self, other: Ball) -> Ball:
        a, r, b, s = self.middle, self.radius, other.middle, other.radius
        return Ball(a * b >> BITS, (abs(a) * s + r * (abs(b) + s) >> BITS) + 2)

    @property
    def low(self) -> Fraction:
        """No number in the ball is less."""
        return Fraction(self.middle - self.radius, 1 << BITS)

    @property
    def high(self) -> Fraction:
        """No number in the ball is greater."""
        return Fraction(self.middle + self.radius, 1 << BITS)

    @property
    def size(self) -> Fraction:
        """No number in the ball has a greater absolute value."""
        return max(self.high, -self.low)


def ball(x: Fraction | int, radius: Fraction | int = 0) -> Ball:
    """A ball that contains [x - radius, x + radius]."""
    middle = x * (1 << BITS)
    m = middle.__floor__()
    return Ball(m, (radius * (1 << BITS)).__ceil__() + (m != middle))


def total(a: Sequence[Ball], b: Sequence[Ball]) -> Ball:
    """The inner product of two lists of the same length."""
    middle = radius = 0
    for x, y in zip(a, b, strict=True):
        middle += x.middle * y.middle
        radius += abs(x.middle) * y.radius + x.radius * (abs(y.middle) + y.radius)
    return Ball(middle >> BITS, (radius >> BITS) + 2)


def activation(z: Ball, slope: Any) -> Ball:
    """sigma(z) for all z in the ball, of either sign."""
    low, high = (a if a > 0 else a * slope for a in (z.low, z.high))
    return ball((low + high) / 2, (high - low) / 2)
