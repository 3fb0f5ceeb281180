"""Between the exact world and floats that propose: nothing here decides anything.

A float that comes back is made a rational, and what it proposes is then checked exactly.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from flint import fmpq, fmpz

from exactmargin.decisions.nearby import floor_at
from exactmargin.exact import Algebraic, Number, RealNumberField, sign

__all__ = [
    "PRECISIONS",
    "SHORT_FIRST",
    "nearby",
    "rational_above",
    "rational_near",
    "root_of",
    "to_float",
    "to_floats",
    "with_denominator",
]

_BITS = 64

PRECISIONS = (12, 24, 50, 100, 200, 400, 800, 1600, 3200, 6400, 12800)
"""Numbers of binary digits to try: short numbers first."""


SHORT_FIRST = (3, 6, 12, 24, 50)
"""The same for numbers that floats propose."""


def to_float(value: Number) -> float:
    """A float near the number of Q or Q(r); infinite where it is too large for a float."""
    if isinstance(value, Algebraic):
        value = rational_near(value, _BITS)
    assert isinstance(value, fmpq)
    try:
        return int(value.p) / int(value.q)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def to_floats(values: Iterable[Number]) -> list[float]:
    """`to_float` of each."""
    return [to_float(value) for value in values]


@lru_cache(maxsize=64)
def _generator(field: RealNumberField, bits: int) -> fmpq:
    """A rational near r, by bisection."""
    low, high = field.interval
    while (high - low) * 2**bits > 1:
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
    """A rational q > value > 0 of about `bits` binary digits, close to it."""
    near = value if isinstance(value, fmpq) else rational_near(value, _BITS)
    size = int(near.p).bit_length() - int(near.q).bit_length()
    shift = max(0, bits - size)
    return floor_at(value, shift) + fmpq(1, 2**shift)


def root_of(value: Number, k: int, bits: int) -> fmpq:
    """A positive rational near the k-th root of value > 0, to about `bits` binary digits."""
    near = value if isinstance(value, fmpq) else rational_near(value, bits * k + _BITS)
    size = (int(near.p).bit_length() - int(near.q).bit_length()) // k
    shift = max(0, bits - size)
    root = fmpz(int(near.p) * 2 ** (k * shift) // int(near.q)).root(k)
    return fmpq(int(root) or 1, 2**shift)


def rational_near(value: Number, bits: int) -> fmpq:
    """The number with the generator known to `bits` binary digits."""
    assert isinstance(value, Algebraic)
    r = _generator(value.field, bits)
    return sum((c * r**k for k, c in enumerate(value.coefficients)), fmpq(0))
