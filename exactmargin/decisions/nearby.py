"""Short rationals near given numbers: they propose directions, and bound norms from above."""

from collections.abc import Sequence
from math import isqrt

from flint import fmpq

from exactmargin.exact import Number, sign, squared_norm

__all__ = ["floor_at", "norm_above", "root_near", "rounded", "simplest_near"]


def floor_at(x: Number, bits: int) -> fmpq:
    """The greatest multiple of 2^-bits that is not above x (of Q or Q(r))."""
    y = x * (1 << bits)
    if isinstance(y, fmpq):
        return fmpq(y.floor(), 1 << bits)
    low, high = -1, 1
    while sign(y - high) >= 0:
        high *= 2
    while sign(y - low) < 0:
        low *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if sign(y - middle) >= 0 else (low, middle)
    return fmpq(low, 1 << bits)


def root_near(q: Number, bits: int = 64) -> fmpq:
    """A rational r with √q < r ≤ √q (1 + 2^(1 - bits)), for q > 0."""
    scale, least = 0, 1 << 2 * bits  # q 4^scale is to be about 4^bits, or more
    while sign(q * fmpq(4) ** scale - least) < 0:
        scale = scale * 2 or 1
    step = scale // 2
    while step:
        if sign(q * fmpq(4) ** (scale - step) - least) >= 0:
            scale -= step
        step //= 2
    top = floor_at(q * fmpq(4) ** scale, 0)
    return fmpq(isqrt(int(top.p)) + 1) / fmpq(2) ** scale


def norm_above(d: Sequence[Number], bits: int = 64) -> fmpq:
    """A rational bound of ‖d‖ from above, about as near as `bits` say; 0 for d = 0."""
    q = squared_norm(d)
    return root_near(q, bits) if sign(q) else fmpq(0)


def rounded(d: Sequence[Number], bits: int) -> list[fmpq]:
    """A positive multiple of d, its entries of about so many bits."""
    largest = max((value if sign(value) >= 0 else -value for value in d), default=fmpq(0))
    if not sign(largest):
        return [fmpq(0) for _ in d]
    return [floor_at(value / largest + fmpq(1, 2 << bits), bits) for value in d]


def simplest_near(x: Number, bits: int) -> fmpq:
    """The rational of least denominator within 2^-bits of x, up to 2^-(bits + 8)."""
    middle, width = floor_at(x, bits + 8), fmpq(1, 1 << bits)
    return _simplest(middle - width, middle + width)


def _simplest(low: fmpq, high: fmpq) -> fmpq:
    """The rational of least denominator, then of least size, in [low, high]."""
    if high < 0:
        return -_simplest(-high, -low)
    whole = fmpq(low.ceil()) if low > 0 else fmpq(0)
    if whole <= high:
        return whole
    return whole - 1 + 1 / _simplest(1 / (high - whole + 1), 1 / (low - whole + 1))
