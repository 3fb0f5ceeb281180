"""The gate: Python scalars and text become rationals here, and floats do not.

Everything that enters the exact world passes through `exact_rational` (for objects) or
`parse_rational` (for text).  Both are total on exact input and refuse all else by name, so
that no rounding can happen without an error.
"""

import re
from decimal import Decimal
from numbers import Complex, Integral, Rational, Real
from operator import index
from typing import Any

from flint import fmpq, fmpz

from exactmargin.errors import FloatRefusedError, InvalidInputError

__all__ = [
    "MAX_TEXT",
    "entries",
    "exact_rational",
    "format_rational",
    "parse_rational",
    "plain_integer",
    "shown",
]

MAX_TEXT = 4000
"""The greatest number of characters that a number in a file may have."""

RATIONAL_PATTERN = r"[0-9]+(?:/[0-9]+|\.[0-9]+)?"
"""The grammar of an unsigned rational: "3", "1/4", "0.25"."""

_RATIONAL = re.compile(rf"-?{RATIONAL_PATTERN}")


def entries(value: Any, place: str, of: str) -> tuple[Any, ...]:
    """What a sequence, or another iterable, holds.

    Raises `InvalidInputError`, with the place and what the entries `of` it would be, for others.
    """
    try:
        found = iter(value)
    except TypeError:
        raise InvalidInputError(
            f"{shown(value)} is not a sequence; expected {of}", place=place
        ) from None
    return tuple(found)


def shown(value: object) -> str:
    """The value as it stands in an error message: its repr, cut after 60 characters."""
    try:
        text = repr(value)
    except ValueError:  # an int above Python's limit for decimal conversion
        return f"a value of type {type(value).__name__}"
    return clipped(text)


def clipped(text: str) -> str:
    """A text as it stands in an error message: cut after 60 characters."""
    return text if len(text) <= 60 else f"{text[:57]}..."


def plain_integer(value: int) -> int:
    """The int that an integer of any library is (numpy.int64); all else as it is, for a check to
    refuse."""
    try:
        return value if isinstance(value, bool) else index(value)
    except TypeError:
        return value


def exact_rational(value: object) -> fmpq:
    """The rational number equal to an int, fmpz, fmpq, Fraction or finite Decimal.

    Integers of other libraries (numpy.int64) count as ints.  Raises FloatRefusedError for
    float, complex and their numpy kin, and InvalidInputError for bool and everything else.
    """
    if isinstance(value, fmpq):
        return value
    if isinstance(value, bool):
        raise InvalidInputError(
            f"{value!r} is a truth value, where a number is expected; write 1 or 0"
        )
    if isinstance(value, (int, fmpz)):
        return fmpq(value)
    if isinstance(value, Integral):
        return fmpq(int(value))
    if isinstance(value, Rational):
        return fmpq(int(value.numerator), int(value.denominator))
    if isinstance(value, Decimal):
        return _from_decimal(value)
    if isinstance(value, (Real, Complex)):
        raise FloatRefusedError(
            f"{shown(value)} is a floating-point number ({type(value).__name__}), where an exact "
            'number is expected; write it as a string such as "1/4" or "0.25", or as a Fraction'
        )
    raise InvalidInputError(
        f"{shown(value)} is of type {type(value).__name__}, where an exact number is expected; "
        'give an int, a Fraction or a string such as "-1/4"'
    )


def _from_decimal(value: Decimal) -> fmpq:
    if not value.is_finite():
        raise InvalidInputError(f"{value!r} is not finite; give a finite decimal number")
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if len(digits) > MAX_TEXT or abs(exponent) > MAX_TEXT:
        raise InvalidInputError(
            f"{shown(value)} has more than {MAX_TEXT} decimal places; give a shorter number"
        )
    top, bottom = value.as_integer_ratio()
    return fmpq(top, bottom)


def check_text(text: object) -> str:
    """The text itself; raises InvalidInputError unless it is a str of 1..MAX_TEXT characters."""
    if not isinstance(text, str):
        raise InvalidInputError(
            f"{shown(text)} is of type {type(text).__name__}, where text is expected; "
            'write the number as a string such as "-1/4"'
        )
    if not text:
        raise InvalidInputError('the number is empty; write one such as "-1/4"')
    if len(text) > MAX_TEXT:
        raise InvalidInputError(
            f"a number of {len(text)} characters; at most {MAX_TEXT} are read; shorten it"
        )
    return text


def unsigned_rational(text: str) -> fmpq:
    """The value of text that matches RATIONAL_PATTERN; raises for a zero denominator."""
    top, slash, bottom = text.partition("/")
    if slash:
        denominator = fmpz(bottom)
        if denominator == 0:
            raise InvalidInputError(f"{shown(text)} divides by zero; give another denominator")
        return fmpq(fmpz(top), denominator)
    whole, _, places = text.partition(".")
    return fmpq(fmpz(whole + places), fmpz(10) ** len(places))


def parse_rational(text: str) -> fmpq:
    """The rational number written as "3", "-1/4" or "0.25" (an exact decimal).

    ASCII digits only; no spaces, plus sign, exponent or underscore.  Raises InvalidInputError.
    """
    text = check_text(text)
    if not _RATIONAL.fullmatch(text):
        raise InvalidInputError(
            f"{shown(text)} is not a rational number; "
            'write "3", "-1/4" or "0.25", without spaces or exponents'
        )
    if text[0] == "-":
        return -unsigned_rational(text[1:])
    return unsigned_rational(text)


def format_rational(value: fmpq) -> str:
    """The canonical spelling: "p", or "p/q" in lowest terms with q > 1."""
    return str(value)
