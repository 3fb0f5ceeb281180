"""Between the exact world and floats that propose: nothing here decides anything.

A float that comes back is made a rational, and what it proposes is then checked exactly.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from math import isqrt

from flint import fmpq

from exactmargin.exact import Algebraic, Number, RealNumberField, sign

__all__ = ["nearby", "rational_above", "to_float", "to_floats", "with_denominator"]

_BITS = 64


def to_float(value: Number) -> float:
    """A float near the number of Q or Q(r); infinite where it is too large for a float."""
    if isinstance(value, Algebraic):
        r = _generator(value.field)
        value = sum((c * r**k for k, c in enumerate(value.coefficients)), fmpq(0))
    assert isinstance(value, fmpq)
    try:
        return int(value.p) / int(value.q)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def to_floats(values: Iterable[Number]) -> list[float]:
    """`to_float` of each."""
    return [to_float(value) for value in values]


@lru_cache(maxsize=64)
def _generator(field: RealNumberField) -> fmpq:
    """A rational near r, by bisection."""
    low, high = field.interval
    while (high - low) * 2**_BITS > max(1, abs(low)):
        middle = (low + high) / 2
        if sign(field.gen - middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def nearby(value: float, bits: int) -> fmpq:
    """The float rounded to about `bits` significant binary digits; 0 for what is no number."""
    if value != value or abs(value) == float("inf") or not value:
        return fmpq(0)
    exact = Fraction(value)
    shift = bits - (abs(exact.numerator).bit_length() - exact.denominator.bit_length())
    scaled = round(exact * Fraction(2) ** shift)
    return fmpq(scaled) * fmpq(2) ** -shift


def with_denominator(value: float, largest: int) -> fmpq:
    """The fraction next to the float among those with denominators up to `largest`."""
    if value != value or abs(value) == float("inf"):
        return fmpq(0)
    exact = Fraction(value).limit_denominator(largest)
    return fmpq(exact.numerator, exact.denominator)


def rational_above(value: Number, bits: int) -> fmpq:
    """A rational q >= value > 0 of about `bits` binary digits, close to it."""
    q = nearby(to_float(value), bits)
    while sign(value - q) > 0:
        q += nearby(to_float(value), 2) / 2**bits
    return q


def root_near(value: Number, bits: int) -> fmpq:
    """A positive rational near the square root of value > 0, to about `bits` binary digits."""
    guess = nearby(to_float(value), 2 * bits)
    shift = bits + max(0, int(guess.q).bit_length() - int(guess.p).bit_length())
    root = isqrt(int(guess.p) * 4**shift // int(guess.q))
    return fmpq(max(root, 1), 2**shift)
