"""Decimal text, with an exponent or not, as tables and ``.nnet`` files write it, exactly."""

import re
from decimal import Decimal

from flint import fmpq

from exactmargin.exact import Q
from exactmargin.exact.scalars import shown
from exactmargin.formats.places import Place, inside

__all__ = ["decimal_number"]

_SCIENTIFIC = re.compile(
    r"[-+]?(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][-+]?[0-9]{1,3})?"
)


def decimal_number(text: str, place: Place) -> fmpq:
    """The number that the text spells, exactly: ``"3"``, ``"-0.25"``, ``"1.5e-05"``, ``"1/3"``.

    Raises `InvalidInputError` with the place for anything else, NaN and infinities included.
    """
    if "/" in text:
        with inside(place):
            return Q.parse(text)
    if not _SCIENTIFIC.fullmatch(text):
        raise place.error(f"{shown(text)} is not a finite number such as 3, -0.25 or 1.5e-05")
    numerator, denominator = Decimal(text).as_integer_ratio()
    return fmpq(numerator, denominator)
