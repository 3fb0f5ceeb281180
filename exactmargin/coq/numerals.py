"""Numbers and lists as Coq writes them, and rational numbers over common denominators."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, TypeVar

__all__ = ["denominator_of", "integers", "listed", "numeral", "pair", "z"]

_T = TypeVar("_T")


def numeral(value: int) -> str:
    """An integer, long ones in base 16: Coq's time for decimals is quadratic in their length."""
    return hex(value) if abs(value).bit_length() > 200 else str(value)


def z(value: int) -> str:
    """An integer, in the scope Z."""
    return f"({numeral(value)})" if value < 0 else numeral(value)


def pair(value: Any) -> str:
    """Numerator and denominator, in the scope Z."""
    numerator, denominator = Fraction(value).as_integer_ratio()
    return f"({numeral(numerator)}, {numeral(denominator)})"


def listed(values: Iterable[_T], form: Callable[[_T], str]) -> str:
    """A list."""
    return "[" + "; ".join(map(form, values)) + "]"


def denominator_of(values: Iterable[Any]) -> int:
    """The least common denominator."""
    return lcm(*(Fraction(value).denominator for value in values))


def integers(values: Sequence[Any], denominator: int) -> list[int]:
    """The numbers times a common denominator."""
    scaled = [Fraction(value) * denominator for value in values]
    assert all(value.denominator == 1 for value in scaled)
    return [value.numerator for value in scaled]
